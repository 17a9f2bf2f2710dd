"""One look at what Billomat has of the drafts that were sent: by lists, and by the id where a list is not enough.

Lists are read by id, newest first, down to the oldest invoice that is wanted: so an order that changes meanwhile hides
nothing, and no filter is needed that Billomat might ignore. What a list does not show counts as gone only when Billomat
also says so of its id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.billing.rules.following import MOST_AT_ONCE, status_of
from bot.billing.rules.line_differences import LineThere, SentLine, read_off
from bot.billing.search import itself, question
from bot.billomat.client import AccessDenied, Billomat, BillomatInvoice, BillomatLine, Refused, without_emoji
from bot.billomat.rules.trouble import Trouble
from bot.core import money
from bot.core.jobs import JobKind, Lane
from storage.frozen import FrozenLine
from storage.sent_invoices import Followed, SeenInvoice

FOLLOW = JobKind("follow", key="follow:{workspace_id}", lane=Lane.IMPORT, untiring=True)
"""Looks after what was sent; see bot/billing/follow.py."""
MOST_PAGES = 6
"""Of a thousand each, in one look."""
MOST_OLDER = 3
"""Invoices that lie deeper, read by their ids in one look; the others have their turn at the next ones."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found."""

    found: dict[int, BillomatInvoice]
    """By id, of those that were wanted."""
    gone: tuple[Followed, ...] = ()
    """Neither in the list nor to be had by their id; more than MOST_AT_ONCE are not looked for one by one."""
    is_reliable: bool = True
    """False: the list missed several that are there, and says nothing about any."""
    shows_any: bool = True
    """Whether the list showed any invoice at all."""


@dataclass(slots=True)
class _List:
    """What the pages showed so far."""

    invoices: dict[int, BillomatInvoice] = field(default_factory=dict)
    reaches_to: int = 0
    """All invoices from this id on were listed."""


def look(client: Billomat, wanted: Sequence[Followed]) -> Look:
    """Find these invoices, in a call for each thousand, and one for each that is missing. Raises BillomatError."""
    listed = _read_list(client, min(each.billomat_id for each in wanted))
    found = {
        each.billomat_id: listed.invoices[each.billomat_id] for each in wanted if each.billomat_id in listed.invoices
    }
    missed = [each for each in wanted if each.is_current and each.billomat_id not in found]
    older = sorted((each for each in missed if each.billomat_id < listed.reaches_to), key=_last_seen)
    vanished = [each for each in missed if each.billomat_id >= listed.reaches_to]
    gone, hidden = _ask_one_by_one(client, vanished)
    deep_gone, deep = _ask_one_by_one(client, older[:MOST_OLDER])
    return Look(
        found | hidden | deep,
        (*gone, *deep_gone),
        is_reliable=len(hidden) <= MOST_AT_ONCE,
        shows_any=bool(listed.invoices),
    )


def _last_seen(each: Followed) -> float:
    return (each.seen_at or each.sent_at).timestamp()


def _read_list(client: Billomat, oldest: int) -> _List:
    """The account's invoices down to this id, as far as MOST_PAGES reach."""
    listed = _List()
    for number in range(1, MOST_PAGES + 1):
        with question():
            page = client.invoices(number)
        ids = [each.id for each in page.items]
        in_order = ids == sorted(ids, reverse=True) and (not listed.invoices or ids[:1] <= [min(listed.invoices)])
        listed.invoices |= {each.id: each for each in page.items}
        if page.last:
            listed.reaches_to = 0
            return listed
        if page.page != number or not in_order:  # an order of its own: only all pages together would say anything
            break
        listed.reaches_to = ids[-1]
        if ids[-1] <= oldest:
            return listed
    else:
        return listed
    listed.reaches_to = max(listed.invoices, default=0) + 1
    return listed


def _ask_one_by_one(
    client: Billomat, missed: Collection[Followed]
) -> tuple[list[Followed], dict[int, BillomatInvoice]]:
    """Those that Billomat does not have by their id either, and those that it has after all.

    Of many that are gone, or many that a list only hid, no more are asked for than it takes to know.
    """
    gone, there = list[Followed](), dict[int, BillomatInvoice]()
    for each in missed:
        if max(len(gone), len(there)) > MOST_AT_ONCE:
            break
        with question():
            one = itself(client, each.billomat_id)
        if one is None:
            gone.append(each)
        else:
            there[each.billomat_id] = one
    if len(gone) > MOST_AT_ONCE:
        return [each for each in missed if each.billomat_id not in there], there
    return gone, there


def account_number(client: Billomat) -> int | None:
    """Billomat's id of the account; None where the key may not read it. Raises BillomatError."""
    try:
        return client.own_business().id
    except Refused:
        return None
    except AccessDenied as denied:
        if denied.trouble is Trouble.KEY:
            raise
        return None


def sent_line(line: FrozenLine) -> SentLine:
    """A line as it was sent, to be compared."""
    title, text = without_emoji(line.title), without_emoji(line.description)
    return SentLine(line.id, title, text, line.hours, line.unit_price, line.taken_off, line.tax_rate)


def line_there(line: BillomatLine) -> LineThere:
    """The same of a line in Billomat."""
    hours, price = money.hundredths(line.quantity), money.ten_thousandths(line.unit_price)
    vat_rate = None if line.tax_rate is None else money.hundredths(line.tax_rate)
    return LineThere(line.title, line.description, hours, price, read_off(line.reduction), vat_rate)


def seen_invoice(found: BillomatInvoice) -> SeenInvoice:
    """What is kept of an invoice."""
    return SeenInvoice(
        found.id,
        status_of(found.status),
        found.lasting_number,
        None if found.total_net is None else money.hundredths(found.total_net),
        None if found.total_gross is None else money.hundredths(found.total_gross),
        found.updated,
    )
