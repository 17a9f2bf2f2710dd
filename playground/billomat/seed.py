"""An account as a small agency has it: private persons, namesakes, foreigners and all that people type into forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from playground.billomat.account import Account
from playground.billomat.records import Article, Client, CountryTax, Level, Tax, Template, Unit

ADMIN_KEY = "demo-admin-4f1c9b7a2e60"
READ_ONLY_KEY = "demo-readonly-8d25e0c4b913"
REVOKED_KEY = "demo-revoked-17a6f3d98c42"

_CLIENTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Acme GmbH",
        "street": "Lange Straße 7",
        "zip": "60311",
        "city": "Frankfurt am Main",
        "email": "rechnung@acme.example",
        "vat_number": "DE811907980",
    },
    {"name": "Bäckerei Söhne & Co.", "street": "Marktplatz 1", "zip": "72070", "city": "Tübingen"},
    {"name": "Hansen & Söhne GmbH", "street": "Hafen 3", "zip": "20457", "city": "Hamburg"},
    {"first_name": "Jürgen", "last_name": "Groß", "street": "Gartenweg 12", "zip": "79098", "city": "Freiburg"},
    {"name": "Müller Bau GmbH", "street": "Industriestr. 40", "zip": "45127", "city": "Essen"},
    {"name": "Müller Bau GmbH", "street": "Am Ring 2", "zip": "01067", "city": "Dresden"},
    {"name": "Altkunde AG i. L.", "street": "Schlossallee 9", "zip": "10115", "city": "Berlin", "archived": True},
    {"name": "Förderverein Stadtpark e. V.", "zip": "04109", "city": "Leipzig", "tax_rule": "NO_TAX"},
    {
        "name": "Café Lumière SARL",
        "street": "12 rue de l’Église",
        "zip": "67000",
        "city": "Strasbourg",
        "country_code": "FR",
        "locale": "fr_FR",
        "vat_number": "FR40303265045",
    },
    {"name": "🌈 Regenbogen-Kita", "street": "Blumenstr. 5", "zip": "50667", "city": "Köln"},
    {
        "name": "Alpenblick Hotel GmbH",
        "zip": "6020",
        "city": "Innsbruck",
        "country_code": "AT",
        "vat_number": "ATU13585627",
    },
    {"name": "Uhrwerk Zürich AG", "zip": "8001", "city": "Zürich", "country_code": "CH", "currency_code": "CHF"},
    {"name": "Northwind Traders Ltd", "city": "Leeds", "country_code": "GB", "locale": "en_GB", "currency_code": "GBP"},
    {
        "name": "Globex Corporation",
        "city": "Boston, MA",
        "country_code": "US",
        "locale": "en_US",
        "currency_code": "USD",
    },
    {"name": "Praxis Dr. Öztürk", "first_name": "Ayşe", "last_name": "Öztürk", "zip": "80331", "city": "München"},
    {"name": "Kanzlei Weiß, Łukasz & Partner mbB", "zip": "40213", "city": "Düsseldorf"},
    {"name": "Buchhandlung am Dom", "zip": "93047", "city": "Regensburg", "net_gross": "GROSS"},
    {"name": "Stadtwerke Musterhausen", "zip": "12345", "city": "Musterhausen"},
    {"name": "Tischlerei O’Brien", "zip": "24103", "city": "Kiel"},
    {"name": "Solarpark Süd GmbH & Co. KG", "zip": "86150", "city": "Augsburg"},
    {"name": "Acme Logistik GmbH", "zip": "28195", "city": "Bremen"},
    {"name": "van der Berg B.V.", "city": "Utrecht", "country_code": "NL", "vat_number": "NL004495445B01"},
    {"first_name": "Zoë", "last_name": "d’Aubigné", "zip": "55116", "city": "Mainz"},
    {"name": "شركة النور", "city": "Dubai", "country_code": "AE"},
    {"name": "Institut für angewandte und überaus gründliche Grundlagenforschung an der Ruhr gemeinnützige GmbH"},
)


def furnish(account: Account) -> None:
    """What every account has before its first customer: people with keys, taxes, units, templates."""
    everything: dict[str, Level] = {"articles": "DELETE", "clients": "DELETE", "invoices": "DELETE"}
    reading: dict[str, Level] = {"articles": "READ", "clients": "READ", "invoices": "READ"}
    account.add_user(ADMIN_KEY, first_name="Anna", last_name="Albrecht", rights=everything)
    account.add_user(READ_ONLY_KEY, first_name="Rolf", last_name="Reiter", rights=reading)
    account.add_user(REVOKED_KEY, first_name="Emil", last_name="Ehemals", rights=everything)
    account.revoke(REVOKED_KEY)
    account.add(Tax, name="MwSt", rate=Decimal(19), is_default=True)
    account.add(Tax, name="MwSt", rate=Decimal(7))
    account.add(Tax, name="steuerfrei", rate=Decimal(0))
    for name in ("Stunde", "Stück", "Tag", "Kilometer", "Pauschale"):
        account.add(Unit, name=name)
    account.add(Template, name="Standard", is_default=True)
    for country_code in ("AE", "AT", "CH", "FR", "GB", "NL", "US"):
        account.add(CountryTax, country_code=country_code)


def seed(account: Account) -> None:
    """A furnished account with customers and articles, but without invoices."""
    furnish(account)
    for number, values in enumerate(_CLIENTS, start=1001):
        account.add(Client, number=number, **values)
    hour, piece, day, kilometre, flat = (unit.id for unit in account.all(Unit))
    reduced = next(tax.id for tax in account.all(Tax) if tax.rate == 7)
    articles: tuple[tuple[str, str | None, int, dict[str, Any]], ...] = (
        ("Beratung", "120", hour, {"description": "Beratung und Konzeption"}),
        ("Entwicklung", "95", hour, {"description": "Softwareentwicklung"}),
        ("Design", "88.5", hour, {}),
        ("Projektleitung", "110", hour, {}),
        ("Workshop", "1450", day, {"description": "Workshop vor Ort,\r\nbis zu 12 Personen"}),
        ("Reisezeit", "47.5", hour, {}),
        ("Fahrtkosten", "0.42", kilometre, {}),
        ("Lektorat", "65", hour, {"tax_id": reduced}),
        ("Fachbuch „Zeit & Geld“", "39.9", piece, {"tax_id": reduced, "type": "PRODUCT"}),
        ("Wartungspauschale", "250", flat, {}),
        ("Support nach Absprache", None, hour, {}),
        ("Flash-Animation", "70", hour, {"archived": True}),
    )
    for number, (title, price, unit_id, more) in enumerate(articles, start=1):
        sales_price = None if price is None else Decimal(price)
        account.add(Article, number=number, title=title, sales_price=sales_price, unit_id=unit_id, **more)


def many(account: Account, clients: int = 5000) -> None:
    """Add so many further customers: every seventh a private person, every ninetieth archived."""
    towns = ("Aachen", "Görlitz", "Husum", "Jena", "Kempten", "Lübeck", "Münster")
    for index in range(clients):
        town = towns[index % len(towns)]
        names = (
            {"first_name": "Erika", "last_name": f"Muster{index}"} if index % 7 == 0 else {"name": f"{town} {index} KG"}
        )
        account.add(Client, number=20000 + index, city=town, archived=index % 90 == 89, **names)
