"""What a person may do: the roles, each with the rights of those before it."""

from enum import StrEnum


class Role(StrEnum):
    """A person's role in their workspace, as its column holds it."""

    MEMBER = "member"
    BILLER = "biller"
    """Sees rates and sends invoices."""
    ADMIN = "admin"
    """Connects Billomat and appoints others."""
