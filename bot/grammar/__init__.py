"""What people type after `/track`, in every language there are texts in, read into plain commands.

`wording` says how each language begins a command and speaks of time, `phrases` makes one table of rules of that, and
`reading` takes a text through it: what no rule covers stays a word, in the typed order. `values` are what comes out,
`writing` turns them into text again. Nothing is guessed: what has two readings is refused with a `Reason`, and quotes
keep a word from being read as a time.
"""

from bot.grammar.reading import LONGEST_NIGHT, is_tag, local_moment, parse, parse_duration, vocabulary
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.values import (
    LONGEST_TEXT,
    LONGEST_WORK,
    MOST_TAGS,
    Command,
    Continue,
    Delete,
    Duration,
    Edit,
    Form,
    FormName,
    Gaps,
    Help,
    Link,
    List,
    Log,
    Note,
    Span,
    Split,
    Start,
    Status,
    Stop,
    Switch,
    Tag,
    Undo,
    Unknown,
    Untimed,
    Which,
)
from bot.grammar.wording import SUBCOMMANDS, Subcommand, Wording
from bot.grammar.writing import written

__all__ = [
    "LONGEST_NIGHT",
    "LONGEST_TEXT",
    "LONGEST_WORK",
    "MOST_TAGS",
    "SUBCOMMANDS",
    "Command",
    "Continue",
    "Delete",
    "Duration",
    "Edit",
    "Form",
    "FormName",
    "Gaps",
    "Help",
    "Link",
    "List",
    "Log",
    "NotUnderstood",
    "Note",
    "Reason",
    "Span",
    "Split",
    "Start",
    "Status",
    "Stop",
    "Subcommand",
    "Switch",
    "Tag",
    "Undo",
    "Unknown",
    "Untimed",
    "Which",
    "Wording",
    "is_tag",
    "local_moment",
    "parse",
    "parse_duration",
    "vocabulary",
    "written",
]
