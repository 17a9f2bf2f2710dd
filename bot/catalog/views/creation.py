"""The form that creates customers, projects and services."""

from dataclasses import dataclass

from bot.catalog.creation import LONGEST_NAME, CreatedNames, GuessedNames
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    external_select,
    field,
    modal,
    option,
    section,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from storage.catalog import Named

NEW_FILLED = "new_filled"
CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Creating:
    """What the form keeps."""

    question: RowId | None = None
    """The command that is carried out once there is what it names."""
    channel_id: str = ""
    """Slack's id of where the form was opened: it says what a guest may choose."""


CREATING = Metadata(Creating)


def new_form(to: Reader, guess: GuessedNames, *, question_id: int | None = None, channel_id: str = "") -> View:
    """Empty fields are left alone, so one form creates a project, a customer with it, or just a kind of work."""
    customer = option(guess.customer.name, str(guess.customer.id)) if guess.customer else None
    search = external_select(CUSTOMER, to.t("Search"), initial=customer)
    blocks = [
        field(to.thing("customer"), search, block_id="customer", optional=True),
        field(
            to.t("New customer"),
            text_input("new_customer", most=LONGEST_NAME),
            block_id="new_customer",
            optional=True,
            hint=to.t("Only if it is not in the list above"),
        ),
        field(
            to.thing("project"),
            text_input("project", initial=guess.project, most=LONGEST_NAME),
            block_id="project",
            optional=True,
        ),
        field(
            to.thing("service"),
            text_input("service", most=LONGEST_NAME),
            block_id="service",
            optional=True,
            hint=to.t("A kind of work, such as design or travel"),
        ),
    ]
    kept = CREATING.pack(Creating(question_id, channel_id))
    submit = to.t("Create") if question_id is None else to.t("Create and go on")
    return modal(NEW_FILLED, to.t("Create"), blocks, submit=submit, close=to.t("Cancel"), metadata=kept)


def created(to: Reader, done: CreatedNames, said: Message | None, undo: Element | None = None) -> View:
    """What there is now, and what came of the command that needed it; `undo` takes it back, where nothing else does."""
    names = [name for name in (done.target.label if done.target else None, done.service) if name]
    blocks: list[Block] = [section(to.t("✅ Ready to be tracked: {names}", names=", ".join(names)))]
    blocks += said["blocks"] if said else []
    blocks += [actions(undo)] if undo else []
    return modal("created", to.t("Create"), blocks, close=to.t("Close"))


def named_option(named: Named) -> dict[str, object]:
    """A customer in a menu; the number tells namesakes apart."""
    return option(f"{named.name} ({named.detail})" if named.detail else named.name, str(named.id))
