"""The days and notes of a line as its description: all of them if there is room, else shorter, and never secretly."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, compress

from bot.billing.rules.shortening import shorten, shorten_all, take_too_much
from bot.billing.rules.templates import printed
from bot.billomat.client import without_emoji
from bot.core.texts import Reader

LONGEST = 3000
"""What a field of Slack's takes, so that people can change all of it. How much Billomat keeps is not documented."""
_LEAST = 12
"""Characters of a note that still say something."""
_MOST_REMEMBERED = 1_500
"""Entries of a line whose description is remembered: of more it would take megabytes."""
_NEXT_NOTE = "; "
_PICTURES = re.compile("[\U00010000-\U0010ffff]")
"""What may be one; rare letters are among them."""
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows them: they would turn the words around a note too. Letters that are
read from the right need none."""
_BEYOND_PLAIN = re.compile("[\ufe0f\U00010000-\U0010ffff]")
"""What of a printable text Billomat may not take."""
_PLAIN = bytes(sign for sign in range(0x20, 0x7F) if chr(sign) != "[")
"""The printable signs of ASCII but the one that Billomat's variables begin with."""
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
    if text.isascii():  # as nearly all
        return printed(" ".join(text.split()))
    return printed(tidy(_TURNING.sub("", text)))


def quotes(text: str, note: str, *, was_seen: bool) -> bool:
    """Whether a text that a person wrote has a note in it, as far as the note begins.

    Of a note that the person never read only a long beginning says so: short words stand in many texts.
    """
    begins = quoted(note)[: _LEAST if was_seen else _TELLING].strip()
    return bool(begins) and (was_seen or len(begins) > _LEAST) and begins.casefold() in quoted(text).casefold()


def quoted_each(texts: Sequence[str]) -> Sequence[str]:
    """As `quoted`, of many texts: looked at as one, because in nearly all lines nothing of any has to be changed."""
    together = " ".join(filter(None, texts))
    if "  " not in together and together == together.strip() and _is_plain(together):
        return texts
    known = {text: quoted(text) for text in {*texts}}
    return [known[text] for text in texts]


def _is_plain(text: str) -> bool:
    """Whether nothing in a text may have to be left out or written otherwise."""
    if text.isascii():
        return not text.encode().translate(None, _PLAIN)  # in a quarter of the time that `isprintable` takes
    return text.isprintable() and "[" not in text and not _BEYOND_PLAIN.search(text)


def describe(
    to: Reader, days: Sequence[date], said: Sequence[str], *, dated: bool = True, most: int = LONGEST
) -> Description:
    """The description of a line with what is said of each entry, on request without its day, in so many characters."""
    if dated and _are_too_many(days, said, most):
        return _days_alone(to, days, said, most)
    written = described if len(days) <= _MOST_REMEMBERED else described.__wrapped__
    return written(to, tuple(days), tuple(said), dated, most)


@lru_cache(64)
def described(to: Reader, days: Sequence[date], said: Sequence[str], dated: bool, most: int) -> Description:
    """The same with notes. Whoever looks further at an invoice, changes or approves it, sees most lines again."""
    of_days: dict[date, dict[str, None]] = {day: {} for day in sorted({*days})}
    for day, note in zip(days, quoted_each(said), strict=True):
        of_days[day][note] = None
    notes = {day: [*filter(None, of_day)] for day, of_day in of_days.items()}
    text, cut = _fitting(to, notes, most) if dated else _fitting_undated(notes, most)
    unwritable, lacks_emoji = lost_of(days, said)
    return Description(text, tuple(sorted(unwritable | cut)), lacks_emoji)


def _are_too_many(days: Sequence[date], said: Sequence[str], most: int) -> bool:
    """Whether nothing of any different note can stand there, nor of any that is another one's of another day."""
    if not take_too_much(len(said), most):
        return False
    for some in (said[:most], said):  # of 100,000 it is known by the first of them
        if take_too_much(sum(map(bool, {*some})), most):
            return True
    return take_too_much(sum(bool(note) for _, note in {*zip(days, said, strict=True)}), most)


def _days_alone(to: Reader, days: Sequence[date], said: Sequence[str], most: int) -> Description:
    """The description of a line with so many notes that nothing of any can stand there."""
    worked, noted = sorted({*days}), sorted({*compress(days, map(str.strip, said))})
    text = "\n".join(_begun(to, worked))
    return Description(text if len(text) <= most else to.days(worked[0], worked[-1]), tuple(noted))


