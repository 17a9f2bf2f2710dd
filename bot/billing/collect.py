"""Put a customer's unbilled time together: exactly what an open draft would send.

An open draft binds nothing: its lines are made afresh from the entries each time, and only what a person changed on
them is stored.
"""

import hashlib
import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.beside import Beside, read_beside
from bot.billing.comparing import Compared, compare
from bot.billing.descriptions import quotes
from bot.billing.draft_names import part_of
from bot.billing.language import InvoiceLanguage
from bot.billing.notices import tax_notice
from bot.billing.rules import lines as line_rules
from bot.billing.rules import worth as worth_rules
from bot.billing.rules.agreements import Agreement
from bot.billing.rules.budgeted import OnDraft
from bot.billing.rules.einvoice import Buyer, Missing, missing_terms
from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.billing.rules.fixed_prices import Covered
from bot.billing.rules.grouping import Grouping, GroupKey, is_within
from bot.billing.rules.included import RetainedMonth
from bot.billing.rules.layout import ChosenLayout, Layout, Whose, chosen_layout
from bot.billing.rules.lines import AfterMidnight, InvoiceLine, LeftByHand, LeftOut, Line
from bot.billing.rules.order import arranged, read_order
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.periods import Period
from bot.billing.rules.reductions import Reduction, is_sent_as_line
from bot.billing.rules.rounding import Roundings
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import LineChange
from bot.billing.rules.taxation import AS_BILLOMAT_HOLDS, GERMANY, Taxation, TaxCase
from bot.billing.rules.texts import ChosenTexts, InvoiceTexts
from bot.billing.rules.totals import Totals
from bot.billing.rules.worth import Pricing
from bot.billing.submission import ALONE, Submission, read_submission
from bot.billing.wording import (
    NO_LINE,
    Facts,
    ReductionLine,
    invoice_texts,
    quotes_private_note,
    reduction_line,
    worded_expenses,
    worded_lines,
)
from bot.billing.work import Days, DraftTerms, DraftWork, TooManyEntries, read_days, read_terms, read_work
from bot.billomat.rules.trouble import Trouble
from bot.core.caller import Caller
from bot.core.errors import UserError
from bot.core.money import NO_SUMS, Sums, is_finer_than_kept
from storage import billing as billing_rows
from storage import people as people_rows
from storage import private_notes as private_note_rows
from storage import sent_invoices as sent_rows
from storage import unbilled as unbilled_rows
from storage.billing import Draft
from storage.unbilled import Payer

SENT_SHOWN = 3
MOST_AT_ONCE = 200
"""Entries that are given a project by one press, which has to be answered at once."""
MOST_ENTRIES = 200_000
"""On one invoice: with more, Slack would not wait for it. 100,000 take a second."""


class Obstacle(StrEnum):
    """Why a draft can be looked at but not sent."""

    NOT_CONNECTED = "not connected"
    NOT_LINKED = "not linked"
    ARCHIVED = "archived"
    ARCHIVED_HERE = "archived here"
    NOTHING = "nothing"
    NO_RATE = "no rate"
    NEGATIVE = "negative"
    OVER_REDUCED = "over-reduced"
    """More is taken off of a line, or of the whole, than it comes to."""
    CURRENCY = "currency"
    """It has three decimals, and amounts are kept with two."""
    PRIVATE_NOTE = "private note"
    PRIVATE_IN_TEXTS = "private note in texts"
    PRIVATE_IN_WORDS = "private note in words"
    """Of all lines: their title or description."""
    SMALL_BUSINESS = "small business"


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


