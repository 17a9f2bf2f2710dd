"""What is left out of an invoice by hand stays open, stays in sight, and comes back exactly as it was."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select

from bot.billing import approval, choices, collect
from bot.billing.approval import Approved
from bot.billing.preview import Preview
from bot.billing.rules.grouping import GroupKey
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage import draft_choices as choice_rows
from storage import drafts as draft_rows
from storage import people as people_rows
from storage.tables import draft_choices, draft_entries, drafts
from tests.billing.deeds import RunJobs, invoice, lines_of, listed, seen_by, sends, states
from tests.conftest import at_once


@dataclass(frozen=True)
class Biller:
    """Somebody who bills, and what they read on the screen."""

    who: Person
    leave_out: str
    take_all_in: str
    app_left_out: str
    all_left_out: str


@pytest.fixture(params=["English", "German"])
def biller(request: pytest.FixtureRequest, anna: Person, finn_bills: Person) -> Biller:
    if request.param == "English":
        said = "Left out by hand: 1 entry, 2:00 h. Still open for another invoice.\n• App: 2:00 h"
        return Biller(anna, "Leave out", "Take all in", said, "Everything is left out of this invoice")
    said = "Von Hand ausgelassen: 1 Eintrag, 2:00 h. Bleibt offen für eine andere Rechnung.\n• App: 2:00 h"
    return Biller(finn_bills, "Auslassen", "Alles aufnehmen", said, "Auf dieser Rechnung ist alles ausgelassen.")


def preview_now(bot: Bot) -> Preview:
    """The newest draft, as it would be sent."""
    with bot.database.read() as db:
        newest = draft_rows.draft_of_job(db, max(db.execute(select(drafts.c.id)).scalars()))
        return collect.preview_of(db, acting(people_rows.get_person(db, 1), now=bot.now(), request=""), newest)


def seal(bot: Bot) -> str:
    """What stands for all that would be sent."""
    return preview_now(bot).shown


def leaves_out(bot: Bot, *entry_ids: int) -> None:
    """Leave single entries out of the newest draft, as another person does."""
    draft_id = preview_now(bot).draft_id
    with bot.change_itself(1) as change:
        choice_rows.leave_out(change, choice_rows.ENTRIES, draft_id, entry_ids)


def test_a_line_is_left_out_in_one_click_and_stays_in_sight(
    biller: Biller, account: Account, run_jobs: RunJobs
) -> None:
    assert "App" in names_of(invoice(biller.who))
    biller.who.modal.click(biller.leave_out)
    assert "App" not in names_of(biller.who.modal)
    assert biller.app_left_out in biller.who.modal.text
    sends(biller.who)
    run_jobs()
    assert [line.title for line in account.drafts()[0].lines] == ["Website · Design"]


def test_taken_in_again_it_is_the_same_invoice(biller: Biller, bot: Bot) -> None:
    first = invoice(biller.who).text
    before = seal(bot)
    biller.who.modal.click(biller.leave_out)
    assert seal(bot) != before
    biller.who.modal.click(biller.take_all_in)
    assert biller.who.modal.text == first
    assert seal(bot) == before


def test_where_all_is_left_out_there_is_a_way_back(biller: Biller) -> None:
    invoice(biller.who)
    biller.who.modal.click(biller.leave_out)
    biller.who.modal.click(biller.leave_out)
    assert biller.all_left_out in biller.who.modal.text
    assert biller.all_left_out in sends(biller.who).text
    biller.who.modal.click(biller.take_all_in)
    assert names_of(biller.who.modal) == ["App", "Website · Design"]


def test_lines_that_were_left_out_are_taken_in_one_by_one(biller: Biller) -> None:
    invoice(biller.who)
    biller.who.modal.click(biller.leave_out)
    biller.who.modal.click(biller.leave_out)
    biller.who.modal.click("Take in" if biller.leave_out == "Leave out" else "Aufnehmen")
    assert names_of(biller.who.modal) == ["App"]


def test_of_many_expenses_that_were_left_out_each_can_be_taken_in_alone(worked: None, biller: Biller) -> None:
    for number in range(7):
        biller.who.types(f"/track expense {number + 1}0 net acme website 5.3.: ticket {number}")
    modal = invoice(biller.who)
    for _ in range(9):
        modal.click(biller.leave_out)
    (more,) = [label for label in modal.labels if label.startswith("…")]
    offered = modal.options(more)
    assert [each.partition(":")[0] for each in offered[:2]] == ["Website · ticket 5", "Website · ticket 6"]
    assert len(offered) == 4
    modal.fill(more, offered[1])
    assert names_of(modal) == ["Website · ticket 6"]
    (more,) = [label for label in modal.labels if label.startswith("…")]
    assert offered[1] not in modal.options(more)


def test_what_was_left_out_is_open_everywhere_and_on_the_next_invoice(
    worked: None, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    invoice(anna)
    anna.modal.click("Leave out")
    sends(anna)
    run_jobs()
    said = listed(anna)
    assert said.count("🔒") == 1
    assert names_of(invoice(anna)) == ["App"]
    assert "Left out by hand" not in anna.modal.text
    assert states(bot) == ["sent", "open"]


def test_time_that_comes_later_comes_on_the_invoice_and_the_form_says_so(worked: None, anna: Person) -> None:
    invoice(anna)
    anna.modal.click("Leave out")
    assert "What is new for these lines comes on the invoice." in anna.modal.text
    anna.types("/track log 1h acme app yesterday: later")
    assert "App\n1.00 h × €95.00 = €95.00" in invoice(anna).text
    assert "Left out by hand: 1 entry, 2:00 h" in anna.modal.text
    assert "What is new for these lines" not in anna.modal.text


def test_a_preview_tells_how_much_people_left_out_of_each_line(worked: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app yesterday: more")
    invoice(anna)
    before = preview_now(bot)
    app = before.lines[0]
    leaves_out(bot, app.line.entries[0].entry_id)
    after = preview_now(bot)
    assert (after.by_hand.count, after.by_hand.seconds) == (1, 7200)
    assert after.by_hand.within(app.line.key) == after.by_hand
    assert after.by_hand.within(GroupKey("project=99")).count == 0
    assert after.line(app.line.key).line.seconds == 3600
    assert after.net_cents == before.net_cents - 2 * 9500


def test_what_is_no_longer_there_is_refused_in_words(worked: None, anna: Person, bot: Bot) -> None:
    invoice(anna)
    leaves_out(bot, *(entry.entry_id for entry in preview_now(bot).lines[0].line.entries))
    anna.modal.click("Leave out")
    assert "This is no longer on the invoice. Please open it again." in anna.modal.text


def test_what_is_sent_and_left_out_at_the_same_moment_is_one_of_both(worked: None, anna: Person, bot: Bot) -> None:
    caller, preview = seen_by(bot, "Anna Admin")
    shown = approval.Shown(preview.draft_id, preview.shown)
    app = preview.lines[0].line.key

    def send() -> object:
        mine = replace(caller, request="send")
        return approval.approve(bot, mine, preview.customer_id, preview.scope, shown=shown, view_id="V")

    done = at_once(send, lambda: choices.leave_out(bot, replace(caller, request="leave out"), preview.draft_id, app))
    sent = isinstance(done[0], Approved)
    assert sent == isinstance(done[1], UserError)
    with bot.database.read() as db:
        bound = db.execute(select(func.count()).select_from(draft_entries)).scalar_one()
        left_out = db.execute(select(func.count()).select_from(draft_choices)).scalar_one()
    assert (bound, left_out) == ((2, 0) if sent else (0, 1))


def names_of(modal: Modal) -> list[str]:
    """The lines of the invoice, as their first words name them."""
    return [text.splitlines()[0] for text, _ in lines_of(modal)]
