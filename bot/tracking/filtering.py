"""Which time is meant and may be seen: from what was typed to a filter, whose time it is, and back to names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

from sqlalchemy import Connection

from bot.catalog import naming
from bot.catalog.guests import guest_of
from bot.catalog.naming import Named
from bot.catalog.rules.nouns import Kind, Noun
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import Needs, UserError
from bot.grammar.refusals import NotUnderstood
from bot.grammar.values import LONGEST_SOUGHT, TypedFilter
from bot.slack.untrusted import MOST_ID, YEARS, old_message
from bot.tracking.rules.filters import MOST_OF_A_KIND, Filter, SpanUnit, begin_of, ends_of
from storage import filter_names as filter_name_rows
from storage import near_filters as near_filter_rows

_RECENT = timedelta(days=29)
"""The last 30 days, today among them."""


@dataclass(frozen=True, slots=True)
class FilterNames:
    """What the ids of a filter are called, by id: Acme, Acme › Website, Design, Ben. Archived names too."""

    today: date
    customers: Mapping[int, str]
    projects: Mapping[int, str]
    services: Mapping[int, str]
    people: Mapping[int, str]
    asks: int | None = None
    """Who asks: their own time is said to be theirs. None where others read it, who know them by name."""


def of_own(caller: Caller, chosen: Filter) -> Filter:
    """The same for the caller's own time: where nothing was said of whose it is to be."""
    return replace(chosen, people=(caller.person_id,))


def allowed(caller: Caller, chosen: Filter) -> Filter:
    """The filter, if the caller may see what fits it. Raises UserError.

    Nobody among its people means everybody, and counts as asked for: whoever makes a filter of which nothing was said
    begins with `of_own`. What comes back from a button or a form may be of any age, or forged.
    """
    _require_sound(chosen)
    people = tuple(dict.fromkeys(chosen.people))
    if people == (caller.person_id,) or caller.bills:
        return chosen if people == chosen.people else replace(chosen, people=people)
    if caller.is_guest:
        raise UserError("Guests of the workspace see their own time alone. Ask for yours.")
    raise UserError(
        "Only people who bill see the time of others. An admin can appoint you with /track settings; your own time you "
        "can always see.",
        needs=Needs.TO_SEE_OTHERS,
    )


def _require_sound(chosen: Filter) -> None:
    """Raises UserError for a filter that nothing of ours made."""
    ids = (chosen.customers, chosen.projects, chosen.services, chosen.people)
    is_short = all(len(each) <= MOST_OF_A_KIND for each in (*ids, chosen.tags)) and len(chosen.text) <= LONGEST_SOUGHT
    are_ids = all(1 <= row_id <= MOST_ID for each in ids for row_id in each)
    are_texts = not any("\0" in each for each in (*chosen.tags, chosen.text))  # PostgreSQL takes none
    are_days = all(day is None or day.year in YEARS for day in (chosen.first, chosen.last))
    if not (is_short and are_ids and are_texts and are_days):
        raise old_message()


def up_to_date(db: Connection, caller: Caller, chosen: Filter) -> Filter:
    """The same, where something in it was merged since it was made: what that became part of.

    A project or service means also itself, for its time that was billed stayed there, as where it is named.
    """
    if not (chosen.customers or chosen.projects or chosen.services):
        return chosen
    merged = filter_name_rows.read_merged(db, caller.workspace_id, chosen)
    if not any(merged):
        return chosen
    return replace(
        chosen,
        customers=_distinct(_became(merged.customers, each) for each in chosen.customers),
        projects=_with_former(merged.projects, chosen.projects),
        services=_with_former(merged.services, chosen.services),
    )


def _with_former(merged: Mapping[int, int], ids: Iterable[int]) -> tuple[int, ...]:
    return _distinct(row_id for each in ids for row_id in (_became(merged, each), each))


def _became(merged: Mapping[int, int], row_id: int) -> int:
    while row_id in merged:
        row_id = merged[row_id]
    return row_id


def _distinct(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))


def names_of(db: Connection, caller: Caller, chosen: Filter) -> FilterNames:
    """What stands in a filter, by name. Raises UserError for ids that are not there, or not for the caller's eyes."""
    others = replace(chosen, people=tuple(each for each in chosen.people if each != caller.person_id))
    found = filter_name_rows.read_labels(db, caller.workspace_id, others, guest=guest_of(db, caller))
    wanted = (others.customers, others.projects, others.services, others.people)
    if not all(known.keys() >= {*ids} for known, ids in zip(found, wanted, strict=True)):
        raise old_message()
    people = found.people | {caller.person_id: caller.person.name}
    return FilterNames(caller.today, found.customers, found.projects, found.services, people, caller.person_id)


class UsualSpan(Enum):
    """Which days are meant where nothing was said of them, by the subcommand behind which the filter was typed."""

    OF_LIST = "list"
    """Today; where something else was said of what is meant, the last 30 days."""
    OF_REPORT = "report"
    """This month."""
    OF_INVOICE = "invoice"
    """None: they follow from what is open. It is the time of everybody, unless it was said whose."""


def resolve(bot: Bot, caller: Caller, typed: TypedFilter, *, usual: UsualSpan) -> Filter:
    """The filter that was typed, its names looked up. Raises NotUnderstood for names, and UserError.

    It is the caller's own time unless people were named or everybody was. Nothing typed is dropped: each word is part
    of a name, or it is asked what it means.
    """
    try:
        nouns = _nouns(bot, caller, typed)
    except NotUnderstood as error:
        error.behind(usual.value)
        raise
    chosen = Filter(
        customers=_ids(nouns, "customer"),
        projects=_ids(nouns, "project"),
        services=_ids(nouns, "service"),
        people=_people(caller, typed, _ids(nouns, "person"), usual),
        tags=typed.tags,
        billable=typed.billable,
        billed=typed.billed,
        text=typed.text,
    )
    _require_short(chosen)
    return allowed(caller, _days(caller, typed, chosen, usual=usual, is_bare=not nouns))


