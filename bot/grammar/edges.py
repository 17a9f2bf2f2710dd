"""The beginning, middle and end of weeks, months, quarters and years: end of October, Ende des Monats, month-end."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar.dates import SOON, still_to_come
from bot.grammar.meanings import Days
from bot.grammar.patterns import DASH, FULL_YEAR, Lexicon, Phrase, PhraseMatch, Piece, any_of, row
from bot.grammar.periods import ago, full_end, read_year, this_month, this_week
from bot.grammar.refusals import Means, Reason
from bot.grammar.spelled import BARE, SPELLED
from bot.grammar.where import FILTERED

Reader = Callable[[PhraseMatch], Days]
_BEGINNING, _MIDDLE, _END = range(3)
_OF = {_BEGINNING: filter_terms.BEGINNING_OF, _MIDDLE: filter_terms.MIDDLE_OF, _END: filter_terms.END_OF}
_HYPHEN = f" (?:{DASH} )?"
"""Between "mid" and a month."""


class EdgeRules:
    """The rules for them in all languages."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._article = rf"(?:{lexicon.any_of(filter_terms.THE).pattern} )?"
        self._edges = {edge: lexicon.any_of(term) for edge, term in _OF.items()}

    def before(self) -> str:
        """Pattern of what may stand before a span, so that it is one day of it."""
        return rf"(?:{any_of(self._words(_OF.values())).pattern}{_HYPHEN}{self._article})?"

    def joined(self) -> str:
        """Pattern of those that are one expression, such as Monatsende."""
        return any_of(self._words(term for term, *_ in _JOINED)).pattern

    def _joined(self) -> Iterator[tuple[Piece, str, int, Reader]]:
        year = rf"(?: (?:{self._lexicon.any_of(filter_terms.OF).pattern} )?(?P<year>{FULL_YEAR}))?"
        for term, edge, read in _JOINED:
            yield self._lexicon.any_of(term), year if read is _this_year else "", edge, read

    def _words(self, said: Iterable[Term]) -> list[str]:
        return self._lexicon.words(*said)

    def rules(self, spans: Iterable[tuple[str, Reader]]) -> list[Phrase]:
        """The first and the last day; of a month the middle is its 15th (§ 192 BGB)."""
        whole = [(self._lexicon.any_of(term).pattern, read, term in BARE) for term, read in SPELLED]
        of_spans = [(span, read, False) for span, read in spans] + whole
        return [
            *self._of_no_one(),
            *(
                row(
                    Piece(rf"{each.pattern}{_HYPHEN}{self._article}{span}", each.leads),
                    partial(_read_edge, read, edge, is_bare),
                    FILTERED,
                )
                for edge, each in self._edges.items()
                for span, read, is_bare in of_spans
            ),
            *(
                row(Piece(each.pattern + year, each.leads), partial(_read_edge, read, edge, True), FILTERED)
                for each, year, edge, read in self._joined()
            ),
        ]

    def _of_no_one(self) -> Iterator[Phrase]:
        """The end of one of several, of which only the year is said: month-end 2025. Of a year there is one."""
        year = rf" (?:{self._lexicon.any_of(filter_terms.OF).pattern} )?{FULL_YEAR}(?![./-])"
        several = self._lexicon.any_of(terms.WEEK, terms.MONTH, filter_terms.QUARTER).pattern
        for each in self._edges.values():
            yield row(Piece(f"{each.pattern}{_HYPHEN}{self._article}{several}{year}", each.leads), _which, FILTERED)
        joined = self._lexicon.any_of(*(term for term, _, read in _JOINED if read is not _this_year))
        yield row(Piece(joined.pattern + year, joined.leads), _which, FILTERED)


def _which(matched: PhraseMatch) -> Days:
    raise matched.refuse(Reason.WHICH_SPAN)


def _this_quarter(matched: PhraseMatch) -> Days:
    return ago("quarter", 0, matched)


def _this_year(matched: PhraseMatch) -> Days:
    """The year that was typed, or else this one."""
    return read_year(matched) if matched["year"] else ago("year", 0, matched)


_JOINED: list[tuple[Term, int, Reader]] = [
    (filter_terms.WEEK_BEGINS, _BEGINNING, this_week),
    (filter_terms.MONTH_BEGINS, _BEGINNING, this_month),
    (filter_terms.QUARTER_BEGINS, _BEGINNING, _this_quarter),
    (filter_terms.YEAR_BEGINS, _BEGINNING, _this_year),
    (filter_terms.MIDDLE_OF_MONTH, _MIDDLE, this_month),
    (filter_terms.WEEK_ENDS, _END, this_week),
    (filter_terms.MONTH_ENDS, _END, this_month),
    (filter_terms.QUARTER_ENDS, _END, _this_quarter),
    (filter_terms.YEAR_ENDS, _END, _this_year),
]
"""What is one expression: which edge it is, and of what."""


def _read_edge(read: Reader, edge: int, is_bare: bool, matched: PhraseMatch) -> Days:
    """The first day, the middle or the last day until today of what `read` makes of the words behind."""
    days = read(matched)
    if edge == _MIDDLE and days.unit != "month":
        raise matched.refuse(Reason.NO_SUCH_DATE)
    day = _day_of(days, edge)
    if matched.setting.begun:
        day = _of_range(read, edge, matched) if is_bare else day
    else:
        _require_past(matched, day, year_typed=days.year_typed)
    return Days(day, day, days.year_typed, of_span=True)


def _day_of(days: Days, edge: int) -> date:
    return (days.first, days.first.replace(day=15), days.last)[edge]


def _of_range(read: Reader, edge: int, matched: PhraseMatch) -> date:
    """Where a range ends that has begun: on that day of its first month, week or year, or of this one.

    Raises NotUnderstood where both may be meant.
    """
    begun, today = matched.setting.begun or matched.today, matched.today
    there = read(replace(matched, setting=matched.setting._replace(today=begun, begun=None)))
    if there.unit and edge == _END:
        there = replace(there, last=min(full_end(there.first, there.unit), today))
    both = {_day_of(there, edge), _day_of(read(matched), edge)}
    days = sorted(day for day in both if begun <= day <= today) or [_day_of(read(matched), edge)]
    if len(days) > 1:
        raise matched.ask(Reason.TWO_DATES, [(day.isoformat(), Means(day=day)) for day in days])
    return days[0]


def _require_past(matched: PhraseMatch, day: date, *, year_typed: bool) -> None:
    """Raises NotUnderstood for a day to come; without its year also where one is near, as for a date in figures."""
    is_ahead = day > matched.today
    if year_typed and is_ahead:
        raise matched.refuse(Reason.FUTURE)
    before = day - relativedelta(years=1) if is_ahead else day
    if not year_typed and before + relativedelta(years=1) - matched.today <= SOON:
        raise still_to_come(matched, before)
