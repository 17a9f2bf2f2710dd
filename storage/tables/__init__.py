"""The tables, by subject. What must never happen is forbidden here first, and only then avoided in code."""

from storage.tables.audit import Audit
from storage.tables.base import inserting, metadata, table
from storage.tables.billing import DraftEntry, DraftLine, InvoiceDraft
from storage.tables.billomat import Article, BillomatAccount, Tax
from storage.tables.catalog import ChannelLink, Customer, Project, Service
from storage.tables.jobs import Job
from storage.tables.people import Delivery, Person, Workspace
from storage.tables.tracking import Break, Question, TimeEntry

__all__ = [
    "Article",
    "Audit",
    "BillomatAccount",
    "Break",
    "ChannelLink",
    "Customer",
    "Delivery",
    "DraftEntry",
    "DraftLine",
    "InvoiceDraft",
    "Job",
    "Person",
    "Project",
    "Question",
    "Service",
    "Tax",
    "TimeEntry",
    "Workspace",
    "inserting",
    "metadata",
    "table",
]
