"""A sent draft that is taken back: the window in which it is confirmed, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.billing.attempts import Attempt
from bot.billing.rules.changed_texts import ChangedText, Place, mark_of
from bot.billing.taking_back import SentDraft
from bot.billing.views.delivery import CORRECT, LINK, where_it_stands
from bot.billing.views.reconcile import bill_again
from bot.core.texts import Reader
from bot.slack.blocks import Message, View, actions, button, context, cut, linked, message, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import NO_MESSAGE, MessagePlace, Request
from bot.slack.untrusted import read_id
from bot.tracking.rules.drafts import DraftName
from storage.frozen import FrozenLine

CONFIRMED = "invoice_take_back_confirmed"
_LINES_SHOWN = 12
_LONGEST_TITLE = 80
_LONGEST_TEXT = 200
WITH_TEXTS = "invoice_take_back_texts"
"""Its value is the draft, and the mark of the texts behind a colon."""


class WhyKept(Enum):
    """Why a draft was not deleted in Billomat."""

    COMPLETED = auto()
    LABEL = auto()
    CHANGED = auto()
    COPY = auto()


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What the window keeps: the draft, and the invoice in Billomat that was shown."""

    draft: RowId
    billomat_id: RowId
    lost: str = ""
    """Marks the texts that were changed there, where the person was told of them."""
    message: MessagePlace = NO_MESSAGE
    """In which was clicked: its buttons are of no use once the draft is gone."""


TAKING_BACK = Metadata(TakingBack)


def window(to: Reader, found: SentDraft, clicked: MessagePlace, lost: str = "") -> View:
    """What is deleted, before it is confirmed, of the message in which was clicked.

    `lost` marks changed texts that are deleted too.
    """
    sums = to.t("{net} net", net=to.money(found.net_cents, found.currency))
    if found.gross_cents is not None:
        sums += ", " + to.t("{gross} with VAT", gross=to.money(found.gross_cents, found.currency))
    lines = [_line(to, line, found.currency) for line in found.lines[:_LINES_SHOWN]]
    if (hidden := len(found.lines) - _LINES_SHOWN) > 0:
        lines.append(to.n("… and {count} more line", "… and {count} more lines", hidden))
    blocks = [
        linked(section(f"{found.name.said(to)}\n{sums}"), to.t("Open in Billomat"), found.link),
        section("\n".join(lines)),
        section(
            to.t(
                "This draft is deleted in Billomat, and what is on it can be billed again. Right before, I look there: "
                "if somebody completed it or changed its lines, nothing is deleted."
            )
        ),
        context(
            to.t("The texts that were changed there are lost with it.")
            if lost
            else to.t("Should somebody have changed its texts there, I ask you first.")
        ),
    ]
    kept = TAKING_BACK.pack(TakingBack(found.draft_id, found.billomat_id, lost, clicked))
    return modal(
        CONFIRMED,
        to.t("Take back"),
        blocks,
        submit=to.t("Delete in Billomat"),
        close=to.t("Cancel"),
        metadata=kept,
    )


def _line(to: Reader, line: FrozenLine, currency: str) -> str:
    amount = to.money(line.amount_cents, currency)
    return "• " + to.t("{line}: {amount}", line=cut(line.title, _LONGEST_TITLE), amount=amount)


def taken_back(to: Reader, draft_id: int, draft: DraftName, *, by: str = "") -> Message:
    """It is gone there, and what was on it is free; `by` whom is said to others."""
    text = to.t(
        "↩️ The draft for {draft} is deleted in Billomat. What was on it is free, and can be billed again.",
        draft=draft.said(to),
    )
    if by:
        text = to.t(
            "↩️ {person} took back the draft for {draft}: it is deleted in Billomat. What was on it is free, and can be "
            "billed again.",
            person=by,
            draft=draft.said(to),
        )
    return message(text, [section(text), actions(button(to.t("Open the invoice …"), CORRECT, str(draft_id)))])


def closed(to: Reader, draft: DraftName, at: datetime) -> Message:
    """In the place of the message in which it was taken back. Nothing is left to press."""
    # The message stays, so the day is always said.
    time = to.t("{day}, {time}", day=to.short_date(to.local(at).date()), time=to.clock(at))
    text = to.t("↩️ The draft for {draft} was in Billomat, and was taken back: {time}.", draft=draft.said(to), time=time)
    return message(text, [section(text)])


