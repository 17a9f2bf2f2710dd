"""The playground's page: the Slack workspace as one person sees it, and the Billomat account beside it.

`app.py` has the routes and the live connection, `render.py` makes HTML of what the cores hold, `texts.py` its words.
"""
