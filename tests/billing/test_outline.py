"""The invoice shows what it comes to at once, its lines in groups and pages, and sends all of them."""

import json

import pytest
from sqlalchemy import Connection, select, update

from bot.billing.rules.outline import ROWS
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage import creation as creation_rows
from storage import people as people_rows
from storage.rows import insert_row
from storage.tables import TimeEntry, customers, entries, people
from tests.billing.deeds import RunJobs, appoint, invoice, lines_of, presses, sends, states
from tests.billing.test_arranging import PLACE, moves, shown_order


def copies(db: Connection, project: str, count: int, **values: object) -> None:
    """So many further entries, each with a note of its own, on a new project of Acme's."""
    copied = dict(db.execute(select(entries).where(entries.c.id == 2)).one()._mapping)
    del copied["id"]
    copied["project_id"] = creation_rows.add_project(db, 1, 1, name=project, key=project.casefold())
    for number in range(count):
        insert_row(db, TimeEntry, **copied | {"note": f"{project} {number:04}"} | values)


def by_entry(who: Person, *, within_project: bool = False) -> Modal:
    """The invoice for Acme with a line for each entry."""
    invoice(who)
    who.modal.click("Lines and texts …")
    who.modal.fill("One line for each", "Project" if within_project else "Entry")
    who.modal.fill("and in it for each", "Entry" if within_project else "nothing more")
    who.modal.submit()
    return who.modal


def notes(shown: Modal) -> list[str]:
    return [text.split("\n")[-1] for text, _ in lines_of(shown)]


def test_what_it_comes_to_stands_before_everything_but_the_questions(worked: None, anna: Person) -> None:
    kinds = [block["type"] for block in invoice(anna).view.blocks]
    assert kinds[: kinds.index("header")] == ["input", "input", "section"]
    assert "Total: €831.63 net\n9.25 h on 2 lines\nplus €158.01 VAT (MwSt 19%) = €989.64 gross" in anna.modal.text
    assert anna.modal.text.index("Lines and texts …") < anna.modal.text.index("App")


def test_few_lines_stand_open_below_what_they_share(worked: None, anna: Person) -> None:
    anna.types("/track log 1h acme website yesterday: Call")
    text = invoice(anna).text
    assert "▾ Website\n2 lines · 8.25 h · €736.63\nWhy? …\nLeave out\nWebsite\n" in text
    assert "Show lines" not in text
    assert "App\n1 line" not in text


@pytest.mark.parametrize(
    ("language", "day", "week"),
    [
        ("en", "9.3.2026", "Week 9–15 Mar 2026"),
        ("en", "27.2.2026", "Week 23 Feb – 1 Mar 2026"),
        ("en", "1.1.2026", "Week 29 Dec 2025 – 4 Jan 2026"),
        ("de", "10.3.2026", "Woche 9.–15. März 2026"),
    ],
)
def test_a_week_is_called_alike_above_a_group_and_on_a_line(
    worked: None, anna: Person, bot: Bot, language: str, day: str, week: str
) -> None:
    anna.types(f"/track log 2h acme app {day}: two")
    anna.types(f"/track log 1h acme app {day}: one")
    anna.types("/track log 1h acme app 2.2.2026: another week")
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == anna.id).values(language=language))
        db.execute(update(customers).values(locale=f"{language}_DE"))
    anna.types("/track invoice acme everything")
    form = {"en": ("Lines and texts …", "One line for each", "and in it for each", "Week", "Entry", "nothing more")}
    form["de"] = ("Positionen und Texte …", "Eine Position je", "und darin je", "Woche", "Eintrag", "nichts weiter")
    open_it, of, within, by_week, by_entry_too, alone = form[language]
    for inner, above in ((by_entry_too, "▾ "), (alone, "")):
        anna.modal.click(open_it)
        anna.modal.fill(of, by_week)
        anna.modal.fill(within, inner)
        anna.modal.submit()
        assert f"{above}{week}" in anna.modal.text.replace("\u2009", " ")


