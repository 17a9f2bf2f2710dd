"""The tables and charts that Slack draws: sorted, filtered and paged by mouse and keyboard, read without eyes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.slack.blocks import Block
from bot.slack.native import Number, bar_chart, data_table
from playground.page.charts import drawn
from tests.playground.slack.test_native import axes, pie
from tests.playground.test_page import Opens, World, chromium, opens, tabs, world

__all__ = ["chromium", "opens", "tabs", "world"]

HOURS = {"Acme": 120, "Bäckerei": 45, "Zoo": 600, "Ärzte": 45, **{f"Kunde {n}": n for n in range(1, 9)}}
TABLE = data_table(
    "Zeit nach Kunde",
    ["Kunde", "Zeit", "Stand"],
    [(name, Number(minutes, f"{minutes // 60}:{minutes % 60:02}"), "offen") for name, minutes in HOURS.items()],
    page_size=5,
)
CHART = bar_chart(
    "Stunden nach Kunde", [(name, Decimal(each) / 60) for name, each in HOURS.items()], measured="Stunden"
)


def shows(world: World, *blocks: Block) -> None:
    with world.workspace.change():
        general = world.workspace.channels(world.workspace.person("Anna").id)[0]
        world.workspace.post(general.id, world.workspace.team.bot_user, "Zeit", [*blocks])


def names(tab: Page) -> list[str]:
    return tab.locator("[data-table] tbody tr:not([hidden]) th").all_text_contents()


def head(tab: Page, name: str) -> Locator:
    return tab.get_by_role("columnheader", name=name)


@pytest.mark.browser
def test_a_head_sorts_up_down_and_back(opens: Opens, world: World) -> None:
    shows(world, *TABLE)
    anna = opens("Anna")
    assert names(anna) == ["Acme", "Bäckerei", "Zoo", "Ärzte", "Kunde 1"]
    head(anna, "Zeit").get_by_role("button").click()
    expect(head(anna, "Zeit")).to_have_attribute("aria-sort", "ascending")
    assert names(anna)[:2] == ["Kunde 1", "Kunde 2"]
    head(anna, "Zeit").get_by_role("button").press("Enter")
    expect(head(anna, "Zeit")).to_have_attribute("aria-sort", "descending")
    assert names(anna)[:3] == ["Zoo", "Acme", "Bäckerei"]
    head(anna, "Kunde").get_by_role("button").click()
    expect(head(anna, "Zeit")).to_have_attribute("aria-sort", "none")
    assert names(anna)[:3] == ["Acme", "Ärzte", "Bäckerei"]
    for _ in range(2):
        head(anna, "Kunde").get_by_role("button").click()
    assert names(anna) == ["Acme", "Bäckerei", "Zoo", "Ärzte", "Kunde 1"]


@pytest.mark.browser
def test_a_table_is_filtered_and_turned_by_page_and_news_change_neither(opens: Opens, world: World) -> None:
    shows(world, *TABLE)
    anna = opens("Anna")
    status = anna.locator("[data-table]").get_by_role("status")
    expect(status).to_have_text("1–5 von 12")
    anna.get_by_role("button", name="Nächste Seite").click()
    anna.get_by_role("button", name="Nächste Seite").press("Enter")
    expect(status).to_have_text("11–12 von 12")
    expect(anna.get_by_role("button", name="Nächste Seite")).to_be_disabled()
    anna.get_by_label("Filtern").fill("kunde")
    expect(status).to_have_text("1–5 von 8")
    assert names(anna) == [f"Kunde {n}" for n in range(1, 6)]
    shows(world, pie(Andere=3))
    expect(anna.get_by_role("img", name="Andere")).to_be_visible()
    expect(anna.get_by_label("Filtern")).to_have_value("kunde")
    expect(status).to_have_text("1–5 von 8")
    anna.get_by_label("Filtern").fill("gibt es nicht")
    expect(status).to_have_text("Nichts gefunden")


@pytest.mark.browser
def test_what_is_drawn_fits_a_telephone_and_says_in_words_what_it_shows(opens: Opens, world: World) -> None:
    shows(world, *CHART, *TABLE)
    anna = opens("Anna")
    anna.set_viewport_size({"width": 390, "height": 800})
    picture = anna.get_by_role("img", name="Acme, Stunden: 2; Bäckerei, Stunden: 0,75; Zoo, Stunden: 10")
    expect(picture).to_be_visible()
    assert anna.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for sheet in anna.locator(".sheet").all():
        box = sheet.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 390
        assert sheet.evaluate("sheet => sheet.scrollWidth >= sheet.clientWidth && sheet.tabIndex === 0")
    size = picture.locator(".category").first.evaluate("text => text.getBoundingClientRect().height")
    assert size > 8  # letters that nobody has to guess


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1300])
def test_no_word_of_a_table_is_broken_however_many_columns_it_has(opens: Opens, world: World, width: int) -> None:
    names = ("Bäckerei Söhne & Co.", "Hansen & Söhne GmbH", "Zahnarztpraxis Dr. Weber")
    heads = ["Kunde", "Projekt", "Zeit", "Noch nicht abgerechnet", "Netto"]
    rows = [(name, "Online-Shop", Number(60, "1:00 h"), Number(60, "1:00 h"), Number(95, "95,00 €")) for name in names]
    shows(world, *data_table("Oktober 2026", heads, rows, page_size=5))
    anna = opens("Anna")
    anna.set_viewport_size({"width": width, "height": 800})
    broken = """table => [...table.querySelectorAll("td, th")].flatMap(cell => {
        const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
        for (let node; (node = text.nextNode()); )
            for (const word of node.data.matchAll(/[^\\s-]+/g)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                if (range.getClientRects().length > 1) found.push(word[0]);
            }
        return found;
    })"""
    assert anna.get_by_role("table").evaluate(broken) == []


@pytest.mark.browser
def test_slack_can_be_made_to_refuse_tables_and_to_show_them_below_the_text(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    finn.get_by_text("What Slack lets the bot send").click()
    choice = finn.get_by_label("How Slack takes tables and charts")
    with finn.expect_response("**/do/**"):  # what the menu shows it shows before the workspace has heard of it
        choice.select_option("refuses them")
    expect(choice).to_have_value("refuses them")
    assert world.workspace.refusal
    with finn.expect_response("**/do/**"):
        choice.select_option("draws them below the text")
    finn.reload()
    expect(choice).to_have_value("draws them below the text")
    assert (world.workspace.refusal, world.workspace.replaces_answers) == (None, False)


# Where marks stand


def test_values_below_zero_hang_from_the_axis_and_all_are_between_the_ticks() -> None:
    drawing = drawn(axes(A=(-3, 7), B=(0, 2)), "en_GB")
    assert [tick.text for tick in drawing.ticks] == ["-4", "-2", "0", "2", "4", "6", "8"]
    tops = [tick.y for tick in drawing.ticks]
    assert tops == sorted(tops, reverse=True)
    assert tops[-1] <= drawing.zero <= tops[0]
    assert [mark.said for mark in drawing.marks] == ["Mon, A: -3", "Tue, A: 7", "Mon, B: 0", "Tue, B: 2"]


def test_the_slices_of_a_pie_are_together_all_of_it() -> None:
    parts = drawn(pie(Acme=3, Shop=1), "de_DE")
    assert [mark.said for mark in parts.marks] == ["Acme: 3 (75\xa0%)", "Shop: 1 (25\xa0%)"]
    assert drawn(pie(Acme=3), "en_GB").marks[0].path.count("a") == 2  # a full circle is two arcs
