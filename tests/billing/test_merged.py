"""What is merged gives its open time away; what was billed keeps the names it was billed by."""

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage import tables
from storage.tables import draft_entries, draft_lines, entries
from tests.billing.deeds import RunJobs, edits, invoice
from tests.catalog.test_catalog import opens
from tests.deeds import said


@pytest.mark.parametrize(
    ("ours", "theirs", "line", "after"),
    [
        ("App", "Acme GmbH › Website", "App", "Website"),
        ("Design", "Travel", "Website · Design", "Website · Travel"),
    ],
)
def test_what_was_written_and_priced_on_a_line_follows_what_is_merged(
    worked: None, anna: Person, ours: str, theirs: str, line: str, after: str
) -> None:
    invoice(anna)
    edits(anna, line=line, description="In my words", rate="120").submit()
    total = anna.modal.text.split("Total: ")[1].split(" net")[0]
    while anna.sees_modal:
        anna.modal.close()
    anna.types(f"/track catalog {ours}")
    anna.modal.click("Open")
    anna.clicks("Merge …")
    anna.modal.fill("Merge into", theirs)
    anna.modal.submit()
    shown = invoice(anna).text
    assert f"\n{after}\n" in shown
    assert "In my words" in shown
    assert f"Total: {total} net" in shown


def merge(who: Person, kind: str, name: str, into: str) -> str:
    opens(who, kind, name)
    who.clicks("Merge …")
    who.modal.fill("Merge into", into)
    who.modal.submit()
    return who.modal.text


def test_billed_time_keeps_its_project_and_open_time_moves(
    approved: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    run_jobs()
    (draft,) = account.drafts()
    anna.modal.close()
    anna.types("/track start acme website design")
    assert "1 time entry moved." in merge(anna, "Projects", "Website", "Acme GmbH › App")
    assert account.drafts() == [draft]
    listed = said(anna, "/track list yesterday") + said(anna, "/track list")
    assert "Acme GmbH › Website · Design" in listed
    assert "Acme GmbH › App · Design" in listed
    with bot.database.read() as db:
        merged = tables.projects.c.name == "Website"
        pointing = db.execute(select(tables.projects.c.archived, tables.projects.c.merged_into).where(merged)).one()
        bound = entries.c.id.in_(select(draft_entries.c.entry_id))
        lines = set(db.execute(select(draft_lines.c.project_id)).scalars())
        assert set(db.execute(select(entries.c.project_id).where(bound)).scalars()) == lines
    assert tuple(pointing) == (True, 2)


def test_billed_time_keeps_its_service_and_the_article_follows(approved: None, anna: Person, bot: Bot) -> None:
    anna.modal.close()
    anna.types("/track start acme website design")
    assert "1 time entry moved." in merge(anna, "Services", "Design", "Travel")
    listed = said(anna, "/track list yesterday") + said(anna, "/track list")
    assert "Acme GmbH › Website · Design" in listed
    assert "Acme GmbH › Website · Travel" in listed
    with bot.database.read() as db:
        kept = db.execute(select(tables.services.c.name, tables.services.c.article_id)).all()
    assert {each.name: each.article_id for each in kept} == {"Design": 1, "Travel": 1}


def test_a_merge_is_nothing_that_undo_takes_apart(worked: None, anna: Person) -> None:
    merge(anna, "Projects", "Website", "Acme GmbH › App")
    assert "Acme GmbH › App" in said(anna, "/track list yesterday")
    anna.types("/track undo")
    assert "Website" not in said(anna, "/track list yesterday")
