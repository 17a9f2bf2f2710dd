"""Why Billomat did not do what it was asked to, in the reader's language."""

from bot.billomat.client import QUOTA_WINDOW, BillomatError, NotDone
from bot.core.texts import Reader


def reason(to: Reader, error: BillomatError) -> str:
    """A sentence that is true of this error; Billomat's own words where it said why."""
    match error:
        case NotDone(kind="quota"):
            minutes = -(-(error.retry_after or QUOTA_WINDOW) // 60)
            return to.n(
                "Billomat takes no more requests for {count} minute.",
                "Billomat takes no more requests for {count} minutes.",
                minutes,
            )
        case NotDone(kind="maintenance"):
            return to.t("Billomat is in maintenance right now.")
        case NotDone(kind="timeout"):
            return to.t("Billomat did not answer in time.")
        case NotDone(kind="unreachable" | "unknown_host"):
            return to.t("I cannot reach Billomat just now.")
        case NotDone():
            return to.t("Billomat answered with an error.")
    return to.t("Billomat says “{said}”.", said=error.text)
