"""What is billed beside time, by its name: retainers, fixed prices and expenses."""

from collections import Counter
from collections.abc import Iterable

from bot.core.texts import Reader
from bot.tracking.rules.spent import SpentKind


def kinds_named(to: Reader, kinds: SpentKind | None) -> list[str]:
    """What of it there is."""
    names = {
        SpentKind.FEE: to.t("retainer"),
        SpentKind.PART: to.t("fixed price"),
        SpentKind.EXPENSE: to.t("expenses"),
    }
    return [name for kind, name in names.items() if kinds and kind in kinds]


def counted(to: Reader, kinds: Iterable[SpentKind]) -> dict[SpentKind, str]:
    """How many there are of each kind, of those that there are."""
    counts = Counter(kinds)
    said = {
        SpentKind.FEE: to.n("{count} retainer", "{count} retainers", counts[SpentKind.FEE]),
        SpentKind.PART: to.n("{count} part of a fixed price", "{count} parts of fixed prices", counts[SpentKind.PART]),
        SpentKind.EXPENSE: to.n("{count} expense", "{count} expenses", counts[SpentKind.EXPENSE]),
    }
    return {kind: text for kind, text in said.items() if counts[kind]}
