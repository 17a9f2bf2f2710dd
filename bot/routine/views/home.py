"""The App Home: what runs, the day and the week in a small picture, what was done today, what can be billed."""

from collections.abc import Sequence
from datetime import timedelta

from bot.billing.rules.budgets import BudgetUse
from bot.billing.unbilled import UnbilledCustomer, UnbilledWork
from bot.billing.views.budgets import short_said
from bot.billing.views.run import run_button
from bot.billing.views.scope import open_button, open_work
from bot.billing.views.under_way import under_way
from bot.catalog.views import listing as catalog_views
from bot.core.caller import Caller
from bot.core.texts import Reader
from bot.routine.overview import AtHome, Overview
from bot.routine.views import first_steps
from bot.routine.views.first_steps import bill_button, rate_button
from bot.routine.views.summaries import STOP, guessed, unbilled
from bot.slack.blocks import (
    MOST_VIEW_BLOCKS,
    Block,
    Element,
    View,
    actions,
    button,
    context,
    cut,
    divider,
    for_view,
    header,
    option,
    overflow,
    section,
)
from bot.tracking.parts import part_on
from bot.tracking.views import form as form_views
from bot.tracking.views.entries import edit_button, entry_line, locked, running_since
from bot.tracking.views.sums import LONGEST_NAME, bars, lines_add_up, pictured
from bot.tracking.views.timers import work
from storage.tracking import Entry

MENU = "home_entry"
"""What can be done with an entry; an option's value is one of these words and the entry's id."""
EDIT = "edit"
SPLIT = "split"
DELETE = "delete"
GAPS = "home_gaps"
OPEN_PREFERENCES = "settings_open"
CONTINUE = "home_continue"
"""The action_ids end in a number, because they must differ."""
MOST_RECENT = 5
MOST_ENTRIES = MOST_VIEW_BLOCKS - 30
MOST_CUSTOMERS = 10
MOST_BUDGETS = 8


def home(caller: Caller, shown: AtHome) -> View:
    """Everything that a person needs to go on, and nothing of anybody else."""
    to, today = caller.reader, shown.today
    blocks = [
        *(first_steps.at_home(to, shown.steps) if shown.steps else ()),
        header(to.t("Today: {total}", total=to.total(today.seconds))),
        *_running(caller, today),
        *guessed(to, today.guessed),
        actions(
            form_views.open_button(to),
            button(to.t("Gaps"), GAPS),
            *([] if caller.is_guest else [catalog_views.open_button(to)]),
            settings_button(to),
        ),
        *_recent(to, shown.recent[:MOST_RECENT]),
        *([section(bars(to, today.projects))] if today.projects else []),
        *_week(caller, shown),
        *_entries(caller, today),
        *(_unbilled(caller, today.unbilled) if today.unbilled else []),
        *_budgets(to, shown.budgets),
        *([section(said)] if (said := under_way(to, shown.under_way, today=caller.today)) else []),
        context(to.t("Type /track start, stop or log in any conversation. /track help shows all of it.")),
    ]
    return {"type": "home", "blocks": for_view(blocks)}


def settings_button(to: Reader) -> Element:
    """Opens the form of `/track settings`."""
    return button(to.t("Settings …"), OPEN_PREFERENCES)


def _running(caller: Caller, today: Overview) -> list[Block]:
    to, running = caller.reader, today.running
    if running is None:
        return []
    text = running_since(to, running, today=caller.today)
    if running.note:
        text += f"\n{cut(running.note, LONGEST_NAME)}"
    return [
        section(text),
        actions(
            button(to.t("Stop"), STOP, str(running.id), style="danger"),
            button(to.t("Switch …"), form_views.OPEN),
            edit_button(to, running.id),
        ),
    ]


def _recent(to: Reader, recent: Sequence[Entry]) -> list[Block]:
    """One click each, to do the same again."""
    buttons = (button(f"▶ {work(entry)}", f"{CONTINUE}:{n}", str(entry.id)) for n, entry in enumerate(recent))
    return [context(to.t("Continue with one click")), actions(*buttons)] if recent else []


