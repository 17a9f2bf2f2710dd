"""What listeners of several subjects show: a use case and its view, as an answer."""

from datetime import date, datetime

from bot.core.caller import NO_SOURCE, Caller, Source
from bot.core.context import Bot
from bot.slack.answers import Say, Show
from bot.slack.request import Request
from bot.tracking import form, lists
from bot.tracking import gaps as gaps_of
from bot.tracking.rules.filters import Filter
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


def list_page(bot: Bot, caller: Caller, first: date, last: date, *, begins: int = 0) -> Say:
    """What was written down in a period, from its entry number `begins` on."""
    period = lists.read_period(bot, caller, first, last)
    return Say(list_views.listed(caller.reader, period, begins, caller.today, caller.now))


def gaps(bot: Bot, caller: Caller, day: date) -> Say:
    """The gaps of a day, with the buttons to settle them."""
    return Say(gap_views.listed(caller.reader, gaps_of.of_day(bot, caller, day), today=caller.today))


def list_of(bot: Bot, caller: Caller, chosen: Filter) -> Say:
    """The entries that fit a filter."""
    return list_page(bot, caller, chosen.first or caller.today, chosen.last or caller.today)
