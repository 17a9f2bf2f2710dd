"""A list whose rows move, repeat or vanish while its pages are turned: all of it is read, or it is said that not."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.billomat.progress import Progress
from bot.billomat.rules.paging import MOST_PASSES, ListReading, PageRead, is_settled, read_on
from bot.core.context import Bot
from playground.billomat import lists, rest
from playground.billomat.account import Account
from playground.billomat.lists import Resource
from playground.billomat.records import Article, Client
from playground.person import Person
from storage.tables import articles, customers
from tests.billomat.deeds import RunJobs, connects, delete, starts_import

Page = tuple[dict[str, Any], int]
PageOf = Callable[[Account, Resource, Mapping[str, str]], Page]
SIZE = 3


class Turned:
    """A list that somebody changes after each page."""

    def __init__(self, rows: int, chance: random.Random) -> None:
        self.ids = list(range(1, rows + 1))
        self.next_id = rows + 1
        self.chance = chance

    def page(self, number: int, size: int = SIZE) -> tuple[list[int], int]:
        """A page and how long the list is; and what happens after it."""
        total, found = len(self.ids), self.ids[(number - 1) * size : number * size]
        for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
            if self.ids and self.chance.random() < 0.6:
                self.ids.remove(self.chance.choice(self.ids))
            else:
                self.ids.append(self.next_id)
                self.next_id += 1
        return found, total


@given(rows=st.integers(0, 14), chance=st.randoms(use_true_random=False))
def test_whoever_is_sure_has_every_row_that_was_there_all_the_time(rows: int, chance: random.Random) -> None:
    turned, seen = Turned(rows, chance), set[int]()
    at_first = set(turned.ids)
    reading: ListReading | None = ListReading()
    is_sure = False
    while reading is not None:
        ids, total = turned.page(reading.page)
        seen.update(ids)
        boundary, _ = turned.page(reading.rows, 1) if reading.page > 1 else ([], 0)
        is_last = not ids or (reading.page - 1) * SIZE + len(ids) >= total
        page = PageRead(reading.page, ids, total, is_last, boundary[0] if boundary else None)
        is_sure = reading.is_sure and is_settled(reading, page)
        reading = read_on(reading, page)
        assert reading is None or reading.passes <= MOST_PASSES
    if is_sure:
        assert at_first & set(turned.ids) <= seen


@pytest.mark.parametrize("seed", range(8))
def test_an_import_from_a_billomat_in_motion_is_right_or_says_that_it_is_not_sure(
    seed: int,
    imported: None,
    anna: Person,
    account: Account,
    run_jobs: RunJobs,
    bot: Bot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(lists, "MAX_PER_PAGE", 7)
    at_first = {client.id for client in account.all(Client)}

    def in_motion(page_of: PageOf) -> PageOf:
        before: list[Page] = []

        def turned(asked: Account, resource: Resource, query: Mapping[str, str]) -> Page:
            page = page_of(asked, resource, query)
            if resource.many != "clients":
                return page
            happens = chance.choice(["nothing", "nothing", "vanish", "come", "repeat", "short"])
            if happens == "vanish":
                delete(asked, chance.choice(asked.all(Client)))
            elif happens == "come":
                asked.add(Client, name=f"New {chance.randrange(10**6)}")
            elif happens == "repeat" and before:
                page = before[-1]
            elif happens == "short":
                page = ({"clients": {"@page": query["page"], "@per_page": "7", "@total": "0"}}, 0)
            before.append(page)
            return page

        return turned

    monkeypatch.setattr(rest, "page_of", in_motion(lists.page_of))
    starts_import(anna)
    run_jobs()
    there = {client.id for client in account.all(Client) if not client.archived}
    with bot.database.read() as db:
        known = dict(db.execute(select(customers.c.billomat_id, customers.c.archived)).all())
    assert not [billomat_id for billomat_id in there if known.get(billomat_id)], "archived, but there"
    lost = [billomat_id for billomat_id in at_first & there if billomat_id not in known]
    assert not lost or "may be missing" in anna.dm[-1].plain()


def test_a_list_that_comes_empty_archives_nobody(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archived(bot)
    monkeypatch.setattr(rest, "page_of", emptied(lists.page_of))
    starts_import(anna)
    run_jobs()
    assert archived(bot) == before
    assert "Billomat's lists were not whole" in anna.dm[-1].plain()
    assert "archived" not in anna.dm[-1].plain()


def archived(bot: Bot) -> list[tuple[int, ...]]:
    """The customers and articles that are archived here."""
    with bot.database.read() as db:
        found = [db.execute(select(part.c.id).where(part.c.archived)).all() for part in (customers, articles)]
    return [tuple(row.id for row in rows) for rows in found]


def emptied(page_of: PageOf) -> PageOf:
    """Billomat takes all customers and articles for none, but still has each."""

    def page(asked: Account, resource: Resource, query: Mapping[str, str]) -> Page:
        if resource.kind not in (Client, Article):
            return page_of(asked, resource, query)
        return {resource.many: {"@page": "1", "@per_page": "1000", "@total": "0"}}, 0

    return page


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("country-taxes", "does not list the countries without VAT"),
        ("units", "does not list its units"),
        ("taxes", "does not list its tax rates"),
    ],
)
def test_a_list_that_an_account_does_not_have_stops_nothing_and_is_said(
    lacking: str, said: str, connected: None, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(lists.RESOURCES, lacking)
    starts_import(anna)
    run_jobs()
    assert anna.dm[-1].plain().startswith("✅ Imported: 25 customers, 12 articles")
    assert said in anna.dm[-1].plain()


@pytest.mark.parametrize("lacking", ["taxes", "country-taxes"])
def test_a_list_that_an_account_does_not_have_keeps_nobody_from_connecting(
    lacking: str, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(lists.RESOURCES, lacking)
    assert connects(anna)
    assert "✅ Connected to acme" in anna.modal.text
    assert "⚠️ Billomat does not list" in anna.modal.text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "1 archived"),
        (401, "1 archived"),  # other programs report that it also stands for what is not there
        (400, "1 customer or article is missing in Billomat's lists"),
        (403, "The import stopped."),
    ],
)
def test_only_a_plain_no_archives_a_customer_that_a_list_does_not_name(
    status: int, said: str, imported: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    delete(account, account.all(Client)[0])
    starts_import(anna)
    with respx.mock(assert_all_called=False) as network:
        network.get(path__regex=r"/api/clients/\d+$").respond(status, json={"errors": {"error": "no"}})
        network.route().pass_through()
        run_jobs()
    assert said in anna.dm[-1].plain()
    assert ("archived" in anna.dm[-1].plain()) == (said == "1 archived")


def test_an_import_that_began_before_an_upgrade_goes_on() -> None:
    kept = {"step": "articles", "page": 3, "second_look": True, "began": 1, "shown": ["D1", "1.2"], "customers": 5}
    progress = Progress.of(kept | {"changes": [1, 0, 0, 0]})
    assert (progress.step, progress.reading, progress.changes.new) == ("articles", ListReading(), 1)
