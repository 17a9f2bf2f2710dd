"""The form that links customers, and the sentence that asks for it."""

from bot.catalog.views.listing import with_moved
from bot.core.texts import Reader
from bot.slack.blocks import View, external_select, field, modal, option, section
from storage.catalog import Named

LINK = "account_link"
LINKED = "account_linked"
OURS = "account_link_ours"
THEIRS = "account_link_theirs"


def link_form(to: Reader) -> View:
    """Which customer of ours is which one of Billomat."""
    blocks = [
        section(
            to.t(
                "Projects and time of the first customer move to the second one, and an open draft of the first is "
                "discarded. This cannot be undone."
            )
        ),
        field(to.t("Customer created in Slack"), external_select(OURS, to.t("Search")), block_id="ours"),
        field(to.t("Customer in Billomat"), external_select(THEIRS, to.t("Search")), block_id="theirs"),
    ]
    return modal(LINKED, to.t("Link a customer"), blocks, submit=to.t("Link"), close=to.t("Cancel"))


def linked(to: Reader, ours: Named, theirs: Named, entries: int) -> View:
    """Two customers are one."""
    text = to.t("✅ {ours} is now {theirs}.", ours=ours.name, theirs=_shown(theirs))
    blocks = [section(with_moved(to, text, entries))]
    return modal("account_link_done", to.t("Link a customer"), blocks, close=to.t("Close"))


def customer_option(customer: Named) -> dict[str, object]:
    """A customer in a menu; the number tells namesakes apart."""
    return option(_shown(customer), str(customer.id))


def waiting_sentence(to: Reader, count: int) -> str:
    """How many customers wait to be linked."""
    return to.n(
        "{count} customer was created in Slack and is not linked with Billomat yet.",
        "{count} customers were created in Slack and are not linked with Billomat yet.",
        count,
    )


def _shown(customer: Named) -> str:
    return f"{customer.name} ({customer.detail})" if customer.detail else customer.name
