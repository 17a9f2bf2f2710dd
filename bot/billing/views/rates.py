"""The window of rates: one field while there is one rate, else the list with a line to try it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.billing.rates import Answered, Rates, Tried
from bot.billing.rules.rate_list import RateRule
from bot.billing.views.rate_forms import KEPT, KINDS, SAVED, About, RatesPage, admins_change_them, one_rate
from bot.billing.views.rate_words import LONGEST, answer_said, names_of_work, rule_said
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    cut,
    date_picker,
    external_select,
    modal,
    section,
)
from bot.slack.pages import turning
from bot.slack.request import Request
from bot.slack.untrusted import read_optional_id, reading

RATES = "rates"
"""Opens the window; its value says for what a new rate is likely meant."""
ADD = "rates_add"
CHANGE = "rates_change"
TURN = "rates_turn"
TRY = "rates_try"
"""The action_ids of the test line end in a word: what of the work was chosen."""
PAGE = 40


def open_button(to: Reader, about: About | None = None) -> Element:
    """Opens the window, from wherever it stands."""
    named = about or About()
    ids = (named.customer, named.service, named.draft)
    return button(to.t("Rates …"), RATES, ":".join(str(each or "") for each in ids))


@reading()
def read_about(value: str) -> About:
    """What such a button says. Raises UserError for anything else."""
    customer, service, draft = map(read_optional_id, value.split(":"))
    return About(customer, service, draft)


def page(to: Reader, rates: Rates, kept: RatesPage, *, said: str = "", answered: Answered | None = None) -> View:
    """One field while nobody wanted more; `said` is what was done a moment ago."""
    done = [section(f"✅ {said}")] if said else []
    if rates.is_plain and not kept.is_list:
        return one_rate(to, rates, kept, done)
    return _list(to, rates, kept, done, answered)


def _list(to: Reader, rates: Rates, kept: RatesPage, done: Sequence[Block], answered: Answered | None) -> View:
    begins = min(kept.page, (len(rates.rules) - 1) // PAGE) * PAGE
    shown = rates.rules[begins : begins + PAGE]
    blocks: list[Block] = [
        *done,
        context(to.t("The first rate that fits the work holds. What is billed stays as it is.")),
        *(_line(to, rates, each) for each in shown),
    ]
    if len(rates.rules) > PAGE:
        last = begins + PAGE >= len(rates.rules)
        blocks.append(
            actions(*turning(to, TURN, begins // PAGE, is_first=not begins, is_last=last), block_id="turning")
        )
    if rates.may_change:
        blocks.append(actions(button(to.t("Add rate …"), ADD), block_id="adding"))
    else:
        blocks.append(admins_change_them(to))
    blocks += _test_line(to, rates, kept, answered)
    packed = KEPT.pack(replace(kept, currency=rates.currency, page=begins // PAGE, rule=0, is_list=True))
    return modal(SAVED, to.t("Rates"), blocks, close=to.t("Close"), metadata=packed)


def _line(to: Reader, rates: Rates, rule: RateRule) -> Block:
    text = f"{rates.number(rule)}. {rule_said(to, rates, rule)}"
    changing = button(
        to.t("Change …"), CHANGE, str(rule.id), label=to.t("Change rate {number}", number=rates.number(rule))
    )
    may_change = rates.may_change and rule.id >= 0
    return section(cut(text, 3 * LONGEST), changing if may_change else None, block_id=f"rate:{rule.id}")


def _test_line(to: Reader, rates: Rates, kept: RatesPage, answered: Answered | None) -> list[Block]:
    names = names_of_work(to)
    menus = [external_select(f"{TRY}:{kind}", names[kind]) for kind in KINDS]
    return [
        context(to.t("Which rate holds? Choose a project or a customer, and what else the work is.")),
        actions(*(menu | {"min_query_length": 0} for menu in menus), block_id="trying"),
        actions(date_picker(f"{TRY}:day", initial=kept.day or rates.today), block_id="day"),
        *([section(f"➡️ {answer_said(to, rates, answered)}")] if answered else []),
    ]


@reading()
def tried_now(request: Request) -> RatesPage:
    """The window with what was chosen in the test line a moment ago. Raises UserError."""
    kept, part = replace(request.kept(KEPT), rule=0, is_list=True), request.action_part
    if part == "day":
        return replace(kept, day=request.entered_day("day"))
    return replace(kept, tried=kept.tried | {part: request.clicked_id})


def tried(kept: RatesPage) -> Tried:
    """The work of the test line."""
    return Tried(**{kind: kept.tried.get(kind) for kind in KINDS}, day=kept.day)
