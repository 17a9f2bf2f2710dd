"""Addresses of accounts however they are pasted, and texts that Billomat can keep."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billomat.client import base_url, billomat_id, invoice_link, without_emoji
from tests.billomat.client.kit import steady


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
