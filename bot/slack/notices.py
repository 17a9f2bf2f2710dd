"""What a person is shown where something did not work out."""

from bot.core.errors import People, UserError
from bot.core.texts import Reader
from bot.slack.blocks import CONTEXT_TEXT, Block, Message, View, context, escaped, message, modal, mrkdwn, section


def notice(to: Reader, text: str, *, shown: Block | None = None) -> View:
    """One sentence, as a window; `shown` is the same with mentions of people."""
    return modal("notice", "Trackomat", [shown or section(text)], close=to.t("Close"))


def with_mentions(to: Reader, error: UserError) -> Block | None:
    """The sentence as a paragraph in which Slack makes mentions of people; None where it names nobody."""
    values = error.values
    if not any(isinstance(each, People) for each in values.values()):
        return None
    parsed = {
        name: value.mentioned if isinstance(value, People) else escaped(str(value)) for name, value in values.items()
    }
    return mrkdwn(escaped(to.t(error.message)).format(**parsed))


def refused(to: Reader, why: str, typed: str, *, shown: Block | None = None) -> Message:
    """Nothing was done. What was typed stands below, to be copied, because Slack keeps it nowhere."""
    paragraph = shown or section(why)
    if len(typed.split(maxsplit=1)) < 2:
        return message(why, [paragraph])
    return message(why, [paragraph, *repeated(to, typed)["blocks"]])


def repeated(to: Reader, typed: str) -> Message:
    """What was typed."""
    again = to.t("You typed: {command}", command=f"/track {typed}")
    return message(again, [context(again) if len(again) <= CONTEXT_TEXT else section(again)])
