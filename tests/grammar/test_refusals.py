"""What is refused: what has no reading, or two."""

import re

import pytest

from bot.core.texts import Reader
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import LONGEST_TEXT, Help
from bot.grammar.wording import SUBCOMMANDS, Subcommand
from playground.person import Person
from tests.deeds import said
from tests.grammar.kit import read, refusal

REFUSED = [
    ("start acme 25:00", Reason.NO_SUCH_TIME, "25:00"),
    ("stop um 9:75", Reason.NO_SUCH_TIME, "um 9:75"),
    ("stop 13pm", Reason.NO_SUCH_TIME, "13pm"),
    ("stop 24:01", Reason.NO_SUCH_TIME, "24:01"),
    ("log 9-25 acme", Reason.NO_SUCH_TIME, "9-25"),
    ("log 1:75 acme", Reason.NO_SUCH_LENGTH, "1:75"),
    ("log 1h75 acme", Reason.NO_SUCH_LENGTH, "1h75"),
    ("log 1h75m acme", Reason.NO_SUCH_LENGTH, "1h75m"),
    ("log 1h 30m 75s acme", Reason.NO_SUCH_LENGTH, "1h 30m 75s"),
    ("log 5/3 h acme", Reason.NO_SUCH_LENGTH, "5/3 h"),
    ("log 1h 29.02.", Reason.NO_SUCH_DATE, "29.02."),
    ("log 1h 29.02.2025", Reason.NO_SUCH_DATE, "29.02.2025"),
    ("log 1h 31. April", Reason.NO_SUCH_DATE, "31. April"),
    ("list 2026-13-01", Reason.NO_SUCH_DATE, "2026-13-01"),
    ("list 0000-01-01", Reason.NO_SUCH_DATE, "0000-01-01"),
    ("list 0001-01-01", Reason.NO_SUCH_DATE, "0001-01-01"),
    ("list 00.00.", Reason.NO_SUCH_DATE, "00.00."),
    ("log 1h acme 12.03.2026", Reason.FUTURE, "12.03.2026"),
    ("log 1h acme 9999-12-31", Reason.FUTURE, "9999-12-31"),
    ("log 1h acme tomorrow", Reason.FUTURE, "tomorrow"),
    ("log 1h acme Morgen", Reason.FUTURE, "Morgen"),
    ("list december 9999", Reason.FUTURE, "december 9999"),
    ("list April 2026", Reason.FUTURE, "April 2026"),
    ("log 14-15:30 acme", Reason.FUTURE, "14-15:30"),
    ("log today 16-17 acme", Reason.FUTURE, "16-17"),
    ("log 2h since 14:00", Reason.FUTURE, "since 14:00"),
    ("start wed 15:30", Reason.FUTURE, "15:30"),
    ("log -1h acme", Reason.NEGATIVE, "-1h"),
    ("log −1:30 acme", Reason.NEGATIVE, "−1:30"),
    ("stop -20m", Reason.NEGATIVE, "-20m"),
    ("log 0h acme", Reason.ZERO, "0h"),
    ("stop vor 0m", Reason.ZERO, "vor 0m"),
    ("log since 15:00", Reason.ZERO, "since 15:00"),
    ("log acme 24h 1m", Reason.TOO_LONG, "24h 1m"),
    ("log 25:00 acme", Reason.TOO_LONG, "25:00"),
    ("log 25 acme", Reason.NO_UNIT, "25"),
    ("log 1441 acme", Reason.TOO_LONG, "1441"),
    ("log 4 Tage acme", Reason.TOO_LONG, "4 Tage"),
    ("log 23h+61m acme", Reason.TOO_LONG, "+61m"),
    ("log 1h acme 12.03.", Reason.STILL_TO_COME, "12.03."),
    ("log 1h acme March 12", Reason.STILL_TO_COME, "March 12"),
    ("log 1h acme am 12.", Reason.STILL_TO_COME, "am 12."),
    ("log 1h acme 3/10", Reason.TWO_DATES, "3/10"),
    ("log 1h acme KW 10", Reason.NOT_A_DAY, "KW 10"),
    ("log 1h acme letzte Woche", Reason.NOT_A_DAY, "letzte Woche"),
    ("log 1h acme next monday", Reason.FUTURE, "next monday"),
    ("log 16:00-17:00 acme", Reason.FUTURE, "16:00-17:00"),
    ("log 2h acme ab 21 Uhr", Reason.FUTURE, "ab 21 Uhr"),
    ("log 9-12 13-15:30 acme", Reason.FUTURE, "13-15:30"),
    ("log 9-12 11-13 acme", Reason.OVERLAP, "11-13"),
    ("log 9-10 -1h acme", Reason.NO_BREAK, "-1h"),
    ("log 9-10 ohne 12-13 acme", Reason.NO_BREAK, "ohne 12-13"),
    ("stop vor 30 Stunden", Reason.TOO_LONG, "vor 30 Stunden"),
    ("log since 9:15 monday", Reason.TOO_LONG, "since 9:15"),
    ("log", Reason.NO_DURATION, "log"),
    ("Buche acme: review", Reason.NO_DURATION, "Buche"),
    ("log acme at 9", Reason.NO_DURATION, "log"),
    ("log acme 2h ago", Reason.NO_DURATION, "log"),
    ("start acme yesterday", Reason.NO_CLOCK, "yesterday"),
    ("stop gestern", Reason.NO_CLOCK, "gestern"),
    ("log 1h acme 30m", Reason.TWO_TIMES, "30m"),
    ("log 1h acme vor 2h", Reason.TWO_TIMES, "vor 2h"),
    ("log 2h acme 9-10", Reason.TWO_TIMES, "9-10"),
    ("start acme 9-10", Reason.NO_END, "9-10"),
    ("start acme bis 17:30", Reason.NO_END, "bis 17:30"),
    ("switch acme until 5:30pm", Reason.NO_END, "until 5:30pm"),
    ("stop 9:15 9:30", Reason.TWO_TIMES, "9:30"),
    ("stop yesterday 20m ago", Reason.TWO_TIMES, "20m ago"),
    ("log 1h gestern mo", Reason.TWO_DAYS, "mo"),
    ("list mon tue", Reason.TWO_DAYS, "tue"),
    ("log 1h acme tuesday 9.2.", Reason.OTHER_WEEKDAY, "tuesday 9.2."),
    ("bericht bis Monatsende 2025", Reason.WHICH_SPAN, "Monatsende 2025"),
    ("list mon to tue wed", Reason.TWO_DAYS, "wed"),
    ("list tue to mon", Reason.LAST_BEFORE_FIRST, "mon"),
    ("liste 10.3.-1.3.", Reason.LAST_BEFORE_FIRST, "10.3.-1.3."),
    ("list to monday", Reason.UNEXPECTED, "to"),
    ("list mon since tue", Reason.UNEXPECTED, "since"),
    ("stop 17:30 yesterday heute", Reason.TWO_DAYS, "heute"),
    ("log 9-5 acme", Reason.ENDS_BEFORE_START, "9-5"),
    ("log 10:30-9 acme", Reason.ENDS_BEFORE_START, "10:30-9"),
    ("log 9-9 acme", Reason.ENDS_BEFORE_START, "9-9"),
    ("stop Acme", Reason.UNEXPECTED, "Acme"),
    ("stop 117", Reason.UNEXPECTED, "117"),
    ("status acme", Reason.UNEXPECTED, "acme"),
    ("status: acme", Reason.UNEXPECTED, "acme"),
    ("list 10.3", Reason.UNEXPECTED, "10.3"),
    ("gaps: acme", Reason.UNEXPECTED, "acme"),
    ("report note contains call: mail", Reason.UNEXPECTED, "note contains call"),
    ("report open billed", Reason.CONTRADICTS, "billed"),
    ("bericht team nur ich", Reason.CONTRADICTS, "nur ich"),
    ("report billable not billable", Reason.CONTRADICTS, "not billable"),
    ("liste abgerechnet offen", Reason.CONTRADICTS, "offen"),
    ("report by ben", Reason.NO_GROUP, "ben"),
    ("bericht nach Ben, nach Woche", Reason.NO_GROUP, "Ben"),
    ("report by quarter", Reason.NO_GROUP, "quarter"),
    ("bericht 2025 nach Quartal", Reason.NO_GROUP, "Quartal"),
    ("bericht nach Jahr", Reason.NO_GROUP, "Jahr"),
    ("report by customer, project and week", Reason.TOO_MANY_GROUPS, "by customer, project and week"),
    ("report monthly by customer by tag", Reason.TOO_MANY_GROUPS, "by customer by tag"),
    ("report: " + "x" * 101, Reason.TOO_LONG_SOUGHT, "x" * 101),
    ("report q1 2027", Reason.FUTURE, "q1 2027"),
    ("report end of october", Reason.NO_DAY_OF_SPAN, "end of october"),
    ("bericht Mitte Oktober 2025", Reason.NO_DAY_OF_SPAN, "Mitte Oktober 2025"),
    ("rechnung acme 1.2., anfang märz", Reason.NO_DAY_OF_SPAN, "anfang märz"),
    ("list until mid 2025", Reason.NO_SUCH_DATE, "mid 2025"),
    ("report until end of april 2026", Reason.FUTURE, "end of april 2026"),
    ("bericht nächstes Quartal", Reason.FUTURE, "nächstes Quartal"),
    ("report 2027", Reason.FUTURE, "2027"),
    ("report after today", Reason.FUTURE, "after today"),
    ("report q3 october", Reason.TWO_DAYS, "october"),
    ("report between monday", Reason.UNEXPECTED, "between"),
    ("report 13/2025", Reason.NO_SUCH_DATE, "13/2025"),
    ("report last 999 years", Reason.NO_SUCH_DATE, "last 999 years"),
    ("bericht 1.10.2025 bis 1.3.2025", Reason.LAST_BEFORE_FIRST, "1.10.2025 bis 1.3.2025"),
    ("start --nb billable", Reason.CONTRADICTS, "billable"),
    ("edit acme", Reason.UNEXPECTED, "acme"),
    ("edit: review", Reason.UNEXPECTED, "review"),
    ("bearbeite #call", Reason.UNEXPECTED, "#call"),
    ("delete 3", Reason.UNEXPECTED, "3"),
    ("lösche alles", Reason.UNEXPECTED, "alles"),
    ("split 10:30 acme", Reason.UNEXPECTED, "acme"),
    ("split 9-10", Reason.TWO_TIMES, "9-10"),
    ("undo 2", Reason.UNEXPECTED, "2"),
    ("undo: oops", Reason.UNEXPECTED, "oops"),
    ("tag call", Reason.UNEXPECTED, "call"),
    ("gaps 9:15", Reason.UNEXPECTED, "9:15"),
    ("gaps tomorrow", Reason.FUTURE, "tomorrow"),
    ("continue: review", Reason.UNEXPECTED, "review"),
    ("link acme: review", Reason.UNEXPECTED, "review"),
    ("note 9-10: review", Reason.TWO_TIMES, "9-10"),
    ("expense 1234,567 acme", Reason.NO_SUCH_AMOUNT, "1234,567"),
    ("ausgabe 1.234 acme", Reason.WHICH_AMOUNT, "1.234"),
    ("expense acme 2025 50", Reason.WHICH_AMOUNT, "2025"),
    ("expense 49,90 12,50 acme", Reason.TWO_AMOUNTS, "12,50"),
    ("expense 0,00 acme", Reason.NO_AMOUNT, "0,00"),
    ("expense -49,90 € acme", Reason.NO_AMOUNT, "-49,90 €"),
    ("expense 100.000.000.000,01 acme", Reason.TOO_HIGH, "100.000.000.000,01"),
    ("expense 50 119 % acme", Reason.NO_SUCH_VAT, "119 %"),
    ("expense 50 netto acme inkl. 19%", Reason.TWO_NETS, "netto"),
    ("Tagge gestern", Reason.NO_TAG, "Tagge"),
    ("tag", Reason.NO_TAG, "tag"),
    ("Notiz", Reason.NO_NOTE, "Notiz"),
    ("start " + " ".join(f"#t{n}" for n in range(11)), Reason.TOO_MANY_TAGS, "#t10"),
    ("start " + "x" * LONGEST_TEXT, Reason.TOO_MUCH_TEXT, "start " + "x" * 74),
]


