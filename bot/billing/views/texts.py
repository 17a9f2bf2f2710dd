"""The form of what stands above and below an invoice's lines, and how the customer will read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bot.billing.language import InvoiceLanguage
from bot.billing.preview import Preview
from bot.billing.rules.layout import Whose
from bot.billing.rules.templates import OF_AN_INVOICE
from bot.billing.rules.texts import ChosenTexts, InvoiceTexts, Texts
from bot.billing.texts import EnteredTexts, texts_digest
from bot.billing.views.keeping import way_back
from bot.billing.views.variables import LONGEST_TYPED, entered_template, named, template_input
from bot.billing.writing import LONGEST_TITLE
from bot.core.errors import FieldErrors
from bot.core.texts import Reader
from bot.slack.blocks import (
    SECTION_TEXT,
    Block,
    Element,
    View,
    actions,
    button,
    checkbox,
    checkboxes,
    context,
    divider,
    field,
    modal,
    option,
    section,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request

TEXTS = "invoice_texts"
TEXTS_CHANGED = "invoice_texts_changed"
TRY = "invoice_texts_try"
AS_USUAL = "invoice_texts_as_usual"
_ROOM = {"heading": LONGEST_TITLE, "intro": LONGEST_TYPED, "note": LONGEST_TYPED, "closing": LONGEST_TYPED}
"""How many characters each may have."""
_CUSTOMER, _ALL = "customer", "all"


@dataclass(frozen=True, slots=True)
class ChangingTexts:
    """What the form keeps: the draft, and what it began with."""

    draft: RowId
    seen: str = ""


CHANGING_TEXTS = Metadata(ChangingTexts)


def texts_form(to: Reader, preview: Preview, *, for_all: bool, entered: EnteredTexts | None = None) -> View:
    """The form, filled in with what holds now; whoever may choose `for_all` customers is asked that too.

    Below it stands what the customer reads. While somebody types, the preview is of what they `entered`.
    """
    holds = preview.chosen_texts
    texts = entered.texts if entered else holds.texts
    seen = entered.seen if entered else texts_digest(holds)
    blocks = [
        *([] if entered else [context(texts_standing(to, preview.chosen_texts, preview.customer, preview.language))]),
        context(to.t("What you write in braces is filled in: {variables}.", variables=named(to, OF_AN_INVOICE))),
        *_fields(to, texts),
        field(to.t("Square brackets"), _brackets(to, texts), block_id="brackets", optional=True),
        field(to.t("Keep for later"), _keep(to, preview, entered, for_all=for_all), block_id="keep", optional=True),
        actions(button(to.t("Preview"), TRY)),
        *as_read(to, preview),
    ]
    return modal(
        TEXTS_CHANGED,
        to.t("Intro and closing"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=CHANGING_TEXTS.pack(ChangingTexts(preview.draft_id, seen)),
    )


def _fields(to: Reader, texts: Texts) -> Iterator[Block]:
    labels = {
        "heading": (to.t("Heading"), texts.heading),
        "intro": (to.t("Above the lines"), texts.intro),
        "note": (to.t("Note below the lines"), texts.note),
        "closing": (to.t("Closing text"), texts.closing),
    }
    hints = {
        "heading": to.t("Empty: Billomat's own, as it is set there."),
        "intro": to.t("Empty: Billomat's own, as it is set there."),
        "closing": to.t("Note and closing text both empty: Billomat's own, as it is set there."),
    }
    for name, (label, template) in labels.items():
        is_one_line = name == "heading"
        element = template_input(to, name, template or "", OF_AN_INVOICE, multiline=not is_one_line, most=_ROOM[name])
        yield field(label, element, block_id=name, optional=True, hint=hints.get(name, ""))


def _brackets(to: Reader, texts: Texts) -> Element:
    filled_in = option(to.t("Billomat fills in [Invoice.due_date] and the like"), "fill")
    return checkbox("brackets", filled_in, on=not texts.as_written)


def _keep(to: Reader, preview: Preview, entered: EnteredTexts | None, *, for_all: bool) -> Element:
    language = preview.language.written_name(to)
    options = [option(to.t("Keep for {customer}, on later invoices too", customer=preview.customer), _CUSTOMER)]
    if for_all:
        options.append(option(to.t("Take them for all customers who read {language}", language=language), _ALL))
    on = {_CUSTOMER: entered.for_customer, _ALL: entered.for_all} if entered else {_CUSTOMER: True}
    return checkboxes("keep", options, ticked=[each for each in options if on.get(each["value"])])


def entered_texts(request: Request) -> tuple[int, EnteredTexts]:
    """The draft, and what was typed for it. Raises UserError."""
    kept, keep, to = request.kept(CHANGING_TEXTS), request.entered_choices("keep"), request.caller.reader
    wrong = FieldErrors()
    heading, intro, note, closing = (
        wrong.read(partial(entered_template, to, request.entered_text(name), OF_AN_INVOICE, field=name, most=most), "")
        for name, most in _ROOM.items()
    )
    wrong.raise_any()
    texts = Texts(heading, intro, note, closing, as_written=not request.is_ticked("brackets"))
    return kept.draft, EnteredTexts(texts, kept.seen, for_customer=_CUSTOMER in keep, for_all=_ALL in keep)


def as_read(to: Reader, preview: Preview) -> list[Block]:
    """How the customer will read what stands above and below the lines; nothing where all of it is Billomat's own."""
    texts = preview.texts
    said = _notices(to, texts)
    return [
        *([context(to.t("The customer reads, above and below the lines:"))] if texts.sent else ()),
        *above_lines(preview),
        *([divider()] if texts.sent else ()),
        *below_lines(preview),
        *([context("\n".join(said))] if said else ()),
    ]


