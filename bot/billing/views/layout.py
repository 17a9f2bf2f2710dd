"""The form of an invoice's lines and texts: what makes a line, and what is said of the work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from bot.billing.collect import Preview
from bot.billing.layouts import EnteredLayout
from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import USUAL_LAYOUT, ChosenLayout, Layout, Whose, dump_layout, read_layout
from bot.billing.rules.templates import UnknownVariable, Variable, read_template, shown_template
from bot.billing.wording import LONGEST_TITLE
from bot.core.errors import UserError
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    button,
    checkboxes,
    context,
    field,
    modal,
    option,
    static_select,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import read_id, reading

LAYOUT = "invoice_layout"
LAYOUT_CHANGED = "invoice_layout_changed"
AS_USUAL = "invoice_as_usual"
MOST_MENUS = 4
"""What may be chosen of that which the entries of a line share."""
_NOTHING = "nothing"
_TEXTS = ("dates", "times", "notes", "initials")
_CUSTOMER, _ALL = "customer", "all"


@dataclass(frozen=True, slots=True)
class ChangingLayout:
    """What the form keeps: the draft, and what it began with."""

    draft: RowId
    seen: Annotated[str, AfterValidator(lambda kept: dump_layout(read_layout(kept)))] = "{}"
    whose: Whose = Whose.NOBODY


CHANGING_LAYOUT = Metadata(ChangingLayout)


def layout_form(to: Reader, preview: Preview, *, for_all: bool) -> View:
    """The form, filled in with what holds now; whoever may choose `for_all` customers is asked that too."""
    layout = preview.chosen.layout
    kept = [option(to.t("Keep for {customer}, on later invoices too", customer=preview.customer), _CUSTOMER)]
    if for_all:
        kept.append(option(to.t("Take it for all customers that have no way of their own"), _ALL))
    blocks = [
        context(_standing(to, preview)),
        *(_menu(to, layout, number) for number in range(MOST_MENUS)),
        field(to.t("Texts"), _texts(to, layout), block_id="texts", optional=True),
        field(
            to.t("Title of each line"),
            text_input("title", initial=shown_template(layout.title, _variables(to)), most=LONGEST_TITLE),
            block_id="title",
            optional=True,
            hint=to.t(
                "Empty: what the entries of a line share. What you write in braces each line fills in: {variables}.",
                variables=_named(to),
            ),
        ),
        field(to.t("Keep"), checkboxes("keep", kept, ticked=kept[:1]), block_id="keep", optional=True),
        context(
            to.t(
                "A line has one price, one unit and one VAT rate: work with different articles stands on lines of its "
                "own. Texts are in {language}, and notes that are kept from the customer are never in them.",
                language=preview.language.written_name(to),
            )
        ),
    ]
    return modal(
        LAYOUT_CHANGED,
        to.t("Lines and texts"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=CHANGING_LAYOUT.pack(ChangingLayout(preview.draft_id, dump_layout(layout), preview.chosen.whose)),
    )


def entered_layout(request: Request) -> tuple[int, EnteredLayout]:
    """The draft, and what was chosen for it. Raises UserError."""
    kept = request.kept(CHANGING_LAYOUT)
    chosen = [each for name in _menus() if (each := _shared(request.entered_choice(name))) is not None]
    if len(set(chosen)) < len(chosen):
        twice = next(name for name, each in zip(_menus()[1:], chosen[1:], strict=False) if chosen.count(each) > 1)
        raise UserError("Each of these can stand here once. Choose something else, or nothing.", field=twice)
    texts, keep = request.entered_choices("texts"), request.entered_choices("keep")
    layout = Layout(
        tuple(chosen),
        dates="dates" in texts,
        times="times" in texts,
        notes="notes" in texts,
        initials="initials" in texts,
        title=_template(request.caller.reader, request.entered_text("title")),
    )
    seen = ChosenLayout(read_layout(kept.seen), kept.whose)
    return kept.draft, EnteredLayout(layout, seen, for_customer=_CUSTOMER in keep, for_all=_ALL in keep)


def _template(to: Reader, written: str) -> str:
    """The title as it is kept. Raises UserError."""
    try:
        return read_template(written, _variables(to))
    except UnknownVariable as unknown:
        raise UserError(
            "No line can fill in “{unknown}”. What you can write in braces: {variables}.",
            field="title",
            unknown=unknown.name,
            variables=_named(to),
        ) from None


def _variables(to: Reader) -> dict[str, Variable]:
    """What the person calls what a line can fill in."""
    return {
        to.t("project"): Variable.PROJECT,
        to.t("service"): Variable.SERVICE,
        to.t("person"): Variable.PERSON,
        to.t("days"): Variable.DAYS,
        to.t("hours"): Variable.HOURS,
        to.t("tags"): Variable.TAGS,
        to.t("notes"): Variable.NOTES,
    }


def _named(to: Reader) -> str:
    return ", ".join(f"{{{name}}}" for name in _variables(to))


def layout_actions(to: Reader, preview: Preview) -> list[Element]:
    """What opens the form from the invoice, and the way back to what is usual."""
    chosen = [button(to.t("Lines and texts…"), LAYOUT, str(preview.draft_id))]
    if preview.chosen.whose is Whose.DRAFT:
        chosen.append(button(to.t("As usual for this customer"), AS_USUAL, f"{preview.draft_id}/{Whose.DRAFT}"))
    if preview.chosen.whose is Whose.CUSTOMER:
        chosen.append(button(to.t("As for other customers"), AS_USUAL, f"{preview.draft_id}/{Whose.CUSTOMER}"))
    return chosen


@reading()
def read_as_usual(value: str) -> tuple[int, Whose]:
    """The draft, and whose layout is to be forgotten. Raises UserError."""
    draft_id, whose = value.split("/")
    if whose not in (Whose.DRAFT, Whose.CUSTOMER):
        raise ValueError(value)
    return read_id(draft_id), Whose(whose)


def layout_said(to: Reader, preview: Preview) -> list[str]:
    """In the invoice: how its lines are made where that is not as ever, and what was typed on lines of another way."""
    said = []
    if preview.chosen.layout != USUAL_LAYOUT:
        said.append(_standing(to, preview))
    if preview.other_edits:
        said.append(
            to.n(
                "{count} line that was changed is not there now: lines are made otherwise, or billed as another "
                "article. The change is kept and holds again when it is back.",
                "{count} lines that were changed are not there now: lines are made otherwise, or billed as another "
                "article. The changes are kept and hold again when they are back.",
                preview.other_edits,
            )
        )
    return said


def _standing(to: Reader, preview: Preview) -> str:
    by = ", ".join(_name(to, each) for each in preview.chosen.layout.by) or to.t("one line for all")
    match preview.chosen.whose:
        case Whose.DRAFT:
            return to.t("Lines by {things}, chosen for this invoice.", things=by)
        case Whose.CUSTOMER:
            return to.t("Lines by {things}, kept for {customer}.", things=by, customer=preview.customer)
        case Whose.WORKSPACE:
            return to.t("Lines by {things}, as for all customers.", things=by)
        case Whose.NOBODY:
            return to.t("Lines by {things}, as usual.", things=by)


def _menus() -> list[str]:
    return ["by", *(f"by{number}" for number in range(2, MOST_MENUS + 1))]


def _menu(to: Reader, layout: Layout, number: int) -> Block:
    nothing = option(to.t("one line for all") if number == 0 else to.t("nothing more"), _NOTHING)
    options = {each.value: option(_name(to, each), each.value) for each in Shared}
    chosen = layout.by[number] if number < len(layout.by) else _NOTHING
    return field(
        to.t("One line for each") if number == 0 else to.t("and in it for each"),
        static_select("by", [nothing, *options.values()], initial=options.get(chosen, nothing)),
        block_id=_menus()[number],
    )


def _name(to: Reader, shared: Shared) -> str:
    return {
        Shared.PROJECT: to.thing("project"),
        Shared.SERVICE: to.thing("service"),
        Shared.PERSON: to.t("Person"),
        Shared.DAY: to.t("Day"),
        Shared.WEEK: to.t("Week"),
        Shared.TAG: to.t("Tags"),
        Shared.NOTE: to.t("Note"),
        Shared.ENTRY: to.t("Entry"),
    }[shared]


def _texts(to: Reader, layout: Layout) -> Element:
    labels = (
        to.t("The dates"),
        to.t("The times, where work has some"),
        to.t("The notes"),
        to.t("Initials of whoever worked, in place of names"),
    )
    options: Sequence[dict[str, object]] = [option(label, name) for label, name in zip(labels, _TEXTS, strict=True)]
    on = [each for each, name in zip(options, _TEXTS, strict=True) if getattr(layout, name)]
    return checkboxes("texts", options, ticked=on)


@reading()
def _shared(chosen: str | None) -> Shared | None:
    return None if chosen in (None, _NOTHING) else Shared(chosen)
