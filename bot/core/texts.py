"""One person's language, zone and way to write numbers, dates and money.

The English text is the key; see languages.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_day_names,
    get_timezone_location,
)
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from bot.core.languages import SOURCE_LANGUAGE, catalogue, languages
from bot.core.money import NO_SUMS, Sums, half_up, smallest

_CLOCKS = {12: "h:mm a", 24: "HH:mm", None: "short"}
_EXACT_CLOCKS = {12: "h:mm:ss a", 24: "HH:mm:ss", None: "medium"}


@cache
def _locale(slack_locale: str, language: str) -> Locale:
    """The person's own locale as far as it fits the language of the texts; no mixture of German words and US dates."""
    try:
        locale = Locale.parse(slack_locale, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = None
    if locale is None or locale.language != language:
        # English for somebody who is not from an English-speaking country: day before month, 24 hours.
        return Locale.parse("en_150" if language == SOURCE_LANGUAGE else language)
    return locale


def load_locales() -> None:
    """Read what Babel knows of our languages now, or the first person of each waits for it (15 to 100 ms).

    What it knows of one country beside that, as of en-GB or de-AT, takes less than half a millisecond.
    """
    for language in languages():
        for locale in (_locale("", language), Locale.parse(language)):
            _ = locale.time_formats


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, second: int, pattern: str, locale: Locale) -> str:
    return format_time(time(hour, minute, second), pattern, locale=locale).replace("\u202f", " ")


@lru_cache(maxsize=1024)
def _dated(day: date, skeleton: str, locale: Locale) -> str:
    return format_skeleton(skeleton, datetime(day.year, day.month, day.day, tzinfo=UTC), locale=locale)


@lru_cache(maxsize=1024)
def _medium(day: date, locale: Locale) -> str:
    return format_date(day, "medium", locale=locale)


@lru_cache(maxsize=1024)
def _interval(first: date, last: date, skeleton: str, locale: Locale) -> str:
    begins, ends = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
    return format_interval(begins, ends, skeleton, locale=locale).replace("\u2009", " ")


def _filled(text: str, values: dict[str, Any]) -> str:
    """A message with its places filled; a full stop at their end ("& Co.", "29. Nov.") ends the sentence too."""
    for name, value in values.items():
        if (end := f"{{{name}}}.") in text and str(value).endswith(".") and not str(value).endswith(".."):
            text = text.replace(end, end[:-1])
    return text.format(**values)


def capitalized(text: str) -> str:
    """A text that stands within a sentence, as it begins one."""
    return text[:1].upper() + text[1:]


def to_the_minute(seconds: int) -> int:
    """Seconds of the nearest full minute."""
    return half_up(seconds, 60) * 60


class Words(NamedTuple):
    """What a workspace calls its customers, projects and services; empty: just that."""

    customer: str = ""
    project: str = ""
    service: str = ""


USUAL_WORDS = Words()


