"""Whether an invoice needs a second person, who did not submit it."""


def needs_second_person(limit: int | None, limit_currency: str, *, net: int, currency: str) -> bool:
    """Whether the rule holds for a net sum in cents; `limit` None: it holds for none, 0: for all.

    A sum in another currency is compared with nothing, so it needs one. The trigger `invoice_draft_second_person` says
    the same.
    """
    return limit is not None and (currency != limit_currency or net >= limit)
