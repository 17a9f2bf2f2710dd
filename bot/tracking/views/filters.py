"""A filter in words: above an answer, so that everybody sees what was understood, and in its heading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from bot.core.texts import Reader
from bot.slack.blocks import Element, Message, actions, button, context, cut
from bot.slack.untrusted import YEARS
from bot.tracking.filtering import FilterNames, NearFilter, Part
from bot.tracking.rules.filters import (
    Filter,
    Grouping,
    ReportQuery,
    SpanUnit,
    dump_filter,
    dump_query,
    ends_of,
    shifted,
)

NEAR = "filter_near"
"""Shows a near filter where nothing fits. The action_ids go on with what is shown, "list" or "report", and a number."""
INVOICE = "invoice_open"
ELSEWHERE = "billed_elsewhere"
"""Marks what fits a filter as billed elsewhere, or opens it again; bot/billing does."""
"""Opens an invoice of what is shown, from wherever billable time is."""
_BETWEEN = " · "
_LONGEST_NAMES = 50
"""Characters of names in a button, beside the words around them."""
_THURSDAY = timedelta(days=3)
"""Of the week that has its number by ISO 8601."""


def said(to: Reader, chosen: Filter, names: FilterNames, by: Sequence[Grouping] = ()) -> str:
    """Acme GmbH, Globex › Website · October 2026 · not billed · #call · by service: in one line, as plain text."""
    parts = [
        ", ".join([*_listed(chosen.customers, names.customers), *_listed(chosen.projects, names.projects)]),
        ", ".join(_listed(chosen.services, names.services)),
        span(to, chosen, today=names.today),
        *_flags(to, chosen),
        ", ".join(f"#{tag}" for tag in chosen.tags),
        to.t("note contains “{text}”", text=chosen.text) if chosen.text else "",
        whose(to, chosen, names),
        grouped(to, by) if by else "",
    ]
    return _BETWEEN.join(part for part in parts if part)


def span(to: Reader, chosen: Filter, *, today: date) -> str:
    """The days of a filter, as short as they can be said: October 2026, Week 48, 23–29 Nov, Q3 2026."""
    if chosen.first is None:
        return to.t("until {day}", day=to.short_date(chosen.last)) if chosen.last else to.t("since the beginning")
    if chosen.last is None:
        return to.t("since {day}", day=to.short_date(chosen.first))
    match chosen.unit:
        case SpanUnit.WEEK:
            return _week(to, *ends_of(chosen.first, SpanUnit.WEEK), today=today)
        case SpanUnit.MONTH:
            return to.month(chosen.first)
        case SpanUnit.QUARTER:
            return to.quarter(chosen.first)
        case SpanUnit.YEAR:
            return str(chosen.first.year)
    if chosen.first == chosen.last:
        return to.dated(chosen.first, today=today)
    return to.span(chosen.first, chosen.last)


class OtherDays(NamedTuple):
    """The same filter for the days before or after, as a button shows it."""

    which: str
    """"before" or "after"."""
    filter: Filter
    text: str
    spoken: str


def other_days(to: Reader, chosen: Filter, *, today: date) -> Iterator[OtherDays]:
    """The span before and the one after, called by their days; the future has no time in it."""
    before, after = shifted(chosen, -1), shifted(chosen, 1)
    if before and before.first and before.first.year in YEARS:
        yield _other(to, before, today, "before", "‹ {span}")
    if after and after.first and after.first <= today:
        yield _other(to, after, today, "after", "{span} ›")


def _other(to: Reader, chosen: Filter, today: date, which: str, arrow: str) -> OtherDays:
    is_day = chosen.first and chosen.first == chosen.last
    named = to.day(chosen.first, today=today) if is_day and chosen.first else span(to, chosen, today=today)
    return OtherDays(which, chosen, arrow.format(span=named), to.t("Show {span}", span=named))


def _week(to: Reader, first: date, last: date, *, today: date) -> str:
    """With the number that everybody counts, where the week begins on a Monday; with its year where it is not this."""
    days = to.span(first, last, with_year=first.year != today.year or last.year != today.year)
    number = (first + _THURSDAY).isocalendar().week
    return to.t("Week {number}, {days}", number=number, days=days) if first.weekday() == 0 else days


