"""The open draft of a customer: begun, found, and shown to somebody, with what is different since they looked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.billing.collect import preview_of
from bot.billing.preview import Looked, NetSum, Obstacle, Preview, Voided
from bot.billing.pricing import currency_of
from bot.billing.retained import put_fees
from bot.billing.rules.lines import InvoiceLine, Line, LineEdit
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import LineChange, SeenLine, line_changes, price_changes
from bot.billing.rules.states import BEING_MADE, BINDS_NOTHING
from bot.billing.submitting import void_if_changed
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.core.money import smallest
from bot.people.callers import require_biller
from bot.tracking import filtering
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import shown as shown_rows
from storage.change import Author, Change
from storage.drafts import Draft
from storage.shown import ShownInvoice

FARTHEST_IN_ADVANCE = timedelta(days=366)


def choose(bot: Bot, caller: Caller, customer_id: int, scope: Scope) -> Preview:
    """What would be billed to a customer for a scope. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        return open_preview(change, customer_id, scope)


def look_further(bot: Bot, caller: Caller, customer_id: int, scope: Scope, looked: Looked) -> Preview:
    """The same for somebody who looks at other lines of it: what is different by now they are told. Raises UserError.

    They saw the rest as it was, and approve all of it.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        return show_further(change, begin_draft(change, customer_id, scope), looked)


def show_further(change: Change[Caller], draft: Draft, looked: Looked) -> Preview:
    """An open draft for somebody who looks at other lines of it: what is different by now they are told."""
    before = shown_rows.what_was_shown(change.db, draft.id, change.by.person_id, looked.shown)
    preview = _show_to_who_looked(change, draft, looked.compared_with)
    changes = changes_since(before, preview) if before else ()
    return replace(preview, changes=tuple(changes), place=looked.place)


def show_after(change: Change[Caller], draft: Draft, looked: Looked, before: Preview) -> Preview:
    """An open draft for somebody who just changed it, in sight of the same lines.

    They are told what others changed of it since they looked: `before` is how it was when their own change came.
    """
    seen = shown_rows.what_was_shown(change.db, draft.id, change.by.person_id, looked.shown)
    changes = changes_since(seen, before) if seen else ()
    preview = _show_to_who_looked(change, draft, looked.compared_with)
    return replace(preview, changes=tuple(changes), place=looked.place)


def show_changed(change: Change[Caller], draft_id: int, before: Preview) -> Preview:
    """The same where a form on top of the invoice changed it: the invoice may be on another page, or have more lines
    than were in sight there, and is replaced as a whole.
    """
    seen = shown_rows.last_shown(change.db, draft_id, change.by.person_id)
    changes = changes_since(seen, before) if seen else ()
    return replace(show(change, find_open(change.db, change.by, draft_id)), changes=tuple(changes))


def show_in_form(change: Change[Caller], draft: Draft) -> Preview:
    """The preview for a form on top of the invoice, of which the person sees no more than the form says."""
    preview = preview_of(change.db, change.by, draft)
    lines = seen_lines(preview.lines)
    shown_rows.note_known(change, draft.id, change.by.person_id, preview.shown, lines, currency=preview.currency)
    return preview


def correct(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """The invoice of a draft that is open again: Billomat refused it, or no longer has it. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_draft(change.db, caller, draft_id)
        if draft.state not in BINDS_NOTHING:
            raise UserError("This draft was approved again meanwhile. Its outcome comes as a message.")
        return open_preview(change, draft.customer_id, draft.scope)


def open_preview(change: Change[Caller], customer_id: int, scope: Scope) -> Preview:
    """The customer's one open draft for this scope, whoever began it, and that it was shown. Raises UserError."""
    return _show_to_who_looked(change, begin_draft(change, customer_id, scope))


def _show_to_who_looked(change: Change[Caller], draft: Draft, content: str = "") -> Preview:
    """The preview, with the prices that are others than when the person looked at this content, else the last time."""
    db, person_id = change.db, change.by.person_id
    looked = shown_rows.what_was_shown(db, draft.id, person_id, content) if content else None
    looked = looked or shown_rows.last_shown(db, draft.id, person_id)
    preview = show(change, draft)
    if looked is None:
        return preview
    if looked.currency not in ("", preview.currency):
        return replace(preview, currency_before=looked.currency, compared_with=looked.content)
    repriced = price_changes(looked.prices, {each.line.key: each.line.price for each in preview.lines})
    return replace(preview, repriced=repriced, compared_with=looked.content)


def begin_draft(change: Change[Caller], customer_id: int, scope: Scope) -> Draft:
    """The customer's one open draft for this scope, known or new. Raises UserError."""
    db, caller = change.db, change.by
    scope = _up_to_date(db, caller, scope)
    draft_state_rows.lock_customer(db, customer_id)
    payer = payer_rows.find_payer(db, caller.workspace_id, customer_id)
    if payer is None:
        raise UserError(
            "This customer was archived or is no longer there. Please choose another one.", field="customer"
        )
    currency = currency_of(db, caller.workspace_id, payer)
    return draft_state_rows.open_draft(change, customer_id, scope, currency=currency, by=caller.person_id)


