"""The language of what a customer reads: theirs in Billomat, else the account's, else what the workspace chose.

It is never that of whoever looks at the invoice or presses the button, so all of them see and send the same.
"""

import re
from dataclasses import dataclass

from babel import Locale

from bot.core.languages import SOURCE_LANGUAGE
from bot.core.texts import Reader

_LOCALE = re.compile(r"([a-z]{2,3})(?![a-z])[-_]?([a-z0-9_-]*)", re.IGNORECASE)
"""de_DE, de-AT, en: as Billomat and others write it, with or without an encoding behind."""

_EUROPE = "150"
"""For English without a country: 5 Nov 2026, which nobody misreads."""


@dataclass(frozen=True, slots=True)
class InvoiceLanguage:
    """How the texts on an invoice are written."""

    reader: Reader
    """Writes for the customer. Its clock is of no use: an invoice has days, and these come with the entries."""
    wanted: str
    """The language that the customer reads, as a code."""

    @property
    def is_lacking(self) -> bool:
        """Whether there are no texts in that language, so that the customer gets English."""
        return self.reader.language != self.wanted

    def is_other_than(self, to: Reader) -> bool:
        """Whether it differs from the language of somebody who looks at the invoice."""
        return self.is_lacking or self.reader.language != to.language

    def wanted_name(self, to: Reader) -> str:
        """French, Französisch; an unknown code as it is."""
        return str(Locale.parse(to.language).languages.get(self.wanted, self.wanted))

    def written_name(self, to: Reader) -> str:
        """The language that the texts are in."""
        return str(Locale.parse(to.language).languages[self.reader.language])


def language_of(*locales: str | None) -> InvoiceLanguage:
    """By the first of the locales that names a language, else English."""
    for locale in locales:
        if match := _LOCALE.match((locale or "").strip()):
            return _in(match[1].lower(), match[2].replace("_", "-").strip("-"))
    return _in(SOURCE_LANGUAGE)


def _in(wanted: str, region: str = "") -> InvoiceLanguage:
    locale = f"{wanted}-{region or _EUROPE}"
    return InvoiceLanguage(Reader.for_locale(locale=locale, language=None, zone="UTC"), wanted)