@pytest.mark.parametrize(("typed", "reason", "piece"), REFUSED)
def test_what_has_no_reading_or_two_is_refused_with_the_piece_that_was_typed(
    typed: str, reason: Reason, piece: str
) -> None:
    assert refusal(typed) == (reason, piece)


def test_every_reason_is_shown_in_a_test() -> None:
    clock_changes = {Reason.SKIPPED_HOUR, Reason.AMBIGUOUS_HOUR, Reason.TWO_TIMES_OF_DAY}
    by_customs = {Reason.TWO_LENGTHS}
    by_names = {Reason.DAY_OR_NAME, Reason.FILTER_OR_NAME, Reason.NO_NAME, Reason.NO_SUCH_NAME, Reason.NO_SUCH_PERSON}
    by_names |= {Reason.NO_SUCH_DAYS, Reason.NOT_OF_KIND, Reason.WHICH_NAME, Reason.TOO_MANY_NAMES, Reason.LEAVES_OUT}
    assert {reason for _, reason, _ in REFUSED} | clock_changes | by_customs | by_names == set(Reason)


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("log 9-5 acme", "The afternoon is typed like 17:00 or 5pm."),
        ("log 10:30-9 acme", "The afternoon is typed like 17:00 or 5pm."),
        ("list tue to mon", "Check the two days."),
        ("report 10.3.-1.3.", "Check the two days."),
        ("report october 2025 to march 2025", "Check the two days."),
    ],
)
def test_two_times_and_two_days_that_run_backwards_have_a_remedy_of_their_own(
    projects: None, anna: Person, typed: str, advice: str
) -> None:
    assert f"ends before it starts. {advice}" in said(anna, f"/track {typed}")


