"""What people leave out of an open draft and take in again: single entries, lines, groups of lines, or what overlaps.

It is left out of this draft alone and stays open: another draft may have it, and the next one of the customer does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.billing.beside import shared_expenses
from bot.billing.collect import preview_of
from bot.billing.entry_times import began
from bot.billing.opening import find_open, lock_open, show_after
from bot.billing.preview import AFRESH, Looked, Preview
from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.grouping import GroupKey, line_digest
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.outline import in_group
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import draft_choices as choice_rows
from storage import people as people_rows
from storage import unbilled as unbilled_rows
from storage.change import Change
from storage.draft_choices import ENTRIES, EXPENSES

WHOLE = GroupKey("")
"""All lines of a draft."""


class ChoosableEntry(NamedTuple):
    """An entry that is on a line, or was left out of it by somebody, who is named where it was another person."""

    entry: UnbilledEntry
    line: str
    is_in: bool
    left_out_by: str = ""


@dataclass(frozen=True, slots=True)
class Choosable:
    """The entries of a line, or of a group of lines, in time: those that are on it and those that were left out."""

    preview: Preview
    group: GroupKey
    only_left_out: bool
    entries: tuple[ChoosableEntry, ...]

    @property
    def name(self) -> str:
        """The line; of several what they are on."""
        names = {each.line for each in self.entries}
        return names.pop() if len(names) == 1 else self.preview.customer


def look(bot: Bot, caller: Caller, draft_id: int, group: GroupKey, *, only_left_out: bool = False) -> Choosable:
    """The entries of a line, or of a group of lines; or only those left out of it. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        preview = preview_of(db, caller, find_open(db, caller, draft_id))
        return _choosable(db, caller, preview, group, only_left_out=only_left_out)


def choose(
    bot: Bot, caller: Caller, draft_id: int, chosen: Mapping[int, bool], *, looked: Looked = AFRESH
) -> tuple[Preview, int]:
    """Take in or leave out single entries; and how many of them are no longer there to be chosen. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        there = unbilled_rows.billable_of(change.db, draft, chosen)
        choice_rows.take_in(change, ENTRIES, draft_id, [each for each in there if chosen[each]])
        _leave_out(change, draft_id, [each for each in there if not chosen[each]])
        return show_after(change, draft, looked, before), len(chosen) - len(there)


def leave_out(bot: Bot, caller: Caller, draft_id: int, group: GroupKey, *, looked: Looked = AFRESH) -> Preview:
    """Leave out what a line, or a group of lines, has now, with the fees that its heading names; what is later comes
    in. Raises UserError.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        lines = in_group(group, before.lines, before.grouping)
        if not lines:
            raise UserError("This is no longer on the invoice. Please open it again.")
        _leave_out(change, draft_id, _ids(lines), _expense_ids(lines))
        return show_after(change, draft, looked, before)


def take_in(bot: Bot, caller: Caller, draft_id: int, group: GroupKey = WHOLE, *, looked: Looked = AFRESH) -> Preview:
    """Take in all that was left out of a line, of a group of lines, or of the draft. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        if group == WHOLE:  # also what is on no line at present, such as work that is not billable for now
            for kind in (ENTRIES, EXPENSES):
                choice_rows.take_in(change, kind, draft_id, choice_rows.left_out(change.db, kind, draft_id))
        else:
            lines = in_group(group, before.by_hand.lines, before.grouping)
            choice_rows.take_in(change, ENTRIES, draft_id, _ids(lines))
            choice_rows.take_in(change, EXPENSES, draft_id, _expense_ids(lines))
        return show_after(change, draft, looked, before)


def take_in_line(bot: Bot, caller: Caller, draft_id: int, line: str, *, looked: Looked = AFRESH) -> Preview:
    """Take in what was left out of one line, named by `line_digest`. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        lines = [each for each in before.by_hand.lines if line_digest(each.line.key) == line]
        choice_rows.take_in(change, ENTRIES, draft_id, _ids(lines))
        choice_rows.take_in(change, EXPENSES, draft_id, _expense_ids(lines))
        return show_after(change, draft, looked, before)


