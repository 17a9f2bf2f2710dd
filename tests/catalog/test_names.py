"""Which project is meant: names are found by words and abbreviations, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.rules.names import NamedService, Names, Target
from bot.catalog.rules.spelling import name_key, words

TARGETS = (
    Target(1, 11, "Acme GmbH", "Website"),
    Target(1, 12, "Acme GmbH", "App"),
    Target(2, 21, "Bäckerei Söhne & Co.", "Shop"),
    Target(3, None, "Müller-Lüdenscheidt", None),
    Target(4, 41, "Deutsche Presse Agentur", "Relaunch 2026"),
    Target(5, 51, "Straße & Söhne", "🚀"),
    Target(6, 61, "شركة", "موقع"),
    Target(7, 71, "Web", "Acme"),
)
SERVICES = (NamedService(1, "Design"), NamedService(2, "Project Management"), NamedService(3, "Travel"))
NAMES = Names(TARGETS, SERVICES)


def found(*typed: str) -> str | None:
    """The label of the one thing that is meant, with the service; None when it is not clear."""
    clear = NAMES.find(typed).clear
    return clear and f"{clear.target.label}{' · ' + clear.service.name if clear.service else ''}"


def offered(*typed: str) -> list[str]:
    return [choice.target.label for choice in NAMES.find(typed).choices]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("website",), "Acme GmbH › Website"),
        (("WEBSITE",), "Acme GmbH › Website"),
        (("acme", "websi"), "Acme GmbH › Website"),
        (("websi", "gmbh"), "Acme GmbH › Website"),
        (("backerei",), "Bäckerei Söhne & Co. › Shop"),
        (("Bäck", "shop"), "Bäckerei Söhne & Co. › Shop"),
        (("ba\u0308ckerei",), "Bäckerei Söhne & Co. › Shop"),  # ä in two characters, as macOS copies it
        (("Söhne & Co.",), "Bäckerei Söhne & Co. › Shop"),  # a quoted phrase is one word
        (("strasse",), "Straße & Söhne › 🚀"),
        (("STRASSE",), "Straße & Söhne › 🚀"),
        (("🚀",), "Straße & Söhne › 🚀"),
        (("müller-lüdenscheidt",), "Müller-Lüdenscheidt"),
        (("ludenscheidt",), "Müller-Lüdenscheidt"),
        (("dpar2",), "Deutsche Presse Agentur › Relaunch 2026"),
        (("2026",), "Deutsche Presse Agentur › Relaunch 2026"),
        (("موقع",), "شركة › موقع"),
        (("acme\u200b", "web\u00adsite"), "Acme GmbH › Website"),
        (("website", "website"), "Acme GmbH › Website"),
    ],
)
def test_a_project_is_found_by_what_people_type(typed: tuple[str, ...], meant: str) -> None:
    assert found(*typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("acme", "website", "design"), "Acme GmbH › Website · Design"),
        (("design", "acme", "website"), "Acme GmbH › Website · Design"),
        (("shop", "pm"), "Bäckerei Söhne & Co. › Shop · Project Management"),
        (("project", "man", "shop"), "Bäckerei Söhne & Co. › Shop · Project Management"),
        (("Project Management", "shop"), "Bäckerei Söhne & Co. › Shop · Project Management"),
    ],
)
def test_a_service_is_found_in_front_of_the_project_or_behind_it(typed: tuple[str, ...], meant: str) -> None:
    assert found(*typed) == meant


def test_when_several_fit_they_are_offered_and_none_is_taken() -> None:
    assert found("acme", "gmbh") is None
    assert offered("acme", "gmbh") == ["Acme GmbH › Website", "Acme GmbH › App"]
    assert offered("sohne") == ["Bäckerei Söhne & Co. › Shop", "Straße & Söhne › 🚀"]


def test_of_thousands_that_fit_only_as_many_as_can_be_shown_are_offered() -> None:
    crowd = Names([Target(n, n, f"Customer {n}", "Website") for n in range(5_000)], ())
    assert len(crowd.find(("website",), most=100).choices) == 100
    assert len(crowd.find(("website",)).choices) == 5_000


def test_a_name_typed_in_full_wins_over_one_that_only_begins_with_it() -> None:
    names = Names([Target(1, 1, "Acme", "Web"), Target(1, 2, "Acme", "Website")], ())
    clear = names.find(("acme", "web")).clear
    assert clear is not None
    assert clear.target.project == "Web"


def test_two_that_are_typed_in_full_are_both_offered() -> None:
    namesakes = Names([Target(1, 1, "Acme", "Web", "K1"), Target(2, 2, "Acme", "Web", "K2")], ())
    assert [choice.target.number for choice in namesakes.find(("acme", "web")).choices] == ["K1", "K2"]


def test_a_service_alone_is_no_project() -> None:
    assert offered("design") == []
    assert offered("design", "travel") == []


def test_what_nothing_is_called_offers_the_names_that_look_most_alike() -> None:
    assert found("wbesite") is None
    assert nearest("wbesite") == ["Acme GmbH › Website"]
    assert NAMES.find(("qqqq",)).nearest == ()


@pytest.mark.parametrize("typed", [(), ("",), (" ",), ("&",), ("\u200b",), ("…", "-")])
def test_what_holds_no_word_finds_nothing(typed: tuple[str, ...]) -> None:
    assert NAMES.find(typed).choices == ()


def nearest(*typed: str) -> list[str]:
    return [reading.choice.target.label for reading in NAMES.find(typed).nearest]


def test_a_slip_in_one_word_leaves_the_others_their_meaning() -> None:
    assert nearest("amce", "website") == ["Acme GmbH › Website"]
    assert nearest("presse", "relanuch") == ["Deutsche Presse Agentur › Relaunch 2026"]
    assert nearest("backerie", "söhne")[0] == "Bäckerei Söhne & Co. › Shop"


def test_words_typed_as_one_are_still_near() -> None:
    assert nearest("acmegmbhwebsite")[0] == "Acme GmbH › Website"


def test_a_menu_finds_what_holds_each_word_anywhere_in_the_order_of_names() -> None:
    assert [target.label for target in NAMES.holding("site acme", most=100)] == ["Acme GmbH › Website"]
    assert [target.label for target in NAMES.holding("SÖHNE", most=1)] == ["Bäckerei Söhne & Co. › Shop"]
    assert NAMES.holding("", most=3) == list(TARGETS[:3])
    assert NAMES.holding("acme › nothing", most=3) == []


def test_names_are_equal_without_case_accents_and_what_cannot_be_seen() -> None:
    assert name_key("  Bäckerei\u00a0 SÖHNE\u200b ") == name_key("backerei sohne") == "backerei sohne"
    assert name_key("\u200b\u200f\ufeff") == ""


def test_a_form_begins_with_the_one_customer_that_the_words_mean() -> None:
    assert NAMES.customers(("gmbh",)) == [(1, "Acme GmbH")]
    assert NAMES.customers(("sohne",)) == [(2, "Bäckerei Söhne & Co."), (5, "Straße & Söhne")]
    assert NAMES.customers(()) == []


def test_a_pasted_page_finds_nothing_among_20000_names_without_much_work() -> None:
    targets = [Target(n // 4, n, f"Customer {n // 4} GmbH", f"Project {n} of Customer {n // 4}") for n in range(20_000)]
    names = Names(targets, SERVICES)
    page = [f"{first}{second}" for first in "gcpqxyz" for second in "abcdefghijklmnopqrstuvwxyz"] * 8
    assert names.find(page).choices == ()
    assert names.find(("Project 77 of Customer 19",)).clear is not None


name = st.text(
    st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Mn", "Zs", "Pd", "Po", "Cf"), exclude_characters="\x00"),
    min_size=1,
    max_size=12,
).filter(words)


@given(st.lists(st.tuples(name, name), min_size=1, max_size=6))
def test_every_project_is_among_what_its_own_full_name_finds(labels: list[tuple[str, str]]) -> None:
    targets = [Target(n, n, customer, project) for n, (customer, project) in enumerate(labels)]
    names = Names(targets, SERVICES)
    for target in targets:
        quoted, in_words = names.find((target.customer, target.project or "")), names.find(target.label.split())
        assert target in [choice.target for choice in quoted.choices]
        assert target in [choice.target for choice in in_words.choices]


@given(st.lists(st.text(max_size=20), max_size=6))
def test_nothing_is_guessed_whatever_is_typed(typed: list[str]) -> None:
    here = NAMES.find(typed)
    if here.clear:
        assert len(here.choices) == 1
    assert not (here.choices and here.nearest)


def test_legal_forms_are_no_part_of_an_abbreviation() -> None:
    names = Names([Target(1, 1, "Acme GmbH", "Website"), Target(1, 2, "Acme GmbH", "App")], [])
    assert [choice.target.label for choice in names.find(["aw"]).choices] == ["Acme GmbH › Website"]
