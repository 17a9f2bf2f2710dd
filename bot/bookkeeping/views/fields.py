"""What each field of the books means, for whoever reads them; and thereby which fields are exported.

Left out are keys and passwords, what a person set for themselves, and the message that time was tracked on, which is
for that person's eyes alone.
"""

from bot.core.texts import Reader


def described(to: Reader) -> dict[str, dict[str, str]]:
    """Table → field → meaning, in the order in which they are written."""
    of_names = _people(to) | _customers(to) | _services(to)
    return of_names | _rates(to) | _agreements(to) | _work(to) | _drafts(to) | _lines(to) | _sent(to) | _audit(to)


def _people(to: Reader) -> dict[str, dict[str, str]]:
    return {
        "workspace": {
            "id": to.t("Number of the row"),
            "team_id": to.t("Slack's id of the workspace"),
            "currency": to.t("Currency"),
            "rate_cents": to.t("Hourly rate for all work, net, in cents"),
            "rounding": to.t("How billed time is rounded, where kept here"),
            "layout": to.t("How lines are made, where kept here"),
            "texts": to.t("Texts of invoices, where kept here"),
            "second_from_cents": to.t("From which net sum on a second person approves, in cents; empty: none has to"),
            "locked_until": to.t("Up to which day time and expenses are locked"),
            "created_at": to.t("When it was written"),
        },
        "person": {
            "id": to.t("Number of the row"),
            "slack_id": to.t("Slack's id of the person"),
            "name": to.t("Name"),
            "zone": to.t("Time zone"),
            "role": to.t("What the person may do: member, biller, approver or admin"),
            "has_left": to.t("Whether the account in Slack is deactivated"),
            "created_at": to.t("When it was written"),
        },
    }


def _customers(to: Reader) -> dict[str, dict[str, str]]:
    number, name = to.t("Number of the row"), to.t("Name")
    archived, merged = to.t("Out of use"), to.t("Number of the row that it was merged into")
    rounding = to.t("How billed time is rounded, where kept here")
    return {
        "customer": {
            "id": number,
            "name": name,
            "number": to.t("Customer number in Billomat"),
            "billomat_id": to.t("Billomat's id"),
            "country": to.t("Country"),
            "tax_rule": to.t("Billomat's rule for VAT"),
            "currency": to.t("Currency"),
            "reduction": to.t("Reduction, in ten-thousandths of a percent"),
            "vat_id": to.t("VAT id"),
            "tax_case": to.t("Why invoices bear which VAT, where a person said so"),
            "order_number": to.t("Order number or Leitweg-ID"),
            "rounding": rounding,
            "layout": to.t("How lines are made, where kept here"),
            "texts": to.t("Texts of invoices, where kept here"),
            "archived": archived,
            "merged_into": merged,
        },
        "project": {
            "id": number,
            "customer_id": to.t("Number of the customer"),
            "name": name,
            "billable": to.t("Whether it is billed"),
            "rounding": rounding,
            "archived": archived,
            "merged_into": merged,
        },
    }


def _services(to: Reader) -> dict[str, dict[str, str]]:
    number, name, archived = to.t("Number of the row"), to.t("Name"), to.t("Out of use")
    return {
        "service": {
            "id": number,
            "name": name,
            "article_id": to.t("Number of the article"),
            "billable": to.t("Whether it is billed"),
            "archived": archived,
            "merged_into": to.t("Number of the row that it was merged into"),
        },
        "article": {
            "id": number,
            "billomat_id": to.t("Billomat's id"),
            "number": to.t("Article number in Billomat"),
            "title": name,
            "unit": to.t("Unit"),
            "price": to.t("Price as Billomat had it last, in ten-thousandths"),
            "currency": to.t("Currency"),
            "tax_id": to.t("Number of the tax"),
            "archived": archived,
        },
        "tax": {
            "id": number,
            "billomat_id": to.t("Billomat's id"),
            "name": name,
            "rate": to.t("VAT, in hundredths of a percent"),
        },
    }


def _rates(to: Reader) -> dict[str, dict[str, str]]:
    return {
        "rate_rule": {
            "id": to.t("Number of the row"),
            "position": to.t("Place in the list, in which the first that fits holds"),
            "by_article": to.t("Whether the articles' prices hold here"),
            "currency": to.t("Currency"),
            "person_id": to.t("Number of the person"),
            "service_id": to.t("Number of the service"),
            "project_id": to.t("Number of the project"),
            "customer_id": to.t("Number of the customer"),
        },
        "rate_price": {
            "id": to.t("Number of the row"),
            "rule_id": to.t("Number of the rule; empty: the rate for all work"),
            "first_day": to.t("First day"),
            "price": to.t("Price of an hour, net, in ten-thousandths; empty: the rule ends"),
        },
    }


