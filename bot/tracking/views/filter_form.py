"""The form that asks for a list or a report without typing, opened below either of them."""

from collections.abc import Sequence
from typing import Any

from bot.core.texts import Reader, capitalized
from bot.grammar.values import LONGEST_SOUGHT
from bot.slack.blocks import (
    OPTION_TEXT,
    Block,
    Element,
    View,
    button,
    cut,
    date_picker,
    field,
    modal,
    multi_select,
    option,
    radio_buttons,
    static_select,
    text_input,
)
from bot.slack.metadata import Metadata
from bot.slack.request import Request
from bot.slack.untrusted import read_id, reading
from bot.tracking.filter_form import EnteredFilter, FilterForm, FormState, ShownAs, archived_mark
from bot.tracking.rules.filters import (
    MOST_OF_A_KIND,
    Filter,
    Grouping,
    ReportQuery,
    dump_query,
    read_query,
)
from bot.tracking.rules.offered_spans import OfferedSpan
from bot.tracking.views.filters import group_name
from storage.filter_menus import Offered

OPEN = "filter_open"
"""Its action_ids end in what is shown as yet: `filter_open:list`, `filter_open:report`."""
FILLED = "filter_filled"
SHOWN_AS = "filter_shown_as"
SPAN = "filter_span"
CUSTOMERS = "filter_customers"
PROJECTS = "filter_projects"
SERVICES = "filter_services"
PEOPLE = "filter_people"
KEPT = Metadata(FormState)
LONGEST_TAGS = MOST_OF_A_KIND * 45
"""With what stands between two."""
_EITHER, _YES, _NO, _NOTHING = "either", "yes", "no", "nothing"
_ANSWERS = {_EITHER: None, _YES: True, _NO: False}


def list_button(to: Reader, shown: Filter) -> Element:
    """Opens the form from a list, filled in with what the list shows."""
    return button(to.t("Filter …"), f"{OPEN}:{ShownAs.LIST}", dump_query(ReportQuery(shown)))


def report_button(to: Reader, shown: ReportQuery) -> Element:
    """Opens the form from a report, filled in with what the report shows."""
    return button(to.t("Filter …"), f"{OPEN}:{ShownAs.REPORT}", dump_query(shown))


@reading()
def read_opened(request: Request) -> tuple[ReportQuery, ShownAs]:
    """What the answer shows below which one of these buttons was pressed. Raises UserError."""
    return read_query(request.clicked), ShownAs(request.action_part)


# The form


def form(to: Reader, shown: FilterForm) -> View:
    """The form. Each field keeps its block_id whatever else is shown, so that Slack keeps what was typed."""
    entered = shown.entered
    blocks = [
        _shown_as(to, entered),
        *_days(to, entered),
        _menu(to, to.thing("customer"), "customers", CUSTOMERS, shown.customers),
        _menu(
            to,
            to.thing("project"),
            "projects",
            PROJECTS,
            shown.projects,
            hint=to.t("Of a customer chosen above, only these projects count"),
        ),
        _menu(to, to.thing("service"), "services", SERVICES, shown.services),
        *_people(to, shown),
        field(
            to.t("Tags"),
            text_input("tags", initial=entered.tags, most=LONGEST_TAGS, placeholder=to.t("For example review, travel")),
            block_id="tags",
            optional=True,
            hint=to.t("Of several, any is enough"),
        ),
        field(
            to.t("Text in the note"),
            text_input("text", initial=entered.text, most=LONGEST_SOUGHT),
            block_id="text",
            optional=True,
        ),
        _either(to, to.t("Billing"), "billable", entered.billable, to.t("Billable"), to.t("Not billable")),
        _either(to, to.t("On an invoice"), "billed", entered.billed, to.t("Billed"), to.t("Not billed yet")),
        *_groupings(to, shown),
    ]
    return modal(
        FILLED,
        to.t("Filter"),
        blocks,
        submit=to.t("Show"),
        close=to.t("Cancel"),
        metadata=KEPT.pack(shown.kept),
    )


def menu(to: Reader, offered: Sequence[Offered]) -> list[dict[str, Any]]:
    """What a search in one of the menus answers."""
    return [_line(to, each) for each in offered]


def _line(to: Reader, offered: Offered) -> dict[str, Any]:
    """Its number tells namesakes apart; whatever is too long, that it was archived is seen."""
    name = f"{offered.name} ({offered.number})" if offered.number else offered.name
    mark = " " + archived_mark(to) if offered.archived else ""
    return option(cut(name, OPTION_TEXT - len(mark)) + mark, str(offered.id))


def _shown_as(to: Reader, entered: EnteredFilter) -> Block:
    options = {
        ShownAs.REPORT: option(to.t("Report: what it adds up to"), ShownAs.REPORT),
        ShownAs.LIST: option(to.t("List: each entry"), ShownAs.LIST),
    }
    choice = radio_buttons(SHOWN_AS, [*options.values()], initial=options[entered.shown_as])
    return field(to.t("Show as"), choice, block_id="shown_as", dispatch=True)


