"""The tables, by subject. What must never happen is forbidden here first, and only then avoided in code."""

from storage.tables.audit import Audit
from storage.tables.base import inserting, metadata, table
from storage.tables.billing.billed import (
    DraftEntry,
    DraftExpense,
    DraftLine,
    DraftShare,
    FreedShare,
    RetainerUse,
    SentInvoice,
    Settlement,
)
from storage.tables.billing.drafts import (
    ApprovalRequest,
    DraftChoice,
    DraftEdit,
    DraftExpenseChoice,
    DraftShown,
    InvoiceDraft,
)
from storage.tables.billing.prices import Agreement, AgreementCharge, Budget, BudgetWarning, RatePrice, RateRule
from storage.tables.billomat import Article, BillomatAccount, Tax
from storage.tables.catalog import ChannelLink, Customer, CustomerArticle, Project, Service
from storage.tables.jobs import Job
from storage.tables.people import Delivery, OpenedDays, Person, Workspace
from storage.tables.tracking import Break, Expense, Pause, Question, TimeEntry

agreement_charges = table(AgreementCharge)
agreements = table(Agreement)
approval_requests = table(ApprovalRequest)
articles = table(Article)
audits = table(Audit)
billomat_accounts = table(BillomatAccount)
breaks = table(Break)
budget_warnings = table(BudgetWarning)
budgets = table(Budget)
channel_links = table(ChannelLink)
customer_articles = table(CustomerArticle)
customers = table(Customer)
deliveries = table(Delivery)
draft_choices = table(DraftChoice)
draft_edits = table(DraftEdit)
draft_entries = table(DraftEntry)
draft_expense_choices = table(DraftExpenseChoice)
draft_expenses = table(DraftExpense)
draft_lines = table(DraftLine)
draft_shares = table(DraftShare)
draft_shown = table(DraftShown)
drafts = table(InvoiceDraft)
entries = table(TimeEntry)
expenses = table(Expense)
freed_shares = table(FreedShare)
jobs = table(Job)
opened_days = table(OpenedDays)
pauses = table(Pause)
people = table(Person)
projects = table(Project)
questions = table(Question)
rate_prices = table(RatePrice)
rate_rules = table(RateRule)
retainer_uses = table(RetainerUse)
sent_invoices = table(SentInvoice)
services = table(Service)
settlements = table(Settlement)
taxes = table(Tax)
workspaces = table(Workspace)

__all__ = [
    "Agreement",
    "AgreementCharge",
    "ApprovalRequest",
    "Article",
    "Audit",
    "BillomatAccount",
    "Break",
    "Budget",
    "BudgetWarning",
    "ChannelLink",
    "Customer",
    "CustomerArticle",
    "Delivery",
    "DraftChoice",
    "DraftEdit",
    "DraftEntry",
    "DraftExpense",
    "DraftExpenseChoice",
    "DraftLine",
    "DraftShare",
    "DraftShown",
    "Expense",
    "FreedShare",
    "InvoiceDraft",
    "Job",
    "OpenedDays",
    "Pause",
    "Person",
    "Project",
    "Question",
    "RatePrice",
    "RateRule",
    "RetainerUse",
    "SentInvoice",
    "Service",
    "Settlement",
    "Tax",
    "TimeEntry",
    "Workspace",
    "agreement_charges",
    "agreements",
    "approval_requests",
    "articles",
    "audits",
    "billomat_accounts",
    "breaks",
    "budget_warnings",
    "budgets",
    "channel_links",
    "customer_articles",
    "customers",
    "deliveries",
    "draft_choices",
    "draft_edits",
    "draft_entries",
    "draft_expense_choices",
    "draft_expenses",
    "draft_lines",
    "draft_shares",
    "draft_shown",
    "drafts",
    "entries",
    "expenses",
    "freed_shares",
    "inserting",
    "jobs",
    "metadata",
    "opened_days",
    "pauses",
    "people",
    "projects",
    "questions",
    "rate_prices",
    "rate_rules",
    "retainer_uses",
    "sent_invoices",
    "services",
    "settlements",
    "table",
    "taxes",
    "workspaces",
]
