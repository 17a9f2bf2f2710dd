"""How billed time is rounded: said in words, and the form in which it is chosen beside what each choice would cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from bot.billing.preview import Preview
from bot.billing.roundings import ALL, CUSTOMER, ChosenRounding, Simulated, Target
from bot.billing.rules.costs import Cost
from bot.billing.rules.layout import Whose
from bot.billing.rules.rounding import EXACT, LONGEST_MINIMUM, MINUTE, STEPS, Per, Rounding, Way
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    button,
    context,
    cut,
    field,
    header,
    modal,
    option,
    section,
    static_select,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import read_number, read_one_of, reading

ROUNDING = "invoice_rounding"
ROUNDING_CHANGED = "invoice_rounding_changed"
TRY = "invoice_rounding_try"
MINIMUMS = (0, 5, 6, 10, 15, 20, 30, 45, 60, 90, 120, 240, 480)
"""Minutes that are billed at least."""
MOST_TARGETS = 99
"""A menu of Slack's has 100 lines."""
_OTHERWISE = "otherwise"
_UNASKED = {"step": EXACT.step, "minimum": EXACT.minimum}
"""What holds while there is no menu for it."""
_WORTH_SAYING = 30
"""Seconds: less is no minute."""
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ChangingRounding:
    """What the form keeps: the draft, for whom it chooses, and what is kept for them."""

    draft: RowId
    target: RowId | str = "customer"
    seen: str = ""


CHANGING_ROUNDING = Metadata(ChangingRounding)


# In the invoice


def rounding_button(to: Reader, preview: Preview) -> Element:
    """Opens the form from the invoice."""
    return button(to.t("Rounding …"), ROUNDING, str(preview.draft_id))


def difference_said(to: Reader, seconds: int) -> str:
    """+0:22 h by rounding; empty for less than a minute."""
    if abs(seconds) < _WORTH_SAYING:
        return ""
    return to.t("{hours} h by rounding", hours=_signed(to.length(abs(seconds)), seconds))


def rounding_said(to: Reader, preview: Preview) -> list[str]:
    """In the invoice: how time is rounded, where it is."""
    said, roundings = [], preview.roundings
    if preview.rounded_by is not Whose.NOBODY:
        said.append(usual_said(to, roundings.usual, preview.rounded_by, preview.customer))
    lines = [item.line.entries for item in preview.lines] if roundings.of_projects else []
    named = {project_id: name for each in lines for project_id, name in each.named("project").items()}
    own = [(each, name) for each, name in named.items() if each in roundings.of_projects]
    said += [of_project_said(to, project or "", roundings.of(project_id)) for project_id, project in own]
    return said


def usual_said(to: Reader, rounding: Rounding, whose: Whose, customer: str) -> str:
    """How the time of a customer is rounded, and for whom that was chosen."""
    name = rounding_name(to, rounding)
    if whose is Whose.CUSTOMER:
        return to.t("Time is {rounding}, kept for {customer}.", rounding=name, customer=customer)
    return to.t("Time is {rounding}, as for all customers.", rounding=name)


def of_project_said(to: Reader, project: str, rounding: Rounding) -> str:
    """How that of a project is, which has a way of its own."""
    return to.t("In {project} time is {rounding}.", project=project, rounding=rounding_name(to, rounding))


def rounding_name(to: Reader, rounding: Rounding) -> str:
    """Rounded up to 15 minutes for each entry; not rounded."""
    each = {
        Per.ENTRY: to.t("for each entry"),
        Per.DAY: to.t("for each day of a person"),
        Per.LINE: to.t("for each line"),
    }[rounding.per]
    least = to.length(rounding.minimum * MINUTE)
    if rounding.is_exact:
        return to.t("not rounded")
    if rounding.way is Way.NONE:
        return to.t("not rounded, but at least {least} h {each}", least=least, each=each)
    step = to.n("{count} minute", "{count} minutes", rounding.step)
    how = {
        Way.UP: to.t("rounded up to full {step} {each}", step=step, each=each),
        Way.DOWN: to.t("rounded down to full {step} {each}", step=step, each=each),
        Way.NEAREST: to.t("rounded to the nearest {step} {each}", step=step, each=each),
    }[rounding.way]
    return to.t("{how}, at least {least} h", how=how, least=least) if rounding.minimum else how


