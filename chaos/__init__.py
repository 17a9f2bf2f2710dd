"""The crash test: real processes that are killed again and again while Billomat answers in every wrong way.

`python -m chaos --seed 7 --deliveries 200 --database postgresql` makes a workspace and an account, starts
`python -m bot run` once on SQLite or three times on PostgreSQL, and lets people import, log time, approve and read
their summaries. Then a second person has to approve, days are locked, and in `--rounds` sent drafts are taken back,
deleted, cancelled, shortened and count again in Billomat, whose webhooks come, and what is free is billed again. At the
end it adds up what Billomat, Slack and the database hold.

The same seed repeats the plan of the kills and what is drawn for Billomat's answers. It does not repeat how the
processes interleave, so a run that went wrong may have to be repeated a few times.
"""
