"""Customers, projects, services and people as they are named in a filter: several at once, archived ones too."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from bot.catalog.guests import guest_of
from bot.catalog.rules import naming
from bot.catalog.rules.naming import MENTIONED, MOST_WORDS, Match, NoName, Run
from bot.catalog.rules.nouns import Fit, Kind, Noun, Nouns, near, same_name
from bot.catalog.rules.spelling import words
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.patterns import key
from bot.grammar.refusals import Means, NotUnderstood, Reading, Reason
from bot.grammar.time_words import time_words
from bot.grammar.tokens import QUOTED, Word, split
from bot.grammar.vocabulary import vocabulary
from storage import nouns as noun_rows

_MOST_OFFERED = 5
_LONGEST_TEXT = 1_800
"""Characters that a button surely holds beside the moment and the zone."""
_MOST_OF_A_NAME = 20
"""Customers or projects that are all meant by one word; MOST_OF_A_KIND of a filter."""
_NOUNS: WeakKeyDictionary[Bot, dict[int, tuple[int, tuple[Nouns, ...]]]] = WeakKeyDictionary()
"""By workspace: the version of the catalogue, and all its names, archived ones too."""
_PEOPLE: WeakKeyDictionary[Bot, dict[int, tuple[int, Nouns]]] = WeakKeyDictionary()
"""By workspace: the version of its people, and what they are called."""
_KIND_WORDS: dict[Kind, str] = {"customer": "customer", "project": "project", "service": "service", "person": "person"}
"""With which the text of a button says what a name is; they are understood in every language."""
_BETWEEN = " ,&·"
_APART = " · "
"""Between words of a text that are to be read by themselves: "all" and "service" are all services."""
_QUOTES = '"„“”«»'


@dataclass(frozen=True, slots=True)
class Known:
    """All that one caller can name; read once a command."""

    by_kind: dict[Kind, Nouns]
    sees_others: bool
    """Whether the caller may see the time of other people."""
    own: int | None = None
    """The caller among the people."""

    def may_mean(self, noun: Noun) -> bool:
        """Whether the caller may see the time of this, if it is a person."""
        return noun.kind != "person" or self.sees_others or noun.id == self.own

    def of(self, kind: Kind | None) -> Sequence[Nouns]:
        """The names of one kind, or of all."""
        return [*self.by_kind.values()] if kind is None else [self.by_kind[kind]]


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a command in which names were typed, and all of its text: what is asked back says it anew."""

    words: tuple[str, ...]
    text: str
    kind: Kind | None = None
    """Where it was said what they are."""
    payers: frozenset[int] = frozenset()
    """Customers that were named apart: a project that several have is theirs."""


def known(bot: Bot, caller: Caller) -> Known:
    """The names of the workspace, read once per version as those that time is booked on; and its people likewise.

    A guest knows what is theirs, and nobody else by name.
    """
    with bot.database.read() as db:
        nouns = _of_guest(db, caller) if caller.is_guest else _of_workspace(bot, db, caller)
        people = _one_alone(db, caller) if caller.is_guest else _people(bot, db, caller)
    return Known({each.kind: each for each in (*nouns, people)}, caller.bills, caller.person_id)


def _one_alone(db: Connection, caller: Caller) -> Nouns:
    return Nouns("person", noun_rows.person_nouns(db, caller.workspace_id, alone=caller.person_id))


def _people(bot: Bot, db: Connection, caller: Caller) -> Nouns:
    version, people = _PEOPLE.setdefault(bot, {}).get(caller.workspace_id, (-1, None))
    if people is None or version < caller.person.people_version:
        people = Nouns("person", noun_rows.person_nouns(db, caller.workspace_id))
        _PEOPLE[bot][caller.workspace_id] = caller.person.people_version, people
    return people


def _of_guest(db: Connection, caller: Caller) -> tuple[Nouns, ...]:
    return _prepared(noun_rows.catalog_nouns(db, caller.workspace_id, guest=guest_of(db, caller)))


def _of_workspace(bot: Bot, db: Connection, caller: Caller) -> tuple[Nouns, ...]:
    version, nouns = _NOUNS.setdefault(bot, {}).get(caller.workspace_id, (-1, ()))
    if version < caller.person.catalog_version:
        nouns = _prepared(noun_rows.catalog_nouns(db, caller.workspace_id))
        _NOUNS[bot][caller.workspace_id] = caller.person.catalog_version, nouns
    return nouns


def _prepared(found: noun_rows.CatalogNouns) -> tuple[Nouns, ...]:
    return Nouns("customer", found.customers), Nouns("project", found.projects), Nouns("service", found.services)


def has_words(among: Known, typed: Iterable[str]) -> bool:
    """Whether all of these are words of names."""
    return all(any(nouns.has_word(word) for nouns in among.of(None)) for each in typed for word in words(each))


def are_names(among: Known, typed: Sequence[str], kind: Kind | None = None) -> bool:
    """Whether each of the words is part of a name."""
    return _all_runs(among, typed, kind) is not None


