"""The phrases for times and days, in all languages at once: each row of the table is one rule.

A rule is a pattern made of the languages' words, and what it means. `Phrases` files the rules under the words that can
begin them: a name costs one look-up, however many languages there are.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from bot.grammar import terms
from bot.grammar.clocks import Clocks
from bot.grammar.days import DayRules
from bot.grammar.filter_terms import EXCEPT, GROUPS, NAME_KINDS
from bot.grammar.filters import FilterRules
from bot.grammar.lengths import Lengths
from bot.grammar.meanings import Billable, Filler, Private
from bot.grammar.numbers import Numbers
from bot.grammar.patterns import ON, Lexicon, Phrase, Piece, any_of, flag, lead, or_plain, row
from bot.grammar.spans import SpanRules
from bot.grammar.values import NameKind
from bot.grammar.where import DESCRIBED, LOG, NOTE, NOTED, WHERE


class Phrases:
    """The table of all rules in some languages, filed so that a word finds those it can begin."""

    def __init__(self, languages: Sequence[str]) -> None:
        lexicon = Lexicon(languages)
        numbers = Numbers(lexicon)
        days, lengths, clocks = DayRules(lexicon), Lengths(lexicon, numbers), Clocks(lexicon)
        spans = SpanRules(lexicon, days)
        filters = FilterRules(lexicon)
        self.span_words = spans.words
        self.except_words = frozenset(lexicon.words(EXCEPT))
        """What a name that is to be left out stands behind."""
        self._usual = {kind: lexicon.words(GROUPS[kind])[0] for kind in NAME_KINDS}
        self._marks = lexicon.marks
        self._on = frozenset(lexicon.words(terms.ON))
        self._day_ahead = re.compile(days.ahead())
        # First match wins; so the longer phrase stands before the one that is its beginning.
        self.table = [
            *lengths.before_days(),
            *filters.all_customers(),
            *filters.grouped(),
            *spans.leading(),
            *filters.before_days(),
            *spans.first(),
            *days.rules(),
            *spans.last(),
            *filters.rules(),
            *_described(lexicon),
            *_joining(lexicon, clocks.span()),
            *clocks.spans(),
            *lengths.rules(clocks.span(), clocks.read_between),
            *clocks.rules(),
        ]
        self._filed: dict[str, dict[str, tuple[Phrase, ...]]] = {where: {} for where in WHERE}
        filed: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.table):
            for where in phrase.where:
                for word in phrase.leads:
                    filed[where, word].append(number)
        alike: dict[tuple[int, ...], tuple[Phrase, ...]] = {}  # a few hundred, for thousands of words
        for (where, word), listed in filed.items():
            rows = tuple(listed)
            if rows not in alike:
                alike[rows] = tuple(self.table[number] for number in rows)
            self._filed[where][word] = alike[rows]

    def marked(self, keys: list[str], own: Sequence[tuple[str, NameKind]] = ()) -> list[str]:
        """The casefolded words as phrases are looked for in them: numbers in figures, and "on" where a day follows.

        The `own` words of a workspace for customers, projects and services stand there as the usual ones.
        """
        marks = {**self._marks, **{word: self._usual[kind] for word, kind in own}} if own else self._marks
        marked = [marks.get(key, key) for key in keys]
        if not self._on.isdisjoint(marked):
            for at, word in enumerate(marked):
                if word in self._on and self._day_ahead.match(" ".join(marked[at + 1 : at + 4])):
                    marked[at] = ON
        return marked

    def find(self, where: str, text: str, at: int, word: str) -> tuple[Phrase, re.Match[str]] | None:
        """The first phrase that covers the words from `at` on, where `word` stands."""
        for phrase in self._filed.get(where, {}).get(lead(word), ()):
            if match := phrase.pattern.match(text, at):
                return phrase, match
        return None


def _described(lexicon: Lexicon) -> list[Phrase]:
    """What is said about work and notes."""
    yes, no = lexicon.words(terms.BILLABLE), lexicon.words(terms.NOT_BILLABLE)
    is_not, is_billable = flag([terms.NOT_BILLABLE_FLAG, *no]), flag(yes)
    return [
        row(or_plain(is_not, no), lambda _: Billable(billable=False), DESCRIBED),
        row(or_plain(is_billable, yes), lambda _: Billable(billable=True), DESCRIBED),
        # Without their dashes these may be part of a name, and the others of a note.
        row(flag(lexicon.words(terms.PRIVATE)), lambda _: Private(), NOTED),
        row(is_not, lambda _: Billable(billable=False), NOTE),
        row(is_billable, lambda _: Billable(billable=True), NOTE),
    ]


def _joining(lexicon: Lexicon, span: Piece) -> list[Phrase]:
    """What stands between two spans, or before a number that is added."""
    conjunction = any_of(["&", "+", *lexicon.words(terms.AND)])
    ahead = rf"(?= (?:{span.pattern})(?:,? |,?\Z))"
    return [
        row(Piece(conjunction.pattern + ahead, conjunction.leads), lambda _: Filler(), LOG),
    ]
