"""What is different about an invoice, compared with the last one of the same kind."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.billing.rules.grouping import Shared
from bot.tracking.rules.spent import SpentKind

UNUSUAL = 30
"""Percent by which hours differ that somebody should look at."""


class Worked(NamedTuple):
    """Time of one person on an invoice, with what it was and what an hour of it costs, in ten-thousandths."""

    project_id: int | None
    project: str | None
    service_id: int | None
    service: str | None
    person_id: int
    person: str
    price: int | None
    """None where it is not known, or cannot be compared: in another currency, with VAT instead of without."""
    seconds: int


Spent = Mapping[SpentKind, int]
"""Cents of each kind of expenses on an invoice."""


class Kind(StrEnum):
    """What may be different; what matters more to a bill stands first."""

    RATE = "rate"
    SERVICE = "service"
    PERSON = "person"
    TOTAL = "total"
    HOURS = "hours"
    EXPENSES = "expenses"
    ADDED = "added"
    GONE = "gone"
    LEFT_OUT = "left out"


class ByHand(NamedTuple):
    """What a person left out of an invoice: it is missing because they wanted it so."""

    worked: Sequence[Worked]
    spent: Spent


_NOTHING = ByHand((), {})


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `names` are those of project, service and person, as far as they make it what it is."""

    kind: Kind
    names: tuple[str, ...] = ()
    before: int = 0
    now: int = 0
    """Seconds then and now; of expenses cents."""
    prices_before: tuple[int, ...] = ()
    prices: tuple[int, ...] = ()
    spent: SpentKind = SpentKind.NOTHING
    """Which kind of expenses it is of."""


_Key = tuple[int | None, ...]
_PARTS: dict[Shared, Callable[[Worked], tuple[int | None, str | None]]] = {
    Shared.PROJECT: lambda each: (each.project_id, each.project),
    Shared.SERVICE: lambda each: (each.service_id, each.service),
    Shared.PERSON: lambda each: (each.person_id, each.person),
}
_USUAL = (Shared.PROJECT, Shared.SERVICE)


class _Sums:
    """Seconds by what some parts of the work are, with the names of these."""

    def __init__(self, worked: Iterable[Worked], parts: Sequence[Shared]) -> None:
        self.seconds: dict[_Key, int] = defaultdict(int)
        self.names: dict[_Key, tuple[str, ...]] = {}
        for each in worked:
            read = [_PARTS[part](each) for part in parts]
            key = tuple(row_id for row_id, _ in read)
            self.seconds[key] += each.seconds
            self.names.setdefault(key, tuple(name for _, name in read if name))


def differences(
    before: Sequence[Worked],
    now: Sequence[Worked],
    by: Sequence[Shared],
    *,
    is_over: bool,
    spent: tuple[Spent, Spent] = ({}, {}),
    by_hand: ByHand = _NOTHING,
) -> tuple[Difference, ...]:
    """What is different now, the most important first. `by` is what makes a line, `spent` what each kind of expenses
    came to then and comes to now. What was left `by_hand` is not called gone.

    While the days of an invoice are not over, it is no news that there is less than on the last one.
    """
    parts = tuple(each for each in by if each in _PARTS) or _USUAL
    found = [
        *_rates(before, now),
        *_new(Kind.SERVICE, Shared.SERVICE, before, now),
        *_new(Kind.PERSON, Shared.PERSON, before, now),
        *_lines(before, now, parts, by_hand.worked),
        *_expenses(*spent, by_hand.spent),
    ]
    if not is_over:
        found = [
            each for each in found if each.kind in (Kind.RATE, Kind.SERVICE, Kind.PERSON) or each.now > each.before
        ]
    order = list(Kind)
    return tuple(sorted(found, key=lambda each: (order.index(each.kind), -abs(each.now - each.before), each.names)))


def _rates(before: Sequence[Worked], now: Sequence[Worked]) -> Iterator[Difference]:
    """Other prices for the same service in the same project; said of the service where several projects have them."""
    known, there = _prices(before), _prices(now)
    changed: dict[tuple[int | None, tuple[int, ...], tuple[int, ...]], list[tuple[str, ...]]] = defaultdict(list)
    names = _Sums(now, _USUAL).names
    for key, prices in there.items():
        if key in known and prices - known[key]:
            changed[key[1], tuple(sorted(known[key])), tuple(sorted(prices))].append(names[key])
    for (service_id, were, are), named in changed.items():
        is_service = len(named) > 1 and service_id is not None
        for each in [named[0][-1:]] if is_service else named:
            yield Difference(Kind.RATE, each, prices_before=were, prices=are)


def _prices(worked: Iterable[Worked]) -> dict[_Key, set[int]]:
    found: dict[_Key, set[int]] = defaultdict(set)
    for each in worked:
        if each.price is not None:
            found[each.project_id, each.service_id].add(each.price)
    return found


def _new(kind: Kind, part: Shared, before: Sequence[Worked], now: Sequence[Worked]) -> Iterator[Difference]:
    known, there = _Sums(before, [part]), _Sums(now, [part])
    for key, seconds in there.seconds.items():
        if key not in known.seconds and key != (None,):
            yield Difference(kind, there.names[key], now=seconds)


def _lines(
    before: Sequence[Worked], now: Sequence[Worked], parts: Sequence[Shared], by_hand: Sequence[Worked]
) -> Iterator[Difference]:
    """Lines that came and went, where nothing else says so already, and unusual hours: of a line, and of all."""
    known, there = _Sums(before, parts), _Sums(now, parts)
    total = Difference(Kind.TOTAL, before=sum(known.seconds.values()), now=sum(there.seconds.values()))
    if _is_unusual(total):
        yield total
    is_said, left_out = _said_already(before, parts), _Sums(by_hand, parts).seconds
    for key in known.seconds.keys() | there.seconds.keys():
        was, seconds = known.seconds.get(key), there.seconds.get(key)
        names = there.names.get(key) or known.names.get(key, ())
        if was is None:
            if not is_said(key):
                yield Difference(Kind.ADDED, names, now=seconds or 0)
        elif seconds is None:
            yield Difference(Kind.LEFT_OUT if key in left_out else Kind.GONE, names, before=was)
        elif (was, seconds) != (total.before, total.now):  # else the total says it
            line = Difference(Kind.HOURS, names, was, seconds)
            yield from [line] if _is_unusual(line) else ()


def _expenses(before: Spent, now: Spent, by_hand: Spent) -> Iterator[Difference]:
    """Of each kind: some where there were none, none where there were some, such as a monthly fee, or unusual ones."""
    for kind in SpentKind:
        if by_hand.get(kind) and not now.get(kind):
            continue
        found = Difference(Kind.EXPENSES, before=before.get(kind, 0), now=now.get(kind, 0), spent=kind)
        if _is_unusual(found) or (found.now and not found.before):
            yield found


def _said_already(before: Sequence[Worked], parts: Sequence[Shared]) -> Callable[[_Key], bool]:
    """Whether a line is new because its service or its person is."""
    known = {part: _Sums(before, [part]).seconds for part in (Shared.SERVICE, Shared.PERSON) if part in parts}

    def is_said(key: _Key) -> bool:
        named = dict(zip(parts, key, strict=True))
        return any(named[part] is not None and (named[part],) not in seconds for part, seconds in known.items())

    return is_said


def _is_unusual(line: Difference) -> bool:
    return abs(line.now - line.before) * 100 >= UNUSUAL * line.before > 0
