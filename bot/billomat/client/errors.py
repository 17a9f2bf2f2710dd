"""What can go wrong at Billomat, named after what the caller may do next."""

from typing import Literal

from bot.billomat.rules.trouble import Trouble

Cause = Literal["unknown_host", "unreachable", "timeout", "maintenance", "quota", "server"]
"""Why nothing happened; see NotDone."""


class BillomatError(Exception):
    """Billomat did not do what it was asked to.

    `text` is what Billomat said, or what happened to the connection: one line of at most 200 characters without
    mark-up and without the key. It is still foreign text, to be escaped where it is shown. `status` is the HTTP
    status, None when no answer came.
    """

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class Refused(BillomatError):
    """The same request will be refused again: a 4xx, a redirect, or an answer that is far too large.

    From `owner()` it means that there is no account at this address. `is_html`: a web page said it, not the API.
    """

    def __init__(self, text: str, *, status: int | None = None, is_html: bool = False) -> None:
        super().__init__(text, status=status)
        self.is_html = is_html


class NotDone(BillomatError):
    """Nothing happened there, or so it says; repeat later. `retry_after` is in seconds, None when nothing was said.

    Without a `status` nothing was sent, or a read failed. With one, a write is looked for before it is repeated.

    `kind` tells why: `unknown_host` (no such name: a mistyped account), `unreachable` (no connection), `timeout`,
    `maintenance` (a web page or 503), `quota` (429) or `server` (it failed, or its answer makes no sense).
    """

    def __init__(self, text: str, *, kind: Cause, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(text, status=status)
        self.kind = kind
        self.retry_after = retry_after


class OutcomeUnknown(BillomatError):
    """Something was sent to be stored and no usable answer came: look for it before sending it again."""


class AccessDenied(BillomatError):
    """The key, the plan or its owner's rights do not suffice (401, 402, 403). Keep everything, ask for a connection."""

    def __init__(self, text: str, *, trouble: Trouble, status: int | None = None) -> None:
        super().__init__(text, status=status)
        self.trouble = trouble
