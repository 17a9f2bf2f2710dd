"""Every word that was typed is used, or named and kept: no choice of a project drops one."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from bot.tracking.rules.left_over import as_note, not_understood
from playground.person import Person
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage.tables import customers
from tests.conftest import FrozenClock
from tests.deeds import count, everything, only, said

pytestmark = pytest.mark.both_doors

NAMES = ("acme", "web", "website", "gmbh", "wbesite", "backerei", "shop", "söhne", "design", "app")
TEXT = ("relaunch", "kickoff", "AB-12", "a", "with", "Ada", "(draft)", "v2", "Söhnlein", "t-shirts", "für", "🚀", "www")
STRANGE = ("30", ":45", ",5", "½h", "--foo", "-nb", "1PT", "€", "#1", "~2h", "9.15x", "+2")
OFFERED = " · note: "


def take_back(who: Person, bot: Bot) -> None:
    if count(bot):
        who.types("/track undo")
    assert count(bot) == 0


def phrases(seed: int, most: int) -> Iterator[list[str]]:
    draw = random.Random(seed)
    for _ in range(most):
        names = draw.sample(NAMES, draw.randint(1, 2))
        others = [draw.choice(TEXT + (STRANGE if draw.random() < 0.3 else ())) for _ in range(draw.randint(0, 3))]
        words = [*names, *others]
        if draw.random() < 0.5:
            draw.shuffle(words)
        yield words


def reads_as(word: str, name: str) -> bool:
    """Whether the word is, or begins, or mistypes a word of the name."""
    plain = str.maketrans("äöüß", "aous")
    folded, spelled = word.casefold().translate(plain), name.casefold().translate(plain).replace(":", "").split()
    return any(part.startswith(folded) or sorted(part) == sorted(folded) for part in spelled)


@pytest.mark.by_command
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("command", ["log 1h", "start"])
def test_after_each_offered_click_every_typed_word_is_in_the_entry_or_nothing_is_stored(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, seed: int, command: str
) -> None:
    for words in phrases(seed, 25):
        take_back(anna, bot)
        asked = said(anna, f"/track {command} {' '.join(words)}")
        offers = [label for label in anna.last.buttons if "›" in label]
        if count(bot) == 0:
            strange = [word for word in words if word in STRANGE]
            assert all(word in asked for word in strange), (words, asked)
        for number in range(len(offers) or 1):
            if count(bot) == 0 and number:
                said(anna, f"/track {command} {' '.join(words)}")
            label = offers[number] if offers else None
            if label and count(bot) == 0:
                anna.clicks(label)
            if anna.sees_modal:
                assert count(bot) == 0
                shown = anna.modal.value("Note") or ""
                assert all(word in anna.modal.text for word in words if word in STRANGE), (words, anna.modal.text)
                assert all(word in shown or reads_as(word, label or "") for word in words), (words, shown, label)
                anna.modal.close()
            for entry in everything(bot):
                name = " ".join(filter(None, (entry.customer, entry.project, entry.service)))
                lost = [word for word in words if word not in entry.note.split() and not reads_as(word, name)]
                assert not lost, (words, entry.note, name)
            take_back(anna, bot)
            clock.forward_by(minutes=1)


@pytest.mark.parametrize("typed", ["log 1h {} website", "log 1h website {}", "log 1h acme {} web", "start website {}"])
@pytest.mark.parametrize("strange", ["-- zz", "--zz", "65 zz", "€", "#4", "seit vorhin"])
def test_a_number_or_flag_that_fits_nothing_is_named_and_books_nothing(
    projects: None, anna: Person, bot: Bot, typed: str, strange: str
) -> None:
    answer = said(anna, f"/track {typed.format(strange)}")
    if count(bot) == 0:  # else the grammar took all of it
        assert strange.split()[0] in answer
        assert OFFERED not in answer
        if "Acme GmbH › Website: fill in the form …" in anna.last.buttons:
            anna.clicks("Acme GmbH › Website: fill in the form …")
            assert count(bot) == 0
            assert anna.modal.value("Project") == "Website"
            assert "I do not know what" in anna.modal.text


def test_text_behind_a_project_is_offered_as_the_note(projects: None, anna: Person, bot: Bot) -> None:
    answer = said(anna, "/track log 2h acme website relaunch kickoff #call yesterday")
    assert "“relaunch kickoff” is no part of a project’s name. Is it the note?" in answer
    assert anna.last.buttons[0] == "Acme GmbH › Website · note: relaunch kickoff"
    assert count(bot) == 0
    anna.clicks("Acme GmbH › Website · note: relaunch kickoff")
    assert (only(bot).project, only(bot).note, only(bot).tags, only(bot).seconds) == (
        "Website",
        "relaunch kickoff",
        "call",
        7200,
    )


def test_the_same_in_german(projects: None, finn: Person, bot: Bot) -> None:
    answer = said(finn, "/track start website Abstimmung mit Ada")
    assert "Ist das die Notiz?" in answer
    finn.clicks("Acme GmbH › Website · Notiz: Abstimmung mit Ada")
    assert only(bot).note == "Abstimmung mit Ada"


def test_text_in_front_of_a_note_of_its_own_stands_before_it(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start website review: second round")
    anna.clicks("Acme GmbH › Website · note: review")
    assert only(bot).note == "review: second round"


def test_a_note_that_two_clicks_give_at_once_counts_once(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h website kickoff")
    question = anna.last
    question.click("Acme GmbH › Website · note: kickoff")
    anna.workspace.repeat()
    anna.workspace.wait_idle()
    assert count(bot) == 1


def test_a_service_named_in_full_beside_the_note_is_the_service(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start website design banner")
    anna.clicks("Acme GmbH › Website · Design · note: banner")
    assert (only(bot).service, only(bot).note) == ("Design", "banner")


def test_words_that_a_searched_project_does_not_explain_are_asked_about(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start zebra")
    anna.last.fill("Search all projects", "Acme GmbH › Website")
    assert "Is “zebra” the note?" in anna.last.plain()
    assert count(bot) == 0
    anna.clicks("It is the note")
    assert only(bot).note == "zebra"


def test_they_can_have_meant_the_project(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start zebra: stripes")
    anna.last.fill("Search all projects", "Acme GmbH › Website")
    anna.clicks("It meant the project")
    assert only(bot).note == "stripes"


def test_a_number_that_a_searched_project_does_not_explain_opens_the_form(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 1h 99 zebra")
    anna.last.fill("Search all projects", "Acme GmbH › Website")
    assert "what does “99 zebra” mean?" in anna.last.plain()
    assert "It is the note" not in anna.last.buttons
    anna.clicks("Fill in the form …")
    assert (anna.modal.value("Duration"), anna.modal.value("Note")) == ("1:00", "99 zebra")
    anna.modal.fill("Duration", "1:39")
    anna.modal.fill("Note", "zebra")
    anna.modal.submit()
    assert (only(bot).seconds, only(bot).note) == (99 * 60, "zebra")


def test_a_question_that_the_form_answered_is_settled(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h 99 website")
    question = anna.last
    anna.clicks("Acme GmbH › Website: fill in the form …")
    anna.modal.submit()
    assert count(bot) == 1
    assert "Acme GmbH › Website · 1:00 h" in question.plain()


def test_a_form_of_a_question_that_was_settled_meanwhile_writes_nothing(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h 99 website")
    anna.clicks("Acme GmbH › Website: fill in the form …")
    with bot.database.write() as db:
        db.exec_driver_sql("DELETE FROM question")
    anna.modal.submit()
    assert "This choice was made already" in anna.modal.text
    assert count(bot) == 0


def test_words_that_a_created_project_does_not_explain_are_asked_about(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme relaunch kickoff")
    anna.clicks("Create project …")
    anna.modal.fill("Project", "Relaunch")
    anna.modal.submit()
    assert "Is “kickoff” the note?" in anna.modal.text
    assert count(bot) == 0
    anna.clicks("It is the note")
    assert (only(bot).project, only(bot).note) == ("Relaunch", "kickoff")


def test_a_service_that_is_created_with_the_project_is_booked(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track start acme relaunch")
    anna.clicks("Create project …")
    anna.modal.fill("Project", "Relaunch")
    anna.modal.fill("Service", "Copywriting")
    anna.modal.submit()
    assert (only(bot).project, only(bot).service) == ("Relaunch", "Copywriting")


@pytest.mark.by_command
def test_in_a_linked_channel_text_alone_is_offered_as_the_note(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track link acme website")
    anna.types("/track start kickoff with Ada")
    anna.clicks("Acme GmbH › Website · note: kickoff with Ada")
    assert (only(bot).project, only(bot).note) == ("Website", "kickoff with Ada")


def test_a_number_is_no_abbreviation_of_another_one(projects: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        creation_rows.add_project(db, 1, 1, name="Relaunch 2026", key="relaunch 2026")
        catalog_rows.names_changed(db, 1)
    assert "“20”" in said(anna, "/track start 20 relaunch")
    assert count(bot) == 0
    assert "Acme GmbH › Relaunch 2026 has been running" in said(anna, "/track start relaunch 2026")


@pytest.mark.parametrize(
    ("left", "strange", "note"),
    [
        ("relaunch kickoff", "", "relaunch kickoff"),
        ("- kickoff", "", "kickoff"),
        ("AB-12", "", "AB-12"),
        ("🚀 launch", "", "🚀 launch"),
        ("sprint 12", "12", "sprint 12"),
        ("-- nb", "-- nb", "-- nb"),
        ("for two hours", "for two hours", "for two hours"),
        ("letzten Montag", "letzten Montag", "letzten Montag"),
    ],
)
def test_only_text_is_taken_for_a_note(left: str, strange: str, note: str) -> None:
    assert not_understood(left.split()) == tuple(strange.split())
    assert as_note(left.split()) == note


@pytest.mark.parametrize("language", ["English", "German"])
def test_what_runs_already_is_said_and_goes_on(
    projects: None, anna: Person, finn: Person, bot: Bot, clock: FrozenClock, language: str
) -> None:
    who, runs = {"English": (anna, "is running already, since 10:00"), "German": (finn, "läuft schon, seit 10:00")}[
        language
    ]
    who.types("/track start website #call: kick-off")
    clock.forward_by(minutes=30)
    for typed in ("start acme website", "start website #call: kick-off", "start website #CALL", "starte website acme"):
        assert runs in said(who, f"/track {typed}")
    assert count(bot) == 1
    assert only(bot).ended_at is None


def test_what_runs_with_something_else_to_say_starts_anew(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track start website: kick-off")
    clock.forward_by(minutes=30)
    assert "since 10:30" in said(anna, "/track start website: review")
    assert [entry.note for entry in everything(bot)] == ["kick-off", "review"]


def archive(bot: Bot, name: str, **values: object) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == name).values(archived=True, **values))
        catalog_rows.names_changed(db, 1)


@pytest.mark.parametrize("typed", ["start acme", "log 1h acme website", "start website", "start acme website kickoff"])
def test_what_is_archived_in_billomat_is_said_and_no_twin_is_offered(
    projects: None, anna: Person, bot: Bot, typed: str
) -> None:
    archive(bot, "Acme GmbH", billomat_id=7)
    assert "Acme GmbH is archived in Billomat." in said(anna, f"/track {typed}")
    assert "Create project …" not in anna.last.buttons
    assert count(bot) == 0


def test_the_same_is_said_in_german_and_beside_names_that_look_alike(projects: None, finn: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        creation_rows.add_customer(db, 1, name="Gärtnerei Grün", key="gartnerei grun")
        creation_rows.add_customer(db, 1, name="Gärtner Müller", key="gartner muller")
    archive(bot, "Gärtnerei Grün", billomat_id=8)
    answer = said(finn, "/track start gärtnerei")
    assert "Gärtnerei Grün ist in Billomat archiviert." in answer
    assert "Gärtner Müller" in finn.last.buttons


def test_a_customer_that_was_archived_while_the_question_was_open_is_not_booked(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 1h website kickoff")
    archive(bot, "Acme GmbH")
    anna.clicks("Acme GmbH › Website · note: kickoff")
    assert "no longer there" in anna.last.plain()
    assert count(bot) == 0


def test_a_form_that_asks_for_the_length_has_the_other_words_as_the_note(projects: None, anna: Person) -> None:
    anna.types("/track log website kickoff with Ada")
    anna.clicks("Fill in the form …")
    assert (anna.modal.value("Project"), anna.modal.value("Note")) == ("Website", "kickoff with Ada")
