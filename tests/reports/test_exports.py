"""Entries leave as CSV: by a button, for the person alone, as a file where Slack takes files and as text where not."""

import csv
import importlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.core.context import Bot
from bot.core.roles import Role
from bot.core.texts import Reader
from bot.reports import exports
from bot.reports.views import exports as views
from bot.slack import uploads
from bot.slack.blocks import actions, button
from bot.tracking.rules.filters import Filter, ReportQuery, SpanUnit
from playground.person import Person
from playground.slack.workspace import FILES, READING, SCOPES, Workspace
from storage import jobs as job_rows
from storage import people as people_rows
from tests import deeds
from tests.conftest import T0, FrozenClock

RunJobs = Callable[[], int]
pytestmark = pytest.mark.usefixtures("projects")


def rows_of(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """The lines of a file by their heads."""
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


MARCH = Filter(date(2026, 3, 1), date(2026, 3, 31), SpanUnit.MONTH, people=(1,))
"""Anna's own time."""


def set_role(bot: Bot, person_id: int, role: Role) -> None:
    """Somebody appoints them, or no longer."""
    with bot.database.write() as db:
        people_rows.change_person(db, person_id, role=role)


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
    anna.types("/track report")
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
        **dict.fromkeys(("amount", "gross", "currency", "vat", "receipt", "pass_through"), ""),
    }
    assert not any(seen.files for seen in [*finn.dm, *finn.messages, *anna.messages])


def test_expenses_stand_below_the_time_with_their_amounts(anna: Person, run_jobs: RunJobs) -> None:
    anna.types("/track log 1h30 acme website")
    anna.types("/track expense 49,90 7% acme website yesterday receipt RE-7: =SUM(A1)")
    anna.types("/track report")
    anna.clicks("CSV for programs")
    run_jobs()
    time, spent = rows_of(received(anna))
    assert (time["hours"], time["amount"]) == ("1.50", "")
    assert (spent["date"], spent["duration"], spent["hours"], spent["start"]) == ("2026-03-09", "0:00", "0.00", "")
    assert [spent[name] for name in ("amount", "gross", "currency", "vat", "receipt", "note")] == [
        *("49.90", "true", "EUR", "7.00", "RE-7", "'=SUM(A1)")
    ]
    assert (spent["customer"], spent["project"], spent["billed"]) == ("Acme GmbH", "Website", "false")


def test_the_readers_own_form_opens_in_a_german_excel(finn: Person, run_jobs: RunJobs) -> None:
    finn.types("/track log 8-9:20 acme website: Anstoß")
    finn.types("/track bericht")
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


def test_the_two_forms_of_the_same_entries_have_names_of_their_own(anna: Person, run_jobs: RunJobs) -> None:
    anna.types("/track log 1h acme website")
    offer(anna, MARCH)
    anna.clicks("CSV for Excel")
    anna.clicks("CSV for programs")
    run_jobs()
    assert {name for seen in anna.dm for name in seen.files} == {
        "trackomat-2026-03-01-2026-03-31-excel.csv",
        "trackomat-2026-03-01-2026-03-31.csv",
    }


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
    seen = anna.dm[-1]
    assert not seen.files
    assert "<!channel> & `\u200b`\u200b` `code`" in seen.plain()
    assert "2026-03-10,,,Europe/Berlin,1:00,1.00,Acme GmbH" in seen.plain()
    assert seen.pings == ()
    assert "It comes as a file once whoever set up Trackomat in Slack grants the scope files:write" in seen.plain()


