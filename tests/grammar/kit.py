"""Texts read on a Wednesday in Berlin."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.grammar import reading
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import Command, List, Report, TypedFilter, UnitName

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 11, 14, 0, tzinfo=UTC)  # Wednesday, 15:00 in Berlin, 10:00 in New York
TODAY = date(2026, 3, 11)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def parse(text: str, *, now: datetime, zone: ZoneInfo, week_start: int = 0) -> Command:
    """What a text means to somebody who knows no names."""
    return reading.read(text, now=now, zone=zone, week_start=week_start).required()


def read(text: str, *, at: datetime = NOW, zone: ZoneInfo = BERLIN) -> Command:
    return parse(text, now=at, zone=zone)


def refusal(text: str, *, at: datetime = NOW, zone: ZoneInfo = BERLIN) -> tuple[Reason, str]:
    with pytest.raises(NotUnderstood) as refused:
        parse(text, now=at, zone=zone)
    return refused.value.reason, refused.value.piece


def listed(first: str | date, last: str | date, unit: UnitName | None) -> List:
    """The list of some days."""
    first, last = (date.fromisoformat(day) if isinstance(day, str) else day for day in (first, last))
    return List(TypedFilter(first, last, unit))


def days_of(command: Command) -> tuple[date | None, date | None]:
    """The first and the last day that a list or a report was asked for."""
    assert isinstance(command, List | Report)
    return command.filter.first, command.filter.last
