"""The Billomat account: `connect` reaches it, `imports` reads its customers and articles, `link` joins them with ours.

`progress` says how far an import is. `access` makes a `client` of a stored key, and `budget` takes one of the calls
that Billomat allows.
"""
