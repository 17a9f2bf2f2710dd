"""Create customers, projects and services, and link channels to projects."""

import re
from dataclasses import replace

from bot.billing import details, open_sums
from bot.billing.views import agreements as agreement_views
from bot.billing.views import details as detail_views
from bot.billing.views import rate_forms
from bot.billing.views import rates as rate_views
from bot.billing.views import recipe as recipe_views
from bot.billing.views import scope as scope_views
from bot.catalog import channels, creation, finding, listing, upkeep
from bot.catalog.listing import CatalogItem, CatalogSearch
from bot.catalog.views import channels as channel_views
from bot.catalog.views import creation as views
from bot.catalog.views import listing as listing_views
from bot.catalog.views.listing import KeptRecord, Money, Worth
from bot.catalog.views.pickers import read_value
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.money import NO_SUMS
from bot.grammar.values import Link
from bot.people import callers as people
from bot.preferences import form as preferences
from bot.preferences.views import form as preference_views
from bot.slack.answers import NOTHING, Answer, Answers, Options, Say, Show, Update
from bot.slack.blocks import View
from bot.slack.delivery import Delivery
from bot.slack.envelopes import CHANNEL_ENDS
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_id, read_number
from bot.tracking import answers
from bot.tracking.views import entries as entry_views
from bot.tracking.views import timers as timer_views
from bot.tracking.views.spent import kinds_named


def register(listeners: Listeners) -> None:
    """Listen to the form, to the buttons of channels, and to channels that end."""
    listeners.options(views.CUSTOMER, offer_customers)
    listeners.view(views.NEW_FILLED, create)
    listeners.action(re.compile(f"^{channel_views.PICK}:"), pick)
    listeners.action(channel_views.UNLINK, unlink)
    listeners.action(listing_views.OPEN, open_catalog)
    listeners.action(listing_views.KIND, choose_kind)
    listeners.action(listing_views.SHOWN, choose_state)
    listeners.action(listing_views.SEARCH, search)
    listeners.view(listing_views.CATALOG, search)
    listeners.action(re.compile(f"^{listing_views.TURN}:"), turn)
    listeners.action(listing_views.NEW, create_from_catalog)
    listeners.action(listing_views.RECORD, open_record)
    listeners.view(listing_views.RENAMED, rename)
    listeners.action(listing_views.ARCHIVE, archive)
    listeners.action(listing_views.TAKE_BACK, take_back)
    listeners.action(listing_views.DELETE, delete)
    listeners.action(listing_views.MERGE, ask_into_what)
    listeners.options(listing_views.INTO, offer_others)
    listeners.view(listing_views.MERGED, merge)
    for event in CHANNEL_ENDS:
        listeners.event(event, ended)


def new_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> Show:
    """The form of `/track new`, filled in as far as the words go."""
    people.require_creator(caller)
    guess = creation.guess_names(bot, caller, words)
    return Show(views.new_form(caller.reader, guess, channel_id=caller.channel_id))


def offer_customers(bot: Bot, request: Request) -> Answers:
    """Search the form's menu of customers."""
    caller = request.caller.in_channel(request.kept(views.CREATING).channel_id)
    offered = finding.offered_customers(bot, caller, request.searched)
    return Options([views.named_option(customer) for customer in offered])


def create(bot: Bot, request: Request) -> Answers:
    """Create what was entered, and go on with the command that needed it."""
    kept = request.kept(views.CREATING)
    caller = request.caller.in_channel(kept.channel_id)
    filled = creation.NewNames(
        customer_id=request.entered_id("customer"),
        new_customer=request.entered_text("new_customer"),
        project=request.entered_text("project"),
        service=request.entered_text("service"),
    )
    created, done = answers.create_and_answer(bot, caller, filled, kept.question)
    said = timer_views.acted(caller.reader, done, today=caller.today) if done else None
    undo = entry_views.undo_button(caller.reader, created.change_id) if created.change_id and not done else None
    return Update(views.created(caller.reader, created, said, undo))


