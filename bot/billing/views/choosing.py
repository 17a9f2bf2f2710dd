"""The form in which a part of the work is selected for an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.billing.choosing import Selectable
from bot.billing.rules.scope import Scope
from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.grammar.values import LONGEST_SOUGHT
from bot.slack.blocks import Block, View, context, field, modal, multi_select, text_input
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import read_id, reading
from bot.tracking.form_fields import spelled_tags
from bot.tracking.rules.filters import MOST_OF_A_KIND, Filter
from bot.tracking.views.filter_form import LONGEST_TAGS, menu
from storage.filter_menus import Offered

CHOSEN = "invoice_chosen"
PROJECTS = "invoice_projects"
SERVICES = "invoice_services"
PEOPLE = "invoice_people"


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the form keeps: whose invoice it is, and what it was about."""

    customer: RowId
    scope: str


CHOOSING = Metadata(Choosing)


def form(to: Reader, selectable: Selectable) -> View:
    """The form, with what is selected as yet."""
    kept = CHOOSING.pack(Choosing(selectable.customer_id, selectable.scope.value))
    blocks = [
        context(to.t("Only what fits all of this comes on the invoice of {customer}.", customer=selectable.customer)),
        *work_fields(to, selectable),
    ]
    return modal(CHOSEN, to.t("Choose work"), blocks, submit=to.t("Show"), close=to.t("Cancel"), metadata=kept)


def work_fields(to: Reader, selectable: Selectable) -> list[Block]:
    """What narrows the work down."""
    selection = selectable.scope.selection
    return [
        _menu(to, to.thing("project"), "projects", PROJECTS, selectable.projects),
        _menu(to, to.thing("service"), "services", SERVICES, selectable.services),
        _menu(to, to.t("Person"), "people", PEOPLE, selectable.people),
        field(
            to.t("Tags"),
            text_input(
                "tags",
                initial=", ".join(selection.tags),
                most=LONGEST_TAGS,
                placeholder=to.t("For example review, travel"),
            ),
            block_id="tags",
            optional=True,
            hint=to.t("Of several, any is enough"),
        ),
        field(
            to.t("Text in the note"),
            text_input("text", initial=selection.text, most=LONGEST_SOUGHT),
            block_id="text",
            optional=True,
        ),
    ]


def _menu(to: Reader, label: str, block_id: str, action_id: str, chosen: Sequence[Offered]) -> Block:
    select = multi_select("multi_external_select", action_id, to.t("All"), initial=menu(to, chosen))
    bounds = {"min_query_length": 0, "max_selected_items": MOST_OF_A_KIND}
    return field(label, select | bounds, block_id=block_id, optional=True)


def read_chosen(request: Request, kept: Choosing) -> Scope:
    """The same days with what was selected. Raises UserError at the field that is wrong."""
    tags = spelled_tags(request.entered_text("tags"))
    if len(tags) > MOST_OF_A_KIND:
        raise UserError("Choose {most} at most.", field="tags", most=MOST_OF_A_KIND)
    with reading():
        selection = Filter(
            projects=_ids(request, "projects"),
            services=_ids(request, "services"),
            people=_ids(request, "people"),
            tags=tags,
            text=request.entered_text("text")[:LONGEST_SOUGHT],
        )
        return Scope(Scope.read(kept.scope).period, selection)


def _ids(request: Request, name: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(read_id(each) for each in request.entered_choices(name)[:MOST_OF_A_KIND]))
