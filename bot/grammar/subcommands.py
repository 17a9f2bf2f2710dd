"""What each subcommand makes of what was said behind it."""

import difflib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.grammar import values as grammar
from bot.grammar import worked
from bot.grammar.asked_days import asked_days
from bot.grammar.asked_names import asked_names
from bot.grammar.flags import read_note
from bot.grammar.meanings import AllCustomers, Grouped
from bot.grammar.patterns import key
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.said import FORGOTTEN_STOP, Said
from bot.grammar.tokens import names
from bot.grammar.values import Command, TypedFilter
from bot.grammar.vocabulary import vocabulary

_NUMBER = re.compile(r"[0-9]{1,9}")


def _timer(said: Said) -> tuple[tuple[str, ...], str, datetime | None, tuple[str, ...], bool | None, bool]:
    """What is said of a timer that begins."""
    return names(said.words), said.note or "", said.start(), tuple(said.tags), said.billable, said.private


def _start(said: Said) -> Command:
    return grammar.Start(*_timer(said), unexplained=tuple(said.unexplained))


def _stop(said: Said) -> Command:
    said.nothing_else()
    at = said.instant(reach=FORGOTTEN_STOP)
    return grammar.Stop(at, said.note, tuple(said.tags), said.billable, said.private)


def _pause(said: Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Pause(said.instant(reach=FORGOTTEN_STOP))


def _switch(said: Said) -> Command:
    return grammar.Switch(*_timer(said), unexplained=tuple(said.unexplained))


def _continue(said: Said) -> Command:
    said.no_note()
    return grammar.Continue(names(said.words), said.start())


def _log(said: Said) -> Command:
    stretches = worked.stretches(said)
    day = said.day()
    return grammar.Log(
        names(said.words),
        said.note or "",
        stretches,
        tuple(said.tags),
        said.billable,
        said.private,
        year_typed=day is None or day.year_typed,
        unexplained=tuple(said.unexplained),
    )


def _expense(said: Said) -> Command:
    spent = said.spent
    return grammar.Expense(
        names(said.words),
        said.note or "",
        spent.cents,
        said.that_day(),
        gross=spent.gross,
        vat=spent.vat,
        currency=spent.currency,
        receipt=spent.receipt,
        billable=said.billable,
        private=said.private,
        unexplained=tuple(said.unexplained),
        pass_through=spent.pass_through,
    )


def _which(said: Said) -> grammar.Which:
    said.no_note()
    said.nothing_else()
    return said.which()


def _edit(said: Said) -> Command:
    return grammar.Edit(_which(said))


def _delete(said: Said) -> Command:
    return grammar.Delete(_which(said))


def _split_entry(said: Said) -> Command:
    which = _which(said)
    return grammar.Split(which.at, which)


def _tag(said: Said) -> Command:
    which = _which(said)
    if not said.tags and not said.removed_tags:
        raise NotUnderstood(Reason.NO_TAG, said.subcommand)
    return grammar.Tag(tuple(said.tags), tuple(said.removed_tags), which)


def _note(said: Said) -> Command:
    # Only a time and a colon say which entry; any other text is the note, as it was typed.
    if said.note is not None and not said.words:
        return grammar.Note(said.note, said.which(), said.private, said.billable)
    noted = read_note(said.behind)
    if noted.says_nothing:
        raise NotUnderstood(Reason.NO_NOTE, said.subcommand)
    return grammar.Note(noted.text, grammar.Which(), noted.private, noted.billable)


def _undo(said: Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Undo()


def _status(said: Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Status()


def _typed_filter(said: Said) -> TypedFilter:
    """The filter that was typed. Raises NotUnderstood."""
    wrong = next((each for each in said.unexplained if not _may_be_of_name(each)), None)
    if wrong is not None:
        raise NotUnderstood(Reason.UNEXPECTED, wrong)
    text = said.note or said.asked.sought or ""
    if len(text) > grammar.LONGEST_SOUGHT:
        raise NotUnderstood(Reason.TOO_LONG_SOUGHT, text)
    span, named = asked_days(said), asked_names(said)
    return TypedFilter(
        span.first,
        span.last,
        span.unit,
        said.asked.all_time and not said.days,
        tuple(named.words),
        tuple(named.named),
        tuple(said.tags),
        said.billable,
        said.asked.billed,
        text,
        said.asked.everybody,
        typed=said.text,
    )


def _may_be_of_name(typed: str) -> bool:
    """Whether a number or flag can be a word of a name: 54 and 3D can, 10.3 and 9:15 cannot."""
    return any(map(str.isalpha, typed)) or _NUMBER.fullmatch(typed.rstrip(",")) is not None


def _list(said: Said) -> Command:
    chosen = _typed_filter(said)
    return grammar.List(chosen) if said.asked.by is None else grammar.Report(chosen, said.asked.by)


def _report(said: Said) -> Command:
    chosen = _typed_filter(said)
    return grammar.Report(chosen, said.asked.by)


def _invoice(said: Said) -> Command:
    """Which time, and nothing of how it is put together."""
    grouped = next((mark for mark in said.asked.marks if isinstance(mark.meaning, Grouped)), None)
    if grouped:
        typed = said.typed[grouped.position : grouped.position + grouped.count]
        raise NotUnderstood(Reason.UNEXPECTED, " ".join(word.text for word in typed))
    chosen = _typed_filter(said)
    every = [mark.meaning for mark in said.asked.marks if isinstance(mark.meaning, AllCustomers)]
    if not every:
        return grammar.Invoice(chosen)
    if chosen.words or chosen.named:  # all of one customer
        return grammar.Invoice(replace(chosen, all_days=not said.days))
    of_all_days = any(each.of_all_days for each in every) and not said.days
    return grammar.InvoiceRun(replace(chosen, all_days=chosen.all_days or of_all_days))


def _gaps(said: Said) -> Command:
    said.no_note()
    said.nothing_else()
    return grammar.Gaps(said.that_day())


def _link(said: Said) -> Command:
    said.no_note()
    return grammar.Link(names(said.words))


def _form(name: grammar.FormName) -> Callable[[Said], Command]:
    def form(said: Said) -> Command:
        behind_colon = said.note.split() if said.note else []  # new customer: Acme
        return grammar.Form(name, (*names(said.words), *behind_colon))

    return form


def _help(said: Said) -> Command:
    if not said.words:
        return grammar.Help(None)
    topic = vocabulary().names.get(said.words[0].key)
    return grammar.Help(topic) if topic else unknown_command(said.words[0].text)


def unknown_command(word: str) -> grammar.Unknown:
    """No subcommand; perhaps one was mistyped."""
    names = vocabulary().names
    near = difflib.get_close_matches(key(word), names, n=1, cutoff=0.7)
    return grammar.Unknown(word, names[near[0]] if near else None)


COMMANDS: dict[str, Callable[[Said], Command]] = {
    "start": _start,
    "stop": _stop,
    "pause": _pause,
    "switch": _switch,
    "continue": _continue,
    "log": _log,
    "expense": _expense,
    "status": _status,
    "list": _list,
    "report": _report,
    "edit": _edit,
    "split": _split_entry,
    "delete": _delete,
    "undo": _undo,
    "tag": _tag,
    "note": _note,
    "gaps": _gaps,
    "link": _link,
    "connect": _form("connect"),
    "invoice": _invoice,
    "settings": _form("settings"),
    "new": _form("new"),
    "catalog": _form("catalog"),
    "help": _help,
}
"""What each makes of what was said. Raises NotUnderstood for what does not belong there."""
