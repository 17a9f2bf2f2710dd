"""What an invoice is about, in words and in its form: the days, and the part of the work that was selected."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.billing.beside import Beside, Following, Overlap
from bot.billing.rules.periods import EVERYTHING, Period, month_of, months_until
from bot.billing.rules.scope import ALL_WORK, Scope
from bot.billing.views.entries import leave_to_button, take_from_button
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    cut,
    date_picker,
    field,
    fitted,
    option,
    section,
    static_select,
)
from bot.slack.untrusted import read_id, reading
from bot.tracking.rules.filters import Filter, read_filter
from bot.tracking.rules.spent import SpentKind
from bot.tracking.views import filters
from bot.tracking.views.spent import counted, kinds_named
from storage.filter_names import Labels

PERIOD = "invoice_period"
OWN_DAYS = "own"
FIRST = "invoice_first"
LAST = "invoice_last"
CHOOSE = "invoice_choose"
CHOOSE_ALL = "invoice_choose_all"
SHOW = "invoice_show"
"""Shows the customer's invoice for another scope in place of this one; its value is made by `Scope.value`."""
WHY_OLDER = "invoice_why_older"
"""Asks what the older open time adds up."""
BY_MONTH = "invoice_by_month"
OPEN = filters.INVOICE
"""Its value is made by `opening`, or is a filter as below a list."""
MONTHS_OFFERED = 6
MOST_MONTHS_NAMED = 4
_QUARTER, _YEAR = relativedelta(months=3), relativedelta(years=1)
_WEEK = timedelta(days=6)
_DAY = timedelta(days=1)
_LONGEST_NAME = 60


# In words


def period_name(to: Reader, period: Period) -> str:
    """A month, quarter, year or week, the days, or that it is everything."""
    first, last = period.first, period.last
    if first is None or last is None:
        return to.t("Everything unbilled")
    if _is_week(first, last):
        return to.t("Week {number}, {days}", number=first.isocalendar().week, days=to.span(first, last))
    return _calendar_name(to, first, last) or _days_named(to, first, last)


def period_within(to: Reader, period: Period) -> str:
    """The same within a sentence: everything unbilled, week 48, October 2026."""
    first, last = period.first, period.last
    if first is None or last is None:
        return to.t("everything unbilled")
    if _is_week(first, last):
        return to.t("week {number}, {days}", number=first.isocalendar().week, days=to.span(first, last))
    return period_name(to, period)


def for_period(to: Reader, period: Period) -> str:
    """Within a sentence: for October 2026, for week 48, for 9 Mar 2026; empty of everything."""
    first, last = period.first, period.last
    if first is None or last is None:
        return ""
    if _is_week(first, last) or _calendar_name(to, first, last):
        return to.t("for {period}", period=period_within(to, period))
    days = _days_named(to, first, last)
    return to.t("for {day}", day=days) if first == last else to.t("for {days}", days=days)


def _calendar_name(to: Reader, first: date, last: date) -> str:
    """A month, quarter or year; empty for other days."""
    if Period(first, last).is_month:
        return to.month(first)
    if first.day == 1 and first.month % 3 == 1 and last == first + _QUARTER - _DAY:
        return to.quarter(first)
    if (first.month, first.day) == (1, 1) and last == first + _YEAR - _DAY:
        return str(first.year)
    return ""


def _is_week(first: date, last: date) -> bool:
    return first.weekday() == 0 and last == first + _WEEK


def _days_named(to: Reader, first: date, last: date) -> str:
    return to.short_date(first) if first == last else to.span(first, last)


def scope_name(to: Reader, scope: Scope, labels: Labels) -> str:
    """October 2026 · Design · #call."""
    return " · ".join(filter(None, (period_name(to, scope.period), selection_name(to, scope.selection, labels))))


def selection_name(to: Reader, selection: Filter, labels: Labels) -> str:
    """Website, App · Design · Ben · #call · note contains “review”; empty for all work."""
    parts = [
        ", ".join(label.partition(" › ")[2] or label for label in _called(to, selection.projects, labels.projects)),
        ", ".join(_called(to, selection.services, labels.services)),
        ", ".join(_called(to, selection.people, labels.people)),
        ", ".join(f"#{tag}" for tag in selection.tags),
        to.t("note contains “{text}”", text=selection.text) if selection.text else "",
    ]
    return " · ".join(filter(None, parts))


def _called(to: Reader, ids: Sequence[int], labels: Mapping[int, str]) -> Iterator[str]:
    return (cut(labels[row_id], _LONGEST_NAME) if row_id in labels else to.t("no longer there") for row_id in ids)


# In the form


def period_fields(
    to: Reader, period: Period, *, today: date, own_days: bool, usual: Sequence[Period] = ()
) -> list[Block]:
    """The menu of days, and two fields for own ones. What it shows is in its block_id, or Slack would keep the old.

    `usual` are those that the customer is billed by.
    """
    offered = list(dict.fromkeys((EVERYTHING, *usual, *months_until(today, MONTHS_OFFERED))))
    if period.is_month and period not in offered:
        offered.append(period)
    own = option(to.t("Own days …"), OWN_DAYS)
    options = {each: option(period_name(to, each), each.value) for each in offered}
    own_days = own_days or period not in options
    initial = own if own_days else options[period]
    menu = static_select(PERIOD, [*options.values(), own], initial=initial)
    blocks = [field(to.t("Period"), menu, block_id=f"period:{initial['value']}", dispatch=True)]
    if not own_days:
        return blocks
    return [
        *blocks,
        _day_field(to.t("First day"), "first", FIRST, period.first or month_of(today).first),
        _day_field(to.t("Last day"), "last", LAST, period.last or today),
    ]


