"""What is said about corrections, the forms in which entries are corrected, and the menu that asks which one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.catalog.upkeep import Made
from bot.core.texts import Reader
from bot.slack.blocks import (
    OPTION_TEXT,
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    checkbox,
    confirmation,
    context,
    cut,
    date_picker,
    escaped,
    external_select,
    field,
    message,
    message_modal,
    modal,
    mrkdwn,
    option,
    section,
    static_select,
    text_input,
    time_picker,
)
from bot.slack.metadata import Metadata, RowId
from bot.tracking.corrections import ChangedEntries, as_opened, length_text
from bot.tracking.entries import Overlap, Written, label, project_label
from bot.tracking.expenses import label as expense_label
from bot.tracking.form_fields import came_twice
from bot.tracking.own_entries import Meant
from bot.tracking.parts import part_on, whole
from bot.tracking.splitting import middle
from bot.tracking.undo import Step
from bot.tracking.views.entries import (
    SERVICE,
    TARGET,
    budget_said,
    correcting,
    edit_button,
    entry_line,
    history_button,
    of_one,
    on_other_days,
    place,
    private_field,
    tags_text,
    there,
    undo_button,
    who_reads,
)
from bot.tracking.views.hours import hour_field
from bot.tracking.views.overlaps import resolution_field
from bot.tracking.views.timers import stop_button
from storage.breaks import BreakTime
from storage.catalog import MOST_OPTIONS
from storage.expenses import Expense
from storage.tracking import Entry

DELETE = "entry_delete"
EDITED = "entry_edited"
SPLIT = "entry_split"
SPLIT_AT = "entry_split_at"
CHOOSE = "entry_choose"
"""A menu of entries; the action_id ends in what is to become of the chosen one."""
CHOOSE_EDIT = f"{CHOOSE}:edit"
CHOOSE_SPLIT = f"{CHOOSE}:split"
CHOOSE_DELETE = f"{CHOOSE}:delete"
CHOOSE_CHANGE = f"{CHOOSE}:change"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Editing:
    """What the form of an entry keeps."""

    entry: RowId
    said_at: str = ""
    """Where the message can be brought up to date that speaks of the entry."""
    seen: str = ""
    """Which entries the person saw to be in the way; see `Overlap.seen`."""
    opened: str = ""
    """How the entry was when the form was opened; see `as_opened`."""


@dataclass(frozen=True, slots=True)
class Splitting:
    """What the form keeps in which an entry becomes two."""

    entry: RowId


EDITING = Metadata(Editing)
SPLITTING = Metadata(Splitting)


def as_modal(to: Reader, answer: Message, title: str) -> View:
    """What a message says, in the place of the form with this title."""
    return message_modal(answer, title, close=to.t("Close"))


def changed(to: Reader, done: Written, *, now: datetime, replace: bool = False) -> Message:
    """An entry as it is after its correction."""
    entry = done.entry
    line = entry_line(to, entry, part_on(entry, entry.day, now))
    lines = [section(entry_line(to, each, part_on(each, each.day, now))) for each in done.further]
    total = to.t("{day}: {total} in all", day=_day(to, done.entry.day, now), total=to.total(done.day_seconds))
    stop = [stop_button(to, done.entry)] if done.entry.ended_at is None else []
    buttons = actions(*stop, *correcting(to, entry.id, done.change_id), block_id=of_one(entry.id))
    small = [context(total), *on_other_days(to, entry, entry.day, entry.ended_at or now)]
    small += [*budget_said(to, done), *who_reads(to, done)]
    return message(f"✅ {line}", [section(f"✅ {line}"), *lines, *small, buttons], replace=replace)


def _day(to: Reader, day: date, now: datetime) -> str:
    return to.dated(day, today=to.local(now).date())


def saved(to: Reader, done: Written, *, now: datetime) -> View:
    """The same after a form was saved."""
    *facts, _ = changed(to, done, now=now)["blocks"]
    return as_modal(to, {"blocks": [*facts, actions(undo_button(to, done.change_id))]}, to.t("Edit entry"))


def deleted(to: Reader, entry: Entry, change_id: int, *, now: datetime, replace: bool = False) -> Message:
    """An entry is gone, with the way back."""
    text = to.t(
        "🗑️ {what}, {length} on {day}, is deleted.",
        what=label(entry),
        length=to.duration(whole(entry, now).seconds),
        day=_day(to, entry.day, now),
    )
    return message(text, [section(text), actions(undo_button(to, change_id))], replace=replace)


def halved(to: Reader, done: ChangedEntries, *, now: datetime, replace: bool = False) -> Message:
    """An entry became two."""
    title = to.t("✂️ Split into two:")
    lines = [section(entry_line(to, entry, whole(entry, now)), edit_button(to, entry.id)) for entry in done.entries]
    return message(title, [section(title), *lines, actions(undo_button(to, done.change_id))], replace=replace)


def undone(to: Reader, steps: Sequence[Step]) -> Message:
    """What was taken back, and how things are again."""
    names = list(dict.fromkeys(_action_name(to, step.action, step.what) for step in steps if step.what))
    if len(names) > MOST_NAMED:
        names = [to.n("{count} change", "{count} changes", len(steps))]
    text = to.t("↩️ Undone: {what}.", what=", ".join(names))
    restored = [step.what for step in steps if step.is_back and isinstance(step.what, Entry | Expense)]
    back = list(dict.fromkeys(_as_before(to, each) for each in restored))
    if back:
        text += " " + to.t("As before: {what}.", what=cut(", ".join(back), 500))
    running = [step.what for step in steps if step.is_back and isinstance(step.what, Entry) and not step.what.ended_at]
    buttons = [actions(stop_button(to, running[0]), edit_button(to, running[0].id))] if running else []
    return message(text, [section(text), *buttons], replace=True)


def _action_name(to: Reader, action: str, what: Entry | Expense | BreakTime | Made) -> str:
    if isinstance(what, Made):
        return to.t("creation of {what}", what=what.name)
    if isinstance(what, BreakTime):
        return to.t("break {start}–{end}", start=to.clock(what.started_at), end=to.clock(what.ended_at))
    if isinstance(what, Expense):
        return _action_on_expense(to, action, what)
    named = label(what)
    if action == "start":
        return to.t("start of {what}", what=named)
    if action == "stop":
        return to.t("stop of {what}", what=named)
    if action == "log":
        return to.t("entry {what}", what=named)
    if action == "delete":
        return to.t("deletion of {what}", what=named)
    if action == "split":
        return to.t("split of {what}", what=named)
    return to.t("change of {what}", what=named)


def _action_on_expense(to: Reader, action: str, expense: Expense) -> str:
    amount, what = to.money(expense.amount_cents, expense.currency), expense_label(expense)
    if action == "record":
        return to.t("expense of {amount} for {what}", amount=amount, what=what)
    if action == "delete":
        return to.t("deletion of the expense of {amount} for {what}", amount=amount, what=what)
    return to.t("change of the expense of {amount} for {what}", amount=amount, what=what)


def _as_before(to: Reader, what: Entry | Expense) -> str:
    return _action_on_expense(to, "record", what) if isinstance(what, Expense) else label(what)


def choose(to: Reader, meant: Meant, action_id: str, *, now: datetime, question_id: int | None = None) -> Message:
    """Which entry is meant? What was typed is kept under `question_id`."""
    text = to.t("Which entry of {day} do you mean?", day=_day(to, meant.day, now))
    options = [
        option(cut(entry_line(to, entry, whole(entry, now)).replace("\n", " · "), OPTION_TEXT), str(entry.id))
        for entry in meant.entries[-MOST_OPTIONS:]
    ]
    menu = static_select(action_id, options, placeholder=to.t("Choose one"))
    block_id = None if question_id is None else f"question:{question_id}:entry"
    return message(text, [section(text), actions(menu, block_id=block_id)])


def edit_form(
    to: Reader, entry: Entry, *, said_at: str = "", overlap: Overlap | None = None, twice: Sequence[str] = ()
) -> View:
    """The form of one entry, in the zone in which it was made. `said_at` answers the message that speaks of it.

    With an `overlap` the form also asks who gives way, and of the fields in `twice` which hour is meant; shown in place
    of the first, it keeps what was typed.
    """
    target = option(project_label(entry), f"{entry.customer_id}:{entry.project_id or ''}")
    service = option(entry.service, str(entry.service_id)) if entry.service and entry.service_id else None
    blocks = [
        field(to.thing("project"), external_select(TARGET, to.t("Search"), initial=target), block_id="target"),
        field(
            to.thing("service"),
            external_select(SERVICE, to.t("Search"), initial=service),
            block_id="service",
            optional=True,
        ),
        field(to.t("Day"), date_picker("day", initial=entry.day), block_id="day"),
        *_time_fields(to, entry, twice),
        *([resolution_field(to, overlap)] if overlap else []),
        field(
            to.t("Note"),
            text_input("note", initial=entry.note, multiline=True),
            block_id="note",
            optional=True,
        ),
        private_field(to, on=entry.private),
        tags_field(to, tags_text(entry)),
        field(
            to.t("Billing"),
            checkbox("billable", option(to.t("Billable"), "yes"), on=entry.billable),
            block_id="billable",
            optional=True,
        ),
        *_source(to, entry),
        actions(button(to.t("Split …"), SPLIT, str(entry.id)), history_button(to, entry.id), _delete_button(to, entry)),
    ]
    kept = EDITING.pack(Editing(entry.id, said_at, overlap.seen if overlap else "", as_opened(entry)))
    return modal(EDITED, to.t("Edit entry"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def tags_field(to: Reader, initial: str = "") -> Block:
    """Where tags are typed."""
    return field(
        to.t("Tags"),
        text_input("tags", initial=initial, most=500),
        block_id="tags",
        optional=True,
        hint=to.t("For example #call #review"),
    )


def _delete_button(to: Reader, entry: Entry) -> Element:
    asked = confirmation(
        to.t("Delete this entry?"), to.t("You can undo this for 15 minutes."), to.t("Delete"), to.t("Keep")
    )
    return button(to.t("Delete entry"), DELETE, str(entry.id), style="danger", confirm=asked)


def _source(to: Reader, entry: Entry) -> list[Block]:
    """The message on which the time was tracked; its person alone sees this form."""
    if not entry.source_link:
        return []
    link = f"<{escaped(entry.source_link)}|🔗 {to.t('Message')}>"
    quoted = escaped(cut(" ".join(entry.source_text.split()), 150))
    return [mrkdwn(f"{link} {quoted}")]


def split_form(to: Reader, entry: Entry, *, now: datetime, twice: Sequence[str] = ()) -> View:
    """Where an entry becomes two; its middle is offered. `twice` as in the form of an entry."""
    if entry.timed:
        at = _time_field(to, to.t("Split at"), "at", entry, middle(entry, now=now), twice)
    else:
        half = to.length((entry.seconds or 0) // 2)
        hint = to.t("For example 1:30, 1.5 or 90m")
        written = text_input("duration", initial=half, most=20)
        at = [field(to.t("Length of the first part"), written, block_id="duration", hint=hint)]
    blocks = [section(entry_line(to, entry, whole(entry, now))), *at]
    kept = SPLITTING.pack(Splitting(entry.id))
    return modal(SPLIT_AT, to.t("Split entry"), blocks, submit=to.t("Split"), close=to.t("Cancel"), metadata=kept)


def _time_fields(to: Reader, entry: Entry, twice: Sequence[str]) -> list[Block]:
    if not entry.timed:
        written = text_input("duration", initial=length_text(to, entry), most=20)
        hint = to.t("For example 1:30, 1.5 or 90m")
        return [field(to.t("Duration"), written, block_id="duration", hint=hint)]
    fields = _time_field(to, to.t("Start"), "start", entry, entry.started_at, twice)
    if entry.ended_at is not None:
        fields += _time_field(to, to.t("End"), "end", entry, entry.ended_at, twice)
    return fields


def end_field(to: Reader, entry: Entry, twice: Sequence[str] = ()) -> list[Block]:
    """When an entry ended; `twice` as in the form of an entry."""
    return _time_field(to, to.t("End"), "end", entry, entry.ended_at, twice) if entry.ended_at else []


def _time_field(
    to: Reader, name: str, block_id: str, entry: Entry, moment: datetime, twice: Sequence[str]
) -> list[Block]:
    """By the clock where the entry was made, which its name says where that shows something else than here.

    Below it is asked which hour is meant, where this has come up or the time came twice.
    """
    local = there(to, entry).local(moment)
    element = time_picker(block_id, initial=f"{local:%H:%M}", timezone=entry.zone)
    fields = [field(name + place(to, entry, moment), element, block_id=block_id)]
    is_twice = came_twice(local)
    if is_twice or block_id in twice:
        fields.append(hour_field(to, block_id, name, is_first=local.fold == 0 if is_twice else None))
    return fields
