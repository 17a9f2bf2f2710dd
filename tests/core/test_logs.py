"""The log names what happened, to which request or job, and never tells what people wrote or keep secret."""

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator

import pytest
import respx
from slack_bolt import App, BoltRequest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.core import logs
from bot.core.context import Bot
from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Person
from playground.slack.workspace import Workspace
from storage import jobs as job_rows
from storage import people as people_rows
from storage.tables import audits
from tests.conftest import T0, FrozenClock

RunJobs = Callable[[], int]
SECRETS = {
    "the key": seed.ADMIN_KEY,
    "a note": "Aufhebungsvertrag",
    "a customer": "Acme",
    "a customer of Billomat's": "Bäckerei",
    "a person": "Anna",
    "a page of Billomat's": "gewartet",
    "a token": "xoxb",
}


class Log(io.StringIO):
    """What was logged."""

    def lines(self) -> list[dict[str, str]]:
        """Each line taken apart as a collector does it."""
        return [_pairs(line) for line in self.getvalue().splitlines()]

    def last(self, message: str = "") -> dict[str, str]:
        """The last line; or that of a message: Slack may tell the bot of what a job posted before the job is over."""
        return [line for line in self.lines() if message in ("", line["msg"])][-1]


def _pairs(line: str) -> dict[str, str]:
    found = re.findall(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|[^ "=]+)(?: |$)', line)
    assert " ".join(f"{name}={value}" for name, value in found) == line
    return {name: json.loads(value) if value.startswith('"') else value for name, value in found}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """What `trackomat run` writes to standard error."""
    log = Log()
    monkeypatch.setattr(sys, "stderr", log)
    root = logging.getLogger()
    handlers = [*root.handlers]
    loggers = [root, *(logging.getLogger(name) for name in logs.CHATTY)]
    levels = [logger.level for logger in loggers]
    logs.start("INFO")
    yield log
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def without_time(line: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in line.items() if name not in ("time", "ms")}


# What a line says


def test_a_command_is_one_line_with_its_name_its_outcome_and_its_milliseconds(
    projects: None, anna: Person, workspace: Workspace, log: Log, bot: Bot
) -> None:
    anna.types("/track start acme website: Aufhebungsvertrag")
    (line,) = log.lines()
    assert line["ms"].isdigit()
    with bot.database.read() as db:
        recorded: str = db.execute(select(audits.c.request).where(audits.c.subject == "entry")).scalar_one()
    assert without_time(line) == {
        "level": "info",
        "logger": "bot.app",
        "msg": "request",
        "request": recorded.rpartition(":")[2],
        "workspace": workspace.team.id,
        "action": "/track start",
        "outcome": "ok",
    }


@pytest.mark.parametrize(
    ("text", "action", "outcome"),
    [
        ("stop", "/track stop", "refused"),
        ("start 25:00 acme", "/track", "refused"),
        ("Aufhebungsvertrag", "/track unknown", "ok"),
        ("new", "/track new", "ok"),
        ("help", "/track help", "ok"),
    ],
)
def test_the_outcome_tells_what_was_refused_from_what_was_done(
    projects: None, anna: Person, log: Log, text: str, action: str, outcome: str
) -> None:
    anna.types(f"/track {text}")
    assert (log.last()["action"], log.last()["outcome"]) == (action, outcome)


def test_clicks_submissions_and_searches_are_named_as_their_listeners_are(
    projects: None, anna: Person, log: Log
) -> None:
    anna.types("/track log 1h acme website")
    anna.clicks("Edit …")
    anna.modal.options("Project", "acme")
    anna.modal.submit()
    anna.opens_home()
    actions = [line["action"] for line in log.lines()]
    assert actions == ["/track log", "entry_edit", "target", "entry_edited", "app_home_opened"]


def test_a_repeated_delivery_is_told_from_the_first_and_has_the_same_request(
    projects: None, anna: Person, workspace: Workspace, log: Log
) -> None:
    anna.types("/track log 1h acme website")
    workspace.repeat()
    workspace.wait_idle()
    first, second = log.lines()
    assert (first["request"], first["outcome"]) == (second["request"], "ok")
    assert second["outcome"] == "repeated"


@pytest.mark.expects_errors
def test_an_error_is_found_by_its_number_with_the_places_it_came_through(
    projects: None, anna: Person, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object, **_values: object) -> None:
        raise ValueError("Aufhebungsvertrag")

    monkeypatch.setattr("storage.change.Change.record", breaks)
    answer = anna.types("/track start acme website")
    assert answer
    error, request = log.lines()
    number = re.search(r"E-[0-9A-F]{6}", answer.text)
    assert number
    assert (error["msg"], request["error"]) == (f"error {number[0]}", number[0])
    assert error["request"] == request["request"]
    places = r"timers\.py:\d+:start_timer storage/tracking\.py:\d+:add_entry tests/core/test_logs\.py:\d+:breaks"
    assert re.search(rf"^ValueError .*bot/tracking/{places}$", error["exception"])
    assert request["outcome"] == "error"


@pytest.mark.expects_errors
def test_an_error_after_the_ack_carries_its_request(
    projects: None, anna: Person, workspace: Workspace, log: Log
) -> None:
    workspace.fail_next("views.open", status=500)
    anna.types("/track new")
    request, *_ = [line for line in log.lines() if line["msg"] == "request"]  # the bot hears of its apology too
    (unopened,) = [line for line in log.lines() if line["msg"].startswith("a window was not opened")]
    assert (unopened["request"], unopened["action"]) == (request["request"], "/track")


def test_who_cannot_sign_leaves_a_line_that_claims_nothing_about_them(app: App, log: Log) -> None:
    app.dispatch(BoltRequest(body="command=/track&team_id=T1", headers={}))
    assert without_time(log.last()) == {"level": "info", "logger": "bot.app", "msg": "request", "outcome": "401"}


def test_a_job_is_one_line_with_its_key_its_lease_and_how_often_it_was_tried(
    projects: None, bot: Bot, log: Log, run_jobs: RunJobs
) -> None:
    with bot.database.write() as db:
        job_rows.put_job(db, "post", "post:1", due=T0, person_id=1, message={"text": "Aufhebungsvertrag"})
    run_jobs()
    line = log.last("job")
    assert line["ms"].isdigit()
    assert re.fullmatch("[0-9a-f]{16}", line["token"])
    assert (line["msg"], line["job"], line["attempt"], line["person_id"]) == ("job", "post:1", "1", "1")
    assert line["outcome"] == "done"


@pytest.mark.expects_errors
def test_a_job_that_fails_says_so_in_the_line_that_has_its_number(
    projects: None, bot: Bot, log: Log, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_args: object) -> None:
        raise SlackApiError("Aufhebungsvertrag", {"ok": False, "error": "fatal_error"})

    monkeypatch.setattr("bot.slack.messages.send", refuses)
    with bot.database.write() as db:
        job_rows.put_job(db, "post", "post:1", due=T0, person_id=1, message={"text": "Aufhebungsvertrag"})
    run_jobs()
    line = log.last()
    assert (line["level"], line["outcome"]) == ("error", "failed")
    assert line["exception"].startswith("SlackApiError(fatal_error) ")
    with bot.database.read() as db:
        (listed,) = job_rows.list_jobs(db, now=T0, clock=0)
    assert listed.error
    assert listed.error.removeprefix("SlackApiError ").strip("()") in line["msg"]


# What no line says


@pytest.mark.expects_errors
def test_neither_key_nor_note_nor_name_is_in_the_log_of_a_whole_month(
    anna: Person, bot: Bot, account: Account, workspace: Workspace, log: Log, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    """Connect, import, work, bill and send, and everything that can break on the way."""
    anna.types("/track connect")
    for label, entry in {"billomatID": "acme", "API key": seed.ADMIN_KEY, "Default VAT rate": "19"}.items():
        anna.modal.fill(label, entry)
    connected = anna.modal.submit()
    assert connected
    account.trouble.next("maintenance")
    connected.submit()
    run_jobs()
    assert "failed" in [line.get("outcome") for line in log.lines()]
    clock.forward_by(minutes=5)
    run_jobs()
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=9500)
    anna.types('/track log 2h "Acme GmbH" yesterday: Aufhebungsvertrag')
    anna.types("/track start Aufhebungsvertrag")
    anna.types("/track Aufhebungsvertrag")
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track invoice acme gmbh")
    account.trouble.next("error", worked=True, on="POST invoices")
    anna.modal.submit()
    run_jobs()
    assert account.drafts()
    with bot.database.write() as db:
        cascade = "CASCADE" if db.dialect.name == "postgresql" else ""
        for table in ("draft_share", "draft_entry"):
            db.execute(text(f"DROP TABLE {table} {cascade}"))
    anna.types("/track list")
    anna.types('/track log 1h "Acme GmbH": Aufhebungsvertrag')
    workspace.fail_next("views.open", status=500)
    anna.types("/track connect")
    said = log.getvalue()
    assert {"/track connect", "/track log", "/track invoice"} <= {line.get("action") for line in log.lines()}
    assert [line for line in log.lines() if "exception" in line]
    assert [name for name, secret in SECRETS.items() if secret in said] == []


def test_why_billomat_refuses_an_import_is_told_by_its_status_alone(anna: Person, log: Log, run_jobs: RunJobs) -> None:
    anna.types("/track connect")
    for label, entry in {"billomatID": "acme", "API key": seed.ADMIN_KEY, "Default VAT rate": "19"}.items():
        anna.modal.fill(label, entry)
    connected = anna.modal.submit()
    assert connected
    connected.submit()
    with respx.mock as network:
        network.get(path__regex="/api/clients").respond(422, json={"errors": {"error": "Aufhebungsvertrag"}})
        network.route().pass_through()
        run_jobs()
    assert "Aufhebungsvertrag" in anna.dm[-1].plain()
    assert "Billomat refused the import: HTTP 422" in [line["msg"] for line in log.lines()]
    assert "Aufhebungsvertrag" not in log.getvalue()


def test_of_an_exception_in_a_message_only_the_kind_is_kept(log: Log) -> None:
    refused = SlackApiError("Aufhebungsvertrag", {"ok": False, "error": "Aufhebungsvertrag"})
    logging.getLogger("bot").warning("the Home of person %d was not published: %s", 7, refused)
    assert log.last()["msg"] == "the Home of person 7 was not published: SlackApiError"
    logging.getLogger("bot").warning("%s", OSError(111, "Connection refused", "Aufhebungsvertrag"))
    assert log.last()["msg"] == "ConnectionRefusedError(Connection refused)"
    logging.getLogger("bot").warning("100 %")
    assert log.last()["msg"] == "100 %"


@pytest.mark.expects_errors
def test_what_a_database_quotes_in_its_errors_is_left_out(anna: Person, bot: Bot, log: Log) -> None:
    anna.types("/track help")
    try:
        with bot.database.write() as db:
            people_rows.ensure_workspace(db, "T-other", at=T0)
            for _ in range(2):
                db.execute(
                    text("INSERT INTO delivery (key, at) VALUES (:key, :at)"), {"key": "Aufhebungsvertrag", "at": T0}
                )
    except IntegrityError:
        logging.getLogger("bot").exception("it broke")
    line = log.last()
    code = "SQLITE_CONSTRAINT_PRIMARYKEY" if bot.database.is_sqlite else "23505"
    assert line["exception"].startswith("IntegrityError ")
    assert f"({code})" in line["exception"]
    assert "Aufhebungsvertrag" not in log.getvalue()


@pytest.mark.parametrize("value", ["", "a b", 'say "no"', "a=b", "two\nlines", "back\\slash", "grün", "\u202e", "x"])
def test_whatever_a_value_is_it_stays_one_line_and_is_read_back_as_it_was(log: Log, value: str) -> None:
    with logs.about(field=value):
        logging.getLogger("bot").warning("%s", value)
    (line,) = log.lines()
    assert (line["field"], line["msg"]) == (value, value)


def test_what_bolt_quotes_of_requests_that_nobody_listens_to_is_left_out(log: Log) -> None:
    logging.getLogger("slack_bolt.App").warning("Unhandled request (%s)", {"text": "Aufhebungsvertrag"})
    assert log.getvalue() == ""


@pytest.mark.expects_errors
@pytest.mark.parametrize("user", ["anna:hush-hush", "anna:hush%40hush", "hush:", "anna:hush@hush", "a@b:@hush@"])
@pytest.mark.parametrize(
    "told", ["Failed to connect to the proxy (proxy: {}, connect status code: 407)", "{}", "no {} here"]
)
def test_a_proxy_that_slacks_sdk_names_is_named_without_its_password(log: Log, user: str, told: str) -> None:
    """The first is its own sentence, where a proxy refuses the WebSocket."""
    logging.getLogger("slack_bolt.App").error(told.format(f"http://{user}@proxy.example.com:3128"))
    assert log.last()["msg"] == told.format("http://…@proxy.example.com:3128")
