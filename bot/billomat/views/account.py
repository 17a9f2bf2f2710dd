"""The forms that connect Billomat and link customers, and what is said while an import runs."""

from decimal import Decimal

from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    context,
    external_select,
    field,
    message,
    modal,
    option,
    section,
    text_input,
)
from storage.billomat import Account, Changes
from storage.catalog import Named

CONNECT = "account_connect"
START_IMPORT = "account_import"
"""The submission of the view that reports success."""
IMPORT_AGAIN = "account_import_again"
RECONNECT = "account_reconnect"
LINK = "account_link"
LINKED = "account_linked"
OURS = "account_link_ours"
THEIRS = "account_link_theirs"
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
                "In Billomat: Settings, Employees, your name, API access. It is stored encrypted and never shown again."
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


def connected(to: Reader, account: Account) -> View:
    """It works; submitting this starts the import."""
    blocks = [
        section(to.t("✅ Connected to {account} as {owner}", account=account.billomat_id, owner=account.key_owner)),
        context(_terms(to, account)),
        section(
            to.t(
                "Next: import customers and articles. That runs in the background, and I tell you in a direct message "
                "how far it is."
            )
        ),
    ]
    return modal(START_IMPORT, to.t("Connect Billomat"), blocks, submit=to.t("Import now"), close=to.t("Later"))


def status(to: Reader, account: Account, unlinked: int) -> View:
    """What is connected, when it was imported, and what can be done about it."""
    blocks = [
        section(to.t("Connected to {account} as {owner}", account=account.billomat_id, owner=account.key_owner)),
        context(_terms(to, account)),
    ]
    if account.trouble:
        blocks.append(section("⚠️ " + trouble(to, account.trouble)))
    if account.imported_at:
        imported_on = to.full_date(to.local(account.imported_at).date())
        blocks.append(section(to.t("Last import: {day}, {time}", day=imported_on, time=to.clock(account.imported_at))))
    else:
        blocks.append(section(to.t("Nothing was imported yet.")))
    if unlinked:
        blocks.append(section(_unlinked(to, unlinked)))
    again = to.t("Import again") if account.imported_at else to.t("Import now")
    link = [button(to.t("Link a customer"), LINK)] if unlinked else []
    blocks.append(actions(button(again, IMPORT_AGAIN), *link, button(to.t("Use another key"), RECONNECT)))
    return modal("account", "Billomat", blocks, close=to.t("Close"))


def import_started(to: Reader) -> View:
    """The job is planned."""
    text = to.t("📥 The import is running. I tell you in a direct message how far it is; you can close this window.")
    return modal("account_import_started", "Billomat", [section(text)], close=to.t("Close"))


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
    moved = to.n("{count} time entry moved.", "{count} time entries moved.", entries)
    return modal("account_link_done", to.t("Link a customer"), [section(f"{text} {moved}")], close=to.t("Close"))


def customer_option(customer: Named) -> dict[str, object]:
    """A customer in a menu; the number tells namesakes apart."""
    return option(_shown(customer), str(customer.id))


def importing(to: Reader, done: int, total: int) -> Message:
    """How far an import is."""
    if not total:
        return message(to.t("📥 Importing from Billomat…"))
    return message(to.t("📥 Importing… {done} of {total} customers", done=to.number(done), total=to.number(total)))


def import_waits(to: Reader) -> Message:
    """Billomat does not answer for now."""
    return message(
        to.t("📥 Importing… Billomat does not answer right now. I try again for some hours and go on where I was.")
    )


def import_stopped(to: Reader, why: str) -> Message:
    """An import ended before its end; what it brought stays."""
    return message(to.t("⚠️ The import stopped. {why} What was imported so far stays.", why=why))


def refused(to: Reader, said: str) -> str:
    """Billomat does not do what an import asks for, in its own words."""
    return to.t("Billomat refused it: “{said}”. You can start it again with /track connect.", said=said)


def imported(
    to: Reader, customers: int, articles: int, taxes: int, changes: Changes, *, linked: int, unlinked: int
) -> Message:
    """What there is now and what is different."""
    there = (
        to.n("{count} customer", "{count} customers", customers),
        to.n("{count} article", "{count} articles", articles),
        to.n("{count} tax rate", "{count} tax rates", taxes),
    )
    different = (
        (changes.new, to.n("{count} new", "{count} new", changes.new)),
        (changes.renamed, to.n("{count} renamed", "{count} renamed", changes.renamed)),
        (changes.archived, to.n("{count} archived", "{count} archived", changes.archived)),
        (linked, to.n("{count} linked by its name", "{count} linked by their names", linked)),
    )
    text = to.t("✅ Imported: {there}.", there=", ".join(there))
    if said := [words for count, words in different if count]:
        text += f" {', '.join(said)}."
    blocks: list[Block] = [section(text)]
    if unlinked:
        blocks += [section(_unlinked(to, unlinked)), actions(button(to.t("Link a customer"), LINK))]
    return message(text, blocks)


def trouble(to: Reader, kind: str) -> str:
    """What keeps us from Billomat, and what a person can do; `kind` is what the account's row keeps."""
    if kind == "unreadable":
        return to.t(
            "I can no longer read the stored API key: TRACKOMAT_KEY (or the file trackomat.key) was changed or lost. "
            "Put the old one back, or enter the API key again: /track connect."
        )
    if kind == "key":
        return to.t("Billomat no longer accepts the API key. Connect with a new one: /track connect.")
    if kind == "plan":
        return to.t("The Billomat plan does not allow this. Check the plan in Billomat, then connect: /track connect.")
    return to.t("The owner of the API key has too few rights in Billomat. Extend them, then connect: /track connect.")


def _terms(to: Reader, account: Account) -> str:
    rate = to.percent(account.tax_rate)
    return to.t(
        "Default VAT: {rate} ({name}) · {currency}", rate=rate, name=account.tax_name, currency=account.currency
    )


def _unlinked(to: Reader, count: int) -> str:
    return to.n(
        "{count} customer was created in Slack and is not linked with Billomat yet.",
        "{count} customers were created in Slack and are not linked with Billomat yet.",
        count,
    )


def _shown(customer: Named) -> str:
    return f"{customer.name} ({customer.detail})" if customer.detail else customer.name
