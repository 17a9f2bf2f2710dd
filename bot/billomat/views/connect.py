"""The form that connects Billomat, and how the connection stands."""

from collections.abc import Iterable
from decimal import Decimal

from bot.billomat.rules.side_lists import SideList
from bot.billomat.rules.trouble import Trouble
from bot.billomat.views.link import LINK, waiting_sentence
from bot.core.texts import Reader
from bot.slack.blocks import View, actions, button, context, field, modal, option, section, static_select, text_input
from bot.slack.request import Request
from bot.slack.untrusted import reading
from storage.billomat import ConnectedAccount

CONNECT = "account_connect"
START_IMPORT = "account_import"
"""The submission of the view that reports success."""
IMPORT_AGAIN = "account_import_again"
RECONNECT = "account_reconnect"
BUSINESS = "account_business"
"""The form of the business itself, and the button that opens it."""
_UNSAID, _YES, _NO = "unsaid", "yes", "no"
USUAL_RATE = 1900


def connect_form(to: Reader, *, billomat_id: str = "", tax_rate: int = USUAL_RATE, problem: str = "") -> View:
    """The form without a key, whatever was typed before (hundredths of a percent); `problem` says why it is back."""
    blocks = [
        *([section(f"⚠️ {problem}")] if problem else []),
        field(
            to.t("billomatID"),
            text_input("billomat_id", initial=billomat_id, most=200, placeholder="acme"),
            block_id="billomat_id",
            hint=to.t("The first part of your Billomat address: acme in acme.billomat.net"),
        ),
        field(
            to.t("API key"),
            text_input("key", most=200),
            block_id="key",
            hint=to.t(
                "In Billomat: Settings › Administration › Employees, edit your own user and switch API access on. The "
                "key is stored encrypted and never shown again."
            ),
        ),
        field(
            to.t("Default VAT rate"),
            text_input("tax_rate", initial=to.number(Decimal(tax_rate).scaleb(-2)), most=10),
            block_id="tax_rate",
            hint=to.t("In percent, as your account has it, for example 19 or 8.1"),
        ),
    ]
    return modal(CONNECT, to.t("Connect Billomat"), blocks, submit=to.t("Connect"), close=to.t("Cancel"))


def checking(to: Reader) -> View:
    """Billomat takes its time; this is replaced by the result."""
    text = to.t("⏳ Checking the connection… Billomat is slow right now. The result appears here.")
    return modal("checking", to.t("Connect Billomat"), [section(text)], close=to.t("Close"))


def connected(to: Reader, account: ConnectedAccount, lacking: Iterable[SideList] = ()) -> View:
    """It works; submitting this starts the import. `lacking`: what the account does not list."""
    blocks = [
        section(to.t("✅ Connected to {account} as {owner}", account=account.billomat_id, owner=account.key_owner)),
        context(_terms(to, account)),
        *(section(lacking_sentence(to, each)) for each in lacking),
        section(
            to.t(
                "Next: import customers and articles. That runs in the background, and I tell you in a direct message "
                "how far it is."
            )
        ),
    ]
    return modal(START_IMPORT, to.t("Connect Billomat"), blocks, submit=to.t("Import now"), close=to.t("Later"))


def status(to: Reader, account: ConnectedAccount, unlinked: int) -> View:
    """What is connected, when it was imported, and what can be done about it."""
    blocks = [
        section(to.t("Connected to {account} as {owner}", account=account.billomat_id, owner=account.key_owner)),
        context(_terms(to, account)),
    ]
    if account.trouble:
        blocks.append(section("⚠️ " + trouble_sentence(to, account.trouble)))
    if account.imported_at:
        imported_on = to.full_date(to.local(account.imported_at).date())
        blocks.append(section(to.t("Last import: {day}, {time}", day=imported_on, time=to.clock(account.imported_at))))
    else:
        blocks.append(section(to.t("Nothing was imported yet.")))
    if unlinked:
        blocks.append(section(waiting_sentence(to, unlinked)))
    blocks.append(section(_business(to, account), button(to.t("Your business …"), BUSINESS)))
    again = to.t("Import again") if account.imported_at else to.t("Import now")
    link = [button(to.t("Link a customer …"), LINK)] if unlinked else []
    blocks.append(actions(button(again, IMPORT_AGAIN), *link, button(to.t("Use another key …"), RECONNECT)))
    return modal("account", "Billomat", blocks, close=to.t("Close"))


