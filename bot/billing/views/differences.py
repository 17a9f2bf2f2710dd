"""What is different about an invoice since the last one of its kind: the first of it in the form, all in a window."""

from collections.abc import Iterator, Sequence

from bot.billing.collect import Preview
from bot.billing.rules.differences import Difference, Kind
from bot.billing.views.scope import period_name
from bot.core.money import half_up
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, button, context, cut, modal, section

DIFFERENCES = "invoice_differences"
_SHOWN = 3
_LONGEST_NAME = 60
_AT_ONCE = 20
"""Differences in one block, and their blocks: a view takes 100 of them."""
_BLOCKS = 90


def difference_blocks(to: Reader, preview: Preview) -> Iterator[Block]:
    """What matters most; the rest behind a button. Nothing where there is no invoice to compare with."""
    compared = preview.compared
    if compared is None:
        return
    said = differences_said(to, compared.found, preview.currency)
    days = period_name(to, compared.period)
    if not said:
        yield context(to.t("As in {days}: services, people and rates, and the hours are much the same.", days=days))
        return
    shown = said if len(said) == _SHOWN + 1 else said[:_SHOWN]
    listed = "\n• ".join((to.t("Not as in {days}:", days=days), *shown))
    rest = len(said) - len(shown)
    more = button(to.n("{count} more …", "{count} more …", rest), DIFFERENCES, str(preview.draft_id)) if rest else None
    yield section(listed, more)


def all_differences(to: Reader, preview: Preview) -> View:
    """All of it, in a window on top of the invoice."""
    compared = preview.compared
    said = differences_said(to, compared.found, preview.currency) if compared else []
    blocks = [
        section("• " + "\n• ".join(said[first : first + _AT_ONCE])) for first in range(0, len(said), _AT_ONCE)
    ] or [section(to.t("Nothing is different any more."))]
    if compared:
        now, before = period_name(to, preview.period), period_name(to, compared.period)
        headed = to.t("{customer}, {now} beside {before}:", customer=preview.customer, now=now, before=before)
        blocks.insert(0, section(headed))
    return modal("said", to.t("Differences"), blocks[:_BLOCKS], close=to.t("Back to the invoice"))


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
            return to.t("Not there any more: {name}, {before} then", name=name, before=before)


def _expenses(to: Reader, each: Difference, currency: str) -> str:
    """What expenses and lump sums come to, as they stand on the lines."""
    before, now = to.money(each.before, currency), to.money(each.now, currency)
    if not each.before:
        return to.t("Expenses, which there were none of: {now}", now=now)
    if not each.now:
        return to.t("No expenses, {before} then", before=before)
    return to.t("Expenses: {now} instead of {before} ({change})", now=now, before=before, change=_percent(to, each))


def _prices(to: Reader, prices: Sequence[int], currency: str) -> str:
    return ", ".join(to.price(each, currency) for each in prices)


def _percent(to: Reader, each: Difference) -> str:
    """+41 % or −35 %."""
    apart = each.now - each.before
    return ("+" if apart > 0 else "−") + to.percent(half_up(abs(apart) * 100, each.before) * 100)
