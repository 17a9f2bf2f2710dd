"""What may not have been meant is asked about: long entries, full days, days far back, and days that are billed."""

from datetime import UTC, date, datetime

import pytest

from bot.billing.rules.states import DraftState
from bot.core.context import Bot
from playground.person import Person
from tests.conftest import T0, FrozenClock
from tests.deeds import count, kept, only, said
from tests.drafts import add_draft

pytestmark = pytest.mark.both_doors

YES = "Yes, write it"


def test_an_entry_of_more_than_twelve_hours_is_asked_about(projects: None, anna: Person, bot: Bot) -> None:
    answer = said(anna, "/track log 13h website yesterday: marathon #race")
    assert "Is that right? Acme GmbH › Website · 13:00 h. Nothing is written down yet." in answer
    assert "13:00 h are a lot for one entry." in answer
    assert count(bot) == 0
    anna.clicks(YES)
    assert (only(bot).seconds, only(bot).note) == (13 * 3600, "marathon #race")


def test_the_same_in_german_and_by_clock_times(projects: None, finn: Person, bot: Bot) -> None:
    answer = said(finn, "/track log 8-21:30 website gestern")
    assert "Stimmt das? Acme GmbH › Website · 08:00–21:30. Noch ist nichts eingetragen." in answer
    finn.clicks("Ja, eintragen")
    assert only(bot).seconds == 13.5 * 3600


@pytest.mark.parametrize("typed", ["12h website yesterday", "9-17 website yesterday", "1h website 9.2.", "8h website"])
def test_what_people_do_each_day_is_not_asked_about(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    anna.types(f"/track log {typed}")
    assert count(bot) == 1


def test_it_is_written_once_however_often_it_is_clicked(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 13h website yesterday")
    again = kept(anna.last)
    anna.clicks(YES)
    again(YES)
    assert "This choice was made already" in anna.last.plain()
    assert "Only if it is not there, type the command again." in anna.last.plain()  # or it would be there twice
    assert count(bot) == 1


def test_a_day_that_would_hold_more_than_sixteen_hours_is_asked_about(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 9h website yesterday")
    anna.types("/track log 7h shop yesterday")
    assert count(bot) == 2
    assert "9 Mar would hold 16:30 h" in said(anna, "/track log 30m app yesterday")
    assert count(bot) == 2


@pytest.mark.parametrize("language", ["English", "German"])
def test_a_day_that_has_not_had_so_many_hours_is_asked_about(
    projects: None, anna: Person, finn: Person, bot: Bot, language: str
) -> None:
    who, yes, asked = {
        "English": (anna, YES, "would hold 11:03 h, which is more than has passed of it"),
        "German": (finn, "Ja, eintragen", "hätte dann 11:03 h, mehr als davon vergangen ist"),
    }[language]
    who.types("/track log 6h website")
    assert asked in said(who, "/track log 5h03 website")
    assert count(bot) == 1
    who.clicks(yes)
    assert count(bot) == 2


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("buche 11h03 website", "So viele Stunden sind noch nicht vergangen."),
        ("buche 23h02 website gestern", "23:02 h sind viel"),
        ("buche 1h website 5.5.2023", "ist lange her"),
        ("buche 1h website 2023-05-05", "ist lange her"),
        ("buche 1h website 5.5.2025", ""),
        ("buche 1h website 5.5.", "ist lange her"),
    ],
)
def test_a_german_is_asked_about_what_can_hardly_be_meant(
    projects: None, finn: Person, bot: Bot, typed: str, asked: str
) -> None:
    assert asked in said(finn, f"/track {typed}")
    assert (count(bot) == 0) is bool(asked)


def test_time_that_gives_way_is_not_counted_twice(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 6-17 website yesterday")
    assert "overlaps" in said(anna, "/track log 7-17 shop yesterday")
    anna.clicks("Shorten it: 06:00–07:00")
    assert count(bot) == 2


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("1h website 6.2.", True),
        ("1h website 7.2.", False),
        ("1h website 11.3.", True),
        ("1h website 1.2.2025", False),
        ("1h website 7.2.2023", True),
    ],
)
def test_a_day_far_back_is_asked_about_unless_its_year_was_typed(
    projects: None, anna: Person, bot: Bot, typed: str, asked: bool
) -> None:
    answer = said(anna, f"/track log {typed}")
    if "year" not in answer or asked:
        assert (count(bot) == 0) is asked


