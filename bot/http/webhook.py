"""Billomat's webhooks: a hint to look there, and nothing else. What one says is never read, so none can lie.

They carry no signature, only TLS, an address that nobody else knows, and a password.
Source: billomat.com/en/api/webhooks/
"""

import base64
import hmac
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy.exc import SQLAlchemyError

from bot.core.settings import Settings

log = logging.getLogger(__name__)

WEBHOOKS = "/billomat/"
"""Begins the address; behind it stands what nobody else knows."""
USER = "trackomat"
APART = timedelta(minutes=1)
"""However many come, one look comes of them in so much time."""
Look = Callable[[datetime], None]
"""Has Billomat be looked at, at that moment at the latest."""


class Webhook:
    """Answers what comes to the address for webhooks."""

    def __init__(self, settings: Settings, look: Look, now: Callable[[], datetime]) -> None:
        path, password = settings.billomat_webhook_path, settings.billomat_webhook_password
        self._path = f"{WEBHOOKS}{path.get_secret_value()}".encode() if path and password else None
        known = f"{USER}:{password.get_secret_value() if password else ''}".encode()
        self._authorization = b"Basic " + base64.b64encode(known)
        self._look, self._now = look, now
        self._lock = threading.Lock()
        self._planned: datetime | None = None
        """When the last look was planned for."""

    def answer(self, method: str, path: str, authorization: str) -> HTTPStatus:
        """What a request comes to; whoever knows one secret alone learns nothing of the other."""
        # In bytes: a header may hold anything, and texts with other letters than ASCII cannot be compared so.
        is_here = self._path is not None and hmac.compare_digest(path.encode("latin-1", "replace"), self._path)
        given = authorization.encode("latin-1", "replace")
        if not is_here or not hmac.compare_digest(given, self._authorization):
            return HTTPStatus.NOT_FOUND
        if method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        try:
            self._plan()
        except SQLAlchemyError:  # Billomat tries again in a minute
            log.exception("a webhook could not be noted")
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.NO_CONTENT

    def _plan(self) -> None:
        with self._lock:
            now = self._now()
            if self._planned is not None and self._planned > now:
                return  # the look that is to come sees this too
            at = now if self._planned is None else max(now, self._planned + APART)
            self._look(at)
            self._planned = at