def _week(caller: Caller, shown: AtHome) -> list[Block]:
    """The days of the week so far and its projects, unless all of it is today's."""
    to, week = caller.reader, shown.week
    if week.seconds == shown.today.seconds:
        return []
    worked = {day.day: day.seconds for day in week.days}
    days = (week.first + timedelta(days=number) for number in range(7))
    lines = [
        (to.weekday(day), worked.get(day, 0))
        for day in days
        if day in worked or (day <= caller.today and caller.person.working_days >> day.weekday() & 1)
    ]
    return [
        header(to.t("This week: {total}", total=to.total(week.seconds))),
        section(pictured(to, lines)),
        section(bars(to, week.projects)),
    ]


def _entries(caller: Caller, today: Overview) -> list[Block]:
    to = caller.reader
    over = [entry for entry in reversed(today.entries) if entry.ended_at is not None]
    if not over and today.running is None:
        return [section(to.t("Nothing is written down for today yet."))]
    if not over:
        return []
    lines = [_entry(caller, entry, today) for entry in over[:MOST_ENTRIES]]
    hidden = len(over) - MOST_ENTRIES
    if hidden > 0:
        lines.append(context(to.n("… and {count} earlier entry", "… and {count} earlier entries", hidden)))
    if today.running is None:
        shown = (to.full_units(part_on(entry, today.day, caller.now).seconds) for entry in today.entries)
        lines += map(context, lines_add_up(to, sum(shown), [today.seconds]))
    return [header(to.t("Entries of today")), *lines]


def _entry(caller: Caller, entry: Entry, today: Overview) -> Block:
    line = entry_line(caller.reader, entry, part_on(entry, today.day, caller.now))
    if entry.is_held:
        return locked(caller.reader, entry, line)
    return section(line, _menu(caller.reader, entry))


def _menu(to: Reader, entry: Entry) -> Element:
    offered = {EDIT: to.t("Edit …"), SPLIT: to.t("Split …"), DELETE: to.t("Delete")}
    return overflow(MENU, [option(text, f"{action}:{entry.id}") for action, text in offered.items()])


def _unbilled(caller: Caller, money: UnbilledWork) -> list[Block]:
    """Not only the person's own: whoever bills sees what the whole workspace could bill."""
    to = caller.reader
    customers = money.customers[:MOST_CUSTOMERS]
    lines = [section(_unbilled_line(to, each), open_button(to, each.id, each.name)) for each in customers]
    hidden = len(money.customers) - len(lines)
    if hidden > 0:
        more = to.n("… and {count} more customer", "… and {count} more customers", hidden)
        lines.append(section(more, bill_button(to)))
    buttons = [run_button(to)] if len(money.customers) > 1 else []
    buttons += [rate_button(to)] if money.unpriced and caller.is_admin else []
    return [
        divider(),
        header(unbilled(to, money)),
        *lines,
        *([actions(*buttons)] if buttons else []),
        context(to.t("This is the work of everybody in the workspace.")),
    ]


def _budgets(to: Reader, budgets: Sequence[BudgetUse]) -> list[Block]:
    """How much of budgets is used up, those first of which it is the most."""
    if not budgets:
        return []
    first = sorted(budgets, key=lambda use: -use.percent)[:MOST_BUDGETS]
    lines = [short_said(to, each) for each in first]
    if (hidden := len(budgets) - len(first)) > 0:
        lines.append(to.n("… and {count} more budget", "… and {count} more budgets", hidden))
    return [header(to.t("Budgets")), section("\n".join(lines))]


def _unbilled_line(to: Reader, customer: UnbilledCustomer) -> str:
    """Whom it is about stands first and alone, as in the run, so that a narrow window breaks no name and no sum."""
    worth = to.money(customer.cents, customer.currency)
    if customer.unpriced == customer.seconds and not customer.spent:
        worth = to.t("no rate yet")
    elif customer.unpriced:
        worth = to.t("{amount}, and {time} without a rate", amount=worth, time=to.total(customer.unpriced))
    time = open_work(to, customer.seconds, customer.spent)
    if customer.covered:
        covered = to.total(customer.covered)
        time = to.t("{time}, of it {covered} covered by fixed prices", time=time, covered=covered)
    if customer.above:
        time = to.t("{time}, of it {above} above budgets", time=time, above=to.total(customer.above))
    return f"{cut(customer.name, LONGEST_NAME)}\n{worth} · {time}"
