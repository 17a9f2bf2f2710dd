"""A form of what is agreed may stand open for hours: what others changed meanwhile is not undone by saving it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.context import Bot
from playground.person import Person, person
from playground.slack.workspace import Workspace
from tests.billing.deeds import appoint, change, invoice
from tests.billing.test_budgets import budgets, gives
from tests.billing.test_details import _changes, page_of
from tests.billing.test_fixed_prices import agreements
from tests.billing.test_fixed_prices import agrees as fixes
from tests.billing.test_retainers import agrees as retains
from tests.billing.test_tax_cases import account_is
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("connected")
WEBSITE = "Acme GmbH › Website"
VAT = "VAT on invoices of Acme GmbH"
AGREED: dict[str, tuple[Callable[[Person], object], Callable[[Person], object]]] = {
    "a budget": (lambda who: gives(who, "5 h", hard=True), budgets),
    "a fixed price": (lambda who: fixes(who, WEBSITE, "5000"), agreements),
    "a retainer": (lambda who: retains(who, "300", "5", first="2026-03-01"), agreements),
}
CHANGES = [
    ("a budget", ("Budget", "20 h"), ("When it is used up", "Warn at 80% and 100%")),
    ("a budget", ("From the month of", "2026-02-01"), ("Budget", "600 €")),
    ("a fixed price", ("Fixed price", "7000"), ("To the month of", "2026-06-01")),
    ("a fixed price", ("To the month of", "2026-06-01"), ("Fixed price", "7000")),
    ("a retainer", ("Fee a month", "400"), ("Hours a month", "8")),
    ("a retainer", ("Unused hours", "What is not used is carried over to later months"), ("Fee a month", "400")),
]


@pytest.fixture
def aylin_bills(anna: Person, bot: Bot, workspace: Workspace) -> Person:
    """Aylin, who reads English, bills too."""
    aylin = person(workspace, "Aylin Approver")
    aylin.types("/track status")
    appoint(bot, "Aylin Approver")
    return aylin


def opens_form(who: Person, agreed: str) -> None:
    """Open the form of what is agreed."""
    AGREED[agreed][1](who)
    who.modal.click("Change …")


@pytest.mark.parametrize(("agreed", "theirs", "mine"), CHANGES)
def test_what_somebody_changed_meanwhile_is_not_undone_and_what_was_typed_stays(
    agreed: str, theirs: tuple[str, str], mine: tuple[str, str], anna: Person, aylin_bills: Person, clock: FrozenClock
) -> None:
    AGREED[agreed][0](anna)
    opens_form(anna, agreed)
    opens_form(aylin_bills, agreed)
    aylin_bills.modal.fill(*theirs)
    aylin_bills.modal.submit()
    clock.forward_by(hours=5)
    anna.modal.fill(*mine)
    typed = anna.modal.value(mine[0])
    anna.modal.submit()
    assert "Somebody changed this meanwhile. Nothing was saved" in anna.modal.text
    assert anna.modal.value(mine[0]) == typed
    anna.modal.click("Back")
    AGREED[agreed][1](aylin_bills)
    after = aylin_bills.modal.plain()
    AGREED[agreed][1](anna)
    assert anna.modal.plain() == after
    opens_form(anna, agreed)
    anna.modal.fill(*mine)
    anna.modal.submit()
    assert "✅" in anna.modal.text


@pytest.mark.parametrize(("agreed", "theirs", "mine"), CHANGES)
def test_what_only_counts_on_meanwhile_keeps_no_form_from_being_saved(
    agreed: str, theirs: tuple[str, str], mine: tuple[str, str], anna: Person, clock: FrozenClock
) -> None:
    AGREED[agreed][0](anna)
    opens_form(anna, agreed)
    clock.forward_by(hours=30)
    anna.types("/track log 2h acme website design 9.3.: time that uses it up")
    anna.modal.fill(*mine)
    anna.modal.submit()
    assert "✅" in anna.modal.text


@pytest.mark.parametrize("theirs", [("Reduction in percent", "10"), ("Or reduction in EUR", "50"), "CHF", "JPY"])
@pytest.mark.parametrize("mine", [("Reduction in percent", "5"), ("Or reduction in EUR", "20"), None])
def test_what_is_taken_off_of_one_invoice_is_not_set_back_and_no_amount_changes_its_currency(
    theirs: str | tuple[str, str],
    mine: tuple[str, str] | None,
    worked: None,
    anna: Person,
    aylin_bills: Person,
    bot: Bot,
) -> None:
    invoice(anna)
    anna.modal.click("Reduction …")
    if isinstance(theirs, str):
        change(bot, "Acme GmbH", currency=theirs)
    else:
        invoice(aylin_bills)
        aylin_bills.modal.click("Reduction …")
        aylin_bills.modal.fill(*theirs)
        aylin_bills.modal.submit()
    before = invoice(aylin_bills).text
    if mine:
        anna.modal.fill(*mine)
    anna.modal.submit()
    assert "Somebody changed this meanwhile. Nothing was saved" in anna.modal.errors["Reduction in percent"]
    assert mine is None or anna.modal.value(mine[0]) == mine[1]
    assert invoice(aylin_bills).text == before


OF_CUSTOMER = [
    ("order_number", [("Order number or Leitweg-ID", "PO-7")], [("Order number or Leitweg-ID", "PO-8")]),
    ("order_number", [("Order number or Leitweg-ID", "PO-7")], []),
    ("tax", [(VAT, "0%, the customer owes the VAT (§ 13b UStG)")], [(VAT, "as for customers in Germany")]),
    ("tax", [(VAT, "as for customers in Germany")], [("Words", [])]),
    ("tax", [("Words", [])], []),
]


def opens(who: Person, part: str) -> None:
    """Open a form in the window of what is usual for Acme."""
    page_of(who, "Acme GmbH").click("Usual invoice …")
    (block,) = [each for each in who.modal.view.blocks if _changes(each) == f"recipe_change:{part}"]
    who.workspace.click(who.id, who.modal.surface, _changes(block), block_id=block["block_id"])
    who.waits()


@pytest.mark.parametrize(("part", "theirs", "mine"), OF_CUSTOMER)
def test_what_somebody_kept_for_a_customer_meanwhile_is_not_forgotten(
    part: str, theirs: list[tuple[str, Any]], mine: list[tuple[str, Any]], anna: Person, aylin_bills: Person, bot: Bot
) -> None:
    account_is(bot, country="DE")
    opens(anna, part)
    opens(aylin_bills, part)
    for field in theirs:
        aylin_bills.modal.fill(*field)
    aylin_bills.modal.submit()
    for field in mine:
        anna.modal.fill(*field)
    typed = {label: anna.modal.value(label) for label in anna.modal.labels}
    anna.modal.submit()
    assert "Nothing was saved: press “Back” to see how it is now." in anna.modal.text
    assert {label: anna.modal.value(label) for label in anna.modal.labels} == typed
    anna.modal.click("Back")
    assert anna.modal.view.title == "Usual invoice"
    opens(aylin_bills, part)
    for label, value in theirs:
        assert aylin_bills.modal.value(label) == value
