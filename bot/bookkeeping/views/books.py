"""What is said when the books were asked for, and when they are there."""

from collections.abc import Iterator

from bot.bookkeeping.books import Books
from bot.bookkeeping.retention import PastTheirTime
from bot.bookkeeping.rules.retention import RECORDS, VOUCHERS
from bot.core.texts import Reader
from bot.slack.blocks import Message, View, escaped, message, message_modal, section


def begun(to: Reader, past: PastTheirTime | None, *, is_new: bool) -> View:
    """The answer to the button, on top of the settings; `past` is said where German law holds."""
    text = to.t("The books are on their way already: they come as a message from me.")
    if is_new:
        text = to.t("The books come as a message from me in a moment.")
    blocks = [section(text), *([section("\n".join(_kept(to, past)))] if past else ())]
    return message_modal(message(text, blocks), to.t("The books"), close=to.t("Close"))


def _kept(to: Reader, past: PastTheirTime) -> Iterator[str]:
    """How long the books are kept, what is older, and what may be erased."""
    yield to.t(
        "Invoices, and what led to them, are kept for {years} years from the end of their year, books and records for "
        "{longer} (§ 147 (3) AO), and as long as the tax of their year can be changed.",
        years=VOUCHERS,
        longer=RECORDS,
    )
    if past.count:
        year = str(past.up_to)
        yield to.n(
            "{count} invoice of up to {year} is past that.",
            "{count} invoices of up to {year} are past that.",
            past.count,
            year=year,
        )
    else:
        yield to.t("No invoice here is past that.")
    yield to.t(
        "I erase none of it. Time and expenses that were never billed can be deleted by whoever wrote them, at any "
        "time."
    )


def file_comment(to: Reader, done: Books) -> str:
    """What stands above the file, as mrkdwn."""
    return escaped(said(to, done))


def said(to: Reader, done: Books) -> str:
    """How much is in it, and what to note to show later that nobody changed it."""
    rows = to.n("{count} row", "{count} rows", done.rows)
    text = to.t("The books: {rows}. Checksum of manifest.json (SHA-256): {checksum}", rows=rows, checksum=done.checksum)
    return "\n".join((text, to.t("Note it, so that you can show later that nothing was changed.")))


def not_taken(to: Reader) -> Message:
    """Slack takes no file."""
    return message(
        to.t(
            "Slack takes no file from me, so the books cannot come here. Whoever runs Trackomat writes them to a file "
            "with: trackomat books"
        )
    )


def not_allowed(to: Reader) -> Message:
    """The person is no admin any more."""
    return message(to.t("Only an admin of Trackomat gets the books. Ask an admin."))