def _agreements(to: Reader) -> dict[str, dict[str, str]]:
    return {
        "agreement": {
            "id": to.t("Number of the row"),
            "kind": to.t("What kind of agreement it is"),
            "customer_id": to.t("Number of the customer"),
            "project_id": to.t("Number of the project"),
            "first_day": to.t("First day"),
            "last_day": to.t("Last day"),
            "cents": to.t("Amount, in cents"),
            "currency": to.t("Currency"),
            "included_seconds": to.t("Seconds that the fee of a month includes"),
            "carries_over": to.t("Whether what is not used of them is there in later months"),
            "fees_until": to.t("First day of the last month whose fee was put among what is to be billed"),
            "person_id": to.t("Number of the person"),
        },
        "budget": {
            "id": to.t("Number of the row"),
            "project_id": to.t("Number of the project"),
            "first_day": to.t("First day"),
            "seconds": to.t("Length in seconds; empty: it is of money"),
            "cents": to.t("Amount, net, in cents; empty: it is of time"),
            "currency": to.t("Currency"),
            "is_hard": to.t("Whether nothing above it is billed"),
        },
        "agreement_charge": {
            "expense_id": to.t("Number of the expense"),
            "agreement_id": to.t("Number of the agreement"),
            "month": to.t("First day of the month that it is for"),
        },
    }


def _work(to: Reader) -> dict[str, dict[str, str]]:
    shared = {
        "id": to.t("Number of the row"),
        "person_id": to.t("Number of the person"),
        "customer_id": to.t("Number of the customer"),
        "project_id": to.t("Number of the project"),
        "day": to.t("Day, where the person was"),
        "note": to.t("Note"),
        "billable": to.t("Whether it is billed"),
        "private": to.t("Whether the note is kept from the customer"),
        "created_at": to.t("When it was written"),
    }
    return {
        "time_entry": shared
        | {
            "service_id": to.t("Number of the service"),
            "started_at": to.t("Start, in UTC"),
            "ended_at": to.t("End, in UTC; empty: the timer runs"),
            "seconds": to.t("Length in seconds, as it was worked"),
            "zone": to.t("Time zone"),
            "timed": to.t("Whether start and end were said, or only the length"),
            "tags": to.t("Tags"),
            "end_guessed": to.t("Whether the end is a guess"),
            "on_draft": to.t("Whether it stands on an invoice or a draft"),
        },
        "expense": shared
        | {
            "amount_cents": to.t("Amount, in cents"),
            "gross": to.t("Whether that is with VAT"),
            "vat_rate": to.t("VAT, in hundredths of a percent"),
            "article_id": to.t("Number of the article"),
            "receipt": to.t("Receipt number"),
            "currency": to.t("Currency"),
            "pass_through": to.t("Whether it was paid in the customer's name"),
            "updated_at": to.t("When it was changed last"),
        },
    }


def _drafts(to: Reader) -> dict[str, dict[str, str]]:
    return {
        "invoice_draft": {
            "id": to.t("Number of the row"),
            "customer_id": to.t("Number of the customer"),
            "state": to.t("How far it is"),
            "first_day": to.t("First day"),
            "last_day": to.t("Last day"),
            "selection": to.t("Which part of the work; empty: all"),
            "part": to.t("What the part is called"),
            "number": to.t("Invoice number"),
            "link": to.t("Address of its page in Billomat"),
            "label": to.t("Label in Billomat, by which it is found again"),
            "heading": to.t("Heading"),
            "intro": to.t("Text above the lines"),
            "note": to.t("Text below the lines"),
            "currency": to.t("Currency"),
            "net_cents": to.t("Net as approved, in cents"),
            "gross_cents": to.t("With VAT as approved, in cents"),
            "reduction": to.t("Reduction, in ten-thousandths of a percent"),
            "reduction_cents": to.t("Reduction as an amount, in cents"),
            "reduction_title": to.t("Title of the lines by which an amount is taken off; empty: there are none"),
            "reduction_unit": to.t("Unit of these lines"),
            "own_reduction": to.t(
                "Reduction of this invoice alone, in ten-thousandths of a percent; empty: the customer's"
            ),
            "own_reduction_cents": to.t("Reduction of this invoice alone as an amount, in cents; empty: none"),
            "tax_case": to.t("Why this invoice bears which VAT, where a person said so of it alone"),
            "gross_prices": to.t("Whether prices are with VAT"),
            "service_first": to.t("First day of the service period"),
            "service_last": to.t("Last day of the service period"),
            "service_text": to.t("Service period as the customer reads it"),
            "submitted_by": to.t("Number of the person who submitted it for approval"),
            "submitted_at": to.t("When it was submitted"),
            "sealed": to.t("Digest of all that was submitted"),
            "needs_second": to.t("Whether a second person had to approve it"),
            "returned_by": to.t("Number of the person who returned it last"),
            "returned": to.t("What was said when it was returned"),
            "approved_by": to.t("Number of the person who approved it"),
            "approved_at": to.t("When it was approved"),
            "attempted_at": to.t("When it was sent last"),
            "attempts": to.t("How often it was sent since the approval"),
            "billomat_id": to.t("Billomat's id"),
            "billomat_net_cents": to.t("Net as Billomat adds it up, in cents"),
            "billomat_gross_cents": to.t("With VAT as Billomat adds it up, in cents"),
            "reason": to.t("Why Billomat refused it"),
            "created_by": to.t("Number of the person who began it"),
            "created_at": to.t("When it was written"),
        },
    }


