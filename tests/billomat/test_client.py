"""What the Billomat client promises, tried against answers as Billomat, load balancers and accidents give them."""

import gzip
import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.billomat.client import (
    MAX_ANSWER_BYTES,
    AccessDenied,
    Billomat,
    BillomatArticle,
    BillomatClient,
    BillomatError,
    BillomatInvoice,
    NewDraft,
    NewDraftLine,
    NotDone,
    OutcomeUnknown,
    Owner,
    Quota,
    Refused,
    base_url,
    billomat_id,
    http_client,
    invoice_link,
    without_emoji,
)

ACME = "https://acme.billomat.net"
KEY = "5ecret0f4cme"
MAINTENANCE = "<html><head><title>Wartung</title><style>p {}</style></head><body><p>Bald zur&uuml;ck</p></body></html>"

Ask = Callable[[Billomat], object]

steady = settings(deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with http_client(connect=2, read=2) as client:
        yield client


@pytest.fixture
def billomat(http: httpx.Client) -> Billomat:
    return Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)


@pytest.fixture
def api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=f"{ACME}/api", assert_all_called=False) as router:
        yield router


def listing(name: str, elements: object, **about: object) -> dict[str, Any]:
    """A list as Billomat writes it: one element as an object, none without any key."""
    element = {"taxes": "tax", "country-taxes": "country-tax"}.get(name, name.removesuffix("s"))
    return {name: ({element: elements} if elements else {}) | {f"@{key}": value for key, value in about.items()}}


def a_draft() -> NewDraft:
    review = NewDraftLine(
        article_id=817280,
        title="Beratung",
        description="2026-11-03 Workshop\n2026-11-05 Review",
        unit="Stunde",
        quantity=Decimal("7.25"),
        unit_price=Decimal("95.00"),
        tax_name="MwSt",
        tax_rate=Decimal(19),
    )
    travel = NewDraftLine(None, "Reise", "", "km", Decimal("1E+2"), Decimal("0.3"), None, None)
    return NewDraft(
        client_id=3527529,
        date=date(2026, 11, 30),
        label="November 2026 7f3c9a21b0de",
        supply_period=(date(2026, 11, 1), date(2026, 11, 30)),
        currency="EUR",
        lines=(review, travel),
    )


def read(billomat: Billomat) -> object:
    return billomat.owner()


def write(billomat: Billomat) -> object:
    return billomat.create_draft(a_draft())


# Who is asking


