"""Amounts have the decimals of their currency: yen have none, and what has three is not billed here."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.reductions import Reduction, by_rate
from bot.billing.rules.rounding import amount
from bot.billing.rules.tax import Vat
from bot.billing.rules.totals import add_up
from bot.core import money
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.person import Person
from tests.billing.deeds import RunJobs, edits, invoice, sends
from tests.billing.test_budgets import gives
from tests.billing.test_currencies import adds_rate, pays_in


@pytest.fixture
def in_yen(worked: None, anna: Person, bot: Bot) -> None:
    """Acme is billed in yen, at 8,833 an hour."""
    pays_in(bot, "JPY")
    invoice(anna)
    anna.modal.click("Rates …")
    adds_rate(anna, "8833")
    anna.modal.close()


def test_lines_sums_and_vat_are_whole_yen(in_yen: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    text = invoice(anna).text
    assert "7.25 h × JP¥8,833 = JP¥64,039" in text  # 64,039.25
    assert "2.00 h × JP¥8,833 = JP¥17,666" in text
    assert "Total: JP¥81,705 net" in text
    assert "plus JP¥15,524 VAT (MwSt 19%) = JP¥97,229 gross" in text  # 15,523.95
    sends(anna)
    run_jobs()
    (draft,) = account.all(Invoice)
    assert draft.currency_code == "JPY"
    assert draft.totals.net == Decimal("81705.25"), "the stand-in calculates with two decimals"
    said = anna.dm[-1].plain()
    assert "Rounding difference of JP¥0.25" in said
    assert "⚠️" not in said


def test_a_reduction_leaves_whole_yen(in_yen: None, anna: Person) -> None:
    invoice(anna)
    anna.modal.click("Reduction …")
    anna.modal.fill("Reduction in percent", "3.33")
    anna.modal.submit()
    assert "Total: JP¥78,984 net" in anna.modal.text  # 78,984.22


@pytest.mark.parametrize("typed", ["95.5", "9500,50", "JPY 9500.01"])
def test_nobody_types_a_part_of_a_yen(in_yen: None, anna: Person, typed: str) -> None:
    invoice(anna)
    edits(anna, "App", rate=typed).submit()
    assert anna.modal.errors == {"Hourly rate": "JPY has no decimals. Type a whole amount, like 5000."}
    assert anna.modal.value("Hourly rate") == typed


def test_a_budget_has_no_part_of_a_yen(in_yen: None, anna: Person) -> None:
    assert gives(anna, "JPY 50000.50", hard=True).errors == {
        "Budget": "JPY has no decimals. Type a whole amount, like 5000."
    }
    anna.modal.fill("Budget", "JPY 50000")
    anna.modal.submit()
    assert "JP¥64,039 used (128%), JP¥0 of it billed, JP¥14,039 above" in anna.modal.text


def test_the_form_shows_a_rate_without_decimals_and_takes_it_back(in_yen: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, "App", rate="9000.00").submit()
    assert "2.00 h × JP¥9,000 = JP¥18,000" in anna.modal.text
    edits(anna, "App")
    assert anna.modal.value("Hourly rate") == "9,000"


def test_an_expense_with_decimals_is_refused_and_written_without(in_yen: None, anna: Person) -> None:
    said = anna.types("/track expense 49.90 acme website: train")
    assert said
    assert "JPY has no decimals. Type a whole amount, like 5000." in said.plain()
    anna.types("/track expense 4990 acme website: train")
    assert "JP¥4,193" in invoice(anna).text  # 4,990 ÷ 1.19 = 4,193.28


@pytest.mark.parametrize("currency", ["KWD", "BHD", "TND"])
def test_a_currency_with_three_decimals_is_not_billed_and_says_why(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, currency: str
) -> None:
    pays_in(bot, currency)
    assert f"Amounts in {currency} have three decimals, and Trackomat calculates with two." in invoice(anna).text
    sends(anna)
    run_jobs()
    assert account.all(Invoice) == []


@pytest.mark.parametrize(
    ("currency", "smallest"), [("EUR", 1), ("CHF", 1), ("JPY", 100), ("KRW", 100), ("ISK", 100), ("XYZ", 1), ("", 1)]
)
def test_the_smallest_amount_of_a_currency(currency: str, smallest: int) -> None:
    assert money.smallest(currency) == smallest


LINES = st.lists(st.tuples(st.sampled_from([0, 700, 1900]), st.integers(1, 10**5), st.integers(0, 10**8)), max_size=6)


@given(LINES, st.integers(0, 1_000_000), st.integers(0, 10**6), st.booleans())
def test_whatever_is_calculated_in_yen_is_whole(
    lines: list[tuple[int, int, int]], percent: int, off: int, gross_prices: bool
) -> None:
    amounts = [(Vat("VAT", rate), amount(hours, price, 100)) for rate, hours, price in lines]
    for reduction in (Reduction(percent), Reduction(cents=off * 100)):
        totals = add_up(amounts, gross_prices=gross_prices, reduction=reduction, taxed=True, smallest=100)
        assert all(each % 100 == 0 for each in (totals.net, totals.gross or 0, totals.listed, totals.reduced))
    sums: dict[Vat | None, int] = {}
    for vat, cents in amounts:
        sums[vat] = sums.get(vat, 0) + cents
    if sums:
        parts = by_rate(Reduction(cents=off * 100), sums, 100)
        assert sum(part.cents for part in parts.values()) == off * 100
        assert all(part.cents % 100 == 0 for part in parts.values())


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_half_up_to_a_hundred_is_the_nearest_hundred(numerator: int, divisor: int) -> None:
    rounded = money.half_up(numerator, divisor, to=100)
    assert rounded % 100 == 0
    assert abs(rounded * divisor - numerator) * 2 <= 100 * divisor
