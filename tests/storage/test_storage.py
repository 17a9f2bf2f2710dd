"""What the database itself refuses, whatever the code above it does, and how its schema comes about."""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Select,
    String,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    true,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import SQLModel

from bot.billing.rules.agreements import AgreementKind
from bot.billing.rules.seen import SeenEntry
from bot.billing.rules.states import DraftState
from bot.core.context import Bot, Itself
from bot.tracking.rules.settled import Settled
from storage import audit, database
from storage import catalog as catalog_rows
from storage import channels as channel_rows
from storage import drafts as draft_rows
from storage import jobs as job_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage import recent_work as recent_rows
from storage import shown as shown_rows
from storage import spans as span_rows
from storage import tracking as tracking_rows
from storage import unbilled as unbilled_rows
from storage.change import Change
from storage.database import MIGRATIONS, Database
from storage.diagnosis import Unusable
from storage.statements import Query
from storage.tables import (
    Agreement,
    AgreementCharge,
    ApprovalRequest,
    Article,
    Audit,
    BillomatAccount,
    Break,
    Budget,
    BudgetWarning,
    ChannelLink,
    Customer,
    CustomerArticle,
    Delivery,
    DraftChoice,
    DraftEdit,
    DraftEntry,
    DraftExpense,
    DraftExpenseChoice,
    DraftLine,
    DraftShare,
    DraftShown,
    Expense,
    FreedShare,
    InvoiceDraft,
    Job,
    OpenedDays,
    Pause,
    Person,
    Project,
    Question,
    RatePrice,
    RateRule,
    RetainerUse,
    SentInvoice,
    Service,
    Settlement,
    Tax,
    TimeEntry,
    Workspace,
    metadata,
    table,
)
from tests.conftest import T0, NewDatabase, at_once, patient
from tests.drafts import lead_draft

A_DAY = date(2026, 3, 10)


@pytest.fixture
def db(new_database: NewDatabase, tmp_path: Path) -> Iterator[Database]:
    database = Database(new_database(tmp_path), busy_timeout=50)
    yield database
    database.close()


def fill(db: Connection, n: int) -> None:
    """The n-th workspace, with a row in every table; each gets the id `n`."""
    here: dict[str, Any] = {"workspace_id": n}
    rows: list[SQLModel] = [
        Workspace(team_id=f"T{n}", created_at=T0),
        Person(**here, slack_id=f"U{n}", name="Anna", zone="Europe/Berlin", locale="de-DE", created_at=T0),
        BillomatAccount(
            **here,
            billomat_id="acme",
            secret_key="encrypted",
            key_owner="Anna",
            tax_name="MwSt",
            tax_rate=1900,
            connected_by=n,
            connected_at=T0,
        ),
        Customer(**here, name=f"Acme {n}", name_key=f"acme {n}", billomat_id=5),
        Project(**here, customer_id=n, name=f"Website {n}", name_key=f"website {n}"),
        Tax(**here, billomat_id=5, name="MwSt", rate=1900),
        Article(**here, billomat_id=5, title="Design", title_key="design", tax_id=n),
        Service(**here, name="Design", name_key="design", article_id=n),
        TimeEntry(
            **here,
            person_id=n,
            customer_id=n,
            project_id=n,
            service_id=n,
            started_at=T0,
            ended_at=T0 + timedelta(hours=1),
            seconds=3600,
            day=A_DAY,
            zone="Europe/Berlin",
            created_at=T0,
        ),
        Break(**here, person_id=n, started_at=T0, ended_at=T0 + timedelta(minutes=30)),
        Pause(**here, person_id=n, entry_id=n, began_at=T0),
        Expense(
            **here,
            person_id=n,
            customer_id=n,
            project_id=n,
            article_id=n,
            day=A_DAY,
            amount_cents=4990,
            gross=True,
            created_at=T0,
            updated_at=T0,
        ),
        Agreement(
            **here,
            kind=AgreementKind.RETAINER,
            customer_id=n,
            project_id=n,
            first_day=A_DAY.replace(day=1),
            last_day=A_DAY.replace(day=30 + n // 2),
            cents=500_000,
            included_seconds=3600,
            person_id=n,
        ),
        AgreementCharge(expense_id=n, workspace_id=n, agreement_id=n, month=A_DAY.replace(day=1)),
        Budget(**here, project_id=n, first_day=A_DAY.replace(day=1), cents=500_000, currency="EUR"),
        BudgetWarning(**here, budget_id=n, percent=80 + n, told_at=T0),
        ChannelLink(**here, channel_id="C1", customer_id=n, project_id=n, linked_by=n, linked_at=T0),
        InvoiceDraft(
            **here,
            customer_id=n,
            created_by=n,
            created_at=T0,
        ),
        SentInvoice(**here, draft_id=n, billomat_id=5, sent_at=T0),
        DraftLine(**here, draft_id=n, project_id=n, service_id=n, article_id=n, hours=100),
        DraftEdit(**here, draft_id=n, group_key=f"project={n}&service={n}", article_id=n),
        CustomerArticle(customer_id=n, service_id=n, workspace_id=n, article_id=n),
        RateRule(workspace_id=n, position=1, currency="EUR", person_id=n, service_id=n),
        RatePrice(workspace_id=n, rule_id=n, first_day=T0.date() + timedelta(days=2 * n), price=950_000),
        RatePrice(workspace_id=n, first_day=T0.date() + timedelta(days=2 * n + 1), price=950_000),
        DraftChoice(draft_id=n, entry_id=n, workspace_id=n, left_out_by=n),
        DraftShare(workspace_id=n, entry_id=n, draft_id=n, line_id=n, seconds=3600),
        DraftEntry(workspace_id=n, entry_id=n, draft_id=n),
        DraftExpenseChoice(workspace_id=n, expense_id=n, draft_id=n, left_out_by=n),
        DraftExpense(workspace_id=n, expense_id=n, draft_id=n, line_id=n),
        Settlement(**here, expense_id=n, kind=Settled.WRITTEN_OFF, draft_id=n, person_id=n, at=T0),
        FreedShare(**here, draft_id=n, line_id=n, entry_id=n, seconds=3600, person_id=n, at=T0),
        RetainerUse(workspace_id=n, line_id=n, draft_id=n, agreement_id=n, month=A_DAY.replace(day=1), seconds=3600),
        OpenedDays(**here, person_id=n, first_day=A_DAY, last_day=A_DAY, reason="late", opened_by=n, at=T0),
        ApprovalRequest(**here, draft_id=n, person_id=n, submission=n, channel="D1", ts="1.1"),
        DraftShown(**here, draft_id=n, person_id=n, content="abc", lines=[], at=T0),
        Question(**here, person_id=n, asked_at=T0, command={"words": []}),
        Audit(**here, person_id=n, at=T0, subject="entry", subject_id=n, action="log"),
        Delivery(key=f"request:{n}", at=T0),
        Job(key=f"job:{n}", kind="test", args={}),
    ]
    for row in rows:
        db.execute(insert(table(type(row))).values(**row.model_dump(exclude={"id"})))
        if isinstance(row, InvoiceDraft):
            lead_draft(db, n, DraftState.APPROVED, token=f"token{n}", net_cents=100, approved_by=n)


@pytest.fixture
def filled(db: Database) -> Database:
    """Two workspaces with a row in every table."""
    with db.write() as connection:
        fill(connection, 1)
        fill(connection, 2)
    return db


def refused(db: Database, statement: Any, because: str) -> None:
    """Check that the database refuses a statement for this reason."""
    with pytest.raises(IntegrityError, match=f"(?i){because}"), db.write() as connection:
        connection.execute(statement)


def count(db: Database) -> dict[str, int]:
    with db.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(each)).scalar_one()
            for name, each in metadata.tables.items()
        }


