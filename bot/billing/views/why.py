"""The window that says why a line comes to its amount: time, rate, VAT and the entries, as a calculation in writing."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.billing.entry_times import times
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.rounding import Per, Rounding
from bot.billing.rules.why import Explanation, Part
from bot.billing.views.budgets import why_above
from bot.billing.views.calculations import exact, in_blocks, less_said, note_line, signed
from bot.billing.views.changes import changes_meanwhile
from bot.billing.views.line import line_name
from bot.billing.views.reduction import reduction_said
from bot.billing.views.rounding import rounding_name
from bot.billing.views.tax import reason_alone
from bot.billing.views.why_price import price_lines, spent_lines, typed_price_lines
from bot.billing.why import LineExplained, TimedEntry
from bot.core.texts import Reader, capitalized
from bot.slack.blocks import Block, Element, View, button, context, header, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import all_pages

WHY = "invoice_why"
WHY_TOTAL = "invoice_why_total"
PAGE = "invoice_why_page"
"""Shows another page of entries, which is its value; buttons have their direction behind a colon."""
_PARTS = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """What the window keeps: the line, and the digest of the invoice below."""

    draft: RowId
    line: GroupKey
    shown: str = ""


ASKED = Metadata(Asked)


def why_button(to: Reader, key: GroupKey, name: str) -> Element:
    """Asks why a line comes to its amount."""
    return button(to.t("Why? …"), WHY, key, label=to.t("Why does {what} come to this?", what=name))


def why_total_button(to: Reader) -> Element:
    """Asks why the invoice comes to its sums."""
    return button(to.t("Why? …"), WHY_TOTAL, label=to.t("Why does the invoice come to this?"))


def why_group_button(to: Reader, group: GroupKey, name: str) -> Element:
    """Asks why a group of lines comes to its sum."""
    return button(to.t("Why? …"), WHY_TOTAL, group, label=to.t("Why does {what} come to this?", what=name))


def line_window(to: Reader, shown: LineExplained, seen: str) -> View:
    """Why a line comes to its amount; `seen` is the digest of the invoice below."""
    blocks = [
        *changes_meanwhile(to, shown.preview),
        header(line_name(to, shown.item)),
        section(calculation(to, shown)),
        *_time_blocks(to, shown),
        *_price_blocks(to, shown),
        header(to.t("VAT")),
        section("\n".join(_tax(to, shown))),
        *_entries(to, shown),
    ]
    kept = ASKED.pack(Asked(shown.preview.draft_id, shown.item.line.key, seen))
    return modal(WHY, to.t("Why this line"), blocks, close=to.t("Back to the invoice"), metadata=kept)


def calculation(to: Reader, shown: LineExplained) -> str:
    """What the line comes to, out of its last operands."""
    why, currency = shown.why, shown.preview.currency
    if why.unit_price is None or why.amount_cents is None:
        return to.t("{hours} h × ? There is no rate for it yet.", hours=to.decimal(why.hours))
    listed = to.money(why.listed_cents or 0, currency)
    less = [less_said(to, why.reduction, why.listed_cents or 0, currency)] if why.reduction else []
    return "\n".join((f"{_operands(to, why, currency)} = {listed}", *less))


def _operands(to: Reader, why: Explanation, currency: str) -> str:
    price = to.price(why.unit_price or 0, currency)
    if len(why.parts) == 1:
        return f"{to.decimal(why.hours)} h × {price}"
    if not why.parts:
        return f"1 × {price}"
    parts = " + ".join(to.money(part.amount_cents or 0, currency) for part in why.parts[:_PARTS])
    return f"{parts}{' + …' if len(why.parts) > _PARTS else ''}"


# Time


def _time_blocks(to: Reader, shown: LineExplained) -> Iterator[Block]:
    parts = shown.why.parts
    if not parts:
        return
    yield header(to.t("Time"))
    if len(parts) == 1:
        yield section("\n".join(_time(to, parts[0])))


def _time(to: Reader, part: Part) -> Iterator[str]:
    """From the seconds that were worked to hours with two decimals."""
    count = len({entry.entry_id for time in part.times for entry in time.entries})
    yield to.n("Worked: {count} entry, {time}", "Worked: {count} entries, {time}", count, time=exact(part.seconds))
    yield from (_rounded(to, rule, more) for rule, more in _by_rule(part))
    if part.by_rule:
        yield to.t("Billed: {time}", time=exact(part.billed))
    hours = to.t("With two decimals: {time} = {hours} h", time=exact(part.billed), hours=to.decimal(part.hours))
    yield f"{hours} ({signed(part.by_hundredths)})" if part.by_hundredths else hours


def _by_rule(part: Part) -> list[tuple[Rounding, int]]:
    """What each rule of rounding adds or takes away, in seconds."""
    more = defaultdict[Rounding, int](int)
    for time in part.times:
        more[time.rule] += time.billed - time.seconds
    return [(rule, seconds) for rule, seconds in more.items() if not rule.is_exact]


def _rounded(to: Reader, rule: Rounding, more: int) -> str:
    return f"{capitalized(rounding_name(to, rule))}: {signed(more)}"


# The price


def _price_blocks(to: Reader, shown: LineExplained) -> Iterator[Block]:
    why, parts = shown.why, shown.why.parts
    if why.spent:
        yield header(to.t("Amount"))
        yield section("\n".join(spent_lines(to, shown, why.spent)))
    elif why.price:
        yield header(to.t("Price"))
        yield section("\n".join(typed_price_lines(to, shown, why.price)))
    elif shown.item.line.above_budget:
        yield header(to.t("Hourly rate"))
        yield section("\n".join(why_above(to, shown.preview, shown.item.line)))
    elif len(parts) == 1:
        yield header(to.t("Hourly rate"))
        yield section("\n".join(price_lines(to, shown, parts[0])))
    else:
        yield from _parts(to, shown)


def _parts(to: Reader, shown: LineExplained) -> Iterator[Block]:
    """Each price of a line that is 1 × its total, as if it stood alone."""
    currency = shown.preview.currency
    for part in shown.why.parts[:_PARTS]:
        price = "?" if part.price is None else to.price(part.price.unit_price, currency)
        amount = "?" if part.amount_cents is None else to.money(part.amount_cents, currency)
        sum_said = f"{to.decimal(part.hours)} h × {price} = {amount}"
        yield section("\n".join((*_time(to, part), sum_said, *price_lines(to, shown, part))))
    if (hidden := len(shown.why.parts) - _PARTS) > 0:
        yield context(to.n("… and {count} more price.", "… and {count} more prices.", hidden))


# VAT


def _tax(to: Reader, shown: LineExplained) -> Iterator[str]:
    preview, line = shown.preview, shown.item.line
    yield capitalized(reason_alone(to, line.tax_reason(preview.tax.case), line.vat))
    if preview.tax.is_once:
        yield to.t("Which VAT holds was chosen for this invoice only.")
    if preview.tax.is_chosen:
        yield to.t("Which VAT holds was chosen for {customer}.", customer=preview.customer)
    if preview.gross_prices and line.vat and line.vat.rate:
        yield to.t("It is in the amount already, and taken out of the sum of all lines with this VAT.")
    elif line.vat and line.vat.rate:
        yield to.t("It is added to the sum of all lines with this VAT, not to this one.")
    if preview.reduction:
        reduction = reduction_said(to, preview.reduction, preview.currency)
        yield to.t("The reduction of {reduction} is taken off that sum too.", reduction=reduction)


# The entries


def _entries(to: Reader, shown: LineExplained) -> Iterator[Block]:
    if not shown.entries:
        return
    yield header(to.t("Entries"))
    rows = [_row(to, each, before) for each, before in zip(shown.entries, (None, *shown.entries), strict=False)]
    yield from in_blocks(rows)
    yield from all_pages(to, PAGE, shown.page, len(shown.begins), lambda number: to.full_date(shown.begins[number - 1]))


def _row(to: Reader, each: TimedEntry, before: TimedEntry | None) -> str:
    """Day, times, length and person, and the note; what is rounded as one has its sum above it."""
    entry, time = each.entry, each.time
    seconds, alone = entry.seconds or 0, len(time.entries) == 1
    length = exact(seconds)
    if alone and time.billed != seconds:
        length = f"{length} → {exact(time.billed)}"
    said = (
        to.full_date(entry.day),
        times(to, entry),
        length,
        entry.person,
        to.t("part of a night") if entry.of_day else "",
        note_line(entry.note),
    )
    row = "• " + " · ".join(filter(None, said))
    is_first = before is None or before.time is not time
    if time.rule.per is Per.DAY and not time.rule.is_exact and not alone and is_first:
        together = f"{to.full_date(entry.day)}, {entry.person}: {exact(time.seconds)} → {exact(time.billed)}"
        return f"{together}\n{row}"
    return row
