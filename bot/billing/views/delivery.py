"""What became of a draft, as whoever approved it reads it."""

from datetime import datetime

from bot.billing.attempts import DeliveredDraft
from bot.billing.beside import Following
from bot.billing.rules.totals import is_rounding
from bot.billing.turns import Turn
from bot.billing.views.reconcile import bill_again, decision, history_button, take_back
from bot.billing.views.run import after_blocks
from bot.billomat.rules.trouble import Trouble
from bot.billomat.views.connect import trouble_sentence
from bot.core.errors import People
from bot.core.money import smallest
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    escaped,
    message,
    modal,
    mrkdwn,
    section,
)
from bot.tracking.rules.drafts import DraftName

CORRECT = "invoice_correct"
LINK = "link_draft"
OUTCOME = "invoice_outcome"


def outcome(to: Reader, said: Message) -> View:
    """What the message says, in the modal of the approval."""
    return modal(OUTCOME, to.t("Invoice"), said["blocks"], close=to.t("Close"))


def delivered(
    to: Reader,
    draft_id: int,
    done: DeliveredDraft,
    following: Following | None = None,
    turn: Turn | None = None,
) -> Message:
    """It stands in Billomat, perhaps completed by now; where its figures differ from ours, both are said."""
    theirs = done.net_cents if done.billomat_net_cents is None else done.billomat_net_cents
    text = _stands(to, done, to.money(theirs, done.currency))
    gross = done.billomat_gross_cents
    if gross is not None and gross != theirs:  # without VAT it is said already
        text += " " + to.t("With VAT: {gross}.", gross=to.money(gross, done.currency))
    blocks = [section(text)]
    if difference := _difference(to, done):
        blocks.append(section(difference))
    if done.copies > 1:
        copies = to.n(
            "⚠️ Billomat holds {count} draft of this approval.",
            "⚠️ Billomat holds {count} drafts of this approval. Please delete all but one there.",
            done.copies,
        )
        blocks.append(section(copies))
    blocks.append(where_it_stands(to, draft_id, done.link, may_be_taken=not done.is_completed))
    return message(text, [*blocks, *after_blocks(to, following, turn)])


def _difference(to: Reader, done: DeliveredDraft) -> str | None:
    """What Billomat adds up to otherwise than the preview did; cents are the rounding of the document."""
    net = (done.net_cents, done.billomat_net_cents, done.unrounded.net)
    gross = (done.gross_cents, done.billomat_gross_cents, done.unrounded.gross)
    known = [(ours, theirs, more) for ours, theirs, more in (net, gross) if ours is not None and theirs is not None]
    differing = [each for each in known if each[0] != each[1]]
    if not differing:
        return None
    large = [each for each in differing if not is_rounding(*each, smallest=smallest(done.currency))]
    is_net = (large or differing)[0] == net
    ours, theirs = (to.money(each, done.currency) for each in (large or differing)[0][:2])
    if large and is_net:
        return to.t(
            "⚠️ {ours} net was approved, but Billomat adds up to {theirs}. Please check the draft there.",
            ours=ours,
            theirs=theirs,
        )
    if large:
        return to.t(
            "⚠️ {ours} with VAT was shown, but Billomat adds up to {theirs}. Please check the VAT of the draft there.",
            ours=ours,
            theirs=theirs,
        )
    cents = to.money(abs(differing[0][0] - differing[0][1]), done.currency)
    if is_net:
        return to.t(
            "Rounding difference of {cents}: the lines come to {ours} net, and Billomat, which rounds the whole "
            "document, to {theirs}. Billomat's figure counts; nothing has to be corrected.",
            cents=cents,
            ours=ours,
            theirs=theirs,
        )
    return to.t(
        "Rounding difference of {cents}: with VAT the lines come to {ours}, and Billomat, which rounds the whole "
        "document, to {theirs}. Billomat's figure counts; nothing has to be corrected.",
        cents=cents,
        ours=ours,
        theirs=theirs,
    )


def _stands(to: Reader, done: DeliveredDraft, net: str) -> str:
    """A draft, unless somebody made an invoice of it before it was found."""
    name = done.name.said(to)
    if done.is_cancelled:
        return to.t("⚠️ The invoice {invoice} is in Billomat, but cancelled: {net} net.", invoice=name, net=net)
    if done.is_completed:
        return to.t("✅ The invoice {invoice} is in Billomat, and completed: {net} net.", invoice=name, net=net)
    return to.t("✅ The draft for {draft} is in Billomat: {net} net.", draft=name, net=net)


def still_there(to: Reader, draft_id: int, draft: DraftName, link: str) -> Message:
    """What a person wants to bill again stands in Billomat, itself or a copy of it."""
    if draft.number:
        text = to.t(
            "The invoice {invoice} is completed in Billomat, so what is on it cannot be billed again. Cancel it there "
            "first, and then press “Bill again” once more.",
            invoice=draft.said(to),
        )
    else:
        text = to.t(
            "The draft for {draft} still stands in Billomat, so what is on it cannot be billed again yet. “Take back "
            "…” deletes it there. Or delete it there yourself, and then press “Bill again” once more.",
            draft=draft.said(to),
        )
    return message(text, [section(text), where_it_stands(to, draft_id, link, may_be_taken=not draft.number)])


def withdrawn(to: Reader, draft_id: int, draft: DraftName) -> Message:
    """What was sent is no longer there, or was cancelled, and what was on it is free."""
    if draft.number:
        text = to.t(
            "The invoice {invoice} is cancelled in Billomat. What was on it is free, and can be billed again.",
            invoice=draft.said(to),
        )
    else:
        text = to.t(
            "The draft for {draft} is no longer in Billomat. What was on it is free, and can be billed again.",
            draft=draft.said(to),
        )
    return message(text, [section(text), actions(button(to.t("Open the invoice …"), CORRECT, str(draft_id)))])


