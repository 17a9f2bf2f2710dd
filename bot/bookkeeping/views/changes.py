"""One change of the audit in words: who, when, what was done, and what was different afterwards."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bot.billing.rules.tax import Vat
from bot.billing.rules.taxation import TaxCase, read_reason
from bot.billing.views.tax import case_said, reason_said
from bot.bookkeeping.rules.differences import NAMED, TIMES, Difference, differences
from bot.core.texts import Reader
from bot.slack.blocks import cut
from bot.tracking.parts import beside_times
from storage.history import Recorded

LONGEST_VALUE = 200
_MOST_LINES = 12
_UNDO = "undo "
_SUMS = frozenset({"net_cents", "gross_cents"})
Names = Mapping[tuple[str, int], str]


def change_said(to: Reader, change: Recorded, names: Names, *, currency: str, today: date) -> str:
    """10 Mar, 14:03 · Anna: corrected, and below it a line for each thing that differs."""
    when = to.moment(change.at, today=today)
    head = to.t("{when} · {who}: {deed}", when=when, who=change.who or "Trackomat", deed=deed(to, change.action))
    why = [to.t("Reason: {reason}", reason=cut(change.why, LONGEST_VALUE))] if change.why else []
    return "\n".join([head, *_differences(to, change, names, currency, today), *_taxes(to, change.after), *why])


def _taxes(to: Reader, after: Mapping[str, Any] | None) -> list[str]:
    """Which VAT the lines that were approved bear and why, each once: as it was then, whatever holds now."""
    said = dict[str, None]()
    for line in (after or {}).get("lines") or ():
        if reason := line.get("tax_reason"):  # not kept of what was approved long ago
            rate = line["tax_rate"]
            vat = None if rate is None else Vat(line["tax_name"] or "", rate)
            said[reason_said(to, read_reason(reason), vat)] = None
    return list(said)


def deed(to: Reader, action: str) -> str:
    """What was done, as the audit calls it."""
    if action.startswith(_UNDO):
        return to.t("taken back: {deed}", deed=deed(to, action.removeprefix(_UNDO)))
    return _deeds(to).get(action) or to.t("changed")


def _deeds(to: Reader) -> dict[str, str]:
    return {
        "start": to.t("timer started"),
        "stop": to.t("timer stopped"),
        "log": to.t("written down"),
        "record": to.t("written down"),
        "edit": to.t("corrected"),
        "split": to.t("divided into two"),
        "delete": to.t("deleted"),
        "confirm end": to.t("end confirmed"),
        "tag": to.t("tags changed"),
        "note": to.t("note changed"),
        "make room": to.t("changed to make room for another entry"),
        "fill gap": to.t("lengthened over a gap"),
        "merge": to.t("moved with a merge"),
        "link customer": to.t("moved with a customer's link to Billomat"),
        "submit": to.t("submitted for approval"),
        "withdraw": to.t("submission taken back"),
        "return": to.t("returned"),
        "void": to.t("submission void: it was changed in between"),
        "approve": to.t("approved"),
        "discard": to.t("given up"),
        "sent": to.t("stands in Billomat"),
        "unknown": to.t("answer of Billomat lost"),
        "refused": to.t("refused by Billomat"),
        "send again": to.t("to be sent again"),
        "bill again": to.t("free to be billed again"),
        "take back": to.t("taken back: deleted in Billomat, and free"),
        "deleting": to.t("to be deleted in Billomat"),
        "write off": to.t("written off: billed to nobody"),
        "bill after all": to.t("no longer written off"),
        "free": to.t("free to be billed again"),
        "bill elsewhere": to.t("billed elsewhere"),
        "bill here": to.t("no longer billed elsewhere"),
        "lines read": to.t("lines changed in Billomat"),
        "line apart": to.t("said of a line in Billomat that it is something else than was sent"),
        "line a part": to.t("said of a line in Billomat that it is a part of what was sent"),
        "number": to.t("number read in Billomat"),
        "completed": to.t("completed in Billomat"),
        "overdue": to.t("overdue in Billomat"),
        "paid": to.t("paid in Billomat"),
        "cancelled": to.t("cancelled in Billomat"),
        "restored": to.t("in Billomat again"),
        "kept": to.t("cancelled, and kept as billed"),
        "written off": to.t("cancelled, and written off"),
        "change line": to.t("line changed"),
        "keep article": to.t("article of a line kept"),
        "enter rates": to.t("rates of lines entered"),
        "start over": to.t("changes of lines dropped"),
        "move line": to.t("changes of a line moved"),
        "leave out": to.t("left out"),
        "take in": to.t("taken in again"),
        "change layout": to.t("lines put together otherwise"),
        "change texts": to.t("texts changed"),
        "change order": to.t("order of lines changed"),
        "reduction": to.t("reduction changed"),
        "change VAT": to.t("VAT changed"),
        "currency": to.t("currency changed"),
        "forget rates": to.t("typed rates dropped with their currency"),
    }


def _is_sum_let_go(each: Difference) -> bool:
    """Whether it is only that no sum is held any more, as after a submission: "nothing" would read as no money."""
    return each.after is None and each.column in _SUMS


def _differences(to: Reader, change: Recorded, names: Names, currency: str, today: date) -> Iterator[str]:
    found = [each for each in differences(change.before, change.after) if not _is_sum_let_go(each)]
    is_new = change.before is None
    for each in found[:_MOST_LINES]:
        values = (_beside_times(each, change.before, each.before), _beside_times(each, change.after, each.after))
        was, becomes = (_value(to, each, value, names, currency, today) for value in values)
        label = _label(to, each.column)
        if is_new or each.before is None:
            yield to.t("{what}: {value}", what=label, value=becomes)
        else:
            yield to.t("{what}: {before} → {after}", what=label, before=was, after=becomes)
    if (hidden := len(found) - _MOST_LINES) > 0:
        yield to.n("… and {count} more difference", "… and {count} more differences", hidden)


def _beside_times(each: Difference, row: Mapping[str, Any] | None, value: Any) -> Any:
    """A value of a row; its length as it stands beside its times everywhere."""
    if each.column != "seconds" or value is None or not row:
        return value
    started, ended = (datetime.fromisoformat(at) if (at := row.get(column)) else None for column in TIMES)
    return beside_times(started, ended, value, timed=bool(row.get("timed")))


def _label(to: Reader, column: str) -> str:
    return {
        "person_id": to.t("Person"),
        "customer_id": to.thing("customer"),
        "project_id": to.thing("project"),
        "service_id": to.thing("service"),
        "day": to.t("Day"),
        "started_at": to.t("Start"),
        "ended_at": to.t("End"),
        "seconds": to.t("Duration"),
        "amount_cents": to.t("Amount"),
        "gross": to.t("VAT is in the amount"),
        "vat_rate": to.t("VAT in percent"),
        "pass_through": to.t("Passed through"),
        "receipt": to.t("Receipt number"),
        "note": to.t("Note"),
        "private": to.t("Note kept from the customer"),
        "billable": to.t("Billable"),
        "end_guessed": to.t("End guessed"),
        "tags": to.t("Tags"),
        "title": to.t("Title"),
        "description": to.t("Description"),
        "article_id": to.t("Article"),
        "rate_cents": to.t("Hourly rate"),
        "heading": to.t("Heading"),
        "intro": to.t("Above the lines"),
        "service_text": to.t("Service period"),
        "net_cents": to.t("Net"),
        "gross_cents": to.t("With VAT"),
        "billomat_net_cents": to.t("Net in Billomat"),
        "billomat_gross_cents": to.t("With VAT in Billomat"),
        "currency": to.t("Currency"),
        "tax_case": to.t("VAT"),
        "reduction": to.t("Reduction"),
        "reduction_cents": to.t("Reduction"),
        "number": to.t("Invoice number"),
        "entries": to.t("Entries"),
        "expenses": to.t("Expenses"),
        "lines": to.t("Lines"),
        "lines_there": to.t("Lines in Billomat"),
    }[column]


def _value(to: Reader, each: Difference, value: Any, names: Names, currency: str, today: date) -> str:
    column = each.column
    if value is None and column in ("reduction", "tax_case"):
        return to.t("as the customer has it")
    if value is None and column == "lines_there":
        return to.t("as they were sent")
    if value is None:
        return to.t("no") if column in _TICKS else to.t("nothing")
    if column in NAMED:
        return names.get((column, value)) or to.t("no longer there")
    return cut(_FORMATS.get(column, _text)(to, value, currency, today), LONGEST_VALUE)


def _text(_to: Reader, value: Any, _currency: str, _today: date) -> str:
    return str(value)


def _money(to: Reader, value: int, currency: str, _today: date) -> str:
    return to.money(value, currency)


def _percent(to: Reader, value: int, _currency: str, _today: date) -> str:
    return to.percent(value, scale=4)


def _moment(to: Reader, value: str, _currency: str, today: date) -> str:
    return to.moment(datetime.fromisoformat(value), today=today)


def _tick(to: Reader, _value: Any, _currency: str, _today: date) -> str:
    return to.t("yes")


def _count(to: Reader, value: list[Any], _currency: str, _today: date) -> str:
    return to.number(len(value))


def _lines(to: Reader, value: list[dict[str, Any]], currency: str, _today: date) -> str:
    return "; ".join(
        to.t("{line}: {amount}", line=line["title"], amount=to.money(line["amount_cents"] or 0, currency))
        for line in value
    )


def _lines_there(to: Reader, value: list[tuple[Any, ...]], currency: str, _today: date) -> str:
    """As Billomat had them: title, text, quantity and price, and what is taken off and VAT."""
    return "; ".join(
        f"{title} {to.decimal(quantity)} × {to.price(price, currency)}"
        for title, _text, quantity, price, *_terms in value
    )


_TICKS = ("private", "billable", "end_guessed", "gross", "pass_through")
_Format = Callable[[Reader, Any, str, date], str]
_FORMATS: dict[str, _Format] = {
    "day": lambda to, value, _currency, today: to.dated(date.fromisoformat(value), today=today),
    "started_at": _moment,
    "ended_at": _moment,
    "seconds": lambda to, value, _currency, _today: to.duration(value),
    **dict.fromkeys(_TICKS, _tick),
    "amount_cents": _money,
    "vat_rate": lambda to, value, _currency, _today: to.decimal(value),
    "tags": lambda _to, value, _currency, _today: " ".join(f"#{tag}" for tag in value.split()),
    "rate_cents": _money,
    "net_cents": _money,
    "gross_cents": _money,
    "billomat_net_cents": _money,
    "billomat_gross_cents": _money,
    "tax_case": lambda to, value, _currency, _today: case_said(to, TaxCase(value)),
    "reduction": _percent,
    "reduction_cents": _money,
    "entries": _count,
    "lines_there": _lines_there,
    "expenses": _count,
    "lines": _lines,
}
