"""Put a customer's unbilled time together: the open draft, and exactly what it would send.

An open draft binds nothing: its lines are made afresh from the entries each time, and only what a person changed on
them is stored.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from bot.billing.beside import Beside, read_beside
from bot.billing.comparing import Compared, compare
from bot.billing.draft_names import part_of
from bot.billing.expenses import read_lines
from bot.billing.language import InvoiceLanguage, language_of
from bot.billing.pricing import prices_of
from bot.billing.rules import lines as line_rules
from bot.billing.rules import worth as worth_rules
from bot.billing.rules.grouping import Grouping, GroupKey, UnbilledEntry, is_within
from bot.billing.rules.layout import ChosenLayout, Whose, chosen_layout
from bot.billing.rules.lines import AfterMidnight, InvoiceLine, LeftByHand, LeftOut, Line, LineEdit
from bot.billing.rules.making import all_lines, make_lines, parted
from bot.billing.rules.order import arranged, read_order
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.periods import Period
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import LineChange, SeenLine, line_changes, price_changes
from bot.billing.rules.states import BINDS_NOTHING, DraftState
from bot.billing.rules.texts import ChosenTexts, InvoiceTexts, chosen_texts
from bot.billing.rules.totals import Totals
from bot.billing.rules.worth import Pricing
from bot.billing.wording import Facts, Writing, invoice_texts, quotes_private_note, worded_expenses, worded_lines
from bot.billomat.rules.trouble import Trouble
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.people.callers import require_biller
from bot.tracking import filtering
from bot.tracking.rules.drafts import days_said
from storage import billing as billing_rows
from storage import billomat as billomat_rows
from storage import draft_choices as choice_rows
from storage import line_edits as line_edit_rows
from storage import people as people_rows
from storage import shown as shown_rows
from storage import unbilled as unbilled_rows
from storage.billing import Draft
from storage.billomat import ConnectedAccount
from storage.change import Author, Change
from storage.unbilled import Payer

SENT_SHOWN = 3
MOST_AT_ONCE = 200
"""Entries that are given a project by one press, which has to be answered at once."""


class Obstacle(StrEnum):
    """Why a draft can be looked at but not sent."""

    NOT_CONNECTED = "not connected"
    NOT_LINKED = "not linked"
    ARCHIVED = "archived"
    ARCHIVED_HERE = "archived here"
    NOTHING = "nothing"
    NO_RATE = "no rate"
    NEGATIVE = "negative"
    CUSTOMER_CURRENCY = "customer currency"
    ARTICLE_CURRENCY = "article currency"
    PRIVATE_NOTE = "private note"


@dataclass(frozen=True, slots=True)
class ToSolve:
    """Entries that are not billed as they are, or not as they could be, with what somebody can do about it."""

    mine: int = 0
    """Whoever looks: only their own entries are theirs to change."""
    waiting: tuple[UnbilledEntry, ...] = ()
    """Timers that run, and entries whose end is a guess."""
    without_project: tuple[int, ...] = ()
    """Own entries on the lines, of a customer who has projects."""
    seconds: int = 0
    """Of all that have none, also of more than can be given one at once."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody saw of an invoice, by its digest, and what its prices were compared with."""

    shown: str
    compared_with: str
    place: Place
    """Where they look now."""


AFRESH = Looked("", "", TOP)


