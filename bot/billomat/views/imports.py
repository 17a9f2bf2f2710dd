"""What is said while an import runs."""

from bot.billomat.views.link import LINK, waiting_sentence
from bot.core.texts import Reader
from bot.slack.blocks import Block, Message, actions, button, message, section
from storage.billomat import ImportChanges


def importing(to: Reader, done: int, total: int) -> Message:
    """How far an import is."""
    if not total:
        return message(to.t("📥 Importing from Billomat…"))
    return message(to.t("📥 Importing… {done} of {total} customers", done=to.number(done), total=to.number(total)))


def import_waits(to: Reader) -> Message:
    """Billomat does not answer for now."""
    return message(
        to.t("📥 Importing… Billomat does not answer right now. I try again for some hours and go on where I was.")
    )


def import_stopped(to: Reader, why: str) -> Message:
    """An import ended before its end; what it brought stays."""
    return message(to.t("⚠️ The import stopped. {why} What was imported so far stays.", why=why))


def refused(to: Reader, said: str) -> str:
    """Billomat does not do what an import asks for, in its own words."""
    return to.t("Billomat refused it: “{said}”. You can start it again with /track connect.", said=said)


def imported(
    to: Reader, customers: int, articles: int, taxes: int, changes: ImportChanges, *, linked: int, unlinked: int
) -> Message:
    """What there is now and what is different."""
    there = (
        to.n("{count} customer", "{count} customers", customers),
        to.n("{count} article", "{count} articles", articles),
        to.n("{count} tax rate", "{count} tax rates", taxes),
    )
    different = (
        (changes.new, to.n("{count} new", "{count} new", changes.new)),
        (changes.renamed, to.n("{count} renamed", "{count} renamed", changes.renamed)),
        (changes.archived, to.n("{count} archived", "{count} archived", changes.archived)),
        (linked, to.n("{count} linked by its name", "{count} linked by their names", linked)),
    )
    text = to.t("✅ Imported: {there}.", there=", ".join(there))
    if said := [words for count, words in different if count]:
        text += f" {', '.join(said)}."
    blocks: list[Block] = [section(text)]
    if unlinked:
        blocks += [section(waiting_sentence(to, unlinked)), actions(button(to.t("Link a customer"), LINK))]
    return message(text, blocks)
