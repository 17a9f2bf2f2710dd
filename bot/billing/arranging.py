"""The order of an invoice's lines: changed by hand for one draft, and kept for its customer."""

from bot.billing.collect import preview_of
from bot.billing.opening import lock_open, show_changed
from bot.billing.preview import Preview
from bot.billing.rules.grouping import GroupKey, comes_again
from bot.billing.rules.layout import Whose
from bot.billing.rules.order import Step, arranged, dump_order, moved, put, read_order
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_biller
from storage import layouts as layout_rows
from storage import payers as payer_rows
from storage.change import Change
from storage.drafts import Draft


def can_be_kept(preview: Preview) -> bool:
    """Whether its lines are in an order of their own that later invoices can have too."""
    return preview.arranged is Whose.DRAFT and all(comes_again(item.line.key) for item in preview.lines)


def move_line(bot: Bot, caller: Caller, draft_id: int, line: str, step: Step) -> Preview:
    """Move a line, named by `line_digest`, among those that are there. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        preview = preview_of(change.db, caller, draft)
        there = [item.line.key for item in preview.lines]
        key = preview.line_named(line).line.key
        _keep(change, draft, preview, moved(_all(change, draft, preview), there, key, step))
        return show_changed(change, draft_id, preview)


def put_line(change: Change[Caller], draft: Draft, preview: Preview, key: GroupKey, to: int) -> None:
    """Make a line number `to`, from 0, of those that are there; the caller holds the lock of the draft."""
    there = [item.line.key for item in preview.lines]
    _keep(change, draft, preview, put(_all(change, draft, preview), there, key, to))


def keep_order(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Have the customer's later invoices stand in the order of this one. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        preview = preview_of(change.db, caller, draft)
        if can_be_kept(preview):
            order = dump_order([key for key in _all(change, draft, preview) if comes_again(key)])
            layout_rows.keep_part(change, "line_order", Whose.CUSTOMER, draft.customer_id, order)
            layout_rows.keep_part(change, "line_order", Whose.DRAFT, draft.id, "")
        return show_changed(change, draft_id, preview)


def _keep(change: Change[Caller], draft: Draft, preview: Preview, keys: list[GroupKey]) -> None:
    """Keep an order for the draft, unless its lines would stand so without that."""
    there = {item.line.key for item in preview.lines}
    kept = read_order(payer_rows.get_payer(change.db, draft.customer_id).line_order)
    followed, wanted = ([each for each in order if each in there] for order in (arranged(preview.usual, kept), keys))
    order = "" if followed == wanted else dump_order(keys)
    layout_rows.keep_part(change, "line_order", Whose.DRAFT, draft.id, order)


def _all(change: Change[Caller], draft: Draft, preview: Preview) -> list[GroupKey]:
    """The lines in their order, also those that have a place in it and are not there now."""
    kept = draft.line_order or payer_rows.get_payer(change.db, draft.customer_id).line_order
    return arranged(preview.usual, read_order(kept))
