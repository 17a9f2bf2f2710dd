"""Which days a list or report is about: from those that were said to the first and the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.grammar.dates import EARLIEST_YEAR
from bot.grammar.meanings import Bound, Days, Joined
from bot.grammar.periods import unit_of
from bot.grammar.ranges import is_slip
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.said import Heard, Said
from bot.grammar.values import UnitName

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AskedDays:
    """The first and the last day, with what they are one of; None where nothing bounds them."""

    first: date | None = None
    last: date | None = None
    unit: UnitName | None = None


def asked_days(said: Said) -> AskedDays:
    """The days that were named."""
    said.days = _told_once(said)
    bound, days = said.asked.bound, said.days
    if not (bound or said.asked.is_range):
        _refuse_edges(days)
    if said.asked.is_range and len(days) > 1:
        return _range(said)
    if bound and (not days or bound is Bound.BETWEEN or said.asked.is_range):
        raise NotUnderstood(Reason.UNEXPECTED, said.asked.bound_piece)
    if len(days) > 1:
        return _together(said)
    return _bounded(said, bound, days[0]) if days else AskedDays()


def _refuse_edges(days: Sequence[Heard[Days]]) -> None:
    """Raises NotUnderstood for "end of October" alone: nobody says so of the 31st, nor how many days it is."""
    for heard in days:
        if heard.meaning.of_span:
            raise NotUnderstood(Reason.NO_DAY_OF_SPAN, heard.piece)


def _told_once(said: Said) -> list[Heard[Days]]:
    """The days without one that only says again what the others say: Mon 2 March, KW 11, 9.–15. März.

    Of a range both ends are needed, though the week that begins it may hold all of it: this week until the 1st.
    """
    if len(said.days) > (2 if said.asked.is_range else 1):
        for one, others in ((said.days[0], said.days[1:]), (said.days[-1], said.days[:-1])):
            if _repeats(said, one, others[0].meaning.first, others[-1].meaning.last):
                return others
    return said.days


def _repeats(said: Said, one: Heard[Days], first: date, last: date) -> bool:
    """Whether these are the days between two others, or the day of the week of the one other."""
    meant = one.meaning
    if (meant.first, meant.last) == (first, last):
        return True
    if meant.unit == "week" and (begins := _read_on(said, one, last)):  # the year may stand behind the last day alone
        return (begins.month, begins.day) == (first.month, first.day) and begins <= last <= begins + 6 * _DAY
    return first == last and all(_read_on(said, one, first + after * _DAY) == first for after in (1, 2))


def _read_on(said: Said, heard: Heard[Days], today: date) -> date | None:
    """The first day that was meant, had it been said on another one: of "Monday" the same for a week."""
    try:
        meant = heard.again(said.setting._replace(today=today)) if heard.again else None
    except NotUnderstood:
        return None
    return meant.first if isinstance(meant, Days) and meant.last in (meant.first, today) else None


def _bounded(said: Said, bound: Bound | None, heard: Heard[Days]) -> AskedDays:
    named, today = heard.meaning, said.today()
    match bound:
        case Bound.SINCE if not named.is_range:
            return AskedDays(named.first, today, unit_of(named.first, today, said.setting.week_start))
        case Bound.AFTER:
            if named.last >= today:
                raise NotUnderstood(Reason.FUTURE, f"{said.asked.bound_piece} {heard.piece}")
            return AskedDays(named.last + _DAY, today)
        case Bound.UNTIL:
            return AskedDays(None, named.last)
        case Bound.BEFORE:
            if named.first.year <= EARLIEST_YEAR:
                raise NotUnderstood(Reason.NO_SUCH_DATE, f"{said.asked.bound_piece} {heard.piece}")
            return AskedDays(None, named.first - _DAY)
        case _:
            return AskedDays(named.first, named.last, named.unit or ("day" if named.first == named.last else None))


def _together(said: Said) -> AskedDays:
    """October and November: days that touch, with a word or comma between them. Raises NotUnderstood for others."""
    joined = [mark.position for mark in said.asked.marks if isinstance(mark.meaning, Joined)]
    for one, two in pairwise(said.days):
        names = any(said.typed[one.position].start < word.start < said.typed[two.position].start for word in said.words)
        is_joined = one.piece.endswith(",") or any(one.position < at < two.position for at in joined)
        if said.asked.bound or names or not is_joined:
            raise NotUnderstood(Reason.TWO_DAYS, two.piece)
    in_order = sorted(said.days, key=lambda heard: heard.meaning.first)
    for one, two in pairwise(in_order):
        if one.meaning.last + _DAY != two.meaning.first:
            raise NotUnderstood(Reason.TWO_DAYS, max(one, two, key=lambda heard: heard.position).piece)
    first, last = in_order[0].meaning.first, in_order[-1].meaning.last
    return AskedDays(first, last, unit_of(first, last, said.setting.week_start))


def _range(said: Said) -> AskedDays:
    """From the first of the days named first to the last of those named last, at most until today."""
    one, two, *more = said.days
    if more:
        raise NotUnderstood(Reason.TWO_DAYS, more[0].piece)
    first, last = one.meaning.first, two.meaning.last
    if first > last and two.meaning.year_typed and not one.meaning.year_typed:
        first = _of_year(said, one, two)
    if first > last or (not two.meaning.year_typed and is_slip(first, last, said.today())):
        raise NotUnderstood(Reason.LAST_BEFORE_FIRST, two.piece)
    return AskedDays(first, min(last, said.today()), unit_of(first, last, said.setting.week_start))


def _of_year(said: Said, one: Heard[Days], two: Heard[Days]) -> date:
    """When a range began of which only the end has a year: the last such day before it."""
    try:
        meant = one.again(said.setting._replace(today=two.meaning.last)) if one.again else one.meaning
    except NotUnderstood:
        raise NotUnderstood(Reason.LAST_BEFORE_FIRST, two.piece) from None
    return meant.first if isinstance(meant, Days) else one.meaning.first
