"""Looks at everything the bot needs from outside and says in plain sentences what to mend; changes nothing."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.assembly import assemble
from bot.billomat.access import client_for
from bot.billomat.budget import KEPT, real_seconds
from bot.billomat.client import AccessDenied, BillomatError, NotDone, Refused
from bot.billomat.rules.trouble import Trouble
from bot.core.clock import lease_clock
from bot.core.context import Bot
from bot.core.settings import Settings, SettingsError
from bot.core.vault import KEY_NAME, Unreadable, open_vault
from bot.operations import neighbours, start
from bot.slack import manifest, messages, reaching, uploads
from bot.slack.installation import answered_at, granted_scopes
from storage import billomat as billomat_rows
from storage import files, health
from storage import jobs as job_rows
from storage.billomat import ConnectedAccount
from storage.database import Database
from storage.diagnosis import Unusable, in_words
from storage.health import OutOfCalls
from storage.jobs import Listed

PATIENCE = 10
"""Seconds for Slack to answer."""
MOST_NAMED = 5
STUCK_AFTER = timedelta(minutes=10)
"""A job that is due for so long has nobody who does it."""
MANY_TRIES = 5
"""So many take some minutes: what still fails then is more than a short break of Slack's or of the network's."""
CLOCK_MAY_DIFFER = timedelta(minutes=2)
"""Between this machine's and Slack's: an answer may take some seconds, and what is less harms nobody."""
LATE_AFTER = timedelta(hours=1)
"""A draft that is on its way for so long has outlived four windows of Billomat's calls."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A text that is not ok names the remedy; none holds a secret."""

    ok: bool
    text: str


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """What is fine and what is not. What cannot be looked at before something else is mended is left out."""
    yield from _settings(settings)
    if os.environ.get("TRACKOMAT_CLOCK"):
        yield Finding(False, "TRACKOMAT_CLOCK is set, so the bot's time may be moved. That is for the demo: unset it.")
    if shared := neighbours.in_the_same_environment():
        yield Finding(False, shared)
    yield from _slack_answers(settings)
    yield from _database(settings, now)


def _settings(settings: Settings) -> Iterator[Finding]:
    try:
        settings.for_slack()
    except SettingsError as error:
        for each in str(error).splitlines():
            yield Finding(False, each)
        return
    way = "Socket Mode" if settings.socket_mode else f"HTTP on {settings.host}:{settings.port}"
    yield Finding(True, f"The settings are complete: Slack over {way}.")


# Slack


_READ_WITH = {"app_mentions:read": "mentions in channels", "im:history": "messages to it"}


def _slack_answers(settings: Settings) -> Iterator[Finding]:
    """Where nobody answers the first question the second is not asked: it would only say the same again."""
    first: list[Finding] = []
    if settings.slack_bot_token:
        first = list(_bot_token(settings, settings.slack_bot_token))
        yield from first
    if settings.slack_app_token and not any(finding.text == reaching.NOT_REACHED for finding in first):
        yield _app_token(settings, settings.slack_app_token)


def _bot_token(settings: Settings, token: SecretStr) -> Iterator[Finding]:
    slack = _slack(settings, token)
    answer = _asked(lambda: slack.auth_test(), reaching.FOR_THE_BOT)
    if isinstance(answer, Finding):
        yield answer
        return
    yield Finding(True, f"Slack knows the bot as {answer['user']} in {answer['team']}.")
    yield from _clock(answered_at(answer), lease_clock())
    granted = granted_scopes(answer)
    if missing := sorted(manifest.scopes() - granted):
        yield Finding(
            False,
            f"The bot's token lacks {', '.join(missing)}: bring the app's manifest up to date with manifest.yml "
            "on Slack's page of your app, and reinstall the app there.",
        )
    missing_options = manifest.optional_scopes() - granted
    if unread := sorted(missing_options & _READ_WITH.keys()):
        yield Finding(
            True,
            f"The bot reads no {' and no '.join(_READ_WITH[scope] for scope in unread)} ({', '.join(unread)}). "
            "All else works. To let it, bring the app's manifest up to date with manifest.yml on Slack's page of your "
            "app, and reinstall the app there.",
        )
    if uploads.SCOPE in missing_options:
        yield Finding(
            True,
            f"Exports come as text in a message, and not as files ({uploads.SCOPE}). For files bring the app's "
            "manifest up to date with manifest.yml on Slack's page of your app, and reinstall the app there.",
        )
    if unwanted := sorted(granted - manifest.scopes() - manifest.optional_scopes()):
        yield Finding(True, f"The bot's token may do more than Trackomat needs: {', '.join(unwanted)}.")


