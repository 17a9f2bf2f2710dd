"""What may take longer than Slack waits for an ack, three seconds: it is made in a thread of its own, and said when it
is there.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from bot.core.texts import Reader
from bot.slack.answers import Answers, Eventually, Say, answers_in_turn
from bot.slack.blocks import message
from bot.slack.delivery import COMMAND
from bot.slack.request import Request

IN_TIME = 2.0
"""Seconds for which the ack waits; Slack wants it within three, and the way there takes some of them."""
AT_ONCE = 2
"""Of those who ask for so much; others of them wait, and nobody who asks for less does."""
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="leisure")


def answered(request: Request, make: Callable[[], Answers]) -> Answers:
    """What is made, if it is there in time; otherwise that it is on its way, and then the answer in place of that.

    What is written to the bot is answered within its transaction, which no other thread may use. Raises what `make`
    raises in time; later it is told like any other failure.
    """
    if request.place is not None:
        return make()
    coming = _threads.submit(make)
    wait([coming], timeout=IN_TIME)
    if coming.done():
        return coming.result()
    late = Eventually(_instead(coming))
    return [Say(_on_its_way(request.caller.reader)), late] if request.kind == COMMAND else late


def _on_its_way(to: Reader) -> dict[str, object]:
    return message(to.t("That is a lot of time. I am adding it up, one moment …"))


def _instead(coming: Future[Answers]) -> Future[Answers]:
    late: Future[Answers] = Future()

    def pass_on(done: Future[Answers]) -> None:
        if error := done.exception():
            late.set_exception(error)
        else:
            answers = answers_in_turn(done.result())
            late.set_result([each.instead() if isinstance(each, Say) else each for each in answers])

    coming.add_done_callback(pass_on)
    return late