def test_the_owner_of_a_key_is_named_with_what_they_may_do(billomat: Billomat, api: respx.MockRouter) -> None:
    user = {"id": "92673", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@acme.example"}
    api.get("/users/myself").respond(json={"user": user | {"rights": {"invoices": "DELETE"}}})
    assert billomat.owner() == Owner(92673, "Ada Lovelace", "ada@acme.example", may_write_invoices=True)


@pytest.mark.parametrize(
    ("rights", "may_write"),
    [
        ({"invoices": "CREATE"}, True),
        ({"invoices": "UPDATE"}, True),
        ({"invoices": "READ"}, False),
        ({"invoices": "SOMETHING_NEW"}, None),
        ({"articles": "DELETE"}, None),
        ("", None),
        (None, None),
    ],
)
def test_rights_that_billomat_does_not_name_are_not_guessed(
    billomat: Billomat, api: respx.MockRouter, rights: object, may_write: bool | None
) -> None:
    api.get("/users/myself").respond(json={"user": {"id": 1, "email": "ada@acme.example", "rights": rights}})
    assert billomat.owner() == Owner(1, "ada@acme.example", "ada@acme.example", may_write)


def test_every_request_asks_for_json_and_carries_the_key_outside_the_address(
    billomat: Billomat, api: respx.MockRouter
) -> None:
    asked = api.get("/users/myself").respond(json={"user": {"id": "1"}})
    billomat.owner()
    request = asked.calls.last.request
    assert request.headers["Accept"] == "application/json"
    assert request.headers["X-BillomatApiKey"] == KEY
    assert KEY not in str(request.url)
    assert "X-AppId" not in request.headers


def test_a_registered_app_names_itself(http: httpx.Client, api: respx.MockRouter) -> None:
    asked = api.get("/users/myself").respond(json={"user": {"id": "1"}})
    Billomat(http, base_url=ACME, key=KEY, app_id="4711", app_secret="hush").owner()
    headers = asked.calls.last.request.headers
    assert (headers["X-AppId"], headers["X-AppSecret"]) == ("4711", "hush")


def test_spaces_around_a_pasted_key_do_no_harm(http: httpx.Client, api: respx.MockRouter) -> None:
    asked = api.get("/users/myself").respond(json={"user": {"id": "1"}})
    Billomat(http, base_url=ACME, key=f" {KEY}\n", app_id=None, app_secret=None).owner()
    assert asked.calls.last.request.headers["X-BillomatApiKey"] == KEY


@pytest.mark.parametrize("key", ["schlüssel", "two\r\nlines", "zero\u200bwidth"])
def test_a_text_that_cannot_be_a_key_is_a_wrong_key(http: httpx.Client, key: str) -> None:
    with pytest.raises(AccessDenied) as trouble:
        Billomat(http, base_url=ACME, key=key, app_id=None, app_secret=None).owner()
    assert trouble.value.status == 401
    assert key not in str(trouble.value)


# Lists


@pytest.mark.parametrize(
    ("elements", "names"),
    [
        ([{"id": "1", "name": "Stunde"}, {"id": 2, "name": "Stück"}], ["Stunde", "Stück"]),
        ({"id": "1", "name": "Stunde"}, ["Stunde"]),
        (None, []),
    ],
    ids=["many", "one", "none"],
)
def test_many_one_and_no_elements_are_all_a_list(
    billomat: Billomat, api: respx.MockRouter, elements: object, names: list[str]
) -> None:
    api.get("/units").respond(json=listing("units", elements, page="1", per_page="100", total=str(len(names))))
    assert [unit.name for unit in billomat.units()] == names


def test_a_long_list_is_read_page_by_page_until_its_total(billomat: Billomat, api: respx.MockRouter) -> None:
    """Here Billomat serves fewer a page than it was asked for, and says so."""
    taxes = [{"id": str(n), "name": "MwSt", "rate": "19", "is_default": "0"} for n in range(1, 6)]

    def page(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        part = taxes[(number - 1) * 2 : number * 2]
        return httpx.Response(200, json=listing("taxes", part, page=str(number), per_page="2", total="5"))

    asked = api.get("/taxes").mock(side_effect=page)
    assert [tax.id for tax in billomat.taxes()] == [1, 2, 3, 4, 5]
    assert asked.call_count == 3
    assert {call.request.url.params["order_by"] for call in asked.calls} == {"id"}


def test_the_page_that_reaches_the_total_is_the_last(billomat: Billomat, api: respx.MockRouter) -> None:
    two = [{"id": "1"}, {"id": "2"}]
    api.get("/clients", params={"page": "1"}).respond(json=listing("clients", two, per_page="2", total="4"))
    api.get("/clients", params={"page": "2"}).respond(json=listing("clients", two, per_page="2", total="4"))
    first, second = billomat.clients(page=1, per_page=2), billomat.clients(page=2, per_page=2)
    assert (first.page, first.total, first.last) == (1, 4, False)
    assert (second.page, second.total, second.last) == (2, 4, True)


def test_without_a_total_a_short_page_is_the_last(billomat: Billomat, api: respx.MockRouter) -> None:
    api.get("/articles").respond(json=listing("articles", [{"id": "1"}, {"id": "2"}]))
    assert not billomat.articles(per_page=2).last
    assert billomat.articles(per_page=3).last
    assert billomat.articles(page=3, per_page=3).total == 8


def test_an_empty_page_is_the_last_whatever_the_total_says(billomat: Billomat, api: respx.MockRouter) -> None:
    api.get("/clients").respond(json=listing("clients", None, page="3", per_page="2", total="90"))
    assert billomat.clients(page=3, per_page=2).last


@pytest.mark.parametrize(
    "answer", [{}, {"clients": ""}, {"customers": {"@total": "0"}}, {"clients": {"customer": [{}], "@total": "1"}}]
)
def test_a_list_that_cannot_be_found_in_the_answer_is_not_taken_for_an_empty_one(
    billomat: Billomat, api: respx.MockRouter, answer: object
) -> None:
    api.get("/clients").respond(json=answer)
    with pytest.raises(NotDone):
        billomat.clients()


def test_an_import_asks_for_a_thousand_at_a_time(billomat: Billomat, api: respx.MockRouter) -> None:
    asked = api.get("/clients").respond(json=listing("clients", None, total="0"))
    billomat.clients()
    assert asked.calls.last.request.url.params["per_page"] == "1000"


# What is read


def test_a_customer_is_read_with_umlauts_in_either_spelling(billomat: Billomat, api: respx.MockRouter) -> None:
    body = r"""{"clients": {"client": {"id": "7", "name": "B\u00e4ckerei Söhne \/ Co.", "client_number": "KD7",
        "country_code": "at", "tax_rule": "NO_TAX", "net_gross": "GROSS", "currency_code": "EUR", "archived": "1",
        "brand_new_field": {"x": ["y"]}}, "@total": "1"}}"""
    api.get("/clients").respond(content=body.encode())
    assert billomat.clients().items == [
        BillomatClient(7, "Bäckerei Söhne / Co.", "KD7", "AT", "NO_TAX", "GROSS", "EUR", archived=True)
    ]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "", "first_name": "Grete", "last_name": "Müller", "client_number": "KD1"}, "Grete Müller"),
        ({"name": None, "last_name": "Müller"}, "Müller"),
        ({"name": " ", "first_name": {}, "last_name": "", "client_number": "KD1"}, "KD1"),
        ({}, "7"),
    ],
)
def test_a_customer_without_a_company_name_still_has_one_to_show(
    billomat: Billomat, api: respx.MockRouter, fields: dict[str, object], name: str
) -> None:
    api.get("/clients").respond(json=listing("clients", {"id": "7", **fields}, total="1"))
    assert billomat.clients().items[0].name == name


