"""The lines of a sent draft beside what Billomat has of them, each with the way to what stands on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.billing.rules.line_differences import LineDifference, LineThere, SentLine, plain
from bot.billing.rules.reductions import NO_REDUCTION, Reduction
from bot.billing.rules.settling import Outcome
from bot.billing.settling import InvoiceSent, LineSent
from bot.billing.views.delivery import where_it_stands
from bot.billing.views.reconcile import lines_button
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    linked,
    message,
    modal,
    section,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import turning
from bot.tracking.rules.drafts import DraftName
from storage.frozen import FrozenLine

LINE = "sent_line"
PAGE = "sent_lines_page"
LOOK_AGAIN = "sent_lines_look_again"
PER_PAGE = 20
_SHOWN = 8
"""Differences in the message."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class OfInvoice:
    """What the window with the lines keeps."""

    draft: RowId
    page: int = 1


OF_INVOICE = Metadata(OfInvoice)


def changed_there(
    to: Reader, draft_id: int, name: DraftName, differing: Sequence[LineDifference], currency: str, link: str
) -> Message:
    """Somebody changed lines in Billomat after they were sent."""
    if all(each.is_billed_as_sent and not each.is_rest_doubtful for each in differing):
        text = to.t(
            "⚠️ Lines of {draft} do not stand in Billomat as they were sent. As many hours are billed as before, so "
            "there is nothing to decide.",
            draft=name.said(to),
        )
    else:
        text = to.t(
            "⚠️ Lines of {draft} were changed in Billomat after they were sent. What is on them stays reserved until "
            "you say what becomes of it.",
            draft=name.said(to),
        )
    said = [_difference(to, each, currency) for each in differing[:_SHOWN]]
    if (hidden := len(differing) - _SHOWN) > 0:
        said.append(to.n("… and {count} more difference", "… and {count} more differences", hidden))
    listed = section("• " + "\n• ".join(said))
    ways = where_it_stands(to, draft_id, link, may_be_taken=False)
    return message(text, [section(text), listed, actions(lines_button(to, draft_id)), ways])


def _difference(to: Reader, each: LineDifference, currency: str) -> str:
    """The line and what became of it."""
    if each.sent is None and each.there is not None:
        return to.t("{line}: added there, {amount}", line=_title(each.there), amount=_worth(to, each.there, currency))
    if each.sent is None:
        return ""
    return f"{cut(each.sent.title, _LONGEST)}: {_became(to, each, currency)}"


def _became(to: Reader, each: LineDifference, currency: str) -> str:
    """What is different of a line, where the line itself is named already."""
    if each.sent is not None and each.there is None:
        return to.t("sent {hours} h, removed there", hours=to.decimal(each.sent.hours))
    return "; ".join((*_other_figures(to, each, currency), *_other_words(to, each)))


def _other_figures(to: Reader, each: LineDifference, currency: str) -> Iterator[str]:
    sent, there = each.sent, each.there
    if sent is None or there is None:
        return
    if each.is_rest_doubtful:
        yield _doubted(to, each, sent, currency)
    elif each.parts:
        parts = " + ".join(f"{to.decimal(part.hours)} h" for part in (there, *each.parts))
        yield to.t("sent {before} h, split there: {parts}", before=to.decimal(sent.hours), parts=parts)
    elif sent.hours != there.hours:
        yield to.t("sent {before} h, now {now} h", before=to.decimal(sent.hours), now=to.decimal(there.hours))
    if sent.unit_price != there.unit_price:
        before, now = to.price(sent.unit_price, currency), to.price(there.unit_price, currency)
        yield to.t("sent at {before}, now {now}", before=before, now=now)
    if each.is_reduced_otherwise:
        yield _other_off(to, sent.off, there.off or NO_REDUCTION, currency)
    if each.has_other_vat:
        before, now = to.percent(sent.vat_rate or 0), to.percent(there.vat_rate or 0)
        yield to.t("sent with {before} VAT, there {now}", before=before, now=now)


def _doubted(to: Reader, each: LineDifference, sent: SentLine, currency: str) -> str:
    """Where the rest of it may be: on lines that were added there, which only a person can tell."""
    lines = ", ".join(added_said(to, line, currency) for line in each.doubtful)
    rest = sum(line.hours for line in each.doubtful)
    if rest == sent.hours:
        return to.t(
            "sent {before} h, removed there; it may be what was added there: {lines}",
            before=to.decimal(rest),
            lines=lines,
        )
    return to.t(
        "sent {before} h, now {now} h; the rest may be what was added there: {lines}",
        before=to.decimal(sent.hours),
        now=to.decimal(sent.hours - rest),
        lines=lines,
    )


