"""Namesakes come in one order, whatever was changed on them last: a database that is free to choose chooses another."""

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from storage import catalog as catalog_rows
from storage import filter_menus, tables
from storage import payers as payer_rows
from storage.rows import insert_row
from storage.tables import Customer, Project, customers


@pytest.fixture
def namesakes(projects: None, bot: Bot) -> list[int]:
    """Three customers who are called the same, each with a project; the first was changed last."""
    with bot.database.write() as db:
        ids = []
        for number in range(3):
            customer_id = insert_row(
                db, Customer, workspace_id=1, name="Twin", name_key="twin", billomat_id=7000 + number
            )
            ids.append(customer_id)
            insert_row(db, Project, workspace_id=1, customer_id=customer_id, name="Site", name_key="site")
    for customer_id in (ids[1], ids[0]):
        with bot.database.write() as db:
            db.execute(update(customers).where(customers.c.id == customer_id).values(country="AT"))
            theirs = tables.projects.c.customer_id == customer_id
            db.execute(update(tables.projects).where(theirs).values(rounding=""))
    return ids


def test_wherever_they_are_offered(namesakes: list[int], bot: Bot) -> None:
    with bot.database.read() as db:
        assert [each.id for each in catalog_rows.search_customers(db, 1, "twin") if each.id in namesakes] == namesakes
        assert [each.id for each in payer_rows.search_payers(db, 1, "twin") if each.id in namesakes] == namesakes
        offered = filter_menus.search(db, 1, "customer", "twin", mark="archived")
        assert [each.id for each in offered if each.id in namesakes] == namesakes
        sites = filter_menus.search(db, 1, "project", "site", mark="archived")
        assert [each.customer_id for each in sites if each.customer_id in namesakes] == namesakes
