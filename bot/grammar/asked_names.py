"""Which names a list or report is about: which words are of one, and of what kind."""

from dataclasses import dataclass, field

from bot.grammar.asked import group
from bot.grammar.meanings import Joined, Kind
from bot.grammar.said import Mark, Said
from bot.grammar.tokens import QUOTED, Word, names
from bot.grammar.values import NameKind

BETWEEN_NAMES = ","
"""Stands among the words where either of two names may be meant."""


@dataclass(slots=True)
class AskedNames:
    """Takes words and what stands between them, from left to right."""

    words: list[str] = field(default_factory=list)
    named: list[tuple[NameKind, tuple[str, ...]]] = field(default_factory=list)
    kind: NameKind | None = None
    of_kind: list[str] = field(default_factory=list)
    is_named: bool = False
    """Whether something of the kind was named."""
    is_joined: bool = False

    def add(self, typed: tuple[str, ...]) -> None:
        """A word, or several in quotes."""
        if self.kind:
            self.of_kind += typed
            return
        if self.is_joined and self.words:
            self.words.append(BETWEEN_NAMES)
        self.is_joined = False
        self.words += typed

    def join(self) -> None:
        """What stands behind may be of any kind again: "service design, acme"."""
        if self.of_kind:
            self.end()
        self.is_joined = True

    def begin(self, kind: NameKind) -> None:
        """What stands behind is of a kind."""
        self.kind, self.is_named = kind, False

    def end(self) -> bool:
        """End what is named of a kind; whether there was nothing."""
        if self.kind is None:
            return False
        self._name()
        self.kind = None
        return not self.is_named

    def _name(self) -> None:
        if self.kind and self.of_kind:
            self.named.append((self.kind, tuple(self.of_kind)))
            self.of_kind, self.is_named, self.is_joined = [], True, True


def asked_names(said: Said) -> AskedNames:
    """The words that are names, and those whose kind was said."""
    found = AskedNames()
    parts: list[tuple[int, Word | Mark]] = [(word.start, word) for word in said.words]
    parts += [(said.typed[mark.position].start, mark) for mark in said.asked.marks]
    kind: Mark | None = None
    for _, part in sorted(parts, key=lambda each: each[0]):
        if isinstance(part, Word):
            _take_word(found, part)
        elif isinstance(part.meaning, Joined):
            found.join()
        else:
            _end(said, found, kind)
            kind = part if isinstance(part.meaning, Kind) else None
            if isinstance(part.meaning, Kind):
                found.begin(part.meaning.kind)
    _end(said, found, kind)
    return found


def _take_word(found: AskedNames, word: Word) -> None:
    """Keep a name; a comma behind it or in it stands between two."""
    if word.key == QUOTED or "://" in word.text:
        found.add((word.text,))
        return
    for number, text in enumerate(word.text.split(",")):
        if number:
            found.join()
        if text:
            found.add(names([word._replace(text=text)]))


def _end(said: Said, found: AskedNames, kind: Mark | None) -> None:
    """End what was named of a kind. "Project" that names none says how a report is grouped, or is part of a name."""
    if not found.end() or kind is None or not isinstance(kind.meaning, Kind):
        return
    if said.name == "report" or said.asked.by is not None:
        group(said, (*(said.asked.by or ()), kind.meaning.kind), said.typed[kind.position].text)
    else:
        found.add(tuple(word.text for word in said.typed[kind.position : kind.position + kind.count]))
