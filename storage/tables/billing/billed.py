"""What drafts hold since they were approved, what became of it in Billomat, and what is settled otherwise."""

from datetime import date, datetime
from typing import Any, ClassVar, TypedDict

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.billing.rules.following import CancelledDecision, InvoiceStatus
from bot.billing.rules.taxation import RateFrom, TaxCase
from bot.tracking.rules.settled import Settled
from storage.tables.base import NEVER_REUSED, SUM, defaulting, enum_text, one_of, within_workspace


class SentInvoice(SQLModel, table=True):
    """What Billomat says of an invoice that came of a draft of ours.

    The draft's own `billomat_id` says which one it is now; rows of earlier ones stay, for one that was cancelled may
    count again. Its state is Billomat's word, which may go from anything to anything: no `Transition` of ours.
    """

    __tablename__: ClassVar[Any] = "sent_invoice"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    billomat_id: int
    account_number: int | None = Field(default=None, sa_type=BigInteger)
    """Billomat's id of the account that it stands on; None: not known, and nothing is freed by itself."""
    sent_at: datetime
    seen_at: datetime | None = None
    """When the last look began that found it; None: only the answer to our request was read."""
    status: InvoiceStatus = Field(
        default=InvoiceStatus.UNSEEN, sa_type=enum_text(InvoiceStatus), sa_column_kwargs={"server_default": ""}
    )
    number: str = defaulting("")
    """Billomat's, once it is completed."""
    net_cents: int | None = Field(default=None, sa_type=SUM)
    gross_cents: int | None = Field(default=None, sa_type=SUM)
    updated: str = defaulting("")
    """When somebody changed it there last, as Billomat writes it."""
    missing_since: datetime | None = None
    """When the first look began that missed it in the list and by its id; None: it is there."""
    doubted_at: datetime | None = None
    """When people were asked about it, because it vanished together with others, or nobody knows from where."""
    decision: CancelledDecision = Field(
        default=CancelledDecision.NONE, sa_type=enum_text(CancelledDecision), sa_column_kwargs={"server_default": ""}
    )
    """What people said when it was cancelled."""
    restored_at: datetime | None = None
    """When it was found to count again although its time had been freed; people were told then."""
    deleting_at: datetime | None = None
    """When we first asked Billomat to delete it, for a person who takes it back; noted before the call."""
    lines_read: str = defaulting("")
    """Totals and moment of change there for which its lines were compared last, or were sent; "": not yet."""
    lines_there: list[Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """Its lines there, each as a `LineThere`, where they are not as they were sent."""
    lines_apart: list[Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """Likewise those of which a person said that they are something else than the rest of a line that was sent."""

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "billomat_id"),
        one_of("status", *InvoiceStatus),
        one_of("decision", *CancelledDecision),
        CheckConstraint("decision = '' OR status = 'CANCELED'", name="decided_when_cancelled"),
        CheckConstraint("doubted_at IS NULL OR missing_since IS NOT NULL", name="doubted_when_missing"),
        Index("ix_sent_invoice_draft", "draft_id"),
        NEVER_REUSED,
    )


class SentInvoiceColumns(TypedDict, total=False):
    """What may change of one."""

    draft_id: int
    account_number: int | None
    sent_at: datetime
    seen_at: datetime | None
    status: InvoiceStatus
    number: str
    net_cents: int | None
    gross_cents: int | None
    updated: str
    missing_since: datetime | None
    doubted_at: datetime | None
    decision: CancelledDecision
    restored_at: datetime | None
    deleting_at: datetime | None
    lines_read: str
    lines_there: list[Any] | None
    lines_apart: list[Any] | None


class DraftLine(SQLModel, table=True):
    """One line of a draft as it was approved; nothing may hide what that was (§ 146 (4) AO)."""

    __tablename__: ClassVar[Any] = "draft_line"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    project_id: int | None = None
    service_id: int | None = None
    """Project and service are None where the line's entries have none, or not the same."""
    position: int = 0
    title: str | None = None
    description: str | None = None
    article_id: int | None = None
    unit: str | None = None
    unit_price: int | None = Field(default=None, sa_type=BigInteger)
    """Ten-thousandths, with VAT where the draft's prices are."""
    seconds: int | None = None
    hours: int | None = None
    """Hundredths of an hour; of a total or an expense 1.00, whatever was worked."""
    is_total: bool = defaulting(False)
    """Its price is that of all of it, not of an hour."""
    amount_cents: int | None = Field(default=None, sa_type=SUM)
    """After what is taken off of this line."""
    reduction: int = defaulting(0)
    """What is taken off of it, in ten-thousandths of a percent."""
    reduction_cents: int = Field(default=0, sa_type=SUM, sa_column_kwargs={"server_default": "0"})
    """The same, where it is an amount in the prices of the invoice."""
    tax_name: str | None = None
    tax_rate: int | None = None
    """Hundredths of a percent; None: Billomat decides by the customer's rule."""
    tax_reason: str = defaulting("")
    """Why it bears that, as `TaxReason`; "": approved before this was kept."""
    above_budget: bool = defaulting(False)
    """It is time above a hard budget, which is not billed."""

    __table_args__ = (
        within_workspace("invoice_draft", "draft_id", cascade=True),
        within_workspace("project", "project_id"),
        within_workspace("article", "article_id"),
        within_workspace("service", "service_id"),
        UniqueConstraint("workspace_id", "draft_id", "id"),
        CheckConstraint("reduction BETWEEN 0 AND 1000000", name="reduction"),
        CheckConstraint("reduction_cents >= 0 AND (reduction = 0 OR reduction_cents = 0)", name="reduction_cents"),
        one_of("tax_reason", "", *TaxCase, *RateFrom),
        CheckConstraint("NOT above_budget OR amount_cents = 0", name="above_budget"),
    )


