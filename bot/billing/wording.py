"""The words of an invoice's lines of time, as the customer will read them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from bot.billing.descriptions import LONGEST, Description, describe, lost_of, quoted, quotes, tidy
from bot.billing.entry_times import began, times
from bot.billing.rules.entries import Entries
from bot.billing.rules.grouping import Shared
from bot.billing.rules.lines import InvoiceLine, Line
from bot.billing.rules.shortening import shorten
from bot.billing.rules.templates import Variable, fill, fill_paragraphs, variables_of
from bot.billing.rules.units import is_hour
from bot.billing.writing import (
    LONGEST_TITLE,
    Writer,
    Writing,
    filled_by_entries,
    listed_names,
    paragraphs_without_emoji,
    tags_of,
    writer_of,
)
from bot.billomat.client import without_emoji
from bot.core.alphabet import SortKey, sort_key
from bot.core.texts import Reader

BETWEEN = " · "
"""Between the parts of a title."""
_WEEK = timedelta(days=6)


class _Part(NamedTuple):
    """A part of a title, and where its line stands among others."""

    text: str
    order: SortKey


def worded_lines(to: Reader, lines: Iterable[Line], writing: Writing) -> tuple[InvoiceLine, ...]:
    """The lines in the customer's words, `to` whom they are written, in the order of their layout and language."""
    lines = tuple(lines)
    by = writer_of(to, lines, writing)
    made = [(_worded(by, line, parts), _order(by, line, parts)) for line in lines for parts in (_parts(by, line),)]
    return tuple(item for item, _ in sorted(made, key=lambda each: each[1]))


def _worded(by: Writer, line: Line, parts: Sequence[_Part]) -> InvoiceLine:
    """The line with what a person wrote, else with what its entries share, and its days and notes."""
    edit = line.edit
    names = [*(part.text for part in parts if part.text), *_kinds(by, line)]
    title = _with_included(by, line, _written(by, line) or _title(names))
    if line.above_budget:
        title = _title([title, by.to.t("above the budget, not billed")])
    description = _description(by, line, title)
    is_default = edit.description is None
    default_title, default_description = by.by.sent(title), by.by.sent(description.text)
    return InvoiceLine(
        line=line,
        title=by.by.sent(edit.title) if edit.title else default_title,
        description=default_description if edit.description is None else by.by.sent(edit.description),
        unit=_unit(by, line),
        default_title=default_title,
        default_description=default_description,
        shortened=description.shortened if is_default else (),
        lacks_emoji=description.lacks_emoji and is_default,
    )


def _with_included(by: Writer, line: Line, title: str) -> str:
    """A price of 0 needs its reason."""
    return _title([title, by.to.t("included in the retainer")]) if line.included else title


def _unit(by: Writer, line: Line) -> str:
    if line.is_total:
        return by.to.t("lump sum")
    return line.article.unit if line.article and is_hour(line.article.unit) else by.unit


def _worked(by: Writer, line: Line) -> str:
    """How much work it was, where the quantity does not say that (§ 14 (4) UStG)."""
    return by.to.t("{hours} hours", hours=by.to.decimal(line.hours)) if line.is_total else ""


def _description(by: Writer, line: Line, title: str) -> Description:
    """The days and notes of a line, or what was written for all lines, with them where it says so."""
    template = by.layout.description
    if not template:
        return _days_and_notes(by, line, title, LONGEST)

    def value(variable: Variable) -> str:
        return "" if variable is Variable.ENTRIES else _value(by, line, variable)

    variables = variables_of(template)
    worked = "" if {Variable.ENTRIES, Variable.HOURS} & {*variables} else _worked(by, line)
    most = LONGEST - len(worked) - 1
    said, _ = fill_paragraphs(template, value, most=most)
    worded = _days_and_notes(by, line, title, max(most - len(said) - 1, 0))
    text, is_shortened = fill_paragraphs(
        template, lambda each: worded.text if each is Variable.ENTRIES else value(each), most=most
    )
    shortened = worded.shortened if Variable.ENTRIES in variables else ()
    if is_shortened:
        shortened = tuple(sorted({*line.entries.days}))
    whole = "\n".join(filter(None, (worked, paragraphs_without_emoji(text))))
    return Description(whole, shortened, worded.lacks_emoji or without_emoji(text) != text)


def _days_and_notes(by: Writer, line: Line, title: str, most: int) -> Description:
    """The days and notes of a line, as far as they are wanted and its title does not say them.

    A note that the title had to shorten stands here whole, so that the customer can read all of it.
    """
    layout = by.layout
    in_title = Shared.NOTE in layout.by and _says(title, quoted(line.entries.first.note))
    says: list[Sequence[str]] = []
    entries = Entries.of(sorted(line.entries, key=began)) if layout.times else line.entries
    if layout.times:
        says.append([times(by.to, entry) for entry in entries])
    if layout.initials and Shared.PERSON not in layout.by:
        says.append(by.people(entries))
    if layout.notes and not in_title:
        says.append(entries.notes)
    worked = _worked(by, line)
    dated = layout.dates and Shared.DAY not in layout.by
    made = describe(by.to, entries.days, _said(entries, says), dated=dated, most=max(most - len(worked) - 1, 0))
    if layout.notes and in_title:  # what they lost on the way to the title is told like what they lose here
        unwritable, lacks_emoji = lost_of(entries.days, entries.notes)
        made = replace(made, shortened=tuple(sorted({*made.shortened} | unwritable)), lacks_emoji=lacks_emoji)
    return replace(made, text="\n".join(filter(None, (worked, made.text))))


