"""Invoice drafts: `collect` puts one together, `line_edits` changes it, `approval` sends it off.

`delivery` makes it in Billomat, in steps: `attempts`, `search`, `results`. `reconcile` and `verification` are what
people decide about one that was lost or deleted; `unbilled` is what waits to be billed.
"""
