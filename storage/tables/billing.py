"""What an hour costs, and invoice drafts."""

from datetime import date, datetime
from typing import Any, ClassVar, TypedDict

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.billing.rules.agreements import AgreementKind
from bot.billing.rules.following import CancelledDecision, InvoiceStatus
from bot.billing.rules.states import DraftState
from bot.billing.rules.taxation import CHOICES, RateFrom, TaxCase
from bot.tracking.rules.settled import Settled
from storage.tables.base import NEVER_REUSED, SUM, defaulting, enum_text, one_of, unique_where, within_workspace


class RateRule(SQLModel, table=True):
    """One line of the workspace's list of rates, in which the first that fits holds: what work it is about.

    The workspace's own rate, which ends each list, is no row.
    """

    __tablename__: ClassVar[Any] = "rate_rule"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    position: int
    by_article: bool = defaulting(False)
    """The place of the articles of Billomat in the list: their prices hold there, for whatever has one."""
    currency: str = defaulting("")
    person_id: int | None = None
    service_id: int | None = None
    project_id: int | None = None
    customer_id: int | None = None
    """None beside a project, which has a customer anyway and may move to another one."""

    __table_args__ = (
        within_workspace("person", "person_id"),
        within_workspace("service", "service_id", cascade=True),
        within_workspace("project", "project_id", cascade=True),
        within_workspace("customer", "customer_id", cascade=True),
        UniqueConstraint("workspace_id", "id"),
        unique_where("uq_rate_rule_articles", "workspace_id", where="by_article"),
        CheckConstraint("project_id IS NULL OR customer_id IS NULL", name="customer"),
        CheckConstraint(
            "by_article = (coalesce(person_id, service_id, project_id, customer_id) IS NULL)", name="about"
        ),
        NEVER_REUSED,
    )


class RatePrice(SQLModel, table=True):
    """What an hour costs from a day on."""

    __tablename__: ClassVar[Any] = "rate_price"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    rule_id: int | None = None
    """None: the workspace's own rate, which is `workspace.rate_cents` before the first of these days."""
    first_day: date
    """The first of all days where it holds for all work."""
    price: int | None = Field(default=None, sa_type=SUM)
    """Net, in ten-thousandths; None: the rule ends with that day."""

    __table_args__ = (
        within_workspace("rate_rule", "rule_id", cascade=True),
        UniqueConstraint("rule_id", "first_day"),
        unique_where("uq_rate_price_workspace", "workspace_id", "first_day", where="rule_id IS NULL"),
        CheckConstraint("price >= 0", name="price"),
    )


class Agreement(SQLModel, table=True):
    """What is agreed with a customer, from a month on. What is billed for it are its charges."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    kind: AgreementKind = Field(sa_type=enum_text(AgreementKind))
    customer_id: int
    project_id: int | None = None
    first_day: date
    last_day: date | None = None
    """None: it goes on."""
    cents: int = Field(sa_type=SUM)
    """Net: of a fixed price all of it, and a trigger refuses less than its charges are together; of a retainer the fee
    of a month.
    """
    currency: str = defaulting("EUR")
    """In which it was agreed; a trigger refuses charges in another one."""
    included_seconds: int = defaulting(0)
    """Of a retainer: what the fee of a month includes. Once any of it is used a trigger refuses another figure."""
    carries_over: bool = defaulting(False)
    """Whether what is not used of it is there in later months."""
    fees_until: date | None = None
    """The first day of the last month whose fee was put among what is to be billed; None: none was yet."""
    person_id: int | None = None
    """Who agreed on a retainer: its fees stand in their name."""

    __table_args__ = (
        within_workspace("customer", "customer_id"),
        # As for time: a project moves to another customer with what is agreed about it.
        ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            onupdate="CASCADE",
            name="fk_agreement_project",
        ),
        UniqueConstraint("workspace_id", "id"),
        one_of("kind", *AgreementKind),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("kind <> 'fixed price' OR project_id IS NOT NULL", name="project"),
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("included_seconds >= 0", name="included"),
        CheckConstraint("kind = 'fixed price' OR person_id IS NOT NULL", name="person"),
        within_workspace("person", "person_id"),
        unique_where("uq_agreement_customer", "customer_id", "kind", where="last_day IS NULL AND project_id IS NULL"),
        unique_where("uq_agreement_project", "project_id", "kind", where="last_day IS NULL AND project_id IS NOT NULL"),
        Index("ix_agreement_customer", "workspace_id", "customer_id"),
        NEVER_REUSED,
    )


class AgreementCharge(SQLModel, table=True):
    """An expense by which an agreement is billed: it stands on one live draft at most, as each expense does.

    Triggers refuse more of a fixed price than there is, another amount of the expense, and a month outside of those of
    a retainer.
    """

    __tablename__: ClassVar[Any] = "agreement_charge"

    expense_id: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    agreement_id: int
    month: date | None = None
    """Of the fee of a retainer: the first day of its month, which has one fee."""

    __table_args__ = (
        within_workspace("expense", "expense_id", cascade=True),
        within_workspace("agreement", "agreement_id"),
        Index("ix_agreement_charge_agreement", "agreement_id"),
        Index("uq_agreement_charge_month", "agreement_id", "month", unique=True),
    )


class Budget(SQLModel, table=True):
    """What a project may use up from a month on: so much time, or so much money. A project has one at most."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    project_id: int
    first_day: date
    """Time of earlier days is not part of it."""
    seconds: int | None = Field(default=None, sa_type=BigInteger)
    cents: int | None = Field(default=None, sa_type=SUM)
    """Net. It has either of the two."""
    currency: str = defaulting("")
    """Of money."""
    is_hard: bool = defaulting(False)
    """Nothing above it is billed; else it only warns."""

    __table_args__ = (
        within_workspace("project", "project_id"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "project_id"),
        CheckConstraint("(seconds IS NULL) <> (cents IS NULL)", name="either"),
        CheckConstraint("seconds > 0", name="seconds"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("(cents IS NULL) = (currency = '')", name="currency"),
        NEVER_REUSED,
    )


class BudgetWarning(SQLModel, table=True):
    """That people were told how much of a budget is used up: once, also where less of it is used in between."""

    __tablename__: ClassVar[Any] = "budget_warning"

    budget_id: int = Field(primary_key=True)
    percent: int = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    told_at: datetime

    __table_args__ = (
        within_workspace("budget", "budget_id", cascade=True),
        CheckConstraint("percent > 0", name="percent"),
    )


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
