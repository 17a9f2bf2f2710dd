"""What is typed behind list and report says which time is meant: spans, names, flags and groups, in any order."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.reading import read as read_text
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import Command, Duration, GroupName, Invoice, List, Log, Report, TypedFilter
from tests.grammar.kit import BERLIN, days_of, parse, refusal
from tests.grammar.kit import read as read_in_march

FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def read(text: str) -> Command:
    return parse(text, now=FRIDAY, zone=BERLIN)


def report(text: str) -> Report:
    command = read(text)
    assert isinstance(command, Report)
    return command


SPANS = {
    "2026-11-27 day": "today|heute|friday|am Freitag|27.11.|27/11/2026|Nov 27|the 27th of November|2026-11-27",
    "2026-11-26 day": "yesterday|gestern|last Thursday|am 26.11.|26. Nov. 2026",
    "2026-11-23–2026-11-27 week": "week|this week|diese Woche|KW 48|kw48|2026-W48|current week|laufende Woche",
    "2026-11-16–2026-11-22 week": "last week|letzte Woche|vorwoche|previous week|KW 47|week 47|"
    "week 47 of 2026|cw 47|KW 47/2026",
    "2025-12-08–2025-12-14 week": "KW 50|week 50|cw 50|week 50 2025|KW 50/2025|2025-W50|Kalenderwoche 50",
    "2026-11-01–2026-11-27 month": "month|this month|November|diesen Monat|11/2026|2026-11|11.2026|month to date",
    "2026-10-01–2026-10-31 month": "last month|october|Oktober|okt|Oct.|oktober 2026|10/2026|10.2026|2026-10|Vormonat|"
    "im letzten Monat|all of october|oct/2026|october '26|Monat Oktober|october of 2026|1.10.-31.10.",
    "2025-12-01–2025-12-31 month": "december|Dezember|dez. 2025|12/2025|dec-2025",
    "2026-10-01–2026-11-27 quarter": "quarter|this quarter|Q4|quartal|dieses Quartal|4. Quartal|viertes Quartal 2026",
    "2026-07-01–2026-09-30 quarter": "last quarter|letztes Quartal|Q3|q3 2026|Q3/2026|2026-Q3|3. Quartal|Vorquartal|"
    "third quarter of 2026|3rd quarter|quarter 3|im letzten Quartal|drittes Quartal|von Juli bis September|1.7.-30.9.",
    "2025-01-01–2025-03-31 quarter": "q1 2025|Q1/2025|2025 Q1|1. Quartal 2025|erstes Quartal 2025|jan - mar 2025",
    "2025-01-01–2025-12-31 year": "2025|last year|letztes Jahr|vorjahr|im Jahr 2025|year 2025|1.1.2025 bis 31.12.2025",
    "2026-01-01–2026-11-27 year": "2026|this year|dieses Jahr|ytd|year to date|heuer|seit Jahresbeginn|"
    "since the beginning of the year",
    "2026-01-01–2026-06-30": "H1|1. Halbjahr|first half of 2026|erstes Halbjahr 2026|Q1-Q2|January to June",
    "2026-11-21–2026-11-22": "weekend|last weekend|am Wochenende|letztes Wochenende|sat-sun|Samstag bis Sonntag",
    "2026-11-21–2026-11-27": "last 7 days|letzte 7 Tage|die letzten 7 Tage|past seven days|7 days|7 Tage|"
    "in den letzten sieben Tagen|since saturday|seit Samstag",
    "2026-11-07–2026-11-27": "last 3 weeks|die letzten 3 Wochen|past three weeks|3 Wochen",
    "2026-09-28–2026-11-27": "past 2 months|letzte zwei Monate|last 2 months",
    "2025-11-28–2026-11-27": "last 12 months|letzte 12 Monate|last 4 quarters|past 1 year|a year|ein Jahr|1 year",
    "2026-11-25–2026-11-27": "last 3 days|3 days|letzte 3 Tage|since Wednesday|seit Mittwoch|ab 25.11.",
    "2026-11-24–2026-11-27": "since 3 days|seit 3 Tagen|since 24 November|from Tuesday|Di-Fr|tue-fri|nach dem 23.11.",
    "2026-03-03–2026-11-27": "since 3 March|seit dem 3. März|ab 3.3.|from 3 March|starting 3 March|von 3.3. bis heute|"
    "since the 3rd of March|ab dem 3.3.2026",
    "2026-10-01–2026-11-27": "since october|seit Oktober|ab Oktober|after september|nach September|seit Q4|oct-nov|"
    "October to November|zwischen Oktober und November|between 1.10. and 5.12.|Oktober bis Februar|1.10. - 31.1.",
    "2026-10-01–2026-11-15": "von 1.10. bis 15.11.|1.10.-15.11.|1.10. - 15.11.|vom 1.10. bis zum 15.11.|"
    "from oct 1 to nov 15|zwischen 1.10. und 15.11.|between 1 October and 15 November|since 1.10. until 15.11.|"
    "1. Oktober bis 15. November 2026|from 1.10.-15.11.",
    "2026-10-01–2026-10-15": "1.-15. Oktober|1. bis 15. Oktober|1-15 october|October 1-15|1st to 15th of october|"
    "2026-10-01..2026-10-15|2026-10-01/2026-10-15|october 1 to 15|1.-15.10.",
    "2025-10-01–2025-11-15": "1.10. bis 15.11.2025|von 1.10.2025 bis 15.11.|1. Oktober bis 15. November 2025",
    "2025-10-01–2025-12-31 quarter": "oct-dec 2025|Oktober bis Dezember 2025|q4 2025|from october 2025 to december",
    "2026-11-09–2026-11-15 week": "vorletzte Woche|week before last|the week before last|KW 46",
    "2024-01-01–2024-12-31 year": "year before last|vorletztes Jahr|2024",
    "2026-11-16–2026-11-20 ": "Monday to Friday last week|mon-fri last week|letzte Woche Montag bis Freitag",
    "2020-12-28–2021-01-03 week": "KW 53|week 53",
    "2026-10-01–2026-11-27 ": "oktober und november|October, November|im Oktober und im November|november and october",
    "2026-11-25–2026-11-27 ": "Wednesday, Thursday and Friday|gestern, heute und Mittwoch",
    "2026-09-28–2026-10-18": "KW 40-42|KW 40 bis 42|KW 40 bis KW 42|cw 40 to cw 42",
    "2024-01-01–2025-12-31": "2024-2025|2024 bis 2025|from 2024 to 2025",
    "–2026-11-15": "bis 15.11.|until 15.11.|until 15 November|till Nov 15|bis zum 15. November|before 16.11.|"
    "vor dem 16.11.",
    "–2026-09-30": "until september|bis September|before october|vor Oktober|bis Q3|up to september",
}


@pytest.mark.parametrize(("days", "ways"), SPANS.items())
@pytest.mark.parametrize("command", ["list", "report"])
def test_a_span_can_be_said_in_many_ways(command: str, days: str, ways: str) -> None:
    span, _, unit = days.partition(" ")
    first, dash, last = span.partition("–")
    meant = (date.fromisoformat(first) if first else None, date.fromisoformat(last if dash else first), unit or None)
    for said in ways.split("|"):
        for text in (f"{command} {said}", f"{command} acme {said} #call", f"{command} billable {said}, acme"):
            found = read(text)
            assert isinstance(found, List | Report)
            assert (found.filter.first, found.filter.last, found.filter.unit) == meant, text
            assert found.filter.words in ((), ("acme",)), text


EVER = "all time|all|ever|alles|gesamt|immer|insgesamt|total|always|everything"


@pytest.mark.parametrize("said", EVER.split("|"))
def test_all_there_ever_was_can_be_asked_for(said: str) -> None:
    assert report(f"report acme {said}").filter == TypedFilter(all_days=True, words=("acme",))
    assert report(f"report --{said}").filter == TypedFilter(all_days=True)
    assert days_of(read(f"list {said} october")) == (date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    "ahead", ["december 2026", "2027", "q1 2027", "31.12.2026", "next week", "nächstes Quartal", "morgen", "h1 2027"]
)
def test_what_lies_wholly_ahead_is_refused(ahead: str) -> None:
    assert refusal(f"report acme {ahead}", at=FRIDAY) == (Reason.FUTURE, ahead)


@pytest.mark.parametrize(
    ("typed", "reason", "piece"),
    [
        ("list tue to mon", Reason.LAST_BEFORE_FIRST, "mon"),
        ("report 10.3.-1.3.", Reason.LAST_BEFORE_FIRST, "10.3.-1.3."),
        ("bericht 10.3. bis 1.3.", Reason.LAST_BEFORE_FIRST, "10.3. bis 1.3."),
        ("report january and march", Reason.TWO_DAYS, "march"),
        ("report monday october", Reason.TWO_DAYS, "october"),
        ("report october acme and november", Reason.TWO_DAYS, "november"),
        ("report october 2025 to march 2025", Reason.LAST_BEFORE_FIRST, "march 2025"),
    ],
)
def test_days_that_make_no_span_are_refused(typed: str, reason: Reason, piece: str) -> None:
    assert refusal(typed) == (reason, piece)


def test_a_first_day_that_is_still_to_come_is_asked_about_with_the_last_one() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read("report acme 1.12.-10.12.")
    (reading,) = refused.value.readings
    assert reading.text == "report acme 2025-12-01 - 2025-12-10"
    assert days_of(read(reading.text)) == (date(2025, 12, 1), date(2025, 12, 10))


FLAGS: dict[str, tuple[str, object]] = {
    "billable|abrechenbar|--billable|chargeable|abrechenbare": ("billable", True),
    "not billable|non-billable|nicht abrechenbar|--nb|nicht abrechenbare": ("billable", False),
    "billed|invoiced|abgerechnet|already billed|bereits abgerechnet|--billed": ("billed", True),
    "not billed|unbilled|open|offen|uninvoiced|nicht abgerechnet|noch nicht abgerechnet|--open|offene": (
        "billed",
        False,
    ),
    "team|everybody|everyone|alle|all people|alle Leute|für alle|alle Mitarbeiter|the team|des Teams": (
        "everybody",
        True,
    ),
    "me|mine|my|for me|ich|meine|nur ich|für mich|only me|von mir": ("everybody", False),
    "#call|tag call|Schlagwort call|with #call|mit #call": ("tags", ("call",)),
    "#call #mail|#call or #mail|#call, #mail|#call oder #mail": ("tags", ("call", "mail")),
    'note contains ada|with note ada|mit Notiz ada|notiz enthält "ada"|containing ada': ("text", "ada"),
}


@pytest.mark.parametrize(("ways", "meant"), FLAGS.items())
def test_what_else_says_which_time_in_both_languages(ways: str, meant: tuple[str, object]) -> None:
    name, value = meant
    for said in ways.split("|"):
        for text in (f"report {said}", f"report {said} acme october by week", f"report acme october {said}"):
            assert getattr(report(text).filter, name) == value, text
            assert report(text).filter.words == (("acme",) if "acme" in text else ()), text


GROUPS: dict[str, tuple[GroupName, ...]] = {
    "by customer|nach Kunde|by client|per customer|je Kunde|grouped by customer|pro Kunde|by customers": ("customer",),
    "by project|nach Projekt|gruppiert nach Projekt|per project|nach Projekten": ("project",),
    "by service|by task|nach Leistung|nach Tätigkeit|nach Aufgaben|by activity": ("service",),
    "by person|by people|nach Mitarbeiter|per employee|je Mitarbeiter|nach Personen": ("person",),
    "by tag|by tags|nach Tags|nach Schlagwort|by label|nach Stichwörtern": ("tag",),
    "by day|nach Tag|pro Tag|daily|täglich|nach Tagen|by date|je Tag": ("day",),
    "by week|nach Woche|weekly|wöchentlich|pro Woche|nach Kalenderwoche|per week": ("week",),
    "by month|nach Monat|monthly|monatlich|pro Monat|month by month": ("month",),
    "by customer and project|nach Kunde und Projekt|by customer, project|by customer/project|by customer by project|"
    "nach Kunde, nach Projekt|by customer & project|per customer and project|by Kunde und project": (
        "customer",
        "project",
    ),
    "by week, person|nach Woche und Mitarbeiter|weekly by person|je Woche, je Mitarbeiter": (
        "week",
        "person",
    ),
    "nach Kunde und Tag|by customer and day|by customer daily": ("customer", "day"),
    "by customer and tag|nach Kunde und Schlagwort": ("customer", "tag"),
    "ungrouped|total only|nur Summe|ohne Gruppen": (),
}


@pytest.mark.parametrize(("ways", "by"), GROUPS.items())
def test_a_report_is_grouped_by_one_or_two(ways: str, by: tuple[GroupName, ...]) -> None:
    for said in ways.split("|"):
        for text in (f"report {said}", f"bericht acme {said} oktober", f"report {said} acme", f"list october {said}"):
            assert report(text).by == by, text
            assert report(text).filter.words == (("acme",) if "acme" in text else ()), text


NAMES: dict[str, TypedFilter] = {
    "acme website": TypedFilter(words=("acme", "website")),
    "acme, globex": TypedFilter(words=("acme", ",", "globex")),
    "acme,globex and initech": TypedFilter(words=("acme", ",", "globex", ",", "initech")),
    "acme oder globex": TypedFilter(words=("acme", ",", "globex")),
    "acme & globex": TypedFilter(words=("acme", "&", "globex")),
    "acme/website": TypedFilter(words=("acme", "website")),
    "customer acme": TypedFilter(named=(("customer", ("acme",)),)),
    "kunde acme, projekt website": TypedFilter(named=(("customer", ("acme",)), ("project", ("website",)))),
    "customers acme and globex": TypedFilter(words=("globex",), named=(("customer", ("acme",)),)),
    "service design acme": TypedFilter(named=(("service", ("design", "acme")),)),
    "service design, acme website": TypedFilter(words=("acme", "website"), named=(("service", ("design",)),)),
    "leistung design": TypedFilter(named=(("service", ("design",)),)),
    "person ben": TypedFilter(named=(("person", ("ben",)),)),
    "acme projekt website": TypedFilter(words=("acme",), named=(("project", ("website",)),)),
    "von ben": TypedFilter(words=("ben",)),
    "@ben": TypedFilter(words=("@ben",)),
    "for acme": TypedFilter(words=("acme",)),
    "für den kunden acme": TypedFilter(named=(("customer", ("acme",)),)),
    '"monday" "q3 campaign"': TypedFilter(words=("monday", "q3 campaign")),
    'customer "all people"': TypedFilter(named=(("customer", ("all people",)),)),
    "alle kunden": TypedFilter(),
    "billable hours": TypedFilter(billable=True),
    "meine offenen Stunden": TypedFilter(billed=False, everybody=False),
    "acme? (website)!": TypedFilter(words=("acme?", "(website)!")),
    "all projects": TypedFilter(),
    "studio 54": TypedFilter(words=("studio", "54")),
    "acme: Anruf mit Ada": TypedFilter(words=("acme",), text="Anruf mit Ada"),
    ": october": TypedFilter(text="october"),
}


@pytest.mark.parametrize(("typed", "meant"), NAMES.items())
def test_all_other_words_are_names(typed: str, meant: TypedFilter) -> None:
    assert report(f"report {typed}").filter == meant
    assert read(f"liste {typed}") == List(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (
            "report acme october by service",
            Report(TypedFilter(date(2026, 10, 1), date(2026, 10, 31), "month", words=("acme",)), ("service",)),
        ),
        ("liste woche design", List(TypedFilter(date(2026, 11, 23), date(2026, 11, 27), "week", words=("design",)))),
        (
            "bericht letztes quartal nach kunde nicht abgerechnet",
            Report(TypedFilter(date(2026, 7, 1), date(2026, 9, 30), "quarter", billed=False), ("customer",)),
        ),
        (
            "bericht für acme im oktober",
            Report(TypedFilter(date(2026, 10, 1), date(2026, 10, 31), "month", words=("acme",))),
        ),
        (
            "report on the time of acme in october",
            Report(TypedFilter(date(2026, 10, 1), date(2026, 10, 31), "month", words=("acme",))),
        ),
        ("auswertung", Report(TypedFilter())),
        ("list", List(TypedFilter())),
        ("report projekt", Report(TypedFilter(), ("project",))),
        ("report by week person", Report(TypedFilter(), ("week", "person"))),
        ("list projekt", List(TypedFilter(words=("projekt",)))),
        ("report für", Report(TypedFilter(words=("für",)))),
        ("2h acme", Log(("acme",), "", (Duration(7200, date(2026, 11, 27)),))),
    ],
)
def test_a_whole_text_means_one_thing(typed: str, meant: Command) -> None:
    assert read(typed) == meant


def test_a_workspaces_own_words_say_what_a_name_is() -> None:
    own = (("mandat", "customer"), ("akte", "project"))
    found = read_text("bericht Akte Meier Oktober nach Mandat", now=FRIDAY, zone=BERLIN, own_words=own).required()
    assert isinstance(found, Report)
    assert found.filter.named == (("project", ("Meier",)),)
    assert found.by == ("customer",)


def test_the_month_that_stands_alone_is_no_command() -> None:
    assert read_text("acme october", now=FRIDAY, zone=BERLIN).required() == read_in_march("acme october")


# Any of these in any order

PARTS: dict[str, tuple[str, ...]] = {
    "span": (
        "october",
        "letztes Quartal",
        "last 7 days",
        "seit Montag",
        "von 1.10. bis 15.11.",
        "KW 48",
        "2025",
        "gesamt",
    ),
    "by": ("by customer", "nach Woche und Mitarbeiter", "monthly", "je Projekt"),
    "billed": ("not billed", "abgerechnet", "--open"),
    "billable": ("billable", "nicht abrechenbar"),
    "everybody": ("team", "nur ich"),
    "tags": ("#call", "#call #mail"),
    "words": ("acme website", "acme, globex"),
    "text": ("note contains ada", "mit Notiz ada"),
}
CHOSEN = st.lists(st.sampled_from([*PARTS]), min_size=1, max_size=6, unique=True).flatmap(
    lambda kinds: st.tuples(*(st.sampled_from(PARTS[kind]) for kind in kinds))
)


@given(CHOSEN, st.randoms(use_true_random=False), st.sampled_from(["list", "bericht"]))
def test_the_order_in_which_it_is_said_changes_nothing(said: tuple[str, ...], random: object, command: str) -> None:
    whole = read(f"{command} {' '.join(said)}")
    for order in [*permutations(said)][:24]:
        assert read(f"{command} {' '.join(order)}") == whole, order
    joined = read(f"{command} {', '.join(said)}")
    assert joined == whole


@given(CHOSEN)
def test_each_part_says_the_same_alone_as_beside_others(said: tuple[str, ...]) -> None:
    whole = report(f"report {' '.join(said)}")
    parts = [report(f"report {each}") for each in said]
    usual = TypedFilter()
    for name in ("first", "last", "unit", "all_days", "words", "tags", "billable", "billed", "text", "everybody"):
        alone = [getattr(each.filter, name) for each in parts if getattr(each.filter, name) != getattr(usual, name)]
        assert getattr(whole.filter, name) == (alone[0] if alone else getattr(usual, name)), name
    assert whole.by == next((each.by for each in parts if each.by is not None), None)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("invoice acme until end of october", None, "2026-10-31"),
        ("rechnung acme bis ende oktober", None, "2026-10-31"),
        ("rechnung acme bis Ende Oktober 2025", None, "2025-10-31"),
        ("report until the end of last month", None, "2026-10-31"),
        ("bericht bis mitte februar", None, "2026-02-15"),
        ("invoice acme from mid october to end of november", "2026-10-15", "2026-11-27"),
        ("liste seit anfang oktober", "2026-10-01", "2026-11-27"),
        ("report from start of 2025 to end of february 2025", "2025-01-01", "2025-02-28"),
        ("rechnung acme vom 1.10. bis ende oktober", "2026-10-01", "2026-10-31"),
        ("invoice acme until mid-october", None, "2026-10-15"),
        ("report from mid-Oct to end-Nov", "2026-10-15", "2026-11-27"),
        ("rechnung acme bis ende KW 47", None, "2026-11-22"),
        ("list until end of week 47", None, "2026-11-22"),
        ("list since beginning of cw 40/2025", "2025-09-29", "2026-11-27"),
        ("bericht bis ende Q3", None, "2026-09-30"),
        ("report until end of quarter 2 2025", None, "2025-06-30"),
        ("rechnung acme 1.10-15.11", "2026-10-01", "2026-11-15"),
        ("rechnung acme 1.10–15.11.", "2026-10-01", "2026-11-15"),
        ("report 01.12.25-3.2.26", "2025-12-01", "2026-02-03"),
        ("report 30.10 bis 2.11", "2026-10-30", "2026-11-02"),
        ("report 31/10-15/11", "2026-10-31", "2026-11-15"),
        ("report 2026-10-01-11/15", "2026-10-01", "2026-11-15"),
    ],
)
def test_the_end_of_a_month_is_its_last_day_and_dates_need_no_last_full_stop(
    typed: str, first: str | None, last: str
) -> None:
    command = read(typed)
    assert isinstance(command, List | Report | Invoice)
    days = (command.filter.first, command.filter.last)
    assert days == (date.fromisoformat(first) if first else None, date.fromisoformat(last))


EDGES = {
    "–2026-11-27": "until the end of the month|bis Ende des Monats|bis Monatsende|bis zum Monatsende|until month-end|"
    "till EOM|bis Ultimo|bis zum Ende der Woche|until the end of the week|bis Quartalsende|until year-end|"
    "through the end of the quarter|bis Ende des Jahres|per Monatsende|bis zum Monatsletzten|bis jetzt|until now|"
    "up to and including today|until the last day of the month",
    "–2026-11-15": "bis Mitte des Monats|until mid-month|bis Monatsmitte|bis zum 15.|until the 15th|before the 16th",
    "–2026-10-31": "per 31.10.|per Ende Oktober|bis einschl. Oktober|bis inkl. Oktober|up until the end of october",
    "–2025-12-31": "bis zum Jahresende 2025|until year end 2025|until the end of last year|prior to 2026",
    "2026-11-01–2026-11-27": "seit Monatserstem|ab Monatsanfang|since the start of the month|from the 1st|seit dem 1.|"
    "vom Monatsanfang bis heute|since the first of the month|ab dem 1.|Monatsanfang bis jetzt|since the 1st",
    "2026-11-23–2026-11-27": "seit Anfang der Woche|since the beginning of the week|seit Wochenbeginn|monday until now|"
    "this week so far|diese Woche so far|monday this week so far",
    "2026-11-16–2026-11-27": "last week so far|letzte Woche bis jetzt|since last week, so far",
    "2026-10-01–2026-11-27": "seit Quartalsbeginn|from the start of the quarter|october to date|Oktober bis jetzt|"
    "october onwards|Oktober bislang|seit Beginn des Quartals",
    "2026-01-01–2026-11-27": "ab Jahresanfang|von Anfang des Jahres bis heute|since the start of the year|"
    "start of the year until today|january so far",
    "2026-11-01–2026-11-15": "1.-15.|vom 1. bis zum 15.|from the 1st to the 15th|1st - 15th|first half of the month",
    "2026-10-16–2026-10-31": "zweite Hälfte Oktober|the second half of last month|2. Hälfte des Vormonats",
    "2026-01-01–2026-06-30": "letztes Halbjahr|last half-year",
    "2025-10-01–2025-10-31": "Oktober letzten Jahres|october of last year|Oktober im Vorjahr|october last year",
    "2025-07-01–2025-09-30": "Q3 letztes Jahr|third quarter of last year",
    "2026-11-02–2026-11-15": "KW 45 und 46|KW45-46|weeks 45 to 46|KW 45/46|weeks 45 & 46",
    "2026-11-14–2026-11-27": "die letzten beiden Wochen",
    "2026-10-01–2026-10-31": "gesamter Oktober|the whole of october|full october|Oktober komplett|10-2026",
}


@pytest.mark.parametrize(("days", "ways"), EDGES.items())
@pytest.mark.parametrize("command", ["list", "rechnung"])
def test_what_people_say_of_beginnings_and_ends_is_understood_whole(command: str, days: str, ways: str) -> None:
    first, _, last = days.partition("–")
    meant = (date.fromisoformat(first) if first else None, date.fromisoformat(last))
    for said in ways.split("|"):
        for text in (f"{command} {said}", f"{command} acme {said}", f"{command} {said}, acme"):
            found = read(text)
            assert isinstance(found, List | Invoice)
            assert (found.filter.first, found.filter.last) == meant, text
            assert found.filter.words in ((), ("acme",)), text


@pytest.mark.parametrize(
    ("typed", "ends"),
    [
        ("rechnung acme 1.10. bis Monatsende", ["2026-10-31", "2026-11-27"]),
        ("invoice acme from october 1 to the end of the month", ["2026-10-31", "2026-11-27"]),
        ("list 20.10. bis Ende der Woche", ["2026-10-25", "2026-11-27"]),
    ],
)
def test_an_end_may_be_that_of_the_first_day_or_of_today_and_is_asked(typed: str, ends: list[str]) -> None:
    with pytest.raises(NotUnderstood) as asked:
        read(typed)
    assert asked.value.reason is Reason.TWO_DATES
    assert [reading.text.rpartition(" ")[2] for reading in asked.value.readings] == ends
    for reading, end in zip(asked.value.readings, ends, strict=True):
        command = read(reading.text)
        assert isinstance(command, List | Invoice)
        assert command.filter.last == date.fromisoformat(end)


def test_an_end_that_can_only_be_one_is_not_asked() -> None:
    assert days_of(read("list vom 15. bis Monatsende")) == (date(2026, 11, 15), date(2026, 11, 27))


@pytest.mark.parametrize(
    ("today", "typed", "first"),
    [
        ("2024-06-17", "list monday bis zum 1.", "2024-06-17"),
        ("2026-06-17", "list this week until the 21st", "2026-06-15"),
        ("2024-06-17", "list this week until the 1st", "2024-06-17"),
        ("2024-03-31", "liste acme vom Wochenanfang bis zum 1.", "2024-03-25"),
        ("2027-11-05", "list this month to 1.1.", "2027-11-01"),
        ("2027-11-05", "list this quarter until 1.1.", "2027-10-01"),
        ("2027-11-05", "bericht acme dieses Quartal bis 1.1.", "2027-10-01"),
        ("2026-11-30", "list from the end of the month to the end of the year", "2026-11-30"),
    ],
)
def test_a_range_begins_where_it_was_said_also_where_its_end_is_near(today: str, typed: str, first: str) -> None:
    now = datetime.fromisoformat(f"{today}T12:00:00+00:00")
    assert days_of(parse(typed, now=now, zone=BERLIN)) == (date.fromisoformat(first), date.fromisoformat(today))


@pytest.mark.parametrize(
    ("today", "typed", "piece"),
    [
        ("2027-01-01", "list 30. to 1.1.", "30. to 1.1."),
        ("2026-01-04", "report 30.-29. january", "30.-29. january"),
        ("2025-02-12", "rechnung acme 28.-1.2.", "28.-1.2."),
        ("2026-12-28", "liste 5.1.-3.1.", "5.1.-3.1."),
        ("2026-11-27", "liste 29.11. bis 1.11.", "29.11. bis 1.11."),
    ],
)
def test_a_range_that_was_typed_the_wrong_way_round_is_not_offered_again(today: str, typed: str, piece: str) -> None:
    now = datetime.fromisoformat(f"{today}T12:00:00+00:00")
    assert refusal(typed, at=now) == (Reason.LAST_BEFORE_FIRST, piece)


@pytest.mark.parametrize("typed", ["list since october until october", "liste von Oktober bis Oktober"])
def test_a_range_may_end_with_the_days_it_begins_with(typed: str) -> None:
    assert days_of(read(typed)) == (date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("typed", "reason", "piece"),
    [
        ("rechnung acme Monatsende", Reason.NO_DAY_OF_SPAN, "Monatsende"),
        ("report end of the week", Reason.NO_DAY_OF_SPAN, "end of the week"),
        ("liste Jahresanfang", Reason.NO_DAY_OF_SPAN, "Jahresanfang"),
        ("invoice acme weeks 40 and 46", Reason.TWO_DAYS, "weeks 40 and 46"),
        ("bericht bis Mitte der Woche", Reason.NO_SUCH_DATE, "Mitte der Woche"),
    ],
)
def test_what_of_this_is_no_day_is_named(typed: str, reason: Reason, piece: str) -> None:
    assert refusal(typed, at=FRIDAY) == (reason, piece)


@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["Monats", "Jahres", "Quartals", "Wochen"]),
    st.sampled_from(["anfang", "ende", "beginn"]),
    st.sampled_from(["seit", "bis", "ab", "per"]),
)
def test_one_word_for_it_is_the_same_as_several(day: date, span: str, edge: str, bound: str) -> None:
    if (span, edge) == ("Wochen", "ende"):  # a weekend
        return
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    article = "der Woche" if span == "Wochen" else f"des {span}"
    one, several = (
        days_of(parse(f"liste {bound} {said}", now=now, zone=BERLIN)) for said in (span + edge, f"{edge} {article}")
    )
    assert one == several
    assert one[1] is not None
    assert one[1] <= day


@pytest.mark.parametrize("typed", ["invoice acme 10/1-11/15", "report 10/1–11/15/2026", "liste 10/1 - 11/15"])
def test_where_either_number_may_be_the_month_it_is_asked_and_each_answer_can_be_read(typed: str) -> None:
    with pytest.raises(NotUnderstood) as asked:
        read(typed)
    assert asked.value.reason is Reason.TWO_DATES
    for reading in asked.value.readings:
        assert isinstance(read(reading.text), List | Report | Invoice)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("list since mid march", "list since 2025-03-15"),
        ("rechnung acme bis mitte märz", "rechnung acme bis 2025-03-15"),
        ("report from mid march to end of march", "report from 2025-03-15 to end of march"),
        ("report until start of april", "report until 2025-04-01"),
        ("list since middle of this month", None),
        ("invoice acme until mid march 2026", None),
    ],
)
def test_the_middle_of_a_month_that_is_still_to_come_is_no_day_of_work(typed: str, offered: str | None) -> None:
    """Read on 11 March: a list would begin after its end, and an invoice would end on a day to come."""
    with pytest.raises(NotUnderstood) as refused:
        read_in_march(typed)
    assert refused.value.reason is (Reason.STILL_TO_COME if offered else Reason.FUTURE)
    assert [each.text for each in refused.value.readings] == ([offered] if offered else [])
    for reading in refused.value.readings:
        assert isinstance(read_in_march(reading.text), List | Report | Invoice)


@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["beginning", "middle", "end"]),
    st.sampled_from(
        ["this month", "last month", "february", "march", "november", "december", "this year", "last week"]
    ),
    st.sampled_from(["since", "until"]),
)
def test_no_day_at_an_edge_is_to_come_and_none_begins_after_its_end(
    day: date, edge: str, span: str, bound: str
) -> None:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    try:
        command = parse(f"list {bound} {edge} of {span}", now=now, zone=BERLIN)
    except NotUnderstood:
        return
    first, last = days_of(command)
    assert last is not None
    assert last <= day
    assert first is None or first <= last