# What must never happen

REFERENCES = [
    pytest.param(each.name, [column.name for column in constraint.columns], id=f"{each.name}-{constraint.column_keys}")
    for each in metadata.sorted_tables
    for constraint in sorted(each.foreign_key_constraints, key=lambda one: one.column_keys)
    if each.name != "audit"
]


@pytest.mark.parametrize(("name", "columns"), REFERENCES)
def test_a_row_cannot_point_into_another_workspace(filled: Database, name: str, columns: list[str]) -> None:
    bindings = (table(DraftEntry), table(DraftExpense), table(AgreementCharge))
    with filled.write() as connection:
        for bound in bindings if name not in ("draft_share", "settlement") else ():
            in_the_way = bound.c.workspace_id == 2 if name == bound.name else true()  # a draft holds what it has
            connection.execute(delete(bound).where(in_the_way))
    each = metadata.tables[name]
    elsewhere: dict[str, Any] = {column: 2 for column in columns if column != "workspace_id"} or {"workspace_id": 3}
    if "merged_into" in elsewhere:
        elsewhere["archived"] = True
    is_kept = name in (
        *("draft_entry", "draft_share", "draft_line", "retainer_use", "draft_expense", "invoice_draft", "settlement"),
        *("sent_invoice", "project"),
    )
    because = "foreign key|adds up|stays as" if is_kept else "foreign key|of_one"
    refused(filled, update(each).where(each.c.workspace_id == 1).values(**elsewhere), because)


def test_an_audit_row_cannot_name_somebody_of_another_workspace(filled: Database) -> None:
    row = Audit(workspace_id=1, person_id=2, at=T0, subject="entry", subject_id=1, action="log")
    refused(filled, insert(table(Audit)).values(**row.model_dump(exclude={"id"})), "foreign key")


def test_every_column_that_names_another_row_is_a_reference() -> None:
    """Billomat's, Slack's and the tax office's ids are no rows of ours; an audit row outlives its subject."""
    foreign = {"billomat_id", "team_id", "slack_id", "channel_id", "view_id", "subject_id", "vat_id"}
    for each in metadata.sorted_tables:
        referring = {column.name for fk in each.foreign_key_constraints for column in fk.columns}
        named = {column.name for column in each.columns if column.name.endswith("_id")}
        assert named - referring - foreign == set(), each.name


def test_time_is_not_booked_on_the_project_of_another_customer(filled: Database) -> None:
    with filled.write() as connection:
        customer = Customer(workspace_id=1, name="Other", name_key="other")
        connection.execute(insert(table(Customer)).values(**customer.model_dump(exclude={"id"})))
        connection.execute(delete(table(DraftEntry)))  # which holds what it has
        connection.execute(delete(table(DraftExpense)))
    entry = table(TimeEntry)
    for each in (entry, table(Expense)):
        refused(filled, update(each).where(each.c.id == 1).values(customer_id=3), "foreign key")


def test_what_time_was_booked_on_cannot_be_deleted(filled: Database) -> None:
    for model in (Workspace, Person, Customer, Project, Service):
        refused(filled, delete(table(model)).where(table(model).c.id == 1), "foreign key")


def test_an_entry_that_stands_on_a_draft_cannot_be_deleted(filled: Database) -> None:
    refused(filled, delete(table(TimeEntry)).where(table(TimeEntry).c.id == 1), "foreign key")


def test_an_entry_stands_on_one_draft_only(filled: Database) -> None:
    row = DraftEntry(workspace_id=1, entry_id=1, draft_id=1)
    refused(filled, insert(table(DraftEntry)).values(**row.model_dump()), "unique")


def divided(filled: Database, *shares: dict[str, Any], bind: bool = True) -> None:
    """Put the first entry on its draft anew with these shares; what they do not say is line 1 and 3600 seconds."""
    row = DraftShare(workspace_id=1, entry_id=1, draft_id=1, line_id=1, seconds=3600).model_dump()
    bound = table(DraftEntry)
    with filled.write() as connection:
        connection.execute(delete(bound).where(bound.c.entry_id == 1))
        another = DraftLine(workspace_id=1, draft_id=1).model_dump(exclude={"id"})
        assert connection.execute(insert(table(DraftLine)).values(**another)).inserted_primary_key == (3,)
        for share in shares:
            connection.execute(insert(table(DraftShare)).values(**row | share))
        if bind:
            connection.execute(insert(bound).values(workspace_id=1, entry_id=1, draft_id=1))


def test_an_entry_is_divided_over_lines_of_its_draft(filled: Database) -> None:
    divided(filled, {"seconds": 3599}, {"line_id": 3, "seconds": 1})
    with filled.read() as connection:
        assert marked(connection) == [1, 2]


