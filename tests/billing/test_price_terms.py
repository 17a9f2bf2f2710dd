"""The customer's and the account's terms count: price groups, reduction, prices with VAT, fine and negative prices."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout, dump_layout
from bot.core.context import Bot
from playground.billomat import wire
from playground.billomat.account import Account
from playground.billomat.records import Article, Client, Invoice
from playground.person import Person
from storage.tables import articles, billomat_accounts, customers
from tests.billing.deeds import RunJobs, appoint, invoice, sends, states
from tests.deeds import sure

Shown = Callable[..., str]


@pytest.fixture
def ten_hours(connected: None, anna: Person) -> None:
    """Ten hours of Design, which is billed as the article of this name."""
    anna.types("/track log 10h acme website design yesterday: Concept")


@pytest.fixture
def shown(ten_hours: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs) -> Shown:
    """The invoice after Billomat's customer and article changed and were read from there."""

    def look(client: dict[str, Any] | None = None, article: dict[str, Any] | None = None) -> str:
        account.change(account.all(Client)[0], **client or {})
        design = next(each for each in account.all(Article) if each.title == "Design")
        account.change(design, **article or {})
        with bot.database.write() as db:
            for part in (customers, articles):
                db.execute(update(part).values(seen_at=None))
        invoice(anna)
        run_jobs()
        return anna.modal.text

    return look


def sent(anna: Person, account: Account, run_jobs: RunJobs) -> tuple[Decimal, Decimal]:
    """What the draft comes to in Billomat, net and gross."""
    assert "On its way" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    return draft.total_net, draft.total_gross


# Price groups


