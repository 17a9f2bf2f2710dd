"""The invoice: what would be billed, the form of one line, and what became of a draft."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.invoices import MONTHS_OFFERED, MOST_LINES, Approved, Item, NotYet, Obstacle, Preview, Sent
from bot.rules.billing import EVERYTHING, Changes, Key, Period, is_hourly, months_until
from bot.texts import Reader
from bot.views.account import trouble
from bot.views.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    checkbox,
    context,
    cut,
    divider,
    external_select,
    field,
    header,
    message,
    modal,
    option,
    section,
    static_select,
    text_input,
)
from bot.views.values import read_optional_id, reading

INVOICE = "invoice"
CUSTOMER = "invoice_customer"
PERIOD = "invoice_period"
LINE = "invoice_line"
LINE_CHANGED = "invoice_line_changed"
ARTICLE = "invoice_article"
START_OVER = "invoice_start_over"
CORRECT = "invoice_correct"
SEND_AGAIN = "invoice_send_again"
IS_THERE = "invoice_is_there"
FOUND = "invoice_found"
LINK = "link_draft"
_SHOWN_DESCRIPTION = 3
_SHOWN_LINE = 150
"""Lines, and characters of each; all of it is in the line's form. A view holds 250,000 bytes, and 85 such lines."""


def form(
    to: Reader,
    content: Preview | Period,
    *,
    today: date,
    pressed: NotYet | None = None,
) -> View:
    """The invoice of a customer and a period, or the two questions alone; `pressed` came too early."""
    preview = content if isinstance(content, Preview) else None
    period = content.period if isinstance(content, Preview) else content
    customer = option(preview.customer, str(preview.customer_id)) if preview else None
    months = months_until(today, MONTHS_OFFERED)
    periods = [EVERYTHING, *months, *([] if period in (EVERYTHING, *months) else [period])]
    options = {each: option(_period_name(to, each), each.value) for each in periods}
    blocks = [
        *(_notices(to, pressed) if pressed else ()),
        field(
            to.thing("customer"),
            external_select(CUSTOMER, to.t("Search"), initial=customer),
            block_id="customer",
            dispatch=True,
        ),
        field(
            to.t("Period"),
            static_select(PERIOD, list(options.values()), initial=options[period]),
            block_id="period",
            dispatch=True,
        ),
        *(_content(to, preview, warn=pressed is None) if preview else ()),
    ]
    kept = {"draft": preview.draft_id, "shown": preview.shown} if preview else {}
    return modal(
        INVOICE,
        to.t("Invoice"),
        blocks,
        submit=to.t("Send to Billomat"),
        close=to.t("Cancel"),
        metadata=json.dumps(kept),
    )


