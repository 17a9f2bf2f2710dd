"""The form of one line of the invoice."""

import re
from dataclasses import dataclass
from typing import Any

from bot.billing.collect import Preview
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import InvoiceLine
from bot.core.texts import Reader
from bot.slack.blocks import View, checkbox, context, external_select, field, modal, option, text_input
from bot.slack.metadata import Metadata, RowId
from bot.slack.untrusted import reading

LINE_CHANGED = "invoice_line_changed"
ARTICLE = "invoice_article"


@dataclass(frozen=True, slots=True)
class ChangingLine:
    """What the form keeps."""

    draft: RowId
    line: GroupKey


CHANGING_LINE = Metadata(ChangingLine)
_OLDER = re.compile("([0-9]*):([0-9]*)")
"""A line as version 0007 of the schema knew it: by the ids of project and service."""


def line_form(to: Reader, preview: Preview, item: InvoiceLine) -> View:
    """The form of one line."""
    line = item.line
    article = option(line.article.title, str(line.article.id)) if line.article else None
    rate = to.decimal(line.rate_cents) if line.rate_cents is not None else ""
    typed = line.edit.rate_cents is not None
    blocks = [
        context(line_name(item)),
        field(
            to.t("Article"),
            external_select(ARTICLE, to.t("Search"), initial=article),
            block_id="article",
            optional=True,
        ),
    ]
    if line.service:
        remember = option(to.t("Use this article for {service} from now on", service=line.service), "yes")
        blocks.append(
            field(
                to.t("Remember"),
                checkbox("remember", remember, on=True),
                block_id="remember",
                optional=True,
            )
        )
    blocks += [
        field(to.t("Text"), text_input("title", initial=item.title, most=200), block_id="title", optional=True),
        field(
            to.t("Description"),
            text_input("description", initial=item.description, multiline=True),
            block_id="description",
            optional=True,
        ),
        field(
            to.t("Hourly rate"),
            text_input("rate", initial=rate if typed else "", placeholder="" if typed else rate, most=20),
            block_id="rate",
            optional=True,
            hint=to.t(
                "Net, in {currency}. Empty: the article's price, else the workspace's hourly rate.",
                currency=preview.currency,
            ),
        ),
    ]
    kept = CHANGING_LINE.pack(ChangingLine(preview.draft_id, line.key))
    return modal(LINE_CHANGED, to.t("Invoice line"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


@reading()
def read_key(value: Any) -> GroupKey:
    """The line that a button or a form is about. Raises UserError for what can be none.

    An invoice that is open while Trackomat is updated names its lines in the older way.
    """
    if older := _OLDER.fullmatch(value):
        return GroupKey(f"project={older[1]}&service={older[2]}")
    return GroupKey(value)


def line_name(item: InvoiceLine) -> str:
    """Project · service, and the text that a person put in their place."""
    where = " · ".join(filter(None, (item.line.project, item.line.service))) or item.default_title
    return where if item.title == item.default_title else f"{where}: “{item.title}”"
