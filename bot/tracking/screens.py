"""What listeners of several subjects show: a use case and its view, as an answer."""

from collections.abc import Callable
from datetime import date, datetime

from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.context import Bot
from bot.grammar.values import Command, List, Report
from bot.slack import leisure
from bot.slack.answers import Answers, Say, Show
from bot.slack.request import Request
from bot.tracking import filtering, form, lists
from bot.tracking import gaps as gaps_of
from bot.tracking.rules.filters import Filter, SpanUnit, may_be_much
from bot.tracking.views import filters as filter_views
from bot.tracking.views import form as form_views
from bot.tracking.views import gaps as gap_views
from bot.tracking.views import lists as list_views


def fast_form(
    bot: Bot,
    request: Request,
    *,
    source: Source = NO_SOURCE,
    span: tuple[datetime, datetime] | None = None,
    day: date | None = None,
) -> Show:
    """The fast form. What comes of it is said in the conversation it was opened in, if Slack names one."""
    shown = form.begin(bot, request.caller, source=source, answer_at=request.response_url, span=span, day=day)
    return Show(form_views.form(request.caller.reader, shown))


def list_of(bot: Bot, caller: Caller, chosen: Filter, *, begins: int = 0) -> Say:
    """What fits a filter, from its entry number `begins` on. Raises UserError where the caller may not see it."""
    to, found = caller.reader, lists.read(bot, caller, chosen, begins=begins, room=list_views.MOST_LINE_BLOCKS)
    answer = list_views.listed(to, found, caller.now)
    if found.days or found.spent.expenses:
        return Say(answer)
    return Say(filter_views.with_near(to, answer, filtering.near(bot, caller, found.chosen), found.names, "list"))


def may_take_long(typed: Command) -> bool:
    """Whether a list or a report asks for so many days that Slack's patience may end before they are added up."""
    if not isinstance(typed, List | Report):
        return False
    asked = typed.filter
    says_days = asked.all_days or asked.first is not None or asked.last is not None
    return says_days and may_be_much(asked.first, asked.last)


def in_place(request: Request, chosen: Filter, make: Callable[[], Say]) -> Answers:
    """The answer to a filter in place of the one below which was clicked; later, where that may take long."""
    if may_be_much(chosen.first, chosen.last):
        return leisure.answered(request, lambda: make().instead())
    return make().instead()


def list_day(bot: Bot, caller: Caller, day: date) -> Say:
    """What the caller did on a day."""
    return list_of(bot, caller, filtering.of_own(caller, Filter(day, day, SpanUnit.DAY)))


def gaps(bot: Bot, caller: Caller, day: date) -> Say:
    """The gaps of a day, with the buttons to settle them."""
    return Say(gap_views.listed(caller.reader, gaps_of.of_day(bot, caller, day), today=caller.today))