def line_form(to: Reader, preview: Preview, item: Item) -> View:
    """The form of one line."""
    line = item.line
    article = option(line.article.title, str(line.article.id)) if line.article else None
    rate = to.decimal(line.rate_cents) if line.rate_cents is not None else ""
    typed = line.changes.rate_cents is not None
    blocks = [
        context(_where(item)),
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
    kept = json.dumps({"draft": preview.draft_id, "line": line_value(line.key)})
    return modal(LINE_CHANGED, to.t("Invoice line"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def line_value(key: Key) -> str:
    """A line as a button's value."""
    project_id, service_id = key
    return f"{project_id or ''}:{service_id or ''}"


@reading()
def read_line(value: Any) -> Key:
    """What `line_value` made. Raises UserError for anything else."""
    project, service = value.split(":")
    return read_optional_id(project), read_optional_id(service)


def on_its_way(to: Reader, approved: Approved) -> View:
    """Approved: from here on the modal is told the outcome, if it stays open."""
    text = to.t(
        "📨 On its way to Billomat: {customer}, {net} net. You get a message with the link in a moment.",
        customer=approved.customer,
        net=to.money(approved.net_cents, approved.currency),
    )
    return modal("invoice_outcome", to.t("Invoice"), [section(text)], close=to.t("Close"))


def outcome(to: Reader, said: Message) -> View:
    """What the message says, in the modal of the approval."""
    return modal("invoice_outcome", to.t("Invoice"), said["blocks"], close=to.t("Close"))


def sent(to: Reader, done: Sent) -> Message:
    """The draft stands in Billomat; where its figures differ from ours, both are said."""
    theirs = done.net_cents if done.billomat_net_cents is None else done.billomat_net_cents
    text = to.t(
        "✅ The draft for {customer} is in Billomat: {net} net.",
        customer=done.customer,
        net=to.money(theirs, done.currency),
    )
    if done.billomat_gross_cents is not None:
        text += " " + to.t("With VAT: {gross}.", gross=to.money(done.billomat_gross_cents, done.currency))
    blocks = [section(text)]
    if theirs != done.net_cents:
        blocks.append(
            section(
                to.t(
                    "⚠️ {ours} net was approved, but Billomat adds up to {theirs}. Please check the draft there.",
                    ours=to.money(done.net_cents, done.currency),
                    theirs=to.money(theirs, done.currency),
                )
            )
        )
    if done.copies > 1:
        copies = to.n(
            "⚠️ Billomat holds {count} draft of this approval.",
            "⚠️ Billomat holds {count} drafts of this approval. Please delete all but one there.",
            done.copies,
        )
        blocks.append(section(copies))
    blocks.append(actions(button(to.t("Open in Billomat"), LINK, url=done.link, style="primary")))
    return message(text, blocks)


def arrived_late(to: Reader, customer: str, link: str, *, is_free: bool) -> Message:
    """An attempt that was given up has reached Billomat after all; the draft was sent again, or is open again."""
    if is_free:
        text = to.t(
            "⚠️ The draft for {customer} that was taken for lost stands in Billomat after all, but here its time is "
            "free again. Please delete it there before you send it again, or it is billed twice.",
            customer=customer,
        )
    else:
        text = to.t(
            "⚠️ An earlier attempt to send the draft for {customer} has reached Billomat after all, so there may be "
            "two of it. Please delete all but one there.",
            customer=customer,
        )
    return message(text, [section(text), actions(button(to.t("Open in Billomat"), LINK, url=link, style="primary"))])


def refused(to: Reader, draft_id: int, customer: str, reason: str) -> Message:
    """Billomat refused the draft, and says why; it is open again."""
    text = to.t(
        "⚠️ Billomat refused the draft for {customer}: “{reason}”. Nothing was billed; the draft is open again.",
        customer=customer,
        reason=reason,
    )
    return message(text, [section(text), actions(button(to.t("Correct"), CORRECT, str(draft_id), style="primary"))])


def unknown(to: Reader, draft_id: int, customer: str) -> Message:
    """The answer was lost and the draft not found: only a person can decide."""
    text = to.t(
        "⚠️ I sent the draft for {customer}, but Billomat's answer was lost and I cannot find the draft there. "
        "Please look into Billomat. Its time stays reserved, and nothing is sent twice.",
        customer=customer,
    )
    return message(text, [section(text), _decision(to, draft_id)])


def not_there(to: Reader, draft_id: int, customer: str, billomat_id: int) -> Message:
    """What a person took for the lost draft is not there, or belongs to another draft."""
    text = to.t(
        "⚠️ The invoice {number} is not among the newest ones of {customer}, or belongs to another draft of ours. "
        "Nothing was changed.",
        number=billomat_id,
        customer=customer,
    )
    return message(text, [section(text), _decision(to, draft_id)])


def delayed(to: Reader, customer: str, reason: str) -> Message:
    """Billomat cannot be reached for a while."""
    return message(
        to.t(
            "⏳ The draft for {customer} still waits: Billomat cannot take it at present (“{reason}”). "
            "I keep trying, and nothing is lost.",
            customer=customer,
            reason=reason,
        )
    )


def account_trouble(to: Reader, kind: str) -> Message:
    """Billomat refuses the key: somebody has to connect anew."""
    return message("⚠️ " + trouble(to, kind) + " " + to.t("Approved drafts wait; they are sent by themselves then."))


def found_form(to: Reader, draft_id: int, customer: str) -> View:
    """The question which invoice in Billomat the lost draft is."""
    address = field(
        to.t("Address of the draft in Billomat"),
        text_input("address", most=500, placeholder="https://…/invoices/123456"),
        block_id="address",
        hint=to.t("Open the draft for {customer} in Billomat and copy the address of its page.", customer=customer),
    )
    kept = json.dumps({"draft": draft_id})
    return modal(FOUND, to.t("It is there"), [address], submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def checking(to: Reader) -> View:
    """A job looks whether the invoice that a person named is there."""
    text = to.t("I am looking for it in Billomat. You get a message in a moment.")
    return modal("invoice_outcome", to.t("Invoice"), [section(text)], close=to.t("Close"))


def sending_again(to: Reader) -> Message:
    """A person said that the lost draft is not in Billomat."""
    return message(to.t("📨 It is sent again. Before that I look once more whether it is there."), replace=True)


def _decision(to: Reader, draft_id: int) -> Block:
    return actions(
        button(to.t("It is there"), IS_THERE, str(draft_id)),
        button(to.t("Send again"), SEND_AGAIN, str(draft_id)),
    )


def _period_name(to: Reader, period: Period) -> str:
    return to.month(period.first) if period.first else to.t("Everything unbilled")


def _notices(to: Reader, pressed: NotYet) -> list[Block]:
    if pressed.by and pressed.at:
        approved = to.t(
            "⚠️ {person} approved this draft at {time}. Below is what is left.",
            person=pressed.by,
            time=to.clock(pressed.at),
        )
        return [section(approved)]
    sentences = _obstacles(to, pressed.preview) or [to.t("Please check the lines and press again. Nothing was sent.")]
    return [section(f"⚠️ {sentence}") for sentence in sentences]


def _content(to: Reader, preview: Preview, *, warn: bool) -> list[Block]:
    if not preview.items:
        return [section(_nothing(to, preview)), *_small_print(to, preview)]
    items = [
        section(_item_text(to, preview, item), button(to.t("Edit"), LINE, line_value(item.line.key)))
        for item in preview.items[:MOST_LINES]
    ]
    changed = any(item.line.changes != Changes() for item in preview.items)
    return [
        header(_total(to, preview)),  # above the lines: whoever approves sees the sum without scrolling
        *([section(f"⚠️ {sentence}") for sentence in _obstacles(to, preview)] if warn else ()),
        *items,
        divider(),
        *_small_print(to, preview),
        *([actions(button(to.t("Start over"), START_OVER, str(preview.draft_id)))] if changed else ()),
    ]


def _item_text(to: Reader, preview: Preview, item: Item) -> str:
    line = item.line
    said = [_where(item)]
    hours = to.decimal(line.hours)
    if line.rate_cents is None or line.amount_cents is None:
        said.append(to.t("{hours} h × ? Press Edit and enter an hourly rate.", hours=hours))
    else:
        rate, amount = to.money(line.rate_cents, preview.currency), to.money(line.amount_cents, preview.currency)
        said.append(f"{hours} h × {rate} = {amount}")
    tax = f"{line.tax.name} {to.percent(line.tax.rate)}" if line.tax else ""
    said.append(" · ".join(filter(None, (line.article.title if line.article else "", tax))))
    if line.article and not is_hourly(line.article):
        said.append(to.t("The article's price is for “{unit}”, not for an hour.", unit=line.article.unit))
    described = item.description.splitlines()
    said += [cut(each, _SHOWN_LINE) for each in described[:_SHOWN_DESCRIPTION]]
    if (hidden := len(described) - _SHOWN_DESCRIPTION) > 0:
        said.append(to.n("… and {count} more line.", "… and {count} more lines.", hidden))
    return "\n".join(filter(None, said))


def _where(item: Item) -> str:
    """Project · service, and the text that a person put in their place."""
    where = " · ".join(filter(None, (item.line.project, item.line.service))) or item.default_title
    return where if item.title == item.default_title else f"{where}: “{item.title}”"


def _total(to: Reader, preview: Preview) -> str:
    net = to.money(preview.net_cents, preview.currency)
    taxes = {item.line.tax for item in preview.items if item.line.tax}
    if not preview.taxed:
        said = to.t("{net} net. No VAT rate is forced: Billomat decides by the customer's country or rule.", net=net)
    elif len(taxes) == 1:
        tax = next(iter(taxes))
        said = (
            to.t("{net} net, plus {rate} VAT ({name})", net=net, rate=to.percent(tax.rate), name=tax.name)
            if tax.rate
            else to.t("{net}, without VAT ({name})", net=net, name=tax.name)
        )
    elif taxes:
        said = to.t("{net} net, plus VAT as each line says", net=net)
    else:
        said = to.t("{net} net", net=net)
    return to.t("Total: {total}", total=said)


def _nothing(to: Reader, preview: Preview) -> str:
    if preview.period == EVERYTHING:
        return to.t("{customer} has no unbilled time.", customer=preview.customer)
    return to.t(
        "{customer} has no unbilled time in {period}. Another period may have some.",
        customer=preview.customer,
        period=_period_name(to, preview.period),
    )


def _small_print(to: Reader, preview: Preview) -> list[Block]:
    said = []
    if preview.service_period:
        first, last = (to.full_date(day) for day in preview.service_period)
        said.append(to.t("Service period: {first} – {last}", first=first, last=last))
    said += _left_out(to, preview)
    if preview.reason:
        said.append(to.t("Billomat refused this draft before: “{reason}”", reason=preview.reason))
    if preview.trouble:
        said.append(trouble(to, preview.trouble) + " " + to.t("Until then drafts wait."))
    return [context("\n".join(said))] if said else []


def _left_out(to: Reader, preview: Preview) -> list[str]:
    left_out = preview.left_out
    said = []
    if left_out.running:
        said.append(to.n("{count} timer still runs", "{count} timers still run", left_out.running))
    if left_out.end_guessed:
        said.append(
            to.n("{count} guessed end is not confirmed", "{count} guessed ends are not confirmed", left_out.end_guessed)
        )
    if left_out.not_billable:
        said.append(to.n("{count} entry is not billable", "{count} entries are not billable", left_out.not_billable))
    if left_out.too_short:
        said.append(to.n("{count} entry is too short", "{count} entries are too short", left_out.too_short))
    return [to.t("Left out: {reasons}", reasons=", ".join(said))] if said else []


def _obstacles(to: Reader, preview: Preview) -> Sequence[str]:
    sentences = {
        Obstacle.NOTHING: _nothing(to, preview),
        Obstacle.NOT_CONNECTED: to.t("Billomat is not connected yet. An admin connects it with /track connect."),
        Obstacle.NOT_LINKED: to.t(
            "{customer} is not linked with a customer in Billomat yet. An admin links them with /track connect.",
            customer=preview.customer,
        ),
        Obstacle.NO_RATE: to.t("A line has no hourly rate yet: press Edit there and enter one."),
        Obstacle.TOO_MANY_LINES: to.t(
            "This would be more than {most} lines, more than I can show you. Choose a shorter period.", most=MOST_LINES
        ),
        Obstacle.CUSTOMER_CURRENCY: to.t(
            "{customer} pays in a currency other than {currency}. Please write this invoice in Billomat.",
            customer=preview.customer,
            currency=preview.currency,
        ),
        Obstacle.ARTICLE_CURRENCY: to.t(
            "An article's price is not in {currency}. Press Edit at its line and choose another article.",
            currency=preview.currency,
        ),
    }
    return [sentence for obstacle, sentence in sentences.items() if obstacle in preview.obstacles]
