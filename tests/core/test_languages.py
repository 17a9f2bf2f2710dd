"""A further language is one more file: French, as far as these tests need it, in a folder of its own beside German."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.core import languages
from bot.core.texts import Reader
from bot.grammar import terms
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import Command, Continue, Duration, Edit, Form, Help, List, Log, Span, Start, Stop, Which
from bot.grammar.vocabulary import vocabulary
from bot.grammar.wording import SUBCOMMANDS
from playground.person import person
from playground.slack.workspace import Workspace
from tests.deeds import said
from tests.grammar.kit import days_of, listed, parse
from tests.grammar.writing import written

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 11, 14, 0, tzinfo=UTC)  # Wednesday, 15:00 in Paris
EVENING = datetime(2026, 3, 11, 19, 0, tzinfo=UTC)
FRENCH: dict[str | None, dict[str, str]] = {
    "command words": {
        "start": "démarre, démarrer",
        "stop": "arrête, arrêter",
        "log": "note-temps, saisis",
        "continue, resume": "continue, reprends",
        "list": "liste",
        "edit": "corrige",
        "settings": "réglages",
        "help, ?": "aide, ?",
    },
    "command summary": {"Start a timer, now or at a past time.": "Démarre le chronomètre, maintenant ou après coup."},
    "command usage": {
        "start [customer project service] [#tag] [since 9:15 | 20m ago] [--nb] [: note]": (
            "démarre [client projet prestation] [#mot] [depuis 9h15 | il y a 20min] [--nb] [: note]"
        ),
    },
    "command examples": {
        "start acme website | start acme since 9:15 #call: kick-off | start web 20m ago --nb": (
            "démarre acme site | démarre acme depuis 9h15 #appel: réunion | démarre acme il y a 20min non facturable"
        ),
    },
    "time words": {
        "today": "aujourd'hui, aujourd’hui",
        "yesterday": "hier",
        terms.BEFORE_YESTERDAY.english: "avant-hier",
        "tomorrow": "demain",
        "monday, mon": "lundi, lun",
        "tuesday, tues, tue": "mardi",
        "march, mar": "mars",
        "december, dec": "décembre, déc",
        "st, nd, rd, th": "er",
        "on": "le",
        "week": "semaine",
        "this week": "cette semaine",
        "last week": "la semaine dernière, semaine dernière",
        "hours, hour, hrs, hr, h": "heures, heure, h",
        "minutes, minute, mins, min, m": "minutes, minute, min, mn",
        "and": "et",
        "days, day, d": "jours, jour",
        "o'clock, o’clock": "heures, heure, h",
        ":": "h",
    },
    "time patterns": {
        "{length} ago": "il y a {length}",
        "{days} ago": "il y a {days}",
        "since {clock}": "depuis {clock}",
        "at {clock}": "à {clock}",
        terms.FROM.english: "dès {clock}",
        terms.FROM_TO.english: "{start} à {end} | de {start} à {end} | du {start} au {end}",
    },
    "billing words": {"not billable, non-billable, non billable": "non facturable"},
    None: {
        "Settings": "Réglages",
        "Language": "Langue",
        "How long was it? Type for example /track {example}.": "Quelle durée ? Tapez par exemple /track {example}.",
        "At what time (“{piece}”)? Type for example {since}.": "À quelle heure (« {piece} ») ? Par exemple {since}.",
    },
}


@pytest.fixture(autouse=True)
def _french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    shutil.copytree(languages.CATALOGUES, tmp_path / "locale")
    catalogue = Catalog(locale="fr")
    for purpose, texts in FRENCH.items():
        for english, french in texts.items():
            catalogue.add(english, french, context=purpose)
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "trackomat.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path / "locale")
    _forget()
    yield
    _forget()


def _forget() -> None:
    for known in (languages.languages, languages.catalogue, vocabulary):
        known.cache_clear()


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def test_the_file_is_found() -> None:
    assert languages.languages() == ("en", "de", "fr")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("démarre acme site", Start(("acme", "site"), "", None)),
        ("De\u0301marre acme depuis 9h15: réunion", Start(("acme",), "réunion", paris("2026-03-11 09:15"))),
        ("démarre acme il y a 20min", Start(("acme",), "", paris("2026-03-11 14:40"))),
        ("démarrer acme hier à 9 heures", Start(("acme",), "", paris("2026-03-10 09:00"))),
        ("démarre acme #appel non facturable", Start(("acme",), "", None, ("appel",), billable=False)),
        ("arrête 14h30", Stop(paris("2026-03-11 14:30"), None)),
        ("arrête à 14h: fini", Stop(paris("2026-03-11 14:00"), "fini")),
        ("reprends acme", Continue(("acme",), None)),
        ("corrige avant-hier", Edit(Which(day=date(2026, 3, 9)))),
        ("saisis 1h30 acme hier", Log(("acme",), "", (Duration(5400, date(2026, 3, 10)),))),
        ("saisis 1 heure et 30 minutes acme", Log(("acme",), "", (Duration(5400, date(2026, 3, 11)),))),
        ("saisis 1,5 acme le 1er mars", Log(("acme",), "", (Duration(5400, date(2026, 3, 1)),))),
        ("saisis 2h acme il y a 3 jours", Log(("acme",), "", (Duration(7200, date(2026, 3, 8)),))),
        (
            "saisis de 9h à 10h30 acme",
            Log(("acme",), "", (Span(paris("2026-03-11 09:00"), paris("2026-03-11 10:30")),)),
        ),
        (
            "saisis 9h-10h30 acme aujourd’hui",
            Log(("acme",), "", (Span(paris("2026-03-11 09:00"), paris("2026-03-11 10:30")),)),
        ),
        ("liste la semaine dernière", listed("2026-03-02", "2026-03-08", "week")),
        ("liste du 1er mars au 10 mars", listed("2026-03-01", "2026-03-10", None)),
        ("liste depuis lundi", listed("2026-03-09", "2026-03-11", None)),
        ("réglages", Form("settings", ())),
        ("aide démarre", Help("start")),
    ],
)
def test_commands_and_times_are_understood_in_it(typed: str, meant: Command) -> None:
    assert parse(typed, now=NOW, zone=PARIS) == meant
    again = parse(written(meant, zone=PARIS, language="fr"), now=NOW, zone=PARIS)
    assert days_of(again) == days_of(meant) if isinstance(meant, List) else again == meant


def test_the_other_languages_are_still_understood() -> None:
    assert parse("buche 1h30 acme gestern", now=NOW, zone=PARIS) == parse(
        "log 1h30 acme yesterday", now=NOW, zone=PARIS
    )


def test_every_example_of_the_help_means_its_command_in_it() -> None:
    for known in SUBCOMMANDS:
        for example in known.wording("fr").examples:
            english = known.wording("en").examples[0]
            kinds = {type(parse(text, now=EVENING, zone=PARIS)) for text in (example, english)}
            assert len(kinds) == 1, example


def test_help_hints_and_settings_speak_it(workspace: Workspace, projects: None) -> None:
    workspace.add_person("Fleur Française", zone="Europe/Paris", locale="fr-FR")
    fleur = person(workspace, "Fleur Française")
    assert Reader.for_locale(locale="fr-FR", language=None, zone="Europe/Paris").language == "fr"
    assert "/track démarre acme site" in said(fleur, "/track aide")
    assert "démarre acme depuis 9h15 #appel: réunion" in said(fleur, "/track aide démarre")
    assert "Meinst du" not in said(fleur, "/track démare acme")
    assert "/track démarre" in said(fleur, "/track démare acme")
    assert "Quelle durée ?" in said(fleur, "/track saisis acme website")
    assert "depuis 9:15" in said(fleur, "/track démarre acme hier")
    fleur.types("/track réglages")
    assert fleur.modal.title == "Réglages"
    assert "Français" in " ".join(fleur.modal.options("Langue"))


@pytest.mark.parametrize("reason", Reason)
def test_each_refusal_has_its_sentence_in_every_language(reason: Reason) -> None:
    sentences = {
        language: NotUnderstood(reason, "{x} <!here>").sentence(
            Reader.for_locale(locale=language, language=language, zone="UTC")
        )
        for language in ("en", "de")
    }
    assert len(set(sentences.values())) == 2
    for language, sentence in sentences.items():
        assert "{" not in sentence.replace("{x} <!here>", "")
        _, typed, example = sentence.rpartition("/track ")
        if typed:
            examples = {text for known in SUBCOMMANDS for text in known.wording(language).examples}
            assert any(f"{example.removesuffix('.')} ".startswith(f"{text} ") for text in examples)
