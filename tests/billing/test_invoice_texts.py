"""What stands above and below the lines of an invoice: whose templates hold, and what the customer reads of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.invoice_texts import Facts, invoice_texts
from bot.billing.rules.layout import USUAL_LAYOUT, Layout, Whose
from bot.billing.rules.templates import fill_paragraphs, printed
from bot.billing.rules.texts import (
    BILLOMATS_TEXTS,
    NO_TEXTS,
    InvoiceTexts,
    Texts,
    chosen_texts,
    dump_texts,
    kept_in,
    read_texts,
)
from bot.billing.writing import LONGEST_TEXT, LONGEST_TITLE, Writing
from tests.billing.test_layout_words import FINN, GERMAN, read, worked

FACTS = Facts("Acme GmbH", "November 2026", "02.11.2026 – 09.11.2026", "190,00 €", "226,10 €")


def written(texts: Texts, *, layout: Layout = USUAL_LAYOUT, facts: Facts = FACTS, note: str = "") -> InvoiceTexts:
    """What a customer reads of these templates: two hours of two people on two projects."""
    entries = [worked(1, note=note), worked(2, 9, project_id=2, project="App", **FINN)]
    writing = Writing(layout, texts=texts.over(BILLOMATS_TEXTS))
    return invoice_texts(GERMAN, read(entries, layout), facts, writing)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Für {customer} im {period}:", "Für Acme GmbH im November 2026:"),
        ("{service} für {project}, {days}", "Design für App, Website, 02.11.2026 – 09.11.2026"),
        ("{hours} Stunden, {net} netto, {gross} brutto", "2,00 Stunden, 190,00 € netto, 226,10 € brutto"),
        ("Mit {person}", "Mit Anna Albrecht, Finn Freelancer"),
        ("Guten Tag,\n\nSchlagworte: nichts\n{tags}\n{notes}\nDanke", "Guten Tag,\n\nSchlagworte: nichts\nDanke"),
        ("Zahlbar bis [Invoice.due_date]", "Zahlbar bis [Invoice.due_date]"),
        ("شكرا لكم، {customer}\r\nשלום", "شكرا لكم، Acme GmbH\nשלום"),
        ("Danke 🎉", "Danke"),
    ],
)
def test_the_customer_reads_the_template_filled_in_line_by_line(template: str, text: str) -> None:
    assert written(Texts(intro=template)).intro == text


def test_note_and_closing_text_stand_below_the_lines_in_this_order() -> None:
    assert written(Texts(note="Steuerfrei.", closing="Danke!")).note == "Steuerfrei.\n\nDanke!"
    assert written(Texts(note="{tags}", closing="Danke!")).note == "Danke!"


def test_what_is_said_nowhere_is_left_to_billomat() -> None:
    assert written(NO_TEXTS) == InvoiceTexts()
    assert written(NO_TEXTS).sent == ()


def test_whoever_is_named_by_initials_is_so_above_the_lines_too() -> None:
    assert written(Texts(intro="{person}"), layout=Layout(initials=True)).intro == "AA, FF"


def test_a_heading_is_one_line_that_fits() -> None:
    heading = written(Texts(heading="Rechnung [Invoice.invoice_number]\n{customer} {notes}"), note="x " * 300).heading
    assert heading.startswith("Rechnung [Invoice.invoice_number] Acme GmbH x x")
    assert len(heading) <= LONGEST_TITLE


def test_a_note_turns_no_words_but_its_own() -> None:
    texts = written(Texts(intro="{notes}: {hours} h"), note="\u202eReview \u2066שלום\u2069 مرحبا")
    assert texts.intro == "Review שלום مرحبا: 2,00 h"


def test_lost_emoji_are_said() -> None:
    assert written(Texts(closing="Danke 🎉")).lacks_emoji
    assert not written(Texts(closing="Danke ✓")).lacks_emoji


@pytest.mark.parametrize("size", [4_000, 5_000, 60_000])
def test_what_is_typed_stays_whole_and_what_is_filled_in_gives_way(size: int) -> None:
    texts = written(Texts(intro="Anfang {notes} Ende"), note="Wort " * (size // 5))
    assert texts.intro.startswith("Anfang Wort Wort")
    assert texts.intro.endswith(" Ende")
    assert len(texts.intro) <= LONGEST_TEXT
    assert texts.shortened is (size > 4_900)


def test_what_billomat_would_fill_in_is_printed_by_choice_and_in_the_words_of_others_always() -> None:
    texts = Texts(closing="Bis [Invoice.due_date]: {customer} {notes}")
    others = replace(FACTS, customer="[Client.name] GmbH")
    assert written(texts, facts=others, note="[ACME-12] [Invoice.total]").note == (
        "Bis [Invoice.due_date]: (Client.name) GmbH [ACME-12] (Invoice.total)"
    )
    assert "Bis (Invoice.due_date):" in written(replace(texts, as_written=True)).note


@pytest.mark.parametrize(
    ("title", "as_written", "printed_title"),
    [
        ("Bis [Invoice.due_date]", False, "Bis [Invoice.due_date]"),
        ("Bis [Invoice.due_date]", True, "Bis (Invoice.due_date)"),
        ("", False, "(Invoice.x) · Design"),
    ],
)
def test_titles_of_lines_follow_the_same_choice(title: str, as_written: bool, printed_title: str) -> None:
    writing_texts = replace(BILLOMATS_TEXTS, as_written=as_written)
    (line,) = read([worked(1, project="[Invoice.x]")], Layout(title=title), texts=writing_texts)
    assert line.title == printed_title


@given(st.text(alphabet="[]Invoice.due_ \n", max_size=40))
def test_nothing_is_left_that_billomat_would_fill_in(text: str) -> None:
    assert printed(printed(text)) == printed(text)
    assert len(printed(text)) == len(text)


@given(
    st.lists(st.sampled_from(["{notes}", "{net}", " ", "\n", "Danke, ", " · ", "x" * 50]), max_size=12),
    st.text(max_size=200),
    st.integers(0, 400),
)
def test_a_text_fits_if_what_was_typed_does(parts: list[str], value: str, most: int) -> None:
    template = "".join(parts)
    typed, _ = fill_paragraphs(template, lambda _: "", most=most)
    text, shortened = fill_paragraphs(template, lambda _: value, most=most)
    assert len(text) <= max(most, len(typed))
    if not shortened:
        assert text == fill_paragraphs(template, lambda _: value, most=10**6)[0]


def test_a_description_of_ones_own_holds_the_days_and_notes_where_it_says_so() -> None:
    layout = Layout(description="{service}, {hours} Stunden:\n{entries}\n{tags}\nwie vereinbart")
    (line,) = read([worked(1, note="Review"), worked(2, 3, note="Bau")], layout)
    assert line.description == "Design, 2,00 Stunden:\n02.11.2026 Review\n03.11.2026 Bau\nwie vereinbart"
    assert line.shortened == ()


def test_a_description_of_ones_own_that_has_no_room_says_which_days_it_lacks() -> None:
    entries = [worked(number, 1 + number % 28, note=f"{number} " + "Wort " * 60) for number in range(1, 60)]
    layout = Layout(description="Anfang\n{entries}\nEnde")
    (line,) = read(entries, layout)
    assert line.description.startswith("Anfang\n")
    assert line.description.endswith("\nEnde")
    assert len(line.description) <= 3000
    assert line.shortened


# For whom they are kept


def test_each_text_is_the_drafts_else_the_customers_else_that_for_all() -> None:
    workspace = kept_in("", "de", Texts(intro="Alle", closing="Danke"))
    customer = dump_texts(Texts(intro="Acme", note="Steuerfrei"))
    chosen = chosen_texts(dump_texts(Texts(note="")), customer, workspace, "de")
    assert chosen.whose is Whose.DRAFT
    assert chosen.texts == Texts(heading="", intro="Acme", note="", closing="Danke", as_written=False)
    assert chosen_texts("", customer, workspace, "de").whose is Whose.CUSTOMER
    assert chosen_texts("", "", workspace, "de").whose is Whose.WORKSPACE
    assert chosen_texts("", "", "", "de").texts == BILLOMATS_TEXTS


def test_what_is_for_all_is_for_all_who_read_its_language() -> None:
    kept = kept_in(kept_in("", "de", Texts(intro="Guten Tag")), "en", Texts(intro="Hello"))
    assert chosen_texts("", "", kept, "de").texts.intro == "Guten Tag"
    assert chosen_texts("", "", kept, "en").texts.intro == "Hello"
    assert chosen_texts("", "", kept_in(kept, "de", NO_TEXTS), "de").whose is Whose.NOBODY
    assert kept_in(kept_in(kept, "de", NO_TEXTS), "en", NO_TEXTS) == ""


@given(*[st.builds(Texts, *[st.none() | st.sampled_from(["", "a", "b"])] * 4, st.none() | st.booleans())] * 2)
def test_only_what_differs_is_kept_and_comes_back(above: Texts, below: Texts) -> None:
    assert above.beyond(below).over(below) == above.over(below)
    assert read_texts(dump_texts(above)) == above
