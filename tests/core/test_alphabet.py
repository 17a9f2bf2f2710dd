"""The order of the alphabet."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.alphabet import sort_key


def test_names_stand_as_in_a_german_or_english_list() -> None:
    """F17, and what else things are called: umlauts and accents beside their letters, ß as ss."""
    names = [
        "#1",
        "24/7",
        "Ærø",
        "Anderungen",
        "Änderungen",
        "Eclair",
        "éclair",
        "Łódź",
        "Øl",
        "Olga",
        "Shop",
        "Shop 2",
        "Shop-Neu",
        "Shops",
        "Strasse",
        "Straße",
        "Strassen",
        "Übung",
        "Uhr",
        "Website",
        "Zusatz",
        "Ж",
        "日本",
    ]
    assert sorted(sorted(names), key=sort_key) == names
    assert sorted(["Website", "Zusatz", "Änderungen"], key=sort_key) == ["Änderungen", "Website", "Zusatz"]


def test_composed_and_decomposed_letters_stand_together() -> None:
    assert sort_key("Ä").letters == sort_key("A\u0308").letters


@given(st.lists(st.text(), max_size=8), st.randoms())
def test_the_order_is_total_and_does_not_depend_on_where_it_began(names: list[str], shuffle: object) -> None:
    shuffled = list(names)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(shuffled, key=sort_key) == sorted(names, key=sort_key)
    assert len({sort_key(name) for name in names}) == len(set(names))
