"""The window of rates: one field while there is one rate, else the list with a line to try it, and the forms of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as defaulting
from datetime import date
from typing import Any

from bot.billing.rating import Answered, EnteredPrice, EnteredRule, Holds, Rates, Tried, stands_for
from bot.billing.rules.rate_list import ALWAYS, WORKSPACE, PriceFrom, RateRule
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
    option,
    section,
    static_select,
    text_input,
)
from bot.slack.metadata import Day, Metadata, RowId
from bot.slack.pages import turning
from bot.slack.request import Request
from bot.slack.untrusted import read_number, read_optional_id, reading

RATES = "rates"
"""Opens the window; its value says for what a new rate is likely meant."""
LIST = "rates_list"
ADD = "rates_add"
CHANGE = "rates_change"
REMOVE = "rates_remove"
TURN = "rates_turn"
SAVED = "rates_saved"
ADDED = "rates_added"
CHANGED = "rates_changed"
TRY = "rates_try"
"""The action_ids of the test line end in a word: what of the work was chosen."""
MENU = "rates_menu"
"""Likewise those of the form of a new rate."""
KINDS = ("customer", "project", "service", "person")
PAGE = 40
_LONGEST = 120
_BEATEN = 3


@dataclass(frozen=True, slots=True)
class About:
    """For what a new rate is likely meant, from where the window was opened."""

    customer: RowId | None = None
    service: RowId | None = None
    draft: RowId | None = None
    """The invoice below, which is shown anew."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the window keeps."""

    currency: str = ""
    about: About = About()
    page: int = 0
    rule: int = 0
    is_list: bool = False
    tried: dict[str, RowId] = defaulting(default_factory=dict)
    day: Day | None = None


KEPT = Metadata(Kept)


def open_button(to: Reader, about: About | None = None) -> Element:
    """Opens the window, from wherever it stands."""
    named = about or About()
    ids = (named.customer, named.service, named.draft)
    return button(to.t("Rates …"), RATES, ":".join(str(each or "") for each in ids))


@reading()
def read_about(value: str) -> About:
    """What such a button says. Raises UserError for anything else."""
    customer, service, draft = map(read_optional_id, value.split(":"))
    return About(customer, service, draft)


def page(to: Reader, rates: Rates, kept: Kept, *, said: str = "", answered: Answered | None = None) -> View:
    """One field while nobody wanted more; `said` is what was done a moment ago."""
    done = [section(f"✅ {said}")] if said else []
    if rates.is_plain and not kept.is_list:
        return _one_rate(to, rates, kept, done)
    return _list(to, rates, kept, done, answered)


# The workspace's own rate


def _one_rate(to: Reader, rates: Rates, kept: Kept, done: Sequence[Block]) -> View:
    packed = KEPT.pack(Kept(rates.currency, kept.about, is_list=kept.is_list))
    if not rates.may_change:
        text = to.t("Hourly rate: {prices}", prices=prices_said(to, rates.usual.prices, rates.currency))
        return modal(SAVED, to.t("Rates"), [*done, section(text)], close=to.t("Close"), metadata=packed)
    hint = to.t("Net, in {currency}; for work whose service has no article", currency=rates.currency)
    blocks = [*done, *_price_fields(to, rates.usual, rates.currency, rates.today, hint=hint)]
    if rates.usual.price_on(rates.today) is not None and not kept.is_list:
        blocks.append(actions(button(to.t("Different rates …"), LIST), block_id="different"))
    return modal(SAVED, to.t("Rates"), blocks, submit=to.t("Save"), close=to.t("Close"), metadata=packed)


def rate_set(to: Reader, rates: Rates) -> str:
    """What an hour costs since a moment ago."""
    prices = rates.usual.prices
    if len(prices) == 1 and prices[0].price is not None:
        return to.t("An hour costs {rate} net from now on.", rate=to.price(prices[0].price, rates.currency))
    return to.t("Net price of an hour: {prices}.", prices=prices_said(to, prices, rates.currency))


def _price_fields(to: Reader, rule: RateRule, currency: str, today: date, *, hint: str) -> list[Block]:
    """The price, and from when on it is to hold, where there is one already."""
    price, known = rule.price_on(today), any(each.price is not None for each in rule.prices)
    typed = text_input("price", initial="" if price is None else to.amount(price), most=20)
    turn = stands_for(rule.prices)  # Slack keeps what was typed in a block that is called as before
    blocks = [field(to.t("Hourly rate"), typed, block_id=f"price:{turn}", optional=True, hint=hint)]
    if not known:
        return blocks
    later = [each for each in rule.prices if each.first_day > today]
    if later:
        blocks.append(context(to.t("Planned: {prices}", prices=prices_said(to, later, currency))))
    return [*blocks, *_holds_fields(to, turn)]