def kept(to: Reader, attempt: Attempt, why: WhyKept, link: str, number: str) -> Message:
    """It was not deleted."""
    name = attempt.name._replace(number=number).said(to)
    match why:
        case WhyKept.COMPLETED:
            text = to.t("{invoice} is no draft in Billomat any more. Nothing was deleted.", invoice=name)
        case WhyKept.LABEL:
            text = to.t(
                "Somebody changed the label of the draft for {draft} in Billomat, so I am not sure that it is ours. "
                "Nothing was deleted. If it is, delete it there and then press “Bill again”.",
                draft=name,
            )
        case WhyKept.CHANGED:
            text = to.t(
                "The draft for {draft} is not in Billomat as it was sent: somebody changed its lines there. Nothing "
                "was deleted. If you do not need it, delete it there and then press “Bill again”.",
                draft=name,
            )
        case WhyKept.COPY:
            text = to.t(
                "A copy of the draft for {draft} stands in Billomat, so nothing is free. Delete it there, and then "
                "press “Bill again”.",
                draft=name,
            )
    return message(text, [section(f"⚠️ {text}"), where_it_stands(to, attempt.draft.id, link, may_be_taken=False)])


def texts_changed(to: Reader, attempt: Attempt, changed: Sequence[ChangedText], link: str) -> Message:
    """It was not deleted yet: texts that somebody changed there would be lost."""
    text = to.t(
        "⚠️ Somebody changed texts of the draft for {draft} in Billomat. They would be lost with it, so nothing was "
        "deleted yet.",
        draft=attempt.name.said(to),
    )
    said = [f"• {_where(to, each)}: {_quoted(to, each.there)}" for each in changed[:_LINES_SHOWN]]
    if (hidden := len(changed) - _LINES_SHOWN) > 0:
        said.append(to.n("… and {count} more text", "… and {count} more texts", hidden))
    value = f"{attempt.draft.id}:{mark_of(changed)}"
    ways = actions(
        button(to.t("Delete with these texts …"), WITH_TEXTS, value), button(to.t("Open in Billomat"), LINK, url=link)
    )
    return message(text, [section(text), section("\n".join(said)), ways])


def _where(to: Reader, each: ChangedText) -> str:
    match each.place:
        case Place.HEADING:
            return to.t("Heading")
        case Place.INTRO:
            return to.t("Above the lines")
        case Place.NOTE:
            return to.t("Below the lines")
        case Place.TITLE:
            return to.t("Title of {line}", line=cut(each.line, _LONGEST_TITLE))
        case Place.TEXT:
            return to.t("Text of {line}", line=cut(each.line, _LONGEST_TITLE))


def _quoted(to: Reader, text: str) -> str:
    plain = " ".join(text.split())
    return to.t("“{text}”", text=cut(plain, _LONGEST_TEXT)) if plain else to.t("no text there any more")


def read_lost(request: Request) -> tuple[int, str]:
    """The draft, and the mark of the texts that were shown. Raises UserError."""
    draft_id, _, mark = request.clicked.partition(":")
    return read_id(draft_id), mark[:16]


def not_found(to: Reader, attempt: Attempt) -> Message:
    """It is not there, but nobody knows for certain why."""
    text = to.t(
        "⚠️ I cannot find the draft for {draft} in Billomat, but I am not sure that it was deleted: the account or the "
        "rights of the key may be others. Nothing was freed. If it was deleted, press “Bill again”.",
        draft=attempt.name.said(to),
    )
    return message(text, [section(text), actions(bill_again(to, attempt.draft.id))])


def not_possible(to: Reader, attempt: Attempt, why: str, *, stands: bool) -> Message:
    """Billomat refused it, or does not answer."""
    name = attempt.name.said(to)
    if stands:
        text = to.t("⚠️ I could not delete the draft for {draft}: it still stands in Billomat.", draft=name)
    else:
        text = to.t(
            "⚠️ I could not make sure that the draft for {draft} is deleted in Billomat. What is on it stays reserved.",
            draft=name,
        )
    if why:
        text += " " + to.t("The reason: {reason}", reason=why)
    return message(text, [section(text), where_it_stands(to, attempt.draft.id, attempt.draft.link)])
