"""The article that was chosen for a kind of work is what the work of that customer is billed as from then on."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from bot.billing.rules.agreements import AgreementKind
from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.person import Person
from storage import upkeep
from storage.change import Change
from storage.rows import insert_row
from storage.tables import Agreement, Budget, customer_articles
from tests.billing.deeds import RunJobs, another_article, edits, just_read, sends
from tests.billing.test_kept_recipes import KEEP, autumn, sees
from tests.billing.test_recipe_page import page

__all__ = ["autumn"]


@pytest.fixture
def consulting(autumn: None, bot: Bot, account: Account) -> None:
    another_article(bot, account, "Beratung", price_cents=12_000)
    just_read(bot)


def chooses(who: Person, article: str = "Beratung", month: str = "october") -> None:
    sees(who, f"/track invoice acme {month}")
    edits(who, article=article).submit()


def articles(bot: Bot) -> list[tuple[int, int, int]]:
    with bot.database.read() as db:
        return [
            (row.customer_id, row.service_id, row.article_id) for row in db.execute(customer_articles.select()).all()
        ]


def test_the_next_month_needs_no_edit(
    consulting: None, anna: Person, bot: Bot, run_jobs: RunJobs, account: Account
) -> None:
    chooses(anna)
    assert anna.modal.value(KEEP) == ["Design as Beratung"]
    sends(anna)
    run_jobs()
    shown = sees(anna, "/track invoice acme november")
    assert "€120.00" in shown
    assert "Nothing new since October 2026 so far." in shown
    assert KEEP not in anna.modal.labels
    sends(anna)
    run_jobs()
    prices = [[line.unit_price for line in each.lines if "Design" in line.title] for each in account.drafts()]
    assert prices == [[Decimal(120)], [Decimal(120)]]


def test_not_ticked_it_holds_for_one_invoice(consulting: None, anna: Person, bot: Bot) -> None:
    chooses(anna)
    anna.modal.fill(KEEP, [])
    sends(anna)
    assert articles(bot) == []
    assert "€88.50" in sees(anna, "/track invoice acme november")


def test_of_a_service_with_two_articles_on_one_invoice_none_is_usual(consulting: None, anna: Person) -> None:
    anna.types("/track log 1h acme app design 14.10.2026")
    chooses(anna)
    assert KEEP not in anna.modal.labels


def has_budget(bot: Bot, hours: int) -> None:
    with bot.database.write() as db:
        insert_row(
            db,
            Budget,
            workspace_id=1,
            project_id=1,
            first_day=date(2026, 10, 1),
            seconds=hours * 3600 or 1,
            is_hard=True,
        )


def has_retainer(bot: Bot, hours: int) -> None:
    with bot.database.write() as db:
        insert_row(
            db,
            Agreement,
            workspace_id=1,
            kind=AgreementKind.RETAINER,
            customer_id=1,
            project_id=1,
            person_id=1,
            first_day=date(2026, 10, 1),
            cents=50_000,
            included_seconds=hours * 3600,
        )


@pytest.mark.parametrize(
    ("agreed", "costs_nothing"),
    [
        pytest.param(lambda bot: has_budget(bot, 0), "above the budget, not billed", id="above a budget"),
        pytest.param(lambda bot: has_retainer(bot, 9), "included in the retainer", id="within a retainer"),
    ],
)
def test_the_article_of_work_that_costs_nothing_is_not_what_the_work_is_usually_billed_as(
    consulting: None, anna: Person, bot: Bot, agreed: Callable[[Bot], None], costs_nothing: str
) -> None:
    agreed(bot)
    sees(anna, "/track invoice acme october")
    edits(anna, f"Website · Design · {costs_nothing}", article="Beratung").submit()
    assert "4.00 h × €0.00 = €0.00" in anna.modal.text
    assert KEEP not in anna.modal.labels


@pytest.mark.parametrize(
    ("field", "typed"),
    [("Hourly rate", "0"), ("Hourly rate", "0.00"), ("Reduction in percent", "100")],
)
def test_the_article_of_a_line_that_is_given_away_is_not_usual(
    consulting: None, anna: Person, bot: Bot, field: str, typed: str
) -> None:
    sees(anna, "/track invoice acme october")
    edits(anna, article="Beratung").fill(field, typed)
    anna.modal.submit()
    assert "€0.00" in anna.modal.text
    assert KEEP not in anna.modal.labels
    sends(anna)
    assert articles(bot) == []
    assert "€88.50" in sees(anna, "/track invoice acme november")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("Hourly rate", "0.01"), ("Hourly rate", "120"), ("Reduction in percent", "99")],
)
def test_the_article_of_a_line_that_costs_anything_can_be_kept(
    consulting: None, anna: Person, field: str, typed: str
) -> None:
    sees(anna, "/track invoice acme october")
    edits(anna, article="Beratung").fill(field, typed)
    anna.modal.submit()
    assert anna.modal.value(KEEP) == ["Design as Beratung"]


@pytest.mark.parametrize("agreed", [has_budget, has_retainer])
def test_where_some_of_it_is_paid_the_article_of_all_lines_can_be_kept(
    consulting: None, anna: Person, bot: Bot, agreed: Callable[[Bot, int], None]
) -> None:
    agreed(bot, 3)
    sees(anna, "/track invoice acme october")
    edits(anna, "Website · Design\n", article="Beratung").submit()
    assert KEEP not in anna.modal.labels
    edits(anna, "Website · Design · ", article="Beratung").submit()
    assert anna.modal.value(KEEP) == ["Design as Beratung"]


def test_other_customers_are_billed_as_before_and_home_knows_the_price(consulting: None, anna: Person) -> None:
    chooses(anna)
    sends(anna)
    anna.types("/track log 1h bäckerei design 10.11.2026")
    assert "€88.50" in sees(anna, "/track invoice bäckerei november")
    assert "€120.00" in sees(anna, "/track invoice acme november")


def test_the_usual_article_again_is_kept_as_none_of_its_own(consulting: None, anna: Person, bot: Bot) -> None:
    chooses(anna)
    sends(anna)
    assert articles(bot) == [(1, 1, 2)]
    chooses(anna, "Design", "november")
    assert "€88.50" in anna.modal.text
    assert anna.modal.value(KEEP) == ["Design as Design"]
    sends(anna)
    assert articles(bot) == []


def test_an_article_from_now_on_holds_for_its_customer_and_for_no_other_that_has_its_own(
    consulting: None, anna: Person, bot: Bot, account: Account
) -> None:
    chooses(anna)
    sends(anna)
    another_article(bot, account, "Reisezeit", price_cents=15_000)
    just_read(bot)
    anna.types("/track log 1h bäckerei design 10.11.2026")
    sees(anna, "/track invoice bäckerei november")
    form = edits(anna, line="Shop · Design", article="Reisezeit")
    form.fill("Remember", "Use this article for Design from now on")
    form.submit()
    assert "€150.00" in anna.modal.text
    shown = sees(anna, "/track invoice acme november")
    assert "€120.00" in shown
    assert "The price is kept" not in shown
    form = edits(anna, article="Reisezeit")
    form.fill("Remember", "Use this article for Design from now on")
    form.submit()
    assert "€150.00" in anna.modal.text
    assert articles(bot) == []


def test_it_stands_in_the_window_of_the_customer_and_goes_with_a_click(
    consulting: None, anna: Person, bot: Bot
) -> None:
    chooses(anna)
    sends(anna)
    assert "Articles: Design as Beratung" in page(anna).text
    anna.modal.click("Articles as for other customers")
    assert "Articles:" not in anna.modal.text
    assert articles(bot) == []


def test_it_follows_a_customer_and_a_service_that_become_part_of_others(
    consulting: None, anna: Person, bot: Bot
) -> None:
    with bot.database.write() as db:
        change = Change(db, Itself(1, bot.now()))
        row = {"customer_id": 1, "service_id": 1, "workspace_id": 1, "article_id": 2}
        db.execute(customer_articles.insert().values(row))
        upkeep.merge_services(change, ours=1, theirs=2)
        upkeep.merge_customers(change, ours=1, theirs=2)
    assert (1, 2, 2) in articles(bot)
    assert (2, 2, 2) in articles(bot)
