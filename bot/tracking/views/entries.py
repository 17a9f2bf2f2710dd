"""What is said about time entries, the list of a day, and the buttons below both."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.texts import Reader
from bot.grammar.terms import PRIVATE
from bot.grammar.wording import words_of
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    checkbox,
    context,
    cut,
    field,
    linked,
    message,
    option,
    section,
)
from bot.slack.untrusted import read_id, read_moment
from bot.tracking.budgets import ALL
from bot.tracking.entries import Written, label
from bot.tracking.parts import ShownPart, days_of, whole
from bot.tracking.rules.drafts import Billable
from bot.tracking.rules.settled import Settled
from bot.tracking.timers import Started
from storage.tracking import Entry

PRIVATE_MARK = "🤫"
EDIT = "entry_edit"
ENTRY_HISTORY = "entry_history"
"""Shows who changed what of an entry, which is the value; bot/bookkeeping does."""
OF_ONE = "entry:"
"""Begins the block_id of the buttons in a message about a single entry."""
UNDO = "change_undo"
CONFIRM = "entry_confirm"
TARGET = "target"
SERVICE = "service"
LONGEST_LINE = 260  # so that all lines together stay below the 13,200 characters that Slack takes


def logged(to: Reader, done: Written, *, today: date, replace: bool = False) -> Message:
    """An entry was written."""
    entry = done.entry
    written = (entry, *done.further)
    day = to.dated(entry.day, today=today)
    text = to.t(
        "✅ {what} · {length} on {day} · {which} {total}",
        what=described(to, entry),
        length=to.duration(sum(length(each) for each in written)),
        day=", ".join((day, *(span(to, each) for each in written if each.timed))),
        which=to.t("today") if entry.day == today else to.t("that day"),
        total=to.total(done.day_seconds),
    )
    buttons = actions(*correcting(to, entry.id, done.change_id), block_id=of_one(entry.id))
    small = [*note(entry), *(block for each in written for block in on_other_days(to, each, entry.day, each.ended_at))]
    small += [*budget_said(to, done), *who_reads(to, done)]
    return message(text, [section(text), *small, buttons], replace=replace)


def length(entry: Entry) -> int:
    """The seconds of an ended entry, as they stand beside its times."""
    return whole(entry, entry.started_at).seconds


def running_since(to: Reader, entry: Entry, *, today: date) -> str:
    """What runs, and since when."""
    since = to.moment(entry.started_at, today=today)
    return to.t("▶️ {what} has been running since {start}", what=label(entry), start=since)


def on_other_days(to: Reader, entry: Entry, day: date, now: datetime | None) -> list[Block]:
    """Says what of an entry is not in the sum of the day that stands beside it, where its times do not tell."""
    zone = ZoneInfo(entry.zone)
    is_elsewhere = bool(place(to, entry, entry.started_at, now or entry.started_at))
    said = []
    for other, seconds in days_of(entry, now or entry.started_at).items():
        length, named = to.duration(seconds), to.dated(other, today=day)
        if other != day and is_elsewhere:
            said.append(
                to.t(
                    "{length} of it belongs to {day}, by the clock in {place}.",
                    length=length,
                    day=named,
                    place=to.place(zone),
                )
            )
        elif other > day:
            said.append(to.t("{length} after midnight belongs to {day}.", length=length, day=named))
    return [context(" ".join(said))] if said else []


def note(entry: Entry) -> list[Block]:
    """Its note as small print."""
    return [context(noted(entry))] if entry.note else []


def noted(entry: Entry) -> str:
    """The note, with a mark where it is kept from the customer."""
    return f"{PRIVATE_MARK} {entry.note}" if entry.private else entry.note


def budget_said(to: Reader, done: Written | Started) -> list[Block]:
    """How much of a project's hours is used up, where that is to be said; time is recorded all the same."""
    used = done.used
    if used is None:
        return []
    said = to.t(
        "⚠️ {project}: {used} of {limit} are used up ({percent}).",
        project=used.project,
        used=to.total(used.seconds),
        limit=to.total(used.limit),
        percent=to.percent(used.percent * 100),
    )
    if used.is_hard and used.percent >= ALL:
        said += " " + to.t("What is above is recorded and not billed.")
    return [context(said)]


def who_reads(to: Reader, done: Written | Started) -> list[Block]:
    """Told once to each person, below their first note that a customer will read."""
    if not done.explains_notes:
        return []
    text = to.t(
        "{mark} Your customers read notes on the invoice. Add {flag} to keep one from them, or tick it in the form.",
        mark=PRIVATE_MARK,
        flag=f"--{words_of(PRIVATE, to.language)[0]}",
    )
    return [context(text)]


def private_field(to: Reader, *, on: bool) -> Block:
    """The tick in forms that keeps a note from the customer."""
    text = to.t("{mark} Keep the note from the customer", mark=PRIVATE_MARK)
    return field(
        to.t("Who reads the note"), checkbox("private", option(text, "yes"), on=on), block_id="private", optional=True
    )


def described(to: Reader, entry: Entry) -> str:
    """What an entry is about, in one line: customer › project · service · #tag, and whether it is not billable."""
    billable = "" if entry.billable else to.t("not billable")
    return " · ".join(filter(None, (label(entry), tags_text(entry), billable)))


def span(to: Reader, entry: Entry, *, inside: bool = False) -> str:
    """9:15–10:30, by the clock where the entry was made, which is named where it shows something else than here.

    `inside`: it is to stand between brackets.
    """
    where = place(to, entry, *filter(None, (entry.started_at, entry.ended_at)))
    if inside and where:
        where = f", {to.place(ZoneInfo(entry.zone))}"
    return clocks(there(to, entry), entry.started_at, entry.ended_at) + where


