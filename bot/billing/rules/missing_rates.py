"""Which rates an invoice lacks: one for each kind of work, however many lines it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.billing.rules.grouping import Grouping, Shared
from bot.billing.rules.lines import InvoiceLine


@dataclass(frozen=True, slots=True)
class MissingRate:
    """Work without a rate: of a project and a service and, where lines are made by it, of a person."""

    key: str
    """What it is of, as ids: the same as long as such lines are there."""
    names: tuple[str, ...]
    """What these are called, as far as all of it has them in common."""
    lines: tuple[InvoiceLine, ...]

    @property
    def hours(self) -> int:
        """Hundredths of an hour that are billed at it."""
        return sum(item.line.hours for item in self.lines)


class TypedLate(NamedTuple):
    """A rate that somebody typed when the work had one already."""

    names: tuple[str, ...]
    """What the work is called; none where it is not on the invoice any more."""
    typed: str


def missing_rates(lines: Sequence[InvoiceLine], grouping: Grouping) -> list[MissingRate]:
    """The rates that these lines lack, in their order.

    A line that is 1 × its total is none of them: a rate for it would hold also for what of it has one.
    """
    by_person, found = Shared.PERSON in grouping.shared, dict[str, list[InvoiceLine]]()
    for item in lines:
        if item.line.unit_price is None and not item.line.is_total:
            found.setdefault(_key(item, by_person=by_person), []).append(item)
    return [MissingRate(key, _names(of_work[0], by_person=by_person), tuple(of_work)) for key, of_work in found.items()]


def names_of_work(lines: Sequence[InvoiceLine], grouping: Grouping) -> dict[str, tuple[str, ...]]:
    """What the work of these lines is called, whether it has a rate or not, by the key of a rate that it lacks."""
    by_person = Shared.PERSON in grouping.shared
    worked = (item for item in lines if item.line.entries)
    return {_key(item, by_person=by_person): _names(item, by_person=by_person) for item in worked}


def _key(item: InvoiceLine, *, by_person: bool) -> str:
    line = item.line
    ids = (line.project_id, line.service_id, line.entries.first.person_id if by_person else None)
    return ":".join(str(each or "") for each in ids)


def _names(item: InvoiceLine, *, by_person: bool) -> tuple[str, ...]:
    person = item.line.entries.first.person if by_person else None
    return tuple(filter(None, (item.line.project, item.line.service, person)))
