"""The drafts that are on their way to Billomat, wherever they are shown."""

from collections.abc import Sequence
from datetime import date

from bot.billing.rules.states import DraftState
from bot.core.texts import Reader
from bot.slack.blocks import cut
from storage.drafts import DraftUnderWay

MOST_SHOWN = 5
_LONGEST_NAME = 80


def under_way(to: Reader, waiting: Sequence[DraftUnderWay], *, today: date) -> str:
    """A line for each: customer, amount, since when; "" when there is none."""
    lines = [_line(to, each, today) for each in waiting[:MOST_SHOWN]]
    if (hidden := len(waiting) - MOST_SHOWN) > 0:
        lines.append(to.n("… and {count} more draft", "… and {count} more drafts", hidden))
    return "\n".join(lines)


def _line(to: Reader, draft: DraftUnderWay, today: date) -> str:
    said = {
        "time": to.moment(draft.since, today=today),
        "draft": cut(draft.name.said(to), _LONGEST_NAME),
        "net": to.money(draft.net_cents, draft.currency),
    }
    if draft.state is DraftState.SUBMITTED:
        return to.t("✋ Waits for a second person since {time}: {draft}, {net} net", **said)
    if draft.state is DraftState.UNKNOWN:
        return to.t("⚠️ Perhaps in Billomat since {time}, its answer was lost: {draft}, {net} net", **said)
    return to.t("📨 On its way to Billomat since {time}: {draft}, {net} net", **said)
