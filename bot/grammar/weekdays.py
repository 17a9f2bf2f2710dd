"""A day of the week beside its date: Monday 9.2., Montag, den 9. Februar, 13.2. Friday. Both have to fit."""

from dataclasses import replace
from datetime import timedelta

from bot.grammar.meanings import Days
from bot.grammar.refusals import Means, Reason
from bot.grammar.said import Heard, Said
from bot.grammar.where import FILTERED

_OF_SEVERAL = frozenset(FILTERED.split())
"""What may be about several days, which a comma puts together where they touch: Tuesday, 9.3. may be both of them."""


def join_weekday(said: Said) -> None:
    """Make one day of the last two that were heard, if one is the day of the week of the other, which is a date.

    Raises NotUnderstood where they do not fit.
    """
    if len(said.days) < 2 or not _touch(said, *said.days[-2:]):
        return
    one, two = said.days[-2:]
    weekday, dated = (one, two) if one.meaning.weekday is not None else (two, one)
    if weekday.meaning.weekday is None or not _is_date(dated):
        return
    ends = two.position + two.count
    piece = " ".join(word.text for word in said.typed[one.position : ends])
    joined = replace(dated, piece=piece, position=one.position, count=ends - one.position)
    beside = dated.meaning.first if dated is two else dated.meaning.ends or dated.meaning.last
    if beside.weekday() == weekday.meaning.weekday:
        meaning = replace(dated.meaning, part=dated.meaning.part or weekday.meaning.part)
        said.days[-2:] = [replace(joined, meaning=meaning)]
    elif not (said.name in _OF_SEVERAL and _are_neighbours(one, two)):
        raise said.ask(Reason.OTHER_WEEKDAY, joined, [_figures(each.meaning) for each in (dated, weekday)])


def _touch(said: Said, one: Heard[Days], two: Heard[Days]) -> bool:
    """Whether nothing stands between them but what only leads to a day: the "den" of Montag, den 9. Februar."""
    begins, ends = said.typed[one.position].start, said.typed[two.position].start
    between = range(one.position + one.count, two.position)
    names = any(begins < word.start < ends for word in said.words)
    marks = any(mark.position in between for mark in said.asked.marks)
    times = any(time.position in between for time in said.times)
    return not (names or marks or times)


def _is_date(heard: Heard[Days]) -> bool:
    """Whether it is one day of the calendar, or begins with one, and was typed with a number."""
    days = heard.meaning
    is_day = days.first == days.last or days.is_range
    return is_day and days.weekday is None and not days.of_span and any(map(str.isdigit, heard.piece))


def _are_neighbours(one: Heard[Days], two: Heard[Days]) -> bool:
    apart = abs(one.meaning.first - two.meaning.first)
    return one.piece.endswith(",") and apart == timedelta(days=1) and not two.meaning.is_range


def _figures(days: Days) -> tuple[str, Means]:
    if days.first == days.last:
        return days.first.isoformat(), Means(day=days.first)
    return f"{days.first} - {days.last}", Means(days=(days.first, days.last))
