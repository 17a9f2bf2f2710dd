"""Which time is meant and may be seen: whose it is, and what its filter is called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.errors import Needs, UserError
from bot.slack.untrusted import MOST_ID, YEARS, old_message
from bot.tracking.rules.filters import LONGEST_TEXT, MOST_OF_A_KIND, Filter
from storage import catalog as catalog_rows
from storage import filter_names as filter_name_rows


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
        return replace(chosen, people=people)
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
    is_short = all(len(each) <= MOST_OF_A_KIND for each in (*ids, chosen.tags)) and len(chosen.text) <= LONGEST_TEXT
    are_ids = all(1 <= row_id <= MOST_ID for each in ids for row_id in each)
    are_days = all(day is None or day.year in YEARS for day in (chosen.first, chosen.last))
    if not (is_short and are_ids and are_days):
        raise old_message()


def names_of(db: Connection, caller: Caller, chosen: Filter) -> FilterNames:
    """What stands in a filter, by name. Raises UserError for ids that are not there, or not for the caller's eyes."""
    others = replace(chosen, people=tuple(each for each in chosen.people if each != caller.person_id))
    found = filter_name_rows.read_labels(db, caller.workspace_id, others, guest=_guest(db, caller, others))
    wanted = (others.customers, others.projects, others.services, others.people)
    if not all(known.keys() >= {*ids} for known, ids in zip(found, wanted, strict=True)):
        raise old_message()
    people = found.people | {caller.person_id: caller.person.name}
    return FilterNames(caller.today, found.customers, found.projects, found.services, people, caller.person_id)


def _guest(db: Connection, caller: Caller, chosen: Filter) -> filter_name_rows.Guest | None:
    if not caller.is_guest:
        return None
    names_any = chosen.customers or chosen.projects or chosen.services
    link = (
        catalog_rows.linked_channel(db, caller.workspace_id, caller.channel_id)
        if names_any and caller.channel_id
        else None
    )
    return filter_name_rows.Guest(caller.person_id, link.customer_id if link else None)
