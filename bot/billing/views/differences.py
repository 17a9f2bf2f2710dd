"""What is different about an invoice since the last one of its kind: the first of it in the form, all in a window."""

from collections.abc import Iterator, Sequence

from bot.billing.comparing import Compared
from bot.billing.preview import Preview
from bot.billing.rules.differences import UNUSUAL, Difference, Kind
from bot.billing.views.calculations import exact
from bot.billing.views.scope import period_within
from bot.core.money import half_up
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, button, context, cut, modal, section
from bot.tracking.rules.spent import SpentKind

DIFFERENCES = "invoice_differences"
_SHOWN = 3
_LONGEST_NAME = 60
_AT_ONCE = 8
"""Differences in one block, and their blocks: a view takes 100 of them."""
_BLOCKS = 90
_INVOICES = 5


def difference_blocks(to: Reader, preview: Preview) -> Iterator[Block]:
    """What matters most; the rest, and which figures are compared, behind a button. Nothing without a last invoice."""
    compared = preview.compared
    if compared is None:
        return
    said = differences_said(to, compared.found, preview.currency)
    days = period_within(to, compared.period)
    if not said:
        yield context(_nothing_new(to, days, is_over=compared.is_over))
        return
    shown = said if len(said) == _SHOWN + 1 else said[:_SHOWN]
    listed = "\n• ".join((to.t("Not as in {days}:", days=days), *shown))
    is_all = len(shown) == len(said)
    label = to.t("Why? …") if is_all else to.t("All {count} differences …", count=to.number(len(said)))
    why = to.t("What is compared with {days}?", days=days)
    yield section(listed, button(label, DIFFERENCES, str(preview.draft_id), label=why))


def _nothing_new(to: Reader, days: str, *, is_over: bool) -> str:
    """What is gone is a difference of days that are over, so before that nothing is called the same."""
    if not is_over:
        return to.t("Nothing new since {days} so far.", days=days)
    return to.t("As in {days}: no new services, people or rates, and the hours are much the same.", days=days)


def all_differences(to: Reader, preview: Preview) -> View:
    """All of it, out of which figures it comes, and what it is compared with, in a window on top of the invoice."""
    compared = preview.compared
    said = [_calculated(to, each, preview.currency) for each in compared.found] if compared else []
    pages = [said[first : first + _AT_ONCE] for first in range(0, len(said), _AT_ONCE)][:_BLOCKS]
    blocks = [section("• " + "\n• ".join(page)) for page in pages]
    if not blocks:
        blocks = [section(to.t("Nothing is different any more."))]
    if compared:
        now, before = period_within(to, preview.period), period_within(to, compared.period)
        headed = to.t("{customer}, {now} beside {before}:", customer=preview.customer, now=now, before=before)
        blocks = [section(headed), *blocks, context("\n".join(_compared_with(to, compared)))]
    return modal("said", to.t("Differences"), blocks, close=to.t("Back to the invoice"))


def _compared_with(to: Reader, compared: Compared) -> Iterator[str]:
    """The invoice that was taken, and by what."""
    for each in compared.invoices[:_INVOICES]:
        days = " – ".join(to.full_date(day) for day in (each.first_day, each.last_day) if day)
        net = to.money(each.net_cents or 0, each.currency)
        approved = to.full_date(to.local(each.approved_at).date()) if each.approved_at else "–"
        yield to.t("Compared with the invoice for {days}: {net} net, approved {day}", days=days, net=net, day=approved)
    yield to.t(
        "It is the last one of the same kind: as many days, and the same part of the work. Time counts as it was "
        "worked, before any rounding. Hours, retainers, parts of fixed prices and expenses are named that differ by "
        "{percent} or more.",
        percent=to.percent(UNUSUAL * 100),
    )


