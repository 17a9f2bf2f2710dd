"""What comes by itself or at a glance: the daily `summaries`, the `sweep` for forgotten timers, the App `home`.

`overview` has their figures, and `arrivals` plans the first summary of whoever is new.
"""
