"""One invoice may be reduced by another percentage than its customer's terms in Billomat say."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.billing.rules.rate_list import ALWAYS, PriceFrom
from bot.billing.rules.reductions import WHOLE, Reduction, by_rate
from bot.billing.rules.tax import Vat
from bot.billing.rules.totals import add_up
from bot.billing.typed_reductions import entered_percentage
from bot.core.context import Bot, Itself
from bot.core.errors import UserError
from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.person import Person
from storage import rates as rate_rows
from storage.change import Change
from storage.rows import insert_row
from storage.tables import Tax, articles, drafts, entries
from tests.billing.deeds import ACME, RunJobs, change, invoice, presses, sends
from tests.billing.test_why_windows import asks
from tests.conftest import T0

PERCENT, AMOUNT = "Reduction in percent", "Or reduction in EUR"


def reduces(who: Person, percent: str | None, *, menu: str = "Reduction …", field: str = PERCENT) -> None:
    """Type a reduction in the form of the invoice that is open."""
    who.modal.click(menu)
    who.modal.fill(field, percent)
    who.modal.submit()


def reduces_line(who: Person, line: str, value: str, *, field: str = PERCENT) -> None:
    """The same in the form of a line."""
    presses(who, "invoice_line", line)
    who.modal.fill(field, value)
    who.modal.submit()


def is_of_reduced_rate(bot: Bot) -> None:
    """As an import brings a tax of 7 % for the article of Design."""
    with bot.database.write() as db:
        tax = insert_row(db, Tax, workspace_id=1, billomat_id=7, name="MwSt", rate=700)
        db.execute(update(articles).values(tax_id=tax))


def sent(account: Account) -> Invoice:
    """The one draft that stands in Billomat."""
    (draft,) = account.all(Invoice)
    return draft


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
    assert "differs" not in anna.dm[-1].plain()


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


def test_an_amount_is_taken_off_shown_and_sent_as_one(
    worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    reduces(anna, "31,63 €", field=AMOUNT)
    text = anna.modal.text
    assert "Total: €800.00 net" in text  # 831.63 - 31.63
    assert "€831.63 less €31.63, as chosen for this invoice, are €800.00." in text
    assert "plus €152.00 VAT (MwSt 19%) = €952.00 gross" in text
    sends(anna)
    run_jobs()
    draft = sent(account)
    assert (draft.reduction, draft.totals.net, draft.totals.gross) == ("31.63", 800, 952)
    assert "differs" not in anna.dm[-1].plain()
    assert "Rounding" not in anna.dm[-1].plain()


def test_an_amount_over_two_rates_of_vat_is_spread_and_goes_out_as_lines(
    worked: None, anna: Person, account: Account, bot: Bot, run_jobs: RunJobs
) -> None:
    """Billomat does not say how it spreads one: so it has nothing to spread."""
    is_of_reduced_rate(bot)
    assert "Total: €831.63 net" in invoice(anna).text
    reduces(anna, "100", field=AMOUNT)
    text = anna.modal.text
    assert "Total: €731.63 net" in text
    assert "goes out as a line of its own, called “Reduction”" in text
    # 641.63 of 7 % and 190 of 19 %: 77.15 and 22.85 of the 100, by hand
    assert "plus €71.27 VAT, as each line says = €802.90 gross" in text  # 564.48 × 7 % = 39.51, 167.15 × 19 % = 31.76
    sends(anna)
    run_jobs()
    draft = sent(account)
    taken = [(item.title, item.quantity, item.unit_price, item.tax_rate) for item in draft.items[2:]]
    assert sorted(taken) == [
        ("Reduction", Decimal(-1), Decimal("22.85"), Decimal(19)),
        ("Reduction", Decimal(-1), Decimal("77.15"), Decimal(7)),
    ]
    assert draft.reduction == "0%", "said, or Billomat might take the customer's off too"
    assert draft.totals.net == Decimal("731.63")
    assert "⚠️" not in anna.dm[-1].plain()


def test_a_line_is_reduced_alone_by_percent(worked: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    invoice(anna)
    reduces_line(anna, "Website · Design", "10")
    text = anna.modal.text
    assert "7.25 h × €88.50 = €641.63" in text
    assert "less 10%: €577.47" in text  # 577.467
    assert "Total: €767.47 net" in text
    assert "less 10%: €641.63 × 90% = €577.47" in asks(anna, "Website · Design")
    anna.modal.close()
    sends(anna)
    run_jobs()
    draft = sent(account)
    assert [item.reduction for item in draft.items] == ["", "10%"]
    assert draft.totals.net == Decimal("767.47")


def test_a_line_is_reduced_alone_by_an_amount(worked: None, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    invoice(anna)
    reduces_line(anna, "Website · Design", "41.63", field=AMOUNT)
    assert "less €41.63: €600.00" in anna.modal.text
    assert "Total: €790.00 net" in anna.modal.text
    sends(anna)
    run_jobs()
    assert [item.reduction for item in sent(account).items] == ["", "41.63"]
    assert sent(account).totals.net == 790


def test_where_prices_are_with_vat_an_amount_is_so_too_and_goes_out_as_a_line(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    """Billomat does not say whether "10" would be with VAT there."""
    change(bot, ACME, net_gross="GROSS")
    invoice(anna)
    assert "7.25 h × €105.315 = €763.53" in anna.modal.text
    reduces_line(anna, "Website · Design", "63.53", field=AMOUNT)
    assert "less €63.53: €700.00" in anna.modal.text
    sends(anna)
    run_jobs()
    draft = sent(account)
    assert [(item.title, item.amount, item.reduction) for item in draft.items] == [
        ("App", Decimal("226.10"), ""),
        ("Website · Design", Decimal("763.53"), ""),
        ("Reduction: Website · Design", Decimal("-63.53"), ""),
    ]
    assert draft.totals.gross == Decimal("926.10")
    assert "⚠️" not in anna.dm[-1].plain()


def test_both_are_taken_off_the_line_first(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, ACME, reduction=10_0000)
    invoice(anna)
    reduces_line(anna, "Website · Design", "141.63", field=AMOUNT)
    assert "Total: €621.00 net" in anna.modal.text  # (500 + 190) × 90 %


@pytest.mark.parametrize(
    ("percent", "amount", "field", "says"),
    [
        ("10", "5", AMOUNT, "Type a percentage or an amount, not both."),
        ("", "641.64", AMOUNT, "That is more than it comes to: €641.63."),
        ("", "ten", AMOUNT, "Type an amount, like 50 or 49.90."),
        ("", "1.000", AMOUNT, "“1.000” can be read in two ways. Type 1000.00 or 1.00."),
        ("", "-5", AMOUNT, "Type an amount, like 50 or 49.90."),
        ("", "5 CHF", AMOUNT, "Type the amount in EUR, as this invoice is."),
        ("100.1", "", PERCENT, "Type a percentage from 0 to 100, like 10 or 12.5."),
    ],
)
def test_what_cannot_be_taken_off_a_line_is_said_at_its_field(
    worked: None, anna: Person, percent: str, amount: str, field: str, says: str
) -> None:
    invoice(anna)
    presses(anna, "invoice_line", "Website · Design")
    anna.modal.fill(PERCENT, percent)
    anna.modal.fill(AMOUNT, amount)
    anna.modal.submit()
    assert anna.modal.errors == {field: says}
    assert (anna.modal.value(PERCENT), anna.modal.value(AMOUNT)) == (percent or None, amount or None)


def test_more_than_the_whole_is_refused_at_its_field(worked: None, anna: Person) -> None:
    invoice(anna)
    reduces(anna, "831.64", field=AMOUNT)
    assert anna.modal.errors == {AMOUNT: "That is more than it comes to: €831.63."}


def test_what_becomes_more_than_the_line_is_not_sent(worked: None, anna: Person, bot: Bot) -> None:
    """Work was taken off of the line after somebody reduced it."""
    invoice(anna)
    reduces_line(anna, "Website · Design", "600", field=AMOUNT)
    anna.modal.close()
    with bot.database.write() as db:  # as "Edit" makes it shorter
        db.execute(update(entries).where(entries.c.service_id.is_not(None)).values(seconds=3600, timed=False))
    text = invoice(anna).text
    assert "More is taken off than there is." in text
    assert "negative" not in text


def test_an_amount_in_another_currency_is_forgotten(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    reduces(anna, "100", field=AMOUNT)
    invoice(anna)
    reduces_line(anna, "App", "50", field=AMOUNT)
    assert "Total: €681.63 net" in anna.modal.text
    change(bot, ACME, currency="CHF")
    assert "less" not in invoice(anna).text
    anna.modal.close()
    change(bot, ACME, currency="")
    assert "Total: €831.63 net" in invoice(anna).text


def test_an_amount_for_a_line_that_becomes_two_is_taken_off_once(worked: None, anna: Person, bot: Bot) -> None:
    """Of the dearer one: a rate that changes within the month makes two lines of what was one."""
    anna.types("/track log 1h acme app 3.3.")
    invoice(anna)
    reduces_line(anna, "App", "50", field=AMOUNT)
    assert "3.00 h × €95.00 = €285.00" in anna.modal.text
    anna.modal.close()
    with bot.database.write() as db:
        rate_rows.store_workspace_prices(
            Change(db, Itself(1, T0)), [PriceFrom(ALWAYS, 95_0000), PriceFrom(date(2026, 3, 5), 100_0000)]
        )
    text = invoice(anna).text
    assert text.count("less €50.00") == 1
    assert "2.00 h × €100.00 = €200.00\nless €50.00: €150.00" in text


def test_a_german_reads_and_types_it(worked: None, finn_bills: Person) -> None:
    invoice(finn_bills)
    presses(finn_bills, "invoice_line", "Website · Design")
    finn_bills.modal.fill("Oder Rabatt in EUR", "41,63")
    finn_bills.modal.submit()
    assert "abzüglich 41,63\u00a0€: 600,00\u00a0€" in finn_bills.modal.text


def test_the_database_takes_either_a_percentage_or_an_amount(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    for own, cents in ((1, 1), (None, 0), (None, -1)):
        with pytest.raises(IntegrityError), bot.database.write() as db:
            db.execute(update(drafts).values(own_reduction=own, own_reduction_cents=cents))


def test_what_was_approved_keeps_its_reduction(approved: None, bot: Bot) -> None:
    for values in ({"reduction_cents": 1}, {"reduction_title": "x"}, {"reduction_unit": "x"}):
        with pytest.raises(IntegrityError), bot.database.write() as db:
            db.execute(update(drafts).values(values))


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
    assert entered_percentage(typed) == value


@given(st.text(max_size=8))
def test_whatever_is_typed_is_a_percentage_or_refused(typed: str) -> None:
    try:
        value = entered_percentage(typed)
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
        [(Vat("VAT", rate), cents) for rate, cents in lines],
        gross_prices=gross_prices,
        reduction=Reduction(percent=reduction),
        taxed=True,
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


AMOUNTS = st.dictionaries(st.sampled_from([None, 0, 700, 1900]), st.integers(0, 10**9), min_size=1, max_size=4)


@given(AMOUNTS, st.data())
def test_an_amount_is_spread_to_the_cent_and_takes_nothing_below_zero(
    listed: dict[int | None, int], data: st.DataObject
) -> None:
    sums = {None if rate is None else Vat("VAT", rate): cents for rate, cents in listed.items()}
    off = data.draw(st.integers(1, max(sum(sums.values()), 1)))
    parts = by_rate(Reduction(cents=off), sums)
    turned = by_rate(Reduction(cents=off), dict(reversed(sums.items())))
    assert sum(part.cents for part in parts.values()) == off
    assert parts == turned, "whatever order the lines stand in"
    if off <= sum(sums.values()):
        assert all(0 <= part.cents <= sums[vat] for vat, part in parts.items())
    for vat, part in parts.items():
        if whole := sum(sums.values()):
            assert abs(Decimal(part.cents) - Decimal(off) * sums[vat] / whole) < 1


@given(st.integers(0, WHOLE), st.integers(-(10**9), 10**9))
def test_a_percentage_leaves_full_cents_and_never_more_than_there_was(percent: int, listed: int) -> None:
    left = Reduction(percent).less(listed)
    assert left == _rounded(Decimal(listed) * (1 - Decimal(percent).scaleb(-6)))
    assert abs(left) <= abs(listed)
    assert Reduction(percent).less(listed, 100) % 100 == 0, "of yen full ones"
