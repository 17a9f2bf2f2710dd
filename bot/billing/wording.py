"""The words of an invoice's lines, as the customer will read them."""

from bot.billing.rules import rates
from bot.billing.rules.lines import InvoiceLine, Line
from bot.billomat.client import without_emoji
from bot.core.texts import Reader

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 3000


def worded(to: Reader, line: Line) -> InvoiceLine:
    """The line with what a person wrote, else with its service or project, and its days and notes."""
    title = next(filter(None, map(tidy, (line.service or "", line.project or ""))), to.t("Work"))
    description = _description(to, line)
    edit = line.edit
    hourly = line.article is not None and rates.is_hour(line.article.unit)
    return InvoiceLine(
        line=line,
        title=edit.title or title,
        description=description if edit.description is None else edit.description,
        unit=line.article.unit if line.article and hourly else to.t("hours"),
        default_title=title,
        default_description=description,
    )


def _description(to: Reader, line: Line) -> str:
    """A line for each day and note, as far as there is room."""
    notes = dict.fromkeys(f"{to.full_date(entry.day)} {tidy(entry.note)}".strip() for entry in line.entries)
    text = "\n".join(notes)
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1].rstrip() + "…"


def tidy(text: str) -> str:
    """One line, as Billomat will have it."""
    return " ".join(without_emoji(text).split())
