"""Talking to the bot: the words of /track as messages to it, and where it is mentioned."""

from bot.core.context import Bot
from playground.person import Person
from tests.deeds import only


def test_a_message_to_the_bot_starts_a_timer(projects: None, anna: Person, bot: Bot) -> None:
    answer = anna.writes("start acme website")
    assert answer
    assert "Acme GmbH › Website has been running since 10:00" in answer.plain()
    assert only(bot).project == "Website"
    anna.clicks("Stop")


def test_a_mention_is_answered_for_that_person_alone(projects: None, anna: Person, finn: Person, bot: Bot) -> None:
    answer = finn.mentions("buche 2h gestern acme website: Review")
    assert answer
    assert only(bot).note == "Review"
    assert not [seen for seen in anna.messages if "Website" in seen.plain() and "Review" not in seen.plain()]
    answer = finn.mentions("einstellungen")
    finn.clicks("Einstellungen")
    assert finn.modal.title == "Einstellungen"
