"""Which VAT an invoice bears and why: in a line, as questions with their answers, and as a form for the customer."""

from dataclasses import dataclass

from bot.billing.preview import Preview
from bot.billing.rules.lines import Line
from bot.billing.rules.tax import Vat
from bot.billing.rules.taxation import ANSWERS, CHOICES, Doubt, RateFrom, Taxation, TaxCase, TaxReason
from bot.billing.taxes import CustomersTaxation
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    checkbox,
    context,
    field,
    modal,
    option,
    section,
    static_select,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import reading

ANSWER = "invoice_tax"
"""The action_ids end in the answer."""
SMALL, NOT_SMALL = "small", "not small"
TAX_SAVED = "customer_tax_saved"
_AS_DECIDED = "as decided"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the form of a customer keeps: who it is, and the digest of what was chosen when it was opened."""

    customer: RowId
    shown: str


KEPT = Metadata(Kept)


def case_said(to: Reader, case: TaxCase) -> str:
    """Which VAT holds, in so few words that a line of a menu holds them."""
    return {
        TaxCase.BILLOMAT: to.t("as Billomat holds it"),
        TaxCase.DOMESTIC: to.t("as for customers in Germany"),
        TaxCase.EU_BUSINESS: to.t("0%, business in another EU country (§ 3a (2) UStG), reverse charge"),
        TaxCase.THIRD_COUNTRY: to.t("0%, business outside the EU, not taxable in Germany (§ 3a (2) UStG)"),
        TaxCase.REVERSE_CHARGE: to.t("0%, the customer owes the VAT (§ 13b UStG)"),
        TaxCase.EXEMPT: to.t("0%, for the reason that the texts of the invoice say"),
        TaxCase.SMALL_BUSINESS: to.t("0%, small business (§ 19 UStG)"),
    }[case]


def tax_standing(to: Reader, tax: Taxation, customer: str) -> str:
    """Which VAT holds for a customer, and whether somebody chose it."""
    said = to.t("VAT: {case}", case=case_said(to, tax.case))
    if tax.is_once:
        return f"{said} ({to.t('for this invoice only')})"
    return f"{said} ({to.t('kept for {customer}', customer=customer)})" if tax.is_chosen else said


def line_tax_said(to: Reader, tax: Taxation, line: Line) -> str:
    """The VAT of a line, and why it bears that: VAT: 19% (MwSt), the default of the account."""
    return reason_said(to, line.tax_reason(tax.case), line.vat)


def reason_said(to: Reader, reason: TaxReason, vat: Vat | None) -> str:
    """Which VAT something bears, and why."""
    return to.t("VAT: {case}", case=reason_alone(to, reason, vat))


def reason_alone(to: Reader, reason: TaxReason, vat: Vat | None) -> str:
    """The same below a heading that says that it is about VAT."""
    if isinstance(reason, TaxCase):
        return case_said(to, reason)
    rate = f"{to.percent(vat.rate)} ({vat.name})" if vat else ""
    return {
        RateFrom.ARTICLE: to.t("{rate}, as the article has it in Billomat", rate=rate),
        RateFrom.ACCOUNT: to.t("{rate}, the default of the account", rate=rate),
        RateFrom.TYPED: to.t("{rate}, as it was typed with the lump sum", rate=rate),
        RateFrom.PASSED_THROUGH: to.t("none, paid in the customer's name and for their account"),
    }[reason]


# Above the fold of an invoice


def doubt_blocks(to: Reader, tax: Taxation, customer: str) -> list[Block]:
    """What is doubtful, with the answers that are remembered."""
    blocks: list[Block] = []
    for doubt in tax.doubts:
        blocks.append(section(f"⚠️ {doubt_said(to, doubt, customer)}"))
        if buttons := _answers(to, doubt):
            blocks.append(actions(*buttons, block_id=f"tax:{doubt}"))
    return blocks


def doubt_said(to: Reader, doubt: Doubt, customer: str) -> str:
    """One of them, with its reason and the way out."""
    return {
        Doubt.NO_VAT_ID: to.t(
            "{customer} is in another EU country and has no VAT id from there in Billomat. A business with one pays no "
            "German VAT; without one, what Billomat holds stays. Enter the VAT id in Billomat, or say:",
            customer=customer,
        ),
        Doubt.IS_BUSINESS: to.t(
            "{customer} is outside the EU. For a business this is not taxable in Germany (§ 3a (2) UStG); for a "
            "private person it mostly is. Which is it?",
            customer=customer,
        ),
        Doubt.RULE_TAXES: to.t(
            "Billomat's rule for {customer} is “with VAT”, so VAT is charged. For a business abroad 0% would be usual. "
            "Change the rule in Billomat, or choose otherwise under “Usual invoice …”.",
            customer=customer,
        ),
        Doubt.LIST_TAXES: to.t(
            "0% goes to Billomat, whose own rule for {customer} would charge VAT. Please check the draft there, and "
            "add the country to those without VAT, or set the customer's rule.",
            customer=customer,
        ),
        Doubt.LIST_TAXES_ONCE: to.t(
            "0% goes to Billomat, whose own rule for {customer} would charge VAT. Please check the draft there.",
            customer=customer,
        ),
        Doubt.LIST_LEAVES_OUT: to.t(
            "VAT goes to Billomat, whose own rule for {customer} charges none. Please check the draft there, and set "
            "the customer's rule to “with VAT”.",
            customer=customer,
        ),
        Doubt.WHY_UNTAXED: to.t(
            "Billomat charges {customer} no VAT, and the invoice has to say why. What is the reason?", customer=customer
        ),
        Doubt.OWN_VAT_ID: to.t(
            "The invoice has to name your own VAT id, and I do not know it. An admin enters it with /track connect, "
            "“Your business …”."
        ),
        Doubt.THEIR_VAT_ID: to.t(
            "The invoice has to name the VAT id of {customer}, from its own country. Please enter it in Billomat.",
            customer=customer,
        ),
        Doubt.SMALL_BUSINESS: to.t(
            "The default VAT of your account is 0%. Are you a small business under § 19 UStG? Then the invoice has to "
            "say so. An admin answers for all customers:"
        ),
        Doubt.SMALL_ABROAD: to.t(
            "{customer} is abroad: a business there may owe VAT also for what a small business does (reverse charge). "
            "Ask your tax adviser; choose it here if it is so:",
            customer=customer,
        ),
    }[doubt]


def _answers(to: Reader, doubt: Doubt) -> list[Element]:
    if doubt is Doubt.SMALL_BUSINESS:
        return [
            button(to.t("Yes, § 19 UStG"), f"{ANSWER}:{SMALL}", SMALL),
            button(to.t("No"), f"{ANSWER}:{NOT_SMALL}", NOT_SMALL),
        ]
    labels = {
        TaxCase.DOMESTIC: to.t("With German VAT"),
        TaxCase.EU_BUSINESS: to.t("Business in the EU: 0%"),
        TaxCase.THIRD_COUNTRY: to.t("Business outside the EU: 0%"),
        TaxCase.REVERSE_CHARGE: to.t("Reverse charge, § 13b"),
        TaxCase.EXEMPT: to.t("The texts say it"),
    }
    return [button(labels[each], f"{ANSWER}:{each}", each) for each in ANSWERS.get(doubt, ())]


# The form of a customer


def tax_form(to: Reader, shown: CustomersTaxation) -> View:
    """What holds for a customer, with what is decided without a choice as the first option."""
    first = option(to.t("Decided by country, VAT id and Billomat"), _AS_DECIDED)
    options = {"": first} | {each.value: option(case_said(to, each), each) for each in CHOICES}
    words = option(to.t("Write the words that the law wants below the lines"), "yes")
    blocks = [
        section(to.t("Now: {case}", case=case_said(to, shown.taxation.case))),
        field(
            to.t("VAT on invoices of {customer}", customer=shown.customer),
            static_select("case", list(options.values()), initial=options[shown.chosen]),
            block_id="case",
        ),
        field(to.t("Words"), checkbox("words", words, on=shown.writes_words), block_id="words", optional=True),
        context(to.t("Not ticked: Billomat's own texts, or yours, have these words already.")),
    ]
    return modal(
        TAX_SAVED,
        to.t("VAT"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=KEPT.pack(Kept(shown.customer_id, shown.digest)),
    )


# For one invoice


def tax_once_field(to: Reader, preview: Preview) -> Block:
    """Which VAT is chosen for one invoice, with what holds for its customer as the first option.

    What that is stands in the hint: a line of a menu has no room for it.
    """
    first = option(to.t("As for the customer"), _AS_DECIDED)
    options = {"": first} | {each.value: option(case_said(to, each), each) for each in CHOICES}
    return field(
        to.t("VAT of this invoice only"),
        static_select("case", list(options.values()), initial=options[preview.tax.case if preview.tax.is_once else ""]),
        block_id="case",
        hint=to.t(
            "For a single job, such as building work under § 13b UStG. The words that the law wants stand below the "
            "lines. All invoices of {customer} have: {case}. That is changed with “Usual invoice …”.",
            customer=preview.customer,
            case=case_said(to, preview.customers_tax),
        ),
    )


@reading()
def entered_case(request: Request) -> TaxCase | None:
    """What was chosen for a customer; None: nothing, so that it is decided. Raises UserError."""
    chosen = request.entered_choice("case")
    return None if chosen == _AS_DECIDED else CHOICES[CHOICES.index(TaxCase(chosen or ""))]


def entered_once(request: Request) -> TaxCase | None:
    """What was chosen for one invoice; None: nothing, also where it is not asked. Raises UserError."""
    return entered_case(request) if request.entered_choice("case") else None


@reading()
def answered_case(request: Request) -> TaxCase:
    """The answer of a button. Raises UserError."""
    return CHOICES[CHOICES.index(TaxCase(request.clicked))]
