"""What becomes of a sent draft in Billomat: looked after every hour, told where it matters, freed only for certain."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.billing import looking
from bot.core.context import Bot
from playground.billomat import lists, seed
from playground.billomat.account import Account
from playground.billomat.records import Client, Invoice
from playground.person import Person
from storage import people as people_rows
from storage import sent_invoices as sent_rows
from storage.tables import audits, drafts
from tests.billing.deeds import RunJobs, appoint, invoice, just_read, listed, sends, states
from tests.conftest import T0, FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")


@pytest.fixture
def sent(approved: None, anna: Person, run_jobs: RunJobs) -> None:
    """The draft for Acme stands in Billomat."""
    run_jobs()


@pytest.fixture
def hour(clock: FrozenClock, run_jobs: RunJobs) -> RunJobs:
    """An hour goes by, and the jobs of it are done."""

    def goes_by() -> int:
        clock.forward_by(hours=1, minutes=1)
        return run_jobs()

    return goes_by


def billomat_id(bot: Bot, draft_id: int = 1) -> int:
    with bot.database.read() as db:
        found: int = db.execute(select(drafts.c.billomat_id).where(drafts.c.id == draft_id)).scalar_one()
        return found


def seen(bot: Bot) -> list[tuple[str, str, bool]]:
    """State, number and whether it is missed, of each invoice that came of our drafts."""
    with bot.database.read() as db:
        found = sent_rows.followed(db, 1, since=bot.now().replace(year=2000))
    return [(each.status.value, each.number, each.missing_since is not None) for each in found]


def actions(bot: Bot) -> list[str]:
    """What the audit says of drafts."""
    with bot.database.read() as db:
        return list(
            db.execute(select(audits.c.action).where(audits.c.subject == "draft").order_by(audits.c.id)).scalars()
        )


def news_of(who: Person, words: str) -> list[str]:
    return [said.plain() for said in who.dm if words in said.plain()]


def of_march(who: Person) -> str:
    """The invoice for Acme and the month that was billed, opened afresh."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track invoice acme march")
    return who.modal.text


def wants_news(who: Person) -> None:
    """Tick the box in the settings."""
    who.types("/track settings")
    who.clicks("More settings")
    who.modal.fill("News of invoices", ["When one is paid or overdue in Billomat"])
    who.modal.submit()
    assert "News of invoices: Off → On" in who.modal.text
    who.modal.close()


def anna_is_member(bot: Bot) -> None:
    """Somebody else is admin now, and Anna bills no more."""
    with bot.database.write() as db:
        people_rows.change_person(db, 1, role="member")
        people_rows.change_person(db, 2, role="admin")


def without_rows() -> dict[str, lists.Resource]:
    """Billomat lists no invoices, by mistake; one by one they are there."""
    return {**lists.RESOURCES, "invoices": replace(lists.RESOURCES["invoices"], rows=lambda _: [])}


def several(bot: Bot, account: Account, anna: Person, run_jobs: RunJobs, count: int) -> list[int]:
    """So many drafts of one customer in Billomat; their ids there."""
    for number in range(count):
        anna.types(f"/track log 1h acme website {number + 2}.3.: work of day {number + 1}")
        while anna.sees_modal:
            anna.modal.close()
        anna.types(f"/track invoice acme {number + 2}.3.")
        assert "On its way" in sends(anna).text
        run_jobs()
    return [each.id for each in account.drafts()]


# States


