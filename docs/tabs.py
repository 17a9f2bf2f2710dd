"""The demo in a browser, as the pictures are made of it: who sits at which tab, and how one is taken."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from playwright.sync_api import Browser, Locator, Page, expect

HERE = Path(__file__).parent / "screenshots"
SIZE = {"width": 1400, "height": 860}
TALL = {"width": 1400, "height": 1320}
"""For what is long: the Home, a week."""
PHONE = {"width": 390, "height": 844}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
"""Of the people in the demo when the run began: the clock goes on, and may pass into the next month."""
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)


def month_name(month: date, language: str) -> str:
    """As it is said and typed in a language."""
    return str(format_date(month, "LLLL", locale=language))


MONTH_EN, MONTH_DE = month_name(THIS_MONTH, "en"), month_name(THIS_MONTH, "de")


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own, and its address."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://\S+", first)
            if found is None:
                sys.exit("The demo did not start.")
            yield found[0]
        finally:
            process.terminate()


class Tab:
    """One person's tab, in their language."""

    def __init__(self, browser: Browser, address: str, person: str, language: str) -> None:
        self.page: Page = browser.new_page(viewport=SIZE, device_scale_factor=1)
        self.language = language
        self.page.goto(address)
        self.page.get_by_role("link", name=person).click()
        self.live()

    def live(self) -> None:
        """Until the tab hears news."""
        self.page.wait_for_selector("body[data-live]")

    def goes(self, place: str) -> None:
        """Open a channel, the direct messages or the Home tab."""
        self.page.get_by_role("link", name=place, exact=False).first.click()
        self.live()

    def types(self, text: str, *, until: str = "") -> None:
        """Type into the composer; `until` is a text that the answer shows."""
        self.page.locator("#composer-text").fill(text)
        self.page.locator("#composer-text").press("Enter")
        if until:
            expect(self.page.get_by_text(until).last).to_be_visible(timeout=15_000)

    @property
    def modal(self) -> Locator:
        """The modal on top."""
        return self.page.locator("dialog[open]").last

    def picks(self, label: str, text: str) -> None:
        """Choose from a menu that is searched."""
        field = self.modal.get_by_label(label, exact=True)
        field.click()
        field.fill(text)
        self.modal.get_by_role("option", name=text).first.click()

    def stands_still(self) -> None:
        """Wait until an invoice is not drawn anew any more with what is read from Billomat."""
        self.page.wait_for_timeout(2_000)
        expect(self.modal.get_by_text("🔄")).to_have_count(0, timeout=30_000)

    def leaves(self) -> None:
        """Close all modals."""
        while self.modal.count():
            self.page.keyboard.press("Escape")
            self.page.wait_for_timeout(300)

    def saves(self, name: str, *, tall: bool = False, phone: bool = False, shows: Locator | None = None) -> None:
        """Take the picture; `shows` has to be in sight."""
        self.page.bring_to_front()
        self.page.set_viewport_size(PHONE if phone else TALL if tall else SIZE)
        if shows:
            shows.evaluate("each => each.scrollIntoView()")
        self.page.wait_for_timeout(600)  # animations
        self.page.screenshot(path=HERE / f"{name}-{self.language}.png")
        self.page.set_viewport_size(SIZE)
