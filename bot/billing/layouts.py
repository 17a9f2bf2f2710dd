"""How an invoice is laid out: chosen for one draft, kept for its customer or for all, and taken back."""

from dataclasses import dataclass

from bot.billing.collect import Preview, find_open, lock_open, preview_of, show
from bot.billing.rules.layout import Layout, Whose, dump_layout
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.people.callers import require_admin, require_biller
from storage import layouts as layout_rows
from storage.billing import Draft
from storage.change import Change


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


def find_layout(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """The invoice whose lines and texts are to be chosen. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        return show(change, find_open(change.db, caller, draft_id))


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
        now = preview_of(change.db, caller, draft).chosen
        if (layout_digest(now.layout), now.whose) != (entered.seen, entered.whose) and now.layout != entered.layout:
            raise UserError(
                "Somebody chose other lines and texts for this invoice while you had this open. Close this window to "
                "see them, and open it again to change them.",
                field="by",
            )
        kept = dump_layout(entered.layout)
        if entered.for_all:
            layout_rows.keep_layout(change, Whose.WORKSPACE, draft.workspace_id, kept)
        if entered.for_customer:
            layout_rows.keep_layout(change, Whose.CUSTOMER, draft.customer_id, kept)
        return _kept(change, draft, kept)


def forget_layout(bot: Bot, caller: Caller, draft_id: int, whose: Whose) -> Preview:
    """Go back from what was chosen for a draft to what is kept for its customer, and from that to what is usual.

    Where it is not that one's any more, nothing changes. Raises UserError.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        if preview_of(change.db, caller, draft).chosen.whose is whose:
            row_id = draft.id if whose is Whose.DRAFT else draft.customer_id
            layout_rows.keep_layout(change, whose, row_id, "")
        return show(change, find_open(change.db, caller, draft_id))


def _kept(change: Change[Caller], draft: Draft, kept: str) -> Preview:
    """Keep the layout for the draft alone where it would not have it without that."""
    followed = preview_of(change.db, change.by, draft._replace(layout="")).chosen.layout
    layout_rows.keep_layout(change, Whose.DRAFT, draft.id, "" if dump_layout(followed) == kept else kept)
    return show(change, find_open(change.db, change.by, draft.id))
