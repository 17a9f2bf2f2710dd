"""What a customer reads on lines that are made by anything: the kind of work, and whose and when it was, as chosen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.descriptions import quoted
from bot.billing.language import language_of
from bot.billing.rules.entries import Details, UnbilledEntry
from bot.billing.rules.grouping import Shared
from bot.billing.rules.initials import initials
from bot.billing.rules.layout import USUAL_LAYOUT, Layout
from bot.billing.rules.lines import AS_IT_COMES, InvoiceLine
from bot.billing.rules.making import make_lines
from bot.billing.rules.texts import BILLOMATS_TEXTS, Texts
from bot.billing.wording import worded_lines
from bot.billing.writing import LONGEST_TITLE, Writing
from tests.billing.test_layout import PRICING, layouts, months

GERMAN, ENGLISH = language_of("de_DE").reader, language_of("en_GB").reader
PROJECT, SERVICE, PERSON, DAY, WEEK, TAG, NOTE, ENTRY = Shared


def worked(number: int, day: int = 2, hour: int = 9, **changed: object) -> UnbilledEntry:
    """An hour of Anna's."""
    at = datetime(2026, 11, day, hour, tzinfo=UTC)
    entry = UnbilledEntry(
        *(number, 1, "Website", 4, "Design", 3600, at.date(), "", False, True, 1, "Anna Albrecht"),
        Details(at, at.replace(hour=hour + 1), "Europe/Berlin", timed=True)._replace(
            **{name: changed.pop(name) for name in Details._fields if name in changed}
        ),
    )
    return entry._replace(**changed)


def read(
    entries: list[UnbilledEntry], layout: Layout, *, to: object = GERMAN, texts: Texts = BILLOMATS_TEXTS
) -> list[InvoiceLine]:
    lines, _ = make_lines(entries, layout.grouping(0), pricing=PRICING, edits={})
    return list(worded_lines(to, lines, Writing(layout, texts=texts)))  # type: ignore[arg-type]


FINN = {"person_id": 2, "person": "Finn Freelancer"}
ONE_TOTAL = Layout((), as_total=True)
MONTH = [
    worked(1, 9, note="Ümlaut", tags="Nacht eilig"),
    worked(2, 2, note="Review"),
    worked(3, 2, 14, note="review", service_id=None, service=None, **FINN),
    worked(4, 10, note="Review", project_id=2, project="App", tags="eilig nacht"),
]


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ((PROJECT, SERVICE), ["App · Design", "Website", "Website · Design"]),
        ((SERVICE,), ["Design", "Website"]),
        ((PERSON, PROJECT), ["Anna Albrecht · App · Design", "Anna Albrecht · Website · Design", FINN["person"]]),
        ((DAY,), ["02.11.2026 · Website", "09.11.2026 · Website · Design", "10.11.2026 · App · Design"]),
        ((WEEK, PERSON), ["Woche 2.–8. Nov. 2026 · Anna", "Woche 2.–8. Nov. 2026 · Finn", "Woche 9.–15. Nov. 2026 ·"]),
        ((TAG,), ["eilig, Nacht · Design", "Website"]),
        ((NOTE,), ["Review", "Ümlaut · Website · Design"]),
        ((ENTRY,), ["Website · Design", "Website", "Website · Design", "App · Design"]),
    ],
)
def test_a_title_says_what_its_entries_share_in_the_order_of_the_layout(
    by: tuple[Shared, ...], titles: list[str]
) -> None:
    made = [line.title for line in read(MONTH, Layout(by))]
    assert len(made) == len(titles)
    for title, begins in zip(made, titles, strict=True):
        assert title.startswith(begins)


def test_one_line_for_everything_names_the_kinds_of_work() -> None:
    (line,) = read([worked(1), worked(2, service_id=5, service="Beratung", project="App", project_id=2)], Layout(()))
    assert line.title == "Beratung, Design"
    (both,) = read([worked(1), worked(2, service_id=None, service=None, project="App", project_id=2)], ONE_TOTAL)
    assert both.title == "App, Design"
    (nameless,) = read([worked(1, project=None, project_id=None, service=None, service_id=None)], Layout((DAY,)))
    assert nameless.title == "02.11.2026 · Arbeit"


def test_days_and_weeks_stand_in_the_order_of_time_and_names_by_alphabet() -> None:
    days = [worked(1, 9), worked(2, 10), worked(3, 2, project="Übersicht", project_id=3), worked(4, 2, project="Zoo")]
    assert [line.title.split(" · ")[0] for line in read(days, Layout((DAY,)))] == [
        "02.11.2026",
        "09.11.2026",
        "10.11.2026",
    ]
    assert read(days, Layout((PROJECT, DAY)))[0].title.split(" · ")[0] == "Übersicht"


@pytest.mark.parametrize(
    ("layout", "description"),
    [
        (USUAL_LAYOUT, "02.11.2026 Review"),
        (replace(USUAL_LAYOUT, times=True), "02.11.2026 10:00–11:00 Review"),
        (replace(USUAL_LAYOUT, initials=True), "02.11.2026 AA Review"),
        (replace(USUAL_LAYOUT, times=True, initials=True, dates=False), "10:00–11:00 AA Review"),
        (replace(USUAL_LAYOUT, dates=False), "Review"),
        (replace(USUAL_LAYOUT, notes=False), "02.11.2026"),
        (replace(USUAL_LAYOUT, notes=False, dates=False), ""),
        (Layout((DAY,)), "Review"),
        (Layout((NOTE,)), "02.11.2026"),
        (Layout((PERSON,), initials=True), "02.11.2026 Review"),
        (Layout((ENTRY,)), "02.11.2026 Review"),
    ],
)
def test_a_description_says_what_was_chosen_and_nothing_that_the_title_says(layout: Layout, description: str) -> None:
    (line,) = read([worked(1, note="Review")], layout)
    assert line.description == description