@pytest.mark.parametrize(
    "shares",
    [
        [],
        [{"seconds": 3599}],
        [{"seconds": 0}],
        [{"seconds": 3600}, {"line_id": 3, "seconds": 1}],
        [{"seconds": 3601}],
    ],
)
def test_what_stands_on_the_lines_is_all_of_the_entry(filled: Database, shares: list[dict[str, Any]]) -> None:
    with pytest.raises(IntegrityError, match="adds up"):
        divided(filled, *shares)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"line_id": 2}, {"workspace_id": 2}, {"draft_id": 2}, {"entry_id": 2}],
    ids=["bound to nothing", "line", "workspace", "draft", "entry"],
)
def test_a_share_that_belongs_to_no_entry_of_its_draft_is_refused_at_the_end(
    filled: Database, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key|stays as|takes what"):
        divided(filled, wrong, bind=False)


def test_a_negative_share_is_refused(filled: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        divided(filled, {"seconds": 3601}, {"line_id": 3, "seconds": -1})


def test_nothing_changes_about_an_entry_that_is_divided(filled: Database) -> None:
    divided(filled, {"seconds": 1800}, {"line_id": 3, "seconds": 1800})
    share, entry = table(DraftShare), table(TimeEntry)
    refused(filled, update(share).where(share.c.line_id == 3).values(seconds=1), "stays as it was")
    refused(filled, update(share).where(share.c.line_id == 3).values(line_id=2), "stays as it was")
    refused(filled, delete(share).where(share.c.line_id == 3), "stays as it was")
    more = DraftShare(workspace_id=1, entry_id=2, draft_id=2, line_id=2, seconds=0).model_dump()
    refused(filled, insert(share).values(**more | {"line_id": 1}), "stays as it was|takes what")
    refused(filled, update(entry).values(seconds=1), "while it is on a draft")
    refused(filled, update(entry).values(seconds=None, ended_at=None), "while it is on a draft")


def test_what_leaves_its_draft_leaves_its_lines(filled: Database) -> None:
    divided(filled, {"seconds": 1800}, {"line_id": 3, "seconds": 1800})
    with filled.write() as connection:
        connection.execute(delete(table(DraftEntry)).where(table(DraftEntry).c.entry_id == 1))
        left = connection.execute(select(table(DraftShare).c.entry_id)).scalars().all()
        assert list(left) == [2]
        connection.execute(update(table(TimeEntry)).where(table(TimeEntry).c.id == 1).values(seconds=1))


def test_an_expense_stands_on_one_draft_only(filled: Database) -> None:
    row = DraftExpense(workspace_id=1, expense_id=1, draft_id=1, line_id=1)
    refused(filled, insert(table(DraftExpense)).values(**row.model_dump()), "unique")


def test_an_expense_that_stands_on_a_draft_is_neither_deleted_nor_changed(filled: Database) -> None:
    expense = table(Expense)
    refused(filled, delete(expense).where(expense.c.id == 1), "foreign key")
    refused(filled, update(expense).where(expense.c.id == 1).values(amount_cents=1), "on a draft keeps")
    with filled.write() as connection:
        connection.execute(delete(table(DraftExpense)))
    refused(filled, update(expense).where(expense.c.id == 1).values(amount_cents=1), "is agreed")
    with filled.write() as connection:
        connection.execute(delete(table(AgreementCharge)))
        connection.execute(update(expense).where(expense.c.id == 1).values(amount_cents=1))


def marked(db: Connection) -> list[int]:
    """The entries that say that they are on a draft."""
    entry = table(TimeEntry)
    return list(db.execute(select(entry.c.id).where(entry.c.on_draft).order_by(entry.c.id)).scalars())


def test_an_entry_says_whether_it_stands_on_a_draft(filled: Database) -> None:
    bound = table(DraftEntry)
    with filled.write() as connection:
        assert marked(connection) == [1, 2]
        connection.execute(delete(bound).where(bound.c.entry_id == 2))
        assert marked(connection) == [1]
        row = dict(connection.execute(select(table(TimeEntry)).where(table(TimeEntry).c.id == 1)).one()._mapping)
        connection.execute(insert(table(TimeEntry)).values(**row | {"id": 3, "on_draft": False}))
        share = table(DraftShare)
        all_of_it = DraftShare(workspace_id=1, entry_id=3, draft_id=1, line_id=1, seconds=3600)
        connection.execute(insert(share).values(**all_of_it.model_dump()))
        connection.execute(update(bound).values(entry_id=3))
        connection.execute(delete(share).where(share.c.entry_id == 1))
        assert marked(connection) == [3]


def test_an_entry_cannot_say_otherwise(filled: Database) -> None:
    entry = table(TimeEntry)
    refused(filled, update(entry).values(on_draft=False), "on_draft follows draft_entry")
    with filled.write() as connection:
        connection.execute(delete(table(DraftEntry)).where(table(DraftEntry).c.entry_id == 1))
        row = dict(connection.execute(select(entry).where(entry.c.id == 1)).one()._mapping)
    refused(filled, update(entry).where(entry.c.id == 1).values(on_draft=True), "on_draft follows draft_entry")
    refused(filled, insert(entry).values(**row | {"id": 3, "on_draft": True}), "on_draft follows draft_entry")


@pytest.mark.parametrize("selection", ["", '{"services":[1]}'])
@pytest.mark.parametrize("days", [(None, None), (date(2026, 3, 1), date(2026, 3, 31))])
def test_a_customer_has_one_open_draft_for_the_same_days_and_selection_at_most(
    filled: Database, days: tuple[date, date], selection: str
) -> None:
    drafts = table(InvoiceDraft)
    row = InvoiceDraft(workspace_id=1, customer_id=1, created_by=1, created_at=T0).model_dump(exclude={"id"})
    february = row | {"first_day": date(2026, 2, 1), "last_day": date(2026, 2, 28)}
    row |= {"first_day": days[0], "last_day": days[1], "selection": selection}
    with filled.write() as connection:
        connection.execute(insert(drafts).values(**february))
        connection.execute(insert(drafts).values(**row | {"selection": '{"services":[2]}'}))
        connection.execute(insert(drafts).values(**row))
    refused(filled, insert(drafts).values(**row), "unique")


def test_a_channel_knows_one_project_at_most(filled: Database) -> None:
    links = table(ChannelLink)
    row = ChannelLink(workspace_id=1, channel_id="C1", customer_id=1, linked_by=1, linked_at=T0).model_dump(
        exclude={"id"}
    )
    refused(filled, insert(links).values(**row), "unique")


def test_a_rate_has_one_price_a_day_and_the_articles_one_place_in_the_list(filled: Database) -> None:
    prices, rules = table(RatePrice), table(RateRule)
    for rule_id, days in ((1, 2), (None, 3)):
        row = {"workspace_id": 1, "rule_id": rule_id, "first_day": T0.date() + timedelta(days=days), "price": 1}
        refused(filled, insert(prices).values(**row), "unique")
    articles = insert(rules).values(workspace_id=1, position=2, by_article=True)
    with filled.write() as connection:
        connection.execute(articles)
    refused(filled, articles, "unique")


def test_a_person_has_one_running_timer_at_most(filled: Database) -> None:
    with filled.read() as connection:
        row = dict(connection.execute(select(table(TimeEntry)).where(table(TimeEntry).c.id == 1)).one()._mapping)
    row |= {"ended_at": None, "seconds": None, "on_draft": False}
    del row["id"]
    with filled.write() as connection:
        connection.execute(insert(table(TimeEntry)).values(**row))
    refused(filled, insert(table(TimeEntry)).values(**row), "unique")


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Workspace, {"rate_cents": -1}),
        (Workspace, {"shown_unit": 0}),
        (Workspace, {"week_start": 7}),
        (Workspace, {"day_seconds": 3599}),
        (Person, {"role": literal_column("'owner'")}),
        (Person, {"clock": 13}),
        (Person, {"working_days": 128}),
        (Person, {"work_starts": 1080, "work_ends": 540}),
        (Person, {"summary_minute": 1440}),
        (BillomatAccount, {"tax_rate": 10001}),
        (BillomatAccount, {"trouble": literal_column("'tired'")}),
        (Customer, {"tax_rule": "SOME"}),
        (Tax, {"rate": -1}),
        (TimeEntry, {"ended_at": T0 - timedelta(seconds=1)}),
        (TimeEntry, {"ended_at": None}),
        (TimeEntry, {"seconds": None}),
        (TimeEntry, {"seconds": -1}),
        (Break, {"ended_at": T0}),
        (TimeEntry, {"ended_at": None, "seconds": None, "timed": False}),
        (Expense, {"amount_cents": 0}),
        (Expense, {"vat_rate": 10001}),
        (InvoiceDraft, {"token": None}),
        (InvoiceDraft, {"approved_by": None}),
        (InvoiceDraft, {"net_cents": None}),
        (InvoiceDraft, {"state": "sent"}),
        (InvoiceDraft, {"billomat_id": 7}),
        (Customer, {"net_gross": "SOME"}),
        (RateRule, {"by_article": True}),
        (RateRule, {"person_id": None, "service_id": None}),
        (RateRule, {"project_id": 1, "customer_id": 1}),
        (RatePrice, {"price": -1}),
    ],
)
def test_values_that_make_no_sense_are_refused(
    filled: Database, model: type[SQLModel], changes: dict[str, Any]
) -> None:
    with filled.write() as connection:
        for part in (DraftEntry, DraftExpense):  # which would refuse more
            connection.execute(delete(table(part)))
    because = "check|stays as it was approved" if model is InvoiceDraft else "check"
    refused(filled, update(table(model)).where(table(model).c.id == 1).values(**changes), because)


MERGING = [Customer, Project, Service]


@pytest.mark.parametrize("model", MERGING)
def test_nothing_is_merged_into_itself_or_into_what_is_not_there(filled: Database, model: type[SQLModel]) -> None:
    another(filled, model)
    for into, because in ((3, "check|only into"), (99, "foreign key|only into")):
        refused(filled, merging(model, 3, into), because)


@pytest.mark.parametrize("model", MERGING)
def test_what_is_merged_stays_merged_and_is_in_use_no_more(filled: Database, model: type[SQLModel]) -> None:
    another(filled, model)
    with filled.write() as connection:
        connection.execute(merging(model, 3, 1))
    each = table(model)
    refused(filled, update(each).where(each.c.id == 3).values(archived=False), "check")
    refused(filled, update(each).where(each.c.id == 3).values(merged_into=None), "merged for good")


