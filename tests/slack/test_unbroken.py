"""Figures stay on one line with their units, where people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks import button, option, plain, section, unbroken


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2:00 h", "2:00~h"),
        ("3,50 h × 88,50 € = 309,75 €", "3,50~h × 88,50~€ = 309,75~€"),
        ("0 %, der Kunde schuldet die Steuer (§ 13b UStG)", "0~%, der Kunde schuldet die Steuer (§~13b UStG)"),
        ("§§ 3a (2), 14a (1) UStG", "§§~3a (2), 14a (1) UStG"),
        ("4.50 hours, 3 halves, 10 %", "4.50 hours, 3 halves, 10~%"),
        ("a h, § b, % of 5", "a h, § b, % of 5"),
    ],
)
def test_a_figure_is_never_torn_off_its_unit_or_its_paragraph_sign(text: str, shown: str) -> None:
    assert unbroken(text) == shown.replace("~", "\u00a0")


@given(text=st.text(st.sampled_from("0123 h§%€ab\n")))
def test_nothing_but_spaces_is_touched_and_twice_is_as_once(text: str) -> None:
    assert unbroken(text).replace("\u00a0", " ") == text
    assert unbroken(unbroken(text)) == unbroken(text)


def test_paragraphs_buttons_and_options_keep_figures_together() -> None:
    shown = (plain("2:00 h"), section("2:00 h")["text"], button("2:00 h", "at")["text"], option("2:00 h", "1")["text"])
    assert {text["text"] for text in shown} == {"2:00\u00a0h"}