class NetSum(NamedTuple):
    """What an invoice comes to without VAT."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Voided:
    """A submission that the look at it found void: by whom and when it was submitted, and what changed since."""

    by: str
    at: datetime | None
    net_before: NetSum
    """What it came to then."""
    changes: tuple[LineChange, ...]


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
    reduction: Reduction
    """What is taken off of the whole."""
    customers_reduction: int
    """What the customer's terms in Billomat take off."""
    is_reduced_by_hand: bool
    """A person chose the reduction for this draft."""
    reduction_line: ReductionLine
    roundings: Roundings
    rounded_by: Whose
    """For whom the usual one of them was chosen."""
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
    sent_as: Mapping[int, sent_rows.SentAs] = field(default_factory=dict)
    """How far these were in Billomat when they were last seen."""
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
    foreign: Sums = NO_SUMS
    """Expenses in other currencies, which are on no line."""
    currency_before: str = ""
    """The currency that they saw, if it is another one now."""
    place: Place = TOP
    """Which of the lines are in sight."""
    to_solve: ToSolve = field(default_factory=lambda: ToSolve())
    tax: Taxation = AS_BILLOMAT_HOLDS
    customers_tax: TaxCase = TaxCase.BILLOMAT
    """What would hold if nothing was chosen for this invoice alone."""
    is_german: bool = False
    """The business is in Germany, so that it is decided here which VAT holds."""
    submission: Submission = ALONE
    """How it stands with a second person who has to approve it."""
    voided: Voided | None = None
    notice: str = ""
    """The words that the law wants for it, as they stand in the texts."""
    missing: tuple[Missing, ...] = ()
    """What an e-invoice would lack."""
    covered: tuple[Covered, ...] = ()
    """Time in its days that fixed prices cover."""
    budgets: tuple[OnDraft, ...] = ()
    """Those that it has work of."""
    retained: tuple[RetainedMonth, ...] = ()
    """What retainers include for the months that have a fee or included time on it."""
    agreements: tuple[Agreement, ...] = ()
    """All that is agreed with the customer."""

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


def preview_of(db: Connection, caller: Caller, draft: Draft) -> Preview:
    """What would be sent, if the draft were approved now. Raises UserError where that is too much to be shown."""
    terms = read_terms(db, draft)
    work = _read_work(db, caller, draft, terms)
    days = read_days(db, draft, work.lines, terms.language.reader)
    usual = _worded(terms, work.worked, work.spent)
    items = ordered(usual, draft.line_order or terms.payer.line_order)
    totals = worth_rules.totals(((line.vat, line.amount_cents or 0) for line in work.lines), terms.pricing)
    notice = _notice(terms)
    texts = _texts_of(terms, items, days, totals, notice)
    beside = read_beside(db, caller, draft, days.days)
    before = billing_rows.sent_drafts(db, draft.workspace_id, draft.customer_id, draft.scope.period, most=SENT_SHOWN)
    part = part_of(draft.scope.selection, beside.labels, by_initials=terms.chosen.layout.initials)
    sent = (terms.currency, terms.tax.case, days.text, days.label, part, *texts.sent)
    return Preview(
        draft_id=draft.id,
        customer_id=terms.payer.id,
        customer=terms.payer.name,
        chosen=terms.chosen,
        chosen_texts=terms.texts,
        texts=texts,
        arranged=_arranged_by(draft, usual, items),
        usual=tuple(item.line.key for item in usual),
        grouping=terms.grouping,
        by_hand=LeftByHand(_worded(terms, work.not_worked, work.not_spent)),
        other_edits=_edits_without_line(terms, work),
        scope=draft.scope,
        currency=terms.currency,
        lines=items,
        totals=totals,
        gross_prices=terms.pricing.terms.invoice_gross,
        reduction=terms.pricing.reduction,
        customers_reduction=terms.payer.reduction,
        is_reduced_by_hand=draft.own is not None,
        reduction_line=_reduction_line(terms, work.lines),
        roundings=terms.pricing.roundings,
        rounded_by=terms.rounded_by,
        service_period=days.service,
        language=terms.language,
        service_text=days.text,
        label=days.label,
        after_midnight=days.after_midnight,
        left_out=work.left_out,
        foreign=work.foreign,
        part=part,
        beside=beside,
        taxed=terms.pricing.taxed,
        obstacles=_obstacles(terms, items, totals) | _quoting(db, draft, terms.chosen, terms.texts),
        tax=terms.tax,
        customers_tax=terms.customers_tax,
        is_german=terms.account is not None and terms.account.country == GERMANY,
        submission=read_submission(db, caller, draft, net=totals.net, currency=terms.currency),
        notice=notice,
        missing=_missing(terms, items),
        covered=work.covered,
        budgets=work.budgets,
        retained=work.retained,
        agreements=tuple(terms.agreements),
        trouble=terms.account.trouble if terms.account else None,
        reason=draft.reason,
        lost=tuple(billing_rows.lost_drafts(db, draft.workspace_id, draft.customer_id)),
        sent=tuple(before),
        sent_as=sent_rows.statuses(db, [each.id for each in before]),
        to_solve=_to_solve(db, caller, draft, work),
        shown=_fingerprint(terms.payer, terms.pricing, draft, *sent, lines=items),
        compared=compare(db, caller, draft, items, terms.grouping, gross=terms.pricing.terms.invoice_gross),
    )


