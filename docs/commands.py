"""Writes the table of commands into the README, from the same words that the bot reads."""

from pathlib import Path

from babel import Locale

from bot.core.languages import SOURCE_LANGUAGE, languages
from bot.grammar.wording import GROUPS, CommandGroup, Subcommand

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- commands: made from bot/grammar/ and the catalogues -->\n\n"
END = "\n<!-- end of commands -->"
_TRANSLATIONS = [language for language in languages() if language != SOURCE_LANGUAGE]


def table() -> str:
    """The groups of help, and a line for each subcommand: how it is typed, what it does, how it begins elsewhere."""
    others = [f"in {Locale.parse(language).get_display_name(SOURCE_LANGUAGE)}" for language in _TRANSLATIONS]
    head = [_line("`/track …`", "what it does", *others), "|---" * (2 + len(others)) + "|"]
    return "\n".join([*head, *(line for group in GROUPS for line in _group(group))]) + "\n"


def _group(group: CommandGroup) -> list[str]:
    title = f"**{group.title.said(SOURCE_LANGUAGE)}**"
    return [_line(title, "", *("" for _ in _TRANSLATIONS)), *map(_row, group.subcommands)]


def _row(subcommand: Subcommand) -> str:
    english = subcommand.wording(SOURCE_LANGUAGE)
    others = [", ".join(f"`{word}`" for word in subcommand.wording(language).words) for language in _TRANSLATIONS]
    return _line(f"`{english.usage}`".replace("|", "\\|"), english.summary, *others)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def filled(readme: str) -> str:
    """The README with the table as it has to be."""
    before, _, rest = readme.partition(BEGIN.strip())
    return before + BEGIN + table() + END + rest.partition(END.strip())[2]


if __name__ == "__main__":
    README.write_text(filled(README.read_text()))
