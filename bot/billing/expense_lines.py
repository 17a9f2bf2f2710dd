"""The words of lines that no time stands on, as the customer will read them: expenses, fees, and what is taken off."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.billing.descriptions import quoted
from bot.billing.rules.expenses import UnbilledExpense
from bot.billing.rules.lines import InvoiceLine, Line
from bot.billing.rules.shortening import shorten
from bot.billing.rules.units import is_hour, piece_unit
from bot.billing.wording import BETWEEN
from bot.billing.writing import LONGEST_TITLE, Writing
from bot.billomat.client import without_emoji
from bot.core.texts import Reader


class ReductionLine(NamedTuple):
    """What the customer reads on a line by which an amount is taken off; its title stands before that of a line."""

    title: str = ""
    unit: str = ""


NO_LINE = ReductionLine()


def reduction_line(to: Reader, writing: Writing) -> ReductionLine:
    """A line by which an amount is taken off, in the customer's words."""
    return ReductionLine(to.t("Reduction"), _piece(to, writing))


def _piece(to: Reader, writing: Writing) -> str:
    return piece_unit(writing.units, to.language) or to.t("piece")


def worded_expenses(to: Reader, lines: Iterable[Line], writing: Writing) -> tuple[InvoiceLine, ...]:
    """The lines of expenses in the customer's words, by day."""
    unit = _piece(to, writing)
    made = [(line.expense, _worded_expense(to, line, line.expense, unit, writing)) for line in lines if line.expense]
    return tuple(item for _, item in sorted(made, key=lambda each: (each[0].day, each[0].expense_id)))


def _worded_expense(to: Reader, line: Line, expense: UnbilledExpense, unit: str, writing: Writing) -> InvoiceLine:
    """What it was for, and below it the day, the receipt and whatever of the note the title has no room for."""
    edit, article, layout = line.edit, line.article, writing.layout
    what = quoted(expense.note) or quoted(article.title if article else "") or _agreed(to, expense) or to.t("Expense")
    whole = BETWEEN.join(filter(None, (quoted(expense.project or ""), what)))
    title = shorten(whole, LONGEST_TITLE)
    said = [
        to.full_date(expense.day) if layout.dates and not expense.month else "",
        to.t("receipt {number}", number=quoted(expense.receipt)) if expense.receipt else "",
        to.t("paid in your name and for your account, without VAT") if expense.pass_through else "",
    ]
    described = "\n".join(filter(None, (", ".join(filter(None, said)), quoted(expense.note) if title != whole else "")))
    return InvoiceLine(
        line=line,
        title=writing.sent(edit.title or title),
        description=writing.sent(described if edit.description is None else edit.description),
        unit=article.unit if article and article.unit and not is_hour(article.unit) else unit,
        default_title=writing.sent(title),
        default_description=writing.sent(described),
        lacks_emoji=without_emoji(expense.note) != expense.note and edit.title is None,
    )


def _agreed(to: Reader, expense: UnbilledExpense) -> str:
    """What a fee or a lump sum of a fixed price is called, where nobody wrote what it is for."""
    if expense.agreement_id is None:
        return ""
    if expense.month:
        return to.t("Retainer for {month}", month=to.month(expense.month))
    is_whole = expense.amount_cents == expense.agreed_cents
    return to.t("Fixed price") if is_whole else to.t("Part of the fixed price")
