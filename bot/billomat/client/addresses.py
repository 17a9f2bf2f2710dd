"""Where an account is, and where a person looks at an invoice."""

import re

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
    """The invoice in Billomat's own editor. The path is not documented; client libraries use it."""
    return f"{base_url}/app/beta/invoices/{invoice_id}"


def client_link(base_url: str, client_id: int) -> str:
    """The customer there, by the path of the library that is maintained; an older one of another program differs.

    Source: github.com/DevelappersGmbH/BillomatNet
    """
    return f"{base_url}/app/beta/masterdata/clients/{client_id}"
