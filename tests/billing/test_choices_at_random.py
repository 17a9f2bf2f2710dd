"""Whatever is left out and taken in again, in whichever order and layout: it is the same invoice in the end."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.billing import choices, collect
from bot.billing.preview import Preview
from bot.billing.rules.grouping import GroupKey, Shared
from bot.billing.rules.layout import Layout, dump_layout
from bot.core.caller import Caller
from bot.core.context import Bot
from playground.person import Person
from storage import drafts as draft_rows
from storage.tables import drafts, entries, projects, services
from tests.billing.deeds import seen_by


@pytest.fixture
def odd_month(worked: None, finn: Person, bot: Bot) -> None:
    """Five nights, and sixty entries of two people on both projects and none, some of them a few seconds long."""
    finn.types("/track status")
    by = random.Random(1)
    with bot.database.write() as db:
        row = dict(db.execute(select(entries).limit(1)).one()._mapping)
        del row["id"]
        known = [None, *db.execute(select(projects.c.id).where(projects.c.customer_id == 1)).scalars()]
        kinds = [None, *db.execute(select(services.c.id)).scalars()]
        evening = datetime(2026, 3, 1, 21, tzinfo=UTC)
        odd = [
            row
            | {
                "timed": True,
                "started_at": evening + timedelta(days=n),
                "ended_at": evening + timedelta(days=n, hours=4),
                "seconds": 4 * 3600,
                "day": date(2026, 3, 1) + timedelta(days=n),
            }
            for n in range(5)
        ]
        odd += [
            row
            | {
                "person_id": by.choice([1, 2]),
                "project_id": by.choice(known),
                "service_id": by.choice(kinds),
                "seconds": by.choice([7, 900, 3600, 5000]),
                "day": date(2026, 3, 1) + timedelta(days=by.randrange(9)),
                "note": by.choice(["", "call", "review", "Ein Gespräch über den Entwurf"]),
                "tags": by.choice(["", "call", "call travel"]),
                "billable": by.random() < 0.9,
            }
            for _ in range(60)
        ]
        db.execute(insert(entries), odd)


def preview_of(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    with bot.database.read() as db:
        return collect.preview_of(db, caller, draft_rows.draft_of_job(db, draft_id))


@pytest.mark.parametrize("seed", range(4))
def test_leaving_out_and_taking_in_restores_the_same_seal(seed: int, odd_month: None, bot: Bot) -> None:
    by = random.Random(seed)
    caller, preview = seen_by(bot, "Anna Admin")
    draft_id = preview.draft_id
    shared = tuple(by.sample([*Shared], k=by.randrange(4)))
    with bot.database.write() as db:
        kept = dump_layout(Layout(by=shared, initials=by.random() < 0.5, times=by.random() < 0.5))
        db.execute(update(drafts).where(drafts.c.id == draft_id).values(layout=kept))
    first = preview_of(bot, caller, draft_id)
    for number in range(12):
        now = preview_of(bot, caller, draft_id)
        caller = replace(caller, request=f"choice {number}")
        keys = [each.line.key for each in (*now.lines, *now.by_hand.lines)]
        group = by.choice([*keys, GroupKey(by.choice(keys).partition("&")[0])])
        if by.random() < 0.5:
            some = by.sample([entry.entry_id for each in now.lines for entry in each.line.entries] or [1], k=1)
            choices.choose(bot, caller, draft_id, {each: by.random() < 0.3 for each in some})
        elif now.within(group) and by.random() < 0.7:
            choices.leave_out(bot, caller, draft_id, group)
        else:
            choices.take_in(bot, caller, draft_id, group)
        after = preview_of(bot, caller, draft_id)
        on_lines = {entry.entry_id for each in after.lines for entry in each.line.entries}
        out = {entry.entry_id for each in after.by_hand.lines for entry in each.line.entries}
        assert not on_lines & out
        assert (after.shown == first.shown) == (not out)
    choices.take_in(bot, replace(caller, request="all"), draft_id)
    last = preview_of(bot, caller, draft_id)
    assert last.shown == first.shown
    assert last.lines == first.lines
    assert (last.by_hand.count, last.left_out) == (0, first.left_out)