def cannot_look(to: Reader, draft_id: int, draft: DraftName, reason: str) -> Message:
    """Billomat does not say whether a draft that was sent is still there."""
    text = to.t(
        "⚠️ I could not look whether {invoice} is still in Billomat. Nothing was changed; please try again later. The "
        "reason: {reason}",
        invoice=draft.said(to),
        reason=reason,
    )
    return message(text, [section(text), actions(bill_again(to, draft_id))])


def arrived_late(to: Reader, draft: DraftName, link: str, *, is_free: bool) -> Message:
    """An attempt that was given up has reached Billomat after all; the draft was sent again, or is open again."""
    if draft.number:
        text = _completed_late(to, draft, is_free=is_free)
    elif is_free:
        text = to.t(
            "⚠️ The draft for {draft} that was taken for lost stands in Billomat after all, but here all of it is "
            "free again. Please delete it there before you send it again, or it is billed twice.",
            draft=draft.said(to),
        )
    else:
        text = to.t(
            "⚠️ An earlier attempt to send the draft for {draft} has reached Billomat after all, so there may be "
            "two of it. Please delete all but one there.",
            draft=draft.said(to),
        )
    return message(text, [section(text), actions(button(to.t("Open in Billomat"), LINK, url=link, style="primary"))])


def _completed_late(to: Reader, draft: DraftName, *, is_free: bool) -> str:
    """Somebody has even made an invoice of it."""
    if is_free:
        return to.t(
            "⚠️ What was taken for lost stands in Billomat after all, completed as {invoice}, but here all of it is "
            "free again. Please cancel it there before you send it again, or it is billed twice.",
            invoice=draft.said(to),
        )
    return to.t(
        "⚠️ An earlier attempt to send has reached Billomat after all and is completed there as {invoice}, so there may "
        "be two of it. Please delete or cancel all but one there.",
        invoice=draft.said(to),
    )


def refused(to: Reader, draft_id: int, draft: DraftName, reason: str, *, gone: str = "") -> Message:
    """Billomat refused the draft, and says why; it is open again. `gone`: the customer, if they are not there."""
    text = to.t(
        "⚠️ Billomat refused the draft for {draft}: “{reason}”. Nothing was billed; the draft is open again.",
        draft=draft.said(to),
        reason=reason,
    )
    if gone:
        text += " " + to.t("{customer} is archived in Billomat, or deleted there.", customer=gone)
    return message(text, [section(text), actions(button(to.t("Correct …"), CORRECT, str(draft_id), style="primary"))])


def unknown(to: Reader, draft_id: int, draft: DraftName) -> Message:
    """The answer was lost and the draft not found: only a person can decide."""
    text = to.t(
        "⚠️ I sent the draft for {draft}, but Billomat's answer was lost and I cannot find the draft there. "
        "Please look into Billomat. What is on it stays reserved, and nothing is sent twice.",
        draft=draft.said(to),
    )
    return _asking(to, draft_id, text)


def not_there(to: Reader, draft_id: int, customer: str, billomat_id: int) -> Message:
    """What a person took for the lost draft is not there, or belongs to another draft."""
    text = to.t(
        "⚠️ The invoice {number} is not among the newest ones of {customer}, or belongs to another draft of ours. "
        "Nothing was changed.",
        number=billomat_id,
        customer=customer,
    )
    return _asking(to, draft_id, text)


def cannot_find(to: Reader, draft_id: int, draft: DraftName, reason: str) -> Message:
    """Billomat does not say whether what a person took for the lost draft is there."""
    text = to.t(
        "⚠️ I could not look for the draft for {draft} in Billomat. Nothing was changed; please try again later. The "
        "reason: {reason}",
        draft=draft.said(to),
        reason=reason,
    )
    return _asking(to, draft_id, text)


def delayed(
    to: Reader,
    draft: DraftName,
    *,
    net_cents: int,
    currency: str,
    may_have_arrived: bool,
    no_calls_until: datetime | None,
) -> Message:
    """The draft is not in Billomat yet, minutes after its approval."""
    said = [
        to.t(
            "⏳ The draft for {draft} over {net} net still waits: it is not in Billomat yet. I keep trying, and "
            "nothing is lost.",
            draft=draft.said(to),
            net=to.money(net_cents, currency),
        )
    ]
    if no_calls_until:
        said.append(to.t("Billomat takes no more requests until {time}.", time=to.clock(no_calls_until)))
    if may_have_arrived:
        said.append(to.t("An attempt may have arrived; before I send it again, I look for it there."))
    return message(" ".join(said))


def account_trouble(to: Reader, trouble: Trouble, *, whom: People | None) -> Message:
    """Billomat refuses the key: somebody has to connect anew. `whom` to ask: the admins, for one who is none."""
    said = f"⚠️ {trouble_sentence(to, trouble)} " + to.t("Approved drafts wait; they are sent by themselves then.")
    if whom is None or not whom.named:
        return message(said)
    ask = escaped(to.t("Only an admin can connect: ask {admins}.")).format(admins=whom.mentioned)
    return message(said, [section(said), mrkdwn(ask)])


def _asking(to: Reader, draft_id: int, text: str) -> Message:
    return message(text, [section(text), decision(to, draft_id)])


def where_it_stands(to: Reader, draft_id: int, link: str, *, may_be_taken: bool = True) -> Block:
    """The ways on from a sent draft; one that is completed cannot be taken back."""
    there = button(to.t("Open in Billomat"), LINK, url=link, style="primary")
    taking = [take_back(to, draft_id)] if may_be_taken else []
    return actions(there, history_button(to, draft_id), *taking, bill_again(to, draft_id))
