"""Work of several prices on one line of 1 × its total: by choice, with one VAT rate, and worth the same to the cent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from sqlalchemy import select

from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.making import make_lines
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Person
from storage.tables import draft_lines
from tests.billing.deeds import RunJobs, edits, invoice, sends
from tests.billing.test_layout import BOOK, PRICING, SCREEN, layouts, months, week_starts
from tests.billing.test_layout_words import GERMAN, read, worked

FULL = Vat("MwSt", 1900)
NIGHT = SCREEN._replace(id=9, billomat_id=900, title="Night", price=177_0000)
MIXED = Pricing(articles={1: SCREEN, 2: BOOK, 3: NIGHT}, rate_cents=9500, vat=FULL, taxed=True)
ONE_LINE = Layout((), as_total=True)


def lines_of(entries: list[UnbilledEntry], layout: Layout, pricing: Pricing = MIXED, **edits: LineEdit) -> list[Line]:
    made, _ = make_lines(entries, layout.grouping(0), pricing=pricing, edits=edits)  # type: ignore[arg-type]
    return made


@given(months(), layouts, week_starts)
def test_a_total_is_worth_what_its_parts_are_alone(
    entries: list[UnbilledEntry], layout: Layout, week_start: int
) -> None:
    found = []
    for each in (layout, replace(layout, as_total=True)):
        lines, left_out = make_lines(entries, each.grouping(week_start), pricing=MIXED, edits={})
        worth: Counter[tuple[object, str]] = Counter()
        for line in lines:
            worth[line.vat, "cents"] += line.amount_cents or 0
            worth[line.vat, "seconds"] += line.seconds
            worth[line.vat, "hours"] += line.hours
        assert len({line.key for line in lines}) == len(lines)
        found.append((worth, left_out, sorted(entry.entry_id for line in lines for entry in line.entries)))
    assert found[0] == found[1]


def test_one_total_for_each_vat_rate() -> None:
    entries = [worked(1, service_id=1), worked(2, service_id=2), worked(3, service_id=3), worked(4, service_id=None)]
    whole, book = sorted(lines_of(entries, ONE_LINE), key=lambda line: -len(line.entries))
    assert (whole.quantity, whole.hours, whole.amount_cents, whole.unit_price) == (100, 300, 360_50, 3_605_000)
    assert [part.hours for part in whole.parts] == [100, 100, 100]
    assert {article.id for article in whole.articles} == {SCREEN.id, NIGHT.id}
    assert (book.is_total, book.article, book.quantity) == (False, BOOK, 100)


def test_a_group_of_one_price_stays_hours_and_keeps_its_key_when_another_price_comes() -> None:
    (before,) = lines_of([worked(1, service_id=1), worked(2, service_id=1)], ONE_LINE)
    assert (before.is_total, before.hours, before.unit_price) == (False, 200, SCREEN.price)
    (after,) = lines_of([worked(1, service_id=1), worked(2, service_id=3)], ONE_LINE)
    assert after.is_total
    assert after.key == before.key


def test_lines_of_one_service_are_never_totals() -> None:
    entries = [worked(1, service_id=1), worked(2, service_id=3)]
    for by in ((Shared.SERVICE,), (Shared.ENTRY,), (Shared.PROJECT, Shared.SERVICE)):
        assert not any(line.is_total for line in lines_of(entries, Layout(by, as_total=True)))


def test_a_rate_typed_for_all_of_it_is_the_price_of_an_hour() -> None:
    entries = [worked(1, service_id=1), worked(2, service_id=3)]
    (line,) = lines_of(entries, ONE_LINE)
    (typed,) = lines_of(entries, ONE_LINE, **{line.key: LineEdit(rate_cents=100_00, rate_gross=False)})
    assert (typed.is_total, typed.quantity, typed.amount_cents, typed.vat) == (False, 200, 200_00, FULL)
    (chosen,) = lines_of(entries, ONE_LINE, **{line.key: LineEdit(article=NIGHT)})
    assert (chosen.is_total, chosen.article, chosen.amount_cents) == (False, NIGHT, 354_00)


def test_a_typed_rate_keeps_the_vat_of_what_it_is_for() -> None:
    entries = [worked(1, service_id=2), worked(2, service_id=4)]
    pricing = replace(MIXED, articles={2: BOOK, 4: BOOK._replace(id=11, price=10_0000)})
    (line,) = lines_of(entries, ONE_LINE, pricing)
    (typed,) = lines_of(entries, ONE_LINE, pricing, **{line.key: LineEdit(rate_cents=100_00, rate_gross=False)})
    assert line.vat == typed.vat == Vat("MwSt", 700)


def test_where_billomat_decides_the_vat_only_the_accounts_is_put_together() -> None:
    pricing = replace(MIXED, taxed=False)
    entries = [worked(1, service_id=1), worked(2, service_id=2), worked(3, service_id=3)]
    assert sorted(line.quantity for line in lines_of(entries, ONE_LINE, pricing)) == [100, 100]
    assert [line.is_total for line in lines_of(entries, ONE_LINE, pricing)].count(True) == 1


def test_without_a_rate_for_a_part_there_is_no_total() -> None:
    (line,) = lines_of([worked(1, service_id=1), worked(2, service_id=None)], ONE_LINE, replace(MIXED, rate_cents=None))
    assert line.amount_cents is None
    assert line.is_total


def test_what_is_too_short_for_a_part_waits() -> None:
    entries = [worked(1, service_id=1), worked(2, service_id=3, seconds=10)]
    lines, left_out = make_lines(entries, ONE_LINE.grouping(0), pricing=MIXED, edits={})
    assert [line.is_total for line in lines] == [False]
    assert left_out.too_short == 1


def test_the_customer_reads_how_much_work_it_was() -> None:
    entries = [worked(1, note="Review", service_id=1), worked(2, note="Bau", service_id=None, service=None)]
    (line,) = read(entries, ONE_LINE, to=GERMAN)
    assert (line.unit, line.description.splitlines()[0]) == ("pauschal", "2,00 Stunden")
    for template in ("{tags}", "{hours}", "{entries}"):
        (line,) = read(entries, replace(ONE_LINE, description=template), to=GERMAN)
        assert "2,00" in line.description
        assert line.description.count("2,00") == 1
    assert PRICING.articles[1] is SCREEN


# By the door


@pytest.fixture
def delivered(account: Account, run_jobs: RunJobs) -> Callable[[Person], Document]:
    def send(who: Person) -> Document:
        sends(who)
        run_jobs()
        return account.drafts()[-1]

    return send


def choose_total(who: Person) -> None:
    invoice(who).click("Lines and texts …")
    who.modal.fill("One line for each", "one line for all")
    who.modal.fill("and in it for each", "nothing more")
    who.modal.fill("Different prices", ["On one line, as 1 × their total"])
    who.modal.submit()


def test_one_line_with_the_total_is_shown_and_sent(
    anna: Person, worked: None, bot: Bot, delivered: Callable[[Person], Document]
) -> None:
    total = next(line for line in invoice(anna).text.splitlines() if "831.63" in line)
    choose_total(anna)
    text = anna.modal.text
    assert total in text
    assert "1 × €831.63 (9.25 h)" in text
    assert "7.25 h × €88.50 (Design)" in text
    (line,) = delivered(anna).lines
    assert (line.quantity, line.unit_price, line.unit) == (Decimal(1), Decimal("831.63"), "lump sum")
    assert line.description.splitlines()[0] == "9.25 hours"
    with bot.database.read() as db:
        (kept,) = db.execute(select(draft_lines.c.seconds, draft_lines.c.hours, draft_lines.c.is_total)).all()
    assert tuple(kept) == (9 * 3600 + 900, 100, True)


def test_a_rate_for_all_of_it_is_typed_on_the_line(
    anna: Person, worked: None, delivered: Callable[[Person], Document]
) -> None:
    choose_total(anna)
    form = edits(anna, line="App, Design")
    assert not form.value("Hourly rate")
    form.fill("Hourly rate", "100")
    form.submit()
    assert "9.25 h × €100.00 = €925.00" in anna.modal.text
    (line,) = delivered(anna).lines
    assert (line.quantity, line.unit_price) == (Decimal("9.25"), Decimal(100))


def test_a_total_that_grows_is_no_changed_price(anna: Person, worked: None) -> None:
    choose_total(anna)
    anna.modal.close()
    anna.types("/track log 1h acme app today")
    assert "The price changed" not in invoice(anna).text