@pytest.mark.parametrize("length", ["9-5pm", "9am-5pm", "9-17", "9-17:00"])
def test_a_working_day_is_typed_as_the_remedy_says(projects: None, anna: Person, length: str) -> None:
    assert "8:00 h" in said(anna, f"/track log {length} acme website yesterday")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("invoice zoo", "help invoice"),
        ("invoice all zoo", "help invoice"),
        ("invoice acme by week", "help invoice"),
        ("rechnung 12x", "help invoice"),
        ("list zoo", "help list"),
        ("list week to", "help list"),
        ("report zoo by week", "help report"),
        ("report between monday", "help report"),
        ("status zoo", "help status"),
        ("undo 3", "help undo"),
        ("stop 12x acme", "help stop"),
    ],
)
def test_the_help_of_what_was_typed_is_named(projects: None, anna: Person, typed: str, shown: str) -> None:
    assert f"/track {shown} shows what fits where." in said(anna, f"/track {typed}")


def test_that_help_is_named_in_german_too(projects: None, finn: Person) -> None:
    assert "/track hilfe liste zeigt, was wohin passt." in said(finn, "/track liste zoo")
    assert "/track hilfe bericht zeigt, was wohin passt." in said(finn, "/track report zoo")
    assert "/track hilfe lücken zeigt, was wohin passt." in said(finn, "/track gaps zoo")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("known", SUBCOMMANDS, ids=lambda known: known.name)