@pytest.mark.parametrize("nothing", [None, "", {}, [], "missing"])
def test_whatever_billomat_leaves_empty_is_nothing(billomat: Billomat, api: respx.MockRouter, nothing: object) -> None:
    optional = [
        "article_number",
        "title",
        "sales_price",
        "currency_code",
        "unit_id",
        "tax_id",
        "archived",
    ]
    fields = {} if nothing == "missing" else dict.fromkeys(optional, nothing)
    api.get("/articles").respond(json=listing("articles", {"id": 3, **fields}, total="1"))
    assert billomat.articles().items == [BillomatArticle(3, "", "", None, "", None, None, archived=False)]


def test_a_customer_follows_billomats_defaults_where_none_are_named(billomat: Billomat, api: respx.MockRouter) -> None:
    api.get("/clients").respond(json=listing("clients", {"id": "7"}, total="1"))
    client = billomat.clients().items[0]
    assert (client.tax_rule, client.net_gross, client.currency_code) == ("COUNTRY", "SETTINGS", "")


def test_prices_are_exact_whether_they_come_as_text_or_as_number(billomat: Billomat, api: respx.MockRouter) -> None:
    articles = '[{"id": 1, "sales_price": "4615.5"}, {"id": "2", "sales_price": 0.1}, {"id": 3, "sales_price": -12}]'
    api.get("/articles").respond(content=f'{{"articles": {{"article": {articles}}}}}')
    assert [article.price for article in billomat.articles().items] == [
        Decimal("4615.5"),
        Decimal("0.1"),
        Decimal(-12),
    ]


@pytest.mark.parametrize(
    "price", ['"12,50"', '"1e3"', "1e3", '"NaN"', "NaN", "Infinity", '"٣"', '"1_000"', '"12 €"', "{}9", '{"a": 1}']
)
def test_a_malformed_price_makes_the_answer_unusable(billomat: Billomat, api: respx.MockRouter, price: str) -> None:
    api.get("/articles").respond(content=f'{{"articles": {{"article": {{"id": "1", "sales_price": {price}}}}}}}')
    with pytest.raises(NotDone) as trouble:
        billomat.articles()
    assert trouble.value.kind == "server"


@pytest.mark.parametrize("fields", [{}, {"id": ""}, {"id": "seven"}, {"id": ["1", "2"]}, {"id": {"nested": "1"}}])
def test_nothing_is_known_by_a_missing_or_senseless_id(
    billomat: Billomat, api: respx.MockRouter, fields: dict[str, object]
) -> None:
    api.get("/clients").respond(json=listing("clients", [{"id": "1"}, fields], total="2"))
    with pytest.raises(NotDone):
        billomat.clients()


def test_taxes_settings_and_tax_free_countries_are_read(billomat: Billomat, api: respx.MockRouter) -> None:
    mwst = {"id": "1", "name": "MwSt", "rate": "19", "is_default": "1"}
    reduced = {"id": "2", "name": "MwSt", "rate": "7.5", "is_default": "0"}
    api.get("/taxes").respond(json=listing("taxes", [mwst, reduced], total="2"))
    api.get("/settings").respond(json={"settings": {"currency_code": "CHF", "net_gross": "GROSS"}})
    api.get("/country-taxes").respond(json=listing("country-taxes", {"id": "1", "country_code": "ch"}, total="1"))
    assert [(tax.name, tax.rate, tax.is_default) for tax in billomat.taxes()] == [
        ("MwSt", Decimal(19), True),
        ("MwSt", Decimal("7.5"), False),
    ]
    assert (billomat.account().currency, billomat.account().net_gross) == ("CHF", "GROSS")
    assert billomat.country_taxes() == {"CH"}


