"""Whatever a month looks like and however it is billed: nothing is billed twice, lost, or otherwise than it is shown.

A few months, the same each time, are quick; `make months` has 10,000 others.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.billing import arranging, choices, choosing, collect, delivery, line_edits, opening, reducing
from bot.billing.approval import Approved, Shown, approve
from bot.billing.attempts import begin_attempt
from bot.billing.budget_uses import uses_of
from bot.billing.line_edits import EnteredLine
from bot.billing.preview import Obstacle, Preview
from bot.billing.pricing import prices_of
from bot.billing.reducing import ForOnce
from bot.billing.retained import read_retained
from bot.billing.rules.grouping import line_digest
from bot.billing.rules.included import month_of
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.order import Step
from bot.billing.rules.periods import days_between
from bot.billing.rules.rate_list import Work
from bot.billing.rules.recipes import Part
from bot.billing.rules.rounding import Way
from bot.billing.rules.scope import Scope
from bot.billing.rules.states import Transition
from bot.billing.rules.tax import Vat
from bot.billomat.client.requests import draft_body
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from playground.person import Person
from storage import draft_choices as choice_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import rates as rate_rows
from storage.change import Change
from storage.rows import insert_row
from storage.tables import (
    Article,
    Tax,
    articles,
    draft_expenses,
    draft_shares,
    entries,
    expenses,
    retainer_uses,
)
from tests.billing.both_roundings import assert_no_warning
from tests.billing.counted_budgets import CountedBudget, Held
from tests.billing.counted_rates import CountedVat
from tests.billing.counted_retainers import held_with, paid_seconds
from tests.billing.counted_tax import WORDS
from tests.billing.random_months import SECRET, TYPED, LineChange, Month, as_dated, random_month
from tests.billing.random_terms import ARTICLES, FREE, REDUCED, USUAL
from tests.billing.recount import (
    CountedLine,
    CountedTotals,
    Edit,
    FixedPrice,
    Key,
    Spent,
    Terms,
    Worked,
    chosen,
    chosen_expenses,
    counted_expenses,
    days_of,
    has_one_service,
    totals_of,
)
from tests.billing.written_months import (
    ACME_ID,
    anna_in,
    hundredths,
    looking,
    raise_budgets,
    set_up,
    write_entry,
    write_expense,
)
from tests.conftest import T0

FEW = 20
AT_ONCE = 250
RELEASES = (Transition.TAKE_BACK, Transition.BILL_AGAIN, Transition.REFUSE)
"""How what was approved is open again: taken back, deleted or cancelled in Billomat, or refused there."""
FIRST_EXPENSE = 20
"""What is left out is named by its place among the entries or, from here on, among the expenses."""


class _SeenEnough(Exception):
    """Takes back what was written."""


@dataclass
class Bill:
    """An invoice as the test knows it: what there is to bill, and what a person changed."""

    month: Month
    terms: Terms
    worked: Mapping[int, Worked]
    spent: Mapping[int, Spent]
    edits: dict[Key, Edit] = field(default_factory=dict)
    fixed: FixedPrice | None = None
    paid: Mapping[int, int] = field(default_factory=dict)
    """What a retainer pays of all open work, in seconds."""
    budgets: Sequence[CountedBudget] = ()
    before: Mapping[int, Fraction] = field(default_factory=dict)
    """What earlier invoices billed of budgets, by their projects."""

    def held(self) -> Held:
        """The lines of its work by the hour, and what these have of budgets."""
        by_hour = {key: work for key, work in self.worked.items() if key not in self.covered}
        terms = (self.month.layout, self.terms, self.edits)
        return held_with(by_hour, self.paid, self.budgets, self.before, *terms, week_start=self.month.week_start)

    def counted(self) -> list[CountedLine]:
        """Its lines."""
        worked = self.held().lines
        spent = counted_expenses(self.spent, self.terms, self.edits)
        parts = [number for number, each in self.spent.items() if each.agreed]
        carrying = min(parts, key=lambda number: (self.spent[number].day, number), default=None)
        return [*worked, *(line._replace(seconds=self.covered) if line.expense == carrying else line for line in spent)]

    @property
    def covered(self) -> dict[int, int]:
        """The seconds of the entries that the fixed price pays: they go with its first part, or wait."""
        fixed = self.fixed
        return {key: work.seconds for key, work in self.worked.items() if fixed and fixed.covers(work)}

    @property
    def on_lines(self) -> list[int]:
        """The entries that are on one: too little is on none."""
        return sorted({key for line in self.counted() for key in line.seconds})


@pytest.fixture
def two_work(connected: None, anna: Person, finn: Person, bot: Bot) -> None:
    """Anna bills, Finn works too; the account has rates of VAT and four articles."""
    finn.types("/track help")
    with bot.database.write() as db:
        taxes = {
            vat: insert_row(db, Tax, workspace_id=1, billomat_id=n, name=vat.name, rate=hundredths(vat.percent))
            for n, vat in enumerate((USUAL, REDUCED, FREE), 1)
        }
        db.execute(update(articles).values(tax_id=None))
        for number, article in ARTICLES.items():
            prices = {f"price{group or ''}": int(price * 10_000) for group, price in article.prices.items()}
            values: dict[str, Any] = {
                "title": f"Article {number}",
                "title_key": f"article {number}",
                "billomat_id": 9000 + number,
                "unit": "Stunde" if article.of_hours else "Tag",
                "tax_id": taxes[article.vat] if article.vat else None,
                "seen_at": T0,
            }
            if number > 1:  # the first is there
                insert_row(db, Article, id=number, workspace_id=1, **values | prices)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Many months come in parts, for as many processes as there are."""
    if "months" in metafunc.fixturenames:
        many = range(metafunc.config.getoption("--months"))
        parts = [many[begun : begun + AT_ONCE] for begun in many[::AT_ONCE]] or [range(FEW)]
        metafunc.parametrize("months", parts, ids=map(str, parts))


