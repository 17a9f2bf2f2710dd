"""What people type after `/track`, in every language there are texts in, read into plain commands.

`wording` says how each language begins a command and `terms` how it speaks of time; `phrases` makes one table of rules
of that, and `reading` takes a text through it: what no rule covers stays a word, in the typed order. `said` is what was
found, `subcommands` make commands of it, and `values` are what comes out. Nothing is guessed: what has two readings is
refused (`refusals`), and quotes keep a word from being read as a time.
"""