def test_all_of_it_is_asked_at_once(projects: None, anna: Person, bot: Bot) -> None:
    answer = said(anna, "/track log 17h website 6.2.")
    assert "17:00 h are a lot" in answer
    assert "would hold 17:00 h" in answer
    assert "is long ago" in answer
    anna.clicks(YES)
    assert count(bot) == 1


def billed(bot: Bot, *, approved: datetime, number: str = "") -> None:
    """February 2026 of Acme is billed."""
    with bot.database.write() as db:
        add_draft(
            db,
            DraftState.APPROVED,
            token="token",
            net_cents=100,
            first_day=date(2026, 2, 1),
            last_day=date(2026, 2, 28),
            number=number,
            approved_by=1,
            approved_at=approved,
            created_at=T0,
        )


def test_a_month_that_is_billed_already_is_asked_about_and_the_invoice_named(
    projects: None, anna: Person, bot: Bot
) -> None:
    billed(bot, approved=datetime(2026, 3, 2, tzinfo=UTC))
    answer = said(anna, "/track log 1h website 20.2.")
    assert "is billed already: Acme GmbH, February 2026." in answer
    assert "token" not in answer
    anna.clicks(YES)
    assert count(bot) == 1


def test_a_completed_invoice_is_named_by_its_number(projects: None, finn: Person, bot: Bot) -> None:
    billed(bot, approved=datetime(2026, 3, 2, tzinfo=UTC), number="RE198")
    assert "ist schon abgerechnet: RE198 (Acme GmbH, Februar 2026)" in said(finn, "/track log 1h website 20.2.")


@pytest.mark.parametrize("typed", ["1h website yesterday", "1h shop 20.2.", "1h website 20.2. --nb", "1h app 25.2."])
def test_what_is_not_billed_is_not_asked_about(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    """Another month, another customer, what is never billed, and days after the invoice was made."""
    billed(bot, approved=datetime(2026, 2, 25, 12, tzinfo=UTC))
    anna.types(f"/track log {typed}")
    assert count(bot) == 1


def test_a_doubtful_entry_can_be_changed_in_the_form(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 8:00-21:30 website design yesterday #race: marathon")
    question = anna.last
    anna.clicks("Change it in the form …")
    shown = [anna.modal.value(label) for label in ("Project", "Service", "From", "To", "Day", "Note", "Tags")]
    assert shown == ["Website", "Design", "08:00", "21:30", "2026-03-09", "marathon", "race"]
    anna.modal.fill("To", "12:30")
    anna.modal.submit()
    assert only(bot).seconds == 4.5 * 3600
    assert YES not in question.buttons


def test_a_form_is_sent_once_more_where_it_is_doubtful(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track")
    anna.modal.click("Duration")
    anna.modal.fill("Project", "Acme GmbH › Website")
    anna.modal.fill("Duration", "13:00")
    anna.modal.fill("Day", "2026-03-09")
    anna.modal.submit()
    assert "13:00 h are a lot for one entry." in anna.modal.text
    assert "send the form once more" in anna.modal.text
    assert count(bot) == 0
    anna.modal.fill("Duration", "14:00")
    anna.modal.submit()
    assert "14:00 h are a lot" in anna.modal.text
    anna.modal.submit()
    assert only(bot).seconds == 14 * 3600


def test_an_overlap_is_asked_about_after_the_doubt_and_the_doubt_not_again(
    projects: None, anna: Person, bot: Bot
) -> None:
    anna.types("/track log 9-10 shop yesterday")
    assert "are a lot for one entry" in said(anna, "/track log 8-21 website yesterday")
    anna.clicks(YES)
    assert "overlaps with an entry" in anna.last.plain()
    anna.clicks("Replace it")
    assert only(bot).seconds == 13 * 3600


def test_a_question_of_yesterday_means_the_day_that_was_typed(
    projects: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    anna.types("/track log 13h website yesterday")
    clock.forward_by(hours=20)
    anna.clicks(YES)
    assert only(bot).day.isoformat() == "2026-03-09"