def test_each_second_is_billed_once_as_it_was_shown_or_stays_open(
    months: range, two_work: None, bot: Bot, request: pytest.FixtureRequest
) -> None:
    options = request.config
    first: int = options.getoption("--month-seed") if options.getoption("--months") else 0
    for seed in (first + number for number in months):
        month = random_month(Random(seed))
        try:
            _try(bot, month)
        except Exception as error:
            error.add_note(f"Again with --months 1 --month-seed {seed}\n{month}")
            raise


def _try(bot: Bot, month: Month) -> None:
    with suppress(_SeenEnough), bot.database.write() as db:
        _check(replace(bot, database=bot.database.within(db)), db, month)
        raise _SeenEnough


def _check(bot: Bot, db: Connection, month: Month) -> None:
    dated = as_dated(month)
    terms, days = set_up(bot, db, month, dated), dated.days
    worked = {write_entry(db, each): each for each in dated.worked}
    spent = {write_expense(db, each, month.payer.currency): each for each in dated.spent}
    left_out = {key for place, key in enumerate(worked) if place in month.left_out}
    not_spent = {key for place, key in enumerate(spent, FIRST_EXPENSE) if place in month.left_out}
    shown = _shown_without(bot, db, Scope(days_between(*days), month.selection), left_out, not_spent)
    bill = Bill(
        month,
        terms,
        {key: one for key, one in chosen(worked, *days, month.selection).items() if key not in left_out},
        {key: one for key, one in chosen_expenses(spent, *days, month.selection).items() if key not in not_spent},
        fixed=dated.fixed,
        paid=paid_seconds(dated.retainer, worked, dated.fixed) if dated.retainer else {},
        budgets=dated.budgets,
    )
    _assert_counted(shown, bill)
    if any(each.raised > 1 for each in bill.budgets):
        shown = _raised(bot, db, bill, shown)
        _assert_counted(shown, bill)
    _assert_one_rate_wins(db, bill)
    _assert_up_takes_nothing(shown, bill)
    for line_change in month.changes if shown.lines else ():
        if not terms.places:  # nobody types a part of a yen
            line_change = replace(line_change, rate=line_change.rate.split(".")[0])
        shown = _changed(bot, db, bill, shown, line_change)
        _assert_counted(shown, bill)
    if shown.lines:
        shown = _reduced(bot, db, bill, shown)
        _assert_counted(shown, bill)
    for place, step in month.moves if shown.lines else ():
        shown = _moved(bot, db, shown, place % len(shown.lines), step)
        _assert_counted(shown, bill)
    if shown.obstacles:
        return
    body = _approved(bot, db, shown)
    _assert_carries(body, shown, bill)
    _assert_bound(db, bill)
    _assert_used(db, shown, bill)
    _assert_rebuilt(bot, db, shown, body, RELEASES[(len(worked) + len(spent)) % len(RELEASES)])
    _assert_bound(db, bill)
    _assert_used(db, shown, bill)
    if month.retainer:  # whose hours are used now
        return
    _assert_same_again(bot, db, bill, shown, body)


