"""What keeps a draft from being sent, and what an e-invoice of it would lack."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.billing.descriptions import quotes
from bot.billing.preview import Obstacle
from bot.billing.rules.einvoice import Buyer, Missing, missing_terms
from bot.billing.rules.layout import ChosenLayout
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.taxation import TaxCase
from bot.billing.rules.texts import ChosenTexts
from bot.billing.rules.totals import Totals
from bot.billing.wording import quotes_private_note
from bot.billing.work import DraftTerms
from bot.core.money import is_finer_than_kept
from storage import private_notes as private_note_rows
from storage.drafts import Draft


def obstacles_of(
    db: Connection, draft: Draft, terms: DraftTerms, lines: Sequence[InvoiceLine], totals: Totals
) -> frozenset[Obstacle]:
    """All that keeps a draft with these lines from being sent."""
    return _of_terms(terms, lines, totals) | _quoting(db, draft, terms.chosen, terms.texts)


def _of_terms(terms: DraftTerms, lines: Sequence[InvoiceLine], totals: Totals) -> frozenset[Obstacle]:
    payer, connected = terms.payer, terms.account
    bears_vat = any(each.line.vat and each.line.vat.rate for each in lines)
    over_reduced = terms.pricing.reduction.cents > max(totals.listed, 0) or any(
        each.line.is_over_reduced for each in lines
    )
    obstacles = {
        Obstacle.NOT_CONNECTED: connected is None,
        Obstacle.ARCHIVED: payer.archived and payer.billomat_id is not None,
        Obstacle.ARCHIVED_HERE: payer.archived and payer.billomat_id is None,
        Obstacle.NOT_LINKED: connected is not None and payer.billomat_id is None,
        Obstacle.NOTHING: not lines,
        Obstacle.NO_RATE: any(each.line.unit_price is None for each in lines),
        Obstacle.NEGATIVE: totals.net < 0 and not over_reduced,
        Obstacle.OVER_REDUCED: over_reduced,
        Obstacle.CURRENCY: is_finer_than_kept(terms.currency),
        Obstacle.PRIVATE_NOTE: any(map(quotes_private_note, lines)),
        Obstacle.SMALL_BUSINESS: terms.tax.case is TaxCase.SMALL_BUSINESS and bears_vat,
    }
    return frozenset(obstacle for obstacle, stands in obstacles.items() if stands)


def _quoting(db: Connection, draft: Draft, layout: ChosenLayout, texts: ChosenTexts) -> frozenset[Obstacle]:
    """Where words that a person wrote for the whole invoice have a note in them that is kept from the customer."""
    said = texts.texts
    written = {
        Obstacle.PRIVATE_IN_TEXTS: (said.heading, said.intro, said.note, said.closing),
        Obstacle.PRIVATE_IN_WORDS: (layout.layout.title, layout.layout.description),
    }
    whole = {obstacle: "\n".join(filter(None, those)) for obstacle, those in written.items()}
    notes: Sequence[str] = ()
    if any(whole.values()):
        notes = private_note_rows.private_notes(db, draft.workspace_id, draft.customer_id, draft.scope)
    return frozenset(
        obstacle for obstacle, text in whole.items() if any(quotes(text, note, was_seen=False) for note in notes)
    )


def missing_for_einvoice(terms: DraftTerms, lines: Sequence[InvoiceLine]) -> tuple[Missing, ...]:
    """What an e-invoice would lack."""
    payer, account = terms.payer, terms.account
    if account is None or payer.billomat_id is None:
        return ()
    buyer = Buyer(payer.country, payer.kind, payer.vat_id, payer.email, payer.street, payer.zip, payer.city)
    return missing_terms(
        buyer,
        terms.tax.case,
        own_country=account.country,
        own_vat_id=account.vat_id,
        units=account.units.splitlines(),
        used=[each.unit for each in lines],
    )
