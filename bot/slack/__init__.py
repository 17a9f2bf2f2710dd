"""How Slack talks, without a word of what it is about.

`signature` and `envelopes` let in what is Slack's, `delivery` is what came in, `request` what a person asks for, and
`answers` what goes out; `listeners` joins them, `showing` does what needs Slack after the ack, and `failures` answers
errors. `messages` are sent by jobs.
"""
