"""Connect Billomat, import from it, link customers: what an admin can rely on."""

import secrets
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import httpx
import pytest
import respx
from sqlalchemy import and_, func, select, text

import commands.billomat
from bot import jobs
from bot.billomat import imports, link
from bot.billomat.client import Billomat, BillomatTax
from bot.catalog.rules.spelling import name_key
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.vault import Vault
from bot.people import callers as people
from bot.tracking import entries as bot_entries
from bot.tracking import own_entries, splitting
from bot.tracking.rules.spans import Interval
from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.person import Person, person
from playground.slack.workspace import Workspace
from storage import billomat as billomat_rows
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import linking as linking_rows
from storage import people as people_rows
from storage import tracking as tracking_rows
from storage.tables import audits, drafts, entries, metadata, taxes
from storage.tables import jobs as job_table
from tests.billomat.deeds import RunJobs, connects, delete, fill, starts_import
from tests.conftest import FrozenClock, at_once
from tests.deeds import until
from tests.drafts import add_draft

# Connect


def test_connecting_shows_whose_key_it_is_and_offers_the_import(anna: Person, bot: Bot) -> None:
    assert connects(anna)
    assert "Connected to acme as Anna Albrecht (anna@acme.example)" in anna.modal.text
    assert "Default VAT: 19% (MwSt) · EUR" in anna.modal.text
    assert anna.modal.view.submit == "Import now"
    assert known(bot).trouble is None


def test_a_connection_stands_in_the_audit_and_its_key_does_not(anna: Person, bot: Bot) -> None:
    connects(anna)
    with bot.database.read() as db:
        (made,) = db.execute(select(audits).where(audits.c.subject == "account")).all()
        everything = db.execute(select(audits.c.before, audits.c.after)).all()
    assert (made.person_id, made.action, made.before) == (1, "connect", None)
    assert made.after["billomat_id"] == "acme"
    assert made.after["key_owner"] == "Anna Albrecht (anna@acme.example)"
    account = stored(bot)
    assert account
    assert account.secret_key not in str(everything)
    assert seed.ADMIN_KEY not in str(everything)


@pytest.mark.parametrize(
    "typed", ["acme", " Acme ", "acme.billomat.net", "https://acme.billomat.net/app/beta/invoices/7"]
)
def test_the_account_may_be_named_or_pasted(typed: str, anna: Person, bot: Bot) -> None:
    assert connects(anna, billomat_id=typed)
    assert known(bot).billomat_id == "acme"


@pytest.mark.parametrize(
    ("typed", "rate", "name"),
    [("19", 1900, "MwSt"), ("7 %", 700, "MwSt"), ("0", 0, "steuerfrei"), ("19,0%", 1900, "MwSt")],
)
def test_the_rate_is_read_as_people_write_it(typed: str, rate: int, name: str, anna: Person, bot: Bot) -> None:
    assert connects(anna, rate=typed)
    assert (known(bot).tax_rate, known(bot).tax_name) == (rate, name)


