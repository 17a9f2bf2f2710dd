"""Invoice drafts, and what people want different on one that is open."""

from datetime import date, datetime
from typing import Any, ClassVar, TypedDict

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.billing.rules.states import DraftState
from bot.billing.rules.taxation import CHOICES
from storage.tables.base import SUM, defaulting, enum_text, one_of, unique_where, within_workspace


class InvoiceDraft(SQLModel, table=True):
    """An invoice on its way from being put together to standing as a draft in Billomat."""

    __tablename__: ClassVar[Any] = "invoice_draft"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    customer_id: int
    state: DraftState = Field(default=DraftState.OPEN, sa_type=enum_text(DraftState))
    """Goes on by a `Transition` alone; a trigger refuses any other."""
    first_day: date | None = None
    last_day: date | None = None
    """The period that was chosen, the same as long as the draft is there; both None: everything."""
    selection: str = defaulting("")
    """Which work in these days, as `Scope.kept` makes it, the same as long as the draft is there; "": all of it."""
    layout: str = defaulting("")
    """How its lines are made and worded, as `dump_layout` writes it; empty: as for its customer."""
    texts: str = defaulting("")
    """What stands above and below its lines, as `dump_texts` writes it; empty: as for its customer."""
    line_order: str = defaulting("")
    """The order of its lines, as `dump_order` writes it; empty: as for its customer."""
    heading: str | None = None
    intro: str | None = None
    note: str | None = None
    """These texts as they were approved; None or empty: Billomat's own."""
    token: str | None = Field(default=None, unique=True)
    """Drawn at each approval; stands in Billomat's label, so that a lost draft is found again."""
    label: str | None = None
    """What Billomat shows and is searched for: the period's name and the token."""
    part: str = defaulting("")
    """What tells it apart from others of the same days, as it was at the approval: which part of the work, a number."""
    number: str = defaulting("")
    """Billomat's number of the invoice, once somebody completed it there; a draft has none that lasts."""
    link: str = defaulting("")
    """The address of its page in Billomat, as soon as it stands there."""
    currency: str = "EUR"
    net_cents: int | None = Field(default=None, sa_type=SUM)
    gross_cents: int | None = Field(default=None, sa_type=SUM)
    """What it comes to with VAT, as far as the preview knew."""
    reduction: int = defaulting(0)
    """What is taken off of all of it, in ten-thousandths of a percent."""
    reduction_cents: int = Field(default=0, sa_type=SUM, sa_column_kwargs={"server_default": "0"})
    """The same, where it is an amount in the prices of the invoice."""
    reduction_title: str = defaulting("")
    reduction_unit: str = defaulting("")
    """What an amount that is taken off is called where it goes out as lines, and in what unit; "": it does not."""
    own_reduction: int | None = None
    """What a person chose to be taken off of this draft; None: what the customer's terms take off."""
    own_reduction_cents: int | None = Field(default=None, sa_type=SUM)
    """The same, where it is an amount."""
    tax_case: str = defaulting("")
    """Which VAT a person said that it bears, as a `TaxCase`; "": as its customer."""
    gross_prices: bool = defaulting(False)
    """Its prices are with VAT."""
    service_first: date | None = None
    service_last: date | None = None
    service_text: str | None = None
    """The service period as the customer reads it."""
    submitted_by: int | None = None
    submitted_at: datetime | None = None
    """By whom and when it was last submitted to a second person, and not taken back or returned since."""
    sealed: str = defaulting("")
    """The digest of all that was submitted; whatever changes in between voids the submission."""
    needs_second: bool = defaulting(False)
    """Whoever submitted it cannot approve it: as the rule of two people stood then, whatever it says now."""
    returned_by: int | None = None
    returned: str = defaulting("")
    """What was said when it was last returned, until it is submitted again."""
    approved_by: int | None = None
    approved_at: datetime | None = None
    attempted_at: datetime | None = None
    """When the last attempt was noted; None: nothing can have reached Billomat since the approval."""
    looked_at: datetime | None = None
    """When Billomat was first looked through in vain after that attempt; the later looks count from here."""
    attempts: int = 0
    view_id: str | None = None
    """The modal in which it was approved, to be told the outcome if it is still open."""
    billomat_id: int | None = None
    billomat_net_cents: int | None = Field(default=None, sa_type=SUM)
    billomat_gross_cents: int | None = Field(default=None, sa_type=SUM)
    reason: str | None = None
    """Why Billomat refused it, in Billomat's words."""
    created_by: int
    created_at: datetime

    __table_args__ = (
        within_workspace("customer", "customer_id"),
        within_workspace("person", "created_by"),
        within_workspace("person", "approved_by"),
        within_workspace("person", "submitted_by"),
        within_workspace("person", "returned_by"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        one_of("state", *DraftState),
        one_of("tax_case", "", *CHOICES),
        CheckConstraint("own_reduction BETWEEN 0 AND 1000000", name="own_reduction"),
        CheckConstraint(
            "own_reduction_cents IS NULL OR (own_reduction_cents > 0 AND own_reduction IS NULL)",
            name="own_reduction_cents",
        ),
        CheckConstraint("reduction_cents >= 0 AND (reduction = 0 OR reduction_cents = 0)", name="reduction_cents"),
        CheckConstraint(
            "state IN ('open', 'submitted', 'discarded') OR "
            "(token IS NOT NULL AND approved_by IS NOT NULL AND net_cents IS NOT NULL)",
            name="approved_by_somebody",
        ),
        CheckConstraint(
            "state <> 'submitted' OR (submitted_by IS NOT NULL AND submitted_at IS NOT NULL AND sealed <> '')",
            name="submitted_by_somebody",
        ),
        # A trigger refuses an approval that is not marked so although the workspace's rule holds for its sum.
        CheckConstraint(
            "NOT needs_second OR state IN ('open', 'submitted', 'discarded') OR "
            "(submitted_by IS NOT NULL AND approved_by <> submitted_by)",
            name="second_person",
        ),
        CheckConstraint("(state = 'sent') = (billomat_id IS NOT NULL)", name="sent_has_billomat_id"),
        unique_where(
            "uq_invoice_draft_open",
            *("workspace_id", "customer_id", "first_day", "last_day", "selection"),
            where="state IN ('open', 'submitted') AND first_day IS NOT NULL",
        ),
        unique_where(
            "uq_invoice_draft_open_for_everything",
            *("workspace_id", "customer_id", "selection"),
            where="state IN ('open', 'submitted') AND first_day IS NULL",
        ),
    )


class InvoiceDraftColumns(TypedDict, total=False):
    """What may change of a draft beside its state."""

    first_day: date | None
    last_day: date | None
    layout: str
    texts: str
    line_order: str
    heading: str | None
    intro: str | None
    note: str | None
    token: str | None
    label: str | None
    part: str
    number: str
    link: str
    currency: str
    net_cents: int | None
    gross_cents: int | None
    reduction: int
    reduction_cents: int
    reduction_title: str
    reduction_unit: str
    own_reduction: int | None
    own_reduction_cents: int | None
    tax_case: str
    gross_prices: bool
    service_first: date | None
    service_last: date | None
    service_text: str | None
    submitted_by: int | None
    submitted_at: datetime | None
    sealed: str
    needs_second: bool
    returned_by: int | None
    returned: str
    approved_by: int | None
    approved_at: datetime | None
    attempted_at: datetime | None
    looked_at: datetime | None
    attempts: int
    view_id: str | None
    billomat_id: int | None
    billomat_net_cents: int | None
    billomat_gross_cents: int | None
    reason: str | None


class ApprovalRequest(SQLModel, table=True):
    """A message that asks an approver for a submitted draft, for as long as its buttons are there."""

    __tablename__: ClassVar[Any] = "approval_request"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    person_id: int
    """Who was asked."""
    submission: int
    """The number of the audit row that says it was submitted: one draft may be submitted many times."""
    channel: str
    ts: str
    """Where Slack has the message."""

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id"),
        within_workspace("person", "person_id"),
        UniqueConstraint("draft_id", "submission", "person_id"),
        CheckConstraint("channel <> '' AND ts <> ''", name="posted"),
    )


