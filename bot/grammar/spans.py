"""Which days a list or report is about: october, Q3 2025, letztes Jahr, last 7 days, from when to when."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar.days import (
    EARLIEST_YEAR,
    NUMERIC,
    SOON,
    DayRules,
    calendar_day,
    dated,
    ending_today,
    filler,
    last_month,
    last_week,
    read_numbered_week,
    refuse_ahead,
    still_to_come,
    this_month,
    this_week,
)
from bot.grammar.meanings import AllTime, Bound, Days, To
from bot.grammar.numbers import WHOLE, count
from bot.grammar.patterns import ARTICLE, DASH, NUMBER, Lexicon, Phrase, PhraseMatch, Piece, any_of, flag, or_plain, row
from bot.grammar.refusals import Means, NotUnderstood, Reason
from bot.grammar.tokens import Word
from bot.grammar.values import UnitName
from bot.grammar.where import FILTERED

_DAY = timedelta(days=1)
_FULL_YEAR = "(?:19|20)[0-9]{2}"
_HYPHEN = f" (?:{DASH} )?"
"""Between "mid" and a month."""
_LOOSE = r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})(?:\.(?P<year> ?[0-9]{4}|[0-9]{2})?)?"
"""As `NUMERIC`, maybe without its last full stop: two of them with a dash between can hardly be anything else."""
_YEAR = "(?P<year>[0-9]{4}|['’][0-9]{2})"
_QUARTERS = range(1, 5)
_HALVES = (1, 2)
_SATURDAY = 5
_MIDDLE = 1
_LONGEST_AHEAD = timedelta(days=184)
_LENGTHS: dict[UnitName, relativedelta] = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


class SpanRules:
    """The rules for spans of days in all languages."""

    def __init__(self, lexicon: Lexicon, days: DayRules) -> None:
        self._lexicon, self._days = lexicon, days
        self._quarter = lexicon.any_of(filter_terms.NUMBERED_QUARTER)
        self._ordinals = lexicon.numbered(filter_terms.ORDINALS, start=1)
        self._to = any_of(lexicon.between(terms.FROM_TO))
        self._through = rf"(?: ?{DASH} ?| {self._to.pattern} )"
        self._week = lexicon.any_of(terms.NUMBERED_WEEK)
        quarters = [f"{word}{number}" for word in lexicon.words(filter_terms.NUMBERED_QUARTER) for number in _QUARTERS]
        self._joined_quarters = frozenset(quarters)
        edges = [*lexicon.words(filter_terms.MIDDLE_OF), *lexicon.words(filter_terms.END_OF)]
        self.words = frozenset([*days.months, *days.weekdays, *days.back_words, *quarters, *edges])
        """What a dash may stand between: okt-dez, mon-fri, q1-q3, mid-october."""

    def leading(self) -> list[Phrase]:
        """What stands before days or between them."""
        ahead = rf"(?= (?:{self._ahead()}))"
        begun = any_of(self._lexicon.before(terms.FROM, terms.FROM_TO))
        since = any_of([*self._lexicon.before(terms.SINCE), *self._lexicon.words(filter_terms.STARTING)])
        between = any_of(self._lexicon.before(terms.BETWEEN))
        conjunction = any_of([*self._lexicon.between(terms.BETWEEN), *self._lexicon.words(terms.AND)])
        until = self._lexicon.any_of(filter_terms.UP_TO)
        bounds: list[tuple[Piece, Bound]] = [
            (since, Bound.SINCE),
            (self._lexicon.any_of(filter_terms.AFTER), Bound.AFTER),
            (self._lexicon.any_of(filter_terms.BEFORE), Bound.BEFORE),
            (between, Bound.BETWEEN),
        ]
        return [
            *(row(Piece(each.pattern + ahead, each.leads), partial(_bound, bound), FILTERED) for each, bound in bounds),
            row(Piece(until.pattern + ahead, until.leads), lambda _: To(leads=True), FILTERED),
            row(Piece(rf"(?:{self._to.pattern}|{DASH}){ahead}", self._to.leads | {"-"}), lambda _: To(), FILTERED),
            row(Piece(conjunction.pattern + ahead, conjunction.leads), lambda _: To(is_and=True), FILTERED),
            row(Piece(begun.pattern + ahead, begun.leads), filler, FILTERED),
            row(Piece(self._every().pattern + ahead, self._every().leads), filler, FILTERED),
        ]

    def _every(self) -> Piece:
        return self._lexicon.any_of(filter_terms.EVERY, filter_terms.ALL_TIME)

    def _ahead(self) -> str:
        """Pattern of how days begin here."""
        spelled = [word for term, _ in self._spelled() for word in self._lexicon.words(term)]
        recent = self._lexicon.any_of(filter_terms.RECENT).pattern
        half, short = map(self._lexicon.any_of, (filter_terms.HALF, filter_terms.NUMBERED_HALF))
        weekend = self._lexicon.any_of(filter_terms.LAST_WEEKEND, filter_terms.WEEKEND)
        article = self._lexicon.any_of(filter_terms.THE, terms.ON_THE)
        edge = self._lexicon.any_of(filter_terms.BEGINNING_OF, filter_terms.MIDDLE_OF, filter_terms.END_OF)
        return (
            rf"(?:{article.pattern} )?(?:{edge.pattern}{_HYPHEN})?"
            rf"(?:{self._days.ahead()}|{any_of(spelled).pattern}(?:[ ,]|\Z)"
            rf"|{self._quarter.pattern} ?[1-4]|{self._week.pattern} ?[0-9]|(?:[0-9]{{1,2}}/)?{_FULL_YEAR}"
            rf"|[0-9]{{1,2}}\.(?:[0-9]{{2}}|{_FULL_YEAR})(?:[ ,]|\Z)|{recent} (?:{WHOLE}) "
            rf"|(?:[1-4]{self._days.ordinal}?|{any_of(self._ordinals).pattern})"
            rf" (?:{self._quarter.pattern}|{half.pattern})"
            rf"|{short.pattern}[12](?:[ ,]|\Z)|{weekend.pattern}(?:[ ,]|\Z))"
        )

    def first(self) -> list[Phrase]:
        """What stands before the rules for days, of which some would be its beginning."""
        return [*self._edges(), *self._numeric(), *self._numbered(), *self._relative()]

    def _edges(self) -> list[Phrase]:
        """Beginning, middle and end: the first and the last day; of a month its 15th (§ 192 BGB)."""
        begins, middle, ends = map(
            self._lexicon.any_of, (filter_terms.BEGINNING_OF, filter_terms.MIDDLE_OF, filter_terms.END_OF)
        )
        of_year = rf"(?:,? (?:{self._days.of} )?{_YEAR})?"
        of_full_year = rf"(?:(?: |/)(?:{self._days.of} )?(?P<year>{_FULL_YEAR}))?"
        month = rf"(?P<month>{self._days.month.pattern})\.?{of_year}"
        quarter_of = partial(self._read_part, 3, "quarter")
        spans: list[tuple[str, Callable[[PhraseMatch], Days]]] = [
            (month, self._read_month),
            (rf"{self._quarter.pattern} ?(?P<number>[1-4]){of_full_year}", quarter_of),
            (rf"{self._week.pattern} ?(?P<week>[0-9]{{1,2}}){of_full_year}", read_numbered_week),
            (f"(?P<year>{_FULL_YEAR})", _read_year),
            *((self._lexicon.any_of(term).pattern, read) for term, read in self._spelled()),
        ]
        return [
            row(Piece(rf"{edge.pattern}{_HYPHEN}{span}", edge.leads), partial(_read_edge, read, number), FILTERED)
            for number, edge in enumerate((begins, middle, ends))
            for span, read in spans
        ]

    def _numeric(self) -> list[Phrase]:
        """Days of one month, dates from when to when, and months in figures."""
        first_numeric = NUMERIC.replace("?P<", "?P<first_")
        month = rf"(?P<month>{self._days.month.pattern})\.?"
        ordinal, of_year = rf"(?:{self._days.ordinal})", rf"(?:,? (?:{self._days.of} )?{_YEAR})?"
        first_day, day = rf"(?P<first_day>[0-9]{{1,2}}){ordinal}?", r"(?P<day>[0-9]{1,2})"
        full, iso = rf"(?P<year>{_FULL_YEAR})", rf"{_FULL_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
        spelled_month, spelled_year = map(self._lexicon.any_of, (terms.MONTH, filter_terms.YEAR))
        return [
            row(Piece(f"{first_numeric}{self._through}{NUMERIC}", NUMBER), _read_dates, FILTERED),
            row(Piece(rf"(?P<first_day>[0-9]{{1,2}})\.?{self._through}{NUMERIC}", NUMBER), _read_dates, FILTERED),
            row(Piece(f"{_LOOSE.replace('?P<', '?P<first_')}{self._through}{_LOOSE}", NUMBER), _read_dates, FILTERED),
            row(
                Piece(
                    rf"{first_day}{self._through}{day}(?:{ordinal}(?: {self._days.of})? ?| ){month}{of_year}", NUMBER
                ),
                self._read_named_dates,
                FILTERED,
            ),
            row(
                Piece(rf"{month} {first_day}{self._through}{day}{ordinal}?{of_year}", self._days.month.leads),
                self._read_named_dates,
                FILTERED,
            ),
            row(Piece(rf"(?P<first>{iso}) ?(?:\.\.\.?|/|[–—]) ?(?P<last>{iso})", NUMBER), _read_iso_dates, FILTERED),
            row(Piece(rf"(?P<month>[0-9]{{1,2}})[/.]{full}", NUMBER), self._read_month, FILTERED),
            row(Piece(rf"{full}[-/.](?P<month>[0-9]{{1,2}})", NUMBER), self._read_month, FILTERED),
            row(Piece(rf"(?P<first_year>{_FULL_YEAR}) ?{DASH} ?{full}", NUMBER), _read_years, FILTERED),
            row(
                Piece(rf"{spelled_month.pattern} (?:{self._days.of} )?{month}{of_year}", spelled_month.leads),
                self._read_month,
                FILTERED,
            ),
            row(Piece(rf"{spelled_year.pattern} {full}", spelled_year.leads), _read_year, FILTERED),
        ]

    def _numbered(self) -> list[Phrase]:
        """Quarters and weeks by their numbers."""
        quarter, week = self._quarter.pattern, self._week
        quarter_of = partial(self._read_part, 3, "quarter")
        year = rf"(?:(?: |/)(?:{self._days.of} )?{_YEAR})?"
        number = r"(?P<number>[1-4])"
        ordinal = any_of(self._ordinals)
        weeks = rf"(?P<first_week>[0-9]{{1,2}}){self._through}(?:{week.pattern} ?)?(?P<week>[0-9]{{1,2}})"
        joined_weeks = {f"{word}{n}" for word in self._lexicon.words(terms.NUMBERED_WEEK) for n in range(1, 54)}
        return [
            row(
                Piece(rf"{quarter} ?{number}{year}", self._quarter.leads | self._joined_quarters),
                quarter_of,
                FILTERED,
            ),
            row(
                Piece(rf"(?P<year>{_FULL_YEAR})[ /-]{quarter} ?{number}", NUMBER),
                quarter_of,
                FILTERED,
            ),
            row(Piece(rf"{number}(?:{self._days.ordinal}) ?{quarter}{year}", NUMBER), quarter_of, FILTERED),
            row(
                Piece(rf"(?P<ordinal>{ordinal.pattern}) {quarter}{year}", ordinal.leads),
                quarter_of,
                FILTERED,
            ),
            *self._halves(year),
            row(Piece(rf"(?P<year>{_FULL_YEAR})-?w(?P<week>[0-9]{{1,2}})", NUMBER), read_numbered_week, FILTERED),
            row(
                Piece(rf"{week.pattern} ?{weeks}(?:[ /](?P<year>{_FULL_YEAR}))?", week.leads | joined_weeks),
                _read_weeks,
                FILTERED,
            ),
        ]

    def _halves(self, year: str) -> list[Phrase]:
        """Of a year: H1, 1. Halbjahr, first half of 2025. What is before and after one has no name."""
        half_of = partial(self._read_part, 6, None)
        half, short = map(self._lexicon.any_of, (filter_terms.HALF, filter_terms.NUMBERED_HALF))
        ordinals = {word: number for word, number in self._ordinals.items() if number in _HALVES}
        ordinal, number = any_of(ordinals), "(?P<number>[12])"
        joined = {f"{word}{each}" for word in self._lexicon.words(filter_terms.NUMBERED_HALF) for each in _HALVES}
        return [
            row(Piece(rf"{short.pattern}{number}{year}", frozenset(joined)), half_of, FILTERED),
            row(Piece(rf"{number}(?:{self._days.ordinal}) ?{half.pattern}{year}", NUMBER), half_of, FILTERED),
            row(Piece(rf"(?P<ordinal>{ordinal.pattern}) {half.pattern}{year}", ordinal.leads), half_of, FILTERED),
        ]

    def _relative(self) -> list[Phrase]:
        """So many days that end today, whatever is last and this, and all there ever was."""
        counted = self._counted()
        recent, since = self._lexicon.any_of(filter_terms.RECENT), any_of(self._lexicon.before(terms.SINCE))
        coming = self._lexicon.any_of(filter_terms.NEXT_QUARTER, filter_terms.NEXT_YEAR)
        return [
            row(Piece(rf"{recent.pattern} (?:{counted})", recent.leads), _read_recent, FILTERED),
            row(Piece(rf"{since.pattern} (?:{counted})", since.leads), partial(_read_recent, since=True), FILTERED),
            row(coming, refuse_ahead, FILTERED),
            row(self._lexicon.any_of(filter_terms.LAST_WEEKEND), partial(_read_weekend, over=True), FILTERED),
            row(self._lexicon.any_of(filter_terms.WEEKEND), _read_weekend, FILTERED),
        ]

    def _counted(self) -> str:
        """So many days, weeks or years."""
        units = {
            "days": terms.DAYS,
            "weeks": terms.WEEKS,
            "months": terms.MONTHS_LONG,
            "quarters": filter_terms.QUARTERS_LONG,
            "years": filter_terms.YEARS_LONG,
        }
        named = ((name, self._lexicon.any_of(term).pattern) for name, term in units.items())
        return "|".join(rf"(?P<{name}>{WHOLE}) ?{unit}" for name, unit in named)

    def _spelled(self) -> list[tuple[Term, Callable[[PhraseMatch], Days]]]:
        """What each spelled-out span means."""
        quarter, year = partial(_ago, "quarter"), partial(_ago, "year")
        return [
            (filter_terms.CURRENT_WEEK, this_week),
            (filter_terms.PREVIOUS_WEEK, last_week),
            (filter_terms.CURRENT_MONTH, this_month),
            (filter_terms.PREVIOUS_MONTH, last_month),
            (filter_terms.THIS_QUARTER, partial(quarter, 0)),
            (filter_terms.LAST_QUARTER, partial(quarter, 1)),
            (filter_terms.THIS_YEAR, partial(year, 0)),
            (filter_terms.LAST_YEAR, partial(year, 1)),
            (filter_terms.WEEK_BEFORE_LAST, _week_before_last),
            (filter_terms.MONTH_BEFORE_LAST, partial(_ago, "month", 2)),
            (filter_terms.QUARTER_BEFORE_LAST, partial(quarter, 2)),
            (filter_terms.YEAR_BEFORE_LAST, partial(year, 2)),
            (terms.THIS_WEEK, this_week),
            (terms.LAST_WEEK, last_week),
            (terms.THIS_MONTH, this_month),
            (terms.LAST_MONTH, last_month),
            (terms.WEEK, this_week),
            (terms.MONTH, this_month),
            (filter_terms.QUARTER, partial(quarter, 0)),
            (filter_terms.YEAR, partial(year, 0)),
        ]

    def last(self) -> list[Phrase]:
        """What stands behind the rules for days, because it is the beginning of some."""
        of_year = rf"(?:,? (?:{self._days.of} )?{_YEAR})?"
        month = Piece(rf"(?P<month>{self._days.month.pattern})\.?{of_year}", self._days.month.leads)
        all_time = self._lexicon.words(filter_terms.ALL_TIME)
        counted = self._counted()
        return [
            row(month, self._read_month, FILTERED),
            row(Piece(rf"(?P<year>{_FULL_YEAR})", NUMBER), _read_year, FILTERED),
            row(Piece(rf"(?:{counted})", NUMBER | {ARTICLE}), _read_recent, FILTERED),
            *(row(self._lexicon.any_of(term), read, FILTERED) for term, read in self._spelled()),
            row(or_plain(flag(all_time), all_time), lambda _: AllTime(), FILTERED),
        ]

    # What needs the words again to be read

    def _read_named_dates(self, matched: PhraseMatch) -> Days:
        return _between(matched, self._days.months[matched["month"] or ""])

    def _read_month(self, matched: PhraseMatch) -> Days:
        """The last such month that has begun; of a range that has begun, the first one since."""
        typed = matched["month"] or ""
        month = int(typed) if typed.isdigit() else self._days.months[typed]
        today, begun = matched.today, matched.setting.begun
        usual = begun.year + (month < begun.month) if begun else today.year - (month > today.month)
        first = calendar_day(matched, _year(matched) or usual, month, 1)
        return ending_today(matched, first, first + relativedelta(day=31), "month", year_typed=bool(matched["year"]))

    def _read_part(self, months: int, unit: UnitName | None, matched: PhraseMatch) -> Days:
        """A quarter or half of a year, as a month is read."""
        number = self._ordinals[matched["ordinal"] or ""] if matched["ordinal"] else matched.number("number")
        last_month_of_it, today, begun = number * months, matched.today, matched.setting.begun
        month = last_month_of_it - months + 1
        usual = begun.year + (last_month_of_it < begun.month) if begun else today.year - (month > today.month)
        first = calendar_day(matched, _year(matched) or usual, month, 1)
        last = first + relativedelta(months=months) - _DAY
        return ending_today(matched, first, last, unit, year_typed=bool(matched["year"]))


def full_end(first: date, unit: UnitName) -> date:
    """The last day of what begins on a day."""
    return first if unit == "day" else first + _LENGTHS[unit] - _DAY


def unit_of(first: date, last: date, week_start: int) -> UnitName | None:
    """What some days are one of, as a whole."""
    if first == last:
        return "day"
    begins: dict[UnitName, bool] = {
        "week": first.weekday() == week_start,
        "month": first.day == 1,
        "quarter": first.day == 1 and first.month % 3 == 1,
        "year": first.day == first.month == 1,
    }
    return next((unit for unit, is_so in begins.items() if is_so and full_end(first, unit) == last), None)


def is_slip(first: date, last: date, today: date) -> bool:
    """Whether a range is so long because its days were typed the wrong way round: 10.3.-1.3. ends next year."""
    return first.year < last.year and last > today and last - first > _LONGEST_AHEAD


def _read_edge(read: Callable[[PhraseMatch], Days], edge: int, matched: PhraseMatch) -> Days:
    """The first day, the middle or the last day until today of what `read` makes of the words behind."""
    days = read(matched)
    if edge == _MIDDLE and days.unit != "month":
        raise matched.refuse(Reason.NO_SUCH_DATE)
    day = (days.first, days.first.replace(day=15), days.last)[edge]
    if not matched.setting.begun:
        _require_past(matched, day, year_typed=days.year_typed)
    return Days(day, day, days.year_typed, of_span=True)


def _require_past(matched: PhraseMatch, day: date, *, year_typed: bool) -> None:
    """Raises NotUnderstood for a day to come; without its year also where one is near, as for a date in figures."""
    is_ahead = day > matched.today
    if year_typed and is_ahead:
        raise matched.refuse(Reason.FUTURE)
    before = day - relativedelta(years=1) if is_ahead else day
    if not year_typed and before + relativedelta(years=1) - matched.today <= SOON:
        raise still_to_come(matched, before)


def _bound(bound: Bound, _matched: PhraseMatch) -> Bound:
    return bound


def _year(matched: PhraseMatch) -> int | None:
    """The year that was typed: 2025 or '25."""
    typed = matched["year"]
    if not typed:
        return None
    return int(typed) if typed.isdigit() else 2_000 + int(typed[1:])


