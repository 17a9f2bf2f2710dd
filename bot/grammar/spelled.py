"""Weeks, months, quarters and years that are said in words alone: last month, Vorquartal, this half-year."""

from collections.abc import Callable
from functools import partial

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar.meanings import Days
from bot.grammar.patterns import PhraseMatch
from bot.grammar.periods import ago, half_year, last_month, last_week, this_month, this_week, week_before_last

SPELLED: list[tuple[Term, Callable[[PhraseMatch], Days]]] = [
    (filter_terms.CURRENT_WEEK, this_week),
    (filter_terms.PREVIOUS_WEEK, last_week),
    (filter_terms.CURRENT_MONTH, this_month),
    (filter_terms.PREVIOUS_MONTH, last_month),
    (filter_terms.THIS_QUARTER, partial(ago, "quarter", 0)),
    (filter_terms.LAST_QUARTER, partial(ago, "quarter", 1)),
    (filter_terms.THIS_HALF, partial(half_year, 0)),
    (filter_terms.LAST_HALF, partial(half_year, 1)),
    (filter_terms.THIS_YEAR, partial(ago, "year", 0)),
    (filter_terms.LAST_YEAR, partial(ago, "year", 1)),
    (filter_terms.WEEK_BEFORE_LAST, week_before_last),
    (filter_terms.MONTH_BEFORE_LAST, partial(ago, "month", 2)),
    (filter_terms.QUARTER_BEFORE_LAST, partial(ago, "quarter", 2)),
    (filter_terms.YEAR_BEFORE_LAST, partial(ago, "year", 2)),
    (terms.THIS_WEEK, this_week),
    (terms.LAST_WEEK, last_week),
    (terms.THIS_MONTH, this_month),
    (terms.LAST_MONTH, last_month),
    (terms.WEEK, this_week),
    (terms.MONTH, this_month),
    (filter_terms.QUARTER, partial(ago, "quarter", 0)),
    (filter_terms.YEAR, partial(ago, "year", 0)),
]
"""What each of them means."""
MONTHS = (terms.THIS_MONTH, terms.LAST_MONTH, terms.MONTH, filter_terms.CURRENT_MONTH, filter_terms.PREVIOUS_MONTH)
BARE = frozenset({terms.WEEK, terms.MONTH, filter_terms.QUARTER, filter_terms.YEAR})
"""These do not say which one it is: this one, or that in which a range begins."""
