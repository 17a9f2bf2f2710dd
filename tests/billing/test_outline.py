"""The invoice shows what it comes to at once, its lines in groups and pages, and sends all of them."""

import pytest
from sqlalchemy import Connection, select

from bot.billing.rules.outline import ROWS
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage import catalog as catalog_rows
from storage.rows import insert_row
from storage.tables import TimeEntry, entries
from tests.billing.deeds import RunJobs, invoice, lines_of, sends, states


def copies(db: Connection, project: str, count: int, **values: object) -> None:
    """So many further entries, each with a note of its own, on a new project of Acme's."""
    copied = dict(db.execute(select(entries).where(entries.c.id == 2)).one()._mapping)
    del copied["id"]
    copied["project_id"] = catalog_rows.add_project(db, 1, 1, name=project, key=project.casefold())
    for number in range(count):
        insert_row(db, TimeEntry, **copied | {"note": f"{project} {number:04}"} | values)


def by_entry(who: Person, *, within_project: bool = False) -> Modal:
    """The invoice for Acme with a line for each entry."""
    invoice(who)
    who.modal.click("Lines and texts…")
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
    assert anna.modal.text.index("Lines and texts…") < anna.modal.text.index("App")


def test_few_lines_stand_open_below_what_they_share(worked: None, anna: Person) -> None:
    anna.types("/track log 1h acme website yesterday: Call")
    text = invoice(anna).text
    assert "▾ Website\n2 lines · 8.25 h · €736.63\nLeave out\nWebsite\n" in text
    assert "Show lines" not in text
    assert "▾ App" not in text


@pytest.mark.parametrize("count", [ROWS - 1, ROWS, 81, 1000])
def test_however_many_lines_there_are_all_are_seen_and_sent(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, count: int
) -> None:
    with bot.database.write() as db:
        copies(db, "Portal", count)
    by_entry(anna)
    pages = [notes(anna.modal)]
    while "Show more" in anna.modal.buttons and len(pages) < 4:
        anna.modal.click("Show more")
        pages.append(notes(anna.modal))
    last = len(anna.modal.options("pages")) if "pages" in anna.modal.labels else 0
    assert sum(map(len, pages)) == min(count + 2, 4 * ROWS)
    assert len({note for page in pages for note in page}) == sum(map(len, pages))
    assert last in (0, -(-(count + 2) // ROWS))
    assert "On its way to Billomat" in sends(anna).text
    run_jobs()
    (draft,) = account.drafts()
    assert len(draft.lines) == count + 2
    assert states(bot) == ["sent"]