def _up_to_date(db: Connection, caller: Caller, scope: Scope) -> Scope:
    """The scope, if something of ours made it; with what became of all that was merged since. Raises UserError."""
    chosen = filtering.allowed(caller, scope.selection.between(scope.period.first, scope.period.last))
    return Scope(scope.period, filtering.up_to_date(db, caller, chosen))


def look_at(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """The invoice of an open draft, for what stands on top of it. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        return show_in_form(change, find_open(change.db, caller, draft_id))


def show(change: Change[Caller], draft: Draft) -> Preview:
    """The preview of an open draft for somebody who is about to see it; what it shows them is kept.

    A submission that it is no longer is void from here on, and they are told what changed since.
    """
    preview = preview_of(change.db, change.by, draft)
    is_gone = {Obstacle.ARCHIVED, Obstacle.ARCHIVED_HERE} & preview.obstacles
    if not is_gone and put_fees(change, preview.agreements, _fees_until(change.by, draft)):
        preview = preview_of(change.db, change.by, draft)
    if void_if_changed(change, draft, preview.shown):
        voided = _voided(change.db, draft, preview)
        preview = replace(preview_of(change.db, change.by, find_draft(change.db, change.by, draft.id)), voided=voided)
    note_shown(change, change.by.person_id, preview)
    return preview


def _voided(db: Connection, draft: Draft, now: Preview) -> Voided:
    """What is different about lines and sum since they were submitted."""
    before = shown_rows.what_was_shown(db, draft.id, draft.submitted_by or 0, draft.sealed)
    # By now the draft may be in another currency.
    net_before = NetSum(draft.net_cents or 0, (before.currency if before else "") or now.currency)
    changes = tuple(changes_since(before, now)) if before else ()
    return Voided(now.submission.by, now.submission.at, net_before, changes)


def _fees_until(caller: Caller, draft: Draft) -> date:
    """Up to which day fees of retainers are due: today; on a draft of days to come also theirs, which is in advance."""
    last = draft.last_day or caller.today
    return max(caller.today, min(last, caller.today + FARTHEST_IN_ADVANCE))


def note_shown(change: Change[Author], person_id: int, preview: Preview) -> None:
    """Keep what a person is about to see."""
    lines = seen_lines(preview.lines)
    shown_rows.note_shown(change, preview.draft_id, person_id, preview.shown, lines, currency=preview.currency)


def changes_since(seen: ShownInvoice, now: Preview) -> list[LineChange]:
    """What is different about the lines since somebody saw them; prices in two currencies are not compared."""
    before, lines = seen.lines, seen_lines(now.lines)
    if seen.currency not in ("", now.currency):
        before = tuple(each._replace(price=None, amount=None) for each in before)
        lines = [each._replace(price=None, amount=None) for each in lines]
    return line_changes(before, lines, smallest=smallest(now.currency))


def seen_lines(lines: Sequence[InvoiceLine]) -> list[SeenLine]:
    """Lines as somebody sees them now."""
    return [
        SeenLine(
            key=each.line.key,
            name=each.name,
            price=each.line.price,
            title=digest(each.title),
            description=digest(each.description),
            edit=_edit_digest(each.line.edit),
            terms=digest(
                each.unit,
                each.line.article and each.line.article.billomat_id,
                each.line.vat,
                *each.line.parts,
                *([each.line.hours] if each.line.is_rounded else []),
            ),
            amount=each.line.amount_cents,
            hourly=_is_hourly(each.line),
            entries=each.line.seen,
        )
        for each in lines
    ]


def _is_hourly(line: Line) -> bool:
    return line.expense is None and not (line.is_total or line.is_rounded)


def _edit_digest(edit: LineEdit) -> str:
    article_id = edit.article.id if edit.article else None
    typed = (edit.title, edit.description, article_id, edit.article_kept, edit.rate_cents, edit.rate_gross)
    return digest(*typed, *([edit.reduction] if edit.reduction else ()))


def find_draft(db: Connection, caller: Caller, draft_id: int) -> Draft:
    """One draft of the caller's workspace. Raises UserError."""
    draft = draft_rows.draft_of_workspace(db, caller.workspace_id, draft_id)
    if draft is None:
        raise UserError("This draft is no longer there.")
    return draft


def settled() -> UserError:
    """Somebody was faster: of a draft that was sent there is no such thing to do any more."""
    return UserError("This was settled already. /track invoice shows what can be billed.")


def find_open(db: Connection, caller: Caller, draft_id: int, *, field: str | None = None) -> Draft:
    """One open draft of the caller's workspace. Raises UserError, at a field that keeps the form."""
    draft = find_draft(db, caller, draft_id)
    if draft.state not in BEING_MADE:
        raise UserError("This draft was approved or given up meanwhile. Please open the invoice again.", field=field)
    return draft


def lock_open(change: Change[Caller], draft_id: int, *, field: str | None = None) -> Draft:
    """As `find_open`; the draft stays open until the transaction ends."""
    draft_state_rows.lock_customer(change.db, find_draft(change.db, change.by, draft_id).customer_id)
    return find_open(change.db, change.by, draft_id, field=field)
