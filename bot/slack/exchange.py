"""One delivery and how it is answered: the only thing of ours that travels through Bolt's context."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from slack_bolt import BoltContext, BoltResponse

from bot.core.caller import Caller
from bot.core.texts import Reader
from bot.slack.answers import Answer, Answers, acked
from bot.slack.delivery import Delivery
from bot.slack.request import Request

KEY = "exchange"
_ENGLISH = Reader.for_locale(locale="en-US", language=None, zone="UTC")


@dataclass(slots=True)
class Exchange:
    """What came in, what the log says of it, and what is left to be shown once it is acked."""

    came: Delivery | Request
    """A request from when its sender was identified."""
    about: dict[str, object] = field(default_factory=dict)
    """What the log says of it, also in the thread in which the rest is shown."""
    outcome: str = ""
    """How it ended, where it did not end well."""
    left: tuple[Answer, ...] = ()
    acked_at: float = 0.0
    """By the monotonic clock; 0: not yet."""
    note_refusal: Callable[[Caller], None] = lambda _: None
    """Is called where Slack refuses tables and charts; see bot/slack/refusals.py."""

    @classmethod
    def of(cls, context: BoltContext) -> "Exchange":
        """The one that Bolt's app began."""
        exchange: Exchange = context[KEY]
        return exchange

    @property
    def request(self) -> Request:
        """What came in by somebody who was identified."""
        if isinstance(self.came, Request):
            return self.came
        raise LookupError("nobody was identified")

    @property
    def takes_native(self) -> bool:
        """Whether Slack's own tables and charts are tried."""
        return isinstance(self.came, Request) and self.came.caller.takes_native

    def native_was_refused(self) -> None:
        """Slack refused tables and charts."""
        self.note_refusal(self.request.caller)

    @property
    def reader(self) -> Reader:
        """How to write to whoever sent it; in English to somebody who was not identified."""
        return self.came.caller.reader if isinstance(self.came, Request) else _ENGLISH

    def answer(self, answers: Answers) -> BoltResponse:
        """The ack; what it cannot carry is left for after it."""
        response, self.left = acked(self.came, answers)
        self.acked_at = monotonic()
        return response
