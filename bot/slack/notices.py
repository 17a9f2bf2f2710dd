"""What a person is shown where something did not work out."""

from bot.core.texts import Reader
from bot.slack.blocks import CONTEXT_TEXT, Message, View, context, message, modal, section


def notice(to: Reader, text: str) -> View:
    """One sentence, as a window."""
    return modal("notice", "Trackomat", [section(text)], close=to.t("Close"))


def refused(to: Reader, why: str, typed: str) -> Message:
    """Nothing was done. What was typed stands below, to be copied, because Slack keeps it nowhere."""
    if len(typed.split(maxsplit=1)) < 2:
        return message(why)
    return message(why, [section(why), *repeated(to, typed)["blocks"]])


def repeated(to: Reader, typed: str) -> Message:
    """What was typed."""
    again = to.t("You typed: {command}", command=f"/track {typed}")
    return message(again, [context(again) if len(again) <= CONTEXT_TEXT else section(again)])
