"""What is shown after the ack, in a thread, because it needs Slack itself.

A trigger_id lives three seconds and a click wants its answer at once, so neither can wait for a job. As a lazy listener
of Bolt's this would get a deep copy of the whole request first, with the view that it is to show.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.core import deadlines
from bot.core.errors import UserError
from bot.slack import failures, places, response_urls
from bot.slack.answers import (
    NOTHING,
    Afterwards,
    Answer,
    Answers,
    Enrich,
    Eventually,
    Publish,
    Refresh,
    Rich,
    Say,
    Show,
    Shown,
    Update,
    answers_in_turn,
    made,
)
from bot.slack.blocks import Message, View, message_modal
from bot.slack.delivery import Delivery
from bot.slack.exchange import Exchange

log = logging.getLogger(__name__)

SHOWN_WITHIN = 10
"""Seconds after the ack. A trigger_id lives three, and the threads for it are few."""
TOLD_WITHIN = 5
"""Seconds more, to say in a message what could not be shown."""
RICH_WITHIN = 4
"""Seconds for an answer with tables and charts, so that there is time left for the same without."""
BEHIND_THE_ACK = 0.2
"""Seconds until an acked answer is shown once more: what overtakes the ack has nothing to take the place of."""
_VIEW_CLOSED = "not_found"
"""The person closed the modal meanwhile: nothing to show any more, and nothing wrong."""


def show(answers: Sequence[Answer], exchange: Exchange, client: WebClient, until: float) -> None:
    """Show these in turn, `until` a moment of `deadlines`: it also counts the wait for a thread.

    Nobody waits for it, so what goes wrong is told to the person from here; not when Slack hung so long that this is
    over too, for others wait for the thread.
    """
    at_hand: Answer | None = None
    try:
        with deadlines.until(until):
            for at_hand in answers:
                _show(at_hand, exchange, client)
    except Exception as error:
        _report(error, exchange, client, until, opens=isinstance(at_hand, Show))


def _report(error: BaseException, exchange: Exchange, client: WebClient, until: float, *, opens: bool = False) -> None:
    """`opens`: the person only asked for a window, and nothing else was done."""
    report = failures.report_unopened if opens else failures.report
    with deadlines.until(until + TOLD_WITHIN):
        report(error, exchange, client)


def _show(answer: Answer, exchange: Exchange, client: WebClient) -> None:
    came = exchange.came
    match answer:
        case Say():
            _say(answer, exchange, client)
        case Show(view, then):
            _open(view, came, client, then)
        case Update(view, view_id, then):
            _update(view, view_id or came.view_id, came, client, then)
        case Publish(view):
            client.views_publish(user_id=came.user_id, view=view)
        case Refresh(message, at):
            with suppress(response_urls.NotTaken):  # then it stays as it was
                response_urls.post(message, at, client)
        case Enrich(rich):
            _enrich(rich, exchange, client)
        case Afterwards(deed):
            for each in answers_in_turn(deed(client) or NOTHING):
                _show(each, exchange, client)
        case Eventually(coming):
            coming.add_done_callback(partial(_show_what_came, exchange, client))
        case _:
            raise TypeError(f"only an ack carries {type(answer).__name__}")


def _show_what_came(exchange: Exchange, client: WebClient, coming: Future[Answers]) -> None:
    until = deadlines.after(SHOWN_WITHIN)
    try:
        answers = coming.result()
    except UserError as error:
        answers = failures.refusal(error, exchange)
    except Exception as error:
        _report(error, exchange, client, until)
        return
    show(answers_in_turn(answers), exchange, client, until)


def _say(answer: Say, exchange: Exchange, client: WebClient) -> None:
    """In the conversation; in the modal that was clicked in; or in one over the Home, which has no place for it."""
    came, url = exchange.came, answer.at or exchange.came.response_url
    if place := came.place:
        places.post(client, place, answer.message)
    elif url:
        message, rich = _in_thread(answer.message, came), answer.rich
        if not (rich and _takes(rich, url, exchange, client, instead=bool(message.get("replace_original")))):
            response_urls.post(message, url, client)
    elif came.in_modal:
        title = came.view["title"]["text"]  # a form's "Cancel" would cancel nothing below a message
        _update(message_modal(answer.message, title, close=exchange.reader.t("Close")), came.view_id, came, client)
    else:
        _open(message_modal(answer.message, "Trackomat", close=exchange.reader.t("Close")), came, client)


def _enrich(rich: Rich, exchange: Exchange, client: WebClient) -> None:
    """In place of what the ack said; below it, where Slack does not let that be replaced."""
    waited = time.monotonic() - exchange.acked_at
    if exchange.takes_native and waited < SHOWN_WITHIN:  # where many wait for a thread, none is kept for the past
        time.sleep(max(0.0, BEHIND_THE_ACK - waited))
        _takes(rich, exchange.came.response_url, exchange, client, instead=True)


def _takes(rich: Rich, url: str, exchange: Exchange, client: WebClient, *, instead: bool) -> bool:
    """Whether Slack shows an answer with tables and charts. Nobody is told if not: the same is said without them."""
    message = made(rich) if exchange.takes_native else None
    if message is None:
        return False
    try:
        with deadlines.until(deadlines.after(RICH_WITHIN)):
            response_urls.post(_in_thread(message, exchange.came) | {"replace_original": instead}, url, client)
    except response_urls.BlocksNotTaken:
        exchange.native_was_refused()
        return False
    except (response_urls.NotTaken, OSError, HTTPException) as error:
        log.info("an answer with tables was not shown: %s", error)
        return False
    return True


def _in_thread(message: Message, came: Delivery) -> Message:
    """What is clicked in a thread is answered there; what is replaced stays where it is."""
    return message | {"thread_ts": came.thread_ts} if came.thread_ts else message


def _open(view: View, came: Delivery, client: WebClient, then: Shown | None = None) -> None:
    call = client.views_push if came.in_modal else client.views_open
    _tell(then, call(trigger_id=came.trigger_id, view=view))


def _update(view: View, view_id: str, came: Delivery, client: WebClient, then: Shown | None = None) -> None:
    if not view_id or came.sees_home:
        _open(view, came, client, then)
        return
    try:
        answer = client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != _VIEW_CLOSED:
            raise
    else:
        _tell(then, answer)


def _tell(then: Shown | None, answer: SlackResponse) -> None:
    shown = answer.get("view") or {}
    if then and shown.get("id"):
        then(shown["id"], shown.get("hash") or "")
