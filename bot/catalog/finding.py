"""Finds what is meant among customers, projects and services, and offers what there is in menus."""

from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from bot.catalog.guests import as_guest
from bot.catalog.rules.names import ArchivedName, Choice, Found, NamedService, Names, Target
from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import catalog as catalog_rows
from storage import guests as guest_rows
from storage.catalog import Named
from storage.change import Change

_MOST_WORDS_OF_A_NAME = 6
"""Typed ones; what is longer is a text."""
_NAMES: WeakKeyDictionary[Bot, dict[int, tuple[int, Names]]] = WeakKeyDictionary()
"""By workspace: the version of the catalogue, and its names."""


def find_choices(bot: Bot, caller: Caller, typed: tuple[str, ...], *, most: int | None = None) -> Found:
    """What the typed words may mean among the workspace's live projects; `most` readings, or all."""
    return _names(bot, caller).find(typed, most=most)


def _names(bot: Bot, caller: Caller) -> Names:
    """The names of the workspace, read once per version: each change of the catalogue counts it up.

    Only the newest are kept, for they take megabytes. Of two threads that read at once one has read in vain. A guest's
    few are read each time.
    """
    if caller.is_guest:
        with bot.database.read() as db:
            return _seen_by_guest(db, caller)
    version, names = _NAMES.setdefault(bot, {}).get(caller.workspace_id, (-1, None))
    if names is None or version < caller.person.catalog_version:
        with bot.database.read() as db:
            targets = catalog_rows.live_targets(db, caller.workspace_id)
            services = catalog_rows.live_services(db, caller.workspace_id)
        names = Names(targets, services)
        _NAMES[bot][caller.workspace_id] = caller.person.catalog_version, names
    return names


def _seen_by_guest(db: Connection, caller: Caller) -> Names:
    """What is the guest's own, and the customer of the channel in which they are."""
    guest = as_guest(db, caller)
    targets = guest_rows.visible_targets(db, caller.workspace_id, guest)
    return Names(targets, guest_rows.visible_services(db, caller.workspace_id, guest))


def is_word_of_name(bot: Bot, caller: Caller, typed: str) -> bool:
    """Whether a customer, project or service has what was typed in its name, in full."""
    return _names(bot, caller).has_word(typed)


def choice_of_ids(
    change: Change[Caller], *, customer_id: int, project_id: int | None, service_id: int | None
) -> Choice:
    """What a person picked, as far as it still is there. Raises UserError."""
    db, workspace_id = change.db, change.by.workspace_id
    target = catalog_rows.live_target(db, workspace_id, customer_id, project_id)
    service = catalog_rows.live_service(db, workspace_id, service_id) if service_id else None
    if target is None or (service_id and service is None) or not _may_see(change, Choice(target, service)):
        raise UserError("This project or service is no longer there. Please choose another one.")
    return Choice(target, service)


def _may_see(change: Change[Caller], choice: Choice) -> bool:
    """Whether a guest may book on it; everybody else may on all that is there."""
    if not change.by.is_guest:
        return True
    seen = _seen_by_guest(change.db, change.by)
    targets = {(target.customer_id, target.project_id) for target in seen.targets}
    services = {service.id for service in seen.services}
    there = (choice.target.customer_id, choice.target.project_id) in targets
    return there and (choice.service is None or choice.service.id in services)


def may_see_customer(change: Change[Caller], customer_id: int) -> bool:
    """Whether a guest may create something for this customer; everybody else may for all."""
    if not change.by.is_guest:
        return True
    return any(target.customer_id == customer_id for target in _seen_by_guest(change.db, change.by).targets)


def left_over(typed: tuple[str, ...], choice: Choice) -> tuple[str, ...]:
    """The typed words that are no part of what was chosen."""
    return Names((choice.target,), ()).read_as(typed, choice).left


def service_named(change: Change[Caller], name: str) -> int | None:
    """The live kind of work of just this name."""
    services = catalog_rows.live_services(change.db, change.by.workspace_id)
    return next((service.id for service in services if name_key(service.name) == name_key(name)), None)


def still_there(change: Change[Caller], choice: Choice) -> Choice:
    """A reading found in memory, looked up once more: it may have been linked or archived since. Raises UserError."""
    target, service = choice.target, choice.service
    return choice_of_ids(
        change,
        customer_id=target.customer_id,
        project_id=target.project_id,
        service_id=service.id if service else None,
    )


def with_usual_service(change: Change[Caller], choice: Choice) -> Choice:
    """The choice, with what the person usually does where no service was named; one that was archived is left out."""
    service_id = change.by.person.service_id
    if choice.service or service_id is None:
        return choice
    usual = catalog_rows.live_service(change.db, change.by.workspace_id, service_id)
    return replace(choice, service=usual) if usual else choice


def archived_names(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> list[ArchivedName]:
    """What was archived and is called so; asked for where nothing else is. Guests are told of nothing."""
    if caller.is_guest:
        return []
    with bot.database.read() as db:
        return catalog_rows.archived_names(db, caller.workspace_id, typed)


def with_archived(bot: Bot, caller: Caller, typed: tuple[str, ...], found: Found) -> Found:
    """What was found, and what was archived where that is called so by at least as many of the first words."""
    if found.choices or found.services or not typed:
        return found
    fewest_left = min((len(reading.left) for reading in found.nearest), default=len(typed) - 1)
    for count in range(min(len(typed), _MOST_WORDS_OF_A_NAME), max(0, len(typed) - fewest_left - 1), -1):
        archived = archived_names(bot, caller, typed[:count])
        if archived:
            return replace(found, archived=tuple(archived))
    return found


def offered_targets(bot: Bot, caller: Caller, text: str, *, customer_id: int | None = None) -> list[Target]:
    """Projects for a menu, as a person types; all, or one customer's."""
    return _names(bot, caller).holding(text, most=catalog_rows.MOST_OPTIONS, customer_id=customer_id)


def offered_projects(bot: Bot, caller: Caller, text: str) -> list[Target]:
    """As offered_targets, without customers that have no project."""
    return [target for target in offered_targets(bot, caller, text) if target.project_id is not None]


def offered_customers(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Customers for a menu."""
    if caller.is_guest:
        return _offered_to_guest(bot, caller, text)
    with bot.database.read() as db:
        return catalog_rows.search_customers(db, caller.workspace_id, name_key(text))


def _offered_to_guest(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """The customers that a guest may see."""
    seen = {
        Named(target.customer_id, target.customer, target.number): None
        for target in _names(bot, caller).targets
        if _holds(f"{target.customer} {target.number}", text)
    }
    return list(seen)[: catalog_rows.MOST_OPTIONS]


def _holds(name: str, text: str) -> bool:
    return all(word in name_key(name) for word in name_key(text).split())


def offered_services(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Kinds of work for a menu."""
    if caller.is_guest:
        found = _names(bot, caller).services
        return [Named(each.id, each.name) for each in found if _holds(each.name, text)]
    with bot.database.read() as db:
        return catalog_rows.search_services(db, caller.workspace_id, name_key(text))


def offered_articles(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Billomat's articles for a menu, for those who bill. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return catalog_rows.search_articles(db, caller.workspace_id, name_key(text))


def customers_in(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> list[tuple[int, str]]:
    """The customers that the words may mean: id and name; only the one that was typed in full, if one was."""
    return _names(bot, caller).customers(typed)


def named_services(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> list[NamedService]:
    """The kinds of work that the words name."""
    return _names(bot, caller).services_named(typed)
