"""The playground's Billomat account behaves as the documented one does, quirks and troubles included."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount

from playground.billomat import seed, totals
from playground.billomat.account import Account
from playground.billomat.desk import Desk
from playground.billomat.fields import Refusal
from playground.billomat.http import Pause, routes
from playground.billomat.records import Article, Client, CountryTax, Invoice, Tax
from playground.billomat.seed import ADMIN_KEY, READ_ONLY_KEY, REVOKED_KEY
from playground.billomat.trouble import Fault, Kind

T0 = datetime(2026, 11, 30, 16, 4, 30, tzinfo=UTC)
HEADERS = {"X-BillomatApiKey": ADMIN_KEY, "Accept": "application/json"}


class Clock:
    """Two clocks in one: the account's date and the wall clock that counts requests."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now


class Caller:
    """A program that talks to the account over HTTP, without a socket."""

    def __init__(self, account: Account) -> None:
        self.paused: list[float] = []
        self._app = app(account, self._pause)

    async def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    def asks(
        self, method: str, path: str, *, key: str = ADMIN_KEY, accept: str = "application/json", **more: Any
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://billomat/billomat/api/") as client:
                headers = {"X-BillomatApiKey": key, "Accept": accept} | more.pop("headers", {})
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(ask())

    def gets(self, path: str, **more: Any) -> dict[str, Any]:
        answer = self.asks("GET", path, **more)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def creates(self, fields: dict[str, Any]) -> dict[str, Any]:
        answer = self.asks("POST", "invoices", json={"invoice": fields})
        assert answer.status_code == 201, answer.text
        invoice: dict[str, Any] = answer.json()["invoice"]
        return invoice

    def is_refused(self, method: str, path: str, **more: Any) -> tuple[int, str]:
        answer = self.asks(method, path, **more)
        return answer.status_code, answer.json()["errors"]["error"]


def app(account: Account, pause: Pause = asyncio.sleep) -> Starlette:
    return Starlette(routes=[Mount("/billomat", routes=list(routes(account, pause=pause)))])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(clock: Clock) -> Account:
    account = Account("acme", clock, wall_clock=clock)
    seed.seed(account)
    return account


@pytest.fixture
def bot(account: Account) -> Caller:
    return Caller(account)


def client_named(account: Account, name: str) -> Client:
    return next(client for client in account.all(Client) if client.name == name)


def article_titled(account: Account, title: str) -> Article:
    return next(article for article in account.all(Article) if article.title == title)


def a_line(**changes: str) -> dict[str, str]:
    line = {"title": "Beratung", "unit": "Stunde", "quantity": "7.25", "unit_price": "95"}
    return line | {"tax_name": "MwSt", "tax_rate": "19", "tax_changed_manually": "1"} | changes


def a_draft(client: Client, *lines: dict[str, str], **changes: str) -> dict[str, Any]:
    fields = {
        "client_id": str(client.id),
        "date": "2026-11-30",
        "supply_date": "01.11.2026 - 30.11.2026",
        "supply_date_type": "SUPPLY_TEXT",
        "label": "November 2026 7f3c9a21b004",
        "net_gross": "NET",
        "currency_code": "EUR",
    }
    return fields | {"invoice-items": {"invoice-item": list(lines or (a_line(),))}} | changes


# What answers look like


def test_several_records_are_a_list_with_all_scalars_as_text(bot: Caller) -> None:
    taxes = bot.gets("taxes")["taxes"]
    assert [(tax["name"], tax["rate"], tax["is_default"]) for tax in taxes["tax"]] == [
        ("MwSt", "19", "1"),
        ("MwSt", "7", "0"),
        ("steuerfrei", "0", "0"),
    ]
    assert (taxes["@page"], taxes["@per_page"], taxes["@total"]) == ("1", "100", "3")


def test_a_list_of_one_is_an_object(bot: Caller) -> None:
    clients = bot.gets("clients", params={"name": "bäckerei"})["clients"]
    assert clients["client"]["name"] == "Bäckerei Söhne & Co."
    assert clients["@total"] == "1"


def test_an_empty_list_has_no_elements_at_all(bot: Caller) -> None:
    assert bot.gets("invoices") == {"invoices": {"@page": "1", "@per_page": "100", "@total": "0"}}


def test_unset_values_are_empty_text_and_numbers_lose_their_trailing_zeros(bot: Caller, account: Account) -> None:
    unpriced = article_titled(account, "Support nach Absprache")
    book = article_titled(account, "Fachbuch „Zeit & Geld“")
    assert bot.gets(f"articles/{unpriced.id}")["article"]["sales_price"] == ""
    assert bot.gets(f"articles/{book.id}")["article"]["sales_price"] == "39.9"


def test_times_carry_the_offset_of_berlin(bot: Caller, account: Account) -> None:
    acme = client_named(account, "Acme GmbH")
    assert bot.gets(f"clients/{acme.id}")["client"]["created"] == "2026-11-30T17:04:30+01:00"


def test_json_is_ascii_with_escaped_slashes(bot: Caller) -> None:
    raw = bot.asks("GET", "users/myself").text
    assert raw.isascii()
    assert "Europe\\/Berlin" in raw


def test_who_does_not_ask_for_json_gets_xml(bot: Caller) -> None:
    answer = bot.asks("GET", "units", accept="*/*", params={"name": "Stück"})
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert '<units page="1" per_page="100" total="1"><unit>' in answer.text
    assert "<name>Stück</name>" in answer.text
    refusal = bot.asks("GET", "clients/1", accept="*/*")
    assert "<errors><error>Resource not found</error></errors>" in refusal.text


def test_the_format_may_also_be_asked_for_in_the_address(bot: Caller) -> None:
    assert bot.gets("settings", accept="*/*", params={"format": "json"})["settings"]["net_gross"] == "NET"


def test_a_private_person_has_no_company_name_but_an_address(bot: Caller) -> None:
    person = bot.gets("clients", params={"last_name": "groß"})["clients"]["client"]
    assert (person["name"], person["first_name"]) == ("", "Jürgen")
    assert person["address"] == "Jürgen Groß\nGartenweg 12\n79098 Freiburg"


def test_archived_records_are_listed_among_the_others(bot: Caller) -> None:
    clients = bot.gets("clients")["clients"]["client"]
    assert [client["name"] for client in clients if client["archived"] == "1"] == ["Altkunde AG i. L."]


# Lists


def test_pages_cut_the_list_and_the_total_stays(bot: Caller) -> None:
    third = bot.gets("clients", params={"page": "3", "per_page": "12"})["clients"]
    assert third["@total"] == "25"
    assert third["client"]["city"] == ""  # the 25th alone
    assert "client" not in bot.gets("clients", params={"page": "4", "per_page": "12"})["clients"]


def test_a_page_holds_a_thousand_at_most(bot: Caller, account: Account) -> None:
    seed.many(account, clients=1100)
    page = bot.gets("clients", params={"per_page": "5000"})["clients"]
    assert (page["@per_page"], len(page["client"]), page["@total"]) == ("1000", 1000, "1125")


def test_text_filters_find_parts_of_words_in_any_case(bot: Caller) -> None:
    found = bot.gets("clients", params={"name": "ACME"})["clients"]["client"]
    assert [client["name"] for client in found] == ["Acme GmbH", "Acme Logistik GmbH"]
    assert bot.gets("clients", params={"client_number": "KD100"})["clients"]["@total"] == "9"


def test_a_filter_that_does_not_exist_finds_everything(bot: Caller) -> None:
    assert bot.gets("clients", params={"nmae": "Acme"})["clients"]["@total"] == "25"


def test_lists_come_in_the_order_asked_for(bot: Caller) -> None:
    by_city = bot.gets("clients", params={"order_by": "country_code ASC,name DESC"})["clients"]["client"]
    keys = [(client["country_code"], client["name"]) for client in by_city]
    assert keys[0][0] == "AE"
    assert keys[-1] == ("US", "Globex Corporation")
    german = [name.casefold() for country, name in keys if country == "DE"]
    assert german == sorted(german, reverse=True)


def test_an_escaped_plus_in_order_by_orders_nothing(bot: Caller) -> None:
    assert "order_by=id%2BDESC" in str(httpx.URL("/", params={"order_by": "id+DESC"}))
    ids = [int(each["id"]) for each in bot.gets("taxes", params={"order_by": "id+DESC"})["taxes"]["tax"]]
    assert ids == sorted(ids)


def test_head_says_how_many_there_are(bot: Caller) -> None:
    answer = bot.asks("HEAD", "articles")
    assert (answer.headers["x-total-count"], answer.content) == ("12", b"")


# Keys and rights


@pytest.mark.parametrize("key", ["", "wrong", REVOKED_KEY])
def test_a_wrong_or_revoked_key_is_unauthorized(bot: Caller, key: str) -> None:
    assert bot.is_refused("GET", "users/myself", key=key) == (401, "Unauthorized")


def test_the_owner_of_a_key_may_be_asked_for(bot: Caller) -> None:
    assert bot.gets("users/myself")["user"]["rights"]["invoices"] == "DELETE"
    assert bot.gets("users/myself", key=READ_ONLY_KEY)["user"]["rights"]["invoices"] == "READ"
    assert bot.gets("clients/myself")["client"]["name"] == "acme"
    assert bot.gets("templates")["templates"]["template"]["is_default"] == "1"


def test_a_read_only_key_reads_but_does_not_write(bot: Caller, account: Account) -> None:
    fields = a_draft(client_named(account, "Acme GmbH"))
    assert bot.asks("GET", "invoices", key=READ_ONLY_KEY).status_code == 200
    status, _ = bot.is_refused("POST", "invoices", key=READ_ONLY_KEY, json={"invoice": fields})
    assert status == 403
    assert account.drafts() == []


@pytest.mark.parametrize("path", ["nonsense", "invoices/1", "invoices/abc", "clients/1/pdf", "settings/1", ""])
def test_what_does_not_exist_is_not_found(bot: Caller, path: str) -> None:
    assert bot.is_refused("GET", path) == (404, "Resource not found")


# Quota


def test_each_answer_says_what_is_left_until_the_next_quarter_of_an_hour(bot: Caller, clock: Clock) -> None:
    answer = bot.asks("GET", "units")
    assert answer.headers["x-rate-limit-remaining"] == "299"
    next_window = datetime(2026, 11, 30, 16, 15, tzinfo=UTC)
    assert answer.headers["x-rate-limit-reset"] == str(int(next_window.timestamp()))
    clock.now = next_window
    assert bot.asks("GET", "units").headers["x-rate-limit-remaining"] == "299"


def test_who_asks_too_often_is_refused_before_any_work(bot: Caller, account: Account) -> None:
    account.quota.unregistered = 1
    bot.gets("units")
    refused = bot.asks("POST", "invoices", json={"invoice": a_draft(client_named(account, "Acme GmbH"))})
    assert refused.status_code == 429
    assert refused.json()["errors"]["error"] == (
        "Maximum number of requests (1 per 15 minutes) reached. Try again in 630 seconds."
    )
    assert refused.headers["x-rate-limit-remaining"] == "0"
    assert account.drafts() == []


def test_a_registered_app_has_its_own_quota(bot: Caller, account: Account) -> None:
    account.quota.unregistered = 0
    app_headers = {"X-AppId": "17", "X-AppSecret": "secret"}
    assert bot.asks("GET", "units", headers=app_headers).headers["x-rate-limit-remaining"] == "999"
    assert bot.asks("GET", "units", headers={"X-AppId": "17"}).status_code == 429


# Creating a draft


def test_a_new_invoice_is_a_draft_and_comes_back_whole_but_without_its_items(bot: Caller, account: Account) -> None:
    acme = client_named(account, "Acme GmbH")
    invoice = bot.creates(a_draft(acme))
    assert {name: invoice[name] for name in ("status", "invoice_number", "number", "total_net", "total_gross")} == {
        "status": "DRAFT",
        "invoice_number": "RE198",
        "number": "",
        "total_net": "688.75",
        "total_gross": "819.61",
    }
    assert invoice["taxes"]["tax"]["amount"] == "130.86"
    assert invoice["address"] == acme.address
    assert invoice["title"] == "Rechnung [Invoice.invoice_number]"
    assert invoice["discount_amount"] is None
    assert "items" not in invoice
    assert "invoice-items" not in invoice


def test_items_are_read_by_their_invoice(bot: Caller, account: Account) -> None:
    acme = client_named(account, "Acme GmbH")
    first = bot.creates(a_draft(acme, a_line(), a_line(title="Design", quantity="2", unit_price="88.5")))
    bot.creates(a_draft(acme))
    items = bot.gets("invoice-items", params={"invoice_id": first["id"]})["invoice-items"]["invoice-item"]
    assert [(item["position"], item["title"], item["total_net"], item["total_gross"]) for item in items] == [
        ("1", "Beratung", "688.75", "819.61"),
        ("2", "Design", "177", "210.63"),
    ]
    assert bot.is_refused("GET", "invoice-items") == (400, "invoice_id is required")


def test_a_person_takes_the_last_line_off_of_a_draft_and_puts_it_back(bot: Caller, account: Account) -> None:
    desk = Desk(account)
    made = bot.creates(a_draft(client_named(account, "Acme GmbH"), a_line(), a_line(), a_line(title="Design")))
    desk.shorten(int(made["id"]))
    assert [item.title for item in account.get(Invoice, int(made["id"])).items] == ["Beratung", "Beratung"]
    desk.shorten(int(made["id"]))
    assert len(account.get(Invoice, int(made["id"])).items) == 1
    desk.take_back()
    desk.take_back()
    assert len(account.get(Invoice, int(made["id"])).items) == 3


def test_a_single_item_may_be_sent_as_an_object_and_numbers_as_numbers(bot: Caller, account: Account) -> None:
    item = a_line() | {"quantity": 1.5, "unit_price": 100}
    fields = a_draft(client_named(account, "Acme GmbH")) | {"invoice-items": {"invoice-item": item}}
    assert bot.creates(fields)["total_net"] == "150"


def test_the_same_invoice_sent_twice_makes_two_drafts_with_the_same_preview_number(
    bot: Caller, account: Account
) -> None:
    fields = a_draft(client_named(account, "Acme GmbH"))
    first, second = bot.creates(fields), bot.creates(fields)
    assert first["id"] != second["id"]
    assert first["invoice_number"] == second["invoice_number"]


def test_a_draft_is_found_by_a_part_of_its_label(bot: Caller, account: Account) -> None:
    acme, baker = client_named(account, "Acme GmbH"), client_named(account, "Bäckerei Söhne & Co.")
    ours = bot.creates(a_draft(acme))
    bot.creates(a_draft(acme, label="something else"))
    bot.creates(a_draft(baker))
    found = bot.gets("invoices", params={"label": "7F3C9A21B004", "client_id": str(acme.id), "status": "DRAFT,OPEN"})
    assert found["invoices"]["invoice"]["id"] == ours["id"]


def test_an_article_fills_in_what_was_not_sent(bot: Caller, account: Account) -> None:
    book = article_titled(account, "Fachbuch „Zeit & Geld“")
    line = {"article_id": str(book.id), "quantity": "2"}
    invoice = bot.creates(a_draft(client_named(account, "Acme GmbH"), line))
    item = bot.gets("invoice-items", params={"invoice_id": invoice["id"]})["invoice-items"]["invoice-item"]
    assert (item["title"], item["unit"], item["unit_price"], item["tax_rate"]) == (book.title, "Stück", "39.9", "7")
    assert invoice["total_gross"] == "85.39"


@pytest.mark.parametrize(
    ("client", "sent", "rate"),
    [
        ("Acme GmbH", {}, "19"),
        ("Acme GmbH", {"tax_name": "MwSt", "tax_rate": "7", "tax_changed_manually": "1"}, "7"),
        ("Acme GmbH", {"tax_name": "steuerfrei"}, "0"),
        ("Café Lumière SARL", {}, "0"),
        ("Café Lumière SARL", {"tax_name": "MwSt", "tax_rate": "19"}, "0"),
        ("Café Lumière SARL", {"tax_name": "MwSt", "tax_rate": "19", "tax_changed_manually": "1"}, "19"),
        ("Förderverein Stadtpark e. V.", {}, "0"),
    ],
)
def test_the_tax_of_a_line(bot: Caller, account: Account, client: str, sent: dict[str, str], rate: str) -> None:
    line = {"title": "Beratung", "quantity": "1", "unit_price": "100"} | sent
    invoice = bot.creates(a_draft(client_named(account, client), line))
    assert invoice["taxes"]["tax"]["rate"] == rate


def test_a_customer_abroad_who_is_always_taxed_pays_tax(bot: Caller, account: Account) -> None:
    french = account.change(client_named(account, "Café Lumière SARL"), tax_rule="TAX")
    invoice = bot.creates(a_draft(french, {"quantity": "1", "unit_price": "100"}))
    assert invoice["total_gross"] == "119"


def test_tax_is_computed_on_the_sum_of_each_rate(bot: Caller, account: Account) -> None:
    cheap = [a_line(quantity="1", unit_price="0.03") for _ in range(3)]  # 0.0057 each would round to 0.01 each
    invoice = bot.creates(
        a_draft(client_named(account, "Acme GmbH"), *cheap, a_line(tax_rate="7", unit_price="10", quantity="1"))
    )
    assert [tax["amount"] for tax in invoice["taxes"]["tax"]] == ["0.02", "0.7"]
    assert invoice["total_gross"] == "10.81"


def test_prices_are_gross_where_the_customer_or_the_sender_says_so(bot: Caller, account: Account) -> None:
    bookshop = client_named(account, "Buchhandlung am Dom")
    line = a_line(quantity="1", unit_price="119")
    without = a_draft(bookshop, line)
    del without["net_gross"]
    assert bot.creates(without)["total_net"] == "100"
    assert bot.creates(a_draft(bookshop, line))["total_net"] == "119"


def test_an_invoice_without_items_has_no_taxes(bot: Caller, account: Account) -> None:
    invoice = bot.creates({"client_id": str(client_named(account, "Acme GmbH").id)})
    assert (invoice["taxes"], invoice["total_net"], invoice["date"]) == ("", "0", "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_id": ""}, "client_id is required"),
        ({"client_id": "1"}, "client_id: there is no client 1"),
        ({"date": "30.11.2026"}, "date: '30.11.2026' is not a date (YYYY-MM-DD)"),
        ({"net_gross": "BOTH"}, "net_gross: 'BOTH' is not one of NET, GROSS"),
        ({"supply_date_type": "SUPPLY_DATE"}, "supply_date: '01.11.2026 - 30.11.2026' is not a date (YYYY-MM-DD)"),
        ({"label": ["a"]}, "label: text expected"),
        ({"invoice-items": [{"invoice-item": {}}]}, 'invoice-items: {"invoice-item": [...]} expected'),
        ({"invoice-items": {"invoice-item": {"quantity": "1,5"}}}, "quantity: '1,5' is not a number"),
        ({"invoice-items": {"invoice-item": {"quantity": "NaN"}}}, "quantity: 'NaN' is not a number"),
        ({"invoice-items": {"invoice-item": {"article_id": "1"}}}, "article_id: there is no article 1"),
    ],
)
def test_a_malformed_invoice_is_refused_and_leaves_nothing(
    bot: Caller, account: Account, changes: dict[str, Any], sentence: str
) -> None:
    fields = a_draft(client_named(account, "Acme GmbH")) | changes
    assert bot.is_refused("POST", "invoices", json={"invoice": fields}) == (400, sentence)
    assert account.all(Invoice) == []


