"""The file `.env`, looked at before settings are read from it: whoever reads it later skips what it cannot read."""

from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

ENCODING = "utf-8-sig"
"""An editor on Windows may begin a file with three bytes that say UTF-8."""


def problems(path: Path) -> list[str]:
    """Why the file cannot be taken as it is, with what to do; nothing is wrong with a file that is not there."""
    try:
        with open(path, encoding=ENCODING) as file:
            text = file.read()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        return [f"{path} is no text in UTF-8: save it as such."]
    except IsADirectoryError:
        return [
            f"{path} is a folder: remove it and write a file in its place. "
            "(Docker makes a folder where a file that it is to mount is missing.)"
        ]
    except OSError as error:
        return [f"{path} cannot be read ({error.strerror}): let this user read it."]
    return _problems_of_lines(path, text)


def names(path: Path) -> set[str]:
    """The names that have a value there, in capitals; none where there is no file. Look for its `problems` before."""
    return {name.upper() for name, value in dotenv_values(path, encoding=ENCODING, interpolate=False).items() if value}


def _problems_of_lines(path: Path, text: str) -> list[str]:
    found: list[str] = []
    lines: dict[str, int] = {}
    for statement in parse_stream(StringIO(text)):
        written = statement.original.string
        blank_lines = written[: len(written) - len(written.lstrip())].count("\n")
        line = statement.original.line + blank_lines
        if statement.error:
            found.append(f"{path}: line {line} cannot be read: write NAME=value, or # before a comment.")
        elif statement.key:
            name = statement.key.upper()
            if name in lines:
                found.append(f"{name} stands twice in {path}, in lines {lines[name]} and {line}: keep one.")
            lines[name] = line
    return found
