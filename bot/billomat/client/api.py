"""One Billomat account as Trackomat needs it: who owns the key, what can be billed, and invoice drafts.

Nothing here completes, mails or cancels an invoice: that stays a person's decision, in Billomat. What is deleted is a
draft that a person takes back.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import count
from typing import Protocol, TypeVar

import httpx

from bot.billomat.client.answers import (
    ARTICLES,
    CLIENTS,
    COUNTRY_TAXES,
    INVOICES,
    LINES,
    TAXES,
    UNITS,
    Answer,
    Element,
    Resource,
    UnusableAnswer,
    read_article,
    read_client,
    read_invoice,
    read_own_business,
    read_owner,
    read_page,
    read_settings,
)
from bot.billomat.client.errors import AccessDenied, NotDone, Refused
from bot.billomat.client.failures import no_usable_answer, problem, read_quota
from bot.billomat.client.network import exchange
from bot.billomat.client.requests import NEWEST_FIRST, PER_PAGE, Call, create_invoice, label_text, list_page
from bot.billomat.client.values import (
    AccountSettings,
    BillomatArticle,
    BillomatClient,
    BillomatInvoice,
    BillomatLine,
    BillomatTax,
    BillomatUnit,
    NewDraft,
    OwnBusiness,
    Owner,
    Page,
    Quota,
)
from bot.billomat.rules.trouble import Trouble

T = TypeVar("T")


class Budget(Protocol):
    """Keeps count of the calls to one account, which all processes share."""

    def take(self) -> None:
        """Count a call that is about to be made. Raises NotDone when it has to wait for the next window."""

    def heard(self, quota: Quota) -> None:
        """Note what an answer said is left."""


class Billomat:
    """One account, seen with one person's key.

    Every method raises Refused, NotDone or AccessDenied; only those that change something can raise OutcomeUnknown.
    The key stands in a header, for in an address it would land in logs: billomat.com/en/api/basics/authentication/
    `quota` is what the last answer said about it. With a `budget` each call is asked for there first.
    """

    def __init__(
        self,
        http: httpx.Client,
        *,
        base_url: str,
        key: str,
        app_id: str | None,
        app_secret: str | None,
        budget: Budget | None = None,
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._key = key.strip()
        self._headers = {"Accept": "application/json", "X-BillomatApiKey": self._key}
        if app_id and app_secret:
            self._headers |= {"X-AppId": app_id, "X-AppSecret": app_secret}
        self._budget = budget
        self.quota = Quota(remaining=None, reset=None)

    def owner(self) -> Owner:
        """Whose key this is: the cheapest way to try a connection. Refused: there is no such account."""
        return self._ask(Call("users/myself"), read_owner)

    def account(self) -> AccountSettings:
        """The account's currency and price basis."""
        return self._ask(Call("settings"), read_settings)

    def own_business(self) -> OwnBusiness:
        """Whose account it is."""
        return self._ask(Call("clients/myself"), read_own_business)

    def taxes(self) -> list[BillomatTax]:
        """Every tax rate that the account knows."""
        return list(self._all(TAXES))

    def units(self) -> list[BillomatUnit]:
        """Every unit that the account knows."""
        return list(self._all(UNITS))

    def country_taxes(self) -> frozenset[str]:
        """The countries (ISO, two letters) whose customers the account charges no VAT."""
        return frozenset(self._all(COUNTRY_TAXES))

    def clients(self, page: int = 1, per_page: int = PER_PAGE) -> Page[BillomatClient]:
        """One page of the customers, archived ones among them, ordered by id."""
        return self._page(CLIENTS, page, per_page)

    def client(self, client_id: int) -> BillomatClient | None:
        """One customer. None: there is no such customer (any more)."""
        return self._one(f"clients/{client_id}", read_client)

    def article(self, article_id: int) -> BillomatArticle | None:
        """One article. None: there is no such article (any more)."""
        return self._one(f"articles/{article_id}", read_article)

    def articles(self, page: int = 1, per_page: int = PER_PAGE) -> Page[BillomatArticle]:
        """One page of the articles, archived ones among them, ordered by id."""
        return self._page(ARTICLES, page, per_page)

    def create_draft(self, new: NewDraft) -> BillomatInvoice:
        """Create an invoice; Billomat files a new one as DRAFT and has no way to detect a repetition.

        Raises Refused (do not repeat), NotDone (no connection, or 429), AccessDenied, or OutcomeUnknown (sent, no
        usable answer). After that one, and after any other with a status, look for `label` before repeating it.
        Source: billomat.com/en/api/invoices/
        """
        return self._ask(create_invoice(new), read_invoice)

    def delete_draft(self, invoice_id: int) -> None:
        """Delete an invoice that is a DRAFT there; of any other state Billomat refuses it.

        Raises Refused, NotDone, AccessDenied, or OutcomeUnknown (no usable answer). Whatever it raises, look whether it
        is there before calling it deleted or not. A success may have no body, so only its status counts.
        Source: github.com/justpilot/billomat-php-api, which deletes drafts so
        """
        self._answer(Call(f"invoices/{invoice_id}", method="DELETE"))

    def lines(self, invoice_ids: Collection[int]) -> list[BillomatLine]:
        """The lines of these invoices, of all of them in one call for each thousand lines.

        Source: github.com/bitmazk/python-billomat, which asks for several ids; one id is documented:
        billomat.com/en/api/invoices/items/
        """
        wanted = frozenset(invoice_ids)
        found = self._all(LINES, invoice_id=",".join(str(each) for each in sorted(wanted)))
        return [line for line in found if line.invoice_id in wanted]

    def find_drafts(self, *, label: str, client_id: int) -> list[BillomatInvoice]:
        """The customer's invoices, newest first, whose label is exactly `label`, in whatever state they are by now."""
        # Billomat looks for a substring and may ignore a filter, so what counts is our own comparison.
        # Source: billomat.com/en/api/invoices/
        wanted = label_text(label)
        found = self._all(INVOICES, NEWEST_FIRST, label=wanted, client_id=str(client_id))
        return [draft for draft in found if draft.label.strip() == wanted]

    def newest_drafts(self, *, client_id: int | None = None) -> list[BillomatInvoice]:
        """The customer's newest 100 invoices at most, newest first, in whatever state: for a label edited away.

        Without a customer those of the whole account.
        """
        of_client = {} if client_id is None else {"client_id": str(client_id)}
        newest = self._page(INVOICES, 1, 100, NEWEST_FIRST, **of_client)
        return [draft for draft in newest.items if client_id in (None, draft.client_id)]

    def invoices(self, page: int = 1) -> Page[BillomatInvoice]:
        """One page of the account's invoices, in whatever state, ordered by id, the newest first."""
        return self._page(INVOICES, page, PER_PAGE, NEWEST_FIRST)

    def invoice(self, invoice_id: int) -> BillomatInvoice | None:
        """One invoice, in whatever state. None: there is no such invoice (any more)."""
        return self._one(f"invoices/{invoice_id}", read_invoice)

    def _one(self, path: str, read: Callable[[Element], T]) -> T | None:
        try:
            return self._ask(Call(path), read)
        except Refused as error:
            if error.status != 404 or error.is_html:
                raise
            return None

    def _all(self, resource: Resource[T], order_by: str = "id", **filters: str) -> Iterator[T]:
        """Every item of a list, page by page."""
        for page in count(1):
            part = self._page(resource, page, PER_PAGE, order_by, **filters)
            if part.page != page:
                raise NotDone("Billomat answered with another page than was asked for.", kind="server")
            yield from part.items
            if part.last:
                return

    def _page(self, resource: Resource[T], page: int, per_page: int, order_by: str = "id", **filters: str) -> Page[T]:
        call = list_page(resource.name, page, per_page=per_page, order_by=order_by, filters=filters)
        return self._ask(call, lambda answer: read_page(answer, resource, page=page, per_page=per_page))

    def _ask(self, call: Call, read: Callable[[Element], T]) -> T:
        """Make one call and read its answer with `read`."""
        answer = self._answer(call)
        try:
            return read(Element.of_json(answer.body))
        except UnusableAnswer:
            raise no_usable_answer(answer, storing=call.stores, key=self._key) from None

    def _answer(self, call: Call) -> Answer:
        """Make one call; its answer, if that is a success."""
        if not (self._key.isascii() and self._key.isprintable()):
            # No header can carry it, so it is no key: what Billomat would say if it could be asked.
            raise AccessDenied("This cannot be an API key.", trouble=Trouble.KEY, status=401)
        if self._budget:
            self._budget.take()
        answer = exchange(self._http, self._base_url, self._headers, call)
        self.quota = read_quota(answer.headers)
        if self._budget:
            self._budget.heard(self.quota)
        if failure := problem(answer, storing=call.stores, key=self._key):
            raise failure
        return answer
