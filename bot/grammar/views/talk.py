"""What is answered to messages beside what /track answers: forms as buttons, and what is not taken from a message."""

from datetime import datetime

from bot.core.texts import Reader
from bot.grammar.refusals import LONGEST_PIECE
from bot.grammar.views.help import with_buttons
from bot.slack.blocks import Message, context, cut, message

DO_WRITTEN = "do_written"
"""Does what was written in a message: opens its form, or carries it out after all."""
LONGEST_KEPT = 1800
"""Characters of it that a button surely holds beside the moment and the zone."""


def form_offered(to: Reader, title: str, text: str, *, now: datetime) -> Message:
    """What a message cannot do: the form of this title, as a button, with what was written as far as it fits."""
    said = message(to.t("This is done in a form. Slack opens it only after a click."))
    return with_buttons(to, said, text[:LONGEST_KEPT], {DO_WRITTEN: f"{title} …"}, now=now)


def came_late(to: Reader, text: str, *, now: datetime) -> Message:
    """Something later was done before; the person says whether it is still wanted."""
    why = to.t(
        "“{text}” reached me only now, after something that you did later. So I have not done it yet.",
        text=cut(text, LONGEST_PIECE),
    )
    if len(text) > LONGEST_KEPT:
        return message(why + " " + to.t("Write it once more if you still want it."))
    return with_buttons(to, message(why), text, {DO_WRITTEN: to.t("Do it now")}, now=now)


def what_is_read(to: Reader) -> Message:
    """Said once, to everybody who writes for the first time."""
    said = to.t(
        "From now on you can write to me instead of typing /track. I read what you write to me here and messages that "
        "mention me, and nothing else. I carry it out, keep what belongs to your time, and forget the rest."
    )
    return message(said, [context(said)])


def is_not_read(to: Reader) -> Message:
    """Said once, where Slack was not asked for what is written."""
    return message(
        to.t("I cannot read what you write here. Type /track help in any message field: it shows what I understand.")
    )


def key_refused(to: Reader, form: str, *, now: datetime) -> Message:
    """A message may hold an API key; `form` is the command whose form takes one."""
    said = message(
        to.t(
            "That looks like an API key or a password, so I have done nothing with it and kept nothing of it. Please "
            "delete your message: others may read it. A key belongs into the form. If it was none, type it with /track."
        )
    )
    return with_buttons(to, said, form, {DO_WRITTEN: to.t("Connect Billomat …")}, now=now)


def not_plain(to: Reader) -> Message:
    """A file, or a reply that was also sent to the channel."""
    return message(to.t("I only take plain messages, without files and in one place. Nothing was changed."))


def guests_type(to: Reader) -> Message:
    """Guests of the workspace use the command."""
    return message(to.t("I take messages of members only. Nothing was changed. /track help shows what you can do."))