def added_said(to: Reader, line: LineThere, currency: str) -> str:
    """A line that was added there."""
    return to.t("“{line}” {worth}", line=_title(line), worth=_worth(to, line, currency))


def _other_off(to: Reader, sent: Reduction, there: Reduction, currency: str) -> str:
    before, now = _off(to, sent, currency), _off(to, there, currency)
    if not sent:
        return to.t("{now} off there, sent without", now=now)
    if not there:
        return to.t("sent with {before} off, nothing there", before=before)
    return to.t("sent with {before} off, there {now}", before=before, now=now)


def _off(to: Reader, off: Reduction, currency: str) -> str:
    return to.money(off.cents, currency) if off.cents else to.percent(off.percent, scale=4)


def _other_words(to: Reader, each: LineDifference) -> Iterator[str]:
    if each.there is None or (each.is_rest_doubtful and each.there in each.doubtful):
        return
    if each.has_other_title:
        yield to.t("other title there: “{text}”", text=_title(each.there))
    if each.has_other_text:
        text = cut(plain(each.there.description), _LONGEST)
        yield to.t("other text there: “{text}”", text=text) if text else to.t("no text there any more")


def _title(there: LineThere) -> str:
    return cut(there.title, _LONGEST)


def _worth(to: Reader, there: LineThere, currency: str) -> str:
    return f"{to.decimal(there.hours)} × {to.price(there.unit_price, currency)}"


def lines_window(to: Reader, found: InvoiceSent, page: int = 1) -> View:
    """A page of the lines, each with the way to what stands on it."""
    first = (page - 1) * PER_PAGE
    here = found.lines[first : first + PER_PAGE]
    seen = to.moment(found.seen_at, today=to.local(found.seen_at).date()) if found.seen_at else ""
    blocks: list[Block] = [linked(section(found.name.said(to)), to.t("Open in Billomat"), found.link)]
    if seen:
        blocks.append(context(to.t("As Billomat had it at {time}.", time=seen)))
    blocks += [_line_block(to, each, found.currency) for each in here]
    if found.added and first + PER_PAGE >= len(found.lines):
        added = [f"{_title(each)}: {_worth(to, each, found.currency)}" for each in found.added[:_SHOWN]]
        if (hidden := len(found.added) - _SHOWN) > 0:
            added.append(to.n("… and {count} more", "… and {count} more", hidden))
        blocks.append(context(to.t("Added there: {lines}", lines=", ".join(added))))
    is_last = first + PER_PAGE >= len(found.lines)
    turns = turning(to, PAGE, page, is_first=page == 1, is_last=is_last)
    blocks.append(actions(*turns, button(to.t("Look again"), LOOK_AGAIN, str(found.draft_id))))
    kept = OF_INVOICE.pack(OfInvoice(found.draft_id, page))
    return modal("sent_lines", to.t("Lines"), blocks, close=to.t("Close"), metadata=kept)


def _line_block(to: Reader, each: LineSent, currency: str) -> Block:
    said = [as_sent(to, each.line, currency), *there_now(to, each, currency), *_decided(to, each)]
    way = button(to.t("Entries …"), LINE, str(each.line.id), label=_spoken(to, each.line)) if each.items else None
    return section("\n".join(said), way)


def _spoken(to: Reader, line: FrozenLine) -> str:
    return f"{to.t('Entries …')} {cut(line.title, _LONGEST)}"


def as_sent(to: Reader, line: FrozenLine, currency: str) -> str:
    """A line with what was sent of it."""
    amount = to.money(line.amount_cents, currency)
    if line.is_total:
        return to.t("{line}: {amount}", line=cut(line.title, _LONGEST), amount=amount)
    hours = to.decimal(line.hours)
    return to.t("{line}: {hours} h, {amount}", line=cut(line.title, _LONGEST), hours=hours, amount=amount)


def there_now(to: Reader, each: LineSent, currency: str) -> Iterator[str]:
    """What is different of it in Billomat, if anything."""
    if each.difference and each.difference.sent:
        yield "⚠️ " + _became(to, each.difference, currency)


def _decided(to: Reader, each: LineSent) -> Iterator[str]:
    """What was decided of its entries; of an expense without their length."""
    for outcome, said in ((Outcome.WRITTEN_OFF, to.t("written off")), (Outcome.FREE, to.t("free again"))):
        those = [item for item in each.items if item.outcome is outcome]
        if those:
            seconds = each.seconds(outcome)
            yield f"{to.total(seconds)} {said}" if seconds else said
