"""What stands on the lines of a sent draft, and what people decide of it line by line: free again, or written off.

Nothing is freed or written off that the customer still pays for: of a line as much as Billomat has less of it, of a
cancelled invoice all.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.billing.lines_read import differences_now, lines_apart
from bot.billing.looking import FOLLOW
from bot.billing.opening import find_draft, settled
from bot.billing.rules.following import InvoiceStatus
from bot.billing.rules.line_differences import LineDifference, LineThere
from bot.billing.rules.settling import LineRoom, Outcome, overdrawn
from bot.billing.rules.states import DraftState
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.people.callers import require_biller
from bot.tracking.rules.drafts import DraftName
from storage import drafts as draft_rows
from storage import frozen as frozen_rows
from storage import payers as payer_rows
from storage import sent_invoices as sent_rows
from storage import settlements as settlement_rows
from storage.change import Change
from storage.drafts import Draft
from storage.frozen import FrozenLine
from storage.sent_invoices import Followed
from storage.settlements import Item, ItemOnLine


@dataclass(frozen=True, slots=True)
class LineSent:
    """A line as it was sent, what Billomat has of it, and what stands on it."""

    line: FrozenLine
    difference: LineDifference | None
    """None: it is there as it was sent."""
    items: Sequence[ItemOnLine]
    apart: Sequence[LineThere] = ()
    """Lines added there that would count as a part of it, had nobody said that they are something else."""

    @property
    def doubtful(self) -> Sequence[LineThere]:
        """Lines added there that count as a part of it until somebody says that they are something else."""
        return self.difference.doubtful if self.difference else ()

    @property
    def hours_there(self) -> int | None:
        """What Billomat has of it, on as many lines as it is there; None: it was removed there."""
        return self.difference.hours_there if self.difference else self.line.hours

    @property
    def outcomes(self) -> list[Outcome]:
        """What can become of what stands on it: free again, and else only what changes anything there."""
        now = {each.outcome for each in self.items}
        changes = {Outcome.WRITTEN_OFF: Outcome.BILLED in now, Outcome.BILLED: Outcome.WRITTEN_OFF in now}
        return [Outcome.FREE, *(outcome for outcome, is_change in changes.items() if is_change)]

    @property
    def usual(self) -> list[bool]:
        """Of each whether it is among all that something is decided of at once: what nothing was decided of yet.

        Where there is nothing such it is what was written off, which can be billed after all.
        """
        outcomes = {each.outcome for each in self.items}
        wanted = Outcome.BILLED if Outcome.BILLED in outcomes else Outcome.WRITTEN_OFF
        return [each.outcome is wanted for each in self.items]

    def seconds(self, outcome: Outcome) -> int:
        """Of its entries of which this was decided."""
        return sum(each.seconds for each in self.items if each.outcome is outcome)


@dataclass(frozen=True, slots=True)
class InvoiceSent:
    """The lines of a sent draft."""

    draft_id: int
    name: DraftName
    link: str
    currency: str
    status: InvoiceStatus
    seen_at: datetime | None
    lines: Sequence[LineSent]
    added: Sequence[LineThere]
    """Lines that somebody added there."""

    def line(self, line_id: int) -> LineSent:
        """One of its lines. Raises UserError."""
        found = next((each for each in self.lines if each.line.id == line_id), None)
        if found is None:
            raise settled()
        return found


def look(bot: Bot, caller: Caller, draft_id: int) -> InvoiceSent:
    """The lines of a sent draft, as they were sent and as Billomat was last seen to have them. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        draft, known = _sent(db, caller, draft_id)
        return _invoice(db, draft, known)


def look_again(bot: Bot, caller: Caller, draft_id: int) -> None:
    """Have all that is followed be looked after now. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        _sent(change.db, caller, draft_id)
        FOLLOW.put(change.db, due=caller.now, workspace_id=caller.workspace_id)


def tell_apart(bot: Bot, caller: Caller, draft_id: int, line_id: int, added: str, *, is_apart: bool) -> InvoiceSent:
    """Say of a line that was added there that it is something else than the rest of this one, or its rest after all.

    `added` is its `added_digest`. The invoice as it is then. Raises UserError, also where the time that it paid for is
    free by now.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft, known = _lock_sent(change, draft_id)
        line = _invoice(change.db, draft, known).line(line_id)
        candidates = line.doubtful if is_apart else line.apart
        found = next((each for each in candidates if added_digest(each) == added), None)
        if found is None:
            raise settled()
        others = [each for each in lines_apart(known) if each != found]
        apart = [*others, found] if is_apart else others
        sent_rows.note_apart(change, known, [list(each) for each in apart], found, is_apart=is_apart)
        after = _invoice(change.db, *_sent(change.db, caller, draft_id))
        if not is_apart:
            _refuse_what_is_paid_for(caller, after)
        return after


def added_digest(line: LineThere) -> str:
    """Tells it from the other lines that were added there."""
    return digest(line)