def test_an_archived_customer_gets_no_invoice(bot: Caller, account: Account) -> None:
    gone = account.change(client_named(account, "Hansen & Söhne GmbH"), archived=True)
    status, sentence = bot.is_refused("POST", "invoices", json={"invoice": a_draft(gone)})
    assert status == 400
    assert sentence == "The client Hansen & Söhne GmbH is archived and gets no new documents."


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"invoice": []}', b'{"invoice": "x"}'])
def test_a_body_without_an_invoice_is_refused(bot: Caller, body: bytes) -> None:
    status, _ = bot.is_refused("POST", "invoices", content=body, headers={"Content-Type": "application/json"})
    assert status == 400


def test_a_json_body_that_is_not_announced_as_json_is_not_understood(bot: Caller, account: Account) -> None:
    body = json.dumps({"invoice": a_draft(client_named(account, "Acme GmbH"))})
    assert bot.is_refused("POST", "invoices", content=body) == (400, "error while reading input data")


# What a person does in Billomat's own editor


def test_a_person_may_change_or_delete_a_draft(bot: Caller, account: Account) -> None:
    path = f"invoices/{bot.creates(a_draft(client_named(account, 'Acme GmbH')))['id']}"
    changed = bot.asks(
        "PUT", path, json={"invoice": {"label": "mine now", "client_id": str(account.all(Client)[1].id)}}
    ).json()
    assert (changed["invoice"]["label"], changed["invoice"]["total_net"]) == ("mine now", "688.75")
    assert bot.gets("invoices", params={"label": "7f3c9a21b004"})["invoices"]["@total"] == "0"
    deleted = bot.asks("DELETE", path)
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert bot.is_refused("GET", path) == (404, "Resource not found")
    assert bot.gets("invoice-comments", params={"invoice_id": path[9:]})["invoice-comments"]["@total"] == "0"


