"""Files for one person: an address to send the bytes to, the bytes, and what shows them in a conversation."""

import logging
from http import HTTPStatus
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack import addresses, network
from bot.slack.messages import GONE

network.install()  # follows nobody who sends us on, and ends

log = logging.getLogger(__name__)

SCOPE = "files:write"
LONGEST_WAIT = 30
"""Seconds for one wait while the bytes are sent; Slack's answers to calls take less."""
_HOSTS = ("https://files.slack.com", "https://files.slack-gov.com")
_FOR_NOW = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
"""Refusals that are gone after a while."""


class NotTaken(Exception):
    """Slack takes no files from this bot: the scope is missing, an admin allows none, or what answers is not Slack."""

    @property
    def lacks_scope(self) -> bool:
        """Whether whoever installed the app can change that."""
        return self.args == ("missing_scope",)


def is_slacks(url: str, *, api_url: str) -> bool:
    """Whether it leads to one of Slack's hosts for this, or to the one whose API we use."""
    return addresses.leads_to(url, _HOSTS, api_url=api_url)


def once(slack: WebClient) -> WebClient:
    """A client that says everything once: whether what had no answer is said again is decided by who called."""
    return WebClient(slack.token, base_url=slack.base_url, timeout=slack.timeout, ssl=slack.ssl, retry_handlers=[])


def upload(slack: WebClient, content: IO[bytes], *, name: str, size: int) -> str:
    """Send the bytes of a file, as they are read; Slack's id of it. Nobody sees it before it is shared.

    Raises NotTaken, and SlackApiError or OSError for what may work later.
    """
    try:
        given = slack.files_getUploadURLExternal(filename=name, length=size)
    except SlackApiError as error:
        raise _refusal(error) from error
    url = str(given.get("upload_url"))
    if not is_slacks(url, api_url=slack.base_url):
        log.warning("an upload_url does not lead to Slack")
        raise NotTaken("upload_url")
    _send(slack, content, url, size)
    return str(given["file_id"])


def _send(slack: WebClient, content: IO[bytes], url: str, size: int) -> None:
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
    request = Request(url, data=content, headers=headers, method="POST")  # noqa: S310 (the address was looked at)
    opener = build_opener(HTTPSHandler(context=slack.ssl))
    try:
        with opener.open(request, timeout=LONGEST_WAIT) as answer:
            status = answer.status
    except HTTPError as error:
        status = error.code
    if status != HTTPStatus.OK:
        raise ConnectionError(f"Slack answered {status} to an upload")


def share(slack: WebClient, file_id: str, *, title: str, channel: str, comment: str) -> None:
    """Show an uploaded file in a conversation; `comment` is mrkdwn.

    Raises NotTaken, also where it was shown before, and SlackApiError or OSError for what may work later.
    """
    files: list[dict[str, str | None]] = [{"id": file_id, "title": title}]
    try:
        once(slack).files_completeUploadExternal(files=files, channel_id=channel, initial_comment=comment)
    except SlackApiError as error:
        raise _refusal(error) from error


def _refusal(error: SlackApiError) -> Exception:
    code = str(error.response.get("error"))
    is_for_now = error.response.status_code != HTTPStatus.OK or code in _FOR_NOW or code in GONE
    return error if is_for_now else NotTaken(code)
