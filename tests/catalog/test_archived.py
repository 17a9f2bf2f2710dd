"""What was archived is still known by its name, so that nobody creates its twin."""

import pytest
from sqlalchemy import update

from bot.core.context import Bot
from storage import catalog as catalog_rows
from storage.catalog import ArchivedName
from storage.tables import customers

pytestmark = pytest.mark.both_doors


@pytest.fixture
def archived(projects: None, bot: Bot) -> None:
    """Acme GmbH (KD2) in Billomat, and Bäckerei's Shop here."""
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(archived=True, billomat_id=7, number="KD2"))
        db.execute(update(catalog_rows.projects).where(catalog_rows.projects.c.name == "Shop").values(archived=True))


ACME = ArchivedName("Acme GmbH", in_billomat=True)
SHOP = ArchivedName("Bäckerei Söhne & Co. › Shop", in_billomat=False)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("acme",), [ACME]),
        (("website",), [ACME]),
        (("acme", "web"), [ACME]),
        (("kd2",), [ACME]),
        (("backerei", "shop"), [SHOP]),
        (("BÄCK",), [SHOP]),
        (("site",), []),
        (("acme", "shop"), []),
        ((), []),
    ],
)
def test_archived_names_are_found_by_the_words_that_found_them_before(
    archived: None, bot: Bot, typed: tuple[str, ...], found: list[ArchivedName]
) -> None:
    with bot.database.read() as db:
        assert catalog_rows.archived_names(db, 1, typed) == found
        assert catalog_rows.archived_names(db, 2, typed) == []


def test_what_was_merged_says_into_what(projects: None, bot: Bot) -> None:
    with bot.database.write() as db:
        app = catalog_rows.projects.c.name == "App"
        db.execute(update(catalog_rows.projects).where(app).values(archived=True, merged_into=1))
    with bot.database.read() as db:
        assert catalog_rows.archived_names(db, 1, ("app",)) == [
            ArchivedName("Acme GmbH › App", in_billomat=False, into="Acme GmbH › Website")
        ]
