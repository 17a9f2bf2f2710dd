"""Work that was invoiced elsewhere: marked by those who bill, with a reason, and open again by the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.people.callers import require_biller
from bot.tracking import filtering
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.settled import BILL_ELSEWHERE, MARKING
from bot.tracking.rules.spent import SpentKind
from bot.tracking.undo import UNDO_WITHIN, last_standing
from storage import audit
from storage import elsewhere as elsewhere_rows
from storage.change import Change
from storage.elsewhere import Settleable
from storage.settlements import Item

MOST = 2_000
"""Of each kind, at once: each leaves a row of the audit."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is marked or open again: entries with their time, and what is billed beside it."""

    entries: int
    seconds: int
    spent: tuple[SpentKind, ...]
    """The kind of each expense."""

    @classmethod
    def of(cls, found: Sequence[Settleable]) -> "Extent":
        """All of these together."""
        spent = tuple(each.spent for each in found if each.spent)
        return cls(len(found) - len(spent), sum(each.seconds for each in found), spent)


@dataclass(frozen=True, slots=True)
class Markable:
    """What can be marked as billed elsewhere, or is and can be open again."""

    is_marked: bool
    found: tuple[Settleable, ...]

    @property
    def extent(self) -> Extent:
        """How much it is."""
        return Extent.of(self.found)

    @property
    def seen(self) -> str:
        """A digest of what it is: it differs as soon as one more or less fits."""
        return digest([self.is_marked, *(tuple(each.item) for each in self.found)])

    @property
    def items(self) -> list[Item]:
        """What it is."""
        return [each.item for each in self.found]


@dataclass(frozen=True, slots=True)
class Marked:
    """What was done, and the change by which it can be undone."""

    is_marked: bool
    extent: Extent
    change_id: int


Subject = Filter | Item


def look(bot: Bot, caller: Caller, subject: Subject, *, is_marked: bool) -> Markable:
    """What fits and is open; or, `is_marked`, what is billed elsewhere. Raises UserError where there is none."""
    require_biller(caller)
    with bot.database.read() as db:
        return _look(db, caller, subject, is_marked=is_marked)


def _look(db: Connection, caller: Caller, subject: Subject, *, is_marked: bool) -> Markable:
    if isinstance(subject, Filter):
        chosen = filtering.up_to_date(db, caller, filtering.allowed(caller, subject))
        read = elsewhere_rows.marked_items if is_marked else elsewhere_rows.open_items
        found = read(db, caller.workspace_id, chosen, most=MOST + 1)
    else:
        found = elsewhere_rows.these_items(db, caller.workspace_id, [subject], is_marked=is_marked)
    if not found and is_marked:
        raise UserError("Nothing here is billed elsewhere.")
    if not found:
        raise UserError("Nothing here can be billed, so there is nothing to mark.")
    if len(found) > MOST:
        raise UserError("That is too much at once. Choose fewer days, with “Filter …”.")
    return Markable(is_marked, tuple(found))


def mark(bot: Bot, caller: Caller, subject: Subject, seen: str, reason: str, *, is_marked: bool) -> Marked | Markable:
    """Mark what the person saw as billed elsewhere; or have it open again. What fits now, if that is something else.

    Raises UserError.
    """
    require_biller(caller)
    if not reason:
        raise UserError("Say why: it stands in the history.", field="reason")
    with bot.change(caller) as change:
        found = _look(change.db, caller, subject, is_marked=is_marked)
        if found.seen != seen:
            return found
        change_id = _settle(change, found.items, reason, is_marked=is_marked)
    return Marked(not is_marked, found.extent, change_id)


def undo(bot: Bot, caller: Caller, change_id: int) -> Marked:
    """Take back what one request marked, or opened again: all of it. Raises UserError.

    Taking back what took something back is done anew: a change of its own, which is the newest from then on.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        done = audit.recorded_change(change.db, caller.workspace_id, change_id)
        if done is None or done.action not in MARKING or done.person_id != caller.person_id:
            raise UserError("There is nothing to undo here.")
        items = _items(audit.recorded_settling(change.db, done))
        _refuse_unless_in_force(change, done, items)
        was_marked = done.action == BILL_ELSEWHERE
        found = elsewhere_rows.these_items(change.db, caller.workspace_id, items, is_marked=was_marked)
        undoes = "" if done.undoes else done.request
        undone = _settle(change, items, done.why, is_marked=was_marked, undoes=undoes)
    known = {each.item: each for each in found}
    return Marked(not was_marked, Extent.of([known.get(each) or _unknown(each) for each in items]), undone)


def _refuse_unless_in_force(change: Change[Caller], done: audit.Recorded, items: Sequence[Item]) -> None:
    """Refuse what was taken back, or of which anybody decided anything since. Raises UserError.

    Whether it is marked does not tell: it may be, by another decision with another reason.
    """
    later = audit.decided_after(change.db, done, items)
    undone = {each.undoes for each in later if each.undoes}
    if done.request in undone:
        raise UserError("This was already taken back.")
    ended = undone & {each.request for each in later}  # begun and taken back since then: that is as if it never was
    if any(each.request not in ended and each.undoes not in ended for each in later):
        raise UserError(
            "Some of this was marked or opened again since then, so it is not undone alone. "
            "/track undo takes back what you did last; the history of each says who did what."
        )


def last_change(bot: Bot, caller: Caller) -> int | None:
    """The change that marked work or opened it again, if that is what the person did last.

    None: they did something else since, or nothing for so long that it is not undone.
    """
    if not caller.bills:
        return None
    with bot.database.read() as db:
        done = audit.recorded_decisions_since(db, caller.person_id, caller.now - UNDO_WITHIN)
    last = last_standing(done)
    return last.id if last and last.action in MARKING else None


def _unknown(item: Item) -> Settleable:
    """What is taken back though it could not be marked now: somebody made it not billable since."""
    return Settleable(item, spent=SpentKind.EXPENSE if item.kind == "expense" else SpentKind.NOTHING)


def _items(done: Sequence[audit.Recorded]) -> list[Item]:
    return [Item("entry" if each.subject == "entry" else "expense", each.subject_id) for each in done]


def _settle(change: Change[Caller], items: Sequence[Item], reason: str, *, is_marked: bool, undoes: str = "") -> int:
    write: Callable[..., int | None] = elsewhere_rows.unmark if is_marked else elsewhere_rows.mark
    try:
        change_id = write(change, items, reason=reason, undoes=undoes)
    except IntegrityError:
        change_id = None
    if change_id is None:
        raise UserError("Some of this was billed or changed at this very moment. Please open it again.")
    return change_id