def link_typed(bot: Bot, caller: Caller, typed: Link) -> Answer:
    """The answer to `/track link`."""
    now = channels.link_channel(bot, caller, typed.words) if typed.words else channels.channel_answer(bot, caller)
    return Say(channel_views.linked(caller.reader, now))


def pick(bot: Bot, request: Request) -> Answers:
    """The project was chosen."""
    caller = request.caller
    customer_id, project_id, _ = read_value(request.clicked)
    done = channels.link_channel_to(bot, caller, customer_id=customer_id, project_id=project_id)
    return Say(channel_views.linked(caller.reader, done, replace=True))


def unlink(bot: Bot, request: Request) -> Answers:
    """The channel is to know nothing any more; asked for below its link, or in the settings."""
    caller = request.caller
    channels.unlink_channel(bot, caller, request.clicked)
    if request.in_modal:
        return Update(preference_views.form(caller.reader, preferences.read_preferences(bot, caller), unlinked=True))
    return Say(channel_views.unlinked(caller.reader))


def ended(bot: Bot, came: Delivery) -> Answers:
    """Nobody can type in the channel any more."""
    channels.forget_channel(bot, team=came.team, channel_id=str(came.event["channel"]))
    return NOTHING


# The catalogue


def catalog_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> Show:
    """The answer to `/track catalog`."""
    page = listing.begin(bot, caller, words)
    return Show(listing_views.page(caller.reader, page, _worth(bot, caller, page.sought)))


def open_catalog(bot: Bot, request: Request) -> Answers:
    """The same, from the Home and the settings."""
    return catalog_form(bot, request.caller, ())


def choose_kind(bot: Bot, request: Request) -> Answers:
    """Customers, projects or services."""
    sought = request.kept(listing_views.SOUGHT)
    return _page(bot, request, replace(sought, kind=listing_views.read_kind(request.clicked), page=0))


def choose_state(bot: Bot, request: Request) -> Answers:
    """What is in use, or what is archived."""
    sought = request.kept(listing_views.SOUGHT)
    return _page(bot, request, replace(sought, archived=request.clicked == listing_views.ARCHIVED, page=0))


def search(bot: Bot, request: Request) -> Answers:
    """Something was typed into the search."""
    return _page(bot, request, replace(request.kept(listing_views.SOUGHT), page=0))


def turn(bot: Bot, request: Request) -> Answers:
    """Another page."""
    return _page(bot, request, replace(request.kept(listing_views.SOUGHT), page=read_number(request.clicked)))


def create_from_catalog(bot: Bot, request: Request) -> Answers:
    """The form of `/track new`, on top of the catalogue."""
    return new_form(bot, request.caller, ())


def _page(bot: Bot, request: Request, sought: CatalogSearch) -> Update:
    """The page of what is sought, with the words that stand in the search by now."""
    return _shown(bot, request.caller, replace(sought, text=request.entered_text("search")))


def _shown(bot: Bot, caller: Caller, sought: CatalogSearch, *, view_id: str = "") -> Update:
    page = listing.read_page(bot, caller, sought)
    return Update(listing_views.page(caller.reader, page, _worth(bot, caller, page.sought)), view_id)


def _worth(bot: Bot, caller: Caller, sought: CatalogSearch) -> Worth:
    """How what is open is written as money, for those who bill."""
    worth = open_sums.open_worth(bot, caller, sought.kind)
    if worth is None:
        return lambda _row_id: Money()

    def written(row_id: int) -> Money:
        own, others = worth.sums.get(row_id, NO_SUMS).apart(worth.currency)
        beside = kinds_named(caller.reader, worth.spent.get(row_id))
        return Money(caller.reader.sums(own, worth.currency, others), beside)

    return written


# One thing of it


def open_record(bot: Bot, request: Request) -> Answers:
    """One customer, project or service, on top of the page."""
    kind, _, row_id = request.clicked.partition(":")
    each = listing.read_one(bot, request.caller, listing_views.read_kind(kind), read_id(row_id))
    return Show(_record(bot, request.caller, each, request.kept(listing_views.SOUGHT)))


