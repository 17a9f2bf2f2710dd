"""What kinds of work are billed as for one customer, where that is another article than for all."""

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from storage.change import Author, Change
from storage.rows import row_values
from storage.tables import CustomerArticle, articles, customer_articles, services


def keep_article(change: Change[Author], customer_id: int, service_id: int, article_id: int | None) -> None:
    """Bill a kind of work as this article for a customer; as for all with None, or with the article that all have."""
    db, workspace_id = change.db, change.by.workspace_id
    of_service = and_(customer_articles.c.customer_id == customer_id, customer_articles.c.service_id == service_id)
    before = db.execute(select(customer_articles.c.article_id).where(of_service)).scalar_one_or_none()
    usual = select(services.c.article_id).where(services.c.workspace_id == workspace_id, services.c.id == service_id)
    own = None if article_id == db.execute(usual).scalar_one_or_none() else article_id
    if before == own:
        return
    db.execute(delete(customer_articles).where(of_service))
    if own is not None:
        row = row_values(
            CustomerArticle,
            customer_id=customer_id,
            service_id=service_id,
            workspace_id=workspace_id,
            article_id=own,
        )
        db.execute(insert(customer_articles).values(row))
    what = {"service_id": service_id}
    change.record(
        "customer", customer_id, "bill as", before=what | {"article_id": before}, after=what | {"article_id": own}
    )


def named_articles(db: Connection, workspace_id: int, customer_id: int) -> list[tuple[str, str]]:
    """The services that are billed otherwise for a customer, each with the title of its article, by name."""
    query = (
        select(services.c.name, articles.c.title)
        .join_from(customer_articles, services, services.c.id == customer_articles.c.service_id)
        .join(articles, articles.c.id == customer_articles.c.article_id)
        .where(and_(customer_articles.c.workspace_id == workspace_id, customer_articles.c.customer_id == customer_id))
        .order_by(services.c.name_key, services.c.id)
    )
    return [(name, title) for name, title in db.execute(query)]


def forget_articles(change: Change[Author], customer_id: int) -> None:
    """Bill a customer's work as for all."""
    for _, service_id, _ in _kept(change.db, customer_articles.c.customer_id == customer_id):
        keep_article(change, customer_id, service_id, None)


def take_over_articles(change: Change[Author], *, ours: int, theirs: int) -> None:
    """Have a customer that another one becomes part of be billed as that one was, where it has nothing of its own."""
    there = {service_id for _, service_id, _ in _kept(change.db, customer_articles.c.customer_id == theirs)}
    for _, service_id, article_id in _kept(change.db, customer_articles.c.customer_id == ours):
        if service_id not in there:
            keep_article(change, theirs, service_id, article_id)


def move_articles(change: Change[Author], *, ours: int, theirs: int) -> None:
    """Have them follow a kind of work that becomes part of another one, unless that one has its own."""
    there = {customer_id for customer_id, _, _ in _kept(change.db, customer_articles.c.service_id == theirs)}
    for customer_id, _, article_id in _kept(change.db, customer_articles.c.service_id == ours):
        if customer_id not in there:
            keep_article(change, customer_id, theirs, article_id)


def _kept(db: Connection, which: ColumnElement[bool]) -> list[tuple[int, int, int]]:
    """Customers and services with their articles."""
    columns = (customer_articles.c.customer_id, customer_articles.c.service_id, customer_articles.c.article_id)
    return [(*row,) for row in db.execute(select(*columns).where(which).order_by(*columns))]
