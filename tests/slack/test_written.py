"""What was typed, made again from what Slack sends; what looks like a key; and who is heard first."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.installation import Installed
from bot.slack.keys import looks_like_key
from bot.slack.turns import InOrder, Turns
from bot.slack.written import as_typed, permalink, read_written
from playground.slack.mrkdwn import escape

BOT = "U0BOT"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<@U0BOT> start acme", "start acme"),
        ("<@U0BOT|trackomat> start acme", "start acme"),
        ("start acme <@U0BOT>", "start acme"),
        ("<@U0BOT>", ""),
        ("<@U0BOT>, log 1h acme", "log 1h acme"),
        (" <@U0BOT>: log 1h acme: note", "log 1h acme: note"),
        ("<@U1>: log 1h acme", "@U1: log 1h acme"),
        ("<@U1|anna> and <@U2>", "@anna and @U2"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel|@channel> <!subteam^S1|@devs> <!subteam^S2>", "@here @channel @devs @team"),
        ("<!date^1392734382^{date_num}|18 Feb>", "18 Feb"),
        ("R&amp;D &lt;3 &gt; 2", "R&D <3 > 2"),
        ("<http://acme.de|acme.de> <https://acme.de>", "acme.de https://acme.de"),
        ("<https://acme.de/?a=1&amp;b=2|the page>", "the page https://acme.de/?a=1&b=2"),
        ("<mailto:a@b.de|a@b.de> <tel:+4930|030>", "a@b.de 030"),
        ("*start* _acme_ ~web~", "start acme web"),
        ("start *acme*website 2*3*4", "start *acme*website 2*3*4"),
        ("start my_little_shop 2*3 ~2h", "start my_little_shop 2*3 ~2h"),
        ("`start acme`", "start acme"),
        ("```\nlog 1h acme: *a*\n```", "log 1h acme: *a*"),
        ("&gt; start acme", "start acme"),
        ("/track start acme", "start acme"),
        ("/trackstart", "/trackstart"),
        ("start “acme website”", "start “acme website”"),
        ("log 1h acme: line\nanother", "log 1h acme: line\nanother"),
        ("\ue0000\ue001 start", "0 start"),
        ("<>< a <", "<>< a <"),
    ],
)
def test_marks_are_undone(sent: str, typed: str) -> None:
    assert as_typed(sent, {BOT}) == typed


@given(st.text(st.characters(exclude_characters="*_~`<>\ue000\ue001", exclude_categories=["Cs"])))
def test_any_text_without_marks_comes_back_as_it_was_typed(text: str) -> None:
    # A mark in front is what people put behind the bot's name: "@Trackomat, stop".
    if not text.strip().startswith(("/track", ">", *",:;")) and "\n>" not in text:
        assert as_typed(f"<@{BOT}> {escape(text)}", {BOT}) == text.strip()


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    as_typed(text, {BOT})


def test_a_permalink_leads_into_the_thread() -> None:
    assert permalink("acme", "C1", "1.2") == "https://acme.slack.com/archives/C1/p12"
    assert permalink("acme", "C1", "1.2", "1.1") == "https://acme.slack.com/archives/C1/p12?thread_ts=1.1&cid=C1"
    assert permalink("acme", "C1", "1.1", "1.1") == "https://acme.slack.com/archives/C1/p11"
    assert permalink("", "C1", "1.1") == ""


def test_the_bot_is_known_by_the_authorization_too() -> None:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": "<@U0BOT> stop <@U9>"}
    body = {"event": event, "authorizations": [{"user_id": BOT, "is_bot": True}]}
    written = read_written(body, bot_user="")
    assert written
    assert written.text == "stop @U9"
    assert read_written({"event": event | {"user": BOT}, "authorizations": body["authorizations"]}, bot_user="") is None


def test_what_slack_did_not_say_about_scopes_is_not_held_against_it() -> None:
    assert not Installed().lacks("im:history")
    assert Installed(scopes=frozenset({"commands"})).lacks("im:history")


# Keys

SECRET = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        SECRET.upper(),
        "1234567890" * 4,
        "k3J9x2Lq8Vb5",
        "xapp-1-A012-345-abcdef",
        "ghp_0a1b2c3d4e5f6a7b8c9d",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        "mein Passwort: sommer2026x",
        "token=abcdefgh12",
        "see https://x.de/?api_key=hallo1",
        "API-Schlüssel acme-2026-1a",
    ],
)
def test_it_looks_like_a_key(text: str) -> None:
    assert looks_like_key(f"log 1h acme: {text}")


@pytest.mark.parametrize(
    "text",
    [
        "start acme website: kick-off",
        "log 1h30 acme: RE-2026-00123, ticket ABC-12345",
        "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
        "log 9:15-17:30 acme website 2026-03-10",
        "https://docs.example.com/d/1A2b3C4d5E6f7G8h9I0j/edit",
        "log 1h acme: API-Schlüssel im Handbuch beschrieben",
        "log 1h acme: reset password dialog",
        "Relaunch2026 Website2027",
        "+49 30 1234567890",
        "",
    ],
)
def test_it_does_not_look_like_a_key(text: str) -> None:
    assert not looks_like_key(text)


# Turns


def test_whoever_wrote_first_has_the_turn_also_when_they_come_second() -> None:
    turns, order = Turns(), []
    began, both = threading.Event(), threading.Event()

    def hear(ts: str) -> None:
        with turns.of("U1", ts):
            order.append(ts)

    with turns.of("U1", "1.000001"):
        later = threading.Thread(target=hear, args=("3.000001",))
        later.start()
        earlier = threading.Thread(target=hear, args=("2.000001",))
        earlier.start()
        began.set()
        both.wait(0.1)
    later.join(60)
    earlier.join(60)
    assert order == ["2.000001", "3.000001"]


def test_nobody_waits_for_long_or_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.turns.PATIENCE", 0.01)
    turns = Turns()
    with turns.of("U1", "1.0"), turns.of("U2", "2.0"), turns.of("U1", "3.0"):
        pass


def test_what_is_put_while_somebody_is_at_it_is_done_after_it() -> None:
    work, done = InOrder(), list[int]()

    def first() -> None:
        work.put("U1", lambda: done.append(2))
        work.work("U1")  # another thread that finds somebody at it
        done.append(1)

    work.put("U1", first)
    work.work("U1")
    assert done == [1, 2]
