"""How old an invoice's customer and prices are, and what Billomat says differently since they were shown."""

from datetime import date

from bot.billing.freshness import Freshness, Standing
from bot.billing.language import language_of
from bot.billing.rules.terms import TermChange
from bot.core.texts import Reader
from bot.slack.blocks import Block, cut, section

_MOST_CHANGES = 10
_LONGEST_NAME = 60


def age(to: Reader, freshness: Freshness, *, today: date) -> str:
    """As of when customer and prices are."""
    if freshness.as_of is None:
        as_of = to.t("Nobody knows how old customer and prices are.")
    else:
        as_of = to.t("Customer and prices as of {time}.", time=to.moment(freshness.as_of, today=today))
    if freshness.standing is Standing.ASKING:
        return "🔄 " + as_of + " " + to.t("I am asking Billomat whether they changed.")
    return as_of


def news(to: Reader, freshness: Freshness, *, today: date) -> list[Block]:
    """What Billomat said, or did not say, since the form was opened or "Send" was pressed."""
    said = []
    if freshness.changes:
        said.append("⚠️ " + "\n• ".join((to.t("Changed in Billomat:"), *_changes(to, freshness))))
    if freshness.net_before is not None:
        before = to.money(*freshness.net_before)
        said.append(to.t("The total was {net} net before. Please check the lines.", net=before))
    if freshness.standing is Standing.UNANSWERED:
        said.append(_unanswered(to, freshness, today))
    elif freshness.was_pressed and not said:
        said.append(to.t("Nothing changed in Billomat. Press “Send to Billomat” once more."))
    return [section(each) for each in said]


def _unanswered(to: Reader, freshness: Freshness, today: date) -> str:
    reason = freshness.reason or to.t("Billomat has not answered yet.")
    if freshness.as_of is None:
        what = to.t("Nobody knows how old customer and prices are: they may have changed.")
    else:
        time = to.moment(freshness.as_of, today=today)
        what = to.t("Customer and prices are as of {time} and may have changed.", time=time)
    return f"⚠️ {reason} {what} " + to.t("“Send to Billomat” sends them as they stand here.")


def _changes(to: Reader, freshness: Freshness) -> list[str]:
    said = [_change(to, each, freshness.account_currency) for each in freshness.changes[:_MOST_CHANGES]]
    if (hidden := len(freshness.changes) - _MOST_CHANGES) > 0:
        said.append(to.n("… and {count} more change", "… and {count} more changes", hidden))
    return said


def _change(to: Reader, change: TermChange, account_currency: str) -> str:
    name = cut(change.name, _LONGEST_NAME)
    if change.what == "archived":
        return _archived(to, name, change)
    label = _label(to, change.what)
    before = _value(to, change.what, change.before, change.currency_before or account_currency)
    after = _value(to, change.what, change.after, change.currency_after or account_currency)
    return to.t("{name}: {what} was {before}, is {after}", name=name, what=label, before=before, after=after)


def _archived(to: Reader, name: str, change: TermChange) -> str:
    if not change.after:
        return to.t("{name} is no longer archived", name=name)
    if change.of_article:
        return to.t("{name} was archived or deleted: choose another article with “Edit …” at its line", name=name)
    return to.t("{name} was archived or deleted, so nothing can be sent to them", name=name)


def _label(to: Reader, what: str) -> str:
    labels = {
        "name": to.t("name"),
        "title": to.t("name"),
        "number": to.t("number"),
        "tax_rule": to.t("VAT rule"),
        "country": to.t("country"),
        "currency": to.t("currency"),
        "locale": to.t("language"),
        "price": to.t("price"),
        **{f"price{group}": to.t("price of group {group}", group=group) for group in range(2, 6)},
        "price_group": to.t("price group"),
        "reduction": to.t("reduction"),
        "net_gross": to.t("prices"),
        "vat_id": to.t("VAT id"),
        "vat_rate": to.t("VAT rate"),
    }
    return labels[what]


def _value(to: Reader, what: str, value: str | int | None, currency: str) -> str:
    words = {
        "tax_rule": {"TAX": to.t("always with VAT"), "NO_TAX": to.t("without VAT"), "COUNTRY": to.t("by country")},
        "net_gross": {"NET": to.t("without VAT"), "GROSS": to.t("with VAT"), "SETTINGS": to.t("the account's")},
    }
    if what in words:
        return words[what].get(str(value), str(value))
    if value is None or value == "":
        return to.t("the account's") if what in ("currency", "locale", "vat_rate") else to.t("none")
    if what == "locale":
        return language_of(str(value)).wanted_name(to)
    if what.startswith("price") and what != "price_group":
        return to.price(int(value), currency)
    if what in ("vat_rate", "reduction"):
        return to.percent(int(value), scale=2 if what == "vat_rate" else 4)
    return cut(str(value), _LONGEST_NAME)
