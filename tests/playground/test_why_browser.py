"""Asking "Why?" in a browser: of a line and of the total, in both languages, and on a telephone."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.billing.conftest import connected
from tests.playground.test_invoice_browser import PHONE, Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types

__all__ = ["chromium", "connected", "opens"]

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Words:
    """Who asks, and what they read."""

    who: str
    command: str
    why_line: str
    why_total: str
    calculated: str
    entry: str
    back: str
    gross: str


ENGLISH = Words(
    who="Anna",
    command="/track invoice acme march",
    why_line="Why does App come to this?",
    why_total="Why does the invoice come to this?",
    calculated="2.00 h × €95.00 = €190.00",
    entry="2:00 h · Anna Admin · second",
    back="Back to the invoice",
    gross="Gross: €380.00 + €72.20 = €452.20",
)
GERMAN = Words(
    who="Finn",
    command="/track rechnung acme märz",
    why_line="Wie kommt App auf diesen Betrag?",
    why_total="Wie kommt die Rechnung auf diese Summe?",
    calculated="2,00 h × 95,00 € = 190,00 €",
    entry="2:00 h · Anna Admin · second",
    back="Zurück zur Rechnung",
    gross="Brutto: 380,00 € + 72,20 € = 452,20 €",
)


@pytest.mark.parametrize("telephone", [False, True], ids=["screen", "telephone"])
@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["English", "German"])
def test_a_line_and_the_total_say_why(words: Words, telephone: bool, opens: Opens) -> None:
    tab = opens(words.who)
    if telephone:
        tab.set_viewport_size(PHONE)
    types(tab, words.command)
    press(tab, words.why_line)
    expect(top(tab).get_by_text(words.entry)).to_be_visible()
    expect(top(tab).get_by_text(words.calculated).first).to_be_visible()
    if telephone:
        fits(tab)
    press(tab, words.back)
    expect(top(tab).get_by_text(words.entry)).to_have_count(0)
    press(tab, words.why_total)
    expect(top(tab).get_by_text(words.gross)).to_be_visible()
    if telephone:
        fits(tab)
