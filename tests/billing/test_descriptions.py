"""The description of a line: every note is on it, or its day is named."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.descriptions import LONGEST, Description, describe, tidy
from bot.billing.language import language_of
from bot.billing.rules.shortening import shorten
from bot.core.texts import Reader

GERMAN, ENGLISH = language_of("de_DE").reader, language_of("en_GB").reader
MONDAY = date(2026, 11, 2)
days = st.dates(date(2026, 10, 1), date(2027, 2, 1))
notes = st.one_of(
    st.text(max_size=60), st.text(min_size=100, max_size=900), st.sampled_from(["", "Review", "🎉", "𠮷野家"])
)
written = st.lists(st.tuples(days, notes), min_size=1, max_size=60)


def described(to: Reader, written: list[tuple[date, str]]) -> Description:
    return describe(to, [day for day, _ in written], [note for _, note in written])


@given(written, st.sampled_from([GERMAN, ENGLISH]))
def test_every_note_is_there_or_its_day_is_named(written: list[tuple[date, str]], to: Reader) -> None:
    made = described(to, written)
    assert len(made.text) <= LONGEST
    assert made.text.strip()
    for day, note in written:
        assert tidy(note) in made.text or day in made.shortened
        if note.strip() and not tidy(note):
            assert day in made.shortened


@given(written, st.randoms())
def test_the_order_of_the_days_is_that_of_the_text(written: list[tuple[date, str]], shuffle: object) -> None:
    assert described(GERMAN, sorted(written, key=lambda each: each[0])) == described(GERMAN, written)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=220))
def test_a_shortened_note_is_a_beginning_of_it(note: str, most: int) -> None:
    short = shorten(note, most)
    assert len(short) <= max(most, 0)
    assert note.startswith(short.removesuffix("…"))


def test_what_fits_stands_in_a_line_for_each_note() -> None:
    made = described(GERMAN, [(MONDAY, "Review"), (MONDAY, "Review"), (MONDAY, ""), (date(2026, 11, 3), "")])
    assert made.text == "02.11.2026 Review\n03.11.2026"
    assert (made.shortened, made.lacks_emoji) == ((), False)


def a_month(length: int, *, entries: int = 60) -> list[tuple[date, str]]:
    """F8: 60 entries from 1 to 27 November with notes of about 50 characters."""
    first = date(2026, 11, 1)
    return [
        (
            first + timedelta(days=number * 27 // entries),
            f"Ticket {number:02}: Fehler in der Anzeige ".ljust(length, "x"),
        )
        for number in range(entries)
    ]


def test_notes_of_one_day_are_joined_where_there_is_little_room() -> None:
    made = described(GERMAN, a_month(41))
    assert made.shortened == ()
    assert len(made.text.splitlines()) == 27
    assert all(note in made.text for _, note in a_month(41))


def test_where_they_do_not_fit_the_longest_give_way_and_their_days_are_named() -> None:
    """F8."""
    month = [*a_month(40)[:-1], (date(2026, 11, 27), "Ticket 99: " + "sehr viel Text " * 40)]
    made = described(GERMAN, month)
    assert made.shortened == (date(2026, 11, 27),)
    assert len(made.text) <= LONGEST
    assert made.text.endswith("…")
    all_long = described(GERMAN, a_month(70))
    assert set(all_long.shortened) == {day for day, _ in a_month(70)}
    assert all(f"Ticket {number:02}" in all_long.text for number in range(60))


def test_of_years_of_work_at_least_the_days_are_said() -> None:
    first = date(2023, 1, 1)
    made = described(ENGLISH, [(first + timedelta(days=day), "Support") for day in range(900)])
    assert made.text == "1 Jan 2023 – 18 Jun 2025"
    assert len(made.shortened) == 900


@pytest.mark.parametrize(
    ("note", "text", "is_lost", "lacks_emoji"),
    [
        ("Fix 🐛 login", "Fix login", False, True),
        ("🎉", "", True, False),
        ("𠮷野家 besucht", "野家 besucht", True, False),
        ("𝐑𝐞𝐯𝐢𝐞𝐰", "Review", False, False),
        ("❤️ gern", "❤ gern", False, False),
        ("שלום Ελλάδα", "שלום Ελλάδα", False, False),
    ],
)
def test_what_billomat_may_not_take_is_said(note: str, text: str, is_lost: bool, lacks_emoji: bool) -> None:
    made = described(ENGLISH, [(MONDAY, note)])
    assert made.text == f"2 Nov 2026 {text}".strip()
    assert (bool(made.shortened), made.lacks_emoji) == (is_lost, lacks_emoji)