def test_times_are_those_of_where_it_was_worked_and_in_their_order() -> None:
    entries = [
        worked(1, 2, 14, note="b"),
        worked(2, 2, 8, note="a", zone="Europe/London"),
        worked(3, 2, 12, note="c", timed=False),
    ]
    (line,) = read(entries, replace(USUAL_LAYOUT, times=True), to=ENGLISH)
    assert line.description.splitlines() == [
        "2 Nov 2026 c",
        "2 Nov 2026 08:00–09:00 a",
        "2 Nov 2026 15:00–16:00 b",
    ]


def test_initials_tell_people_apart() -> None:
    names = {1: "Anna Albrecht", 2: "Anton Adam", 3: "Finn Freelancer", 4: "jan-ole.meyer", 5: "Finn Freelancer", 6: ""}
    assert initials(names) == {1: "AnnA", 2: "AntA", 3: "FF", 4: "JOM", 5: "FF", 6: ""}


def test_whoever_is_named_by_initials_is_nowhere_named_in_full() -> None:
    for by in ((PERSON,), (PERSON, DAY), (), (ENTRY,)):
        for line in read(MONTH, Layout(by, times=True, initials=True)):
            assert "Albrecht" not in line.title + line.description


@pytest.mark.parametrize(
    ("note", "in_title", "is_lost", "lacks_emoji"),
    [
        ("Party time 🎉", "Party time", False, True),
        ("🎉🎉 Party  time", "Party time", False, True),
        ("see [Invoice.x]", "see (Invoice.x)", False, False),
        ("[[Client.name]] and [ ] 🚀", quoted("[[Client.name]] and [ ] 🚀"), False, True),
        ("Kern 🎉 · Ende", "Kern · Ende", False, True),
        ("Gespräch\u202e mit Jo", "Gespräch mit Jo", False, False),
        ("(a) *b* c++", "(a) *b* c++", False, False),
        ("Web", "Web", False, False),
    ],
)
@pytest.mark.parametrize("title", ["", "{service}: {notes} ({project})"])
def test_a_note_that_is_in_the_title_as_billomat_takes_it_is_not_said_again(
    title: str, note: str, in_title: str, is_lost: bool, lacks_emoji: bool
) -> None:
    (line,) = read([worked(1, note=note)], Layout((NOTE,), title=title))
    assert in_title in line.title
    assert line.description == "02.11.2026"
    assert (bool(line.shortened), line.lacks_emoji) == (is_lost, lacks_emoji)


@given(st.text("ab [.]🎉\n\ud55c𝓐", max_size=40), st.sampled_from(["", "{notes}", "{service}"]))
def test_a_note_stands_either_in_the_title_whole_or_below_it(note: str, title: str) -> None:
    (line,) = read([worked(1, note=note)], Layout((NOTE,), title=title))
    if not (shown := quoted(note)):
        assert line.description == "02.11.2026"
    elif title == "{service}":
        assert shown in (line.title, line.description.removeprefix("02.11.2026 "))
    else:
        assert shown in line.title
        assert line.description == "02.11.2026"


def test_a_note_that_is_by_chance_in_a_word_of_the_title_is_said_below_it() -> None:
    (line,) = read([worked(1, note="Web")], Layout((NOTE,), title="{service} for {project}"))
    assert (line.title, line.description) == ("Design for Website", "02.11.2026 Web")


@pytest.mark.parametrize("end", ["", " 🎉", " [Invoice.x]"])
def test_a_long_note_is_shortened_in_the_title_and_whole_below_it(end: str) -> None:
    note = "Workshop über alles " * 20 + end
    (line,) = read([worked(1, note=note)], Layout((NOTE,)))
    assert "…" in line.title
    assert line.description == f"02.11.2026 {quoted(note)}"


def test_a_note_that_is_too_long_for_the_title_stands_in_the_description_whole() -> None:
    note = "Workshop über alles " * 20
    (line,) = read([worked(1, note=note)], Layout((NOTE,)))
    assert line.title.split(" · ")[0].endswith("…")
    assert len(line.title) <= LONGEST_TITLE
    assert note.strip() in line.description


@given(months(), layouts)
def test_each_line_says_the_kind_of_work_and_no_note_is_lost_secretly(
    entries: list[UnbilledEntry], layout: Layout
) -> None:
    for line in read(entries, layout):
        assert line.title.strip()
        assert len(line.title) <= LONGEST_TITLE
        named = {each for entry in line.line.entries for each in (entry.project, entry.service)} - {None}
        assert line.line.edit == AS_IT_COMES
        if not named and NOTE not in layout.by:
            assert line.title.endswith("Arbeit")
        for entry in line.line.entries if layout.notes else ():
            words = " ".join(entry.note.casefold().replace("🎉", "").split())
            assert words in (line.title + line.description).casefold()
