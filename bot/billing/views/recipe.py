"""The recipe of a customer: a window that shows all that is kept for its invoices, and the way to other choices."""

from dataclasses import dataclass
from datetime import date

from bot.billing.choosing import Selectable
from bot.billing.recipe import CustomersRecipe
from bot.billing.rules.layout import Whose
from bot.billing.rules.periods import EVERYTHING, Period, days_between
from bot.billing.rules.recipes import A_MONTH, Recipe
from bot.billing.rules.rhythms import around
from bot.billing.rules.scope import Scope
from bot.billing.views.choosing import CHOOSING, Choosing, read_chosen, work_fields
from bot.billing.views.details import order_number_said
from bot.billing.views.keeping import articles_said, days_kind, work_said
from bot.billing.views.layout import lines_said
from bot.billing.views.rounding import of_project_said, usual_said
from bot.billing.views.tax import tax_standing
from bot.billing.views.texts import texts_standing
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation,
    context,
    field,
    modal,
    option,
    section,
    static_select,
)
from bot.slack.request import Request
from bot.slack.untrusted import read_id, read_one_of, read_optional_id, reading

RECIPE = "recipe"
"""Opens the window; its value is the customer, and the draft of the invoice below."""
CHANGE = "recipe_change"
"""Changes days and work, lines or texts; its value is that of the window. What it changes stands behind a colon."""
FORGET = "recipe_forget"
BACK = "recipe_back"
"""From a form to the window in whose place it stands."""
SAVED = "recipe_saved"
LINES_SAVED = "recipe_lines_saved"
TEXTS_SAVED = "recipe_texts_saved"
ROUNDING_SAVED = "recipe_rounding_saved"
ABOUT, LINES, TEXTS, ORDER, ARTICLES, ALL = "about", "layout", "texts", "line_order", "articles", "all"
ORDER_NUMBER, TAX, ROUNDING = "order_number", "tax", "rounding"
"""Parts of a recipe, as buttons name them."""
_PARTS = {
    CHANGE: (ABOUT, LINES, TEXTS, TAX, ORDER_NUMBER, ROUNDING),
    FORGET: (ABOUT, LINES, TEXTS, ORDER, ARTICLES, ROUNDING, ALL),
}
_A_WEEK = days_between(date(2000, 1, 3), date(2000, 1, 9))
_A_QUARTER = days_between(date(2000, 1, 1), date(2000, 3, 31))
_A_HALF_YEAR = days_between(date(2000, 1, 1), date(2000, 6, 30))
_A_YEAR = days_between(date(2000, 1, 1), date(2000, 12, 31))
_KINDS = (A_MONTH, _A_WEEK, _A_QUARTER, _A_HALF_YEAR, _A_YEAR, EVERYTHING)


@dataclass(frozen=True, slots=True)
class RecipePage:
    """What the buttons of the window and of its forms keep: whose recipe, and the draft of the invoice below."""

    customer: int
    draft: int | None = None

    @property
    def value(self) -> str:
        """As a button has it."""
        return f"{self.customer}:{self.draft or ''}"


@reading()
def read_page(value: str) -> RecipePage:
    """What such a button says. Raises UserError for anything else."""
    customer, _, draft = value.partition(":")
    return RecipePage(read_id(customer), read_optional_id(draft))


def recipe_button(to: Reader, customer_id: int, draft_id: int | None = None) -> Element:
    """Opens the window, from wherever it stands."""
    return button(to.t("Usual invoice …"), RECIPE, RecipePage(customer_id, draft_id).value)


def recipe_page(to: Reader, shown: CustomersRecipe, page: RecipePage, *, said: str = "") -> View:
    """All that is kept; `said` is what was done a moment ago."""
    kept = to.t("kept for {customer}", customer=shown.customer)
    about = [
        to.t("Days: {days}", days=days_kind(to, shown.recipe.days)) + _whose(shown.recipe.kept_days, kept),
        work_said(to, shown.recipe.selection, shown.labels) + _whose(shown.recipe.kept_selection, kept),
    ]
    lines = [lines_said(to, shown.layout, shown.customer)]
    if shown.has_order:
        lines.append(to.t("The lines are in an order of their own."))
    articles = articles_said(to, shown.articles)
    texts = texts_standing(to, shown.texts, shown.customer, shown.language)
    blocks: list[Block] = [
        *([section(f"✅ {said}")] if said else []),
        section(to.t("What every invoice of {customer} begins with.", customer=shown.customer)),
        section("\n".join(about), _change(to, ABOUT, page)),
        section("\n".join(lines), _change(to, LINES, page)),
        *([section(to.t("Articles: {articles}", articles=articles))] if articles else []),
        section(texts, _change(to, TEXTS, page)),
        *([section(tax_standing(to, shown.tax, shown.customer), _change(to, TAX, page))] if shown.tax else []),
        section(order_number_said(to, shown.order_number), _change(to, ORDER_NUMBER, page)),
        section("\n".join(_rounding(to, shown)), _change(to, ROUNDING, page)),
        context(
            to.t(
                "Days and work are also kept with an invoice that you send, where you tick it there. Changes made on "
                "single lines, and what is left out, belong to their invoice alone."
            )
        ),
    ]
    if forgetting := _forgetting(to, shown, page):
        blocks.append(actions(*forgetting, block_id="forgetting"))
    return modal(SAVED, to.t("Usual invoice"), blocks, close=to.t("Back"))


