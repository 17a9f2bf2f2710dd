"""What stands above and below the lines of an invoice: templates, for whom they are kept, and what they come to."""

from dataclasses import dataclass, fields, replace

from pydantic import TypeAdapter

from bot.billing.rules.layout import Whose


@dataclass(frozen=True, slots=True)
class Texts:
    """Templates; None: whatever the next one decides, from draft to customer to all customers.

    An empty text is Billomat's own: it is not sent, so that the account's holds. Sent empty, nobody knows what Billomat
    would make of it.
    """

    heading: str | None = None
    intro: str | None = None
    note: str | None = None
    closing: str | None = None
    as_written: bool | None = None
    """What stands in square brackets, such as [Invoice.due_date], is printed; else Billomat fills it in."""

    def over(self, below: "Texts") -> "Texts":
        """These, and of the other ones what is not said here."""
        open_here = {name: getattr(below, name) for name in _NAMES if getattr(self, name) is None}
        return replace(self, **open_here)

    def beyond(self, below: "Texts") -> "Texts":
        """What is said here and is not the same there."""
        same = {name: None for name in _NAMES if getattr(self, name) == getattr(below, name)}
        return replace(self, **same)


_NAMES = tuple(each.name for each in fields(Texts))
NO_TEXTS = Texts()
BILLOMATS_TEXTS = Texts(heading="", intro="", note="", closing="", as_written=False)
_TEXTS: TypeAdapter[Texts] = TypeAdapter(Texts)
_BY_LANGUAGE: TypeAdapter[dict[str, Texts]] = TypeAdapter(dict[str, Texts])


@dataclass(frozen=True, slots=True)
class ChosenTexts:
    """The templates of a draft, all of them said, and who is the first that says anything of them."""

    texts: Texts = BILLOMATS_TEXTS
    whose: Whose = Whose.NOBODY


@dataclass(frozen=True, slots=True)
class InvoiceTexts:
    """The texts as the customer reads them; of an empty one Billomat's own holds."""

    heading: str = ""
    intro: str = ""
    note: str = ""
    """What stands below the lines: note and closing text, for which Billomat has one field."""
    shortened: bool = False
    """Whether something that was filled in gave way, for want of room."""
    lacks_emoji: bool = False

    @property
    def sent(self) -> tuple[str, ...]:
        """What goes to Billomat; nothing where all is Billomat's own."""
        said = (self.heading, self.intro, self.note)
        return said if any(said) else ()


def dump_texts(texts: Texts) -> str:
    """Texts as the database keeps them; empty where they say nothing."""
    return "" if texts == NO_TEXTS else _TEXTS.dump_json(texts, exclude_none=True).decode()


def read_texts(value: str) -> Texts:
    """What `dump_texts` made. Raises ValueError."""
    return _TEXTS.validate_json(value) if value else NO_TEXTS


def kept_in(workspace: str, language: str, texts: Texts) -> str:
    """What a workspace keeps for all customers, with these texts for those who read this language."""
    kept = _read_all(workspace) | {language: texts}
    said = {each: kept[each] for each in sorted(kept) if kept[each] != NO_TEXTS}
    return _BY_LANGUAGE.dump_json(said, exclude_none=True).decode() if said else ""


def chosen_texts(draft: str, customer: str, workspace: str, language: str) -> ChosenTexts:
    """The texts of an invoice in this language: the draft's, then its customer's, then those for all."""
    levels = {
        Whose.DRAFT: read_texts(draft),
        Whose.CUSTOMER: read_texts(customer),
        Whose.WORKSPACE: _read_all(workspace).get(language, NO_TEXTS),
    }
    texts, whose = BILLOMATS_TEXTS, Whose.NOBODY
    for each in reversed(levels):
        if levels[each] != NO_TEXTS:
            texts, whose = levels[each].over(texts), each
    return ChosenTexts(texts, whose)


def _read_all(workspace: str) -> dict[str, Texts]:
    return _BY_LANGUAGE.validate_json(workspace) if workspace else {}
