"""Answering at a response_url: an address out of a request's body, so it is used only where it can be Slack's own."""

import logging

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack import addresses, network, refusals
from bot.slack.blocks import Message

network.install()  # follows nobody who sends us on, and ends

log = logging.getLogger(__name__)

_HOOKS = ("https://hooks.slack.com", "https://hooks.slack-gov.com")


class NotTaken(Exception):
    """Slack takes five answers within half an hour."""


class BlocksNotTaken(NotTaken):
    """Slack refuses the kind of blocks; it counts as one of the five."""


def is_slacks(url: str, *, api_url: str) -> bool:
    """Whether it leads to one of Slack's hosts for this, or to the one whose API we use."""
    return addresses.leads_to(url, _HOOKS, api_url=api_url)


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
