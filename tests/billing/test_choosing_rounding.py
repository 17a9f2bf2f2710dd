"""How billed time is rounded is chosen beside what each choice costs, for a customer, a project or all, and sent so."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.billing.rules.rounding import STEPS
from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage import upkeep
from storage.change import Change
from storage.tables import audits, customers, draft_lines, draft_shares, entries, projects
from tests.billing.deeds import RunJobs, appoint, edits, invoice, sends
from tests.conftest import T0

Send = Callable[[], Document]
_TRIED = {(1, "entry"), (5, "day"), (6, "entry"), (15, "day"), (30, "line"), (60, "entry")}
ENGLISH = {
    "rounding": "Rounding …",
    "for": "For",
    "customer": "Acme GmbH, all projects",
    "website": "Only Website",
    "all": "All customers that have no way of their own",
    "how": "How time is rounded",
    "Up": "Round up",
    "Down": "Round down",
    "Nearest": "Round to the nearest",
    "None": "Do not round",
    "step": "To full",
    "minutes": "{} minutes",
    "per": "What is rounded as one",
    "entry": "Each entry",
    "day": "Each day of a person on a line",
    "line": "Each line",
    "least": "Of that at least",
    "chosen": "As chosen",
    "each": {"entry": "Entry", "day": "Day", "line": "Line"},
    "kept": "Time is rounded up to full 15 minutes for each entry, kept for Acme GmbH.",
    "added": "by rounding",
    "usual": "Usual invoice …",
    "reset": "Rounding as for other customers",
}
GERMAN = {
    "rounding": "Rundung …",
    "for": "Für",
    "customer": "Acme GmbH, alle Projekte",
    "website": "Nur Website",
    "all": "Alle Kunden ohne eigene Regelung",
    "how": "Wie Zeit gerundet wird",
    "Up": "Aufrunden",
    "Down": "Abrunden",
    "Nearest": "Kaufmännisch runden",
    "None": "Nicht runden",
    "step": "Auf volle",
    "minutes": "{} Minuten",
    "per": "Was zusammen gerundet wird",
    "entry": "Jeder Eintrag",
    "day": "Jeder Tag einer Person auf einer Position",
    "line": "Jede Position",
    "least": "Davon mindestens",
    "chosen": "Wie gewählt",
    "each": {"entry": "Eintrag", "day": "Tag", "line": "Position"},
    "kept": "Zeit wird je Eintrag auf volle 15 Minuten aufgerundet, gemerkt für Acme GmbH.",
    "added": "durch Rundung",
    "usual": "Übliche Rechnung …",
    "reset": "Rundung wie bei anderen Kunden",
}


@dataclass(frozen=True)
class Biller:
    """Somebody who bills, and what they read on the screen."""

    who: Person
    words: dict[str, object]

    def word(self, name: str) -> str:
        return str(self.words[name])

    def opens(self) -> Modal:
        invoice(self.who)
        self.who.modal.click(self.word("rounding"))
        return self.who.modal

    def fills(self, **chosen: str) -> Modal:
        """Choose in the form, menu by menu: each shows what it would cost."""
        for menu, value in chosen.items():
            label = self.words.get(value, value)
            self.who.modal.fill(self.word(menu), str(label))
        return self.who.modal

    def minutes(self, count: int) -> str:
        return self.word("minutes").format(count)

    def figure(self, of: str) -> str:
        """What stands behind a word in the form: 12.00 h · €1,075.00 …"""
        (found,) = [line for line in self.who.modal.text.splitlines() if line.startswith(f"{of}: ")]
        return found.removeprefix(f"{of}: ")


@pytest.fixture
def small(connected: None, anna: Person) -> None:
    """Anna worked twice on Monday and once on Tuesday for the website, and a little on the app."""
    anna.types("/track log 10m acme website design 9.3.: a")
    anna.types("/track log 17m acme website design 9.3.: b")
    anna.types("/track log 20m acme website design: c")
    anna.types("/track log 5m acme app yesterday")


@pytest.fixture(params=["English", "German"])
def biller(request: pytest.FixtureRequest, anna: Person, finn: Person, small: None, bot: Bot) -> Biller:
    if request.param == "English":
        return Biller(anna, ENGLISH)
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    return Biller(finn, GERMAN)


@pytest.fixture
def delivered(account: Account, run_jobs: RunJobs) -> Send:
    def send() -> Document:
        run_jobs()
        return account.drafts()[0]

    return send


def quantities(sent: Document) -> list[tuple[Decimal, Decimal]]:
    return [(line.quantity, line.unit_price) for line in sent.lines]


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def table(text: str) -> dict[tuple[int, str], str]:
    """Each step with what is rounded as one, and what that comes to; equal ones stand together."""
    found, steps = dict[tuple[int, str], str](), list[str]()
    for line in plain(text).splitlines():
        if said := re.fullmatch(r"([0-9, ]+) (?:minute|Minute)(?:s|n|)", line):
            steps = said[1].split(", ")
        elif steps and (row := re.fullmatch(r"([\w, ]+): (.+ h · .+)", line)):
            found |= {(int(step), name): row[2] for step in steps for name in row[1].split(", ")}
    return found


def test_what_each_choice_costs_stands_side_by_side_before_one_is_taken(biller: Biller) -> None:
    form = biller.opens()
    before = plain(form.text)
    each = biller.words["each"]
    assert isinstance(each, dict)
    assert [*table(before)] == [(step, name) for step in STEPS for name in each.values()]
    biller.fills(how="Up")
    shown = table(biller.who.modal.text)
    rows = {name: shown[15, called] for name, called in each.items()}
    # 10, 17 and 20 minutes of Design at 88.50, 5 minutes on the app at 95
    hours = {"entry": ("1.50", "1,50"), "day": ("1.25", "1,25"), "line": ("1.25", "1,25")}
    for name, row in rows.items():
        assert any(f"{each_hours} h" in row for each_hours in hours[name]), row


def test_what_is_chosen_is_shown_in_the_invoice_and_sent_and_no_second_is_changed(
    biller: Biller, delivered: Send, bot: Bot
) -> None:
    biller.opens()
    biller.fills(how="Up")
    promised = plain(biller.figure(biller.word("chosen")))
    biller.who.modal.submit()
    shown = plain(biller.who.modal.text)
    assert biller.word("kept") in shown
    assert biller.word("added") in shown
    assert promised.split(" · ")[0] in shown
    assert promised.split(" · ")[1].split(" (")[0] in shown
    sends(biller.who)
    sent = delivered()
    assert sorted(quantities(sent)) == [
        (Decimal("0.25"), Decimal("95.00")),
        (Decimal("1.25"), Decimal("88.50")),
    ]
    with bot.database.read() as db:
        assert sorted(db.execute(select(entries.c.seconds)).scalars()) == [300, 600, 1020, 1200]
        assert sorted(db.execute(select(draft_shares.c.seconds)).scalars()) == [300, 600, 1020, 1200]
        assert sorted(map(tuple, db.execute(select(draft_lines.c.seconds, draft_lines.c.hours)))) == [
            (300, 25),
            (2820, 125),
        ]


def test_every_figure_of_the_table_is_what_the_invoice_then_comes_to(anna: Person, small: None) -> None:
    biller = Biller(anna, ENGLISH)
    for way in ("Up", "Down", "Nearest"):
        for step in (1, 3, 5, 6, 10, 15, 30, 60):
            for per, name in (("entry", "Entry"), ("day", "Day"), ("line", "Line")):
                if (step, per) not in _TRIED:
                    continue
                minutes = "1 minute" if step == 1 else f"{step} minutes"
                biller.opens()
                biller.fills(how=way, step=minutes, per=per)
                hours, net = table(anna.modal.text)[step, name].split(" (")[0].split(" · ")
                anna.modal.submit()
                shown = plain(anna.modal.text)
                if hours == "0.00 h":
                    assert "Total" not in shown
                else:
                    assert hours in shown
                    assert f"Total: {net} net" in shown


def test_a_project_has_a_rounding_of_its_own_and_the_rest_that_of_the_customer(biller: Biller, delivered: Send) -> None:
    biller.opens()
    biller.fills(how="Up", per="line", step=biller.minutes(30))
    biller.who.modal.submit()
    biller.who.modal.click(biller.word("rounding"))
    biller.fills(**{"for": "website"})
    biller.fills(how="Down", step=biller.minutes(10), per="entry")
    biller.who.modal.submit()
    sends(biller.who)
    assert sorted(quantities(delivered())) == [
        (Decimal("0.50"), Decimal("95.00")),
        (Decimal("0.67"), Decimal("88.50")),  # 10, 10 and 20 minutes
    ]


def test_a_minimum_holds_for_each_entry(biller: Biller, delivered: Send) -> None:
    biller.opens()
    biller.fills(how="None")
    biller.fills(least="0:15 h")
    biller.who.modal.submit()
    sends(biller.who)
    assert sorted(quantities(delivered())) == [
        (Decimal("0.25"), Decimal("95.00")),
        (Decimal("0.87"), Decimal("88.50")),  # 15, 17 and 20 minutes
    ]


def test_a_customers_own_rounding_comes_before_that_for_all(anna: Person, small: None, bot: Bot) -> None:
    biller = Biller(anna, ENGLISH)
    biller.opens()
    biller.fills(**{"for": "all"})
    biller.fills(how="Up", step="60 minutes")
    anna.modal.submit()
    assert "Time is rounded up to full 60 minutes for each entry, as for all customers." in anna.modal.text
    anna.modal.click("Rounding …")
    biller.fills(how="None")
    anna.modal.submit()
    assert "Time is not rounded, kept for Acme GmbH." in anna.modal.text
    assert "0.86 h on 2 lines" in plain(anna.modal.text)
    with bot.database.read() as db:
        actions = db.execute(select(audits.c.subject, audits.c.action).where(audits.c.action == "change rounding"))
        assert [tuple(row) for row in actions] == [("workspace", "change rounding"), ("customer", "change rounding")]


def test_who_only_bills_is_not_offered_to_round_for_all(biller: Biller) -> None:
    biller.opens()
    offered = biller.who.modal.options(biller.word("for"))
    assert (biller.word("all") in offered) == (biller.words is ENGLISH)


def test_what_others_chose_meanwhile_is_not_lost(anna: Person, finn: Person, small: None, bot: Bot) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    mine, theirs = Biller(anna, ENGLISH), Biller(finn, GERMAN)
    mine.opens()
    mine.fills(how="Up")
    theirs.opens()
    theirs.fills(how="Down")
    theirs.who.modal.submit()
    answer = anna.modal.submit()
    assert answer is not None
    assert "Somebody chose another rounding" in anna.modal.text


def test_an_approval_of_what_was_seen_before_is_refused_and_says_why(
    anna: Person, finn: Person, small: None, bot: Bot, account: Account
) -> None:
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    invoice(anna)
    theirs = Biller(finn, GERMAN)
    theirs.opens()
    theirs.fills(how="Up")
    theirs.who.modal.submit()
    sends(anna)
    assert "Nothing was sent" in anna.modal.text
    assert "another text, article, tax or rounding" in anna.modal.text
    assert account.drafts() == []
    sends(anna)
    assert "On its way" in anna.modal.text


def test_a_night_is_rounded_once_also_on_two_lines(connected: None, anna: Person, delivered: Send) -> None:
    anna.types("/track log 23:30-0:40 acme website design 8.3.: Launch")
    invoice(anna)
    anna.modal.click("Lines and texts …")
    anna.modal.fill("One line for each", "Day")
    anna.modal.fill("and in it for each", "nothing more")
    anna.modal.submit()
    anna.modal.click("Rounding …")
    biller = Biller(anna, ENGLISH)
    biller.fills(how="Up")
    anna.modal.submit()
    sends(anna)
    assert quantities(delivered()) == [  # 70 minutes are 75: the five belong to the day on which it began
        (Decimal("0.58"), Decimal("88.50")),
        (Decimal("0.67"), Decimal("88.50")),
    ]


def test_entries_that_are_left_out_are_no_part_of_their_day(anna: Person, small: None) -> None:
    biller = Biller(anna, ENGLISH)
    biller.opens()
    biller.fills(how="Up", per="day", step="30 minutes")
    anna.modal.submit()
    assert "1.00 h × €88.50" in plain(anna.modal.text)  # 27 and 20 minutes
    anna.modal.click("Leave out")
    assert "1 line" in anna.modal.text


def test_a_rate_that_was_typed_is_for_the_rounded_hours(anna: Person, small: None) -> None:
    biller = Biller(anna, ENGLISH)
    biller.opens()
    biller.fills(how="Up")
    anna.modal.submit()
    edits(anna, rate="100").submit()
    assert "1.25 h × €100.00 = €125.00" in plain(anna.modal.text)


def test_the_usual_invoice_shows_changes_and_forgets_it(biller: Biller, bot: Bot) -> None:
    invoice(biller.who)
    biller.who.modal.click(biller.word("usual"))
    with bot.database.write() as db:
        db.execute(projects.update().where(projects.c.name == "App").values(rounding='{"way":"down","step":30}'))
    biller.who.modal.close()
    biller.opens()
    biller.fills(how="Up")
    biller.who.modal.submit()
    biller.who.modal.click(biller.word("usual"))
    assert biller.word("kept") in biller.who.modal.text
    assert "App" in biller.who.modal.text
    biller.who.modal.click(biller.word("reset"))
    assert biller.word("kept") not in biller.who.modal.text
    with bot.database.read() as db:
        assert {*db.execute(select(customers.c.rounding)).scalars()} == {""}
        assert {*db.execute(select(projects.c.rounding)).scalars()} == {""}


def test_what_can_be_billed_is_worth_the_same_in_lists_as_on_the_invoice(anna: Person, small: None) -> None:
    biller = Biller(anna, ENGLISH)
    for per in ("entry", "day", "line"):
        biller.opens()
        biller.fills(how="Up", step="15 minutes", per=per)
        anna.modal.submit()
        (net,) = [line for line in plain(anna.modal.text).splitlines() if line.startswith("Total: ")]
        net = net.removeprefix("Total: ").removesuffix(" net")
        run = anna.types("/track invoice all march")
        assert net in plain(anna.modal.text), (per, run)
        anna.modal.close()
        report = anna.types("/track report all march")
        assert report
        assert net in plain(report.plain()), per
        assert "0:52 h" in report.plain()  # what was worked


def test_a_customer_that_another_becomes_part_of_takes_its_rounding_over(small: None, bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(customers.update().where(customers.c.id == 1).values(rounding='{"way":"up"}'))
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
        kept = db.execute(select(customers.c.rounding).where(customers.c.id == 2)).scalar_one()
    assert kept == '{"way":"up"}'
