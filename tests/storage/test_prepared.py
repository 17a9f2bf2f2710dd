"""What people ask for all day is prepared once: to build a statement anew takes longer than the database for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from bot.core.context import Bot
from playground.person import Person
from tests.deeds import said

ALL_DAY = (
    "/track status",
    "/track start acme website",
    "/track switch shop",
    "/track stop",
    "/track log 1h acme website",
    "/track list",
    "/track list week",
    "/track list last month",
    "/track report last month by project",
    "/track report month by project and service billable unbilled acme",
)


@pytest.fixture
def prepared_anew(bot: Bot) -> Iterator[list[str]]:
    """The statements that SQLAlchemy prepared, since the list was cleared."""
    seen: list[str] = []

    def see(_db: Any, statement: Any, *_more: Any) -> None:
        seen.append(str(statement))

    event.listen(bot.database.engine, "before_execute", see)
    yield seen
    event.remove(bot.database.engine, "before_execute", see)


@pytest.mark.parametrize("typed", ALL_DAY)
def test_what_is_typed_all_day_prepares_no_statement_anew(
    projects: None, anna: Person, prepared_anew: list[str], typed: str
) -> None:
    for words in (*ALL_DAY, typed):  # some things are said once to each person
        said(anna, words)
    prepared_anew.clear()
    said(anna, typed)
    assert prepared_anew == []