def rename(bot: Bot, request: Request) -> Answers:
    """Another name was entered."""
    caller, kept = request.caller, request.kept(listing_views.KEPT)
    done = upkeep.rename(bot, caller, kept.kind, kept.row_id, request.entered_text("name"), shown=kept.name)
    said = listing_views.renamed(caller.reader, done)
    return _kept(bot, request, kept, _record(bot, caller, done.now, kept.sought, said=said))


def archive(bot: Bot, request: Request) -> Answers:
    """It is to be offered no more."""
    caller, kept = request.caller, request.kept(listing_views.KEPT)
    now = upkeep.archive(bot, caller, kept.kind, kept.row_id)
    said = listing_views.archived(caller.reader, now)
    return _kept(bot, request, kept, _record(bot, caller, now, kept.sought, said=said))


def take_back(bot: Bot, request: Request) -> Answers:
    """It is to be offered again."""
    caller, kept = request.caller, request.kept(listing_views.KEPT)
    now = upkeep.take_back(bot, caller, kept.kind, kept.row_id)
    said = listing_views.taken_back(caller.reader, now)
    return _kept(bot, request, kept, _record(bot, caller, now, kept.sought, said=said))


def delete(bot: Bot, request: Request) -> Answers:
    """It is to be no more."""
    caller, kept = request.caller, request.kept(listing_views.KEPT)
    gone = upkeep.delete(bot, caller, kept.kind, kept.row_id)
    return _kept(bot, request, kept, listing_views.deleted(caller.reader, kept.kind, gone))


def ask_into_what(bot: Bot, request: Request) -> Answers:
    """The form that merges it into another one, in the place of its window."""
    caller, kept = request.caller, request.kept(listing_views.KEPT)
    people.require_biller(caller)
    each = listing.read_one(bot, caller, kept.kind, kept.row_id)
    return Update(listing_views.merge_form(caller.reader, kept, each))


def offer_others(bot: Bot, request: Request) -> Answers:
    """Search what it can be merged into."""
    kept = request.kept(listing_views.KEPT)
    offered = upkeep.offered(bot, request.caller, kept.kind, kept.row_id, request.searched)
    return Options([listing_views.record_option(each) for each in offered])


def merge(bot: Bot, request: Request) -> Answers:
    """It becomes part of another one."""
    caller, kept = request.caller, request.kept(listing_views.KEPT)
    done = upkeep.merge(bot, caller, kept.kind, kept.row_id, read_id(request.entered_choice("into")))
    return _kept(bot, request, kept, listing_views.merged(caller.reader, kept.kind, done))


def _record(bot: Bot, caller: Caller, each: CatalogItem, sought: CatalogSearch, *, said: str = "") -> View:
    worth = _worth(bot, caller, replace(sought, kind=each.kind))
    is_billed = caller.bills and each.kind == "customer" and (each.open.seconds or worth(each.record.id).beside)
    more = [scope_views.open_button(caller.reader, each.record.id, each.record.name)] if is_billed else []
    known = ""
    if caller.bills and each.kind == "customer" and not each.record.into:
        more.append(recipe_views.recipe_button(caller.reader, each.record.id))
        more.append(agreement_views.agreements_button(caller.reader, each.record.id))
        known = detail_views.details_said(caller.reader, details.read_details(bot, caller, each.record.id))
    if caller.bills and each.kind != "project" and not each.record.into:
        about = rate_forms.About(**{each.kind: each.record.id})
        more.append(rate_views.open_button(caller.reader, about))
    return listing_views.record(caller.reader, each, sought, worth, said=said, known=known, more=more)


def _kept(bot: Bot, request: Request, kept: KeptRecord, view: View) -> Answers:
    """What was done, and the page below as it is now."""
    below = request.previous_view_id
    return [Update(view), *([_shown(bot, request.caller, kept.sought, view_id=below)] if below else [])]
