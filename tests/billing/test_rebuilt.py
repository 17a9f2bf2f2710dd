"""What is released and sent once more comes to Billomat as the same request, whatever became of the first one there."""

import json
from collections.abc import Callable
from datetime import date

import httpx
import pytest
from sqlalchemy import select

from bot.billing.rules.agreements import AgreementKind
from bot.billing.rules.layout import Layout, dump_layout
from bot.billing.rules.texts import Texts, dump_texts
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Person
from storage.rows import insert_row
from storage.tables import Agreement, Budget, draft_shares, drafts
from tests.billing.deeds import RunJobs, change, edits, invoice, just_read, sends, states
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")
MARCH = date(2026, 3, 1)
EVERYTHING_KEPT = {
    "layout": dump_layout(Layout(dates=True, times=True, notes=True, description="{entries}\n{hours} h")),
    "texts": dump_texts(Texts(heading="{period}", intro="{hours} h for {net}", note="Due {gross}", closing="Bye")),
    "reduction": 25_000,
}
"""Of the customer: 2.5 percent off, with texts of all kinds."""


@pytest.fixture
def posted(bot: Bot) -> list[str]:
    """The bodies of all requests that make an invoice in Billomat."""
    bodies: list[str] = []

    def listen(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path.endswith("/api/invoices"):
            bodies.append(request.read().decode())

    bot.http.event_hooks = {"request": [listen], "response": []}
    return bodies


@pytest.fixture
def sent(month: None, anna: Person, bot: Bot, run_jobs: RunJobs, posted: list[str]) -> None:
    """An invoice of every kind of line: a retainer's fee and its hours, a budget's limit, expenses, typed lines."""
    project = {"workspace_id": 1, "project_id": 1}
    with bot.database.write() as db:
        insert_row(db, Budget, **project, first_day=MARCH, seconds=8 * 3600, is_hard=True)
        retainer = {"kind": AgreementKind.RETAINER, "customer_id": 1, "first_day": MARCH, "cents": 50_000}
        insert_row(db, Agreement, workspace_id=1, project_id=2, included_seconds=5400, person_id=1, **retainer)
    change(bot, "Acme GmbH", **EVERYTHING_KEPT)
    anna.types("/track expense 49.90 acme website 9.3. receipt R-17: train")
    anna.types("/track expense 119 pass-through acme website 9.3.: court fee")
    run_jobs()
    just_read(bot)
    invoice(anna)
    edits(anna, title="Logo, as agreed").submit()
    anna.modal.click("Reduction …")
    anna.modal.fill("Reduction in percent", "12.5")
    anna.modal.submit()
    assert "On its way" in sends(anna).text
    run_jobs()
    anna.modal.close()
    with bot.database.read() as db:
        on_lines = list(db.execute(select(draft_shares.c.entry_id)).scalars())
    assert len(on_lines) > len(set(on_lines)) >= 3  # some stand on two lines
    assert len(json.loads(posted[0])["invoice"]["invoice-items"]["invoice-item"]) >= 6


def taken_back(account: Account, anna: Person, hour: Callable[[], int]) -> None:
    anna.clicks("Take back …")
    anna.modal.submit()
    anna.modal.close()
    hour()


def deleted(account: Account, anna: Person, hour: Callable[[], int]) -> None:
    hour()  # a look has to have found it there before
    account.delete_draft(account.drafts()[0].id)
    hour()
    hour()


def cancelled(account: Account, anna: Person, hour: Callable[[], int]) -> None:
    (draft,) = account.drafts()
    account.complete(draft.id)
    account.cancel(draft.id)
    hour()
    next(said for said in anna.dm if "was cancelled" in said.plain()).click("Bill again")
    hour()


def asked_for(account: Account, anna: Person, hour: Callable[[], int]) -> None:
    account.delete_draft(account.drafts()[0].id)
    anna.clicks("Bill again")
    hour()


@pytest.mark.parametrize("release", [taken_back, deleted, cancelled, asked_for])
def test_what_is_released_is_sent_again_as_the_same_request_byte_by_byte_but_for_our_token(
    sent: None,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
    posted: list[str],
    release: Callable[[Account, Person, Callable[[], int]], None],
) -> None:
    def hour() -> int:
        clock.forward_by(hours=1, minutes=1)
        return run_jobs()

    before = token(bot)
    release(account, anna, hour)
    assert states(bot) == ["open"]
    just_read(bot)
    while anna.sees_modal:
        anna.modal.close()
    anna.types("/track invoice acme march")
    assert "On its way" in sends(anna).text
    run_jobs()
    first, second = posted
    assert first.count(before) == second.count(token(bot)) == 1
    assert second.replace(token(bot), before) == first


def token(bot: Bot) -> str:
    with bot.database.read() as db:
        found: str = db.execute(select(drafts.c.token)).scalar_one()
        return found
