"""A title with variables: each line fills it in, and what no line can fill in is refused where it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.templates import UnknownVariable, Variable, fill, read_template, shown_template
from bot.billing.wording import LONGEST_TITLE
from tests.billing.test_layout import layouts, months
from tests.billing.test_layout_words import read, worked

GERMAN_NAMES = {"Projekt": Variable.PROJECT, "Leistung": Variable.SERVICE, "Tage": Variable.DAYS}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{Leistung} für {Projekt}", "{service} für {project}"),
        ("{ leistung }: {SERVICE}", "{service}: {service}"),
        ("Pauschal [Invoice.due_date] 100 %s", "Pauschal [Invoice.due_date] 100 %s"),
        ("", ""),
    ],
)
def test_variables_are_known_under_their_name_in_either_language(written: str, kept: str) -> None:
    assert read_template(written, GERMAN_NAMES) == kept
    assert read_template(shown_template(kept, GERMAN_NAMES), GERMAN_NAMES) == kept


@pytest.mark.parametrize(
    ("written", "wrong"),
    [("{moon}", "{moon}"), ("{}", "{}"), ("a { b", "{"), ("{{days}}", "{"), ("{0.x!r}", "{0.x!r}")],
)
def test_what_no_line_can_fill_in_is_refused_by_its_name(written: str, wrong: str) -> None:
    with pytest.raises(UnknownVariable) as refused:
        read_template(written, GERMAN_NAMES)
    assert refused.value.name == wrong


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("{service} · {tags} · {project}", "Design · Website"),
        ("{tags}: {service}", ": Design"),
        ("{tags}, {service}", "Design"),
        ("Agile work – {tags}", "Agile work"),
        ("{hours} h {service} in {days} ({person})", "1,00 h Design in 02.11.2026 (Anna Albrecht)"),
        ("{notes}", "Review"),
        ("{tags}", "Website · Design"),
    ],
)
def test_a_part_that_has_nothing_to_say_is_left_away(template: str, title: str) -> None:
    (line,) = read([worked(1, note="Review")], Layout(title=template))
    assert line.title == title


def test_several_names_stand_by_alphabet_and_people_as_they_are_chosen_to() -> None:
    entries = [worked(1), worked(2, 4, person_id=2, person="Änne Bär", service_id=9, service="Beratung")]
    (line,) = read(entries, Layout((), title="{service} · {person} · {days}"))
    assert line.title == "Beratung, Design · Anna Albrecht, Änne Bär · 02.11.2026 – 04.11.2026"
    (short,) = read(entries, Layout((), title="{person}", initials=True))
    assert short.title == "AA, ÄB"


def test_what_a_note_says_in_braces_is_not_filled_in() -> None:
    (line,) = read([worked(1, note="{hours} {project}")], Layout(title="{notes} {service}"))
    assert line.title == "{hours} {project} Design"
    assert fill("{notes} {hours}", lambda each: "{hours}" if each is Variable.NOTES else "2,00") == "{hours} 2,00"


@given(months(), layouts, st.lists(st.sampled_from([*(f"{{{each}}}" for each in Variable), " · ", "for ", ", "])))
def test_a_title_fits_and_is_never_empty(entries: list, layout: Layout, parts: list[str]) -> None:  # type: ignore[type-arg]
    template = "".join(parts)
    for line in read(entries, Layout(layout.by, title=template)):
        assert line.title.strip()
        assert len(line.title) <= LONGEST_TITLE


def test_a_title_of_ones_own_moves_no_line() -> None:
    entries = [worked(1), worked(2, project_id=2, project="App"), worked(3, 9)]
    for by in ((Shared.PROJECT,), (Shared.DAY,), (Shared.ENTRY,)):
        plain = [line.line.key for line in read(entries, Layout(by))]
        assert [line.line.key for line in read(entries, Layout(by, title="Arbeit {hours}"))] == plain