def test_an_account_that_does_not_say_net_or_gross_is_not_guessed(billomat: Billomat, api: respx.MockRouter) -> None:
    api.get("/settings").respond(json={"settings": {"currency_code": "EUR", "net_gross": ""}})
    with pytest.raises(NotDone):
        billomat.account()


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"-?\d+(\.\d+)?")
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
fields_of_a_client = st.fixed_dictionaries(
    {"id": st.integers(1, 10**9).map(str) | values},
    optional=dict.fromkeys(["name", "first_name", "country_code", "tax_rule", "net_gross", "archived"], values),
)


@steady
@given(clients=st.lists(fields_of_a_client) | fields_of_a_client | values, total=values)
def test_whatever_comes_is_either_read_into_clean_values_or_unusable(clients: object, total: object) -> None:
    body = json.dumps({"clients": {"client": clients, "@total": total}}).encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    with httpx.Client(transport=transport, trust_env=False) as http:
        account = Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)
        try:
            page = account.clients()
        except NotDone:
            return
    for client in page.items:
        assert client.name
        assert client.name.encode()
        assert "\0" not in client.name
        assert client.tax_rule in {"TAX", "NO_TAX", "COUNTRY"}


@steady
@given(
    body=st.binary(),
    status=st.sampled_from([200, 201, 302, 400, 401, 429, 500, 503]),
    date_header=st.text(),
    reset=st.text(),
)
def test_no_answer_however_broken_ends_in_another_error(body: bytes, status: int, date_header: str, reset: str) -> None:
    headers = [
        (b"Date", date_header.encode("utf-8", "replace")),
        (b"X-Rate-Limit-Reset", reset.encode("utf-8", "replace")),
    ]
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    with httpx.Client(transport=transport, trust_env=False) as http:
        account = Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)
        with pytest.raises(BillomatError) as trouble:
            account.create_draft(a_draft())
    assert len(trouble.value.text) <= 200
    assert trouble.value.text.isprintable()
    assert not set("<>") & set(trouble.value.text)


# Drafts


def test_a_draft_says_everything_that_billomat_would_otherwise_guess(billomat: Billomat, api: respx.MockRouter) -> None:
    created = api.post("/invoices").respond(201, json={"invoice": {"id": "777"}})
    billomat.create_draft(a_draft())
    request = created.calls.last.request
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {
        "invoice": {
            "client_id": "3527529",
            "date": "2026-11-30",
            "supply_date": "01.11.2026 - 30.11.2026",
            "supply_date_type": "SUPPLY_TEXT",
            "label": "November 2026 7f3c9a21b0de",
            "net_gross": "NET",
            "currency_code": "EUR",
            "invoice-items": {
                "invoice-item": [
                    {
                        "article_id": "817280",
                        "type": "SERVICE",
                        "title": "Beratung",
                        "description": "2026-11-03 Workshop\n2026-11-05 Review",
                        "unit": "Stunde",
                        "quantity": "7.25",
                        "unit_price": "95.00",
                        "tax_name": "MwSt",
                        "tax_rate": "19",
                        "tax_changed_manually": "1",
                    },
                    {
                        "type": "SERVICE",
                        "title": "Reise",
                        "description": "",
                        "unit": "km",
                        "quantity": "100",
                        "unit_price": "0.3",
                        "tax_changed_manually": "0",
                    },
                ]
            },
        }
    }


def test_a_single_day_of_work_is_printed_as_one_date(billomat: Billomat, api: respx.MockRouter) -> None:
    created = api.post("/invoices").respond(201, json={"invoice": {"id": "777"}})
    day = date(2026, 3, 9)
    billomat.create_draft(NewDraft(1, day, "token", (day, day), "EUR", ()))
    assert json.loads(created.calls.last.request.content)["invoice"]["supply_date"] == "09.03.2026"


@pytest.mark.parametrize(("said", "day"), [("2026-03-10", date(2026, 3, 10)), ("", None), ("0000-00-00", None)])
def test_a_created_draft_comes_back_with_billomats_own_totals(
    said: str, day: date | None, billomat: Billomat, api: respx.MockRouter
) -> None:
    api.post("/invoices").respond(
        201,
        json={
            "invoice": {
                "id": "777",
                "invoice_number": "RE198",
                "date": said,
                "label": "token",
                "status": "DRAFT",
                "client_id": "7",
                "total_net": "12",
                "total_gross": "14.28",
                "discount_amount": None,
            }
        },
    )
    assert billomat.create_draft(a_draft()) == BillomatInvoice(
        id=777,
        number="RE198",
        date=day,
        label="token",
        status="DRAFT",
        client_id=7,
        total_net=Decimal(12),
        total_gross=Decimal("14.28"),
    )


