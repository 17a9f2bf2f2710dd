"""What tests of invoices do again and again: open the invoice for Acme, send it, and change what an import would."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

from sqlalchemy import select, update

from bot.billing import collect, opening
from bot.billing.rules.periods import month_of
from bot.billing.rules.rate_list import Work
from bot.billing.rules.rates import PricedArticle, PriceTerms
from bot.billing.rules.scope import Scope
from bot.billing.rules.tax import Vat
from bot.billing.rules.worth import Pricing
from bot.billing.views.entries import ENTRIES
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from playground.billomat.account import Account
from playground.billomat.records import Article
from playground.person import Modal, Person
from storage import imported as imported_rows
from storage import people as people_rows
from storage import tables
from storage.catalog import customers
from storage.rows import NewRow, row_values
from storage.tables import articles, drafts
from tests.conftest import T0

RunJobs = Callable[[], int]
ACME = "Acme GmbH"
LABELS = {"article": "Article", "title": "Title", "description": "Description", "rate": "Hourly rate"}


def invoice(who: Person) -> Modal:
    """The invoice for Acme, opened afresh."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track invoice acme")
    return who.modal


def sends(who: Person) -> Modal:
    """Press "Send to Billomat"."""
    after = who.modal.submit()
    assert after
    return after


def listed(who: Person) -> str:
    """The entries of this week."""
    said = who.types("/track list week")
    assert said
    return said.plain()


def states(bot: Bot) -> list[str]:
    """The states of all drafts, the oldest first."""
    with bot.database.read() as db:
        return list(db.execute(select(drafts.c.state).order_by(drafts.c.id)).scalars())


def change(bot: Bot, customer: str, **values: object) -> None:
    """As an import changes a customer."""
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == customer).values(**values))


def appoint(bot: Bot, name: str) -> None:
    """As an admin appoints a biller."""
    with bot.database.write() as db:
        (person,) = [
            person for person in people_rows.people_with_role(db, 1, "admin", "biller", "member") if person.name == name
        ]
        people_rows.change_person(db, person.person_id, role="biller")


def another_article(bot: Bot, account: Account, title: str, *, price_cents: int, unit: str = "Stunde") -> None:
    """As an import brings an article."""
    found = next(article for article in account.all(Article) if article.title == title)
    row = article_row(found.id, title, unit=unit, price_cents=price_cents)
    with bot.database.write() as db:
        imported_rows.store_articles(db, 1, [row], units_known=True)


def article_row(
    billomat_id: int, title: str, *, unit: str, price_cents: int, number: str = ""
) -> NewRow[tables.Article]:
    """As an import reads an article."""
    return row_values(
        tables.Article,
        workspace_id=1,
        billomat_id=billomat_id,
        number=number,
        title=title,
        title_key=title.lower(),
        unit=unit,
        price=price_cents * 100,
        currency="",
        tax_id=None,
        archived=False,
        seen_at=T0,
    )


def seen_by(bot: Bot, name: str) -> tuple[Caller, collect.Preview]:
    """A person in a request, and the invoice for Acme as they see it."""
    with bot.database.read() as db:
        (person,) = [
            person for person in people_rows.people_with_role(db, 1, "admin", "biller", "member") if person.name == name
        ]
    caller = acting(person, now=bot.now(), request="look")
    return caller, opening.choose(bot, caller, 1, Scope(month_of(T0.date())))


def just_read(bot: Bot) -> None:
    """As if customers and articles had been read from Billomat at this moment."""
    with bot.database.write() as db:
        for part in (customers, articles):
            db.execute(update(part).where(part.c.billomat_id.is_not(None)).values(seen_at=bot.now()))


def edits(who: Person, line: str = "Website · Design", **filled: str | None) -> Modal:
    """Open the form of a line and fill it in."""
    presses(who, "invoice_line", line)
    for label, value in filled.items():
        who.modal.fill(LABELS[label], value)
    return who.modal


def opens_entries(who: Person, line: str) -> Modal:
    """Open the entries of a line from the invoice."""
    presses(who, ENTRIES, line)
    return who.modal


def lines_of(shown: Modal) -> list[tuple[str, str]]:
    """The text and key of each line that is in sight."""
    return [
        (text["text"]["text"].replace("\xa0h", " h"), element["value"])
        for text, below in pairwise(shown.view.blocks)
        for element in below.get("elements", ())
        if element.get("action_id") == "invoice_line"
    ]


def presses(who: Person, action_id: str, line: str) -> None:
    """Press a button below a line of the invoice."""
    blocks = who.modal.view.blocks
    texts = [block.get("text", {}).get("text", "").replace("\xa0h", " h") for block in blocks]
    below = blocks[next(number for number, text in enumerate(texts) if text.startswith(line)) + 1]
    who.workspace.click(who.id, who.modal.surface, action_id, block_id=below["block_id"])
    who.waits()


def price_of(
    priced: PricedArticle | None, default: int | None, terms: PriceTerms, vat: Vat | None = None
) -> int | None:
    """In a workspace that set no list of rates."""
    return Pricing({}, default, vat, taxed=True, terms=terms).price(Work(1, 1, 1, 1, date(2026, 3, 10)), priced)
