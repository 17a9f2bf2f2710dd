"""A webhook of Billomat's is a hint to look, from who knows address and password; one look a minute comes of many."""

import base64
import io
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any, cast

import pytest
from pydantic import SecretStr
from slack_bolt import App
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.billing.hints import look_soon
from bot.billing.looking import FOLLOW
from bot.core.context import Bot
from bot.core.settings import Settings, SettingsError
from bot.http.door import door
from bot.http.webhook import APART, Webhook
from playground.billomat.account import Account
from playground.person import Person
from storage.tables import jobs
from tests.billing.conftest import approved, connected, one_clock, worked
from tests.conftest import FrozenClock

__all__ = ["approved", "connected", "one_clock", "worked"]

PATH, PASSWORD = "p" * 24, "w" * 24
Knock = Callable[..., int]


def basic(password: str = PASSWORD, user: str = "trackomat") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def with_webhooks(settings: Settings) -> Settings:
    secrets = {"billomat_webhook_path": SecretStr(PATH), "billomat_webhook_password": SecretStr(PASSWORD)}
    return settings.model_copy(update=secrets)


@pytest.fixture
def looks() -> list[datetime]:
    """The moments for which a look was planned."""
    return []


@pytest.fixture
def knock(bot: Bot, looks: list[datetime]) -> Knock:
    """What comes to the address, and the status that it gets."""
    webhook = Webhook(with_webhooks(bot.settings), looks.append, bot.now)

    def comes(path: str = f"/billomat/{PATH}", method: str = "POST", authorization: str = "") -> int:
        return webhook.answer(method, path, authorization or basic()).value

    return comes


def test_who_knows_address_and_password_causes_a_look_at_once(
    knock: Knock, looks: list[datetime], clock: FrozenClock
) -> None:
    assert knock() == 204
    assert looks == [clock.now()]


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        ("/billomat/", basic()),
        ("/billomat/guess", basic()),
        (f"/billomat/{PATH}/", basic()),
        (f"/billomat/{PATH}é", basic()),
        (f"/billomat/{PATH}", "Basic"),
        (f"/billomat/{PATH}", basic("guess")),
        (f"/billomat/{PATH}", basic(user="admin")),
        (f"/billomat/{PATH}", "Bearer é"),
    ],
)
def test_who_knows_only_one_of_them_learns_nothing_and_causes_nothing(
    path: str, authorization: str, knock: Knock, looks: list[datetime]
) -> None:
    assert knock(path, authorization=authorization) == 404
    assert looks == []


def test_of_many_within_a_minute_one_look_comes_and_none_is_lost(
    knock: Knock, looks: list[datetime], clock: FrozenClock
) -> None:
    for _ in range(50):
        knock()
        clock.forward_by(seconds=5)
    first = looks[0]
    assert len(looks) <= 6
    assert all(later - earlier >= APART for earlier, later in pairwise(looks))
    assert looks[1] == first + APART
    assert looks[-1] >= clock.now() - APART  # the last one is not forgotten


def test_only_a_post_is_a_hint(knock: Knock, looks: list[datetime]) -> None:
    assert (knock(method="GET"), knock(method="PUT"), looks) == (405, 405, [])


@pytest.mark.expects_errors
def test_a_hint_that_could_not_be_noted_is_asked_for_again(bot: Bot) -> None:
    def fails(_at: datetime) -> None:
        raise OperationalError("x", {}, Exception("locked"))

    webhook = Webhook(with_webhooks(bot.settings), fails, bot.now)
    assert webhook.answer("POST", f"/billomat/{PATH}", basic()).value == 503


def test_where_nothing_is_set_there_is_no_such_address(bot: Bot) -> None:
    webhook = Webhook(bot.settings, lambda _: pytest.fail("a look"), bot.now)
    assert webhook.answer("POST", "/billomat/", basic("")).value == 404
    assert webhook.answer("POST", f"/billomat/{PATH}", basic()).value == 404


@pytest.mark.usefixtures("one_clock")
def test_what_changed_in_billomat_is_known_soon_after_the_hint_whatever_its_body_says(
    approved: None, app: App, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: Callable[[], int]
) -> None:
    run_jobs()
    anna.modal.close()
    account.complete(account.drafts()[0].id)
    clock.forward_by(minutes=2)
    run_jobs()
    object.__setattr__(bot, "settings", with_webhooks(bot.settings))
    assert _posted(app, bot, b'{"invoice": {"id": "1", "status": "PAID"}}') == 204
    run_jobs()
    anna.types("/track list week")
    assert "on the invoice RE" in anna.last.plain()


def _posted(app: App, bot: Bot, body: bytes) -> int:
    statuses = list[int]()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/billomat/{PATH}",
        "HTTP_AUTHORIZATION": basic(),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }

    def start(status: str, _headers: object) -> None:
        statuses.append(int(status.split(" ")[0]))

    door(app, bot, partial(look_soon, bot))(environ, cast(Any, start))
    return statuses[0]


def test_a_look_that_is_due_sooner_is_not_put_off(bot: Bot, clock: FrozenClock) -> None:
    with bot.database.write() as db:
        FOLLOW.put(db, due=clock.now(), workspace_id=1)
    look_soon(bot, clock.now() + APART)
    with bot.database.read() as db:
        assert db.execute(select(jobs.c.due).where(jobs.c.kind == "follow")).scalar_one() == clock.now().timestamp()
    with bot.database.write() as db:
        db.execute(update(jobs).where(jobs.c.kind == "follow").values(due=int(clock.now().timestamp()) + 3600))
    look_soon(bot, clock.now() + APART)
    with bot.database.read() as db:
        assert (
            db.execute(select(jobs.c.due).where(jobs.c.kind == "follow")).scalar_one()
            == (clock.now() + APART).timestamp()
        )


@pytest.mark.parametrize("alone", ["billomat_webhook_path", "billomat_webhook_password"])
def test_one_secret_alone_and_webhooks_without_http_are_refused_at_the_start(settings: Settings, alone: str) -> None:
    with pytest.raises(SettingsError, match="together"):
        settings.model_copy(update={alone: SecretStr(PATH)}).for_slack()
    with pytest.raises(SettingsError, match="over HTTP"):
        with_webhooks(settings).model_copy(update={"slack_app_token": SecretStr("xapp-1")}).for_slack()
