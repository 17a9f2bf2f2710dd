"""A German hears what they can do now, whom to ask, and that there is no rate yet."""

from collections.abc import Callable

import pytest

from bot.core.context import Bot
from playground.person import Person
from tests.billing.deeds import appoint
from tests.deeds import said

pytestmark = [pytest.mark.newcomers, pytest.mark.both_doors]
RunJobs = Callable[[], int]


def test_a_new_biller_hears_what_they_can_do_and_who_can_connect(anna: Person, finn: Person, run_jobs: RunJobs) -> None:
    anna.types("/track help")
    finn.types("/track hilfe")
    anna.types("/track settings")
    anna.modal.fill("Person", "Finn Freelancer")
    anna.modal.fill("Role", "Biller: rates and invoices, too")
    anna.modal.submit()
    run_jobs()
    told = finn.dm[-1].plain()
    assert "Durch Anna Admin darfst du jetzt abrechnen." in told
    assert "/track rechnung" in told
    assert "@Anna Admin" in told.split("Billomat ist noch nicht verbunden")[1]
    assert "Frag @Anna Admin." in said(finn, "/track verbinden")


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("rechnung", "Nur wer abrechnet, kann das. Frag @Anna Admin, ob du"),
        ("rechnung acme oktober", "Nur wer abrechnet, kann das. Frag @Anna Admin, ob du"),
        ("verknüpfe acme", "Nur wer abrechnet, kann"),
        ("verbinden", "Das kann nur ein Admin von Trackomat. Frag @Anna Admin."),
    ],
)
def test_who_is_refused_hears_whom_to_ask(projects: None, finn: Person, typed: str, refused: str) -> None:
    assert refused in said(finn, f"/track {typed}")


def test_without_a_rate_the_home_says_so(projects: None, finn: Person, bot: Bot) -> None:
    finn.types("/track hilfe")
    appoint(bot, "Finn Freelancer")
    finn.types("/track buche 2h30 acme website gestern")
    home = finn.opens_home().plain()
    assert "Noch nicht abgerechnet: 2:30 h, noch kein Satz" in home
    assert "Acme GmbH\nnoch kein Satz · 2:30 h" in home
    assert "0,00" not in home
