"""What is said while an import runs."""

from dataclasses import dataclass

from bot.billomat.client import NotDone
from bot.billomat.rules.side_lists import SideList
from bot.billomat.views.connect import lacking_sentence
from bot.billomat.views.link import LINK, waiting_sentence
from bot.billomat.views.reasons import reason
from bot.core.texts import Reader
from bot.slack.blocks import Block, Message, actions, button, message, section
from storage.billomat import ImportChanges


@dataclass(frozen=True, slots=True)
class Imported:
    """What there is now, and what is different."""

    customers: int
    articles: int
    taxes: int
    changes: ImportChanges
    linked: int
    unlinked: int
    left: int
    """Not in Billomat's lists any more, and left as they are because Billomat did not say that they are gone."""
    is_sure: bool
    lacking: tuple[SideList, ...]


def importing(to: Reader, done: int, total: int) -> Message:
    """How far an import is."""
    if not total:
        return message(to.t("📥 Importing from Billomat…"))
    return message(to.t("📥 Importing… {done} of {total} customers", done=to.number(done), total=to.number(total)))


def import_waits(to: Reader, error: NotDone) -> Message:
    """Nothing comes from Billomat for now, and why."""
    why = reason(to, error)
    return message(to.t("📥 Importing… {why} I try again for some hours and go on where I was.", why=why))


def import_stopped(to: Reader, why: str) -> Message:
    """An import ended before its end; what it brought stays."""
    return message(to.t("⚠️ The import stopped. {why} What was imported so far stays.", why=why))


def refused(to: Reader, said: str) -> str:
    """Billomat does not do what an import asks for, in its own words."""
    return to.t("Billomat refused it: “{said}”. You can start it again with /track connect.", said=said)


def imported(to: Reader, now: Imported) -> Message:
    """What there is now and what is different, and whatever is not certain about it."""
    changes = now.changes
    there = (
        to.n("{count} customer", "{count} customers", now.customers),
        to.n("{count} article", "{count} articles", now.articles),
        to.n("{count} tax rate", "{count} tax rates", now.taxes),
    )
    different = (
        (changes.new, to.n("{count} new", "{count} new", changes.new)),
        (changes.renamed, to.n("{count} renamed", "{count} renamed", changes.renamed)),
        (changes.archived, to.n("{count} archived", "{count} archived", changes.archived)),
        (now.linked, to.n("{count} linked by its name", "{count} linked by their names", now.linked)),
    )
    text = to.t("✅ Imported: {there}.", there=", ".join(there))
    if said := [words for count, words in different if count]:
        text += f" {', '.join(said)}."
    blocks: list[Block] = [section(each) for each in (text, *_doubts(to, now))]
    if now.unlinked:
        blocks += [section(waiting_sentence(to, now.unlinked)), actions(button(to.t("Link a customer"), LINK))]
    return message(text, blocks)


def _doubts(to: Reader, now: Imported) -> list[str]:
    said = []
    if not now.is_sure:
        said.append(
            to.t(
                "⚠️ Billomat's lists were not whole or changed while I read them, so something may be missing. Please "
                "import again with /track connect."
            )
        )
    if now.left:
        said.append(
            to.n(
                "⚠️ {count} customer or article is missing in Billomat's lists. I left it as it is, because Billomat "
                "did not say that it is deleted.",
                "⚠️ {count} customers and articles are missing in Billomat's lists. I left them as they are, because "
                "Billomat did not say that they are deleted.",
                now.left,
            )
        )
    return [*said, *(lacking_sentence(to, each) for each in now.lacking)]