def lost_of(days: Sequence[date], said: Sequence[str]) -> tuple[set[date], bool]:
    """The days with notes that do not get to Billomat in all their words, and whether notes lose emoji alone."""
    unwritable, lacks_emoji = set[date](), False
    together = "".join(said)
    if together.isascii() or not _PICTURES.search(together):  # as of nearly all lines
        return unwritable, lacks_emoji
    for day, note in {*zip(days, said, strict=True)}:
        if lost := _lost(note):
            loses_words = not quoted(note) or any(unicodedata.category(each)[0] in "LMN" for each in lost)
            unwritable |= {day} if loses_words else set()
            lacks_emoji |= not loses_words
    return unwritable, lacks_emoji


def _lost(note: str) -> list[str]:
    """The signs of a note that do not get to Billomat: mostly pictures, sometimes letters."""
    return [each for each in _PICTURES.findall(note) if not without_emoji(each)]


def _fitting(to: Reader, notes: Notes, most: int) -> tuple[str, set[date]]:
    """The longest form that there is room for, and the days whose notes gave way."""
    of_days = list(chain.from_iterable(notes.values()))
    if sum(map(len, of_days)) <= most:
        for write_whole in (_by_note, _by_day):
            text = write_whole(to, notes)
            if len(text) <= most:
                return text, set()
    begun = _begun(to, [*notes])
    between = len(_NEXT_NOTE) * len(of_days) - (len(_NEXT_NOTE) - 1) * sum(map(bool, notes.values()))
    shortened = shorten_all(of_days, most - sum(map(len, begun)) - (len(begun) - 1) - between)
    text, cut = _briefly(begun, notes, shortened)
    return text if len(text) <= most else to.days(min(notes), max(notes)), cut


def _fitting_undated(notes: Notes, most: int) -> tuple[str, set[date]]:
    """As `_fitting`, for a text of notes alone: each once, whatever the days."""
    distinct = list(dict.fromkeys(note for of_day in notes.values() for note in of_day))
    whole = max(map(len, distinct), default=0)
    if len(text := _undated(distinct, whole)) <= most:
        return text, set()
    lengths = range(_LEAST, whole)
    fitting = bisect_right(lengths, most, key=lambda length: len(_undated(distinct, length)))
    longest = lengths[fitting - 1] if fitting else 0
    cut = {day for day, of_day in notes.items() if any(len(note) > longest for note in of_day)}
    text = _undated(distinct, longest)
    return text if len(text) <= most else "", cut


def _undated(notes: Iterable[str], most: int) -> str:
    """A line for each note, of which so many characters at most."""
    return "\n".join(dict.fromkeys(filter(None, (shorten(note, most) for note in notes))))


def _by_note(to: Reader, notes: Notes) -> str:
    """A line for each note."""
    return "\n".join(f"{to.full_date(day)} {note}".strip() for day, of_day in notes.items() for note in of_day or ("",))


def _by_day(to: Reader, notes: Notes) -> str:
    """A line for each day."""
    return "\n".join(f"{to.full_date(day)} {_NEXT_NOTE.join(of_day)}".strip() for day, of_day in notes.items())


def _begun(to: Reader, days: Iterable[date]) -> Sequence[str]:
    """The days as they are written before their notes, without the year if it is one."""
    return _written_before(to, tuple(days))


@lru_cache(64)
def _written_before(to: Reader, days: Sequence[date]) -> Sequence[str]:
    """Of the same days as on the line before, as most are, it is known."""
    is_one_year = len({day.year for day in days}) == 1
    return [*map(to.day_of_year if is_one_year else to.full_date, days)]


def _briefly(begun: Sequence[str], notes: Notes, shortened: Sequence[str]) -> tuple[str, set[date]]:
    """Writes as by day, with the notes as they were shortened, of all days one after the other; and where they were."""
    lines, cut, at = list[str](), set[date](), 0
    for begins, (day, of_day) in zip(begun, notes.items(), strict=True):
        brief = shortened[at : at + len(of_day)]
        at += len(of_day)
        if brief != of_day:
            cut.add(day)
        said = _NEXT_NOTE.join(filter(None, brief))
        lines.append(f"{begins} {said}" if said else begins.strip())
    return "\n".join(lines), cut
