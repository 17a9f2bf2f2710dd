"""What has to be solved before an invoice is sent: each button solves it, and the invoice is shown as it is then."""

from dataclasses import replace

from bot.billing import choosing, einvoice, missing_rates, opening, solving
from bot.billing.preview import Preview
from bot.billing.views import einvoice as einvoice_views
from bot.billing.views import invoicing
from bot.billing.views import missing_rates as rate_views
from bot.billing.views import solving as views
from bot.billomat import link
from bot.billomat.views import link as link_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Options, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import own_entries
from bot.tracking.form_fields import CameTwice
from bot.tracking.views import hours
from commands.billing.menus import projects_of
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to these buttons and their forms."""
    listeners.action(views.STOP, stop_timer)
    listeners.action(views.CHECK, open_end)
    listeners.view(views.CHECKED, correct_end)
    listeners.action(views.TAKE_BACK, take_back)
    listeners.action(views.ASK_AGAIN, ask_again)
    listeners.action(views.LINK, open_link)
    listeners.options(views.THEIRS, offer_theirs)
    listeners.view(views.LINKED, link_customer)
    listeners.action(views.BOOK, open_projects)
    listeners.options(views.PROJECT, offer_projects)
    listeners.view(views.BOOKED, book_on)
    listeners.action(rate_views.MISSING_RATES, open_rates)
    listeners.view(rate_views.ENTERED, enter_rates)
    listeners.action(einvoice_views.MISSING, open_missing)
    listeners.view(einvoice_views.ENTERED, ask_for_missing)


def stop_timer(bot: Bot, request: Request) -> Answers:
    """Stop an own timer: its time is on the invoice then."""
    kept = request.kept(invoicing.INVOICING)
    return _shown(bot, request, solving.stop_timer(bot, request.caller, kept.draft or 0, request.clicked_id))


def open_end(bot: Bot, request: Request) -> Answers:
    """Ask when an own entry ended whose end was guessed."""
    caller, kept = request.caller, request.kept(invoicing.INVOICING)
    entry_id, _ = views.checked(request.clicked)
    entry = own_entries.editable(bot, caller, entry_id)
    return Show(views.end_form(caller.reader, entry, views.Checking(kept.draft or 0, request.clicked, kept.place)))


def correct_end(bot: Bot, request: Request) -> Answers:
    """It ended then."""
    caller, kept = request.caller, request.kept(views.CHECKING)
    entry_id, seen = views.checked(kept.guess)
    clock, meant = request.entered_choice("end"), hours.read_hours(request)
    try:
        preview = solving.correct_end(bot, caller, kept.draft, entry_id, seen, clock, meant)
    except CameTwice as twice:
        entry = own_entries.editable(bot, caller, entry_id)
        return Update(views.end_form(caller.reader, entry, kept, hours.asked(request, twice)))
    return shown(bot, caller, replace(preview, place=kept.place), view_id=request.previous_view_id)


def take_back(bot: Bot, request: Request) -> Answers:
    """Take the customer back into use."""
    return _shown(bot, request, solving.take_back(bot, request.caller, request.clicked_id))


def ask_again(bot: Bot, request: Request) -> Answers:
    """Ask Billomat once more whether the customer is archived."""
    return _shown(bot, request, solving.ask_again(bot, request.caller, request.clicked_id))


def open_link(bot: Bot, request: Request) -> Answers:
    """Ask which customer of Billomat it is."""
    kept, known = request.kept(invoicing.INVOICING), choosing.selectable(bot, request.caller, request.clicked_id)
    return Show(
        views.link_form(request.caller.reader, request.clicked_id, known.customer_id, known.customer, kept.place)
    )


def offer_theirs(bot: Bot, request: Request) -> Answers:
    """Search customers of Billomat."""
    offered = link.offered_customers(bot, request.caller, request.searched, linked=True)
    return Options([link_views.customer_option(customer) for customer in offered])


def link_customer(bot: Bot, request: Request) -> Answers:
    """Link them; the invoice below is of the customer of Billomat then."""
    kept = request.kept(views.SOLVING)
    preview = solving.link_customer(bot, request.caller, kept.draft, request.entered_id("theirs"))
    return shown(bot, request.caller, replace(preview, place=kept.place), view_id=request.previous_view_id)


def open_rates(bot: Bot, request: Request) -> Answers:
    """Ask for all rates that the invoice lacks, on top of it."""
    place = request.kept(invoicing.INVOICING).place
    preview = opening.look_at(bot, request.caller, request.clicked_id)
    if not missing_rates.lacks_rates(preview):  # somebody entered them meanwhile
        return _shown(bot, request, solving.find(bot, request.caller, request.clicked_id))
    return Show(rate_views.rates_form(request.caller.reader, preview, place))


def enter_rates(bot: Bot, request: Request) -> Answers:
    """They were typed; the invoice below has them."""
    kept, entered = request.kept(rate_views.ASKING_RATES), rate_views.entered_rates(request)
    preview = missing_rates.enter_rates(bot, request.caller, kept.draft, entered)
    return shown(bot, request.caller, replace(preview, place=kept.place), view_id=request.previous_view_id)


def open_missing(bot: Bot, request: Request) -> Answers:
    """What is missing for an e-invoice, on top of the invoice."""
    draft_id = request.kept(invoicing.INVOICING).draft or 0
    return Show(
        einvoice_views.missing_page(request.caller.reader, einvoice.read_missing(bot, request.caller, draft_id))
    )


def ask_for_missing(bot: Bot, request: Request) -> Answers:
    """Somebody entered it in Billomat; the invoice below is told."""
    preview = solving.ask_again(bot, request.caller, request.kept(einvoice_views.OF_DRAFT))
    return shown(bot, request.caller, preview, view_id=request.previous_view_id)


def open_projects(bot: Bot, request: Request) -> Answers:
    """Ask which project own entries belong to that have none."""
    caller, kept = request.caller, request.kept(invoicing.INVOICING)
    preview = solving.find(bot, caller, request.clicked_id)
    return Show(views.project_form(caller.reader, preview, kept.place))


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search the customer's projects."""
    return projects_of(bot, request, request.kept(views.SOLVING).customer)


def book_on(bot: Bot, request: Request) -> Answers:
    """They belong to this project."""
    kept = request.kept(views.SOLVING)
    preview = solving.book_on(bot, request.caller, kept.draft, request.entered_id("project"))
    return shown(bot, request.caller, replace(preview, place=kept.place), view_id=request.previous_view_id)


def _shown(bot: Bot, request: Request, preview: Preview) -> Answers:
    """The invoice with the same lines in sight."""
    place = request.kept(invoicing.INVOICING).place
    return shown(bot, request.caller, replace(preview, place=place))
