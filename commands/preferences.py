"""What people set for themselves and admins for all."""

from bot.billing import rates
from bot.billing.rating import Holds
from bot.billing.views import rate_forms
from bot.billing.views import rates as rate_views
from bot.catalog import finding
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import FieldErrors
from bot.core.roles import Role
from bot.people import callers as people
from bot.preferences import form as preferences
from bot.preferences.form import FilledForAll, FilledPreferences
from bot.preferences.views import form as views
from bot.preferences.views.own import read_own
from bot.preferences.views.shared import read_shared
from bot.routine.views.first_steps import RATE
from bot.routine.views.home import OPEN_PREFERENCES
from bot.slack.answers import Answers, Options, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_id, reading


def register(listeners: Listeners) -> None:
    """Listen to the form, and to its menus of articles, which save at once."""
    listeners.options(views.ARTICLE, offer_articles)
    listeners.options(views.NOT_BILLABLE, offer_projects)
    listeners.action(OPEN_PREFERENCES, open_form)
    listeners.action(views.MORE, show_more)
    listeners.action(views.ARTICLE, choose_article)
    listeners.view(views.FILLED, save)
    listeners.action(RATE, open_rates)


def settings_form(bot: Bot, caller: Caller, _words: tuple[str, ...]) -> Show:
    """The form of `/track settings`."""
    return Show(views.form(caller.reader, preferences.read_preferences(bot, caller)))


def open_form(bot: Bot, request: Request) -> Answers:
    """The same, from the Home."""
    return settings_form(bot, request.caller, ())


def show_more(bot: Bot, request: Request) -> Answers:
    """The same form with all settings. What was typed stays, and so does what it is compared with."""
    caller, shown = request.caller, request.kept(views.SHOWN)
    now = preferences.read_preferences(bot, caller)
    return Update(views.form(caller.reader, now, shown=shown, is_whole=True))


def open_rates(bot: Bot, request: Request) -> Answers:
    """The hourly rate alone, from the first steps."""
    return Show(rate_views.page(request.caller.reader, rates.read_rates(bot, request.caller), rate_forms.RatesPage()))


def offer_articles(bot: Bot, request: Request) -> Answers:
    """Search what a service can be billed as."""
    people.require_admin(request.caller)
    offered = finding.offered_articles(bot, request.caller, request.searched)
    return Options(views.article_options(request.caller.reader, offered))


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search projects that may be not billable."""
    offered = finding.offered_projects(bot, request.caller, request.searched)
    return Options([views.project_option(project) for project in offered])


def choose_article(bot: Bot, request: Request) -> Answers:
    """A service is billed as something else from now on."""
    caller = request.caller
    service_id, chosen = read_id(request.block_part), request.clicked
    if chosen == views.NEVER:
        done = preferences.bill_service_as(bot, caller, service_id, billable=False)
    else:
        article_id = None if chosen == views.NO_ARTICLE else read_id(chosen)
        done = preferences.bill_service_as(bot, caller, service_id, article_id=article_id)
    is_whole = request.kept(views.SHOWN).is_whole
    return Update(views.form(caller.reader, done.preferences, rebilled=done, is_whole=is_whole))


def save(bot: Bot, request: Request) -> Answers:
    """Save what differs from what the form showed."""
    shown, wrong = request.kept(views.SHOWN), FieldErrors()
    done = preferences.save(bot, request.caller, _filled(bot, request, shown, wrong), wrong, shown=shown)
    return Update(views.saved(done))


@reading()
def _filled(bot: Bot, request: Request, shown: FilledPreferences, wrong: FieldErrors) -> FilledPreferences:
    own = read_own(request, shown.own, is_whole=shown.is_whole)
    for_all = _filled_for_all(bot, request, shown.for_all, wrong, is_whole=shown.is_whole) if shown.for_all else None
    return FilledPreferences(own, for_all)


def _filled_for_all(
    bot: Bot, request: Request, shown: FilledForAll, wrong: FieldErrors, *, is_whole: bool
) -> FilledForAll:
    role = request.entered_choice("role")
    projects = tuple(read_id(project) for project in request.entered_choices("not_billable"))
    return FilledForAll(
        shared=read_shared(request, preferences.currency(bot, request.caller), shown.shared, wrong, is_whole=is_whole),
        not_billable=projects if is_whole else shown.not_billable,
        slack_id=request.entered_text("person") or None,
        role=Role(role) if role else None,
        rate_holds=Holds(request.entered_choice(views.HOLDS) or Holds.TODAY),
    )
