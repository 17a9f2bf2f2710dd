"""What can go wrong in a way that a person can mend."""

import secrets
from typing import Any

from bot.core.texts import Reader


class UserError(Exception):
    """A sentence that tells a person what is wrong and what to do next.

    `message` is English with named places for `values`. bot/slack/failures.py shows the sentence where the person is:
    as the answer to a command or a click, or at the field of a form when `field` names its block_id.
    """

    def __init__(self, message: str, /, *, field: str | None = None, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.values = values

    def sentence(self, to: Reader) -> str:
        """What the person reads."""
        return to.t(self.message, **self.values)


class AlreadyDone(Exception):
    """Slack delivered a request again that was carried out before: answer kindly and change nothing."""


def error_number() -> str:
    """A name for one error that nobody expected: it stands in the log and is what a person can tell an admin."""
    return "E-" + secrets.token_hex(3).upper()