def _read_work(db: Connection, caller: Caller, draft: Draft, terms: DraftTerms) -> DraftWork:
    try:
        return read_work(db, draft, terms, most=MOST_ENTRIES)
    except TooManyEntries as error:
        raise UserError(
            "More than {count} entries are open here: too many for one invoice. Choose fewer days, such as a month, or "
            "a part of the work.",
            count=caller.reader.number(MOST_ENTRIES),
        ) from error


def _worded(terms: DraftTerms, worked: Sequence[Line], spent: Sequence[Line]) -> tuple[InvoiceLine, ...]:
    to = terms.language.reader
    return (*worded_lines(to, worked, terms.writing), *worded_expenses(to, spent, terms.writing))


def _texts_of(terms: DraftTerms, items: Sequence[InvoiceLine], days: Days, totals: Totals, notice: str) -> InvoiceTexts:
    """What stands above and below the lines, with all filled in as the customer reads it."""
    to, payer = terms.language.reader, terms.payer
    facts = Facts(
        payer.name,
        days.label,
        days.text,
        net=to.money(totals.net, terms.currency),
        gross="" if totals.gross is None else to.money(totals.gross, terms.currency),
        customer_number=payer.number,
        order_number=payer.order_number,
        customers_vat_id=payer.vat_id,
        own_vat_id=terms.account.vat_id if terms.account else "",
        notice=notice,
    )
    return invoice_texts(to, items, facts, terms.writing)


def _edits_without_line(terms: DraftTerms, work: DraftWork) -> int:
    there = [*work.lines, *work.not_worked, *work.not_spent]
    return line_rules.edits_without_line(terms.edits, there, terms.grouping)


def _to_solve(db: Connection, caller: Caller, draft: Draft, work: DraftWork) -> ToSolve:
    waiting, _ = work.rest.parted(work.rest.column("billable"))
    on_lines = [each for line in work.worked if None in line.entries.project_ids for each in line.entries]
    lacking = [each for each in on_lines if each.project_id is None and each.person_id == caller.person_id]
    if lacking and not unbilled_rows.has_projects(db, draft.workspace_id, draft.customer_id):
        lacking = []
    mine = sorted({each.entry_id for each in lacking})[:MOST_AT_ONCE]
    own_first = sorted(waiting, key=lambda each: (each.person_id != caller.person_id, each.day, each.entry_id))
    return ToSolve(
        caller.person_id,
        tuple(unbilled_rows.with_details(db, own_first)),
        tuple(mine),
        sum(each.seconds or 0 for each in lacking),
    )


def ordered(items: Sequence[InvoiceLine], order: str) -> tuple[InvoiceLine, ...]:
    """The lines in the order that somebody gave them, else in that of their layout."""
    by_key = {item.line.key: item for item in items}
    keys = arranged([*by_key], read_order(order))
    return tuple(by_key[key] for key in keys if key in by_key)


def _arranged_by(draft: Draft, usual: Sequence[InvoiceLine], items: Sequence[InvoiceLine]) -> Whose:
    if tuple(usual) == tuple(items):
        return Whose.NOBODY
    return Whose.DRAFT if draft.line_order else Whose.CUSTOMER


def _missing(terms: DraftTerms, lines: Sequence[InvoiceLine]) -> tuple[Missing, ...]:
    """What an e-invoice would lack."""
    payer, account = terms.payer, terms.account
    if account is None or payer.billomat_id is None:
        return ()
    buyer = Buyer(payer.country, payer.kind, payer.vat_id, payer.email, payer.street, payer.zip, payer.city)
    return missing_terms(
        buyer,
        terms.tax.case,
        own_country=account.country,
        own_vat_id=account.vat_id,
        units=account.units.splitlines(),
        used=[each.unit for each in lines],
    )


def _reduction_line(terms: DraftTerms, lines: Sequence[Line]) -> ReductionLine:
    """How an amount that is taken off is worded, where one goes out as a line of its own."""
    gross, rates = terms.pricing.terms.invoice_gross, {each.vat for each in lines}
    off = [(terms.pricing.reduction, rates), *((each.edit.reduction, [each.vat]) for each in lines)]
    if not any(is_sent_as_line(each, of, gross_prices=gross) for each, of in off):
        return NO_LINE
    return reduction_line(terms.language.reader, terms.writing)