@pytest.mark.parametrize("model", MERGING)
def test_no_two_are_merged_into_each_other(filled: Database, model: type[SQLModel]) -> None:
    another(filled, model)
    another(filled, model, 4)
    with filled.write() as connection:
        connection.execute(merging(model, 3, 4))
    refused(filled, merging(model, 4, 3), "only into what is in use")


@pytest.mark.parametrize("model", MERGING)
def test_two_at_once_do_not_merge_two_into_each_other(filled: Database, model: type[SQLModel]) -> None:
    another(filled, model)
    another(filled, model, 4)

    def merge(database: Database, what: int, into: int) -> None:
        with database.write() as connection:
            connection.execute(merging(model, what, into))

    with patient(filled) as database:
        done = at_once(partial(merge, database, 4, 3), partial(merge, database, 3, 4))
    assert [isinstance(each, DBAPIError) for each in done].count(True) == 1


def test_what_is_on_a_draft_keeps_what_it_was_billed_for(filled: Database) -> None:
    another(filled, Customer)
    entry, project = table(TimeEntry), table(Project)
    for values in ({"customer_id": 3, "project_id": None}, {"project_id": None}, {"service_id": None}):
        refused(filled, update(entry).where(entry.c.id == 1).values(**values), "on a draft keeps")
    refused(filled, update(project).where(project.c.id == 1).values(customer_id=3), "on a draft keeps")


def another(database: Database, model: type[SQLModel], number: int = 3) -> None:
    """One more in the first workspace, of which nothing is agreed or billed."""
    each = table(model)
    with database.write() as connection:
        row = dict(connection.execute(select(each).where(each.c.id == 1)).one()._mapping)
        row |= {"id": number, "name_key": f"another {number}"} | (
            {"billomat_id": None} if "billomat_id" in each.c else {}
        )
        connection.execute(insert(each).values(**row))


def merging(model: type[SQLModel], what: int, into: int) -> Any:
    each = table(model)
    return update(each).where(each.c.id == what).values(archived=True, merged_into=into)


@pytest.mark.parametrize(
    "change", [update(table(Audit)).values(why="nothing happened"), delete(table(Audit)).where(table(Audit).c.id == 1)]
)
def test_what_was_recorded_stays_as_it_was(filled: Database, change: Any) -> None:
    with pytest.raises(DBAPIError, match="audit is append-only"), filled.write() as connection:
        connection.execute(change)


@pytest.mark.parametrize("model", [TimeEntry, Expense, Question, Customer, Project, Service])
def test_the_id_of_a_deleted_row_is_never_given_to_another(filled: Database, model: type[SQLModel]) -> None:
    each = table(model)
    with filled.write() as connection:
        row = dict(connection.execute(select(each).where(each.c.id == 2)).one()._mapping)
        new: dict[Any, dict[str, Any]] = {Customer: {"billomat_id": 6}, TimeEntry: {"on_draft": False}}
        row |= new.get(model, {"name_key": "new"} if "name_key" in each.c else {})
        del row["id"]
        (first,) = connection.execute(insert(each).values(**row)).inserted_primary_key
        connection.execute(delete(each).where(each.c.id == first))
        (second,) = connection.execute(insert(each).values(**row)).inserted_primary_key
    assert second > first


# Transactions


def test_a_transaction_counts_as_a_whole_or_not_at_all(filled: Database) -> None:
    before = count(filled)

    def half() -> None:
        with filled.write() as connection:
            fill(connection, 3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert count(filled) == before
    with filled.write() as connection:  # the next one begins anew
        people_rows.record_delivery(connection, "a", at=T0)
    assert count(filled) != before


def test_a_reader_keeps_what_it_wrote_to_itself(filled: Database) -> None:
    if not filled.is_sqlite:
        pytest.skip("reads are no transaction on PostgreSQL; what writes through a reader fails its tests on SQLite")
    before = count(filled)
    with filled.read() as connection:
        connection.execute(delete(table(Job)))
    assert count(filled) == before


def test_a_writer_that_waits_too_long_gives_up(filled: Database) -> None:
    if not filled.is_sqlite:
        pytest.skip("one writer at a time is a limit of SQLite")
    other = Database(str(filled.url), busy_timeout=50)
    with filled.write(), pytest.raises(OperationalError, match="locked"), other.write():
        pass
    other.close()


def test_nobody_waits_for_the_long_read_of_somebody_else(db: Database) -> None:
    def change() -> None:
        with db.read(), db.write() as connection:
            people_rows.record_delivery(connection, "a", at=T0)

    with ThreadPoolExecutor(1) as other, db.read():
        other.submit(change).result(timeout=60)


def test_who_writes_may_read_on_the_way(db: Database) -> None:
    with db.write() as connection, db.read() as reader:
        assert people_rows.record_delivery(connection, "a", at=T0)
        assert reader.execute(select(func.count()).select_from(table(Delivery))).scalar_one() == 0


def test_a_request_is_recorded_once(filled: Database) -> None:
    with filled.write() as connection:
        assert people_rows.record_delivery(connection, "a", at=T0)
        assert not people_rows.record_delivery(connection, "a", at=T0)
        people_rows.forget_deliveries(connection, before=T0 + timedelta(seconds=1))
        assert people_rows.record_delivery(connection, "a", at=T0)


def test_an_entry_is_put_back_exactly_as_it_was_recorded(filled: Database) -> None:
    entry = table(TimeEntry)
    with filled.write() as connection:
        connection.execute(delete(table(DraftEntry)).where(table(DraftEntry).c.entry_id == 1))
        before = connection.execute(select(entry).where(entry.c.id == 1)).one()
        recorded = audit.snapshot(dict(before._mapping))
        assert recorded is not None
        change = Change(connection, Itself(1, T0))
        for statement in (delete(entry), update(entry).values(note="x", seconds=1)):
            connection.execute(statement.where(entry.c.id == 1))
            tracking_rows.restore_entry(change, None, recorded, "undo", undoes="")
            assert connection.execute(select(entry).where(entry.c.id == 1)).one() == before


def test_thousands_of_customers_make_nobody_wait(projects: None, bot: Bot) -> None:
    numbers = range(1000, 5000)
    with bot.database.write() as db:
        made = {"workspace_id": 1, "archived": False}
        customer = made | {"number": "", "country": "", "tax_rule": "COUNTRY", "currency": ""}
        db.execute(
            insert(table(Customer)),
            [customer | {"id": n, "name": f"Customer {n}", "name_key": f"customer {n}"} for n in numbers],
        )
        db.execute(
            insert(table(Project)),
            [made | {"customer_id": n, "name": "Shop", "name_key": "shop"} for n in numbers if n % 2],
        )
        worked = {"workspace_id": 1, "person_id": 1, "note": "", "started_at": T0, "ended_at": T0, "seconds": 0}
        worked |= {"day": T0.date(), "zone": "UTC", "timed": True, "end_guessed": False, "billable": True}
        db.execute(insert(table(TimeEntry)), [worked | {"created_at": T0, "customer_id": n} for n in numbers])
        began = time.thread_time()
        assert len(catalog_rows.live_targets(db, 1)) == len(numbers) + 3
        assert len(payer_rows.search_payers(db, 1, "customer")) == catalog_rows.MOST_OPTIONS
        assert time.thread_time() - began < 5  # of the processor: comparing each with each would take more


def test_moments_come_back_aware_and_in_utc(filled: Database) -> None:
    with filled.read() as connection:
        started: datetime = connection.execute(select(table(TimeEntry).c.started_at)).scalars().first()
    assert started == T0
    assert started.utcoffset() == timedelta()


@pytest.mark.parametrize("moment", [T0, T0.replace(microsecond=7), datetime(26, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))])
def test_a_moment_straight_to_the_driver_is_written_as_sqlalchemy_writes_it(filled: Database, moment: datetime) -> None:
    entry = table(TimeEntry)
    written = select(cast(entry.c.created_at, String)).where(entry.c.id == 1)
    with filled.write() as connection:
        connection.execute(update(entry).where(entry.c.id == 1).values(created_at=moment))
        expected = connection.execute(written).scalar_one()
        tracking_rows._UPDATE.run(connection, entry=1, created_at=T0 + timedelta(days=1))
        tracking_rows._UPDATE.run(connection, entry=1, created_at=moment)
        assert connection.execute(written).scalar_one() == expected