@dataclass(frozen=True, slots=True)
class Preview:
    """All that an approval would send. `shown` stands for its whole content; amounts are in `currency`."""

    draft_id: int
    customer_id: int
    customer: str
    chosen: ChosenLayout
    chosen_texts: ChosenTexts
    texts: InvoiceTexts
    arranged: Whose
    """Who put its lines in an order of their own; nobody: they stand in that of the layout."""
    usual: tuple[GroupKey, ...]
    """The lines in that order."""
    grouping: Grouping
    scope: Scope
    currency: str
    lines: tuple[InvoiceLine, ...]
    totals: Totals
    gross_prices: bool
    """The prices and amounts of the lines are with VAT."""
    reduction: int
    """What the customer's terms take off, in ten-thousandths of a percent."""
    service_period: tuple[date, date] | None
    language: InvoiceLanguage
    service_text: str
    """The service period as the customer reads it; "" without one."""
    label: str
    """What Billomat calls the draft, beside its part and the token."""
    part: str
    """Which part of the work it is; "" for all of it."""
    after_midnight: AfterMidnight | None
    left_out: LeftOut
    beside: Beside
    taxed: bool
    obstacles: frozenset[Obstacle]
    trouble: Trouble | None
    """Why Billomat refuses our key at present."""
    reason: str | None
    """Why Billomat refused this draft the last time."""
    lost: tuple[Draft, ...]
    """Others of this customer of which nobody knows yet whether Billomat has them."""
    sent: tuple[Draft, ...]
    """The newest that stand in Billomat with work of this period."""
    shown: str
    by_hand: LeftByHand = field(default_factory=LeftByHand)
    """What people left out of this draft."""
    other_edits: int = 0
    """Lines that a person changed, of which there is none now; their changes are kept."""
    repriced: Mapping[GroupKey, int | None] = field(default_factory=dict)
    """The prices that lines had when the person looked the last time, if they are others now."""
    compared: Compared | None = None
    """With the last invoice of the same kind."""
    compared_with: str = ""
    """The digest of what they saw then."""
    changes: tuple[LineChange, ...] = ()
    """What is different since they saw the page before."""
    place: Place = TOP
    """Which of the lines are in sight."""
    to_solve: ToSolve = field(default_factory=lambda: ToSolve())

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return self.scope.period

    @property
    def net_cents(self) -> int:
        """The sum without VAT, after the reduction."""
        return self.totals.net

    def within(self, group: GroupKey) -> tuple[InvoiceLine, ...]:
        """The lines of a group; see `is_within`."""
        return tuple(each for each in self.lines if is_within(each.line.key, group))

    def line(self, key: GroupKey) -> InvoiceLine:
        """The line of a group. Raises UserError."""
        for each in self.lines:
            if each.line.key == key:
                return each
        raise UserError(
            "This line is no longer there: its entries were changed, or how lines are made. Please open the invoice "
            "again."
        )


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
        draft = begin_draft(change, customer_id, scope)
        before = shown_rows.what_was_shown(change.db, draft.id, caller.person_id, looked.shown)
        preview = _show_to_who_looked(change, draft, looked.compared_with)
        changes = line_changes(before.lines, seen_lines(preview.lines)) if before else ()
        return replace(preview, changes=tuple(changes), place=looked.place)


def show_after(change: Change[Caller], draft: Draft, looked: Looked, before: Preview) -> Preview:
    """An open draft for somebody who just changed it, in sight of the same lines.

    They are told what others changed of it since they looked: `before` is how it was when their own change came.
    """
    seen = shown_rows.what_was_shown(change.db, draft.id, change.by.person_id, looked.shown)
    changes = line_changes(seen.lines, seen_lines(before.lines)) if seen else ()
    preview = _show_to_who_looked(change, draft, looked.compared_with)
    return replace(preview, changes=tuple(changes), place=looked.place)


def show_changed(change: Change[Caller], draft_id: int, before: Preview) -> Preview:
    """The same where a form on top of the invoice changed it: the invoice may be on another page, or have more lines
    than were in sight there, and is replaced as a whole.
    """
    seen = shown_rows.last_shown(change.db, draft_id, change.by.person_id)
    changes = line_changes(seen.lines, seen_lines(before.lines)) if seen else ()
    return replace(show(change, find_open(change.db, change.by, draft_id)), changes=tuple(changes))