def _raised(bot: Bot, db: Connection, bill: Bill, before: Preview) -> Preview:
    """Have budgets be larger while the invoice is open."""
    bill.budgets = [each.after_raise() for each in bill.budgets]
    raise_budgets(db, bill.budgets)
    with looking(bot, db) as change:
        return opening.show(change, opening.find_open(db, change.by, before.draft_id))


def _shown_without(bot: Bot, db: Connection, scope: Scope, left_out: set[int], not_spent: set[int]) -> Preview:
    """The invoice of a scope without some of it; with that again it is the same as before."""
    with looking(bot, db) as change:
        draft = opening.begin_draft(change, ACME_ID, scope)
        if left_out or not_spent:
            whole = collect.preview_of(db, change.by, draft)
            _leave_out(change, draft.id, left_out, not_spent)
            assert choices.take_in(bot, anna_in(db), draft.id).shown == whole.shown
            _leave_out(change, draft.id, left_out, not_spent)
        return opening.show(change, draft)


def _leave_out(change: Change[Caller], draft_id: int, left_out: set[int], not_spent: set[int]) -> None:
    choice_rows.leave_out(change, choice_rows.ENTRIES, draft_id, left_out)
    choice_rows.leave_out(change, choice_rows.EXPENSES, draft_id, not_spent)


def _assert_counted(shown: Preview, bill: Bill) -> None:
    """What is shown is what was counted over: each line, and what all come to."""
    lines = bill.counted()
    assert Counter(map(_as_shown, shown.lines)) == Counter(map(_as_counted, lines))
    totals = totals_of(lines, bill.terms)
    assert (_euros(shown.totals.listed), _euros(shown.net_cents), _euros(shown.totals.gross or 0)) == totals
    assert shown.obstacles == _obstacles(lines, totals, bill.terms)
    _assert_of_budgets({each.use.budget.project_id: (each.billed, each.above) for each in shown.budgets}, bill)


def _assert_of_budgets(said: Mapping[int, tuple[int, int]], bill: Bill) -> None:
    """What the lines have of each budget, of which a hard one is never more than there is: not a cent, not a second."""
    held = bill.held()
    for each in bill.budgets:
        billed, above = said.get(each.project_id, (0, 0))
        assert (billed, above) == (_kept(held.billed[each.project_id], each), held.above.get(each.project_id, 0))
        left = max(Fraction(0), each.limit - bill.before.get(each.project_id, 0))
        if each.is_hard and not (each.seconds and bill.paid):  # what is paid uses time up without being cut
            assert billed <= _kept(left, each)


def _kept(amount: Fraction, budget: CountedBudget) -> int:
    """As the database has it: seconds or hundredths."""
    return int(amount if budget.seconds else amount * 100)


def _obstacles(lines: list[CountedLine], totals: CountedTotals, terms: Terms) -> set[Obstacle]:
    bears_vat = any(line.vat and line.vat.percent for line in lines)
    below = [line for line in lines if line.edit.off and line.amount is not None and line.amount < 0]
    over_reduced = bool(below) or 0 < terms.off > totals.listed
    obstacles = {
        Obstacle.NOTHING: not lines,
        Obstacle.NO_RATE: any(line.amount is None for line in lines),
        Obstacle.NEGATIVE: totals.net < 0 and not over_reduced,
        Obstacle.OVER_REDUCED: over_reduced,
        Obstacle.SMALL_BUSINESS: terms.tax.case == "small business" and bears_vat,
    }
    return {obstacle for obstacle, stands in obstacles.items() if stands}