def test_a_completed_invoice_has_its_number_and_changes_no_more(bot: Caller, account: Account, clock: Clock) -> None:
    path = f"invoices/{bot.creates(a_draft(client_named(account, 'Acme GmbH')))['id']}"
    assert bot.is_refused("PUT", f"{path}/complete", headers={"Content-Type": "application/json"})[0] == 400
    assert bot.asks("PUT", f"{path}/complete", json={"complete": {}}).status_code == 200
    invoice = bot.gets(path)["invoice"]
    assert (invoice["status"], invoice["number"], invoice["due_date"]) == ("OPEN", "198", "2026-12-14")
    for method, body in (("PUT", {"invoice": {"label": "x"}}), ("DELETE", None)):
        assert bot.is_refused(method, path, json=body) == (400, "invoice has status OPEN, needed: DRAFT")
    clock.now += timedelta(days=15)
    assert bot.gets("invoices", params={"status": "OVERDUE"})["invoices"]["@total"] == "1"
    assert bot.asks("PUT", f"{path}/cancel", json={}).status_code == 200
    assert bot.gets(path)["invoice"]["status"] == "CANCELED"
    history = bot.gets("invoice-comments", params={"invoice_id": path[9:]})["invoice-comments"]["invoice-comment"]
    assert [comment["actionkey"] for comment in history] == ["CREATE", "STATUS", "CANCEL"]