def _clock(slacks: datetime | None, ours: int) -> Iterator[Finding]:
    """Whether this machine's clock, in epoch seconds, is right; Slack's is, where it tells the time."""
    ahead = 0 if slacks is None else ours - int(slacks.timestamp())
    if abs(ahead) > CLOCK_MAY_DIFFER.seconds:
        yield Finding(
            False,
            f"The clock of this machine is {_length(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} Slack's: set "
            "it (`timedatectl set-ntp true`). By it timers get wrong times, and over HTTP what Slack sends is refused "
            "from 5 minutes on (401).",
        )


def _length(seconds: int) -> str:
    return f"{seconds // 60} minutes" if seconds < 2 * 3_600 else f"{seconds // 3_600} hours"


def _app_token(settings: Settings, token: SecretStr) -> Finding:
    slack = _slack(settings, token)
    answer = _asked(lambda: slack.apps_connections_open(app_token=token.get_secret_value()), reaching.FOR_THE_APP)
    return answer if isinstance(answer, Finding) else Finding(True, "Slack opens a connection for Socket Mode.")


def _slack(settings: Settings, token: SecretStr) -> WebClient:
    return WebClient(
        token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=PATIENCE,
        ssl=messages.authorities(),
        retry_handlers=[],
    )


def _asked(ask: Callable[[], SlackResponse], remedy: str) -> SlackResponse | Finding:
    try:
        with reaching.in_words(remedy):
            return ask()
    except SettingsError as error:
        return Finding(False, str(error))


# Database and Billomat


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        database = Database(settings.database_url)
    except Unusable as error:
        yield Finding(False, str(error))
        return
    try:
        if database.is_sqlite and not files.is_there(Path(str(database.url.database))):
            start.refuse_lost(settings)
            yield Finding(True, f"There is no database yet; `trackomat run` makes {database.url.database}.")
            return
        open_vault(settings)
        with in_words(database.url):
            schema = database.schema()
            if schema == "current":
                database.check_writable()
    except (SettingsError, Unusable) as error:
        yield Finding(False, str(error))
        return
    finally:
        database.close()
    yield _SCHEMAS[schema]
    if database.is_sqlite:
        yield from _rights(Path(str(database.url.database)).absolute())
    if schema == "current":
        yield from _contents(settings, now)


def _rights(database: Path) -> Iterator[Finding]:
    """Who else may read; the bot narrows at its start what is its own."""
    present = [path for path in (database, *files.beside(database), database.with_name(KEY_NAME)) if path.exists()]
    if wide := [str(path) for path in present if files.is_open_to_others(path)]:
        yield Finding(False, f"Others may read {', '.join(wide)}: chmod 600 {' '.join(wide)}")
    folder = database.parent
    if files.others_may_write(folder):
        yield Finding(
            False,
            f"Others may write to {folder}, and so replace the database: chmod 700 {folder}, or move it elsewhere.",
        )
    elif files.is_open_to_others(folder):
        yield Finding(
            True, f"Others may look into {folder}, though not read the database. To close it: chmod 700 {folder}"
        )


_SCHEMAS = {
    "none": Finding(False, "The database is empty: run `trackomat migrate`."),
    "older": Finding(False, "The database is of an older version: run `trackomat migrate`."),
    "current": Finding(True, "The database answers and is up to date."),
    "newer": Finding(False, "The database is of a newer version of Trackomat: install that version again."),
}


def _contents(settings: Settings, now: datetime) -> Iterator[Finding]:
    bot = assemble(settings)
    try:
        with bot.database.read() as db:
            accounts = [
                billomat_rows.connected_account(db, workspace_id) for workspace_id in health.connected_workspaces(db)
            ]
            queue = job_rows.list_jobs(db, now=now, clock=lease_clock())
            unknown = health.unknown_drafts(db)
            late = health.late_drafts(db, before=now - LATE_AFTER)
            out_of_calls = health.out_of_calls(db, clock=real_seconds(), kept=KEPT)
        for connected in accounts:
            if connected:
                yield _billomat(bot, connected)
        if not accounts:
            yield Finding(True, "No Billomat account is connected yet; `/track connect` in Slack does it.")
        yield from _jobs(queue, now)
        yield from map(_no_calls, out_of_calls)
        if late:
            yield _late(late)
        if unknown:
            yield _unknown(unknown)
    finally:
        bot.close()