def test_the_help_that_a_refusal_names_can_be_typed(known: Subcommand, language: str) -> None:
    sentence = (
        NotUnderstood(Reason.UNEXPECTED, "zoo")
        .behind(known.name)
        .sentence(Reader.for_locale(locale=language, language=language, zone="UTC"))
    )
    (typed,) = re.findall(r"/track (\S+ \S+)", sentence)
    assert read(typed) == Help(known.name)


def test_of_a_note_is_told_only_where_there_is_one(projects: None, anna: Person) -> None:
    assert "A note begins after a colon" in said(anna, "/track stop 12x acme")
    for typed in ("status zoo", "gaps zoo", "undo 3", "invoice by week"):
        assert "colon" not in said(anna, f"/track {typed}")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("invoice acme december 2026", "“december 2026” is in the future. Only work that is done can be billed"),
        ("invoice next month", "“next month” is in the future. Only work that is done can be billed"),
        ("list tomorrow", "“tomorrow” is in the future. Name days until today."),
        ("gaps tomorrow", "“tomorrow” is in the future. Name days until today."),
        ("log 1h acme tomorrow", "“tomorrow” is in the future. Only what is over can be written down."),
        ("rechnung acme morgen", "„morgen“ liegt in der Zukunft. Abrechnen lässt sich nur, was schon getan ist"),
        ("bericht nächste Woche", "„nächste Woche“ liegt in der Zukunft. Nenne Tage bis heute."),
    ],
)
def test_what_is_still_to_come_is_refused_in_the_words_of_what_was_asked_for(
    projects: None, anna: Person, finn: Person, typed: str, shown: str
) -> None:
    assert shown in said(finn if "„" in shown else anna, f"/track {typed}")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("invoice acme last month without app", "press “Leave out” at the line"),
        ("invoice acme but not design", "“but” here: what should not be on an invoice is left out on the invoice"),
        ("rechnung acme letzten monat ohne app", "“ohne” here: what should not be on an invoice is left out"),
        ("rechnung acme alles außer design", "“außer” here: what should not be on an invoice is left out"),
        ("report last month except acme", "“except” here: I only show what you name"),
        ("liste ohne acme", "„ohne“ verstehe ich hier nicht: Ich zeige nur, was du nennst"),
    ],
)
def test_what_is_to_be_left_out_is_told_where_that_is_done(
    projects: None, anna: Person, finn: Person, typed: str, shown: str
) -> None:
    who = finn if "„" in shown else anna
    who.types("/track new customer: Söhne & Co.")
    who.modal.submit()
    who.types(f"/track {typed}")
    assert shown in who.last.plain()
    assert who.last.buttons == []