def show_in_form(change: Change[Caller], draft: Draft) -> Preview:
    """The preview for a form on top of the invoice, of which the person sees no more than the form says."""
    preview = preview_of(change.db, change.by, draft)
    shown_rows.note_known(change, draft.id, change.by.person_id, preview.shown, seen_lines(preview.lines))
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
    repriced = price_changes(looked.prices, {each.line.key: each.line.price for each in preview.lines})
    return replace(preview, repriced=repriced, compared_with=looked.content)


def begin_draft(change: Change[Caller], customer_id: int, scope: Scope) -> Draft:
    """The customer's one open draft for this scope, known or new. Raises UserError."""
    db, caller = change.db, change.by
    scope = _up_to_date(db, caller, scope)
    billing_rows.lock_customer(db, customer_id)
    if unbilled_rows.find_payer(db, caller.workspace_id, customer_id) is None:
        raise UserError(
            "This customer was archived or is no longer there. Please choose another one.", field="customer"
        )
    connected = billomat_rows.connected_account(db, caller.workspace_id)
    currency = connected.currency if connected else people_rows.workspace_terms(db, caller.workspace_id).currency
    return billing_rows.open_draft(change, customer_id, scope, currency=currency, by=caller.person_id)


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
    """The preview of an open draft for somebody who is about to see it; what it shows them is kept."""
    preview = preview_of(change.db, change.by, draft)
    note_shown(change, change.by.person_id, preview)
    return preview


def note_shown(change: Change[Author], person_id: int, preview: Preview) -> None:
    """Keep what a person is about to see."""
    shown_rows.note_shown(change, preview.draft_id, person_id, preview.shown, seen_lines(preview.lines))


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
                each.unit, each.line.article and each.line.article.billomat_id, each.line.vat, *each.line.parts
            ),
            entries=each.line.seen,
        )
        for each in lines
    ]


def _edit_digest(edit: LineEdit) -> str:
    article_id = edit.article.id if edit.article else None
    return digest(edit.title, edit.description, article_id, edit.article_kept, edit.rate_cents, edit.rate_gross)


