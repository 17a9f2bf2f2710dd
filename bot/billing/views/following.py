"""What became of a sent draft in Billomat, as those read who bill, and what they can say to it."""

from collections.abc import Sequence

from bot.billing.rules.following import News
from bot.billing.views.delivery import CORRECT, LINK
from bot.billing.views.reconcile import bill_again, lines_button
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, Message, actions, button, message, section
from bot.tracking.rules.drafts import DraftName

KEEP = "invoice_keep_cancelled"
WRITE_OFF = "invoice_write_off"
MOST_NAMED = 10
"""Drafts with a button each in one message."""


def news(to: Reader, draft_id: int, name: DraftName, what: News, link: str) -> Message:
    """What happened to an invoice."""
    said = {
        News.PAID: to.t("💶 The invoice {invoice} is paid.", invoice=name.said(to)),
        News.OVERDUE: to.t("⏰ The invoice {invoice} is overdue.", invoice=name.said(to)),
        News.COMPLETED: to.t("✅ The invoice {invoice} is completed in Billomat.", invoice=name.said(to)),
        News.RESTORED: to.t(
            "The invoice {invoice}, which was cancelled in Billomat, counts again there. What is on it stays billed; "
            "nothing has to be done.",
            invoice=name.said(to),
        ),
    }
    if what is not News.CANCELLED:
        return message(said[what], [section(said[what]), actions(_open(to, link))])
    text = to.t(
        "⚠️ The invoice {invoice} was cancelled in Billomat. What is on it is still reserved for it. Bill it again, "
        "write it off (it is billed to nobody), or keep it as it is?",
        invoice=name.said(to),
    )
    return message(text, [section(text), _question(to, draft_id, link)])


def _question(to: Reader, draft_id: int, link: str) -> Block:
    return actions(
        bill_again(to, draft_id),
        button(to.t("Write off"), WRITE_OFF, str(draft_id)),
        button(to.t("Keep as it is"), KEEP, str(draft_id)),
        lines_button(to, draft_id),
        _open(to, link),
    )


def decided(to: Reader, name: DraftName, *, is_written_off: bool) -> Message:
    """What somebody decided about a cancelled invoice."""
    if is_written_off:
        text = to.t(
            "What is on the cancelled invoice {invoice} is written off: it is billed to nobody. “Bill again” in the "
            "customer's invoice form still brings it back.",
            invoice=name.said(to),
        )
    else:
        text = to.t("The cancelled invoice {invoice} stays as it is. Nothing was changed.", invoice=name.said(to))
    return message(text, replace=True)


def counts_again(to: Reader, name: DraftName, link: str, *, rebuilt: DraftName | None, rebuilt_link: str) -> Message:
    """An invoice whose time was freed stands in Billomat again; `rebuilt` is what the time stands on now."""
    if rebuilt:
        text = to.t(
            "⚠️ {invoice} counts again in Billomat, but what is on it was billed once more meanwhile, with {rebuilt}. "
            "Please cancel or delete one of the two there, or the customer pays twice.",
            invoice=name.said(to),
            rebuilt=rebuilt.said(to),
        )
    else:
        text = to.t(
            "⚠️ {invoice} counts again in Billomat, but here its time is free. Please cancel or delete it there before "
            "you bill that time once more, or the customer pays twice.",
            invoice=name.said(to),
        )
    buttons = [_open(to, link)]
    if rebuilt and rebuilt_link:
        buttons.append(button(to.t("Open the other one"), f"{LINK}:other", url=rebuilt_link))
    return message(text, [section(text), actions(*buttons)])


def deleted(to: Reader, draft_id: int, name: DraftName) -> Message:
    """A draft was deleted there, which was made sure of twice; its time is free."""
    text = to.t(
        "The draft for {draft} was deleted in Billomat. I looked twice, and there is no copy of it. What was on it is "
        "free; one click puts the same draft together again.",
        draft=name.said(to),
    )
    return message(text, [section(text), actions(button(to.t("Open the invoice …"), CORRECT, str(draft_id)))])


def vanished(to: Reader, drafts: Sequence[tuple[int, DraftName]]) -> Message:
    """Drafts cannot be found, and it is not certain that somebody deleted them: the admins decide."""
    text = to.n(
        "⚠️ {count} draft cannot be found in Billomat any more, but I am not sure that somebody deleted it: the account "
        "or the rights of the key may be others. Nothing was freed. If it was deleted, press “Bill again”.",
        "⚠️ {count} drafts cannot be found in Billomat any more, all at once. Nothing was freed: the account or the "
        "rights of the key may be others. If they were deleted, press “Bill again” at each.",
        len(drafts),
    )
    blocks = [section(text)]
    for draft_id, name in drafts[:MOST_NAMED]:
        blocks += [section(name.said(to)), actions(bill_again(to, draft_id))]
    if (hidden := len(drafts) - MOST_NAMED) > 0:
        blocks.append(section(to.n("… and {count} more draft", "… and {count} more drafts", hidden)))
    return message(text, blocks)


def _open(to: Reader, link: str) -> Element:
    return button(to.t("Open in Billomat"), LINK, url=link, style="primary")
