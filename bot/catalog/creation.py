"""Creates customers, projects and services in Slack, and guesses which ones from what was typed."""

from dataclasses import dataclass
from functools import partial

from bot.catalog.finding import customers_in, may_see_customer
from bot.catalog.rules.names import Target
from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.people.callers import require_creator
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import service_articles as service_rows
from storage.catalog import Kind, Named
from storage.change import Change

LONGEST_NAME = 200
MOST_WORDS = 30
"""Of a customer's name; what is longer is a pasted text."""


@dataclass(frozen=True, slots=True)
class NewNames:
    """What was filled in to be created; empty fields are left alone."""

    customer_id: int | None
    new_customer: str
    project: str
    service: str


@dataclass(frozen=True, slots=True)
class GuessedNames:
    """What a form that creates something begins with: a customer if the first words name one, and the rest."""

    customer: Named | None
    project: str


@dataclass(frozen=True, slots=True)
class CreatedNames:
    """What was created, or was there under that name already."""

    target: Target | None
    service: str | None
    change_id: int | None = None
    """The change by which all of it can be undone; None: all of it was there already."""


def guess_names(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> GuessedNames:
    """Read "acme relaunch" as a project Relaunch of the one customer that Acme means; otherwise all is the project."""
    for count in range(min(len(typed), MOST_WORDS), 0, -1):
        customers = customers_in(bot, caller, typed[:count])
        if len(customers) == 1:
            ((customer_id, customer),) = customers
            return GuessedNames(Named(customer_id, customer), " ".join(typed[count:]))
    return GuessedNames(None, " ".join(typed))


def create_names(change: Change[Caller], new: NewNames) -> CreatedNames:
    """Create what was filled in; whatever exists under the same name is taken instead of doubled. Raises UserError."""
    require_creator(change.by)
    if not (new.new_customer or new.project or new.service):
        raise UserError("Fill in what you want to create.", field="project")
    db, workspace_id, wrong = change.db, change.by.workspace_id, FieldErrors()
    if new.customer_id and new.new_customer:
        wrong.add(UserError("Choose a customer or name a new one, not both.", field="new_customer"))
    if new.project and not new.customer_id and not new.new_customer:
        wrong.add(UserError("A project belongs to a customer: choose one or name a new one.", field="customer"))
    catalog_rows.lock_workspace(db, workspace_id)  # or two people who name the same new customer make two
    made: list[int | None] = []
    customer_id, target = new.customer_id, None
    if new.new_customer:
        customer_id = wrong.read(lambda: _customer(change, new.new_customer, made), None)
    if customer_id:
        target = wrong.read(partial(_project, change, customer_id, new.project, made), None)
    elif new.project:
        wrong.read(lambda: short_name(new.project, "project"), "")
    if new.service:
        wrong.read(lambda: _service(change, new.service, made), None)
    wrong.raise_any()
    catalog_rows.names_changed(db, workspace_id)
    return CreatedNames(target, new.service or None, next(filter(None, made), None))


def _service(change: Change[Caller], name: str, made: list[int | None]) -> int:
    tidy = short_name(name, "service")
    _refuse_twin(change, tidy, "service", field="service")
    service_id, change_id = creation_rows.create_service(change, name=tidy, key=name_key(tidy))
    made.append(change_id)
    service_rows.link_certain(change, service_id=service_id)
    return service_id


def _customer(change: Change[Caller], name: str, made: list[int | None]) -> int:
    db, workspace_id = change.db, change.by.workspace_id
    namesakes = catalog_rows.customers_named(db, workspace_id, name_key(name))
    if len(namesakes) > 1:
        raise UserError("There are several customers of this name. Choose one of them.", field="customer")
    if namesakes:
        return namesakes[0]
    tidy = short_name(name, "new_customer")
    _refuse_twin(change, tidy, "customer", field="new_customer")
    customer_id, change_id = creation_rows.create_customer(change, name=tidy, key=name_key(tidy))
    made.append(change_id)
    return customer_id


def _project(change: Change[Caller], customer_id: int, name: str, made: list[int | None]) -> Target:
    db, workspace_id = change.db, change.by.workspace_id
    customer = catalog_rows.live_customer(db, workspace_id, customer_id)
    if customer is None or not may_see_customer(change, customer_id):
        raise UserError("This customer is no longer there. Please choose another one.", field="customer")
    project_id = None
    if name:
        tidy = short_name(name, "project")
        _refuse_twin(change, tidy, "project", field="project", customer_id=customer_id)
        project_id, change_id = creation_rows.create_project(change, customer_id, name=tidy, key=name_key(tidy))
        made.append(change_id)
    return Target(customer_id, project_id, customer.name, name or None, customer.detail)


def _refuse_twin(
    change: Change[Caller],
    name: str,
    kind: Kind,
    *,
    field: str,
    customer_id: int | None = None,
) -> None:
    """Nobody makes a second one of what was archived: the first one can come back. Raises UserError."""
    db, workspace_id, key = change.db, change.by.workspace_id, name_key(name)
    is_there = creation_rows.namesake(db, workspace_id, kind, key, customer_id=customer_id) is not None
    if is_there or change.by.is_guest:
        return
    there = creation_rows.archived_namesake(db, workspace_id, kind, key, customer_id=customer_id)
    if there is None:
        return
    if there.in_billomat:
        raise UserError(
            "{name} is archived in Billomat. Take the customer out of the archive there and import again with "
            "/track connect.",
            field=field,
            name=there.name,
        )
    raise UserError(
        "{name} is archived. Whoever bills can take it back into use with /track catalog.", field=field, name=there.name
    )


def short_name(name: str, field: str) -> str:
    """A name as it is kept, without needless spaces. Raises UserError."""
    tidy = " ".join(name.split())
    if not name_key(name):
        raise UserError("Nobody could see this name. Use letters or digits.", field=field)
    if len(tidy) > LONGEST_NAME:
        raise UserError("A name has {most} characters at most.", field=field, most=LONGEST_NAME)
    return tidy
