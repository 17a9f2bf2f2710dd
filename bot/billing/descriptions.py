"""The days and notes of a line as its description: all of them if there is room, else shorter, and never secretly."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.billing.rules.templates import printed, shorten
from bot.billomat.client import without_emoji
from bot.core.texts import Reader

LONGEST = 3000
"""What a field of Slack's takes, so that people can change all of it. How much Billomat keeps is not documented."""
_LEAST = 12
"""Characters of a note that still say something."""
_LEAST_SPACE = 2
"""Characters that a shortened note takes with what stands before it, however short it is."""
_PICTURES = re.compile("[\U00010000-\U0010ffff]")
"""What may be one; rare letters are among them."""
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows them: they would turn the words around a note too. Letters that are
read from the right need none."""
_TELLING = 40
"""Characters that nobody writes by chance as another one did."""

Notes = Mapping[date, Sequence[str]]
"""By day, in their order; a day without a note stands there too."""


@dataclass(frozen=True, slots=True)
class Description:
    """The text, and what is not in it."""

    text: str
    shortened: tuple[date, ...] = ()
    """The days whose notes are not there in full."""
    lacks_emoji: bool = False
    """Whether notes lost emoji, and nothing else of theirs."""


def tidy(text: str) -> str:
    """One line, as Billomat will have it."""
    return " ".join((text if text.isascii() else without_emoji(text)).split())


def quoted(text: str) -> str:
    """What a note or name is on an invoice: one line, in which Billomat finds nothing to fill in.

    Whoever wrote [Invoice.due_date] there wrote about it.
    """
    return printed(tidy(text if text.isascii() else _TURNING.sub("", text)))


def quotes(text: str, note: str, *, was_seen: bool) -> bool:
    """Whether a text that a person wrote has a note in it, as far as the note begins.

    Of a note that the person never read only a long beginning says so: short words stand in many texts.
    """
    begins = quoted(note)[: _LEAST if was_seen else _TELLING].strip()
    return bool(begins) and (was_seen or len(begins) > _LEAST) and begins.casefold() in quoted(text).casefold()


def describe(
    to: Reader, written: Iterable[tuple[date, str]], *, dated: bool = True, most: int = LONGEST
) -> Description:
    """The description of a line with these notes, on request without their days, in at most so many characters."""
    by_day: dict[date, dict[str, None]] = {}
    unwritable, lacks_emoji = set[date](), False
    for day, note in written:
        fits = quoted(note)
        of_day = by_day.setdefault(day, {})
        if fits:
            of_day[fits] = None
        if lost := _lost(note):
            loses_words = not fits or any(unicodedata.category(each)[0] in "LMN" for each in lost)
            unwritable |= {day} if loses_words else set()
            lacks_emoji |= not loses_words
    notes = {day: tuple(by_day[day]) for day in sorted(by_day)}
    text, cut = _fitting(to, notes, most) if dated else _fitting_undated(notes, most)
    return Description(text, tuple(sorted(unwritable | cut)), lacks_emoji)


def _lost(note: str) -> list[str]:
    """The signs of a note that do not get to Billomat: mostly pictures, sometimes letters."""
    return [each for each in _PICTURES.findall(note) if not without_emoji(each)]


def _fitting(to: Reader, notes: Notes, most: int) -> tuple[str, set[date]]:
    """The longest form that there is room for, and the days whose notes gave way."""
    of_days = [note for of_day in notes.values() for note in of_day]
    if sum(map(len, of_days)) <= most:
        for write_whole in (_by_note, _by_day):
            text = write_whole(to, notes)
            if len(text) <= most:
                return text, set()
    write = _briefly(to, notes)
    if len(of_days) * _LEAST_SPACE > most:  # so many that nothing of a note can stand: only the days are written
        text, cut = write(0), {day for day, of_day in notes.items() if of_day}
    else:
        text, cut = _shortened(notes, write, most)
    return text if len(text) <= most else to.days(min(notes), max(notes)), cut


def _fitting_undated(notes: Notes, most: int) -> tuple[str, set[date]]:
    """As `_fitting`, for a text of notes alone: each once, whatever the days."""
    text, cut = _shortened(notes, lambda each: _undated(notes, each), most)
    return text if len(text) <= most else "", cut


def _shortened(notes: Notes, write: Callable[[int], str], fits: int) -> tuple[str, set[date]]:
    """The text with as much of each note as there is room for, and the days whose notes gave way."""
    longest = max((len(note) for of_day in notes.values() for note in of_day), default=0)
    if len(whole := write(longest)) <= fits:
        return whole, set()
    lengths = range(_LEAST, longest)
    fitting = bisect_right(lengths, fits, key=lambda most: len(write(most)))
    most = lengths[fitting - 1] if fitting else 0
    cut = {day for day, of_day in notes.items() if any(len(note) > most for note in of_day)}
    return write(most), cut


def _undated(notes: Notes, most: int) -> str:
    """A line for each note, of which so many characters at most."""
    shorter = (shorten(note, most) for of_day in notes.values() for note in of_day)
    return "\n".join(dict.fromkeys(filter(None, shorter)))


def _by_note(to: Reader, notes: Notes) -> str:
    """A line for each note."""
    return "\n".join(f"{to.full_date(day)} {note}".strip() for day, of_day in notes.items() for note in of_day or ("",))


def _by_day(to: Reader, notes: Notes) -> str:
    """A line for each day."""
    return "\n".join(f"{to.full_date(day)} {'; '.join(of_day)}".strip() for day, of_day in notes.items())


def _briefly(to: Reader, notes: Notes) -> Callable[[int], str]:
    """Writes as by day, without the year if it is one, and of each note so many characters at most."""
    is_one_year = len({day.year for day in notes}) == 1
    dated = to.day_of_year if is_one_year else to.full_date
    begun = [(dated(day), of_day) for day, of_day in notes.items()]

    def write(most: int) -> str:
        shorter = (
            (day, [note if len(note) <= most else shorten(note, most) for note in of_day]) for day, of_day in begun
        )
        return "\n".join(f"{day} {'; '.join(filter(None, of_day))}".strip() for day, of_day in shorter)

    return write
