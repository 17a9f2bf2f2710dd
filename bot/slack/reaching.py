"""What keeps the bot from Slack, in words for whoever runs it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.settings import SettingsError

NOT_SLACK = "What answers at SLACK_API_URL is not Slack: look at SLACK_API_URL and the proxy."
NOT_REACHED = "Slack cannot be reached: look at the network, the proxy and SLACK_API_URL."
FOR_THE_BOT = "SLACK_BOT_TOKEN: copy the Bot User OAuth Token from Slack's page of your app, OAuth & Permissions"
FOR_THE_APP = (
    "SLACK_APP_TOKEN: on Slack's page of your app switch Socket Mode on, and under Basic Information make an "
    "app-level token with the scope connections:write"
)


@contextmanager
def in_words(remedy: str) -> Iterator[None]:
    """Turn what a call of Slack's API raises into SettingsError; `remedy` is for a token that Slack refuses."""
    try:
        yield
    except SlackApiError as error:
        raise SettingsError(_refused(error, remedy)) from error
    except (OSError, HTTPException) as error:
        raise SettingsError(NOT_REACHED) from error
    except (SlackClientError, ValueError) as error:  # nothing that Slack would say: no JSON, or no text at all
        raise SettingsError(NOT_SLACK) from error


def _refused(error: SlackApiError, remedy: str) -> str:
    code, status = str(error.response.get("error")), error.response.status_code
    if status != HTTPStatus.OK:
        return f"Slack answered HTTP {status}. Try again later."
    return f"Slack refuses ({code}) {remedy}." if re.fullmatch("[a-z_]+", code) else NOT_SLACK