def killed_at(monkeypatch: pytest.MonkeyPatch, bot: Bot, run_jobs: RunJobs, where: str, *, after: bool) -> None:
    """Have the process end once, before or after this function does its work; then its lease is over."""
    module, _, name = where.rpartition(".")
    target = importlib.import_module(module)
    whole = getattr(target, name)
    real = [1_000_000]
    monkeypatch.setattr("bot.jobs.lease_clock", lambda: real[0])

    def dying(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(target, name, whole)
        if after:
            whole(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(target, name, dying)
    with pytest.raises(KeyboardInterrupt):
        run_jobs()
    real[0] += bot.settings.job_lease


def ask(who: Person, label: str = "CSV for programs", chosen: Filter | None = None) -> None:
    """Track an hour, and press the button."""
    who.types("/track log 1h acme website")
    offer(who, chosen or MARCH)
    who.clicks(label)


def texts(who: Person) -> list[str]:
    """What a person was written, without what they write."""
    return [seen.text for seen in who.dm]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "where",
    [
        "bot.reports.exports.write",
        "bot.slack.uploads.upload",
        "storage.jobs.note_in_job",
        "bot.slack.messages.channel_of",
        "bot.slack.uploads.share",
        "storage.jobs.finish_job",
    ],
)
def test_a_killed_job_sends_its_file_once(
    anna: Person, bot: Bot, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch, where: str, after: bool
) -> None:
    ask(anna)
    killed_at(monkeypatch, bot, run_jobs, where, after=after)
    run_jobs()
    assert len(rows_of(received(anna))) == 1
    assert [text for text in texts(anna) if "CSV" in text] == [anna.dm[-1].text]


@pytest.mark.parametrize(
    ("where", "after", "messages_sent"),
    [
        ("bot.reports.exports.write", True, 1),
        ("bot.slack.messages.send", False, 0),
        ("bot.slack.messages.send", True, 1),
        ("storage.jobs.finish_job", False, 1),
    ],
)
def test_a_killed_job_never_sends_its_text_twice(
    anna: Person,
    bot: Bot,
    workspace: Workspace,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    after: bool,
    messages_sent: int,
) -> None:
    workspace.scopes = SCOPES | READING
    ask(anna)
    killed_at(monkeypatch, bot, run_jobs, where, after=after)
    run_jobs()
    assert len([text for text in texts(anna) if "CSV" in text]) == messages_sent
    anna.clicks("CSV for programs")  # whoever misses it presses again
    run_jobs()
    assert len([text for text in texts(anna) if "CSV" in text]) == messages_sent + 1


@pytest.mark.parametrize("scopes", [SCOPES | FILES, SCOPES], ids=["file", "text"])
def test_a_job_that_takes_longer_than_its_lease_is_done_twice_and_shows_once(
    anna: Person,
    bot: Bot,
    workspace: Workspace,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
    scopes: frozenset[str],
) -> None:
    workspace.scopes = scopes
    ask(anna)
    real, whole = [1_000_000], exports.write
    monkeypatch.setattr("bot.jobs.lease_clock", lambda: real[0])

    def slow(*args: Any) -> int:
        monkeypatch.setattr("bot.reports.exports.write", whole)
        count = whole(*args)
        real[0] += bot.settings.job_lease
        assert run_jobs() == 1
        return count

    monkeypatch.setattr("bot.reports.exports.write", slow)
    run_jobs()
    assert len([text for text in texts(anna) if "CSV" in text]) == 1


@pytest.mark.expects_errors
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_slack_cannot_do_now_it_does_later_and_once(
    anna: Person, bot: Bot, workspace: Workspace, run_jobs: RunJobs, clock: FrozenClock, method: str, status: int
) -> None:
    ask(anna)
    workspace.fail_next(method, status=status, retry_after=60)
    run_jobs()
    clock.forward_by(hours=1)
    run_jobs()
    assert len(rows_of(received(anna))) == 1


@pytest.mark.expects_errors
def test_where_the_way_to_slacks_files_is_barred_it_comes_as_text(
    anna: Person, workspace: Workspace, run_jobs: RunJobs, clock: FrozenClock
) -> None:
    ask(anna)
    workspace.fail_next("upload", status=403, times=9)
    for _ in range(4):
        run_jobs()
        clock.forward_by(hours=1)
    seen = anna.dm[-1]
    assert not seen.files
    assert "Acme GmbH" in seen.plain()
    assert "Slack takes no file from me now. Whoever runs Trackomat finds the reason in its log." in seen.plain()


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/upload/v1/x",
        "https://files.slack.com.evil.example/upload",
        "https://files.slack.com@evil.example/upload",
        "https://evil.example/https://files.slack.com/upload",
        "https://files.slack.com:444/upload",
        "https://hooks.slack.com/upload",
        "https://files.slack.com/upload\r\nX: y",
        "http://169.254.169.254/latest",
        "http://127.0.0.1/upload",
        "file:///etc/passwd",
        "",
        "None",
    ],
)
def test_bytes_go_to_slacks_own_hosts_alone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_more: object) -> Any:
        raise AssertionError("it was asked")

    monkeypatch.setattr("bot.slack.uploads.build_opener", never)
    monkeypatch.setattr(
        WebClient, "files_getUploadURLExternal", lambda *_args, **_more: {"upload_url": url, "file_id": "F1"}
    )
    with pytest.raises(uploads.NotTaken):
        uploads.upload(WebClient(base_url="https://slack.example/api/"), io.BytesIO(b"x"), name="x.csv", size=1)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/upload/v1/abc?x=y",
        "https://files.slack-gov.com/upload/v1/abc",
        "https://slack.example/slack/upload/1",
    ],
)
def test_slacks_own_addresses_for_files_are_used(url: str) -> None:
    assert uploads.is_slacks(url, api_url="https://slack.example/api/")


