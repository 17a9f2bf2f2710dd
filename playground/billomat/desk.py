"""What a person does in Billomat's own pages, each of which can be taken back in the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from playground.billomat.account import Account
from playground.billomat.records import Invoice, Item

Deed = Literal["complete", "shorten", "pay", "cancel", "uncancel", "delete", "revoke"]


@dataclass(frozen=True, slots=True)
class Done:
    """The last deed: what was done to what, as the page names it."""

    deed: Deed
    to: str
    take_back: Callable[[], object]


class Desk:
    """The deeds on one account, and the way back through all of them."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._done: list[Done] = []

    @property
    def last(self) -> Done | None:
        """What `take_back` would take back."""
        return self._done[-1] if self._done else None

    def complete(self, invoice_id: int) -> None:
        """Give a draft its number. Raises Refusal, as all of them."""
        self._deed("complete", invoice_id, self.account.complete)

    def shorten(self, invoice_id: int) -> None:
        """Take the last line off of a draft."""
        items = self.account.get(Invoice, invoice_id).items
        self._deed("shorten", invoice_id, partial(self.account.edit_lines, edit=lambda item: _unless(item, items[-1])))

    def pay(self, invoice_id: int) -> None:
        """Note that a completed invoice was paid."""
        self._deed("pay", invoice_id, self.account.pay)

    def cancel(self, invoice_id: int) -> None:
        """Cancel a completed invoice."""
        self._deed("cancel", invoice_id, self.account.cancel)

    def uncancel(self, invoice_id: int) -> None:
        """Let a cancelled invoice count again."""
        self._deed("uncancel", invoice_id, self.account.uncancel)

    def delete(self, invoice_id: int) -> None:
        """Delete a draft."""
        self._deed("delete", invoice_id, self.account.delete_draft)

    def revoke(self, api_key: str, name: str) -> None:
        """Let a key work no more; `name` is what the page calls it."""
        user = self.account.user_of(api_key)
        self.account.revoke(api_key)
        if user:
            self._done.append(Done("revoke", name, partial(self.account.allow, api_key, user)))

    def take_back(self) -> None:
        """Make the last deed undone."""
        if self._done:
            self._done.pop().take_back()

    def _deed(self, deed: Deed, invoice_id: int, do: Callable[[int], object]) -> None:
        before = self.account.get(Invoice, invoice_id)
        number = self.account.number_of(before)
        do(invoice_id)
        self._done.append(Done(deed, number, partial(self.account.put_back, before)))


def _unless(item: Item, left_out: Item) -> Item | None:
    return None if item is left_out else item
