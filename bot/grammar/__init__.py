"""What people type after `/track`, in every language there are texts in, read into plain commands.

`wording` says how each language begins a command and `terms` how it speaks of time; `phrases` makes one table of rules
of that, and `reading` takes a text through it: what no rule covers stays a word, in the typed order. `said` is what was
found, `subcommands` make commands of it, and `values` are what comes out; `asked`, `asked_days` and `asked_names` say
which time a list or report is about. Nothing is guessed: what has two readings is refused (`refusals`), what may be a
name as well is told (`taken`), and quotes keep a word from being read as a time.
"""
