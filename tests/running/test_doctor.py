"""`trackomat doctor`: what is wrong is said in words, with the remedy and without secrets."""

import secrets
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from bot import doctor
from bot.__main__ import main
from bot.core.context import Bot, Itself
from bot.core.settings import Settings
from bot.core.vault import Vault
from bot.slack.installation import answered_at
from playground.billomat import http as billomat_http
from playground.billomat import seed
from playground.billomat.account import Account
from playground.person import Person
from playground.slack.workspace import FILES, READING, SCOPES, Workspace
from storage import billomat as billomat_rows
from storage import jobs as job_rows
from storage.change import Change
from tests.conftest import T0
from tests.drafts import add_draft

Answers = dict[str, Response]


@pytest.fixture(autouse=True)
def _real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKOMAT_CLOCK", raising=False)


@pytest.fixture
def slack_says(settings: Settings, workspace: Workspace, account: Account, _server: Callable[..., str]) -> Answers:
    """Method -> what Slack answers instead; `elsewhere` has the settings that lead there."""
    answers: Answers = {}

    async def answer(request: Request) -> Response:
        return answers[request.path_params["method"]]

    _server(
        workspace,
        Route("/elsewhere/api/{method}", answer, methods=["GET", "POST"]),
        Mount("/billomat", routes=billomat_http.routes(account)),
    )
    return answers


@pytest.fixture
def elsewhere(settings: Settings) -> Settings:
    address = settings.slack_api_url.removesuffix("slack/api/")
    return settings.model_copy(update={"slack_api_url": f"{address}elsewhere/api/"})


def found(settings: Settings, **changes: Any) -> list[str]:
    """All sentences; those about something to mend begin with "!"."""
    changed = Settings(_env_file=None, **(settings.model_dump() | changes))
    return [("" if finding.ok else "! ") + finding.text for finding in doctor.examine(changed, now=T0)]


def connected(bot: Bot, anna: Person, *, key: str = seed.ADMIN_KEY, billomat_id: str = "acme") -> None:
    """Anna's workspace has an account."""
    anna.types("/track help")
    with bot.database.write() as db:
        billomat_rows.connect_account(
            Change(db, Itself(1, T0)),
            billomat_id=billomat_id,
            secret_key=bot.vault.lock(key),
            key_owner="Anna Albrecht",
            tax_name="MwSt",
            tax_rate=1900,
            terms=billomat_rows.AccountTerms(currency="EUR", gross_prices=False, untaxed_countries=""),
            by=1,
        )


def test_when_all_is_well_it_says_so_and_whose_key_it_is(settings: Settings, bot: Bot, anna: Person) -> None:
    connected(bot, anna)
    assert found(settings) == [
        "The settings are complete: Slack over HTTP on 127.0.0.1:3000.",
        "Slack knows the bot as trackomat in Demo workspace.",
        "The database answers and is up to date.",
        "The Billomat account acme answers; the key belongs to Anna Albrecht.",
    ]


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(settings: Settings, tmp_path: Path) -> None:
    said = found(settings, database_url=f"sqlite:///{tmp_path}/new/trackomat.db")
    assert said[-1] == f"There is no database yet; `trackomat run` makes {tmp_path}/new/trackomat.db."
    assert not (tmp_path / "new").exists()


def test_missing_tokens_are_named(settings: Settings, bot: Bot) -> None:
    said = found(settings, slack_bot_token=None, slack_signing_secret=None)
    assert "! SLACK_BOT_TOKEN is not set" in said[0]
    assert "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set" in said[1]