def _billomat(bot: Bot, connected: ConnectedAccount) -> Finding:
    name = connected.billomat_id
    try:
        owner = client_for(bot, name, bot.vault.open(connected.secret_key)).owner()
    except Unreadable:
        return Finding(
            False,
            f"The stored key of the Billomat account {name} cannot be decrypted. Add the TRACKOMAT_KEY it was stored "
            "with (new,old), or connect anew in Slack with `/track connect`.",
        )
    except AccessDenied as error:
        return Finding(
            False,
            f"Billomat refuses the key of the account {name} (HTTP {error.status}: {error.text}). "
            "Connect anew in Slack with `/track connect`.",
        )
    except Refused:
        return Finding(False, f"There is no Billomat account {name} any more: look at BILLOMAT_URL and at Billomat.")
    except BillomatError as error:
        if isinstance(error, NotDone) and error.kind == "quota":
            return Finding(True, f"Billomat takes no more calls for the account {name} now ({error.text}).")
        return Finding(False, f"The Billomat account {name} does not answer ({error.text}). Try again later.")
    if owner.may_write_invoices is False:
        return Finding(
            False,
            f"The key of the Billomat account {name} belongs to {owner.name}, who may not write invoices. "
            "Give them that right in Billomat, or use somebody else's key with `/track connect`.",
        )
    if connected.trouble == Trouble.UNREADABLE:
        return Finding(
            False,
            f"The stored key of the Billomat account {name} can be decrypted again. Approved drafts that waited for it "
            "are tried again by the hour; `/track connect` in Slack sends them at once.",
        )
    if connected.trouble:
        return Finding(
            False,
            f"Billomat refused work for the account {name} ({connected.trouble}), so approved drafts wait and are "
            "tried again by the hour. If that is mended, `/track connect` in Slack sends them at once.",
        )
    return Finding(True, f"The Billomat account {name} answers; the key belongs to {owner.name}.")


def _jobs(queue: list[Listed], now: datetime) -> Iterator[Finding]:
    failed = [f"{job.key}: {job.error}" for job in queue if job.state == "failed"]
    if failed:
        yield Finding(
            False,
            f"Given up after too many tries: {_some(failed)}. The log tells why under the error's number. "
            "When that is mended: `trackomat jobs retry --all`.",
        )
    tried = [
        f"{job.key}: {job.error}, {job.tries} tries"
        for job in queue
        if job.state != "failed" and job.error and job.tries >= MANY_TRIES
    ]
    if tried:
        yield Finding(
            False,
            f"Tried again and again without success: {_some(tried)}. The log tells why under the error's number. "
            "They are tried again by themselves, and at once with `trackomat jobs retry --all`.",
        )
    stuck = [job.key for job in queue if job.state == "due" and job.since <= (now - STUCK_AFTER).timestamp()]
    if stuck:
        yield Finding(
            False,
            f"Due for more than {STUCK_AFTER.seconds // 60} minutes: {_some(stuck)}. No process does the jobs: "
            "start `trackomat run`, or `trackomat run --only jobs` beside one that only answers Slack.",
        )


def _no_calls(account: OutOfCalls) -> Finding:
    until = datetime.fromtimestamp(account.reset, UTC)
    return Finding(
        True,
        f"Billomat takes no more calls for the account {account.billomat_id} until {until:%H:%M} UTC. Drafts that wait "
        f"for it: {account.drafts}. They go on by themselves then.",
    )


def _late(drafts: list[int]) -> Finding:
    named = _some([str(draft_id) for draft_id in drafts])
    return Finding(
        False,
        f"On the way to Billomat for more than an hour: draft {named}. They are tried again by themselves. If nothing "
        "here is said of the account, its calls or the jobs, Billomat does not answer: the log has a line of each try, "
        "with job=deliver: and the draft's number.",
    )


def _unknown(drafts: list[int]) -> Finding:
    named = _some([str(draft_id) for draft_id in drafts])
    return Finding(
        False,
        f"Billomat's answer was lost for draft {named}. Whoever approved it has a message in Slack "
        "with two buttons that decide: look at Billomat, and press one.",
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