@pytest.mark.parametrize("count", [ROWS - 2, ROWS - 1, 81, 1000])
def test_however_many_lines_there_are_all_are_seen_and_sent(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, count: int
) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", count)
    by_entry(anna)
    pages = [notes(anna.modal)]
    while "Next" in anna.modal.buttons and len(pages) < 4:
        anna.modal.click("Next")
        pages.append(notes(anna.modal))
    last = len(anna.modal.options("invoice_page")) if "invoice_page" in anna.modal.labels else 0
    assert sum(map(len, pages)) == min(count + 2, 4 * ROWS)
    assert len({note for page in pages for note in page}) == sum(map(len, pages))
    assert last in (0, -(-(count + 2) // ROWS))
    assert "On its way to Billomat" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    assert len(draft.lines) == count + 2
    assert states(bot) == ["sent"]


def test_of_many_lines_one_group_at_a_time_is_open(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 30)
        copies(db, "Shop", 20)
    shown = by_entry(anna, within_project=True)
    assert "▸ Portal\n30 lines · 60.00 h · €5,700.00" in shown.text
    assert [text.split("\n")[0] for text, _ in lines_of(shown)] == ["App", "Website · Design"]
    presses(anna, "invoice_group_open", "▸ Portal")
    assert "\n▾ Portal\n30 lines" in anna.modal.text
    assert notes(anna.modal)[1].endswith("Portal 0000")
    anna.modal.click("Next")
    assert notes(anna.modal)[0].endswith("Portal 0013")
    assert "\n▾ Portal\n30 lines" in anna.modal.text
    anna.modal.click("Next")
    assert "▸ Shop\n20 lines" in anna.modal.text
    anna.modal.click("Back")
    anna.modal.click("Hide lines")
    assert lines_of(anna.modal) == lines_of(shown)
    assert "▸ Portal" in anna.modal.text


def test_a_whole_group_is_left_out_in_one_click(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 30)
    by_entry(anna, within_project=True)
    presses(anna, "invoice_leave_out", "▸ Portal")
    assert "Total: €831.63 net\n9.25 h on 2 lines" in anna.modal.text
    assert "Left out by hand: 30 entries, 60:00 h." in anna.modal.text


def test_after_a_line_was_changed_or_left_out_the_same_page_is_in_sight(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    by_entry(anna)
    anna.modal.click("Next")
    before = lines_of(anna.modal)
    presses(anna, "invoice_line", before[0][0])
    anna.modal.fill("Hourly rate", "50")
    anna.modal.submit()
    assert [key for _, key in lines_of(anna.modal)] == [key for _, key in before]
    assert "2.00 h × €50.00" in anna.modal.text
    presses(anna, "invoice_leave_out", lines_of(anna.modal)[0][0])
    assert [key for _, key in lines_of(anna.modal)][:-1] == [key for _, key in before[1:]]


def test_who_moves_a_line_comes_back_to_the_same_page(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    by_entry(anna)
    anna.modal.click("Next")
    before = lines_of(anna.modal)
    anna.modal.click("Order of the lines …")
    moves(anna, shown_order(anna.modal)[0].split(". ")[1], "Down")
    anna.modal.close()
    assert lines_of(anna.modal) == before


@pytest.mark.parametrize("lines", [100, 101])
def test_a_menu_holds_a_hundred_places_and_more_are_left_to_the_form_of_the_order(
    worked: None, anna: Person, bot: Bot, lines: int
) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", lines - 2)
    assert f"on {lines} lines" in by_entry(anna).text
    presses(anna, "invoice_line", lines_of(anna.modal)[0][0])
    assert (PLACE in anna.modal.labels) == (lines == 100)
    if lines == 100:
        assert anna.modal.options(PLACE) == [f"{number} of 100" for number in range(1, 101)]
        anna.modal.fill(PLACE, "100 of 100")
    anna.modal.submit()
    assert f"on {lines} lines" in anna.modal.text


def test_who_turns_a_page_is_told_what_changed_on_the_one_before(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    by_entry(anna)
    first = lines_of(anna.modal)[0][0]
    with bot.database.write() as db:
        db.execute(update(entries).where(entries.c.id == 2).values(seconds=3600))
    anna.modal.click("Next")
    assert first not in [text for text, _ in lines_of(anna.modal)]
    assert "Different since you saw them:\n• App: 2:00 h on 9 Mar 2026 became 1:00 h (−€95.00)" in anna.modal.text
    anna.modal.click("Next")
    assert "Different since" not in anna.modal.text
    assert "On its way to Billomat" in sends(anna).text


def test_a_price_that_changed_is_marked_on_every_page(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    by_entry(anna)
    anna.modal.close()
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=10000)
    invoice(anna)
    for _ in range(2):
        anna.modal.click("Next")
        assert "⚠️ The price changed: it was €95.00" in anna.modal.text


def test_a_german_turns_pages_too(worked: None, anna: Person, finn: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", 40)
    by_entry(anna)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    shown = invoice(finn)
    assert "Summe: 8.431,63\xa0€ netto\n89,25 h in 42 Positionen\nplus" in shown.text
    assert [each.split(":")[0] for each in shown.options("invoice_page")] == [f"Seite {n} von 3" for n in (1, 2, 3)]
    shown.fill("invoice_page", "Seite 3 von 3")
    assert len(lines_of(finn.modal)) == 42 - 2 * ROWS


@pytest.mark.parametrize("letter", ["x", "ü", "日"])
def test_a_page_of_long_texts_fits_a_window(worked: None, anna: Person, bot: Bot, letter: str) -> None:
    with bot.database.write() as db:
        copies(db, letter * 100, 200, note=letter * 900)
    shown = by_entry(anna)
    assert "Service period" in shown.text
    assert shown.text.count(letter * 130) >= ROWS - 2
    assert len(json.dumps(shown.view.blocks)) < 250_000
    assert len(shown.view.blocks) < 100
