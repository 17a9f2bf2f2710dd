"""The entries of a filter as CSV: asked for by a person, written as they come from the database."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from io import TextIOWrapper
from typing import IO, Any

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.jobs import JobKind, Lane
from bot.core.texts import Reader
from bot.reports.rules import csv
from bot.reports.rules.csv import CsvForm, ExportedExpense, Layout
from bot.tracking import expenses, filtering, worked_days
from bot.tracking.expenses import Spent
from bot.tracking.rules.filters import Filter, dump_filter
from storage import exports as export_rows
from storage import jobs as job_rows

EXPORT = JobKind("export", key="export:{person_id}:{form}:{number}", lane=Lane.SLACK)


def begin(bot: Bot, caller: Caller, chosen: Filter, form: CsvForm) -> bool:
    """Have the entries of a filter sent to the caller. False: the same is on its way already. Raises UserError."""
    dumped = dump_filter(filtering.allowed(caller, chosen))
    args: dict[str, Any] = {"person_id": caller.person_id, "form": form.value, "number": digest(dumped)}
    with bot.change(caller) as change:
        if job_rows.goes_on(change.db, EXPORT.key(**args)):
            return False
        EXPORT.put(change.db, due=caller.now, chosen=dumped, **args)
    return True


def write(bot: Bot, caller: Caller, chosen: Filter, form: CsvForm, into: IO[bytes]) -> int:
    """Write the entries that fit, of which only some are in memory at a time; how many there are. Raises UserError."""
    layout = layout_of(caller.reader, form)
    text = TextIOWrapper(into, encoding=layout.encoding, newline="")
    count = -1  # the heads are no entry
    for line in csv_lines(bot, caller, chosen, layout):
        text.write(line)
        count += 1
    text.detach()
    return count


def csv_lines(bot: Bot, caller: Caller, chosen: Filter, layout: Layout) -> Iterator[str]:
    """The lines of CSV, the heads first. Raises UserError."""
    fits = filtering.allowed(caller, chosen)
    with bot.database.stream() as db:
        rows = export_rows.stream_entries(db, caller.workspace_id, fits)
        spent = expenses.matching(db, caller, fits)
        yield from csv.lines(
            layout, rows, so_far=partial(worked_days.seconds_so_far, now=caller.now), expenses=_exported(spent)
        )


def _exported(spent: Spent) -> Iterator[ExportedExpense]:
    for expense in spent.expenses:
        yield ExportedExpense(
            day=expense.day,
            customer=expense.customer,
            number=expense.number,
            project=expense.project,
            person=expense.person,
            note=expense.note,
            private=expense.private,
            billable=expense.billable,
            on_draft=expense.is_held,
            settled=expense.settled,
            invoice=expense.draft_number,
            amount_cents=expense.amount_cents,
            gross=expense.gross,
            currency=expense.currency,
            vat_rate=expense.vat_rate,
            receipt=expense.receipt,
            pass_through=expense.pass_through,
        )


def layout_of(to: Reader, form: CsvForm) -> Layout:
    """How a form is written for this reader."""
    if form == CsvForm.FIXED:
        return csv.FIXED
    return Layout(
        heads=(
            to.t("Date"),
            to.t("Start"),
            to.t("End"),
            to.t("Time zone"),
            to.t("Duration"),
            to.t("Hours"),
            to.thing("customer"),
            to.t("Customer number"),
            to.thing("project"),
            to.thing("service"),
            to.t("Person"),
            to.t("Note"),
            to.t("Note kept from the customer"),
            to.t("Tags"),
            to.t("Billable"),
            to.t("Billed"),
            to.t("Invoice number"),
            to.t("End guessed"),
            to.t("Timer runs"),
            to.t("Amount"),
            to.t("With VAT"),
            to.t("Currency"),
            to.t("VAT in percent"),
            to.t("Receipt number"),
            to.t("Passed through"),
        ),
        yes=to.t("yes"),
        no=to.t("no"),
        draft=to.t("on a draft"),
        billed=to.t("on an invoice"),
        elsewhere=to.t("billed elsewhere"),
        written_off=to.t("written off"),
        day=to.sheet_date,
        moment=_on_the_clock,
        delimiter=";" if to.decimal_mark == "," else ",",
        decimal_mark=to.decimal_mark,
        encoding="utf-8-sig",  # without this mark Excel reads it as Windows-1252
    )


def _on_the_clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def file_name(chosen: Filter, form: CsvForm) -> str:
    """What the file is called: trackomat-2026-10-01-2026-10-31.csv; with -excel, so that the two forms stay apart."""
    days = (day.isoformat() for day in (chosen.first, chosen.last) if day)
    return "-".join(["trackomat", *days, *(["excel"] if form is CsvForm.READER else [])]) + ".csv"