def test_a_clock_that_can_be_moved_is_no_clock_to_bill_by(
    settings: Settings, bot: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offset = tmp_path / "clock"
    offset.write_text("0")
    monkeypatch.setenv("TRACKOMAT_CLOCK", str(offset))
    assert found(settings)[1].startswith("! TRACKOMAT_CLOCK is set")


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (220, "3 minutes ahead of Slack's"),
        (-450, "7 minutes behind Slack's"),
        (9_000, "2 hours ahead of Slack's"),
        (-92_000, "25 hours behind Slack's"),
        (60, None),
        (-60, None),
    ],
)
def test_a_wrong_clock_of_the_machine_is_named_with_what_to_do(
    off: int, said: str | None, settings: Settings, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.lease_clock", lambda: int(time.time()) + off)
    lines = [line for line in found(settings) if "clock" in line]
    if said is None:
        assert lines == []
    else:
        (line,) = lines
        assert line.startswith(f"! The clock of this machine is {said}: set it (`timedatectl set-ntp true`).")


@pytest.mark.parametrize("told", ["", "yesterday", "Tue, 10 Mar 2026 25:00:00 GMT", "Tue, 10 Mar 2026 10:00:00 -0000"])
def test_where_slack_tells_no_time_nothing_is_said_of_the_clock(told: str) -> None:
    assert answered_at(SimpleNamespace(headers={"Date": told} if told else {})) is None  # type: ignore[arg-type]


# Slack


def test_a_token_that_slack_refuses_is_named_with_the_place_of_the_right_one(
    elsewhere: Settings, bot: Bot, slack_says: Answers
) -> None:
    slack_says["auth.test"] = JSONResponse({"ok": False, "error": "invalid_auth"})
    said = found(elsewhere)
    assert said[1].startswith("! Slack refuses (invalid_auth) SLACK_BOT_TOKEN: copy the Bot User OAuth Token")


def test_without_leave_to_read_messages_all_is_well_and_a_reinstall_is_named(
    settings: Settings, bot: Bot, workspace: Workspace
) -> None:
    workspace.scopes = SCOPES
    assert found(settings)[2].startswith(
        "The bot reads no mentions in channels and no messages to it (app_mentions:read, im:history). All else works. "
    )
    assert "reinstall the app" in found(settings)[2]
    workspace.scopes = SCOPES | {"app_mentions:read"}
    assert found(settings)[2].startswith("The bot reads no messages to it (im:history). ")
    workspace.scopes = SCOPES | READING | FILES
    assert not any("reads no" in line for line in found(settings))


def test_without_leave_to_send_files_it_says_how_exports_come(
    settings: Settings, bot: Bot, workspace: Workspace
) -> None:
    workspace.scopes = SCOPES | READING
    assert found(settings)[2].startswith("Exports come as text in a message, and not as files (files:write). ")
    workspace.scopes = SCOPES | READING | FILES
    assert not any("Exports" in line for line in found(settings))


def test_what_the_bot_may_do_without_need_is_named(settings: Settings, bot: Bot, workspace: Workspace) -> None:
    workspace.scopes = SCOPES | READING | FILES | {"channels:history"}
    assert "The bot's token may do more than Trackomat needs: channels:history." in found(settings)


def test_missing_scopes_are_named_and_a_reinstall_adds_them(settings: Settings, bot: Bot, workspace: Workspace) -> None:
    workspace.scopes = frozenset({"commands", "chat:write", "users:read.email"})
    assert found(settings)[2].startswith("! The bot's token lacks channels:read, groups:read, im:write, users:read: ")
    assert "reinstall the app" in found(settings)[2]


def test_slack_out_of_reach_is_told_from_a_wrong_token(settings: Settings, bot: Bot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    said = found(settings, slack_api_url=f"http://127.0.0.1:{port}/api/")
    assert said[1].startswith("! Slack cannot be reached: look at the network")


def test_slack_in_trouble_asks_for_patience(
    elsewhere: Settings, bot: Bot, slack_says: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    slack_says["auth.test"] = HTMLResponse("<h1>Server Error</h1>", 503)
    assert found(elsewhere)[1] == "! Slack answered HTTP 503. Try again later."


def test_socket_mode_is_tried(elsewhere: Settings, bot: Bot, slack_says: Answers) -> None:
    slack_says["auth.test"] = JSONResponse(
        {"ok": True, "user": "trackomat", "team": "Demo workspace"},
        headers={"x-oauth-scopes": ",".join(SCOPES | READING | FILES)},
    )
    slack_says["apps.connections.open"] = JSONResponse({"ok": True, "url": "wss://example.com/link"})
    assert found(elsewhere, slack_app_token="xapp-1")[:3] == [
        "The settings are complete: Slack over Socket Mode.",
        "Slack knows the bot as trackomat in Demo workspace.",
        "Slack opens a connection for Socket Mode.",
    ]
    slack_says["apps.connections.open"] = JSONResponse({"ok": False, "error": "missing_scope"})
    refused = found(elsewhere, slack_app_token="xapp-1")[2]
    assert refused.startswith("! Slack refuses (missing_scope) SLACK_APP_TOKEN: ")
    assert "connections:write" in refused


# The database


def test_an_empty_database_is_told_from_one_of_another_version(settings: Settings, bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert found(settings, database_url=f"sqlite:///{tmp_path}/empty.db")[-1] == (
        "! The database is empty: run `trackomat migrate`."
    )
    for revision, sentence in {
        "0001": "! The database is of an older version: run `trackomat migrate`.",
        "9999": "! The database is of a newer version of Trackomat: install that version again.",
    }.items():
        with bot.database.write() as db:
            db.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
        assert found(settings)[-1] == sentence


def test_a_database_that_does_not_answer_is_said_without_its_password(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database" * 1000)
    assert found(settings, database_url=f"sqlite:///{tmp_path}/broken.db")[-1] == (
        f"! DATABASE_URL: {tmp_path}/broken.db is not a SQLite database: name another file."
    )
    said = found(settings, database_url="postgresql+psycopg://anna:secret@127.0.0.1:1/trackomat")[-1]
    assert said == "! DATABASE_URL: PostgreSQL cannot be reached (Connection refused)."


def test_jobs_that_were_given_up_are_named_with_their_error(settings: Settings, bot: Bot) -> None:
    with bot.database.write() as db:
        for number in range(7):
            job_rows.put_job(db, "post", f"post:{number}", due=T0, person_id=1, message={})
        while job := job_rows.claim_job(db, now=T0, clock=0, lease=1):
            job_rows.fail_job(db, job, at=T0, again=None, error="SlackApiError (E-ABC123)")
    said = found(settings)[-1]
    assert "post:0: SlackApiError (E-ABC123), " in said
    assert "and 2 more" in said
    assert said.endswith("`trackomat jobs retry --all`.")


def test_jobs_that_fail_again_and_again_are_named_while_they_are_still_tried(settings: Settings, bot: Bot) -> None:
    with bot.database.write() as db:
        job_rows.put_job(db, "deliver", "deliver:7", due=T0, draft_id=7)
        job_rows.put_job(db, "deliver", "deliver:8", due=T0, draft_id=8)
    fails(bot, tries=4)
    assert not [text for text in found(settings) if "without success" in text]
    fails(bot, tries=1)
    assert found(settings)[-1] == (
        "! Tried again and again without success: deliver:7: LookupError (E-ABC123), 5 tries, "
        "deliver:8: LookupError (E-ABC123), 5 tries. The log tells why under the error's number. "
        "They are tried again by themselves, and at once with `trackomat jobs retry --all`."
    )


def fails(bot: Bot, *, tries: int) -> None:
    """Each job is tried so often, and is to be tried again in an hour."""
    hour = timedelta(hours=1)
    for _ in range(tries):
        with bot.database.write() as db:
            while job := job_rows.claim_job(db, now=T0 + hour, clock=0, lease=1):
                job_rows.fail_job(db, job, at=T0, again=T0 + 2 * hour, error="LookupError (E-ABC123)")
            db.execute(update(job_rows.jobs).values(due=int((T0 + hour).timestamp())))


def test_jobs_that_nobody_does_are_told_from_those_that_are_just_due(settings: Settings, bot: Bot) -> None:
    with bot.database.write() as db:
        job_rows.put_job(db, "post", "post:old", due=T0 - timedelta(minutes=10))
        job_rows.put_job(db, "post", "post:new", due=T0 - timedelta(minutes=9))
    said = found(settings)[-1]
    assert said.startswith("! Due for more than 10 minutes: post:old. No process does the jobs: start `trackomat run`")


# Billomat


def test_without_an_account_it_says_how_to_connect_one(settings: Settings, bot: Bot) -> None:
    assert found(settings)[-1] == "No Billomat account is connected yet; `/track connect` in Slack does it."


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (seed.REVOKED_KEY, "! Billomat refuses the key of the account acme (HTTP 401"),
        (seed.READ_ONLY_KEY, "! The key of the Billomat account acme belongs to Rolf Reiter, who may not write"),
    ],
)
def test_a_key_that_does_not_do_is_named_by_its_account(
    key: str, sentence: str, settings: Settings, bot: Bot, anna: Person
) -> None:
    connected(bot, anna, key=key)
    assert found(settings)[-1].startswith(sentence)


def test_billomat_in_maintenance_asks_for_patience(
    settings: Settings, bot: Bot, anna: Person, account: Account
) -> None:
    connected(bot, anna)
    account.trouble.next("maintenance")
    assert found(settings)[-1].startswith("! The Billomat account acme does not answer (")


def test_over_quota_nobody_is_told_that_billomat_does_not_answer(
    settings: Settings, bot: Bot, anna: Person, account: Account
) -> None:
    connected(bot, anna)
    account.trouble.next("quota")
    said = "\n".join(found(settings))
    assert "Billomat takes no more calls for the account acme now" in said
    assert "does not answer" not in said


def test_an_account_that_is_gone_is_told_from_one_that_is_down(settings: Settings, bot: Bot, anna: Person) -> None:
    connected(bot, anna)
    gone = settings.billomat_url.replace("/billomat", "/nowhere")
    assert found(settings, billomat_url=gone)[-1].startswith("! There is no Billomat account acme any more")


def test_a_lost_key_is_told_from_a_wrong_one(settings: Settings, bot: Bot, anna: Person) -> None:
    connected(bot, anna)
    said = found(settings, trackomat_key="another key of more than 32 characters")[-1]
    assert "cannot be decrypted. Add the TRACKOMAT_KEY" in said


def test_postgresql_without_a_key_of_its_own_is_told_what_is_missing(settings: Settings, bot: Bot) -> None:
    said = found(settings, database_url="postgresql+psycopg://localhost/trackomat", trackomat_key=None)[-1]
    assert said.startswith("! TRACKOMAT_KEY is not set")


def a_draft(bot: Bot, state: str, **values: Any) -> None:
    approved = {"token": secrets.token_hex(6), "approved_by": 1, "net_cents": 100, "attempts": 1, "created_at": T0}
    with bot.database.write() as db:
        add_draft(db, state, **approved | values)


def test_drafts_whose_fate_nobody_knows_are_named(settings: Settings, bot: Bot, anna: Person, projects: None) -> None:
    a_draft(bot, "unknown")
    assert found(settings)[-1].startswith("! Billomat's answer was lost for draft 1. Whoever approved it")


def test_drafts_that_are_on_their_way_for_long_are_told_from_those_that_just_went(
    settings: Settings, bot: Bot, anna: Person, projects: None
) -> None:
    long_ago, just_now = T0 - timedelta(hours=1), T0 - timedelta(minutes=59)
    a_draft(bot, "approved", approved_at=just_now)
    a_draft(bot, "sending", approved_at=long_ago, attempted_at=just_now)  # somebody sent it again
    a_draft(bot, "sent", approved_at=long_ago, attempted_at=long_ago, billomat_id=7)
    assert not [text for text in found(settings) if "On the way" in text]
    a_draft(bot, "approved", approved_at=long_ago, attempted_at=just_now)
    a_draft(bot, "sending", approved_at=long_ago, attempted_at=long_ago - timedelta(days=1))
    said = found(settings)[-1]
    assert said.startswith("! On the way to Billomat for more than an hour: draft 4, 5. They are tried again")
    assert "Acme" not in said


def test_drafts_that_wait_for_billomats_calls_are_counted_with_the_time_of_the_next_ones(
    settings: Settings, bot: Bot, anna: Person, projects: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(bot, anna)
    noon = int(T0.replace(hour=12).timestamp())
    monkeypatch.setattr(doctor, "real_seconds", lambda: noon - 1)
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, calls_left=10, calls_reset=noon)
    assert not [text for text in found(settings) if "no more calls" in text]  # and nothing to send
    for minutes in (0, 1):
        a_draft(bot, "approved", approved_at=T0 - timedelta(minutes=minutes))
    assert found(settings)[-1] == (
        "Billomat takes no more calls for the account acme until 12:00 UTC. Drafts that wait for it: 2. "
        "They go on by themselves then."
    )
    monkeypatch.setattr(doctor, "real_seconds", lambda: noon)
    assert not [text for text in found(settings) if "no more calls" in text]


def test_trouble_that_billomat_made_is_remembered_while_its_drafts_wait(
    settings: Settings, bot: Bot, anna: Person
) -> None:
    connected(bot, anna)
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, trouble="plan")
    assert found(settings)[-1].startswith("! Billomat refused work for the account acme (plan)")


# The command


def test_the_command_ends_with_1_when_something_is_to_mend_and_tells_no_secret(
    elsewhere: Settings,
    bot: Bot,
    anna: Person,
    slack_says: Answers,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    slack_says["auth.test"] = JSONResponse({"ok": False, "error": "token_revoked"})
    connected(bot, anna, key=seed.REVOKED_KEY)
    key = "a key of 32 characters that nobody may see"
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, secret_key=Vault([key]).lock(seed.REVOKED_KEY))
    monkeypatch.chdir(tmp_path)
    hidden = {"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_SIGNING_SECRET": "signing-secret", "TRACKOMAT_KEY": key}
    addresses = {name.upper(): getattr(elsewhere, name) for name in ("slack_api_url", "database_url", "billomat_url")}
    for name, value in (hidden | addresses).items():
        monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(main, ["doctor"])
    assert ended.exit_code == 1
    assert "ok   The database answers and is up to date." in ended.output
    assert "MEND Slack refuses (token_revoked) SLACK_BOT_TOKEN" in ended.output
    assert not [secret for secret in (*hidden.values(), seed.REVOKED_KEY) if secret in ended.output]


def test_the_command_ends_with_0_when_all_is_well(
    settings: Settings, bot: Bot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_BOT_TOKEN", workspace.bot_token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "playground")
    monkeypatch.setenv("SLACK_API_URL", settings.slack_api_url)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    assert settings.trackomat_key
    monkeypatch.setenv("TRACKOMAT_KEY", settings.trackomat_key.get_secret_value())
    ended = CliRunner().invoke(main, ["doctor"])
    assert (ended.exit_code, "MEND" in ended.output) == (0, False)
