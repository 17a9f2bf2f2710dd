"""One Billomat account: what it keeps, and what a person does in Billomat's own editor.

Every method is one step that others see whole or not at all, from whatever thread. Reading gives frozen records,
oldest first; changing them goes through the methods here, which tell the listeners afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from playground.billomat import drafting
from playground.billomat import fields as read
from playground.billomat.documents import Document, document
from playground.billomat.fields import Fields, Refusal
from playground.billomat.quota import Quota
from playground.billomat.records import (
    Article,
    Client,
    Comment,
    Company,
    CountryTax,
    Invoice,
    Item,
    Level,
    Record,
    Settings,
    Status,
    Tax,
    Template,
    Unit,
    User,
)
from playground.billomat.trouble import Trouble

BERLIN = ZoneInfo("Europe/Berlin")
R = TypeVar("R", bound=Record)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Account:
    """The account `billomat_id`. `now` dates its documents and may be moved; `wall_clock` only counts requests."""

    def __init__(
        self, billomat_id: str, now: Callable[[], datetime], *, wall_clock: Callable[[], datetime] = _wall_clock
    ) -> None:
        self.billomat_id = billomat_id
        self.now = now
        self.settings = Settings()
        self.company = Company()
        self.own_id = 1
        """What tells it from another account that gets its name."""
        self.quota = Quota(wall_clock)
        self.trouble = Trouble()
        self.listeners: list[Callable[[], None]] = []
        self.version = 0
        self._lock = threading.RLock()
        self._keys: dict[str, int] = {}
        self._last_id = 3527000
        self._tables: dict[type[Record], dict[int, Any]] = {
            kind: {} for kind in (User, Tax, Unit, CountryTax, Template, Client, Article, Invoice, Comment)
        }

    # Records of every kind

    def all(self, kind: type[R]) -> list[R]:
        """All records of this kind, oldest first."""
        with self._lock:
            return list(self._tables[kind].values())

    def get(self, kind: type[R], record_id: int) -> R:
        """One record. Refuses an unknown id with 404."""
        with self._lock:
            found: R | None = self._tables[kind].get(record_id)
        if found is None:
            raise Refusal(404, "Resource not found")
        return found

    def add(self, kind: type[R], **values: Any) -> R:
        """A new record with the next id, as when a person fills in Billomat's form for it."""
        with self._changing():
            return self._keep(self._new(kind, **values))

    def change(self, record: R, **changes: Any) -> R:
        """The record as it stands now, with these fields changed: renamed, archived, with another price ..."""
        with self._changing():
            return self._keep(replace(self.get(type(record), record.id), updated=self.now(), **changes))

    def change_settings(self, **changes: Any) -> None:
        """Change what holds for the whole account, such as currency_code or net_gross."""
        with self._changing():
            self.settings = replace(self.settings, **changes)

    # People and their keys

    def add_user(self, api_key: str, *, first_name: str, last_name: str, rights: Mapping[str, Level]) -> User:
        """An employee with an API key; rights by subject: clients, articles, invoices."""
        email = f"{first_name}@{self.billomat_id}.example".lower()
        user = self.add(User, first_name=first_name, last_name=last_name, email=email, rights=rights)
        self._keys[api_key] = user.id
        return user

    def revoke(self, api_key: str) -> None:
        """The key works no more."""
        del self._keys[api_key]

    def allow(self, api_key: str, user: User) -> None:
        """The key works (again)."""
        self._keys[api_key] = user.id

    def user_of(self, api_key: str) -> User | None:
        """Whose key this is; None when nobody's (any more)."""
        user_id = self._keys.get(api_key)
        return None if user_id is None else self.get(User, user_id)

    # Invoices

    def create_invoice(self, fields: Fields, user: User | None = None) -> Invoice:
        """A draft with its items, all or nothing; the same fields sent twice make two drafts.

        Refuses with 400: no or an unknown client, an archived one, a malformed field.
        """
        with self._changing():
            client = self._client_for(fields)
            defaults = {
                "address": client.address,
                "currency_code": client.currency_code or self.settings.currency_code,
                "net_gross": self.settings.net_gross if client.net_gross == "SETTINGS" else client.net_gross,
                "reduction": f"{client.reduction}%" if client.reduction else "",
                "due_days": self.settings.due_days,
                "number_pre": self.settings.invoice_number_pre,
                "template_id": next((t.id for t in self.all(Template) if t.is_default), None),
            }
            values = drafting.DEFAULT_TEXTS | defaults | drafting.invoice_values(fields)
            sent_items = read.nested(fields, "invoice-items", "invoice-item")
            invoice = self._new(Invoice, client_id=client.id, **values)
            items = tuple(
                self._new(Item, invoice_id=invoice.id, position=position, **self._item_values(sent, client))
                for position, sent in enumerate(sent_items, start=1)
            )
            invoice = self._keep(replace(invoice, items=items))
            self._note(invoice, "CREATE", "Rechnung erstellt.", user)
            return invoice

    def edit_invoice(self, invoice_id: int, fields: Fields) -> Invoice:
        """Change the fields that are named; the items stay. Refuses what is no draft any more."""
        with self._changing():
            invoice = self._in_state(invoice_id, "DRAFT")
            changes = drafting.invoice_values(fields)
            if "client_id" in fields:
                changes["client_id"] = self._client_for(fields).id
            return self._keep(replace(invoice, updated=self.now(), **changes))

    def edit_label(self, invoice_id: int, label: str) -> Invoice:
        """What a person may do to our mark without knowing what it is for."""
        return self.edit_invoice(invoice_id, {"label": label})

    def edit_lines(self, invoice_id: int, edit: Callable[[Item], Item | None]) -> Invoice:
        """What a person does to each line of a draft; None takes it away."""
        with self._changing():
            invoice = self._in_state(invoice_id, "DRAFT")
            items = [edited for item in invoice.items if (edited := edit(item)) is not None]
            return self._keep(replace(invoice, updated=self.now(), items=tuple(items)))

    def add_line(self, invoice_id: int, **values: Any) -> Invoice:
        """What a person adds to a draft, below its other lines."""
        with self._changing():
            invoice = self._in_state(invoice_id, "DRAFT")
            position = max((item.position for item in invoice.items), default=0) + 1
            added = self._new(Item, invoice_id=invoice_id, position=position, **values)
            return self._keep(replace(invoice, updated=self.now(), items=(*invoice.items, added)))

    def delete_draft(self, invoice_id: int) -> None:
        """Delete a draft with all that belongs to it. Refuses what is no draft any more."""
        with self._changing():
            invoice = self._in_state(invoice_id, "DRAFT")
            del self._tables[Invoice][invoice.id]
            for comment in self.all(Comment):
                if comment.invoice_id == invoice.id:
                    del self._tables[Comment][comment.id]

    def complete(self, invoice_id: int, fields: Fields | None = None, user: User | None = None) -> Invoice:
        """Give a draft its real number. Refuses one without a date or with an unknown template."""
        with self._changing():
            invoice = self._in_state(invoice_id, "DRAFT")
            template_id = read.whole(fields or {}, "template_id") or invoice.template_id
            if template_id not in self._tables[Template]:
                raise Refusal(400, "no valid template_id given")
            days = self.settings.due_days if invoice.due_days is None else invoice.due_days
            values = drafting.completed_values(invoice.date, invoice.due_date, days)
            number = self.settings.invoice_number_next
            self.settings = replace(self.settings, invoice_number_next=number + 1)
            invoice = replace(invoice, updated=self.now(), number=number, template_id=template_id, **values)
            self._note(invoice, "STATUS", "Rechnung abgeschlossen.", user)
            return self._keep(invoice)

    def pay(self, invoice_id: int) -> Invoice:
        """A completed invoice was paid in full."""
        with self._changing():
            invoice = self._in_state(invoice_id, "OPEN", "OVERDUE")
            return self._keep(replace(invoice, updated=self.now(), status="PAID"))

    def cancel(self, invoice_id: int, user: User | None = None) -> Invoice:
        """Cancel a completed invoice."""
        with self._changing():
            invoice = self._in_state(invoice_id, "OPEN", "OVERDUE", "PAID")
            self._note(invoice, "CANCEL", "Rechnung storniert.", user)
            return self._keep(replace(invoice, updated=self.now(), status="CANCELED"))

    def uncancel(self, invoice_id: int) -> Invoice:
        """Let a cancelled invoice count again."""
        with self._changing():
            return self._keep(replace(self._in_state(invoice_id, "CANCELED"), updated=self.now(), status="OPEN"))

    def put_back(self, invoice: Invoice) -> Invoice:
        """Have an invoice as it was before, which only a playground can."""
        with self._changing():
            return self._keep(invoice)

    def status_of(self, invoice: Invoice) -> Status:
        """The status today: an open invoice past its due date is overdue."""
        today = self.now().astimezone(BERLIN).date()
        if invoice.status == "OPEN" and invoice.due_date is not None and invoice.due_date < today:
            return "OVERDUE"
        return invoice.status

    def number_of(self, invoice: Invoice) -> str:
        """The printed number; for a draft only a preview, the same for all drafts."""
        return f"{invoice.number_pre}{invoice.number or self.settings.invoice_number_next}"

    # For the page

    def documents(self) -> list[Document]:
        """All invoices as a person sees them, newest first."""
        with self._lock:
            return [self._document(invoice) for invoice in reversed(self.all(Invoice))]

    def drafts(self) -> list[Document]:
        """Those of them that are still drafts."""
        return [each for each in self.documents() if each.status == "DRAFT"]

    def document(self, invoice_id: int) -> Document:
        """One invoice as a person sees it. Refuses an unknown id with 404."""
        with self._lock:
            return self._document(self.get(Invoice, invoice_id))

    def _document(self, invoice: Invoice) -> Document:
        client = self._tables[Client].get(invoice.client_id)
        return document(invoice, client, number=self.number_of(invoice), status=self.status_of(invoice))

    # Inside one step

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            yield
            self.version += 1
        for listener in tuple(self.listeners):  # without the lock: a listener may ask us back from another thread
            listener()

    def _new(self, kind: type[R], **values: Any) -> R:
        self._last_id += 1
        now = self.now()
        return kind(id=self._last_id, created=now, updated=now, **values)

    def _keep(self, record: R) -> R:
        self._tables[type(record)][record.id] = record
        return record

    def _note(
        self, invoice: Invoice, actionkey: Literal["CREATE", "STATUS", "CANCEL"], sentence: str, user: User | None
    ) -> None:
        user_id = user.id if user else None
        note = self._new(Comment, invoice_id=invoice.id, actionkey=actionkey, comment=sentence, user_id=user_id)
        self._keep(note)

    def _in_state(self, invoice_id: int, *allowed: Status) -> Invoice:
        invoice = self.get(Invoice, invoice_id)
        if self.status_of(invoice) not in allowed:
            raise Refusal(400, f"invoice has status {self.status_of(invoice)}, needed: {' or '.join(allowed)}")
        return invoice

    def _client_for(self, fields: Fields) -> Client:
        client_id = read.whole(fields, "client_id")
        if client_id is None:
            raise Refusal(400, "client_id is required")
        client: Client | None = self._tables[Client].get(client_id)
        if client is None:
            raise Refusal(400, f"client_id: there is no client {client_id}")
        if client.archived:
            raise Refusal(400, f"The client {client.name or client.person} is archived and gets no new documents.")
        return client

    def _item_values(self, sent: Fields, client: Client) -> dict[str, Any]:
        article_id = read.whole(sent, "article_id")
        article: Article | None = None if article_id is None else self._tables[Article].get(article_id)
        if article_id is not None and article is None:
            raise Refusal(400, f"article_id: there is no article {article_id}")
        untaxed = {country.country_code for country in self.all(CountryTax)}
        return drafting.item_values(
            sent,
            article=article,
            client=client,
            units=self.all(Unit),
            taxes=self.all(Tax),
            tax_free=drafting.is_tax_free(client, untaxed),
        )
