"""Slack's mrkdwn as safe HTML, and as the plain text that a person would read.

Only `&amp;`, `&lt;` and `&gt;` are entities; `<...>` is a link, a mention or a date. Code comes first, because nothing
inside it is marked up. What the bot sent is escaped before any tag is added, so no text can bring its own HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta

EMOJI = {
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "x": "❌",
    "warning": "⚠️",
    "stopwatch": "⏱️",
    "alarm_clock": "⏰",
    "hourglass_flowing_sand": "⏳",
    "calendar": "📆",
    "spiral_calendar_pad": "🗓️",
    "pencil2": "✏️",
    "memo": "📝",
    "receipt": "🧾",
    "euro": "💶",
    "link": "🔗",
    "lock": "🔒",
    "gear": "⚙️",
    "bulb": "💡",
    "bar_chart": "📊",
    "tada": "🎉",
    "wave": "👋",
    "eyes": "👀",
    "arrow_forward": "▶️",
    "double_vertical_bar": "⏸️",
    "black_square_for_stop": "⏹️",
    "red_circle": "🔴",
    "large_green_circle": "🟢",
    "information_source": "ℹ️",
    "rotating_light": "🚨",
    "wastebasket": "🗑️",
    "moneybag": "💰",
}

_CODE = re.compile(r"```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_CONTROL = re.compile(r"<([^<>\n]+)>")
_STYLES = [
    (re.compile(rf"(?<![\w{mark}])\{mark}(?=\S)([^{mark}\n]+?)(?<=\S)\{mark}(?![\w{mark}])"), tag)
    for mark, tag in (("*", "b"), ("_", "i"), ("~", "s"))
]
_QUOTE = re.compile(r"(?:^&gt; ?.*(?:\n|$))+", re.MULTILINE)
_SHORTCODE = re.compile(r":([a-z0-9_+-]+):")
_KEPT = re.compile("\ue000(\\d+)\ue001")
_DATE_STYLES = {
    "date_num": "yyyy-MM-dd",
    "date_slash": "MM/dd/yyyy",
    "date_short": "medium",
    "date": "long",
    "date_long": "full",
    "date_long_full": "full",
}
_TOKEN = re.compile(r"\{(\w+)\}")
_TODAY = {"en": ("yesterday", "today", "tomorrow"), "de": ("gestern", "heute", "morgen")}


def escape(text: str) -> str:
    """What Slack makes of a person's text: the three entities, nothing else."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of `escape`; other entities are plain text to Slack."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def emojis(text: str) -> str:
    """Shortcodes as characters; unknown ones stay as they are."""
    return _SHORTCODE.sub(lambda found: EMOJI.get(found[1], found[0]), text)


def to_html(text: str, names: Mapping[str, str], zone: str, locale: str, now: datetime) -> str:
    """HTML for one reader: `names` maps ids of people and channels, `zone` is IANA, `locale` like "de-DE".

    A ping of everybody gets the class "ping", any other mention "mention".
    """
    kept: list[str] = []

    def keep(piece: str) -> str:
        kept.append(piece)
        return f"\ue000{len(kept) - 1}\ue001"

    def code(found: re.Match[str]) -> str:
        inside = html.escape(unescape(found[1] or found[2]))
        return keep(f"<pre>{inside}</pre>" if found[1] else f"<code>{inside}</code>")

    def control(found: re.Match[str]) -> str:
        return keep(_control(found[1], names, zone, locale, now))

    text = re.sub("[\ue000\ue001]", "", text)
    text = _CONTROL.sub(control, _CODE.sub(code, text))
    text = html.escape(unescape(text), quote=False)
    for pattern, tag in _STYLES:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    text = _QUOTE.sub(_quote, text)
    return _KEPT.sub(lambda found: kept[int(found[1])], emojis(text).replace("\n", "<br>"))


def to_text(text: str, names: Mapping[str, str], zone: str, locale: str, now: datetime) -> str:
    """What the reader sees, without markup."""
    marked = re.sub("<br>|</?blockquote>", "\n", to_html(text, names, zone, locale, now))
    return html.unescape(re.sub("<[^>]+>", "", marked)).strip("\n")


def _quote(found: re.Match[str]) -> str:
    lines = [re.sub("^&gt; ?", "", line) for line in found[0].rstrip("\n").split("\n")]
    return f"<blockquote>{chr(10).join(lines)}</blockquote>"


def _control(inside: str, names: Mapping[str, str], zone: str, locale: str, now: datetime) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        name = names.get(target[1:], unescape(label) or target[1:])
        return f'<span class="mention">{target[0]}{html.escape(name)}</span>'
    if target.startswith("!date^"):
        return _date(target, unescape(label), zone, locale, now)
    if target in ("!channel", "!here", "!everyone"):
        return f'<span class="mention ping">@{target[1:]}</span>'
    if re.match("(https?://|mailto:)", target):
        return _link(target, html.escape(unescape(label or target.removeprefix("mailto:"))))
    return html.escape(f"<{unescape(inside)}>", quote=False)


def _link(address: str, shown: str) -> str:
    safe = address if re.match("(https?://|mailto:)", address) else "#"
    return f'<a href="{html.escape(unescape(safe))}" target="_blank" rel="noopener">{shown}</a>'


def _date(target: str, fallback: str, zone: str, locale: str, now: datetime) -> str:
    parts = target.split("^")
    if len(parts) < 3 or not parts[1].isdigit():
        return html.escape(fallback)
    moment = datetime.fromtimestamp(int(parts[1]), UTC).astimezone(ZoneInfo(zone))
    shown = _TOKEN.sub(lambda found: _date_token(found[1], moment, locale.replace("-", "_"), now), parts[2])
    shown = f'<time datetime="{moment.isoformat()}">{html.escape(unescape(shown))}</time>'
    return _link(parts[3], shown) if len(parts) > 3 else shown


def _date_token(token: str, moment: datetime, locale: str, now: datetime) -> str:
    if token in ("time", "time_secs"):
        return format_time(moment, "medium" if token == "time_secs" else "short", locale=locale)
    if token == "ago":
        return format_timedelta(moment - now, add_direction=True, locale=locale)
    name = token.removesuffix("_pretty")
    near = _near(moment.date(), now.astimezone(moment.tzinfo).date(), locale) if name != token else None
    if name == "day_divider":
        name = "date_long"
    if name not in _DATE_STYLES:
        return f"{{{token}}}"
    return near or format_date(moment, _DATE_STYLES[name], locale=locale)


def _near(day: date, today: date, locale: str) -> str | None:
    away = (day - today) // timedelta(days=1)
    return _TODAY.get(locale[:2], _TODAY["en"])[away + 1] if abs(away) <= 1 else None