def _read_year(matched: PhraseMatch) -> Days:
    year = _year(matched) or matched.today.year
    return ending_today(matched, calendar_day(matched, year, 1, 1), date(year, 12, 31), "year")


def _read_years(matched: PhraseMatch) -> Days:
    return _until_today(matched, date(matched.number("first_year"), 1, 1), date(matched.number("year"), 12, 31))


def _ago(unit: UnitName, back: int, matched: PhraseMatch) -> Days:
    """The quarter or year until today, or one before it."""
    today = matched.today
    month = {"quarter": (today.month - 1) // 3 * 3 + 1, "month": today.month}.get(unit, 1)
    first = date(today.year, month, 1) - _LENGTHS[unit] * back
    return Days(first, min(full_end(first, unit), today), unit=unit)


def _week_before_last(matched: PhraseMatch) -> Days:
    week = last_week(matched)
    return replace(week, first=week.first - _LENGTHS["week"], last=week.last - _LENGTHS["week"])


def _read_recent(matched: PhraseMatch, *, since: bool = False) -> Days:
    """The last 7 days are today and the six before it; since 7 days ago is one day more."""
    days, weeks, months, quarters, years = (
        count(matched[unit] or "0") for unit in ("days", "weeks", "months", "quarters", "years")
    )
    try:
        begins = matched.today - relativedelta(days=days, weeks=weeks, months=months + 3 * quarters, years=years)
    except (ValueError, OverflowError):
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    if begins == matched.today or begins.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    first = begins if since else begins + _DAY
    return Days(first, matched.today, unit="day" if first == matched.today else None)


def _read_weekend(matched: PhraseMatch, *, over: bool = False) -> Days:
    """The last Saturday and Sunday that have begun, or are over."""
    back = (matched.today.weekday() - _SATURDAY) % 7
    saturday = matched.today - timedelta(days=back + 7 * (over and back < 2))
    return Days(saturday, min(saturday + _DAY, matched.today))


def _read_weeks(matched: PhraseMatch) -> Days:
    """Weeks by their numbers as ISO 8601 counts; the last ones that have begun."""
    first_week, last_week_number = matched.number("first_week"), matched.number("week")
    this = matched.today.isocalendar()
    year = matched.number("year") or this.year - (first_week > this.week)
    try:
        first = date.fromisocalendar(year, first_week, 1)
        last = date.fromisocalendar(year + (not matched["year"] and last_week_number < first_week), last_week_number, 7)
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    return _until_today(matched, first, last)


def _read_iso_dates(matched: PhraseMatch) -> Days:
    try:
        first, last = (date.fromisoformat(matched[end] or "") for end in ("first", "last"))
    except ValueError:
        raise matched.refuse(Reason.NO_SUCH_DATE) from None
    return _until_today(matched, first, last)


def _read_dates(matched: PhraseMatch) -> Days:
    return _between(matched, matched.number("month"))


def _between(matched: PhraseMatch, month: int) -> Days:
    """From one date to another. A year behind the second is the first one's too."""
    first_month = matched.number("first_month", default=month)
    if matched["first_year"] or not matched["year"]:
        first = _begins(matched, first_month)
        last = dated(replace(matched, setting=matched.setting._replace(begun=first)), month).last
    else:
        last = _ends(matched, month)
        year = last.year - (first_month > month)
        first = calendar_day(matched, year, first_month, matched.number("first_day"))
    return _until_today(matched, first, last)


def _begins(matched: PhraseMatch, month: int) -> date:
    try:
        return dated(matched, month, day="first_day", year="first_year").first
    except NotUnderstood as error:
        raise _as_ranges(matched, error) from None


def _as_ranges(matched: PhraseMatch, error: NotUnderstood) -> NotUnderstood:
    """A first day that is still to come, asked about: each reading takes the second one along."""
    readings = []
    for reading in error.readings:
        if (first := reading.means.day) is not None:
            month = matched.number("month") if (matched["month"] or "").isdigit() else first.month
            last = calendar_day(matched, first.year + (month < first.month), month, matched.number("day"))
            readings.append((f"{first} - {last}", Means(days=(first, last))))
    return matched.ask(error.reason, readings)


def _ends(matched: PhraseMatch, month: int) -> date:
    typed = (matched["year"] or "").strip(" '’")
    year = int(typed) + (2_000 if len(typed) == 2 else 0)
    return calendar_day(matched, year, month, matched.number("day"))


def _until_today(matched: PhraseMatch, first: date, last: date) -> Days:
    """From one day to another, at the latest today. Raises NotUnderstood where all of it is still to come."""
    if first > last or (not matched["year"] and is_slip(first, last, matched.today)):
        raise matched.refuse(Reason.LAST_BEFORE_FIRST)
    if first > matched.today:
        raise matched.refuse(Reason.FUTURE)
    if first.year < EARLIEST_YEAR:
        raise matched.refuse(Reason.NO_SUCH_DATE)
    unit = unit_of(first, last, matched.setting.week_start)
    return Days(first, min(last, matched.today), unit=unit, is_range=True)


def spread(words: list[Word], known: frozenset[str]) -> list[Word]:
    """The words, with those taken apart that are several: okt-dez, q3/2025, 10/1-11/15."""
    if any(mark in word.key for word in words for mark in _AROUND):
        words = [word._replace(key=word.key.strip(_AROUND) or word.key) for word in words]
    if not any(mark in word.key for word in words for mark in _BETWEEN):
        return words
    return [part for word in words for part in _parts(word, known)]


_AROUND = "()!?;"
_BETWEEN = "-–—‐‑−/."
_SLASHES = "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,4}(?:/[0-9]{1,4}){1,2})"
_SLASHED = re.compile(rf"(?P<one>{_SLASHES})(?P<between>{DASH})(?P<two>{_SLASHES},?)")
_TOUCHING = re.compile(rf"(?P<one>[^\W\d_]\w*)(?P<between>{DASH}|[/.])(?P<two>\w+,?)")


def _parts(word: Word, known: frozenset[str]) -> list[Word]:
    slashed = _SLASHED.fullmatch(word.key)
    found = slashed or _TOUCHING.fullmatch(word.key)
    if found is None or len(word.key) != len(word.text) or not (slashed or found["one"] in known):
        return [word]
    one, between, two = (
        Word(word.text[start:end], word.key[start:end], word.start + start, word.start + end)
        for start, end in map(found.span, ("one", "between", "two"))
    )
    if slashed:
        return [one, between, two]
    if re.fullmatch(_FULL_YEAR, found["two"].rstrip(",")):
        return [one, two]
    if found["two"].rstrip(",") not in known or between.text in "/.":  # Mai/Juni may be two names
        return [word]
    return [one, between, two]
