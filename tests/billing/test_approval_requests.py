"""The messages that ask approvers: once it is decided each says who decided what and when, and has no button."""

import threading
from time import sleep
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection, select, text

from bot.billing import approval_messages, asking, deciding
from bot.core.context import Bot
from bot.routine import sweep
from bot.slack import messages as slack
from bot.slack.blocks import Message, actions, button
from playground.person import Person, Seen
from playground.slack.workspace import Workspace
from storage import approval_requests as request_rows
from storage import drafts as draft_rows
from storage import upkeep as upkeep_rows
from storage.people import KnownPerson
from storage.tables import approval_requests, people
from storage.tables import jobs as job_table
from tests.billing.deeds import RunJobs, edits, invoice, sends, states
from tests.billing.test_submitting import aylin_approves, called, leaves, made
from tests.conftest import FrozenClock, at_once

__all__ = ["aylin_approves"]
PATIENCE = 20
"""Seconds after which a test gives up that waits for another thread."""
BUTTONS = [actions(button("Approve and send", "approve"))]
ASKED = "Anna Admin asked you to approve an invoice: Acme GmbH, March 2026, €831.63 net."
GEBETEN = (
    "Anna Admin hat dich gebeten, eine Rechnung freizugeben: Acme GmbH, März 2026, 831,63\N{NO-BREAK SPACE}€ netto."
)


@pytest.fixture
def two_approve(aylin_approves: Person, finn: Person, bot: Bot) -> Person:
    """Finn, who reads German, is an approver too."""
    finn.types("/track hilfe")
    made(bot, "Finn Freelancer", "approver")
    return finn


@pytest.fixture
def asked(two_approve: Person, anna: Person, run_jobs: RunJobs) -> None:
    """Anna submitted the invoice for Acme, and both have the message."""
    invoice(anna)
    sends(anna)
    run_jobs()


def returns(who: Person, comment: str) -> None:
    """Press "Return …" in the newest message and say why."""
    label = next(each for each in who.dm[-1].buttons if each in ("Return …", "Zurückgeben …"))
    who.dm[-1].click(label)
    who.modal.fill({"Return …": "What has to be different"}.get(label, "Was anders sein muss"), comment)
    sends(who)


def says(seen: Seen, *said: str) -> None:
    """Nothing is left to press, and it says all of this."""
    assert seen.buttons == []
    for each in said:
        assert each in seen.plain()


def submitted_again_while_slack_refuses(anna: Person, aylin: Person, workspace: Workspace, run_jobs: RunJobs) -> Seen:
    """Anna takes it back and submits it again, but Slack does not change Aylin's first message, which is the answer."""
    old = aylin.dm[-1]
    invoice(anna).click("Take back")
    workspace.fail_next("chat.update", status=404, times=2)
    run_jobs()
    assert old.buttons
    invoice(anna)
    sends(anna)
    run_jobs()
    return old


def left(bot: Bot) -> list[str]:
    """The messages that still ask, and the jobs that still have to change one."""
    with bot.database.read() as db:
        requests = [f"request {each}" for each in db.execute(select(approval_requests.c.id)).scalars()]
        kinds = ("ask_approver", "close_request")
        return requests + list(db.execute(select(job_table.c.key).where(job_table.c.kind.in_(kinds))).scalars())


# What each reads


