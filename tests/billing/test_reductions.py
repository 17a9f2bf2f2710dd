"""One invoice may be reduced by another percentage than its customer's terms in Billomat say."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.billing.reducing import entered_reduction
from bot.billing.rules.tax import Vat
from bot.billing.rules.totals import WHOLE, add_up
from bot.core.context import Bot
from bot.core.errors import UserError
from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.person import Person
from storage.tables import drafts
from tests.billing.deeds import ACME, RunJobs, change, invoice, sends


def reduces(
    who: Person, percent: str | None, *, menu: str = "Reduction …", field: str = "Reduction in percent"
) -> None:
    """Type a percentage in the form of the invoice that is open."""
    who.modal.click(menu)
    who.modal.fill(field, percent)
    who.modal.submit()


def test_a_percentage_is_taken_off_shown_and_sent(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    assert "Total: €831.63 net" in invoice(anna).text
    reduces(anna, "12.5%")
    text = anna.modal.text
    assert "Total: €727.68 net" in text  # 831.63 × 0.875 = 727.67625
    assert "€831.63 less 12.5%, as chosen for this invoice, are €727.68." in text
    assert "On its way to Billomat: Acme GmbH, March 2026, €727.68 net" in sends(anna).text
    run_jobs()
    (draft,) = account.all(Invoice)
    assert draft.reduction == "12.5%"
    assert "differs" not in anna.last.plain()


def test_it_holds_in_place_of_the_customers_also_where_it_is_none(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    change(bot, ACME, reduction=10_0000)
    assert "Total: €748.47 net" in invoice(anna).text
    reduces(anna, "0")
    assert "Total: €831.63 net" in anna.modal.text
    assert "The customer's reduction of 10% is not taken off here." in anna.modal.text
    sends(anna)
    run_jobs()
    (draft,) = account.all(Invoice)
    assert draft.reduction == "0%", "said, or Billomat might take the customer's off"


def test_emptied_it_is_the_customers_again(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, reduction=10_0000)
    invoice(anna)
    reduces(anna, "5")
    assert "less 5%, as chosen for this invoice" in anna.modal.text
    reduces(anna, None)
    assert "less 10%, the customer's reduction in Billomat" in anna.modal.text


@pytest.mark.parametrize("typed", ["101", "-5", "ten", "5 EUR", "1000", "12.34567"])
def test_what_is_no_percentage_is_refused_and_stays_in_its_field(worked: None, anna: Person, typed: str) -> None:
    invoice(anna)
    reduces(anna, typed)
    assert anna.modal.errors == {"Reduction in percent": "Type a percentage from 0 to 100, like 10 or 12.5."}
    assert anna.modal.value("Reduction in percent") == typed


def test_somebody_else_who_saw_it_before_looks_again(worked: None, anna: Person, finn_bills: Person) -> None:
    invoice(finn_bills)
    invoice(anna)
    reduces(anna, "10")
    assert "Nichts wurde gesendet" in sends(finn_bills).text or "Summe: 748,47" in finn_bills.modal.text
    reduces(finn_bills, "12,5", menu="Rabatt …", field="Rabatt in Prozent")
    assert "abzüglich 12,5" in finn_bills.modal.text


def test_the_database_takes_no_more_than_all_of_it(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    with pytest.raises(IntegrityError), bot.database.write() as db:
        db.execute(update(drafts).values(own_reduction=WHOLE + 1))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("", None),
        (" ", None),
        ("10", 10_0000),
        ("12,5 %", 12_5000),
        ("12,5\u00a0%", 12_5000),
        ("0.0001", 1),
        ("100%", WHOLE),
    ],
)
def test_a_percentage_is_read_as_people_type_it(typed: str, value: int | None) -> None:
    assert entered_reduction(typed) == value


@given(st.text(max_size=8))
def test_whatever_is_typed_is_a_percentage_or_refused(typed: str) -> None:
    try:
        value = entered_reduction(typed)
    except UserError:
        return
    assert value is None or 0 <= value <= WHOLE


@given(
    lines=st.lists(st.tuples(st.sampled_from([0, 700, 1900]), st.integers(0, 10**9)), max_size=8),
    reduction=st.integers(0, WHOLE),
    gross_prices=st.booleans(),
)
def test_totals_are_an_independent_recount(lines: list[tuple[int, int]], reduction: int, *, gross_prices: bool) -> None:
    totals = add_up(
        [(Vat("VAT", rate), cents) for rate, cents in lines], gross_prices=gross_prices, reduction=reduction, taxed=True
    )
    net = gross = Decimal(0)
    for rate in {rate for rate, _ in lines}:
        listed = Decimal(sum(cents for each, cents in lines if each == rate))
        reduced = _rounded(listed * (1 - Decimal(reduction).scaleb(-6)))
        part = Decimal(rate).scaleb(-4)
        net += _rounded(reduced / (1 + part)) if gross_prices else reduced
        gross += reduced if gross_prices else reduced + _rounded(reduced * part)
    assert (totals.net, totals.gross) == (net, gross)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