def _lines(to: Reader) -> dict[str, dict[str, str]]:
    draft = to.t("Number of the draft")
    return {
        "draft_line": {
            "id": to.t("Number of the row"),
            "draft_id": draft,
            "position": to.t("Place on the invoice"),
            "project_id": to.t("Number of the project"),
            "service_id": to.t("Number of the service"),
            "title": to.t("Title"),
            "description": to.t("Description"),
            "article_id": to.t("Number of the article"),
            "unit": to.t("Unit"),
            "unit_price": to.t("Price of a unit, in ten-thousandths"),
            "seconds": to.t("Length in seconds, as it was worked"),
            "hours": to.t("Quantity, in hundredths"),
            "is_total": to.t("Whether the price is that of all of it"),
            "reduction": to.t("Reduction, in ten-thousandths of a percent"),
            "reduction_cents": to.t("Reduction as an amount, in cents"),
            "amount_cents": to.t("Amount, in cents"),
            "tax_name": to.t("Name of the VAT"),
            "tax_rate": to.t("VAT, in hundredths of a percent"),
            "tax_reason": to.t("Why it bears that VAT"),
            "above_budget": to.t("Whether it is time above a budget, which is not billed"),
        },
        "draft_share": {
            "entry_id": to.t("Number of the entry"),
            "line_id": to.t("Number of the line"),
            "draft_id": draft,
            "seconds": to.t("Seconds of the entry that stand on the line"),
        },
        "retainer_use": {
            "line_id": to.t("Number of the line"),
            "month": to.t("First day of the month that it is for"),
            "draft_id": draft,
            "agreement_id": to.t("Number of the agreement"),
            "seconds": to.t("Included seconds of the month that stand on the line"),
        },
        "draft_expense": {
            "expense_id": to.t("Number of the expense"),
            "line_id": to.t("Number of the line"),
            "draft_id": draft,
        },
    }


def _sent(to: Reader) -> dict[str, dict[str, str]]:
    draft = to.t("Number of the draft")
    return {
        "sent_invoice": {
            "id": to.t("Number of the row"),
            "draft_id": draft,
            "billomat_id": to.t("Billomat's id"),
            "sent_at": to.t("When it was sent last"),
            "seen_at": to.t("When it was read in Billomat last"),
            "status": to.t("How far it is"),
            "number": to.t("Invoice number"),
            "net_cents": to.t("Net as Billomat adds it up, in cents"),
            "gross_cents": to.t("With VAT as Billomat adds it up, in cents"),
            "deleting_at": to.t("When its deletion in Billomat was asked for"),
            "lines_there": to.t("Its lines in Billomat, where they are not as they were sent"),
            "lines_apart": to.t("Lines added there of which somebody said that they are nothing that was sent"),
            "decision": to.t("What people said of it when it was cancelled"),
        },
        "settlement": {
            "id": to.t("Number of the row"),
            "entry_id": to.t("Number of the entry"),
            "expense_id": to.t("Number of the expense"),
            "kind": to.t("Whether it is written off, or billed elsewhere"),
            "draft_id": draft,
            "reason": to.t("The reason that was given"),
            "person_id": to.t("Number of the person who said so"),
            "at": to.t("When, in UTC"),
        },
        "freed_share": {
            "id": to.t("Number of the row"),
            "draft_id": draft,
            "line_id": to.t("Number of the line"),
            "entry_id": to.t("Number of the entry"),
            "expense_id": to.t("Number of the expense"),
            "seconds": to.t("Seconds of the entry that stood on the line until it was freed"),
            "person_id": to.t("Number of the person who said so"),
            "at": to.t("When, in UTC"),
        },
    }


def _audit(to: Reader) -> dict[str, dict[str, str]]:
    return {
        "audit": {
            "id": to.t("Number of the row"),
            "at": to.t("When, in UTC"),
            "person_id": to.t("Number of the person who did it; empty: Trackomat itself"),
            "subject": to.t("What was changed"),
            "subject_id": to.t("Number of its row"),
            "action": to.t("What was done"),
            "before": to.t("The row before; empty: it was new"),
            "after": to.t("The row afterwards; empty: it was deleted"),
            "why": to.t("The reason that was given"),
            "request": to.t("The click or command that caused it: what it did together has the same"),
            "undoes": to.t("The click or command that it takes back"),
        }
    }
