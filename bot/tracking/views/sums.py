"""Sums as pictures of text, in full minutes that add up; and what is said where lines are not their sum."""

from collections.abc import Iterator, Mapping, Sequence

from bot.core.texts import Reader, to_the_minute
from bot.slack.blocks import cut
from bot.tracking.rules.settled import Settled

MOST_PROJECTS = 10
LONGEST_NAME = 80
"""So that all lines together stay within one section, and beside a page of entries within one message."""
BAR = 8
FIGURE_SPACE = "\u2007"
"""As wide as a digit."""


def bars(to: Reader, projects: Sequence[tuple[str, int]]) -> str:
    """The time of projects as a picture; of many only the longest."""
    rows = adding_up(projects)
    lines, hidden = [pictured(to, rows[:MOST_PROJECTS])], rows[MOST_PROJECTS:]
    if hidden:
        length = to.total(sum(seconds for _, seconds in hidden))
        lines.append(
            to.n(
                "… and {count} more project: {length}",
                "… and {count} more projects: {length}",
                len(hidden),
                length=length,
            )
        )
    return "\n".join(lines)


def adding_up(projects: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The same in full minutes that are together the sum, in full minutes too: the largest rests are rounded up."""
    minutes = to_the_minute(sum(seconds for _, seconds in projects)) // 60
    missing = minutes - sum(seconds // 60 for _, seconds in projects)
    largest = sorted(range(len(projects)), key=lambda n: -(projects[n][1] % 60))[:missing]
    return [(name, (seconds // 60 + (n in largest)) * 60) for n, (name, seconds) in enumerate(projects)]


def pictured(to: Reader, rows: Sequence[tuple[str, int]]) -> str:
    """Lengths as a picture that can be read aloud: 1:30 h ▇▇▇▁▁▁▁▁ Acme › Website. All bars are equally wide."""
    longest = max((seconds // 60 for _, seconds in rows), default=0) or 1
    lengths = [to.total(seconds) for _, seconds in rows]
    width = max(map(len, lengths), default=0)
    lines = []
    for (name, seconds), length in zip(rows, lengths, strict=True):
        full = -(-(seconds // 60) * BAR // longest)
        bar = "▇" * full + "▁" * (BAR - full)
        lines.append(f"{length.rjust(width, FIGURE_SPACE)}  {bar}  {cut(name, LONGEST_NAME)}")
    return "\n".join(lines)


def not_open_yet(to: Reader, *, timers: int, running: int, guessed: int) -> Iterator[str]:
    """What runs and what ended at a guessed time, in seconds: it is part of a sum, and cannot be billed."""
    if timers:
        yield to.n(
            "{count} timer still runs: {length} so far, which no invoice takes yet.",
            "{count} timers still run: {length} so far, which no invoice takes yet.",
            timers,
            length=to.duration(running),
        )
    if guessed:
        yield to.t(
            "{length} ended at a guessed time. It can be billed once the end is confirmed.", length=to.total(guessed)
        )


def lines_add_up(to: Reader, lines: int, days: Sequence[int]) -> list[str]:
    """Nothing where lines and the heads of days are together the sum, all in seconds; otherwise what the lines are."""
    heads = sum(to.full_units(to_the_minute(day)) for day in days)
    if lines == heads == to.full_units(to_the_minute(sum(days))):
        return []
    unit = to.t("minutes") if to.unit <= 60 else to.n("{count} minute", "{count} minutes", to.unit // 60)
    return [
        to.t(
            "The lines show full {unit} and are {lines} together; the sum counts every second, as an invoice does.",
            unit=unit,
            lines=f"{to.length(lines)} h",
        )
    ]


def settled_said(to: Reader, settled: Mapping[Settled, int]) -> Iterator[str]:
    """What is neither open nor billed here."""
    if seconds := settled.get(Settled.ELSEWHERE):
        yield to.t("{length} billed elsewhere", length=to.total(seconds))
    if seconds := settled.get(Settled.WRITTEN_OFF):
        yield to.t("{length} written off", length=to.total(seconds))
