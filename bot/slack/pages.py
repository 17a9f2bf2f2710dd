"""The buttons that turn to other pages of something long in a window."""

from collections.abc import Callable

from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, actions, button, option, static_select

_MOST_OFFERED = 100
"""Options that a menu takes."""


def pages_for(things: int, on_each: int) -> int:
    """How many pages so many things take; nothing takes one too."""
    return max(1, -(-things // on_each))


def turning(to: Reader, action_id: str, page: int, *, is_first: bool, is_last: bool) -> list[Element]:
    """The buttons to the page before and to the one after; their values are its number.

    Their action_ids end in a word, because they must differ.
    """
    back = [] if is_first else [button(to.t("Back"), f"{action_id}:back", str(page - 1))]
    return back if is_last else [*back, button(to.t("Next"), f"{action_id}:next", str(page + 1))]


def all_pages(to: Reader, action_id: str, page: int, pages: int, begins: Callable[[int], str]) -> list[Block]:
    """These buttons with a menu between them, where there are several pages, counted from 1; of very many some.

    `begins` says what a page begins with.
    """
    if pages < 2:
        return []

    def named(number: int) -> str:
        return to.t("Page {number} of {pages}: {begins}", number=number, pages=pages, begins=begins(number))

    numbers = sorted({*range(1, pages + 1, -(-pages // (_MOST_OFFERED - 1))), page})
    options = {each: option(named(each), str(each)) for each in numbers}
    menu = static_select(action_id, [*options.values()], initial=options[page])
    back = turning(to, action_id, page, is_first=page == 1, is_last=True)
    onward = turning(to, action_id, page, is_first=True, is_last=page == pages)
    return [actions(*back, menu, *onward, block_id=f"pages:{page}")]
