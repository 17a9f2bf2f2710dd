"""Block Kit's limits, mrkdwn and the clock of the playground, each rule by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.slack.clock import Clock
from playground.slack.limits import check_blocks, check_options, check_view
from playground.slack.mrkdwn import escape, to_html, to_text

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "Acme", value: str = "1", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def button(label: str = "Stop", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": "a", **more}


def section(**fields: Any) -> Json:
    return {"type": "section", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(**element: Any) -> Json:
    return {"type": "input", "label": plain("Note"), "element": element}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", **more}


FITTING = {
    "section text": section(text=mrkdwn("x" * 3000)),
    "ten fields": section(fields=[mrkdwn("x" * 2000)] * 5),
    "header": {"type": "header", "text": plain("x" * 150)},
    "context": {"type": "context", "elements": [mrkdwn("x")] * 10},
    "twenty-five buttons": actions(*(button(action_id=f"b{n}") for n in range(25))),
    "long labels": actions(button("x" * 75, value="v" * 2000, style="danger")),
    "overflow": section(
        text=plain("x"), accessory={"type": "overflow", "options": [option(value=str(n)) for n in range(5)]}
    ),
    "a hundred options": actions(select(options=[option(value=str(n)) for n in range(100)])),
    "groups": actions(select(option_groups=[{"label": plain("G"), "options": [option()]}])),
    "date and time": actions(
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-03-10"},
        {"type": "timepicker", "action_id": "t", "initial_time": "23:59", "timezone": "Europe/Berlin"},
    ),
    "people": field(type="users_select", action_id="u"),
    "conversations": field(
        type="conversations_select",
        action_id="c",
        default_to_current_conversation=True,
        filter={"include": ["public", "private"], "exclude_external_shared_channels": True, "exclude_bot_users": True},
    ),
    "number": field(type="number_input", is_decimal_allowed=True, initial_value="85.50"),
    "search": field(type="multi_external_select", min_query_length=0),
    "image": section(text=plain("x"), accessory={"type": "image", "image_url": "https://a.b/c.png", "alt_text": "c"}),
}


@pytest.mark.parametrize("name", FITTING)
def test_what_slack_takes_is_no_problem(name: str) -> None:
    assert check_blocks([FITTING[name]], "message") == []


BROKEN = {
    "text too long": (section(text=mrkdwn("x" * 3001)), "blocks[0].text.text: must have 1 to 3000"),
    "empty text": (section(text=plain("")), "blocks[0].text.text: must have 1 to 3000"),
    "nothing in a section": (section(), "a section needs text or fields"),
    "eleven fields": (section(fields=[plain("x")] * 11), "must be a list of 1 to 10"),
    "mrkdwn in a header": ({"type": "header", "text": mrkdwn("x")}, "'mrkdwn' is not one of plain_text"),
    "header too long": ({"type": "header", "text": plain("x" * 151)}, "must have 1 to 150"),
    "mrkdwn on a button": (actions({**button(), "text": mrkdwn("x")}), "'mrkdwn' is not one of plain_text"),
    "label too long": (actions(button("x" * 76)), "must have 1 to 75 characters, not 76"),
    "unknown style": (actions(button(style="red")), "'red' is not one of primary, danger"),
    "26 buttons": (actions(*[button()] * 26), "must be a list of 1 to 25"),
    "no buttons": (actions(), "must be a list of 1 to 25"),
    "same action_id": (actions(button(), button()), "action_id a is there twice"),
    "input in actions": (actions({"type": "plain_text_input"}), "plain_text_input is not allowed here"),
    "button as input": (field(**button()), "button is not allowed here"),
    "overflow as input": (field(type="overflow", options=[option()]), "overflow is not allowed here"),
    "date and time beside text": (
        section(text=plain("x"), accessory={"type": "datetimepicker"}),
        "datetimepicker is not allowed here",
    ),
    "six in a menu": (
        actions({"type": "overflow", "options": [option(value=str(n)) for n in range(6)]}),
        "must be a list of 1 to 5",
    ),
    "option text": (actions(select(options=[option("x" * 76)])), "must have 1 to 75"),
    "option value": (actions(select(options=[option(value="x" * 151)])), "must have 1 to 150"),
    "101 options": (
        actions(select(options=[option(value=str(n)) for n in range(101)])),
        "must be a list of 1 to 100",
    ),
    "options twice": (actions(select(options=[option(), option("Beta")])), "two options have the same value"),
    "no options": (actions(select()), "needs either options or option_groups"),
    "initial option": (
        actions(select(options=[option()], initial_option=option("acme"))),
        "an initial option is not exactly one of the options",
    ),
    "empty initial options": (
        field(type="checkboxes", options=[option()], initial_options=[]),
        "initial_options: must be a list of 1 to 10",
    ),
    "eleven boxes": (
        field(type="checkboxes", options=[option(value=str(n)) for n in range(11)]),
        "must be a list of 1 to 10",
    ),
    "german date": (actions({"type": "datepicker", "initial_date": "10.03.2026"}), "not in the form"),
    "25 o'clock": (actions({"type": "timepicker", "initial_time": "25:00"}), "not in the form"),
    "decimal comma": (
        field(type="number_input", is_decimal_allowed=True, initial_value="85,50"),
        "not in the form",
    ),
    "no decimals said": (field(type="number_input"), "is_decimal_allowed is missing"),
    "min above max": (field(type="plain_text_input", min_length=3, max_length=2), "min_length is above"),
    "longer than allowed": (
        field(type="plain_text_input", max_length=2, initial_value="abc"),
        "initial_value is longer than max_length",
    ),
    "placeholder": (field(type="plain_text_input", placeholder=plain("x" * 151)), "must have 1 to 150"),
    "no label": ({"type": "input", "element": {"type": "plain_text_input"}}, "label is missing"),
    "misspelt": (section(txt=plain("x")), "txt is not known here"),
    "unneeded block": ({"type": "rich_text"}, "rich_text is not allowed here"),
    "dialog": (
        actions(button(confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("y")})),
        "deny is missing",
    ),
    "block_id": ({"type": "divider", "block_id": "x" * 256}, "must have 1 to 255"),
    "no object": ("divider", "None is not allowed here"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_slack_refuses_is_named(name: str) -> None:
    block, problem = BROKEN[name]
    assert problem in " / ".join(check_blocks([block], "message"))


def test_messages_hold_50_blocks_and_views_100() -> None:
    line = {"type": "divider"}
    assert check_blocks([line] * 50, "message") == []
    assert check_blocks([line] * 51, "message") == ["blocks: must be a list of 1 to 50"]
    assert check_blocks([line] * 100, "home") == []
    assert check_blocks([line] * 101, "modal") == ["blocks: must be a list of 1 to 100"]


def test_a_block_id_is_there_once() -> None:
    line = {"type": "divider", "block_id": "x"}
    assert check_blocks([line, line], "modal") == ["block_id x is there twice"]


def test_the_texts_of_a_message_have_a_limit_together() -> None:
    blocks = [section(text=plain("x" * 3000))] * 5
    assert check_blocks(blocks, "message") == ["all blocks together must stay below 13200 characters"]
    assert check_blocks(blocks, "home") == []


def test_a_modal_with_inputs_needs_a_submit() -> None:
    view = {"type": "modal", "title": plain("Log"), "blocks": [field(type="plain_text_input")]}
    assert check_view(view) == ["view: submit is missing although there are inputs"]
    assert check_view({**view, "submit": plain("Save")}) == []


def test_titles_and_buttons_of_a_modal_have_24_characters() -> None:
    view = {"type": "modal", "title": plain("x" * 25), "close": plain("x" * 25), "blocks": [{"type": "divider"}]}
    assert len(check_view(view)) == 2


def test_private_metadata_has_3000_characters() -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}], "private_metadata": "x" * 3001}
    assert check_view(view) == ["view.private_metadata: must have 0 to 3000 characters, not 3001"]


def test_only_one_element_has_the_focus() -> None:
    focused = [field(type="plain_text_input", action_id=f"a{n}", focus_on_load=True) for n in range(2)]
    assert check_blocks(focused, "modal") == ["only one element may have focus_on_load"]


def test_a_view_that_was_sent_back_is_not_a_view_to_send() -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}], "id": "V1", "hash": "1"}
    assert check_view(view) == ["view: id is not known here", "view: hash is not known here"]


def test_finding_nothing_is_a_fine_answer_to_a_search() -> None:
    assert check_options({"options": []}) == []
    assert check_options({}) == ["answer: options is missing"]


def html(text: str, locale: str = "en-US", zone: str = "Europe/Berlin") -> str:
    return to_html(text, {"U1": "Anna <b>", "C1": "general"}, zone, locale, NOON).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold* _italic_ ~gone~", "<b>bold</b> <i>italic</i> <s>gone</s>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`*code*` :tada:", "<code>*code*</code> 🎉"),
        ("```a\n1 &lt; 2```", "<pre>a\n1 &lt; 2</pre>"),
        ("two\nlines", "two<br>lines"),
        ("&gt; said\nthen", "<blockquote>said</blockquote>then"),
        ("<@U1>", '<span class="mention">@Anna &lt;b&gt;</span>'),
        ("<#C1>", '<span class="mention">#general</span>'),
        ("<!channel>", '<span class="mention ping">@channel</span>'),
        ("&lt;!channel&gt; &amp; Söhne", "&lt;!channel&gt; &amp; Söhne"),
        ("&amp;lt; stays", "&amp;lt; stays"),
        (
            "<https://a.b/?x=1&amp;y=2|see *this*>",
            '<a href="https://a.b/?x=1&amp;y=2" target="_blank" rel="noopener">see *this*</a>',
        ),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        (":unknown: 12:30:15", ":unknown: 12:30:15"),
    ],
)
def test_mrkdwn_looks_as_in_slack(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("form", "locale", "zone", "expected"),
    [
        ("{date_num} {time}", "de-DE", "Europe/Berlin", "2026-03-09 12:00"),
        ("{date_short_pretty} {time}", "en-US", "America/New_York", "yesterday 7:00 AM"),
        ("{date_long}", "de-DE", "Europe/Berlin", "Montag, 9. März 2026"),
        ("{ago}", "de-DE", "Europe/Berlin", "vor 1 Tag"),
    ],
)
def test_a_date_is_shown_in_the_readers_zone_and_language(form: str, locale: str, zone: str, expected: str) -> None:
    stamp = int((NOON - timedelta(days=1)).timestamp())
    shown = to_text(f"<!date^{stamp}^{form}|fallback>", {}, zone, locale, NOON)
    assert shown.replace("\u202f", " ") == expected


class Tags(HTMLParser):
    """Collects the tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.seen |= {f"{tag} {name}" for name, _ in attrs if name.startswith("on")}


@given(st.text(alphabet="<>&|*_~`:!@#^/\"'= \nascript1\ue000\ue0010", max_size=60))
def test_no_text_brings_its_own_html(text: str) -> None:
    tags = Tags()
    tags.feed(html(text))
    assert tags.seen <= {"a", "b", "i", "s", "br", "code", "pre", "span", "time", "blockquote"}


@given(st.text(alphabet="<>&;!@#|ampltgchannel ", max_size=60))
def test_escaped_text_is_read_as_it_was_typed(text: str) -> None:
    assert to_text("x" + escape(text), {}, "Europe/Berlin", "en-US", NOON) == "x" + text


def test_the_clock_moves_forward_only() -> None:
    clock = Clock(lambda: NOON)
    clock.forward(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)
    clock.forward_to(NOON + timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1)
    with pytest.raises(ValueError, match="only moves forward"):
        clock.forward(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="only moves forward"):
        clock.forward_to(NOON)


def test_other_processes_find_the_offset_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = Clock(lambda: NOON, file=file)
    assert file.read_text() == "0"
    clock.forward(timedelta(minutes=90))
    assert file.read_text() == "5400"
    assert Clock(lambda: NOON, file=file).now() == NOON + timedelta(minutes=90)
