"""A draft on its way: what is looked for before anything is sent twice or called unbilled, what is seen and told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.billomat.trouble import Kind
from playground.person import Person
from storage import billomat as billomat_rows
from storage import drafts as draft_rows
from storage.jobs import jobs as job_rows
from tests.billing.deeds import RunJobs, invoice, listed, sends, states
from tests.conftest import FrozenClock, looks_in_vain
from tests.deeds import sure

pytestmark = pytest.mark.usefixtures("one_clock")


def label_of(bot: Bot, draft_id: int = 1) -> str:
    with bot.database.read() as db:
        return draft_rows.draft_of_job(db, draft_id).label or ""


def arrives(account: Account, label: str) -> None:
    """A request of ours that was under way for long makes its draft now."""
    account.create_invoice({"client_id": account.all(Client)[0].id, "label": label, "date": "2026-03-10"})


def lists_read(account: Account, run_jobs: RunJobs) -> int:
    """How many calls Billomat counts while the jobs run."""
    before = account.quota.take("").remaining
    run_jobs()
    return before - account.quota.take("").remaining - 1


def due(bot: Bot, key: str) -> datetime:
    with bot.database.read() as db:
        found: datetime = datetime.fromtimestamp(
            db.execute(select(job_rows.c.due).where(job_rows.c.key == key)).scalar_one(), bot.now().tzinfo
        )
        return found


# Before anything is sent once more or called unbilled


def test_a_draft_that_was_made_although_billomat_took_no_more_requests_is_not_made_twice(
    approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("quota", worked=True, on="POST invoices")
    run_jobs()
    clock.forward_by(minutes=16)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


@pytest.mark.parametrize("was_made", [True, False])
@pytest.mark.parametrize("trouble", ["maintenance", "drop"])
def test_a_refusal_frees_no_time_before_billomat_could_be_looked_through(
    trouble: Kind,
    was_made: bool,
    approved: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
) -> None:
    account.trouble.next("refusal", worked=was_made, on="POST invoices")
    account.trouble.next(trouble, on="GET invoices")
    run_jobs()
    assert states(bot) == ["approved"]
    assert "🔒" in listed(anna)
    assert not [said for said in anna.dm if "Nothing was billed" in said.plain()]
    clock.forward_by(minutes=16)
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


# What arrives after all looks


def test_a_draft_that_arrives_after_all_looks_is_found_the_next_day(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    looks_in_vain(clock, run_jobs)
    assert states(bot) == ["unknown"]
    arrives(account, label_of(bot))
    clock.forward_by(days=1)
    run_jobs()
    assert states(bot) == ["sent"]
    assert "is in Billomat" in anna.dm[-1].plain()


def test_a_refused_draft_that_arrives_all_the_same_is_told_the_next_day(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    label = label_of(bot)
    account.trouble.next("refusal", on="POST invoices")
    run_jobs()
    assert states(bot) == ["open"]
    arrives(account, label)
    account.trouble.next("maintenance", on="GET invoices")
    clock.forward_by(days=1)
    run_jobs()
    clock.forward_by(hours=1)
    run_jobs()
    assert states(bot) == ["open"]
    assert "delete it there before you send it again" in anna.dm[-1].plain()
    assert anna.dm[-1].buttons == ["Open in Billomat"]


def test_a_second_draft_of_one_approval_is_told_the_next_day(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    looks_in_vain(clock, run_jobs)
    anna.modal.close()
    anna.dm[-1].click("Send again")
    run_jobs()
    assert states(bot) == ["sent"]
    arrives(account, label_of(bot))
    clock.forward_by(days=1)
    run_jobs()
    assert "so there may be two of it. Please delete all but one there." in anna.dm[-1].plain()


@pytest.mark.parametrize("gone", ["corrected", "cancelled"])
def test_the_next_day_nothing_is_told_where_nothing_is_wrong(
    gone: str, approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    label = label_of(bot)
    account.trouble.next("refusal", on="POST invoices")
    run_jobs()
    if gone == "cancelled":
        arrives(account, label)
        account.complete(account.drafts()[0].id)
        account.cancel(account.documents()[0].id)
    else:
        invoice(anna)
        sends(anna)
        run_jobs()
        assert states(bot) == ["sent"]
    heard = len(anna.dm)
    clock.forward_by(days=1)
    run_jobs()
    assert not [said for said in anna.dm[heard:] if "Billomat" in said.plain()]


# What is seen and told meanwhile


def test_a_draft_on_its_way_is_seen_at_home_and_in_the_invoice(
    approved: None, bot: Bot, anna: Person, aylin: Person, run_jobs: RunJobs
) -> None:
    line = "📨 On its way to Billomat since 10:00: Acme GmbH, March 2026, €831.63 net"
    assert line in anna.opens_home().plain()
    assert line in invoice(anna).text
    assert "On its way" not in aylin.opens_home().plain()
    run_jobs()
    assert "On its way" not in anna.opens_home().plain()
    assert "On its way" not in invoice(anna).text


def test_a_lost_draft_is_seen_as_one_that_may_be_in_billomat(
    approved: None, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    looks_in_vain(clock, run_jobs)
    line = "⚠️ Perhaps in Billomat since 10:00, its answer was lost: Acme GmbH, March 2026, €831.63 net"
    assert line in anna.opens_home().plain()
    assert line in invoice(anna).text


@pytest.mark.parametrize("arrived", [True, False])
def test_after_five_minutes_of_trouble_whoever_approved_hears_so_once(
    arrived: bool, approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    if arrived:
        account.trouble.next("drop", on="POST invoices")
        account.trouble.next("maintenance", times=1000, on="GET invoices")
    else:
        with bot.database.write() as db:
            reset = int(clock.now().timestamp()) + 900
            billomat_rows.hear_calls(db, 1, left=0, reset=reset)
    for minutes in (4, 1, 10, 60):
        run_jobs()
        told = [said.plain() for said in anna.dm if "still waits" in said.plain()]
        assert len(told) == (0 if clock.now() < datetime(2026, 3, 10, 9, 5, tzinfo=clock.now().tzinfo) else 1)
        clock.forward_by(minutes=minutes)
    (told_once,) = [said.plain() for said in anna.dm if "still waits" in said.plain()]
    assert ("An attempt may have arrived" in told_once) == arrived
    assert ("takes no more requests until 10:15" in told_once) != arrived


def test_a_draft_that_arrived_in_time_is_not_said_to_wait(
    approved: None, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    run_jobs()
    clock.forward_by(minutes=6)
    run_jobs()
    assert not [said for said in anna.dm if "still waits" in said.plain()]


# How often Billomat is asked


def test_the_pause_between_looks_that_fail_grows(
    approved: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    account.trouble.next("maintenance", times=1000, on="GET invoices")
    pauses = []
    for _ in range(5):
        run_jobs()
        pauses.append(due(bot, "deliver:1") - clock.now())
        clock.forward(pauses[-1])
    assert pauses[-1] > 2 * pauses[0]
    assert max(pauses) < timedelta(minutes=16)


@pytest.fixture
def three_lost(worked: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
    """Three drafts were approved, and the answer of each was lost; Billomat was looked through once for each."""
    for number in range(3):
        if number:
            sure(anna, "/track log 1h acme app yesterday")
        invoice(anna)
        sends(anna)
    account.trouble.next("drop", times=3, on="POST invoices")
    run_jobs()
    assert states(bot) == ["sending"] * 3


def test_drafts_that_wait_share_one_look(
    three_lost: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    clock.forward_by(seconds=30)
    assert lists_read(account, run_jobs) == 1
    for draft_id in (1, 2, 3):
        arrives(account, label_of(bot, draft_id))
    clock.forward_by(seconds=60)
    assert lists_read(account, run_jobs) == 0
    clock.forward_by(seconds=30)
    run_jobs()
    assert states(bot) == ["sent"] * 3


def test_drafts_that_wait_share_one_look_that_fails(
    three_lost: None, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("maintenance", times=1000, worked=True, on="GET invoices")
    clock.forward_by(seconds=30)
    assert lists_read(account, run_jobs) == 1
    assert len({due(bot, f"deliver:{draft_id}") for draft_id in (1, 2, 3)}) == 1