class DraftEntry(SQLModel, table=True):
    """Which entry stands on which live draft. The key is the entry: it can stand on one only.

    A trigger refuses one whose shares are not all of its seconds.
    """

    __tablename__: ClassVar[Any] = "draft_entry"

    entry_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int

    __table_args__ = (
        within_workspace("time_entry", "entry_id"),
        within_workspace("invoice_draft", "draft_id"),
        Index("uq_draft_entry_draft", "draft_id", "entry_id", "workspace_id", unique=True),
    )


class DraftShare(SQLModel, table=True):
    """How many seconds of an entry stand on a line of its draft: all of them, or part of a night.

    Shares are written before their `DraftEntry`; from then on triggers refuse any other, and other seconds of the
    entry. A share without its `DraftEntry` is refused at the end of the transaction.
    """

    __tablename__: ClassVar[Any] = "draft_share"

    entry_id: int = Field(primary_key=True)
    line_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    seconds: int

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_draft_share_line",
        ),
        ForeignKeyConstraint(
            ["draft_id", "entry_id", "workspace_id"],
            ["draft_entry.draft_id", "draft_entry.entry_id", "draft_entry.workspace_id"],
            name="fk_draft_share_entry",
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("seconds >= 0", name="seconds"),
        Index("ix_draft_share_line", "line_id"),
    )


class RetainerUse(SQLModel, table=True):
    """How many of the hours that a retainer includes for a month stand on a line of a live draft, at a price of 0.

    A trigger refuses more than there are; it goes with its line, and then they are there again.
    """

    __tablename__: ClassVar[Any] = "retainer_use"

    line_id: int = Field(primary_key=True)
    month: date = Field(primary_key=True)
    """The first day of the month in which they were worked."""
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    agreement_id: int
    seconds: int

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_retainer_use_line",
            ondelete="CASCADE",
        ),
        within_workspace("agreement", "agreement_id"),
        CheckConstraint("seconds > 0", name="seconds"),
        Index("ix_retainer_use_agreement", "agreement_id", "month"),
    )


class DraftExpense(SQLModel, table=True):
    """Which expense stands on which live draft. The key is the expense: it can stand on one only."""

    __tablename__: ClassVar[Any] = "draft_expense"

    expense_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    line_id: int

    __table_args__ = (
        within_workspace("expense", "expense_id"),
        within_workspace("invoice_draft", "draft_id"),
        ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_draft_expense_line",
        ),
        Index("uq_draft_expense_draft", "draft_id", "expense_id", "workspace_id", unique=True),
    )


class Settlement(SQLModel, table=True):
    """An entry or expense that is neither open nor billed by a draft of ours that counts.

    What is written off stands on a sent draft, and stays there; what is billed elsewhere stands on none, which triggers
    hold, and keeps what it was. A row is made and deleted, never changed.
    """

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    entry_id: int | None = None
    expense_id: int | None = None
    kind: Settled = Field(sa_type=enum_text(Settled))
    draft_id: int | None = None
    reason: str = defaulting("")
    person_id: int
    """Who said so."""
    at: datetime

    __table_args__ = (
        within_workspace("time_entry", "entry_id"),
        within_workspace("expense", "expense_id"),
        within_workspace("person", "person_id"),
        ForeignKeyConstraint(
            ["draft_id", "entry_id", "workspace_id"],
            ["draft_entry.draft_id", "draft_entry.entry_id", "draft_entry.workspace_id"],
            name="fk_settlement_draft_entry",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["draft_id", "expense_id", "workspace_id"],
            ["draft_expense.draft_id", "draft_expense.expense_id", "draft_expense.workspace_id"],
            name="fk_settlement_draft_expense",
            ondelete="CASCADE",
        ),
        one_of("kind", *Settled),
        CheckConstraint("(entry_id IS NULL) <> (expense_id IS NULL)", name="of_one"),
        CheckConstraint("(kind = 'written off') = (draft_id IS NOT NULL)", name="draft"),
        CheckConstraint("kind = 'written off' OR reason <> ''", name="reason"),
        Index("uq_settlement_entry", "entry_id", unique=True),
        Index("uq_settlement_expense", "expense_id", unique=True),
        Index("ix_settlement_draft", "draft_id"),
        NEVER_REUSED,
    )


class FreedShare(SQLModel, table=True):
    """What stood on a line of a sent draft until it was freed of it. Without such a row a trigger lets nothing go.

    It goes when its draft is open again.
    """

    __tablename__: ClassVar[Any] = "freed_share"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    draft_id: int
    line_id: int
    entry_id: int | None = None
    expense_id: int | None = None
    seconds: int | None = None
    """Of an entry, on this line."""
    person_id: int
    """Who freed it."""
    at: datetime

    __table_args__ = (
        within_workspace("time_entry", "entry_id", cascade=True),
        within_workspace("expense", "expense_id", cascade=True),
        within_workspace("person", "person_id"),
        ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_freed_share_line",
        ),
        UniqueConstraint("line_id", "entry_id"),
        UniqueConstraint("line_id", "expense_id"),
        CheckConstraint("(entry_id IS NULL) <> (expense_id IS NULL)", name="of_one"),
        CheckConstraint("(entry_id IS NULL) = (seconds IS NULL)", name="seconds"),
        Index("ix_freed_share_draft", "draft_id"),
        NEVER_REUSED,
    )
