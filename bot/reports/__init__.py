"""What time adds up to, and how it leaves.

`report` sums what fits a filter, by up to two things, with its money as an invoice would have it; `screens` answers
with it, for whoever shows one. `exports` writes the entries of a filter as CSV.
"""