def test_a_draft_is_found_by_its_exact_label_only(billomat: Billomat, api: respx.MockRouter) -> None:
    labels = ["token", "TOKEN", "a token", "token2", "", "token "]
    found = [{"id": str(n), "label": label, "status": "OPEN"} for n, label in enumerate(labels)]
    asked = api.get("/invoices").respond(json=listing("invoices", found, total=str(len(found))))
    assert [draft.id for draft in billomat.find_drafts(label="token", client_id=7)] == [0, 5]
    params = asked.calls.last.request.url.params
    assert (params["label"], params["client_id"], params["order_by"]) == ("token", "7", "id DESC")
    assert b"order_by=id+DESC" in asked.calls.last.request.url.query
    assert "status" not in params


def test_a_label_is_found_again_although_its_emoji_were_left_out(billomat: Billomat, api: respx.MockRouter) -> None:
    created = api.post("/invoices").respond(201, json={"invoice": {"id": "777"}})
    new = a_draft()
    billomat.create_draft(NewDraft(new.client_id, new.date, "🚀 Start #7f3c", new.supply_period, "EUR", new.lines))
    sent = json.loads(created.calls.last.request.content)["invoice"]["label"]
    api.get("/invoices").respond(json=listing("invoices", {"id": "777", "label": sent}, total="1"))
    assert [draft.id for draft in billomat.find_drafts(label="🚀 Start #7f3c", client_id=7)] == [777]


def test_the_search_for_a_draft_reads_every_page(billomat: Billomat, api: respx.MockRouter) -> None:
    """Billomat may ignore a filter that it does not know; then ours is somewhere among all others."""

    def page(request: httpx.Request) -> httpx.Response:
        label = {"1": "another", "2": "token"}[request.url.params["page"]]
        assert request.url.params["label"] == "token"
        return httpx.Response(200, json=listing("invoices", {"id": "1", "label": label}, per_page="1", total="2"))

    api.get("/invoices").mock(side_effect=page)
    assert len(billomat.find_drafts(label="token", client_id=7)) == 1


def test_the_newest_drafts_are_this_customers_only(billomat: Billomat, api: respx.MockRouter) -> None:
    found = [{"id": "3", "client_id": "7"}, {"id": "2", "client_id": "8"}, {"id": "1", "client_id": "7"}]
    asked = api.get("/invoices").respond(json=listing("invoices", found, total="3"))
    assert [draft.id for draft in billomat.newest_drafts(client_id=7)] == [3, 1]
    assert asked.calls.last.request.url.params["order_by"] == "id DESC"


def test_an_invoice_that_was_deleted_is_told_from_one_that_cannot_be_asked_for(
    billomat: Billomat, api: respx.MockRouter
) -> None:
    asked = api.get("/invoices/7").respond(404, json={"errors": {"error": "Resource not found"}})
    assert billomat.invoice(7) is None
    for answer in ({"status_code": 400, "json": {"errors": {"error": "no"}}}, {"status_code": 404, "html": "<html>"}):
        asked.respond(**answer)
        with pytest.raises(Refused):
            billomat.invoice(7)
    asked.respond(json={"invoice": {"id": "7", "status": "CANCELED"}})
    assert billomat.invoice(7) == BillomatInvoice(7, "", None, "", "CANCELED", None, None, None)


def test_nothing_can_complete_mail_cancel_or_delete_an_invoice() -> None:
    offered = {name for name in vars(Billomat) if not name.startswith("_")}
    reads = {"owner", "account", "taxes", "units", "country_taxes", "clients", "articles", "find_drafts"}
    assert offered == reads | {"newest_drafts", "invoice", "create_draft"}


# Trouble


@pytest.mark.parametrize("status", [400, 404, 405, 406, 409, 415, 422])
@pytest.mark.parametrize("ask", [read, write])
def test_a_refusal_is_told_in_billomats_words(billomat: Billomat, api: respx.MockRouter, ask: Ask, status: int) -> None:
    api.route().respond(status, json={"errors": {"error": ["date is required", "no valid template_id given"]}})
    with pytest.raises(Refused, match=r"^date is required no valid template_id given$") as refused:
        ask(billomat)
    assert refused.value.status == status


@pytest.mark.parametrize("status", [401, 402, 403])
@pytest.mark.parametrize("ask", [read, write])
def test_a_key_plan_or_right_that_fails_asks_for_a_new_connection(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, status: int
) -> None:
    api.route().respond(status, json={"errors": {"error": "Unauthorized"}})
    with pytest.raises(AccessDenied, match="Unauthorized") as trouble:
        ask(billomat)
    assert trouble.value.status == status


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("ask", [read, write])
def test_a_redirect_is_not_followed_and_did_nothing(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, status: int
) -> None:
    api.route().respond(status, headers={"Location": "https://elsewhere.example/login"})
    with pytest.raises(Refused, match=f"HTTP {status}"):
        ask(billomat)
    assert api.calls.call_count == 1


