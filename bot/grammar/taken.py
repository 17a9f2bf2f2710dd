"""Which phrases of a text may as well be names, and how each is said so that it is one or is none."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.grammar.found import Found
from bot.grammar.meanings import AllTime, Between, Billable, Billed, Bound, Days, Length, Meaning, When, Whose
from bot.grammar.periods import full_end
from bot.grammar.refusals import Means, Reading
from bot.grammar.said import Heard, Said

_A_MONTH = 31
MOST_TOGETHER = 3
_JOINING = " ,;&+"


def in_figures(said: Said, heard: Heard[When | Days]) -> tuple[str, Means] | None:
    """Days as nobody types a name: their dates. The end of a range is its last day, anything else the first."""
    days, asked = heard.meaning, said.asked
    if not isinstance(days, Days):
        return None
    last = full_end(days.first, days.unit) if days.unit else days.last
    if asked.bound in (Bound.AFTER, Bound.UNTIL) or (asked.is_range and said.days[0].position != heard.position):
        return last.isoformat(), Means(days=(days.first, last))
    if asked.bound or asked.is_range or days.first == days.last:
        return days.first.isoformat(), Means(days=(days.first, last))
    return f"{days.first} - {last}", Means(days=(days.first, last))


def as_flag(meaning: Meaning, piece: str) -> tuple[str, Means] | None:
    """What is a flag as well, as one: with two dashes before it."""
    is_flag = isinstance(meaning, Billable | Billed | Whose | AllTime)
    return (f"--{piece}", Means(is_filter=True)) if is_flag else None


@dataclass(frozen=True, slots=True)
class Taken:
    """A phrase of which all or the last words may as well belong to a name."""

    piece: str
    words: tuple[str, ...]
    as_name: str
    """The whole text with these words in quotes, which makes them part of the name."""
    as_time: Reading | None
    """The whole text with the phrase in figures that nobody takes for a name, where there are such."""
    is_old: bool
    """Whether it is a date of more than a month ago of which the year was not typed: 24/7 was hardly meant as one."""
    begins: int
    ends: int
    """Where its words stand among those behind the subcommand."""


def taken(said: Said, found: Found, heard: Heard[When | Days] | None) -> Taken:
    """One phrase behind a subcommand that books time on a name."""
    figures = _figures(heard) if heard else None
    count = heard.count if heard else found.count  # with the date beside a day of the week
    maybe = range(found.position + (found.phrase.names_from or 0), found.position + found.count)
    return Taken(
        " ".join(said.typed[at].text for at in maybe),
        tuple(said.typed[at].text.rstrip(",") for at in maybe),
        said.quoted(maybe),
        Reading(said.rewritten(found.position, count, figures[0]), figures[1]) if figures else None,
        _is_old(said, heard),
        found.position,
        found.position + found.count,
    )


def _is_old(said: Said, heard: Heard[When | Days] | None) -> bool:
    days = heard.meaning if heard and isinstance(heard.meaning, Days) else None
    is_date = days is not None and days.first == days.last and not days.year_typed
    return is_date and days is not None and (said.today() - days.first).days > _A_MONTH


def taken_by_filter(said: Said, found: tuple[Found, ...], heard: dict[int, Heard[When | Days]]) -> Iterator[Taken]:
    """The same in a list or report: one phrase, or several that touch, as Projekt 2025 and Sonntag & Partner."""
    as_time, is_old = None, False
    for number, each in enumerate(found, 1):
        if number > 1 and each.position != found[number - 2].position + found[number - 2].count:
            return
        day = heard.get(each.position)
        if as_time is None:
            as_time, is_old = _said_as_filter(said, each, day), _is_old(said, day)
        whole = range(found[0].position, each.position + each.count)
        typed = [said.typed[at].text for at in whole]
        words = tuple(word.rstrip(",") for word in typed)
        yield Taken(
            " ".join(typed).strip(_JOINING), words, said.quoted(whole), as_time, is_old, whole.start, whole.stop
        )


def _said_as_filter(said: Said, found: Found, heard: Heard[When | Days] | None) -> Reading | None:
    """The whole text with a phrase said so that it is no name."""
    mark = next((mark for mark in said.asked.marks if mark.position == found.position), None)
    if mark is None:
        return None
    piece = " ".join(word.text for word in said.typed[found.position : found.position + found.count])
    instead = in_figures(said, heard) if heard else as_flag(mark.meaning, piece)
    count = heard.count if heard else found.count
    return Reading(said.rewritten(found.position, count, instead[0]), instead[1]) if instead else None


def _figures(heard: Heard[When | Days]) -> tuple[str, Means] | None:
    """A day or a length as nobody types a name."""
    match heard.meaning:
        case Days(first, last, part=None) if first == last:
            return first.isoformat(), Means(day=first)
        case Length(seconds):
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}", Means(seconds=seconds)
        case Between(start, end) if not (start.vague or end.vague or end.ends_day):
            return f"{start.time:%H:%M} - {end.time:%H:%M}", Means(times=(start.time, end.time))
        case _:
            return None
