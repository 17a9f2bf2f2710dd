"""The languages there are texts in. English stands in the code; any other is one catalogue under `locale/` and no code.

A catalogue holds the texts and the words of the grammar, too: what begins a command and how times are typed.
"""

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Their codes, English first."""
    return (
        SOURCE_LANGUAGE,
        *sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/trackomat.po")),
    )


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of one of these languages by their English."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / language / "LC_MESSAGES" / "trackomat.po").open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of the grammar that each language says in its own way: what it is for, and the English."""

    purpose: str
    english: str

    def said(self, language: str) -> str:
        """The piece in that language, in English where the catalogue lacks it."""
        return catalogue(language).pgettext(self.purpose, self.english)
