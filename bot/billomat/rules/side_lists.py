"""Lists of an account that we can do without, should Billomat not have them."""

from enum import StrEnum


class SideList(StrEnum):
    """What is read beside customers and articles."""

    TAXES = "taxes"
    UNITS = "units"
    COUNTRY_TAXES = "country-taxes"
