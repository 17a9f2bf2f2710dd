"""Put a customer's unbilled time together: exactly what an open draft would send.

An open draft binds nothing: its lines are made afresh from the entries each time, and only what a person changed on
them is stored.
"""

import hashlib
import json
from collections.abc import Sequence

import orjson
from sqlalchemy import Connection

from bot.billing.beside import read_beside
from bot.billing.comparing import compare
from bot.billing.draft_names import part_of
from bot.billing.expense_lines import NO_LINE, ReductionLine, reduction_line, worded_expenses
from bot.billing.invoice_texts import Facts, invoice_texts
from bot.billing.notices import tax_notice
from bot.billing.obstacles import missing_for_einvoice, obstacles_of
from bot.billing.preview import Preview, ToSolve
from bot.billing.rules import lines as line_rules
from bot.billing.rules import worth as worth_rules
from bot.billing.rules.entries import Entries
from bot.billing.rules.grouping import Grouping
from bot.billing.rules.layout import Layout, Whose, chosen_layout
from bot.billing.rules.lines import InvoiceLine, LeftByHand, Line
from bot.billing.rules.order import arranged, read_order
from bot.billing.rules.reductions import is_sent_as_line
from bot.billing.rules.taxation import GERMANY
from bot.billing.rules.texts import InvoiceTexts
from bot.billing.rules.totals import Totals
from bot.billing.rules.worth import Pricing
from bot.billing.submission import read_submission
from bot.billing.wording import worded_lines
from bot.billing.work import Days, DraftTerms, DraftWork, TooManyEntries, read_days, read_terms, read_work
from bot.core.caller import Caller
from bot.core.errors import UserError
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage import sent_invoices as sent_rows
from storage import unbilled as unbilled_rows
from storage.drafts import Draft
from storage.payers import Payer

SENT_SHOWN = 3
MOST_AT_ONCE = 200
"""Entries that are given a project by one press, which has to be answered at once."""
MOST_ENTRIES = 200_000
"""On one invoice: with more, Slack would not wait for it. 100,000 take a second."""


def preview_of(db: Connection, caller: Caller, draft: Draft) -> Preview:
    """What would be sent, if the draft were approved now. Raises UserError where that is too much to be shown."""
    terms = read_terms(db, draft)
    work = _read_work(db, caller, draft, terms)
    days = read_days(db, draft, work.lines, terms.language.reader)
    usual = _worded(terms, work.worked, work.spent)
    items = ordered(usual, draft.line_order or terms.payer.line_order)
    by_hand = LeftByHand(_worded(terms, work.not_worked, work.not_spent))
    totals = worth_rules.totals(((line.vat, line.amount_cents or 0) for line in work.lines), terms.pricing)
    notice = _notice(terms)
    texts = _texts_of(terms, items, days, totals, notice)
    beside = read_beside(db, caller, draft, days.days)
    before = draft_rows.sent_drafts(db, draft.workspace_id, draft.customer_id, draft.scope.period, most=SENT_SHOWN)
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
        by_hand=by_hand,
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
        obstacles=obstacles_of(db, draft, terms, items, totals),
        tax=terms.tax,
        customers_tax=terms.customers_tax,
        is_german=terms.account is not None and terms.account.country == GERMANY,
        submission=read_submission(db, caller, draft, net=totals.net, currency=terms.currency),
        notice=notice,
        missing=missing_for_einvoice(terms, items),
        covered=work.covered,
        budgets=work.budgets,
        retained=work.retained,
        agreements=tuple(terms.agreements),
        trouble=terms.account.trouble if terms.account else None,
        reason=draft.reason,
        lost=tuple(draft_rows.lost_drafts(db, draft.workspace_id, draft.customer_id)),
        sent=tuple(before),
        sent_as=sent_rows.statuses(db, [each.id for each in before]),
        to_solve=_to_solve(db, caller, draft, work),
        shown=_fingerprint(terms.payer, terms.pricing, draft, *sent, lines=items),
        compared=compare(
            db, caller, draft, items, by_hand.lines, terms.grouping, gross=terms.pricing.terms.invoice_gross
        ),
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
    if lacking and not payer_rows.has_projects(db, draft.workspace_id, draft.customer_id):
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
    payer, terms = payer_rows.get_payer(db, draft.customer_id), people_rows.workspace_terms(db, draft.workspace_id)
    return chosen_layout(draft.layout, payer.layout, terms.layout).layout, terms.week_start


def _entries_digest(entries: Entries) -> str:
    """What of each entry stands for it: of 100,000 in a tenth of the time that their texts would take."""
    return hashlib.sha256(orjson.dumps((entries.ids, entries.seconds, entries.days))).hexdigest()


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
