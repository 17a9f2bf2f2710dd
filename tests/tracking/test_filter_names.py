"""Names in a filter: several at once, archived and merged ones, people, and what is asked where two fit."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot.catalog.rules.spelling import name_key
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.roles import Role
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import TypedFilter
from bot.tracking.filtering import UsualSpan, names_of, resolve
from bot.tracking.views.filters import said
from playground.person import Person
from storage import catalog as catalog_rows
from storage import creation as creation_rows
from storage import people as people_rows
from storage.tables import customers, people, projects, services
from tests.conftest import T0
from tests.deeds import add_names
from tests.tracking.test_filter_words import change

CATALOG = {
    "Globex": ("Website", "Web Design", "App"),
    "Initech AG": ("Payroll",),
    "Open Systems": ("Portal",),
    "Ben GmbH": ("Shop",),
    "Design Studio": (),
}


@pytest.fixture
def anna_bills(bot: Bot, projects: None, finn: Person, aylin: Person) -> Caller:
    """An admin, beside Finn and Aylin; Acme and its like, and more."""
    finn.types("/track help")
    aylin.types("/track help")
    add_names(bot, CATALOG)
    return change(bot, "Anna Admin", role=Role.ADMIN)


def words_of(text: str) -> tuple[str, ...]:
    quoted = text.replace(",", " , ").split('"')
    return tuple(
        part for place, piece in enumerate(quoted) for part in ([piece] if place % 2 else piece.split()) if part
    )


def meant(bot: Bot, caller: Caller, text: str, /, **more: Any) -> str:
    """What a report of these words is about, as it is said above the answer."""
    typed = TypedFilter(words=words_of(text), all_days=True, typed=f"report {text}", **more)
    chosen = resolve(bot, caller, typed, usual=UsualSpan.OF_REPORT)
    with bot.database.read() as db:
        names = names_of(db, caller, chosen)
    english = replace(caller.reader, language="en")
    unsaid = ("since the beginning", "own time")
    return " · ".join(part for part in said(english, chosen, names).split(" · ") if part not in unsaid)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("acme", "Acme GmbH"),
        ("acme website", "Acme GmbH › Website"),
        ("acme web", "Acme GmbH › Website"),
        ("aw", "Acme GmbH › Website"),
        ("globex website", "Globex › Website"),
        ("acme globex", "Acme GmbH, Globex"),
        ("acme, globex website", "Acme GmbH, Globex › Website"),
        ("website", "Acme GmbH › Website, Globex › Website"),
        ("acme app globex web design", "Acme GmbH › App, Globex › Web Design"),
        ("acme website app", "Acme GmbH › Website, Acme GmbH › App"),
        ("design", "Design"),
        ("acme design", "Acme GmbH · Design"),
        ("design acme website", "Acme GmbH › Website · Design"),
        ("acme website travel", "Acme GmbH › Website · Travel"),
        ("finn", "Finn Freelancer"),
        ("freelancer", "Finn Freelancer"),
        ("@finn", "Finn Freelancer"),
        ("acme finn aylin", "Acme GmbH · Finn Freelancer, Aylin Approver"),
        ("initech", "Initech AG"),
        ("bäckerei shop", "Bäckerei Söhne & Co. › Shop"),
        ("baeck", None),
        ('"Acme GmbH › Website"', "Acme GmbH › Website"),
        ("Acme – Website", "Acme GmbH › Website"),
        ("bäckerei söhne & co", "Bäckerei Söhne & Co."),
        ("söhne & co. shop & acme & app", "Acme GmbH, Bäckerei Söhne & Co. › Shop, Acme GmbH › App, Globex › App"),
        ("ACME", "Acme GmbH"),
    ],
)
def test_each_run_of_words_is_a_name(bot: Bot, anna_bills: Caller, typed: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(NotUnderstood):
            meant(bot, anna_bills, typed)
    else:
        assert meant(bot, anna_bills, typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("customer globex project website", "Globex › Website"),
        ("kunde globex, projekt website", "Globex › Website"),
        ("project website customer globex", "Globex › Website"),
        ("website customer globex", "Globex › Website"),
        ("globex project website", "Globex › Website"),
        ("customer acme globex project website", "Acme GmbH › Website, Globex › Website"),
        ("customer acme project website app", "Acme GmbH › Website, Acme GmbH › App"),
        ("customer bäckerei project app", "Bäckerei Söhne & Co., Acme GmbH › App, Globex › App"),
        ("customer acme, globex website", "Acme GmbH, Globex › Website"),
        ("customer globex service design", "Globex · Design"),
    ],
)
def test_a_project_said_beside_its_customer_is_meant_alone(
    anna_bills: Caller, anna: Person, typed: str, found: str
) -> None:
    answer = anna.types(f"/track report all time {typed}")
    assert answer
    assert answer.plain().splitlines()[1].partition(" · since the beginning")[0] == found


def asked(bot: Bot, caller: Caller, text: str, /, **more: Any) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        meant(bot, caller, text, **more)
    return caught.value


def buttons(error: NotUnderstood) -> list[str]:
    return [reading.text for reading in error.readings]


@pytest.mark.parametrize(
    ("typed", "piece"),
    [
        ("acme until Easter", "until Easter"),
        ("bis Pfingsten acme", "bis Pfingsten"),
        ("acme seit der letzten Rechnung", "seit der letzten Rechnung"),
        ("last few days", "last few"),
        ("acme after Christmas", "after Christmas"),
        ("vorigen oktober", "vorigen oktober"),
    ],
)
def test_days_that_nobody_knows_are_called_days_and_no_name(
    bot: Bot, anna_bills: Caller, typed: str, piece: str
) -> None:
    error = asked(bot, anna_bills, typed)
    assert (error.reason, error.piece) == (Reason.NO_SUCH_DAYS, piece)


def test_what_to_type_instead_is_said_and_can_be_typed(anna: Person, finn: Person) -> None:
    said = anna.types("/track list until Easter")
    assert said
    assert (
        "I do not know which days “until Easter” are. Type them like 1.10.-15.10., october, last week" in said.plain()
    )
    said = finn.types("/track liste bis Ostern")
    assert said
    assert "Welche Tage mit „bis Ostern“ gemeint sind, weiß ich nicht." in said.plain()
    for days in ("1.10.-15.10.", "october", "last week", "since monday", "oktober", "letzte woche", "seit montag"):
        answer = anna.types(f"/track list {days}")
        assert answer
        assert "You typed" not in answer.plain()


def test_a_word_that_names_nothing_is_named_and_the_nearest_names_are_offered(bot: Bot, anna_bills: Caller) -> None:
    error = asked(bot, anna_bills, "acme wbesite")
    assert (error.reason, error.piece) == (Reason.NO_SUCH_NAME, "wbesite")
    assert buttons(error) == ['report project "Acme GmbH › Website"']
    error = asked(bot, anna_bills, "intech october design")
    assert error.piece == "intech"
    assert 'report october design · customer "Initech AG"' in buttons(error)
    assert buttons(asked(bot, anna_bills, "acme's")) == ['report customer "Acme GmbH"']
    error = asked(bot, anna_bills, "acme 2h")
    assert error.piece == "2h"


def test_names_of_several_kinds_that_fit_alike_are_asked_about(bot: Bot, anna_bills: Caller) -> None:
    add_names(bot, {"Hooli": ("Design",)})
    caller = change(bot, "Anna Admin")
    error = asked(bot, caller, "design")
    assert error.reason is Reason.WHICH_NAME
    assert buttons(error) == ['report project "Hooli › Design"', 'report service "Design"']
    error = asked(bot, caller, "hooli design")
    assert buttons(error) == ['report project "Hooli › Design"', 'report customer "Hooli" service "Design"']


def test_a_person_and_a_customer_of_one_name_are_asked_about_only_where_both_may_be_meant(
    bot: Bot, anna_bills: Caller
) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Aylin Approver").values(name="Ben Müller"))
    assert buttons(asked(bot, anna_bills, "ben")) == ['report customer "Ben GmbH"', 'report person "Ben Müller"']
    assert meant(bot, anna_bills, "@ben") == "Ben Müller"
    assert meant(bot, anna_bills, "@ben.mueller") == "Ben Müller"
    assert meant(bot, anna_bills, "ben müller") == "Ben Müller"
    assert meant(bot, change(bot, "Finn Freelancer"), "ben") == "Ben GmbH"
    with pytest.raises(UserError, match="people who bill"):
        meant(bot, change(bot, "Finn Freelancer"), "ben müller")
    add_names(bot, {"Finn AG": ()})
    own = asked(bot, change(bot, "Finn Freelancer"), "finn")
    assert buttons(own) == ['report customer "Finn AG"', 'report person "Finn Freelancer"']


def test_beginnings_of_several_names_are_asked_about_and_all_can_be_meant(bot: Bot, anna_bills: Caller) -> None:
    error = asked(bot, anna_bills, "globex we")
    assert error.reason is Reason.WHICH_NAME
    assert buttons(error) == [
        'report project "Globex › Web Design"',
        'report project "Globex › Website"',
        'report project "Globex › Web Design", project "Globex › Website"',
    ]


def test_a_number_or_flag_is_part_of_a_name_only_in_full(bot: Bot, anna_bills: Caller) -> None:
    add_names(bot, {"2hot GmbH": (), "Studio 54": ()})
    caller = change(bot, "Anna Admin")
    assert meant(bot, caller, "studio 54") == "Studio 54"
    assert asked(bot, caller, "2h").piece == "2h"
    assert asked(bot, caller, "acme --nb").piece == "--nb"


def test_it_can_be_said_what_a_name_is(bot: Bot, anna_bills: Caller) -> None:
    add_names(bot, {"Hooli": ("Design",)})
    caller = change(bot, "Anna Admin")
    assert meant(bot, caller, "", named=(("service", ("design",)),)) == "Design"
    assert meant(bot, caller, "acme", named=(("project", ("design",)),)) == "Acme GmbH, Hooli › Design"
    assert meant(bot, caller, "", named=(("service", ("design", "acme", "web")),)) == "Acme GmbH › Website · Design"
    assert meant(bot, caller, "", named=(("customer", ("acme", "web")),)) == "Acme GmbH › Website"
    assert meant(bot, caller, "", named=(("customer", ("acme", "globex")),)) == "Acme GmbH, Globex"
    assert meant(bot, caller, "", named=(("project", ("app", "globex", "finn")),)) == "Globex › App · Finn Freelancer"
    error = asked(bot, caller, "", named=(("service", ("acme",)),))
    assert (error.reason, error.piece) == (Reason.NOT_OF_KIND, "acme")


def test_archived_names_are_found_behind_those_in_use(bot: Bot, anna_bills: Caller) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.name == "Initech AG").values(archived=True))
        db.execute(update(projects).where(projects.c.name == "Portal").values(archived=True))
        db.execute(update(services).where(services.c.name == "Travel").values(archived=True))
        db.execute(update(projects).where(projects.c.id == 4).values(archived=True))  # Website of Globex
        catalog_rows.names_changed(db, 1)
    caller = change(bot, "Anna Admin")
    assert meant(bot, caller, "initech") == "Initech AG"
    assert meant(bot, caller, "initech payroll") == "Initech AG › Payroll"
    assert meant(bot, caller, "portal travel") == "Open Systems › Portal · Travel"
    assert meant(bot, caller, "website") == "Acme GmbH › Website"
    assert meant(bot, caller, "globex website") == "Globex › Website"


def test_what_was_merged_is_found_where_its_time_is_now(bot: Bot, anna_bills: Caller) -> None:
    with bot.database.write() as db:
        merged = {"archived": True, "merged_into": 1}
        old = creation_rows.add_customer(db, 1, name="Oldco", key="oldco")
        db.execute(update(customers).where(customers.c.id == old).values(**merged))
        relaunch = creation_rows.add_project(db, 1, 1, name="Relaunch", key="relaunch")
        db.execute(update(projects).where(projects.c.id == relaunch).values(**merged))
        catalog_rows.names_changed(db, 1)
    caller = change(bot, "Anna Admin")
    assert meant(bot, caller, "oldco") == "Acme GmbH"
    assert meant(bot, caller, "oldco website") == "Acme GmbH › Website"
    assert meant(bot, caller, "relaunch") == "Acme GmbH › Website, Acme GmbH › Relaunch"


def test_a_customers_number_names_it_and_numbers_abbreviate_nothing(bot: Bot, anna_bills: Caller) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(number="KD-2"))
        creation_rows.add_customer(db, 1, name="Agency 365", key="agency 365")
        catalog_rows.names_changed(db, 1)
    caller = change(bot, "Anna Admin")
    assert meant(bot, caller, "kd2") == meant(bot, caller, "KD-2") == "Acme GmbH"
    assert meant(bot, caller, "kd2 website") == "Acme GmbH › Website"
    assert meant(bot, caller, "agency 365") == "Agency 365"
    assert asked(bot, caller, "3").piece == "3"
    assert asked(bot, caller, "kd").piece == "kd"


def test_too_many_names_are_refused_in_plain_words(bot: Bot, anna_bills: Caller) -> None:
    with bot.database.write() as db:
        for number in range(25):
            name = f"Zeta {chr(97 + number)}"
            customer = creation_rows.add_customer(db, 1, name=name, key=name_key(name))
            creation_rows.add_project(db, 1, customer, name="Intranet", key="intranet")
        catalog_rows.names_changed(db, 1)
    caller = change(bot, "Anna Admin")
    for typed in ("zeta", "intranet"):
        error = asked(bot, caller, typed)
        assert (error.reason, error.piece) == (Reason.TOO_MANY_NAMES, typed)
    many = ", ".join(f'"zeta {chr(97 + number)}"' for number in range(21))
    with pytest.raises(UserError) as refused:
        meant(bot, caller, many)
    assert refused.value.sentence(caller.reader) == "I look for 20 names of a kind at once, and no more."


def test_names_too_long_for_one_button_are_offered_each_by_itself(bot: Bot, anna_bills: Caller) -> None:
    with bot.database.write() as db:
        for number in range(15):
            name = f"{chr(65 + number)} {'Beteiligungs' * 12} GmbH"
            creation_rows.add_customer(db, 1, name=name, key=name_key(name))
        catalog_rows.names_changed(db, 1)
    offered = buttons(asked(bot, change(bot, "Anna Admin"), "beteiligungs"))
    assert len(offered) == 5
    assert all(text.count("customer") == 1 for text in offered)


def test_a_guest_names_only_what_they_may_see(bot: Bot, anna_bills: Caller, finn: Person) -> None:
    finn.types("/track log 1h acme website")
    guest = change(bot, "Finn Freelancer", is_guest=True)
    assert meant(bot, guest, "acme website") == "Acme GmbH › Website"
    assert meant(bot, guest, "acme") == "Acme GmbH"
    for hidden in ("globex", "app", "design", "anna", "@anna"):
        error = asked(bot, guest, hidden)
        assert error.readings == ()
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(archived=True))
    assert meant(bot, guest, "acme website") == "Acme GmbH › Website"


def test_nothing_of_another_workspace_is_found(bot: Bot, anna_bills: Caller) -> None:
    with bot.database.write() as db:
        other = people_rows.ensure_workspace(db, "TOTHER", at=T0)
        creation_rows.add_customer(db, other, name="Secret AG", key="secret ag")
    error = asked(bot, anna_bills, "secret")
    assert not any("Secret" in text for text in buttons(error))
