"""The window in which days are locked, and some opened for somebody; and what those who bill hear of it."""

from datetime import date

from bot.billing.locking import LockedDays
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    date_picker,
    external_select,
    field,
    message,
    modal,
    section,
    text_input,
)
from storage.locks import Opened

OPEN = "locked_days"
"""Opens the window; the value is a day that is proposed, or the name of the button itself."""
LOCKED = "locked_days_saved"
OPEN_FOR = "locked_days_open"
OPENED = "locked_days_opened"
PERSON = "locked_days_person"
_LONGEST_REASON = 200


def open_button(to: Reader, proposed: date | None = None) -> Element:
    """The way to the window."""
    if proposed is None:
        return button(to.t("Locked days …"), OPEN, OPEN)
    return button(to.t("Lock up to {day} …", day=to.full_date(proposed)), OPEN, proposed.isoformat())


def window(to: Reader, found: LockedDays, proposed: date | None = None) -> View:
    """Up to which day is locked, to be changed."""
    until = found.until
    said = to.t("Up to {day} all is locked.", day=to.full_date(until)) if until else to.t("No day is locked.")
    opened: list[Block] = [context(_opened(to, each)) for each in found.opened]
    blocks = [
        section(said),
        context(to.t("In locked days nobody writes, changes or deletes time or expenses, unless you open them.")),
        *opened,
        field(to.t("Locked up to"), date_picker("until", initial=proposed or until), block_id="until", optional=True),
        field(
            to.t("Reason"),
            text_input("reason", most=_LONGEST_REASON),
            block_id="reason",
            optional=True,
            hint=to.t("Needed only to open locked days again for everybody"),
        ),
        *([actions(button(to.t("Open days for somebody …"), OPEN_FOR, OPEN_FOR))] if until else ()),
    ]
    return modal(LOCKED, to.t("Locked days"), blocks, submit=to.t("Save"), close=to.t("Close"))


def _opened(to: Reader, each: Opened) -> str:
    days = to.days(each.first_day, each.last_day)
    return to.t("Open for {person}: {days} ({reason})", person=each.person, days=days, reason=each.reason)


def opening(to: Reader, found: LockedDays) -> View:
    """For whom, which days, and why."""
    last = found.until
    blocks = [
        section(
            to.t("For one day this person can write into these days. Then they are locked again, and you hear of it.")
        ),
        field(to.t("Person"), external_select(PERSON, to.t("Search")), block_id="person"),
        field(to.t("First day"), date_picker("first", initial=last.replace(day=1) if last else None), block_id="first"),
        field(to.t("Last day"), date_picker("last", initial=last), block_id="last"),
        field(to.t("Reason"), text_input("reason", most=_LONGEST_REASON), block_id="reason"),
    ]
    return modal(OPENED, to.t("Open days"), blocks, submit=to.t("Open"), close=to.t("Cancel"))


def offered(to: Reader, invoice: str, until: date) -> Message:
    """An invoice was completed: whether its days are to be locked."""
    text = to.t(
        "✅ {invoice} is completed. Shall its month be locked, so that nothing is changed in it?", invoice=invoice
    )
    return message(text, [section(text), actions(open_button(to, until))])


def opened_for_you(to: Reader, one: Opened, *, by: str, until: str) -> Message:
    """To the person for whom they are open."""
    text = to.t(
        "🔓 {person} opened locked days for you: {days}. Until {time} you can write, change and delete your time and "
        "expenses in them. The reason: {reason}",
        person=by,
        days=to.days(one.first_day, one.last_day),
        time=until,
        reason=one.reason,
    )
    return message(text)


def written_late(to: Reader, one: Opened, count: int) -> Message:
    """What somebody did in locked days that were open."""
    text = to.n(
        "🔓 {person} made, changed or deleted {count} entry in locked days, {days}. They are locked again.",
        "🔓 {person} made, changed or deleted {count} entries in locked days, {days}. They are locked again.",
        count,
        person=one.person,
        days=to.days(one.first_day, one.last_day),
    )
    return message(text)
