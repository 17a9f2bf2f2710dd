"""The fast form, by which time is tracked without typing a command."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.catalog.rules.names import Target
from bot.catalog.views.creation import named_option
from bot.catalog.views.pickers import target_option, target_value
from bot.core.caller import Source
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    date_picker,
    external_select,
    field,
    modal,
    option,
    plain,
    section,
    static_select,
    text_input,
    time_picker,
)
from bot.slack.metadata import Metadata
from bot.slack.untrusted import reading
from bot.tracking.form import FormState, Mode, TimeForm
from bot.tracking.views.doubts import sentences
from bot.tracking.views.entries import named_zone, private_field, running_since
from bot.tracking.views.hours import hour_field
from bot.tracking.views.overlaps import resolution_field
from storage.catalog import Named

TRACK_TIME = "track_time"
"""The shortcut beside the composer."""
TRACK_MESSAGE = "track_message"
"""The shortcut on a message."""
OPEN = "capture_open"
CUSTOMER = "capture_customer"
TARGET = "capture_target"
SERVICE = "capture_service"
MODE = "capture_mode"
"""A button for each mode; the action_ids end in its name."""
STOP = "capture_stop"
FILLED = "capture_filled"
AS_USUAL, BILLABLE, NOT_BILLABLE = "usual", "yes", "no"
LONGEST_QUOTE = 150
LONGEST_TAGS = 500
KEPT = Metadata(FormState)


def open_button(to: Reader) -> Element:
    """Opens the form, from wherever it stands."""
    return button(to.t("Track time …"), OPEN, style="primary")


def form(to: Reader, shown: TimeForm, said: Message | None = None) -> View:
    """The form; `said` is what came of a button in it, or what it was opened for."""
    kept, here = shown.kept, to
    to = replace(to, zone=ZoneInfo(kept.zone))
    customer = named_option(shown.customer) if shown.customer else None
    target = target_line(shown.target, kept.customer_id) if shown.target else None
    service = named_option(shown.service) if shown.service else None
    blocks = [
        *(said["blocks"][:1] if said else ()),
        *_running(to, shown),
        *_source(to, kept.source),
        _modes(to, kept.mode),
        field(
            to.thing("customer"),
            external_select(CUSTOMER, to.t("Search"), initial=customer),
            block_id="customer",
            optional=True,
            dispatch=True,
        ),
        field(
            to.thing("project"),
            external_select(TARGET, to.t("Search"), initial=target),
            block_id=f"target:{kept.customer_id or ''}",  # a new one empties the menu when the customer changes
        ),
        field(
            to.thing("service"),
            external_select(SERVICE, to.t("Search"), initial=service),
            block_id="service",
            optional=True,
        ),
        *_times(to, shown, named_zone(here, to.zone, kept.opened_at)),
        *([resolution_field(to, shown.overlap)] if shown.overlap else []),
        *_doubts(to, shown),
        field(
            to.t("Note"),
            text_input("note", initial=shown.note, multiline="\n" in shown.note),
            block_id="note",
            optional=True,
        ),
        private_field(to, on=shown.private),
        field(
            to.t("Tags"),
            text_input(
                "tags",
                initial=", ".join(shown.tags),
                most=LONGEST_TAGS,
                placeholder=to.t("For example review, travel"),
            ),
            block_id="tags",
            optional=True,
        ),
        _billing(to, shown.billable),
    ]
    submit = to.t("Start timer") if kept.mode is Mode.TIMER else to.t("Log")
    return modal(FILLED, to.t("Track time"), blocks, submit=submit, close=to.t("Cancel"), metadata=KEPT.pack(kept))


def saved(to: Reader, said: Message) -> View:
    """What came of the form, where there is no conversation to say it in."""
    return modal("captured", to.t("Track time"), said["blocks"], close=to.t("Close"))


@reading()
def read_mode(given: str) -> Mode:
    """What a button of `_modes` stands for. Raises UserError for anything else."""
    return Mode(given)


def named_menu(to: Reader, recent: Sequence[Named], others: Sequence[Named]) -> dict[str, Any]:
    """What a search in the menu of customers or of services answers."""
    return _menu(to, [named_option(named) for named in recent], [named_option(named) for named in others])


def target_menu(
    to: Reader, recent: Sequence[Target], others: Sequence[Target], customer_id: int | None
) -> dict[str, Any]:
    """What a search in the menu of projects answers."""
    return _menu(
        to,
        [target_line(target, customer_id) for target in recent],
        [target_line(target, customer_id) for target in others],
    )


def target_line(target: Target, customer_id: int | None) -> dict[str, Any]:
    """A project in the menu; once its customer is chosen, their name is left out."""
    if customer_id is None or target.project is None:
        return target_option(target)
    return option(target.project, target_value(target))


def _menu(to: Reader, recent: list[dict[str, Any]], others: list[dict[str, Any]]) -> dict[str, Any]:
    if not recent:
        return {"options": others}
    groups = {to.t("Recent"): recent, to.t("All"): others}
    return {"option_groups": [{"label": plain(name, 75), "options": group} for name, group in groups.items() if group]}


def _doubts(to: Reader, shown: TimeForm) -> list[Block]:
    if not shown.doubts:
        return []
    again = to.t("If that is right, send the form once more.")
    return [section(f"{sentences(to, shown.doubts, today=to.local(shown.kept.opened_at).date())}\n{again}")]


def _running(to: Reader, shown: TimeForm) -> list[Block]:
    entry = shown.running
    if entry is None:
        return []
    text = running_since(to, entry, today=to.local(shown.kept.opened_at).date())
    return [section(text, button(to.t("Stop"), STOP, str(entry.id), style="danger"))]


def _source(to: Reader, source: Source) -> list[Block]:
    if not source.text and not source.link:
        return []
    quote = cut(" ".join(source.text.split()), LONGEST_QUOTE) or to.t("A message without text")
    return [section(f"💬 {quote}"), context(to.t("Kept with the entry for you alone, never on an invoice."))]


def _modes(to: Reader, mode: Mode) -> Block:
    names = {Mode.TIMER: to.t("Timer"), Mode.LENGTH: to.t("Duration"), Mode.SPAN: to.t("From – to")}
    buttons = (
        button(name, f"{MODE}:{each}", each, style="primary" if each is mode else None) for each, name in names.items()
    )
    return actions(*buttons, block_id="mode")


def _times(to: Reader, shown: TimeForm, place: str) -> list[Block]:
    """The fields for the time; `place` stands behind the names of those that mean the clock of another zone."""
    mode = shown.kept.mode
    if mode is Mode.TIMER:
        hint = to.t("Empty: from now on")
        since = _clock("since", to, shown.since)
        return [
            field(to.t("Since") + place, since, block_id="since", optional=True, hint=hint),
            *_hours(to, shown, since=to.t("Since")),
        ]
    day = field(to.t("Day"), date_picker("day", initial=shown.kept.day), block_id="day")
    if mode is Mode.LENGTH:
        hint = to.t("For example 1:30, 1.5 or 90m")
        return [
            field(
                to.t("Duration"),
                text_input("duration", initial=shown.duration, most=20),
                block_id="duration",
                hint=hint,
            ),
            day,
        ]
    start, end = shown.kept.span or (None, None)
    return [
        field(to.t("From") + place, _clock("start", to, start), block_id="start"),
        field(to.t("To") + place, _clock("end", to, end), block_id="end"),
        *_hours(to, shown, start=to.t("From"), end=to.t("To")),
        day,
    ]


def _hours(to: Reader, shown: TimeForm, **labels: str) -> list[Block]:
    """Asks which hour is meant by the times of which this has come up."""
    return [hour_field(to, name, label) for name, label in labels.items() if name in shown.twice]


def _clock(action_id: str, to: Reader, moment: datetime | None = None) -> Element:
    return time_picker(action_id, initial=f"{to.local(moment):%H:%M}" if moment else "", timezone=to.zone.key)


def _billing(to: Reader, billable: bool | None) -> Block:
    options = {
        None: option(to.t("As usual for project and service"), AS_USUAL),
        True: option(to.t("Billable"), BILLABLE),
        False: option(to.t("Not billable"), NOT_BILLABLE),
    }
    select = static_select("billable", [*options.values()], initial=options[billable])
    return field(to.t("Billing"), select, block_id="billable")