def test_a_draft_without_a_date_cannot_be_completed(bot: Caller, account: Account) -> None:
    path = f"invoices/{bot.creates(a_draft(client_named(account, 'Acme GmbH'), date=''))['id']}/complete"
    assert bot.is_refused("PUT", path, json={"complete": {}}) == (400, "date is required")
    assert bot.is_refused("PUT", path, json={"complete": {"template_id": 1}}) == (400, "no valid template_id given")


# For the page


def test_the_page_sees_drafts_as_invoices_newest_first(account: Account) -> None:
    account.create_invoice(a_draft(client_named(account, "Acme GmbH")))
    baker = client_named(account, "Bäckerei Söhne & Co.")
    account.create_invoice(a_draft(baker, a_line(), a_line(tax_rate="7", quantity="1", unit_price="10")))
    newest, oldest = account.drafts()
    assert oldest.client_name == "Acme GmbH"
    assert (newest.client_name, newest.client_number) == ("Bäckerei Söhne & Co.", "KD1002")
    assert newest.address == ("Bäckerei Söhne & Co.", "Marktplatz 1", "72070 Tübingen")
    assert (newest.date, newest.supply_period) == (date(2026, 11, 30), "01.11.2026 - 30.11.2026")
    assert newest.title == "Rechnung RE198"
    assert [(line.quantity, line.unit, line.amount) for line in newest.lines] == [
        (Decimal("7.25"), "Stunde", Decimal("688.75")),
        (Decimal(1), "Stunde", Decimal("10.00")),
    ]
    assert [(tax.rate, tax.tax) for tax in newest.taxes] == [
        (Decimal(19), Decimal("130.86")),
        (Decimal(7), Decimal("0.70")),
    ]
    assert (newest.total_net, newest.total_gross, newest.currency) == (Decimal("698.75"), Decimal("830.31"), "EUR")