def _calculated(to: Reader, each: Difference, currency: str) -> str:
    """A difference, and out of which two figures it comes: 6:45 h − 4:30 h = +2:15 h."""
    said = _said(to, each, currency)
    if each.kind not in (Kind.TOTAL, Kind.HOURS, Kind.EXPENSES) or not each.before or not each.now:
        return said
    apart = each.now - each.before
    sign = "+" if apart > 0 else "−"
    if each.kind is Kind.EXPENSES:
        figures = [to.money(cents, currency) for cents in (each.now, each.before, abs(apart))]
    else:
        figures = [exact(seconds) for seconds in (each.now, each.before, abs(apart))]
    now, before, difference = figures
    return f"{said}\n   {now} − {before} = {sign}{difference}; {difference} ÷ {before} = {_percent(to, each)[1:]}"


def differences_said(to: Reader, found: Sequence[Difference], currency: str) -> list[str]:
    """Each difference as a line."""
    return [_said(to, each, currency) for each in found]


def _said(to: Reader, each: Difference, currency: str) -> str:
    name = " · ".join(cut(part, _LONGEST_NAME) for part in each.names) or to.t("Work")
    before, now = to.total(each.before), to.total(each.now)
    match each.kind:
        case Kind.EXPENSES:
            return _expenses(to, each, currency)
        case Kind.RATE:
            prices, was = _prices(to, each.prices, currency), _prices(to, each.prices_before, currency)
            return to.t("Other rate: {name}, {now} instead of {before}", name=name, now=prices, before=was)
        case Kind.SERVICE:
            return to.t("New service: {name}, {now}", name=name, now=now)
        case Kind.PERSON:
            return to.t("New person: {name}, {now}", name=name, now=now)
        case Kind.TOTAL:
            return to.t(
                "Hours in all: {now} instead of {before} ({change})", now=now, before=before, change=_percent(to, each)
            )
        case Kind.HOURS:
            return to.t(
                "Hours of {name}: {now} instead of {before} ({change})",
                name=name,
                now=now,
                before=before,
                change=_percent(to, each),
            )
        case Kind.ADDED:
            return to.t("New: {name}, {now}", name=name, now=now)
        case Kind.GONE:
            return to.t("Not there any more: {name} ({before} last time)", name=name, before=before)
        case Kind.LEFT_OUT:
            return to.t("Left out here: {name} ({before} last time)", name=name, before=before)


def _expenses(to: Reader, each: Difference, currency: str) -> str:
    """What one kind of expenses comes to, as it stands on the lines."""
    before, now = to.money(each.before, currency), to.money(each.now, currency)
    if not each.before:
        return {
            SpentKind.FEE: to.t("Retainer: {now} (none last time)", now=now),
            SpentKind.PART: to.t("Parts of fixed prices: {now} (none last time)", now=now),
            SpentKind.EXPENSE: to.t("Expenses: {now} (none last time)", now=now),
        }[each.spent]
    if not each.now:
        return {
            SpentKind.FEE: to.t("No retainer ({before} last time)", before=before),
            SpentKind.PART: to.t("No part of a fixed price ({before} last time)", before=before),
            SpentKind.EXPENSE: to.t("No expenses ({before} last time)", before=before),
        }[each.spent]
    said = {"now": now, "before": before, "change": _percent(to, each)}
    return {
        SpentKind.FEE: to.t("Retainer: {now} instead of {before} ({change})", **said),
        SpentKind.PART: to.t("Parts of fixed prices: {now} instead of {before} ({change})", **said),
        SpentKind.EXPENSE: to.t("Expenses: {now} instead of {before} ({change})", **said),
    }[each.spent]


def _prices(to: Reader, prices: Sequence[int], currency: str) -> str:
    return ", ".join(to.price(each, currency) for each in prices)


def _percent(to: Reader, each: Difference) -> str:
    """+41 % or −35 %."""
    apart = each.now - each.before
    return ("+" if apart > 0 else "−") + to.percent(half_up(abs(apart) * 100, each.before) * 100)
