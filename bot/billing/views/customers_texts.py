"""What whoever sends an invoice has to know of its texts: their language, what has no room, what went past midnight."""

from bot.billing.preview import Preview
from bot.billing.rules.lines import InvoiceLine
from bot.core.texts import Reader

_NAMED_DAYS = 31
"""So many days are named one by one; of more the first and the last."""


def customers_texts(to: Reader, preview: Preview) -> list[str]:
    """Sentences about the texts of the whole invoice."""
    said = [_language(to, preview)]
    if after := preview.after_midnight:
        said.append(
            to.t(
                "{length} after midnight, on {next_day}, belong to {day}, on which they began.",
                length=to.total(after.seconds),
                next_day=to.full_date(after.ended),
                day=to.full_date(after.began),
            )
        )
    if any(item.lacks_emoji for item in preview.lines):
        said.append(to.t("Emoji in notes are left out: Billomat may not take them."))
    return [sentence for sentence in said if sentence]


def _language(to: Reader, preview: Preview) -> str:
    language = preview.language
    if not preview.lines or not language.is_other_than(to):
        return ""
    if language.is_lacking:
        return to.t(
            "The customer reads {wanted}. I have no texts in that language, so the invoice is in {written}.",
            wanted=language.wanted_name(to),
            written=language.written_name(to),
        )
    return to.t("The invoice is in {written}, as the customer reads it.", written=language.written_name(to))


def shortened(to: Reader, item: InvoiceLine) -> str:
    """Which days' notes a line does not have in full; "" when it has all."""
    days = item.shortened
    if not days:
        return ""
    if len(days) > _NAMED_DAYS:
        named = to.n("{days}: {count} day", "{days}: {count} days", len(days), days=to.days(days[0], days[-1]))
    else:
        is_one_year = len({day.year for day in days}) == 1
        named = ", ".join((to.day_of_year if is_one_year else to.full_date)(day) for day in days)
    return to.t("⚠️ Not in full, for want of room or of letters that Billomat takes: the notes of {days}", days=named)