UNUSABLE = {
    "web page": httpx.Response(200, html=MAINTENANCE),
    "cut JSON": httpx.Response(201, content=b'{"invoice": {"id": "77'),
    "empty body": httpx.Response(201),
    "no content": httpx.Response(204),
    "other JSON": httpx.Response(201, json=["ok"]),
    "without the object": httpx.Response(201, json={"invoice": "", "user": None}),
    "without an id": httpx.Response(201, json={"invoice": {"id": ""}, "user": {"name": "Ada"}}),
    "endless nesting": httpx.Response(201, content=b"[" * 200_000),
    "not text": httpx.Response(201, content=b"\x80\x81"),
    "server error": httpx.Response(500, json={"errors": {"error": "Oops"}}),
    "bad gateway": httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    "maintenance": httpx.Response(503, html=MAINTENANCE),
    "gateway time-out": httpx.Response(504),
    "request time-out": httpx.Response(408),
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_after_an_unusable_answer_a_read_is_repeated_and_a_draft_looked_for(
    billomat: Billomat, api: respx.MockRouter, answer: httpx.Response
) -> None:
    api.route().mock(return_value=answer)
    with pytest.raises(NotDone):
        read(billomat)
    with pytest.raises(OutcomeUnknown):
        write(billomat)
    assert api.calls.call_count == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("web page", "maintenance"),
        ("maintenance", "maintenance"),
        ("bad gateway", "maintenance"),
        ("server error", "server"),
        ("cut JSON", "server"),
        ("gateway time-out", "timeout"),
        ("request time-out", "timeout"),
    ],
)
def test_a_person_learns_what_kind_of_trouble_it_is(
    billomat: Billomat, api: respx.MockRouter, answer: str, kind: str
) -> None:
    api.route().mock(return_value=UNUSABLE[answer])
    with pytest.raises(NotDone) as trouble:
        read(billomat)
    assert trouble.value.kind == kind


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_without_a_connection_nothing_was_sent(
    billomat: Billomat, api: respx.MockRouter, failure: type[Exception]
) -> None:
    api.route().mock(side_effect=failure)
    for ask in (read, write):
        with pytest.raises(NotDone) as trouble:
            ask(billomat)
        assert trouble.value.kind == ("unreachable" if failure is httpx.ConnectError else "timeout")


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.ReadError,
        httpx.WriteError,
        httpx.RemoteProtocolError,
        httpx.DecodingError,
    ],
)
def test_a_connection_that_breaks_after_sending_leaves_the_outcome_open(
    billomat: Billomat, api: respx.MockRouter, failure: type[Exception]
) -> None:
    api.route().mock(side_effect=failure)
    with pytest.raises(OutcomeUnknown):
        write(billomat)
    with pytest.raises(NotDone):
        read(billomat)


