"""What is answered: small values that a listener returns, and the ack that carries what it can of them.

What needs Slack itself (open, update or publish a view, answer through a response_url) is left for after the ack; see
bot/slack/showing.py.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk import WebClient

from bot.slack.blocks import Message, View
from bot.slack.delivery import COMMAND, SEARCH, SUBMISSION, Delivery
from bot.slack.request import Request

log = logging.getLogger(__name__)

ANSWERABLE = timedelta(minutes=25)
"""A response_url lives half an hour; a form may stay open longer."""
Rich = Callable[[], Message | None]
"""Makes an answer with Slack's own tables and charts, when it is its turn: no ack waits for it."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message that only the person sees: below the command or click, or in the modal in which they clicked.

    A submitted form cannot say anything without `at`: its modal closes, or shows an Update.
    """

    message: Message
    at: str = ""
    """Another request's response_url, in whose conversation it is said."""
    rich: Rich | None = None
    """The whole answer once more, with Slack's own tables and charts in place of rows as text. Only `message` is shown
    where no message can be, where Slack refuses them, and for a day after that."""

    def instead(self) -> "Say":
        """The same in place of the message in which was clicked."""
        return replace(self, message=self.message | {"replace_original": True})


Shown = Callable[[str, str], None]
"""Is told the id and the hash that Slack gave a view when it was shown; not where an ack carried it."""


@dataclass(frozen=True, slots=True)
class Show:
    """A modal, on top of the one that is open."""

    view: View
    then: Shown | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A modal in place of the one in which was clicked or entered; a new one where there was none."""

    view: View
    view_id: str = ""
    """The modal to replace, if it is another one."""
    then: Shown | None = None


@dataclass(frozen=True, slots=True)
class Publish:
    """The person's Home."""

    view: View


@dataclass(frozen=True, slots=True)
class Refresh:
    """An older message brought up to date, if the response_url `at` still works."""

    message: Message
    at: str


@dataclass(frozen=True, slots=True)
class Errors:
    """A form is refused, with a sentence at each field (block_id)."""

    by_field: dict[str, str]


@dataclass(frozen=True, slots=True)
class Options:
    """What a searched menu offers, in groups or without."""

    options: Sequence[dict[str, Any]] = ()
    option_groups: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Eventually:
    """Answers that take longer than an ack may wait; shown as soon as they are there."""

    coming: Future["Answers"]


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What is done once the ack is out, because Slack itself is needed for it; what it returns is shown then."""

    deed: Callable[[WebClient], "Answers | None"]


@dataclass(frozen=True, slots=True)
class Enrich:
    """What an ack said, once more with tables and charts. What was said stays where that fails."""

    rich: Rich


def on_top(request: Request, view: View) -> "Answer":
    """A form on top of the answer below which it was opened; in place of one that lies on another already.

    Slack takes three views in a stack, and each answer of such a form has the button that opens it again.
    """
    return Update(view) if request.in_modal and request.previous_view_id else Show(view)


Answer = Enrich | Say | Show | Update | Publish | Refresh | Errors | Options | Eventually | Afterwards
Answers = Answer | Sequence[Answer]
"""What a listener returns: one or several."""
NOTHING: Answers = ()


def answers_in_turn(answers: Answers) -> Sequence[Answer]:
    """What a listener returned, one answer or several, as several."""
    return (answers,) if isinstance(answers, Answer) else answers


def made(rich: Rich) -> Message | None:
    """The answer with tables and charts; None where a fault of ours keeps it from being made: the text is as good."""
    try:
        return rich()
    except Exception:
        log.exception("an answer with tables could not be made")
        return None


def acked(came: Delivery, answers: Answers) -> tuple[BoltResponse, tuple[Answer, ...]]:
    """The ack, and the answers that it cannot carry."""
    body: dict[str, Any] | None = None
    left: list[Answer] = []
    for answer in answers_in_turn(answers):
        carried = _carried(came.kind, answer) if body is None else None
        if carried is None:
            left.append(answer)
        else:
            body = carried
            left += _rich(answer)
    if body is None and came.kind == SEARCH:
        body = {"options": []}  # Slack takes nothing less for an answer
    return BoltResponse(status=200, body=body or ""), tuple(left)


def _rich(carried: Answer) -> list[Answer]:
    return [Enrich(carried.rich)] if isinstance(carried, Say) and carried.rich else []


def _carried(kind: str, answer: Answer) -> dict[str, Any] | None:
    if kind == COMMAND:
        return answer.message if isinstance(answer, Say) and not answer.at else None
    if kind == SUBMISSION:
        return _carried_by_a_form(answer)
    if kind == SEARCH and isinstance(answer, Options):
        groups = answer.option_groups
        return {"option_groups": list(groups)} if groups else {"options": list(answer.options)}
    return None


def _carried_by_a_form(answer: Answer) -> dict[str, Any] | None:
    match answer:
        case Update(view, view_id=""):
            return {"response_action": "update", "view": view}
        case Show(view):
            return {"response_action": "push", "view": view}
        case Errors(by_field):
            return {"response_action": "errors", "errors": by_field}
    return None
