"""A report leaves the private space only by choice: to one channel, seen before, without money unless chosen."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core.context import Bot
from bot.reports import sharing
from playground.person import Modal, Person, Seen
from playground.slack.state import Answer
from playground.slack.workspace import Workspace
from storage.tables import audits, workspaces
from tests.deeds import forge


@pytest.fixture
def worked(projects: None, bot: Bot, anna: Person) -> None:
    """Two hours of Anna's that cost €160."""
    with bot.database.write() as db:
        db.execute(update(workspaces).values(rate_cents=8000))
    anna.types("/track log 7-9 acme website design: a secret --private")


def opened(who: Person, typed: str = "/track report") -> Modal:
    """The form below a report."""
    who.types(typed)
    who.clicks("Share …" if "Share …" in who.last.buttons else "Teilen …")
    return who.modal


def channel(workspace: Workspace, who: Person, name: str) -> list[Seen]:
    """What everybody sees in a channel."""
    (there,) = (each for each in workspace.channels(who.id) if each.name == name)
    return [Seen(who, message) for message in workspace.messages(who.id, there.id) if not message.only_for]


def recorded(bot: Bot) -> list[Any]:
    with bot.database.read() as db:
        query = select(audits.c.action, audits.c.person_id, audits.c.after).where(audits.c.subject == "workspace")
        return [tuple(row) for row in db.execute(query.order_by(audits.c.id)) if "report" in row.action]


def test_everybody_in_the_channel_reads_what_the_form_showed(
    worked: None, anna: Person, finn: Person, workspace: Workspace
) -> None:
    form = opened(anna)
    assert form.value("Channel") == workspace.channels(anna.id)[0].id
    assert "2:00 h" in form.text
    form.submit()
    (message,) = channel(workspace, finn, "general")
    assert "Acme GmbH" in message.plain()
    assert "Shared by Anna Admin" in message.plain()
    assert message.text.startswith("Shared by Anna Admin: March 2026: 2:00 h")
    assert message.buttons == []
    assert message.pings == ()


def test_it_says_whose_time_it_is_by_name(worked: None, anna: Person, workspace: Workspace) -> None:
    opened(anna).submit()
    (message,) = channel(workspace, anna, "general")
    assert "own time" not in message.plain()
    assert "Anna Admin" in message.plain().split("\n")[1]


def test_money_is_posted_by_choice_alone(worked: None, anna: Person, workspace: Workspace) -> None:
    form = opened(anna)
    assert "€160.00" in anna.last.plain()
    assert "€" not in form.text
    form.submit()
    form.close()
    form = opened(anna)
    form.fill("Money", ["With amounts"])
    assert "€160.00" in form.text
    form.submit()
    without, with_amounts = channel(workspace, anna, "general")
    assert "€" not in without.plain() + without.text
    assert "€160.00" in with_amounts.plain()


def test_members_share_their_time_and_see_no_money(worked: None, finn: Person, workspace: Workspace) -> None:
    finn.types("/track buche 7-8 acme website")
    form = opened(finn, "/track bericht")
    assert "Mit Beträgen" not in form.text
    form.submit()
    (message,) = channel(workspace, finn, "general")
    assert "Geteilt von Finn Freelancer" in message.plain()
    assert "€" not in message.plain()


def test_only_who_shared_it_sees_that_it_is_there_and_takes_it_back(
    worked: None, anna: Person, finn: Person, workspace: Workspace, bot: Bot
) -> None:
    opened(anna).submit()
    assert "Posted in #general." in anna.modal.text
    assert "Open the message" in anna.modal.text
    assert not finn.sees_modal
    anna.modal.click("Undo")
    assert "The message is deleted." in anna.modal.text
    assert channel(workspace, finn, "general") == []
    assert [action for action, *_ in recorded(bot)] == ["share report", "report shared", "take report back"]


