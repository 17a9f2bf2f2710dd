"""What is merged gives its open time away; what was billed keeps the names it was billed by."""

import pytest
from sqlalchemy import select

from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage import tables
from storage.tables import draft_entries, draft_lines, entries
from tests.billing.deeds import ACME, RunJobs, change, edits, invoice, sends
from tests.billing.test_details import page_of
from tests.billing.test_fixed_prices import agreements
from tests.billing.test_rating import adds, the_list
from tests.billing.test_tax_cases import german
from tests.catalog.test_catalog import opens
from tests.deeds import said

__all__ = ["german"]


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
    anna.modal.click("Open …")
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


@pytest.mark.parametrize(
    ("part", "filled"),
    [
        ("tax", {"VAT on invoices of Acme GmbH": "0%, the customer owes the VAT (§ 13b UStG)"}),
        ("order_number", {"Order number or Leitweg-ID": "PO-7"}),
        ("about", {"Which days an invoice is for": "quarters"}),
    ],
)
def test_what_is_typed_for_a_customer_who_was_merged_meanwhile_says_so(
    part: str, filled: dict[str, str], german: None, anna: Person, bot: Bot
) -> None:
    page_of(anna, ACME).click("Usual invoice …")
    (block,) = [
        each
        for each in anna.modal.view.blocks
        if each.get("accessory", {}).get("action_id", "") == f"recipe_change:{part}"
    ]
    anna.workspace.click(anna.id, anna.modal.surface, f"recipe_change:{part}", block_id=block["block_id"])
    anna.waits()
    for label, value in filled.items():
        anna.modal.fill(label, value)
    with bot.database.read() as db:
        before = db.execute(select(tables.customers).where(tables.customers.c.name == ACME)).one()
        baker = db.execute(select(tables.customers.c.id).where(tables.customers.c.name.like("Bäck%"))).scalar_one()
    change(bot, ACME, archived=True, merged_into=baker)
    anna.modal.submit()
    assert "Acme GmbH became part of Bäckerei Söhne & Co. meanwhile" in anna.modal.text
    assert [anna.modal.value(label) for label in filled] == [*filled.values()], "what was typed stays"
    anna.modal.submit()
    assert anna.modal.text.count("Acme GmbH became part of") == 1
    with bot.database.read() as db:
        after = db.execute(select(tables.customers).where(tables.customers.c.name == ACME)).one()
    assert (after.tax_case, after.order_number, after.usual_days) == (
        before.tax_case,
        before.order_number,
        before.usual_days,
    )


@pytest.mark.parametrize(
    ("form", "filled"),
    [
        ("Fixed price …", {"Project": "Acme GmbH › Website", "Fixed price": "5000", "From the month of": "2026-03-01"}),
        ("Retainer …", {"Fee a month": "1200", "Hours a month": "12:30", "From the month of": "2026-03-01"}),
    ],
)
def test_what_is_agreed_with_a_customer_who_was_merged_meanwhile_says_so(
    form: str, filled: dict[str, str], worked: None, anna: Person, bot: Bot
) -> None:
    agreements(anna).click(form)
    for label, value in filled.items():
        anna.modal.fill(label, value)
    with bot.database.read() as db:
        baker = db.execute(select(tables.customers.c.id).where(tables.customers.c.name.like("Bäck%"))).scalar_one()
    change(bot, ACME, archived=True, merged_into=baker)
    anna.modal.submit()
    assert "Acme GmbH became part of Bäckerei Söhne & Co. meanwhile" in anna.modal.text
    assert [anna.modal.value(label) for label in filled] == [*filled.values()], "what was typed stays"
    with bot.database.read() as db:
        assert db.execute(select(tables.agreements)).all() == []


# Time that is freed after its project or service was merged


def frees(who: Person, account: Account, run_jobs: RunJobs) -> str:
    """The draft is deleted in Billomat and what was on it billed again; the invoice as it is then."""
    account.delete_draft(account.drafts()[0].id)
    invoice(who).click("Bill again")
    run_jobs()
    return invoice(who).text


MERGED = {
    "a project whose rate goes along": ({"Website": "120"}, [("Projects", "Website", "App")], "7.25 h × €120.00"),
    "a project into one with a rate": ({"App": "80"}, [("Projects", "Website", "App")], "7.25 h × €80.00"),
    "a project into one with another rate": (
        {"Website": "120", "App": "80"},
        [("Projects", "Website", "App")],
        "7.25 h × €80.00",
    ),
    "a project of another customer": ({"Website": "120"}, [("Projects", "Website", "Shop")], "7.25 h × €120.00"),
    "a project twice": (
        {"Website": "120"},
        [("Projects", "Website", "App"), ("Projects", "App", "Shop")],
        "7.25 h × €120.00",
    ),
    "a service whose rate goes along": ({"Design": "130"}, [("Services", "Design", "Travel")], "7.25 h × €130.00"),
    "a service into one with a rate": ({"Travel": "70"}, [("Services", "Design", "Travel")], "7.25 h × €70.00"),
}


@pytest.mark.parametrize("case", MERGED)
def test_time_that_is_freed_after_a_merge_costs_what_it_was_merged_into_costs(
    case: str, worked: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    priced, merges, line = MERGED[case]
    the_list(anna)
    for name, price in priced.items():
        adds(anna, price, **{"Service" if name in ("Design", "Travel") else "Project": name})
    while anna.sees_modal:
        anna.modal.close()
    invoice(anna)
    sends(anna)
    run_jobs()
    anna.modal.close()
    for kind, name, into in merges:
        label = {"App": "Acme GmbH › App", "Shop": "Bäckerei Söhne & Co. › Shop"}.get(into, into)
        assert "is now part of" in merge(anna, kind, name, label)
        while anna.sees_modal:
            anna.modal.close()
    shown = frees(anna, account, run_jobs)
    assert line in shown
    assert "Website · Design" in shown, "it keeps the names that it was billed by"
