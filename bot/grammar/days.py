"""Which day: gestern, last Monday, 10.03., am 10., 3/10, KW 50."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar.dates import dated, one_day, read_day_of_month, read_numeric_date, read_slashed, without_year
from bot.grammar.meanings import Days, Filler, Meaning, Part
from bot.grammar.numbers import WHOLE, count
from bot.grammar.patterns import ARTICLE, NUMBER, ON, Lexicon, Phrase, PhraseMatch, Piece, any_of, placed, row
from bot.grammar.periods import last_month, last_week, read_numbered_week, this_month, this_week
from bot.grammar.refusals import Reason
from bot.grammar.where import DATED, FILTERED, LOG, MEANT, MOMENT

_WEEK = timedelta(days=7)
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
        the = self._lexicon.any_of(terms.ON_THE)
        date = rf"[0-9]{{1,2}}(?:\. ?[0-9]{{1,2}}\.|(?:{self.ordinal})? ?{self._dated}(?:[ ,]|\Z))"
        return [
            row(Piece(ON, frozenset(ON)), filler, DATED),
            row(Piece(rf"{the.pattern}(?= {date})", the.leads), filler, DATED),
            row(Piece(since.pattern + ahead, since.leads), filler, MOMENT),
            row(Piece(begun.pattern + ahead, begun.leads), filler, MOMENT),
        ]

    def _spoken(self) -> list[Phrase]:
        parts, last, coming = any_of(self._parts), *map(self._lexicon.any_of, (terms.LAST, terms.NEXT))
        part = rf"(?:[ ]?(?P<part>{parts.pattern}))?"
        so_far = self._lexicon.any_of(filter_terms.SO_FAR).pattern  # of which "so" is no Sunday
        weekday = rf"(?!{so_far}(?:[ ,]|\Z))(?P<word>{self._weekday.pattern})"
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
                read_numeric_date,
                DATED,
            ),
            row(Piece(NUMERIC, NUMBER), read_numeric_date, DATED),
            row(Piece(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{2})", NUMBER), read_numeric_date, f"{FILTERED} gaps"),
            row(
                Piece(r"(?P<one>[0-9]{1,2})(?P<mark>[/-])(?P<two>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})", NUMBER),
                read_slashed,
                DATED,
            ),
            row(
                Piece(r"(?P<one>[0-9]{1,2})/(?P<two>[0-9]{1,2})(?:/(?P<year>[0-9]{2}))?", NUMBER),
                read_slashed,
                f"{LOG} {MEANT} {FILTERED} gaps",
            ),
            row(
                Piece(
                    rf"{on_the.pattern} (?P<day>[0-9]{{1,2}}){self.ordinal}(?! ?(?:{self._dated}|[0-9]))",
                    on_the.leads,
                ),
                read_day_of_month,
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
        return replace(one_day(matched, matched.today - timedelta(days=1)), part=Part.NIGHT)

    def _read_back(self, matched: PhraseMatch) -> Days:
        back = self.back_words[matched["word"] or ""]
        return self._part(matched, one_day(matched, matched.today - timedelta(days=back)))

    def _read_weekday(self, matched: PhraseMatch) -> Days:
        """The last such day; the one of this week that is still to come where a range has begun since."""
        today, setting = matched.today, matched.setting
        number = self.weekdays[matched["word"] or ""]
        if setting.begun and setting.by_week:
            begun = one_day(matched, setting.begun + timedelta((number - setting.begun.weekday()) % 7))
            return replace(self._part(matched, begun), weekday=number)
        day = today - timedelta(days=(today.weekday() - number) % 7)
        if setting.begun and day < setting.begun and day + _WEEK < this_week(matched).first + _WEEK:
            day += _WEEK
        return replace(self._part(matched, without_year(one_day(matched, day))), weekday=number)

    def _read_last_weekday(self, matched: PhraseMatch) -> Days:
        number = self.weekdays[matched["word"] or ""]
        back = (matched.today.weekday() - number - 1) % 7 + 1
        return replace(self._part(matched, one_day(matched, matched.today - timedelta(days=back))), weekday=number)

    def _week_day(self, weeks: int) -> Callable[[PhraseMatch], Days]:
        """The day of this week, or of one before."""

        def read(matched: PhraseMatch) -> Days:
            setting = matched.setting
            begins = setting.today - timedelta(days=(setting.today.weekday() - setting.week_start) % 7)
            ahead = (self.weekdays[matched["word"] or ""] - setting.week_start) % 7
            day = one_day(matched, begins + timedelta(weeks=weeks, days=ahead))
            return replace(self._part(matched, day), of_week=True)

        return read

    def _read_days_ago(self, matched: PhraseMatch) -> Days:
        days, weeks, months = (count(matched[unit] or "0") for unit in ("days", "weeks", "months"))
        return one_day(matched, matched.today - relativedelta(days=days, weeks=weeks, months=months))

    def _read_named_date(self, matched: PhraseMatch) -> Days:
        return dated(matched, self.months[matched["month"] or ""])


def filler(_matched: PhraseMatch) -> Filler:
    """What only leads to the next phrase."""
    return Filler()


def refuse_ahead(matched: PhraseMatch) -> Meaning:
    """Raises NotUnderstood for what is still to come."""
    raise matched.refuse(Reason.FUTURE)