def _business(to: Reader, account: ConnectedAccount) -> str:
    """What is known of the business: the tax of invoices follows from it."""
    known = [
        to.t("Country: {country}", country=account.country or to.t("not known")),
        to.t("VAT id: {vat_id}", vat_id=account.vat_id or to.t("not known")),
        to.t("small business (§ 19 UStG)") if account.small_business else "",
    ]
    return to.t("Your business: {known}", known=" · ".join(filter(None, known)))


def business_form(to: Reader, account: ConnectedAccount) -> View:
    """Where the business is, its VAT id, and whether it is a small one."""
    small = {
        None: option(to.t("Not said"), _UNSAID),
        False: option(to.t("No"), _NO),
        True: option(to.t("Yes, § 19 UStG"), _YES),
    }
    blocks = [
        field(
            to.t("Country"),
            text_input("country", initial=account.country, most=2, placeholder="DE"),
            block_id="country",
            optional=True,
            hint=to.t("Two letters. For Germany I tell which VAT holds; elsewhere, or empty, Billomat decides alone."),
        ),
        field(to.t("VAT id"), text_input("vat_id", initial=account.vat_id, most=30), block_id="vat_id", optional=True),
        field(
            to.t("Small business under § 19 UStG"),
            static_select("small", list(small.values()), initial=small[account.small_business]),
            block_id="small",
        ),
        context(to.t("Where Billomat says country or VAT id itself, the next import takes what it says.")),
    ]
    return modal(BUSINESS, to.t("Your business"), blocks, submit=to.t("Save"), close=to.t("Cancel"))


@reading()
def entered_small(request: Request) -> bool | None:
    """Whether the business is a small one; None: not said. Raises UserError."""
    return {_UNSAID: None, _NO: False, _YES: True}[request.entered_choice("small") or ""]


def import_started(to: Reader) -> View:
    """The job is planned."""
    text = to.t("📥 The import is running. I tell you in a direct message how far it is; you can close this window.")
    return modal("account_import_started", "Billomat", [section(text)], close=to.t("Close"))


def trouble_sentence(to: Reader, trouble: Trouble) -> str:
    """What keeps us from Billomat, and what a person can do."""
    match trouble:
        case Trouble.UNREADABLE:
            return to.t(
                "I can no longer read the stored API key: TRACKOMAT_KEY (or the file trackomat.key) was changed or "
                "lost. Put the old one back, or enter the API key again: /track connect."
            )
        case Trouble.KEY:
            return to.t("Billomat no longer accepts the API key. Connect with a new one: /track connect.")
        case Trouble.PLAN:
            return to.t(
                "The Billomat plan does not allow this. Check the plan in Billomat, then connect: /track connect."
            )
        case Trouble.RIGHTS:
            return to.t(
                "The owner of the API key has too few rights in Billomat. Extend them, then connect: /track connect."
            )


def lacking_sentence(to: Reader, lacking: SideList) -> str:
    """A list that the account does not have, and what follows."""
    match lacking:
        case SideList.TAXES:
            return to.t("⚠️ Billomat does not list its tax rates (404), so every line gets the default VAT.")
        case SideList.UNITS:
            return to.t(
                "⚠️ Billomat does not list its units (404), so I take the price of new articles for that of an hour. "
                "Please check it before you bill."
            )
        case SideList.COUNTRY_TAXES:
            return to.t(
                "⚠️ Billomat does not list the countries without VAT (404), so only customers whose own rule says so "
                "are billed without it. Please check drafts for customers abroad."
            )


def _terms(to: Reader, account: ConnectedAccount) -> str:
    rate = to.percent(account.tax_rate)
    return to.t(
        "Default VAT: {rate} ({name}) · {currency}", rate=rate, name=account.tax_name, currency=account.currency
    )