def _notice(terms: DraftTerms) -> str:
    """The words that the law wants, unless other texts have them."""
    if not terms.payer.tax_words:
        return ""
    own = terms.account.vat_id if terms.account else ""
    return tax_notice(terms.language.reader, terms.tax.case, own_vat_id=own, customers_vat_id=terms.payer.vat_id)


def layout_of(db: Connection, draft: Draft) -> Layout:
    """How the lines of a draft are made and worded at present."""
    return _layout_and_week(db, draft)[0]


def grouping_of(db: Connection, draft: Draft) -> Grouping:
    """How the lines of a draft are made at present."""
    layout, week_start = _layout_and_week(db, draft)
    return layout.grouping(week_start)


def _layout_and_week(db: Connection, draft: Draft) -> tuple[Layout, int]:
    payer, terms = unbilled_rows.get_payer(db, draft.customer_id), people_rows.workspace_terms(db, draft.workspace_id)
    return chosen_layout(draft.layout, payer.layout, terms.layout).layout, terms.week_start


def _obstacles(terms: DraftTerms, lines: Sequence[InvoiceLine], totals: Totals) -> frozenset[Obstacle]:
    payer, connected = terms.payer, terms.account
    bears_vat = any(each.line.vat and each.line.vat.rate for each in lines)
    over_reduced = terms.pricing.reduction.cents > max(totals.listed, 0) or any(
        each.line.is_over_reduced for each in lines
    )
    obstacles = {
        Obstacle.NOT_CONNECTED: connected is None,
        Obstacle.ARCHIVED: payer.archived and payer.billomat_id is not None,
        Obstacle.ARCHIVED_HERE: payer.archived and payer.billomat_id is None,
        Obstacle.NOT_LINKED: connected is not None and payer.billomat_id is None,
        Obstacle.NOTHING: not lines,
        Obstacle.NO_RATE: any(each.line.unit_price is None for each in lines),
        Obstacle.NEGATIVE: totals.net < 0 and not over_reduced,
        Obstacle.OVER_REDUCED: over_reduced,
        Obstacle.CURRENCY: is_finer_than_kept(terms.currency),
        Obstacle.PRIVATE_NOTE: any(map(quotes_private_note, lines)),
        Obstacle.SMALL_BUSINESS: terms.tax.case is TaxCase.SMALL_BUSINESS and bears_vat,
    }
    return frozenset(obstacle for obstacle, stands in obstacles.items() if stands)


def _quoting(db: Connection, draft: Draft, layout: ChosenLayout, texts: ChosenTexts) -> frozenset[Obstacle]:
    """Where words that a person wrote for the whole invoice have a note in them that is kept from the customer."""
    said = texts.texts
    written = {
        Obstacle.PRIVATE_IN_TEXTS: (said.heading, said.intro, said.note, said.closing),
        Obstacle.PRIVATE_IN_WORDS: (layout.layout.title, layout.layout.description),
    }
    whole = {obstacle: "\n".join(filter(None, those)) for obstacle, those in written.items()}
    notes: Sequence[str] = ()
    if any(whole.values()):
        notes = private_note_rows.private_notes(db, draft.workspace_id, draft.customer_id, draft.scope)
    return frozenset(
        obstacle for obstacle, text in whole.items() if any(quotes(text, note, was_seen=False) for note in notes)
    )


def _entries_digest(entries: Entries) -> str:
    """What of each entry stands for it: of 100,000 in a tenth of the time that their texts would take."""
    columns = array("q", [*entries.ids, *entries.seconds, *map(date.toordinal, entries.days)])
    return hashlib.sha256(columns).hexdigest()


def _fingerprint(payer: Payer, pricing: Pricing, draft: Draft, *texts: str, lines: Sequence[InvoiceLine]) -> str:
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
            each.line.edit.reduction,
            _entries_digest(each.line.entries),
            each.line.expense and (each.line.expense.expense_id, each.line.expense.day.isoformat()),
        )
        for each in lines
    ]
    terms = [payer.id, payer.billomat_id, pricing.terms.invoice_gross, *pricing.reduction, pricing.taxed]
    terms.append(draft.own is not None)  # said, though it may be what the customer's terms take off
    whole = json.dumps([*terms, draft.scope.value, texts, content])
    return hashlib.sha256(whole.encode()).hexdigest()
