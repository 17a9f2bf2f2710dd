"""Billomat, as far as Trackomat needs it: who owns the key, what can be billed, and invoice drafts.

Requests are built and answers read by pure functions; `Billomat._exchange` alone touches the network. We write
strictly (every value that Billomat would otherwise guess is sent) and read tolerantly (`_Element`), because the API
is JSON made from XML and changes without notice. Errors are named after what the caller may do next. Nothing here
completes, mails, cancels or deletes an invoice: that stays a person's decision, in Billomat.
"""

import datetime as dt
import html
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from itertools import count
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

import httpx

MAX_ANSWER_BYTES = 20_000_000
"""A full page of 1,000 clients has about 2 MB; whatever is ten times larger is not an answer to us."""

PER_PAGE = 1000
"""Billomat's maximum. Each page counts against a quota of a few hundred calls per 15 minutes."""

QUOTA_WINDOW = 15 * 60
"""Seconds after which Billomat's quota begins anew; no wait needs to be longer."""

T = TypeVar("T")

Trouble = Literal["unknown_host", "unreachable", "timeout", "maintenance", "quota", "server"]
NetGross = Literal["NET", "GROSS"]
TaxRule = Literal["TAX", "NO_TAX", "COUNTRY"]


class BillomatError(Exception):
    """Billomat did not do what it was asked to.

    `text` is what Billomat said, or what happened to the connection: one line of at most 200 characters without
    mark-up and without the key. It is still foreign text, to be escaped where it is shown. `status` is the HTTP
    status, None when no answer came.
    """

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class Refused(BillomatError):
    """The same request will be refused again: a 4xx, a redirect, or an answer that is far too large.

    From `owner()` it means that there is no account at this address. `is_html`: a web page said it, not the API.
    """

    def __init__(self, text: str, *, status: int | None = None, is_html: bool = False) -> None:
        super().__init__(text, status=status)
        self.is_html = is_html