def _assert_one_rate_wins(db: Connection, bill: Bill) -> None:
    """Of all work one line of the list holds, and the others that say something are those it beats."""
    terms = bill.terms
    pricing = prices_of(db, 1).for_customer(payer_rows.get_payer(db, ACME_ID))
    for key, worked in bill.worked.items():
        if key in bill.covered:
            continue
        work = Work(worked.person_id, worked.service_id, worked.project_id, ACME_ID, worked.day)
        article = terms.article_of(worked.service_id)
        rate = pricing.rate(work, pricing.articles.get(worked.service_id or 0))
        held = rate_rows.rate_list(db, 1).whole(None)
        said = [held[each.place].id for each in terms.said_of(worked, article)]
        assert [rate.rule.id, *(each.id for each in rate.beaten)] == said if rate.rule else not said


def _assert_up_takes_nothing(shown: Preview, bill: Bill) -> None:
    """Where all time is rounded up, or not at all, no line has less than was worked, but for hundredths of an hour: of
    a total those of each article that it adds up.
    """
    rules = [bill.terms.roundings[None], bill.terms.roundings[1]]
    if all(rule.way in (Way.NONE, Way.UP) for rule in rules):
        lengths = {key: worked.seconds for key, worked in bill.worked.items()}
        timed = [each for each in shown.lines if not each.line.expense]
        whole = [each.line for each in timed if all(e.seconds == lengths[e.entry_id] for e in each.line.entries)]
        assert all(line.hours * 36 + 18 * max(len(line.parts), 1) >= line.seconds for line in whole)


