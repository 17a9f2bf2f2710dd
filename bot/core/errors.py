"""What can go wrong in a way that a person can mend."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

from bot.core.texts import Reader

T = TypeVar("T")
U = TypeVar("U")


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

    is_question = False
    """Whether the form has to ask something before it can go on, though nothing that was filled in is wrong."""

    def __init__(self, message: str, /, *, field: str | None = None, needs: Needs | None = None, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.needs = needs
        self.values = values

    def sentence(self, to: Reader) -> str:
        """What the person reads."""
        return to.t(self.message, **self.values)


class WrongFields(UserError):
    """Several fields of one form are wrong: each is told at its place, and elsewhere the first."""

    def __init__(self, errors: Sequence[UserError]) -> None:
        first = errors[0]
        super().__init__(first.message, field=first.field, needs=first.needs, **first.values)
        self.errors = tuple(errors)


class FieldErrors:
    """Reads the fields of a form one by one, and collects what is wrong with them."""

    def __init__(self) -> None:
        self._errors: list[UserError] = []

    def __bool__(self) -> bool:
        """Whether anything is wrong so far."""
        return bool(self._errors)

    def add(self, error: UserError) -> None:
        """One more is wrong, or all that another reading collected."""
        self._errors += error.errors if isinstance(error, WrongFields) else (error,)

    def read(self, read: Callable[[], T], otherwise: U) -> T | U:
        """What `read` returns; where it raises the UserError of a field, that is collected and `otherwise` returned."""
        try:
            return read()
        except UserError as error:
            if error.field is None:
                raise
            self.add(error)
            return otherwise

    def raise_any(self) -> None:
        """Raises what is wrong, if anything is."""
        if self._errors:
            raise self.together()

    def together(self) -> UserError:
        """All that is wrong, of which there is something. A question is asked once nothing else is, and alone."""
        wrong = [each for each in self._errors if not each.is_question] or self._errors[:1]
        return WrongFields(wrong) if len(wrong) > 1 else wrong[0]


def without_decimals(currency: str, *, field: str | None) -> UserError:
    """An amount was typed with decimals in a currency that has none."""
    return UserError("{currency} has no decimals. Type a whole amount, like 5000.", field=field, currency=currency)


def two_amounts(typed: str, readings: tuple[int, int], *, field: str) -> UserError:
    """An amount was typed that is two to different people, both in cents: a thousand and more, or one and a bit."""
    one, other = (f"{cents // 100}.{cents % 100:02}" for cents in readings)
    return UserError(
        "“{typed}” can be read in two ways. Type {one} or {other}.", field=field, typed=typed, one=one, other=other
    )


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
