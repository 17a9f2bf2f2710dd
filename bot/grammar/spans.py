"""Which days a list or report is about: october, Q3 2025, letztes Jahr, last 7 days, from when to when."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar.dates import SOON, calendar_day, still_to_come
from bot.grammar.days import NUMERIC, DayRules, filler, refuse_ahead
from bot.grammar.meanings import AllTime, Bound, Days, To
from bot.grammar.numbers import WHOLE
from bot.grammar.patterns import ARTICLE, DASH, NUMBER, Lexicon, Phrase, PhraseMatch, Piece, any_of, flag, or_plain, row
from bot.grammar.periods import (
    ago,
    ending_today,
    last_month,
    last_week,
    read_numbered_week,
    read_recent,
    read_weekend,
    read_year,
    this_month,
    this_week,
    typed_year,
    week_before_last,
)
from bot.grammar.ranges import between, read_dates, read_iso_dates, read_weeks, read_years
from bot.grammar.refusals import Reason
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
_MIDDLE = 1


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
            (f"(?P<year>{_FULL_YEAR})", read_year),
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
            row(Piece(f"{first_numeric}{self._through}{NUMERIC}", NUMBER), read_dates, FILTERED),
            row(Piece(rf"(?P<first_day>[0-9]{{1,2}})\.?{self._through}{NUMERIC}", NUMBER), read_dates, FILTERED),
            row(Piece(f"{_LOOSE.replace('?P<', '?P<first_')}{self._through}{_LOOSE}", NUMBER), read_dates, FILTERED),
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
            row(Piece(rf"(?P<first>{iso}) ?(?:\.\.\.?|/|[–—]) ?(?P<last>{iso})", NUMBER), read_iso_dates, FILTERED),
            row(Piece(rf"(?P<month>[0-9]{{1,2}})[/.]{full}", NUMBER), self._read_month, FILTERED),
            row(Piece(rf"{full}[-/.](?P<month>[0-9]{{1,2}})", NUMBER), self._read_month, FILTERED),
            row(Piece(rf"(?P<first_year>{_FULL_YEAR}) ?{DASH} ?{full}", NUMBER), read_years, FILTERED),
            row(
                Piece(rf"{spelled_month.pattern} (?:{self._days.of} )?{month}{of_year}", spelled_month.leads),
                self._read_month,
                FILTERED,
            ),
            row(Piece(rf"{spelled_year.pattern} {full}", spelled_year.leads), read_year, FILTERED),
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
                read_weeks,
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
            row(Piece(rf"{recent.pattern} (?:{counted})", recent.leads), read_recent, FILTERED),
            row(Piece(rf"{since.pattern} (?:{counted})", since.leads), partial(read_recent, since=True), FILTERED),
            row(coming, refuse_ahead, FILTERED),
            row(self._lexicon.any_of(filter_terms.LAST_WEEKEND), partial(read_weekend, over=True), FILTERED),
            row(self._lexicon.any_of(filter_terms.WEEKEND), read_weekend, FILTERED),
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
        quarter, year = partial(ago, "quarter"), partial(ago, "year")
        return [
            (filter_terms.CURRENT_WEEK, this_week),
            (filter_terms.PREVIOUS_WEEK, last_week),
            (filter_terms.CURRENT_MONTH, this_month),
            (filter_terms.PREVIOUS_MONTH, last_month),
            (filter_terms.THIS_QUARTER, partial(quarter, 0)),
            (filter_terms.LAST_QUARTER, partial(quarter, 1)),
            (filter_terms.THIS_YEAR, partial(year, 0)),
            (filter_terms.LAST_YEAR, partial(year, 1)),
            (filter_terms.WEEK_BEFORE_LAST, week_before_last),
            (filter_terms.MONTH_BEFORE_LAST, partial(ago, "month", 2)),
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
            row(Piece(rf"(?P<year>{_FULL_YEAR})", NUMBER), read_year, FILTERED),
            row(Piece(rf"(?:{counted})", NUMBER | {ARTICLE}), read_recent, FILTERED),
            *(row(self._lexicon.any_of(term), read, FILTERED) for term, read in self._spelled()),
            row(or_plain(flag(all_time), all_time), lambda _: AllTime(), FILTERED),
        ]

    # What needs the words again to be read

    def _read_named_dates(self, matched: PhraseMatch) -> Days:
        return between(matched, self._days.months[matched["month"] or ""])

    def _read_month(self, matched: PhraseMatch) -> Days:
        """The last such month that has begun; of a range that has begun, the first one since."""
        typed = matched["month"] or ""
        month = int(typed) if typed.isdigit() else self._days.months[typed]
        today, begun = matched.today, matched.setting.begun
        usual = begun.year + (month < begun.month) if begun else today.year - (month > today.month)
        first = calendar_day(matched, typed_year(matched) or usual, month, 1)
        return ending_today(matched, first, first + relativedelta(day=31), "month", year_typed=bool(matched["year"]))

    def _read_part(self, months: int, unit: UnitName | None, matched: PhraseMatch) -> Days:
        """A quarter or half of a year, as a month is read."""
        number = self._ordinals[matched["ordinal"] or ""] if matched["ordinal"] else matched.number("number")
        last_month_of_it, today, begun = number * months, matched.today, matched.setting.begun
        month = last_month_of_it - months + 1
        usual = begun.year + (last_month_of_it < begun.month) if begun else today.year - (month > today.month)
        first = calendar_day(matched, typed_year(matched) or usual, month, 1)
        last = first + relativedelta(months=months) - _DAY
        return ending_today(matched, first, last, unit, year_typed=bool(matched["year"]))


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
