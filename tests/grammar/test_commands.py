"""What people type after /track: which command, which names, which entry."""

from collections import defaultdict
from datetime import date

import pytest

from bot.core.languages import languages
from bot.grammar.values import (
    Command,
    Continue,
    Delete,
    Duration,
    Edit,
    Form,
    Gaps,
    Help,
    Invoice,
    Link,
    List,
    Log,
    Note,
    Pause,
    Split,
    Start,
    Status,
    Stop,
    Switch,
    Tag,
    TypedFilter,
    Undo,
    Unknown,
    Which,
)
from bot.grammar.wording import SUBCOMMANDS
from tests.grammar.kit import TODAY, berlin, read

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
HALF_FEBRUARY = (date(2026, 2, 1), date(2026, 2, 15))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("start", Start((), "", None)),
        ("starte acme", Start(("acme",), "", None)),
        ("los acme", Start(("acme",), "", None)),
        ("beginne acme", Start(("acme",), "", None)),
        ("START Acme", Start(("Acme",), "", None)),
        ("stop", Stop(None, None)),
        ("stopp", Stop(None, None)),
        ("ende", Stop(None, None)),
        ("log 1h", Log((), "", (Duration(3600, TODAY),))),
        ("buche 1h", Log((), "", (Duration(3600, TODAY),))),
        ("erfasse 1h", Log((), "", (Duration(3600, TODAY),))),
        ("eintragen 1h", Log((), "", (Duration(3600, TODAY),))),
        ("status", Status()),
        ("list", List()),
        ("liste", List()),
        ("connect acme", Form("connect", ("acme",))),
        ("verbinden", Form("connect", ())),
        ("invoice", Invoice()),
        ("invoice acme/website", Invoice(TypedFilter(words=("acme", "website")))),
        ("invoices acme", Invoice(TypedFilter(words=("acme",)))),
        ("Rechnungen acme", Invoice(TypedFilter(words=("acme",)))),
        ("rechnung acme Februar", Invoice(TypedFilter(*FEBRUARY, "month", words=("acme",)))),
        ("rechnung acme KW 9", Invoice(TypedFilter(date(2026, 2, 23), date(2026, 3, 1), "week", words=("acme",)))),
        (
            "invoice website last week #call design",
            Invoice(
                TypedFilter(date(2026, 3, 2), date(2026, 3, 8), "week", words=("website", "design"), tags=("call",))
            ),
        ),
        ("rechnung acme 1.2.-15.2. nur design", Invoice(TypedFilter(*HALF_FEBRUARY, words=("acme", "design")))),
        ("settings", Form("settings", ())),
        ("einstellungen", Form("settings", ())),
        ("new Relaunch 2h", Form("new", ("Relaunch", "2h"))),
        ("neu Relaunch", Form("new", ("Relaunch",))),
        ("catalog acme", Form("catalog", ("acme",))),
        ("Katalog", Form("catalog", ())),
        ("kunden müller", Form("catalog", ("müller",))),
        ("anlegen Kunde: Acme & Söhne", Form("new", ("Kunde", "Acme", "&", "Söhne"))),
        ("connect https://acme.billomat.net/app", Form("connect", ("https://acme.billomat.net/app",))),
        ("", Form("track", ())),
        (" \u00a0\u200b\n", Form("track", ())),
        ("switch acme", Switch(("acme",), "", None)),
        ("wechsle acme", Switch(("acme",), "", None)),
        ("Wechsel: Review", Switch((), "Review", None)),
        ("continue", Continue((), None)),
        ("resume acme", Continue(("acme",), None)),
        ("weiter acme/website", Continue(("acme", "website"), None)),
        ("edit", Edit(Which())),
        ("bearbeite", Edit(Which())),
        ("ändere", Edit(Which())),
        ("split", Split(None, Which())),
        ("teile", Split(None, Which())),
        ("delete", Delete(Which())),
        ("lösche", Delete(Which())),
        ("undo", Undo()),
        ("rückgängig", Undo()),
        ("tag #call", Tag(("call",), (), Which())),
        ("tagge #call", Tag(("call",), (), Which())),
        ("note review", Note("review", Which())),
        ("notiz Review", Note("Review", Which())),
        ("gaps", Gaps(TODAY)),
        ("lücken", Gaps(TODAY)),
        ("link acme/website", Link(("acme", "website"))),
        ("verknüpfe", Link(())),
        ("help", Help(None)),
        ("hilfe", Help(None)),
        ("?", Help(None)),
        ("help log", Help("log")),
        ("hilfe buche", Help("log")),
        ("help strat", Unknown("strat", "start")),
        ("strat acme", Unknown("strat", "start")),
        ("Stpo", Unknown("Stpo", "stop")),
        ("buchen 2h", Unknown("buchen", "log")),
        ("frobnicate", Unknown("frobnicate", None)),
        (":tada:", Unknown(":tada:", None)),
        ('"start" acme', Unknown("start", "start")),
        (": nothing but a note", Unknown(":", None)),
    ],
)
def test_the_first_word_says_what_to_do(typed: str, meant: Command) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_example_in_the_help_means_the_command_it_explains(language: str) -> None:
    for subcommand in SUBCOMMANDS:
        wording = subcommand.wording(language)
        needed = {"log": " 1h", "tag": " #call", "note": ": review"}.get(subcommand.name, "")
        kinds = {type(read(word + needed)) for word in wording.words}
        evening = berlin("2026-03-11 19:00")
        assert {type(read(text, at=evening)) for text in wording.examples} == kinds
        assert wording.usage.split()[0] in wording.words
        assert wording.summary.endswith(".")