def above_lines(preview: Preview) -> list[Block]:
    """Heading and intro as the customer will read them."""
    return _paragraphs("\n\n".join(filter(None, (preview.texts.heading, preview.texts.intro))))


def below_lines(preview: Preview) -> list[Block]:
    """Note and closing text as the customer will read them."""
    return _paragraphs(preview.texts.note)


def texts_said(to: Reader, preview: Preview) -> list[str]:
    """In the invoice: for whom its texts are kept, and what they lack."""
    is_own = preview.chosen_texts.whose is not Whose.NOBODY
    standing = texts_standing(to, preview.chosen_texts, preview.customer, preview.language)
    return [*([standing] if is_own else ()), *_notices(to, preview.texts)]


def texts_actions(to: Reader, preview: Preview) -> list[Element]:
    """What opens the form from the invoice, and the way back from what was chosen for it alone to what is usual."""
    chosen = [button(to.t("Intro and closing …"), TEXTS, str(preview.draft_id))]
    if preview.chosen_texts.whose is Whose.DRAFT:
        chosen.append(
            button(to.t("Texts as usual for this customer"), AS_USUAL, way_back(preview.draft_id, Whose.DRAFT))
        )
    return chosen


def texts_standing(to: Reader, chosen: ChosenTexts, customer: str, language: InvoiceLanguage) -> str:
    """For whom the texts were chosen."""
    match chosen.whose:
        case Whose.DRAFT:
            return to.t("The texts above and below the lines were chosen for this invoice.")
        case Whose.CUSTOMER:
            return to.t("The texts above and below the lines are kept for {customer}.", customer=customer)
        case Whose.WORKSPACE:
            return to.t(
                "The texts above and below the lines are those of all customers who read {language}.",
                language=language.written_name(to),
            )
        case Whose.NOBODY:
            return to.t("The texts above and below the lines are Billomat's own.")


def _notices(to: Reader, texts: InvoiceTexts) -> list[str]:
    said = []
    if texts.shortened:
        said.append(to.t("⚠️ Not in full, for want of room: what is filled in above and below the lines."))
    if texts.lacks_emoji:
        said.append(to.t("Emoji in these texts are left out: Billomat may not take them."))
    return said


def _paragraphs(text: str) -> list[Block]:
    """All of a text, in as many blocks as it takes."""
    parts = [text[at : at + SECTION_TEXT] for at in range(0, len(text), SECTION_TEXT)]
    return [section(part) for part in parts]