def test_a_completed_draft_is_called_by_its_number_everywhere_an_hour_later(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(billomat_id(bot))
    assert "draft" in listed(anna)
    hour()
    assert "draft" not in listed(anna)
    assert "on the invoice RE" in listed(anna)
    assert "Completed in Billomat: RE" in invoice(anna).text
    assert seen(bot) == [("OPEN", account.documents()[0].number, False)]
    assert actions(bot) == ["approve", "sent", "completed"]


def test_who_asked_for_it_hears_once_that_an_invoice_is_overdue_and_paid(
    sent: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, hour: RunJobs
) -> None:
    wants_news(anna)
    account.complete(billomat_id(bot))
    hour()
    clock.forward_by(days=40)
    for _ in range(3):
        hour()
    assert len(news_of(anna, "is overdue")) == 1
    assert "Overdue: RE" in of_march(anna)
    account.pay(billomat_id(bot))
    for _ in range(3):
        hour()
    assert len(news_of(anna, "is paid")) == 1
    assert "Paid: RE" in of_march(anna)


def test_who_did_not_ask_hears_nothing_of_payments(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(billomat_id(bot))
    account.pay(billomat_id(bot))
    hour()
    assert (news_of(anna, "is paid"), seen(bot)[0][0]) == ([], "PAID")


@pytest.mark.parametrize("button", ["Write off", "Keep as it is"])
def test_of_a_cancelled_invoice_it_is_asked_once_and_nothing_happens_by_itself(
    button: str, sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(billomat_id(bot))
    hour()
    account.cancel(billomat_id(bot))
    for _ in range(3):
        hour()
    assert (len(news_of(anna, "was cancelled in Billomat")), states(bot)) == (1, ["sent"])
    asked = next(said for said in anna.dm if "was cancelled" in said.plain())
    assert asked.buttons == ["Bill again", "Write off", "Keep as it is", "Lines …", "Open in Billomat"]
    asked.click(button)
    assert states(bot) == ["sent"]
    assert actions(bot)[-1] == {"Write off": "written off", "Keep as it is": "kept"}[button]
    said = {"Write off": "Cancelled in Billomat, and written off: RE", "Keep as it is": "Cancelled in Billomat: RE"}
    assert said[button] in invoice(anna).text


def test_a_cancelled_invoice_is_billed_again_only_when_somebody_says_so(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs
) -> None:
    account.complete(billomat_id(bot))
    account.cancel(billomat_id(bot))
    hour()
    next(said for said in anna.dm if "was cancelled" in said.plain()).click("Bill again")
    run_jobs()
    assert states(bot) == ["open"]


def test_a_cancellation_that_is_taken_back_is_told_and_changes_nothing(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.complete(billomat_id(bot))
    account.cancel(billomat_id(bot))
    hour()
    account.uncancel(billomat_id(bot))
    for _ in range(2):
        hour()
    assert (len(news_of(anna, "counts again there")), states(bot)) == (1, ["sent"])


def test_an_invoice_that_counts_again_after_its_time_was_billed_anew_is_named_beside_the_new_one(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs
) -> None:
    first = billomat_id(bot)
    account.complete(first)
    account.cancel(first)
    hour()
    next(said for said in anna.dm if "was cancelled" in said.plain()).click("Bill again")
    run_jobs()
    just_read(bot)
    invoice(anna)
    assert "On its way" in sends(anna).text
    run_jobs()
    account.uncancel(first)
    for _ in range(3):
        hour()
    (told,) = news_of(anna, "counts again in Billomat")
    assert told.startswith("⚠️ RE")
    assert "with Acme GmbH, March 2026" in told
    assert states(bot) == ["sent"]


# Deleted there


def test_a_deleted_draft_is_free_after_two_looks_and_one_click_puts_it_together_again(
    sent: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, hour: RunJobs, run_jobs: RunJobs
) -> None:
    hour()  # by then it is known on which account it stands
    (before,) = account.all(Invoice)
    account.delete_draft(before.id)
    hour()
    assert states(bot) == ["sent"]
    assert "🔒" in listed(anna)
    hour()
    assert states(bot) == ["open"]
    (told,) = (said for said in anna.dm if "was deleted in Billomat" in said.plain())
    just_read(bot)
    told.click("Open the invoice …")
    anna.waits()
    assert "On its way" in sends(anna).text
    run_jobs()
    (after,) = account.all(Invoice)
    assert [replace(each, id=0, invoice_id=0, created=T0, updated=T0) for each in after.items] == [
        replace(each, id=0, invoice_id=0, created=T0, updated=T0) for each in before.items
    ]
    assert actions(bot)[-3:] == ["bill again", "approve", "sent"]


def test_who_no_longer_bills_is_not_told_but_those_who_do_are(
    sent: None, bot: Bot, account: Account, anna: Person, finn: Person, hour: RunJobs
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    anna_is_member(bot)
    hour()
    account.delete_draft(billomat_id(bot))
    hour()
    hour()
    assert news_of(finn, "in Billomat gelöscht")
    assert not news_of(anna, "was deleted in Billomat")


def test_a_draft_that_a_list_hid_is_not_free(
    sent: None, bot: Bot, account: Account, hour: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("playground.billomat.lists.RESOURCES", without_rows())
        patch.setattr("playground.billomat.rest.RESOURCES", without_rows())
        for _ in range(4):
            hour()
    assert (states(bot), seen(bot)) == (["sent"], [("DRAFT", "", False)])


def test_a_key_that_lost_its_rights_frees_nothing(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    hour()
    user = account.user_of(seed.ADMIN_KEY)
    account.change(user, rights={})
    for _ in range(4):
        hour()
    assert (states(bot), seen(bot)) == (["sent"], [("DRAFT", "", False)])


def test_a_key_that_is_shown_no_invoices_any_more_frees_nothing(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    hour()
    account.delete_draft(billomat_id(bot))  # as it looks to a key that may see none
    user = account.user_of(seed.ADMIN_KEY)
    account.change(user, rights=dict(user.rights) | {"invoices": "READ"})
    for _ in range(4):
        hour()
    assert states(bot) == ["sent"]
    (asked,) = news_of(anna, "cannot be found in Billomat any more")
    assert "Nothing was freed" in asked


def test_another_account_under_the_same_name_frees_nothing(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    hour()
    account.delete_draft(billomat_id(bot))
    account.own_id = 77
    account.create_invoice({"client_id": account.all(Client)[0].id, "label": "theirs", "date": "2026-03-10"})
    for _ in range(4):
        hour()
    assert states(bot) == ["sent"]
    assert len(news_of(anna, "cannot be found in Billomat any more")) == 1


def test_a_draft_of_which_a_copy_carries_the_token_is_not_free(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    hour()
    (mine,) = account.all(Invoice)
    account.create_invoice({"client_id": mine.client_id, "label": f"{mine.label} (copy)", "date": "2026-03-10"})
    account.delete_draft(mine.id)
    for _ in range(4):
        hour()
    assert states(bot) == ["sent"]
    assert len(news_of(anna, "cannot be found in Billomat any more")) == 1


def test_of_four_drafts_that_vanish_at_once_none_is_free_and_the_admins_are_asked_once(
    connected: None, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs
) -> None:
    ids = several(bot, account, anna, run_jobs, 5)
    hour()
    for each in ids[:4]:
        account.delete_draft(each)
    for _ in range(4):
        hour()
    assert states(bot) == ["sent"] * 5
    (asked,) = (said for said in anna.dm if "all at once" in said.plain())
    assert asked.buttons == ["Bill again"] * 4
    asked.click("Bill again")
    run_jobs()
    assert sorted(states(bot)) == ["open", "sent", "sent", "sent", "sent"]


def test_three_that_vanish_together_are_free(
    connected: None, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs
) -> None:
    ids = several(bot, account, anna, run_jobs, 4)
    hour()
    for each in ids[:3]:
        account.delete_draft(each)
    hour()
    hour()
    assert sorted(states(bot)) == ["open", "open", "open", "sent"]


def test_a_draft_deleted_before_anybody_saw_on_which_account_it_stood_is_asked_about(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs
) -> None:
    account.delete_draft(billomat_id(bot))
    for _ in range(3):
        hour()
    assert states(bot) == ["sent"]
    assert len(news_of(anna, "cannot be found in Billomat any more")) == 1


# What a look costs


def test_a_look_reads_a_list_and_nothing_else(
    connected: None, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs, clock: FrozenClock
) -> None:
    several(bot, account, anna, run_jobs, 6)
    hour()
    clock.forward_by(hours=1)
    before = account.quota.take("").remaining
    run_jobs()
    assert before - account.quota.take("").remaining - 1 == 1


def test_invoices_beyond_the_pages_of_a_look_are_read_by_their_ids_in_turn(
    connected: None,
    bot: Bot,
    account: Account,
    anna: Person,
    hour: RunJobs,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = several(bot, account, anna, run_jobs, 5)
    monkeypatch.setattr("bot.billomat.client.api.PER_PAGE", 1)
    monkeypatch.setattr(looking, "MOST_PAGES", 1)
    for each in ids:
        account.complete(each)
    hour()
    assert sorted(status for status, _, _ in seen(bot)) == ["DRAFT"] + ["OPEN"] * 4
    hour()
    assert {status for status, _, _ in seen(bot)} == {"OPEN"}


def test_a_completed_invoice_is_not_called_a_draft_where_billomat_cannot_be_asked(
    sent: None, bot: Bot, account: Account, anna: Person, hour: RunJobs, run_jobs: RunJobs
) -> None:
    account.complete(billomat_id(bot))
    hour()
    account.trouble.next("maintenance", times=9)
    anna.clicks("Bill again")
    run_jobs()
    said = anna.dm[-1].plain()
    assert f"I could not look whether {account.documents()[0].number} (Acme GmbH, March 2026) is still" in said
    assert "draft" not in said
