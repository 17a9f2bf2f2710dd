"""A local Slack workspace, as strict as the real one: state, rules and people's deeds.

No web framework and no I/O of its own: the clock and the transport to the bot are passed in. `workspace.py` is what
tests, the page and the HTTP routes use.
"""
