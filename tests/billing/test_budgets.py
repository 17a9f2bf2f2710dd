"""The budget of a project: it warns, a hard one bills nothing above it, and time is recorded in any case."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage.tables import draft_lines, draft_shares, entries
from tests.billing.deeds import RunJobs, invoice, sends

pytestmark = pytest.mark.usefixtures("connected")
Send = Callable[[], Document]


def closes_all(who: Person) -> None:
    while who.sees_modal:
        who.modal.close()


def budgets(who: Person) -> Modal:
    """The budgets of Acme's projects, opened from its page."""
    closes_all(who)
    who.types("/track catalog acme gmbh")
    if "Agreements …" not in who.modal.buttons:
        who.modal.click("Open")
    who.modal.click("Agreements …")
    who.modal.click("Budgets …")
    return who.modal


def gives(
    who: Person, amount: str, *, hard: bool = False, first: str = "2026-03-01", project: str = "Website"
) -> Modal:
    """Give a project of Acme a budget."""
    budgets(who).click("Budget …")
    who.modal.fill("Project", f"Acme GmbH › {project}")
    who.modal.fill("Budget", amount)
    who.modal.fill("When it is used up", "Warn, and bill nothing above it" if hard else "Warn at 80% and 100%")
    who.modal.fill("From the month of", first)
    who.modal.submit()
    return who.modal


@pytest.fixture
def send(anna: Person, account: Account, run_jobs: RunJobs) -> Send:
    """Sends the invoice for Acme, and answers what stands in Billomat."""

    def sent() -> Document:
        invoice(anna)
        sends(anna)
        run_jobs()
        return account.drafts()[-1]

    return sent


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("40 h", "40:00 h"),
        ("37:30", "37:30 h"),
        ("37,5 Std.", "37:30 h"),
        ("1.000 Stunden", "1000:00 h"),
        ("1,000.5 hours", "1000:30 h"),
        ("5.000 €", "€5,000.00"),
        ("5000 EUR", "€5,000.00"),
        ("€1,234.50", "€1,234.50"),
    ],
)
def test_a_budget_is_typed_in_hours_or_in_money_as_people_write_them(anna: Person, typed: str, shown: str) -> None:
    assert f"Website: {shown}, soft: it warns" in gives(anna, typed).text


@pytest.mark.parametrize("typed", ["40", "a lot", "0 h", "-5 h", "5000 CHF", "0 €", "40:61", "9999999999 h", "h"])
def test_what_is_no_budget_is_refused_where_it_is_typed_and_stays_there(anna: Person, typed: str) -> None:
    refused = gives(anna, typed)
    assert "Budget" in refused.errors
    assert refused.value("Budget") == typed


def test_hours_above_a_hard_budget_stand_on_the_invoice_and_cost_nothing(anna: Person, bot: Bot, send: Send) -> None:
    for day in (2, 3, 4, 5):
        anna.types(f"/track log 3h acme website design {day}.3.")
    gives(anna, "10 h", hard=True)
    text = invoice(anna).text
    assert "10.00 h × €88.50 = €885.00" in text
    assert "Website · Design · above the budget, not billed" in text
    assert "2.00 h × €0.00 = €0.00" in text
    document = send()
    assert document.total_net.quantize(1) == 885
    with bot.database.read() as db:
        assert db.execute(select(entries.c.id).where(~entries.c.on_draft)).all() == []
        assert sum(db.execute(select(draft_shares.c.seconds)).scalars()) == 12 * 3_600
        assert list(db.execute(select(draft_lines.c.above_budget).order_by(draft_lines.c.id)).scalars()) == [
            False,
            True,
        ]
    assert "12:00 h used (120%), 10:00 h of it billed, 2:00 h above" in budgets(anna).text