def preview_of(db: Connection, caller: Caller, draft: Draft) -> Preview:
    """What would be sent, if the draft were approved now."""
    payer = unbilled_rows.get_payer(db, draft.customer_id)
    prices = prices_of(db, draft.workspace_id)
    connected, pricing = prices.account, prices.for_customer(payer)
    chosen = chosen_layout(draft.layout, payer.layout, prices.workspace.layout)
    grouping = chosen.layout.grouping(prices.workspace.week_start)
    edits = line_edit_rows.line_edits(db, draft.workspace_id, draft.id)
    found = unbilled_rows.unbilled_entries(db, draft.workspace_id, draft.customer_id, draft.scope)
    kept, by_hand = parted(found, choice_rows.left_out(db, choice_rows.ENTRIES, draft.id))
    worked, left_out = make_lines(kept, grouping, pricing=pricing, edits=edits)
    spent, not_spent = read_lines(db, draft, pricing, edits)
    lines = [*worked, *spent]
    without = all_lines(by_hand, grouping, pricing=pricing, edits=edits)
    language = language_of(payer.locale, connected.locale if connected else "", prices.workspace.invoice_language)
    units = connected.units.splitlines() if connected else ()
    words = chosen_texts(draft.texts, payer.texts, prices.workspace.texts, language.reader.language)
    writing = Writing(chosen.layout, prices.workspace.week_start, units, words.texts)
    worded = (*worded_lines(language.reader, worked, writing), *worded_expenses(language.reader, spent, writing))
    items = ordered(worded, draft.line_order or payer.line_order)
    period, service = draft.scope.period, line_rules.service_period(lines)
    service_text = language.reader.days(*service) if service else ""
    label = days_said(language.reader, period.first or service[0], period.last or service[1]) if service else ""
    totals = worth_rules.totals(((line.vat, line.amount_cents or 0) for line in lines), pricing)
    facts = facts_of(language.reader, payer.name, (label, service_text), totals, draft.currency)
    texts = invoice_texts(language.reader, items, facts, writing)
    beside = read_beside(db, caller, draft, line_rules.days_of(lines))
    part = part_of(draft.scope.selection, beside.labels, by_initials=chosen.layout.initials)
    sent = (service_text, label, part, *texts.sent)
    return Preview(
        draft_id=draft.id,
        customer_id=payer.id,
        customer=payer.name,
        chosen=chosen,
        chosen_texts=words,
        texts=texts,
        arranged=_arranged_by(draft, payer, worded, items),
        usual=tuple(item.line.key for item in worded),
        grouping=grouping,
        by_hand=LeftByHand(
            (*worded_lines(language.reader, without, writing), *worded_expenses(language.reader, not_spent, writing))
        ),
        other_edits=line_rules.edits_without_line(edits, [*lines, *without, *not_spent], grouping),
        scope=draft.scope,
        currency=draft.currency,
        lines=items,
        totals=totals,
        gross_prices=pricing.terms.invoice_gross,
        reduction=pricing.reduction,
        service_period=service,
        language=language,
        service_text=service_text,
        label=label,
        after_midnight=line_rules.after_midnight(lines),
        left_out=left_out,
        part=part,
        beside=beside,
        taxed=pricing.taxed,
        obstacles=_obstacles(draft, payer, connected, items, totals),
        trouble=connected.trouble if connected else None,
        reason=draft.reason,
        lost=tuple(billing_rows.lost_drafts(db, draft.workspace_id, draft.customer_id)),
        sent=tuple(billing_rows.sent_drafts(db, draft.workspace_id, draft.customer_id, period, most=SENT_SHOWN)),
        to_solve=_to_solve(db, caller, draft, kept, lines),
        shown=_fingerprint(payer, pricing, draft.scope, draft.currency, *sent, lines=items),
        compared=compare(db, caller, draft, items, grouping, gross=pricing.terms.invoice_gross),
    )


def _to_solve(
    db: Connection, caller: Caller, draft: Draft, entries: Sequence[UnbilledEntry], lines: Sequence[Line]
) -> ToSolve:
    waiting = (each for each in entries if each.billable and (each.seconds is None or each.end_guessed))
    on_lines = [each for line in lines if line.project_id is None for each in line.entries]
    lacking = [each for each in on_lines if each.project_id is None and each.person_id == caller.person_id]
    if lacking and not unbilled_rows.has_projects(db, draft.workspace_id, draft.customer_id):
        lacking = []
    mine = sorted({each.entry_id for each in lacking})[:MOST_AT_ONCE]
    return ToSolve(
        caller.person_id,
        tuple(sorted(waiting, key=lambda each: (each.person_id != caller.person_id, each.day, each.entry_id))),
        tuple(mine),
        sum(each.seconds or 0 for each in lacking),
    )


def ordered(items: Sequence[InvoiceLine], order: str) -> tuple[InvoiceLine, ...]:
    """The lines in the order that somebody gave them, else in that of their layout."""
    by_key = {item.line.key: item for item in items}
    keys = arranged([*by_key], read_order(order))
    return tuple(by_key[key] for key in keys if key in by_key)


def _arranged_by(draft: Draft, payer: Payer, usual: Sequence[InvoiceLine], items: Sequence[InvoiceLine]) -> Whose:
    if tuple(usual) == tuple(items):
        return Whose.NOBODY
    return Whose.DRAFT if draft.line_order else Whose.CUSTOMER


def facts_of(to: Reader, customer: str, days: tuple[str, str], totals: Totals, currency: str) -> Facts:
    """What is filled in above and below the lines, as the customer reads it: `days` as they were chosen and worked."""
    gross = "" if totals.gross is None else to.money(totals.gross, currency)
    return Facts(customer, *days, net=to.money(totals.net, currency), gross=gross)


