"""Notes that share the room of a description: each has as much of it as all can have, and none is torn apart."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.descriptions import quoted, quoted_each
from bot.billing.rules import shortening
from bot.billing.rules.shortening import shorten, shorten_all

SIGNS = "abcdefg   äöüß€–\u0301\u0308\u20d0שλअ🎉\ufe0f[]\t\u00a0\u202e"
some_texts = st.lists(st.text(SIGNS, max_size=80) | st.text(max_size=40), max_size=40)
tidy_texts = some_texts.map(lambda texts: [" ".join(text.split()) for text in texts])


def as_long_as_fit(texts: list[str], room: int) -> list[str]:
    """The same by trying each length."""
    if len("".join(texts)) <= room:
        return texts
    for most in range(max(map(len, texts)) - 1, 11, -1):
        shortened = [shorten(text, most) for text in texts]
        if len("".join(shortened)) <= room and len(texts) * 2 <= room:
            return shortened
    return [""] * len(texts)


@given(tidy_texts, st.integers(0, 1_500))
def test_each_has_as_many_characters_as_all_can_have(texts: list[str], room: int) -> None:
    assert shorten_all(texts, room) == as_long_as_fit(texts, room)


def test_a_month_of_notes_fills_the_room() -> None:
    texts = [f"Something about ticket {number}" for number in range(160)]
    shortened = shorten_all(texts, 2_600)
    assert shortened == as_long_as_fit(texts, 2_600)
    assert len("".join(shortened)) == 2_560


@given(some_texts)
def test_many_notes_are_quoted_as_each_of_them_is(texts: list[str]) -> None:
    assert list(quoted_each(texts)) == [quoted(text) for text in texts]


def test_no_sign_that_belongs_to_the_letter_before_it_is_overlooked() -> None:
    combining = "".join(sign for sign in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(sign))
    assert shortening._MAY_COMBINE.sub("", combining) == ""