def ended(to: Reader, entry: Entry) -> str:
    """When it ended, by the clock where it was made."""
    end = entry.ended_at or entry.started_at
    return there(to, entry).clock(end) + place(to, entry, end)


def clocks(to: Reader, start: datetime, end: datetime | None, *, exact: bool = False) -> str:
    """9:15–10:30 by the reader's clock; with seconds if `exact`, and where minutes would show no time at all."""
    if end is None:
        return f"{to.exact_clock(start) if exact else to.clock(start)}–{to.t('now')}"
    tells = end - start >= timedelta(minutes=1) or to.clock(start) != to.clock(end)
    shown = to.clock if tells and not exact else to.exact_clock
    return f"{shown(start)}–{shown(end)}"


def there(to: Reader, entry: Entry) -> Reader:
    """The reader by the clock where the entry was made."""
    return replace(to, zone=ZoneInfo(entry.zone))


def place(to: Reader, entry: Entry, *moments: datetime) -> str:
    """Where the entry was made, to stand behind its times; nothing where the clock shows the same here."""
    return named_zone(to, ZoneInfo(entry.zone), *moments)


def named_zone(to: Reader, zone: ZoneInfo, *moments: datetime) -> str:
    """A zone to stand behind times of it; nothing where the clock shows the same here."""
    is_same = all(moment.astimezone(zone).utcoffset() == to.local(moment).utcoffset() for moment in moments)
    return "" if is_same else f" ({to.place(zone)})"


def correcting(to: Reader, entry_id: int, change_id: int) -> tuple[Element, Element]:
    """The buttons below whatever was just written."""
    return edit_button(to, entry_id), undo_button(to, change_id)


def of_one(entry_id: int) -> str:
    """The block_id of these buttons; by it the message is known that a correction brings up to date."""
    return f"{OF_ONE}{entry_id}"


def edit_button(to: Reader, entry_id: int, *, what: str = "") -> Element:
    """Opens the entry's form; `what` is said of the entry to those who hear the button without its line."""
    return button(to.t("Edit …"), EDIT, str(entry_id), label=to.t("Edit {what}", what=what) if what else "")


def undo_button(to: Reader, change_id: int) -> Element:
    """Takes an action back."""
    return button(to.t("Undo"), UNDO, str(change_id))


def guess(entry: Entry) -> str:
    """Which end of which entry is confirmed, as a button's value."""
    return f"{entry.id}:{int(entry.ended_at.timestamp())}" if entry.ended_at else str(entry.id)


def read_guess(value: str) -> tuple[int, datetime | None]:
    """The entry and its end out of such a value; older messages name no end. Raises UserError."""
    entry, _, end = value.partition(":")
    return read_id(entry), read_moment(end) if end else None


def tags_text(entry: Entry) -> str:
    """#call #review."""
    return " ".join(f"#{tag}" for tag in entry.tags.split())


def held_by(to: Reader, entry: Billable) -> str:
    """Which draft holds an entry or expense, and how far that one is."""
    if entry.settled == Settled.ELSEWHERE:
        return to.t("billed elsewhere")
    name = entry.draft.said(to)
    if entry.settled == Settled.WRITTEN_OFF:
        return to.t("written off, {draft}", draft=name)
    if entry.draft_number:
        return to.t("on the invoice {invoice}", invoice=name)
    if entry.is_in_billomat:
        return to.t("on the draft “{draft}” in Billomat", draft=name)
    if entry.may_be_in_billomat:
        return to.t("on the draft “{draft}”, which may be in Billomat", draft=name)
    return to.t("on the draft “{draft}” on its way to Billomat", draft=name)


def locked(to: Reader, entry: Entry, line: str, *, may_look: bool = True) -> Block:
    """The line of an entry that stands on a draft, with the ways there and to its history, for who may see that."""
    history = history_button(to, entry.id) if may_look else None
    return linked(section("🔒 " + line, history), to.t("Open in Billomat"), entry.draft_link or "")


def history_button(to: Reader, entry_id: int) -> Element:
    """Shows who changed what of an entry, and its invoice."""
    return button(to.t("History …"), ENTRY_HISTORY, str(entry_id))


def entry_line(to: Reader, entry: Entry, part: ShownPart, *, who: str = "") -> str:
    """9:15–10:30 · 1:15 h · customer › project · #tag, and the note below. The clock is the one where it was made.

    `who` is whose it is, where that is to be said.
    """
    times = shown_times(to, entry, part)
    flags = [
        to.t("not billable") if not entry.billable else "",
        to.t("end guessed") if entry.end_guessed else "",
        held_by(to, entry) if entry.is_held else "",
        "🔗" if entry.source_link else "",
    ]
    line = " · ".join(filter(None, [times, to.duration(part.seconds), who, label(entry), tags_text(entry), *flags]))
    return cut(f"{line}\n{noted(entry)}" if entry.note else line, LONGEST_LINE)


def shown_times(to: Reader, entry: Entry, part: ShownPart) -> str:
    """09:15–10:30; 22:30–00:00 of what goes on after midnight; since 9:15, of what began on another day since when.

    Nothing where only the length was said.
    """
    if not entry.timed:
        return ""
    local = there(to, entry)
    until = local.local(part.until)
    if part.runs and part.start == entry.started_at:
        times = to.t("since {start}", start=local.moment(part.start, today=until.date()))
    else:
        times = clocks(local, part.start, None if part.runs else part.until)
    changed = to.t("the clocks changed") if local.local(part.start).utcoffset() != until.utcoffset() else ""
    return ", ".join(filter(None, (times + place(to, entry, part.start, part.until), changed)))