def grouping_of(db: Connection, draft: Draft) -> Grouping:
    """How the lines of a draft are made at present."""
    payer, terms = unbilled_rows.get_payer(db, draft.customer_id), people_rows.workspace_terms(db, draft.workspace_id)
    return chosen_layout(draft.layout, payer.layout, terms.layout).layout.grouping(terms.week_start)


def find_draft(db: Connection, caller: Caller, draft_id: int) -> Draft:
    """One draft of the caller's workspace. Raises UserError."""
    draft = billing_rows.draft_of_workspace(db, caller.workspace_id, draft_id)
    if draft is None:
        raise UserError("This draft is no longer there.")
    return draft


def find_open(db: Connection, caller: Caller, draft_id: int, *, field: str | None = None) -> Draft:
    """One open draft of the caller's workspace. Raises UserError, at a field that keeps the form."""
    draft = find_draft(db, caller, draft_id)
    if draft.state != DraftState.OPEN:
        raise UserError("This draft was approved or given up meanwhile. Please open the invoice again.", field=field)
    return draft


def lock_open(change: Change[Caller], draft_id: int, *, field: str | None = None) -> Draft:
    """As `find_open`; the draft stays open until the transaction ends."""
    billing_rows.lock_customer(change.db, find_draft(change.db, change.by, draft_id).customer_id)
    return find_open(change.db, change.by, draft_id, field=field)


def _obstacles(
    draft: Draft, payer: Payer, connected: ConnectedAccount | None, lines: Sequence[InvoiceLine], totals: Totals
) -> frozenset[Obstacle]:
    articles = [article for each in lines for article in each.line.articles]
    obstacles = {
        Obstacle.NOT_CONNECTED: connected is None,
        Obstacle.ARCHIVED: payer.archived and payer.billomat_id is not None,
        Obstacle.ARCHIVED_HERE: payer.archived and payer.billomat_id is None,
        Obstacle.NOT_LINKED: connected is not None and payer.billomat_id is None,
        Obstacle.NOTHING: not lines,
        Obstacle.NO_RATE: any(each.line.unit_price is None for each in lines),
        Obstacle.NEGATIVE: totals.net < 0,
        Obstacle.CUSTOMER_CURRENCY: payer.currency not in ("", draft.currency),
        Obstacle.ARTICLE_CURRENCY: any(article.currency not in ("", draft.currency) for article in articles),
        Obstacle.PRIVATE_NOTE: any(map(quotes_private_note, lines)),
    }
    return frozenset(obstacle for obstacle, stands in obstacles.items() if stands)


def _columns(entries: Sequence[UnbilledEntry]) -> list[Sequence[Any]]:
    """What of each entry stands for it, in columns: these take half the time of rows."""
    written = {day: day.isoformat() for day in {entry.day for entry in entries}}
    return [
        [entry.entry_id for entry in entries],
        [entry.seconds for entry in entries],
        [written[entry.day] for entry in entries],
    ]


def _fingerprint(payer: Payer, pricing: Pricing, scope: Scope, *texts: str, lines: Sequence[InvoiceLine]) -> str:
    """A digest of all that would be sent: it differs when anything does, even a second of one entry."""
    content = [
        (
            each.line.key,
            each.title,
            each.description,
            each.unit,
            each.line.hours,
            each.line.unit_price,
            each.line.article and each.line.article.billomat_id,
            each.line.vat and (each.line.vat.name, each.line.vat.rate),
            _columns(each.line.entries),
            each.line.expense and (each.line.expense.expense_id, each.line.expense.day.isoformat()),
        )
        for each in lines
    ]
    terms = [payer.id, payer.billomat_id, pricing.terms.invoice_gross, pricing.reduction, pricing.taxed]
    whole = json.dumps([*terms, scope.value, texts, content])
    return hashlib.sha256(whole.encode()).hexdigest()