def _says(title: str, note: str) -> bool:
    """Whether a title has all of a note, and not by chance in the middle of a word."""
    around = pairwise(title.split(note)) if note else ()
    return any(not (before[-1:].isalnum() or after[:1].isalnum()) for before, after in around)


def _said(entries: Entries, says: Sequence[Sequence[str]]) -> Sequence[str]:
    """What is said of each entry: mostly one thing, and then soon, because there may be 100,000."""
    if len(says) < 2:
        return says[0] if says else [""] * len(entries)
    return [" ".join(filter(None, each)) for each in zip(*says, strict=True)]


def quotes_private_note(item: InvoiceLine) -> bool:
    """Whether what a person wrote on the line has a note in it that is kept from the customer by now."""
    edit = item.line.edit
    written = "\n".join(filter(None, (edit.title, edit.description)))
    now = edit.private_notes
    seen = [entry.note for entry in edit.written_for or () if entry.entry_id in now]  # it may have grown since
    return any(quotes(written, note, was_seen=True) for note in seen) or any(
        quotes(written, note, was_seen=False) for note in now.values()
    )


def _parts(by: Writer, line: Line) -> list[_Part]:
    """What the entries of a line share: first by what they were put together, then a project and service besides."""
    beside = [each for each in (Shared.PROJECT, Shared.SERVICE) if each not in by.layout.by]
    return [_part(by, line, each) for each in (*by.layout.by, *beside)]


def _part(by: Writer, line: Line, shared: Shared) -> _Part:
    entry = line.entries.first
    if shared is Shared.ENTRY:
        return _Part("", _in_time("{} {} {:012}".format(*began(entry))))
    if shared is Shared.DAY:
        return _Part(by.to.full_date(entry.day), _in_time(entry.day.isoformat()))
    if shared is Shared.WEEK:
        begins = by.layout.grouping(by.by.week_start).week_of(entry.day)
        return _Part(week_said(by.to, begins), _in_time(begins.isoformat()))
    text = {
        Shared.PROJECT: lambda: quoted(line.project or ""),
        Shared.SERVICE: lambda: quoted(line.service or ""),
        Shared.PERSON: lambda: by.people(line.entries[:1])[0],
        Shared.TAG: lambda: quoted(", ".join(tags_of(entry))),
        Shared.NOTE: lambda: quoted(entry.note),
    }[shared]()
    return _Part(text, sort_key(text))


def week_said(to: Reader, begins: date) -> str:
    """A week by its days, on a line and above a group of them."""
    return to.t("Week {days}", days=to.span(begins, begins + _WEEK))


def _in_time(when: str) -> SortKey:
    """Before all names, in the order of time."""
    return SortKey(((-1, when),), "", "")


def _written(by: Writer, line: Line) -> str:
    """The title as a person wrote it for all lines; empty where there is none, or nothing to fill it with."""
    return shorten(tidy(fill(by.layout.title, partial(_value, by, line))), LONGEST_TITLE)


def _value(by: Writer, line: Line, variable: Variable) -> str:
    """What a line fills in for a variable."""
    return by.to.decimal(line.hours) if variable is Variable.HOURS else filled_by_entries(by, line.entries, variable)


def _kinds(by: Writer, line: Line) -> list[str]:
    """What the work was, where the title would not say it: services, projects without one, else "Work"."""
    entry = line.entries.first
    says = (line.project, line.service, entry.note if Shared.NOTE in by.layout.by else "")
    if any(tidy(each or "") for each in says):
        return []
    named = {*zip(line.entries.column("service"), line.entries.column("project"), strict=True)}
    if known := listed_names({service or project for service, project in named}):
        return [known]
    return [by.to.t("Work")]


def _title(names: Sequence[str]) -> str:
    """What the entries share; where there is no room for all of it, the longest give way."""
    whole = BETWEEN.join(names)
    if len(whole) <= LONGEST_TITLE:
        return whole
    room = LONGEST_TITLE - len(BETWEEN) * (len(names) - 1)
    most = max(most for most in range(room + 1) if sum(min(len(name), most) for name in names) <= room)
    return BETWEEN.join(shorten(name, most) for name in names)


def _order(by: Writer, line: Line, parts: Sequence[_Part]) -> tuple[list[SortKey], int, int, str]:
    """As the layout says; what a person wrote in the place of a title moves no line under their hands."""
    named = [part.order for part in parts if part.text or part.order.letters]
    return named or [sort_key(by.to.t("Work"))], line.project_id or 0, line.service_id or 0, line.key
