"""The forms of rates: the workspace's own one, a new one, and one that is in the list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as defaulting
from datetime import date
from typing import Any

from bot.billing.rates import Rates
from bot.billing.rating import ChangedRule, EnteredPrice, EnteredRule, Holds, stands_for
from bot.billing.rules.rate_list import WORKSPACE, RateRule
from bot.billing.views.rate_words import names_of_work, prices_said, rule_said
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation,
    context,
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
from bot.slack.request import Request
from bot.slack.untrusted import read_number, reading

LIST = "rates_list"
REMOVE = "rates_remove"
SAVED = "rates_saved"
ADDED = "rates_added"
CHANGED = "rates_changed"
MENU = "rates_menu"
"""The action_ids of the menus of a form end in what is chosen in them."""
KINDS = ("customer", "project", "service", "person")


@dataclass(frozen=True, slots=True)
class About:
    """For what a new rate is likely meant, from where the window was opened."""

    customer: RowId | None = None
    service: RowId | None = None
    draft: RowId | None = None
    """The invoice below, which is shown anew."""


@dataclass(frozen=True, slots=True)
class RatesPage:
    """What the window keeps."""

    currency: str = ""
    about: About = About()
    page: int = 0
    rule: int = 0
    is_list: bool = False
    tried: dict[str, RowId] = defaulting(default_factory=dict)
    day: Day | None = None
    named: dict[str, RowId] = defaulting(default_factory=dict)
    """What the rate that is being changed was about when its form was opened."""


KEPT = Metadata(RatesPage)


def one_rate(to: Reader, rates: Rates, kept: RatesPage, done: Sequence[Block]) -> View:
    """The workspace's own rate, below what was done a moment ago."""
    packed = KEPT.pack(RatesPage(rates.currency, kept.about, is_list=kept.is_list))
    if not rates.may_change:
        text = to.t("Hourly rate: {prices}", prices=prices_said(to, rates.usual.prices, rates.currency))
        blocks = [*done, section(text), admins_change_them(to)]
        return modal(SAVED, to.t("Rates"), blocks, close=to.t("Close"), metadata=packed)
    hint = to.t("Net, in {currency}; for work whose service has no article", currency=rates.currency)
    blocks = [*done, *_price_fields(to, rates.usual, rates.currency, rates.today, hint=hint)]
    if rates.usual.price_on(rates.today) is not None and not kept.is_list:
        blocks.append(actions(button(to.t("Different rates …"), LIST), block_id="different"))
    return modal(SAVED, to.t("Rates"), blocks, submit=to.t("Save"), close=to.t("Close"), metadata=packed)


def admins_change_them(to: Reader) -> Block:
    """For those who see rates and may not change them."""
    return context(to.t("Admins of Trackomat change rates."))


def _price_fields(to: Reader, rule: RateRule, currency: str, today: date, *, hint: str) -> list[Block]:
    """The price, and from when on it is to hold, where there is one already."""
    price, known = rule.price_on(today), any(each.price is not None for each in rule.prices)
    typed = text_input("price", initial="" if price is None else to.amount(price, currency), most=20)
    turn = stands_for(rule.prices)  # Slack keeps what was typed in a block that is called as before
    blocks = [field(to.t("Hourly rate"), typed, block_id=f"price:{turn}", optional=known, hint=hint)]
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
        field(
            to.t("First day"),
            date_picker("first"),
            block_id=f"first:{turn}",
            optional=True,
            hint=to.t("Only for “From the day below on”"),
        ),
    ]


def add_form(to: Reader, rates: Rates, kept: RatesPage, chosen: Mapping[str, dict[str, Any]]) -> View:
    """A new rate; `chosen` are the options that are chosen already, by their menus."""
    hint = to.t(
        "Net; in the currency of the customer, else in {currency} or the one that is typed with it",
        currency=rates.currency,
    )
    price = field(to.t("Hourly rate"), text_input("price", most=20), block_id="price", hint=hint)
    places = [option(to.t("By itself: the more exact rate comes first"), "0"), *_places(len(rates.rules))]
    blocks = [
        *_work_menus(to, chosen),
        price,
        *_holds_fields(to),
        field(to.t("Place in the list"), static_select("place", places, initial=places[0]), block_id="place"),
    ]
    packed = KEPT.pack(RatesPage(rates.currency, kept.about, kept.page, is_list=True))
    return modal(ADDED, to.t("Add rate"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=packed)


def _work_menus(to: Reader, chosen: Mapping[str, dict[str, Any]]) -> Iterator[Block]:
    """What a rate is about; the block_ids name what is chosen, or Slack would keep what was chosen for another one."""
    names = names_of_work(to)
    for kind in KINDS:
        initial = chosen.get(kind)
        menu = external_select(f"{MENU}:{kind}", to.t("All"), initial=initial)
        block_id = f"{kind}:{initial['value']}" if initial else kind
        yield field(names[kind], menu, block_id=block_id, optional=True)


def change_form(
    to: Reader, rates: Rates, rule: RateRule, kept: RatesPage, chosen: Mapping[str, dict[str, Any]]
) -> View:
    """Another price, the end, other work or another place of a rate; `chosen` are the options of its menus."""
    if rule.id == WORKSPACE:
        return one_rate(to, rates, RatesPage(about=kept.about, is_list=True), [])
    number, currency = rates.number(rule), rule.currency or rates.currency
    blocks: list[Block] = [section(f"{number}. {rule_said(to, rates, rule)}")]
    if not rule.by_article:
        hint = to.t("Net, in {currency}. Empty: the rate ends.", currency=currency)
        blocks += [*_work_menus(to, chosen), *_price_fields(to, rule, currency, rates.today, hint=hint)]
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
    named = {kind: int(option["value"]) for kind, option in chosen.items()}
    packed = KEPT.pack(RatesPage(rates.currency, kept.about, kept.page, rule.id, is_list=True, named=named))
    return modal(CHANGED, to.t("Change rate"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=packed)


def _places(count: int) -> list[dict[str, Any]]:
    """Of a list; a menu takes a hundred."""
    return [option(str(number), str(number)) for number in range(1, min(count, 99) + 1)]


@reading()
def entered_price(request: Request) -> EnteredPrice:
    """What stands in the fields of a price; of the first one nothing is asked. Raises UserError."""
    first = request.entered_optional_day("first")
    holds = Holds(request.entered_choice("holds") or Holds.OPEN)
    seen = (request.input_called("price") or "").partition(":")[2]
    return EnteredPrice(request.entered_text("price"), holds, first, seen)


@reading()
def entered_rule(request: Request) -> EnteredRule:
    """What a new rate is to be about. Raises UserError."""
    return EnteredRule(**{kind: request.entered_id(kind) for kind in KINDS})


@reading()
def changed_rule(request: Request) -> ChangedRule | None:
    """What a rate is to be about by now; None where the form does not ask it. Raises UserError."""
    if request.input_called("customer") is None:
        return None
    named = request.kept(KEPT).named
    return ChangedRule(EnteredRule(**{kind: named.get(kind) for kind in KINDS}), entered_rule(request))


@reading()
def entered_place(request: Request) -> int:
    """The place that was chosen. Raises UserError."""
    return read_number(request.entered_choice("place"))
