"""Each kind of answer is seen where the person is; and whatever a listener does, Slack gets its ack."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from bot.core.context import Bot
from bot.core.errors import UserError
from bot.slack.answers import NOTHING, Answers, Errors, Eventually, Options, Publish, Refresh, Say, Show, Update
from bot.slack.blocks import message, modal, option, section
from bot.slack.listeners import Listener, Listeners
from bot.slack.request import Request
from playground.person import Person
from playground.slack.workspace import Workspace

HELLO = Say(message("Hello"))
WINDOW = modal("window", "A window", [section("Hello")], close="Close")

Script = dict[str, Any]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """What listeners to clicks, forms and menus return from now on; empty: what they should."""
    scripted: Script = {}
    original = Listeners._answering

    def answering(self: Listeners, listener: Listener) -> Callable[..., Any]:
        def answer(bot: Bot, request: Request) -> Answers:
            if "request" in scripted:
                scripted["request"].append(request)
            return scripted["answer"] if "answer" in scripted else listener(bot, request)

        return original(self, answer)

    monkeypatch.setattr(Listeners, "_answering", answering)
    return scripted


@pytest.fixture
def started(script: Script, projects: None, anna: Person) -> Person:
    """Anna, with a timer and its message before her."""
    anna.types("/track start acme website")
    return anna


@pytest.fixture
def editing(script: Script, projects: None, anna: Person) -> Person:
    """Anna, in the form of an entry."""
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    return anna


# After a click


def test_what_is_said_to_a_click_stands_below_its_message(started: Person, script: Script) -> None:
    script["answer"] = HELLO
    before = started.last
    before.click("Stop")
    assert started.last.plain() == "Hello"
    assert "has been running" in before.plain()


def test_what_is_said_instead_stands_in_its_place(started: Person, script: Script) -> None:
    script["answer"] = HELLO.instead()
    before = started.last
    before.click("Stop")
    assert before.plain() == "Hello"


def test_what_is_said_in_a_modal_stands_in_its_place(editing: Person, script: Script) -> None:
    script["answer"] = HELLO
    editing.modal.click("Split …")
    assert (editing.modal.title, editing.modal.plain()) == ("Edit entry", "Hello")


def test_what_is_said_in_the_home_stands_in_a_modal_over_it(started: Person, script: Script) -> None:
    home = started.opens_home()
    script["answer"] = HELLO
    home.click("Stop")
    assert (started.modal.title, started.modal.plain()) == ("Trackomat", "Hello")


def test_a_modal_is_shown_on_top_of_what_is_open(editing: Person, started: Person, script: Script) -> None:
    script["answer"] = Show(WINDOW)
    editing.modal.click("Split …")
    assert editing.modal.title == "A window"
    editing.modal.close()
    assert editing.modal.title == "Edit entry"


def test_a_modal_is_shown_alone_where_none_is_open(started: Person, script: Script) -> None:
    script["answer"] = Show(WINDOW)
    started.clicks("Stop")
    assert started.modal.title == "A window"
    started.modal.close()
    assert not started.sees_modal


def test_an_update_takes_the_place_of_the_modal(editing: Person, script: Script) -> None:
    script["answer"] = Update(WINDOW)
    editing.modal.click("Split …")
    assert editing.modal.title == "A window"
    editing.modal.close()
    assert not editing.sees_modal


def test_an_update_of_nothing_is_a_modal_of_its_own(started: Person, script: Script) -> None:
    script["answer"] = Update(WINDOW)
    started.clicks("Stop")
    assert started.modal.title == "A window"


def test_the_home_is_published(started: Person, script: Script) -> None:
    script["answer"] = Publish({"type": "home", "blocks": [section("Hello")]})
    started.clicks("Stop")
    assert started.home.plain() == "Hello"


def test_several_answers_are_all_shown(started: Person, script: Script) -> None:
    script["answer"] = [HELLO, Show(WINDOW)]
    started.clicks("Stop")
    assert started.last.plain() == "Hello"
    assert started.modal.title == "A window"


# After a submission


def test_an_update_after_a_submission_takes_its_place(editing: Person, script: Script) -> None:
    script["answer"] = Update(WINDOW)
    editing.modal.submit()
    assert editing.modal.title == "A window"
    editing.modal.close()
    assert not editing.sees_modal


def test_a_modal_after_a_submission_stands_on_top_of_the_form(editing: Person, script: Script) -> None:
    script["answer"] = Show(WINDOW)
    editing.modal.submit()
    assert editing.modal.title == "A window"
    editing.modal.close()
    assert editing.modal.title == "Edit entry"


def test_errors_stand_at_their_fields(editing: Person, script: Script) -> None:
    script["answer"] = Errors({"note": "Too short", "tags": "Too many"})
    editing.modal.submit()
    assert editing.modal.errors == {"Note": "Too short", "Tags": "Too many"}


def test_nothing_after_a_submission_closes_the_form(editing: Person, script: Script) -> None:
    script["answer"] = NOTHING
    editing.modal.submit()
    assert not editing.sees_modal


def test_an_older_message_is_brought_up_to_date(started: Person, script: Script) -> None:
    script |= {"answer": NOTHING, "request": []}
    first = started.last
    first.click("Stop")
    script["answer"] = Refresh(message("Hello", replace=True), script["request"][0].response_url)
    started.types("/track start shop")
    started.clicks("Stop")
    assert first.plain() == "Hello"
    assert "Shop has been running" in started.last.plain()


def test_an_older_message_that_slack_no_longer_changes_stays_as_it_is(
    started: Person, script: Script, workspace: Workspace
) -> None:
    script |= {"answer": NOTHING, "request": []}
    started.clicks("Stop")
    workspace.deadlines = replace(workspace.deadlines, response_url=0)
    script["answer"] = Refresh(message("Hello", replace=True), script["request"][0].response_url)
    started.clicks("Stop")
    assert "has been running" in started.last.plain()
    assert started.dm == []
    assert [violation.text for violation in workspace.violations] == ["a response_url lives 0 s"]
    workspace.violations.clear()


# Menus


def test_a_menu_offers_its_options(editing: Person, script: Script) -> None:
    script["answer"] = Options([option("One", "1"), option("Two", "2")])
    assert editing.modal.options("Project") == ["One", "Two"]


def test_a_menu_may_offer_nothing(editing: Person, script: Script) -> None:
    script["answer"] = Options()
    assert editing.modal.options("Project") == []


# What comes later


def test_what_takes_longer_is_shown_once_it_is_there(editing: Person, script: Script) -> None:
    coming: Future[Answers] = Future()
    script["answer"] = [Update(WINDOW), Eventually(coming)]
    editing.modal.submit()
    assert editing.modal.plain() == "Hello"
    coming.set_result(Update(modal("later", "Later", [section("There it is")], close="Close")))
    editing.waits()
    assert editing.modal.plain() == "There it is"


@pytest.mark.expects_errors
def test_what_takes_longer_and_fails_is_told_with_a_number(editing: Person, script: Script) -> None:
    coming: Future[Answers] = Future()
    script["answer"] = [Update(WINDOW), Eventually(coming)]
    editing.modal.submit()
    coming.set_exception(ValueError("secret"))
    editing.waits()
    assert re.search(r"error E-[0-9A-F]{6}", editing.dm[-1].plain())
    assert "secret" not in editing.dm[-1].plain()


@pytest.mark.expects_errors
def test_an_answer_that_cannot_be_shown_there_is_an_error_of_ours(started: Person, script: Script) -> None:
    script["answer"] = Options([option("One", "1")])
    started.clicks("Stop")
    assert re.search(r"error E-[0-9A-F]{6}", started.dm[-1].plain())


@pytest.mark.expects_errors
def test_what_waited_too_long_for_a_thread_is_told_in_a_message(
    started: Person, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.showing.SHOWN_WITHIN", 0)
    script["answer"] = HELLO
    started.clicks("Stop")
    assert "Slack did not show my answer" in started.dm[-1].plain()


@pytest.mark.parametrize("reader", ["Anna Admin", "Finn Freelancer"])
@pytest.mark.parametrize("typed", ["settings", "new", "edit", "split", "invoice", ""])
def test_a_window_that_slack_does_not_open_can_be_asked_for_again(
    projects: None, anna: Person, finn: Person, workspace: Workspace, reader: str, typed: str
) -> None:
    who = {"Anna Admin": anna, "Finn Freelancer": finn}[reader]
    who.types("/track log 8-9 acme website")
    workspace.fail_next("views.open")
    answer = who.types(f"/track {typed}")
    if typed == "invoice" and who is finn:
        return  # whoever does not bill gets no window
    assert answer is not None
    assert (
        answer.plain()
        == {
            anna: "Slack did not open the window. Please try again.",
            finn: "Slack hat das Fenster nicht geöffnet. Bitte versuch es noch einmal.",
        }[who]
    )
    who.types(f"/track {typed}")
    assert who.sees_modal


def test_a_window_over_another_or_over_the_home_that_is_not_opened_can_be_asked_for_again(
    projects: None, anna: Person, workspace: Workspace
) -> None:
    anna.types("/track log 8-9 acme website")
    workspace.fail_next("views.open")
    anna.clicks("Edit …")
    assert anna.last.plain() == "Slack did not open the window. Please try again."
    workspace.fail_next("views.open")
    anna.home.click("Settings …")
    assert anna.dm[-1].plain() == "Slack did not open the window. Please try again."


# The ack


def test_no_listener_can_forget_to_ack(editing: Person, script: Script, workspace: Workspace) -> None:
    """The workspace complains about each request that is not acked."""
    script["answer"] = NOTHING
    editing.modal.options("Project")
    editing.modal.click("Split …")
    editing.modal.submit()
    editing.uses("Track time")
    editing.clicks("Edit …")
    workspace.wait_idle()
    assert [violation.text for violation in workspace.violations] == []
    assert not editing.sees_modal


@pytest.mark.expects_errors
def test_a_listener_that_returns_nothing_at_all_is_answered_for(started: Person, script: Script) -> None:
    script["answer"] = None
    started.clicks("Stop")
    assert re.search(r"error E-[0-9A-F]{6}", started.last.plain())


def test_what_was_to_be_shown_is_not_when_the_listener_fails_after_all(
    started: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_values: object) -> None:
        raise UserError("Not now")

    monkeypatch.setattr("bot.tracking.timers.stop_entry", refuse)
    started.clicks("Stop")
    assert started.last.plain() == "Not now"
