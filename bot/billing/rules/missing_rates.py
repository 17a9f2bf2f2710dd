"""Which rates an invoice lacks: one for each kind of work, however many lines it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

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


def missing_rates(lines: Sequence[InvoiceLine], grouping: Grouping) -> list[MissingRate]:
    """The rates that these lines lack, in their order.

    A line that is 1 × its total is none of them: a rate for it would hold also for what of it has one.
    """
    by_person, found = Shared.PERSON in grouping.shared, dict[tuple[int | None, ...], list[InvoiceLine]]()
    for item in lines:
        line = item.line
        if line.unit_price is None and not line.is_total:
            person_id = line.entries.first.person_id if by_person else None
            found.setdefault((line.project_id, line.service_id, person_id), []).append(item)
    return [
        MissingRate(":".join(str(each or "") for each in ids), _names(of_work[0], by_person=by_person), tuple(of_work))
        for ids, of_work in found.items()
    ]


def _names(item: InvoiceLine, *, by_person: bool) -> tuple[str, ...]:
    person = item.line.entries.first.person if by_person else None
    return tuple(filter(None, (item.line.project, item.line.service, person)))
