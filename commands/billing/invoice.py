"""The invoice: choose customer and period, correct lines, send; and what became of a draft."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.billing import approval, choosing, line_edits, opening, reconcile, unbilled
from bot.billing.approval import Approved, Shown
from bot.billing.freshness import freshness_of
from bot.billing.line_edits import EnteredLine
from bot.billing.preview import Looked
from bot.billing.reconcile import Candidate
from bot.billing.submitting import Submitted
from bot.billing.views import choosing as choosing_views
from bot.billing.views import delivery as delivery_views
from bot.billing.views import differences as difference_views
from bot.billing.views import invoice as views
from bot.billing.views import invoicing
from bot.billing.views import keeping as keeping_views
from bot.billing.views import line as line_views
from bot.billing.views import outline as outline_views
from bot.billing.views import reconcile as reconcile_views
from bot.billing.views import run as run_views
from bot.billing.views import scope as scope_views
from bot.catalog import finding
from bot.catalog.views import creation as catalog_views
from bot.core import deadlines
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Invoice
from bot.slack.answers import NOTHING, Answers, Options, Say, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.patience import result_within
from bot.slack.request import Request
from commands.billing.menus import offer_people, offer_services, projects_of
from commands.billing.showing import form, opened, shown

_searches = ThreadPoolExecutor(max_workers=2, thread_name_prefix="search")


def register(listeners: Listeners) -> None:
    """Listen to the invoice and its lines, to what is said about a draft, and to the question where a lost one is."""
    listeners.options(views.CUSTOMER, offer_customers)
    listeners.action(views.CUSTOMER, choose_customer)
    for each in (scope_views.PERIOD, scope_views.FIRST, scope_views.LAST):
        listeners.action(each, choose_days)
    listeners.action(scope_views.SHOW, show)
    listeners.action(scope_views.CHOOSE_ALL, show_all)
    listeners.action(scope_views.BY_MONTH, by_month)
    listeners.action(scope_views.CHOOSE, open_choosing)
    listeners.options(choosing_views.PROJECTS, offer_projects)
    listeners.options(choosing_views.SERVICES, offer_services)
    listeners.options(choosing_views.PEOPLE, offer_people)
    listeners.view(choosing_views.CHOSEN, select)
    listeners.action(re.compile(f"{outline_views.PAGE}(:.*)?"), turn_page)
    listeners.action(outline_views.OPEN_GROUP, open_group)
    listeners.action(outline_views.FOLD_GROUP, fold_group)
    listeners.action(views.START_OVER, start_over)
    listeners.action(scope_views.OPEN, open_for)
    listeners.action(run_views.RUN_INVOICE, open_of_run)
    listeners.view(views.INVOICE, submit)
    listeners.action(difference_views.DIFFERENCES, open_differences)
    listeners.options(line_views.ARTICLE, offer_articles)
    listeners.action(outline_views.LINE, open_line)
    listeners.view(line_views.LINE_CHANGED, save_line)
    listeners.action(delivery_views.CORRECT, correct)
    listeners.action(reconcile_views.SEND_AGAIN, send_again)
    listeners.action(reconcile_views.BILL_AGAIN, bill_again)
    listeners.action(reconcile_views.IS_THERE, ask_where)
    listeners.options(reconcile_views.CANDIDATE, offer_candidates)
    listeners.view(reconcile_views.FOUND, found)


# The invoice


def invoice_typed(bot: Bot, caller: Caller, typed: Invoice) -> Show:
    """The form of `/track invoice`, with what was understood of the words."""
    return opened(bot, caller, choosing.begin(bot, caller, typed.filter))


def open_for(bot: Bot, request: Request) -> Answers:
    """The invoice of a customer that something else names, such as a report, for its work or the usual days."""
    caller = request.caller
    if chosen := scope_views.read_shown(request.clicked):
        return opened(bot, caller, choosing.from_filter(bot, caller, chosen))
    customer_id, scope = scope_views.read_opening(request.clicked)
    if scope is None:
        preview = choosing.choose_usual(bot, caller, customer_id)
    else:
        preview = choosing.open_for(bot, caller, customer_id, scope)
    # In place of the window that names it: a stack of modals holds three.
    return shown(bot, caller, preview) if request.in_modal else opened(bot, caller, preview)


def open_of_run(bot: Bot, request: Request) -> Answers:
    """The invoice of the next of all customers, or of one of their list, in place of the window that names it."""
    caller = request.caller
    customer_id, scope = scope_views.read_opening(request.clicked)
    if scope is None:
        return open_for(bot, request)
    preview = choosing.open_during(bot, caller, customer_id, scope.period)
    return shown(bot, caller, preview) if request.in_modal else opened(bot, caller, preview)


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search whom an invoice can go to."""
    offered = unbilled.offered_payers(bot, request.caller, request.searched)
    return Options([catalog_views.named_option(customer) for customer in offered])


