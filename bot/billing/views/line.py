"""The form of one line of the invoice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.billing.line_edits import FoundLine, shown_rate
from bot.billing.preview import Preview
from bot.billing.remembering import Elsewhere
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import InvoiceLine, LeftByHand, Line
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.seen import SeenEntry
from bot.billing.views.changes import entries_listed
from bot.billing.views.reduction import reduction_fields
from bot.billing.views.scope import period_name
from bot.billing.views.tax import line_tax_said
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    View,
    checkbox,
    context,
    cut,
    external_select,
    field,
    modal,
    option,
    static_select,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.untrusted import read_id, reading

LINE_CHANGED = "invoice_line_changed"
ARTICLE = "invoice_article"
PLACE = "place"
"""The field for which of the lines it is."""
_MOST_PLACES = 100
"""A menu of Slack's takes no more; further lines have the form of their order."""
_NAMES = 5
_LONGEST_NOTE = 60


@dataclass(frozen=True, slots=True)
class ChangingLine:
    """What the form keeps."""

    draft: RowId
    line: GroupKey
    shown: str = ""
    """The digest of the invoice that it was opened from."""
    place: Place = TOP
    """Which of its lines were in sight there."""
    stood: int = 0
    """Which of the lines it was, from 1; 0: the form does not ask for that."""


CHANGING_LINE = Metadata(ChangingLine)
_OLDER = re.compile("([0-9]*):([0-9]*)")
"""A line as version 0007 of the schema knew it: by the ids of project and service."""