def belong_to_name(among: Known, typed: Sequence[str], wanted: Iterable[str], kind: Kind | None = None) -> bool:
    """Whether the words are names, and those `wanted` among them evidently part of one.

    They are where the name was typed in full, or where more of its own words stand beside them: "may relaunch" is May
    Relaunch 2026, and "acme may" is Acme in May.
    """
    sought = {word for each in wanted for word in words(each)}
    return any(_is_told(among, run, sought) for run in _all_runs(among, typed, kind) or ())


def _all_runs(among: Known, typed: Sequence[str], kind: Kind | None) -> list[Run] | None:
    """The names in some words, the first of which may be said to be of a kind; None where a word is part of none."""
    try:
        return [run for row in naming.split_up(among.of(None), typed) for run in naming.read_names(among.of(kind), row)]
    except NoName:
        return None if kind is None else _all_runs(among, typed, None)


def _is_told(among: Known, run: Run, sought: set[str]) -> bool:
    typed = {word for each in run.typed for word in words(each)}
    nouns = [noun for noun in run.match.nouns if among.may_mean(noun)]
    if not nouns or not sought <= typed:
        return False
    if run.match.fit is Fit.IN_FULL:
        return True
    beside = typed - sought
    own = [words(noun.name) for noun in nouns]
    return any(sought <= {*each} and any(word.startswith(more) for word in each for more in beside) for each in own)


def named(among: Known, sought: Named) -> Iterator[Noun]:
    """What the words name, in their order. Raises NotUnderstood: for a word that names nothing, or one of several."""
    before: tuple[Noun, ...] = ()
    for number, row in enumerate(naming.split_up(among.of(None), sought.words)):
        if len(row) > MOST_WORDS:
            raise NotUnderstood(Reason.UNEXPECTED, " ".join(row[MOST_WORDS:]))
        for part, kind in _of_kinds(among, sought, row, is_first=number == 0):
            asked = replace(sought, kind=kind)
            for run in _runs(among, asked, part):
                before = _decided(among, asked, run, before)
                yield from before


def _of_kinds(
    among: Known, sought: Named, row: tuple[str, ...], *, is_first: bool
) -> list[tuple[tuple[str, ...], Kind | None]]:
    """A row of words of which was said what they are, without those at its end that are something else.

    "service design acme" is the service Design and Acme, "customer acme website" a project of Acme; in "project app &
    travel" the service is meant, where no project is called so.
    """
    if sought.kind is None:
        return [(row, None)]
    try:
        naming.read_names(among.of(sought.kind), row)
    except NoName as error:
        first = error.position
        if not are_names(among, row[first:]) or (first == 0 and is_first):
            return [(row, sought.kind)]
        if sought.kind == "customer" and first and _begins_with_project(among, row):
            return [(row, None)]
        return [(row[:first], sought.kind), (row[first:], None)] if first else [(row, None)]
    return [(row, sought.kind)]


def _begins_with_project(among: Known, row: Sequence[str]) -> bool:
    first = naming.read_names(among.of(None), row)[0]
    return len(first.typed) > 1 and all(noun.kind == "project" for noun in first.match.nouns)


def _runs(among: Known, sought: Named, row: Sequence[str]) -> tuple[Run, ...]:
    try:
        return naming.read_names(among.of(sought.kind), row)
    except NoName as error:
        raise _no_name(among, sought, error) from None


def _decided(among: Known, sought: Named, run: Run, before: Sequence[Noun]) -> tuple[Noun, ...]:
    """All that is called by these words, if it is called alike; otherwise it is asked. Raises NotUnderstood."""
    found = _for_eyes(among, naming.meant(run.match, before=before, payers=sought.payers))
    if run.otherwise and all(any(map(among.may_mean, match.nouns)) for match in run.otherwise):
        raise _which(sought, run, [[noun] for noun in found[:_MOST_OFFERED]], beside=run.otherwise)
    if not same_name(found):
        options: dict[str, list[Noun]] = {}
        for noun in found:
            options.setdefault(f"{noun.kind} {noun.label}", []).append(noun)
        raise _which(sought, run, [*options.values()])
    if len(found) > _MOST_OF_A_NAME:
        raise NotUnderstood(Reason.TOO_MANY_NAMES, " ".join(run.typed))
    return found


def _for_eyes(among: Known, found: tuple[Noun, ...]) -> tuple[Noun, ...]:
    """Without other people where the caller may not see their time, and may have meant something else."""
    return tuple(noun for noun in found if among.may_mean(noun)) or found