@pytest.mark.parametrize(("errno", "kind"), [(socket.EAI_NONAME, "unknown_host"), (socket.EAI_AGAIN, "unreachable")])
def test_a_mistyped_account_is_told_from_a_lost_network(
    billomat: Billomat, monkeypatch: pytest.MonkeyPatch, errno: int, kind: str
) -> None:
    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(errno, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    with pytest.raises(NotDone) as trouble:
        write(billomat)
    assert trouble.value.kind == kind


def test_an_answer_of_more_than_20_mb_is_not_read_to_its_end(billomat: Billomat, api: respx.MockRouter) -> None:
    served = 0

    def flood() -> Iterator[bytes]:
        nonlocal served
        for _ in range(1000):
            served += 1_000_000
            yield b" " * 1_000_000

    api.route().mock(side_effect=lambda _: httpx.Response(200, content=flood()))
    with pytest.raises(Refused, match="too large"):
        billomat.clients()
    with pytest.raises(OutcomeUnknown):
        write(billomat)
    assert served == 2 * (MAX_ANSWER_BYTES + 1_000_000)


def test_a_large_answer_that_travels_compressed_counts_in_full(billomat: Billomat, api: respx.MockRouter) -> None:
    packed = gzip.compress(b" " * (MAX_ANSWER_BYTES + 1))
    api.route().respond(200, content=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="too large"):
        billomat.clients()


# Quota


def test_what_is_left_of_the_quota_is_known_after_every_answer(billomat: Billomat, api: respx.MockRouter) -> None:
    assert billomat.quota == Quota(None, None)
    headers = {"X-Rate-Limit-Remaining": "299", "X-Rate-Limit-Reset": "1795000500"}
    api.get("/users/myself").respond(json={"user": {"id": "1"}}, headers=headers)
    billomat.owner()
    assert billomat.quota == Quota(remaining=299, reset=1795000500)
    api.get("/users/myself").respond(500, headers={"X-Rate-Limit-Remaining": "many"})
    with pytest.raises(NotDone):
        billomat.owner()
    assert billomat.quota == Quota(None, None)


NOON = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}
NOON_EPOCH = 1795348800


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        (NOON | {"X-Rate-Limit-Reset": str(NOON_EPOCH + 246)}, "Try again in 99 seconds.", 246),
        (NOON | {"X-Rate-Limit-Reset": str(NOON_EPOCH + 86_400)}, "", 900),
        (NOON | {"X-Rate-Limit-Reset": str(NOON_EPOCH - 5)}, "Try again in 99 seconds.", 99),
        (NOON | {"X-Rate-Limit-Reset": "soon"}, "Try again in 99 seconds.", 99),
        ({"X-Rate-Limit-Reset": str(NOON_EPOCH), "Date": "noon"}, "Noch 99 Sekunden.", 99),
        ({}, "Maximum number of requests (300 per 15 minutes) reached. Try again in 4000 seconds.", 900),
        ({"Date": "1 Jan 99999999999999999999 00:00:00"}, "Slow down", 60),
        ({}, "Slow down", 60),
    ],
)
@pytest.mark.parametrize("ask", [read, write])
def test_over_quota_nothing_happened_and_it_is_known_how_long_to_wait(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, headers: dict[str, str], text: str, seconds: int
) -> None:
    api.route().respond(429, json={"errors": {"error": text}}, headers=headers)
    with pytest.raises(NotDone) as trouble:
        ask(billomat)
    assert (trouble.value.kind, trouble.value.retry_after) == ("quota", seconds)


# What is said about it


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"errors": {"error": "Row not found"}}', "Row not found"),
        ("<errors><error>Resource not found</error></errors>", "Resource not found"),
        (MAINTENANCE, "Wartung Bald zurück"),
        ('{"errors": {"error": "<b>Bad</b>\\n <!channel> &lt;i&gt; \\u202e text"}}', "Bad text"),
        ("<script>alert(1)</script>Stop<style>p {", "Stop"),
        ('{"errors": ""}', '{"errors": ""}'),
        ("", "HTTP 400"),
        ("ä" * 300, "ä" * 200),
    ],
)
def test_billomats_words_are_one_short_line_without_mark_up(
    billomat: Billomat, api: respx.MockRouter, body: str, text: str
) -> None:
    api.route().respond(400, content=body.encode())
    with pytest.raises(Refused) as refused:
        read(billomat)
    assert refused.value.text == str(refused.value) == text


def test_an_answer_that_cannot_be_read_is_not_quoted_since_it_may_hold_customers(
    billomat: Billomat, api: respx.MockRouter
) -> None:
    api.route().respond(200, content=b'{"clients": {"client": {"name": "Grete M')
    with pytest.raises(NotDone) as trouble:
        billomat.clients()
    assert "Grete" not in trouble.value.text


def everything_in(error: BaseException) -> str:
    """The error as a log, a debugger or an error report would show it, whatever led to it included."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    return shown + "".join(everything_in(led) for led in (error.__cause__, error.__context__) if led)


@pytest.mark.parametrize("ask", [read, write])
@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(401, json={"errors": {"error": f"{KEY} is no key"}}),
        httpx.Response(400, json={"errors": {"error": "x" * 195 + KEY}}),
        httpx.Response(400, json={"errors": {"error": KEY.replace("5", "&#53;")}}),
        httpx.Response(429, text=KEY),
        httpx.Response(500, html="<p>" * 1000 + KEY),
        httpx.Response(200, text=KEY),
        httpx.LocalProtocolError(f"Illegal header value {KEY}"),
        httpx.ConnectError(KEY),
        httpx.ReadTimeout(KEY),
    ],
    ids=str,
)
def test_the_key_shows_in_no_error(
    billomat: Billomat, api: respx.MockRouter, ask: Ask, trouble: httpx.Response | Exception
) -> None:
    api.route().mock(**{"side_effect" if isinstance(trouble, Exception) else "return_value": trouble})
    with pytest.raises(BillomatError) as error:
        ask(billomat)
    assert KEY[:5] not in everything_in(error.value)
    assert KEY not in repr(billomat)


# On a real connection


@pytest.fixture
def accident(http: httpx.Client) -> Iterator[Callable[[bytes], Billomat]]:
    """A server that reads one request, answers with the given bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve(answer: bytes) -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                received = connection.recv(65_536)
                while b"}]}}}" not in received and received.startswith(b"POST"):
                    received += connection.recv(65_536)
                connection.sendall(answer)

        threads: list[threading.Thread] = []

        def start(answer: bytes) -> Billomat:
            threads.append(threading.Thread(target=serve, args=(answer,)))
            threads[-1].start()
            address = f"http://127.0.0.1:{server.getsockname()[1]}"
            return Billomat(http, base_url=address, key=KEY, app_id=None, app_secret=None)

        yield start
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 201 Created\r\nContent-Type: app",
        b'HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"invoice": {"id": "7"}}',
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_a_server_that_hangs_up_in_the_middle_leaves_the_outcome_open(
    accident: Callable[[bytes], Billomat], answer: bytes
) -> None:
    with pytest.raises(OutcomeUnknown):
        write(accident(answer))


