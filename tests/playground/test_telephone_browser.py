"""The menus beside a text have room on a telephone, also on a narrow one: nothing sticks out of the settings."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from bot.core.context import Bot
from storage.tables import people
from tests.billing.conftest import connected
from tests.playground.test_invoice_browser import Opens, fits, opens, press, top
from tests.playground.test_page import chromium, types

__all__ = ["chromium", "connected", "opens"]

pytestmark = pytest.mark.browser


@pytest.fixture(params=[390, 360])
def narrow(request: pytest.FixtureRequest) -> dict[str, int]:
    """The size of a telephone."""
    return {"width": request.param, "height": 844}


@pytest.mark.parametrize(
    ("who", "typed", "heading", "more"),
    [
        ("Anna", "/track settings", "Design is billed as", "More settings"),
        ("Finn", "/track einstellungen", "Design wird abgerechnet als", "Mehr Einstellungen"),
    ],
    ids=["English", "German"],
)
def test_the_menus_of_articles_stay_in_the_settings(
    opens: Opens, bot: Bot, narrow: dict[str, int], who: str, typed: str, heading: str, more: str
) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role="admin"))
    tab: Page = opens(who)
    tab.set_viewport_size(narrow)  # type: ignore[arg-type]
    types(tab, typed)
    expect(top(tab).get_by_text(heading)).to_be_visible()
    fits(tab)
    press(tab, more)
    expect(top(tab).get_by_role("button", name=more)).to_have_count(0)
    fits(tab)
