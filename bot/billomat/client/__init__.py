"""Billomat's REST API: the door to the modules below, of which only `network` touches the network.

`requests` builds calls, `answers` reads what comes back, `failures` says what it means where that is no success,
`errors` are named after what the caller may do next, and `api` puts it together.
"""

from bot.billomat.client.addresses import base_url, billomat_id, client_link, invoice_link
from bot.billomat.client.answers import MAX_ANSWER_BYTES, vat_id
from bot.billomat.client.api import Billomat, Budget
from bot.billomat.client.errors import AccessDenied, BillomatError, NotDone, OutcomeUnknown, Refused
from bot.billomat.client.failures import QUOTA_WINDOW
from bot.billomat.client.network import http_client
from bot.billomat.client.requests import draft_body, without_emoji
from bot.billomat.client.values import (
    AccountSettings,
    BillomatArticle,
    BillomatClient,
    BillomatInvoice,
    BillomatLine,
    BillomatTax,
    NewDraft,
    NewDraftLine,
    OwnBusiness,
    Owner,
    Page,
    Quota,
)

__all__ = [
    "MAX_ANSWER_BYTES",
    "QUOTA_WINDOW",
    "AccessDenied",
    "AccountSettings",
    "Billomat",
    "BillomatArticle",
    "BillomatClient",
    "BillomatError",
    "BillomatInvoice",
    "BillomatLine",
    "BillomatTax",
    "Budget",
    "NewDraft",
    "NewDraftLine",
    "NotDone",
    "OutcomeUnknown",
    "OwnBusiness",
    "Owner",
    "Page",
    "Quota",
    "Refused",
    "base_url",
    "billomat_id",
    "client_link",
    "draft_body",
    "http_client",
    "invoice_link",
    "vat_id",
    "without_emoji",
]
