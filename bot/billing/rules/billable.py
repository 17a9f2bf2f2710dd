"""Which entries can be billed, and why others cannot."""

from collections.abc import Collection

from bot.billing.rules.entries import NO_ENTRIES, Entries, UnbilledEntry


def parted(entries: Entries, left_out: Collection[int]) -> tuple[Entries, Entries]:
    """The entries of a draft, and those that could be billed and were left out by hand."""
    if not left_out:
        return entries, NO_ENTRIES
    by_hand, rest = entries.parted(
        [entry_id in left_out and why_not(entries[at]) is None for at, entry_id in enumerate(entries.ids)]
    )
    return rest, by_hand


def billable(entries: Entries) -> tuple[Entries, Entries]:
    """The entries that can be billed, and those that `why_not` has a reason for."""
    return entries.as_billable


def why_not(entry: UnbilledEntry) -> str | None:
    """Why an entry cannot be billed, as `LeftOut` calls it; None where it can."""
    return reason_not(entry.seconds, entry.billable, entry.end_guessed)


def reason_not(seconds: int | None, is_billable: bool, end_guessed: bool) -> str | None:
    """The same of its facts: how long it is, whether it is billable, whether its end is a guess."""
    if seconds is None:
        return "running"
    if not is_billable:
        return "not_billable"
    return "end_guessed" if end_guessed else None
