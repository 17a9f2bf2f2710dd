"""Lists of time: what fits a filter, by day and by project, and the entries of one page."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import List
from bot.tracking import expenses, filtering, parts
from bot.tracking.entries import project_label
from bot.tracking.filtering import UsualSpan
from bot.tracking.listed import Amounts, Edges, Listed, ListedDay, ListedPart, is_of_one_day
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spans import day_span
from bot.tracking.worked_days import days_touched, seconds_on
from storage import elsewhere as elsewhere_rows
from storage import filter_names as filter_name_rows
from storage import listed as listed_rows
from storage.listed import DayGroup, ProjectSum
from storage.tracking import Entry

MOST_PICTURED = 20_000
"""Entries that a list adds up by project too: to go through all of them once more would make more people wait."""


def asked_for(bot: Bot, caller: Caller, typed: List) -> Filter:
    """What was typed as a filter: where nothing is said, today. Raises NotUnderstood for names, and UserError."""
    return filtering.resolve(bot, caller, typed.filter, usual=UsualSpan.OF_LIST)


def read(bot: Bot, caller: Caller, chosen: Filter, *, begins: int, room: int) -> Listed:
    """What fits, with the page that begins at that part; `room` is for its lines and the heads of their days.

    Raises UserError where the caller may not see it.
    """
    chosen = filtering.allowed(caller, chosen)
    with bot.database.read(in_turn=bool(chosen.people)) as db:
        return read_within(db, caller, chosen, begins=begins, room=room)


def read_within(db: Connection, caller: Caller, chosen: Filter, *, begins: int, room: int) -> Listed:
    """The same with a connection that is open already; what fits on one page is read with one query."""
    chosen = filtering.up_to_date(db, caller, chosen)
    spent = expenses.matching(db, caller, chosen)
    if begins == 0:
        room -= spent.lines
    return replace(_read_time(db, caller, chosen, begins=begins, room=room), spent=spent)


def _read_time(db: Connection, caller: Caller, chosen: Filter, *, begins: int, room: int) -> Listed:
    if begins == 0:
        few = listed_rows.few_entries(db, caller.workspace_id, chosen, most=room)
        if few is not None:
            return _listed(db, _Found(caller, chosen, few), room=room)
    groups = listed_rows.day_groups(db, caller.workspace_id, chosen, unit=caller.reader.unit)
    to_cut = [group for group in groups if group.timers or group.ends_after_midnight]
    cut = listed_rows.entries_to_cut(db, caller.workspace_id, chosen, to_cut)
    is_pictured = not is_of_one_day(chosen) and sum(group.entries for group in groups) <= MOST_PICTURED
    sums = listed_rows.project_sums(db, caller.workspace_id, chosen) if is_pictured else None
    return _listed(db, _Found(caller, chosen, cut, groups, sums), begins=begins, room=room)


class _Part(NamedTuple):
    """What of an entry falls on a day, in seconds."""

    entry: Entry
    day: date
    seconds: int


class _Found:
    """What fits, as it was read: entry by entry where there are few; of many only those that have to be cut."""

    def __init__(
        self,
        caller: Caller,
        chosen: Filter,
        cut: Sequence[Entry],
        groups: Sequence[DayGroup] = (),
        projects: Sequence[ProjectSum] | None = (),
    ) -> None:
        """`cut` was read one by one, by day and start; groups and projects count all, as if none had to be cut.

        None: the list does without the sums of projects.
        """
        self.caller = caller
        self.chosen = chosen
        self.cut = cut
        self.groups = groups
        self.projects = projects
        everywhere = [part for entry in cut for part in _parts(entry, caller.now)]
        self.parts = [part for part in everywhere if _is_within(chosen, part.day)]
        """Of each entry that was read, what falls on the chosen days."""
        self.edges = _edges(chosen, everywhere)

    def counted_whole(self) -> Iterator[tuple[Entry, int]]:
        """What was read and is in groups and projects too, with its seconds there."""
        if self.groups:
            yield from ((each, each.seconds or 0) for each in self.cut if _is_within(self.chosen, each.day))


def _parts(entry: Entry, now: datetime) -> Iterator[_Part]:
    if entry.ended_at and entry.ended_at <= day_span(entry.day, ZoneInfo(entry.zone))[1]:  # as nearly all have
        yield _Part(entry, entry.day, entry.seconds or 0)
        return
    for day in days_touched(entry, now):
        seconds = seconds_on(entry, day, now=now)
        if seconds or day == entry.day:
            yield _Part(entry, day, seconds)


def _edges(chosen: Filter, everywhere: Iterable[_Part]) -> Edges:
    first, last = chosen.first or date.min, chosen.last or date.max
    before = sum(seconds for entry, day, seconds in everywhere if entry.day < first <= day <= last)
    after = sum(seconds for entry, day, seconds in everywhere if first <= entry.day <= last < day)
    return Edges(before, after)


def _listed(db: Connection, found: _Found, *, room: int, begins: int = 0) -> Listed:
    names = filtering.names_of(db, found.caller, found.chosen)
    days, is_one_day = _days(found), is_of_one_day(found.chosen)
    count = sum(day.count for day in days)
    amounts = Amounts(*map(sum, zip(*(day.amounts for day in days), strict=True)))
    if begins >= count:  # so many were deleted meanwhile
        begins = 0
    page = _page(db, found, tuple(_slices(days, begins, room, headed=not is_one_day)))
    projects = () if is_one_day or found.projects is None else _projects(found, found.projects)
    timers = len({entry.id for entry, _, _ in found.parts if entry.ended_at is None})
    settled = {}
    if amounts.billable > amounts.open:
        settled = elsewhere_rows.settled_seconds(db, found.caller.workspace_id, found.chosen)
    return Listed(
        found.chosen,
        names,
        days,
        amounts,
        count,
        projects,
        found.edges,
        timers,
        page,
        begins,
        found.caller.bills,
        settled=settled,
    )


def _days(found: _Found) -> tuple[ListedDay, ...]:
    """All days that hold anything: what was added up whole, with what is cut taken out and added part by part."""
    amounts: defaultdict[date, Amounts] = defaultdict(Amounts)
    counts: Counter[date] = Counter()
    for group in found.groups:
        if _is_within(found.chosen, group.day):
            amounts[group.day] = amounts[group.day].plus(_of_group(group))
            counts[group.day] += group.entries
    full_units, now = found.caller.reader.full_units, found.caller.now
    for entry, seconds in found.counted_whole():
        shown = full_units(parts.whole(entry, now).seconds) if seconds else 0
        amounts[entry.day] = amounts[entry.day].plus(_amounts(entry, seconds, shown), -1)
        counts[entry.day] -= 1
    for entry, day, seconds in found.parts:
        shown = full_units(parts.part_on(entry, day, now).seconds)
        amounts[day] = amounts[day].plus(_amounts(entry, seconds, shown))
        counts[day] += 1
    return tuple(ListedDay(day, counts[day], amounts[day]) for day in sorted(counts))


def _of_group(group: DayGroup) -> Amounts:
    return Amounts(group.seconds, group.billable, group.open, guessed=group.guessed, lines=group.lines)


def _amounts(entry: Entry, seconds: int, shown: int) -> Amounts:
    """What so many seconds of an entry are, shown as so many."""
    runs, is_guessed = entry.ended_at is None, entry.end_guessed
    can_be_billed = entry.billable and not runs and not is_guessed and not entry.is_held
    return Amounts(
        seconds=seconds,
        billable=seconds if entry.billable else 0,
        open=seconds if can_be_billed else 0,
        guessed=seconds if is_guessed else 0,
        running=seconds if runs else 0,
        lines=shown,
    )


def _projects(found: _Found, sums: Sequence[ProjectSum]) -> tuple[tuple[str, int], ...]:
    """Customer › project with its seconds on these days, the most first."""
    seconds: Counter[str] = Counter()
    for project in sums:
        seconds[project.label] += project.seconds
    for entry, whole in found.counted_whole():
        seconds[project_label(entry)] -= whole
    for entry, _, part in found.parts:
        seconds[project_label(entry)] += part
    return tuple(seconds.most_common())


class _Slice(NamedTuple):
    """The parts of one day that stand on a page."""

    day: date
    skipped: int
    length: int


def _slices(days: Sequence[ListedDay], begins: int, room: int, *, headed: bool) -> Iterator[_Slice]:
    """As many parts as there is room for, from number `begins` on; each day has a head above its parts."""
    for day in days:
        skipped, begins = min(begins, day.count), max(0, begins - day.count)
        length = min(day.count - skipped, room - headed)
        if length > 0:
            yield _Slice(day.day, skipped, length)
            room -= headed + length


def _page(db: Connection, found: _Found, slices: Sequence[_Slice]) -> tuple[ListedPart, ...]:
    """The parts that stand on a page: on each day first what began before it, then the others by their start."""
    carried: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry, day, _ in found.parts:
        if day != entry.day:
            carried[day].append(entry)
    missing = [
        _Slice(day, max(0, skipped - len(carried[day])), length - len(carried[day][skipped : skipped + length]))
        for day, skipped, length in slices
    ]
    begun = iter(_begun(db, found, [each for each in missing if each.length]))
    page = [
        ListedPart(day, entry)
        for (day, skipped, length), own in zip(slices, missing, strict=True)
        for entry in (*carried[day][skipped : skipped + length], *islice(begun, own.length))
    ]
    return _with_names(db, found, page)


def _begun(db: Connection, found: _Found, slices: Sequence[_Slice]) -> Sequence[Entry]:
    """Those parts of a page that are entries which began on their day, one day after the other."""
    if not slices:
        return ()
    first, last = slices[0], slices[-1]
    skip, most = first.skipped, sum(each.length for each in slices)
    if found.groups:
        chosen = found.chosen.between(first.day, last.day)
        return listed_rows.some_entries(db, found.caller.workspace_id, chosen, skip=skip, most=most)
    return [entry for entry in found.cut if first.day <= entry.day <= last.day][skip : skip + most]


def _with_names(db: Connection, found: _Found, page: Sequence[ListedPart]) -> tuple[ListedPart, ...]:
    """With whose each is, where that is to be said; what only its person is to see of others' is left out."""
    caller, people = found.caller, found.chosen.people
    if people == (caller.person_id,):
        return tuple(page)
    several = Filter(people=tuple({part.entry.person_id for part in page}) if len(people) != 1 else ())
    names = filter_name_rows.read_labels(db, caller.workspace_id, several).people
    return tuple(_as_seen(part, caller, names) for part in page)


def _as_seen(part: ListedPart, caller: Caller, names: Mapping[int, str]) -> ListedPart:
    """A part without the message on which it was tracked, which is for its person's own eyes."""
    entry = part.entry
    own = entry if entry.person_id == caller.person_id else entry._replace(source_text="", source_link="")
    return replace(part, entry=own, who=names.get(entry.person_id, ""))


def _is_within(chosen: Filter, day: date) -> bool:
    return (chosen.first is None or chosen.first <= day) and (chosen.last is None or day <= chosen.last)