def leave_to(bot: Bot, caller: Caller, draft_id: int, other_id: int, *, looked: Looked = AFRESH) -> Preview:
    """Leave out what is also on another open draft of the customer. Raises UserError."""
    return _leave_shared(bot, caller, draft_id, other_id, out_of=draft_id, looked=looked)


def take_from(bot: Bot, caller: Caller, draft_id: int, other_id: int, *, looked: Looked = AFRESH) -> Preview:
    """Leave out of another open draft of the customer what stands on this one too. Raises UserError."""
    return _leave_shared(bot, caller, draft_id, other_id, out_of=other_id, looked=looked)


def _leave_shared(bot: Bot, caller: Caller, draft_id: int, other_id: int, *, out_of: int, looked: Looked) -> Preview:
    """What both have is then on one of them: the lock of their customer lets one press after the other."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        other = find_open(change.db, caller, other_id)
        if other.customer_id != draft.customer_id:
            raise UserError("This draft is no longer there.")
        shared = unbilled_rows.shared_entries(change.db, draft, other)
        _leave_out(change, out_of, shared, shared_expenses(change.db, draft, other))
        return show_after(change, draft, looked, before)


def entries_of(bot: Bot, caller: Caller, preview: Preview, group: GroupKey, *, only_left_out: bool) -> Choosable:
    """The entries of a line, or of a group of lines, as a preview has them."""
    with bot.database.read() as db:
        return _choosable(db, caller, preview, group, only_left_out=only_left_out)


def _leave_out(
    change: Change[Caller], draft_id: int, entry_ids: Iterable[int], expense_ids: Iterable[int] = ()
) -> None:
    try:
        choice_rows.leave_out(change, ENTRIES, draft_id, entry_ids)
        choice_rows.leave_out(change, EXPENSES, draft_id, expense_ids)
    except IntegrityError:
        raise UserError("Some of this was deleted at this very moment. Please open the invoice again.") from None


def _choosable(db: Connection, caller: Caller, preview: Preview, group: GroupKey, *, only_left_out: bool) -> Choosable:
    by = _named_by(db, caller, preview.draft_id)
    there = () if only_left_out else preview.within(group)
    found = [ChoosableEntry(entry, each.name, is_in=True) for each in there for entry in _known(db, each)]
    for each in preview.by_hand.within(group).lines:
        found += [ChoosableEntry(entry, each.name, False, by.get(entry.entry_id, "")) for entry in _known(db, each)]
    entries = _whole(sorted(found, key=lambda each: began(each.entry)))
    return Choosable(preview, group, only_left_out, tuple(entries))


def _known(db: Connection, item: InvoiceLine) -> list[UnbilledEntry]:
    """The entries of a line with their details."""
    return unbilled_rows.with_details(db, item.line.entries)


def _whole(found: Iterable[ChoosableEntry]) -> Iterable[ChoosableEntry]:
    """Each entry once: of a night that is on two lines both parts as one."""
    entries: dict[int, ChoosableEntry] = {}
    for each in found:
        part = each.entry
        if begun := entries.get(part.entry_id):
            seconds = (begun.entry.seconds or 0) + (part.seconds or 0)
            details = begun.entry.known._replace(ended_at=part.known.ended_at)
            whole = begun.entry._replace(seconds=seconds, details=details, of_day=None)
            entries[part.entry_id] = begun._replace(entry=whole)
        else:
            entries[part.entry_id] = each
    return entries.values()


def _named_by(db: Connection, caller: Caller, draft_id: int) -> dict[int, str]:
    """Who left an entry out, where it was another person."""
    left_out = choice_rows.left_out(db, ENTRIES, draft_id)
    others = {by for by in left_out.values() if by and by != caller.person_id}
    names = {by: people_rows.get_person(db, by).name for by in others}
    return {entry_id: names[by] for entry_id, by in left_out.items() if by in names}


def _ids(lines: Iterable[InvoiceLine]) -> set[int]:
    return {entry_id for each in lines for entry_id in each.line.entries.ids}


def _expense_ids(lines: Iterable[InvoiceLine]) -> set[int]:
    return {each.line.expense.expense_id for each in lines if each.line.expense}
