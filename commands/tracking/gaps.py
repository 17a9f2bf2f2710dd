"""What was not written down, and the buttons to settle it."""

import re

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Gaps
from bot.slack.answers import Answers, Say
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import gaps, screens
from bot.tracking.gaps import BreakTaken, DayGaps, FilledGap
from bot.tracking.views import gaps as views


def register(listeners: Listeners) -> None:
    """Listen to the buttons of a gap."""
    listeners.action(re.compile(f"^{views.FILL}:"), fill)
    listeners.action(views.LOG, log)
    listeners.action(views.REST, rest)


def gaps_typed(bot: Bot, caller: Caller, typed: Gaps) -> Say:
    """The answer to `/track gaps`."""
    return screens.gaps(bot, caller, typed.day)


def fill(bot: Bot, request: Request) -> Answers:
    """An entry beside it was longer."""
    caller, (gap, entry_id) = request.caller, views.read(request.clicked)
    done = gaps.fill(bot, caller, gap, entry_id or 0)
    return _settled(caller, done, gaps.around(bot, caller, gap))


def log(bot: Bot, request: Request) -> Answers:
    """The fast form for what was done in it."""
    gap, _ = views.read(request.clicked)
    still = gaps.still_open(bot, request.caller, gap)
    return screens.fast_form(bot, request, span=(still.start, still.end))


def rest(bot: Bot, request: Request) -> Answers:
    """It was a break."""
    caller, (gap, _) = request.caller, views.read(request.clicked)
    done = gaps.rest(bot, caller, gap)
    return _settled(caller, done, gaps.around(bot, caller, gap))


def _settled(caller: Caller, done: FilledGap | BreakTaken, day: DayGaps) -> Say:
    return Say(views.settled(caller.reader, done, day, today=caller.today))
