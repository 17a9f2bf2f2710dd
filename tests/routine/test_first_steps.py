"""The first five minutes: who is greeted how, the first steps to an invoice, and who can do or give what."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person, Seen, person
from playground.slack.state import Message
from playground.slack.workspace import Workspace
from storage.database import Busy
from tests.billing.deeds import sends, states
from tests.billomat.deeds import connects, fill, starts_import
from tests.conftest import FrozenClock
from tests.deeds import said

pytestmark = pytest.mark.newcomers
RunJobs = Callable[[], int]
STEPS = [
    "1. Connect Billomat, with your billomatID and an API key",
    "2. Import customers and articles",
    "3. Say what an hour costs (or choose an article for a service in the settings)",
    "4. Start your first timer",
]


def appoints(admin: Person, name: str, role: str) -> None:
    admin.types("/track settings")
    admin.modal.fill("Person", name)
    admin.modal.fill("Role", role)
    admin.modal.submit()
    admin.modal.close()


def first_steps(who: Person) -> Seen:
    """The one message that names them."""
    (found,) = [message for message in who.dm if "Trackomat" in message.text or "All set" in message.text]
    return found


# From the installation to a draft


def test_a_freelancer_gets_from_the_installation_to_a_draft_by_buttons_alone(
    anna: Person, bot: Bot, account: Account, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    home = anna.opens_home()
    run_jobs()
    assert all(step in home.plain() for step in STEPS)
    assert all(step in first_steps(anna).plain() for step in STEPS)

    first_steps(anna).click("Connect …")
    assert fill(anna)
    anna.modal.submit()
    anna.modal.close()
    run_jobs()
    assert "✅ Billomat is connected\n✅ Customers and articles are imported" in first_steps(anna).plain()
    assert "✅ Customers and articles are imported" in home.plain()

    first_steps(anna).click("Set hourly rate …")
    anna.modal.fill("Hourly rate", "95")
    anna.modal.submit()
    assert "An hour costs €95.00 net from now on." in anna.modal.text
    anna.modal.close()
    run_jobs()
    assert first_steps(anna).buttons == ["Track time …"]

    first_steps(anna).click("Track time …")
    anna.modal.fill("Customer", "Acme GmbH")
    anna.modal.submit()
    clock.forward_by(hours=2)
    run_jobs()
    assert first_steps(anna).text.startswith("✅ All set.")
    home.click("Stop")
    assert "Four steps" not in home.plain()

    home.click("Create invoice …")
    anna.modal.fill("Customer", "Acme GmbH")
    run_jobs()
    assert "On its way" in sends(anna).text
    run_jobs()
    assert states(bot) == ["sent"]
    (draft,) = account.drafts()
    assert (draft.total_net, draft.status) == (Decimal(190), "DRAFT")
    assert len([message for message in anna.dm if "All set" in message.text]) == 1


def test_the_steps_may_be_taken_in_any_order(projects: None, anna: Person, run_jobs: RunJobs) -> None:
    anna.types("/track log 1h acme website yesterday")
    run_jobs()
    assert "✅ Your first time is written down" in first_steps(anna).plain()
    first_steps(anna).click("Import now")  # which needs a connection first
    assert anna.modal.title == "Connect Billomat"
    assert fill(anna)
    anna.modal.close()
    run_jobs()
    first_steps(anna).click("Import now")
    assert "The import is running" in anna.modal.text


def test_what_somebody_else_does_is_ticked_off_the_next_day(
    anna: Person, aylin: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    anna.types("/track help")
    aylin.types("/track help")
    run_jobs()
    appoints(anna, "Aylin Approver", "Admin: Billomat and these settings, too")
    aylin.opens_home()
    aylin.types("/track settings")
    aylin.modal.fill("Hourly rate", "95")
    aylin.modal.submit()
    clock.forward_by(days=1)
    run_jobs()
    assert "✅ There is a price for an hour" in first_steps(anna).plain()


def test_the_steps_can_be_hidden_and_stay_so(anna: Person, run_jobs: RunJobs) -> None:
    home = anna.opens_home()
    run_jobs()
    home.click("Hide these steps")
    assert "Four steps" not in home.plain()
    run_jobs()
    assert first_steps(anna).buttons == []
    assert connects(anna)
    anna.modal.close()
    assert starts_import(anna)
    run_jobs()
    assert "Four steps" not in anna.opens_home().plain()
    assert first_steps(anna).buttons == []


def test_whoever_connects_first_is_shown_the_steps_though_no_owner_was_here(aylin: Person, run_jobs: RunJobs) -> None:
    aylin.types("/track help")
    run_jobs()
    assert "whoever does so with /track connect becomes admin" in aylin.dm[-1].text
    assert connects(aylin)
    aylin.modal.close()
    assert "✅ Billomat is connected" in aylin.opens_home().plain()
    starts_import(aylin)
    run_jobs()
    steps = next(message for message in aylin.dm if "Four steps" in message.text)
    assert "✅ Customers and articles are imported" in steps.plain()


# Everybody else


def test_everybody_else_is_greeted_in_one_line_and_once(anna: Person, finn: Person, run_jobs: RunJobs) -> None:
    anna.types("/track help")
    for _ in range(3):
        finn.types("/track hilfe")
        finn.opens_home()
        run_jobs()
    (greeting,) = finn.dm
    assert greeting.text.startswith("👋 Ich bin Trackomat")
    assert len(greeting.plain().splitlines()) == 2  # and its button
    assert "Vier Schritte" not in finn.home.plain()


# U14: who was appointed hears what they can do now


def test_a_new_biller_hears_what_they_can_do_and_whom_to_ask_for_the_connection(
    anna: Person, aylin: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track help")
    aylin.types("/track help")
    appoints(anna, "Aylin Approver", "Biller: rates and invoices, too")
    run_jobs()
    told = aylin.dm[-1].plain()
    assert "Anna Admin made you a biller." in told
    assert "/track invoice" in told
    assert "Billomat is not connected yet. @Anna Admin can do that with /track connect." in told


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("Admin: Billomat and these settings, too", "made you an admin. You connect Billomat with /track connect"),
        ("Member: their own time", "made you a member: you see and change your own time only."),
    ],
)
def test_a_new_admin_and_a_former_one_hear_it_too(
    role: str, told: str, anna: Person, aylin: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track help")
    aylin.types("/track help")
    appoints(anna, "Aylin Approver", "Biller: rates and invoices, too")
    run_jobs()
    appoints(anna, "Aylin Approver", role)
    run_jobs()
    assert told in aylin.dm[-1].plain()


def test_who_is_appointed_to_what_they_are_hears_nothing(anna: Person, aylin: Person, run_jobs: RunJobs) -> None:
    anna.types("/track help")
    aylin.types("/track help")
    run_jobs()
    appoints(anna, "Aylin Approver", "Member: their own time")
    run_jobs()
    assert len(aylin.dm) == 1


# U13: who is refused hears whom to ask


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("invoice", "Only people who bill can do this. Ask @Anna Admin to appoint you with /track settings."),
        ("invoice acme", "Only people who bill can do this. Ask @Anna Admin to appoint you with /track settings."),
        ("link acme", "Only people who bill can do this. Ask @Anna Admin to appoint you with /track settings."),
        ("connect", "Only an admin of Trackomat can do this. Ask @Anna Admin."),
    ],
)
def test_who_is_refused_hears_whom_to_ask(
    typed: str, refused: str, projects: None, aylin: Person, run_jobs: RunJobs
) -> None:
    answer = aylin.types(f"/track {typed}")
    assert answer
    assert refused in answer.plain()
    assert isinstance(answer.surface, Message)
    assert answer.surface.only_for == aylin.id  # so the mention calls nobody


def test_a_biller_whom_a_message_sends_to_connect_hears_who_can(
    projects: None, anna: Person, aylin: Person, run_jobs: RunJobs
) -> None:
    aylin.types("/track help")
    appoints(anna, "Aylin Approver", "Biller: rates and invoices, too")
    assert "Ask @Anna Admin." in said(aylin, "/track connect")


def test_where_nobody_is_admin_it_is_said_how_to_become_one(aylin: Person) -> None:
    assert "Connect Billomat with /track connect: that makes you one." in said(aylin, "/track invoice")


def test_a_guest_is_not_told_to_connect(workspace: Workspace, app: object) -> None:
    guest = workspace.add_person("Gina Gast", zone="Europe/Berlin", locale="de-DE", is_restricted=True)
    gina = Person(workspace, guest.id, workspace.channels(guest.id)[0].id)
    assert "Ein Mitglied dieses Workspace wird es" in said(gina, "/track rechnung")


# U17: without a rate there is no amount


def test_without_a_rate_the_home_says_so_and_has_its_button(projects: None, anna: Person, run_jobs: RunJobs) -> None:
    anna.types("/track log 2h30 acme website yesterday")
    home = anna.opens_home()
    assert "Not billed yet: 2:30 h, no rate yet" in home.plain()
    assert "Acme GmbH\nno rate yet · 2:30 h" in home.plain()
    assert "€0.00" not in home.plain()
    home.click("Set hourly rate …")
    anna.modal.fill("Hourly rate", "95,50")
    anna.modal.submit()
    anna.modal.close()
    assert "Not billed yet: €238.75 net" in home.plain()
    assert "Set hourly rate …" not in [label for label in home.buttons if "steps" not in label]


@pytest.mark.parametrize("typed", ["-", "ninety", "-1", "1.234,5x"])
def test_what_is_no_rate_is_refused_at_the_field(typed: str, projects: None, anna: Person) -> None:
    anna.types("/track log 2h acme website yesterday")
    anna.opens_home().click("Set hourly rate …")
    anna.modal.fill("Hourly rate", typed)
    anna.modal.submit()
    assert anna.modal.errors == {"Hourly rate": "Type an amount like 95 or 95.50."}


@pytest.mark.parametrize(
    ("typed", "readings"), [("1.234", "1234.00 or 1.23"), ("1,000", "1000.00 or 1.00"), ("€1.500", "1500.00 or 1.50")]
)
def test_a_rate_that_can_be_read_in_two_ways_is_refused_with_both(
    typed: str, readings: str, projects: None, anna: Person
) -> None:
    anna.types("/track log 2h acme website yesterday")
    anna.opens_home().click("Set hourly rate …")
    anna.modal.fill("Hourly rate", typed)
    anna.modal.submit()
    assert anna.modal.errors == {"Hourly rate": f"“{typed}” can be read in two ways. Type {readings}."}
    assert anna.modal.value("Hourly rate") == typed


# Where the key is


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Aylin Approver", "Settings › Administration › Employees"),
        ("Finn Freelancer", "Einstellungen › Administration › Mitarbeiter"),
    ],
)
def test_form_and_readme_say_the_same_of_where_the_key_is(
    name: str, place: str, app: object, workspace: Workspace
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    who = person(workspace, name)
    who.types("/track connect")
    assert place in who.modal.text
    assert place in readme


def test_a_database_that_is_busy_only_delays_the_ticks(
    projects: None, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_jobs()

    def busy(*_: object, **__: object) -> None:
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr("bot.routine.first_steps.job_rows.hasten_jobs", busy)
        assert "1:00 h" in said(anna, "/track log 1h acme website yesterday")
    assert "✅ Your first time is written down" in anna.opens_home().plain()
