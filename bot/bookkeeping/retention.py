"""What of the books is past the time for which it is kept. Says it, and erases nothing."""

from dataclasses import dataclass
from datetime import datetime

from bot.billing.rules.taxation import GERMANY
from bot.bookkeeping.rules.retention import VOUCHERS, over_up_to
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_admin
from storage import billomat as billomat_rows
from storage import books as book_rows


@dataclass(frozen=True, slots=True)
class PastTheirTime:
    """Invoices that need not be kept any more, by German law."""

    up_to: int
    """Of that calendar year and before."""
    count: int


def look(bot: Bot, caller: Caller) -> PastTheirTime | None:
    """How many there are; None for an account outside Germany, whose law is not known here. Raises UserError."""
    require_admin(caller)
    up_to = over_up_to(caller.today, VOUCHERS)
    with bot.database.read() as db:
        account = billomat_rows.connected_account(db, caller.workspace_id)
        if account is None or account.country != GERMANY:
            return None
        end = datetime(up_to + 1, 1, 1, tzinfo=caller.reader.zone)
        return PastTheirTime(up_to, book_rows.count_sent(db, caller.workspace_id, approved_before=end))