def _which(
    sought: Named, run: Run, options: Sequence[Sequence[Noun]], beside: tuple[Match, Match] | None = None
) -> NotUnderstood:
    """One of several is meant: a button for each of the first, and one for all where they are of one kind."""
    meanings = [_one(option[:1]) for option in options[:_MOST_OFFERED]]
    if len(options) > _MOST_OF_A_NAME:
        return _asked(sought, run.typed, Reason.TOO_MANY_NAMES, meanings)
    if beside:
        meanings.append(_one([match.nouns[0] for match in beside]))
    elif len({option[0].kind for option in options}) == 1:
        meanings.append((_said([option[0] for option in options], ", "), Means(is_all=True)))
    return _asked(sought, run.typed, Reason.WHICH_NAME, meanings)


def _one(nouns: Sequence[Noun]) -> tuple[str, Means]:
    """A name, or two that hold together, as it is typed and as it is shown."""
    return _said(nouns, " "), Means(names=tuple((noun.kind, noun.label) for noun in nouns))


def _said(nouns: Sequence[Noun], between: str) -> str:
    return between.join(f"{_KIND_WORDS[noun.kind]} {_quoted(noun.label)}" for noun in nouns)


def _quoted(label: str) -> str:
    return f'"{"".join(character for character in label if character not in _QUOTES)}"'


def _asked(sought: Named, typed: Sequence[str], reason: Reason, meanings: Iterable[tuple[str, Means]]) -> NotUnderstood:
    readings = []
    for said, means in meanings:
        text = _said_instead(sought, typed, said)
        if text is not None and len(text) <= _LONGEST_TEXT:
            readings.append(Reading(text, means))
    return NotUnderstood(reason, " ".join(typed), readings=tuple(readings))


def _no_name(among: Known, sought: Named, error: NoName) -> NotUnderstood:
    """A word names nothing: the nearest names, each in place of it and of the words beside it that are part of them."""
    word = error.typed[error.position]
    if key(word) in vocabulary().phrases.except_words:
        return NotUnderstood(Reason.LEAVES_OUT, word)
    if word.startswith(MENTIONED):
        reason = Reason.NO_SUCH_PERSON
    else:
        reason = Reason.NOT_OF_KIND if sought.kind else Reason.NO_SUCH_NAME
    runs = [(_around(noun, error), noun) for noun in _near(among, sought, word)]
    if not (runs or sought.kind) and (days := time_words().days_begun(error.typed[error.position :])):
        return NotUnderstood(Reason.NO_SUCH_DAYS, days)
    most = max((len(run) for run, _ in runs), default=0)
    readings = []
    for run, noun in runs:
        said, means = _one([noun])
        text = _said_instead(sought, run, said)
        if len(run) == most and text is not None and len(text) <= _LONGEST_TEXT:
            readings.append(Reading(text, means))
    return NotUnderstood(reason, word, readings=tuple(readings))


def _near(among: Known, sought: Named, word: str) -> Iterator[Noun]:
    kinds = among.of("person" if word.startswith(MENTIONED) else sought.kind)
    for noun in near(kinds, word):
        if among.may_mean(noun):
            yield noun


def _around(noun: Noun, error: NoName) -> tuple[str, ...]:
    """The word with those beside it that begin words of the name's label."""
    label = words(noun.label)

    def is_part(typed: str) -> bool:
        parts = words(typed)
        return bool(parts) and all(any(word.startswith(part) for word in label) for part in parts)

    first = last = error.position
    while first > 0 and is_part(error.typed[first - 1]):
        first -= 1
    while last + 1 < len(error.typed) and is_part(error.typed[last + 1]):
        last += 1
    return error.typed[first : last + 1]


def _said_instead(sought: Named, typed: Sequence[str], said: str) -> str | None:
    """The text with a name said anew; where the words were said to be of a kind, in their place.

    Otherwise the name stands behind all others, or these would be read as being of its kind.
    """
    places = [*islice(_places(sought.text, typed), len(typed))]
    if len(places) < len(typed):
        return None
    (first, end), *others = places
    text = sought.text
    ends = split(text)[0][-1].end
    for start, stop in reversed(others):
        text, ends = text[:start].rstrip() + text[stop:], ends - (stop - len(text[:start].rstrip()))
    if sought.kind:
        return text[:first] + said.partition(" ")[2] + text[end:]
    before, behind = text[:first].rstrip(_BETWEEN), text[end:ends].strip(_BETWEEN)
    parts = [part for part in (before.partition(" ")[2], behind, said) if part]
    return f"{before.partition(' ')[0]} {_APART.join(parts)}{text[ends:]}"


def _places(text: str, typed: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where these words stand, one behind the other; the first word of a text says what is to be done."""
    tokens = iter(split(text)[0][1:])
    for word in typed:
        found = next((place for token in tokens if (place := _place(token, word))), None)
        if found is None:
            return
        yield found


def _place(token: Word, word: str) -> tuple[int, int] | None:
    """Where a word stands in a token: it may have a comma behind it, or be one of several: acme/website."""
    if token.key == QUOTED or token.text == word:
        return (token.start, token.end) if token.text == word else None
    start = token.start
    for part in re.split("([/,])", token.text):
        if part == word:
            return start, start + len(part)
        start += len(part)
    return None