def choose_customer(bot: Bot, request: Request) -> Answers:
    """A customer was chosen: days that nobody chose are those that are usual for them."""
    customer_id = request.entered_id("customer")
    if customer_id is None:
        return NOTHING
    kept, scope = request.kept(invoicing.INVOICING), invoicing.entered_scope(request)
    return shown(
        bot, request.caller, choosing.choose_customer(bot, request.caller, customer_id, scope, usual=kept.usual)
    )


def choose_days(bot: Bot, request: Request) -> Answers:
    """Other days were chosen; own ones have fields of their own, in which stands what was shown before."""
    caller, customer_id = request.caller, request.entered_id("customer")
    is_own = request.entered_choice("period") == scope_views.OWN_DAYS
    scope = invoicing.entered_scope(request)
    if customer_id is None:
        content: views.Content = choosing.begun(bot, caller, scope)
        return Update(form(bot, caller, content, freshness=None, own_days=is_own))
    preview = opening.choose(bot, caller, customer_id, scope)
    if is_own:  # nothing is read anew meanwhile: that would take the fields away
        freshness = freshness_of(bot, caller, preview, is_read=False)
        return Update(form(bot, caller, preview, freshness=freshness, own_days=True))
    return shown(bot, caller, preview)


def show(bot: Bot, request: Request) -> Answers:
    """The same customer's invoice for other work, which a button names."""
    scope = invoicing.read_scope(request.clicked)
    return shown(bot, request.caller, opening.choose(bot, request.caller, _customer_of(request), scope))


def _customer_of(request: Request) -> int:
    return request.entered_id("customer") or 0


def show_all(bot: Bot, request: Request) -> Answers:
    """All work of the days that are shown."""
    scope = invoicing.without_selection(invoicing.entered_scope(request))
    return shown(bot, request.caller, opening.choose(bot, request.caller, _customer_of(request), scope))


def by_month(bot: Bot, request: Request) -> Answers:
    """One draft for each month of the days that are shown, the first of them."""
    return shown(
        bot, request.caller, choosing.by_month(bot, request.caller, request.kept(invoicing.INVOICING).draft or 0)
    )


# The lines that are in sight


def turn_page(bot: Bot, request: Request) -> Answers:
    """Other lines of the same invoice."""
    return _look_further(bot, request, invoicing.other_page(request))


def open_group(bot: Bot, request: Request) -> Answers:
    """The lines of a group, in place of those of another one."""
    return _look_further(bot, request, invoicing.other_group(request, is_open=True))


def fold_group(bot: Bot, request: Request) -> Answers:
    """The group without its lines."""
    return _look_further(bot, request, invoicing.other_group(request, is_open=False))


def _look_further(bot: Bot, request: Request, looked: Looked) -> Answers:
    scope = invoicing.entered_scope(request)
    preview = opening.look_further(bot, request.caller, _customer_of(request), scope, looked)
    return shown(bot, request.caller, preview)


# A part of the work


def open_choosing(bot: Bot, request: Request) -> Answers:
    """The form in which a part of the work is selected, on top of the invoice."""
    kept = request.kept(invoicing.INVOICING)
    selectable = choosing.selectable(bot, request.caller, kept.draft or 0)
    return Show(choosing_views.form(request.caller.reader, selectable))


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search the customer's projects."""
    return projects_of(bot, request, request.kept(choosing_views.CHOOSING).customer)


def select(bot: Bot, request: Request) -> Answers:
    """A part of the work was selected; the invoice below shows it."""
    kept = request.kept(choosing_views.CHOOSING)
    scope = choosing_views.read_chosen(request, kept)
    preview = opening.choose(bot, request.caller, kept.customer, scope)
    return shown(bot, request.caller, preview, view_id=request.previous_view_id)


def open_differences(bot: Bot, request: Request) -> Answers:
    """All that is different since the last invoice of the kind, on top of the form."""
    caller = request.caller
    return Show(difference_views.all_differences(caller.reader, opening.look_at(bot, caller, request.clicked_id)))


# Sending it


