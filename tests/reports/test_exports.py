"""Entries leave as CSV: by a button, for the person alone, as a file where Slack takes files and as text where not."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bot.core.texts import Reader
from bot.reports.views import exports as views
from bot.slack.blocks import actions
from bot.tracking.rules.filters import Filter, ReportQuery, SpanUnit
from playground.person import Person
from playground.slack.workspace import READING, SCOPES, Workspace
from tests.conftest import FrozenClock

RunJobs = Callable[[], int]
pytestmark = pytest.mark.usefixtures("projects")


def rows_of(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """The lines of a file by their heads."""
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


MARCH = Filter(date(2026, 3, 1), date(2026, 3, 31), SpanUnit.MONTH, people=(1,))
"""Anna's own time."""


def offer(who: Person, chosen: Filter) -> None:
    """Show somebody the buttons below a report, whoever may see what it asks for."""
    to = Reader.for_locale(locale=who.workspace.person(who.id).locale, language=None, zone="Europe/Berlin")
    blocks = [actions(*views.export_buttons(to, ReportQuery(chosen)))]
    with who.workspace.change():
        who.workspace.post(who.channel, who.workspace.team.bot_user, "Report", blocks, only_for=who.id)


def received(who: Person) -> bytes:
    """The one file that a person was sent."""
    files = [content for seen in who.dm for content in seen.files.values()]
    assert len(files) == 1
    return files[0]


def test_a_file_for_programs_comes_to_the_person_alone(anna: Person, finn: Person, run_jobs: RunJobs) -> None:
    anna.types("/track log 1h30 acme website #call: kick-off; “first”")
    offer(anna, MARCH)
    anna.clicks("CSV for programs")
    assert anna.last.text == "The CSV comes as a message from me in a moment."
    run_jobs()
    seen = anna.dm[-1]
    assert seen.text == "The CSV you asked for: March 2026 · own time · 1 entry"
    assert list(seen.files) == ["trackomat-2026-03-01-2026-03-31.csv"]
    (row,) = rows_of(received(anna))
    assert row == {
        "date": "2026-03-10",
        "start": "",
        "end": "",
        "zone": "Europe/Berlin",
        "duration": "1:30",
        "hours": "1.50",
        "customer": "Acme GmbH",
        "customer_number": "",
        "project": "Website",
        "service": "",
        "person": "Anna Admin",
        "note": "kick-off; “first”",
        "private": "false",
        "tags": "call",
        "billable": "true",
        "billed": "false",
        "invoice": "",
        "end_guessed": "false",
        "running": "false",
    }
    assert not any(seen.files for seen in [*finn.dm, *finn.messages, *anna.messages])


def test_the_readers_own_form_opens_in_a_german_excel(finn: Person, run_jobs: RunJobs) -> None:
    finn.types("/track log 8-9:20 acme website: Anstoß")
    offer(finn, replace(MARCH, people=(2,)))
    finn.clicks("CSV für Excel")
    run_jobs()
    content = received(finn)
    assert content.startswith(b"\xef\xbb\xbfDatum;Beginn;Ende;")
    (row,) = rows_of(content, ";")
    assert [row[head] for head in ("Datum", "Beginn", "Ende", "Dauer", "Stunden", "Kunde", "Abrechenbar")] == [
        "10.03.2026",
        "08:00",
        "09:20",
        "1:20",
        "1,3333",
        "Acme GmbH",
        "ja",
    ]


def test_a_timer_that_runs_is_named_so(anna: Person, clock: FrozenClock, run_jobs: RunJobs) -> None:
    anna.types("/track start acme website")
    clock.forward_by(minutes=75, seconds=20)
    offer(anna, MARCH)
    anna.clicks("CSV for programs")
    run_jobs()
    (row,) = rows_of(received(anna))
    assert (row["start"], row["end"], row["duration"], row["running"]) == (
        "2026-03-10T10:00:00+01:00",
        "",
        "1:15",
        "true",
    )


def test_two_clicks_make_one_file(anna: Person, run_jobs: RunJobs) -> None:
    anna.types("/track log 1h acme website")
    offer(anna, MARCH)
    anna.clicks("CSV for programs")
    anna.clicks("CSV for programs")
    assert anna.last.text == "This CSV is on its way already: it comes as a message from me."
    run_jobs()
    received(anna)


def test_without_the_scope_it_comes_as_text_that_says_who_can_change_that(
    anna: Person, workspace: Workspace, run_jobs: RunJobs
) -> None:
    workspace.scopes = SCOPES | READING
    anna.types("/track log 1h acme website: <!channel> & ``` `code`")
    offer(anna, MARCH)
    anna.clicks("CSV for programs")
    run_jobs()
    workspace.violations.clear()
    seen = anna.dm[-1]
    assert not seen.files
    assert "<!channel> & `\u200b`\u200b` `code`" in seen.plain()
    assert "2026-03-10,,,Europe/Berlin,1:00,1.00,Acme GmbH" in seen.plain()
    assert seen.pings == ()
    assert "It comes as a file once whoever set up Trackomat in Slack grants the scope files:write" in seen.plain()