def test_no_word_begins_two_commands() -> None:
    meant = defaultdict(set)
    for subcommand in SUBCOMMANDS:
        for language in languages():
            for word in (subcommand.name, *subcommand.wording(language).words):
                meant[word.casefold()].add(subcommand.name)
    assert [word for word, names in meant.items() if len(names) > 1] == []


@pytest.mark.parametrize(
    ("typed", "words", "note"),
    [
        ("start acme website", ("acme", "website"), ""),
        ("start acme/website", ("acme", "website"), ""),
        ("start acme / website", ("acme", "website"), ""),
        ("start Müller & Co. GmbH", ("Müller", "&", "Co.", "GmbH"), ""),
        ("start Mu\u0308ller", ("Müller",), ""),
        ("start acme: review", ("acme",), "review"),
        ("start acme : review", ("acme",), "review"),
        ("start acme:\nreview", ("acme",), "review"),
        ("start acme: 2h  yesterday: as  typed ", ("acme",), "2h  yesterday: as  typed"),
        ("start acme:", ("acme",), ""),
        ("start: review", (), "review"),
        ("start acme:review", ("acme:review",), ""),
        ("start acme :tada: launch: review", ("acme", ":tada:", "launch"), "review"),
        ("start acme :wave::skin-tone-3: hi", ("acme", ":wave::skin-tone-3:", "hi"), ""),
        ('start "10.03. relaunch"', ("10.03. relaunch",), ""),
        ("start „seit 9:15“ acme", ("seit 9:15", "acme"), ""),
        ("start “yesterday” acme", ("yesterday", "acme"), ""),
        ("start »heute« «mo»", ("heute", "mo"), ""),
        ('start "acme: relaunch/2": review', ("acme: relaunch/2",), "review"),
        ('start "stop"', ("stop",), ""),
        ('start 19" rack', ('19"', "rack"), ""),
        ('start "acme', ('"acme',), ""),
        ("start 2h 10.03 24/7", ("2h", "10.03", "24", "7"), ""),
        ("start 1h 30", ("1h", "30"), ""),
        ("st\u200bart\u00a0\u00a0ac\u200eme  \u202ex\u200d", ("acme", "x"), ""),
        ("start 👩\u200d💻 acme: 👩\u200d💻 pairing", ("👩\u200d💻", "acme"), "👩\u200d💻 pairing"),
        ("start عميل: مراجعة", ("عميل",), "مراجعة"),
        ("start acme\x00: a\x07b", ("acme",), "ab"),
    ],
)
def test_what_is_neither_time_nor_day_is_a_name_and_a_colon_begins_the_note(
    typed: str, words: tuple[str, ...], note: str
) -> None:
    assert read(typed) == Start(words, note, None)


def test_an_emptied_note_differs_from_no_note_when_stopping() -> None:
    assert read("stop:") == Stop(None, "")
    assert read("stop 14:30: fertig") == Stop(berlin("2026-03-11 14:30"), "fertig")


@pytest.mark.parametrize(
    ("typed", "words", "tags"),
    [
        ("start acme #call", ("acme",), ("call",)),
        ("start #call acme #Büro-Zeit", ("acme",), ("call", "büro-zeit")),
        ("start #Bu\u0308ro acme, #it_2, #call", ("acme,",), ("büro", "it_2", "call")),
        ("start #Call #CALL #call", (), ("call",)),
        ("start acme #12", ("acme", "#12"), ()),
        ("start #x #- # #" + "y" * 41, ("#-", "#", "#" + "y" * 41), ("x",)),
        ("start #" + "y" * 40, (), ("y" * 40,)),
        ('start "#call" acme', ("#call", "acme"), ()),
        ("start acme -#call", ("acme", "-#call"), ()),
        ("start c# a#b", ("c#", "a#b"), ()),
    ],
)
def test_a_tag_begins_with_a_hash_and_is_no_number(typed: str, words: tuple[str, ...], tags: tuple[str, ...]) -> None:
    assert read(typed) == Start(words, "", None, tags)


def test_a_hash_within_a_note_is_text() -> None:
    assert read("start acme: fixes #call") == Start(("acme",), "fixes #call", None)