# The form


def rounding_form(to: Reader, found: Simulated, *, for_all: bool) -> View:
    """The form, filled in with what is chosen, and below it what that and other choices come to on this invoice."""
    chosen, preview = found.chosen, found.preview
    blocks = [
        field(to.t("For"), _targets(to, found, for_all=for_all), block_id="target", dispatch=True),
        *_menus(to, found),
        header(to.t("On this invoice")),
        section("\n".join(_sums(to, found))),
        *_each(to, found),
        context(
            to.t(
                "What was worked stays stored to the second; only what is billed is rounded, and the customer reads "
                "hours with two decimals. Invoices that are sent stay as they are."
            )
        ),
    ]
    kept = ChangingRounding(preview.draft_id, chosen.target, found.kept.of(chosen.target))
    return modal(
        ROUNDING_CHANGED,
        to.t("Rounding"),
        blocks,
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=CHANGING_ROUNDING.pack(kept),
    )


@reading()
def entered_target(request: Request) -> Target:
    """For whom is chosen. Raises UserError."""
    chosen = request.entered_choice("target")
    return ALL if chosen == ALL else CUSTOMER if chosen == CUSTOMER else read_number(chosen)


@reading()
def entered_rounding(request: Request) -> tuple[int, str, ChosenRounding]:
    """The draft, what was kept when the form was made, and what was chosen. Raises UserError."""
    kept, way = request.kept(CHANGING_ROUNDING), request.entered_choice("way")
    if way == _OTHERWISE:
        return kept.draft, kept.seen, ChosenRounding(entered_target(request), None)
    step, minimum = (read_number(request.entered_choice(name) or usual) for name, usual in _UNASKED.items())
    read_one_of(range(LONGEST_MINIMUM + 1), minimum)
    per = Per(request.entered_choice("per") or EXACT.per)
    rounding = Rounding(Way(str(way)), read_one_of(STEPS, step), per, minimum)
    return kept.draft, kept.seen, ChosenRounding(entered_target(request), rounding)


def _targets(to: Reader, found: Simulated, *, for_all: bool) -> Element:
    customer = cut(found.preview.customer, _LONGEST_NAME)
    options = {str(CUSTOMER): option(to.t("{customer}, all projects", customer=customer), str(CUSTOMER))}
    here = {item.line.project_id for item in found.preview.lines}
    projects = sorted(found.kept.projects, key=lambda each: (not each.rounding, each.id not in here))
    for each in projects[: MOST_TARGETS - len(options)]:
        options[str(each.id)] = option(to.t("Only {project}", project=cut(each.name, _LONGEST_NAME)), str(each.id))
    if for_all:
        options[str(ALL)] = option(to.t("All customers that have no way of their own"), str(ALL))
    return static_select(TRY, list(options.values()), initial=options.get(str(found.chosen.target)))


def _menus(to: Reader, found: Simulated) -> Iterator[Block]:
    """How it is rounded. What a menu shows is in its block_id where it is for somebody else, or Slack keeps the old."""
    target, rounding = found.chosen.target, found.chosen.rounding
    shown = rounding or found.kept.otherwise(target)
    ways = {
        Way.NONE: to.t("Do not round"),
        Way.UP: to.t("Round up"),
        Way.DOWN: to.t("Round down"),
        Way.NEAREST: to.t("Round to the nearest"),
    }
    options = {way.value: option(text, way.value) for way, text in ways.items()}
    if target != ALL:
        options = {_OTHERWISE: _otherwise(to, found), **options}
    way = shown.way.value if rounding or target == ALL else _OTHERWISE
    yield _menu(to.t("How time is rounded"), "way", target, list(options.values()), options[way])
    if way == _OTHERWISE:
        return
    steps = {step: option(to.n("{count} minute", "{count} minutes", step), str(step)) for step in STEPS}
    if shown.way is not Way.NONE:
        yield _menu(to.t("To full"), "step", target, list(steps.values()), steps[shown.step])
    each = {
        Per.ENTRY: option(to.t("Each entry"), Per.ENTRY),
        Per.DAY: option(to.t("Each day of a person on a line"), Per.DAY),
        Per.LINE: option(to.t("Each line"), Per.LINE),
    }
    yield _menu(to.t("What is rounded as one"), "per", target, list(each.values()), each[shown.per])
    least = {n: option(f"{to.length(n * MINUTE)} h" if n else to.t("no minimum"), str(n)) for n in _minimums(shown)}
    yield _menu(to.t("Of that at least"), "minimum", target, list(least.values()), least[shown.minimum])


