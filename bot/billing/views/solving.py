"""What has to be solved before an invoice is sent, or could be: each with the button that solves it in place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.billing.entry_times import seconds_beside_times
from bot.billing.preview import Obstacle, Preview
from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.scope import ALL_OPEN
from bot.billing.views import rates
from bot.billing.views.foreign import foreign_said
from bot.billing.views.layout import LAYOUT
from bot.billing.views.missing_rates import MISSING_RATES
from bot.billing.views.outline import LINE
from bot.billing.views.rate_forms import About
from bot.billing.views.scope import for_period, selection_name
from bot.billing.views.texts import TEXTS
from bot.billing.wording import quotes_private_note
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, View, button, context, cut, external_select, field, modal, section
from bot.slack.metadata import Metadata, RowId
from bot.tracking.entries import label
from bot.tracking.views.corrections import end_field
from bot.tracking.views.entries import read_guess, there
from storage.tracking import Entry

STOP = "invoice_solve_stop"
CHECK = "invoice_solve_check"
CHECKED = "invoice_solve_checked"
TAKE_BACK = "invoice_solve_take_back"
ASK_AGAIN = "invoice_solve_ask_again"
LINK = "invoice_solve_link"
LINKED = "invoice_solve_linked"
THEIRS = "invoice_solve_theirs"
BOOK = "invoice_solve_book"
BOOKED = "invoice_solve_booked"
PROJECT = "invoice_solve_project"
_WAITING_SHOWN = 3
"""Of timers and guesses; all are counted below the lines."""
_NAMED = 2
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Solving:
    """What a form for one of them keeps: the draft, its customer, and which of its lines were in sight."""

    draft: RowId
    customer: RowId
    place: Place = TOP


SOLVING = Metadata(Solving)


@dataclass(frozen=True, slots=True)
class Checking:
    """What the form for a guessed end keeps: the draft, the guess that was seen, and which lines were in sight."""

    draft: RowId
    guess: str
    place: Place = TOP


CHECKING = Metadata(Checking)


def obstacle_blocks(to: Reader, preview: Preview) -> list[Block]:
    """Why it cannot be sent."""
    sentences = {
        Obstacle.NOTHING: nothing_said(to, preview),
        Obstacle.NOT_CONNECTED: to.t("Billomat is not connected yet. An admin connects it with /track connect."),
        Obstacle.NOT_LINKED: to.t(
            "{customer} is not linked with a customer in Billomat yet.", customer=preview.customer
        ),
        Obstacle.ARCHIVED: to.t(
            "{customer} is archived in Billomat or deleted there, so it gets no draft. Take it out of the archive "
            "there, and have me ask again.",
            customer=preview.customer,
        ),
        Obstacle.ARCHIVED_HERE: to.t("{customer} is archived, so it gets no draft.", customer=preview.customer),
        Obstacle.NO_RATE: _no_rate(to, preview),
        Obstacle.NEGATIVE: to.t(
            "The total is negative, and an invoice cannot be. Write a credit note in Billomat, or bill it with other "
            "work."
        ),
        Obstacle.OVER_REDUCED: to.t(
            "More is taken off than there is. Type less for the line with “Edit …”, or for all of it with "
            "“Reduction …”."
        ),
        Obstacle.CURRENCY: to.t(
            "Amounts in {currency} have three decimals, and Trackomat calculates with two. Bill this customer in "
            "Billomat itself, or choose another currency for them there.",
            currency=preview.currency,
        ),
        Obstacle.SMALL_BUSINESS: to.t(
            "A small business under § 19 UStG must not show VAT, and {lines} would have some. Give its article a tax "
            "of 0% in Billomat, or choose another article with “Edit …”.",
            lines=", ".join([item.name for item in _above_zero(preview)][:_NAMED]),
        ),
        Obstacle.PRIVATE_NOTE: to.t(
            "The text of {lines} has a note in it that its writer keeps from the customer by now. Press “Edit …” there "
            "and take it out.",
            lines=", ".join([item.name for item in _quoting(preview)][:_NAMED]),
        ),
        Obstacle.PRIVATE_IN_TEXTS: to.t(
            "What stands above or below the lines has a note in it that its writer keeps from the customer by now. "
            "Take it out there."
        ),
        Obstacle.PRIVATE_IN_WORDS: to.t(
            "The title or description of all lines has a note in it that its writer keeps from the customer by now. "
            "Take it out there."
        ),
    }
    buttons = _buttons(to, preview)
    stands = [obstacle for obstacle in sentences if obstacle in preview.obstacles]
    if {Obstacle.PRIVATE_IN_TEXTS, Obstacle.PRIVATE_IN_WORDS} <= {*stands}:  # one after the other: a window has an end
        stands.remove(Obstacle.PRIVATE_IN_WORDS)
    return [section(f"⚠️ {sentences[each]}", buttons.get(each)) for each in stands]


def rates_actions(to: Reader, preview: Preview) -> list[Element]:
    """The way to the rates, where one is missing."""
    if Obstacle.NO_RATE not in preview.obstacles:
        return []
    return [rates.open_button(to, About(customer=preview.customer_id, draft=preview.draft_id))]


def _buttons(to: Reader, preview: Preview) -> dict[Obstacle, Element]:
    """What solves an obstacle at once."""
    draft, enter_rate = str(preview.draft_id), _rate_button(to, preview)
    lines = {
        Obstacle.PRIVATE_NOTE: (to.t("Edit …"), _quoting(preview)),
        Obstacle.SMALL_BUSINESS: (to.t("Edit …"), _above_zero(preview)),
    }
    return {
        **({Obstacle.NO_RATE: enter_rate} if enter_rate else {}),
        Obstacle.NOT_LINKED: button(to.t("Link …"), LINK, draft),
        Obstacle.ARCHIVED: button(to.t("Ask Billomat"), ASK_AGAIN, draft),
        Obstacle.ARCHIVED_HERE: button(to.t("Take back into use"), TAKE_BACK, draft),
        Obstacle.PRIVATE_IN_TEXTS: button(to.t("Intro and closing …"), TEXTS, draft),
        Obstacle.PRIVATE_IN_WORDS: button(to.t("Lines and texts …"), LAYOUT, draft),
        **{each: button(text, LINE, found[0].line.key) for each, (text, found) in lines.items() if found},
    }


def _rate_button(to: Reader, preview: Preview) -> Element | None:
    """Asks for one rate with all else of its line, or for several at once; a total of several prices is one line."""
    unpriced = _unpriced(preview)
    if not unpriced:
        return None
    if len([item for item in unpriced if not item.line.is_total]) > 1:
        return button(to.t("Enter rates …"), MISSING_RATES, str(preview.draft_id))
    return button(to.t("Enter rate …"), LINE, unpriced[0].line.key)


def _unpriced(preview: Preview) -> list[InvoiceLine]:
    return [item for item in preview.lines if item.line.unit_price is None]


def _above_zero(preview: Preview) -> list[InvoiceLine]:
    return [item for item in preview.lines if item.line.vat and item.line.vat.rate]


def _quoting(preview: Preview) -> list[InvoiceLine]:
    return [item for item in preview.lines if quotes_private_note(item)]


def _no_rate(to: Reader, preview: Preview) -> str:
    lines = _unpriced(preview)
    return to.n(
        "{count} line has no hourly rate in {currency} yet: {line}",
        "{count} lines have no hourly rate in {currency} yet, the first: {line}",
        len(lines),
        currency=preview.currency,
        line=cut(lines[0].name, _LONGEST) if lines else "",
    )


def nothing_said(to: Reader, preview: Preview) -> str:
    """Why there are no lines."""
    if preview.by_hand.count:
        return to.t("Everything is left out of this invoice. Take in what is to be billed.")
    if preview.scope == ALL_OPEN:
        return to.t("{customer} has nothing unbilled.", customer=preview.customer)
    if said := selection_name(to, preview.scope.selection, preview.beside.labels):
        return to.t(
            "{customer} has nothing unbilled in these days that fits {selection}. Choose otherwise, or all of it.",
            customer=preview.customer,
            selection=said,
        )
    return to.t(
        "{customer} has nothing unbilled {for_period}. Another period may have something.",
        customer=preview.customer,
        for_period=for_period(to, preview.scope.period),
    )


def to_solve_blocks(to: Reader, preview: Preview, *, today: date) -> Iterator[Block]:
    """What runs, what is a guess, and what has no project. It may be sent all the same."""
    found = preview.to_solve
    for entry in found.waiting[:_WAITING_SHOWN]:
        is_mine = entry.person_id == found.mine
        yield (
            _running(to, entry, today, is_mine=is_mine)
            if entry.seconds is None
            else _guessed(to, entry, today, is_mine=is_mine)
        )
    yield from map(section, foreign_said(to, preview))
    if count := len(found.without_project):
        text = to.n(
            "📁 {count} entry of yours has no project, {time}.",
            "📁 {count} entries of yours have no project, {time}.",
            count,
            time=to.total(found.seconds),
        )
        yield section(text, button(to.t("Choose project …"), BOOK, str(preview.draft_id)))


def _running(to: Reader, entry: UnbilledEntry, today: date, *, is_mine: bool) -> Block:
    what, since = _what(to, entry), _moment(to, entry.known.started_at, today)
    if is_mine:
        text = to.t("⏱️ Your timer has been running since {time}: {what}. It is left out.", time=since, what=what)
        return section(text, button(to.t("Stop"), STOP, str(entry.entry_id), label=to.t("Stop timer")))
    return section(
        to.t(
            "⏱️ The timer of {person} has been running since {time}: {what}. It is left out.",
            person=entry.person,
            time=since,
            what=what,
        )
    )


def _guessed(to: Reader, entry: UnbilledEntry, today: date, *, is_mine: bool) -> Block:
    what, time = _what(to, entry), to.duration(seconds_beside_times(entry))
    until = _moment(to, entry.known.ended_at, today) or to.day(entry.day, today=today)
    if is_mine:
        text = to.t(
            "❔ I guessed that you worked until {until}, {time}: {what}. It is left out until you say when it ended.",
            until=until,
            time=time,
            what=what,
        )
        return section(text, button(to.t("Check end …"), CHECK, _guess(entry)))
    return section(
        to.t(
            "❔ I guessed that {person} worked until {until}, {time}: {what}. It is left out until {person} "
            "confirms it.",
            person=entry.person,
            until=until,
            time=time,
            what=what,
        )
    )


def _moment(to: Reader, moment: datetime | None, today: date) -> str:
    return to.moment(moment, today=today) if moment else ""


def _what(to: Reader, entry: UnbilledEntry) -> str:
    named = (entry.project, entry.service, " ".join(entry.note.split()))
    return cut(" · ".join(filter(None, named)), _LONGEST) or to.t("Work")


def _guess(entry: UnbilledEntry) -> str:
    ends = entry.known.ended_at
    return f"{entry.entry_id}:{int(ends.timestamp())}" if ends else str(entry.entry_id)


def checked(value: str) -> tuple[int, datetime | None]:
    """Which end is a guess, of a button or form. Raises UserError for anything else."""
    return read_guess(value)


# The forms


def link_form(to: Reader, draft_id: int, customer_id: int, customer: str, place: Place) -> View:
    """Which customer of Billomat it is."""
    blocks = [
        section(
            to.t(
                "Projects and time of {customer} move to the customer of Billomat, and so does this invoice. What was "
                "changed on its lines is not kept. This cannot be undone.",
                customer=customer,
            )
        ),
        field(to.t("Customer in Billomat"), external_select(THEIRS, to.t("Search")), block_id="theirs"),
    ]
    return _form(to, LINKED, to.t("Link a customer"), blocks, to.t("Link"), Solving(draft_id, customer_id, place))


def end_form(to: Reader, entry: Entry, kept: Checking, twice: Sequence[str] = ()) -> View:
    """When it ended: the guess stands in the field, and is right where it is left there."""
    since = to.t("Start: {time}", time=there(to, entry).clock(entry.started_at))
    blocks = [
        section("\n".join(filter(None, (label(entry), since)))),
        *end_field(to, entry, twice),
        context(to.t("I guessed this end. Leave it where it is right.")),
    ]
    return modal(
        CHECKED,
        to.t("When did it end?"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=CHECKING.pack(kept),
    )


def project_form(to: Reader, preview: Preview, place: Place) -> View:
    """The project of the own entries that have none."""
    found = preview.to_solve
    text = to.n(
        "{count} entry of yours on this invoice has no project.",
        "{count} entries of yours on this invoice have no project.",
        len(found.without_project),
    )
    blocks = [
        section(text),
        field(to.thing("project"), external_select(PROJECT, to.t("Search")), block_id="project"),
    ]
    kept = Solving(preview.draft_id, preview.customer_id, place)
    return _form(to, BOOKED, to.t("Choose project"), blocks, to.t("Save"), kept)


def _form(to: Reader, name: str, title: str, blocks: Iterable[Block], submit: str, kept: Solving) -> View:
    return modal(name, title, [*blocks], submit=submit, close=to.t("Cancel"), metadata=SOLVING.pack(kept))
