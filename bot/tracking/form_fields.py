"""What stands in the fields of forms about time: moments, lengths and tags."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dateutil import tz

from bot.core.caller import Caller
from bot.core.errors import UserError
from bot.grammar.reading import parse_duration
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.said import local_moment
from bot.grammar.tokens import is_tag
from bot.grammar.values import MOST_TAGS

_TAG_GAP = re.compile(r"[\s,;]+")


class CameTwice(UserError):
    """The clock showed the time of a field twice that night, and nobody has said which is meant."""

    is_question = True

    def __init__(self, field: str) -> None:
        """`field` is that of the time."""
        asked = UserError("This time came twice: the clocks went back that night. Choose which.")
        super().__init__(asked.message, field=field)


Hours = Mapping[str, bool]
"""By the name of a form's field: whether the first is meant of a time that came twice."""


def is_as_shown(was: datetime, day: date, clock: str | None, zone: ZoneInfo, *, is_first: bool | None) -> bool:
    """Whether a field still says the moment with which it was filled: that one keeps its seconds."""
    local = was.astimezone(zone)
    is_same_hour = is_first is None or not came_twice(local) or is_first == (local.fold == 0)
    return is_same_hour and local.date() == day and f"{local:%H:%M}" == clock


def came_twice(local: datetime) -> bool:
    """Whether the clock showed this time twice."""
    return tz.datetime_ambiguous(local)


def entered_moment(
    caller: Caller, day: date, clock: str | None, zone: ZoneInfo, field: str, *, is_first: bool | None
) -> datetime:
    """The moment of a day and an HH:MM that stands in a form; `is_first` of two, where it was said.

    Raises UserErrors, to be shown at `field`; CameTwice where it has to be asked.
    """
    if clock is None:
        raise UserError("Please fill in a time.", field=field)
    try:
        return local_moment(day, time.fromisoformat(clock), zone=zone, now=caller.now, is_summer=is_first)
    except NotUnderstood as error:
        if error.reason is Reason.SKIPPED_HOUR:
            raise UserError("This time did not exist: the clocks went forward that night.", field=field) from error
        raise CameTwice(field) from error


def entered_duration(caller: Caller, text: str) -> int:
    """Seconds of what stands in a form's field "duration". Raises UserError."""
    try:
        return parse_duration(text, day_seconds=caller.person.day_seconds)
    except NotUnderstood as error:
        raise UserError("Type a duration like 1:30, 1.5 or 90m, at most 24 hours.", field="duration") from error


def entered_tags(text: str) -> tuple[str, ...]:
    """The tags of an entry in a form's field "tags". Raises UserError."""
    tags = spelled_tags(text)
    if len(tags) > MOST_TAGS:
        raise UserError("An entry has {most} tags at most.", field="tags", most=MOST_TAGS)
    return tags


def spelled_tags(text: str) -> tuple[str, ...]:
    """The tags in a form's field "tags", with or without #, between spaces or commas. Raises UserError."""
    words = _TAG_GAP.split(unicodedata.normalize("NFC", text.casefold()))
    tags = dict.fromkeys(filter(None, (word.removeprefix("#") for word in words)))
    wrong = next((tag for tag in tags if not is_tag(tag)), None)
    if wrong is not None:
        raise UserError("“{tag}” is no tag. Use 1 to 40 letters, digits, - or _.", field="tags", tag=wrong[:60])
    return tuple(tags)
