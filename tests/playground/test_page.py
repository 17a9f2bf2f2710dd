"""What only a browser shows: that people can read and use the page. Every rule of Slack is tested without one."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from playground.billomat import seed as billomat_seed
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.page import texts
from playground.page.app import create_app
from playground.page.render import HERE, german_reduction
from playground.person import in_process
from playground.slack.clock import Clock
from playground.slack.state import Answer, Shortcut
from playground.slack.workspace import Workspace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 30_000
"""Milliseconds; what is seen sooner is not waited for, and the machine may be busy."""
MONDAY_NOON = datetime(2026, 3, 9, 11, tzinfo=UTC)
SHORTCUTS = (
    Shortcut("log", "Log time", "Opens the form", on_messages=False),
    Shortcut("log_this", "Log time on this", "Keeps the message with it", on_messages=True),
)
KEYS = {"admin key": billomat_seed.ADMIN_KEY, "read-only key": billomat_seed.READ_ONLY_KEY}

browser_test = pytest.mark.browser


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text.lower()}


def field_block(label: str, kind: str, *, optional: bool = False, hint: str = "", **more: Any) -> dict[str, Any]:
    block = {
        "type": "input",
        "block_id": label.lower(),
        "label": plain(label),
        "optional": optional,
        "element": {"type": kind, "action_id": "value", **more},
    }
    return {**block, "hint": plain(hint)} if hint else block


CUSTOMERS = ("Acme GmbH", "Bäckerei Söhne & Co.", "<!channel> & Söhne *GmbH*", *(f"Kunde {n}" for n in range(30)))
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Log time"),
    "submit": plain("Save"),
    "blocks": [
        {**field_block("Customer", "external_select", min_query_length=1), "dispatch_action": True},
        field_block("Date", "datepicker", initial_date="2026-03-09"),
        field_block("Start", "timepicker"),
        field_block("Duration", "plain_text_input", hint="1:30, 1,5h or 90m"),
        field_block("Rate", "number_input", is_decimal_allowed=True, initial_value="85.50"),
        field_block("Service", "static_select", options=[option("Design"), option("Development")]),
        field_block("Tags", "multi_static_select", optional=True, options=[option("Review"), option("Travel")]),
        field_block("Colleague", "users_select", optional=True),
        field_block("Note", "plain_text_input", optional=True, multiline=True),
        field_block("Billing", "checkboxes", optional=True, options=[option("Billable"), option("Urgent")]),
        field_block("Where", "radio_buttons", options=[option("Home"), option("Office")]),
        {"type": "actions", "elements": [{"type": "button", "action_id": "deeper", "text": plain("More …")}]},
    ],
}
DEEPER = {
    **FORM,
    "callback_id": "deeper",
    "title": plain("Details"),
    "blocks": [field_block("Why", "plain_text_input")],
}
RUNNING = [
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Website* for &lt;!channel&gt; &amp; Söhne"},
        "accessory": {"type": "overflow", "action_id": "more", "options": [option("Edit"), option("Discard")]},
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "stop",
                "text": plain("Stop"),
                "confirm": {
                    "title": plain("Stop the timer?"),
                    "text": plain("It has been running since 9:15."),
                    "confirm": plain("Yes"),
                    "deny": plain("No"),
                },
            }
        ],
    },
]


def tiny_bot(workspace: Workspace, heard: list[Any]) -> App:
    """A bot that has one of everything and notes what it hears."""
    app = App(
        signing_secret="playground",
        process_before_response=True,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T00000001", bot_token="xoxb-playground"),
        client=WebClient(base_url=f"{workspace.url}/slack/api/"),
    )
    answer_commands(app)
    answer_clicks(app, heard)
    answer_fields(app, heard)
    return app


def answer_commands(app: App) -> None:
    @app.command("/track")
    def track(ack: Any, command: Any, client: Any) -> None:
        match command["text"]:
            case "form":
                client.views_open(trigger_id=command["trigger_id"], view=FORM)
                ack()
            case "start":
                ack(text="Running", blocks=RUNNING)
            case "tell":
                client.chat_postMessage(channel=command["channel_id"], text="Read *this* <https://example.com|page>")
                ack()
            case "lines":
                ack(text="Lines", blocks=[{"type": "section", "text": plain("one\ntwo")}])
            case "break":
                ack(text="Broken", blocks=[{"type": "header", "text": plain("x" * 151)}])
            case unknown:
                ack(f"You said {unknown}")

    @app.event("app_home_opened")
    def home(event: Any, client: Any, ack: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Your day")}]}
        client.views_publish(user_id=event["user"], view=view)
        ack()


def answer_clicks(app: App, heard: list[Any]) -> None:
    @app.action("deeper")
    def deeper(ack: Any, body: Any, client: Any) -> None:
        client.views_push(trigger_id=body["trigger_id"], view=DEEPER)
        ack()

    @app.action("stop")
    def stop(ack: Any, respond: Any) -> None:
        respond("Stopped", replace_original=True)
        ack()

    @app.shortcut("log")
    @app.shortcut("log_this")
    def used(ack: Any, body: Any) -> None:
        heard.append((body["callback_id"], body.get("message", {}).get("text")))
        ack()

    @app.action("more")
    def more(ack: Any, action: Any) -> None:
        heard.append(action["selected_option"]["value"])
        ack()


def answer_fields(app: App, heard: list[Any]) -> None:
    @app.options("value")
    def customers(ack: Any, payload: Any) -> None:
        found = [option(name) for name in CUSTOMERS if payload["value"].lower() in name.lower()]
        if payload["value"] == "kunde 1":
            ack(
                option_groups=[
                    {"label": plain("Recent"), "options": found[:1]},
                    {"label": plain("All"), "options": found[1:]},
                ]
            )
        else:
            ack(options=found)

    @app.action("value")
    def chosen(ack: Any, body: Any, client: Any, action: Any) -> None:
        name = action["selected_option"]["text"]["text"]
        said = {"type": "section", "block_id": "said", "text": {"type": "mrkdwn", "text": f"Chosen: {name}"}}
        client.views_update(view_id=body["view"]["id"], view={**FORM, "blocks": [said, *FORM["blocks"]]})
        ack()

    @app.view("form")
    def submitted(ack: Any, view: Any) -> None:
        values = {block: state["value"] for block, state in view["state"]["values"].items()}
        if values["duration"]["value"] == "25:00":
            ack(response_action="errors", errors={"duration": "A day has 24 hours."})
        else:
            heard.append(values)
            ack()


@dataclass
class World:
    """The page on a port of its own, with a tiny bot behind it."""

    workspace: Workspace
    account: Account
    url: str
    heard: list[Any] = field(default_factory=list)

    def seat(self, name: str, place: str = "") -> str:
        return f"{self.url}/{self.workspace.person(name).id}/{place}"


@contextmanager
def served(workspace: Workspace, account: Account) -> Iterator[World]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        workspace.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(workspace, account, keys=KEYS)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield World(workspace, account, workspace.url)
        finally:
            server.should_exit = server.force_exit = True
            thread.join(10)


@pytest.fixture
def world() -> Iterator[World]:
    clock = Clock(lambda: MONDAY_NOON)
    workspace = Workspace(clock=clock, shortcuts=SHORTCUTS)
    workspace.add_person("Anna Admin", locale="de-DE", is_owner=True)
    workspace.add_person("Finn Freelancer", zone="Europe/Lisbon", locale="en-GB")
    workspace.add_channel("general")
    account = Account("beispiel", clock.now)
    billomat_seed.seed(account)
    with served(workspace, account) as world:
        workspace.transport = in_process(tiny_bot(workspace, world.heard))
        yield world


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium found: install it (Debian: apt install chromium) to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def tabs(chromium: Browser, world: World) -> Iterator[BrowserContext]:
    """A browser window in which nothing may go wrong unnoticed: no script error, no request to anywhere else."""
    context = chromium.new_context(viewport={"width": 1400, "height": 860})
    context.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("request", lambda request: None if world.url in request.url else wrong.append(request.url))
    yield context
    context.close()
    assert [each for each in wrong if not each.startswith("data:")] == []


Opens = Callable[..., Page]


@pytest.fixture
def opens(tabs: BrowserContext, world: World) -> Opens:
    """Opens a tab for a person, and waits until news would reach it."""

    def open_tab(name: str, place: str = "") -> Page:
        tab = tabs.new_page()
        tab.goto(world.seat(name, place))
        expect(tab.locator("body")).to_have_attribute("data-live", "")
        return tab

    return open_tab


def types(tab: Page, text: str) -> None:
    composer = tab.locator("#composer-text")
    composer.fill(text)
    composer.press("Escape")
    composer.press("Enter")


def opens_form(tab: Page) -> Locator:
    types(tab, "/track form")
    form = tab.get_by_role("dialog", name="Log time")
    expect(form).to_be_visible()
    return form


def is_inside(inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a
    assert b
    return (
        b["x"] <= a["x"]
        and b["y"] <= a["y"]
        and a["x"] + a["width"] <= b["x"] + b["width"]
        and a["y"] + a["height"] <= b["y"] + b["height"]
    )


# Without a browser


def test_every_word_of_the_page_is_there_in_german() -> None:
    templates = "".join(path.read_text() for path in HERE.glob("templates/*.html"))
    code = (HERE / "render.py").read_text() + (HERE / "app.py").read_text()
    used = {found[2] for found in re.finditer(r"""\bt\((["'])(.+?)\1""", templates)} | {"Choose an option"}
    assert used <= texts.GERMAN.keys()
    assert [word for word in texts.GERMAN if word not in templates + code] == sorted(KEYS)


def test_a_page_of_another_origin_cannot_act_for_anybody(world: World) -> None:
    anna = world.workspace.person("Anna")
    general = world.workspace.channels(anna.id)[0]
    body = f'{{"person": "{anna.id}", "place": "{general.id}", "text": "Hello"}}'
    refused = httpx.post(f"{world.url}/do/say", content=body, headers={"Content-Type": "text/plain"})
    assert refused.status_code == 415
    assert world.workspace.messages(anna.id, general.id) == []


@pytest.mark.parametrize("path", ["/U999/", "/U00000001/C999", "/billomat/app/beta/invoices/1", "/do/nothing"])
def test_what_does_not_exist_is_not_found(world: World, path: str) -> None:
    method = "POST" if path.startswith("/do/") else "GET"
    assert httpx.request(method, world.url + path, json={}).status_code == 404


def test_a_reply_stands_below_what_it_replies_to_and_an_own_message_can_be_deleted(world: World) -> None:
    anna = world.workspace.person("Anna")
    general = world.workspace.channels(anna.id)[0]
    where = {"person": anna.id, "place": general.id}
    first = world.workspace.say(anna.id, general.id, "first")
    world.workspace.say(anna.id, general.id, "second")
    assert httpx.post(f"{world.url}/do/say", json=where | {"text": "a reply", "thread": first.ts}).json() == {}
    page = httpx.get(world.seat("Anna", general.id)).text
    assert page.index("first") < page.index("a reply") < page.index("second")
    assert page.count('class="message reply') == 1
    gone = httpx.post(f"{world.url}/do/delete", json=where | {"surface": first.id})
    assert gone.json() == {}
    assert "first" not in httpx.get(world.seat("Anna", general.id)).text


def test_in_a_channel_the_composer_suggests_to_mention_the_bot(world: World) -> None:
    anna = world.workspace.person("Anna")
    general, messages = (room.id for room in world.workspace.channels(anna.id))
    assert "@Trackomat start acme website" in httpx.get(world.seat("Anna", general)).text
    assert "@Trackomat start acme website" not in httpx.get(world.seat("Anna", messages)).text


# Messages


@browser_test
def test_an_ephemeral_answer_is_seen_by_the_one_who_typed_only(opens: Opens) -> None:
    anna, finn = opens("Anna"), opens("Finn")
    types(finn, "/track hello")
    expect(finn.get_by_text("You said hello")).to_be_visible()
    expect(finn.get_by_text("Only visible to you")).to_be_visible()
    types(finn, "Did you see it?")
    expect(anna.get_by_text("Did you see it?")).to_be_visible()
    expect(anna.get_by_text("You said hello")).to_have_count(0)


@browser_test
def test_markup_is_shown_and_foreign_html_is_not(opens: Opens) -> None:
    anna = opens("Anna")
    types(anna, "/track tell")
    expect(anna.locator("#messages b", has_text="this")).to_be_visible()
    expect(anna.get_by_role("link", name="page")).to_have_attribute("href", "https://example.com")
    types(anna, "<b id=evil>bold</b>")
    expect(anna.get_by_text("<b id=evil>bold</b>")).to_be_visible()
    expect(anna.locator("#evil")).to_have_count(0)


@browser_test
def test_lines_of_plain_text_stay_lines(opens: Opens) -> None:
    finn = opens("Finn")
    types(finn, "/track lines")
    assert finn.get_by_text("one").inner_text().split("\n") == ["one", "two"]


@browser_test
def test_news_leave_alone_what_somebody_is_typing(opens: Opens) -> None:
    anna, finn = opens("Anna"), opens("Finn")
    anna.locator("#composer-text").press_sequentially("half a sen")
    types(finn, "Hello!")
    expect(anna.get_by_text("Hello!")).to_be_visible()
    anna.keyboard.type("tence")
    expect(anna.locator("#composer-text")).to_have_value("half a sentence")


@browser_test
def test_a_slash_brings_up_what_the_bot_understands(opens: Opens) -> None:
    finn = opens("Finn")
    composer = finn.get_by_role("combobox", name="New message #general")
    composer.press_sequentially("/track sto")
    hint = finn.get_by_role("option", name="/track stop")
    expect(hint).to_be_visible()
    assert is_inside(hint, finn.locator("main"))
    composer.press("ArrowDown")
    composer.press("Enter")
    expect(composer).to_have_value("/track stop")
    expect(hint).to_be_hidden()
    composer.press("Enter")
    expect(finn.get_by_text("You said stop")).to_be_visible()


@browser_test
def test_a_button_asks_before_it_acts(opens: Opens) -> None:
    finn = opens("Finn")
    types(finn, "/track start")
    expect(finn.get_by_text("<!channel> & Söhne")).to_be_visible()
    finn.get_by_role("button", name="Stop").click()
    asks = finn.get_by_role("dialog", name="Stop the timer?")
    expect(asks).to_contain_text("It has been running since 9:15.")
    asks.get_by_role("button", name="No").click()
    expect(asks).to_be_hidden()
    finn.get_by_role("button", name="Stop").click()
    asks.get_by_role("button", name="Yes").click()
    expect(finn.get_by_text("Stopped")).to_be_visible()
    expect(finn.get_by_role("button", name="Stop")).to_have_count(0)


@browser_test
def test_the_menu_of_a_message_opens_inside_the_window(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    types(finn, "/track start")
    finn.get_by_role("button", name="More actions").click()
    discard = finn.get_by_role("button", name="Discard")
    assert is_inside(discard, finn.locator("body"))
    with finn.expect_response("**/do/click"):
        discard.click()
    expect(discard).to_be_hidden()
    world.workspace.wait_idle()
    assert world.heard == ["discard"]


@browser_test
def test_shortcuts_are_beside_the_composer_and_on_messages_that_others_see(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    finn.get_by_role("button", name="Shortcuts").click()
    finn.get_by_role("button", name="Log time Opens the form").click()
    types(finn, "call with Acme")
    message = finn.get_by_role("article").filter(has_text="call with Acme")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    finn.get_by_role("button", name="Log time on this").click()
    types(finn, "/track hello")
    answer = finn.get_by_role("article").filter(has_text="You said hello")
    answer.hover()
    expect(answer.get_by_role("button")).to_have_count(0)
    world.workspace.wait_idle()
    assert world.heard == [("log", None), ("log_this", "call with Acme")]


@browser_test
def test_a_message_elsewhere_is_announced_beside_the_place(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    client = WebClient("xoxb-playground", base_url=f"{world.url}/slack/api/")
    client.chat_postMessage(channel=world.workspace.person("Finn").id, text="Your day")
    place = finn.get_by_role("link", name="Trackomat 1 new")
    place.click()
    expect(finn.get_by_text("Your day")).to_be_visible()
    expect(finn.get_by_role("link", name="Trackomat", exact=True)).to_have_attribute("aria-current", "page")


# Modals


@browser_test
def test_every_kind_of_field_is_found_by_its_label_and_reaches_the_bot(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    form = opens_form(finn)
    form.get_by_label("Customer").fill("acme")
    form.get_by_role("option", name="Acme GmbH").click()
    expect(form.get_by_text("Chosen: Acme GmbH")).to_be_visible()
    form.get_by_label("Date").fill("2026-03-06")
    form.get_by_label("Start").fill("09:15")
    form.get_by_label("Duration").fill("1:30")
    form.get_by_label("Rate").fill("90")
    form.get_by_label("Service").select_option("Design")
    for tag in ("Review", "Travel"):
        form.get_by_label("Tags").click()
        form.get_by_role("option", name=tag).click()
        expect(form.get_by_role("button", name=f"Remove {tag}")).to_be_visible()
    form.get_by_role("button", name="Remove Review").click()
    form.get_by_label("Colleague").select_option("Anna Admin")
    form.get_by_label("Note").fill("two\nlines")
    form.get_by_label("Urgent").check()
    form.get_by_label("Office").check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    [values] = world.heard
    assert values["customer"]["selected_option"]["value"] == "acme gmbh"
    assert (values["date"]["selected_date"], values["start"]["selected_time"]) == ("2026-03-06", "09:15")
    assert (values["duration"]["value"], values["rate"]["value"]) == ("1:30", "90")
    assert values["service"]["selected_option"]["value"] == "design"
    assert [tag["value"] for tag in values["tags"]["selected_options"]] == ["travel"]
    assert values["colleague"]["selected_user"] == world.workspace.person("Anna").id
    assert values["note"]["value"] == "two\nlines"
    assert [box["value"] for box in values["billing"]["selected_options"]] == ["urgent"]
    assert values["where"]["selected_option"]["value"] == "office"
    assert world.workspace.violations == []


@browser_test
def test_beside_an_open_modal_billomat_stays_within_reach(opens: Opens) -> None:
    finn = opens("Finn")
    form = opens_form(finn)
    pane = finn.get_by_role("complementary", name="Billomat account")
    edge, start = form.bounding_box(), pane.bounding_box()
    assert edge
    assert start
    assert edge["x"] + edge["width"] <= start["x"]
    assert is_inside(form.get_by_role("button", name="Save"), finn.locator("body"))
    expect(pane.get_by_text(billomat_seed.ADMIN_KEY)).to_be_visible()
    expect(finn.locator("main")).to_have_attribute("inert", "")


@browser_test
def test_a_searched_field_works_with_the_keyboard_alone(opens: Opens) -> None:
    finn = opens("Finn")
    form = opens_form(finn)
    customer = form.get_by_label("Customer")
    expect(customer).to_be_focused()
    customer.press_sequentially("söhne")
    expect(form.get_by_role("option", name="Bäckerei Söhne & Co.")).to_be_visible()
    assert is_inside(form.get_by_role("listbox", name="Options").first, finn.locator("body"))
    customer.press("ArrowDown")
    customer.press("Enter")
    expect(customer).to_have_value("<!channel> & Söhne *GmbH*")
    customer.fill("kunde 1")
    assert form.get_by_role("listbox").first.inner_text().splitlines()[:3] == ["Recent", "Kunde 1", "All"]
    customer.press_sequentially("nobody")
    expect(form.get_by_text("Nothing found")).to_be_visible()
    customer.press("Escape")
    expect(form).to_be_visible()
    customer.press("Tab")
    expect(customer).to_have_value("<!channel> & Söhne *GmbH*")


@browser_test
def test_an_error_stands_at_its_field_until_it_is_corrected(opens: Opens) -> None:
    finn = opens("Finn")
    form = opens_form(finn)
    form.get_by_role("button", name="Save").click()
    customer = form.get_by_label("Customer")
    expect(customer).to_have_accessible_description("Please complete this required field.")
    expect(customer).to_be_focused()
    customer.fill("acme")
    form.get_by_role("option", name="Acme GmbH").click()
    expect(form.get_by_text("Chosen: Acme GmbH")).to_be_visible()
    form.get_by_label("Start").fill("09:15")
    form.get_by_label("Service").select_option("Design")
    form.get_by_label("Home").check()
    duration = form.get_by_label("Duration")
    duration.fill("25:00")
    duration.press("Enter")
    expect(duration).to_have_accessible_description("1:30, 1,5h or 90m A day has 24 hours.")
    assert is_inside(form.get_by_text("A day has 24 hours."), form)
    duration.fill("2h")
    duration.press("Enter")
    expect(form).to_have_count(0)


@browser_test
def test_an_update_keeps_what_was_typed_and_where_the_cursor_is(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    form = opens_form(finn)
    form.get_by_label("Duration").press_sequentially("1:")
    [view] = world.workspace.modals(world.workspace.person("Finn").id)
    said = {"type": "section", "block_id": "said", "text": plain("Something changed")}
    client = WebClient("xoxb-playground", base_url=f"{world.url}/slack/api/")
    client.views_update(view_id=view.id, view={**FORM, "blocks": [said, *FORM["blocks"]]})
    expect(form.get_by_text("Something changed")).to_be_visible()
    finn.keyboard.type("30")
    expect(form.get_by_label("Duration")).to_have_value("1:30")


@browser_test
def test_escape_leads_back_through_the_stack(opens: Opens) -> None:
    finn = opens("Finn")
    form = opens_form(finn)
    form.get_by_label("Duration").fill("1:30")
    form.get_by_role("button", name="More …").click()
    details = finn.get_by_role("dialog", name="Details")
    expect(details.get_by_label("Why")).to_be_focused()
    details.press("Escape")
    expect(form.get_by_label("Duration")).to_have_value("1:30")
    form.press("Escape")
    expect(finn.get_by_role("dialog")).to_have_count(0)


# Around it


@browser_test
def test_the_home_tab_shows_what_the_bot_publishes(opens: Opens) -> None:
    finn = opens("Finn")
    finn.get_by_role("link", name="Trackomat – Home").click()
    expect(finn.get_by_role("heading", name="Your day")).to_be_visible()
    finn.get_by_role("link", name="Messages").click()
    expect(finn.get_by_role("combobox", name="New message @Trackomat")).to_be_focused()


@browser_test
def test_the_page_speaks_the_language_of_whom_one_acts_as(opens: Opens) -> None:
    tab = opens("Anna")
    expect(tab.get_by_role("heading", name="Kanäle")).to_be_visible()
    expect(tab.get_by_text("Jetzt: Mo. 12:00")).to_be_visible()
    tab.get_by_role("link", name="Finn Freelancer").click()
    expect(tab.get_by_role("heading", name="Channels")).to_be_visible()
    expect(tab.get_by_text("Now: Mon 11:00")).to_be_visible()


@browser_test
def test_the_clock_moves_forward_for_everybody_and_never_back(opens: Opens, world: World) -> None:
    anna, finn = opens("Anna"), opens("Finn")
    anna.get_by_role("button", name="+1 h").click()
    expect(finn.get_by_text("Now: Mon 12:00")).to_be_visible()
    anna.get_by_role("button", name="nächster Morgen").click()
    expect(anna.get_by_text("Jetzt: Di. 09:00")).to_be_visible()
    finn.get_by_role("button", name="Set the clock").click()
    finn.get_by_label("Set the clock", exact=True).and_(finn.locator("input")).fill("2026-03-10T17:30")
    finn.get_by_role("button", name="Set", exact=True).click()
    expect(finn.get_by_text("Now: Tue 17:30")).to_be_visible()
    assert world.workspace.clock.now() - MONDAY_NOON == timedelta(days=1, hours=6, minutes=30)
    with pytest.raises(ValueError, match="only moves forward"):
        world.workspace.clock.forward(timedelta(seconds=-1))


@browser_test
@pytest.mark.parametrize(("sent", "printed"), [("12.5%", "12,5\u00a0%"), ("10%", "10\u00a0%"), ("7.25", "7,25")])
def test_a_reduction_is_printed_as_a_german_invoice_has_it(sent: str, printed: str) -> None:
    assert german_reduction(sent) == printed


def test_a_draft_appears_as_an_invoice(opens: Opens, world: World, tabs: BrowserContext) -> None:
    finn = opens("Finn")
    expect(finn.get_by_text("No invoices yet.")).to_be_visible()
    acme = next(client for client in world.account.all(Client) if client.name == "Acme GmbH")
    lines = [
        {"title": "Entwicklung", "unit": "Stunde", "quantity": "12.5", "unit_price": "85.50"},
        {"title": "Lektorat", "quantity": "2", "unit_price": "65", "tax_name": "MwSt", "tax_rate": "7"},
    ]
    fields = {
        "client_id": str(acme.id),
        "date": "2026-03-09",
        "supply_date": "01.03.2026 – 09.03.2026",
        "label": "TRK-7F3K9QX2M4AB",
        "invoice-items": {"invoice-item": lines},
    }
    draft = world.account.create_invoice(fields)
    paper = finn.get_by_role("article", name="RE198")
    for shown in (
        "DRAFT",
        "60311 Frankfurt am Main",
        "09.03.2026",
        "01.03.2026 – 09.03.2026",
        "12,5 Stunde × 85,50 €",
        "1.068,75 €",
        "zzgl. 19 % MwSt auf 1.068,75 €",
        "zzgl. 7 % MwSt auf 130,00 €",
        "1.410,91 €",
        "TRK-7F3K9QX2M4AB",
    ):
        expect(paper).to_contain_text(shown.replace(" €", "\N{NO-BREAK SPACE}€"))
    assert is_inside(paper, finn.get_by_role("complementary"))
    with tabs.expect_page() as opened:
        finn.get_by_role("link", name="Open on a page of its own").click()
    assert opened.value.url == f"{world.url}/billomat/app/beta/invoices/{draft.id}"
    expect(opened.value.get_by_role("heading", name="RE198 Acme GmbH")).to_be_visible()
    world.account.create_invoice({**fields, "label": "TRK-THE-NEXT"})
    expect(finn.get_by_text("TRK-THE-NEXT")).to_be_visible()
    expect(finn.get_by_text("TRK-7F3K9QX2M4AB")).to_be_hidden()


@browser_test
def test_billomat_can_be_made_to_fail_and_a_key_be_revoked(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    address = f"{world.url}/billomat/api/clients/myself"

    def status() -> int:
        headers = {"X-BillomatApiKey": billomat_seed.ADMIN_KEY, "Accept": "application/json"}
        return httpx.get(address, headers=headers).status_code

    behaviour = finn.get_by_label("How Billomat behaves")
    behaviour.select_option("is in maintenance (503)")
    expect(behaviour).to_have_class("bad")
    assert status() == 503
    behaviour.select_option("works")
    expect(behaviour).not_to_have_class("bad")
    assert status() == 200
    finn.get_by_role("button", name="Revoke admin key").click()
    expect(finn.get_by_text("The admin key is revoked.")).to_be_visible()
    assert status() == 401
    finn.get_by_role("button", name="Undo").click()
    expect(finn.get_by_role("button", name="Revoke admin key")).to_be_visible()
    assert status() == 200


@browser_test
@pytest.mark.parametrize("own_page", [False, True])
def test_what_is_done_in_billomat_can_be_taken_back_step_by_step(opens: Opens, world: World, own_page: bool) -> None:
    client = world.account.all(Client)[0]
    made = world.account.create_invoice({"client_id": client.id, "date": "2026-03-09"})
    pane = opens("Finn")
    page = pane
    if own_page:
        page = pane.context.new_page()
        page.goto(f"{world.url}/billomat/app/beta/invoices/{made.id}")
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("button", name="Cancel invoice").click()
    page.get_by_role("button", name="Take the cancellation back").click()
    expect(page.get_by_role("button", name="Cancel invoice")).to_be_visible()
    assert world.account.document(made.id).status == "OPEN"
    for stands in ("CANCELED", "OPEN", "DRAFT"):
        with pane.expect_response("**/do/**"):  # "Undo" is there before and after
            pane.get_by_role("button", name="Undo").click()
        expect(pane.get_by_role("button", name="Undo")).to_have_count(int(stands != "DRAFT"))
        assert world.account.document(made.id).status == stands
    pane.get_by_role("button", name="Delete").click()
    expect(pane.get_by_text(f"The draft {world.account.number_of(made)} is deleted.")).to_be_visible()
    assert world.account.drafts() == []
    pane.get_by_role("button", name="Undo").click()
    expect(pane.get_by_role("button", name="Delete")).to_be_visible()
    assert [document.id for document in world.account.drafts()] == [made.id]


@browser_test
def test_a_broken_rule_of_slack_is_shown_in_red(opens: Opens, world: World) -> None:
    finn = opens("Finn")
    types(finn, "/track break")
    expect(finn.get_by_role("alert")).to_contain_text("Rule of Slack broken")
    expect(finn.get_by_role("alert")).to_contain_text("1 to 150 characters")
    expect(finn.get_by_text("/track failed with the error")).to_be_visible()
    assert world.workspace.violations


@browser_test
@pytest.mark.parametrize("width", [1400, 1024])
def test_nothing_is_cut_off(opens: Opens, width: int) -> None:
    finn = opens("Finn")
    finn.set_viewport_size({"width": width, "height": 800})
    types(finn, "/track start")
    expect(finn.get_by_role("button", name="Stop")).to_be_visible()
    for part in ("#clock", "#composer", "#controls", "#places"):
        assert is_inside(finn.locator(part), finn.locator("body"))
    assert finn.evaluate("document.documentElement.scrollWidth") == width


@browser_test
def test_on_a_telephone_everything_is_within_reach(opens: Opens) -> None:
    finn = opens("Finn")
    finn.set_viewport_size({"width": 390, "height": 844})
    types(finn, "/track start")
    finn.get_by_role("button", name="Stop").click(trial=True)
    finn.get_by_label("How Billomat behaves").click(trial=True)
    finn.get_by_role("link", name="Trackomat – Home").click(trial=True)
    for part in ("#clock", "#people", "#composer", "#places", ".billomat"):
        assert is_inside(finn.locator(part), finn.locator("body"))
    types(finn, "/track form")
    form = finn.get_by_role("dialog")
    expect(form).to_be_visible()
    assert is_inside(form, finn.locator("body"))
    assert finn.evaluate("document.body.scrollWidth") == 390


def test_what_is_typed_before_the_bot_is_ready_waits_for_it() -> None:
    clock = Clock(lambda: MONDAY_NOON)
    workspace = Workspace(clock=clock, shortcuts=[])
    finn, general = workspace.add_person("Finn"), workspace.add_channel("general")
    arrived, ready = threading.Event(), threading.Event()

    def transport(_headers: dict[str, str], _body: str) -> Answer:
        arrived.set()
        return Answer(200, "")

    workspace.transport = transport
    page = httpx.ASGITransport(create_app(workspace, Account("beispiel", clock.now), keys={}, ready=ready))
    typed = {"person": finn.id, "place": general.id, "text": "/track status"}

    async def type_early() -> None:
        async with httpx.AsyncClient(transport=page, base_url="http://playground") as browser:
            answer = asyncio.create_task(browser.post("/do/say", json=typed))
            await asyncio.sleep(0.2)
            assert not arrived.is_set()
            ready.set()
            assert (await answer).json() == {}
        assert arrived.wait(60)

    with ThreadPoolExecutor(1) as apart:  # a browser's event loop may run in this thread
        apart.submit(asyncio.run, type_early()).result()


# The whole demo


def start_demo(port: int, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port)]
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def address_of(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout
    told = re.search(r"http://\S+", demo.stdout.readline())
    assert told, demo.communicate(timeout=30)
    return told[0]


def runs(pid: int) -> bool:
    """Whether the process does something still; one that nobody has collected does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
def test_two_demos_run_side_by_side_and_leave_nothing_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with start_demo(port, tmp_path / "1") as first, start_demo(port, tmp_path / "2") as second:
        try:
            addresses = {address_of(first), address_of(second)}
            assert len(addresses) == 2
            for address in addresses:
                assert "Trackomat" in httpx.get(address, follow_redirects=True).text
            bots = {demo.pid: children(demo.pid) for demo in (first, second)}
            processes = [*bots[first.pid], *bots[second.pid], *(p for b in bots[second.pid] for p in children(b))]
            assert len(bots[first.pid]) == len(bots[second.pid]) == 1
            first.send_signal(signal.SIGINT)
            second.kill()
            said, complained = first.communicate(timeout=30)
        finally:
            first.kill()
            second.kill()
    assert (said.strip(), first.returncode) == ("Stopped.", 0)
    assert "Traceback" not in complained
    assert list((tmp_path / "1").iterdir()) == []
    gone_by = time.monotonic() + 30
    while any(map(runs, processes)):
        assert time.monotonic() < gone_by, "the bot outlives its demo"
        time.sleep(0.05)