def _nouns(bot: Bot, caller: Caller, typed: TypedFilter) -> list[Noun]:
    """What is named. Where it was said of a customer or a project what it is, both hold together."""
    if not typed.words and not typed.named:
        return []
    among = naming.known(bot, caller)
    sought = Named(typed.words, typed.typed)
    of_kinds = [replace(sought, words=words, kind=kind) for kind, words in typed.named]
    found: list[tuple[Kind | None, Noun]] = []
    for each in sorted((sought, *of_kinds), key=lambda each: each.kind != "customer"):
        payers = frozenset(noun.id for _, noun in found if noun.kind == "customer") if typed.named else frozenset()
        found += ((each.kind, noun) for noun in naming.named(among, replace(each, payers=payers)))
    return [noun for said, noun in found if noun.kind != "customer" or not _is_narrowed(noun, said, found)]


def _is_narrowed(customer: Noun, said: Kind | None, among: Iterable[tuple[Kind | None, Noun]]) -> bool:
    """Whether a customer only says whose a project is: customer acme project website, acme project website."""
    return any(
        noun.customer_id == customer.id and (said == "customer" or said_of_project == "project")
        for said_of_project, noun in among
        if noun.kind == "project"
    )


def _ids(nouns: Iterable[Noun], kind: Kind) -> tuple[int, ...]:
    return _distinct(row_id for noun in nouns if noun.kind == kind for row_id in (noun.id, *noun.rest))


def _people(caller: Caller, typed: TypedFilter, named: tuple[int, ...], usual: UsualSpan) -> tuple[int, ...]:
    if typed.everybody and named:
        raise UserError("Say either “everybody” or the names of people, not both.")
    if typed.everybody or (usual is UsualSpan.OF_INVOICE and typed.everybody is None and not named):
        return ()
    mine = () if named and typed.everybody is None else (caller.person_id,)
    return tuple(dict.fromkeys((*mine, *named)))


def _days(caller: Caller, typed: TypedFilter, chosen: Filter, *, usual: UsualSpan, is_bare: bool) -> Filter:
    if typed.all_days:
        return chosen
    if typed.first is not None or typed.last is not None:
        if typed.first is None or typed.unit is None:
            return chosen.between(typed.first, typed.last)
        unit = SpanUnit(typed.unit)
        return chosen.between(*ends_of(typed.first, unit), unit)
    if usual is UsualSpan.OF_INVOICE:
        return chosen
    if usual is UsualSpan.OF_REPORT:
        return chosen.between(*ends_of(caller.today.replace(day=1), SpanUnit.MONTH), SpanUnit.MONTH)
    says_more = chosen.tags or chosen.text or chosen.billable is not None or chosen.billed is not None
    if is_bare and not says_more:
        return chosen.between(caller.today, caller.today, SpanUnit.DAY)
    return chosen.between(caller.today - _RECENT, caller.today)


def _require_short(chosen: Filter) -> None:
    """Raises UserError for more than a filter holds."""
    kinds = (chosen.customers, chosen.projects, chosen.services, chosen.people, chosen.tags)
    if any(len(each) > MOST_OF_A_KIND for each in kinds):
        raise UserError("I look for {count} names of a kind at once, and no more.", count=MOST_OF_A_KIND)


class Part(Enum):
    """What of a filter can be left out."""

    DAYS = auto()
    WHOSE = auto()
    BOOKED_ON = auto()
    SERVICES = auto()
    TAGS = auto()
    BILLABLE = auto()
    BILLED = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class NearFilter:
    """A filter that something fits, and what of the one that nothing fits it changes."""

    filter: Filter
    changes: Part
    newest: date | None = None
    """The last day on which there is something, where the days are changed."""


def near(bot: Bot, caller: Caller, chosen: Filter) -> list[NearFilter]:
    """What to offer where nothing fits: other days for the same, and the same days without one of the parts.

    The caller may see all of it, and nothing is offered that nothing fits.
    """
    chosen = allowed(caller, chosen)
    without = _without_a_part(caller, chosen)
    with bot.database.read() as db:
        newest = near_filter_rows.newest_day(db, caller.workspace_id, chosen)
        fitting = near_filter_rows.which_fit(db, caller.workspace_id, [*without])
    other_days = [NearFilter(_around(caller, chosen, newest), Part.DAYS, newest)] if newest else []
    return [*other_days, *(NearFilter(each, without[each]) for each in fitting)]


def _around(caller: Caller, chosen: Filter, day: date) -> Filter:
    """The days of the same kind in which a day lies; of no kind its month."""
    unit = chosen.unit or (SpanUnit.DAY if chosen.first and chosen.first == chosen.last else SpanUnit.MONTH)
    return chosen.between(*ends_of(begin_of(day, unit, caller.person.week_start), unit), unit)


def _without_a_part(caller: Caller, chosen: Filter) -> dict[Filter, Part]:
    """For each part of the filter the same without it; whose time only for those who may see the time of others."""
    without = {
        Part.WHOSE: replace(chosen, people=()) if caller.bills else chosen,
        Part.BOOKED_ON: replace(chosen, customers=(), projects=()),
        Part.SERVICES: replace(chosen, services=()),
        Part.TAGS: replace(chosen, tags=()),
        Part.BILLABLE: replace(chosen, billable=None),
        Part.BILLED: replace(chosen, billed=None),
        Part.TEXT: replace(chosen, text=""),
    }
    return {each: part for part, each in without.items() if each != chosen}
