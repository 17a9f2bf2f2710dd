"""Which time a list or report is about: from what was said to the filter that was typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from bot.grammar import values as grammar
from bot.grammar.days import EARLIEST_YEAR
from bot.grammar.meanings import (
    AllTime,
    Billable,
    Billed,
    Bound,
    Contains,
    Days,
    Grouped,
    Joined,
    Kind,
    Meaning,
    Setting,
    Tagged,
    To,
    When,
    Whose,
)
from bot.grammar.refusals import Means, NotUnderstood, Reason
from bot.grammar.said import Heard, Mark, Said
from bot.grammar.spans import full_end, is_slip, unit_of
from bot.grammar.tokens import QUOTED, Word, names
from bot.grammar.values import GroupName, NameKind, TypedFilter, UnitName

_DAY = timedelta(days=1)
_NUMBER = re.compile(r"[0-9]{1,9}")
BETWEEN_NAMES = ","
"""Stands among the words where either of two names may be meant."""


def keep(said: Said, meaning: Meaning, mark: Mark, piece: str) -> None:
    """Keep what only lists and reports take. Raises NotUnderstood for what contradicts something before it."""
    asked = said.asked
    match meaning:
        case Bound() as bound:
            _keep_bound(said, bound, piece)
        case To():
            meaning = _keep_to(said, meaning, piece)
        case Billed(billed):
            asked.billed = _once(asked.billed, billed, piece)
        case Whose(everybody):
            asked.everybody = _once(asked.everybody, everybody, piece)
        case AllTime():
            asked.all_time = True
        case Grouped(by):
            _group(said, by, piece)
        case Contains() | Tagged():
            _keep_text(said, meaning, mark, piece)
    asked.marks.append(replace(mark, meaning=meaning))


def _once(before: bool | None, now: bool, piece: str) -> bool:
    if before not in (None, now):
        raise NotUnderstood(Reason.CONTRADICTS, piece)
    return now


def _keep_bound(said: Said, bound: Bound, piece: str) -> None:
    if said.asked.bound or said.days:
        raise NotUnderstood(Reason.UNEXPECTED, piece)
    said.asked.bound, said.asked.bound_piece = bound, piece


def _keep_to(said: Said, to: To, piece: str) -> Meaning:
    """What leads to the last of several days, or to the only one; "and" is such a word behind "between" only."""
    asked = said.asked
    if to.is_and and not (asked.bound is Bound.BETWEEN and said.days):
        return Joined()
    begins = asked.bound in (None, Bound.SINCE, Bound.BETWEEN) and not asked.is_range
    if begins and said.days:
        asked.is_range = True
    elif begins and to.leads and asked.bound is None:
        asked.bound, asked.bound_piece = Bound.UNTIL, piece
    else:
        raise NotUnderstood(Reason.UNEXPECTED, piece)
    return to


def _group(said: Said, by: tuple[GroupName, ...], piece: str) -> None:
    found = tuple(dict.fromkeys((*(said.asked.by or ()), *by)))
    if len(found) > grammar.MOST_GROUPS:
        raise NotUnderstood(Reason.TOO_MANY_GROUPS, piece)
    said.asked.by = found


def _keep_text(said: Said, meaning: Contains | Tagged, mark: Mark, piece: str) -> None:
    if isinstance(meaning, Tagged):
        said.tags[meaning.tag] = None
        return
    if said.asked.sought is not None or bool(said.note) is meaning.is_there:
        raise NotUnderstood(Reason.UNEXPECTED, piece)
    if meaning.is_there:
        last = said.typed[mark.position + mark.count - 1]
        said.asked.sought = last.text if last.key == QUOTED else last.text.rstrip(",")


def setting_of_next(said: Said) -> Setting:
    """In what the next phrase is read: the end of a range may lie ahead."""
    if said.asked.is_range and said.days:
        first = said.days[0].meaning
        return said.setting._replace(begun=first.first, by_week=first.of_week)
    return said.setting


# Days


@dataclass(frozen=True, slots=True)
class _Span:
    first: date | None = None
    last: date | None = None
    unit: UnitName | None = None


def _span(said: Said) -> _Span:
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
    return _bounded(said, bound, days[0]) if days else _Span()


def _refuse_edges(days: Sequence[Heard[Days]]) -> None:
    """Raises NotUnderstood for "end of October" alone: nobody says so of the 31st, nor how many days it is."""
    for heard in days:
        if heard.meaning.of_span:
            raise NotUnderstood(Reason.NO_DAY_OF_SPAN, heard.piece)


def _told_once(said: Said) -> list[Heard[Days]]:
    """The days without one that only says again what the others say: Mon 2 March, KW 11, 9.–15. März."""
    if len(said.days) > 1:
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


def _bounded(said: Said, bound: Bound | None, heard: Heard[Days]) -> _Span:
    named, today = heard.meaning, said.today()
    match bound:
        case Bound.SINCE if not named.is_range:
            return _Span(named.first, today, unit_of(named.first, today, said.setting.week_start))
        case Bound.AFTER:
            if named.last >= today:
                raise NotUnderstood(Reason.FUTURE, f"{said.asked.bound_piece} {heard.piece}")
            return _Span(named.last + _DAY, today)
        case Bound.UNTIL:
            return _Span(None, named.last)
        case Bound.BEFORE:
            if named.first.year <= EARLIEST_YEAR:
                raise NotUnderstood(Reason.NO_SUCH_DATE, f"{said.asked.bound_piece} {heard.piece}")
            return _Span(None, named.first - _DAY)
        case _:
            return _Span(named.first, named.last, named.unit or ("day" if named.first == named.last else None))


def _together(said: Said) -> _Span:
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
    return _Span(first, last, unit_of(first, last, said.setting.week_start))


def _range(said: Said) -> _Span:
    """From the first of the days named first to the last of those named last, at most until today."""
    one, two, *more = said.days
    if more:
        raise NotUnderstood(Reason.TWO_DAYS, more[0].piece)
    first, last = one.meaning.first, two.meaning.last
    if first > last and two.meaning.year_typed and not one.meaning.year_typed:
        first = _of_year(said, one, two)
    if first > last or (not two.meaning.year_typed and is_slip(first, last, said.today())):
        raise NotUnderstood(Reason.LAST_BEFORE_FIRST, two.piece)
    return _Span(first, min(last, said.today()), unit_of(first, last, said.setting.week_start))


def _of_year(said: Said, one: Heard[Days], two: Heard[Days]) -> date:
    """When a range began of which only the end has a year: the last such day before it."""
    try:
        meant = one.again(said.setting._replace(today=two.meaning.last)) if one.again else one.meaning
    except NotUnderstood:
        raise NotUnderstood(Reason.LAST_BEFORE_FIRST, two.piece) from None
    return meant.first if isinstance(meant, Days) else one.meaning.first


# Names


@dataclass(slots=True)
class _Names:
    """Takes words and what stands between them, from left to right."""

    words: list[str] = field(default_factory=list)
    named: list[tuple[NameKind, tuple[str, ...]]] = field(default_factory=list)
    kind: NameKind | None = None
    of_kind: list[str] = field(default_factory=list)
    is_named: bool = False
    """Whether something of the kind was named."""
    is_joined: bool = False

    def add(self, typed: tuple[str, ...]) -> None:
        if self.kind:
            self.of_kind += typed
            return
        if self.is_joined and self.words:
            self.words.append(BETWEEN_NAMES)
        self.is_joined = False
        self.words += typed

    def join(self) -> None:
        """What stands behind may be of any kind again: "service design, acme"."""
        if self.of_kind:
            self.end()
        self.is_joined = True

    def begin(self, kind: NameKind) -> None:
        self.kind, self.is_named = kind, False

    def end(self) -> bool:
        """End what is named of a kind; whether there was nothing."""
        if self.kind is None:
            return False
        self._name()
        self.kind = None
        return not self.is_named

    def _name(self) -> None:
        if self.kind and self.of_kind:
            self.named.append((self.kind, tuple(self.of_kind)))
            self.of_kind, self.is_named, self.is_joined = [], True, True


def _take_names(said: Said) -> _Names:
    found = _Names()
    parts: list[tuple[int, Word | Mark]] = [(word.start, word) for word in said.words]
    parts += [(said.typed[mark.position].start, mark) for mark in said.asked.marks]
    kind: Mark | None = None
    for _, part in sorted(parts, key=lambda each: each[0]):
        if isinstance(part, Word):
            _take_word(found, part)
        elif isinstance(part.meaning, Joined):
            found.join()
        else:
            _end(said, found, kind)
            kind = part if isinstance(part.meaning, Kind) else None
            if isinstance(part.meaning, Kind):
                found.begin(part.meaning.kind)
    _end(said, found, kind)
    return found


def _take_word(found: _Names, word: Word) -> None:
    """Keep a name; a comma behind it or in it stands between two."""
    if word.key == QUOTED or "://" in word.text:
        found.add((word.text,))
        return
    for number, text in enumerate(word.text.split(",")):
        if number:
            found.join()
        if text:
            found.add(names([word._replace(text=text)]))


def _end(said: Said, found: _Names, kind: Mark | None) -> None:
    """End what was named of a kind. "Project" that names none says how a report is grouped, or is part of a name."""
    if not found.end() or kind is None or not isinstance(kind.meaning, Kind):
        return
    if said.name == "report" or said.asked.by is not None:
        _group(said, (*(said.asked.by or ()), kind.meaning.kind), said.typed[kind.position].text)
    else:
        found.add(tuple(word.text for word in said.typed[kind.position : kind.position + kind.count]))


def typed_filter(said: Said) -> TypedFilter:
    """The filter that was typed. Raises NotUnderstood."""
    wrong = next((each for each in said.unexplained if not _may_be_of_name(each)), None)
    if wrong is not None:
        raise NotUnderstood(Reason.UNEXPECTED, wrong)
    text = said.note or said.asked.sought or ""
    if len(text) > grammar.LONGEST_SOUGHT:
        raise NotUnderstood(Reason.TOO_LONG_SOUGHT, text)
    span, named = _span(said), _take_names(said)
    return TypedFilter(
        span.first,
        span.last,
        span.unit,
        said.asked.all_time and not said.days,
        tuple(named.words),
        tuple(named.named),
        tuple(said.tags),
        said.billable,
        said.asked.billed,
        text,
        said.asked.everybody,
        typed=said.text,
    )


def _may_be_of_name(typed: str) -> bool:
    """Whether a number or flag can be a word of a name: 54 and 3D can, 10.3 and 9:15 cannot."""
    return any(map(str.isalpha, typed)) or _NUMBER.fullmatch(typed.rstrip(",")) is not None


# Said so that it is no name


def in_figures(said: Said, heard: Heard[When | Days]) -> tuple[str, Means] | None:
    """Days as nobody types a name: their dates. The end of a range is its last day, anything else the first."""
    days, asked = heard.meaning, said.asked
    if not isinstance(days, Days):
        return None
    last = full_end(days.first, days.unit) if days.unit else days.last
    if asked.bound in (Bound.AFTER, Bound.UNTIL) or (asked.is_range and said.days[0].position != heard.position):
        return last.isoformat(), Means(days=(days.first, last))
    if asked.bound or asked.is_range or days.first == days.last:
        return days.first.isoformat(), Means(days=(days.first, last))
    return f"{days.first} - {last}", Means(days=(days.first, last))


def as_flag(meaning: Meaning, piece: str) -> tuple[str, Means] | None:
    """What is a flag as well, as one: with two dashes before it."""
    is_flag = isinstance(meaning, Billable | Billed | Whose | AllTime)
    return (f"--{piece}", Means(is_filter=True)) if is_flag else None