@pytest.mark.parametrize(
    ("typed", "billable"),
    [
        ("--nb", False),
        ("—nb", False),
        ("--non-billable", False),
        ("non-billable", False),
        ("not billable", False),
        ("nicht abrechenbar", False),
        ("--billable", True),
        ("billable", True),
        ("abrechenbar", True),
        ("", None),
    ],
)
def test_one_word_says_whether_work_is_billable(typed: str, billable: bool | None) -> None:
    assert read(f"start acme {typed}: review") == Start(("acme",), "review", None, (), billable)
    assert read(f"start {typed} acme #call") == Start(("acme",), "", None, ("call",), billable)
    assert read(f"stop {typed} #call") == Stop(None, None, ("call",), billable)
    assert read(f"log {typed} 2h acme #call") == Log(("acme",), "", (Duration(7200, TODAY),), ("call",), billable)
    assert read(f"switch acme {typed}") == Switch(("acme",), "", None, (), billable)


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("", Which()),
        ("yesterday", Which(day=date(2026, 3, 10))),
        ("gestern", Which(day=date(2026, 3, 10))),
        ("9:15", Which(at=berlin("2026-03-11 09:15"))),
        ("9.15", Which(at=berlin("2026-03-11 09:15"))),
        ("at 9am", Which(at=berlin("2026-03-11 09:00"))),
        ("um 9 Uhr", Which(at=berlin("2026-03-11 09:00"))),
        ("9:15 on Monday", Which(at=berlin("2026-03-09 09:15"))),
        ("gestern 9:15", Which(at=berlin("2026-03-10 09:15"))),
        ("17:30", Which(at=berlin("2026-03-10 17:30"))),
        ("2h ago", Which(at=berlin("2026-03-11 13:00"))),
        ("vor 2 Stunden", Which(at=berlin("2026-03-11 13:00"))),
    ],
)
def test_a_day_or_a_moment_says_which_entry(typed: str, which: Which) -> None:
    assert read(f"edit {typed}") == Edit(which)
    assert read(f"lösche {typed}") == Delete(which)
    assert read(f"split {typed}") == Split(which.at, which)
    assert read(f"tag {typed} #call -#Draft") == Tag(("call",), ("draft",), which)
    assert read(f"tag #call {typed}") == Tag(("call",), (), which)
    assert read(f"note {typed}: as  typed: #1") == Note("as  typed: #1", which)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("note call with Bob: he is fine", "call with Bob: he is fine"),
        ("note at 9:15", "at 9:15"),
        ("note 25:00 #call", "25:00 #call"),
        ("notiz  „Angebot“  fertig ", "„Angebot“  fertig"),
        ("note:", ""),
    ],
)
def test_a_note_is_taken_as_it_was_typed(typed: str, text: str) -> None:
    assert read(typed) == Note(text, Which())


def test_going_on_can_be_backdated() -> None:
    assert read("continue acme since 9:15") == Continue(("acme",), berlin("2026-03-11 09:15"))
    assert read("weiter vor 20m") == Continue((), berlin("2026-03-11 14:40"))
    assert read("switch acme at 14:30: review #1") == Switch(("acme",), "review #1", berlin("2026-03-11 14:30"))


def test_the_gaps_are_those_of_a_day() -> None:
    assert read("gaps yesterday") == Gaps(date(2026, 3, 10))
    assert read("lücken am Montag") == Gaps(date(2026, 3, 9))


@pytest.mark.parametrize("flag", ["--private", "—internal", "--intern", "–privat"])
def test_a_note_can_be_kept_from_the_customer(flag: str) -> None:
    assert read(f"start acme {flag}: review") == Start(("acme",), "review", None, private=True)
    assert read(f"switch {flag} acme: review") == Switch(("acme",), "review", None, private=True)
    assert read(f"stop {flag}: review") == Stop(None, "review", private=True)
    assert read(f"log 2h acme {flag}: review") == Log(("acme",), "review", (Duration(7200, TODAY),), private=True)
    assert read(f"note {flag} call with Bob: he is fine") == Note("call with Bob: he is fine", Which(), private=True)
    assert read(f"note 9:15 {flag}: review") == Note("review", Which(at=berlin("2026-03-11 09:15")), private=True)


@pytest.mark.parametrize("typed", ["start private", "start internal meetings", "start intern", "start privat"])
def test_a_name_is_no_word_about_the_note(typed: str) -> None:
    assert read(typed) == Start(tuple(typed.split()[1:]), "", None)


@pytest.mark.parametrize("typed", ["pause", "lunch", "mittag", "Mittagspause", "break"])
def test_a_break_can_begin_earlier(typed: str) -> None:
    assert read(typed) == Pause(None)
    assert read(f"{typed} since 12:30") == Pause(berlin("2026-03-11 12:30"))
    assert read(f"{typed} vor 20m") == Pause(berlin("2026-03-11 14:40"))