def test_a_completed_invoice_is_no_draft_but_still_a_document(account: Account) -> None:
    invoice = account.create_invoice(a_draft(client_named(account, "Acme GmbH")))
    assert "bis zum 14.12.2026 auf" in account.document(invoice.id).note, "a draft reads as it would go out today"
    account.complete(invoice.id)
    assert account.drafts() == []
    shown = account.document(invoice.id)
    assert (shown.status, shown.number, shown.due_date) == ("OPEN", "RE198", date(2026, 12, 14))
    assert account.documents() == [shown]


def test_listeners_hear_of_each_change_and_of_no_refusal(account: Account) -> None:
    heard: list[int] = []
    account.listeners.append(lambda: heard.append(account.version))
    before = account.version
    invoice = account.create_invoice(a_draft(client_named(account, "Acme GmbH")))
    account.edit_label(invoice.id, "edited away")
    with pytest.raises(Refusal):
        account.cancel(invoice.id)
    assert heard == [before + 1, before + 2]


def test_the_account_can_change_under_a_running_program(bot: Caller, account: Account) -> None:
    account.change_settings(net_gross="GROSS", currency_code="CHF")
    account.change(client_named(account, "Acme GmbH"), name="Acme SE")
    account.revoke(READ_ONLY_KEY)
    assert bot.gets("settings")["settings"]["currency_code"] == "CHF"
    assert bot.gets("clients", params={"name": "acme se"})["clients"]["@total"] == "1"
    assert bot.asks("GET", "units", key=READ_ONLY_KEY).status_code == 401


