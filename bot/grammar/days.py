"""Which day: gestern, last Monday, 10.03., am 10., 3/10, KW 50."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar.meanings import Days, Filler, Meaning, Part
from bot.grammar.numbers import WHOLE, count
from bot.grammar.patterns import ARTICLE, NUMBER, ON, Lexicon, Phrase, PhraseMatch, Piece, any_of, placed, row
from bot.grammar.refusals import Means, NotUnderstood, Reason
from bot.grammar.values import UnitName
from bot.grammar.where import DATED, FILTERED, LOG, MEANT, MOMENT

EARLIEST_YEAR = 1970
SOON = timedelta(days=31)
"""A date without a year that is so near ahead was hardly meant to be last year's."""
_WEEK = timedelta(days=7)
_LONG_YEARS_WEEK = 53
_YEARS_WITHOUT = 8
"""Among so many years in a row one has such a week."""
SOON_IN_MONTH = timedelta(days=7)
"""The same for the number of a day without its month."""
NUMERIC = r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\.(?P<year> ?[0-9]{4}|[0-9]{2})?"


class DayRules:
    """The rules for days in all languages."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.weekdays = lexicon.numbered(terms.WEEKDAYS, start=0)
        self.months = lexicon.numbered(terms.MONTHS, start=1)
        back = (terms.TODAY, terms.YESTERDAY, terms.BEFORE_YESTERDAY)
        ahead = (terms.TOMORROW, terms.AFTER_TOMORROW)
        self.back_words = lexicon.numbered(back, start=0)
        self.back_words |= {word: -number for word, number in lexicon.numbered(ahead, start=1).items()}
        parts = {Part.MORNING: terms.MORNING, Part.EVENING: terms.EVENING, Part.NIGHT: terms.NIGHT}
        self._parts = {word: part for part, term in parts.items() for word in lexicon.words(term)}
        self._back, self._weekday, self.month = map(any_of, (self.back_words, self.weekdays, self.months))
        self.ordinal = any_of([".", *lexicon.words(terms.ORDINAL)]).pattern
        self.of = lexicon.any_of(filter_terms.OF).pattern
        self._dated = rf"(?:{self.of} )?{self.month.pattern}\.?"

    def ahead(self) -> str:
        """Pattern of how a day begins."""
        last = self._lexicon.any_of(terms.LAST, terms.THIS).pattern
        named = any_of([*self.weekdays, *self.back_words, *self.months]).pattern
        return (
            rf"(?:{last} {self._weekday.pattern}|{named}(?:[ .,]|\Z)"
            rf"|[0-9]{{1,2}}\. ?(?:[0-9]{{1,2}}\.|{self.month.pattern})"
            rf"|[0-9]{{1,2}}{self.ordinal}? (?:{self.of} )?{self.month.pattern}|[0-9]{{4}}[-/]|[0-9]{{1,2}}/[0-9])"
        )

    def rules(self) -> list[Phrase]:
        """First match wins; so the longer phrase stands before the one that is its beginning."""
        return [*self._leading(), *self._spoken(), *self._numbered(), *self._named(), *self._ranges()]

    def _leading(self) -> list[Phrase]:
        """Words that only lead to a day."""
        ahead = rf"(?= {self.ahead()})"
        since = any_of(self._lexicon.before(terms.SINCE))
        begun = any_of(self._lexicon.before(terms.FROM, terms.FROM_TO))
        return [
            row(Piece(ON, frozenset(ON)), filler, DATED),
            row(Piece(since.pattern + ahead, since.leads), filler, MOMENT),
            row(Piece(begun.pattern + ahead, begun.leads), filler, MOMENT),
        ]

    def _spoken(self) -> list[Phrase]:
        parts, last, coming = any_of(self._parts), *map(self._lexicon.any_of, (terms.LAST, terms.NEXT))
        part = rf"(?:[ ]?(?P<part>{parts.pattern}))?"
        weekday = rf"(?P<word>{self._weekday.pattern})"
        this, night = self._lexicon.any_of(terms.THIS), self._lexicon.any_of(terms.LAST_NIGHT)
        this_week, last_week = self._lexicon.any_of(terms.THIS_WEEK), self._lexicon.any_of(terms.LAST_WEEK)
        next_ones = self._lexicon.any_of(terms.NEXT_WEEK, terms.NEXT_MONTH)
        joined = {word + part for word in (*self.weekdays, *self.back_words) for part in self._parts}
        joined_leads = any_of(joined).leads
        return [
            row(night, self._read_last_night, DATED),
            row(Piece(rf"{this.pattern} (?P<part>{parts.pattern})", this.leads), self._read_today, DATED),
            row(
                Piece(rf"(?P<word>{self._back.pattern}){part}", self._back.leads | joined_leads), self._read_back, DATED
            ),
            row(Piece(rf"(?:{last_week.pattern}) {weekday}", last_week.leads), self._week_day(-1), DATED),
            row(
                Piece(rf"(?:{this_week.pattern}|{this.pattern}) {weekday}{part}", this_week.leads | this.leads),
                self._week_day(0),
                DATED,
            ),
            row(Piece(rf"{weekday}{part} {last_week.pattern}", self._weekday.leads), self._week_day(-1), DATED),
            row(Piece(rf"{weekday}{part} {this_week.pattern}", self._weekday.leads), self._week_day(0), DATED),
            row(Piece(rf"{last.pattern} {weekday}{part}\.?", last.leads), self._read_last_weekday, DATED),
            row(Piece(rf"{coming.pattern} {self._weekday.pattern}", coming.leads), refuse_ahead, DATED),
            row(next_ones, refuse_ahead, DATED),
            row(Piece(rf"{weekday}\.?{part}", self._weekday.leads | joined_leads), self._read_weekday, DATED),
        ]

    def _numbered(self) -> list[Phrase]:
        units = {"days": terms.DAYS, "weeks": terms.WEEKS, "months": terms.MONTHS_LONG}
        counted = "|".join(
            rf"(?P<{name}>{WHOLE}) ?{self._lexicon.any_of(term).pattern}" for name, term in units.items()
        )
        several = Piece(f"(?:{counted})", NUMBER | {ARTICLE})
        ago = placed(self._lexicon.patterns(terms.DAYS_AGO), several)
        on_the = self._lexicon.any_of(terms.ON_THE)
        week = self._lexicon.any_of(terms.NUMBERED_WEEK)
        joined = {f"{word}{number}" for word in self._lexicon.words(terms.NUMBERED_WEEK) for number in range(1, 54)}
        return [
            *(row(each, self._read_days_ago, DATED) for each in ago),
            row(
                Piece(r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})\.?", NUMBER),
                _read_numeric_date,
                DATED,
            ),
            row(Piece(NUMERIC, NUMBER), _read_numeric_date, DATED),
            row(Piece(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{2})", NUMBER), _read_numeric_date, f"{FILTERED} gaps"),
            row(
                Piece(r"(?P<one>[0-9]{1,2})(?P<mark>[/-])(?P<two>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})", NUMBER),
                _read_slashed,
                DATED,
            ),
            row(
                Piece(r"(?P<one>[0-9]{1,2})/(?P<two>[0-9]{1,2})(?:/(?P<year>[0-9]{2}))?", NUMBER),
                _read_slashed,
                f"{LOG} {MEANT} {FILTERED} gaps",
            ),
            row(
                Piece(
                    rf"{on_the.pattern} (?P<day>[0-9]{{1,2}}){self.ordinal}(?! ?(?:{self._dated}|[0-9]))",
                    on_the.leads,
                ),
                _read_day_of_month,
                DATED,
            ),
            row(
                Piece(
                    rf"{week.pattern} ?(?P<week>[0-9]{{1,2}})(?:[ /](?:{self.of} )?(?P<year>[0-9]{{4}}))?",
                    week.leads | joined,
                ),
                read_numbered_week,
                DATED,
            ),
        ]

    def _named(self) -> list[Phrase]:
        month = rf"(?P<month>{self.month.pattern})\.?"
        return [
            row(
                Piece(
                    rf"(?P<day>[0-9]{{1,2}})(?:{self.ordinal}(?: {self.of})? ?| ){month}(?:,? (?P<year>[0-9]{{4}}))?",
                    NUMBER,
                ),
                self._read_named_date,
                DATED,
            ),
            row(
                Piece(rf"{month} (?P<day>[0-9]{{1,2}}){self.ordinal}?(?:,? (?P<year>[0-9]{{4}}))?", self.month.leads),
                self._read_named_date,
                DATED,
            ),
        ]

    def _ranges(self) -> list[Phrase]:
        ranges: dict[Callable[[PhraseMatch], Days], Term] = {
            this_week: terms.THIS_WEEK,
            last_week: terms.LAST_WEEK,
            this_month: terms.THIS_MONTH,
            last_month: terms.LAST_MONTH,
        }
        return [row(self._lexicon.any_of(spelled), read, DATED) for read, spelled in ranges.items()]

    # What needs the words again to be read

    def _part(self, matched: PhraseMatch, days: Days) -> Days:
        part = matched["part"]
        return replace(days, part=self._parts[part]) if part else days

    def _read_today(self, matched: PhraseMatch) -> Days:
        return self._part(matched, Days(matched.today, matched.today))

    def _read_last_night(self, matched: PhraseMatch) -> Days:
        return replace(_day(matched, matched.today - timedelta(days=1)), part=Part.NIGHT)

    def _read_back(self, matched: PhraseMatch) -> Days:
        back = self.back_words[matched["word"] or ""]
        return self._part(matched, _day(matched, matched.today - timedelta(days=back)))

    def _read_weekday(self, matched: PhraseMatch) -> Days:
        """The last such day; the one of this week that is still to come where a range has begun since."""
        today, setting = matched.today, matched.setting
        number = self.weekdays[matched["word"] or ""]
        if setting.begun and setting.by_week:
            return self._part(matched, _day(matched, setting.begun + timedelta((number - setting.begun.weekday()) % 7)))
        day = today - timedelta(days=(today.weekday() - number) % 7)
        if setting.begun and day < setting.begun and day + _WEEK < this_week(matched).first + _WEEK:
            day += _WEEK
        return self._part(matched, _without_year(_day(matched, day)))

    def _read_last_weekday(self, matched: PhraseMatch) -> Days:
        back = (matched.today.weekday() - self.weekdays[matched["word"] or ""] - 1) % 7 + 1
        return self._part(matched, _day(matched, matched.today - timedelta(days=back)))

    def _week_day(self, weeks: int) -> Callable[[PhraseMatch], Days]:
        """The day of this week, or of one before."""

        def read(matched: PhraseMatch) -> Days:
            setting = matched.setting
            begins = setting.today - timedelta(days=(setting.today.weekday() - setting.week_start) % 7)
            ahead = (self.weekdays[matched["word"] or ""] - setting.week_start) % 7
            day = _day(matched, begins + timedelta(weeks=weeks, days=ahead))
            return replace(self._part(matched, day), of_week=True)

        return read

    def _read_days_ago(self, matched: PhraseMatch) -> Days:
        days, weeks, months = (count(matched[unit] or "0") for unit in ("days", "weeks", "months"))
        return _day(matched, matched.today - relativedelta(days=days, weeks=weeks, months=months))

    def _read_named_date(self, matched: PhraseMatch) -> Days:
        return dated(matched, self.months[matched["month"] or ""])


def filler(_matched: PhraseMatch) -> Filler:
    """What only leads to the next phrase."""
    return Filler()


def refuse_ahead(matched: PhraseMatch) -> Meaning:
    """Raises NotUnderstood for what is still to come."""
    raise matched.refuse(Reason.FUTURE)


def _day(matched: PhraseMatch, day: date) -> Days:
    if day > matched.today and not matched.setting.begun:
        raise matched.refuse(Reason.FUTURE)
    if day.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return Days(day, day)


def calendar_day(matched: PhraseMatch, year: int, month: int, day: int) -> date:
    """A day of the calendar. Raises NotUnderstood."""
    try:
        found = date(year, month, day)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    if year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return found


def dated(matched: PhraseMatch, month: int, *, day: str = "day", year: str = "year") -> Days:
    """A day with its year (two digits are of this century), or else the last such day within a year.

    Of a range that has begun it is the first such day since then.
    """
    day_of_month = matched.number(day)
    if typed := matched[year]:
        century = 2_000 if len(typed) == 2 else 0
        return _day(matched, calendar_day(matched, century + int(typed), month, day_of_month))
    today, begun = matched.today, matched.setting.begun
    if begun:
        ahead = (month, day_of_month) < (begun.month, begun.day)
        return _without_year(_day(matched, calendar_day(matched, begun.year + ahead, month, day_of_month)))
    if (month, day_of_month) <= (today.month, today.day):
        return _without_year(_day(matched, calendar_day(matched, today.year, month, day_of_month)))
    last = _last_years(matched, month, day_of_month)
    # Seen from the end of December, what is ahead may be of the next year's January.
    if last + relativedelta(years=1) - today <= SOON:
        raise still_to_come(matched, last)
    return _without_year(_day(matched, last))


def _last_years(matched: PhraseMatch, month: int, day: int) -> date:
    return calendar_day(matched, matched.today.year - 1, month, day)


def _without_year(days: Days) -> Days:
    return replace(days, year_typed=False)


def still_to_come(matched: PhraseMatch, before: date) -> NotUnderstood:
    """What to raise for a day that may be one to come: the one before is offered."""
    return matched.ask(Reason.STILL_TO_COME, [(before.isoformat(), Means(day=before))])


def _read_numeric_date(matched: PhraseMatch) -> Days:
    return dated(matched, matched.number("month"))


def _read_slashed(matched: PhraseMatch) -> Days:
    """10/3: the month is first as the person's country has it; where nobody knows, and both fit, they are asked."""
    one, two = matched.number("one"), matched.number("two")
    month_first = matched.setting.customs.month_first
    orders = [order for order in (True, False) if (one if order else two) <= 12]
    if month_first in orders:
        orders = [bool(month_first)]
    if len(orders) < 2 or one == two:
        is_month_first = orders[0] if orders else False
        return _ordered(matched, month_first=is_month_first)
    possible = [day for order in orders for day in _possible(matched, month_first=order)]
    readings = list(dict.fromkeys(possible))
    if not readings:
        return _ordered(matched, month_first=False)
    if len(readings) == 1:
        return replace(_day(matched, readings[0]), year_typed=matched["year"] is not None)
    raise matched.ask(Reason.TWO_DATES, [(day.isoformat(), Means(day=day)) for day in readings])


