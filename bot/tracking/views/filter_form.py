"""The form that asks for a list or a report without typing, opened below either of them."""

from bot.core.texts import Reader
from bot.slack.blocks import Element, button
from bot.tracking.rules.filters import Filter, ReportQuery, dump_query

OPEN = "filter_open"
"""Its action_ids end in what is shown as yet: `filter_open:list`, `filter_open:report`."""


def list_button(to: Reader, shown: Filter) -> Element:
    """Opens the form from a list, filled in with what the list shows."""
    return button(to.t("Filter …"), f"{OPEN}:list", dump_query(ReportQuery(shown)))


def report_button(to: Reader, shown: ReportQuery) -> Element:
    """Opens the form from a report, filled in with what the report shows."""
    return button(to.t("Filter …"), f"{OPEN}:report", dump_query(shown))