def test_the_seed_has_the_customers_that_cause_trouble(account: Account) -> None:
    clients = account.all(Client)
    assert len(clients) == 25
    namesakes = [client.client_number for client in clients if client.name == "Müller Bau GmbH"]
    assert len(set(namesakes)) == 2
    assert client_named(account, "Café Lumière SARL").country_code in {c.country_code for c in account.all(CountryTax)}
    reduced = [tax.id for tax in account.all(Tax) if tax.rate == 7]
    assert {article.tax_id for article in account.all(Article)} == {None, *reduced}


# Arithmetic


@given(
    st.lists(
        st.tuples(
            st.just("MwSt"),
            st.sampled_from([Decimal(0), Decimal(7), Decimal(19), Decimal("8.1")]),
            st.decimals(min_value=0, max_value=100_000, places=2),
        )
    ),
    st.sampled_from(["NET", "GROSS"]),
)
def test_totals_add_up_to_the_cent(lines: list[totals.Line], net_gross: totals.NetGross) -> None:
    sums = totals.add_up(lines, net_gross)
    amount = sum((line[2] for line in lines), Decimal(0))
    assert amount == (sums.gross if net_gross == "GROSS" else sums.net)
    assert sums.gross - sums.net == sum((tax.tax for tax in sums.taxes), Decimal(0))
    assert all(abs(tax.tax - tax.net * tax.rate / 100) <= Decimal("0.01") for tax in sums.taxes)