def submit(bot: Bot, request: Request) -> Answers:
    """Send it to Billomat, if it is still what the person saw."""
    caller, kept = request.caller, request.kept(invoicing.INVOICING)
    customer_id, scope = request.entered_id("customer"), invoicing.entered_scope(request)
    keep = keeping_views.entered_keep(request)
    saw = None
    if kept.draft:
        saw = Shown(kept.draft, kept.shown, kept.told, request.view_hash, keep, kept.place, kept.deed)
    done = approval.approve(bot, caller, customer_id or 0, scope, shown=saw, view_id=request.view_id)
    if isinstance(done, Approved):
        return Update(views.on_its_way(caller.reader, done))
    if isinstance(done, Submitted):
        return Update(views.submitted_said(caller.reader, done))
    freshness = done.freshness or freshness_of(bot, caller, done.preview, is_read=False)
    return Update(form(bot, caller, done.preview, pressed=done, freshness=freshness))


def start_over(bot: Bot, request: Request) -> Answers:
    """Forget what was changed in the lines."""
    return shown(bot, request.caller, line_edits.start_over(bot, request.caller, request.clicked_id))


# One line of it


def offer_articles(bot: Bot, request: Request) -> Answers:
    """Search the articles of a line."""
    offered = finding.offered_articles(bot, request.caller, request.searched)
    return Options([catalog_views.named_option(article) for article in offered])


def open_line(bot: Bot, request: Request) -> Answers:
    """The form of a line, on top of the invoice."""
    caller, kept = request.caller, request.kept(invoicing.INVOICING)
    scope = invoicing.kept_scope(kept, request.entered_choice("period"))
    key = line_views.read_key(request.clicked)
    found_line = line_edits.find_line(bot, caller, kept.draft or 0, key, scope=scope)
    return Show(line_views.line_form(caller.reader, found_line, place=kept.place))


def save_line(bot: Bot, request: Request) -> Answers:
    """A line was changed; the invoice below shows it."""
    caller, kept = request.caller, request.kept(line_views.CHANGING_LINE)
    entered = EnteredLine(
        shown=kept.shown,
        title=request.entered_text("title"),
        description=request.entered_text("description"),
        rate=request.entered_text("rate"),
        article_id=request.entered_id("article"),
        remember=request.is_ticked("remember"),
        percent=request.entered_text("reduction"),
        amount=request.entered_text("reduction_amount"),
        place=line_views.chosen_place(kept, request.entered_choice(line_views.PLACE)),
    )
    preview = line_edits.change_line(bot, caller, kept.draft, line_views.read_key(kept.line), entered)
    return shown(bot, caller, replace(preview, place=kept.place), view_id=request.previous_view_id)


# What became of a draft


def correct(bot: Bot, request: Request) -> Answers:
    """Open a draft again that was refused, or deleted in Billomat."""
    return shown(bot, request.caller, opening.correct(bot, request.caller, request.clicked_id))


def send_again(bot: Bot, request: Request) -> Answers:
    """A lost draft is not in Billomat."""
    to = request.caller.reader
    reconcile.send_again(bot, request.caller, request.clicked_id)
    said = reconcile_views.sending_again(to)
    return Update(delivery_views.outcome(to, said)) if request.in_modal else Say(said)


def bill_again(bot: Bot, request: Request) -> Answers:
    """A draft was deleted in Billomat; a job looks whether it was."""
    reconcile.bill_again(bot, request.caller, request.clicked_id)
    return Say(reconcile_views.looking(request.caller.reader))


def ask_where(bot: Bot, request: Request) -> Answers:
    """A lost draft is in Billomat: ask which invoice it is."""
    caller, draft_id = request.caller, request.clicked_id
    return Show(reconcile_views.found_form(caller.reader, draft_id, reconcile.lost(bot, caller, draft_id)))


def offer_candidates(bot: Bot, request: Request) -> Answers:
    """Asks Billomat before its ack; without an answer in time the address is left to enter."""
    caller, kept = request.caller, request.kept(reconcile_views.SEARCHED_DRAFT)
    patience = bot.settings.billomat_patience
    search = _searches.submit(_candidates, bot, caller, kept.draft, deadlines.after(patience))
    try:
        candidates = result_within(search, patience)
    except TimeoutError:
        search.cancel()  # one that has not begun; those that have end at the same moment
        candidates = []
    return Options(reconcile_views.candidate_options(caller.reader, candidates, request.searched))


def _candidates(bot: Bot, caller: Caller, draft_id: int, until: float) -> list[Candidate]:
    with deadlines.until(until):
        return reconcile.candidates(bot, caller, draft_id)


def found(bot: Bot, request: Request) -> Answers:
    """The invoice was chosen, or its address entered."""
    caller, kept = request.caller, request.kept(reconcile_views.SEARCHED_DRAFT)
    chosen, address = request.entered_id("invoice"), request.entered_text("address")
    reconcile.is_there(bot, caller, kept.draft, chosen=chosen, address=address)
    return Update(delivery_views.outcome(caller.reader, reconcile_views.looking(caller.reader)))
