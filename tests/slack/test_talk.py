"""Talking to the bot: the words of /track as messages to it, and where it is mentioned."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from bot.core.context import Bot
from playground.person import Person, Seen
from playground.slack.state import Message
from playground.slack.workspace import Workspace
from storage.tables import entries, people, questions
from tests.deeds import count, everything, only
from tests.talking import wrote, wrote_as_slack_sends

# One set of phrases, one set of answers


@pytest.mark.parametrize(
    "typed",
    [
        "start acme website: kick-off",
        "log 2h acme website yesterday: review #call",
        "log 1h shop",
        "start acme",
        "start nothing like it",
        "log acme website",
        "log 25:61 acme",
        "list week",
        "status",
        "gaps",
        "help",
        "help log",
        "sturt acme",
        "settings",
        "new Zebra",
        "edit",
        "invoice acme",
        "stop",
        "undo",
        "tag #x",
        "note something",
    ],
)
def test_a_message_is_answered_as_the_command_is(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    anna.writes("status")  # told once what is read
    by_message = outcome(bot, anna, anna.writes(typed))
    forget(bot)
    assert outcome(bot, anna, anna.types(f"/track {typed}")) == by_message


@pytest.mark.parametrize("typed", ["rechnung acme", "verbinden", "verknüpfe acme website"])
def test_who_is_refused_by_message_hears_whom_to_ask(projects: None, anna: Person, finn: Person, typed: str) -> None:
    anna.types("/track status")  # the owner of the workspace is admin
    finn.writes("status")  # told once what is read
    answer = wrote(finn, typed)
    assert "Anna Admin" in answer
    assert answer == finn.types(f"/track {typed}").plain()  # type: ignore[union-attr]


def test_a_message_to_the_bot_starts_a_timer_and_its_buttons_work(projects: None, anna: Person, bot: Bot) -> None:
    assert "Acme GmbH › Website has been running since 10:00" in wrote(anna, "start acme website")
    assert only(bot).project == "Website"
    anna.clicks("Undo")
    assert count(bot) == 0
    assert "Undone" in anna.dm[-1].plain() or "Undone" in anna.dm[-2].plain()


def test_a_question_in_a_message_is_answered_by_a_click(projects: None, anna: Person, bot: Bot) -> None:
    assert "Several fit" in wrote(anna, "log 1h acme: review")
    anna.clicks("Acme GmbH › App")
    assert (only(bot).project, only(bot).note, only(bot).seconds) == ("App", "review", 3600)


def test_a_form_is_a_button_that_keeps_what_was_written(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track new Zebra Ltd")
    form = anna.modal.text
    anna.modal.close()
    assert "only after a click" in wrote(anna, "new Zebra Ltd")
    assert not anna.sees_modal
    anna.clicks(anna.dm[-1].buttons[0])
    assert anna.modal.text == form


@pytest.mark.parametrize("typed", ["invoice acme", "new Zebra Ltd", "settings", "catalog"])
def test_a_form_that_was_closed_is_opened_by_the_same_button_again(projects: None, anna: Person, typed: str) -> None:
    anna.types("/track log 1h acme website yesterday")
    offered = anna.writes(typed)
    assert offered
    for _ in range(3):
        offered.click(offered.buttons[0])
        assert anna.modal.title
        anna.modal.close()


def test_a_form_is_offered_however_much_was_written(projects: None, anna: Person) -> None:
    assert "only after a click" in wrote(anna, f"new {'Zebra ' * 490}")
    anna.clicks(anna.dm[-1].buttons[0])
    assert anna.modal.title


def test_a_mention_without_words_offers_the_form(projects: None, finn: Person, bot: Bot) -> None:
    answer = finn.mentions("")
    assert answer
    answer.click(answer.buttons[0])
    finn.modal.fill("Projekt", "Website")
    finn.modal.submit()
    assert only(bot).project == "Website"
    assert "Website läuft seit 10:00" in finn.last.plain()


def test_german_is_understood_in_messages_too(projects: None, finn: Person, bot: Bot) -> None:
    assert "Acme GmbH › Website · 2:00 h" in wrote(finn, "buche 2h gestern acme website: Durchsicht")
    assert only(bot).note == "Durchsicht"


WORDS = """
start stop log buche list undo status acme website app shop design #call 1h 90m 9-9:30 gestern yesterday 9:15 since seit
: review note tag what? é 🚀 „Shop“ “App” 1,5h continue switch edit split delete help --nb &
"""
TEXTS = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=7).map(" ".join)


@given(typed=st.lists(TEXTS, min_size=1, max_size=3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_texts_leave_the_same_rows_and_answers_by_command_and_by_message(
    projects: None, anna: Person, bot: Bot, typed: list[str]
) -> None:
    anna.writes("status")
    by_command = [outcome(bot, anna, anna.types(f"/track {text}")) for text in typed]
    forget(bot)
    by_message = [outcome(bot, anna, anna.writes(text)) for text in typed]
    forget(bot)
    assert by_message == by_command


def outcome(bot: Bot, who: Person, answer: Seen | None) -> tuple[list[Any], list[str]]:
    """The rows, and what was answered: a message, or a form, which a message offers as a button."""
    rows = [entry._replace(id=0) for entry in everything(bot)]
    if who.sees_modal:
        title = f"{who.modal.title} …"  # as the button that opens it after a message
        while who.sees_modal:
            who.modal.close()
        return rows, [title]
    assert answer
    if "only after a click" in answer.plain():
        return rows, [answer.buttons[0]]
    return rows, [*answer.plain().splitlines(), *answer.buttons]


def forget(bot: Bot) -> None:
    """As if nothing had been done; the audit, which only grows, is of another day."""
    with bot.database.write() as db:
        for rows in (questions, entries):
            db.execute(delete(rows))
        db.execute(update(people).values(knows_who_reads_notes=False))


# Where it is mentioned


def test_a_mention_is_answered_for_that_person_alone_and_at_top_level(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    answer = finn.mentions("start acme website")
    assert answer
    assert "Acme GmbH › Website läuft seit 10:00" in answer.plain()
    shown = answer.surface
    assert isinstance(shown, Message)
    assert (shown.only_for, shown.thread_ts) == (finn.id, "")
    assert all("Website" not in seen.plain() or seen.plain().startswith("@Trackomat") for seen in anna.messages)
    answer.click("Stopp")
    assert everything(bot) == []


@pytest.mark.parametrize(
    "text",
    [
        "@Trackomat log 1h acme website",
        "log 1h acme website @Trackomat",
        "log 1h @Trackomat acme website",
        "@Trackomat  *log 1h* acme website",
        "@Trackomat `log 1h acme website`",
        "@Trackomat _log_ 1h acme website",
        "@Trackomat /track log 1h acme website",
        "> @Trackomat log 1h acme website",
        "@Trackomat log 1h “acme” website",
    ],
)
def test_a_mention_may_stand_anywhere_and_marks_are_no_words(projects: None, finn: Person, bot: Bot, text: str) -> None:
    finn.mentions(text)
    assert (only(bot).project, only(bot).seconds, only(bot).note) == ("Website", 3600, "")


def test_in_a_thread_the_answer_stands_in_it_and_the_link_is_kept(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    answer = finn.mentions("log 2h acme website: repair", thread=problem)
    assert answer
    parent, shown = problem.surface, answer.surface
    assert isinstance(shown, Message)
    assert isinstance(parent, Message)
    assert shown.thread_ts == parent.ts
    entry = only(bot)
    link = f"https://demo.slack.com/archives/{finn.channel}/p"
    assert entry.source_link.startswith(link)
    assert entry.source_link.endswith(f"?thread_ts={parent.ts}&cid={finn.channel}")
    assert entry.source_text == "log 2h acme website: repair"


def test_in_a_thread_the_link_is_kept_through_questions_and_forms(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    finn.mentions("log 2h acme: repair", thread=problem)
    finn.clicks("Acme GmbH › App")
    (entry,) = everything(bot)
    assert "thread_ts=" in entry.source_link
    answer = finn.mentions("log acme website: more", thread=problem)
    assert answer
    answer.click(answer.buttons[0])
    finn.modal.fill("Dauer", "1h")
    finn.modal.submit()
    assert [bool(entry.source_link) for entry in everything(bot)] == [True, True]


@pytest.mark.parametrize(
    ("typed", "clicked"),
    [
        ("log 13h acme website gestern: repair", ["Ja, eintragen"]),
        ("log 2h acme website kickoff", ["Acme GmbH › Website · Notiz: kickoff"]),
        ("log 8-9 acme website: repair", ["Nur die freie Zeit: 08:30–09:00"]),
        ("log 7:30-9 acme: repair", ["Acme GmbH › App", "Nur die freie Zeit: 07:30–08:00, 08:30–09:00"]),
        ("log 13h acme gestern: repair", ["Acme GmbH › App", "Ja, eintragen"]),
    ],
)
def test_in_a_thread_the_link_is_kept_through_every_question(
    projects: None, anna: Person, finn: Person, bot: Bot, typed: str, clicked: list[str]
) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    finn.types("/track buche 8:00-8:30 shop")
    finn.mentions(typed, thread=problem)
    assert count(bot) == 1
    for label in clicked:
        finn.clicks(label)
    kept = [entry for entry in everything(bot) if entry.customer == "Acme GmbH"]
    assert {("thread_ts=" in entry.source_link, entry.source_text) for entry in kept} == {(True, typed)}


def test_in_a_thread_the_link_is_kept_through_the_form_that_answers_a_question(
    projects: None, anna: Person, finn: Person, bot: Bot
) -> None:
    anna.types("The start page is broken")
    finn.mentions("log 13h acme website gestern: repair", thread=anna.last)
    finn.clicks("Im Formular ändern …")
    finn.modal.fill("Dauer", "3h")
    finn.modal.submit()
    assert only(bot).seconds == 3 * 3600
    assert "thread_ts=" in only(bot).source_link


def test_a_mention_at_top_level_keeps_no_link(projects: None, finn: Person, bot: Bot) -> None:
    finn.mentions("log 2h acme website")
    assert (only(bot).source_text, only(bot).source_link) == ("", "")


def test_a_reply_in_the_direct_messages_is_answered_below_it_and_keeps_no_link(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.writes("status")
    answer = anna.writes("log 2h acme website", thread=anna.dm[0])
    assert answer
    parent, shown = anna.dm[0].surface, answer.surface
    assert isinstance(shown, Message)
    assert isinstance(parent, Message)
    assert shown.thread_ts == parent.ts
    assert only(bot).source_link == ""


def test_a_click_in_a_thread_is_answered_in_it(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("The start page is broken")
    problem = anna.last
    finn.mentions("log 1h acme website", thread=problem)
    finn.clicks("Rückgängig")
    parent, shown = problem.surface, finn.last.surface
    assert isinstance(shown, Message)
    assert isinstance(parent, Message)
    assert (shown.thread_ts, shown.only_for) == (parent.ts, finn.id)


def test_in_a_linked_channel_no_name_is_needed(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.types("/track link acme/website")
    finn.mentions("start")
    assert only(bot).project == "Website"


def test_who_is_mentioned_stands_in_the_note_by_name(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    anna.writes("log 1h acme website: with @Finn Freelancer and @Aylin Approver")
    assert only(bot).note == "with @Finn Freelancer and @Aylin Approver"


def test_what_slack_makes_links_of_stands_in_the_note_as_it_was_typed(
    projects: None, anna: Person, workspace: Workspace, bot: Bot
) -> None:
    wrote_as_slack_sends(
        workspace,
        anna,
        "log 1h acme website: <http://acme.de|acme.de> <mailto:a@acme.de|a@acme.de> <https://acme.de/x?a=1&amp;b=2> "
        "<https://acme.de/t/5|ticket 5> R&amp;D &lt;3 <#C0001|general>",
    )
    assert only(bot).note == (
        "acme.de a@acme.de https://acme.de/x?a=1&b=2 ticket 5 https://acme.de/t/5 R&D <3 #general"
    )
