"""Which days a list or report is about: october, Q3 2025, letztes Jahr, last 7 days, from when to when."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from bot.grammar import filter_terms, terms
from bot.grammar.dates import calendar_day, read_day_of_month
from bot.grammar.days import NUMERIC, DayRules, filler, refuse_ahead
from bot.grammar.edges import EdgeRules
from bot.grammar.meanings import AllTime, Bound, Days, SoFar, To
from bot.grammar.numbers import WHOLE
from bot.grammar.patterns import (
    ARTICLE,
    DASH,
    FULL_YEAR,
    NUMBER,
    Lexicon,
    Phrase,
    PhraseMatch,
    Piece,
    any_of,
    around,
    flag,
    or_plain,
    row,
)
from bot.grammar.periods import (
    YEARS_BACK,
    ending_today,
    half_of_month,
    read_numbered_week,
    read_recent,
    read_weekend,
    read_year,
    typed_year,
)
from bot.grammar.ranges import between, read_dates, read_days_of_month, read_iso_dates, read_weeks, read_years
from bot.grammar.spelled import MONTHS, SPELLED
from bot.grammar.values import UnitName
from bot.grammar.where import FILTERED

_DAY = timedelta(days=1)
_LOOSE = r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})(?:\.(?P<year> ?[0-9]{4}|[0-9]{2})?)?"
"""As `NUMERIC`, maybe without its last full stop: two of them with a dash between can hardly be anything else."""
_YEAR = "(?P<year>[0-9]{4}|['’][0-9]{2})"
_QUARTERS = range(1, 5)
_WEEKS = range(1, 54)
_HALVES = (1, 2)


class SpanRules:
    """The rules for spans of days in all languages."""

    def __init__(self, lexicon: Lexicon, days: DayRules) -> None:
        self._lexicon, self._days = lexicon, days
        self._quarter = lexicon.any_of(filter_terms.NUMBERED_QUARTER)
        self._ordinals = lexicon.numbered(filter_terms.ORDINALS, start=1)
        self._to = any_of(lexicon.between(terms.FROM_TO))
        self._through = rf"(?: ?{DASH} ?| {self._to.pattern} )"
        self._week = lexicon.any_of(terms.NUMBERED_WEEK)
        self._edges = EdgeRules(lexicon)
        years = (filter_terms.THIS_YEAR, filter_terms.LAST_YEAR, filter_terms.YEAR_BEFORE_LAST)
        named = (f"(?P<{name}>{lexicon.any_of(term).pattern})" for name, term in zip(YEARS_BACK, years, strict=True))
        year = rf"(?:{days.of} )?(?:{_YEAR}|{'|'.join(named)})"
        self._of_year, self._of_year_or_slashed = rf"(?:,? {year})?", rf"(?:(?:,? |/){year})?"
        quarters = [f"{word}{number}" for word in lexicon.words(filter_terms.NUMBERED_QUARTER) for number in _QUARTERS]
        self._joined_quarters = frozenset(quarters)
        self._joined_weeks = frozenset(f"{word}{n}" for word in lexicon.words(terms.NUMBERED_WEEK) for n in _WEEKS)
        edges = [*lexicon.words(filter_terms.MIDDLE_OF), *lexicon.words(filter_terms.END_OF)]
        weeks = [*self._joined_weeks, *map(str, _WEEKS)]
        self.words = frozenset([*days.months, *days.weekdays, *days.back_words, *quarters, *weeks, *edges])
        """What a dash may stand between: okt-dez, mon-fri, q1-q3, kw45-46, mid-october."""

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
            *self._spelled_since(),
            *(row(Piece(each.pattern + ahead, each.leads), partial(_bound, bound), FILTERED) for each, bound in bounds),
            row(Piece(until.pattern + ahead, until.leads), lambda _: To(leads=True), FILTERED),
            row(Piece(rf"(?:{self._to.pattern}|{DASH}){ahead}", self._to.leads | {"-"}), lambda _: To(), FILTERED),
            row(Piece(conjunction.pattern + ahead, conjunction.leads), lambda _: To(is_and=True), FILTERED),
            row(Piece(begun.pattern + ahead, begun.leads), filler, FILTERED),
            row(Piece(self._every().pattern + ahead, self._every().leads), filler, FILTERED),
        ]

    def _spelled_since(self) -> list[Phrase]:
        """What says the whole of a span, though it begins as one bound: since the beginning of the year."""
        since = {*self._lexicon.before(terms.SINCE)}
        said = [
            ([word for word in self._lexicon.words(term) if word.split(" ")[0] in since], read)
            for term, read in SPELLED
        ]
        return [row(any_of(words), read, FILTERED) for words, read in said if words]

    def _every(self) -> Piece:
        return self._lexicon.any_of(filter_terms.EVERY, filter_terms.ALL_TIME)

    def _ahead(self) -> str:
        """Pattern of how days begin here."""
        spelled = [word for term, _ in SPELLED for word in self._lexicon.words(term)]
        recent = self._lexicon.any_of(filter_terms.RECENT).pattern
        half, short = map(self._lexicon.any_of, (filter_terms.HALF, filter_terms.NUMBERED_HALF))
        weekend = self._lexicon.any_of(filter_terms.LAST_WEEKEND, filter_terms.WEEKEND)
        article = self._lexicon.any_of(filter_terms.THE, terms.ON_THE)
        return (
            rf"(?:{article.pattern} )?{self._edges.before()}"
            rf"(?:{self._days.ahead()}|{any_of(spelled).pattern}(?:[ ,]|\Z)"
            rf"|{self._quarter.pattern} ?[1-4]|{self._week.pattern} ?[0-9]|(?:[0-9]{{1,2}}/)?{FULL_YEAR}"
            rf"|[0-9]{{1,2}}\.(?:[0-9]{{2}}|{FULL_YEAR})(?:[ ,]|\Z)|{recent} (?:{WHOLE}) "
            rf"|(?:[1-4]{self._days.ordinal}?|{any_of(self._ordinals).pattern})"
            rf" (?:{self._quarter.pattern}|{half.pattern})"
            rf"|{short.pattern}[12](?:[ ,]|\Z)|{weekend.pattern}(?:[ ,]|\Z)"
            rf"|{self._edges.joined()}(?:[ ,]|\Z)|[0-9]{{1,2}}{self._days.ordinal}(?:[ ,]|\Z)"
            rf"|{any_of(self._lexicon.words(terms.NOW)).pattern}(?:[ ,]|\Z))"
        )

    def first(self) -> list[Phrase]:
        """What stands before the rules for days, of which some would be its beginning."""
        so_far = row(self._lexicon.any_of(filter_terms.SO_FAR), lambda _: SoFar(), FILTERED)
        return [so_far, *self._of_edges(), *self._numeric(), *self._numbered(), *self._relative()]

    def _of_edges(self) -> list[Phrase]:
        """Beginning, middle and end of what has a name or a number, or is spelled out."""
        of_full_year = rf"(?:(?: |/)(?:{self._days.of} )?(?P<year>{FULL_YEAR}))?"
        spans: list[tuple[str, Callable[[PhraseMatch], Days]]] = [
            (rf"(?P<month>{self._days.month.pattern})\.?{self._of_year}", self._read_month),
            (rf"{self._quarter.pattern} ?(?P<number>[1-4]){of_full_year}", partial(self._read_part, 3, "quarter")),
            (rf"{self._week.pattern} ?(?P<week>[0-9]{{1,2}}){of_full_year}", read_numbered_week),
            (rf"(?:{self._lexicon.any_of(filter_terms.YEAR).pattern} )?(?P<year>{FULL_YEAR})", read_year),
        ]
        return self._edges.rules(spans)

    def _numeric(self) -> list[Phrase]:
        """Days of one month, dates from when to when, and months in figures."""
        first_numeric = NUMERIC.replace("?P<", "?P<first_")
        month = rf"(?P<month>{self._days.month.pattern})\.?"
        ordinal, of_year = rf"(?:{self._days.ordinal})", self._of_year
        first_day, day = rf"(?P<first_day>[0-9]{{1,2}}){ordinal}?", r"(?P<day>[0-9]{1,2})"
        full, iso = rf"(?P<year>{FULL_YEAR})", rf"{FULL_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
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
            row(Piece(rf"(?P<month>[0-9]{{1,2}})[/.-]{full}", NUMBER), self._read_month, FILTERED),
            row(Piece(rf"{full}[-/.](?P<month>[0-9]{{1,2}})", NUMBER), self._read_month, FILTERED),
            row(Piece(rf"(?P<first_year>{FULL_YEAR}) ?{DASH} ?{full}", NUMBER), read_years, FILTERED),
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
        year = self._of_year_or_slashed
        number = r"(?P<number>[1-4])"
        ordinal = any_of(self._ordinals)
        both = rf"(?P<both> ?[&+/] ?| {self._lexicon.any_of(terms.AND).pattern} )"
        weeks = rf"(?P<first_week>[0-9]{{1,2}})(?:{self._through}|{both})(?:{week.pattern} ?)?(?P<week>[0-9]{{1,2}})"
        several = self._lexicon.any_of(terms.NUMBERED_WEEK, filter_terms.NUMBERED_WEEKS)
        return [
            row(
                Piece(rf"{quarter} ?{number}{year}", self._quarter.leads | self._joined_quarters),
                quarter_of,
                FILTERED,
            ),
            row(
                Piece(rf"(?P<year>{FULL_YEAR})[ /-]{quarter} ?{number}", NUMBER),
                quarter_of,
                FILTERED,
            ),
            row(Piece(rf"{number}(?:{self._days.ordinal}) ?{quarter}{year}", NUMBER), quarter_of, FILTERED),
            row(
                Piece(rf"(?P<ordinal>{ordinal.pattern}) {quarter}{year}", ordinal.leads),
                quarter_of,
                FILTERED,
            ),
            *self._halves_of_month(),
            *self._halves(year),
            row(Piece(rf"(?P<year>{FULL_YEAR})-?w(?P<week>[0-9]{{1,2}})", NUMBER), read_numbered_week, FILTERED),
            row(
                Piece(rf"{several.pattern} ?{weeks}(?:[ /](?P<year>{FULL_YEAR}))?", several.leads | self._joined_weeks),
                read_weeks,
                FILTERED,
            ),
        ]

    def _halves_of_month(self) -> list[Phrase]:
        """First half of October, zweite Hälfte des Monats."""
        half_of, article = map(self._lexicon.any_of, (filter_terms.HALF_OF, filter_terms.THE))
        ordinals = any_of(word for word, number in self._ordinals.items() if number in _HALVES)
        first = rf"(?:(?P<ordinal>{ordinals.pattern})|(?P<number>[12])(?:{self._days.ordinal}))"
        spans: list[tuple[str, Callable[[PhraseMatch], Days]]] = [
            (rf"(?P<month>{self._days.month.pattern})\.?{self._of_year}", self._read_month),
            *((self._lexicon.any_of(term).pattern, read) for term, read in SPELLED if term in MONTHS),
        ]
        return [
            row(
                Piece(rf"{first} {half_of.pattern} (?:{article.pattern} )?{span}", ordinals.leads | NUMBER),
                partial(self._read_half_of_month, read),
                FILTERED,
            )
            for span, read in spans
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
        behind = filter(None, (around(pattern)[1] for pattern in self._lexicon.patterns(terms.DAYS_AGO)))
        ago = rf"(?: {any_of(behind).pattern})?"
        coming = self._lexicon.any_of(filter_terms.NEXT_QUARTER, filter_terms.NEXT_YEAR)
        return [
            row(Piece(rf"{recent.pattern} (?:{counted})", recent.leads), read_recent, FILTERED),
            row(Piece(rf"{since.pattern} (?:{counted}){ago}", since.leads), partial(read_recent, since=True), FILTERED),
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

    def last(self) -> list[Phrase]:
        """What stands behind the rules for days, because it is the beginning of some."""
        month = Piece(rf"(?P<month>{self._days.month.pattern})\.?{self._of_year}", self._days.month.leads)
        day = rf"[0-9]{{1,2}}){self._days.ordinal}"
        last_day = rf"{day}(?! ?(?:(?:{self._days.of} )?{self._days.month.pattern}|[0-9]))"
        all_time = self._lexicon.words(filter_terms.ALL_TIME)
        counted = self._counted()
        return [
            row(month, self._read_month, FILTERED),
            row(Piece(rf"(?P<year>{FULL_YEAR})", NUMBER), read_year, FILTERED),
            row(
                Piece(rf"(?P<first_day>{day}{self._through}(?P<day>{last_day}", NUMBER),
                read_days_of_month,
                FILTERED,
            ),
            row(Piece(rf"(?P<day>{last_day}", NUMBER), read_day_of_month, FILTERED),
            row(self._lexicon.any_of(terms.NOW), _read_today, FILTERED),
            row(self._lexicon.any_of(filter_terms.ONLY), filler, FILTERED),
            row(Piece(rf"(?:{counted})", NUMBER | {ARTICLE}), read_recent, FILTERED),
            *(row(self._lexicon.any_of(term), read, FILTERED) for term, read in SPELLED),
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
        return ending_today(
            matched, first, first + relativedelta(day=31), "month", year_typed=typed_year(matched) is not None
        )

    def _read_half_of_month(self, read: Callable[[PhraseMatch], Days], matched: PhraseMatch) -> Days:
        number = self._ordinals[matched["ordinal"] or ""] if matched["ordinal"] else matched.number("number")
        return half_of_month(read(matched), number, matched)

    def _read_part(self, months: int, unit: UnitName | None, matched: PhraseMatch) -> Days:
        """A quarter or half of a year, as a month is read."""
        number = self._ordinals[matched["ordinal"] or ""] if matched["ordinal"] else matched.number("number")
        last_month_of_it, today, begun = number * months, matched.today, matched.setting.begun
        month = last_month_of_it - months + 1
        usual = begun.year + (last_month_of_it < begun.month) if begun else today.year - (month > today.month)
        year = typed_year(matched)
        first = calendar_day(matched, year or usual, month, 1)
        last = first + relativedelta(months=months) - _DAY
        return ending_today(matched, first, last, unit, year_typed=year is not None)


def _read_today(matched: PhraseMatch) -> Days:
    return Days(matched.today, matched.today)


def _bound(bound: Bound, _matched: PhraseMatch) -> Bound:
    return bound