class NotDone(BillomatError):
    """Nothing happened at Billomat; repeat later. `retry_after` is in seconds, None when nothing was said.

    `kind` tells why: `unknown_host` (no such name: a mistyped account), `unreachable` (no connection), `timeout`,
    `maintenance` (a web page or 503), `quota` (429) or `server` (it failed, or its answer makes no sense).
    """

    def __init__(self, text: str, *, kind: Trouble, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(text, status=status)
        self.kind = kind
        self.retry_after = retry_after


class OutcomeUnknown(BillomatError):
    """Something was sent to be stored and no usable answer came: look for it before sending it again."""


class AccountTrouble(BillomatError):
    """401, 402 or 403: the key, the plan or its owner's rights. Keep everything, ask for a new connection."""

    status: int

    def __init__(self, text: str, *, status: int) -> None:
        super().__init__(text, status=status)


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whom the key belongs to. `may_write_invoices` is None when Billomat does not say it."""

    id: int
    name: str
    email: str
    may_write_invoices: bool | None


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What holds in the whole account: its currency and whether its prices are net or gross."""

    currency: str
    net_gross: NetGross


@dataclass(frozen=True, slots=True)
class Tax:
    """A rate in percent, as the account lists it. Several may share a name ("MwSt" 19 and 7)."""

    id: int
    name: str
    rate: Decimal
    is_default: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """What a quantity counts: "Stunde", "Stück"."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Client:
    """A customer. `name` is the company, else the person, else the number, and never empty.

    `country_code`, `client_number` and `currency_code` are "" where Billomat leaves them to the account.
    """

    id: int
    name: str
    client_number: str
    country_code: str
    tax_rule: TaxRule
    net_gross: Literal["NET", "GROSS", "SETTINGS"]
    currency_code: str
    archived: bool


@dataclass(frozen=True, slots=True)
class Article:
    """Something that can be billed. `price` is per unit, in `currency_code` ("" is the account's); title may be ""."""

    id: int
    number: str
    title: str
    price: Decimal | None
    currency_code: str
    unit_id: int | None
    tax_id: int | None
    archived: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `total` counts the whole list; after the page that is `last` there is nothing more."""

    items: list[T]
    page: int
    total: int
    last: bool


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line to bill: `quantity` in units, `unit_price` net, in the draft's currency.

    Name and rate (percent) of the tax are given together, or both are None and Billomat decides.
    """

    article_id: int | None
    title: str
    description: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    tax_name: str | None
    tax_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class NewDraft:
    """An invoice draft to create, always net. `label` is our reference to find it again.

    `supply_period` is the first and the last day on which work was done.
    """

    client_id: int
    date: dt.date
    label: str
    supply_period: tuple[dt.date, dt.date]
    currency: str
    lines: tuple[DraftLine, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice as Billomat has it: a draft when we made it, in whatever `status` a person brought it since.

    Totals are Billomat's own figures, None when it does not say them. The `number` of one in status DRAFT is only the
    one that it would get now; `date` may be missing there.
    """

    id: int
    number: str
    date: dt.date | None
    label: str
    status: str
    client_id: int | None
    total_net: Decimal | None
    total_gross: Decimal | None


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls left in this window and the epoch second at which the next one begins, None when not said."""

    remaining: int | None
    reset: int | None


class Budget(Protocol):
    """Keeps count of the calls to one account, which all processes share."""

    def take(self) -> None:
        """Count a call that is about to be made. Raises NotDone when it has to wait for the next window."""

    def heard(self, quota: Quota) -> None:
        """Note what an answer said is left."""


class Billomat:
    """One account, seen with one person's key.

    Every method raises Refused, NotDone or AccountTrouble; only `create_draft` can raise OutcomeUnknown.
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
        return self._ask("GET", "users/myself", lambda answer: _owner(_present(answer.child("user"))))

    def account(self) -> AccountSettings:
        """The account's currency and price basis."""
        return self._ask("GET", "settings", lambda answer: _settings(_present(answer.child("settings"))))

    def taxes(self) -> list[Tax]:
        """Every tax rate that the account knows."""
        return list(self._all(_TAXES))

    def units(self) -> list[Unit]:
        """Every unit that the account knows."""
        return list(self._all(_UNITS))

    def country_taxes(self) -> frozenset[str]:
        """The countries (ISO, two letters) whose customers the account charges no VAT."""
        return frozenset(self._all(_COUNTRY_TAXES))

    def clients(self, page: int = 1, per_page: int = PER_PAGE) -> Page[Client]:
        """One page of the customers, archived ones among them, ordered by id."""
        return self._page(_CLIENTS, page, per_page, "id", {})

    def articles(self, page: int = 1, per_page: int = PER_PAGE) -> Page[Article]:
        """One page of the articles, archived ones among them, ordered by id."""
        return self._page(_ARTICLES, page, per_page, "id", {})

    def create_draft(self, new: NewDraft) -> Draft:
        """Create an invoice; Billomat files a new one as DRAFT and has no way to detect a repetition.

        Raises Refused (do not repeat), NotDone (no connection or 429: repeat later), AccountTrouble, or
        OutcomeUnknown (sent, no usable answer: look for `label` first). Source: billomat.com/en/api/invoices
        """
        return self._ask(
            "POST", "invoices", lambda answer: _draft(_present(answer.child("invoice"))), body=_draft_body(new)
        )

    def find_drafts(self, *, label: str, client_id: int) -> list[Draft]:
        """The customer's invoices, newest first, whose label is exactly `label`, in whatever state they are by now."""
        # Billomat looks for a substring and may ignore a filter, so what counts is our own comparison.
        wanted = _label(label)
        found = self._all(_INVOICES, "id DESC", label=wanted, client_id=str(client_id))
        return [draft for draft in found if draft.label.strip() == wanted]

    def newest_drafts(self, *, client_id: int) -> list[Draft]:
        """The customer's newest 100 invoices at most, newest first, in whatever state: for a label edited away."""
        newest = self._page(_INVOICES, 1, 100, "id DESC", {"client_id": str(client_id)})
        return [draft for draft in newest.items if draft.client_id == client_id]

    def invoice(self, invoice_id: int) -> Draft | None:
        """One invoice, in whatever state. None: there is no such invoice (any more)."""
        try:
            return self._ask("GET", f"invoices/{invoice_id}", lambda answer: _draft(_present(answer.child("invoice"))))
        except Refused as error:
            if error.status != 404 or error.is_html:
                raise
            return None

    def _all(self, resource: "_Resource[T]", order_by: str = "id", **filters: str) -> Iterator[T]:
        """Every item of a list, page by page."""
        for page in count(1):
            part = self._page(resource, page, PER_PAGE, order_by, filters)
            yield from part.items
            if part.last:
                return

    def _page(
        self, resource: "_Resource[T]", page: int, per_page: int, order_by: str, filters: Mapping[str, str]
    ) -> Page[T]:
        """One page of a list; a fixed order keeps rows from moving between pages."""
        query = {"page": str(page), "per_page": str(per_page), "order_by": order_by, **filters}
        return self._ask(
            "GET",
            resource.name,
            lambda answer: _read_page(answer, resource, page=page, per_page=per_page),
            query=query,
        )

    def _ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        read: Callable[["_Element"], T],
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Send one request and read its answer with `read`."""
        if not (self._key.isascii() and self._key.isprintable()):
            # No header can carry it, so it is no key: what Billomat would say if it could be asked.
            raise AccountTrouble("This cannot be an API key.", status=401)
        if self._budget:
            self._budget.take()
        answer = self._exchange(method, path, query, body)
        self.quota = _quota(answer.headers)
        if self._budget:
            self._budget.heard(self.quota)
        writing = method == "POST"
        if problem := _problem(answer, writing=writing, key=self._key):
            raise problem
        try:
            return read(_Element.of_json(answer.body))
        except _UnusableError:
            raise _no_usable_answer(answer, writing=writing, key=self._key) from None

    def _exchange(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> "_Answer":
        """The network: what Billomat answered, whatever it is, cut soon after MAX_ANSWER_BYTES."""
        try:
            with self._http.stream(
                method,
                f"{self._base_url}/api/{path}",
                params=query,
                json=body,
                headers=self._headers,
                follow_redirects=False,
            ) as response:
                content = bytearray()
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > MAX_ANSWER_BYTES:
                        break
                return _Answer(response.status_code, response.headers, bytes(content))
        except httpx.RequestError as error:
            failure = _transport_failure(error, writing=method == "POST")
        # Out here it takes no context along: the request that hangs on httpx's error carries the key.
        raise failure


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust, read once: that takes as long as ten commands."""
    return httpx.create_ssl_context(trust_env=False)


def http_client(*, connect: float, read: float) -> httpx.Client:
    """The connections to Billomat, for all accounts and threads of a process; time-outs in seconds.

    `connect` also limits the wait for a free connection, `read` each wait for more of an answer.
    """
    return httpx.Client(
        verify=_certificates(),
        timeout=httpx.Timeout(read, connect=connect, pool=connect),
        limits=httpx.Limits(max_connections=10, max_keepalive_connections=5),
        headers={"User-Agent": "Trackomat"},
        # The API has no sessions, and a cookie for .billomat.net would reach the next customer's account.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,  # a proxy or .netrc that happens to be on the machine must not see keys
    )


_DNS_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_BILLOMAT_ID = re.compile(rf"({_DNS_LABEL})|(?:https?://)?({_DNS_LABEL})\.billomat\.net(?::[0-9]+)?(?:[/?#].*)?")


def billomat_id(text: str) -> str:
    """The account's name in what people type or paste: "acme", "acme.billomat.net" or any address inside it.

    Raises ValueError for anything else; what comes back is one DNS label, safe to put into a URL.
    """
    match = _BILLOMAT_ID.fullmatch(text.strip().lower())
    if not match:
        raise ValueError("not a billomatID")
    return match[1] or match[2]


def base_url(template: str, billomat_id: str) -> str:
    """The address before /api, without a slash at the end; `{billomat_id}` is filled in where it occurs."""
    return template.replace("{billomat_id}", billomat_id).rstrip("/")


def invoice_link(base_url: str, invoice_id: int) -> str:
    """The invoice in Billomat's own editor."""
    return f"{base_url}/app/beta/invoices/{invoice_id}"


_EMOJI = re.compile("\u200d*[\ufe0f\ud800-\udfff\U00010000-\U0010ffff]+\u200d*")


def without_emoji(text: str) -> str:
    """`text` without characters beyond Unicode's first 65,536 and what joins them.

    Nobody knows whether Billomat stores them; older MySQL columns refuse them or cut the text there.
    """
    return _EMOJI.sub("", text)


# Requests


def _draft_body(new: NewDraft) -> dict[str, Any]:
    """The JSON of a draft: numbers as strings, and everything said that Billomat would otherwise fill in."""
    first, last = (f"{day:%d.%m.%Y}" for day in new.supply_period)
    return {
        "invoice": {
            "client_id": str(new.client_id),
            "date": new.date.isoformat(),
            "supply_date": first if first == last else f"{first} - {last}",
            "supply_date_type": "SUPPLY_TEXT",  # the only type that takes a period
            "label": _label(new.label),
            "net_gross": "NET",  # not said, an account with gross prices would take ours for gross
            "currency_code": new.currency,
            "invoice-items": {"invoice-item": [_line_body(line) for line in new.lines]},
        }
    }


def _label(text: str) -> str:
    """A label as it is sent and compared: at its ends Billomat may drop spaces, and we would not find it again."""
    return without_emoji(text).strip()


def _line_body(line: DraftLine) -> dict[str, str]:
    body = {
        "type": "SERVICE",
        "title": without_emoji(line.title),
        "description": without_emoji(line.description),
        "unit": without_emoji(line.unit),
        "quantity": f"{line.quantity:f}",
        "unit_price": f"{line.unit_price:f}",
        "tax_changed_manually": "0",  # Billomat's default is 1, which would take a missing rate for a chosen one
    }
    if line.article_id is not None:
        body["article_id"] = str(line.article_id)
    if line.tax_name is not None and line.tax_rate is not None:
        body |= {
            "tax_name": without_emoji(line.tax_name),
            "tax_rate": f"{line.tax_rate:f}",
            "tax_changed_manually": "1",
        }
    return body


# Answers


class _UnusableError(Exception):
    """The answer is not what Billomat promises; it says nothing about what was done."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def is_html(self) -> bool:
        return "html" in self.headers.get("content-type", "")


class _Element:
    """One object of an answer, read tolerantly.

    Scalars come as strings or numbers; a list of one as the object itself; and missing, null, "", {} and []
    all mean that there is nothing. What is there but makes no sense raises _UnusableError.
    """

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    @classmethod
    def of_json(cls, body: bytes) -> "_Element":
        if len(body) > MAX_ANSWER_BYTES:
            raise _UnusableError
        fields: object = None
        # Suppressed, not re-raised: json's error would carry the whole answer, customers included, into a log.
        with suppress(ValueError, RecursionError):
            fields = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
        if not isinstance(fields, dict):
            raise _UnusableError
        return cls(fields)

    def text(self, name: str) -> str | None:
        texts = self.texts(name)
        if len(texts) > 1:
            raise _UnusableError
        return texts[0] if texts else None

    def texts(self, name: str) -> list[str]:
        value = self._fields.get(name)
        values = value if isinstance(value, list) else [value]
        return [text for text in map(_scalar, values) if text]

    def whole(self, name: str) -> int | None:
        value = self._matching(name, r"-?[0-9]{1,18}")
        return None if value is None else int(value)

    def decimal(self, name: str) -> Decimal | None:
        value = self._matching(name, r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
        return None if value is None else Decimal(value)

    def flag(self, name: str) -> bool:
        return self.text(name) in {"1", "true"}

    def child(self, name: str) -> "_Element | None":
        children = self.children(name)
        if len(children) > 1:
            raise _UnusableError
        return children[0] if children else None

    def children(self, name: str) -> list["_Element"]:
        value = self._fields.get(name) or []
        elements = value if isinstance(value, list) else [value]
        children = [_Element(element) for element in elements if isinstance(element, dict)]
        if len(children) < len(elements):
            raise _UnusableError
        return children

    def _matching(self, name: str, pattern: str) -> str | None:
        value = self.text(name)
        if value is not None and not re.fullmatch(pattern, value):
            raise _UnusableError
        return value


def _scalar(value: object) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, str):
        raise _UnusableError
    # Half a surrogate pair (a text cut by the byte) and NUL can be parsed, but not every database stores them.
    return value.encode("utf-8", "replace").decode().replace("\0", "")


def _present(value: T | None) -> T:
    """What no answer can do without."""
    if value is None:
        raise _UnusableError
    return value


def _owner(user: _Element) -> Owner:
    rights = user.child("rights")
    level = rights.text("invoices") if rights else None
    # Levels include the lower ones. Only UPDATE and DELETE have been seen; another word says nothing.
    levels = {"NONE": False, "READ": False, "CREATE": True, "UPDATE": True, "DELETE": True}
    return Owner(
        id=_present(user.whole("id")),
        name=_person(user) or user.text("email") or "",
        email=user.text("email") or "",
        may_write_invoices=levels.get(level) if level else None,
    )


def _settings(settings: _Element) -> AccountSettings:
    net_gross = settings.text("net_gross")
    if net_gross not in {"NET", "GROSS"}:
        raise _UnusableError  # guessed wrongly, every price would be off by the VAT
    return AccountSettings(currency=_present(settings.text("currency_code")), net_gross=cast("NetGross", net_gross))


def _tax(tax: _Element) -> Tax:
    return Tax(
        id=_present(tax.whole("id")),
        name=tax.text("name") or "",
        rate=_present(tax.decimal("rate")),
        is_default=tax.flag("is_default"),
    )


def _unit(unit: _Element) -> Unit:
    return Unit(id=_present(unit.whole("id")), name=unit.text("name") or "")


def _country(country_tax: _Element) -> str:
    return _present(country_tax.text("country_code")).upper()


def _client(client: _Element) -> Client:
    client_id = _present(client.whole("id"))
    number = client.text("client_number") or ""
    tax_rule, net_gross = client.text("tax_rule"), client.text("net_gross")
    return Client(
        id=client_id,
        name=(client.text("name") or "").strip() or _person(client) or number or str(client_id),
        client_number=number,
        country_code=(client.text("country_code") or "").upper(),
        # COUNTRY and SETTINGS are Billomat's own defaults.
        tax_rule=cast("TaxRule", tax_rule) if tax_rule in {"TAX", "NO_TAX"} else "COUNTRY",
        net_gross=cast("NetGross", net_gross) if net_gross in {"NET", "GROSS"} else "SETTINGS",
        currency_code=client.text("currency_code") or "",
        archived=client.flag("archived"),
    )


def _person(element: _Element) -> str:
    names = (element.text("first_name") or "", element.text("last_name") or "")
    return " ".join(name.strip() for name in names).strip()


def _article(article: _Element) -> Article:
    return Article(
        id=_present(article.whole("id")),
        number=article.text("article_number") or "",
        title=article.text("title") or "",
        price=article.decimal("sales_price"),
        currency_code=article.text("currency_code") or "",
        unit_id=article.whole("unit_id"),
        tax_id=article.whole("tax_id"),
        archived=article.flag("archived"),
    )


def _day(text: str) -> dt.date | None:
    """A day that is only shown: whatever else stands there must not make a draft that was made count as lost."""
    with suppress(ValueError):
        return dt.date.fromisoformat(text)
    return None


def _draft(invoice: _Element) -> Draft:
    return Draft(
        id=_present(invoice.whole("id")),
        number=invoice.text("invoice_number") or "",
        date=_day(invoice.text("date") or ""),
        label=invoice.text("label") or "",
        status=invoice.text("status") or "",
        client_id=invoice.whole("client_id"),
        total_net=invoice.decimal("total_net"),
        total_gross=invoice.decimal("total_gross"),
    )


@dataclass(frozen=True, slots=True)
class _Resource(Generic[T]):
    """A list: the name it has in the URL and as envelope, the name of its elements, and how one is read."""

    name: str
    element: str
    read: Callable[[_Element], T]


_CLIENTS = _Resource("clients", "client", _client)
_ARTICLES = _Resource("articles", "article", _article)
_TAXES = _Resource("taxes", "tax", _tax)
_UNITS = _Resource("units", "unit", _unit)
_COUNTRY_TAXES = _Resource("country-taxes", "country-tax", _country)
_INVOICES = _Resource("invoices", "invoice", _draft)


def _read_page(answer: _Element, resource: _Resource[T], *, page: int, per_page: int) -> Page[T]:
    """A page of a list, complete or not at all: customers or drafts overlooked here would be taken for gone."""
    envelope = _present(answer.child(resource.name))
    items = [resource.read(element) for element in envelope.children(resource.element)]
    total = envelope.whole("@total")
    size = envelope.whole("@per_page") or per_page  # less than asked for, should Billomat lower its maximum
    seen = (page - 1) * size + len(items)
    if page == 1 and total and not items:
        raise _UnusableError
    last = not items or (len(items) < size if total is None else seen >= total)
    return Page(items=items, page=page, total=seen if total is None else total, last=last)


# Trouble

# Raised before the first byte of a request is written.
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def _transport_failure(error: httpx.RequestError, *, writing: bool) -> BillomatError:
    """What a failure below HTTP means. httpx's own words are not repeated: they may quote a header."""
    timed_out = isinstance(error, httpx.TimeoutException)
    text = "Billomat did not answer in time." if timed_out else "The connection to Billomat failed."
    if writing and not isinstance(error, _NOTHING_SENT):
        return OutcomeUnknown(text)
    if _is_unknown_host(error):
        return NotDone("There is no such address.", kind="unknown_host")
    return NotDone(text, kind="timeout" if timed_out else "unreachable")


def _is_unknown_host(error: BaseException) -> bool:
    seen: set[int] = set()  # contexts can form a ring
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, socket.gaierror):
            return cause.errno != socket.EAI_AGAIN  # "try again": the name service is down, not the name wrong
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__  # httpcore cuts the chain of causes
    return False


def _problem(answer: _Answer, *, writing: bool, key: str) -> BillomatError | None:
    """What the status says, None for success."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == 408 or status >= 500:
        return _no_usable_answer(answer, writing=writing, key=key)
    text = _said(answer, key)
    if status in {401, 402, 403}:
        return AccountTrouble(text, status=status)
    if status == 429:  # refused before any work, so a write may be repeated too
        return NotDone(text, kind="quota", status=status, retry_after=_retry_after(answer.headers, text))
    return Refused(text, status=status, is_html=answer.is_html)


def _no_usable_answer(answer: _Answer, *, writing: bool, key: str) -> BillomatError:
    """Something answered, but not with what was asked for."""
    succeeded = 200 <= answer.status < 300
    # A success that cannot be read is not quoted: it may hold customers' data.
    text = "The answer makes no sense." if succeeded and not answer.is_html else _said(answer, key)
    if writing:
        return OutcomeUnknown(text, status=answer.status)
    if succeeded and len(answer.body) > MAX_ANSWER_BYTES:
        return Refused("The answer is too large.", status=answer.status)
    kind: Trouble = "server"
    if answer.status in {408, 504}:
        kind = "timeout"
    elif answer.status == 503 or answer.is_html:
        kind = "maintenance"
    return NotDone(text, kind=kind, status=answer.status)


_MARK_UP = re.compile(r"<(script|style)\b.*?(</\1>|$)|<!--.*?-->|<[^<>]*>|[<>]", re.DOTALL | re.IGNORECASE)


def _said(answer: _Answer, key: str) -> str:
    """What Billomat says about an error, made harmless: one line, no mark-up, no key, at most 200 characters."""
    try:
        text = " ".join(_present(_Element.of_json(answer.body).child("errors")).texts("error"))
    except _UnusableError:
        text = answer.body[:20_000].decode("utf-8", "replace")
    text = html.unescape(text)
    if key:
        text = text.replace(key, "…")
    text = _MARK_UP.sub(" ", text[:4000])
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[:200] or f"HTTP {answer.status}"


def _quota(headers: httpx.Headers) -> Quota:
    return Quota(
        remaining=_count(headers.get("X-Rate-Limit-Remaining")), reset=_count(headers.get("X-Rate-Limit-Reset"))
    )


def _count(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,12}", text) else None


def _retry_after(headers: httpx.Headers, text: str) -> int:
    """Seconds until the quota begins anew: by Billomat's own clock, else as its text says, else a minute."""
    reset, now = _quota(headers).reset, _server_time(headers)
    said = re.search(r"([0-9]{1,6}) se[ck]", text, re.IGNORECASE)
    by_clock = reset - now if reset is not None and now is not None else 0
    wait = by_clock if by_clock > 0 else int(said[1]) if said else 60
    return min(wait, QUOTA_WINDOW)


def _server_time(headers: httpx.Headers) -> int | None:
    try:
        return int(parsedate_to_datetime(headers.get("Date", "")).timestamp())
    except (ValueError, OverflowError):
        return None