class DraftEdit(SQLModel, table=True):
    """What a person wants different on one line of a draft. The line itself is made afresh until the approval."""

    __tablename__: ClassVar[Any] = "draft_edit"

    draft_id: int = Field(primary_key=True)
    group_key: str = Field(primary_key=True)
    """The text of a `GroupKey`: which entries make the line."""
    workspace_id: int = Field(foreign_key="workspace.id")
    title: str | None = None
    description: str | None = None
    article_id: int | None = None
    article_kept: bool = defaulting(False)
    """The article that the line had, or none, holds on: that of its service was changed elsewhere."""
    rate_cents: int | None = Field(default=None, sa_type=SUM)
    rate_gross: bool | None = None
    """Whether that rate is with VAT; None: typed before this was kept, so as the prices of the invoice are."""
    written_for: list[list[Any]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """The entries that the person saw on the line, as `storage/shown.py` keeps them; None: not known."""
    reduction: int = defaulting(0)
    """What is taken off of the line alone, in ten-thousandths of a percent."""
    reduction_cents: int = Field(default=0, sa_type=SUM, sa_column_kwargs={"server_default": "0"})
    """The same, where it is an amount in the prices of the invoice."""

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id", cascade=True),
        within_workspace("article", "article_id"),
        CheckConstraint("rate_cents >= 0", name="rate"),
        CheckConstraint("reduction BETWEEN 0 AND 1000000", name="reduction"),
        CheckConstraint("reduction_cents >= 0 AND (reduction = 0 OR reduction_cents = 0)", name="reduction_cents"),
    )


class DraftChoice(SQLModel, table=True):
    """An entry that somebody left out of an open draft. It stays open, and is left out of no other draft."""

    __tablename__: ClassVar[Any] = "draft_choice"

    draft_id: int = Field(primary_key=True)
    entry_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    left_out_by: int | None = None

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id", cascade=True),
        within_workspace("time_entry", "entry_id", cascade=True),
        within_workspace("person", "left_out_by"),
        Index("ix_draft_choice_entry", "entry_id"),
    )


class DraftExpenseChoice(SQLModel, table=True):
    """An expense that somebody left out of an open draft, as for an entry."""

    __tablename__: ClassVar[Any] = "draft_expense_choice"

    draft_id: int = Field(primary_key=True)
    expense_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    left_out_by: int | None = None

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id", cascade=True),
        within_workspace("expense", "expense_id", cascade=True),
        within_workspace("person", "left_out_by"),
        Index("ix_draft_expense_choice_expense", "expense_id"),
    )


class DraftShown(SQLModel, table=True):
    """What an open draft showed to whom, for as long as a form may stay open: to say what is different since."""

    __tablename__: ClassVar[Any] = "draft_shown"

    draft_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    content: str = Field(primary_key=True)
    """The digest of all that was shown, which the form holds too."""
    workspace_id: int = Field(foreign_key="workspace.id")
    lines: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime
    currency: str = defaulting("")
    """Of the prices; "": shown before this was kept."""

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id", cascade=True),
        within_workspace("person", "person_id"),
    )