def in_window(to: Reader, form: View, page: RecipePage) -> View:
    """A form in place of the window, with a way back to it: Cancel closes both."""
    back = actions(button(to.t("Back"), BACK, page.value), block_id=BACK)
    return form | {"blocks": [back, *form["blocks"]]}


@reading()
def page_behind(request: Request) -> RecipePage | None:
    """The window in whose place a form stands; None on an invoice. Raises UserError."""
    ways = [block["elements"][0]["value"] for block in request.view["blocks"] if block.get("block_id") == BACK]
    return read_page(ways[0]) if ways else None


@reading()
def shown_anew(request: Request, form: View) -> View:
    """A form where it stands, in place of the window or on an invoice. Raises UserError."""
    anew, page = form | {"callback_id": request.view["callback_id"]}, page_behind(request)
    return in_window(request.caller.reader, anew, page) if page else anew


def _rounding(to: Reader, shown: CustomersRecipe) -> list[str]:
    usual = usual_said(to, shown.rounding, shown.rounded_by, shown.customer)
    return [usual, *(of_project_said(to, name, rounding) for name, rounding in shown.rounded_projects)]


def _whose(kept: str, said: str) -> str:
    return f" ({said})" if kept else ""


def _change(to: Reader, part: str, page: RecipePage) -> Element:
    labels = {
        ABOUT: to.t("Change days and work"),
        LINES: to.t("Change lines and texts"),
        TEXTS: to.t("Change intro and closing"),
        TAX: to.t("Change the VAT"),
        ORDER_NUMBER: to.t("Change the order number"),
        ROUNDING: to.t("Change rounding"),
    }
    return button(to.t("Change …"), f"{CHANGE}:{part}", page.value, label=labels[part])


def _forgetting(to: Reader, shown: CustomersRecipe, page: RecipePage) -> list[Element]:
    recipe = shown.recipe
    offered = {
        ABOUT: (to.t("Days and work as usual"), bool(recipe.kept_days or recipe.kept_selection)),
        LINES: (to.t("Lines as for other customers"), shown.layout.whose is Whose.CUSTOMER),
        ORDER: (to.t("Order as the lines come"), shown.has_order),
        TEXTS: (to.t("Texts as for other customers"), shown.texts.whose is Whose.CUSTOMER),
        ARTICLES: (to.t("Articles as for other customers"), bool(shown.articles)),
        ROUNDING: (to.t("Rounding as for other customers"), _has_rounding(shown)),
    }
    buttons = [button(text, f"{FORGET}:{part}", page.value) for part, (text, is_kept) in offered.items() if is_kept]
    if len(buttons) > 1:
        buttons.append(
            button(to.t("Reset all"), f"{FORGET}:{ALL}", page.value, style="danger", confirm=_resetting(to, shown))
        )
    return buttons


def _has_rounding(shown: CustomersRecipe) -> bool:
    return shown.rounded_by is Whose.CUSTOMER or bool(shown.rounded_projects)


def _resetting(to: Reader, shown: CustomersRecipe) -> dict[str, object]:
    text = to.t(
        "The next invoice of {customer} begins as one of a new customer. VAT and order number stay as they are.",
        customer=shown.customer,
    )
    return confirmation(to.t("Reset all?"), text, to.t("Reset all"), to.t("Cancel"))


def part_of(request: Request) -> tuple[str, RecipePage]:
    """Which part of a recipe a button is about, and in which window. Raises UserError."""
    deed, _, part = request.action_id.partition(":")
    return read_one_of(_PARTS[deed], part), read_page(request.clicked)


# Days and work


def about_form(to: Reader, recipe: Recipe, selectable: Selectable, *, today: date) -> View:
    """The form, with what holds now, in place of the window."""
    kinds = {_kind_value(each, today): option(days_kind(to, each), _kind_value(each, today)) for each in _KINDS}
    holds = next((value for value in kinds if _is_same(value, recipe.days, today)), recipe.days.value)
    kinds.setdefault(holds, option(days_kind(to, recipe.days), holds))
    blocks = [
        field(
            to.t("Which days an invoice is for"),
            static_select("days", list(kinds.values()), initial=kinds[holds]),
            block_id="days",
            hint=to.t("Other days that come again, such as from the 16th to the 15th, are kept from an invoice."),
        ),
        context(to.t("Only what fits all of this comes on the invoice of {customer}.", customer=selectable.customer)),
        *work_fields(to, selectable),
    ]
    kept = CHOOSING.pack(Choosing(selectable.customer_id, selectable.scope.value))
    return modal(SAVED, to.t("Days and work"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def _kind_value(kind: Period, today: date) -> str:
    """The days of this kind that today is among: what a form holds is read in the one way of all periods."""
    return kind.value if kind == EVERYTHING else around(kind, today)[0].value


def _is_same(value: str, days: Period, today: date) -> bool:
    return value == _kind_value(days, today)


@reading()
def entered_about(request: Request) -> tuple[int, Scope]:
    """Whose invoices, and what they are to be about. Raises UserError."""
    kept = request.kept(CHOOSING)
    period = Period.read(request.entered_choice("days") or "")
    if period != EVERYTHING:
        around(period, request.caller.today)
    return read_id(str(kept.customer)), read_chosen(request, kept).during(period)
