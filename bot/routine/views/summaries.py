"""The daily summary."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from bot.billing.unbilled import UnbilledWork
from bot.billing.views.scope import OPEN, invoice_button, opening
from bot.core.texts import Reader
from bot.routine.overview import Overview
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    header,
    message,
    option,
    section,
    static_select,
)
from bot.tracking.entries import label
from bot.tracking.views import entries
from bot.tracking.views.sums import bars
from storage.tracking import Entry

STOP = "summary_stop"
LOG = "summary_log"
ENTRIES = "summary_entries"
REGION = "summary_region"
NATIONWIDE = "nationwide"
MOST_INVOICES = 30
NO_REGIONS: Mapping[str, str] = MappingProxyType({})


def summary(
    to: Reader, day: Overview, *, reminders: bool, regions: Mapping[str, str] = NO_REGIONS, replace: bool = False
) -> Message:
    """The day in one message: time per project, what runs and, for those who want `reminders`, what waits.

    With `regions` it asks whose holidays the person has.
    """
    title = to.t("Your day: {total}", total=to.total(day.seconds))
    blocks = [header(title)]
    if day.projects:
        blocks.append(section(bars(to, day.projects)))
    else:
        blocks.append(section(to.t("Nothing is written down for this day yet. Did you work on something?")))
    blocks += [*running(to, day), *(guessed(to, day.guessed) if reminders else ())]
    buttons = [log_button(to, day.day)]
    if day.entries:
        buttons.append(button(to.t("Edit entries"), ENTRIES, day.day.isoformat()))
    blocks.append(actions(*buttons))
    if day.unbilled:
        blocks.append(context(unbilled(to, day.unbilled)))
        blocks += _invoices(to, day.unbilled)
    if regions:
        blocks += [context(to.t("On holidays I am silent. Where do you work?")), actions(_region_menu(to, regions))]
    return message(title, blocks, replace=replace)


def _invoices(to: Reader, money: UnbilledWork) -> list[Block]:
    """Whom to invoice: those who could be billed the most."""
    offered = money.customers[:MOST_INVOICES]
    if len(offered) == 1:
        return [actions(invoice_button(to, offered[0].id, offered[0].name))]
    options = [option(each.name, opening(each.id)) for each in offered]
    return [actions(static_select(OPEN, options, placeholder=to.t("Write an invoice for …")))] if options else []


def _region_menu(to: Reader, regions: Mapping[str, str]) -> Element:
    options = [option(to.t("Only nationwide holidays"), NATIONWIDE)]
    options += [option(name, code) for code, name in sorted(regions.items(), key=lambda each: each[1])]
    return static_select(REGION, options, placeholder=to.t("Choose one"))


def region_chosen(to: Reader, name: str | None) -> Message:
    """From now on these holidays count."""
    if name is None:
        return message(to.t("✅ Only nationwide holidays count for you. /track settings changes it."))
    return message(to.t("✅ The holidays of {region} count for you. /track settings changes it.", region=name))


def running(to: Reader, day: Overview) -> list[Block]:
    """The timer that runs, with the button that stops it and shows the day anew."""
    if day.runs_on is None:
        return []
    text = entries.running_since(to, day.runs_on, today=day.day)
    stop = button(to.t("Stop"), STOP, str(day.runs_on.id), style="danger")
    return [section(text, stop, block_id=f"running:{day.day.isoformat()}")]


def guessed(to: Reader, found: Sequence[Entry]) -> list[Block]:
    """Ends that Trackomat guessed; saving the form confirms them."""
    return [
        section(
            to.t(
                "⚠️ {what}, {day}: I guessed the end ({end}). It is not billed until you check it.",
                what=label(entry),
                day=to.weekday(entry.day),
                end=entries.ended(to, entry),
            ),
            entries.edit_button(to, entry.id),
        )
        for entry in found
    ]


def unbilled(to: Reader, money: UnbilledWork) -> str:
    """What the workspace could bill; no amount for time without a rate, which would read like work for nothing."""
    amount, time = to.sums(money.cents, money.currency, money.others), to.total(money.unpriced)
    if not money.unpriced:
        return to.t("Not billed yet: {amount} net", amount=amount)
    if not money.is_priced:
        return to.t("Not billed yet: {time}, no rate yet", time=time)
    return to.t("Not billed yet: {amount} net, and {time} without a rate", amount=amount, time=time)


def log_button(to: Reader, day: date) -> Element:
    """Opens the form for time of this day that was not tracked."""
    return button(to.t("Log missing time …"), LOG, day.isoformat())
