"""Time: timers, entries, and all that corrects them."""
