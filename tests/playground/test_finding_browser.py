"""A line of another page is found and changed in a browser: in both languages, and on a telephone."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout, dump_layout
from bot.core.context import Bot
from tests.billing.conftest import connected
from tests.billing.deeds import ACME, change
from tests.billing.test_outline import copies
from tests.playground.test_invoice_browser import PHONE, Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types

__all__ = ["chromium", "connected", "opens"]

pytestmark = pytest.mark.browser
NOTE = "Portal 0031"


@dataclass(frozen=True)
class Words:
    """Who bills, and what they read."""

    who: str
    command: str
    find: str
    description: str
    save: str


ENGLISH = Words(
    who="Anna",
    command="/track invoice acme march",
    find="Find a line …",
    description="Description",
    save="Save",
)
GERMAN = Words(
    who="Finn",
    command="/track rechnung acme märz",
    find="Position finden …",
    description="Beschreibung",
    save="Speichern",
)


@pytest.mark.parametrize("telephone", [False, True], ids=["screen", "telephone"])
@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])
def test_a_line_of_another_page_is_found_and_changed_with_two_clicks(
    words: Words, telephone: bool, opens: Opens, bot: Bot
) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    change(bot, ACME, layout=dump_layout(Layout(by=(Shared.ENTRY,))))
    tab: Page = opens(words.who)
    if telephone:
        tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    types(tab, words.command)
    menu = top(tab).get_by_placeholder(words.find)
    menu.fill("portal 31")
    top(tab).get_by_role("option").filter(has_text=NOTE).first.click()
    described = top(tab).get_by_label(words.description)
    expect(described).to_have_value(re.compile(NOTE))
    if telephone:
        fits(tab)
    described.fill("As agreed")
    press(tab, words.save)
    expect(top(tab).get_by_text("As agreed")).to_be_visible()
    expect(top(tab).get_by_placeholder(words.find)).to_have_value("")
    if telephone:
        fits(tab)