def with_near(
    to: Reader,
    answer: Message,
    near: Sequence[NearFilter],
    names: FilterNames,
    shown_as: str,
    by: Sequence[Grouping] = (),
) -> Message:
    """An answer that shows nothing, with a button for each near filter that something fits, which holds it as a query.

    `names` are those of the filter that nothing fits; `shown_as` is what answers the click, "list" or "report".
    """
    if not near:
        return answer
    buttons = [
        button(nearness(to, each, names), f"{NEAR}:{shown_as}:{n}", dump_query(ReportQuery(each.filter, tuple(by))))
        for n, each in enumerate(near)
    ]
    return answer | {"blocks": [*answer["blocks"], context(to.t("There is something here:")), actions(*buttons)]}


def invoice_button(to: Reader, chosen: Filter) -> Element:
    """Opens the invoice of what fits a filter; for those who bill, where something of it can be billed."""
    return button(to.t("Create invoice …"), INVOICE, dump_filter(chosen))


def elsewhere_button(to: Reader, chosen: Filter, *, is_marked: bool) -> Element:
    """Marks what fits a filter as billed elsewhere; or has it open again. For those who bill."""
    text = to.t("No longer billed elsewhere …") if is_marked else to.t("Billed elsewhere …")
    return button(text, f"{ELSEWHERE}:{'open' if is_marked else 'mark'}", dump_filter(chosen))


def nearness(to: Reader, each: NearFilter, names: FilterNames) -> str:
    """What is otherwise in a near filter; `names` are those of the filter that nothing fits."""
    match each.changes:
        case Part.DAYS:
            return _other_days(to, each, names)
        case Part.WHOSE:
            return to.t("Everybody’s time")
        case Part.BOOKED_ON:
            return _without(to, [*names.customers.values(), *names.projects.values()])
        case Part.SERVICES:
            return _without(to, [*names.services.values()])
        case Part.TAGS:
            return to.t("With or without the tags")
        case Part.BILLABLE:
            return to.t("Billable or not")
        case Part.BILLED:
            return to.t("Billed or not")
        case Part.TEXT:
            return to.t("Whatever the note says")


def _without(to: Reader, named: Sequence[str]) -> str:
    return to.t("Without “{names}”", names=cut(", ".join(named), _LONGEST_NAMES))


def _other_days(to: Reader, each: NearFilter, names: FilterNames) -> str:
    days = span(to, each.filter, today=names.today)
    if each.newest is None or each.filter.first == each.filter.last:
        return to.t("Last on {day}", day=days)
    return to.t("{days}, last on {day}", days=days, day=to.dated(each.newest, today=names.today))


def whose(to: Reader, chosen: Filter, names: FilterNames) -> str:
    """Whose time: the names of people, everybody, or the own."""
    if not chosen.people:
        return to.t("everybody")
    if chosen.people == (names.asks,):
        return to.t("own time")
    return ", ".join(_listed(chosen.people, names.people))


def grouped(to: Reader, by: Sequence[Grouping]) -> str:
    """By customer and project."""
    nouns = [group_name(to, each) for each in by]
    if len(nouns) == 1:
        return to.t("by {group}", group=nouns[0])
    return to.t("by {first} and {second}", first=nouns[0], second=nouns[1])


def group_name(to: Reader, by: Grouping) -> str:
    """What rows are put together by, as within a sentence; in the workspace's own word where it has one."""
    match by:
        case Grouping.CUSTOMER:
            return to.words.customer or to.t("customer")
        case Grouping.PROJECT:
            return to.words.project or to.t("project")
        case Grouping.SERVICE:
            return to.words.service or to.t("service")
        case Grouping.PERSON:
            return to.t("person")
        case Grouping.TAG:
            return to.t("tag")
        case Grouping.DAY:
            return to.t("day")
        case Grouping.WEEK:
            return to.t("week")
        case Grouping.MONTH:
            return to.t("month")


def _flags(to: Reader, chosen: Filter) -> Iterable[str]:
    if chosen.billable is not None:
        yield to.t("billable") if chosen.billable else to.t("not billable")
    if chosen.billed is not None:
        yield to.t("billed") if chosen.billed else to.t("not billed")


def _listed(ids: Sequence[int], names: Mapping[int, str]) -> list[str]:
    return [names[each] for each in ids]