def settle(
    bot: Bot, caller: Caller, draft_id: int, line_id: int, items: Collection[Item], outcome: Outcome, reason: str
) -> InvoiceSent:
    """Decide of entries and expenses of a line; the invoice as it is then. Raises UserError with its field."""
    require_biller(caller)
    if not items:
        raise UserError("Choose at least one.", field="items")
    with bot.change(caller) as change:
        draft, known = _lock_sent(change, draft_id)
        on_line = {each.item: each for each in _invoice(change.db, draft, known).line(line_id).items}
        if not on_line.keys() >= {*items}:
            raise settled()
        if any(on_line[each].outcome is Outcome.FREE for each in items) and outcome is not Outcome.FREE:
            raise UserError("What is free already can be billed with another invoice, and is no part of this one.")
        changed = {each for each in items if on_line[each].outcome is not outcome}
        if changed:
            _write(change, draft_id, changed, outcome, reason)
            _record(change, draft_id, changed, outcome, reason)
        after = _invoice(change.db, draft, known)
        if outcome is not Outcome.BILLED and known.status is not InvoiceStatus.CANCELED:
            _refuse_what_is_paid_for(caller, after)
        return after


def _write(change: Change[Caller], draft_id: int, items: Collection[Item], outcome: Outcome, reason: str) -> None:
    match outcome:
        case Outcome.FREE:
            settlement_rows.free(change, draft_id, items, reason=reason)
        case Outcome.WRITTEN_OFF:
            settlement_rows.write_off(change, draft_id, items, reason=reason)
        case Outcome.BILLED:
            settlement_rows.bill_after_all(change, draft_id, items)


def _record(change: Change[Caller], draft_id: int, items: Collection[Item], outcome: Outcome, reason: str) -> None:
    """In the history of the invoice too: which of its entries and expenses it was."""
    action = {Outcome.FREE: "free", Outcome.WRITTEN_OFF: "write off", Outcome.BILLED: "bill after all"}[outcome]
    after = {
        "entries": sorted(each.id for each in items if each.kind == "entry"),
        "expenses": sorted(each.id for each in items if each.kind == "expense"),
    }
    change.record("draft", draft_id, action, before={}, after=after, why=reason)


def _refuse_what_is_paid_for(caller: Caller, invoice: InvoiceSent) -> None:
    rooms = [_room(each) for each in invoice.lines]
    found = overdrawn(rooms)
    if found is None:
        return
    sent = invoice.lines[rooms.index(found)]
    line = sent.line
    if found.is_whole:
        raise UserError(
            "“{line}” still stands in Billomat, so the customer pays for it. Remove the line there first; I look every "
            "hour, and at once with “Look again”.",
            line=line.title,
            field="items",
        )
    if sent.doubtful:
        raise UserError(
            "Of “{line}” Billomat still has {hours} h, together with what was added there. If that is something else, "
            "press “It is something else” beside it first.",
            line=line.title,
            hours=caller.reader.decimal(found.there or 0),
            field="items",
        )
    raise UserError(
        "Of “{line}” Billomat still has {hours} h, so the customer pays for more than would be left. Change the line "
        "there first; I look every hour, and at once with “Look again”.",
        line=line.title,
        hours=caller.reader.decimal(found.there or 0),
        field="items",
    )


def _room(each: LineSent) -> LineRoom:
    settled = [item for item in each.items if item.outcome is not Outcome.BILLED]
    is_whole = each.line.is_total
    # An expense has no length: what is decided of it is decided of all of its line.
    seconds = sum(item.seconds or 1 for item in settled) if is_whole else sum(item.seconds for item in settled)
    return LineRoom(each.line.hours, each.hours_there, is_whole, seconds)


def _invoice(db: Connection, draft: Draft, known: Followed) -> InvoiceSent:
    lines = frozen_rows.frozen_lines(db, draft.id)
    differing = differences_now(known, draft, lines)
    of_line = {each.sent.id: each for each in differing if each.sent}
    apart = _apart(known, draft, lines)
    items = settlement_rows.items_of_draft(db, draft.id)
    return InvoiceSent(
        draft_id=draft.id,
        name=payer_rows.draft_name(db, draft),
        link=draft.link,
        currency=draft.currency,
        status=known.status,
        seen_at=known.seen_at,
        lines=[
            LineSent(
                line, of_line.get(line.id), [each for each in items if each.line_id == line.id], apart.get(line.id, ())
            )
            for line in lines
        ],
        added=[*_added(differing)],
    )


def _apart(known: Followed, draft: Draft, lines: Sequence[FrozenLine]) -> dict[int, Sequence[LineThere]]:
    """Of each line what would be a part of it, had nobody told it apart."""
    told = lines_apart(known)
    if not told:
        return {}
    without = differences_now(known._replace(lines_apart=None), draft, lines)
    return {each.sent.id: [line for line in each.doubtful if line in told] for each in without if each.sent}


def _added(differing: Sequence[LineDifference]) -> Iterator[LineThere]:
    for each in differing:
        if each.sent is None and each.there is not None:
            yield each.there


def _sent(db: Connection, caller: Caller, draft_id: int) -> tuple[Draft, Followed]:
    draft = find_draft(db, caller, draft_id)
    known = sent_rows.of_draft(db, draft_id)
    if draft.state != DraftState.SENT or known is None:
        raise settled()
    return draft, known


def _lock_sent(change: Change[Caller], draft_id: int) -> tuple[Draft, Followed]:
    """The same, read once nobody else can decide of its lines: what they said just before counts."""
    find_draft(change.db, change.by, draft_id)
    draft_rows.draft_of_job(change.db, draft_id, lock=True)
    return _sent(change.db, change.by, draft_id)
