"""What people leave out of an open draft and take in again: single entries, lines, groups of lines, or what overlaps.

It is left out of this draft alone and stays open: another draft may have it, and the next one of the customer does.
"""

from bot.billing.collect import Preview, find_open, lock_open, preview_of, show
from bot.billing.rules.grouping import GroupKey
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import draft_choices as choice_rows
from storage import unbilled as unbilled_rows

WHOLE = GroupKey("")
"""All lines of a draft."""


def leave_out(bot: Bot, caller: Caller, draft_id: int, group: GroupKey) -> Preview:
    """Leave out the entries that a line, or a group of lines, has now; later ones come in. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        lines = preview_of(change.db, caller, draft).within(group)
        if not lines:
            raise UserError("This is no longer on the invoice. Please open it again.")
        choice_rows.leave_out(change, draft_id, {entry.entry_id for each in lines for entry in each.line.entries})
        return show(change, draft)


def take_in(bot: Bot, caller: Caller, draft_id: int, group: GroupKey = WHOLE) -> Preview:
    """Take in all that was left out of a line, of a group of lines, or of the draft. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        if group == WHOLE:  # also what is on no line at present, such as work that is not billable for now
            choice_rows.take_in(change, draft_id, choice_rows.left_out(change.db, draft_id))
        else:
            lines = preview_of(change.db, caller, draft).by_hand.within(group).lines
            choice_rows.take_in(change, draft_id, {entry.entry_id for each in lines for entry in each.line.entries})
        return show(change, draft)


def leave_to(bot: Bot, caller: Caller, draft_id: int, other_id: int) -> Preview:
    """Leave out what is also on another open draft of the customer. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        other = find_open(change.db, caller, other_id)
        if other.customer_id != draft.customer_id:
            raise UserError("This draft is no longer there.")
        choice_rows.leave_out(change, draft_id, unbilled_rows.shared_entries(change.db, draft, other))
        return show(change, draft)