def _reduced(bot: Bot, db: Connection, bill: Bill, shown: Preview) -> Preview:
    """Take something off of the whole in its form, if anybody wants that; more than there is is refused."""
    percent, listed = bill.month.percent, shown.totals.listed
    off = 0 if percent or listed <= 0 else _whole(listed * bill.month.off // 100, bill)
    if not (percent or off):
        return shown
    with pytest.raises(UserError):
        reducing.choose(bot, anna_in(db), shown.draft_id, ForOnce("", f"{_euros(max(listed, 0) + 1)}"))
    bill.terms = replace(bill.terms, reduction=Decimal(percent or 0), off=_euros(off))
    return reducing.choose(bot, anna_in(db), shown.draft_id, ForOnce(percent, f"{_euros(off)}" if off else ""))


def _whole(cents: int, bill: Bill) -> int:
    """What of it can be typed in the currency."""
    return cents if bill.terms.places else cents // 100 * 100


def _off(bill: Bill, item: InvoiceLine, change: LineChange) -> Decimal:
    """An amount that may be taken off of a line."""
    if change.percent or change.rate:
        return Decimal(0)
    return _euros(_whole(max(item.line.listed_cents or 0, 0) * change.off // 100, bill))


def _changed(bot: Bot, db: Connection, bill: Bill, shown: Preview, change: LineChange) -> Preview:
    """Change a line in its form, and note what that makes of it."""
    item = shown.lines[change.place % len(shown.lines)]
    found = [line for line in bill.counted() if _as_counted(line) == _as_shown(item)]
    if item.line.is_agreed:  # that is changed with the agreement
        return shown
    if len(found) > 1:  # halves of a night, of which nobody could say which one is meant
        return shown
    if item.line.above_budget:  # its form asks for no amounts
        change = replace(change, rate="", percent="", off=0)
    off = _off(bill, item, change)
    after = line_edits.change_line(
        bot,
        anna_in(db),
        shown.draft_id,
        item.line.key,
        EnteredLine(
            shown=shown.shown,
            title=item.title if change.title is None else change.title,
            description=item.description if change.description is None else change.description,
            rate=change.rate,
            article_id=change.article_id,
            remember=change.remember,
            percent=change.percent,
            amount=f"{off}" if off else "",
        ),
    )
    _note_change(bill, found[0], item, change, off)
    (now,) = [each for each in after.lines if each.line.key == item.line.key] or [None]
    if now and change.title == TYPED:
        assert now.title == _typed(bill)
    if now and change.description == TYPED:
        assert now.description == _typed(bill)
    return after


def _note_change(bill: Bill, line: CountedLine, item: InvoiceLine, change: LineChange, off: Decimal) -> None:
    article = ARTICLES[change.article_id] if change.article_id else None
    service = None if line.expense else bill.worked[next(iter(line.seconds))].service_id
    if has_one_service(bill.month.layout):
        if change.remember and service:
            others = {key: value for key, value in bill.terms.articles.items() if key != service}
            bill.terms = replace(bill.terms, articles=others | ({service: article} if article else {}))
        usual = bill.terms.article_of(service)
    else:
        seen = None if item.line.edit.article else item.line.article
        usual = ARTICLES[seen.id] if seen else None
    if article == usual:
        article = None  # it is what the line has anyway, and goes on having
    bill.edits[line.key] = Edit(
        Decimal(change.rate) if change.rate else None, article, Decimal(change.percent or 0), off
    )


def _typed(bill: Bill) -> str:
    """Without the picture, and for Billomat to fill in, or for the customer to read."""
    return "Typed (Client.name)" if bill.month.texts.as_written else "Typed [Client.name]"


def _moved(bot: Bot, db: Connection, shown: Preview, place: int, step: Step) -> Preview:
    keys = [each.line.key for each in shown.lines]
    key = keys.pop(place)
    to = {Step.TOP: 0, Step.UP: max(place - 1, 0), Step.DOWN: min(place + 1, len(keys)), Step.BOTTOM: len(keys)}[step]
    after = arranging.move_line(bot, anna_in(db), shown.draft_id, line_digest(key), step)
    assert [each.line.key for each in after.lines] == [*keys[:to], key, *keys[to:]]
    return after


def _assert_carries(body: dict[str, Any], shown: Preview, bill: Bill) -> None:
    """What Billomat is asked for is what was shown, and comes to the same sum."""
    invoice, terms = body["invoice"], bill.terms
    items = _assert_takes_off(invoice, shown, bill)
    assert [item["title"] for item in items] == [line.title for line in shown.lines]
    amounts = [_amount_sent(item, terms) for item in items]
    assert amounts == [_euros(line.line.listed_cents or 0) for line in shown.lines]
    assert all(0 < len(item["title"]) <= 200 and len(item["description"]) <= 3000 for item in items)
    vats = [(item.get("tax_name"), item.get("tax_rate")) for item in items]
    assert vats == [_vat_sent(line.line.vat) for line in shown.lines]
    assert shown.service_period == days_of((bill.worked[key] for key in bill.on_lines), bill.spent.values())
    assert invoice["currency_code"] == bill.month.payer.currency
    assert invoice["net_gross"] == ("GROSS" if terms.wants_gross else "NET")
    assert SECRET not in json.dumps(body)
    _assert_says_why(invoice.get("note", ""), bill)
    if said := re.search(r" for ([0-9.,]+)\D*$", invoice.get("intro", "")):
        assert Decimal(said[1].replace(",", "")) == totals_of(bill.counted(), terms).net


def _assert_takes_off(invoice: dict[str, Any], shown: Preview, bill: Bill) -> list[dict[str, Any]]:
    """The reductions of lines and of the whole are sent, so that Billomat comes to our sums however it reads amounts.

    The lines without those that only take something off.
    """
    terms, items = bill.terms, invoice["invoice-items"]["invoice-item"]
    taking = [item for item in items if item["quantity"].startswith("-")]
    lines = [item for item in items if item not in taking]
    gross, listed = terms.wants_gross, Counter[tuple[str | None, str | None]]()
    for item, line in zip(lines, shown.lines, strict=True):
        off = line.line.edit.reduction
        said = f"{_euros(off.cents)}" if off.cents and not gross else ""
        said = f"{(Decimal(off.percent) / 10_000).normalize():f}%" if off.percent else said
        assert item.get("reduction", "") == said
        listed[item.get("tax_name"), item.get("tax_rate")] += line.line.amount_cents or 0
        if off.cents and gross:
            listed[item.get("tax_name"), item.get("tax_rate")] += off.cents
    for item in taking:
        assert item["title"].startswith("Reduction")
        listed[item.get("tax_name"), item.get("tax_rate")] += int(_amount_sent(item, terms) * 100)
    whole = invoice.get("reduction", "0%")
    assert "%" in whole or (not gross and len(listed) == 1)
    off = 0 if "%" in whole else int(Decimal(whole) * 100)
    assert off in (0, int(terms.off * 100))
    assert "%" not in whole or Decimal(whole.removesuffix("%")) == terms.reduction
    assert sum(listed.values()) - off == int((totals_of(bill.counted(), terms).listed - terms.off) * 100)
    return lines


def _amount_sent(item: dict[str, Any], terms: Terms) -> Decimal:
    exact = Decimal(item["quantity"]) * Decimal(item["unit_price"])
    return exact.quantize(Decimal(1).scaleb(-terms.places), "ROUND_HALF_UP")


def _assert_says_why(note: str, bill: Bill) -> None:
    """The words that the law wants stand below the lines, and those of no other case."""
    tax, said = bill.terms.tax, [case for case, words in WORDS.items() if words in note]
    assert said == ([tax.case] if tax.case in WORDS and bill.month.payer.words else [])
    if said == ["eu business"]:
        assert all(vat_id in note for vat_id in (tax.own_vat_id, tax.vat_id))


def _vat_sent(vat: Vat | None) -> tuple[str | None, str | None]:
    return (vat.name, f"{_euros(vat.rate)}") if vat else (None, None)


def _assert_bound(db: Connection, bill: Bill) -> None:
    """Each second of what is on a line is, and nothing else."""
    bound = bill.on_lines
    on_lines = select(draft_shares.c.entry_id, func.sum(draft_shares.c.seconds)).group_by(draft_shares.c.entry_id)
    assert dict(map(tuple, db.execute(on_lines))) == {key: bill.worked[key].seconds for key in bound}
    assert sorted(db.execute(select(entries.c.id).where(entries.c.on_draft)).scalars()) == bound
    used = {key: seconds for key, seconds in bill.paid.items() if key in bound}
    assert sum(db.execute(select(retainer_uses.c.seconds)).scalars()) == sum(used.values())
    assert sorted(db.execute(select(draft_expenses.c.expense_id)).scalars()) == sorted(bill.spent)


def _assert_used(db: Connection, shown: Preview, bill: Bill) -> None:
    """What is said to be used of budgets and of retainers from now on is what the invoice said."""
    said = {each.use.budget.project_id: each.billed for each in shown.budgets}
    held = bill.held()
    for each in uses_of(db, 1, ACME_ID):
        assert each.billed == said.get(each.budget.project_id, 0)
    for each in bill.budgets:
        assert said.get(each.project_id, 0) == _kept(held.billed[each.project_id], each)
    now = read_retained(db, 1, ACME_ID, shown.agreements)
    retainers = {each.agreement.id: each for each in now.retainers}
    assert [month_of(retainers[each.agreement.id], each.month) for each in shown.retained] == [*shown.retained]


def _assert_rebuilt(bot: Bot, db: Connection, before: Preview, body: dict[str, Any], release: Transition) -> None:
    """Released and approved once more, it is the same request, byte by byte but for our token."""
    token = draft_rows.draft_of_job(db, before.draft_id).token
    with looking(bot, db) as change:
        draft = draft_rows.draft_of_job(db, before.draft_id)
        if release is not Transition.REFUSE:
            assert draft_state_rows.move_draft(change, draft, Transition.DELIVER, billomat_id=7_000)
            draft = draft_rows.draft_of_job(db, before.draft_id)
        assert draft_state_rows.reopen_draft(change, draft, release)
        again = opening.show(change, opening.find_open(db, change.by, before.draft_id))
    assert _lines_of_all(again) == _lines_of_all(before)
    assert again.totals == before.totals
    rebuilt = _approved(bot, db, again)
    renewed = draft_rows.draft_of_job(db, before.draft_id).token
    assert token
    assert renewed
    assert token != renewed
    assert json.dumps(rebuilt).replace(renewed, token) == json.dumps(body)


def _assert_same_again(bot: Bot, db: Connection, bill: Bill, before: Preview, body: dict[str, Any]) -> None:
    """The same once more comes by its recipe alone to the same request, but for our token.

    What was changed on single lines, and their order, were for that invoice alone; what an article was chosen for all
    lines of a kind of work is kept for the customer.
    """
    db.execute(update(entries).where(~entries.c.on_draft).values(billable=False))
    db.execute(update(expenses).values(billable=False))
    articles = {**bill.terms.articles, **_kept_articles(bill)}
    terms = replace(bill.terms, articles=articles, reduction=bill.month.payer.reduction, off=Decimal(0))
    later = Bill(
        bill.month,
        terms,
        {write_entry(db, bill.worked[key]): bill.worked[key] for key in bill.on_lines},
        {write_expense(db, each, bill.month.payer.currency): each for each in bill.spent.values()},
        fixed=bill.fixed,
        budgets=bill.budgets,
        before=bill.held().billed,
    )
    if bill.month.in_october:  # long ago: such days are not what is usual by now
        again = opening.choose(bot, anna_in(db), ACME_ID, before.scope)
    else:
        again = choosing.choose_usual(bot, anna_in(db), ACME_ID)
        assert again.beside.offers == ()
    assert again.scope == before.scope
    _assert_counted(again, later)
    if bill.edits or bill.month.moves or bill.month.percent or bill.month.off or bill.budgets:
        return
    assert _lines_of_all(again) == _lines_of_all(before)
    second = _approved(bot, db, again)
    assert {**second["invoice"], "label": ""} == {**body["invoice"], "label": ""}


def _kept_articles(bill: Bill) -> dict[int, Any]:
    """What the person chose for all lines of a kind of work, of which one is to be paid at least."""
    if not has_one_service(bill.month.layout):
        return {}
    chosen_for: dict[int, set[Any]] = {}
    paid = set[int]()
    for line in bill.counted():
        if not line.expense and (service := bill.worked[next(iter(line.seconds))].service_id):
            article = line.edit.article
            chosen_for.setdefault(service, set()).add(article and article.id)
            if line.key[:1] not in (("above",), ("included",)) and not _is_given_away(line):
                paid.add(service)
    return {
        service: ARTICLES[article_id]
        for service, ids in chosen_for.items()
        if service in paid and len(ids) == 1 and (article_id := next(iter(ids)))
    }


def _is_given_away(line: CountedLine) -> bool:
    edit = line.edit
    return line.amount == 0 and (edit.price == 0 or bool(edit.percent or edit.off))


def _as_shown(item: InvoiceLine) -> tuple[object, ...]:
    """What is on a line, and what it costs."""
    line = item.line
    return (
        tuple(sorted((entry.entry_id, entry.seconds) for entry in line.entries)),
        line.expense and line.expense.expense_id,
        Decimal(line.hours).scaleb(-2),
        None if line.amount_cents is None else _euros(line.amount_cents),
        line.vat and CountedVat(line.vat.name, _euros(line.vat.rate)),
    )


def _as_counted(line: CountedLine) -> tuple[object, ...]:
    return tuple(sorted(line.seconds.items())), line.expense, line.hours, line.amount, line.vat


def _lines_of_all(shown: Preview) -> list[tuple[object, ...]]:
    return [(each.title, each.description, each.line.hours, each.line.amount_cents) for each in shown.lines]


def _approved(bot: Bot, db: Connection, shown: Preview) -> dict[str, Any]:
    """Press the button, and what Billomat is then asked for."""
    pressed = Shown(shown.draft_id, shown.shown, keep=frozenset(Part))
    sent = approve(bot, anna_in(db), ACME_ID, shown.scope, shown=pressed, view_id="")
    assert isinstance(sent, Approved)
    attempt = begin_attempt(bot, shown.draft_id)
    assert attempt
    body = draft_body(delivery._request(bot, attempt))
    assert_no_warning(attempt, body)
    return body


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
