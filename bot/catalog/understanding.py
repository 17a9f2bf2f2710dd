"""What a person typed, read by somebody who knows the names: a day may be part of a name, and so may a number."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.catalog import finding
from bot.catalog.rules.names import Choice
from bot.catalog.rules.spelling import words
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.customs import customs_of
from bot.grammar.reading import Taken, Understood, read
from bot.grammar.refusals import Means, NotUnderstood, Reading, Reason
from bot.grammar.values import Command, Continue, List, Log, Report, Start, Switch
from storage.catalog import MOST_OPTIONS

_Naming = Start | Switch | Continue | Log


def understand(
    bot: Bot, caller: Caller, text: str, *, at: datetime | None = None, zone: ZoneInfo | None = None
) -> Command:
    """The command that was typed, now or `at` a moment and in the zone where that was. Raises NotUnderstood.

    What has two readings because of a name is asked about. A number abbreviates no name: "3" is not Acme 365.
    """
    understood = _read(caller, text, at or caller.now, zone or caller.reader.zone)
    for taken in understood.taken():
        if all(finding.is_word_of_name(bot, caller, word) for word in taken.words):
            as_name = _fitting_name(bot, caller, taken, at, zone)
            if as_name is not None:
                return _decided(bot, caller, understood, taken, as_name)
    command = understood.required()
    if isinstance(command, List | Report):
        return replace(command, filter=replace(command.filter, typed=text))
    if isinstance(command, Start | Switch | Log) and command.unexplained:
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
    )


def _fitting_name(bot: Bot, caller: Caller, taken: Taken, at: datetime | None, zone: ZoneInfo | None) -> _Naming | None:
    """The command if these words are part of the name, where there is such a name."""
    try:
        command = understand(bot, caller, taken.as_name, at=at, zone=zone)
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


def _refuse_unexplained(bot: Bot, caller: Caller, command: Start | Switch | Log) -> None:
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
