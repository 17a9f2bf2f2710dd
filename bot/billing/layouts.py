"""How an invoice is laid out: chosen for a draft, kept for its customer or for all, and gone back to what is usual."""

from dataclasses import dataclass

from bot.billing.collect import layout_of, preview_of
from bot.billing.opening import find_open, lock_open, show_changed
from bot.billing.preview import Preview
from bot.billing.rules.layout import Layout, Whose, dump_layout
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.people.callers import require_admin, require_biller
from storage import layouts as layout_rows
from storage.change import Change
from storage.drafts import Draft
from storage.layouts import Part


@dataclass(frozen=True, slots=True)
class EnteredLayout:
    """What was filled in, and for whom it is kept beside this draft.

    `seen` is what the form began with, as `layout_digest` has it, and `whose` that was.
    """

    layout: Layout
    seen: str
    whose: Whose
    for_customer: bool = False
    for_all: bool = False


def layout_digest(layout: Layout) -> str:
    """What a form began with, to be known again."""
    return digest(dump_layout(layout))


def try_layout(bot: Bot, caller: Caller, draft_id: int, layout: Layout) -> Preview:
    """The invoice as it would be with this layout; nothing is kept. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_open(change.db, caller, draft_id)
        return preview_of(change.db, caller, draft._replace(layout=dump_layout(layout)))


def change_layout(bot: Bot, caller: Caller, draft_id: int, entered: EnteredLayout) -> Preview:
    """Lay out a draft in another way; what was typed on its lines stays with them. Raises UserError."""
    require_biller(caller)
    if entered.for_all:
        require_admin(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="by")
        before = preview_of(change.db, caller, draft)
        now = before.chosen
        if (layout_digest(now.layout), now.whose) != (entered.seen, entered.whose) and now.layout != entered.layout:
            raise UserError(
                "Somebody chose other lines and texts for this invoice while you had this open. Close this window to "
                "see them, and open it again to change them.",
                field="by",
            )
        kept = dump_layout(entered.layout)
        if entered.for_all:
            layout_rows.keep_part(change, "layout", Whose.WORKSPACE, draft.workspace_id, kept)
        if entered.for_customer:
            layout_rows.keep_part(change, "layout", Whose.CUSTOMER, draft.customer_id, kept)
        _keep(change, draft, kept)
        return show_changed(change, draft_id, before)


def forget_part(bot: Bot, caller: Caller, draft_id: int, part: Part, whose: Whose) -> Preview:
    """Go back from what was chosen for a draft to what is kept for its customer, and from that to what is usual.

    Where it is not that one's any more, nothing changes. Raises UserError.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        preview = preview_of(change.db, caller, draft)
        holds = {"layout": preview.chosen.whose, "texts": preview.chosen_texts.whose, "line_order": preview.arranged}
        if holds[part] is whose:
            row_id = draft.id if whose is Whose.DRAFT else draft.customer_id
            layout_rows.keep_part(change, part, whose, row_id, "")
        return show_changed(change, draft_id, preview)


def _keep(change: Change[Caller], draft: Draft, kept: str) -> None:
    """Keep the layout for the draft alone where it would not have it without that."""
    followed = layout_of(change.db, draft._replace(layout=""))
    layout_rows.keep_part(change, "layout", Whose.DRAFT, draft.id, "" if dump_layout(followed) == kept else kept)