def test_the_audit_knows_who_shared_what_where_before_it_leaves(
    worked: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    workspace.fail_next("chat.postMessage", status=500)
    opened(anna).submit()
    ((action, person_id, after),) = recorded(bot)
    assert (action, person_id, after["amounts"]) == ("share report", 1, False)
    assert after["channel"] == workspace.channels(anna.id)[0].id
    assert "2026-03-01" in after["report"]


def test_it_is_posted_once_however_often_it_is_sent(worked: None, anna: Person, workspace: Workspace) -> None:
    opened(anna).submit()
    workspace.repeat()
    anna.waits()
    assert len(channel(workspace, anna, "general")) == 1


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_channel_that_takes_nothing_says_what_to_do_and_nothing_is_lost(
    worked: None, anna: Person, workspace: Workspace, is_archived: bool
) -> None:
    there = workspace.add_channel("board", bot_is_member=is_archived)
    form = opened(anna)
    form.fill("Money", ["With amounts"])
    form.fill("Channel", "board")
    if is_archived:
        workspace.archive(anna.id, there.id)
    form.submit()
    said = "This channel is archived." if is_archived else "Type /invite @Trackomat there"
    assert said in anna.modal.text
    assert anna.modal.value("Money") == ["With amounts"]
    anna.modal.fill("Channel", "general")
    anna.modal.submit()
    assert "€160.00" in channel(workspace, anna, "general")[0].plain()


def test_a_channel_that_others_read_is_not_offered_and_not_posted_to(
    worked: None, anna: Person, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = opened(anna)
    monkeypatch.setattr("bot.slack.sharing.is_read_outside", lambda _: True)
    form.submit()
    assert "People of other organisations read this channel" in anna.modal.text
    assert channel(workspace, anna, "general") == []


@pytest.mark.parametrize(
    "code", ["restricted_action", "ratelimited", "msg_too_long", "no_permission", "channel_is_new"]
)
def test_whatever_else_slack_refuses_has_a_sentence(code: str) -> None:
    assert sharing._refused(code).message.startswith("Slack ")


def test_without_an_answer_nobody_is_sent_to_post_it_twice(worked: None, anna: Person, workspace: Workspace) -> None:
    workspace.fail_next("chat.postMessage", status=500)
    opened(anna).submit()
    assert "look there before you share it again" in anna.modal.text
    assert anna.modal.view.submit == "Post"


def test_the_form_that_is_under_way_is_not_sent_again(
    worked: None, anna: Person, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Callable[[], Any]] = []
    monkeypatch.setattr("bot.reports.screens._post", lambda *_: kept)
    form = opened(anna)
    form.submit()
    assert "It is being posted." in form.text
    form.submit()
    assert form.errors == {"Channel": "It is being posted."}


def test_nobody_takes_back_what_another_shared(worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    opened(anna).submit()
    with bot.database.read() as db:
        change_id = db.execute(select(audits.c.id).where(audits.c.action == "report shared")).scalar_one()
    finn.types("/track buche 7-8 acme website")
    opened(finn, "/track bericht").submit()
    forge(finn.modal, "Rückgängig", str(change_id))
    finn.modal.click("Rückgängig")
    assert "Hier gibt es nichts" in finn.modal.text


@pytest.mark.parametrize("refused", [False, True])
def test_the_channel_gets_a_table_where_slack_takes_one_and_the_same_in_words_where_not(
    worked: None, anna: Person, workspace: Workspace, refused: bool
) -> None:
    workspace.refusal = None
    form = opened(anna)
    workspace.refusal = Answer(400, "invalid_blocks") if refused else None
    form.submit()
    (message,) = channel(workspace, anna, "general")
    kinds = [block["type"] for block in message.surface.blocks]
    assert ("data_table" in kinds) is not refused
    assert message.text.startswith("Shared by Anna Admin: March 2026: 2:00 h")
    assert message.buttons == []
    assert kinds[-1] == "context"
