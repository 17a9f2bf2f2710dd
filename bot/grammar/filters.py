"""Which time is meant beside days and names: nicht abgerechnet, by week, team, note contains, kunde acme."""

import re
from collections.abc import Callable

from bot.grammar import filter_terms, terms
from bot.grammar.days import filler
from bot.grammar.meanings import AllCustomers, Billable, Billed, Contains, Grouped, Joined, Kind, Meaning, Tagged, Whose
from bot.grammar.patterns import Lexicon, Phrase, PhraseMatch, Piece, any_of, flag, or_plain, row
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.tokens import is_tag
from bot.grammar.values import MOST_GROUPS, GroupName
from bot.grammar.where import FILTERED, INVOICE

_BEFORE_MORE = r"(?= )"
"""What leads to nothing is no such word, but a name."""


class FilterRules:
    """The rules for all that, in all languages."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._kinds = {
            word: kind for kind in filter_terms.NAME_KINDS for word in lexicon.words(filter_terms.GROUPS[kind])
        }
        self._group = lexicon.any_of(*filter_terms.GROUPS.values())
        self._groups = self._groups_behind()

    def _groups_behind(self) -> dict[str, dict[str, GroupName]]:
        """What each word means behind each "by": by tag, but nach Tag. A language's own words come first there."""
        named = {language: self._named_in(language) for language in self._lexicon.languages}
        every: dict[str, GroupName] = {}
        for groups in named.values():
            every = groups | every
        behind: dict[str, dict[str, GroupName]] = {}
        for language, own in named.items():
            for word in self._lexicon.words_in(language, filter_terms.GROUPED, filter_terms.PER):
                behind.setdefault(word, every | own)
        return behind

    def _named_in(self, language: str) -> dict[str, GroupName]:
        return {
            word: name for name, term in filter_terms.GROUPS.items() for word in self._lexicon.words_in(language, term)
        }

    def all_customers(self) -> list[Phrase]:
        """What stands before days too: all october, all open ones. No "all time" and no "all projects"."""
        every = self._lexicon.any_of(filter_terms.ALL_CUSTOMERS)
        longer = any_of(word for word in self._lexicon.words(filter_terms.ALL_TIME) if " " in word)
        other = rf"(?!{longer.pattern}(?!\S)){every.pattern}(?! {self._group.pattern}(?!\S))"
        unbilled, theirs = map(self._lexicon.any_of, (filter_terms.NOT_BILLED, filter_terms.GROUPS["customer"]))
        everything = rf"{every.pattern} {unbilled.pattern}(?: {theirs.pattern}(?!\S))?"
        return [
            row(Piece(everything, every.leads), _always(AllCustomers(of_all_days=True)), INVOICE),
            row(Piece(other, every.leads), _always(AllCustomers()), INVOICE),
        ]

    def grouped(self) -> list[Phrase]:
        """What stands before all else, because days may stand behind "nach" as well: by month, weekly."""
        by, conjunction = any_of(self._groups), self._lexicon.any_of(terms.AND).pattern
        between = rf"(?: ?[,/&+] ?(?:{conjunction} )?| {conjunction} | (?={by.pattern} ))(?:{by.pattern} )?"
        groups = rf"{self._group.pattern}(?:{between}{self._group.pattern})*"
        periods = filter_terms.PERIODS.items()
        grouped = self._lexicon.any_of(filter_terms.GROUPED)
        spans = self._lexicon.any_of(filter_terms.QUARTERS_LONG, filter_terms.YEARS_LONG, filter_terms.HALF)
        return [
            row(Piece(rf"(?P<by>{by.pattern}) (?P<groups>{groups})", by.leads), self._read_groups, FILTERED),
            *(row(self._lexicon.any_of(term), _always(Grouped((name,))), FILTERED) for name, term in periods),
            row(self._lexicon.any_of(filter_terms.UNGROUPED), _always(Grouped(())), FILTERED),
            row(Piece(rf"{grouped.pattern} {spans.pattern}(?! ?[0-9])", grouped.leads), _refuse_group, FILTERED),
        ]

    def before_days(self) -> list[Phrase]:
        """What stands before the rules for days, of which some would be its beginning."""
        grouped, every = map(self._lexicon.any_of, (filter_terms.GROUPED, filter_terms.EVERY))
        of_kind, people = any_of(self._kinds), self._lexicon.any_of(filter_terms.GROUPS["person"])
        none = rf"{self._not_one()}{every.pattern}"
        return [
            row(Piece(rf"{grouped.pattern} \S+", grouped.leads), _refuse_group, FILTERED),
            row(Piece(rf"{none} {people.pattern}", every.leads), _always(Whose(everybody=True)), FILTERED),
            row(Piece(rf"{none} {of_kind.pattern}", every.leads), filler, FILTERED),
        ]

    def _not_one(self) -> str:
        """No "all customer", which is all there ever was of the customer who is named then, and not all customers."""
        ever = {*self._lexicon.words(filter_terms.ALL_TIME)}
        both = [word for word in self._lexicon.words(filter_terms.EVERY) if word in ever]
        one = [
            self._lexicon.words_in(language, filter_terms.GROUPS[kind])[0]
            for kind in filter_terms.NAME_KINDS
            for language in self._lexicon.languages
        ]
        return rf"(?!{any_of(both).pattern} {any_of(one).pattern}(?!\S))"

    def rules(self) -> list[Phrase]:
        """What stands behind the rules for days, which have longer phrases."""
        return [*self._flags(), *self._noted(), *self._naming()]

    def _flags(self) -> list[Phrase]:
        """One word each, with two dashes or without."""
        no = [terms.NOT_BILLABLE_FLAG, *self._lexicon.words(terms.NOT_BILLABLE, filter_terms.NOT_BILLABLE)]
        yes = self._lexicon.words(terms.BILLABLE, filter_terms.BILLABLE)
        said: list[tuple[list[str], Meaning]] = [
            (no, Billable(billable=False)),
            (yes, Billable(billable=True)),
            (self._lexicon.words(filter_terms.NOT_BILLED), Billed(billed=False)),
            (self._lexicon.words(filter_terms.BILLED), Billed(billed=True)),
            (self._lexicon.words(filter_terms.EVERYBODY), Whose(everybody=True)),
            (self._lexicon.words(filter_terms.ME), Whose(everybody=False)),
        ]
        return [
            *(row(or_plain(flag(words), words), _always(meaning), FILTERED) for words, meaning in said),
        ]

    def _noted(self) -> list[Phrase]:
        """What a note contains, and a tag without its sign."""
        contains, tag = map(self._lexicon.any_of, (filter_terms.NOTE_CONTAINS, filter_terms.GROUPS["tag"]))
        return [
            row(Piece(rf"{contains.pattern}(?P<text> \S+)?", contains.leads), _read_contains, FILTERED),
            row(Piece(rf"{tag.pattern} #?(?P<tag>[\w-]+)", tag.leads), _read_tag, FILTERED),
        ]

    def _naming(self) -> list[Phrase]:
        """What stands before names and between them."""
        kind, leading = any_of(self._kinds), self._lexicon.any_of(filter_terms.LEADING)
        joined = any_of([*"+,;", *self._lexicon.words(terms.AND, filter_terms.OR)])
        return [
            row(Piece(rf"(?P<kind>{kind.pattern})", kind.leads), self._read_kind, FILTERED),
            row(joined, _always(Joined()), FILTERED),
            row(Piece(leading.pattern + _BEFORE_MORE, leading.leads), filler, FILTERED),
            row(self._lexicon.any_of(filter_terms.TIME), filler, FILTERED),
        ]

    def _read_groups(self, matched: PhraseMatch) -> Grouped:
        groups = self._groups[matched["by"] or ""]
        typed = re.findall(self._group.pattern, matched["groups"] or "")
        found = tuple(dict.fromkeys(groups[word] for word in typed))
        if len(found) > MOST_GROUPS:
            raise NotUnderstood(Reason.TOO_MANY_GROUPS, matched.piece)
        return Grouped(found)

    def _read_kind(self, matched: PhraseMatch) -> Kind:
        return Kind(self._kinds[matched["kind"] or ""])


def _always(meaning: Meaning) -> Callable[[PhraseMatch], Meaning]:
    """What means the same wherever it stands."""

    def read(_matched: PhraseMatch) -> Meaning:
        return meaning

    return read


def _refuse_group(matched: PhraseMatch) -> Meaning:
    raise NotUnderstood(Reason.NO_GROUP, matched.piece.split()[-1].rstrip(","))


def _read_contains(matched: PhraseMatch) -> Contains:
    return Contains(is_there=bool(matched["text"]))


def _read_tag(matched: PhraseMatch) -> Tagged:
    tag = matched["tag"] or ""
    if not is_tag(tag):
        raise matched.refuse(Reason.UNEXPECTED)
    return Tagged(tag)