def line_form(to: Reader, found: FoundLine, *, place: Place) -> View:
    """The form of one line."""
    preview, item, line = found.preview, found.item, found.item.line
    article = option(line.article.title, str(line.article.id)) if line.article else None
    since = changed_since_edit(to, item, preview.by_hand)
    blocks = [
        context(f"{line_name(to, item)}\n{line_tax_said(to, preview.tax, line)}"),
        *([context("\n".join(since))] if since else ()),
        field(
            to.t("Article"),
            external_select(ARTICLE, to.t("Search"), initial=article),
            block_id="article",
            optional=True,
        ),
    ]
    if line.service and preview.grouping.has_one_service:
        remember = option(to.t("Use this article for {service} from now on", service=line.service), "yes")
        blocks += [
            field(to.t("Remember"), checkbox("remember", remember, on=False), block_id="remember", optional=True),
            context("\n".join(_elsewhere(to, line.service, found.elsewhere))),
        ]
    blocks += [
        field(to.t("Title"), text_input("title", initial=item.title, most=200), block_id="title", optional=True),
        field(
            to.t("Description"),
            text_input("description", initial=item.description, multiline=True),
            block_id="description",
            optional=True,
            hint=to.t("The customer reads it as it stands here. Only “Lines and texts …” fills in what is in braces."),
        ),
    ]
    if not (line.is_agreed or line.above_budget):  # what is agreed costs what it says there
        blocks.append(_rate_field(to, found))
    if not line.above_budget:
        blocks += reduction_fields(to, preview, line.edit.reduction or None)
    places, stood = _places(to, preview), 0
    if places:
        stood = preview.lines.index(item) + 1
        blocks.append(
            field(to.t("Place on the invoice"), static_select(PLACE, places, initial=places[stood - 1]), block_id=PLACE)
        )
    kept = CHANGING_LINE.pack(ChangingLine(preview.draft_id, line.key, preview.shown, place, stood))
    return modal(LINE_CHANGED, to.t("Invoice line"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def _places(to: Reader, preview: Preview) -> list[dict[str, Any]]:
    """Where the line can stand; none where it is the only one, or where a menu cannot hold them all."""
    count = len(preview.lines)
    if not 1 < count <= _MOST_PLACES:
        return []
    return [option(to.t("{number} of {count}", number=each, count=count), str(each)) for each in range(1, count + 1)]


def chosen_place(kept: ChangingLine, chosen: str | None) -> int | None:
    """Which of the lines it is to be, from 0; None where nobody chose another than it was. Raises UserError.

    What was left as it was shown moves nothing, also where somebody else moved the line meanwhile.
    """
    if chosen is None or not kept.stood or (place := read_id(chosen)) == kept.stood:
        return None
    return place - 1


def _rate_field(to: Reader, found: FoundLine) -> Block:
    line = found.item.line
    rate = "" if line.unit_price is None or line.is_total else to.amount(line.unit_price, found.preview.currency)
    typed = shown_rate(to, line, found.preview.currency)
    return field(
        to.t("Hourly rate") if line.expense is None else to.t("Price"),
        text_input("rate", initial=typed, placeholder="" if typed else rate, most=30),
        block_id="rate",
        optional=True,
        hint=_rate_hint(to, found.preview) if line.expense is None else to.t("Empty: the amount of the expense"),
    )


@reading()
def read_key(value: Any) -> GroupKey:
    """The line that a button or a form is about. Raises UserError for what can be none.

    An invoice that is open while Trackomat is updated names its lines in the older way.
    """
    if older := _OLDER.fullmatch(value):
        return GroupKey(f"project={older[1]}&service={older[2]}")
    return GroupKey(value)


def _elsewhere(to: Reader, service: str, there: Elsewhere) -> list[str]:
    """What else the article of a service decides, and what it leaves alone."""
    said = []
    if there.here:
        said.append(to.t("Ticked, it also changes on this invoice: {lines}.", lines=_some(to, there.here)))
    if there.later:
        said.append(to.t("Ticked, it also holds for {where}.", where=_some(to, there.later)))
    if not said:
        said.append(
            to.t("Ticked, it also holds for later invoices, of all customers, with {service}.", service=service)
        )
    if there.kept:
        kept = [f"{each.customer}, {period_name(to, each.period)}" for each in there.kept]
        said.append(
            to.t("Other invoices that are open keep their prices: {invoices}.", invoices=_some(to, kept, of="; "))
        )
    said.append(to.t("What is billed stays as it is."))
    return said


def _some(to: Reader, names: Sequence[str], *, of: str = ", ") -> str:
    """Some names, and how many more there are."""
    shown = [cut(name, _LONGEST_NOTE) for name in names[:_NAMES]]
    if (hidden := len(names) - _NAMES) > 0:
        shown.append(to.n("{count} more", "{count} more", hidden))
    return of.join(shown)


def _rate_hint(to: Reader, preview: Preview) -> str:
    if preview.gross_prices:
        return to.t(
            "With VAT, in {currency}, as this customer's prices are. Empty: as article and rates say.",
            currency=preview.currency,
        )
    return to.t("Net, in {currency}. Empty: as article and rates say.", currency=preview.currency)


def changed_since_edit(to: Reader, item: InvoiceLine, by_hand: LeftByHand) -> list[str]:
    """What is different about the entries of a line since a person changed it: an own text may be wrong by now."""
    since = item.line.changed_since_edit
    is_own_text = item.line.edit.description is not None
    said = []
    if since.new and is_own_text:
        said.append(
            to.t("⚠️ New since this text was written, and not in it: {entries}", entries=entries_listed(to, since.new))
        )
    elif since.new:
        said.append(to.t("New since this line was changed: {entries}", entries=entries_listed(to, since.new)))
    said += _gone_since_edit(to, since.gone, by_hand, is_own_text=is_own_text)
    if since.changed:
        now = [entry for _, entry in since.changed]
        said.append(to.t("⚠️ Different since this line was changed: {entries}", entries=entries_listed(to, now)))
    return said


def _gone_since_edit(
    to: Reader, entries: Sequence[SeenEntry], by_hand: LeftByHand, *, is_own_text: bool
) -> Iterator[str]:
    """What is no longer on a line: somebody left it out, or it is no longer there."""
    left_out = by_hand.entry_ids
    out = [entry for entry in entries if entry.entry_id in left_out]
    gone = [entry for entry in entries if entry.entry_id not in left_out]
    if out and is_own_text:
        yield to.t(
            "⚠️ Left out since this text was written, and maybe in it: {entries}", entries=entries_listed(to, out)
        )
    elif out:
        yield to.t("Left out since this line was changed: {entries}", entries=entries_listed(to, out))
    if gone:
        yield to.t("⚠️ No longer there since this line was changed: {entries}", entries=entries_listed(to, gone))


def parts_of_total(to: Reader, line: Line, currency: str) -> list[str]:
    """What a line that is 1 × its total comes from."""
    said = []
    for part in line.parts:
        price = "?" if part.unit_price is None else to.price(part.unit_price, currency)
        named = f" ({part.article.title})" if part.article else ""
        said.append(f"{to.decimal(part.hours)} h × {price}{named}")
    return [" + ".join(said)] if said else []


def line_name(to: Reader, item: InvoiceLine) -> str:
    """Project · service, and the text that a person put in their place."""
    return (
        item.name if item.title == item.default_title else to.t("{name}: “{title}”", name=item.name, title=item.title)
    )
