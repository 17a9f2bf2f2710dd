"""What is billed of time, counted over by hand."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from bot.billing.rules.rounding import Per, Rounding, Way


@dataclass(frozen=True)
class Group:
    """What stands together, or would if it had one price: by entry its rule, its person and the day that it has there.

    `shares` are what is billed there of an entry that is rounded alone.
    """

    rules: Mapping[int, Rounding]
    people: Mapping[int, int]
    days: Mapping[int, date]
    shares: Mapping[int, int]

    def billed(self, seconds: Mapping[int, int]) -> int:
        """The seconds that are billed of some of it, which stand on one line."""
        alone, together = 0, defaultdict[object, int](int)
        rules = dict[object, Rounding]()
        for key, worked in seconds.items():
            rule = self.rules[key]
            if rule.per is Per.ENTRY:
                alone += self.shares[key]
                continue
            unit = (rule, (self.people[key], self.days[key]) if rule.per is Per.DAY else None)
            together[unit] += worked
            rules[unit] = rule
        return alone + sum(rounded_time(worked, rules[unit]) for unit, worked in together.items())


def rounded_time(seconds: int, rounding: Rounding) -> int:
    """As a person does it with a pocket calculator."""
    least = Decimal(60 * rounding.minimum)
    if not seconds:
        return 0
    if rounding.way is Way.NONE:
        return int(max(seconds, least))
    step = Decimal(60 * rounding.step)
    modes = {Way.UP: ROUND_CEILING, Way.DOWN: ROUND_FLOOR, Way.NEAREST: ROUND_HALF_UP}
    steps = (seconds / step).to_integral_value(modes[rounding.way])
    return int(max(steps, (least / step).to_integral_value(ROUND_CEILING)) * step)


def shared_out(parts: Mapping[date, int], rounding: Rounding) -> dict[date, int]:
    """What is billed of an entry day by day: all of it is rounded once, and the first days take what that changes."""
    rest = rounded_time(sum(parts.values()), rounding) - sum(parts.values())
    billed = {}
    for day, seconds in sorted(parts.items()):
        billed[day] = max(seconds + rest, 0)
        rest -= billed[day] - seconds
    return billed