def _day_field(label: str, name: str, action_id: str, day: date | None) -> Block:
    shown = day.isoformat() if day else ""
    return field(label, date_picker(action_id, initial=day), block_id=f"{name}:{shown}", dispatch=True)


def selection_blocks(to: Reader, scope: Scope, labels: Labels) -> list[Block]:
    """Which part of the work it is, in words, and the ways to another one."""
    choose = button(to.t("Choose …"), CHOOSE, scope.value)
    if scope.selection == ALL_WORK:
        return [section(to.t("All work of these days"), choose)]
    chosen = to.t("Only: {selection}", selection=selection_name(to, scope.selection, labels))
    return [section(chosen, choose), actions(button(to.t("All of it"), CHOOSE_ALL))]


def beside_blocks(to: Reader, beside: Beside) -> Iterator[Block]:
    """Older open time, one draft for each month, and what stands on another open draft too: each one line."""
    if beside.rest or beside.other_expenses:
        yield context(_not_selected(to, beside))
    if other_days := list(_other_days(to, beside)):
        yield section("\n".join(text for text, _ in other_days))
        yield actions(*(each for _, buttons in other_days for each in buttons))
    for overlap in beside.overlaps:
        name = scope_name(to, overlap.scope, beside.labels)
        said = to.t(
            "⚠️ {time} of this is also on the open draft “{draft}”, which somebody changed or has before them. "
            "Whichever is sent first takes it.",
            time=" + ".join(_shared(to, overlap)),
            draft=name,
        )
        yield section(said)
        yield actions(leave_to_button(to, overlap.draft_id), take_from_button(to, overlap.draft_id))


def _other_days(to: Reader, beside: Beside) -> Iterator[tuple[str, list[Element]]]:
    """What can be said of other days, with its buttons: older open time, and the months of these days."""
    if older := beside.older:
        what = open_work(to, older.seconds, older.spent)
        text = to.t("Older: {time} open since {month}", time=what, month=to.month(older.since))
        why = button(to.t("Why? …"), WHY_OLDER, label=to.t("What is open of earlier days?"))
        yield text, [button(to.t("Show"), SHOW, older.scope.value), why]
    if len(beside.months) > 1:
        months = _named_months(to, [month.first for month in beside.months if month.first])
        text = to.n("{count} month: {months}", "{count} months: {months}", len(beside.months), months=months)
        yield text, [button(to.t("One draft per month"), BY_MONTH)]


def _named_months(to: Reader, months: Sequence[date]) -> str:
    """Each of a few months, of many the first and the last."""
    if len(months) <= MOST_MONTHS_NAMED:
        return to.listed([to.month(each) for each in months])
    return f"{to.month(months[0])} – {to.month(months[-1])}"


def _not_selected(to: Reader, beside: Beside) -> str:
    """What else could be billed of these days."""
    spent = to.listed([*counted(to, beside.other_expenses).values()])
    if not beside.rest:
        return to.t("Not on this invoice, though of these days: {expenses}.", expenses=spent)
    said = to.t(
        "{time} of other work in these days could be billed too and is not on this invoice.",
        time=to.total(beside.rest),
    )
    if not beside.other_expenses:
        return said
    return said + " " + to.t("Neither are: {expenses}.", expenses=spent)


def open_work(to: Reader, seconds: int, spent: SpentKind) -> str:
    """How much time can be billed, and what beside it."""
    time = [to.total(seconds)] if seconds or not spent else []
    return to.listed([*time, *kinds_named(to, spent)])


def _shared(to: Reader, overlap: Overlap) -> Iterator[str]:
    """How much time, and how many expenses."""
    if overlap.seconds:
        yield to.total(overlap.seconds)
    yield from counted(to, overlap.expenses).values()


# From elsewhere


def opening(customer_id: int, scope: Scope | None = None) -> str:
    """Whose invoice a button opens, or a menu's line, and for which work; else for the usual days."""
    return f"{customer_id}/{scope.value}" if scope else str(customer_id)


@reading()
def read_opening(value: str) -> tuple[int, Scope | None]:
    """What `opening` made. Raises UserError for anything else."""
    customer_id, _, scope = value.partition("/")
    return read_id(customer_id), Scope.read(scope) if scope else None


@reading()
def read_shown(value: str) -> Filter | None:
    """The filter of a list or report whose work is to be billed; None where a button names the customer."""
    return read_filter(value) if value.startswith("{") else None


def open_button(to: Reader, customer_id: int, customer: str, scope: Scope | None = None) -> Element:
    """Opens the invoice of a customer."""
    label = to.t("Create invoice for {customer}", customer=customer)
    return button(to.t("Create invoice …"), OPEN, opening(customer_id, scope), label=label)


def invoice_button(to: Reader, customer_id: int, customer: str, scope: Scope | None = None) -> Element:
    """The same among buttons for several customers: their names are on them."""
    text = fitted(customer, lambda name: to.t("Invoice {customer} …", customer=name))
    return button(text, OPEN, opening(customer_id, scope))


def next_button(to: Reader, following: Following) -> Element:
    """Opens the open draft that comes next in time."""
    name = scope_name(to, following.scope, following.labels)
    there = following.open_time
    time = open_work(to, there.seconds, there.spent)
    text = fitted(name, lambda draft: to.t("Next: {draft}, {time} …", draft=draft, time=time))
    return button(text, OPEN, opening(following.customer_id, following.scope))
