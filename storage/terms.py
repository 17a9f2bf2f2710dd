"""What was read from Billomat of the customer and the articles of one invoice, and when."""

from collections.abc import Collection

from sqlalchemy import Connection, and_, select, update

from bot.billing.rules.terms import ArticleTerms, CustomerTerms, Terms
from storage.tables import articles, customers, taxes

_CUSTOMER = select(*(customers.c[name] for name in CustomerTerms.__dataclass_fields__))
_ARTICLE = select(
    *(
        taxes.c.rate.label("vat_rate") if name == "vat_rate" else articles.c[name]
        for name in ArticleTerms.__dataclass_fields__
    )
).outerjoin_from(articles, taxes, taxes.c.id == articles.c.tax_id)


def terms_of(db: Connection, workspace_id: int, customer_id: int, article_ids: Collection[int]) -> Terms | None:
    """What is known of them; None for a customer who is not linked with Billomat."""
    of_workspace = and_(customers.c.workspace_id == workspace_id, customers.c.id == customer_id)
    customer = db.execute(_CUSTOMER.where(and_(of_workspace, customers.c.billomat_id.is_not(None)))).first()
    if customer is None:
        return None
    wanted = and_(articles.c.workspace_id == workspace_id, articles.c.id.in_(article_ids))
    found = db.execute(_ARTICLE.where(wanted).order_by(articles.c.id))
    return Terms(CustomerTerms(**customer._mapping), tuple(ArticleTerms(**row._mapping) for row in found))


def forget_age(db: Connection, workspace_id: int, customer_id: int) -> None:
    """Nobody knows any more how old what is known of a customer is: whoever looks at an invoice has it read anew."""
    of_workspace = and_(customers.c.workspace_id == workspace_id, customers.c.id == customer_id)
    db.execute(update(customers).where(of_workspace).values(seen_at=None))
