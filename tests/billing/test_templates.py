"""A title with variables: each line fills it in, and what no line can fill in is refused where it is typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.rules.grouping import Shared
from bot.billing.rules.layout import Layout
from bot.billing.rules.templates import UnknownVariable, Variable, fill, read_template, shown_template
from bot.billing.writing import LONGEST_TITLE
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
        ("{tags}: {service}", "Design"),
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


KNOWN = {
    Variable.SERVICE: "Design",
    Variable.PROJECT: "App",
    Variable.DAYS: "1 March",
    Variable.CUSTOMER: "Acme",
    Variable.HOURS: "2.00",
}


@pytest.mark.parametrize(
    ("template", "empty", "said"),
    [
        ("{service} for {project}", "service", "App"),
        ("{service} for {project}", "project", "Design"),
        ("{service} für das Projekt {project} im {days}", "project", "Design im 1 March"),
        ("Arbeiten am Projekt {project} in {days}", "project", "Arbeiten in 1 March"),
        ("{service} and {tags} for {project}", "", "Design for App"),
        ("Agile work for {tags} and {project}", "", "Agile work for App"),
        ("{service} ({person}, {days})", "", "Design (1 March)"),
        ("{service} ({person}, {tags})", "", "Design"),
        ("{service} ({project} ({tags}))", "", "Design (App)"),
        ("{service} ({project} (bei {tags}))", "project", "Design"),
        ("„{tags}“ {service} [{notes}] «{person}»", "", "Design"),
        ("#{tags} {service}", "", "Design"),
        ("{service}/{tags}/{project}", "", "Design/App"),
        ("{project}-{service}", "project", "Design"),
        ("{tags} – in {days}", "", "1 March"),
        ("{service} [Invoice.due_date] {tags}", "", "Design [Invoice.due_date]"),
        ("{service} (call) {tags}", "", "Design (call)"),
        ("Plan A {tags} {service}", "", "Plan A Design"),
        ("We worked {hours} hours on {project}.", "project", "We worked 2.00 hours."),
        ("Thank you, {customer}. {notes}", "", "Thank you, Acme."),
        ("{hours} hours for {project}:", "project", "2.00 hours:"),
        ("{service} ({project})", "service", "App"),
        ("{service} [{project}]", "service", "App"),
        ("{service}, ({project}) · {days}", "service", "App · 1 March"),
        ("For {service} ({project} ({days}))", "service", "App (1 March)"),
        ("({service}) ({project}) ({days})", "service", "App (1 March)"),
        ("({project}) {service}", "service", "App"),
        ("({project}) {service}", "", "(App) Design"),
        ("({project}{tags})", "", "(App)"),
        ("Work {service} ({project})", "service", "Work (App)"),
    ],
)
def test_what_only_joins_something_empty_goes_with_it(template: str, empty: str, said: str) -> None:
    assert fill(template, lambda each: "" if each == empty else KNOWN.get(each, "")) == said


JOINTS = (
    " ", ", ", " · ", " – ", "/", ": ", " & ", " for ", " in ", " and ", " with ", " – for ",
    " für ", " im ", " und ", " bei ", " für das Projekt ", ", für ", " (", "(", ") ", ") – ", " [", "] ", " „", "“ ",
)  # fmt: skip
SHARED = (Variable.SERVICE, Variable.PROJECT, Variable.TAGS)


@given(
    st.lists(st.tuples(st.sampled_from(SHARED), st.sampled_from(JOINTS)), min_size=1, max_size=6),
    st.sets(st.sampled_from(SHARED)),
)
def test_no_title_begins_or_ends_with_a_word_that_joins_nothing(
    parts: list[tuple[Variable, str]], empty: set[Variable]
) -> None:
    template = "".join(f"{{{variable}}}{joint}" for variable, joint in parts[:-1]) + f"{{{parts[-1][0]}}}"
    said = fill(template, lambda each: "" if each in empty else each.name)
    assert said.count("S") + said.count("J") + said.count("G") >= len({each for each, _ in parts} - empty)
    if any(each in empty for each, _ in parts):
        trimmed = said.strip("()[]„“")  # of brackets that were typed alone
        assert not re.match(r"\W|(for|in|and|with|für|im|und|bei|das)\b", trimmed), said
        assert not re.search(r"\s$|\b(for|in|and|with|für|im|und|bei|das|Projekt)$", trimmed), said
    for odd in ("()", "[]", "„“", " · · ", " –  – ", ", ,", "  "):
        assert odd not in said or odd in template


@given(st.text(st.sampled_from("ab (),·-–/:for in[]„“.\n"), max_size=40))
def test_where_nothing_is_empty_everything_stands_as_it_was_typed(typed: str) -> None:
    assert fill(f"{typed}{{service}}{typed}", lambda _: "X") == f"{typed}X{typed}"


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