@pytest.mark.parametrize(
    ("group", "cost"), [(0, "1,000.00"), (1, "1,000.00"), (2, "800.00"), (3, "1,000.00"), (5, "600.00")]
)
def test_the_price_of_the_customers_group_holds_and_an_empty_one_is_the_normal(
    group: int, cost: str, shown: Shown, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    prices = {"sales_price": Decimal(100), "sales_price2": Decimal(80), "sales_price5": Decimal(60)}
    assert f"= €{cost}" in shown({"price_group": group}, prices)
    assert f"Total: €{cost} net" in anna.modal.text
    assert sent(anna, account, run_jobs)[0] == Decimal(cost.replace(",", ""))


def test_a_german_reads_the_price_of_the_group_too(shown: Shown, anna: Person, finn: Person, bot: Bot) -> None:
    shown({"price_group": 2}, {"sales_price": Decimal(100), "sales_price2": Decimal(80)})
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "10,00 h × 80,00\xa0€ = 800,00\xa0€" in invoice(finn).text
    assert "plus 152,00\xa0€ Umsatzsteuer (MwSt 19\xa0%) = 952,00\xa0€ brutto" in finn.modal.text


def test_the_home_counts_what_the_invoice_does(shown: Shown, anna: Person) -> None:
    shown({"price_group": 2, "reduction": Decimal(10)}, {"sales_price": Decimal(100), "sales_price2": Decimal(80)})
    assert "Total: €720.00 net" in anna.modal.text
    assert "€720.00" in anna.opens_home().plain()


# Reduction


@pytest.mark.parametrize("by_itself", [True, False])
def test_the_customers_reduction_is_shown_and_taken_off_once(
    by_itself: bool, shown: Shown, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    """Whether Billomat takes it off by itself is not documented."""
    text = shown({"reduction": Decimal(10)}, {"sales_price": Decimal(95)})
    assert "€950.00 less 10%, the customer's reduction in Billomat, are €855.00." in text
    assert "Total: €855.00 net\n10.00 h on 1 line\nplus €162.45 VAT (MwSt 19%) = €1,017.45 gross" in text
    if not by_itself:
        account.change(account.all(Client)[0], reduction=Decimal(0))
    assert sent(anna, account, run_jobs) == (Decimal("855.00"), Decimal("1017.45"))
    assert "⚠️" not in anna.dm[-1].plain()


def test_a_german_reads_the_reduction_too(shown: Shown, finn: Person, bot: Bot) -> None:
    shown({"reduction": Decimal("2.5")}, {"sales_price": Decimal(95)})
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "950,00\xa0€ abzüglich 2,5\xa0%" in invoice(finn).text


# Prices with VAT


def test_an_account_with_gross_prices_bills_them_as_they_are(
    shown: Shown, anna: Person, account: Account, bot: Bot, run_jobs: RunJobs
) -> None:
    text = shown({"net_gross": "GROSS"}, {"sales_price": Decimal(100)})
    assert "10.00 h × €119.00 = €1,190.00" in text
    assert "The prices and amounts below are with VAT" in text
    assert "Total: €1,000.00 net\n10.00 h on 1 line\nplus €190.00 VAT (MwSt 19%) = €1,190.00 gross" in text
    assert sent(anna, account, run_jobs) == (Decimal(1000), Decimal(1190))
    (draft,) = account.drafts()
    assert (draft.net_gross, draft.lines[0].unit_price) == ("GROSS", 119)


def test_a_price_with_vat_loses_no_cent_on_its_way(
    shown: Shown, anna: Person, account: Account, bot: Bot, run_jobs: RunJobs
) -> None:
    """100.00 with VAT are 84.0336… without: ten hours of the rounded price would come to 999.96."""
    account.change_settings(net_gross="GROSS")
    with bot.database.write() as db:
        db.execute(update(billomat_accounts).values(gross_prices=True))
    assert "10.00 h × €100.00 = €1,000.00" in shown({}, {"sales_price": Decimal(100)})
    assert sent(anna, account, run_jobs) == (Decimal("840.34"), Decimal(1000))


def test_a_rate_is_typed_as_the_prices_stand_there(shown: Shown, anna: Person) -> None:
    shown({"net_gross": "GROSS"})
    anna.modal.click("Edit …")
    assert "With VAT, in EUR, as this customer's prices are." in anna.modal.text
    anna.modal.fill("Hourly rate", "100")
    anna.modal.submit()
    assert "10.00 h × €100.00 = €1,000.00" in anna.modal.text


@pytest.mark.parametrize(
    ("before", "after", "line"), [("NET", "GROSS", "€119.00 = €1,190.00"), ("GROSS", "NET", "€84.0336 = €840.34")]
)
def test_a_typed_rate_stays_with_vat_or_without_when_the_customers_prices_change(
    before: str, after: str, line: str, shown: Shown, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    shown({"net_gross": before})
    anna.modal.click("Edit …")
    anna.modal.fill("Hourly rate", "100")
    anna.modal.submit()
    anna.modal.close()
    assert f"10.00 h × {line}" in shown({"net_gross": after})
    anna.modal.click("Edit …")
    anna.modal.fill("Description", "Concept, again")
    anna.modal.submit()
    assert f"10.00 h × {line}" in anna.modal.text
    net = {"NET": Decimal(1000), "GROSS": Decimal("840.34")}[before]
    assert sent(anna, account, run_jobs)[0] == net


# Fine and negative prices


def test_a_price_with_four_decimals_is_not_rounded(
    shown: Shown, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    assert "10.00 h × €33.3333 = €333.33" in shown({}, {"sales_price": Decimal("33.3333")})
    for day in ("2.3.", "3.3.", "4.3.", "5.3.", "6.3."):
        sure(anna, f"/track log 18h acme website design {day}")
    assert "100.00 h × €33.3333 = €3,333.33" in invoice(anna).text
    assert sent(anna, account, run_jobs)[0] == Decimal("3333.33")
    assert "⚠️" not in anna.dm[-1].plain()


def test_a_negative_price_is_what_it_is(shown: Shown, anna: Person, account: Account, run_jobs: RunJobs) -> None:
    anna.types("/track log 10h acme app sun")
    text = shown({}, {"sales_price": Decimal(-10)})
    assert "10.00 h × -€10.00 = -€100.00" in text
    assert "Total: €850.00 net" in text
    assert sent(anna, account, run_jobs)[0] == 850


def test_a_negative_total_is_refused_with_the_reason(shown: Shown, anna: Person, bot: Bot) -> None:
    assert "The total is negative, and an invoice cannot be." in shown({}, {"sales_price": Decimal(-10)})
    assert "The total is negative" in sends(anna).text
    assert states(bot) == ["open"]


@pytest.mark.parametrize(
    ("price", "line"),
    [("33.3333", "10,00 h × 33,3333\xa0€ = 333,33\xa0€"), ("-10", "10,00 h × -10,00\xa0€ = -100,00\xa0€")],
)
def test_a_german_reads_fine_and_negative_prices_too(
    price: str, line: str, shown: Shown, finn: Person, bot: Bot
) -> None:
    shown({}, {"sales_price": Decimal(price)})
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert line in invoice(finn).text


# What is said before and after it is sent


def test_where_billomat_decides_the_vat_it_is_said_with_the_sum(shown: Shown) -> None:
    text = shown({"tax_rule": "NO_TAX"}, {"sales_price": Decimal(95)})
    assert "€950.00 net\n10.00 h on 1 line\nNo VAT rate is forced: Billomat decides" in text
    assert "If Billomat adds no VAT, the customer pays €950.00." in text


@pytest.mark.parametrize(("more", "said"), [("0.01", "Rounding difference of €0.01"), ("0.03", "of €0.03")])
def test_a_difference_of_some_cents_is_explained_and_no_warning(
    more: str, said: str, shown: Shown, anna: Person, account: Account, run_jobs: RunJobs, monkeypatch: Any
) -> None:
    differs_by(monkeypatch, Decimal(more))
    shown({}, {"sales_price": Decimal(95)})
    sent(anna, account, run_jobs)
    told = anna.dm[-1].plain()
    assert said in told
    assert "nothing has to be corrected" in told
    assert "⚠️" not in told


def test_a_larger_difference_stays_a_warning(
    shown: Shown, anna: Person, account: Account, run_jobs: RunJobs, monkeypatch: Any
) -> None:
    differs_by(monkeypatch, Decimal("0.04"))
    shown({}, {"sales_price": Decimal(95)})
    sent(anna, account, run_jobs)
    assert "⚠️ €950.00 net was approved, but Billomat adds up to €950.04." in anna.dm[-1].plain()


@pytest.mark.parametrize(("more", "warns"), [("0.05", False), ("0.06", False), ("-0.04", True), ("0.10", True)])
def test_many_lines_that_billomat_rounds_together_are_explained_and_anything_else_warns(
    more: str, warns: bool, shown: Shown, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, monkeypatch: Any
) -> None:
    differs_by(monkeypatch, Decimal(more))
    with bot.database.write() as db:
        db.execute(update(customers).values(layout=dump_layout(Layout(by=(Shared.ENTRY,)))))
    for day in range(1, 9):  # 0.37 h at 95.55 are 35.3535
        anna.types(f"/track log 0:22 acme website design {day}.3.")
        anna.types(f"/track log 0:22 acme website design: more of it {day}.3.")
    shown({}, {"sales_price": Decimal("95.55")})
    sent(anna, account, run_jobs)
    told = anna.dm[-1].plain()
    assert ("⚠️" in told, "Rounding difference" in told) == (warns, not warns)


def differs_by(monkeypatch: Any, more: Decimal) -> None:
    """Have Billomat add up another net sum than its lines'."""
    shown_as = wire.show_invoice

    def show(account: Account, invoice: Invoice) -> dict[str, Any]:
        fields = shown_as(account, invoice)
        return fields | {"total_net": str(Decimal(fields["total_net"]) + more)}

    monkeypatch.setattr(wire, "show_invoice", show)
