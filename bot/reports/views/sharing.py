"""The form in which a report is shared to a channel, what is posted there, and what only who shared it sees then."""

from bot.core.texts import Reader
from bot.reports.report import Report
from bot.reports.sharing import NOTHING_CHOSEN, Chosen, PostedReport, Standing
from bot.reports.views import tables
from bot.reports.views.report import framed, rows
from bot.slack.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    channel_select,
    checkbox,
    context,
    divider,
    escaped,
    field,
    modal,
    mrkdwn,
    option,
    section,
)
from bot.slack.metadata import Metadata
from bot.tracking.rules.filters import ReportQuery

FILLED = "report_share_filled"
POSTING = "report_share_posting"
"""The form while it is under way: it is sent once, however often it is pressed."""
CHANNEL = "channel"
AMOUNTS = "report_share_amounts"
UNDO = "report_share_undo"
KEPT = Metadata(ReportQuery)
"""What an open form is about."""


def form(
    to: Reader,
    shown: Report,
    chosen: Chosen = NOTHING_CHOSEN,
    *,
    bills: bool,
    problem: str = "",
    is_posting: bool = False,
) -> View:
    """Where to, with amounts or not, and what will be posted; `problem` says why it was not posted yet."""
    blocks = [
        *([section(f"⚠️ {problem}")] if problem else []),
        *([section("⏳ " + to.t("It is being posted."))] if is_posting else []),
        field(
            to.t("Channel"), channel_select(CHANNEL, to.t("Choose one"), initial=chosen.channel_id), block_id=CHANNEL
        ),
        *_amounts(to, with_amounts=chosen.with_amounts, bills=bills),
        divider(),
        context(to.t("Everybody in the channel reads this:")),
        *framed(to, shown, rows(to, shown), [])["blocks"],
    ]
    return modal(
        POSTING if is_posting else FILLED,
        to.t("Share report"),
        blocks,
        submit=to.t("Post"),
        close=to.t("Cancel"),
        metadata=KEPT.pack(shown.query),
    )


def _amounts(to: Reader, *, with_amounts: bool, bills: bool) -> list[Block]:
    if not bills:
        return []
    box = checkbox(AMOUNTS, option(to.t("With amounts"), "yes"), on=with_amounts)
    return [field(to.t("Money"), box, block_id="amounts", optional=True, dispatch=True)]


def posted(to: Reader, shown: Report, *, by: str) -> Message:
    """The message in the channel: nothing of it can be pressed, for it would show others what they may not see."""
    return _by(to, by, framed(to, shown, rows(to, shown), _end(to, by)))


def posted_rich(to: Reader, shown: Report, *, by: str) -> Message | None:
    """The same with Slack's own chart and table."""
    rich = tables.report(to, shown, _end(to, by))
    return _by(to, by, rich) if rich else None


def _end(to: Reader, by: str) -> list[Block]:
    return [context(to.t("Shared by {name}", name=by))]


def _by(to: Reader, by: str, said: Message) -> Message:
    return said | {"text": escaped(to.t("Shared by {name}", name=by)) + f": {said['text']}"}


def done(to: Reader, there: PostedReport) -> View:
    """It stands in the channel; who shared it can take it back."""
    where = to.t("Posted in {channel}.", channel=f"<#{there.channel_id}>")
    link = f" <{there.link}|{escaped(to.t('Open the message'))}>" if there.link else ""
    return _said(to, mrkdwn(f"✅ {where}{link}"), _undo(to, there.change_id))


def taken_back(to: Reader) -> View:
    """The message is no longer there."""
    return _said(to, section("✅ " + to.t("The message is deleted.")))


def not_taken_back(to: Reader, standing: Standing, problem: str) -> View:
    """It is still there, and why."""
    return _said(to, section(f"⚠️ {problem}"), _undo(to, standing.change_id))


def _said(to: Reader, *blocks: Block) -> View:
    return modal("report_share_said", to.t("Share report"), blocks, close=to.t("Close"))


def _undo(to: Reader, change_id: int) -> Block:
    return actions(button(to.t("Undo"), UNDO, str(change_id)))
