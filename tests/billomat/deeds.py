"""What tests of the account do again and again: connect it, import from it, and delete something there."""

from collections.abc import Callable
from datetime import timedelta

from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.person import Person

RunJobs = Callable[[], int]


def connects(
    person: Person, *, billomat_id: str = "acme", key: str = seed.ADMIN_KEY, rate: str = "19", again: bool = False
) -> bool:
    """Whether there is no error at a field."""
    person.types("/track connect")
    if again:
        person.clicks("Use another key …")
    return fill(person, billomat_id=billomat_id, key=key, rate=rate)


def fill(person: Person, *, billomat_id: str = "acme", key: str = seed.ADMIN_KEY, rate: str = "19") -> bool:
    person.modal.fill("billomatID", billomat_id)
    person.modal.fill("API key", key)
    person.modal.fill("Default VAT rate", rate)
    person.modal.submit()
    return not person.modal.errors


def starts_import(person: Person) -> str:
    person.workspace.clock.forward(timedelta(minutes=1))
    person.types("/track connect")
    person.clicks("Import again" if "Import again" in person.modal.buttons else "Import now")
    text = person.modal.text
    person.modal.close()
    return text


def delete(account: Account, record: Client | Article) -> None:
    """As a person may in Billomat while there are no documents."""
    del account._tables[type(record)][record.id]
