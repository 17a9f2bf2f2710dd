"""Going on: with the last entry again, with an earlier one, or with something else than what runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.catalog import finding
from bot.catalog.rules.names import Choice
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.grammar.values import Continue, Start, Switch
from bot.tracking import own_entries, pauses, worked_days
from bot.tracking.timers import Done, RunsAlready, Started, carry_out, nothing_runs, track
from storage import recent_work as recent_rows
from storage import tracking as tracking_rows
from storage.change import Change
from storage.tracking import Entry

CONTINUED_WITHIN = timedelta(days=7)


def switch(bot: Bot, caller: Caller, typed: Switch) -> Done:
    """Stop what runs and go on with something else; without words with the same, noted otherwise. Raises UserError."""
    anew = Start(typed.words, typed.note, typed.at, typed.tags, typed.billable, typed.private)
    if typed.words or not (typed.note or typed.tags or typed.billable is not None):
        return track(bot, caller, anew)
    with bot.change_time(caller) as change:
        running = tracking_rows.running_timer(change.db, caller.person_id)
        if running is None:
            raise nothing_runs()
        if anew.billable is None:
            anew = replace(anew, billable=running.billable)
        return carry_out(change, anew, _as_before(change, running))


def continue_last(bot: Bot, caller: Caller, typed: Continue) -> Done:
    """Start the last ended entry again, or the newest of seven days that fits the words. Raises UserError."""
    fitting = finding.find_choices(bot, caller, typed.words).choices if typed.words else ()
    with bot.change_time(caller) as change:
        if typed.words:
            last = next((entry for entry in recent(change.db, caller) if _fits(entry, fitting)), None)
        else:
            paused = pauses.current(change.db, caller)
            last = paused.entry if paused else recent_rows.last_ended_entry(change.db, caller.person_id)
        if last is None and typed.words:
            raise UserError(
                "Nothing of the last seven days fits “{typed}”. Start it with /track start.",
                typed=" ".join(typed.words),
            )
        if last is None:
            raise UserError("There is nothing to continue yet. Start with /track start.")
        return _continued(change, last, typed.at)


def continue_entry(bot: Bot, caller: Caller, entry_id: int) -> Done:
    """Start again what an own entry was about, as a menu or a button asks for it. Raises UserError."""
    with bot.change_time(caller) as change:
        return _continued(change, own_entries.mine(change.db, caller, entry_id), None)


def _continued(change: Change[Caller], last: Entry, at: datetime | None) -> Done:
    caller = change.by
    running = tracking_rows.running_timer(change.db, caller.person_id)
    others = recent(change.db, caller, besides=last)
    if running and _work(running) == _work(last):
        return RunsAlready(running, worked_days.day_total(change.db, caller, caller.today), others)
    anew = Start((), last.note, at, tuple(last.tags.split()), last.billable, last.private)
    done = carry_out(change, anew, _as_before(change, last))
    return replace(done, others=others) if isinstance(done, Started) else done


def recent(db: Connection, caller: Caller, *, besides: Entry | None = None) -> tuple[Entry, ...]:
    """What else the person worked on within seven days and can still be booked on: each once, the newest first."""
    newest: dict[object, Entry] = {}
    for entry in recent_rows.bookable_entries_since(db, caller.person_id, since=caller.now - CONTINUED_WITHIN):
        newest.setdefault(_work(entry), entry)
    return tuple(entry for work, entry in newest.items() if besides is None or work != _work(besides))


def _work(entry: Entry) -> object:
    """What an entry is about, whenever it was."""
    return entry.customer_id, entry.project_id, entry.service_id, entry.note, entry.tags


def _fits(entry: Entry, choices: Sequence[Choice]) -> bool:
    return any(
        (choice.target.customer_id, choice.target.project_id) == (entry.customer_id, entry.project_id)
        and (choice.service is None or choice.service.id == entry.service_id)
        for choice in choices
    )


def _as_before(change: Change[Caller], entry: Entry) -> Choice:
    """What an entry was booked on, if it is still there. Raises UserError."""
    return finding.choice_of_ids(
        change, customer_id=entry.customer_id, project_id=entry.project_id, service_id=entry.service_id
    )