def test_a_moment_without_a_zone_is_refused(filled: Database) -> None:
    with filled.write() as connection, pytest.raises(ValueError, match="zone"):
        tracking_rows._UPDATE.run(connection, entry=1, created_at=T0.replace(tzinfo=None))


# Migrations


def test_the_migrations_make_exactly_the_tables_of_the_code(db: Database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(filled: Database) -> None:
    before = count(filled)
    filled.migrate()
    assert filled.schema() == "current"
    assert count(filled) == before


def test_what_stood_on_a_draft_before_an_update_is_not_billed_again(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(delete(table(DraftEntry)).where(table(DraftEntry).c.entry_id == 2))
    bring_up_to_date_from_0002(filled)
    with filled.read() as connection:
        assert marked(connection) == [1]


def test_what_was_carried_out_before_an_update_is_not_carried_out_again(filled: Database) -> None:
    with filled.write() as connection:
        people_rows.record_delivery(connection, "a", at=T0)
    bring_up_to_date_from_0002(filled)
    with filled.write() as connection:
        assert not people_rows.record_delivery(connection, "a", at=T0)


def test_customers_go_on_reading_the_language_of_whoever_connected_until_an_import_says_theirs(
    filled: Database,
) -> None:
    bring_up_to_date_from_0002(filled)
    with filled.read() as connection:
        assert people_rows.workspace_terms(connection, 1).invoice_language == "de"


def test_what_people_changed_on_lines_before_an_update_stays_and_so_do_frozen_lines(filled: Database) -> None:
    without_0010_and_0011(filled)
    with filled.write() as connection:
        for statement in (
            *BEFORE_0008[connection.dialect.name],
            *BEFORE_0009[connection.dialect.name],
            *BEFORE_0012,
            "UPDATE alembic_version SET version_num = '0007'",
            "DELETE FROM draft_entry",
            "DELETE FROM draft_line",
            "UPDATE article SET price_cents = CASE workspace_id WHEN 1 THEN 8850 ELSE 300000000 END",
            "UPDATE billomat_account SET gross_prices = true WHERE workspace_id = 2",
            "INSERT INTO draft_line (workspace_id, draft_id, project_id, position, title, rate_cents, hours)"
            " VALUES (1, 1, 1, 0, 'Changed', 9900, NULL), (1, 1, 1, 1, 'Frozen', 9500, 100)",
        ):
            connection.exec_driver_sql(statement)
    filled.migrate()
    changed, frozen = table(DraftEdit).c, table(DraftLine).c
    with filled.read() as connection:
        edits = connection.execute(select(changed.draft_id, changed.group_key, changed.title, changed.rate_cents)).all()
        assert edits == [(1, "project=1&service=", "Changed", 9900)]
        assert connection.execute(select(frozen.title, frozen.unit_price)).all() == [("Frozen", 950_000)]
        prices = connection.execute(select(table(Article).c.price).order_by(table(Article).c.id)).scalars().all()
        assert prices == [885_000, 35_700_000_000]  # the second with its 19 %, as the account states it


def test_what_was_shown_before_an_update_is_compared_with_after_it(filled: Database) -> None:
    rows = [[1, "2026-03-02", 3600, "Logo"], [2, "2026-03-03", 60, "", 0]]
    line = ["project=1", "App", 950_000, "title", "description", "edit", "terms"]
    without_0053(filled)
    with filled.write() as connection:
        shown = table(DraftShown)
        kept = update(shown).where(shown.c.draft_id == 1).values(lines=[[*line, rows], [*line, []]])
        connection.execute(kept)
        dialect = connection.dialect.name
        for statement in (
            *BEFORE_0072[dialect],
            *BEFORE_0068,
            *BEFORE_0065,
            *BEFORE_0063[dialect],
            *BEFORE_0062,
            *BEFORE_0060[dialect],
            *BEFORE_0059[dialect],
            *BEFORE_0058[dialect],
            *BEFORE_0056[dialect],
            *BEFORE_0071,
            *BEFORE_0054,
            *BEFORE_0051[dialect],
            *BEFORE_0050[dialect],
            *AFTER_0035[dialect],
            "UPDATE alembic_version SET version_num = '0035'",
        ):
            connection.exec_driver_sql(statement)
    filled.migrate()
    with filled.read() as connection:
        seen = shown_rows.what_was_shown(connection, 1, 1, "abc")
    assert seen is not None
    assert [tuple(each.entries) for each in seen.lines] == [
        (SeenEntry(1, date(2026, 3, 2), 3600, "Logo"), SeenEntry(2, date(2026, 3, 3), 60, "")),
        (),
    ]


def without_0053(database: Database) -> None:
    """As the tables were before drafts were submitted; on SQLite other triggers of the table are empty ones then."""
    with database.engine.connect() as connection:
        _switch(connection, rebuilds=True)
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            with Operations(MigrationContext.configure(connection)).batch_alter_table("invoice_draft") as each:
                for check in ("submitted_by_somebody", "second_person", *REDUCED):
                    each.drop_constraint(f"ck_invoice_draft_{check}", type_="check")
                for column in SUBMITTED:
                    each.drop_column(column)
            for name in ("transition", "stays", "kept", "not_replaced"):
                made = f"CREATE TRIGGER invoice_draft_{name} BEFORE DELETE ON invoice_draft BEGIN SELECT 1; END"
                connection.exec_driver_sql(made)
        else:
            connection.exec_driver_sql("DROP FUNCTION invoice_draft_second_person CASCADE")
            for column in SUBMITTED:
                connection.exec_driver_sql(f"ALTER TABLE invoice_draft DROP COLUMN {column} CASCADE")
        connection.exec_driver_sql("ALTER TABLE workspace DROP COLUMN second_from_cents")
        connection.commit()
        _switch(connection, rebuilds=False)


REDUCED = ("tax_case", "own_reduction", "own_reduction_cents", "reduction_cents")
SUBMITTED = ("submitted_by", "submitted_at", "sealed", "needs_second", "returned_by", "returned")


def without_0010_and_0011(database: Database) -> None:
    """As the tables were before; SQLite rebuilds them for that, which it must not do while it checks references."""
    without_0053(database)
    with database.engine.connect() as connection:
        _switch(connection, rebuilds=True)
        connection.exec_driver_sql("DROP TABLE pause")
        dialect = connection.dialect.name
        later = (
            *BEFORE_0072[dialect],
            *BEFORE_0068,
            *BEFORE_0065,
            *BEFORE_0063[dialect],
            *BEFORE_0062,
            *BEFORE_0060[dialect],
            *BEFORE_0059[dialect],
            *BEFORE_0058[dialect],
            *BEFORE_0056[dialect],
            *BEFORE_0071,
            *BEFORE_0054,
            *BEFORE_0051[dialect],
            *BEFORE_0050[dialect],
            *AFTER_0035[dialect],
            *BEFORE_0035[dialect],
            *BEFORE_0033,
            *BEFORE_0031[dialect],
            *BEFORE_0030,
        )
        for statement in (*later, *BEFORE_0028, *BEFORE_0025):
            connection.exec_driver_sql(statement)
        for part, column in LATER_COLUMNS:
            connection.exec_driver_sql(f"ALTER TABLE {part} DROP COLUMN {column}")
        for statement in BEFORE_0011[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        operations = Operations(MigrationContext.configure(connection))
        for kind in ("customer", "project", "service"):
            with operations.batch_alter_table(kind) as each:
                each.drop_constraint(f"ck_{kind}_merged", type_="check")
                each.drop_constraint(f"fk_{kind}_workspace_id_merged_into", type_="foreignkey")
                each.drop_column("merged_into")
                if kind == "customer":
                    each.drop_constraint("ck_customer_net_gross", type_="check")
                    for column in ("price_group", "reduction", "net_gross"):
                        each.drop_column(column)
        operations.drop_column("service", "article_settled")
        for column in ("gross_cents", "reduction", "gross_prices"):
            operations.drop_column("invoice_draft", column)
        operations.drop_column("draft_line", "unit_price")
        with operations.batch_alter_table("draft_line") as each:
            each.add_column(Column("rate_cents", Integer))
            each.create_check_constraint("ck_draft_line_rate", "rate_cents >= 0")
        operations.add_column("article", Column("price_cents", Integer))
        for column in ("price", "price2", "price3", "price4", "price5"):
            operations.drop_column("article", column)
        with operations.batch_alter_table("workspace") as each:
            for column in ("creators", "day_seconds"):
                each.drop_constraint(f"ck_workspace_{column}", type_="check")
                each.drop_column(column)
        operations.drop_index("ix_audit_created", "audit")
        connection.commit()
        _switch(connection, rebuilds=False)


def _switch(connection: Connection, *, rebuilds: bool) -> None:
    if connection.dialect.name == "sqlite":
        for pragma, is_on in (("foreign_keys", not rebuilds), ("legacy_alter_table", rebuilds)):
            connection.connection.driver_connection.execute(f"PRAGMA {pragma} = {is_on:d}")


LATER_COLUMNS = (
    ("invoice_draft", "selection"),
    ("invoice_draft", "layout"),
    ("customer", "layout"),
    ("customer", "usual_days"),
    ("customer", "usual_work"),
    ("workspace", "layout"),
    ("invoice_draft", "texts"),
    ("invoice_draft", "line_order"),
    ("invoice_draft", "heading"),
    ("invoice_draft", "intro"),
    ("invoice_draft", "note"),
    ("customer", "texts"),
    ("customer", "line_order"),
    ("workspace", "texts"),
    ("draft_line", "is_total"),
    ("invoice_draft", "number"),
    ("invoice_draft", "link"),
    ("person", "last_written"),
    ("person", "knows_unread"),
    ("invoice_draft", "service_text"),
    ("customer", "locale"),
    ("billomat_account", "locale"),
    ("billomat_account", "units"),
    ("workspace", "invoice_language"),
    ("person", "steps_open"),
    ("time_entry", "private"),
    ("person", "knows_who_reads_notes"),
    ("person", "last_summary_ts"),
    ("person", "last_summary_shown"),
    ("person", "holiday_region"),
    ("person", "region_offered"),
    ("workspace", "plain_until"),
    ("workspace", "people_version"),
)
BEFORE_0011 = {
    "sqlite": ["DROP TRIGGER time_entry_billed"],
    "postgresql": [
        *(f"DROP FUNCTION {name} CASCADE" for name in ("customer_merged", "project_merged", "service_merged")),
        "DROP FUNCTION time_entry_billed CASCADE",
    ],
}


def bring_up_to_date_from_0002(database: Database) -> None:
    without_0010_and_0011(database)
    with database.write() as connection:
        on = connection.dialect.name
        for statement in (
            *BEFORE_0003[on],
            *BEFORE_0005[on],
            *BEFORE_0006,
            *BEFORE_0008[on],
            *BEFORE_0009[on],
            *BEFORE_0012,
        ):
            connection.exec_driver_sql(statement)
    database.migrate()


BEFORE_0033 = ("DROP TABLE customer_article",)
BEFORE_0030 = ("ALTER TABLE invoice_draft DROP COLUMN part",)
BEFORE_0033 = ("DROP TABLE customer_article",)
_LINES = "UPDATE draft_entry SET line_id = (SELECT line_id FROM draft_share s WHERE s.entry_id = draft_entry.entry_id)"
BEFORE_0031 = {
    "sqlite": [
        *(f"DROP TRIGGER {name}" for name in ("draft_entry_added", "draft_entry_moved", "time_entry_divided")),
        "DROP INDEX uq_draft_entry_draft",
        "ALTER TABLE draft_entry ADD COLUMN line_id INTEGER REFERENCES draft_line (id)",
        _LINES,
        "DROP TABLE draft_share",
        "CREATE INDEX ix_draft_entry_draft ON draft_entry (draft_id)",
    ],
    "postgresql": [
        *(
            f"DROP FUNCTION {name} CASCADE"
            for name in ("draft_entry_adds_up", "draft_share_stays", "time_entry_divided")
        ),
        "ALTER TABLE draft_entry ADD COLUMN line_id INTEGER REFERENCES draft_line (id)",
        _LINES,
        "DROP TABLE draft_share",
        "DROP INDEX uq_draft_entry_draft",
        "CREATE INDEX ix_draft_entry_draft ON draft_entry (draft_id)",
    ],
}
BEFORE_0035 = {
    "sqlite": ["DROP TABLE draft_expense_choice", "DROP TABLE draft_expense", "DROP TABLE expense"],
    "postgresql": [
        "DROP TABLE draft_expense_choice",
        "DROP TABLE draft_expense",
        "DROP TABLE expense",
        "DROP FUNCTION expense_billed",
    ],
}
BEFORE_0041 = (
    *(f"ALTER TABLE customer DROP COLUMN {column}" for column in ("tax_case", "tax_words")),
    "ALTER TABLE billomat_account DROP COLUMN small_business",
)
BEFORE_0039 = (
    *(
        f"ALTER TABLE customer DROP COLUMN {column}"
        for column in ("vat_id", "kind", "email", "street", "zip", "city", "order_number")
    ),
    *(f"ALTER TABLE billomat_account DROP COLUMN {column}" for column in ("country", "vat_id")),
)
BEFORE_0042 = (
    "DROP INDEX ix_project_rounding",
    *(f"ALTER TABLE {name} DROP COLUMN rounding" for name in ("workspace", "customer", "project")),
)
BEFORE_0046 = {
    "sqlite": ["DROP TRIGGER expense_agreed", "DROP TABLE agreement_charge", "DROP TABLE agreement"],
    "postgresql": [
        "DROP TABLE agreement_charge",
        "DROP TABLE agreement",
        *(f"DROP FUNCTION {name} CASCADE" for name in ("agreement_charged", "agreement_lowered", "expense_agreed")),
    ],
}
BEFORE_0043 = ("DROP TABLE rate_price", "DROP TABLE rate_rule")
BEFORE_0068 = ("DROP INDEX ix_time_entry_open",)
BEFORE_0065 = ("ALTER TABLE person DROP COLUMN has_left",)
_HELD = ("draft_share_closed", "draft_entry_closed", "draft_expense_closed")
_BORN = ("invoice_draft_born", "invoice_draft_stays_about")
BEFORE_0063 = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {name}" for name in (*_HELD, *_BORN)],
    "postgresql": [f"DROP FUNCTION {name} CASCADE" for name in (*_HELD, *_BORN)],
}
"""What else hangs on drafts goes with their table, or with what 0050 made."""
_KEPT = (
    "draft_line_stays",
    "draft_line_kept",
    "draft_line_closed",
    "draft_expense_stays",
    "invoice_draft_stays",
    "invoice_draft_kept",
    "time_entry_stays",
)
_NOT_REPLACED = ("audit", "draft_line", "invoice_draft", "time_entry", "expense")
_ON_DRAFT = "EXISTS (SELECT 1 FROM draft_entry WHERE entry_id = NEW.id)"
_SETTLED = ("draft_entry_once", "draft_entry_kept", "draft_expense_once", "draft_expense_kept", "expense_elsewhere")
_WITHOUT_SETTLEMENTS = (
    "DROP TABLE settlement",
    "DROP TABLE freed_share",
    "DROP INDEX uq_draft_expense_draft",
    "CREATE INDEX ix_draft_expense_draft ON draft_expense (draft_id)",
    *(f"ALTER TABLE sent_invoice DROP COLUMN {column}" for column in ("lines_read", "lines_there", "deleting_at")),
)
_LOCKS = (
    *(f"time_entry_locked{change}" for change in ("", "_new", "_gone", "_guess")),
    *(f"expense_locked{change}" for change in ("", "_gone")),
)
_WITHOUT_LOCKS = [
    "DROP TABLE opened_days",
    *(f"ALTER TABLE workspace DROP COLUMN {column}" for column in ("locked_until", "lock_offered")),
]
BEFORE_0062 = (
    "DROP INDEX ix_job_due",
    "ALTER TABLE job DROP COLUMN placed",
    "CREATE INDEX ix_job_due ON job (due)",
)
BEFORE_0060 = {
    "sqlite": [*(f"DROP TRIGGER {name}" for name in _LOCKS), *_WITHOUT_LOCKS],
    "postgresql": [*(f"DROP FUNCTION {name} CASCADE" for name in _LOCKS), *_WITHOUT_LOCKS],
}
BEFORE_0058: dict[str, list[str]] = {"sqlite": [], "postgresql": ["DROP FUNCTION not_truncated CASCADE"]}
BEFORE_0056 = {
    "sqlite": [
        *(f"DROP TRIGGER {name}" for name in (*_SETTLED, "time_entry_on_draft_added", "time_entry_on_draft_changed")),
        *_WITHOUT_SETTLEMENTS,
        *(
            f"CREATE TRIGGER time_entry_on_draft_{name} BEFORE {change} ON time_entry WHEN NEW.on_draft <> {_ON_DRAFT} "
            "BEGIN SELECT RAISE(ABORT, 'follows'); END"
            for name, change in (("added", "INSERT"), ("changed", "UPDATE OF on_draft"))
        ),
    ],
    "postgresql": [
        *(
            f"DROP FUNCTION {name} CASCADE"
            for name in (
                *_SETTLED,
                "settlement_marks",
                "settlement_stays",
                "settlement_once",
                "freed_share_of_approved",
            )
        ),
        *_WITHOUT_SETTLEMENTS,
        "CREATE OR REPLACE FUNCTION time_entry_on_draft() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.on_draft <> {_ON_DRAFT} THEN RAISE check_violation; END IF; RETURN NEW; END $$",
    ],
}
BEFORE_0072 = {
    "sqlite": ["DROP TRIGGER project_agreed"],
    "postgresql": ["DROP FUNCTION project_agreed CASCADE"],
}
BEFORE_0071 = ("DROP TABLE approval_request",)
BEFORE_0054 = ("DROP TABLE budget_warning", "DROP TABLE budget", "ALTER TABLE draft_line DROP COLUMN above_budget")
_OF_RETAINERS = ("agreement_used", "agreement_charge_month", "retainer_use_freed")
BEFORE_0059 = {
    "sqlite": [*(f"DROP TRIGGER {name}" for name in _OF_RETAINERS), "DROP TABLE retainer_use"],
    "postgresql": [
        *(f"DROP FUNCTION {name} CASCADE" for name in _OF_RETAINERS),
        "DROP TABLE retainer_use",
        *(f"DROP FUNCTION {name}" for name in ("retainer_use_within", "retainer_use_stays")),
    ],
}
BEFORE_0051 = {
    "sqlite": ["DROP TRIGGER agreement_charge_currency", "ALTER TABLE agreement DROP COLUMN currency"],
    "postgresql": [
        "DROP FUNCTION agreement_charge_currency CASCADE",
        "ALTER TABLE agreement DROP COLUMN currency",
    ],
}
_BEFORE_0055 = [
    *(f"ALTER TABLE {each} DROP COLUMN reduction_cents" for each in ("draft_edit", "draft_line", "invoice_draft")),
    *(f"ALTER TABLE {each} DROP COLUMN reduction" for each in ("draft_edit", "draft_line")),
    *(
        f"ALTER TABLE invoice_draft DROP COLUMN {each}"
        for each in ("own_reduction_cents", "reduction_title", "reduction_unit", "tax_case")
    ),
]
"""Behind the triggers of 0050, which named them."""
BEFORE_0050 = {
    "sqlite": [
        *(f"DROP TRIGGER {name}" for name in (*_KEPT, *(f"{name}_not_replaced" for name in _NOT_REPLACED))),
        "DROP INDEX ix_audit_subject",
        *_BEFORE_0055,
    ],
    "postgresql": [
        *(f"DROP FUNCTION {name} CASCADE" for name in _KEPT),
        "DROP INDEX ix_audit_subject",
        *_BEFORE_0055,
    ],
}
BEFORE_0038 = ("DROP INDEX ix_time_entry_not_billable",)
BEFORE_0045 = (
    "DROP TABLE sent_invoice",
    "ALTER TABLE person DROP COLUMN invoice_news",
    "ALTER TABLE billomat_account DROP COLUMN account_number",
)
_WITHOUT_CURRENCY = [
    *(f"ALTER TABLE expense DROP COLUMN {column}" for column in ("currency", "pass_through")),
    "ALTER TABLE draft_shown DROP COLUMN currency",
    "ALTER TABLE draft_line DROP COLUMN tax_reason",
    "ALTER TABLE invoice_draft DROP COLUMN own_reduction",
]
BEFORE_0047 = {
    "sqlite": [
        "DROP TRIGGER draft_expense_currency",
        "DROP TRIGGER expense_billed",
        *_WITHOUT_CURRENCY,
        "CREATE TRIGGER expense_billed BEFORE UPDATE OF gross ON expense BEGIN SELECT 1; END",
    ],
    "postgresql": [
        "DROP FUNCTION draft_expense_currency CASCADE",
        "DROP TRIGGER expense_billed ON expense",
        *_WITHOUT_CURRENCY,
        "CREATE TRIGGER expense_billed BEFORE UPDATE OF gross ON expense "
        "FOR EACH ROW EXECUTE FUNCTION expense_billed()",
    ],
}
_AFTER_0035 = (*BEFORE_0045, *BEFORE_0043, *BEFORE_0042, *BEFORE_0041, *BEFORE_0039, *BEFORE_0038)
AFTER_0035 = {
    dialect: (*BEFORE_0047[dialect], *BEFORE_0046[dialect], *_AFTER_0035) for dialect in ("sqlite", "postgresql")
}
BEFORE_0028 = ("DROP TABLE draft_choice",)
BEFORE_0025 = (
    "DROP INDEX uq_invoice_draft_open",
    "DROP INDEX uq_invoice_draft_open_for_everything",
    "CREATE UNIQUE INDEX uq_invoice_draft_open ON invoice_draft (workspace_id, customer_id) WHERE state = 'open'",
)
BEFORE_0012 = ("DROP TABLE draft_shown",)
BEFORE_0009 = {
    "sqlite": [],  # which rebuilds the table, and takes no CHECK along
    "postgresql": ["ALTER TABLE billomat_account DROP CONSTRAINT ck_billomat_account_trouble"],
}
BEFORE_0008 = {
    "sqlite": ["DROP TABLE draft_edit", "DROP TRIGGER invoice_draft_transition"],
    "postgresql": ["DROP TABLE draft_edit", "DROP FUNCTION invoice_draft_transition CASCADE"],
}
BEFORE_0006 = ("ALTER TABLE invoice_draft DROP COLUMN looked_at", "CREATE INDEX ix_audit_request ON audit (request)")
_ITS_INDEXES = ("CREATE INDEX ix_audit_subject ON audit (subject_id)", "CREATE INDEX ix_delivery_at ON delivery (at)")
BEFORE_0005 = {
    "sqlite": [
        "CREATE TABLE older (key VARCHAR NOT NULL, at DATETIME NOT NULL, CONSTRAINT pk_delivery PRIMARY KEY (key))",
        "INSERT INTO older SELECT * FROM delivery",
        "DROP TABLE delivery",
        "ALTER TABLE older RENAME TO delivery",
        *_ITS_INDEXES,
    ],
    "postgresql": _ITS_INDEXES,
}
BEFORE_0003 = {
    "sqlite": [
        *(f"DROP TRIGGER draft_entry_{name}" for name in ("binds", "frees", "moves")),
        *(f"DROP TRIGGER time_entry_on_draft_{name}" for name in ("added", "changed")),
        "DROP INDEX ix_time_entry_unbilled",
        "DROP INDEX ix_time_entry_guessed",
        "ALTER TABLE time_entry DROP COLUMN on_draft",
        "UPDATE alembic_version SET version_num = '0002'",
    ],
    "postgresql": [
        "DROP FUNCTION draft_entry_marks CASCADE",
        "DROP FUNCTION time_entry_on_draft CASCADE",
        "ALTER TABLE time_entry DROP COLUMN on_draft",
        "DROP INDEX ix_time_entry_guessed",
        "UPDATE alembic_version SET version_num = '0002'",
    ],
}


def test_references_are_checked_on_every_connection_also_after_a_migration(db: Database) -> None:
    if not db.is_sqlite:
        pytest.skip("PostgreSQL always checks")
    db.migrate()
    with db.engine.connect() as one, db.engine.connect() as two:
        assert [each.exec_driver_sql("PRAGMA foreign_keys").scalar() for each in (one, two)] == [1, 1]


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Add a migration behind the newest one."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(path.name[:4] for path in (folder / "versions").glob("0*.py"))

    def add(upgrade: str) -> None:
        head = f'from alembic import op\nimport sqlalchemy as sa\nrevision = "9999"\ndown_revision = "{newest}"\n'
        (folder / "versions" / "9999_test.py").write_text(f"{head}\n\ndef upgrade():\n    {upgrade}\n")
        monkeypatch.setattr(database, "MIGRATIONS", folder)

    return add


def test_each_migration_is_called_like_its_revision_and_follows_the_one_before() -> None:
    """A bot looks at the names alone to see how old the schema is."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    names = [path.name for path in sorted((MIGRATIONS / "versions").glob("[0-9]*.py"), reverse=True)]
    assert [revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()] == [
        name.partition("_")[0] for name in names
    ]


REBUILD = (
    "for name in {names}:\n"
    "        with op.batch_alter_table(name, recreate='auto') as batch:\n"
    "            batch.add_column(sa.Column('extra', sa.Integer(), sa.CheckConstraint('extra > 0', name='extra')))\n"
    "            batch.alter_column('workspace_id', nullable=True)"
)


def test_a_migration_that_rebuilds_tables_keeps_all_rows(
    filled: Database, next_migration: Callable[[str], None]
) -> None:
    before = count(filled)
    of_workspaces = [each for each in metadata.sorted_tables if "workspace_id" in each.c]
    next_migration(REBUILD.format(names=[each.name for each in of_workspaces if not each.c.workspace_id.primary_key]))
    filled.migrate()
    assert count(filled) == before


def test_a_migration_that_fails_leaves_everything_as_it_was(
    filled: Database, next_migration: Callable[[str], None]
) -> None:
    before = count(filled)
    next_migration("op.drop_table('job'); op.drop_table('delivery'); raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        filled.migrate()
    assert count(filled) == before
    refused(filled, delete(table(Person)).where(table(Person).c.id == 1), "foreign key")


def test_a_migration_that_would_break_references_is_refused(
    filled: Database, next_migration: Callable[[str], None]
) -> None:
    before = count(filled)
    next_migration("op.execute('DELETE FROM project')")
    with pytest.raises((Unusable, IntegrityError)):
        filled.migrate()
    assert count(filled) == before


def test_a_database_of_a_newer_version_is_left_alone(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert filled.schema() == "newer"
    with pytest.raises(database.NewerSchema):
        filled.migrate()


# Statements that go straight to the driver

ASKED: dict[str, Any] = {
    "team": "T1",
    "slack": "U1",
    "day": A_DAY,
    "zone": "Europe/Berlin",
    "begins": T0 - timedelta(hours=12),
    "ends": T0 + timedelta(hours=12),
    "since": T0 - timedelta(days=1),
    "until": T0 + timedelta(days=1),
    "earliest": T0 - timedelta(days=2),
    "latest": T0 + timedelta(days=2),
    "at": T0,
    "besides": 0,
    "most": 5,
    "channel": "C1",
    "of": "",
    "moment": T0,
    "now": int(T0.timestamp()),
    "clock": 0,
    "first": A_DAY,
    "last": A_DAY,
}
"""What queries may leave open; whatever is not in here is an id, and each row of the first workspace has the id 1."""
PARTS = (
    audit,
    catalog_rows,
    channel_rows,
    draft_rows,
    job_rows,
    payer_rows,
    people_rows,
    recent_rows,
    span_rows,
    tracking_rows,
    unbilled_rows,
)
QUERIES = [
    pytest.param(query, id=f"{part.__name__}.{name}")
    for part in PARTS
    for name, query in vars(part).items()
    if isinstance(query, Query) and isinstance(query.statement, Select)
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_straight_to_the_driver_reads_what_sqlalchemy_reads(filled: Database, query: Query[Any]) -> None:
    with filled.write() as connection:  # some lock what they read
        binds = query.statement.compile(connection).binds
        asked = {name: ASKED.get(name, 1) for name, bound in binds.items() if bound.required}
        expected = connection.execute(query.statement, asked).all()
        read = query.all(connection, **asked)
    columns = [row if isinstance(row, tuple) else (row,) for row in read]
    assert [[(type(value), value) for value in row] for row in columns] == [
        [(type(value), value) for value in row] for row in expected
    ]


def test_an_error_of_a_statement_straight_to_the_driver_is_sqlalchemys_and_quotes_no_values(filled: Database) -> None:
    with pytest.raises(IntegrityError) as refusal, filled.write() as connection:
        Change(connection, Itself(1, T0, person_id=404)).record("entry", 1, "log", why="a secret")
    assert "a secret" not in str(refusal.value)


def test_so_is_an_error_in_a_later_row(db: Database) -> None:
    smallest = f"-{2**63 - 1} - 1"  # has no abs() that would fit
    numbers = text(f"(SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT {smallest}) AS numbers")
    query = Query(select(literal_column("abs(n)")).select_from(numbers), tuple)
    with pytest.raises(DBAPIError), db.read() as connection:
        query.all(connection)


def test_postgresql_plans_a_statement_once(filled: Database) -> None:
    if filled.is_sqlite:
        pytest.skip("SQLite keeps its statements prepared: pytest --postgresql")
    with filled.read() as connection:
        for _ in range(10):  # from the fifth on the driver has it prepared
            span_rows.entries_not_over(connection, 1, at=T0)
        planned_anew = connection.exec_driver_sql("SELECT sum(custom_plans) FROM pg_prepared_statements").scalar_one()
    assert planned_anew == 0
