"""The window of what is agreed with a customer, the forms of it, and what an invoice says about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.billing.agreements import LONGEST_PART, Agreed, EnteredPart, EnteredPrice
from bot.billing.preview import Preview
from bot.billing.rules.agreements import Agreement
from bot.billing.rules.fixed_prices import Covered, FixedPrice
from bot.billing.rules.lines import Line
from bot.billing.rules.rates import CENT
from bot.billing.rules.retainers import Retainer
from bot.billing.views.retainers import (
    NEW_RETAINER,
    PROJECT,
    included_said,
    months_said,
    retainer_blocks,
    retainer_fields,
)
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation,
    context,
    cut,
    date_picker,
    external_select,
    field,
    modal,
    section,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import read_id, read_optional_id, reading

AGREEMENTS = "agreements"
"""Opens the window; its value is the customer, and the draft of the invoice below."""
NEW_PRICE = "agreements_new_price"
CHANGE = "agreements_change"
REMOVE = "agreements_remove"
PART = "agreements_part"
PART_AT_ONCE = "agreements_part_at_once"
"""Opens the form of a lump sum from an invoice; its value is customer, draft and agreement."""
TAKE_BACK = "agreements_take_back"
BACK = "agreements_back"
PRICE_SAVED = "agreements_price_saved"
PART_SAVED = "agreements_part_saved"
BUDGETS = "budgets"
"""Shows the budgets in the place of the window."""
RETAINER_SAVED = "agreements_retainer_saved"
WINDOW = "agreements_window"
_LONGEST = 100
_PARTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    """What the window and its forms keep: whose agreements, the invoice below, and which one a form changes."""

    customer: RowId
    draft: RowId | None = None
    agreement: RowId | None = None
    currency: str = ""
    """In which the form asks for a price."""
    shown: str = ""
    """The digest of its terms when the form was opened."""
    at_once: bool = False
    """The form was opened from the invoice, which is seen again once it is saved."""


KEPT = Metadata(AgreementsPage)


def agreements_button(to: Reader, customer_id: int, draft_id: int | None = None) -> Element:
    """Opens the window, from wherever it stands."""
    return button(to.t("Agreements …"), AGREEMENTS, f"{customer_id}:{draft_id or ''}")


@reading()
def read_about(value: str) -> AgreementsPage:
    """What such a button says. Raises UserError for anything else."""
    customer, draft = value.split(":")
    return AgreementsPage(read_id(customer), read_optional_id(draft))


@reading()
def read_part(value: str) -> AgreementsPage:
    """What the button says that opens the form of a lump sum at once. Raises UserError for anything else."""
    customer, draft, agreement = map(read_id, value.split(":"))
    return AgreementsPage(customer, draft, agreement, at_once=True)


def agreements_page(to: Reader, agreed: Agreed, kept: AgreementsPage, *, said: str = "") -> View:
    """All that is agreed; `said` is what was done a moment ago."""
    blocks: list[Block] = [
        *([section(f"✅ {said}")] if said else []),
        section(to.t("What is agreed with {customer} besides rates.", customer=agreed.customer)),
    ]
    if not (agreed.prices or agreed.retainers):
        blocks.append(context(to.t("Nothing yet: all work is billed by the hour.")))
    for price in agreed.prices:
        blocks += _price_blocks(to, agreed, price)
    for retainer in agreed.retainers:
        blocks += retainer_blocks(to, agreed, retainer)
    adding = (
        button(to.t("Fixed price …"), NEW_PRICE),
        button(to.t("Retainer …"), NEW_RETAINER),
        button(to.t("Budgets …"), BUDGETS),
    )
    blocks.append(actions(*adding, block_id="adding"))
    packed = KEPT.pack(replace(kept, agreement=None, at_once=False))
    return modal(WINDOW, to.t("Agreements"), blocks, close=to.t("Close"), metadata=packed)


def _price_blocks(to: Reader, agreed: Agreed, price: FixedPrice) -> list[Block]:
    agreement = price.agreement
    value = str(agreement.id)
    name = cut(agreement.project or "", _LONGEST)
    said = [
        to.t("{project}: fixed price {price}", project=name, price=to.money(agreement.cents, agreement.currency)),
        months_said(to, agreement),
        _so_far(to, price),
        *_hours(to, price),
    ]
    buttons = [button(to.t("Change …"), CHANGE, value, label=to.t("Change the fixed price of {project}", project=name))]
    if price.rest_cents > 0:
        label = to.t("Bill a part of {project}", project=name)
        buttons.insert(0, button(to.t("Bill a part …"), PART, value, label=label))
    blocks = [section("\n".join(said)), actions(*buttons)]
    charges = [each for each in agreed.charges if each.agreement_id == agreement.id]
    for each in charges[-_PARTS_SHOWN:]:
        what = " · ".join(
            filter(None, (to.full_date(each.day), to.money(each.cents, agreement.currency), cut(each.note, _LONGEST)))
        )
        if each.is_billed:
            blocks.append(context(to.t("{part}: on an invoice", part=what)))
        else:
            taking = button(
                to.t("Take back"), TAKE_BACK, str(each.expense_id), label=to.t("Take back {part}", part=what)
            )
            blocks.append(section(to.t("{part}: open", part=what), taking))
    return blocks


def _so_far(to: Reader, price: FixedPrice) -> str:
    """What of a fixed price is billed, waits for an invoice, and is left."""
    currency = price.agreement.currency
    billed, rest = (to.money(cents, currency) for cents in (price.billed_cents, price.rest_cents))
    if waiting := price.parts_cents - price.billed_cents:
        open_ = to.money(waiting, currency)
        return to.t("{billed} billed, {open} open, {rest} left", billed=billed, open=open_, rest=rest)
    return to.t("{billed} billed, {rest} left", billed=billed, rest=rest)


def _hours(to: Reader, price: FixedPrice) -> list[str]:
    if price.hour_cents is None:
        return []
    hour = to.price(price.hour_cents * CENT, price.agreement.currency)
    return [to.t("{hours} h worked so far: {price} an hour", hours=to.length(price.seconds), price=hour)]


# The forms


def price_form(to: Reader, agreed: Agreed, kept: AgreementsPage, price: FixedPrice | None = None) -> View:
    """A new fixed price, or a known one to be changed."""
    now = price.agreement if price else None
    project = external_select(PROJECT, to.t("Search")) | {"min_query_length": 0}
    currency = agreed.currency_of(price)
    amount = to.amount(now.cents * CENT, currency) if now and now.currency == currency else ""
    hint = to.t("Net, in {currency}. Its hours are never billed by the hour.", currency=currency)
    blocks: list[Block] = [
        section(cut(now.project or "", _LONGEST)) if now else field(to.thing("project"), project, block_id="project"),
        field(to.t("Fixed price"), text_input("price", initial=amount, most=30), block_id="price", hint=hint),
        field(
            to.t("From the month of"),
            date_picker("first", initial=now.first_day if now else agreed.today.replace(day=1)),
            block_id="first",
            hint=to.t("Work of earlier months is billed by the hour."),
        ),
        field(
            to.t("To the month of"),
            date_picker("last", initial=now.last_day if now else None),
            block_id="last",
            optional=True,
            hint=to.t("Empty: it goes on. Work of later months is billed by the hour."),
        ),
    ]
    if price and not price.parts_cents:
        blocks.append(actions(_removing(to, price)))
    return _form(to, PRICE_SAVED, to.t("Fixed price"), blocks, _packed(kept, now, currency))


def _removing(to: Reader, price: FixedPrice) -> Element:
    asked = confirmation(
        to.t("Remove this fixed price?"),
        to.t("Its open hours are billed by the hour again."),
        to.t("Remove"),
        to.t("Cancel"),
    )
    return button(to.t("Remove"), REMOVE, str(price.agreement.id), style="danger", confirm=asked)


def retainer_form(to: Reader, agreed: Agreed, kept: AgreementsPage, retainer: Retainer | None = None) -> View:
    """A new retainer, or a known one to be changed."""
    blocks, currency = retainer_fields(to, agreed, retainer)
    packed = _packed(kept, retainer.agreement if retainer else None, currency)
    return _form(to, RETAINER_SAVED, to.t("Retainer"), blocks, packed)


def _packed(kept: AgreementsPage, now: Agreement | None, currency: str) -> str:
    """What the form of this agreement, or of a new one, keeps."""
    shown = now.terms_digest if now else ""
    return KEPT.pack(replace(kept, agreement=now.id if now else None, currency=currency, shown=shown))


def part_form(to: Reader, agreed: Agreed, kept: AgreementsPage, price: FixedPrice) -> View:
    """A lump sum of a fixed price."""
    agreement = price.agreement
    rest = to.money(price.rest_cents, agreement.currency)
    hint = to.t(
        "Net, in {currency}, or as 50%. Empty: all that is left, {rest}.", currency=agreement.currency, rest=rest
    )
    blocks: list[Block] = [
        section(
            to.t(
                "{project}: fixed price {price}",
                project=cut(agreement.project or "", _LONGEST),
                price=to.money(agreement.cents, agreement.currency),
            )
            + f"\n{_so_far(to, price)}"
        ),
        field(
            to.t("How much"),
            text_input("amount", most=30, placeholder=to.amount(price.rest_cents * CENT, price.agreement.currency)),
            block_id="amount",
            optional=True,
            hint=hint,
        ),
        field(
            to.t("Day"),
            date_picker("day", initial=agreed.today),
            block_id="day",
            hint=to.t("It stands on the invoice of this day, with the hours of the project that are on it."),
        ),
        field(
            to.t("What the line is called"),
            text_input("note", most=LONGEST_PART, placeholder=to.t("Part of the fixed price")),
            block_id="note",
            optional=True,
        ),
    ]
    back = to.t("Agreements …") if kept.at_once else ""
    packed = KEPT.pack(replace(kept, agreement=agreement.id))
    return _form(to, PART_SAVED, to.t("Bill a part"), blocks, packed, back=back)


def _form(to: Reader, callback_id: str, title: str, blocks: Sequence[Block], packed: str, *, back: str = "") -> View:
    """A form in place of the window; `back` names the way there where an invoice opened the form."""
    ways = actions(button(back or to.t("Back"), BACK), block_id="back")
    return modal(callback_id, title, [ways, *blocks], submit=to.t("Save"), close=to.t("Cancel"), metadata=packed)


@reading()
def entered_price(request: Request) -> EnteredPrice:
    """What stands in the form of a fixed price. Raises UserError."""
    kept, last = request.kept(KEPT), request.entered_optional_day("last")
    return EnteredPrice(
        request.entered_id("project"),
        request.entered_text("price"),
        request.entered_day("first"),
        last,
        kept.currency,
        kept.shown,
    )


@reading()
def entered_part(request: Request) -> EnteredPart:
    """What stands in the form of a lump sum. Raises UserError."""
    return EnteredPart(request.entered_text("amount"), request.entered_day("day"), request.entered_text("note"))


# In the invoice


def covered_said(to: Reader, preview: Preview, line: Line) -> list[str]:
    """On the line of a lump sum: how much time it covers, and what is left of the price; of a retainer its hours."""
    if line.included or (line.expense and line.expense.month):
        return included_said(to, preview, line)
    if line.expense is None or line.expense.agreement_id is None:
        return []
    said = []
    for each in preview.covered:
        if each.price.agreement.id == line.expense.agreement_id:
            said.append(_so_far(to, each.price))
            if line.seconds:
                said.append(_covers(to, each, line.seconds))
    return said


def _covers(to: Reader, covered: Covered, seconds: int) -> str:
    hour = covered.price.hour_cents
    price = "" if hour is None else to.price(hour * CENT, covered.price.agreement.currency)
    return to.t("Covers {hours} h; an hour of it brings {price}.", hours=to.length(seconds), price=price)


def covered_blocks(to: Reader, preview: Preview) -> list[Block]:
    """Time in these days that a fixed price covers and that no line has: what is left, and the way to bill it."""
    blocks = []
    for each in preview.covered:
        if each.is_bound:
            continue
        hour = each.price.hour_cents
        text = to.t(
            "{hours} h of {project} are covered by its fixed price, at {price} an hour: {so_far}.",
            hours=to.length(each.seconds),
            project=cut(each.price.agreement.project or "", _LONGEST),
            price="" if hour is None else to.price(hour * CENT, each.price.agreement.currency),
            so_far=_so_far(to, each.price),
        )
        blocks.append(section(text, _billing(to, preview, each.price)))
    return blocks


def _billing(to: Reader, preview: Preview, price: FixedPrice) -> Element:
    """The form of a lump sum; of a price that is billed in full the window."""
    if price.rest_cents <= 0:
        return agreements_button(to, preview.customer_id, preview.draft_id)
    agreement = price.agreement
    label = to.t("Bill a part of {project}", project=cut(agreement.project or "", _LONGEST))
    value = f"{preview.customer_id}:{preview.draft_id}:{agreement.id}"
    return button(to.t("Bill a part …"), PART_AT_ONCE, value, label=label)
