"""Every filter by the real door, in both languages: lists and reports say what plain SQL adds up."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from sqlalchemy import text, update

from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from bot.tracking.rules.filters import Filter, SpanUnit
from playground.person import Person
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage.rows import insert_row
from storage.tables import TimeEntry, customers, people
from tests.billing.deeds import appoint
from tests.conftest import T0
from tests.deeds import put_on_draft, said
from tests.reports.test_sums import another_workspace, draft

ANNA, FINN, AYLIN = 1, 2, 3
OWN = "w.id = {me}"
ANYBODY = "TRUE"
ALL = ("all", "alles")


class Phrase(NamedTuple):
    """What is typed in English and in German, and what it means."""

    english: str
    german: str
    where: str
    whose: str = OWN


SPANS = [
    Phrase("today", "heute", "e.day = '2026-03-10'"),
    Phrase("yesterday", "gestern", "e.day = '2026-03-09'"),
    Phrase("9 march", "am 9.3.", "e.day = '2026-03-09'"),
    Phrase("week", "woche", "e.day BETWEEN '2026-03-09' AND '2026-03-10'"),
    Phrase("last week", "letzte woche", "e.day BETWEEN '2026-03-02' AND '2026-03-08'"),
    Phrase("week 9", "kw 9", "e.day BETWEEN '2026-02-23' AND '2026-03-01'"),
    Phrase("month", "diesen monat", "e.day BETWEEN '2026-03-01' AND '2026-03-10'"),
    Phrase("last month", "vormonat", "e.day BETWEEN '2026-02-01' AND '2026-02-28'"),
    Phrase("february", "februar", "e.day BETWEEN '2026-02-01' AND '2026-02-28'"),
    Phrase("december", "dezember", "e.day BETWEEN '2025-12-01' AND '2025-12-31'"),
    Phrase("quarter", "quartal", "e.day BETWEEN '2026-01-01' AND '2026-03-10'"),
    Phrase("last quarter", "letztes quartal", "e.day BETWEEN '2025-10-01' AND '2025-12-31'"),
    Phrase("q1 2025", "1. quartal 2025", "e.day BETWEEN '2025-01-01' AND '2025-03-31'"),
    Phrase("2025", "im jahr 2025", "e.day BETWEEN '2025-01-01' AND '2025-12-31'"),
    Phrase("last year", "letztes jahr", "e.day BETWEEN '2025-01-01' AND '2025-12-31'"),
    Phrase("last 7 days", "letzte 7 tage", "e.day BETWEEN '2026-03-04' AND '2026-03-10'"),
    Phrase("since 3 march", "seit 3. märz", "e.day BETWEEN '2026-03-03' AND '2026-03-10'"),
    Phrase("until 1 march", "bis 1. märz", "e.day <= '2026-03-01'"),
    Phrase("2026-02-28 - 2026-03-02", "28.2.-2.3.", "e.day BETWEEN '2026-02-28' AND '2026-03-02'"),
    Phrase(*ALL, "TRUE"),
]
NAMES = [
    Phrase("acme", "acme", "c.name = 'Acme GmbH'"),
    Phrase("customer acme", "kunde acme", "c.name = 'Acme GmbH'"),
    Phrase("acme website", "acme website", "p.name = 'Website'"),
    Phrase("project app", "projekt app", "p.name = 'App'"),
    Phrase("acme, shop", "acme, shop", "c.name = 'Acme GmbH' OR p.name = 'Shop'"),
    Phrase("website shop", "website und shop", "p.name IN ('Website', 'Shop')"),
    Phrase("bäckerei", "backerei", "c.name LIKE 'B%ckerei%'"),
    Phrase("oldtimer", "oldtimer", "c.name = 'Oldtimer AG'"),
    Phrase("design", "design", "s.name = 'Design'"),
    Phrase("service travel", "leistung travel", "s.name = 'Travel'"),
    Phrase("design travel", "design oder travel", "s.name IN ('Design', 'Travel')"),
    Phrase("acme design", "design acme", "c.name = 'Acme GmbH' AND s.name = 'Design'"),
]
FLAGS = [
    Phrase("#call", "#call", "' ' || e.tags || ' ' LIKE '% call %'"),
    Phrase("#call #mail", "#call oder #mail", "' ' || e.tags || ' ' LIKE '% call %' OR e.tags LIKE '%mail%'"),
    Phrase("billable", "abrechenbar", "e.billable"),
    Phrase("not billable", "nicht abrechenbar", "NOT e.billable"),
    Phrase("billed", "abgerechnet", "d.entry_id IS NOT NULL"),
    Phrase("not billed", "nicht abgerechnet", "d.entry_id IS NULL"),
    Phrase(": übergabe", ": ÜBERGABE", "e.note LIKE '%bergabe%' OR e.note LIKE '%BERGABE%'"),
    Phrase(": 0%", ": 0%", "e.note LIKE '%100!%%' ESCAPE '!'"),
    Phrase("containing kick", "notiz enthält kick", "e.note LIKE '%Kick%'"),
]
PEOPLE = [
    Phrase("team", "team", "TRUE", ANYBODY),
    Phrase("everybody", "alle mitarbeiter", "TRUE", ANYBODY),
    Phrase("finn", "finn", "w.name = 'Finn Freelancer'", ANYBODY),
    Phrase("person aylin", "person aylin", "w.name = 'Aylin Approver'", ANYBODY),
    Phrase("anna finn", "anna und finn", "w.name IN ('Anna Admin', 'Finn Freelancer')", ANYBODY),
    Phrase("me", "ich", "TRUE"),
]
PHRASES = [*SPANS, *(Phrase(f"all {each[0]}", f"alles {each[1]}", *each[2:]) for each in (*NAMES, *FLAGS, *PEOPLE))]


def _combined() -> Iterator[Phrase]:
    """A span with names, and with what else there is: all have to hold."""
    spans = (SPANS[6], SPANS[7], SPANS[13], SPANS[17])
    for span, name, flag in product(spans, (NAMES[0], NAMES[5], NAMES[10]), (FLAGS[0], FLAGS[2], FLAGS[5])):
        where = f"({span.where}) AND ({name.where}) AND ({flag.where})"
        yield Phrase(f"{name[0]} {span[0]} {flag[0]}", f"{flag[1]} {span[1]} {name[1]}", where)
        for who in (PEOPLE[0], PEOPLE[2]):
            of_them = f"{where} AND ({who.where})"
            english, german = f"{who[0]} {span[0]} {flag[0]} {name[0]}", f"{name[1]}, {who[1]} {flag[1]} {span[1]}"
            yield Phrase(english, german, of_them, who.whose)


@pytest.fixture
def _history(projects: None, anna: Person, finn: Person, aylin: Person, bot: Bot) -> None:
    """Entries of all three on many days, each of another length: whatever is added up tells which ones."""
    finn.types("/track help")
    aylin.types("/track help")
    appoint(bot, "Finn Freelancer")
    with bot.database.write() as db:
        old = creation_rows.add_customer(db, 1, name="Oldtimer AG", key=name_key("Oldtimer AG"))
        db.execute(update(customers).where(customers.c.id == old).values(archived=True))
        db.execute(update(people).where(people.c.id == AYLIN).values(zone="Europe/Berlin"))
        catalog_rows.names_changed(db, 1)
        elsewhere, billed = another_workspace(db), draft(db)
        for nth, (day, person_id) in enumerate(product(_days(), (ANNA, FINN, AYLIN))):
            number = nth // 3 + 2 * person_id  # so that nobody's entries are all alike
            customer_id, project_id = ((1, 1), (2, 3), (1, 2), (1, None), (old, None))[number % 5]
            started_at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=2)
            seconds = (nth * nth % 211 + nth + 1) * 60
            values = {
                "workspace_id": 1,
                "person_id": person_id,
                "customer_id": customer_id,
                "project_id": project_id,
                "service_id": (None, 1, 2, 1)[number % 4],
                "note": ("", "Kick-off", "Übergabe 100%", "DIE ÜBERGABE", "1000 things")[number % 7 % 5],
                "tags": ("", "call", "recall", "call mail", "mail")[number % 6 % 5],
                "billable": number % 3 != 0,
                "end_guessed": number % 11 == 0,
                "started_at": started_at,
                "ended_at": started_at + timedelta(seconds=seconds),
                "seconds": seconds,
                "day": day,
                "zone": "Europe/Berlin",
                "created_at": T0,
            }
            entry_id = insert_row(db, TimeEntry, **values)
            if number % 8 == 1:
                put_on_draft(db, entry_id, *billed)
            if number % 5 == 0:
                insert_row(db, TimeEntry, **values | elsewhere)


def _days() -> Iterator[date]:
    first = date(2025, 3, 25)
    while first <= T0.date():
        yield first
        first += timedelta(days=9 if first < date(2026, 2, 20) else 1)


@pytest.mark.usefixtures("_history")
@pytest.mark.parametrize("command", ["list", "report"])
@pytest.mark.parametrize("language", ["english", "german"])
@pytest.mark.parametrize("phrases", [PHRASES, [*_combined()]], ids=["alone", "together"])
def test_what_is_typed_is_what_sql_adds_up(
    bot: Bot, anna: Person, finn: Person, command: str, language: str, phrases: list[Phrase]
) -> None:
    me, who, spelled = (ANNA, anna, command) if language == "english" else (FINN, finn, _german(command))
    wrong = []
    for phrase in phrases:
        typed = f"/track {spelled} {getattr(phrase, language)}"
        total, answer = _total(bot, phrase, me), said(who, typed)
        if f"{total} h" not in answer.partition("\n")[0]:
            wrong.append(f"{typed}: {total} h, not {answer.partition(chr(10))[0]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("_history")
def test_sql_finds_something_else_for_each_phrase(bot: Bot) -> None:
    """Or the tests above would show little."""
    totals = {phrase: _total(bot, phrase, ANNA) for phrase in PHRASES}
    assert "0:00" not in totals.values()
    assert len({*totals.values()}) == len({(phrase.where, phrase.whose) for phrase in PHRASES})
    assert [phrase for phrase in _combined() if _total(bot, phrase, ANNA) == "0:00"] == []


def test_other_days_of_a_filter_keep_all_else() -> None:
    chosen = Filter(
        date(2026, 1, 1), date(2026, 1, 2), SpanUnit.DAY, (1,), (2,), (3,), (4,), ("call",), True, False, "text"
    )
    other = chosen.between(date(2026, 2, 1), None)
    assert (other.first, other.last, other.unit) == (date(2026, 2, 1), None, None)
    kept = [each.name for each in fields(Filter) if each.name not in ("first", "last", "unit")]
    assert [getattr(other, name) for name in kept] == [getattr(chosen, name) for name in kept]


def _german(command: str) -> str:
    return {"list": "liste", "report": "bericht"}[command]


def _total(bot: Bot, phrase: Phrase, me: int) -> str:
    query = (
        "SELECT coalesce(sum(e.seconds), 0) FROM time_entry e JOIN customer c ON c.id = e.customer_id "
        "JOIN person w ON w.id = e.person_id LEFT JOIN project p ON p.id = e.project_id "
        "LEFT JOIN service s ON s.id = e.service_id LEFT JOIN draft_entry d ON d.entry_id = e.id "
        f"WHERE e.workspace_id = 1 AND ({phrase.where}) AND ({phrase.whose.format(me=me)})"
    )
    with bot.database.read() as db:
        seconds = db.execute(text(query.replace(":", "\\:"))).scalar_one()
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"
