"""The states of a draft, and the one table of how it may go from one to another.

Storage writes a state only by a transition that stands here; triggers of both databases refuse any other, and a draft
that begins otherwise than open.
"""

from collections.abc import Set
from enum import Enum, StrEnum, unique


class DraftState(StrEnum):
    """How far a draft is on its way to Billomat."""

    OPEN = "open"
    """Being put together, refused and waiting for correction, or deleted in Billomat. Binds no entries."""
    SUBMITTED = "submitted"
    """Somebody else has to approve exactly this. Binds no entries: whatever changes meanwhile voids it."""
    APPROVED = "approved"
    """A person pressed the button; the job will send it."""
    SENDING = "sending"
    """An attempt was noted and may have reached Billomat."""
    UNKNOWN = "unknown"
    """Billomat's answer was lost and the draft not found there; people decide."""
    SENT = "sent"
    """It stands in Billomat."""
    DISCARDED = "discarded"
    """Given up by a person. Binds no entries."""


BEING_MADE = frozenset({DraftState.OPEN, DraftState.SUBMITTED})
"""Whose lines are made afresh from the entries each time: a customer has one of them for the same work."""
BINDS_NOTHING = BEING_MADE | {DraftState.DISCARDED}
"""Whose entries are free; every other draft was approved by somebody and holds its own."""
ON_THE_WAY = frozenset({DraftState.APPROVED, DraftState.SENDING})
"""The job has still to send these, or to find out what became of them."""


@unique
class Transition(Enum):
    """All ways in which a draft may go on: from which states, to which, and what the audit calls it.

    Single attempts are not in the audit; the draft counts them.
    """

    SUBMIT = ({DraftState.OPEN}, DraftState.SUBMITTED, "submit")
    WITHDRAW = ({DraftState.SUBMITTED}, DraftState.OPEN, "withdraw")
    """Whoever submitted it thought better of it."""
    RETURN = ({DraftState.SUBMITTED}, DraftState.OPEN, "return")
    """Whoever was to approve it did not, and said why."""
    VOID = ({DraftState.SUBMITTED}, DraftState.OPEN, "void")
    """It is no longer what was submitted."""
    APPROVE = (BEING_MADE, DraftState.APPROVED, "approve")
    DISCARD = (BEING_MADE, DraftState.DISCARDED, "discard")
    CLAIM = ({DraftState.APPROVED}, DraftState.SENDING, "")
    """An attempt is noted before the call."""
    STEP_BACK = ({DraftState.SENDING}, DraftState.APPROVED, "")
    """The attempt did not reach Billomat."""
    DELIVER = ({DraftState.APPROVED, DraftState.SENDING, DraftState.UNKNOWN}, DraftState.SENT, "sent")
    """It stands in Billomat; also by a worker that was late, whatever was thought meanwhile."""
    LOSE = ({DraftState.SENDING}, DraftState.UNKNOWN, "unknown")
    REFUSE = ({DraftState.SENDING, DraftState.UNKNOWN}, DraftState.OPEN, "refused")
    """Billomat refused it; of a lost one a worker that was late may hear so."""
    SEND_AGAIN = ({DraftState.UNKNOWN}, DraftState.APPROVED, "send again")
    BILL_AGAIN = ({DraftState.SENT}, DraftState.OPEN, "bill again")
    TAKE_BACK = ({DraftState.SENT}, DraftState.OPEN, "take back")
    """We deleted it in Billomat, for a person who said so."""

    def __init__(self, sources: Set[DraftState], target: DraftState, audited_as: str) -> None:
        """From each of `sources` to `target`."""
        self.sources = frozenset(sources)
        self.target = target
        self.audited_as = audited_as


ALLOWED = frozenset((source, step.target) for step in Transition for source in step.sources)
"""From which state to which; nothing else can be written."""
