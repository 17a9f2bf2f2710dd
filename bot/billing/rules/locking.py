"""Which days can be locked: those that are over for everybody, by the clock of each."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo


def first_day_not_over(now: datetime, zones: Iterable[str]) -> date:
    """The earliest day that it still is for somebody, of all these zones; of none, that of UTC."""
    return min((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date())
