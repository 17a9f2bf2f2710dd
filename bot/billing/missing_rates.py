"""All rates that an invoice lacks, entered at once, for this invoice alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.billing.collect import preview_of
from bot.billing.line_edits import read_rate
from bot.billing.opening import lock_open, show_changed
from bot.billing.preview import Preview
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.missing_rates import MissingRate, TypedLate, missing_rates, names_of_work
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors, UserError
from bot.people.callers import require_biller
from storage import draft_terms as draft_term_rows
from storage import line_edits as line_edit_rows
from storage.line_edits import StoredEdit
from storage.shown import entries_as_json


@dataclass(frozen=True, slots=True)
class EnteredRates:
    """What was typed, by the field it was typed in, and in which currency and prices it was asked for."""

    typed: Mapping[str, tuple[str, str]]
    """Field → the key of the missing rate, and the text."""
    currency: str
    gross: bool


def lacks_rates(preview: Preview) -> bool:
    """Whether there is anything to enter: somebody may have done it meanwhile."""
    return bool(missing_rates(preview.lines, preview.grouping))


def enter_rates(bot: Bot, caller: Caller, draft_id: int, entered: EnteredRates) -> Preview:
    """Have all lines of some work cost what was typed for it; what stays empty goes on lacking its rate.

    Where none of it lacks a rate any more, the answer is the invoice as it is, with what was typed. Raises UserError.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field=next(iter(entered.typed), None))
        preview = preview_of(change.db, caller, draft)
        lacking = {each.key: each for each in missing_rates(preview.lines, preview.grouping)}
        first = next((field for field, (key, _) in entered.typed.items() if key in lacking), None)
        if first is None:
            return replace(show_changed(change, draft_id, preview), typed_late=_late(preview, entered))
        if preview.currency != entered.currency:
            raise UserError("The currency changed meanwhile. Please open this form again.", field=first)
        rates = _read(lacking, entered)
        if not rates:
            raise UserError("Type an amount like 95 or 95.50.", field=first)
        draft_term_rows.use_currency(change, draft, preview.currency)
        edits = [_priced(item, cents, gross=entered.gross) for work, cents in rates for item in work.lines]
        line_edit_rows.keep_rates(change, draft_id, edits)
        return show_changed(change, draft_id, preview)


def _late(preview: Preview, entered: EnteredRates) -> tuple[TypedLate, ...]:
    """What was typed for work that has a rate by now, or is not on the invoice any more."""
    names = names_of_work(preview.lines, preview.grouping)
    return tuple(TypedLate(names.get(key, ()), typed) for key, typed in entered.typed.values() if typed)


def _read(lacking: Mapping[str, MissingRate], entered: EnteredRates) -> list[tuple[MissingRate, int]]:
    """What was typed, in cents. Raises UserError with all that is wrong."""
    wrong = FieldErrors()
    found = [
        wrong.read(partial(_rate, lacking, key, typed, entered.currency, field), None)
        for field, (key, typed) in entered.typed.items()
        if typed
    ]
    wrong.raise_any()
    return [each for each in found if each]


def _rate(
    lacking: Mapping[str, MissingRate], key: str, typed: str, currency: str, field: str
) -> tuple[MissingRate, int]:
    cents = read_rate(typed, currency, field=field)
    if key not in lacking:
        raise UserError(
            "This has a rate by now, or is not on the invoice any more. Empty this field, and the rest is saved.",
            field=field,
        )
    return lacking[key], cents


def _priced(item: InvoiceLine, cents: int, *, gross: bool) -> StoredEdit:
    """The line with this rate, and with all else that people changed on it."""
    line, edit = item.line, item.line.edit
    return StoredEdit(
        group_key=line.key,
        title=edit.title,
        description=edit.description,
        article_id=edit.article.id if edit.article else None,
        rate_cents=cents,
        article_kept=edit.article_kept,
        rate_gross=gross,
        written_for=entries_as_json(line.seen if edit.written_for is None else edit.written_for),
        reduction=edit.reduction.percent,
        reduction_cents=edit.reduction.cents,
    )
