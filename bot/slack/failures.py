"""How errors are answered: in the place where the person is, and with a number where nobody expected them."""

import logging
from contextlib import suppress

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.core import logs
from bot.core.errors import AlreadyDone, UserError, WrongFields, error_number
from bot.slack import response_urls
from bot.slack.answers import NOTHING, Answers, Errors, Options, Say, Show, Update
from bot.slack.blocks import Block, message
from bot.slack.delivery import CLICK, COMMAND, EVENT, SEARCH, SHORTCUTS, SUBMISSION
from bot.slack.exchange import Exchange
from bot.slack.notices import notice, on_view, refused, with_mentions
from storage.database import Busy
from storage.diagnosis import Unusable

log = logging.getLogger(__name__)


def answer_error(error: Exception, context: BoltContext, response: BoltResponse | None) -> BoltResponse | None:
    """Every exception of a listener or middleware becomes an answer in the place where the person is."""
    if response is None:  # there is nobody to answer to
        log.error("error without a request to answer", exc_info=error)
        return None
    exchange = Exchange.of(context)
    if isinstance(error, AlreadyDone):
        exchange.outcome = "repeated"
        return exchange.answer(_already_done(exchange))
    exchange.outcome = "refused" if isinstance(error, UserError) else "error"
    answer = exchange.answer(
        _answers(exchange, _sentence(error, exchange), _at_fields(error, exchange), _shown(error, exchange))
    )
    if exchange.came.kind == EVENT and not exchange.came.written:  # whoever wrote is told, and writes again
        answer.status = 500  # Slack delivers it again
    return answer


def refusal(error: UserError, exchange: Exchange) -> Answers:
    """What a person cannot have, found out after the ack: said as before it."""
    return _answers(exchange, error.sentence(exchange.reader), _at_fields(error, exchange), _shown(error, exchange))


def report(error: BaseException, exchange: Exchange, client: WebClient) -> None:
    """An exception after the ack, for which nobody waits: tell the person by whatever way is left.

    Whatever was asked for is done, so nobody must be sent to repeat it.
    """
    with logs.about(**exchange.about):
        number = _numbered(error)
    text = exchange.reader.t(
        "Slack did not show my answer (error {number}). What you asked for may be done already: "
        "look at /track list before you repeat it.",
        number=number,
    )
    _tell(text, exchange, client)


def report_unopened(error: BaseException, exchange: Exchange, client: WebClient) -> None:
    """A window that Slack did not open, after the ack: nothing was done yet, so the person can just repeat it."""
    with logs.about(**exchange.about):
        log.warning("a window was not opened: %s", error)
    text = exchange.reader.t("Slack did not open the window. Please try again.")
    if url := exchange.came.response_url:
        with suppress(response_urls.NotTaken, SlackApiError, OSError):
            response_urls.post(message(text) | {"replace_original": False}, url, client)
            return
    _tell(text, exchange, client)


def _tell(text: str, exchange: Exchange, client: WebClient) -> None:
    try:
        channel = client.conversations_open(users=exchange.came.user_id)["channel"]["id"]
        client.chat_postMessage(channel=channel, text=message(text)["text"])
    except (SlackApiError, OSError) as unreachable:
        log.warning("could not tell the person: %s", type(unreachable).__name__)


def _numbered(error: BaseException) -> str:
    """Log an error that nobody expected, under a number that the person is told."""
    number = error_number()
    log.error("error %s", number, exc_info=error)
    logs.note(error=number)
    return number


def _sentence(error: Exception, exchange: Exchange) -> str:
    to = exchange.reader
    if isinstance(error, UserError):
        return error.sentence(to)
    number = _numbered(error)
    if isinstance(error, OperationalError | InterfaceError | Busy | Unusable):
        return to.t(
            "I cannot reach my database just now (error {number}). Nothing was changed; please try again in a moment.",
            number=number,
        )
    return to.t(
        "Something went wrong on my side (error {number}). Please try again; if it stays, tell whoever runs Trackomat.",
        number=number,
    )


def _at_fields(error: Exception, exchange: Exchange) -> dict[str, str]:
    """What is said at which inputs of the form that was submitted."""
    came = exchange.came
    if came.kind != SUBMISSION or not isinstance(error, UserError):
        return {}
    errors = error.errors if isinstance(error, WrongFields) else (error,)
    said = ((came.input_called(each.field), each) for each in reversed(errors))  # of one field the first
    return {at: each.sentence(exchange.reader) for at, each in said if at}


def _shown(error: Exception, exchange: Exchange) -> Block | None:
    return with_mentions(exchange.reader, error) if isinstance(error, UserError) else None


def _answers(exchange: Exchange, text: str, at_fields: dict[str, str], shown: Block | None) -> Answers:
    to, came = exchange.reader, exchange.came
    if came.kind == COMMAND:
        return Say(refused(to, text, came.typed, shown=shown))
    if came.kind == SEARCH:
        return Options()
    if came.written:
        return Say(message(text, [shown] if shown else None))
    if at_fields:
        return Errors(at_fields)
    if came.kind in (CLICK, *SHORTCUTS) and came.response_url:
        return Say(message(text, [shown] if shown else None) | {"replace_original": False})
    if came.is_on_top_of_two:
        return Update(on_view(came.view, text, shown=shown))
    if came.kind in (CLICK, SUBMISSION, *SHORTCUTS):
        return Show(notice(to, text, shown=shown))  # on top of a form, which keeps what was typed
    return NOTHING


def _already_done(exchange: Exchange) -> Answers:
    if exchange.came.kind != SUBMISSION:
        return NOTHING
    return Update(notice(exchange.reader, exchange.reader.t("This was done already.")))
