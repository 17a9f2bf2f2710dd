"""What the client reads: who is asking, lists, customers, articles, taxes, and whatever else may come."""

import json
from decimal import Decimal

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from bot.billomat.client import AccessDenied, Billomat, BillomatArticle, BillomatClient, BillomatError, NotDone, Owner
from tests.billomat.client.kit import ACME, KEY, a_draft, listing, steady


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


def test_a_customer_is_read_with_umlauts_in_either_spelling(billomat: Billomat, api: respx.MockRouter) -> None:
    body = r"""{"clients": {"client": {"id": "7", "name": "B\u00e4ckerei Söhne \/ Co.", "client_number": "KD7",
        "country_code": "at", "tax_rule": "NO_TAX", "net_gross": "GROSS", "currency_code": "EUR", "archived": "1",
        "brand_new_field": {"x": ["y"]}}, "@total": "1"}}"""
    api.get("/clients").respond(content=body.encode())
    assert billomat.clients().items == [
        BillomatClient(7, "Bäckerei Söhne / Co.", "KD7", "AT", "NO_TAX", "GROSS", "EUR", archived=True, kind="company")
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


@pytest.mark.parametrize(
    ("written", "reduction"),
    [("10", "10"), ("2.5", "2.5"), ("10%", "10"), ("", "0"), (None, "0"), ("-5", "0"), ("abc", "0"), ("NaN", "0")],
)
def test_a_customers_reduction_is_read_and_never_keeps_the_customer_from_being_read(
    billomat: Billomat, api: respx.MockRouter, written: str | None, reduction: str
) -> None:
    fields = {"id": 7, "name": "Acme", "price_group": "2", "reduction": written}
    api.get("/clients").respond(json=listing("clients", fields, total="1"))
    (client,) = billomat.clients().items
    assert (client.price_group, client.reduction) == (2, Decimal(reduction))


def test_the_prices_of_the_groups_are_read_exactly(billomat: Billomat, api: respx.MockRouter) -> None:
    prices = {"sales_price": "33.3333", "sales_price2": "-10", "sales_price3": "", "sales_price5": "0"}
    api.get("/articles").respond(json=listing("articles", {"id": 3, **prices}, total="1"))
    (article,) = billomat.articles().items
    assert article.price == Decimal("33.3333")
    assert article.group_prices == (Decimal(-10), None, None, Decimal(0))


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
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(body)))
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
    transport = httpx.MockTransport(lambda _: httpx.Response(status, stream=httpx.ByteStream(body), headers=headers))
    with httpx.Client(transport=transport, trust_env=False) as http:
        account = Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)
        with pytest.raises(BillomatError) as trouble:
            account.create_draft(a_draft())
    assert len(trouble.value.text) <= 200
    assert trouble.value.text.isprintable()
    assert not set("<>") & set(trouble.value.text)
