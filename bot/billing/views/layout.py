"""The form of an invoice's lines and texts: what makes a line, and what is said of the work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from bot.billing.layouts import EnteredLayout, layout_digest
from bot.billing.preview import Preview
from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import USUAL_LAYOUT, ChosenLayout, Layout, Whose, read_layout
from bot.billing.rules.templates import OF_A_DESCRIPTION, OF_A_TITLE, Variable
from bot.billing.views.keeping import way_back
from bot.billing.views.variables import entered_template, named, template_input
from bot.billing.writing import LONGEST_TITLE
from bot.core.errors import FieldErrors, UserError
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkbox,
    checkboxes,
    context,
    field,
    modal,
    option,
    section,
    static_select,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import reading

LAYOUT = "invoice_layout"
LAYOUT_CHANGED = "invoice_layout_changed"
AS_USUAL = "invoice_as_usual"
TRY = "invoice_layout_try"
_TRIED = 3
"""Lines that are shown as the customer would read them."""
MOST_MENUS = 4
"""What may be chosen of that which the entries of a line share."""
_NOTHING = "nothing"
_TEXTS = ("dates", "times", "notes", "initials")
_CUSTOMER, _ALL = "customer", "all"


def _seen(kept: str) -> str:
    return layout_digest(read_layout(kept)) if kept.startswith("{") else kept


@dataclass(frozen=True, slots=True)
class ChangingLayout:
    """What the form keeps: the draft, and what it began with."""

    draft: RowId
    seen: Annotated[str, AfterValidator(_seen)] = layout_digest(USUAL_LAYOUT)
    """The digest of a layout; older forms have the layout itself."""
    whose: Whose = Whose.NOBODY


CHANGING_LAYOUT = Metadata(ChangingLayout)


def layout_form(to: Reader, preview: Preview, *, for_all: bool, entered: EnteredLayout | None = None) -> View:
    """The form, filled in with what holds now; whoever may choose `for_all` customers is asked that too.

    Below it stands how the first lines read. While somebody chooses, the preview is of what they `entered`.
    """
    layout = entered.layout if entered else preview.chosen.layout
    begun = entered or EnteredLayout(layout, layout_digest(layout), preview.chosen.whose, for_customer=True)
    on = {_CUSTOMER: begun.for_customer, _ALL: begun.for_all}
    offered = [option(to.t("Keep for {customer}, on later invoices too", customer=preview.customer), _CUSTOMER)]
    if for_all:
        offered.append(option(to.t("Take it for all customers that have no way of their own"), _ALL))
    ticked = [each for each in offered if on[each["value"]]]
    blocks = [
        *([] if entered else [context(lines_said(to, preview.chosen, preview.customer))]),
        *(_menu(to, layout, number) for number in range(MOST_MENUS)),
        field(to.t("Texts"), _texts(to, layout), block_id="texts", optional=True),
        field(
            to.t("Title of each line"),
            template_input(to, "title", layout.title, OF_A_TITLE, multiline=False, most=LONGEST_TITLE),
            block_id="title",
            optional=True,
            hint=to.t(
                "Empty: what the entries of a line share. Filled in for each line: {variables}.",
                variables=named(to, OF_A_TITLE),
            ),
        ),
        field(
            to.t("Description of each line"),
            template_input(to, "description", layout.description, OF_A_DESCRIPTION),
            block_id="description",
            optional=True,
            hint=to.t(
                "Empty: what is ticked above. In a text of your own, {entries} stands for that, and what titles take "
                "is filled in too.",
                entries=named(to, [Variable.ENTRIES]),
            ),
        ),
        field(to.t("Different prices"), _as_total(to, layout), block_id="total", optional=True),
        field(to.t("Keep for later"), checkboxes("keep", offered, ticked=ticked), block_id="keep", optional=True),
        context(
            to.t(
                "A line has one price, one unit and one VAT rate: work with different articles stands on lines of its "
                "own, or together as a total where the VAT rate is the same. Texts are in {language}, and notes that "
                "are kept from the customer are never in them.",
                language=preview.language.written_name(to),
            )
        ),
        actions(button(to.t("Preview"), TRY)),
        *([context(to.t("The customer reads:"))] if preview.lines else ()),
        *(section("\n".join(filter(None, (each.title, each.description)))) for each in preview.lines[:_TRIED]),
    ]
    return modal(
        LAYOUT_CHANGED,
        to.t("Lines and texts"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=CHANGING_LAYOUT.pack(ChangingLayout(preview.draft_id, begun.seen, begun.whose)),
    )


def entered_layout(request: Request) -> tuple[int, EnteredLayout]:
    """The draft, and what was chosen for it. Raises UserError."""
    kept, to = request.kept(CHANGING_LAYOUT), request.caller.reader
    chosen = {name: each for name in _menus() if (each := _shared(request.entered_choice(name))) is not None}
    texts, keep, wrong = request.entered_choices("texts"), request.entered_choices("keep"), FieldErrors()
    by = dict[Shared, str]()
    for name, each in chosen.items():
        if by.setdefault(each, name) != name:
            again = UserError("Each of these can stand here once. Choose something else, or nothing.", field=name)
            wrong.add(again)
    title, description = request.entered_text("title"), request.entered_text("description")
    layout = Layout(
        tuple(by),
        dates="dates" in texts,
        times="times" in texts,
        notes="notes" in texts,
        initials="initials" in texts,
        as_total=request.is_ticked("total"),
        title=wrong.read(
            lambda: entered_template(to, title, OF_A_TITLE, field="title", most=LONGEST_TITLE),
            "",
        ),
        description=wrong.read(
            lambda: entered_template(to, description, OF_A_DESCRIPTION, field="description"),
            "",
        ),
    )
    wrong.raise_any()
    return kept.draft, EnteredLayout(
        layout, kept.seen, kept.whose, for_customer=_CUSTOMER in keep, for_all=_ALL in keep
    )


def layout_actions(to: Reader, preview: Preview) -> list[Element]:
    """What opens the form from the invoice, and the way back from what was chosen for it alone to what is usual."""
    chosen = [button(to.t("Lines and texts …"), LAYOUT, str(preview.draft_id))]
    if preview.chosen.whose is Whose.DRAFT:
        chosen.append(
            button(to.t("Lines as usual for this customer"), AS_USUAL, way_back(preview.draft_id, Whose.DRAFT))
        )
    return chosen


def layout_said(to: Reader, preview: Preview) -> list[str]:
    """In the invoice: how its lines are made where that is not as ever, and what was typed on lines of another way."""
    said = []
    if preview.chosen.layout != USUAL_LAYOUT:
        said.append(lines_said(to, preview.chosen, preview.customer))
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


def lines_said(to: Reader, chosen: ChosenLayout, customer: str) -> str:
    """What makes a line, and for whom that was chosen."""
    by = ", ".join(_name(to, each) for each in chosen.layout.by) or to.t("one line for all")
    match chosen.whose:
        case Whose.DRAFT:
            return to.t("Lines by {things}, chosen for this invoice.", things=by)
        case Whose.CUSTOMER:
            return to.t("Lines by {things}, kept for {customer}.", things=by, customer=customer)
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


def _as_total(to: Reader, layout: Layout) -> Element:
    return checkbox("total", option(to.t("On one line, as 1 × their total"), "total"), on=layout.as_total)


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
