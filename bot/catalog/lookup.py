"""Customers, projects and services: find what is meant, offer what there is, create what is missing."""

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from bot.catalog.rules.names import Choice, Found, NamedService, Names, Target, name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import catalog
from storage.catalog import Named

LONGEST_NAME = 200
_NAMES: WeakKeyDictionary[Bot, dict[int, tuple[int, Names]]] = WeakKeyDictionary()
"""By workspace: the version of the catalogue, and its names."""
MOST_WORDS = 30
"""Of a customer's name; what is longer is a pasted text."""


@dataclass(frozen=True, slots=True)
class New:
    """What was filled in to be created; empty fields are left alone."""

    customer_id: int | None
    new_customer: str
    project: str
    service: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What a form that creates something begins with: a customer if the first words name one, and the rest."""

    customer: Named | None
    project: str


@dataclass(frozen=True, slots=True)
class Created:
    """What was created, or was there under that name already."""

    target: Target | None
    service: str | None


def find(bot: Bot, caller: Caller, typed: tuple[str, ...], *, most: int | None = None) -> Found:
    """The readings of the typed words, or the first of them, among the workspace's live projects."""
    return _names(bot, caller).find(typed, most=most)


def _names(bot: Bot, caller: Caller) -> Names:
    """The names of the workspace, read once per version: each change of the catalogue counts it up.

    Only the newest are kept, for they take megabytes. Of two threads that read at once one has read in vain.
    """
    version, names = _NAMES.setdefault(bot, {}).get(caller.workspace_id, (-1, None))
    if names is None or version < caller.person.catalog_version:
        with bot.database.read() as db:
            targets = [Target(*row) for row in catalog.targets(db, caller.workspace_id)]
            services = [NamedService(*row) for row in catalog.live_services(db, caller.workspace_id)]
        names = Names(targets, services)
        _NAMES[bot][caller.workspace_id] = caller.person.catalog_version, names
    return names


def chosen(
    db: Connection, caller: Caller, *, customer_id: int, project_id: int | None, service_id: int | None
) -> Choice:
    """What a person picked, as far as it still is there. Raises UserError."""
    target = catalog.target(db, caller.workspace_id, customer_id, project_id)
    service = catalog.service(db, caller.workspace_id, service_id) if service_id else None
    if target is None or (service_id and service is None):
        raise UserError("This project or service is no longer there. Please choose another one.")
    return Choice(Target(*target), NamedService(*service) if service else None)


def still_there(db: Connection, caller: Caller, choice: Choice) -> Choice:
    """A reading found in memory, looked up once more: it may have been linked or archived since. Raises UserError."""
    target, service = choice.target, choice.service
    return chosen(
        db,
        caller,
        customer_id=target.customer_id,
        project_id=target.project_id,
        service_id=service.id if service else None,
    )


def with_usual_service(db: Connection, caller: Caller, choice: Choice) -> Choice:
    """The choice, with what the person usually does where no service was named; one that was archived is left out."""
    if choice.service or caller.person.service_id is None:
        return choice
    usual = catalog.service(db, caller.workspace_id, caller.person.service_id)
    return replace(choice, service=NamedService(*usual)) if usual else choice


def offered_targets(bot: Bot, caller: Caller, text: str, *, customer_id: int | None = None) -> list[Target]:
    """Projects for a menu, as a person types; all, or one customer's."""
    return _names(bot, caller).holding(text, most=catalog.MOST_OPTIONS, customer_id=customer_id)


def offered_projects(bot: Bot, caller: Caller, text: str) -> list[Target]:
    """As offered_targets, without customers that have no project."""
    return [target for target in offered_targets(bot, caller, text) if target.project_id is not None]


def offered_customers(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Customers for a menu."""
    with bot.database.read() as db:
        return catalog.search_customers(db, caller.workspace_id, name_key(text))


def offered_services(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Kinds of work for a menu."""
    with bot.database.read() as db:
        return catalog.search_services(db, caller.workspace_id, name_key(text))


def offered_articles(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Billomat's articles for a menu, for those who bill. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        return catalog.search_articles(db, caller.workspace_id, name_key(text))


def named_customers(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> set[int]:
    """The customers that the words mean: by their own name, else by a project of theirs."""
    customers = _names(bot, caller).customers(typed)
    if customers:
        return {customer_id for customer_id, _ in customers}
    return {choice.target.customer_id for choice in find(bot, caller, typed).choices}


def named_services(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> list[NamedService]:
    """The kinds of work that the words name."""
    return _names(bot, caller).services_named(typed)


def guess(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> Guess:
    """Read "acme relaunch" as a project Relaunch of the one customer that Acme means; otherwise all is the project."""
    names = _names(bot, caller)
    for count in range(min(len(typed), MOST_WORDS), 0, -1):
        customers = names.customers(typed[:count])
        if len(customers) == 1:
            return Guess(Named(*customers[0], ""), " ".join(typed[count:]))
    return Guess(None, " ".join(typed))


def create(db: Connection, caller: Caller, new: New) -> Created:
    """Create what was filled in; whatever exists under the same name is taken instead of doubled. Raises UserError."""
    if new.customer_id and new.new_customer:
        raise UserError("Choose a customer or name a new one, not both.", field="new_customer")
    if new.project and not new.customer_id and not new.new_customer:
        raise UserError("A project belongs to a customer: choose one or name a new one.", field="customer")
    if not (new.new_customer or new.project or new.service):
        raise UserError("Fill in what you want to create.", field="project")
    catalog.lock_workspace(db, caller.workspace_id)  # or two people who name the same new customer make two
    customer_id = _customer(db, caller, new.new_customer) if new.new_customer else new.customer_id
    target = _project(db, caller, customer_id, new.project) if customer_id else None
    if new.service:
        catalog.add_service(db, caller.workspace_id, name=_short(new.service, "service"), key=name_key(new.service))
    catalog.names_changed(db, caller.workspace_id)
    return Created(target, new.service or None)


def _customer(db: Connection, caller: Caller, name: str) -> int:
    namesakes = catalog.customers_named(db, caller.workspace_id, name_key(name))
    if len(namesakes) > 1:
        raise UserError("There are several customers of this name. Choose one of them.", field="customer")
    if namesakes:
        return namesakes[0]
    return catalog.add_customer(db, caller.workspace_id, name=_short(name, "new_customer"), key=name_key(name))


def _project(db: Connection, caller: Caller, customer_id: int, name: str) -> Target:
    customer = catalog.customer(db, caller.workspace_id, customer_id)
    if customer is None:
        raise UserError("This customer is no longer there. Please choose another one.", field="customer")
    project_id = None
    if name:
        project_id = catalog.add_project(
            db, caller.workspace_id, customer_id, name=_short(name, "project"), key=name_key(name)
        )
    return Target(customer_id, project_id, customer.name, name or None, customer.detail)


def _short(name: str, field: str) -> str:
    tidy = " ".join(name.split())
    if not name_key(name):
        raise UserError("Nobody could see this name. Use letters or digits.", field=field)
    if len(tidy) > LONGEST_NAME:
        raise UserError("A name has {most} characters at most.", field=field, most=LONGEST_NAME)
    return tidy