def _ordered(matched: PhraseMatch, *, month_first: bool) -> Days:
    month, day = ("one", "two") if month_first else ("two", "one")
    return dated(matched, matched.number(month), day=day)


def _possible(matched: PhraseMatch, *, month_first: bool) -> list[date]:
    """The day, if it is one that was, or would be asked about."""
    try:
        return [_ordered(matched, month_first=month_first).first]
    except NotUnderstood as error:
        return [each.means.day for each in error.readings if each.means.day]


def _read_day_of_month(matched: PhraseMatch) -> Days:
    """The last 10th; one of a few days ahead was hardly meant to be last month's."""
    day, today, begun = matched.number("day"), matched.today, matched.setting.begun
    if begun:
        month = begun + relativedelta(months=int(day < begun.day))
        return _day(matched, calendar_day(matched, month.year, month.month, day))
    if day <= today.day:
        return _day(matched, calendar_day(matched, today.year, today.month, day))
    month_before = today + relativedelta(months=-1, day=1)
    last = calendar_day(matched, month_before.year, month_before.month, day)
    if day - today.day <= SOON_IN_MONTH.days:
        raise still_to_come(matched, last)
    return _day(matched, last)


def read_numbered_week(matched: PhraseMatch) -> Days:
    """A week by its number as ISO 8601 counts, the last one of that number."""
    week = matched.number("week")
    if begun := matched.setting.begun:
        usual = begun.isocalendar().year + (week < begun.isocalendar().week)
    else:
        usual = matched.today.isocalendar().year - (week > matched.today.isocalendar().week)
    if week == _LONG_YEARS_WEEK and not matched.setting.begun:
        usual = next(
            year for year in range(usual, usual - _YEARS_WITHOUT, -1) if date(year, 12, 28).isocalendar().week == week
        )
    year = matched.number("year", usual)
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    return ending_today(matched, first, first + timedelta(days=6), "week", year_typed=matched["year"] is not None)


# Ranges of days


def ending_today(
    matched: PhraseMatch, first: date, last: date, unit: UnitName | None, *, year_typed: bool = True
) -> Days:
    """A span of which the rest may still be to come. Raises NotUnderstood where it has not begun."""
    if matched.setting.begun:
        return Days(first, last, year_typed, unit=unit)
    if first > matched.today:
        raise matched.refuse(Reason.FUTURE)
    if first.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    return Days(first, min(last, matched.today), year_typed, unit=unit)


def this_week(matched: PhraseMatch) -> Days:
    """The week until today."""
    setting = matched.setting
    begins = setting.today - timedelta(days=(setting.today.weekday() - setting.week_start) % 7)
    return Days(begins, setting.today, unit="week")


def last_week(matched: PhraseMatch) -> Days:
    """The week before this one."""
    begins = this_week(matched).first
    return Days(begins - _WEEK, begins - timedelta(days=1), unit="week")


def this_month(matched: PhraseMatch) -> Days:
    """The month until today."""
    return Days(matched.today.replace(day=1), matched.today, unit="month")


def last_month(matched: PhraseMatch) -> Days:
    """The month before this one."""
    last = matched.today.replace(day=1) - timedelta(days=1)
    return Days(last.replace(day=1), last, unit="month")
