"""Every text exists in every language, and everybody reads numbers, dates and money as they are used to."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel import localedata
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.core import texts as texts_module
from bot.core.languages import CATALOGUES, SOURCE_LANGUAGE, languages
from bot.core.texts import Reader, Words

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, Any] = {"t": None, "n": (1, 2), "UserError": None, "Term": ((1, "c"), 2)}
"""As `make texts` has them."""
TRANSLATIONS = [language for language in languages() if language != SOURCE_LANGUAGE]


@cache
def in_code() -> Catalog:
    """All texts that the code says."""
    found = Catalog()
    for folder in ("bot", "commands"):
        for path, line, message, _, context in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message, locations=[(path, line)], context=context)
    return found


@cache
def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "trackomat.po").open("rb") as source:
        return read_po(source, locale=language)


def texts(messages: Catalog) -> set[tuple[str, str]]:
    return {(message.context or "", _english(message)) for message in messages if message.id}


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The catalogues


def test_german_is_there_beside_english() -> None:
    assert languages() == ("en", "de")


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_text_is_translated(language: str) -> None:
    assert sorted(texts(in_code()) - texts(catalogue(language))) == []
    assert [
        _english(message) for message in catalogue(language) if message.id and not all(_forms(message.string))
    ] == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_translation_is_a_guess_or_of_a_text_that_is_gone(language: str) -> None:
    assert sorted(texts(catalogue(language)) - texts(in_code())) == []
    assert [_english(message) for message in catalogue(language) if message.id and message.fuzzy] == []
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_plural_forms_are_complete(language: str) -> None:
    for message in in_code():
        translated = catalogue(language).get(message.id)
        if message.pluralizable and translated:
            assert len(_forms(translated.string)) == catalogue(language).num_plurals, message.id


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_each_translation_has_the_places_of_its_text(language: str) -> None:
    for message in catalogue(language):
        if all(_forms(message.string)):
            assert _all_places(message.string) == _all_places(message.id), message.id


def _all_places(text: Any) -> set[str]:
    return {place for form in _forms(text) for place in _places(form)}


_OTHER_WORDS_FOR_VAT = re.compile(r"\b(USt(?!-IdNr)|MwSt|Mehrwertsteuer|Steuer|Steuersatz|Steuersätze|Steuerregel)\b")
_TAX_OF_A_YEAR = "as long as the tax of their year can be changed"


def test_german_has_one_word_for_vat() -> None:
    """Umsatzsteuer, as the law has it; what somebody types may be any of them."""
    said = {
        _english(message): form
        for message in catalogue("de")
        for form in _forms(message.string)
        if message.id and message.context != "money words" and _OTHER_WORDS_FOR_VAT.search(form)
    }
    assert [english for english in said if _TAX_OF_A_YEAR not in english] == []


# The reader

AMERICAN = Reader.for_locale(locale="en-US", language=None, zone="America/New_York")
BRITISH = Reader.for_locale(locale="en-GB", language=None, zone="Europe/London")
GERMAN = Reader.for_locale(locale="de-DE", language=None, zone="Europe/Berlin")
AUSTRIAN = Reader.for_locale(locale="de-AT", language=None, zone="Europe/Vienna")
FRENCH = Reader.for_locale(locale="fr-FR", language=None, zone="Europe/Paris")
SWITCHED = Reader.for_locale(locale="de-DE", language="en", zone="Europe/Berlin")
AFTERNOON = datetime(2026, 3, 10, 14, 5, tzinfo=UTC)
TUESDAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("locale", "language", "read"),
    [
        ("de-DE", None, "de"),
        ("de-AT", None, "de"),
        ("en-GB", None, "en"),
        ("fr-FR", None, "en"),
        ("", None, "en"),
        ("nonsense", None, "en"),
        ("de-DE", "en", "en"),
        ("en-US", "de", "de"),
        ("de-DE", "fr", "en"),
    ],
)
def test_the_own_choice_wins_then_slacks_and_whoever_reads_neither_gets_english(
    locale: str, language: str | None, read: str
) -> None:
    assert Reader.for_locale(locale=locale, language=language, zone="UTC").language == read


def test_texts_fill_their_places() -> None:
    assert BRITISH.t("{many} of {all}", many=1, all=2) == "1 of 2"
    assert BRITISH.n("{count} entry", "{count} entries", 1) == "1 entry"
    assert BRITISH.n("{count} entry", "{count} entries", 1200) == "1,200 entries"


def test_braces_that_people_typed_are_left_alone() -> None:
    assert BRITISH.t("Started {name}", name="{0} {secret}") == "Started {0} {secret}"
    assert BRITISH.t("no {places} to fill") == "no {places} to fill"


@pytest.mark.parametrize(
    ("reader", "shown"), [(AMERICAN, "1,234.5"), (BRITISH, "1,234.5"), (GERMAN, "1.234,5"), (FRENCH, "1,234.5")]
)
def test_numbers(reader: Reader, shown: str) -> None:
    assert reader.number(Decimal("1234.5")) == shown


@pytest.mark.parametrize(
    ("reader", "shown"), [(AMERICAN, "€1,234.50"), (GERMAN, "1.234,50\xa0€"), (SWITCHED, "1,234.50\xa0€")]
)
def test_money_is_exact_to_the_cent(reader: Reader, shown: str) -> None:
    assert reader.money(123450, "EUR") == shown
    assert GERMAN.money(-1, "EUR") == "-0,01\xa0€"
    assert GERMAN.money(10**13 + 1, "EUR") == "100.000.000.000,01\xa0€"
    assert GERMAN.money(123400, "JPY") == "1.234\xa0¥"
    assert GERMAN.money(123456, "JPY") == "1.234,56\xa0¥"  # what is sent, and not 1.235


def test_hours_on_an_invoice_have_two_decimals() -> None:
    assert (BRITISH.decimal(725), GERMAN.decimal(725), GERMAN.decimal(700)) == ("7.25", "7,25", "7,00")


def test_rates_of_tax() -> None:
    assert (BRITISH.percent(1900), GERMAN.percent(1900), GERMAN.percent(810)) == ("19%", "19\xa0%", "8,1\xa0%")


def test_a_running_second_is_no_full_minute() -> None:
    assert [BRITISH.duration(seconds) for seconds in (0, 59, 60, 5400, 360_000)] == [
        "0:00 h",
        "0:00 h",
        "0:01 h",
        "1:30 h",
        "100:00 h",
    ]


@pytest.mark.parametrize(
    ("minutes", "shown"), [(1, "1:37 h"), (5, "1:35 h"), (6, "1:36 h"), (15, "1:30 h"), (30, "1:30 h"), (60, "1:00 h")]
)
def test_durations_are_shown_in_full_units_of_the_workspace_but_to_the_minute_where_they_are_corrected(
    minutes: int, shown: str
) -> None:
    reader = replace(GERMAN, unit=minutes * 60)
    assert reader.duration(97 * 60 + 59) == shown
    assert reader.length(97 * 60 + 59) == "1:38"


@pytest.mark.parametrize(
    ("hours", "reader", "shown"),
    [(24, AMERICAN, "10:05"), (12, BRITISH, "2:05 pm"), (12, GERMAN, "3:05 PM"), (24, GERMAN, "15:05")],
)
def test_whoever_chose_12_or_24_hours_reads_them_in_every_language(hours: int, reader: Reader, shown: str) -> None:
    assert replace(reader, hours=hours).clock(AFTERNOON) == shown


def test_things_are_called_as_the_workspace_calls_them() -> None:
    assert [GERMAN.thing("customer"), GERMAN.thing("project"), GERMAN.thing("service")] == [
        "Kunde",
        "Projekt",
        "Leistung",
    ]
    renamed = replace(GERMAN, words=Words(project="Mandat"))
    assert [renamed.thing("customer"), renamed.thing("project")] == ["Kunde", "Mandat"]


@pytest.mark.parametrize(
    ("reader", "shown"),
    [(AMERICAN, "10:05 AM"), (BRITISH, "14:05"), (GERMAN, "15:05"), (FRENCH, "15:05"), (SWITCHED, "15:05")],
)
def test_the_clock_has_12_hours_for_americans_and_24_for_the_others(reader: Reader, shown: str) -> None:
    assert reader.clock(AFTERNOON) == shown


@pytest.mark.parametrize(
    ("reader", "weekday", "full", "month"),
    [
        (AMERICAN, "Tue, Mar 10", "Mar 10, 2026", "March 2026"),
        (BRITISH, "Tue 10 Mar", "10 Mar 2026", "March 2026"),
        (GERMAN, "Di., 10. März", "10.03.2026", "März 2026"),
        (SWITCHED, "Tue, 10 Mar", "10 Mar 2026", "March 2026"),
    ],
)
def test_dates(reader: Reader, weekday: str, full: str, month: str) -> None:
    assert reader.weekday(TUESDAY) == weekday
    assert reader.full_date(TUESDAY) == full
    assert reader.month(TUESDAY) == month


def test_near_days_are_named() -> None:
    assert [AMERICAN.day(date(2026, 3, day), today=TUESDAY) for day in (10, 9, 8)] == [
        "today",
        "yesterday",
        "Sun, Mar 8",
    ]
    assert [GERMAN.day(date(2026, 3, day), today=TUESDAY) for day in (10, 9)] == ["heute", "gestern"]


def test_austrians_read_their_own_january() -> None:
    assert AUSTRIAN.month(date(2026, 1, 1)) == "Jänner 2026"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01:59"), (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00")],
)
def test_the_clock_jumps_in_the_night_in_which_summer_time_begins(moment: datetime, shown: str) -> None:
    assert GERMAN.clock(moment) == shown


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "de-DE", "de-AT", "fr-FR", ""])
def test_nobody_waits_until_a_language_is_read(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    monkeypatch.setattr(localedata, "_cache", {})
    texts_module._locale.cache_clear()
    texts_module._clock.cache_clear()
    texts_module.load_locales()
    before = set(localedata._cache)
    Reader.for_locale(locale=locale, language=None, zone="UTC").clock(datetime(2026, 5, 4, tzinfo=UTC))
    read_now = set(localedata._cache) - before
    assert {name for name in read_now if "_" not in name} == set()


@pytest.mark.parametrize("name", ["Bäckerei Söhne & Co.", "Altkunde AG i. L.", "29. Nov."])
@pytest.mark.parametrize("language", languages())
def test_a_name_that_ends_with_a_full_stop_shares_it_with_the_sentence(name: str, language: str) -> None:
    said = Reader.for_locale(locale="de-DE", language=language, zone="UTC").t(
        "It is entered in Billomat, at {customer}.", customer=name
    )
    assert said.endswith(name)
    assert not said.endswith("..")


@pytest.mark.parametrize("name", ["Acme GmbH", "wait...", "Who?", "{customer}", ""])
def test_what_else_a_name_ends_with_stays_and_so_does_the_full_stop(name: str) -> None:
    said = Reader.for_locale(locale="en-GB", language="en", zone="UTC").t("Only {customer}.", customer=name)
    assert said == f"Only {name}."
