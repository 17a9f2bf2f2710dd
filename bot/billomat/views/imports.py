"""What is said while an import runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.billomat.client import NotDone
from bot.billomat.outcome import ArchivedWork, Outcome
from bot.billomat.rules.side_lists import SideList
from bot.billomat.views.connect import lacking_sentence
from bot.billomat.views.link import LINK, waiting_sentence
from bot.billomat.views.reasons import reason
from bot.core.texts import Reader
from bot.slack.blocks import Block, Message, actions, button, message, option, section, static_select
from storage.billing_defaults import BilledService
from storage.imported import ImportChanges
from storage.service_articles import SameName

SERVICE_ARTICLE = "import_service_article"
NO_ARTICLE = "0"
MOST_ASKED = 10
"""Services at once; the settings hold all."""
MOST_NAMED = 10
MOST_CANDIDATES = 20


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
    outcome: Outcome
    currency: str
    """The account's, for prices without one of their own."""


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
    blocks: list[Block] = [section(each) for each in (text, *_doubts(to, now), *_consequences(to, now))]
    blocks += [_which_article(to, each, now.currency) for each in now.outcome.asked[:MOST_ASKED]]
    if now.unlinked:
        blocks += [section(waiting_sentence(to, now.unlinked)), actions(button(to.t("Link a customer …"), LINK))]
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


def article_chosen(to: Reader, now: BilledService) -> Message:
    """What a service is billed as from now on."""
    if now.article is None:
        return message(to.t("✅ {service} is billed at the hourly rate.", service=now.name))
    return message(to.t("✅ {service} is billed as the article {article}.", service=now.name, article=now.article))


def _consequences(to: Reader, now: Imported) -> list[str]:
    said = []
    if now.outcome.archived:
        listed = ", ".join(_archived(to, each) for each in now.outcome.archived[:MOST_NAMED])
        said.append(
            to.t(
                "⚠️ Archived in Billomat, but not billed yet: {customers}. To bill it, take them out of the archive "
                "there and import again with /track connect; /track invoice shows what is open.",
                customers=listed,
            )
        )
    if now.outcome.articled:
        listed = ", ".join(_priced(to, each, now.currency) for each in now.outcome.articled[:MOST_NAMED])
        said.append(to.t("🔗 Billed as the article of the same name from now on: {services}.", services=listed))
    return said


def _archived(to: Reader, each: ArchivedWork) -> str:
    facts = [to.total(each.work.seconds)] if each.work.seconds else []
    if each.work.timers:
        facts.append(to.t("timer of {people} is running", people=", ".join(each.work.timers)))
    return f"{each.name} ({', '.join(facts)})"


def _priced(to: Reader, each: SameName, currency: str) -> str:
    number = f" ({each.number})" if each.number else ""
    if each.price is None:
        return f"{each.article}{number}"
    price = to.price(each.price, each.currency or currency)
    return f"{each.article}{number} · {price}{f' / {each.unit}' if each.unit else ''}"


def _which_article(to: Reader, found: Sequence[SameName], currency: str) -> Block:
    """Which article a service is billed as, or none; until somebody says so it has none."""
    options = [option(_priced(to, each, currency), str(each.article_id)) for each in found[:MOST_CANDIDATES]]
    options.append(option(to.t("No article: the hourly rate"), NO_ARTICLE))
    text = to.t("As which article is the service “{service}” billed?", service=found[0].service)
    menu = static_select(SERVICE_ARTICLE, options, placeholder=to.t("Choose one"))
    return section(text, menu, block_id=f"service:{found[0].service_id}")
