"""The words of an invoice's lines, as the customer will read them."""

from collections.abc import Iterable, Sequence

from bot.billing.descriptions import describe, quotes, shorten, tidy
from bot.billing.rules.lines import InvoiceLine, Line
from bot.billing.rules.units import hour_unit, is_hour
from bot.core.alphabet import SortKey, sort_key
from bot.core.texts import Reader

LONGEST_TITLE = 200
"""What the field takes in which people change it."""
_BETWEEN = " · "


def worded_lines(to: Reader, lines: Iterable[Line], units: Sequence[str]) -> tuple[InvoiceLine, ...]:
    """The lines in the customer's words, `to` whom they are written, in the order of that language.

    `units` are what the account calls its units.
    """
    unit = hour_unit(units, to.language) or to.t("hours")
    return tuple(sorted((_worded(to, line, unit) for line in lines), key=_order))


def _worded(to: Reader, line: Line, unit: str) -> InvoiceLine:
    """The line with what a person wrote, else with its project and service, and its days and notes."""
    edit, article = line.edit, line.article
    title = _title(_names(line)) or to.t("Work")
    description = describe(to, ((entry.day, entry.note) for entry in line.entries))
    is_default = edit.description is None
    return InvoiceLine(
        line=line,
        title=edit.title or title,
        description=description.text if edit.description is None else edit.description,
        unit=article.unit if article and is_hour(article.unit) else unit,
        default_title=title,
        default_description=description.text,
        shortened=description.shortened if is_default else (),
        lacks_emoji=description.lacks_emoji and is_default,
    )


def quotes_private_note(item: InvoiceLine) -> bool:
    """Whether what a person wrote on the line has a note in it that is kept from the customer by now."""
    edit = item.line.edit
    written = "\n".join(filter(None, (edit.title, edit.description)))
    now = {entry.entry_id: entry.note for entry in edit.private_notes}
    seen = [entry.note for entry in edit.written_for or () if entry.entry_id in now]  # it may have grown since
    return any(quotes(written, note, was_seen=True) for note in seen) or any(
        quotes(written, note, was_seen=False) for note in now.values()
    )


def _names(line: Line) -> list[str]:
    """Project and service, as Billomat will have them."""
    return [name for name in (tidy(line.project or ""), tidy(line.service or "")) if name]


def _title(names: Sequence[str]) -> str:
    """Project and service; of two long names both give way."""
    whole = _BETWEEN.join(names)
    if len(whole) <= LONGEST_TITLE:
        return whole
    room = LONGEST_TITLE - len(_BETWEEN) * (len(names) - 1)
    short = min(map(len, names)) if len(names) > 1 else 0
    most = max(room // len(names), room - short)
    return _BETWEEN.join(shorten(name, most) for name in names)


def _order(item: InvoiceLine) -> tuple[list[SortKey], int, int]:
    """By project and service; what a person wrote in their place moves no line under their hands."""
    line = item.line
    names = _names(line) or [item.default_title]
    return [sort_key(name) for name in names], line.project_id or 0, line.service_id or 0
