"""What a person typed, read by somebody who knows the names: a day may be part of a name, and so may a number."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.catalog import finding, naming
from bot.catalog.naming import Known
from bot.catalog.rules.names import Choice
from bot.catalog.rules.naming import MOST_WORDS
from bot.catalog.rules.spelling import words
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.texts import Words
from bot.grammar.customs import customs_of
from bot.grammar.patterns import key
from bot.grammar.reading import Understood, read
from bot.grammar.refusals import Means, NotUnderstood, Reading, Reason
from bot.grammar.taken import Taken
from bot.grammar.values import (
    Command,
    Continue,
    Expense,
    Invoice,
    InvoiceRun,
    List,
    Log,
    NameKind,
    Report,
    Start,
    Switch,
)
from storage.catalog import MOST_OPTIONS

_Filtered = List | Report | Invoice | InvoiceRun
_Naming = Start | Switch | Continue | Log | Expense
_MOST_CANDIDATES = 6
"""Phrases of any other command: each may be a name or a time, and twice as many readings come with each."""
_MOST_TAKEN = 40
"""Phrases of a list or report that may be part of a name: who types more has pasted a text."""


def understand(
    bot: Bot, caller: Caller, text: str, *, at: datetime | None = None, zone: ZoneInfo | None = None
) -> Command:
    """The command that was typed, now or `at` a moment and in the zone where that was. Raises NotUnderstood.

    What has two readings because of a name is asked about. A number abbreviates no name: "3" is not Acme 365.
    """
    return _understand(bot, caller, text, at or caller.now, zone or caller.reader.zone)


def _understand(bot: Bot, caller: Caller, text: str, at: datetime, zone: ZoneInfo, *, begins: int = 0) -> Command:
    """The same; what stands before the word number `begins` was decided already."""
    understood = _read(caller, text, at, zone)
    if understood.is_filtered:
        return _understand_filter(bot, caller, understood, at, zone)
    candidates = [
        taken
        for taken in understood.taken()
        if taken.begins >= begins and all(finding.is_word_of_name(bot, caller, word) for word in taken.words)
    ]
    for taken in candidates if len(candidates) <= _MOST_CANDIDATES else ():
        as_name = _fitting_name(bot, caller, taken, at, zone)
        if as_name is not None:
            return _decided(bot, caller, understood, taken, as_name)
    command = understood.required()
    if isinstance(command, Start | Switch | Log | Expense) and command.unexplained:
        _refuse_unexplained(bot, caller, command)
    return command


def _read(caller: Caller, text: str, at: datetime, zone: ZoneInfo) -> Understood:
    person, reader = caller.person, caller.reader
    return read(
        text,
        now=at,
        zone=zone,
        week_start=person.week_start,
        day_seconds=person.day_seconds,
        customs=customs_of(reader.slack_locale, reader.language, zone.key),
        own_words=_own_words(reader.words),
    )


@lru_cache(maxsize=256)
def _own_words(called: Words) -> tuple[tuple[str, NameKind], ...]:
    """The workspace's own words for customers, projects and services, of one word each."""
    kinds: tuple[NameKind, ...] = ("customer", "project", "service")
    return tuple((key(word), kind) for word, kind in zip(called, kinds, strict=True) if word and " " not in word)


def _understand_filter(bot: Bot, caller: Caller, understood: Understood, at: datetime, zone: ZoneInfo) -> Command:
    """Which time is meant: of each phrase is found out once whether it is part of a name, from left to right."""
    among: Known | None = None
    candidates, looked_up = understood.taken(), 0
    if understood.said and len(understood.said.typed) > MOST_WORDS:
        return understood.required()
    while looked_up < _MOST_TAKEN and (taken := next(candidates, None)) is not None:
        among = among or naming.known(bot, caller)
        if not naming.has_words(among, taken.words):
            continue
        looked_up += 1
        as_name = _read(caller, taken.as_name, at, zone)
        if _is_name(among, understood, as_name, taken):
            _require_one_reading(among, understood.command, taken)
            understood = as_name
            candidates = (each for each in as_name.taken() if each.begins >= taken.ends)
    return understood.required()


def _is_name(among: Known, understood: Understood, as_name: Understood, taken: Taken) -> bool:
    """Whether these words make a name of what is none without them."""
    return _names_have(among, as_name.command, taken.words) and not _names_have(among, understood.command, taken.words)


def _require_one_reading(among: Known, command: Command | None, taken: Taken) -> None:
    """Raises NotUnderstood where what may be part of a name says as well which time is meant."""
    if taken.as_time is None or taken.is_old or not isinstance(command, _Filtered):
        return
    if all(naming.are_names(among, typed, kind) for typed, kind in _rows(command)):
        readings = (Reading(taken.as_name, Means(is_name=True)), taken.as_time)
        raise NotUnderstood(Reason.FILTER_OR_NAME, taken.piece, readings=readings)


def _names_have(among: Known, command: Command | None, wanted: tuple[str, ...]) -> bool:
    if not isinstance(command, _Filtered) or not any(words(each) for each in wanted):
        return False
    return any(naming.belong_to_name(among, typed, wanted, kind) for typed, kind in _rows(command))


def _rows(command: _Filtered) -> list[tuple[tuple[str, ...], NameKind | None]]:
    """The names that were typed, and what they were said to be."""
    chosen = command.filter
    named: list[tuple[tuple[str, ...], NameKind | None]] = [(typed, kind) for kind, typed in chosen.named]
    return [(chosen.words, None), *named] if chosen.words else named


def _fitting_name(bot: Bot, caller: Caller, taken: Taken, at: datetime, zone: ZoneInfo) -> _Naming | None:
    """The command if these words are part of the name, where there is such a name."""
    try:
        command = _understand(bot, caller, taken.as_name, at, zone, begins=taken.ends)
    except NotUnderstood:
        return None
    if not isinstance(command, _Naming):
        return None
    return command if _has_words(_choices(bot, caller, command.words), taken.words) else None


def _decided(bot: Bot, caller: Caller, understood: Understood, taken: Taken, as_name: _Naming) -> Command:
    """The name where nothing else fits; otherwise it is asked. Raises NotUnderstood."""
    command = understood.command
    if not isinstance(command, _Naming) or taken.as_time is None or taken.is_old:
        return as_name
    if command.words and not _choices(bot, caller, command.words):
        return as_name
    readings = (Reading(taken.as_name, Means(is_name=True)), taken.as_time)
    raise NotUnderstood(Reason.DAY_OR_NAME, taken.piece, readings=readings)


def _refuse_unexplained(bot: Bot, caller: Caller, command: Start | Switch | Log | Expense) -> None:
    """Raises NotUnderstood for a number or flag that only begins a word of the name; what fits none is asked about."""
    choices = _choices(bot, caller, command.words)
    if choices and not _has_words(choices, command.unexplained):
        wrong = next((word for word in command.unexplained if not _has_words(choices, [word])), command.unexplained[0])
        raise NotUnderstood(Reason.NO_NAME, wrong)


def _choices(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> tuple[Choice, ...]:
    return finding.find_choices(bot, caller, typed, most=MOST_OPTIONS).choices if typed else ()


def _has_words(choices: Iterable[Choice], typed: Iterable[str]) -> bool:
    """Whether one of these has all the typed words in its names, in full."""
    wanted = {word for each in typed for word in words(each)}
    return any(wanted <= _words_of(choice) for choice in choices)


def _words_of(choice: Choice) -> set[str]:
    service = choice.service.name if choice.service else ""
    return {*words(choice.target.customer), *words(choice.target.project or ""), *words(service)}