def _days(to: Reader, entered: EnteredFilter) -> list[Block]:
    options = {each: option(name, each) for each, name in _span_names(to).items()}
    span = static_select(SPAN, [*options.values()], initial=options[entered.span])
    blocks = [field(to.t("Days"), span, block_id="span", dispatch=True)]
    if entered.span is not OfferedSpan.OWN_DAYS:
        return blocks
    hint = to.t("Empty: without a bound")
    return [
        *blocks,
        field(
            to.t("First day"), date_picker("first", initial=entered.first), block_id="first", optional=True, hint=hint
        ),
        field(to.t("Last day"), date_picker("last", initial=entered.last), block_id="last", optional=True, hint=hint),
    ]


def _span_names(to: Reader) -> dict[OfferedSpan, str]:
    return {
        OfferedSpan.TODAY: to.t("Today"),
        OfferedSpan.YESTERDAY: to.t("Yesterday"),
        OfferedSpan.THIS_WEEK: to.t("This week"),
        OfferedSpan.LAST_WEEK: to.t("Last week"),
        OfferedSpan.THIS_MONTH: to.t("This month"),
        OfferedSpan.LAST_MONTH: to.t("Last month"),
        OfferedSpan.THIS_QUARTER: to.t("This quarter"),
        OfferedSpan.LAST_QUARTER: to.t("Last quarter"),
        OfferedSpan.THIS_YEAR: to.t("This year"),
        OfferedSpan.LAST_YEAR: to.t("Last year"),
        OfferedSpan.LAST_7_DAYS: to.t("Last 7 days"),
        OfferedSpan.LAST_30_DAYS: to.t("Last 30 days"),
        OfferedSpan.ALL_TIME: to.t("All time"),
        OfferedSpan.OWN_DAYS: to.t("Own days …"),
    }


def _menu(to: Reader, label: str, block_id: str, action_id: str, chosen: Sequence[Offered], *, hint: str = "") -> Block:
    """A menu of which several can be chosen: any of them may be."""
    select = multi_select("multi_external_select", action_id, to.t("All"), initial=menu(to, chosen))
    bounds = {"min_query_length": 0, "max_selected_items": MOST_OF_A_KIND}
    return field(label, select | bounds, block_id=block_id, optional=True, hint=hint)


def _people(to: Reader, shown: FilterForm) -> list[Block]:
    if not shown.kept.team:
        return []
    hint = to.t("Empty: everybody")
    return [_menu(to, to.t("Person"), "people", PEOPLE, shown.people, hint=hint)]


def _either(to: Reader, label: str, block_id: str, chosen: bool | None, yes: str, no: str) -> Block:
    options = {
        None: option(to.t("Either way"), _EITHER),
        True: option(yes, _YES),
        False: option(no, _NO),
    }
    return field(label, static_select(block_id, [*options.values()], initial=options[chosen]), block_id=block_id)


def _groupings(to: Reader, shown: FilterForm) -> list[Block]:
    if shown.entered.shown_as is ShownAs.LIST:
        return []
    names = {each: group_name(to, each) for each in Grouping}
    options: dict[Grouping | None, dict[str, Any]] = {None: option(to.t("Nothing"), _NOTHING)}
    options |= {each: option(capitalized(name), each) for each, name in names.items()}

    def choice(label: str, name: str, chosen: Grouping | None) -> Block:
        select = static_select(name, [*options.values()], initial=options.get(chosen, options[None]))
        return field(label, select, block_id=name)

    first, second = shown.entered.by
    return [choice(to.t("Grouped by"), "by_first", first), choice(to.t("Then by"), "by_second", second)]


# What stands in it


@reading()
def read_entered(request: Request, kept: FormState) -> EnteredFilter:
    """What was entered so far; what the form does not show is as it was. Raises UserError."""
    days_shown = request.input_called("first") is not None
    groups_shown = request.input_called("by_first") is not None
    return EnteredFilter(
        shown_as=ShownAs(request.entered_choice("shown_as") or ShownAs.REPORT),
        span=OfferedSpan(request.entered_choice("span") or OfferedSpan.OWN_DAYS),
        first=request.entered_optional_day("first") if days_shown else kept.first,
        last=request.entered_optional_day("last") if days_shown else kept.last,
        days_shown=days_shown,
        customers=_entered_ids(request, "customers"),
        projects=_entered_ids(request, "projects"),
        services=_entered_ids(request, "services"),
        people=_entered_ids(request, "people"),
        tags=request.entered_text("tags"),
        billable=_ANSWERS[request.entered_choice("billable") or _EITHER],
        billed=_ANSWERS[request.entered_choice("billed") or _EITHER],
        text=request.entered_text("text"),
        by=(_entered_grouping(request, "by_first"), _entered_grouping(request, "by_second"))
        if groups_shown
        else kept.by,
    )


def _entered_ids(request: Request, name: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(read_id(each) for each in request.entered_choices(name)))


def _entered_grouping(request: Request, name: str) -> Grouping | None:
    chosen = request.entered_choice(name) or _NOTHING
    return None if chosen == _NOTHING else Grouping(chosen)
