"""The form of filters: what it shows, what its menus offer, and the filter that was entered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from bot.catalog.guests import guest_of
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.core.texts import Reader
from bot.slack.metadata import Day
from bot.tracking import filtering, form_fields
from bot.tracking.rules.filters import MOST_OF_A_KIND, USUAL_GROUPING, Filter, Grouping, ReportQuery
from bot.tracking.rules.offered_spans import OfferedSpan, chosen_span, offered_span, own_days
from storage import filter_menus
from storage.catalog import Kind
from storage.filter_menus import Offered


class ShownAs(StrEnum):
    """What answers the form."""

    LIST = "list"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class FormState:
    """What travels with an open form, and what it does not show at the moment."""

    said_at: str
    """Slack's response_url of the answer below which it was opened; empty where it has none."""
    opened_at: AwareDatetime
    channel_id: str
    """Slack's id of where it was opened: it says what a guest may choose."""
    first: Day | None
    last: Day | None
    """The own days that were picked, or what the menu's span would be as such."""
    by: tuple[Grouping | None, Grouping | None]
    team: bool
    """Whether it asks whose time is meant."""
    picked: bool = False
    """Whether these own days were picked: then no choice of the menu replaces them."""


@dataclass(frozen=True, slots=True)
class EnteredFilter:
    """What stands in the form; what it does not show is as it was."""

    shown_as: ShownAs
    span: OfferedSpan
    first: date | None
    last: date | None
    days_shown: bool
    """Whether the form shows these two days."""
    customers: tuple[int, ...]
    projects: tuple[int, ...]
    services: tuple[int, ...]
    people: tuple[int, ...]
    tags: str
    """As typed."""
    billable: bool | None
    billed: bool | None
    text: str
    by: tuple[Grouping | None, Grouping | None]
    """The first and the second; None: nothing."""


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form as it is to be shown."""

    kept: FormState
    entered: EnteredFilter
    customers: Sequence[Offered]
    projects: Sequence[Offered]
    services: Sequence[Offered]
    people: Sequence[Offered]


def begin(bot: Bot, caller: Caller, query: ReportQuery, shown_as: ShownAs, *, said_at: str) -> FilterForm:
    """The form as it opens below an answer, filled in with what that shows. Raises UserError."""
    chosen = filtering.allowed(caller, query.filter)
    with bot.database.read() as db:
        chosen = filtering.up_to_date(db, caller, chosen)
    today, week_start = caller.today, caller.person.week_start
    groupings = (*(USUAL_GROUPING if shown_as is ShownAs.LIST else query.by), None, None)
    by = (groupings[0], groupings[1])
    entered = EnteredFilter(
        shown_as=shown_as,
        span=offered_span(chosen, today, week_start),
        first=chosen.first,
        last=chosen.last,
        days_shown=False,
        customers=chosen.customers,
        projects=chosen.projects,
        services=chosen.services,
        people=chosen.people,
        tags=", ".join(chosen.tags),
        billable=chosen.billable,
        billed=chosen.billed,
        text=chosen.text,
        by=by,
    )
    kept = FormState(said_at, caller.now, caller.channel_id, chosen.first, chosen.last, by, team=caller.bills)
    shown = _form(bot, caller, kept, entered)
    apart = [each for each in shown.projects if each.customer_id not in chosen.customers]
    return replace(shown, projects=apart)  # others add nothing: they are part of what is done for the customer


def again(bot: Bot, caller: Caller, kept: FormState, entered: EnteredFilter) -> FilterForm:
    """The form with what was entered so far: other fields are shown now."""
    first, last, picked = entered.first, entered.last, kept.picked or entered.days_shown
    if entered.span is not OfferedSpan.OWN_DAYS and not picked:
        days = chosen_span(entered.span, caller.today, caller.person.week_start)
        first, last = days.first, days.last
    kept = replace(kept, first=first, last=last, by=entered.by, picked=picked)
    return _form(bot, caller, kept, replace(entered, first=first, last=last))


def _form(bot: Bot, caller: Caller, kept: FormState, entered: EnteredFilter) -> FilterForm:
    with bot.database.read() as db:
        guest = guest_of(db, caller)
        read = filter_menus.read_offered
        customers = read(db, caller.workspace_id, "customer", entered.customers, guest=guest)
        projects = read(db, caller.workspace_id, "project", entered.projects, guest=guest)
        services = read(db, caller.workspace_id, "service", entered.services, guest=guest)
        people = filter_menus.read_people(db, caller.workspace_id, entered.people) if kept.team else []
    return FilterForm(kept, entered, customers, projects, services, people)


def offered(bot: Bot, caller: Caller, kind: Kind, text: str) -> list[Offered]:
    """Customers, projects or services for a menu, as a person types; what was archived comes last."""
    with bot.database.read() as db:
        mark, guest = archived_mark(caller.reader), guest_of(db, caller)
        return filter_menus.search(db, caller.workspace_id, kind, text, mark=mark, guest=guest)


def archived_mark(to: Reader) -> str:
    """What stands in a menu behind something that was archived."""
    return to.t("(archived)")


def offered_people(bot: Bot, caller: Caller, text: str) -> list[Offered]:
    """People for a menu; only those who bill see the time of others."""
    if not caller.bills:
        return []
    with bot.database.read() as db:
        return filter_menus.search_people(db, caller.workspace_id, text)


# What was entered


def read_query(bot: Bot, caller: Caller, kept: FormState, entered: EnteredFilter) -> ReportQuery:
    """What is asked for; a list has no groupings. Raises UserError at the field that is wrong."""
    wrong = FieldErrors()
    _find_too_many(entered, wrong)
    days = wrong.read(lambda: _days(caller, entered), Filter())
    tags = wrong.read(lambda: _tags(entered.tags), ())
    by = wrong.read(lambda: _groupings(entered), ()) if entered.shown_as is ShownAs.REPORT else ()
    wrong.raise_any()
    chosen = Filter(
        customers=_whole_customers(bot, caller, entered),
        projects=entered.projects,
        services=entered.services,
        people=entered.people if kept.team else (caller.person_id,),
        tags=tags,
        billable=entered.billable,
        billed=entered.billed,
        text=entered.text,
    ).between(days.first, days.last, days.unit)
    return ReportQuery(filtering.allowed(caller, chosen), by)


def _whole_customers(bot: Bot, caller: Caller, entered: EnteredFilter) -> tuple[int, ...]:
    """The customers of whom no project was chosen; of the others these projects alone are meant."""
    if not entered.customers or not entered.projects:
        return entered.customers
    with bot.database.read() as db:
        projects = filter_menus.read_offered(db, caller.workspace_id, "project", entered.projects)
    narrowed = {each.customer_id for each in projects}
    return tuple(each for each in entered.customers if each not in narrowed)


def _find_too_many(entered: EnteredFilter, wrong: FieldErrors) -> None:
    for name in ("customers", "projects", "services", "people"):
        if len(getattr(entered, name)) > MOST_OF_A_KIND:
            wrong.add(_too_many(name))


def _tags(text: str) -> tuple[str, ...]:
    tags = form_fields.spelled_tags(text)
    if len(tags) > MOST_OF_A_KIND:
        raise _too_many("tags")
    return tags


def _too_many(field: str) -> UserError:
    return UserError("Choose {most} at most.", field=field, most=MOST_OF_A_KIND)


def _days(caller: Caller, entered: EnteredFilter) -> Filter:
    today, week_start = caller.today, caller.person.week_start
    if entered.span is not OfferedSpan.OWN_DAYS:
        return chosen_span(entered.span, today, week_start)
    first, last = entered.first, entered.last
    if first is None and last is None:
        raise UserError("Pick the first day, the last one, or both.", field="first")
    if first and first > today:
        raise UserError("This day is still to come.", field="first")
    if first and last and last < first:
        raise UserError("This is before the first day.", field="last")
    return own_days(first, last, today, week_start)


def _groupings(entered: EnteredFilter) -> tuple[Grouping, ...]:
    first, second = entered.by
    if first and first is second:
        raise UserError("Rows are grouped by this already. Choose another one, or nothing.", field="by_second")
    return tuple(each for each in entered.by if each)
