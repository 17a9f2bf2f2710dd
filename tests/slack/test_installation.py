"""Only the workspace, or the organisation, that the bot's token is of is served; also where Slack was away at first."""

import json
import time
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import func, select

from bot.core.context import Bot
from bot.slack.installation import ASK_AGAIN, Installation
from playground.person import Person
from playground.slack.deliver import FORM, signed
from playground.slack.workspace import Workspace
from storage.tables import metadata


class Slack(WebClient):
    """Says who it is, as often as it is asked, once it is there."""

    def __init__(self, **told: str) -> None:
        super().__init__()
        self.told = told
        self.is_away = False
        self.asked = 0

    def auth_test(self, **_more: object) -> dict[str, str]:  # type: ignore[override]
        self.asked += 1
        if self.is_away:
            raise SlackApiError("away", {"error": "internal_error"})
        return self.told


def test_one_workspace_is_served_and_slack_is_asked_once() -> None:
    slack = Slack(team_id="T1")
    served = Installation(slack)
    assert served.serves(team="T1", enterprise=None)
    assert served.serves(team="T1", enterprise="E1")
    assert not served.serves(team="T2", enterprise=None)
    assert not served.serves(team="T2", enterprise="E1")
    assert not served.serves(team=None, enterprise=None)
    assert slack.asked == 1


def test_in_a_grid_each_workspace_of_the_organisation_is_served() -> None:
    for told in ({"team_id": "T1", "enterprise_id": "E1"}, {"team_id": "E1", "enterprise_id": "E1"}):
        served = Installation(Slack(**told))
        assert served.serves(team="T2", enterprise="E1")
        assert served.serves(team="E1", enterprise=None)
        assert not served.serves(team="T3", enterprise="E2")


def test_while_slack_does_not_say_it_nobody_is_kept_out_and_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    slack, now = Slack(team_id="T1"), 1000.0
    monkeypatch.setattr("bot.slack.installation.time.monotonic", lambda: now)
    slack.is_away = True
    served = Installation(slack)
    assert served.serves(team="T2", enterprise=None)
    assert served.serves(team="T2", enterprise=None)
    assert slack.asked == 1
    slack.is_away, now = False, now + ASK_AGAIN
    assert not served.serves(team="T2", enterprise=None)


@pytest.mark.parametrize("kind", ["command", "click"])
def test_another_workspace_is_refused_quietly(
    app: App, bot: Bot, anna: Person, workspace: Workspace, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    anna.types("/track status")
    before = counts(bot)
    fields = {"command": "/track", "text": "status", "team_id": "T_ELSEWHERE", "user_id": anna.id, "channel_id": "C1"}
    if kind == "click":
        action = {"type": "button", "action_id": "timer_stop", "action_ts": "1.1", "block_id": "x"}
        where = {"team": {"id": "T_ELSEWHERE"}, "user": {"id": anna.id, "team_id": workspace.team.id}}
        fields = {"payload": json.dumps({"type": "block_actions", "actions": [action]} | where)}
    body = urlencode(fields)
    caplog.clear()
    answer = app.dispatch(BoltRequest(body=body, headers=signed("playground", body, FORM, int(time.time()))))
    assert (answer.status, answer.body) == (403, "")
    assert counts(bot) == before
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_somebody_from_another_workspace_who_uses_it_here_is_served(
    app: App, anna: Person, workspace: Workspace
) -> None:
    """As in a channel of Slack Connect, and in a grid: whose they are is not where the app is."""
    anna.types("/track status")
    action = {"type": "button", "action_id": "of_an_older_version", "action_ts": "1.1", "block_id": "x"}
    with workspace.change():
        url = workspace.new_url(anna.id, anna.channel)
    where = {"team": {"id": workspace.team.id}, "user": {"id": anna.id, "team_id": "T_ELSEWHERE"}, "response_url": url}
    body = urlencode({"payload": json.dumps({"type": "block_actions", "actions": [action]} | where)})
    answer = app.dispatch(BoltRequest(body=body, headers=signed("playground", body, FORM, int(time.time()))))
    assert answer.status == 200
    workspace.idle()
    assert "no longer works" in anna.last.plain()


def counts(bot: Bot) -> dict[str, int]:
    with bot.database.read() as db:
        return {
            name: db.execute(select(func.count()).select_from(part)).scalar_one()
            for name, part in metadata.tables.items()
        }