@dataclass(frozen=True, slots=True)
class Reader:
    """Writes for one person."""

    language: str
    slack_locale: str
    zone: ZoneInfo
    hours: int | None
    """On the clock, 12 or 24; None: as usual in the locale."""
    unit: int
    """Seconds; durations are shown in full ones of these."""
    words: Words

    @classmethod
    def for_locale(
        cls,
        *,
        locale: str,
        language: str | None,
        zone: str,
        hours: int | None = None,
        unit: int = 60,
        words: Words = USUAL_WORDS,
    ) -> "Reader":
        """`locale` as Slack names it (de-DE); `language` as set by the person; the unknown reads English."""
        chosen = language or locale.partition("-")[0].lower()
        known = chosen if chosen in languages() else SOURCE_LANGUAGE
        return cls(known, locale, ZoneInfo(zone), hours, unit, words)

    @property
    def _babel(self) -> Locale:
        return _locale(self.slack_locale, self.language)

    def t(self, message: str, /, **values: Any) -> str:
        """The message in the reader's language, its named places filled."""
        text = catalogue(self.language).gettext(message)
        return _filled(text, values) if values else text

    def n(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """As `t`, in the plural form that `count` asks for; `{count}` is filled in."""
        text = catalogue(self.language).ngettext(one, many, count)
        return _filled(text, {"count": self.number(count), **values})

    def thing(self, kind: Literal["customer", "project", "service"]) -> str:
        """The label of a kind of thing, in the workspace's own word where it has one."""
        usual = {"customer": self.t("Customer"), "project": self.t("Project"), "service": self.t("Service")}
        own: str = getattr(self.words, kind)
        return own or usual[kind]

    def number(self, value: int | Decimal) -> str:
        """1,234.5 or 1.234,5."""
        return format_decimal(value, locale=self._babel)

    def money(self, cents: int, currency: str) -> str:
        """€1,234.50 or 1.234,50 €; ¥1,234, and of such a currency too whatever stands behind the point."""
        exact = Decimal(cents).scaleb(-2)
        return format_currency(exact, currency, locale=self._babel, decimal_quantization=False)

    def sums(self, cents: int, currency: str, others: Sums = NO_SUMS) -> str:
        """A sum, and beside it what is in other currencies: €1,234.50 + CHF 95.00.

        What costs nothing is said only where nothing costs anything, in the other currencies if there are any.
        """
        amounts = [(currency, cents), *others.by_currency]
        there = [each for each in amounts if each[1]] or others.by_currency or amounts
        return " + ".join(self.money(amount, code) for code, amount in there)

    def price(self, ten_thousandths: int, currency: str) -> str:
        """€95.00 or €33.3333: with as many decimals as it takes, and two at least."""
        if ten_thousandths % 100 == 0:
            return self.money(ten_thousandths // 100, currency)
        exact = Decimal(ten_thousandths).scaleb(-4).normalize()
        return format_currency(exact, currency, locale=self._babel, decimal_quantization=False)

    def amount(self, ten_thousandths: int, currency: str = "") -> str:
        """As `price`, without the currency, for a field of a form: 95.00, of yen 9,500."""
        pattern = "#,##0.00" if ten_thousandths % 100 == 0 else "#,##0.00##"
        if ten_thousandths % (whole := 100 * smallest(currency)) == 0 and whole > 100:
            pattern = "#,##0"
        return format_decimal(Decimal(ten_thousandths).scaleb(-4), format=pattern, locale=self._babel)

    def decimal(self, hundredths: int) -> str:
        """Two decimals, as for hours on an invoice: 7.25 or 7,25."""
        return format_decimal(Decimal(hundredths).scaleb(-2), format="#,##0.00", locale=self._babel)

    def percent(self, value: int, *, scale: int = 2) -> str:
        """A percentage given in hundredths, or with another scale in other parts of ten: 19 % or 19%."""
        exact = Decimal(value).scaleb(-scale - 2)
        return format_percent(exact, locale=self._babel, decimal_quantization=False)

    def duration(self, seconds: int) -> str:
        """Hours and minutes in full units, cut: 1:30 h. A running second must not show as a full minute."""
        return f"{self.length(self.full_units(seconds))} h"

    def total(self, seconds: int) -> str:
        """The sum of several lengths: to the nearest minute, so that 3:59:56 stands beside 09:00–13:00 as 4:00 h."""
        return self.duration(to_the_minute(seconds))

    def full_units(self, seconds: int) -> int:
        """The seconds of what `duration` shows."""
        return seconds // self.unit * self.unit

    def length(self, seconds: int) -> str:
        """Hours and minutes, to the nearest minute whatever the unit, as a form shows what is to be corrected: 1:37."""
        minutes = half_up(seconds, 60)
        return f"{minutes // 60}:{minutes % 60:02}"

    def local(self, moment: datetime) -> datetime:
        """The moment on the reader's clock."""
        return moment.astimezone(self.zone)

    def clock(self, moment: datetime) -> str:
        """9:15 AM or 09:15."""
        local = self.local(moment)
        return _clock(local.hour, local.minute, 0, _CLOCKS[self.hours], self._babel)

    def exact_clock(self, moment: datetime) -> str:
        """9:15:07 AM or 09:15:07."""
        local = self.local(moment)
        return _clock(local.hour, local.minute, local.second, _EXACT_CLOCKS[self.hours], self._babel)

    def place(self, zone: ZoneInfo) -> str:
        """What to call a zone beside a time: Vienna or Wien."""
        city: str = get_timezone_location(zone, locale=self._babel, return_city=True)
        return city

    def moment(self, moment: datetime, *, today: date) -> str:
        """The clock time; with its day where that is not today."""
        day = self.local(moment).date()
        clock = self.clock(moment)
        return clock if day == today else self.t("{day}, {time}", day=self.dated(day, today=today), time=clock)

    def day(self, day: date, *, today: date) -> str:
        """Today, yesterday, or weekday and date."""
        if day == today:
            return self.t("today")
        if day == today - timedelta(days=1):
            return self.t("yesterday")
        return self.weekday(day)

    def weekday(self, day: date) -> str:
        """Mon, Mar 9 or Mo., 9. März."""
        return _dated(day, "MMMEd", self._babel)

    def day_name(self, weekday: int) -> str:
        """Monday, for 0."""
        name: str = get_day_names("wide", "stand-alone", self._babel)[weekday]
        return name

    def dated(self, day: date, *, today: date) -> str:
        """As `weekday`; with the year where it is not the present one."""
        if day.year == today.year:
            return self.weekday(day)
        return _dated(day, "yMMMEd", self._babel)

    def full_date(self, day: date) -> str:
        """3/9/26 or 09.03.2026, in full years."""
        return _medium(day, self._babel)

    def day_of_year(self, day: date) -> str:
        """9 Mar, for lists whose year is known."""
        return _dated(day, "MMMd", self._babel)

    def days(self, first: date, last: date) -> str:
        """9 Mar 2026 – 11 Mar 2026; one day is one date."""
        return self.full_date(first) if first == last else f"{self.full_date(first)} – {self.full_date(last)}"

    def month(self, day: date) -> str:
        """March 2026 or März 2026."""
        return _dated(day, "yMMMM", self._babel)

    def quarter(self, day: date) -> str:
        """Q1 2026."""
        return _dated(day, "yQQQ", self._babel)

    def sheet_date(self, day: date) -> str:
        """3/9/2026 or 09.03.2026: in figures alone, as spreadsheets of the reader's country read it."""
        pattern = self._babel.date_formats["short"].pattern
        return format_date(day, re.sub("y+", "y", pattern), locale=self._babel)

    @property
    def decimal_mark(self) -> str:
        """What stands before the decimals: a point or a comma."""
        return self.decimal(0)[1]

    def short_date(self, day: date) -> str:
        """Mar 9, 2026, 9 Mar 2026 or 9. März 2026."""
        return _dated(day, "yMMMd", self._babel)

    def listed(self, words: Sequence[str]) -> str:
        """a, b and c, joined as the reader's language does."""
        return format_list(words, locale=self._babel)

    def span(self, first: date, last: date, *, with_year: bool = True) -> str:
        """9–11 Mar 2026, 9 Mar – 2 Apr 2026, or without the year: what both days share is said once."""
        return _interval(first, last, "yMMMd" if with_year else "MMMd", self._babel)
