"""Whatever can be done with an invoice is done with two clicks from its first view, the one that saves counted.

A click is a button, a choice in a menu, a tick, or the button of a form; one that asks whether it is meant is two. All
that can be pressed is pressed, from the first view on, and so is what is seen then: nothing new is forgotten here.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.context import Bot
from playground.person import Person
from playground.slack import blocks as kit
from playground.slack.state import Json
from tests.billing.deeds import invoice, opens_entries
from tests.billing.test_arranging import moves, shown_order
from tests.billing.test_budgets import gives
from tests.billing.test_fixed_prices import agrees
from tests.billing.test_outline import by_entry, copies

FORM = " is saved"
FOR_MORE = "It holds for more than this invoice, and is written down once, in a window that shows all there is."
ASKED = "What would be lost for good is asked about."
LOOKING = "It only looks further, or leads back."
MORE_CLICKS = {
    f"agreements_price_saved{FORM}": FOR_MORE,
    f"agreements_retainer_saved{FORM}": FOR_MORE,
    f"order_number_saved{FORM}": FOR_MORE,
    f"recipe_saved{FORM}": FOR_MORE,
    f"recipe_lines_saved{FORM}": FOR_MORE,
    f"recipe_texts_saved{FORM}": FOR_MORE,
    f"recipe_rounding_saved{FORM}": FOR_MORE,
    "recipe_forget:all": ASKED,
    "agreements_remove": ASKED,
    "budgets_remove": ASKED,
    "recipe_back": LOOKING,
    "invoice_page:back": LOOKING,
}
"""What takes more, and why."""
OTHER_INVOICES = frozenset(
    {"invoice_customer", "invoice_period", "invoice_run_open", "invoice_leave_to", "invoice_take_from"}
)
"""They lead to the first view of another invoice, or are about one."""
GONE = 2
"""Clicks that are gone; of what is seen then it is clear that it takes more."""


class Deed(NamedTuple):
    """Something that can be pressed, by the name of its listener without ids, and how many clicks it takes."""

    name: str
    clicks: int
    block: Json
    element: Json | None
    """None: a form's own button."""


@dataclass
class Walk:
    """Presses everything from the first view of the invoice for Acme on."""

    who: Person
    begins: Callable[[Person], None]
    """Puts the invoice that is open back to where the walk began, after something was done for good."""
    known: Collection[str] = OTHER_INVOICES
    """What need not be gone on from."""
    reached: dict[str, int] = field(default_factory=dict)
    """How many clicks each deed takes at least."""
    first: set[str] = field(default_factory=set)
    """What can be pressed in the first view."""

    def goes(self) -> None:
        """Go each way that leads to something new; what a form saves is the end of one."""
        ways: list[tuple[str, ...]] = [()]
        for way in ways:
            taken = self._goes(way)
            for deed in list(self._deeds()) if taken is not None else ():
                clicks = (taken or 0) + deed.clicks
                if deed.name not in {*self.reached, *self.known} and clicks <= GONE and deed.element:
                    ways.append((*way, deed.name))
                self.reached[deed.name] = min(clicks, self.reached.get(deed.name, clicks))

    def _goes(self, way: tuple[str, ...]) -> int | None:
        """Press what the way names, from the first view on; how many clicks that took.

        None: an earlier way did for good what this one needs, or all is closed.
        """
        invoice(self.who)
        if {each.name for each in self._deeds()} != self.first:
            self.begins(self.who)
            self.first = {each.name for each in self._deeds()}
        taken = 0
        for name in way:
            deed = next((each for each in self._deeds() if each.name == name), None)
            if deed is None:
                return None
            self._presses(deed)
            taken += deed.clicks
        return taken if self.who.sees_modal else None

    def _deeds(self) -> Iterator[Deed]:
        """All that can be pressed in the window on top."""
        view = self.who.modal.view
        for block, element in kit.elements(view.blocks):
            assert element["type"] != "overflow", "what stands behind three dots takes a click more"
            if "url" not in element and (block["type"] != "input" or block.get("dispatch_action")):
                clicks = 2 if "confirm" in element else 1
                yield Deed(re.sub(r"\d+", "1", element["action_id"]), clicks, block, element)
        if view.submit:
            yield Deed(view.callback_id + FORM, 1, {}, None)

    def _presses(self, deed: Deed) -> None:
        """Press a button, or choose another line of a menu, or tick a box."""
        if deed.element is None:
            return
        who, key = self.who, kit.key(deed.block, deed.element)
        if deed.element["type"] == "button":
            who.workspace.click(who.id, who.modal.view, key[1], block_id=key[0], confirmed=True)
        else:
            who.workspace.fill(who.id, who.modal.view, *key, self._choice(deed.element, *key), confirmed=True)
        who.waits()

    def _choice(self, element: Json, block_id: str, action_id: str) -> object:
        offered = element
        if element["type"].startswith("external"):
            groups = self.who.workspace.search(self.who.id, self.who.modal.view, block_id, action_id, "")
            offered = {"option_groups": groups}
        values = [str(each["value"]) for each in kit.options(offered)]
        if element["type"] == "checkboxes":
            return values[1:]
        return next(each for each in values if each != element.get("initial_option", {}).get("value"))


def keeps(who: Person, form: str, label: str, value: str) -> None:
    """Keep something for the customer, so that it can be forgotten."""
    invoice(who).click(form)
    who.modal.fill(label, value)
    who.modal.submit()


def nothing_is_left_out(who: Person) -> None:
    if "Take all in" in who.modal.buttons:
        who.modal.click("Take all in")


def one_entry_is_left_out(who: Person) -> None:
    """So the ways back are there too."""
    nothing_is_left_out(who)
    opens_entries(who, "Website · Design")
    who.modal.tick("more")
    who.modal.close()


def test_nothing_that_can_be_done_with_an_invoice_needs_more_than_two_clicks(
    worked: None, anna: Person, bot: Bot
) -> None:
    for each in ("website", "website design 8.3.: more", "app 8.3."):
        anna.types(f"/track log 2h acme {each}")
    for each in ("website", "app"):
        anna.types(f"/track expense 49.90 acme {each}")
    agrees(anna, "Acme GmbH › App", "1000")
    gives(anna, "5 h", hard=True)
    keeps(anna, "Intro and closing …", "Note below the lines", "Thank you")
    keeps(anna, "Lines and texts …", "and in it for each", "nothing more")
    keeps(anna, "Lines and texts …", "and in it for each", "Service")
    invoice(anna).click("Order of the lines …")
    moves(anna, shown_order(anna.modal)[0].split(". ", 1)[1], "Down")
    few = Walk(anna, one_entry_is_left_out)
    few.goes()
    with bot.database.write() as db:
        copies(db, "Portal", 20)
        copies(db, "Shop", 20)
    by_entry(anna, within_project=True)
    many = Walk(anna, nothing_is_left_out, {*OTHER_INVOICES, *few.reached})
    many.goes()
    clicks = many.reached | few.reached
    clicks |= {name: min(count, many.reached.get(name, count)) for name, count in few.reached.items()}
    assert {name for name, count in clicks.items() if count > 2} == set(MORE_CLICKS)
