"""Addresses that come out of a request or an answer: whether they can be Slack's own."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_PATH = re.compile("/[!-~]*")


def leads_to(url: str, origins: Sequence[str], *, api_url: str) -> bool:
    """Whether it leads to one of these, such as https://hooks.slack.com, or to the host whose API we use.

    Compared as text: where the host's name ends in what was given, no parser has an opinion of its own.
    """
    api = urlsplit(api_url)
    for origin in (*origins, f"{api.scheme}://{api.netloc}"):
        if url.startswith(origin) and _PATH.fullmatch(url, len(origin)):
            return True
    return False
