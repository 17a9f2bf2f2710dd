"""The buttons below a report that send its entries as CSV."""

from bot.core.texts import Reader
from bot.reports.rules.csv import CsvForm
from bot.slack.blocks import Element, button
from bot.tracking.rules.filters import ReportQuery, dump_query

EXPORT = "export"
"""The action_ids end in the form."""


def export_buttons(to: Reader, query: ReportQuery) -> list[Element]:
    """A button for each form. Two buttons and no menu, because the value of a menu's line is too short for a query."""
    value = dump_query(query)
    return [
        button(to.t("CSV for Excel"), f"{EXPORT}:{CsvForm.READER}", value),
        button(to.t("CSV for programs"), f"{EXPORT}:{CsvForm.FIXED}", value),
    ]