# Trouble


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("error", 500, "Internal Server Error"),
        ("maintenance", 503, "gewartet"),
        ("redirect", 302, ""),
        ("empty", 201, ""),
        ("cut", 201, '{"invoice": {"id"'),
    ],
)
def test_the_next_request_meets_trouble_and_the_one_after_it_does_not(
    bot: Caller, account: Account, kind: Kind, status: int, body: str
) -> None:
    worked = kind != "redirect"
    account.trouble.next(kind, worked=worked, on="POST invoices")
    bot.gets("units")
    sent = {"invoice": a_draft(client_named(account, "Acme GmbH"))}
    answer = bot.asks("POST", "invoices", json=sent)
    assert answer.status_code == status
    assert body in answer.text
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        answer.json()
    assert len(account.drafts()) == worked
    assert bot.asks("POST", "invoices", json=sent).status_code == 201


@pytest.mark.parametrize("kind", ["error", "maintenance", "cut", "empty", "quota"])
def test_trouble_before_the_work_leaves_nothing_behind(bot: Caller, account: Account, kind: Kind) -> None:
    account.trouble.next(kind)
    bot.asks("POST", "invoices", json={"invoice": a_draft(client_named(account, "Acme GmbH"))})
    assert account.drafts() == []


def test_a_quota_can_be_used_up_at_once(bot: Caller, account: Account) -> None:
    account.trouble.next("quota")
    status, sentence = bot.is_refused("GET", "units")
    assert status == 429
    assert sentence.endswith("Try again in 630 seconds.")


