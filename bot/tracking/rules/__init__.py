"""Durations, days, overlaps and gaps: pure functions over values."""