def _holds_fields(to: Reader, turn: str = "") -> list[Block]:
    options = {
        Holds.TODAY: option(to.t("From today on"), Holds.TODAY),
        Holds.DAY: option(to.t("From the day below on"), Holds.DAY),
        Holds.OPEN: option(to.t("Also for all that is open"), Holds.OPEN),
    }
    return [
        field(
            to.t("It holds"),
            static_select("holds", [*options.values()], initial=options[Holds.TODAY]),
            block_id=f"holds:{turn}",
            hint=to.t("What is billed stays as it is. Work counts on the day on which it began."),
        ),
        field(to.t("First day"), date_picker("first"), block_id=f"first:{turn}", optional=True),
    ]


# The list


def _list(to: Reader, rates: Rates, kept: Kept, done: Sequence[Block], answered: Answered | None) -> View:
    begins = min(kept.page, (len(rates.rules) - 1) // PAGE) * PAGE
    shown = rates.rules[begins : begins + PAGE]
    blocks: list[Block] = [
        *done,
        context(to.t("The first rate that fits the work holds. What is billed stays as it is.")),
        *(_line(to, rates, each) for each in shown),
    ]
    if len(rates.rules) > PAGE:
        last = begins + PAGE >= len(rates.rules)
        blocks.append(
            actions(*turning(to, TURN, begins // PAGE, is_first=not begins, is_last=last), block_id="turning")
        )
    if rates.may_change:
        blocks.append(actions(button(to.t("Add rate …"), ADD), block_id="adding"))
    blocks += _test_line(to, rates, kept, answered)
    packed = KEPT.pack(replace(kept, currency=rates.currency, page=begins // PAGE, rule=0, is_list=True))
    return modal(SAVED, to.t("Rates"), blocks, close=to.t("Close"), metadata=packed)


def _line(to: Reader, rates: Rates, rule: RateRule) -> Block:
    text = f"{rates.number(rule)}. {rule_said(to, rates, rule)}"
    changing = button(
        to.t("Change …"), CHANGE, str(rule.id), label=to.t("Change rate {number}", number=rates.number(rule))
    )
    may_change = rates.may_change and rule.id >= 0
    return section(cut(text, 3 * _LONGEST), changing if may_change else None, block_id=f"rate:{rule.id}")


def rule_said(to: Reader, rates: Rates, rule: RateRule) -> str:
    """A rule in words: Design for Acme: €95.00 from Jan 1, 2027."""
    if rule.by_article:
        return to.t("What has an article in Billomat: its price, or that of the customer's price group")
    prices = prices_said(to, rule.prices, rule.currency or rates.currency)
    return to.t("{work}: {prices}", work=work_said(to, rates, rule), prices=prices)


def work_said(to: Reader, rates: Rates, rule: RateRule) -> str:
    """What a rule is about."""
    if rule.id == WORKSPACE:
        return to.t("Everything else") if len(rates.rules) > 1 else to.t("Everything")
    labels = rates.labels
    whom = labels.projects.get(rule.project_id or 0) or labels.customers.get(rule.customer_id or 0, "")
    service, person = labels.services.get(rule.service_id or 0, ""), labels.people.get(rule.person_id or 0, "")
    work = to.t("{service} for {whom}", service=service, whom=whom) if service and whom else service or whom
    if person and work:
        work = to.t("{work} by {person}", work=work, person=person)
    return cut(work or person, _LONGEST)


def prices_said(to: Reader, prices: Sequence[PriceFrom], currency: str) -> str:
    """Prices with their first days."""
    said = []
    for each in prices:
        price = to.t("none") if each.price is None else to.price(each.price, currency)
        is_first = each.first_day == ALWAYS
        said.append(price if is_first else to.t("{price} from {day}", price=price, day=to.short_date(each.first_day)))
    if len(said) > 1 and prices[0] == PriceFrom(ALWAYS, None):
        said = said[1:]
    return ", ".join(said) or to.t("none")


def _test_line(to: Reader, rates: Rates, kept: Kept, answered: Answered | None) -> list[Block]:
    names = _names(to)
    menus = [external_select(f"{TRY}:{kind}", names[kind]) for kind in KINDS]
    return [
        context(to.t("Which rate holds? Choose a project or a customer, and what else the work is.")),
        actions(*(menu | {"min_query_length": 0} for menu in menus), block_id="trying"),
        actions(date_picker(f"{TRY}:day", initial=kept.day or rates.today), block_id="day"),
        *([section(f"➡️ {answer_said(to, rates, answered)}")] if answered else []),
    ]


def answer_said(to: Reader, rates: Rates, answered: Answered) -> str:
    """Which rate holds, and which it beat."""
    rate = answered.rate
    if rate.rule is None or (rate.price is None and not rate.rule.by_article):
        return to.t("No rate: a person has to type one.")
    number = str(rates.number(rate.rule))
    if rate.price is None:
        return to.t("No rate by rule {number}: the article is not sold by the hour.", number=number)
    price = to.price(rate.price, answered.currency)
    said = to.t("{price} by rule {number}", price=price, number=number)
    if answered.gross:
        said = to.t("{price} with VAT by rule {number}", price=price, number=number)
    if not rate.beaten:
        return said
    beaten = [f"{rates.number(each)}. {rule_said(to, rates, each)}" for each in rate.beaten[:_BEATEN]]
    return f"{said}\n" + to.t("It beats: {rules}", rules="; ".join(beaten))


def _names(to: Reader) -> dict[str, str]:
    return {"person": to.t("Person"), **{kind: to.thing(kind) for kind in ("service", "project", "customer")}}


@reading()
def tried_now(request: Request) -> Kept:
    """The window with what was chosen in the test line a moment ago. Raises UserError."""
    kept, part = replace(request.kept(KEPT), rule=0, is_list=True), request.action_part
    if part == "day":
        return replace(kept, day=request.entered_day("day"))
    return replace(kept, tried=kept.tried | {part: request.clicked_id})


def tried(kept: Kept) -> Tried:
    """The work of the test line."""
    return Tried(**{kind: kept.tried.get(kind) for kind in KINDS}, day=kept.day)


# The forms


def add_form(to: Reader, rates: Rates, kept: Kept, chosen: Mapping[str, dict[str, Any]]) -> View:
    """A new rate; `chosen` are the options that are chosen already, by their menus."""
    names = _names(to)
    hint = to.t("Net; in the currency of the customer, else in {currency}", currency=rates.currency)
    menus = [
        field(
            names[kind],
            external_select(f"{MENU}:{kind}", to.t("All"), initial=chosen.get(kind)) | {"min_query_length": 0},
            block_id=kind,
            optional=True,
        )
        for kind in KINDS
    ]
    price = field(to.t("Hourly rate"), text_input("price", most=20), block_id="price", optional=True, hint=hint)
    places = [option(to.t("By itself: the more exact rate comes first"), "0"), *_places(len(rates.rules))]
    blocks = [
        *menus,
        price,
        *_holds_fields(to),
        field(to.t("Place in the list"), static_select("place", places, initial=places[0]), block_id="place"),
    ]
    packed = KEPT.pack(Kept(rates.currency, kept.about, kept.page, is_list=True))
    return modal(ADDED, to.t("Add rate"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=packed)


def change_form(to: Reader, rates: Rates, rule: RateRule, kept: Kept) -> View:
    """Another price, the end, or another place of a rate."""
    if rule.id == WORKSPACE:
        return _one_rate(to, rates, Kept(about=kept.about, is_list=True), [])
    number, currency = rates.number(rule), rule.currency or rates.currency
    blocks: list[Block] = [section(f"{number}. {rule_said(to, rates, rule)}")]
    if not rule.by_article:
        hint = to.t("Net, in {currency}. Empty: the rate ends.", currency=currency)
        blocks += _price_fields(to, rule, currency, rates.today, hint=hint)
    own = option(str(number), str(number))
    places = _places(len(rates.rules) - 1)
    if own not in places:
        places.append(own)
    blocks.append(field(to.t("Place in the list"), static_select("place", places, initial=own), block_id="place"))
    if not rule.by_article:
        removing = confirmation(
            to.t("Remove this rate?"),
            to.t("What is open has the next rate that fits. What is billed stays as it is."),
            to.t("Remove"),
            to.t("Cancel"),
        )
        blocks.append(actions(button(to.t("Remove"), REMOVE, str(rule.id), style="danger", confirm=removing)))
    packed = KEPT.pack(Kept(rates.currency, kept.about, kept.page, rule.id, is_list=True))
    return modal(CHANGED, to.t("Change rate"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=packed)


def _places(count: int) -> list[dict[str, Any]]:
    """Of a list; a menu takes a hundred."""
    return [option(str(number), str(number)) for number in range(1, min(count, 99) + 1)]


@reading()
def entered_price(request: Request) -> EnteredPrice:
    """What stands in the fields of a price; of the first one nothing is asked. Raises UserError."""
    picked = request.entered_choice("first")
    holds = Holds(request.entered_choice("holds") or Holds.OPEN)
    seen = (request.input_called("price") or "").partition(":")[2]
    return EnteredPrice(request.entered_text("price"), holds, date.fromisoformat(picked) if picked else None, seen)


@reading()
def entered_rule(request: Request) -> EnteredRule:
    """What a new rate is to be about. Raises UserError."""
    return EnteredRule(**{kind: request.entered_id(kind) for kind in KINDS})


@reading()
def entered_place(request: Request) -> int:
    """The place that was chosen. Raises UserError."""
    return read_number(request.entered_choice("place"))