def _minimums(shown: Rounding) -> Sequence[int]:
    return sorted({*MINIMUMS, shown.minimum})


def _menu(label: str, name: str, target: Target, options: Sequence[dict[str, Any]], initial: dict[str, Any]) -> Block:
    return field(label, static_select(TRY, options, initial=initial), block_id=f"{name}:{target}", dispatch=True)


def _otherwise(to: Reader, found: Simulated) -> dict[str, Any]:
    """That nothing of its own is kept, with what holds then."""
    text = to.t("As for all customers")
    if found.chosen.target != CUSTOMER:
        text = to.t("As for {customer}", customer=cut(found.preview.customer, _LONGEST_NAME))
    return option(text, _OTHERWISE, below=rounding_name(to, found.kept.otherwise(found.chosen.target)))


def _sums(to: Reader, found: Simulated) -> Iterator[str]:
    """What it comes to now, and as chosen, with the difference to the exact time."""
    exact = found.exact
    yield to.t("Without any rounding: {sum}", sum=_sum(to, found, exact))
    yield to.t("Now: {sum}", sum=_compared(to, found, found.now))
    if found.then != found.now:
        yield to.t("As chosen: {sum}", sum=_compared(to, found, found.then))
    if found.chosen.target == ALL and found.kept.customer:
        customer = found.preview.customer
        yield to.t("{customer} keeps its own rounding; the figures are as if it had none.", customer=customer)


def _each(to: Reader, found: Simulated) -> Iterator[Block]:
    """A paragraph for each step, in which what is rounded as one stands side by side; equal sums are said once."""
    if not found.exact.hours:
        yield context(to.t("There is no open time on it to compare with."))
        return
    way = next(iter(found.each)).way
    yield header(
        {
            Way.UP: to.t("Rounded up to full"),
            Way.DOWN: to.t("Rounded down to full"),
            Way.NEAREST: to.t("Rounded to the nearest"),
        }[way]
    )
    for costs, of_costs in groupby(STEPS, partial(_costs_of, found)):
        steps = [*of_costs]
        numbers = ", ".join(map(str, steps))
        named = (
            to.t("{steps} minutes", steps=numbers)
            if len(steps) > 1
            else to.n("{count} minute", "{count} minutes", *steps)
        )
        yield section("\n".join([named, *_side_by_side(to, found, dict(costs))]))


def _costs_of(found: Simulated, step: int) -> tuple[tuple[Per, Cost], ...]:
    return tuple((rounding.per, cost) for rounding, cost in found.each.items() if rounding.step == step)


def _side_by_side(to: Reader, found: Simulated, costs: Mapping[Per, Cost]) -> Iterator[str]:
    names = {Per.ENTRY: to.t("Entry"), Per.DAY: to.t("Day"), Per.LINE: to.t("Line")}
    for cost in dict.fromkeys(costs.values()):
        said = ", ".join(names[per] for per, each in costs.items() if each == cost)
        yield f"{said}: {_compared(to, found, cost)}"


def _compared(to: Reader, found: Simulated, cost: Cost) -> str:
    """With what is more or less than without rounding."""
    more = cost.net - found.exact.net
    if cost == found.exact:
        return _sum(to, found, cost)
    return f"{_sum(to, found, cost)} ({_signed(to.money(abs(more), found.preview.currency), more)})"


def _sum(to: Reader, found: Simulated, cost: Cost) -> str:
    return f"{to.decimal(cost.hours)} h · {to.money(cost.net, found.preview.currency)}"


def _signed(text: str, number: int) -> str:
    return f"{'+' if number >= 0 else '−'}{text}"
