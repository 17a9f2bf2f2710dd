"""The invoice never needs more blocks than a window of Slack's takes: `modal` would cut it without a word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.billing.approval import NotApproved
from bot.billing.beside import MOST_OVERLAPS, Older, Overlap
from bot.billing.comparing import Compared
from bot.billing.freshness import Freshness, Standing
from bot.billing.preview import NetSum, Obstacle, Preview, ToSolve
from bot.billing.rules.entries import Details
from bot.billing.rules.lines import LeftByHand, LeftOut
from bot.billing.rules.missing_rates import TypedLate
from bot.billing.rules.outline import ROWS, Place, groups_of
from bot.billing.rules.recipes import Offer, Part
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import LineChange
from bot.billing.rules.texts import InvoiceTexts
from bot.billing.submission import Deed, Submission
from bot.billing.turns import NextCustomer, Turn
from bot.billing.views.invoice import form
from bot.core.context import Bot
from bot.slack.blocks import MOST_VIEW_BLOCKS
from bot.tracking.rules.filters import Filter
from bot.tracking.rules.spent import SpentKind
from playground.person import Person
from playground.slack.limits import VIEW_BYTES
from storage import drafts as draft_rows
from storage.drafts import Draft, DraftUnderWay
from tests.billing.deeds import invoice, seen_by
from tests.conftest import T0
from tests.deeds import add_projects

MARCH = date(2026, 3, 1), date(2026, 3, 31)


def with_all_there_is_to_say(preview: Preview, draft: Draft) -> Preview:
    """The preview as nothing at all could be said more around its lines."""
    there = draft._replace(net_cents=1, number="RE1", first_day=MARCH[0], last_day=MARCH[1])
    beside = replace(
        preview.beside,
        rest=5,
        offers=(Offer(Part.DAYS, True), Offer(Part.WORK, True)),
        older=Older(5, date(2026, 1, 1), preview.scope, spent=SpentKind.EXPENSE),
        months=(preview.period,) * 3,
        overlaps=(Overlap(1, preview.scope, 5, (SpentKind.EXPENSE,)),) * MOST_OVERLAPS,
        turn=Turn(preview.period, NextCustomer(1, "Next", 5), ("Skipped",)),
    )
    return replace(
        preview,
        scope=Scope(preview.period, Filter(services=(1,))),
        obstacles=frozenset(Obstacle) - {Obstacle.NEGATIVE},  # never beside what is taken off too much
        lost=(there,) * 3,
        sent=(there,) * 3,
        by_hand=LeftByHand(preview.lines),
        other_edits=1,
        texts=InvoiceTexts("Heading", "Intro\n" * 50, "Note\n" * 50),
        left_out=LeftOut(1, 1, 1, 1),
        to_solve=ToSolve(1, (preview.lines[0].line.entries[0]._replace(details=Details()),) * 9, (1, 2), 5),
        changes=(LineChange("gone", is_gone=True),) * 20,
        typed_late=(TypedLate(("Name",), "95"),) * 50,
        compared=Compared(preview.period, ()),
        beside=beside,
        reason="refused",
        submission=Submission(Deed.APPROVE, "Anna", T0, approvers=("Aylin",)),
    )


def places(preview: Preview) -> Iterator[Preview]:
    """Few lines, all in sight, and many, with each group open."""
    for lines in (preview.lines[:ROWS], preview.lines):
        groups = groups_of(lines, preview.grouping)
        for place in (Place(), *(Place(page, group.key) for group in groups for page in (0, 2))):
            yield replace(preview, lines=lines, place=place)


def test_an_invoice_with_all_that_can_be_said_of_one_fits_into_a_window(
    connected: None, anna: Person, bot: Bot
) -> None:
    names = [f"P{number:02}" for number in range(12)]
    add_projects(bot, *names)
    for number, name in enumerate(names):  # in turn a line alone, which needs a divider, and a group with a heading
        for service in ("design", "")[: 1 + number % 2]:
            anna.types(f"/track log 15m acme {name} {service} yesterday: {'note ' * 100}")
    invoice(anna)
    caller, preview = seen_by(bot, "Anna Admin")
    with bot.database.read() as db:
        draft = draft_rows.draft_of_workspace(db, 1, preview.draft_id)
    assert draft
    assert len(preview.lines) == 18
    under_way = [DraftUnderWay("Acme GmbH", *MARCH, "", 100, "EUR", caller.now, draft.state)] * 3
    old = Freshness(caller.now, Standing.UNANSWERED, (), NetSum(5, "EUR"))
    for each in places(with_all_there_is_to_say(preview, draft)):
        for pressed in (None, NotApproved(each), NotApproved(each, freshness=old)):
            view = form(
                caller.reader,
                each,
                today=caller.today,
                waiting=under_way,
                pressed=pressed,
                freshness=old,
                own_days=True,
            )
            assert len(view["blocks"]) < MOST_VIEW_BLOCKS  # as many may have been more
            assert len(str(view).encode()) < VIEW_BYTES
