"""What a person may do: the roles, each with the rights of those before it, and who may create."""

from enum import StrEnum


class Role(StrEnum):
    """A person's role in their workspace, as its column holds it."""

    MEMBER = "member"
    BILLER = "biller"
    """Sees rates and sends invoices."""
    APPROVER = "approver"
    """Approves, too, what others submitted."""
    ADMIN = "admin"
    """Connects Billomat and appoints others."""


BILLING = (Role.BILLER, Role.APPROVER, Role.ADMIN)
"""Who see rates and invoices."""
APPROVING = (Role.APPROVER, Role.ADMIN)
"""Who approve what others submitted."""


class Creators(StrEnum):
    """Who creates customers, projects and services: those named, and all with more rights."""

    EVERYBODY = "everybody"
    """Guests of the workspace too."""
    MEMBERS = "members"
    BILLERS = "billers"
    ADMINS = "admins"
