"""What the client writes: drafts, which are found again, and nothing else."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx
import pytest
import respx

from bot.billomat.client import (
    AccessDenied,
    Billomat,
    BillomatInvoice,
    NewDraft,
    NotDone,
    OutcomeUnknown,
    Refused,
)
from tests.billomat.client.kit import a_draft, listing


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


@pytest.mark.parametrize(("reduction", "said"), [("10", "10%"), ("2.5000", "2.5%"), ("100", "100%")])
def test_the_customers_terms_are_said_with_the_draft(
    billomat: Billomat, api: respx.MockRouter, reduction: str, said: str
) -> None:
    posted = api.post("/invoices").respond(201, json={"invoice": {"id": "9"}})
    billomat.create_draft(replace(a_draft(), gross_prices=True, reduction=Decimal(reduction)))
    sent = json.loads(posted.calls.last.request.content)["invoice"]
    assert (sent["net_gross"], sent["reduction"]) == ("GROSS", said)


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


@pytest.mark.parametrize("answer", [{"status_code": 200, "text": ""}, {"status_code": 204}, {"json": {}}])
def test_a_draft_is_deleted_whatever_a_success_says(
    billomat: Billomat, api: respx.MockRouter, answer: dict[str, object]
) -> None:
    deleted = api.delete("/invoices/7").respond(**answer)
    billomat.delete_draft(7)
    assert deleted.call_count == 1


def test_of_a_deletion_that_fails_it_is_told_whether_it_may_have_been_done(
    billomat: Billomat, api: respx.MockRouter
) -> None:
    asked = api.delete("/invoices/7")
    for status, raised in ((400, Refused), (404, Refused), (403, AccessDenied), (429, NotDone), (500, OutcomeUnknown)):
        asked.respond(status, json={"errors": {"error": "no"}})
        with pytest.raises(raised):
            billomat.delete_draft(7)
    asked.mock(side_effect=httpx.ReadTimeout("too long"))
    with pytest.raises(OutcomeUnknown):
        billomat.delete_draft(7)
    assert asked.call_count == 6


def test_the_lines_of_several_invoices_are_read_in_one_call(billomat: Billomat, api: respx.MockRouter) -> None:
    line = {"id": "1", "invoice_id": "7", "position": "1", "title": "Design", "quantity": "7.25", "unit_price": "88.5"}
    foreign = line | {"id": "2", "invoice_id": "8"}
    words = {"id": "3", "invoice_id": "9", "title": "Thanks", "quantity": "", "unit_price": None}
    asked = api.get("/invoice-items").respond(json=listing("invoice-items", [line, foreign, words], total="3"))
    found, text = billomat.lines([9, 7])
    assert (text.title, text.quantity, text.unit_price) == ("Thanks", 0, 0)
    assert asked.calls.last.request.url.params["invoice_id"] == "7,9"
    assert (found.invoice_id, found.title, found.quantity) == (7, "Design", Decimal("7.25"))


def test_nothing_can_complete_mail_or_cancel_an_invoice() -> None:
    offered = {name for name in vars(Billomat) if not name.startswith("_")}
    reads = {
        "owner",
        "account",
        "taxes",
        "units",
        "country_taxes",
        "own_business",
        "client",
        "clients",
        "article",
        "articles",
    }
    assert offered == reads | {
        "find_drafts",
        "newest_drafts",
        "invoices",
        "invoice",
        "lines",
        "create_draft",
        "delete_draft",
    }
