"""Lines of a sent draft that somebody changed in Billomat: the difference is told, and what was on them is settled."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from bot.billing import settling
from bot.billing.rules.settling import Outcome
from bot.billomat.client import api
from bot.billomat.client.answers import Answer
from bot.billomat.client.requests import Call
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import acting
from bot.tracking.rules.filters import Filter
from playground.billomat import rest
from playground.billomat.account import Account
from playground.billomat.records import Item
from playground.person import Modal, Person
from storage import filters as filter_rows
from storage import people as people_rows
from storage.tables import audits, draft_entries, drafts, entries, settlements
from tests.billing.deeds import RunJobs, invoice, just_read, listed, sends, states
from tests.billing.test_following import several
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")


@pytest.fixture
def sent(month: None, anna: Person, account: Account, run_jobs: RunJobs) -> int:
    """All of March for Acme stands in Billomat, and was looked at; its id there."""
    invoice(anna)
    assert "On its way" in sends(anna).text
    run_jobs()
    anna.modal.close()
    return account.drafts()[0].id


@pytest.fixture
def hour(clock: FrozenClock, run_jobs: RunJobs) -> RunJobs:
    """An hour goes by, and the jobs of it are done."""

    def goes_by() -> int:
        clock.forward_by(hours=1, minutes=1)
        return run_jobs()

    return goes_by


def another(title: str, /, **values: object) -> Callable[[Item], Item]:
    """Somebody changes the line that begins so."""
    return lambda line: replace(line, **values) if line.title.startswith(title) else line  # type: ignore[arg-type]


def without(title: str) -> Callable[[Item], Item | None]:
    """Somebody removes the line that begins so."""
    return lambda line: None if line.title.startswith(title) else line


def told(who: Person, words: str) -> list[str]:
    return [said.plain() for said in who.dm if words in said.plain()]


def opens_line(who: Person, title: str) -> Modal:
    """The lines below the newest message about them, and of one of them what stands on it."""
    next(said for said in reversed(who.dm) if "Lines …" in said.buttons).click("Lines …")
    return opens(who, title)


def opens(who: Person, title: str) -> Modal:
    """One line of those that are shown."""
    block = next(block for block in who.modal.view.blocks if block.get("text", {}).get("text", "").startswith(title))
    who.workspace.click(who.id, who.modal.surface, "sent_line", block_id=block["block_id"])
    who.waits()
    return who.modal


def settles(who: Person, outcome: str, *notes: str, reason: str = "") -> Modal | None:
    """Choose entries by what stands in them, and what becomes of them."""
    offered = who.modal.options("Entries")
    who.modal.fill("Entries", [each for each in offered if any(note in each for note in notes)])
    who.modal.fill("What becomes of the entries", outcome)
    if reason:
        who.modal.fill("Reason", reason)
    return who.modal.submit()


def bound(bot: Bot) -> int:
    with bot.database.read() as db:
        return len(db.execute(select(draft_entries.c.entry_id)).all())


def actions(bot: Bot, subject: str) -> list[str]:
    with bot.database.read() as db:
        found = select(audits.c.action).where(audits.c.subject == subject).order_by(audits.c.id)
        return list(db.execute(found).scalars())


def test_hours_that_are_less_there_are_told_once_with_what_was_sent(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    hour()
    assert not told(anna, "were changed in Billomat")
    account.edit_lines(sent, another("Website", quantity=Decimal("7.25")))
    for _ in range(3):
        hour()
    (said,) = told(anna, "were changed in Billomat")
    assert "Website · Design: sent 9.25 h, now 7.25 h" in said
    assert "App" not in said


def test_removed_added_and_repriced_lines_are_told_and_other_words_are_not(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("Website", description="By hand"))
    hour()
    assert not told(anna, "were changed in Billomat")
    account.edit_lines(sent, another("Website", unit_price=Decimal(80)))
    hour()
    account.edit_lines(sent, without("App"))
    hour()
    first, second = told(anna, "were changed in Billomat")
    assert "Website · Design: sent at €88.50, now €80.00" in first
    assert "App: sent 2.00 h, removed there" in second


def test_a_line_that_was_split_there_is_told_as_such_and_nothing_of_it_is_free(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("Website", quantity=Decimal(5)))
    account.add_line(sent, title="Website · Design", quantity=Decimal("4.25"), unit_price=Decimal("88.50"))
    hour()
    (said,) = [each.plain() for each in anna.dm if "do not stand in Billomat as they were sent" in each.plain()]
    assert "Website · Design: sent 9.25 h, split there: 5.00 h + 4.25 h" in said
    assert "added" not in said
    opens_line(anna, "Website")
    settles(anna, "Free again", "Review")
    assert "Billomat still has 9.25 h" in anna.modal.errors["Entries"]
    assert bound(bot) == 3


def adds_logo(account: Account, sent: int) -> None:
    """Somebody takes 4:25 h off in Billomat, and adds a line of its own that has just as many at the same price."""
    account.edit_lines(sent, another("Website", quantity=Decimal(5)))
    account.add_line(sent, title="Logo", quantity=Decimal("4.25"), unit_price=Decimal("88.50"))


def test_what_may_be_the_rest_of_a_line_is_named_and_is_not_freed_until_a_person_says_what_it_is(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    adds_logo(account, sent)
    hour()
    (said,) = told(anna, "stays reserved until you say what becomes of it")
    assert "sent 9.25 h, now 5.00 h; the rest may be what was added there: “Logo” 4.25 × €88.50" in said
    opens_line(anna, "Website")
    assert "“Logo” 4.25 × €88.50 stands there with just the hours that are missing" in anna.modal.text
    settles(anna, "Free again", "Review")
    assert "together with what was added there" in anna.modal.errors["Entries"]
    assert bound(bot) == 3
    anna.modal.click("It is something else")
    assert "“Logo” 4.25 × €88.50 stands there too, and is something else." in anna.modal.text
    assert "sent 9.25 h, now 5.00 h" in anna.modal.text
    settles(anna, "Free again", "Review")
    assert "2:00 h free again" in anna.modal.text
    assert "Added there: Logo: 4.25 × €88.50" in anna.modal.text
    assert bound(bot) == 2
    assert actions(bot, "draft").count("line apart") == 1


def test_of_several_added_lines_each_is_one_of_those_that_have_the_missing_hours_together(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("Website", quantity=Decimal(5)))
    for title, hours in (("Logo", "2"), ("Pages", "2.25")):
        account.add_line(sent, title=title, quantity=Decimal(hours), unit_price=Decimal("88.50"))
    hour()
    text = opens_line(anna, "Website").text
    for line in ("“Logo” 2.00 × €88.50", "“Pages” 2.25 × €88.50"):
        assert f"{line} is one of the lines there that have just the missing hours together" in text
    assert "with just the hours that are missing" not in text


def test_what_is_something_else_is_a_part_after_all_while_nothing_of_it_is_free(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    adds_logo(account, sent)
    hour()
    opens_line(anna, "Website")
    anna.modal.click("It is something else")
    anna.modal.click("It is a part of this")
    assert "stands there with just the hours that are missing" in anna.modal.text
    settles(anna, "Free again", "Review")
    assert "together with what was added there" in anna.modal.errors["Entries"]
    anna.modal.click("It is something else")
    settles(anna, "Free again", "Review")
    opens(anna, "Website")
    anna.modal.click("It is a part of this")
    assert "is something else" in anna.modal.text
    assert actions(bot, "draft").count("line a part") == 1
    assert bound(bot) == 2


def test_of_two_who_decide_at_once_the_second_goes_by_what_the_first_said(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    adds_logo(account, sent)
    hour()
    opens_line(anna, "Website").click("It is something else")
    with bot.database.read() as db:
        draft_id = db.execute(select(drafts.c.id).where(drafts.c.state == "sent")).scalar_one()
        acts = partial(acting, people_rows.get_person(db, 1), now=bot.now())
    (line,) = [each for each in settling.look(bot, acts(request="look"), draft_id).lines if each.apart]
    line_id, items = line.line.id, [each.item for each in line.items if each.note == "Review"]
    refused, others = list[UserError](), list[Thread]()

    def frees() -> None:
        try:
            settling.settle(bot, acts(request="frees"), draft_id, line_id, items, Outcome.FREE, "")
        except UserError as error:
            refused.append(error)

    kept = settling.sent_rows.note_apart

    def meanwhile(*args: Any, **named: Any) -> None:
        """Somebody else frees time of the line before this is over: they have to wait for it."""
        kept(*args, **named)
        others.append(Thread(target=frees))
        others[0].start()
        others[0].join(0.5)

    monkeypatch.setattr(settling.sent_rows, "note_apart", meanwhile)
    mark = settling.added_digest(line.apart[0])
    settling.tell_apart(bot, acts(request="tells"), draft_id, line_id, mark, is_apart=False)
    others[0].join()
    assert [error.field for error in refused] == ["items"]
    assert bound(bot) == 3


def test_what_was_told_apart_stays_so_until_it_is_changed_there(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    adds_logo(account, sent)
    hour()
    opens_line(anna, "Website")
    anna.modal.click("It is something else")
    anna.modal.close()
    assert "Added there: Logo: 4.25 × €88.50" in anna.modal.text
    assert "may be what was added there" not in anna.modal.text
    account.edit_lines(sent, another("App", quantity=Decimal(1)))
    hour()
    said = told(anna, "were changed in Billomat")[-1]
    assert "Website · Design: sent 9.25 h, now 5.00 h" in said
    assert "Logo: added there" in said
    account.edit_lines(sent, another("Logo", title="Logo and pages"))
    hour()
    assert "may be what was added there: “Logo and pages”" in told(anna, "were changed in Billomat")[-1]


def test_a_line_of_other_words_in_place_of_another_is_told_apart_too(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("App", title="Hosting", description="April"))
    account.edit_lines(sent, another("Website", quantity=Decimal(8)))
    hour()
    opens_line(anna, "App")
    assert "other title there: “Hosting”" in anna.modal.text
    anna.modal.click("It is something else")
    assert "sent 2.00 h, removed there" in anna.modal.text
    settles(anna, "Free again", "2:00 h")
    assert "2:00 h free again" in anna.modal.text
    assert bound(bot) == 2


def test_a_reduction_and_another_vat_are_told_though_nothing_is_to_be_decided(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("Website", reduction="10%", description="By hand"))
    account.edit_lines(sent, another("App", tax_rate=Decimal(7)))
    hour()
    (said,) = [each.plain() for each in anna.dm if "there is nothing to decide" in each.plain()]
    assert "Website · Design: 10% off there, sent without; other text there: “By hand”" in said
    assert "App: sent with 19% VAT, there 7%" in said


def test_an_entry_of_a_removed_line_is_free_again_and_on_the_next_invoice(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs
) -> None:
    account.edit_lines(sent, without("App"))
    hour()
    opens_line(anna, "App")
    anna.modal.submit()  # of a removed line all is chosen, and free again is what is offered first
    assert "2:00 h free again" in anna.modal.text
    assert (bound(bot), states(bot)) == (2, ["sent"])
    just_read(bot)
    assert "2.00 h × €95.00" in invoice(anna).text
    assert "On its way" in sends(anna).text
    run_jobs()
    assert states(bot) == ["sent", "sent"]
    assert actions(bot, "entry")[-1] == "free"


def test_a_written_off_entry_is_neither_open_nor_billed(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, without("App"))
    hour()
    opens_line(anna, "App")
    settles(anna, "Write off", "2:00", reason="A gift")
    assert "2:00 h written off" in anna.modal.text
    while anna.sees_modal:
        anna.modal.close()
    with bot.database.read() as db:
        counts = select(entries.c.id).where(filter_rows.matching(1, Filter(billed=True)))
        assert len(db.execute(counts).all()) == bound(bot) - 1
    assert "2:00 h" in listed(anna)
    assert "written off" in listed(anna)
    assert "App" not in invoice(anna).text
    with bot.database.read() as db:
        assert db.execute(select(settlements.c.kind, settlements.c.reason)).all() == [("written off", "A gift")]


def test_the_history_of_the_invoice_says_what_was_changed_there_and_what_was_decided(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, without("App"))
    hour()
    opens_line(anna, "App")
    assert anna.modal.text.count("App") == 1  # the difference below it does not name it once more
    settles(anna, "Write off", "2:00", reason="A gift")
    while anna.sees_modal:
        anna.modal.close()
    anna.clicks("History …")
    assert "lines changed in Billomat\nLines in Billomat: Website · Design 9.25 × €88.50" in anna.modal.text
    assert "Anna Admin: written off: billed to nobody\nEntries: 1\nReason: A gift" in anna.modal.text
    anna.modal.close()
    account.edit_lines(sent, another("Website", quantity=Decimal(1)))
    hour()
    anna.clicks("History …")
    said = "Lines in Billomat: Website · Design 9.25 × €88.50 → Website · Design 1.00 × €88.50"
    assert said in anna.modal.text


def test_of_a_line_no_more_is_freed_than_is_less_there(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("Website", quantity=Decimal("7.25")))
    hour()
    opens_line(anna, "Website")
    settles(anna, "Free again", "Workshop")
    assert "Billomat still has 7.25 h" in anna.modal.errors["Entries"]
    assert bound(bot) == 3
    settles(anna, "Free again", "Review")
    assert "2:00 h free again" in anna.modal.text
    assert bound(bot) == 2


def test_what_is_there_as_it_was_sent_is_not_freed(sent: int, bot: Bot, anna: Person, hour: RunJobs) -> None:
    hour()
    anna.clicks("History …")
    anna.modal.click("Lines …")
    opens(anna, "App")
    settles(anna, "Free again", "2:00")
    assert "Billomat still has 2.00 h" in anna.modal.errors["Entries"]
    assert bound(bot) == 3


def test_of_a_cancelled_invoice_some_lines_are_billed_again_and_others_written_off(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(sent)
    hour()
    account.cancel(sent)
    hour()
    opens_line(anna, "App")
    settles(anna, "Free again", "2:00")
    opens(anna, "Website")
    settles(anna, "Write off", "Workshop", "Review")
    assert "9:15 h written off" in anna.modal.text
    just_read(bot)
    shown = invoice(anna).text
    assert "2.00 h × €95.00" in shown
    assert "88.50" not in shown


def test_of_what_stands_on_a_line_only_what_changes_something_is_offered_and_kept(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(sent)
    account.cancel(sent)
    hour()
    free, write_off, billed = "Free again", "Write off", "Billed by this invoice"
    opens_line(anna, "Website")
    assert anna.modal.options("What becomes of the entries") == [free, write_off]
    assert "not written off any more" not in anna.modal.text
    settles(anna, write_off, "Review")
    opens(anna, "Website")
    assert anna.modal.options("What becomes of the entries") == [free, write_off, billed]
    assert "not written off any more" in anna.modal.text
    settles(anna, billed, "Workshop")  # which nobody wrote off
    opens(anna, "Website")
    settles(anna, write_off, "Workshop", "Review")
    opens(anna, "Website")
    assert anna.modal.options("What becomes of the entries") == [free, billed]
    settles(anna, free, "Workshop", "Review")
    opens(anna, "Website")
    assert anna.modal.options("What becomes of the entries") == [free]
    settles(anna, free, "Workshop", "Review")
    assert actions(bot, "draft")[-3:] == ["write off", "write off", "free"]


def test_what_is_written_off_with_a_cancelled_invoice_is_billed_when_it_counts_again(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(sent)
    account.cancel(sent)
    hour()
    next(said for said in anna.dm if "was cancelled" in said.plain()).click("Write off")
    assert listed(anna).count("written off, ") == 2
    account.uncancel(sent)
    hour()
    assert "written off" not in listed(anna)


def test_a_line_that_is_put_back_there_is_as_it_was_sent(
    sent: int, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, another("Website", quantity=Decimal(1)))
    hour()
    account.edit_lines(sent, another("Website", quantity=Decimal("9.25")))
    hour()
    next(said for said in reversed(anna.dm) if "Lines …" in said.buttons).click("Lines …")
    assert "⚠️" not in anna.modal.text


def test_a_billomat_that_lists_no_lines_by_mistake_says_nothing(
    sent: int, account: Account, anna: Person, hour: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.edit_lines(sent, another("Website", quantity=Decimal(1)))
    with pytest.MonkeyPatch.context() as patch:
        hidden = replace(rest.RESOURCES["invoice-items"], rows=lambda _: [])
        patch.setattr("playground.billomat.rest.RESOURCES", {**rest.RESOURCES, "invoice-items": hidden})
        hour()
        assert not told(anna, "were changed in Billomat")
    hour()
    assert "sent 9.25 h, now 1.00 h" in told(anna, "were changed in Billomat")[0]


def test_freed_entries_can_be_changed_and_written_off_ones_cannot(
    sent: int, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.edit_lines(sent, without("App"))
    hour()
    opens_line(anna, "App")
    anna.modal.submit()
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track note 9.3.: by hand")
    with bot.database.read() as db:
        held = dict(db.execute(select(entries.c.id, entries.c.on_draft)).all())
    assert sorted(held.values()) == [False, True, True]


def test_lines_of_many_that_changed_are_read_in_one_call(
    connected: None,
    bot: Bot,
    account: Account,
    anna: Person,
    hour: RunJobs,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several(bot, account, anna, run_jobs, 4)
    hour()
    for each in account.drafts()[:3]:
        account.edit_lines(each.id, another("Website", quantity=Decimal("0.5")))
    asked = list[str]()
    exchange = api.exchange

    def counted(http: Any, base_url: str, headers: dict[str, str], call: Call) -> Answer:
        asked.append(call.path)
        return exchange(http, base_url, headers, call)

    monkeypatch.setattr(api, "exchange", counted)
    hour()
    assert asked == ["invoices", "invoice-items"]
    assert len(told(anna, "were changed in Billomat")) == 3
    hour()
    assert asked[2:] == ["invoices"]
