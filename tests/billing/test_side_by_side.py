"""What a person changed on a line belongs to what they looked at: this customer, this period, these entries."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from tests.billing.deeds import RunJobs, appoint, just_read, states
from tests.conftest import T0, FrozenClock

FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Biller:
    """Somebody who bills, and what they read on the screen."""

    who: Person
    period: str
    edit: str
    description: str
    rate: str
    october: str
    november: str

    def looks_at(self, period: str) -> str:
        while self.who.sees_modal:
            self.who.modal.close()
        self.who.types("/track invoice acme")
        self.who.modal.fill(self.period, period)
        return self.who.modal.text

    def changes(self, *, description: str | None = None, rate: str | None = None) -> str:
        self.who.modal.click(self.edit)
        if description is not None:
            self.who.modal.fill(self.description, description)
        if rate is not None:
            self.who.modal.fill(self.rate, rate)
        self.who.modal.submit()
        return self.who.modal.text


def english(who: Person) -> Biller:
    return Biller(who, "Period", "Edit …", "Description", "Hourly rate", "October 2026", "November 2026")


def german(who: Person) -> Biller:
    return Biller(who, "Zeitraum", "Bearbeiten …", "Beschreibung", "Stundensatz", "Oktober 2026", "November 2026")


@pytest.fixture
def anna_bills(connected: None, anna: Person, clock: FrozenClock, bot: Bot) -> Biller:
    clock.forward(FRIDAY - T0)
    just_read(bot)
    anna.types("/track log 2h website 12.10.2026: october work")
    anna.types("/track log 3h website mon: november work")
    return english(anna)


@pytest.fixture
def finn_bills(anna_bills: Biller, finn: Person, bot: Bot) -> Biller:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    return german(finn)


@pytest.fixture(params=["English", "German"])
def biller(request: pytest.FixtureRequest, anna_bills: Biller, finn_bills: Biller) -> Biller:
    return anna_bills if request.param == "English" else finn_bills


def test_a_change_to_a_line_stays_in_its_month(biller: Biller) -> None:
    biller.looks_at(biller.october)
    biller.changes(description="Special October flat text", rate="50")
    shown = biller.looks_at(biller.november)
    assert "Special" not in shown
    assert "november work" in shown
    assert "285" in shown
    shown = biller.looks_at(biller.october)
    assert "Special October flat text" in shown
    assert "100" in shown
    assert "285" in biller.looks_at(biller.november)


def test_what_was_changed_for_a_month_stays_until_it_is_sent(
    anna_bills: Biller, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    anna_bills.looks_at("October 2026")
    anna_bills.changes(description="Special October flat text", rate="50")
    anna_bills.looks_at("November 2026")
    anna_bills.who.modal.submit()
    anna_bills.looks_at("October 2026")
    anna_bills.who.modal.submit()
    run_jobs()
    sent = [[(line.description, line.unit_price) for line in draft.lines] for draft in account.drafts()]
    assert sent == [[("Special October flat text", 50)], [("23 Nov 2026 november work", 95)]]
    assert states(bot) == ["sent", "sent"]


def test_everything_unbilled_is_an_invoice_of_its_own(anna_bills: Biller) -> None:
    anna_bills.looks_at("October 2026")
    anna_bills.changes(description="Special October flat text", rate="50")
    shown = anna_bills.looks_at("Everything unbilled")
    assert "Special" not in shown
    assert "5.00 h × €95.00 = €475.00" in shown


def test_what_was_billed_with_everything_is_gone_from_its_month(anna_bills: Biller) -> None:
    anna_bills.looks_at("October 2026")
    anna_bills.looks_at("Everything unbilled")
    assert "On its way" in (anna_bills.who.modal.submit() or anna_bills.who.modal).text
    assert "has nothing unbilled for October 2026" in anna_bills.looks_at("October 2026")


def test_two_at_one_customer_edit_what_each_of_them_sees(anna_bills: Biller, finn_bills: Biller) -> None:
    anna_bills.looks_at("October 2026")
    finn_bills.looks_at("November 2026")
    anna_bills.who.modal.click("Edit …")
    assert anna_bills.who.modal.value("Description") == "12 Oct 2026 october work"
    anna_bills.who.modal.fill("Hourly rate", "50")
    anna_bills.who.modal.submit()
    assert anna_bills.who.modal.value("Period") == "October 2026"
    assert "2.00 h × €50.00 = €100.00" in anna_bills.who.modal.text
    finn_bills.who.modal.click("Bearbeiten …")
    assert "november work" in finn_bills.who.modal.value("Beschreibung")


def test_two_at_one_period_share_what_was_changed(anna_bills: Biller, finn_bills: Biller) -> None:
    anna_bills.looks_at("October 2026")
    anna_bills.changes(rate="50")
    assert "2,00 h × 50,00\xa0€ = 100,00\xa0€" in finn_bills.looks_at("Oktober 2026")


def test_nobody_overwrites_what_another_changed_in_the_same_line(anna_bills: Biller, finn_bills: Biller) -> None:
    anna_bills.looks_at("October 2026")
    anna_bills.who.modal.click("Edit …")
    anna_bills.who.modal.fill("Description", "Typed by Anna")
    finn_bills.looks_at("Oktober 2026")
    finn_bills.changes(description="Von Finn")
    anna_bills.who.modal.submit()
    assert list(anna_bills.who.modal.errors) == ["Description"]
    assert "Somebody changed this line while you had it open." in anna_bills.who.modal.errors["Description"]
    assert anna_bills.who.modal.value("Description") == "Typed by Anna"
    assert "Von Finn" in anna_bills.looks_at("October 2026")


def test_a_line_of_an_invoice_that_went_out_meanwhile_is_refused_in_words(
    anna_bills: Biller, finn_bills: Biller
) -> None:
    anna_bills.looks_at("October 2026")
    finn_bills.looks_at("Oktober 2026")
    finn_bills.who.modal.submit()
    anna_bills.who.modal.click("Edit …")
    assert "This draft was approved or given up meanwhile." in anna_bills.who.modal.text


def test_a_view_of_before_the_update_never_edits_another_period(anna_bills: Biller) -> None:
    """There was one draft of a customer then, for whichever period somebody chose last."""
    anna_bills.looks_at("October 2026")
    anna_bills.looks_at("November 2026")
    with anna_bills.who.workspace.change():
        older = '{"draft": 1, "shown": "abc"}'
        anna_bills.who.workspace.put(replace(anna_bills.who.modal.view, private_metadata=older))
    anna_bills.who.modal.click("Edit …")
    assert "This invoice is for another period by now. Please open it again." in anna_bills.who.modal.text


# Entries that came, went or changed after the text was written


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("English", "⚠️ New since this text was written, and not in it: 24 Nov 2026 · 1:00 h · one more"),
        ("German", "⚠️ Neu, seit dieser Text geschrieben wurde, und nicht darin: 24.11.2026 · 1:00 h · one more"),
    ],
)
def test_a_line_with_an_own_text_names_the_entries_that_came_later(
    anna_bills: Biller, finn_bills: Biller, language: str, said: str
) -> None:
    biller = anna_bills if language == "English" else finn_bills
    biller.looks_at(biller.november)
    assert "one more" not in biller.changes(description="November as agreed")
    anna_bills.who.types("/track log 1h website tue: one more")
    shown = biller.looks_at(biller.november)
    assert said in shown
    assert "November as agreed" in shown
    biller.who.modal.click(biller.edit)
    assert said in biller.who.modal.text
    biller.who.modal.fill(biller.description, "November as agreed, and one more thing")
    biller.who.modal.submit()
    assert said not in biller.who.modal.text


def test_a_line_with_an_own_text_names_the_entries_that_are_gone(anna_bills: Biller) -> None:
    anna_bills.who.types("/track log 1h website tue: a mistake")
    anna_bills.looks_at("November 2026")
    anna_bills.changes(description="November as agreed")
    anna_bills.who.modal.close()
    anna_bills.who.types("/track undo")
    shown = anna_bills.looks_at("November 2026")
    assert "⚠️ No longer there since this line was changed: 24 Nov 2026 · 1:00 h · a mistake" in shown
    assert "3.00 h × €95.00" in shown


def test_a_text_that_nobody_changed_follows_entries_that_come_while_its_form_is_open(anna_bills: Biller) -> None:
    anna_bills.looks_at("November 2026")
    anna_bills.who.modal.click("Edit …")
    anna_bills.who.modal.fill("Hourly rate", "120")
    anna_bills.who.types("/track log 1h website tue: one more")
    anna_bills.who.modal.submit()
    shown = anna_bills.who.modal.text
    assert "4.00 h × €120.00 = €480.00" in shown
    assert "24 Nov 2026 one more" in shown
    assert "New since this line was changed: 24 Nov 2026 · 1:00 h · one more" in shown


def test_starting_over_forgets_only_what_was_changed_for_this_period(anna_bills: Biller) -> None:
    for period in ("October 2026", "November 2026"):
        anna_bills.looks_at(period)
        anna_bills.changes(rate="50")
    anna_bills.who.clicks("Start over")
    assert "3.00 h × €95.00" in anna_bills.who.modal.text
    assert "2.00 h × €50.00" in anna_bills.looks_at("October 2026")