@pytest.mark.parametrize(("kind", "said"), [("quota", 429), ("refusal", 400)])
def test_a_status_may_lie_about_what_was_done(bot: Caller, account: Account, kind: Kind, said: int) -> None:
    account.trouble.next(kind, worked=True, on="POST invoices")
    draft = {"invoice": a_draft(client_named(account, "Acme GmbH"))}
    assert bot.is_refused("POST", "invoices", json=draft)[0] == said
    assert len(account.drafts()) == 1


@pytest.mark.parametrize("worked", [True, False])
def test_a_late_answer_is_the_right_one(bot: Caller, account: Account, worked: bool) -> None:
    account.trouble.next("late", seconds=30, worked=worked)
    assert bot.creates(a_draft(client_named(account, "Acme GmbH")))["status"] == "DRAFT"
    assert bot.paused == [30]


def test_a_share_of_all_requests_meets_the_same_trouble_for_the_same_seed(account: Account) -> None:
    def struck(seed_: int) -> list[Fault | None]:
        account.trouble.often(0.3, Fault("drop"), Fault("error", worked=True), seed=seed_, on="POST")
        return [account.trouble.strikes("POST", "invoices") for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert 40 < sum(fault is not None for fault in struck(1)) < 80
    assert account.trouble.strikes("GET", "invoices") is None
    account.trouble.clear()
    assert account.trouble.strikes("POST", "invoices") is None


@contextmanager
def served(account: Account, pause: Pause = asyncio.sleep) -> Iterator[str]:
    """The account behind a real socket; gives host and port."""
    server = uvicorn.Server(uvicorn.Config(app(account, pause), log_level="critical", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def test_a_dropped_connection_looks_the_same_whether_the_work_was_done_or_not(account: Account) -> None:
    sent = {"invoice": a_draft(client_named(account, "Acme GmbH"))}
    with served(account) as address, httpx.Client(headers=HEADERS, trust_env=False) as caller:
        url = f"http://{address}/billomat/api/invoices"
        for worked, drafts in ((False, 0), (True, 1)):
            account.trouble.next("drop", worked=worked)
            with pytest.raises(httpx.RemoteProtocolError):
                caller.post(url, json=sent)
            assert len(account.drafts()) == drafts
        assert caller.post(url, json=sent).status_code == 201


def test_a_caller_who_gave_up_may_still_get_a_draft(account: Account) -> None:
    arrived, hung_up, created = threading.Event(), threading.Event(), threading.Event()

    async def until_the_caller_hung_up(_seconds: float) -> None:
        arrived.set()
        await asyncio.to_thread(hung_up.wait, 5)

    account.trouble.next("late", seconds=10)
    account.listeners.append(created.set)
    body = json.dumps({"invoice": a_draft(client_named(account, "Acme GmbH"))})
    with served(account, until_the_caller_hung_up) as address:
        caller = http.client.HTTPConnection(address)
        caller.request("POST", "/billomat/api/invoices", body, HEADERS | {"Content-Type": "application/json"})
        assert arrived.wait(60)
        caller.close()
        assert account.drafts() == []
        hung_up.set()
        assert created.wait(60)
    assert len(account.drafts()) == 1


def test_a_trickling_answer_is_the_right_one_in_pieces(account: Account) -> None:
    waits = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    account.trouble.next("trickle", seconds=3, worked=True)
    with served(account, noted) as address:
        caller = http.client.HTTPConnection(address)
        caller.request("GET", "/billomat/api/clients/myself", headers=HEADERS)
        trickled = caller.getresponse().read()
        caller.request("GET", "/billomat/api/clients/myself", headers=HEADERS)
        assert trickled == caller.getresponse().read() != b""
        caller.close()
    assert len(waits) > 5
    assert sum(waits) == pytest.approx(3)
