"""Texts of a sent draft beside those in Billomat: what Billomat filled in itself nobody changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.changed_texts import Place, changed_around, mark_of

PLACE = "[Invoice.invoice_number]"


@pytest.mark.parametrize(
    ("sent", "there"),
    [
        ("Thanks", " Thanks\r\n"),
        ("", "Billomat's own"),
        ("Thanks", None),
        (f"Rechnung {PLACE}", f"Rechnung {PLACE}"),
        (f"Rechnung {PLACE}", "Rechnung RE17"),
        (f"{PLACE}{PLACE}", ""),
        (f"a {PLACE} b {PLACE} c", "a 1 b 2 c"),
    ],
)
def test_what_billomat_filled_in_or_does_not_say_is_no_change(sent: str, there: str | None) -> None:
    assert changed_around(Place.INTRO, sent, there) == []


@pytest.mark.parametrize(
    ("sent", "there"),
    [
        ("Thanks", "Many thanks"),
        ("Thanks", ""),
        (f"Rechnung {PLACE}", "Invoice RE17"),
        (f"a {PLACE} a", "a"),
        (f"a {PLACE} b {PLACE} c", "a 1 2 c"),
        ("[1]", "1"),
    ],
)
def test_another_text_is_a_change(sent: str, there: str) -> None:
    assert [each.there for each in changed_around(Place.INTRO, sent, there)] == [there]


@given(st.lists(st.text("ab \n", max_size=4), min_size=1, max_size=5), st.lists(st.text("ab1", max_size=3), min_size=4))
def test_whatever_is_filled_in_is_no_change(parts: list[str], filled: list[str]) -> None:
    there = parts[0] + "".join(f"{value}{part}" for value, part in zip(filled, parts[1:], strict=False))
    if len(filled) >= len(parts) - 1:
        assert not changed_around(Place.NOTE, PLACE.join(parts), there)


def test_who_agreed_to_lose_some_texts_agreed_to_no_others() -> None:
    marks = {mark_of(changed_around(Place.NOTE, "sent", there)) for there in ("one", "two", "sent")}
    assert len(marks) == 3
    assert "" in marks
