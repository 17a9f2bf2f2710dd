"""What is said when the books were asked for, and when they are there."""

from bot.bookkeeping.books import Books
from bot.core.texts import Reader
from bot.slack.blocks import Message, View, escaped, message, message_modal


def begun(to: Reader, *, is_new: bool) -> View:
    """The answer to the button, on top of the settings."""
    text = to.t("The books are on their way already: they come as a message from me.")
    if is_new:
        text = to.t("The books come as a message from me in a moment.")
    return message_modal(message(text), to.t("The books"), close=to.t("Close"))


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
