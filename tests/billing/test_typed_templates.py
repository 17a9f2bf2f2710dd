"""A template that is typed: what has no room or cannot be filled in is refused at its field, and nothing is cut off."""

import pytest

from bot.billing.rules.templates import OF_A_TITLE, OF_AN_INVOICE
from bot.billing.views.variables import LONGEST_TYPED, entered_template, template_input
from bot.core.errors import UserError
from bot.core.texts import Reader
from playground.person import Person
from tests.billing.deeds import edits, invoice

ENGLISH = Reader.for_locale(locale="en-GB", language=None, zone="UTC")
GERMAN = Reader.for_locale(locale="de-DE", language=None, zone="UTC")


@pytest.mark.parametrize(
    "written", ["x" * 5000, "x" * 3001, "🎉" * 3001, "{Kunde}" * 400], ids=["5,000", "3,001", "emoji", "in English"]
)
def test_what_has_no_room_is_refused_with_its_length(written: str) -> None:
    with pytest.raises(UserError) as refused:
        entered_template(GERMAN, written, OF_AN_INVOICE, field="intro")
    assert refused.value.field == "intro"
    assert "3000" in refused.value.sentence(ENGLISH)


@pytest.mark.parametrize("written", ["x" * 3000, "{Kunde}" * 300, "{net}" * 600, "{Zeitraum}" * 300])
def test_what_is_kept_fits_into_the_field_in_each_language(written: str) -> None:
    kept = entered_template(GERMAN, written, OF_AN_INVOICE, field="intro")
    for to in (GERMAN, ENGLISH):
        shown = template_input(to, "intro", kept, OF_AN_INVOICE)["initial_value"]
        assert len(shown) <= LONGEST_TYPED
        assert entered_template(to, shown, OF_AN_INVOICE, field="intro") == kept


def test_signs_that_nobody_types_are_left_away_and_lines_stay() -> None:
    assert entered_template(ENGLISH, "a\x01b\x7f\r\n\tc\u200f", OF_AN_INVOICE, field="intro") == "ab\n\tc\u200f"


@pytest.mark.parametrize("name", ["Kunde", "customer", " KUNDE "])
def test_a_variable_is_known_by_its_name_here_or_in_english(name: str) -> None:
    assert entered_template(GERMAN, f"{{{name}}}", OF_AN_INVOICE, field="intro") == "{customer}"
    with pytest.raises(UserError):
        entered_template(GERMAN, f"{{{name}}}", OF_A_TITLE, field="title")


@pytest.mark.parametrize("to", [ENGLISH, GERMAN])
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{Kunde} {ZEITRAUM}", "{customer} {period}"),
        ("{Customer} {Period}", "{customer} {period}"),
        ("{ Kundennummer } / {customer number}", "{customer_number} / {customer_number}"),
        ("{Netto} + {net} = {Brutto}", "{net} + {net} = {gross}"),
        ("{unsere USt-IdNr.}", "{own_vat_id}"),
    ],
)
def test_a_variable_is_known_in_the_other_language_and_however_it_is_written(
    to: Reader, written: str, kept: str
) -> None:
    assert entered_template(to, written, OF_AN_INVOICE, field="intro") == kept


@pytest.mark.parametrize(
    ("to", "written", "meant"),
    [
        (ENGLISH, "{month}", "{period}"),
        (ENGLISH, "{Monat}", "{period}"),
        (GERMAN, "{Monat}", "{Zeitraum}"),
        (GERMAN, "{MONTH}", "{Zeitraum}"),
        (ENGLISH, "{custommer}", "{customer}"),
        (ENGLISH, "{Kudne}", "{customer}"),
        (GERMAN, "{Zeitaum}", "{Zeitraum}"),
        (GERMAN, "{projct}", "{Projekt}"),
    ],
)
def test_what_is_nearly_a_variable_is_refused_with_the_one_that_is_meant(to: Reader, written: str, meant: str) -> None:
    with pytest.raises(UserError) as refused:
        entered_template(to, f"For {written}", OF_AN_INVOICE, field="intro")
    said = refused.value.sentence(to)
    assert written in said
    assert f"{meant}?" in said
    assert said.count(meant) == 2  # it stands among all of them as well


@pytest.mark.parametrize("written", ["{moon}", "{}", "{x}", "{date of birth}"])
def test_what_is_like_none_of_them_is_refused_with_all_of_them(written: str) -> None:
    with pytest.raises(UserError) as refused:
        entered_template(ENGLISH, written, OF_AN_INVOICE, field="intro")
    assert "Do you mean" not in refused.value.sentence(ENGLISH)


def test_no_month_is_meant_where_none_is_filled_in() -> None:
    with pytest.raises(UserError) as refused:
        entered_template(ENGLISH, "{month}", OF_A_TITLE, field="title")
    assert "Do you mean" not in refused.value.sentence(ENGLISH)


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("written", ["{hours} hours of review", "Fix {moon} in the parser", "a { b"])
def test_the_text_of_one_line_is_read_as_it_stands_and_its_form_says_so(anna: Person, written: str) -> None:
    invoice(anna)
    form = edits(anna, description=written)
    assert "The customer reads it as it stands here. Only “Lines and texts …” fills in what is in braces." in form.text
    form.submit()
    assert written in anna.modal.text
