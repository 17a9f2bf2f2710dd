"""What is missing for an e-invoice: a line above the fold, and a window with the reasons and the way to Billomat."""

from bot.billing.einvoice import MissingTerms
from bot.billing.preview import Preview
from bot.billing.rules.einvoice import OF_CUSTOMER, Missing
from bot.core.texts import Reader
from bot.slack.blocks import Block, View, button, context, linked, modal, section
from bot.slack.metadata import Metadata, RowId

MISSING = "invoice_missing"
ENTERED = "invoice_missing_entered"
"""Submitting the window has the customer read anew."""
OF_DRAFT: Metadata[int] = Metadata(RowId)


def missing_blocks(to: Reader, preview: Preview) -> list[Block]:
    """The line; it keeps nobody from sending."""
    if not preview.missing:
        return []
    named = ", ".join(_name(to, each) for each in preview.missing)
    text = to.t("📄 Missing for an e-invoice: {terms}", terms=named)
    return [section(text, button(to.t("Show …"), MISSING, label=to.t("Show what is missing")), block_id="missing")]


def missing_page(to: Reader, found: MissingTerms) -> View:
    """Each of them with its term and reason, and the customer's page in Billomat."""
    lacking = [f"{_name(to, each)} ({each}): {_reason(to, each)}" for each in found.terms]
    blocks: list[Block] = [section("• " + "\n• ".join(lacking) if lacking else to.t("Nothing is missing any more."))]
    is_theirs = any(each in OF_CUSTOMER for each in found.terms)
    if is_theirs:
        text = to.t("It is entered in Billomat, at {customer}.", customer=found.customer)
        blocks.append(linked(section(text), to.t("Open in Billomat"), found.link))
    blocks.append(
        context(
            to.t(
                "From 2027, small ones from 2028, businesses in Germany must send each other e-invoices. Billomat "
                "makes them from our drafts. You can send this draft all the same."
            )
        )
    )
    return modal(
        ENTERED,
        to.t("For an e-invoice"),
        blocks,
        submit=to.t("Ask Billomat") if is_theirs else None,
        close=to.t("Back"),
        metadata=OF_DRAFT.pack(found.draft_id),
    )


def _name(to: Reader, term: Missing) -> str:
    return {
        Missing.STREET: to.t("street"),
        Missing.ZIP: to.t("postal code"),
        Missing.CITY: to.t("city"),
        Missing.COUNTRY: to.t("country"),
        Missing.EMAIL: to.t("e-mail"),
        Missing.VAT_ID: to.t("the customer's VAT id"),
        Missing.OWN_VAT_ID: to.t("our VAT id"),
        Missing.UNIT: to.t("unit"),
    }[term]


def _reason(to: Reader, term: Missing) -> str:
    return {
        Missing.STREET: to.t("the full address has to stand on an invoice (§ 14 (4) no. 1 UStG)"),
        Missing.ZIP: to.t("XRechnung wants it (BR-DE-9)"),
        Missing.CITY: to.t("XRechnung wants it (BR-DE-8)"),
        Missing.COUNTRY: to.t("the norm wants it (BR-11)"),
        Missing.EMAIL: to.t("the address it is sent to (PEPPOL-EN16931-R010)"),
        Missing.VAT_ID: to.t("the customer owes the VAT (BR-AE-02)"),
        Missing.OWN_VAT_ID: to.t(
            "the customer owes the VAT (BR-AE-02); enter it with /track connect, “Your business …”"
        ),
        Missing.UNIT: to.t(
            "a line has none that your Billomat account lists, so it has no code for it (BR-23). Add it there under "
            "units, or at the article"
        ),
    }[term]
