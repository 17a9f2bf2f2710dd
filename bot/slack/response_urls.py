"""Answering at a response_url: an address out of a request's body, so it is used only where it can be Slack's own."""

import logging
import re
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack import network, refusals
from bot.slack.blocks import Message

network.install()  # follows nobody who sends us on, and ends

log = logging.getLogger(__name__)

_HOOKS = ("https://hooks.slack.com", "https://hooks.slack-gov.com")
_PATH = re.compile("/[!-~]*")


class NotTaken(Exception):
    """Slack takes five answers within half an hour."""


class BlocksNotTaken(NotTaken):
    """Slack refuses the kind of blocks; it counts as one of the five."""


def is_slacks(url: str, *, api_url: str) -> bool:
    """Whether it leads to one of Slack's hosts for this, or to the one whose API we use.

    Compared as text: where the host's name ends in what was given, no parser has an opinion of its own.
    """
    api = urlsplit(api_url)
    for origin in (*_HOOKS, f"{api.scheme}://{api.netloc}"):
        if url.startswith(origin) and _PATH.fullmatch(url, len(origin)):
            return True
    return False


def post(message: Message, url: str, client: WebClient) -> None:
    """Answer there; nothing where it is not Slack's. Raises NotTaken."""
    if not is_slacks(url, api_url=client.base_url):
        log.warning("a response_url does not lead to Slack")
        return
    answer = WebhookClient(url, timeout=client.timeout, ssl=client.ssl).send_dict(message)
    status, body = answer.status_code, answer.body or ""
    if refusals.is_taken(status, body):
        return
    refused = BlocksNotTaken if refusals.refuses_blocks(status, body) else NotTaken
    raise refused(f"Slack answered {status} {refusals.error_in(body)} to a response_url".replace("  ", " "))