def test_all_read_who_approved_it_and_when_in_their_own_language(
    asked: None, aylin: Person, finn: Person, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    clock.forward_by(minutes=5)
    aylin.dm[-1].click("Approve and send")
    mine, theirs = aylin.dm[-1], finn.dm[-1]
    run_jobs()
    says(mine, ASKED, "✅ You approved this: Mar 10, 2026, 5:05 AM.")
    says(theirs, GEBETEN, "✅ Aylin Approver hat das freigegeben: 10. März 2026, 10:05.")
    assert left(bot) == []


def test_who_approves_it_in_the_invoice_reads_it_in_their_message_too(
    asked: None, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    mine, theirs = aylin.dm[-1], finn.dm[-1]
    mine.click("Open the invoice …")
    sends(aylin)
    run_jobs()
    says(mine, ASKED, "✅ You approved this:")
    says(theirs, "✅ Aylin Approver hat das freigegeben:")


def test_all_read_who_returned_it_and_what_was_said(
    asked: None, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    mine, theirs = finn.dm[-1], aylin.dm[-1]
    returns(finn, "Bitte <kürzer> & *ohne* Fahrt")
    run_jobs()
    says(mine, "↩️ Du hast das zurückgegeben: 10. März 2026, 10:00. „Bitte <kürzer> & *ohne* Fahrt“")
    says(theirs, "↩️ Finn Freelancer returned this: Mar 10, 2026, 5:00 AM. “Bitte <kürzer>")
    assert left(bot) == []


def test_all_read_that_it_was_taken_back(
    asked: None, anna: Person, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    invoice(anna).click("Take back")
    run_jobs()
    again = "If it is submitted again, you get another message."
    says(aylin.dm[-1], ASKED, "✋ Anna Admin took this back: Mar 10, 2026, 5:00 AM.", again)
    says(finn.dm[-1], GEBETEN, "✋ Anna Admin hat das zurückgenommen:", "bekommst du eine neue Nachricht.")


def test_all_read_that_somebody_changed_it_in_the_invoice(
    asked: None, anna: Person, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    aylins, finns = aylin.dm[-1], finn.dm[-1]
    aylins.click("Open the invoice …")
    edits(aylin, description="Something else").submit()
    run_jobs()
    says(aylins, "⚠️ This is void, for it changed since it was submitted: Mar 10, 2026, 5:00 AM.")
    says(finns, "⚠️ Das ist ungültig, denn es hat sich geändert, seit es eingereicht wurde:")


def test_who_pressed_what_had_changed_keeps_reading_what_changed_and_the_other_reads_that_it_is_void(
    asked: None, anna: Person, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.types("/track log 30m acme app yesterday: forgotten")
    aylins, finns = aylin.dm[-1], finn.dm[-1]
    aylins.click("Approve and send")
    run_jobs()
    assert "• App: new: Mar 9, 2026 · 0:30 h · forgotten" in aylins.plain()
    assert aylins.buttons == ["Open the invoice …"]
    says(finns, "⚠️ Das ist ungültig")
    assert left(bot) == []


def test_all_read_that_its_customer_was_merged(
    asked: None, anna: Person, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.modal.close()
    with bot.change(called(bot, "Anna Admin")) as merging:
        upkeep_rows.merge_customers(merging, ours=1, theirs=2)
    for _ in range(2):
        sweep.sweep(bot)
        run_jobs()
    says(aylin.dm[-1], "⚠️ This is void: Mar 10, 2026, 5:00 AM. Its customer was merged")
    says(finn.dm[-1], "Der Kunde wurde mit einem anderen zusammengelegt")
    assert left(bot) == []


# Submitted again


def test_what_is_submitted_again_is_asked_in_new_messages_and_the_old_ones_stay_decided(
    asked: None, anna: Person, aylin: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    old = aylin.dm[-1], finn.dm[-1]
    returns(aylin, "Shorter")
    run_jobs()
    before = [each.plain() for each in old]
    invoice(anna)
    sends(anna)
    run_jobs()
    new = aylin.dm[-1], finn.dm[-1]
    assert [each.plain() for each in old] == before
    assert "Approve and send" in new[0].buttons
    assert "Freigeben und senden" in new[1].buttons
    new[1].click("Freigeben und senden")
    run_jobs()
    assert [each.plain() for each in old] == before
    says(new[0], "✅ Finn Freelancer approved this:")
    says(new[1], "✅ Du hast das freigegeben:")


@pytest.mark.expects_errors
def test_an_old_message_that_slack_did_not_change_before_says_what_became_of_its_own_submission(
    asked: None, anna: Person, aylin: Person, workspace: Workspace, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    old = submitted_again_while_slack_refuses(anna, aylin, workspace, run_jobs)
    new = aylin.dm[-1]
    clock.forward_by(minutes=2)
    run_jobs()
    says(old, "✋ Anna Admin took this back: Mar 10, 2026, 5:00 AM.")
    assert "Approve and send" in new.buttons


# Slack in trouble


@pytest.mark.expects_errors
def test_while_slack_is_down_it_is_tried_until_each_message_says_it(
    asked: None, aylin: Person, finn: Person, workspace: Workspace, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    mine, theirs = aylin.dm[-1], finn.dm[-1]
    mine.click("Open the invoice …")
    sends(aylin)
    for _ in range(20):  # more often than a job is usually tried
        workspace.fail_next("chat.update", status=404, times=2)
        run_jobs()
        clock.forward_by(hours=2)
    assert mine.buttons
    assert theirs.buttons
    run_jobs()
    says(mine, "✅ You approved this: Mar 10, 2026, 5:00 AM.")
    says(theirs, "✅ Aylin Approver hat das freigegeben:")
    assert left(bot) == []


@pytest.mark.parametrize("gone", ["message", "person"])
def test_a_message_that_was_deleted_or_whose_reader_left_is_no_failure_and_the_others_are_changed(
    asked: None,
    aylin: Person,
    finn: Person,
    anna: Person,
    workspace: Workspace,
    bot: Bot,
    run_jobs: RunJobs,
    gone: str,
) -> None:
    mine = aylin.dm[-1]
    if gone == "message":
        with workspace.change():
            workspace.remove(workspace.messages(finn.id, workspace.dm(finn.id).id)[-1])
    else:
        leaves(anna, run_jobs, "Finn Freelancer")
    mine.click("Approve and send")
    run_jobs()
    says(mine, "✅ You approved this:")
    assert left(bot) == []


@pytest.mark.parametrize(
    "code", ["message_not_found", "channel_not_found", "cant_update_message", "edit_window_closed"]
)
def test_what_slack_will_never_change_is_not_tried_again(
    asked: None, aylin: Person, bot: Bot, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(**_: object) -> None:
        raise SlackApiError(code, {"ok": False, "error": code})

    aylin.dm[-1].click("Approve and send")
    monkeypatch.setattr(bot.slack, "chat_update", refuse)
    run_jobs()
    assert left(bot) == []


# Jobs that run twice, or late


@pytest.fixture
def updates(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages that were put in the place of earlier ones, by where they stand."""
    done, update_one = list[str](), slack.update

    def counting(client: WebClient, channel: str, ts: str, message: Message) -> None:
        done.append(f"{channel} {ts}")
        update_one(client, channel, ts, message)

    monkeypatch.setattr(slack, "update", counting)
    return done


def test_each_message_is_changed_once_however_often_the_jobs_run(
    asked: None, aylin: Person, bot: Bot, run_jobs: RunJobs, updates: list[str]
) -> None:
    with bot.database.read() as db:
        requests = list(db.execute(select(approval_requests.c.id)).scalars())
    aylin.dm[-1].click("Approve and send")
    run_jobs()
    for each in requests:  # a process that died after its commit leaves the job to another one
        approval_messages.close_request(bot, each)
    assert len(updates) == len(set(updates)) == 2


def test_nothing_is_changed_while_it_waits(asked: None, aylin: Person, bot: Bot, updates: list[str]) -> None:
    approval_messages.close_request(bot, 1)
    assert updates == []
    assert "Approve and send" in aylin.dm[-1].buttons


def test_who_was_asked_already_is_asked_once(asked: None, aylin: Person, bot: Bot, run_jobs: RunJobs) -> None:
    before = len(aylin.dm)
    with bot.database.read() as db:
        submission = request_rows.newest_submission(db, 1)
        (person_id,) = db.execute(select(people.c.id).where(people.c.name == "Aylin Approver")).scalars()
    approval_messages.post_request(bot, 1, submission, person_id, {"text": "again"})
    assert len(aylin.dm) == before


def puts_requests(anna: Person, bot: Bot) -> None:
    """Anna submits the invoice, and the jobs are put that ask each approver, and wait."""
    invoice(anna)
    sends(anna)
    with bot.database.read() as db:
        draft = draft_rows.draft_of_job(db, 1)
    assert draft.submitted_at
    asking.ask(bot, 1, draft.sealed, draft.submitted_at.isoformat())


def test_whoever_was_not_asked_before_it_was_decided_is_not_asked_any_more(
    two_approve: Person, anna: Person, aylin: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    puts_requests(anna, bot)
    deciding.withdraw(bot, called(bot, "Anna Admin"), 1)
    before = len(aylin.dm), len(two_approve.dm)
    run_jobs()
    assert (len(aylin.dm), len(two_approve.dm)) == before
    assert left(bot) == []


def test_a_message_that_is_posted_while_somebody_decides_loses_its_buttons(
    two_approve: Person, anna: Person, aylin: Person, bot: Bot, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts_requests(anna, bot)
    post = slack.send
    decide = iter([lambda: deciding.withdraw(bot, called(bot, "Anna Admin"), 1)])

    def slowly(client: WebClient, person: KnownPerson, message: Message) -> tuple[str, str] | None:
        sent = post(client, person, message)
        for each in decide:
            each()
        return sent

    monkeypatch.setattr(slack, "send", slowly)
    run_jobs()
    asked = [each for who in (aylin, two_approve) for each in who.dm if "Acme GmbH" in each.plain()]
    assert len(asked) == 1  # the other one was not asked any more
    says(asked[0])
    assert left(bot) == []


def test_after_a_death_before_it_was_noted_a_second_message_asks_and_the_first_says_when_pressed_what_became_of_it(
    two_approve: Person, anna: Person, aylin: Person, bot: Bot, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts_requests(anna, bot)
    to_aylin = job_table.c.key.like(f"ask_approver:%:{called(bot, 'Aylin Approver').person_id}")
    with bot.database.read() as db:
        asking_aylin = db.execute(select(job_table.c.args).where(to_aylin)).scalar_one()

    def die(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(request_rows, "note_asked", die)
        with pytest.raises(KeyboardInterrupt):
            approval_messages.post_request(bot, **asking_aylin)
    run_jobs()
    first, second = aylin.dm[-2:]
    assert "Approve and send" in first.buttons
    assert "Approve and send" in second.buttons
    two_approve.dm[-1].click("Freigeben und senden")
    run_jobs()
    says(second, "✅ Finn Freelancer approved this:")
    before = states(bot)
    first.click("Approve and send")
    assert "Finn Freelancer approved this already" in aylin.dm[-1].plain()
    assert states(bot) == before


def waits_for_another(bot: Bot) -> bool:
    """Whether a transaction waits for what another one holds. On SQLite each waits before it begins."""
    if bot.database.is_sqlite:
        return True
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with bot.database.read() as db:
        return db.execute(text(waiting)).first() is not None


def once_over_or_held_up(bot: Bot, other: threading.Event) -> None:
    """Let another transaction go on until it is over, or waits for this one."""
    for _ in range(100 * PATIENCE):
        if other.is_set() or waits_for_another(bot):
            return
        sleep(0.01)
    raise AssertionError("the other transaction neither ends nor waits")


def posted_and_decided(bot: Bot, *, after: threading.Event, posted: threading.Event, decided: threading.Event) -> None:
    """Aylin is asked, and `after` something of that was done Anna takes it back; each says when it is over."""
    with bot.database.read() as db:
        submission = request_rows.newest_submission(db, 1)
    aylin = called(bot, "Aylin Approver").person_id

    def post() -> None:
        approval_messages.post_request(bot, 1, submission, aylin, {"text": "Approve this", "blocks": BUTTONS})
        posted.set()

    def decide() -> None:
        assert after.wait(PATIENCE)
        deciding.withdraw(bot, called(bot, "Anna Admin"), 1)
        decided.set()

    assert at_once(post, decide) == [None, None]


def assert_none_has_buttons(bot: Bot, *approvers: Person) -> None:
    """Nothing is left to do, and whoever was asked has nothing to press."""
    assert states(bot) == ["open"]
    asked = [each for who in approvers for each in who.dm if "Acme GmbH" in each.plain()]
    assert [each.buttons for each in asked] == [[]]  # the other one was not asked any more
    assert left(bot) == []


def test_where_a_decision_looked_for_messages_before_one_was_noted_that_one_loses_its_buttons(
    two_approve: Person, anna: Person, aylin: Person, bot: Bot, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts_requests(anna, bot)
    in_slack, looked, posted, decided = (threading.Event() for _ in range(4))
    send, asked_for = slack.send, request_rows.asked_for

    def send_first(client: WebClient, person: KnownPerson, message: Message) -> tuple[str, str] | None:
        sent = send(client, person, message)
        in_slack.set()
        assert looked.wait(PATIENCE)
        return sent

    def look_first(db: Connection, draft_id: int) -> list[request_rows.Asked]:
        found = asked_for(db, draft_id)
        looked.set()
        once_over_or_held_up(bot, posted)
        return found

    monkeypatch.setattr(slack, "send", send_first)
    monkeypatch.setattr(request_rows, "asked_for", look_first)
    posted_and_decided(bot, after=in_slack, posted=posted, decided=decided)
    run_jobs()
    assert_none_has_buttons(bot, aylin, two_approve)


def test_where_a_message_is_noted_that_looked_for_a_decision_before_it_was_made_it_loses_its_buttons(
    two_approve: Person, anna: Person, aylin: Person, bot: Bot, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts_requests(anna, bot)
    noted, posted, decided = (threading.Event() for _ in range(3))
    note_asked, find_decision = request_rows.note_asked, request_rows.find_decision

    def note(*where: Any, **posted_as: Any) -> int:
        asked = note_asked(*where, **posted_as)
        noted.set()
        return asked

    def look_first(db: Connection, draft_id: int, submission: int) -> request_rows.Decision | None:
        found = find_decision(db, draft_id, submission)
        if noted.is_set():
            once_over_or_held_up(bot, decided)
        return found

    monkeypatch.setattr(request_rows, "note_asked", note)
    monkeypatch.setattr(request_rows, "find_decision", look_first)
    posted_and_decided(bot, after=noted, posted=posted, decided=decided)
    run_jobs()
    assert_none_has_buttons(bot, aylin, two_approve)


@pytest.mark.expects_errors
def test_an_old_message_that_slack_did_not_change_yet_is_changed_also_where_a_later_one_was_pressed_in_vain(
    asked: None, anna: Person, aylin: Person, workspace: Workspace, clock: FrozenClock, bot: Bot, run_jobs: RunJobs
) -> None:
    old = submitted_again_while_slack_refuses(anna, aylin, workspace, run_jobs)
    anna.modal.close()
    anna.types("/track log 30m acme app yesterday: forgotten")
    aylin.dm[-1].click("Approve and send")
    assert "is void, for it changed since" in aylin.dm[-1].plain()
    clock.forward_by(minutes=2)
    run_jobs()
    says(old, "✋ Anna Admin took this back: Mar 10, 2026, 5:00 AM.")
    assert "• App: new: Mar 9, 2026 · 0:30 h · forgotten" in aylin.dm[-1].plain()
    assert left(bot) == []
