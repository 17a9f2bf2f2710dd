"""What can go wrong in a way that a person can mend."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.core.texts import Reader


class Needs(Enum):
    """What a person lacks that others can do or give; whom to ask is added to the sentence before it is shown."""

    TO_BILL = auto()
    TO_SEE_OTHERS = auto()
    TO_BE_ADMIN = auto()
    A_CONNECTION = auto()
    AN_ADMIN_TO_CREATE = auto()
    A_BILLER_TO_CREATE = auto()


@dataclass(frozen=True, slots=True)
class People:
    """People in a sentence: by their names, or as mentions where Slack makes such out of ids."""

    named: Sequence[tuple[str, str]]
    """Slack's id and the name of each."""

    def __str__(self) -> str:
        """Their names."""
        return ", ".join(name for _, name in self.named)

    @property
    def mentioned(self) -> str:
        """For places where Slack parses mrkdwn."""
        return ", ".join(f"<@{slack_id}>" for slack_id, _ in self.named)


class UserError(Exception):
    """A sentence that tells a person what is wrong and what to do next.

    `message` is English with named places for `values`. bot/slack/failures.py shows the sentence where the person is:
    as the answer to a command or a click, or at the field of a form when `field` names its block_id.
    """

    def __init__(self, message: str, /, *, field: str | None = None, needs: Needs | None = None, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.needs = needs
        self.values = values

    def sentence(self, to: Reader) -> str:
        """What the person reads."""
        return to.t(self.message, **self.values)


def without_decimals(currency: str, *, field: str | None) -> UserError:
    """An amount was typed with decimals in a currency that has none."""
    return UserError("{currency} has no decimals. Type a whole amount, like 5000.", field=field, currency=currency)


class AlreadyDone(Exception):
    """Slack delivered a request again that was carried out before: answer kindly and change nothing."""


def error_number() -> str:
    """A name for one error that nobody expected: it stands in the log and is what a person can tell an admin."""
    return "E-" + secrets.token_hex(3).upper()


def days_locked() -> UserError:
    """Days that are billed are locked, and nothing in them changes."""
    return UserError(
        "These days are locked, because they are billed. Whoever bills can open them: /track settings, “Locked "
        "days …”. Nothing was changed."
    )
