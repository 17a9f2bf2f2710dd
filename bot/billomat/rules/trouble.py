"""What keeps a workspace from its Billomat account until a person mends it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Trouble(StrEnum):
    """What Billomat needs a person for, as the account's row holds it; each may follow any other.

    A new connection ends all of them, and so does a draft that was sent; a whole import ends KEY, for it reads only.
    """

    KEY = "key"
    """Billomat does not accept the key."""
    PLAN = "plan"
    """The account's plan does not include what was asked for."""
    RIGHTS = "rights"
    """The key's owner may not do it."""
    UNREADABLE = "unreadable"
    """Ours, not Billomat's: the stored key cannot be decrypted."""


TROUBLE_BY_STATUS: Mapping[int, Trouble] = MappingProxyType(
    {401: Trouble.KEY, 402: Trouble.PLAN, 403: Trouble.RIGHTS},
)
"""What Billomat means by an HTTP status. 402 is not documented, but plans have limits: billomat.com/en/api/clients/"""
