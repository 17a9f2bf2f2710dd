"""A flag at the beginning or the end of a note counts, as before the colon; elsewhere it is text."""

import pytest

from bot.core.context import Bot
from playground.person import Person
from storage.tracking import Entry
from tests.conftest import FrozenClock
from tests.deeds import edit, everything, only, said

pytestmark = pytest.mark.both_doors

# typed | the note | kept from the customer, not billable, or neither
FLAGGED = """
log 2h acme website: internal stuff --private | internal stuff | private
log 2h acme website: --private internal stuff | internal stuff | private
log 2h acme website: stuff --Internal. | stuff | private
log 2h acme website: stuff —private | stuff | private
log 2h acme website: training --nb | training | nb
log 2h acme website: --not billable training | training | nb
log 2h acme website: training —non-billable | training | nb
log 2h acme website: training --nb --private | training | private nb
log 2h acme website: --private training --nb | training | private nb
log 2h acme website --private: training --nb | training | private nb
2h acme website: internal stuff --private | internal stuff | private
start acme website: internal stuff --private | internal stuff | private
start acme website: --nb training | training | nb
switch acme website: training --nb | training | nb
log 2h acme website: read about --private flags | read about --private flags |
log 2h acme website: about the flag "--private" | about the flag "--private" |
log 2h acme website: not for us – private | not for us – private |
log 2h acme website: internal, not billable | internal, not billable |
buche 2h acme website: Streit --intern | Streit | private
buche 2h acme website: --privat Streit | Streit | private
buche 2h acme website: Streit –intern | Streit | private
buche 2h acme website: Schulung --nicht abrechenbar | Schulung | nb
buche 2h acme website: Schulung --nb --intern | Schulung | private nb
gestern 2h acme website: Streit --intern | Streit | private
start acme website: Streit --intern | Streit | private
wechsle acme website: Schulung --nb | Schulung | nb
buche 2h acme website: nur --intern gemeint, sagt er | nur --intern gemeint, sagt er |
"""
ADDED = """
note he was angry --private | call he was angry | private
note --private he was angry | call he was angry | private
note he was angry --nb | call he was angry | nb
note 9:30: he was angry --private | call he was angry | private
note 9:30 --nb: he was angry | call he was angry | nb
note --private | call | private
note --nb | call | nb
note he said --private is new | call he said --private is new |
notiz er war wütend --intern | call er war wütend | private
notiz --nb Kulanz | call Kulanz | nb
notiz --intern | call | private
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().split("\n")]


def says(entry: Entry) -> str:
    return " ".join(filter(None, ("private" * entry.private, "nb" * (not entry.billable))))


def seen(answer: str) -> str:
    """What the answer shows of it."""
    unbilled = "not billable" in answer or "nicht abrechenbar" in answer
    return " ".join(filter(None, ("private" * ("🤫 " in answer), "nb" * unbilled)))


@pytest.mark.parametrize(("typed", "note", "flags"), rows(FLAGGED))
def test_a_flag_at_either_end_of_a_note_counts_and_is_shown(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock, typed: str, note: str, flags: str
) -> None:
    anna.writes("log 1h shop yesterday: so that nothing more is explained")
    anna.types("/track undo")
    if typed.startswith(("switch", "wechsle")):
        anna.types("/track start shop")
        clock.forward_by(minutes=5)
    answer = said(anna, f"/track {typed}")
    entry = everything(bot)[-1]
    assert (entry.note, says(entry)) == (note, flags)
    if flags:
        assert seen(answer) == flags


@pytest.mark.parametrize(("typed", "note", "flags"), rows(ADDED))
def test_a_note_that_is_added_takes_them_too(
    projects: None, anna: Person, bot: Bot, typed: str, note: str, flags: str
) -> None:
    anna.types("/track log 9-10 acme website: call")
    answer = said(anna, f"/track {typed}")
    assert (only(bot).note.replace("\n", " "), says(only(bot))) == (note, flags)
    if flags:
        assert seen(answer) == flags


@pytest.mark.parametrize("typed", ["stop: call --private", "stop: --nb --private call", "stopp: call --intern --nb"])
def test_a_stop_takes_them_too(projects: None, anna: Person, bot: Bot, clock: FrozenClock, typed: str) -> None:
    anna.types("/track start acme website")
    clock.forward_by(hours=1)
    assert "🤫 call" in said(anna, f"/track {typed}")
    assert (only(bot).note, only(bot).private, only(bot).billable) == ("call", True, "--nb" not in typed)


def test_flags_that_contradict_each_other_are_named(projects: None, anna: Person) -> None:
    assert "“--billable”" in said(anna, "/track log 1h acme website --nb: training --billable")


def test_without_a_note_there_is_none_to_keep_from_the_customer(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 9-10 acme website")
    assert "Acme GmbH › Website has no note yet" in said(anna, "/track note --private")
    assert not only(bot).private


def test_a_question_keeps_them(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme: training --nb --private")
    anna.clicks("Acme GmbH › Website")
    assert (only(bot).note, says(only(bot))) == ("training", "private nb")


def test_which_entry_was_asked_keeps_them(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website: call")
    anna.types("/track log 1h shop: call")
    anna.types("/track note today: he was angry --nb --private")
    anna.last.fill("Choose one", "Website")
    (website,) = [entry for entry in everything(bot) if entry.project == "Website"]
    assert (website.note, says(website)) == ("call\nhe was angry", "private nb")


@pytest.mark.parametrize("note", ["internal stuff --private", "--intern internal stuff", "internal stuff\n--private"])
def test_the_note_in_a_form_takes_them_too(projects: None, anna: Person, bot: Bot, note: str) -> None:
    anna.types("/track log acme website")
    anna.clicks("Fill in the form …")
    anna.modal.fill("Duration", "1:00")
    anna.modal.fill("Note", note)
    anna.modal.submit()
    assert (only(bot).note, says(only(bot))) == ("internal stuff", "private")
    anna.types("/track log 2h shop")
    edit(anna, Note=f"{note} --nb")
    shop = next(entry for entry in everything(bot) if entry.project == "Shop")
    assert (shop.note, says(shop)) == ("internal stuff", "private nb")
    assert "🤫 internal stuff" in anna.modal.text
