"""What a draft is made from: by what its lines are made, priced and worded, its work, and the days of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from bot.billing.budget_uses import billed_uses
from bot.billing.expenses import read_lines
from bot.billing.language import InvoiceLanguage, language_of
from bot.billing.pricing import prices_of
from bot.billing.retained import Retained, read_retained
from bot.billing.rules import lines as line_rules
from bot.billing.rules.agreements import Agreement
from bot.billing.rules.billable import billable, parted
from bot.billing.rules.budgeted import OnDraft
from bot.billing.rules.budgets import BudgetUse
from bot.billing.rules.entries import Entries
from bot.billing.rules.expenses import Foreign
from bot.billing.rules.fixed_prices import Covered, FixedPrice, apart, covered_time, with_their_time
from bot.billing.rules.grouping import Grouping, GroupKey
from bot.billing.rules.included import RetainedMonth, months_of
from bot.billing.rules.included import apart as included_apart
from bot.billing.rules.layout import ChosenLayout, Whose, chosen_layout, rounded_by
from bot.billing.rules.lines import AfterMidnight, LeftOut, Line, LineEdit
from bot.billing.rules.making import all_lines
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.taxation import Taxation, TaxCase
from bot.billing.rules.texts import ChosenTexts, chosen_texts
from bot.billing.rules.worked import worked_lines
from bot.billing.rules.worth import Pricing
from bot.billing.writing import Writing
from bot.core.texts import Reader
from bot.tracking.rules.drafts import days_said
from storage import agreements as agreement_rows
from storage import draft_choices as choice_rows
from storage import line_edits as line_edit_rows
from storage import payers as payer_rows
from storage import unbilled as unbilled_rows
from storage.billomat import ConnectedAccount
from storage.drafts import Draft
from storage.payers import Payer


class TooManyEntries(Exception):
    """More can be billed than one invoice has room for."""


@dataclass(frozen=True, slots=True)
class DraftTerms:
    """By what the lines of a draft are made, priced and worded."""

    payer: Payer
    account: ConnectedAccount | None
    currency: str
    pricing: Pricing
    tax: Taxation
    customers_tax: TaxCase
    """What would hold if nothing was chosen for this draft alone."""
    chosen: ChosenLayout
    rounded_by: Whose
    texts: ChosenTexts
    language: InvoiceLanguage
    writing: Writing
    edits: Mapping[GroupKey, LineEdit]
    agreements: Sequence[Agreement] = ()
    fixed_prices: Sequence[FixedPrice] = ()
    budgets: Sequence[BudgetUse] = ()
    """By what is billed of them. Nothing above a hard one is."""
    retained: Retained = field(default_factory=Retained)

    @property
    def grouping(self) -> Grouping:
        """How the lines are made."""
        return self.chosen.layout.grouping(self.writing.week_start)


@dataclass(frozen=True, slots=True)
class DraftEntries:
    """The entries of a draft: those that are billed by the hour, those left out by hand, and what is agreed of both.

    What fixed prices cover is by the ids of the agreements. Of what was left out, included time is on lines already.
    """

    by_hour: Entries
    by_hand: Entries
    covered: Mapping[int, Entries]
    covered_by_hand: Mapping[int, Entries]
    included_by_hand: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class DraftWork:
    """What is on a draft, and what is not: the lines of each, before they are worded."""

    rest: Entries
    """What cannot be billed now, whatever anybody chooses."""
    worked: Sequence[Line]
    spent: Sequence[Line]
    left_out: LeftOut
    not_worked: Sequence[Line]
    not_spent: Sequence[Line]
    """What was left out by hand."""
    covered: tuple[Covered, ...] = ()
    budgets: tuple[OnDraft, ...] = ()
    retained: tuple[RetainedMonth, ...] = ()
    foreign: Foreign = ()

    @property
    def lines(self) -> list[Line]:
        """All that are on the draft."""
        return [*self.worked, *self.spent]


@dataclass(frozen=True, slots=True)
class Days:
    """Which days the work is of, and what they are called for the customer."""

    days: frozenset[date]
    service: tuple[date, date] | None
    after_midnight: AfterMidnight | None
    text: str
    label: str


def read_terms(db: Connection, draft: Draft) -> DraftTerms:
    """What is kept for a draft, for its customer and for all, as it holds together."""
    payer, prices = payer_rows.get_payer(db, draft.customer_id), prices_of(db, draft.workspace_id)
    customers_tax = prices.taxation(payer).case
    if draft.tax_case:
        payer = payer._replace(tax_case=draft.tax_case)
    workspace, account = prices.workspace, prices.account
    language = language_of(payer.locale, account.locale if account else "", workspace.invoice_language)
    chosen = chosen_layout(draft.layout, payer.layout, workspace.layout)
    texts = chosen_texts(draft.texts, payer.texts, workspace.texts, language.reader.language)
    units = account.units.splitlines() if account else ()
    currency = prices.currency_of(payer)
    agreements = [each for each in prices.agreements if each.customer_id == payer.id]
    return DraftTerms(
        payer,
        account,
        currency,
        _reduced(prices.for_customer(payer), draft, currency),
        prices.taxation(payer, once=draft.tax_case != ""),
        customers_tax,
        chosen,
        rounded_by(payer.rounding, workspace.rounding),
        texts,
        language,
        Writing(chosen.layout, workspace.week_start, units, texts.texts),
        _edits(db, draft, currency),
        agreements,
        agreement_rows.fixed_prices(db, draft.workspace_id, agreements, payer.id),
        billed_uses(db, draft.workspace_id, payer.id),
        read_retained(db, draft.workspace_id, payer.id, agreements),
    )


def _reduced(pricing: Pricing, draft: Draft, currency: str) -> Pricing:
    """What a person chose for this draft holds in place of what the customer's terms take off; an amount in another
    currency says nothing in this one.
    """
    if draft.own is None or (draft.own.cents and draft.currency != currency):
        return pricing
    return replace(pricing, reduction=draft.own)


def read_entries(
    db: Connection, draft: Draft, terms: DraftTerms, *, detailed: bool, most: int | None = None
) -> DraftEntries:
    """The entries of a draft. They are looked at one by one only where some were left out, or something is agreed.

    What a retainer includes may end within an entry, whose times are needed then. Raises TooManyEntries where more than
    `most` can be billed.
    """
    found = _found(db, draft, detailed=detailed or bool(terms.retained.allotted), most=most)
    kept, by_hand = parted(found, choice_rows.left_out(db, choice_rows.ENTRIES, draft.id))
    by_hour, covered = apart(kept, terms.fixed_prices)
    rest, covered_by_hand = apart(by_hand, terms.fixed_prices)
    included_by_hand, rest = included_of(rest, terms)
    return DraftEntries(by_hour, rest, covered, covered_by_hand, included_by_hand)


def included_of(entries: Entries, terms: DraftTerms) -> tuple[list[Line], Entries]:
    """The lines of what retainers include of entries, and the rest."""
    return included_apart(entries, terms.retained.allotted, terms.grouping, pricing=terms.pricing, edits=terms.edits)


def _found(db: Connection, draft: Draft, *, detailed: bool, most: int | None) -> Entries:
    """As many as are asked for and one more, so that nobody counts first; what cannot be billed does not count."""
    of_draft = (draft.workspace_id, draft.customer_id, draft.scope)
    if most is not None:
        found = unbilled_rows.unbilled_entries(db, *of_draft, detailed=detailed, most=most + 1)
        if len(found) <= most:
            return found
        if unbilled_rows.has_more_than(db, *of_draft, most):
            raise TooManyEntries
    return unbilled_rows.unbilled_entries(db, *of_draft, detailed=detailed)


def _edits(db: Connection, draft: Draft, currency: str) -> dict[GroupKey, LineEdit]:
    """What people changed on lines. A rate or an amount that they typed in another currency than the customer has by
    now says nothing in this one.
    """
    edits = line_edit_rows.line_edits(db, draft.workspace_id, draft.id)
    if draft.currency == currency:
        return edits
    percent = {key: Reduction(percent=edit.reduction.percent) for key, edit in edits.items()}
    return {key: replace(edit, rate_cents=None, rate_gross=None, reduction=percent[key]) for key, edit in edits.items()}


def read_work(db: Connection, draft: Draft, terms: DraftTerms, *, most: int) -> DraftWork:
    """The lines of a draft, and what is not on them. Raises TooManyEntries where more than `most` can be billed."""
    detailed = terms.writing.needs_details or bool(terms.budgets)  # they say which time was first
    found = read_entries(db, draft, terms, detailed=detailed, most=most)
    allotted, pricing, edits = terms.retained.allotted, terms.pricing, terms.edits
    worked = worked_lines(found.by_hour, allotted, terms.budgets, terms.grouping, pricing=pricing, edits=edits)
    made = worked.budgeted
    spent = read_lines(db, draft, pricing, edits)
    by_hand = all_lines(found.by_hand, terms.grouping, pricing=pricing, edits=edits)
    return DraftWork(
        billable(worked.by_hour)[1],
        [*made.lines, *worked.included],
        with_their_time(spent.kept, found.covered),
        replace(made.left_out, too_short=made.left_out.too_short + worked.waiting),
        [*by_hand, *found.included_by_hand],
        with_their_time(spent.left_out, found.covered_by_hand),
        covered_time(terms.fixed_prices, found.covered, spent.kept),
        made.budgets,
        months_of(terms.retained.retainers, worked.included, spent.kept),
        spent.foreign,
    )


def read_days(db: Connection, draft: Draft, lines: Sequence[Line], to: Reader) -> Days:
    """The days of lines; of the last one it is looked up whether work went on past midnight."""
    days = frozenset(line_rules.days_of(lines))
    last = line_rules.last_entries(lines)
    late = unbilled_rows.past_midnight(db, draft.workspace_id, draft.customer_id, last)
    period, service = draft.scope.period, line_rules.service_period(days, last, late)
    return Days(
        days,
        service,
        line_rules.after_midnight(last, late),
        to.days(*service) if service else "",
        days_said(to, period.first or service[0], period.last or service[1]) if service else "",
    )
