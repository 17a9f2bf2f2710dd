"""The buttons below a report that send its entries as CSV, and what comes of them."""

from collections.abc import Iterable

from bot.core.texts import Reader
from bot.reports.rules.csv import CsvForm
from bot.slack.blocks import SECTION_TEXT, Element, Message, button, context, escaped, message, mrkdwn, section
from bot.slack.untrusted import reading
from bot.tracking.rules.filters import Filter, ReportQuery, dump_query, read_query

EXPORT = "export"
"""The action_ids end in the form."""
MOST_SECTIONS = 4
"""Of a text: Slack takes about 13,000 characters in a message's blocks."""
_FENCE = "```"
_NO_FENCE = "`\u200b`\u200b`"
"""Looks the same, and ends no code."""
_ROOM = SECTION_TEXT - 2 * len(_FENCE) - 2


def export_buttons(to: Reader, query: ReportQuery) -> list[Element]:
    """A button for each form. Two buttons and no menu, because the value of a menu's line is too short for a query."""
    value = dump_query(query)
    return [
        button(to.t("CSV for Excel"), f"{EXPORT}:{CsvForm.READER}", value),
        button(to.t("CSV for programs"), f"{EXPORT}:{CsvForm.FIXED}", value),
    ]


@reading()
def read_export(form: str, value: str) -> tuple[Filter, CsvForm]:
    """Which entries are wanted in which form, out of such a button. Raises UserError."""
    return read_query(value).filter, CsvForm(form)


def begun(to: Reader, *, is_new: bool) -> Message:
    """The answer to such a button."""
    if is_new:
        return message(to.t("The CSV comes as a message from me in a moment."))
    return message(to.t("This CSV is on its way already: it comes as a message from me."))


def nothing_to_export(to: Reader, said: str) -> Message:
    """Nothing fits any more."""
    return message(to.t("There is no entry for the CSV you asked for: {what}", what=said))


def file_comment(to: Reader, said: str, count: int | None) -> str:
    """What stands above the file, as mrkdwn; None: nobody counted."""
    entries = "" if count is None else f" · {_entries(to, count)}"
    return escaped(to.t("The CSV you asked for: {what}", what=f"{said}{entries}"))


def as_text(to: Reader, said: str, lines: Iterable[str], count: int, *, lacks_scope: bool) -> Message:
    """As many lines as a message holds, and how to get the others."""
    text = to.t("The CSV you asked for: {what}", what=f"{said} · {_entries(to, count)}")
    sections, shown = _filled(lines)
    notes = []
    if missing := count - shown:
        notes.append(
            to.n(
                "A message holds no more: {count} entry is missing. Ask for a shorter time or fewer people, or for a "
                "file.",
                "A message holds no more: {count} entries are missing. Ask for a shorter time or fewer people, or for "
                "a file.",
                missing,
            )
        )
    if lacks_scope:
        notes.append(
            to.t(
                "It comes as a file once whoever set up Trackomat in Slack grants the scope files:write and reinstalls "
                "the app."
            )
        )
    else:
        notes.append(to.t("Slack takes no file from me now. Whoever runs Trackomat finds the reason in its log."))
    blocks = [mrkdwn(f"{_FENCE}\n{each}{_FENCE}") for each in sections]
    return message(text, [section(text), *blocks, context("\n".join(notes))])


def _filled(lines: Iterable[str]) -> tuple[list[str], int]:
    """Lines of CSV in as many sections as there may be, and of how many entries; one too long for any is left out."""
    sections, shown = [""], -1  # the heads are no entry
    for line in lines:
        fitting = escaped(line.replace("\r\n", "\n")).replace(_FENCE, _NO_FENCE)
        if len(fitting) > _ROOM:
            continue
        if len(sections[-1]) + len(fitting) > _ROOM:
            if len(sections) == MOST_SECTIONS:
                break
            sections.append("")
        sections[-1] += fitting
        shown += 1
    return sections, shown


def _entries(to: Reader, count: int) -> str:
    return to.n("{count} entry", "{count} entries", count)