def test_nobody_listening_means_that_nothing_was_sent(http: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    account = Billomat(http, base_url=f"http://127.0.0.1:{port}", key=KEY, app_id=None, app_secret=None)
    with pytest.raises(NotDone) as trouble:
        write(account)
    assert trouble.value.kind == "unreachable"


def test_the_most_talkative_log_does_not_hold_the_key(
    accident: Callable[[bytes], Billomat], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert read(accident(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"user": {"id": 1 }}'))
    assert "GET" in caplog.text
    assert KEY not in caplog.text


def test_a_cookie_of_one_account_is_not_sent_to_another(api: respx.MockRouter) -> None:
    asked = api.get("/users/myself").respond(
        json={"user": {"id": "1"}}, headers={"Set-Cookie": "session=acme; Domain=.billomat.net; Path=/"}
    )
    with http_client(connect=1, read=1) as http:
        account = Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)
        account.owner()
        account.owner()
    assert "Cookie" not in asked.calls.last.request.headers


def test_keys_do_not_travel_through_a_proxy_that_happens_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    with http_client(connect=1.5, read=9) as http:
        assert not http._mounts
        assert (http.timeout.connect, http.timeout.pool, http.timeout.read) == (1.5, 1.5, 9)
        assert not http.follow_redirects


# Addresses and texts


@pytest.mark.parametrize(
    "text",
    [
        "acme",
        " ACME ",
        "acme.billomat.net",
        "https://ACME.billomat.net/app/x",
        "http://acme.billomat.net",
        "https://acme.billomat.net:443/?a=b#c",
        "acme.billomat.net/app/beta/invoices/7",
    ],
)
def test_an_account_is_recognised_however_its_address_is_pasted(text: str) -> None:
    assert billomat_id(text) == "acme"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "acme corp",
        "acme.example",
        "acme.billomat.com",
        "https://acme",
        "a.b.billomat.net",
        "evil.example#.billomat.net",
        "evil.example/.billomat.net",
        "acme.billomat.net@evil.example",
        "acme.billomat.net.evil.example",
        "user:word@acme.billomat.net",
        "ftp://acme.billomat.net",
        "{billomat_id}",
        "-acme",
        "acme-",
        "bäcker",
        "acme\nother",
        "a" * 64,
    ],
)
def test_anything_else_is_no_account(text: str) -> None:
    with pytest.raises(ValueError, match="not a billomatID"):
        billomat_id(text)


@steady
@given(st.text())
def test_an_account_name_is_always_safe_in_an_address(text: str) -> None:
    try:
        name = billomat_id(text)
    except ValueError:
        return
    assert httpx.URL(base_url("https://{billomat_id}.billomat.net", name)).host == f"{name}.billomat.net"
    assert len(name) <= 63


def test_links_lead_into_the_account() -> None:
    acme = base_url("https://{billomat_id}.billomat.net", "acme")
    assert invoice_link(acme, 777) == "https://acme.billomat.net/app/beta/invoices/777"
    assert base_url("http://127.0.0.1:8000/billomat/", "acme") == "http://127.0.0.1:8000/billomat"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Grüße an Łukasz, 東京, 5 € – „gut“\n", "Grüße an Łukasz, 東京, 5 € – „gut“\n"),
        ("Start 🚀", "Start "),
        ("Team 👩‍❤️‍👨!", "Team ❤!"),
        ("می‌خواهم क्‍ष", "می‌خواهم क्‍ष"),
        ("half \ud83d", "half "),
    ],
)
def test_only_emoji_and_their_joiners_are_left_out(text: str, plain: str) -> None:
    assert without_emoji(text) == plain


@steady
@given(st.text(st.characters(exclude_categories=())))
def test_what_is_sent_fits_three_bytes_a_character(text: str) -> None:
    plain = without_emoji(text)
    assert all(len(character.encode()) <= 3 for character in plain)
    assert without_emoji(plain) == plain
