"""What is said between whoever submits an invoice and whoever approves it: above the invoice, and in messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.billing.deciding import LONGEST_COMMENT
from bot.billing.preview import NetSum, Preview, Voided
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.seen import LineChange
from bot.billing.rules.states import Transition
from bot.billing.submission import Deed
from bot.billing.submitting import Submitted
from bot.billing.views.changes import changes_said, with_difference
from bot.billing.views.delivery import CORRECT
from bot.billing.views.dry_run import dry_run_button
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    cut,
    field,
    message,
    modal,
    section,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.untrusted import read_id, reading
from bot.tracking.rules.drafts import DraftName
from storage.approval_requests import Decision, RecordedSubmission

APPROVE = "submitted_approve"
RETURN = "submitted_return"
RETURNED = "submitted_returned"
WITHDRAW = "submitted_withdraw"
_LINES = 20
_LONGEST_NAME = 80
_SEAL = 16
"""Characters of the seal that a button holds: enough to tell what it was pressed for."""


@dataclass(frozen=True, slots=True)
class Returning:
    """What the form keeps in which a draft is returned."""

    draft: RowId
    seal: str
    said_at: str = ""
    """Answers the message that asked; empty where "Return" was pressed in the invoice."""


RETURNING = Metadata(Returning)


@reading()
def read_submitted(value: str) -> tuple[int, str]:
    """The draft and the seal of a button. Raises UserError."""
    draft, _, seal = value.partition(":")
    return read_id(draft), seal


def submit_label(to: Reader, deed: Deed) -> str:
    """What the button below an invoice says."""
    return {
        Deed.SEND: to.t("Send to Billomat"),
        Deed.SUBMIT: to.t("Submit for approval"),
        Deed.APPROVE: to.t("Approve and send"),
        Deed.WAIT: to.t("Look again"),
    }[deed]


def submission_blocks(to: Reader, preview: Preview, *, today: date) -> Iterator[Block]:
    """Above an invoice: that it is submitted, or was returned or void."""
    if preview.voided:
        yield section(_void(to, preview.voided, preview.currency, preview.net_cents, today))
    found = preview.submission
    if found.returned_by:
        yield section(to.t("↩️ {person} returned this: “{comment}”", person=found.returned_by, comment=found.returned))
    if found.at is None:
        return
    time, warned = to.moment(found.at, today=today), to.t("Whatever is changed here makes it void.")
    waits = to.t("It waits for {approvers}.", approvers=", ".join(found.approvers) or to.t("nobody"))
    if found.is_mine:
        text = to.t("✋ You submitted this: {time}.", time=time) + " " + waits
        if not found.approvers:
            text += " " + _nobody(to, found.left)
        yield section(f"{text}\n{warned}", button(to.t("Take back"), WITHDRAW, str(preview.draft_id)))
    else:
        text = to.t("✋ {person} submitted this: {time}.", person=found.by, time=time)
        if found.deed is Deed.WAIT:
            text += " " + waits
        back = _return(to, preview.draft_id, preview.shown) if found.deed is Deed.APPROVE else None
        yield section(f"{text}\n{warned}", back)


def _nobody(to: Reader, left: Sequence[str]) -> str:
    """Why nobody may approve it, and what to do."""
    what = to.t("Take it back, or have an admin appoint an approver in /track settings.")
    if left:
        return to.t("Nobody but you may approve it now: {people} left Slack.", people=", ".join(left)) + " " + what
    return to.t("Nobody but you may approve it now.") + " " + what


def nobody_approves(to: Reader, draft_id: int, name: DraftName, left: Sequence[str]) -> Message:
    """What somebody submitted waits for nobody any more."""
    text = to.t("⚠️ {draft} waits for approval.", draft=name.said(to)) + " " + _nobody(to, left)
    return message(text, [section(text), actions(_open(to, draft_id))])


def _void(to: Reader, voided: Voided, currency: str, net: int, today: date) -> str:
    when = to.moment(voided.at, today=today) if voided.at else ""
    text = to.t("⚠️ What {person} submitted ({time}) is void, for it changed since:", person=voided.by, time=when)
    return _changes(to, text, voided.changes, voided.net_before, NetSum(net, currency))


def _changes(to: Reader, text: str, changes: Sequence[LineChange], before: NetSum, now: NetSum) -> str:
    """What changed, line by line and entry by entry, and what that makes of the net sum."""
    said = changes_said(to, changes, now.currency)
    if before != now:
        net = to.t("Total net: {before} → {after}", before=to.money(*before), after=to.money(*now))
        is_comparable = before.currency == now.currency
        said.append(with_difference(to, net, now.cents - before.cents, now.currency) if is_comparable else net)
    return "\n• ".join((text, *(said or [to.t("What stands above and below the lines, or the customer's terms.")])))


def submitted(to: Reader, done: Submitted) -> Message:
    """It waits for a second person."""
    text = to.t(
        "✋ Submitted: {draft}, {net} net. {approvers} can approve it; you get a message then.",
        draft=done.name.said(to),
        net=to.money(done.net_cents, done.currency),
        approvers=", ".join(done.approvers),
    )
    return message(text)


def asking(to: Reader, preview: Preview, *, by: str, seal: str) -> Message:
    """To those who may approve: who asks, the sums, the lines."""
    name = DraftName(preview.customer, preview.period.first, preview.period.last, part=preview.part)
    text = to.t(
        "✋ {person} asks you to approve an invoice: {draft}, {net} net.",
        person=by,
        draft=name.said(to),
        net=to.money(preview.net_cents, preview.currency),
    )
    gross = preview.totals.gross
    if gross is not None:
        text += " " + to.t("With VAT: {gross}.", gross=to.money(gross, preview.currency))
    lines = [_line(to, each, preview.currency) for each in preview.lines[:_LINES]]
    if (hidden := len(preview.lines) - _LINES) > 0:
        lines.append(to.n("… and {count} more line", "… and {count} more lines", hidden))
    value = f"{preview.draft_id}:{seal[:_SEAL]}"
    buttons = [
        button(to.t("Approve and send"), APPROVE, value, style="primary"),
        _return(to, preview.draft_id, seal),
        _open(to, preview.draft_id),
        dry_run_button(to, preview.draft_id),
    ]
    return message(text, [section(text), section("\n".join(lines)), actions(*buttons)])


def _line(to: Reader, item: InvoiceLine, currency: str) -> str:
    """• Website · Design: 3.50 h × €88.50 = €309.75."""
    line, name = item.line, cut(item.name, _LONGEST_NAME)
    amount = to.money(line.amount_cents or 0, currency)
    if line.is_total or line.expense or line.unit_price is None:
        return f"• {name}: {amount}"
    return f"• {name}: {to.decimal(line.hours)} h × {to.price(line.unit_price, currency)} = {amount}"


def approved(to: Reader, name: DraftName, *, by: str, net_cents: int, currency: str) -> Message:
    """To whoever submitted."""
    text = to.t(
        "✅ {person} approved what you submitted: {draft}, {net} net. It is on its way to Billomat.",
        person=by,
        draft=name.said(to),
        net=to.money(net_cents, currency),
    )
    return message(text)


def returned(to: Reader, draft_id: int, name: DraftName, *, by: str, comment: str) -> Message:
    """To whoever submitted."""
    text = to.t("↩️ {person} returned {draft}: “{comment}”", person=by, draft=name.said(to), comment=comment)
    return message(text, [section(text), actions(_open(to, draft_id))])


def voided(
    to: Reader,
    draft_id: int,
    name: DraftName,
    changes: Sequence[LineChange],
    before: NetSum,
    now: NetSum,
) -> Message:
    """To whoever submitted: it is no longer that."""
    text = to.t("⚠️ What you submitted is void, for it changed since: {draft}.", draft=name.said(to))
    text = _changes(to, text, changes, before, now)
    return message(text, [section(text), actions(_open(to, draft_id))])


def decided(to: Reader, name: DraftName, asked: RecordedSubmission, decision: Decision, *, is_mine: bool) -> Message:
    """To whoever was asked: what became of it, in the place of what asked them. Nothing is left to press."""
    text = to.t(
        "{person} asked you to approve an invoice: {draft}, {net} net.",
        person=asked.who,
        draft=name.said(to),
        net=to.money(asked.net_cents, asked.currency),
    )
    # The message stays, so the day is always said.
    day, clock = to.short_date(to.local(decision.at).date()), to.clock(decision.at)
    time = to.t("{day}, {time}", day=day, time=clock)
    return message(f"{text}\n{_outcome(to, decision, time, is_mine=is_mine)}")


def _outcome(to: Reader, decision: Decision, time: str, *, is_mine: bool) -> str:
    """Who decided what, and when."""
    who, comment = decision.who or "", decision.why
    match decision.action:
        case Transition.APPROVE.audited_as if is_mine:
            return to.t("✅ You approved this: {time}.", time=time)
        case Transition.APPROVE.audited_as:
            return to.t("✅ {person} approved this: {time}.", person=who, time=time)
        case Transition.RETURN.audited_as if is_mine:
            return to.t("↩️ You returned this: {time}. “{comment}”", time=time, comment=comment)
        case Transition.RETURN.audited_as:
            return to.t("↩️ {person} returned this: {time}. “{comment}”", person=who, time=time, comment=comment)
        case Transition.WITHDRAW.audited_as:
            said = to.t("✋ {person} took this back: {time}.", person=who, time=time)
        case Transition.VOID.audited_as:
            said = to.t("⚠️ This is void, for it changed since it was submitted: {time}.", time=time)
        case _:
            return to.t(
                "⚠️ This is void: {time}. Its customer was merged into another one, or an earlier draft for the same "
                "work is open again.",
                time=time,
            )
    return said + " " + to.t("If it is submitted again, you get another message.")


def given_up(to: Reader, name: DraftName) -> Message:
    """To whoever submitted: nobody can approve it any more."""
    return message(
        to.t(
            "⚠️ What you submitted is void: {draft}. Its customer was merged into another one, or an earlier draft for "
            "the same work is open again. /track invoice shows what can be billed.",
            draft=name.said(to),
        )
    )


def void_said(to: Reader, preview: Preview, found: Voided, today: date) -> Message:
    """To whoever pressed "Approve"."""
    text = _void(to, found, preview.currency, preview.net_cents, today)
    text += "\n" + to.t("Nothing was sent. {person} hears of it.", person=found.by)
    return message(text, [section(text), actions(_open(to, preview.draft_id))])


def approved_said(to: Reader, name: DraftName, net_cents: int, currency: str) -> Message:
    """To whoever pressed "Approve" in the message."""
    text = to.t(
        "📨 Approved, and on its way to Billomat: {draft}, {net} net. You get a message with the link in a moment.",
        draft=name.said(to),
        net=to.money(net_cents, currency),
    )
    return message(text)


def return_form(to: Reader, draft_id: int, seal: str, name: DraftName, *, said_at: str = "") -> View:
    """Why it is returned. `said_at` answers the message in which that was pressed."""
    return modal(
        RETURNED,
        to.t("Return"),
        [
            section(to.t("Return {draft} to whoever submitted it.", draft=name.said(to))),
            field(
                to.t("What has to be different"),
                text_input("comment", multiline=True, most=LONGEST_COMMENT),
                block_id="comment",
            ),
        ],
        submit=to.t("Return"),
        close=to.t("Cancel"),
        metadata=RETURNING.pack(Returning(draft_id, seal, said_at)),
    )


def returned_said(to: Reader, name: DraftName) -> Message:
    """To whoever returned it."""
    return message(to.t("↩️ Returned: {draft}. Whoever submitted it hears what you wrote.", draft=name.said(to)))


def _return(to: Reader, draft_id: int, seal: str) -> Element:
    return button(to.t("Return …"), RETURN, f"{draft_id}:{seal[:_SEAL]}")


def _open(to: Reader, draft_id: int) -> Element:
    return button(to.t("Open the invoice …"), CORRECT, str(draft_id))
