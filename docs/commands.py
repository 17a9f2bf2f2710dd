"""Writes the table of commands into the README, from the same words that the bot reads."""

from pathlib import Path

from bot.rules.grammar import SUBCOMMANDS, Subcommand

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- commands: made from bot/rules/grammar.py -->\n\n"
END = "\n<!-- end of commands -->"


def table() -> str:
    """One line for each subcommand: how it is typed, what it does, and how it begins in German."""
    rows = ["| `/track …` | what it does | in German |", "|---|---|---|", *map(_row, SUBCOMMANDS)]
    return "\n".join(rows) + "\n"


def _row(subcommand: Subcommand) -> str:
    english, german = subcommand.wording["en"], subcommand.wording["de"]
    usage = english.usage.replace("|", "\\|")
    return f"| `{usage}` | {english.summary} | {', '.join(f'`{word}`' for word in german.words)} |"


def filled(readme: str) -> str:
    """The README with the table as it has to be."""
    before, _, rest = readme.partition(BEGIN.strip())
    return before + BEGIN + table() + END + rest.partition(END.strip())[2]


if __name__ == "__main__":
    README.write_text(filled(README.read_text()))