@pytest.mark.parametrize(
    ("filled", "field", "sentence"),
    [
        ({"billomat_id": "my company"}, "billomatID", "This is no billomatID"),
        ({"billomat_id": "https://acme.example/"}, "billomatID", "This is no billomatID"),
        ({"key": "wrong"}, "API key", "does not accept this key"),
        ({"key": "ключ"}, "API key", "does not accept this key"),
        ({"key": seed.REVOKED_KEY}, "API key", "does not accept this key"),
        ({"key": seed.READ_ONLY_KEY}, "API key", "belongs to Rolf Reiter, who may only read invoices"),
        ({"rate": "8,1"}, "Default VAT rate", "has no tax of 8.1%. It has: 19%, 7%, 0%."),
        ({"rate": "a lot"}, "Default VAT rate", "Type the rate in percent"),
        ({"rate": "-19"}, "Default VAT rate", "Type the rate in percent"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
    filled: dict[str, str], field: str, sentence: str, anna: Person, bot: Bot
) -> None:
    assert not connects(anna, **filled)
    assert sentence in anna.modal.errors[field]
    assert stored(bot) is None


@pytest.mark.parametrize(
    ("answer", "field", "sentence"),
    [
        (httpx.Response(402, json={"errors": {"error": "Upgrade"}}), "API key", "plan of “acme” does not include this"),
        (httpx.Response(403, json={"errors": {"error": "Forbidden"}}), "API key", "too few rights in Billomat"),
        (httpx.Response(302, headers={"Location": "https://x.example"}), "billomatID", "no Billomat account “acme”"),
        (httpx.Response(404, json={"errors": {"error": "gone"}}), "billomatID", "There is no Billomat account “acme”"),
        (httpx.Response(503, html="<h1>Wartung</h1>"), "billomatID", "Billomat is in maintenance"),
        (httpx.Response(429, text="Try again in 246 seconds."), "billomatID", "Please try again in 5 min."),
        (httpx.ReadTimeout("slow"), "billomatID", "did not answer in time"),
        (httpx.ConnectError("refused"), "billomatID", "I cannot reach Billomat"),
        (httpx.Response(200, text="{"), "billomatID", "something that I do not understand"),
    ],
)
def test_each_trouble_of_billomat_has_its_own_plain_sentence(
    answer: Any, field: str, sentence: str, anna: Person
) -> None:
    with respx.mock(assert_all_mocked=False) as network:
        asked = network.route(path__regex="/api/users/myself")
        if isinstance(answer, httpx.Response):
            asked.return_value = answer
        else:
            asked.side_effect = answer
        assert not connects(anna)
    assert sentence in anna.modal.errors[field]
    assert anna.modal.value("billomatID") == "acme"


def test_a_mistyped_account_is_named(anna: Person, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = socket.getaddrinfo

    def asked(host: str, *more: Any, **options: Any) -> Any:
        if host == "acmme.billomat.net":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    monkeypatch.setitem(bot.settings.__dict__, "billomat_url", "https://{billomat_id}.billomat.net")
    assert not connects(anna, billomat_id="acmme")
    assert "There is no Billomat account “acmme”" in anna.modal.errors["billomatID"]


def test_trouble_after_the_key_was_accepted_is_said_too(anna: Person, account: Account) -> None:
    account.trouble.next("maintenance", on="GET taxes")
    assert not connects(anna)
    assert "Billomat is in maintenance" in anna.modal.errors["billomatID"]


def test_a_slow_billomat_is_waited_for_and_the_result_replaces_the_waiting(
    anna: Person, account: Account, impatient: None, workspace: Workspace
) -> None:
    account.trouble.next("late", seconds=0.3, on="GET users/myself")
    connects(anna)
    assert "Checking the connection…" in anna.modal.text
    until(workspace, lambda: "Connected to acme as Anna Albrecht" in anna.modal.text)


def test_after_a_slow_refusal_the_form_is_back_with_everything_but_the_key(
    anna: Person, account: Account, impatient: None, workspace: Workspace
) -> None:
    account.trouble.next("late", seconds=0.3, on="GET users/myself")
    connects(anna, key="wrong", rate="7")
    until(workspace, lambda: "does not accept this key" in anna.modal.text)
    assert anna.modal.value("billomatID") == "acme"
    assert anna.modal.value("Default VAT rate") == "7"
    assert anna.modal.value("API key") is None
    fill(anna, rate="7")
    until(workspace, lambda: "Connected to acme" in anna.modal.text)


def test_who_closed_the_window_meanwhile_is_connected_all_the_same(
    anna: Person, account: Account, impatient: None, bot: Bot, workspace: Workspace
) -> None:
    account.trouble.next("late", seconds=0.3, on="GET users/myself")
    connects(anna)
    anna.modal.close()
    until(workspace, lambda: stored(bot) is not None)
    anna.types("/track connect")
    assert "Connected to acme" in anna.modal.text


def test_a_check_that_hangs_ends_and_the_form_is_back(
    anna: Person, account: Account, impatient: None, workspace: Workspace, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(bot.settings.__dict__, "billomat_timeout", 0.5)
    account.trouble.next("late", seconds=2, on="GET users/myself")
    connects(anna)
    began = monotonic()
    until(workspace, lambda: "did not answer in time. Nothing was changed" in anna.modal.text)
    assert monotonic() - began < 2
    assert stored(bot) is None


def test_all_questions_of_a_check_share_one_end(
    anna: Person, account: Account, impatient: None, workspace: Workspace, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(bot.settings.__dict__, "billomat_timeout", 1)
    for question in ("GET users/myself", "GET settings", "GET taxes", "GET country-taxes"):
        account.trouble.next("late", seconds=0.6, on=question)
    connects(anna)
    until(workspace, lambda: "did not answer in time. Nothing was changed" in anna.modal.text)


def test_checks_that_hang_hold_up_no_other(
    anna: Person, account: Account, impatient: None, workspace: Workspace
) -> None:
    account.trouble.next("late", seconds=4, times=8, on="GET users/myself")
    for _ in range(8):
        connects(anna, key="wrong")
    began = monotonic()
    connects(anna)
    until(workspace, lambda: "Connected to acme as Anna Albrecht" in anna.modal.text)
    assert monotonic() - began < 3


def test_a_submission_that_slack_repeats_changes_nothing(anna: Person, workspace: Workspace, bot: Bot) -> None:
    assert connects(anna)
    before = known(bot)
    workspace.repeat().wait()
    assert known(bot) == before


def test_a_slow_submission_that_is_repeated_connects_once_and_disturbs_nobody(
    anna: Person, account: Account, impatient: None, workspace: Workspace
) -> None:
    account.trouble.next("late", seconds=0.3, times=2, on="GET users/myself")
    connects(anna)
    workspace.repeat().wait()
    until(workspace, lambda: "Connected to acme as Anna Albrecht" in anna.modal.text)
    assert anna.dm == []


def test_the_key_is_kept_encrypted_and_shown_nowhere(
    anna: Person, bot: Bot, caplog: pytest.LogCaptureFixture, run_jobs: RunJobs
) -> None:
    connects(anna)
    anna.modal.submit()
    run_jobs()
    anna.types("/track connect")
    with bot.database.read() as db:
        dump = "\n".join(str(row) for stored_in in metadata.sorted_tables for row in db.execute(select(stored_in)))
    shown = "\n".join([anna.modal.text, anna.modal.view.private_metadata, *(each.plain() for each in anna.dm)])
    assert seed.ADMIN_KEY not in dump + shown + caplog.text
    assert bot.vault.open(known(bot).secret_key) == seed.ADMIN_KEY


def test_a_member_cannot_connect_while_there_is_an_admin(anna: Person, finn: Person) -> None:
    anna.types("/track help")
    answer = finn.types("/track connect")
    assert answer
    assert not finn.sees_modal


def test_in_a_workspace_without_an_admin_whoever_connects_becomes_one(aylin: Person, bot: Bot) -> None:
    assert connects(aylin)
    with bot.database.read() as db:
        assert [person.name for person in people_rows.people_with_role(db, 1, "admin")] == ["Aylin Approver"]


def test_a_guest_cannot_connect(app: Any, workspace: Workspace) -> None:
    workspace.add_person("Gus Guest", is_restricted=True)
    gus = person(workspace, "Gus Guest")
    answer = gus.types("/track connect")
    assert answer
    assert "A guest of this workspace cannot connect Billomat" in answer.plain()


def test_another_key_of_the_account_replaces_the_first_and_clears_the_trouble(
    connected: None, anna: Person, account: Account, bot: Bot
) -> None:
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, trouble="key")
    account.add_user("second-key", first_name="Bert", last_name="Braun", rights={"invoices": "DELETE"})
    anna.types("/track connect")
    assert "no longer accepts the API key" in anna.modal.text
    anna.clicks("Use another key …")
    assert anna.modal.value("billomatID") == "acme"
    fill(anna, key="second-key")
    assert "as Bert Braun" in anna.modal.text
    assert known(bot).trouble is None


def test_drafts_that_waited_for_a_new_key_go_out_after_it_came(
    connected: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    with bot.database.write() as db:
        customer_id = creation_rows.add_customer(db, 1, name="Acme", key="acme")
        approved = {"token": "a1b2c3d4e5f6", "approved_by": 1, "net_cents": 100, "attempts": 1}
        add_draft(db, "approved", customer_id=customer_id, created_at=clock.now(), **approved)
    connects(anna, again=True)
    steps(bot, 1)  # what waited for the connection is woken
    with bot.database.read() as db:
        due = db.execute(select(job_table.c.due).where(job_table.c.key == "deliver:1")).scalar_one()
    assert due == int(clock.now().timestamp())


def test_customers_of_two_accounts_are_never_mixed(imported: None, anna: Person, bot: Bot) -> None:
    connects(anna, billomat_id="globex", again=True)
    assert "Customers and articles here come from “acme”" in anna.modal.errors["billomatID"]
    assert known(bot).billomat_id == "acme"


def test_before_an_import_another_account_may_be_connected(connected: None, anna: Person, bot: Bot) -> None:
    connects(anna, billomat_id="globex", again=True)
    assert known(bot).billomat_id == "globex"


def test_what_was_said_of_a_business_is_not_taken_for_another_one(connected: None, anna: Person, bot: Bot) -> None:
    """An invoice would name the VAT id of the one before, or leave the VAT out as a small business does."""
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, country="DE", vat_id="DE136695976", small_business=True, units="Stunde")
    connects(anna, again=True)
    with bot.database.read() as db:
        kept = billomat_rows.connected_account(db, 1)
    assert kept
    assert (kept.country, kept.vat_id, kept.small_business) == ("DE", "DE136695976", True)
    connects(anna, billomat_id="globex", again=True)
    with bot.database.read() as db:
        another = billomat_rows.connected_account(db, 1)
    assert another
    assert (another.country, another.vat_id, another.small_business, another.units) == ("", "", None, "")


# Import


def test_an_import_brings_everything_and_tells_so_in_one_message(
    connected: None, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    assert "The import is running" in starts_import(anna)
    run_jobs()
    assert [message.plain() for message in anna.dm] == ["✅ Imported: 25 customers, 12 articles, 3 tax rates. 37 new."]
    anna.types("/track connect")
    assert "Last import: 10 Mar 2026, 10:01" in anna.modal.text
    assert known(bot).untaxed_countries == "AE,AT,CH,FR,GB,NL,US"


def test_an_import_at_once_after_connecting_does_not_ask_anew_for_what_connecting_read(
    anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    connects(anna)
    anna.modal.submit()  # Import now
    assert calls_of(account, run_jobs) == 5  # whose it is, taxes, customers, articles, units
    assert (known(bot).currency, known(bot).untaxed_countries) == ("EUR", "AE,AT,CH,FR,GB,NL,US")
    anna.types("/track connect")
    anna.clicks("Import again")  # nobody does that but for a change
    assert calls_of(account, run_jobs) == 7  # the account and the countries without VAT too


def test_whoever_connects_anew_during_an_import_has_it_begin_anew(
    connected: None, anna: Person, run_jobs: RunJobs, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    taxes = Billomat.taxes

    def listed_too_late(client: Billomat) -> list[BillomatTax]:
        listed = taxes(client)
        monkeypatch.setattr(Billomat, "taxes", taxes)
        assert connects(anna, rate="0", again=True)
        return listed

    starts_import(anna)
    anna.workspace.clock.forward(timedelta(minutes=1))
    monkeypatch.setattr(Billomat, "taxes", listed_too_late)
    run_jobs()
    assert (known(bot).tax_rate, known(bot).tax_name) == (0, "steuerfrei")
    assert "Imported: 25 customers" in anna.dm[-1].plain()


def calls_of(account: Account, deed: Callable[[], object]) -> int:
    """How many calls Billomat counts meanwhile."""
    before = account.quota.take("").remaining
    deed()
    return before - account.quota.take("").remaining - 1


def test_names_arrive_as_they_are(account: Account, request: pytest.FixtureRequest, anna: Person, bot: Bot) -> None:
    account.add(Client, name="<!channel> & Söhne *GmbH*")
    request.getfixturevalue("imported")
    for typed, name in {
        "channel": "<!channel> & Söhne *GmbH*",
        "regenbogen": "🌈 Regenbogen-Kita",
        "jurgen": "Jürgen Groß",
        "نور": "شركة النور",
        "łukasz": "Kanzlei Weiß, Łukasz & Partner mbB",
    }.items():
        assert named(bot, typed) == [name]
    assert named(bot, "altkunde") == []  # archived in Billomat
    assert named(bot, "muller bau") == ["Müller Bau GmbH"] * 2


def test_articles_come_with_price_unit_and_tax(imported: None, bot: Bot) -> None:
    with bot.database.read() as db:
        query = select(catalog_rows.articles, taxes.c.rate).outerjoin(
            taxes, taxes.c.id == catalog_rows.articles.c.tax_id
        )
        found = {row.title: row for row in db.execute(query)}
    assert (found["Design"].price, found["Design"].unit, found["Design"].rate) == (88_5000, "Stunde", None)
    assert (found["Lektorat"].price, found["Lektorat"].rate) == (65_0000, 700)
    assert found["Support nach Absprache"].price is None
    assert found["Flash-Animation"].archived


def test_prices_of_an_account_that_states_them_with_vat_are_kept_as_they_are(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    account.change_settings(net_gross="GROSS", currency_code="CHF")
    starts_import(anna)
    run_jobs()
    with bot.database.read() as db:
        query = select(catalog_rows.articles.c.title, catalog_rows.articles.c.price)
        prices = {row.title: row.price for row in db.execute(query)}
        assert people_rows.workspace_terms(db, 1).currency == "CHF"
    assert (prices["Entwicklung"], prices["Lektorat"]) == (95_0000, 65_0000)


def test_a_repeated_import_follows_what_changed_in_billomat(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    anna.types("/track new Regenbogen-Kita")
    acme, bakery = account.all(Client)[:2]
    account.change(acme, name="Acme SE")
    account.change(bakery, archived=True)
    account.add(Client, name="Neukunde")
    starts_import(anna)
    run_jobs()
    assert anna.dm[-1].plain() == "✅ Imported: 26 customers, 12 articles, 3 tax rates. 1 new, 1 renamed, 1 archived."
    assert named(bot, "acme") == ["Acme Logistik GmbH", "Acme SE"]
    assert named(bot, "backerei") == []
    starts_import(anna)
    run_jobs()
    assert anna.dm[-1].plain() == "✅ Imported: 26 customers, 12 articles, 3 tax rates."


def test_time_stays_on_a_customer_that_was_renamed(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    anna.types("/track log 2h tischlerei")
    tischlerei = next(client for client in account.all(Client) if client.name.startswith("Tischlerei"))
    account.change(tischlerei, name="Möbelwerk Kiel")
    starts_import(anna)
    run_jobs()
    listed = anna.types("/track list")
    assert listed
    assert "Möbelwerk Kiel" in listed.plain()


def test_a_customer_back_from_the_archive_is_found_by_typing(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    tischlerei = next(client for client in account.all(Client) if client.name.startswith("Tischlerei"))
    for archived, answer in ((True, "Tischlerei O’Brien is archived in Billomat"), (False, "1:00 h")):
        account.change(tischlerei, archived=archived)
        starts_import(anna)
        run_jobs()
        said = anna.types("/track log 1h tischlerei")
        assert said
        assert answer in said.plain()


def test_the_number_that_tells_namesakes_apart_is_the_one_in_billomat(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    said = anna.types("/track log 1h müller bau")
    assert said
    müller = next(client for client in account.all(Client) if client.name.startswith("Müller Bau"))
    account.change(müller, number=7777)
    starts_import(anna)
    run_jobs()
    said = anna.types("/track log 1h müller bau")
    assert said
    assert any("KD7777" in button for button in said.buttons)


def test_what_was_deleted_in_billomat_is_archived(
    imported: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    delete(account, account.all(Client)[0])
    delete(account, account.all(Article)[0])
    starts_import(anna)
    run_jobs()
    assert anna.dm[-1].plain() == "✅ Imported: 24 customers, 11 articles, 3 tax rates. 2 archived."
    assert named(bot, "acme") == ["Acme Logistik GmbH"]


def test_a_customer_that_slips_between_two_pages_is_not_taken_for_deleted(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    seed.many(account, 1100)
    starts_import(anna)
    run_jobs()
    starts_import(anna)
    steps(bot, 4)  # who waited for the connection, the message, the account, the first page
    gone, slipped = account.all(Client)[0], account.all(Client)[1000]
    delete(account, gone)
    run_jobs()
    assert anna.dm[-1].plain() == "✅ Imported: 1,125 customers, 12 articles, 3 tax rates."
    assert slipped.name in named(bot, slipped.name)
    starts_import(anna)
    run_jobs()
    assert anna.dm[-1].plain().endswith("1 archived.")


@pytest.mark.expects_errors
def test_an_import_that_was_interrupted_goes_on_where_it_was(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot, clock: FrozenClock
) -> None:
    seed.many(account, 5000)
    starts_import(anna)
    steps(bot, 5)
    assert anna.dm[-1].plain() == "📥 Importing… 2,000 of 5,025 customers"
    account.trouble.next("maintenance", on="GET clients")
    run_jobs()
    assert "I try again for some hours and go on where I was" in anna.dm[-1].plain()
    clock.forward_by(minutes=5)
    assert calls_of(account, run_jobs) == 10  # pages 3 to 6, each with the row before it; units, articles
    assert [message.plain() for message in anna.dm] == [
        "✅ Imported: 5,025 customers, 12 articles, 3 tax rates. 5,037 new."
    ]


def test_over_quota_the_import_waits_as_long_as_billomat_says(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs, clock: FrozenClock
) -> None:
    account.trouble.next("quota", on="GET clients")
    starts_import(anna)
    run_jobs()
    assert "I try again for some hours" in anna.dm[-1].plain()
    assert run_jobs() == 0
    clock.forward_by(minutes=16)
    run_jobs()
    assert "✅ Imported: 25 customers" in anna.dm[-1].plain()


def test_a_key_that_was_revoked_stops_the_import_and_asks_for_a_new_one(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    account.revoke(seed.ADMIN_KEY)
    starts_import(anna)
    run_jobs()
    assert "The import stopped. Billomat no longer accepts the API key." in anna.dm[-1].plain()
    assert known(bot).trouble == "key"
    assert run_jobs() == 0


@pytest.mark.expects_errors
def test_a_stored_key_that_cannot_be_read_is_told_from_one_that_billomat_refuses(
    connected: None, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    with bot.database.write() as db:
        billomat_rows.change_account(
            db, 1, secret_key=Vault(["the key that was lost, of 32 characters"]).lock(seed.ADMIN_KEY)
        )
    starts_import(anna)
    assert "I can no longer read the stored API key: TRACKOMAT_KEY" in shown_status(anna)
    run_jobs()
    assert "The import stopped. I can no longer read the stored API key: TRACKOMAT_KEY" in anna.dm[-1].plain()
    assert known(bot).trouble == "unreadable"
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, secret_key=bot.vault.lock(seed.ADMIN_KEY))
    assert "I can no longer read" not in shown_status(anna)
    starts_import(anna)
    run_jobs()
    assert "✅ Imported" in anna.dm[-1].plain()
    assert known(bot).trouble is None


def shown_status(who: Person) -> str:
    """What /track connect says of the connection there is."""
    while who.sees_modal:
        who.modal.close()
    who.types("/track connect")
    return str(who.modal.text)


def test_what_billomat_refuses_is_shown_and_not_repeated(
    connected: None, anna: Person, account: Account, run_jobs: RunJobs
) -> None:
    account.trouble.next("redirect", on="GET articles")
    starts_import(anna)
    run_jobs()
    assert "The import stopped. Billomat refused it: “HTTP 302”." in anna.dm[-1].plain()
    assert run_jobs() == 0


def test_an_import_ends_although_slack_does_not_take_its_messages(
    connected: None, anna: Person, workspace: Workspace, run_jobs: RunJobs, bot: Bot
) -> None:
    starts_import(anna)
    workspace.change_person(anna.id, deleted=True)
    run_jobs()
    assert known(bot).imported_at


# Link


def test_a_customer_created_in_slack_is_linked_by_its_name_and_keeps_all(
    projects: None, connected: None, anna: Person, run_jobs: RunJobs, bot: Bot
) -> None:
    anna.types("/track log 2h acme website")
    starts_import(anna)
    run_jobs()
    assert "37 new, 2 linked by their names." in anna.dm[-1].plain()
    assert named(bot, "acme") == ["Acme GmbH", "Acme Logistik GmbH"]
    with bot.database.read() as db:
        assert linking_rows.count_unlinked(db, 1) == 0
    answer = anna.types("/track log 1h acme website")
    assert answer
    assert "today 3:00 h" in answer.plain()


def test_namesakes_are_never_linked_by_a_guess(connected: None, anna: Person, run_jobs: RunJobs, bot: Bot) -> None:
    with bot.database.write() as db:
        creation_rows.add_customer(db, 1, name="Müller Bau GmbH", key=name_key("Müller Bau GmbH"))
    starts_import(anna)
    run_jobs()
    assert "1 customer was created in Slack and is not linked" in anna.dm[-1].plain()
    assert named(bot, "muller bau") == ["Müller Bau GmbH"] * 3


@pytest.mark.parametrize(
    ("ours", "linked"), [("Schutz GmbH", False), ("SCHÜTZ  gmbh", True), ("Schu\u0308tz GmbH", True)]
)
def test_only_case_and_spaces_may_differ_between_customers_that_are_linked_by_their_names(
    ours: str, linked: bool, connected: None, anna: Person, account: Account, run_jobs: RunJobs, bot: Bot
) -> None:
    created(bot, ours)
    account.add(Client, name="Schütz GmbH")
    starts_import(anna)
    run_jobs()
    assert ("1 linked by its name" in anna.dm[-1].plain()) == linked
    assert named(bot, "schutz") == (["Schütz GmbH"] if linked else [ours, "Schütz GmbH"])


def test_the_rest_is_linked_by_hand_and_time_moves_along(
    imported: None, anna: Person, bot: Bot, clock: FrozenClock
) -> None:
    ours = created(bot, "Bauhof", "Rohbau", "Ausbau")
    theirs = customer_of(bot, "Stadtwerke Musterhausen")
    with bot.database.write() as db:
        creation_rows.add_project(db, 1, theirs, name="rohbau", key="rohbau")
        catalog_rows.names_changed(db, 1)
    for typed in ("2h bauhof rohbau", "1h bauhof ausbau", "1h stadtwerke rohbau"):
        anna.types(f"/track log {typed}")
    anna.types("/track start bauhof ausbau")
    anna.types("/track connect")
    anna.clicks("Link a customer …")
    anna.modal.fill("Customer created in Slack", "Bauhof")
    anna.modal.fill("Customer in Billomat", "Stadtwerke")
    anna.modal.submit()
    assert "Bauhof is now Stadtwerke Musterhausen (KD1018). 3 time entries moved." in anna.modal.text
    with bot.database.read() as db:
        booked = db.execute(select(entries.c.customer_id, func.count()).group_by(entries.c.customer_id)).all()
        is_moved = and_(audits.c.subject == "entry", audits.c.action == "link customer")
        moved = db.execute(select(audits.c.subject_id, audits.c.before, audits.c.after).where(is_moved)).all()
        targets = {
            (each.customer, each.project) for each in catalog_rows.live_targets(db, 1) if each.customer_id == theirs
        }
        assert catalog_rows.live_customer(db, 1, ours) is None
        linked = db.execute(select(audits.c.subject_id, audits.c.after).where(audits.c.subject == "customer")).all()
    assert linked == [(ours, {"archived": True, "merged_into": theirs})]
    assert booked == [(theirs, 4)]
    assert targets == {("Stadtwerke Musterhausen", "rohbau"), ("Stadtwerke Musterhausen", "Ausbau")}
    for entry_id, before, after in moved:
        with bot.database.read() as db:
            now = db.execute(select(entries).where(entries.c.id == entry_id)).one()
        assert before["customer_id"] == ours
        assert (after["customer_id"], after["project_id"]) == (now.customer_id, now.project_id)
    clock.forward_by(hours=1)
    anna.modal.close()
    stopped = anna.types("/track stop")
    assert stopped
    assert "Stadtwerke Musterhausen › Ausbau" in stopped.plain()


def test_where_no_time_moved_with_a_link_none_is_counted(imported: None, anna: Person, bot: Bot) -> None:
    created(bot, "Bauhof")
    anna.types("/track connect")
    anna.clicks("Link a customer …")
    anna.modal.fill("Customer created in Slack", "Bauhof")
    anna.modal.fill("Customer in Billomat", "Stadtwerke")
    anna.modal.submit()
    assert "Bauhof is now Stadtwerke Musterhausen (KD1018)." in anna.modal.text
    assert "moved" not in anna.modal.text


def test_the_open_invoice_of_a_linked_customer_is_discarded(imported: None, bot: Bot, clock: FrozenClock) -> None:
    ours = created(bot, "Bauhof")
    draft = {"workspace_id": 1, "customer_id": ours, "state": "open", "currency": "EUR", "attempts": 0}
    with bot.database.write() as db:
        db.execute(drafts.insert(), draft | {"created_by": 1, "created_at": clock.now()})
    links(bot, ours, customer_of(bot, "Stadtwerke Musterhausen"))
    with bot.database.read() as db:
        assert db.execute(select(drafts.c.state)).scalar_one() == "discarded"
        assert db.execute(select(audits.c.action).where(audits.c.subject == "draft")).scalar_one() == "discard"


def test_a_customer_is_linked_once(imported: None, bot: Bot) -> None:
    ours, theirs = created(bot, "Bauhof"), customer_of(bot, "Stadtwerke Musterhausen")
    links(bot, ours, theirs)
    with pytest.raises(UserError, match="linked already"):
        links(bot, ours, theirs)
    with pytest.raises(UserError, match="no longer in Billomat"):
        links(bot, created(bot, "Zweiter"), created(bot, "Dritter"))


def test_of_two_people_who_link_a_customer_at_once_one_is_told_so(imported: None, bot: Bot) -> None:
    ours = created(bot, "Bauhof")
    both = [customer_of(bot, name) for name in ("Stadtwerke Musterhausen", "Acme GmbH")]
    outcomes = at_once(*(partial(links, bot, ours, theirs) for theirs in both))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "UserError"]


def test_a_link_never_waits_for_somebody_who_waits_for_it(imported: None, anna: Person, bot: Bot) -> None:
    if bot.database.is_sqlite:
        pytest.skip("SQLite lets one change in at a time: pytest --postgresql")
    ours = created(bot, "Bauhof", "Ausbau")
    anna.types("/track log 8-9 bauhof ausbau")
    with bot.database.read() as db:
        known = people_rows.get_person(db, 1)
    caller = people.acting(known, now=bot.now(), request="split")
    with ThreadPoolExecutor(1) as threads:
        with bot.change_time(caller) as split:
            entry = own_entries.changeable(split, 1)
            middle = splitting.middle(entry, now=bot.now())
            first = bot_entries.resized(entry, Interval(entry.started_at, middle))
            tracking_rows.save_entry(split, entry, first, "split")
            linked = threads.submit(links, bot, ours, customer_of(bot, "Stadtwerke Musterhausen"))
            while not split.db.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                pass
            second = bot_entries.resized(entry, Interval(middle, entry.ended_at))
            tracking_rows.add_entry(split, second, "split")
        linked.result()
    with bot.database.read() as db:
        assert db.execute(select(func.count()).where(entries.c.customer_id == ours)).scalar_one() == 0
        assert db.execute(select(func.count()).select_from(entries)).scalar_one() == 2


def test_a_member_cannot_import_or_link(imported: None, finn: Person, bot: Bot) -> None:
    finn.types("/track help")
    with bot.database.read() as db:
        (member,) = people_rows.people_with_role(db, 1, "member")
    caller = people.acting(member, now=bot.now(), request="by hand")
    with pytest.raises(UserError):
        imports.start_import(bot, caller)
    with pytest.raises(UserError):
        link.link_customer(bot, caller, created(bot, "Bauhof"), customer_of(bot, "Stadtwerke Musterhausen"))
    for linked in (False, True):
        with pytest.raises(UserError):
            link.offered_customers(bot, caller, "", linked=linked)


# Words


@pytest.fixture
def impatient(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bot.settings.__dict__, "billomat_patience", 0.05)
    monkeypatch.setattr(commands.billomat, "ACK_TRAVELS", 0.1)


def steps(bot: Bot, count: int) -> None:
    for _ in range(count):
        assert jobs.run_one(bot)


def known(bot: Bot) -> billomat_rows.ConnectedAccount:
    found = stored(bot)
    assert found
    return found


def stored(bot: Bot) -> billomat_rows.ConnectedAccount | None:
    with bot.database.read() as db:
        return billomat_rows.connected_account(db, 1)


def named(bot: Bot, typed: str) -> list[str]:
    """The live customers that a menu offers for this."""
    with bot.database.read() as db:
        return [customer.name for customer in catalog_rows.search_customers(db, 1, name_key(typed))]


def created(bot: Bot, name: str, *projects: str) -> int:
    with bot.database.write() as db:
        customer_id = creation_rows.add_customer(db, 1, name=name, key=name_key(name))
        for project in projects:
            creation_rows.add_project(db, 1, customer_id, name=project, key=name_key(project))
        catalog_rows.names_changed(db, 1)
    return customer_id


def customer_of(bot: Bot, name: str) -> int:
    with bot.database.read() as db:
        return catalog_rows.search_customers(db, 1, name_key(name))[0].id


def links(bot: Bot, ours: int, theirs: int) -> None:
    with bot.database.read() as db:
        admin = people_rows.people_with_role(db, 1, "admin")[0]
    caller = people.acting(admin, now=bot.now(), request=secrets.token_hex(4))
    link.link_customer(bot, caller, ours, theirs)