def test_of_many_entries_a_text_holds_as_many_as_a_message_and_counts_the_others(
    anna: Person, bot: Bot, workspace: Workspace, run_jobs: RunJobs
) -> None:
    workspace.scopes = SCOPES | READING
    anna.types("/track log 1h acme website: first")
    with bot.database.write() as db:
        for number in range(300):
            began = T0 - timedelta(days=5, minutes=number)
            note = "y" * 2_990 if number == 299 else f"<&> ticket {number}"
            deeds.add_entry(db, started_at=began, ended_at=began + timedelta(minutes=1), note=note)
    offer(anna, MARCH)
    anna.clicks("CSV for programs")
    run_jobs()
    shown = [block for block in anna.dm[-1].surface.blocks if block.get("text", {}).get("type") == "mrkdwn"]
    assert len(shown) == views.MOST_SECTIONS
    lines = [line for block in shown for line in block["text"]["text"].strip("`").strip().splitlines()]
    assert lines[0].startswith("date,start,")
    assert all(line.endswith(",false,false,,,,,,") for line in lines[1:])
    missing = 301 - (len(lines) - 1)
    assert (
        f"{missing} entries are missing. Ask for a shorter time or fewer people, or for a file." in anna.dm[-1].plain()
    )


def test_what_may_not_be_seen_is_refused_at_the_click_and_again_by_the_job(
    anna: Person, finn: Person, bot: Bot, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme website: secret")
    finn.types("/track log 1h acme website")
    everybody = replace(MARCH, people=())
    offer(finn, everybody)
    finn.clicks("CSV für Programme")
    assert "Die Zeit anderer sieht nur, wer abrechnet." in finn.last.text
    set_role(bot, 2, Role.BILLER)
    finn.clicks("CSV für Programme")
    set_role(bot, 2, Role.MEMBER)
    run_jobs()
    assert "Die Zeit anderer sieht nur, wer abrechnet." in finn.dm[-1].text
    assert not any(seen.files for seen in finn.dm)


def test_a_biller_sees_notes_that_are_kept_from_the_customer_and_that_they_are(
    anna: Person, finn: Person, run_jobs: RunJobs
) -> None:
    finn.types("/track log 1h acme website --intern: Streit mit dem Kunden")
    offer(anna, replace(MARCH, people=()))
    anna.clicks("CSV for programs")
    run_jobs()
    (row,) = rows_of(received(anna))
    assert (row["person"], row["note"], row["private"]) == ("Finn Freelancer", "Streit mit dem Kunden", "true")


def test_a_customer_of_another_workspace_is_nobody_here(anna: Person, bot: Bot) -> None:
    offer(anna, replace(MARCH, customers=(999,)))
    anna.clicks("CSV for programs")
    assert anna.last.text == "The CSV comes as a message from me in a moment."


def test_where_nothing_fits_any_more_it_says_so(anna: Person, run_jobs: RunJobs) -> None:
    offer(anna, MARCH)
    anna.clicks("CSV for programs")
    run_jobs()
    assert anna.dm[-1].text == "There is no entry for the CSV you asked for: March 2026 · own time"


@pytest.mark.parametrize("value", ["", "x", "{}", '{"filter":{"people":[0]}}', '{"filter":{"tags":7}}'])
@pytest.mark.parametrize("form", ["fixed", "reader", "xlsx", ""])
def test_a_button_of_another_version_does_nothing(anna: Person, bot: Bot, value: str, form: str) -> None:
    block = actions(button("CSV", f"{views.EXPORT}:{form}", value or "-"))
    with anna.workspace.change():
        anna.workspace.post(anna.channel, anna.workspace.team.bot_user, "Report", [block], only_for=anna.id)
    anna.clicks("CSV")
    assert "older message" in anna.last.text


def test_who_left_slack_is_no_failure(anna: Person, bot: Bot, workspace: Workspace, run_jobs: RunJobs) -> None:
    ask(anna)
    workspace.change_person(anna.id, deleted=True)
    run_jobs()
    workspace.violations.clear()
    with bot.database.read() as db:
        assert not [job for job in job_rows.list_jobs(db, now=bot.now(), clock=0) if "export" in job.key]
