"""Whatever customers, projects, services and people are called: each is found by its name, among all the others."""

from collections.abc import Sequence
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.naming import Known, Named, named
from bot.catalog.rules.nouns import Kind, Noun, Nouns
from bot.catalog.rules.spelling import name_key, words
from bot.grammar.refusals import NotUnderstood, Reason

WORDS = ("Acme", "Acmeter", "Web", "Website", "Design", "Ben", "Benning", "Müller", "54", "&", "GmbH", "AG", "🚀")
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join).filter(words)
KINDS: tuple[Kind, ...] = ("customer", "project", "service", "person")


@st.composite
def catalogues(draw: st.DrawFn) -> list[Noun]:
    """Up to a dozen names, of words that begin alike; those of projects and services are each in use once."""
    ids = count(1)
    found = [
        Noun("customer", next(ids), name, number=f"KD{number}", in_use=draw(st.booleans()))
        for number, name in enumerate(draw(st.lists(NAMES, min_size=1, max_size=4)))
    ]
    for customer in found[:]:
        for name in draw(st.lists(NAMES, max_size=3, unique_by=name_key)):
            in_use = customer.in_use and draw(st.booleans())
            found.append(Noun("project", next(ids), name, customer.name, customer.id, customer.number, in_use))
    found += [Noun("service", next(ids), name) for name in draw(st.lists(NAMES, max_size=3, unique_by=name_key))]
    found += [Noun("person", next(ids), name, number=f"U{name}") for name in draw(st.lists(NAMES, max_size=3))]
    return found


def known(nouns: Sequence[Noun]) -> Known:
    return Known({kind: Nouns(kind, [noun for noun in nouns if noun.kind == kind]) for kind in KINDS}, sees_others=True)


def chosen_by(among: Known, text: str, kind: Kind | None = None) -> set[Noun]:
    """What is meant by a name that stands in quotes; nothing where it is asked."""
    try:
        return {*named(among, Named((text,), f'report "{text}"', kind))}
    except NotUnderstood as error:
        if error.reason is Reason.WHICH_NAME:
            return set()
        raise


@given(catalogues(), st.data())
def test_whoever_says_what_a_name_is_and_all_of_it_means_just_that(nouns: list[Noun], data: st.DataObject) -> None:
    noun = data.draw(st.sampled_from(nouns))
    spelled = [*dict.fromkeys(words(noun.label))]
    alike = {each for each in nouns if each.kind == noun.kind and [*dict.fromkeys(words(each.label))] == spelled}
    alike = {each for each in alike if each.in_use} or alike
    found = chosen_by(known(nouns), noun.label, noun.kind)
    if len({name_key(each.name) for each in alike}) == 1 and noun.kind != "person":
        assert found == alike
    else:  # Acme › Web Design and Acme Web › Design; or Ben, beside Ben Müller
        assert not found or alike & found


@given(catalogues(), st.data())
def test_a_whole_name_is_never_dropped_and_what_else_is_called_so_is_asked(
    nouns: list[Noun], data: st.DataObject
) -> None:
    """Of words without quotes each is part of a name that is found, or there is a button for what was meant."""
    chosen = data.draw(st.lists(st.sampled_from(nouns), min_size=1, max_size=3))
    typed = [word for noun in chosen for word in (*noun.label.split(), ",")]
    text = "report " + ", ".join(noun.label for noun in chosen)
    asked = None
    found: set[Noun] = set()
    try:
        found = {*named(known(nouns), Named(tuple(typed), text))}
    except NotUnderstood as error:
        asked = error
    if asked:
        assert (asked.reason, bool(asked.readings)) == (Reason.WHICH_NAME, True)
        assert all(reading.text.startswith("report ") for reading in asked.readings)
        return
    for noun in chosen:
        words_of_found = {word for each in found for word in name_key(f"{each.label} {each.number}").split()}
        assert {*name_key(noun.label.replace("›", "").replace("&", "")).split()} <= words_of_found
