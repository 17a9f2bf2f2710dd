"""Work that was invoiced elsewhere is marked by those who bill, with a reason: not open, on no invoice, and undone."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from bot.billing import elsewhere
from bot.billing.elsewhere import Marked, Subject
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking.rules.filters import Filter
from playground.person import Person
from storage import people as people_rows
from storage.tables import audits, entries, settlements
from tests.billing.deeds import appoint, invoice, states
from tests.billing.test_fixed_prices import agreements, bills, closes_all
from tests.billing.test_fixed_prices import agrees as agrees_on_price
from tests.billing.test_retainers import agrees as agrees_on_fee
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")


def marks(who: Person, button: str = "Billed elsewhere …", reason: str = "Invoice 12 on paper") -> str:
    """Press it below what was answered last, give the reason, and read what was done."""
    who.clicks(button)
    who.modal.fill("Reason", reason)
    who.modal.submit()
    return who.modal.text


def marked(bot: Bot) -> list[tuple[str, str]]:
    with bot.database.read() as db:
        return list(db.execute(select(settlements.c.kind, settlements.c.reason)).all())


def held(bot: Bot) -> list[bool]:
    with bot.database.read() as db:
        return list(db.execute(select(entries.c.on_draft).order_by(entries.c.id)).scalars())


def actions(bot: Bot) -> list[tuple[str, str]]:
    with bot.database.read() as db:
        found = select(audits.c.action, audits.c.why).where(audits.c.subject.in_(("entry", "expense")))
        return [(row.action, row.why) for row in db.execute(found.order_by(audits.c.id))]


def test_what_fits_a_list_is_marked_and_is_neither_open_nor_on_an_invoice(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march design")
    anna.clicks("Billed elsewhere …")
    assert "2 entries, 9:15 h" in anna.modal.text
    anna.modal.fill("Reason", "Invoice 12 on paper")
    anna.modal.submit()
    assert "2 entries, 9:15 h: billed elsewhere" in anna.modal.text
    anna.modal.close()
    assert marked(bot) == [("billed elsewhere", "Invoice 12 on paper")] * 2
    anna.types("/track list march")
    said = anna.last.plain()
    assert "2:00 h not billed yet · 9:15 h billed elsewhere" in said
    assert said.count("🔒") == 2
    anna.types("/track report march")
    assert "2:00 h not billed yet · 9:15 h billed elsewhere" in anna.last.plain()
    shown = invoice(anna).text
    assert "2.00 h × €95.00" in shown
    assert "88.50" not in shown


def test_it_is_undone_with_a_click_and_by_the_same_way_with_a_reason(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march")
    marks(anna)
    assert held(bot) == [True, True, True]
    anna.modal.click("Undo")
    assert "open again" in anna.modal.text
    assert held(bot) == [False, False, False]
    anna.modal.close()
    anna.types("/track list march")
    marks(anna)
    anna.modal.close()
    anna.types("/track list march")
    assert "3 entries, 11:15 h: open again" in marks(anna, "No longer billed elsewhere …", "It never was")
    assert (held(bot), marked(bot)) == ([False, False, False], [])
    assert actions(bot)[-1] == ("bill here", "It never was")


def test_a_report_marks_what_fits_it_and_an_expense_goes_along(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track expense 49.90 acme website 9.3.: train")
    anna.types("/track report march")
    assert "3 entries, 11:15 h and 1 expense: billed elsewhere" in marks(anna)
    assert len(marked(bot)) == 4
    anna.modal.close()
    assert "train" not in invoice(anna).text
    anna.modal.close()
    anna.types("/track list march")
    assert "train" in anna.last.plain()


def test_a_report_has_the_way_back_of_time_and_of_expenses(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track expense 49.90 acme website 9.3.: train")
    anna.types("/track report march")
    assert "No longer billed elsewhere …" not in anna.last.buttons
    marks(anna)
    anna.modal.close()
    anna.types("/track report march")
    assert "Billed elsewhere …" not in anna.last.buttons
    assert "3 entries, 11:15 h and 1 expense: open again" in marks(anna, "No longer billed elsewhere …", "It never was")
    assert marked(bot) == []


@pytest.mark.parametrize("shown", ["list", "report"])
def test_expenses_alone_are_marked_and_open_again(connected: None, bot: Bot, anna: Person, shown: str) -> None:
    anna.types("/track expense 49.90 acme website 9.3.: train")
    anna.types(f"/track {shown} march")
    assert "1 expense: billed elsewhere" in marks(anna)
    anna.modal.close()
    anna.types(f"/track {shown} march")
    assert "1 expense: open again" in marks(anna, "No longer billed elsewhere …", "It never was")
    assert marked(bot) == []


def test_a_fee_and_a_part_of_a_fixed_price_are_called_so(connected: None, anna: Person, finn: Person, bot: Bot) -> None:
    agrees_on_fee(anna, "1000", first="2026-03-01")
    agrees_on_price(anna, "Acme GmbH › Website", "5000", first="2026-01-01")
    agreements(anna)
    bills(anna, "50%", day="2026-03-09")
    closes_all(anna)
    anna.types("/track expense 20 acme app 9.3.: taxi")
    anna.types("/track expense 30 acme app 9.3.: train")
    anna.types("/track report march")
    what = "1 retainer, 1 part of a fixed price and 2 expenses"
    anna.clicks("Billed elsewhere …")
    assert f"{what}: billed elsewhere, so it is not open" in anna.modal.text
    anna.modal.fill("Reason", "Invoice 12 on paper")
    anna.modal.submit()
    assert f"{what}: billed elsewhere." in anna.modal.text
    anna.modal.click("Undo")
    assert f"{what}: open again." in anna.modal.text
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    finn.types("/track bericht team märz")
    finn.clicks("Anderswo abgerechnet …")
    german = "1 Monatspauschale, 1 Teil eines Festpreises und 2 Ausgaben: anderswo abgerechnet"
    assert german in finn.modal.text.replace("\xa0", " ")


def test_one_expense_is_marked_in_its_history_and_open_again_there(connected: None, bot: Bot, anna: Person) -> None:
    anna.types("/track expense 49.90 acme website 9.3.: train")
    anna.clicks("Edit …")
    anna.modal.click("History …")
    marks(anna, reason="Paid in cash")
    assert marked(bot) == [("billed elsewhere", "Paid in cash")]
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track list march")
    anna.clicks("History …")
    anna.modal.click("No longer billed elsewhere …")
    anna.modal.fill("Reason", "It bounced")
    anna.modal.submit()
    assert marked(bot) == []


def test_who_does_not_bill_marks_no_expense(connected: None, bot: Bot, anna: Person, finn: Person) -> None:
    finn.types("/track ausgabe 49,90 acme website 9.3.: Zug")
    finn.clicks("Bearbeiten …")
    finn.modal.click("Verlauf …")
    assert not [each for each in finn.modal.buttons if "anderswo" in each]
    finn.types("/track bericht märz")
    assert not [each for each in finn.last.buttons if "anderswo" in each]


def test_a_reason_is_needed(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march")
    anna.clicks("Billed elsewhere …")
    anna.modal.fill("Reason", " ")
    anna.modal.submit()
    assert "Say why" in anna.modal.errors["Reason"]
    assert marked(bot) == []


def test_something_else_than_was_seen_is_shown_before_it_is_marked(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march")
    anna.clicks("Billed elsewhere …")
    with bot.database.write() as db:
        db.execute(entries.update().where(entries.c.id == 1).values(billable=False))
    anna.modal.fill("Reason", "Paper")
    anna.modal.submit()
    assert "something else than you saw" in anna.modal.text
    assert "2 entries, 4:00 h" in anna.modal.text
    assert marked(bot) == []


def test_one_entry_is_marked_in_its_history_and_stays_as_it_is(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track edit 8.3. 9:00")
    anna.modal.click("History …")
    marks(anna, reason="Paid in cash")
    assert held(bot).count(True) == 1
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track edit 8.3. 9:00")
    assert "marked as billed elsewhere" in anna.last.plain()
    anna.types("/track list march")
    anna.clicks("History …")
    assert "billed elsewhere\nReason: Paid in cash" in anna.modal.text


def test_undo_takes_back_no_marking_of_long_ago(month: None, bot: Bot, anna: Person, clock: FrozenClock) -> None:
    clock.forward_by(hours=1)
    anna.types("/track list march")
    marks(anna)
    anna.modal.close()
    clock.forward_by(minutes=16)
    anna.types("/track undo")
    assert "You changed nothing in the last 15 minutes" in anna.last.plain()
    assert len(marked(bot)) == 3


def test_who_does_not_bill_is_not_offered_it(month: None, bot: Bot, anna: Person, finn: Person) -> None:
    finn.types("/track log 1h acme app 9.3.: mine")
    finn.types("/track list march")
    assert "Anderswo abgerechnet …" not in finn.last.buttons
    appoint(bot, "Finn Freelancer")
    finn.types("/track list march")
    assert "Anderswo abgerechnet …" in finn.last.buttons


def test_what_a_draft_took_meanwhile_is_not_marked(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march")
    anna.clicks("Billed elsewhere …")
    kept = anna.modal
    kept.close()
    invoice(anna)
    anna.modal.submit()
    anna.modal.close()
    assert states(bot) == ["approved"]
    anna.types("/track list march")
    assert "Billed elsewhere …" not in anna.last.buttons


def test_undo_takes_back_what_was_marked_last_and_then_what_was_done_before(
    month: None, bot: Bot, anna: Person
) -> None:
    anna.types("/track log 1h acme website 9.3.: before")
    before = held(bot)
    anna.types("/track list march design")
    marks(anna)
    anna.modal.close()
    anna.types("/track undo")
    assert "2 entries, 9:15 h: open again" in anna.last.plain()
    assert (marked(bot), held(bot)) == ([], before)
    anna.types("/track undo")
    assert "Undone" in anna.last.plain()
    assert len(held(bot)) == len(before) - 1


def test_undo_marks_again_what_was_opened_again_last(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march design")
    marks(anna)
    anna.modal.close()
    anna.types("/track list march design")
    marks(anna, "No longer billed elsewhere …", "It was not")
    anna.modal.close()
    assert marked(bot) == []
    anna.types("/track undo")
    assert marked(bot) == [("billed elsewhere", "It was not")] * 2


def test_undo_takes_back_what_was_done_after_the_marking_first(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march design")
    marks(anna)
    anna.modal.close()
    anna.types("/track log 1h acme website 9.3.: after")
    anna.types("/track undo")
    assert "Undone" in anna.last.plain()
    assert len(marked(bot)) == 2


def test_what_was_marked_again_by_button_is_the_newest_that_undo_takes_back(
    month: None, bot: Bot, anna: Person
) -> None:
    anna.types("/track log 1h acme website 9.3.: before")
    count = len(held(bot))
    anna.types("/track list march design")
    marks(anna)
    anna.modal.click("Undo")
    anna.modal.click("Undo")
    assert len(marked(bot)) == 2
    anna.modal.close()
    anna.types("/track undo")
    assert "2 entries, 9:15 h: open again" in anna.last.plain()
    assert (marked(bot), len(held(bot))) == ([], count)
    anna.types("/track undo")
    assert len(held(bot)) == count - 1


def test_what_was_marked_anew_is_not_undone_by_the_window_of_before(month: None, bot: Bot, anna: Person) -> None:
    anna.types("/track list march design")
    marks(anna)
    window = anna.modal
    anna.types("/track undo")
    decided(bot, Filter(services=(1,)), is_marked=False, reason="Invoice 13")
    window.click("Undo")
    assert "already taken back" in anna.modal.text
    assert marked(bot) == [("billed elsewhere", "Invoice 13")] * 2


@pytest.mark.parametrize("is_marked", [True, False])
def test_undoing_much_reads_it_together(connected: None, bot: Bot, anna: Person, is_marked: bool) -> None:
    def reads(tag: str, count: int) -> int:
        """The statements that read when so many are taken back."""
        for number in range(count):
            anna.types(f"/track log 1m acme app 9.3.: {tag} {number}")
            anna.types(f"/track expense 1 acme app 9.3.: {tag} {number}")
        subject, seen = Filter(text=tag), list[str]()
        done = decided(bot, subject, is_marked=False)
        done = decided(bot, subject, is_marked=True) if is_marked else done

        def see(_db: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        event.listen(bot.database.engine, "before_cursor_execute", see)
        extent = elsewhere.undo(bot, acts(bot), done.change_id).extent
        assert (extent.entries, len(extent.spent)) == (count, count)
        event.remove(bot.database.engine, "before_cursor_execute", see)
        return sum(each.lstrip().startswith(("SELECT", "WITH", "DELETE")) for each in seen)

    assert reads("few", 2) == reads("many", 12)


def acts(bot: Bot) -> Caller:
    """Anna, in a request of its own."""
    with bot.database.read() as db:
        return acting(people_rows.get_person(db, 1), now=bot.now(), request=str(uuid4()))


def decided(bot: Bot, subject: Subject, *, is_marked: bool, reason: str = "Paper") -> Marked:
    """What fits is marked, or open again."""
    found = elsewhere.look(bot, acts(bot), subject, is_marked=is_marked)
    done = elsewhere.mark(bot, acts(bot), subject, found.seen, reason, is_marked=is_marked)
    assert isinstance(done, Marked)
    return done
