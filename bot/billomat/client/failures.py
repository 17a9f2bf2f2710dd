"""What an answer means that is no success; nothing here touches the network.

Billomat's own words about an error are `errors/error`. Source: billomat.com/en/api/basics/rate-limiting/
"""

import html
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from bot.billomat.client.answers import MAX_ANSWER_BYTES, Answer, Element, UnusableAnswer, present
from bot.billomat.client.errors import AccessDenied, BillomatError, Cause, NotDone, OutcomeUnknown, Refused
from bot.billomat.client.values import Quota
from bot.billomat.rules.trouble import TROUBLE_BY_STATUS

QUOTA_WINDOW = 15 * 60
"""Seconds after which Billomat's quota begins anew; no wait needs to be longer.

Source: billomat.com/en/api/basics/rate-limiting/
"""


def problem(answer: Answer, *, storing: bool, key: str) -> BillomatError | None:
    """What the status says, None for success."""
    status = answer.status
    if answer.is_success:
        return None
    if status == 408 or status >= 500:
        return no_usable_answer(answer, storing=storing, key=key)
    text = _said(answer, key)
    if trouble := TROUBLE_BY_STATUS.get(status):
        return AccessDenied(text, trouble=trouble, status=status)
    if status == 429:  # meant to be refused before any work
        return NotDone(text, kind="quota", status=status, retry_after=_retry_after(answer.headers, text))
    return Refused(text, status=status, is_html=answer.is_html)


def no_usable_answer(answer: Answer, *, storing: bool, key: str) -> BillomatError:
    """Something answered, but not with what was asked for."""
    # A success that cannot be read is not quoted: it may hold customers' data.
    text = "The answer makes no sense." if answer.is_success and not answer.is_html else _said(answer, key)
    if storing:
        return OutcomeUnknown(text, status=answer.status)
    if answer.is_success and len(answer.body) > MAX_ANSWER_BYTES:
        return Refused("The answer is too large.", status=answer.status)
    kind: Cause = "server"
    if answer.status in {408, 504}:
        kind = "timeout"
    elif answer.status == 503 or answer.is_html:
        kind = "maintenance"
    return NotDone(text, kind=kind, status=answer.status)


_MARK_UP = re.compile(r"<(script|style)\b.*?(</\1>|$)|<!--.*?-->|<[^<>]*>|[<>]", re.DOTALL | re.IGNORECASE)


def _said(answer: Answer, key: str) -> str:
    """What Billomat says about an error, made harmless: one line, no mark-up, no key, at most 200 characters."""
    try:
        text = " ".join(present(Element.of_json(answer.body).child("errors")).texts("error"))
    except UnusableAnswer:
        text = answer.body[:20_000].decode("utf-8", "replace")
    text = html.unescape(text)
    if key:
        text = text.replace(key, "…")
    text = _MARK_UP.sub(" ", text[:4000])
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[:200] or f"HTTP {answer.status}"


def read_quota(headers: Mapping[str, str]) -> Quota:
    """How many calls are left, as each answer says."""
    return Quota(
        remaining=_count(headers.get("X-Rate-Limit-Remaining")), reset=_count(headers.get("X-Rate-Limit-Reset"))
    )


def _count(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,12}", text) else None


def _retry_after(headers: Mapping[str, str], text: str) -> int:
    """Seconds until the quota begins anew: by Billomat's own clock, else as its text says, else a minute.

    There is no Retry-After. Source: billomat.com/en/api/basics/rate-limiting/
    """
    reset, now = read_quota(headers).reset, _server_time(headers)
    said = re.search(r"([0-9]{1,6}) se[ck]", text, re.IGNORECASE)
    by_clock = reset - now if reset is not None and now is not None else 0
    wait = by_clock if by_clock > 0 else int(said[1]) if said else 60
    return min(wait, QUOTA_WINDOW)


def _server_time(headers: Mapping[str, str]) -> int | None:
    try:
        return int(parsedate_to_datetime(headers.get("Date", "")).timestamp())
    except (ValueError, OverflowError):
        return None
