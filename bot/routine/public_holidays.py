"""Public holidays where a person is: nationwide ones, and those of a Bundesland or canton where one was chosen.

The library knows all countries and takes 17 MB once it is loaded. So a process of its own answers for one year, which
takes a third of a second, and what it said is kept: `python -m bot.routine.public_holidays DE-BY 2026`.
"""

import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.core import get_global

log = logging.getLogger(__name__)

REGIONS: Mapping[str, Mapping[str, str]] = {
    "DE": {
        "DE-BW": "Baden-Württemberg",
        "DE-BY": "Bayern",
        "DE-BE": "Berlin",
        "DE-BB": "Brandenburg",
        "DE-HB": "Bremen",
        "DE-HH": "Hamburg",
        "DE-HE": "Hessen",
        "DE-MV": "Mecklenburg-Vorpommern",
        "DE-NI": "Niedersachsen",
        "DE-NW": "Nordrhein-Westfalen",
        "DE-RP": "Rheinland-Pfalz",
        "DE-SL": "Saarland",
        "DE-SN": "Sachsen",
        "DE-ST": "Sachsen-Anhalt",
        "DE-SH": "Schleswig-Holstein",
        "DE-TH": "Thüringen",
    },
    "CH": {
        "CH-AG": "Aargau",
        "CH-AR": "Appenzell Ausserrhoden",
        "CH-AI": "Appenzell Innerrhoden",
        "CH-BL": "Basel-Landschaft",
        "CH-BS": "Basel-Stadt",
        "CH-BE": "Bern",
        "CH-FR": "Fribourg",
        "CH-GE": "Genève",
        "CH-GL": "Glarus",
        "CH-GR": "Graubünden",
        "CH-JU": "Jura",
        "CH-LU": "Luzern",
        "CH-NE": "Neuchâtel",
        "CH-NW": "Nidwalden",
        "CH-OW": "Obwalden",
        "CH-SG": "St. Gallen",
        "CH-SH": "Schaffhausen",
        "CH-SZ": "Schwyz",
        "CH-SO": "Solothurn",
        "CH-TG": "Thurgau",
        "CH-TI": "Ticino",
        "CH-UR": "Uri",
        "CH-VS": "Valais",
        "CH-VD": "Vaud",
        "CH-ZG": "Zug",
        "CH-ZH": "Zürich",
    },
}
"""Countries in which holidays differ by the state: ISO 3166-2 and the name there. Austria has the same all over."""
_ANSWERED_WITHIN = 20
"""Seconds; a loaded machine takes longer than a third of one."""


def country(zone: str) -> str:
    """The country of a zone, as Unicode's tables have it; empty for zones of none, say UTC."""
    zones = get_global("zone_territories")
    return str(zones.get(get_global("zone_aliases").get(zone, zone)) or "")


def regions(zone: str) -> Mapping[str, str]:
    """The states among which a person there may choose, by their code; none where it makes no difference."""
    return REGIONS.get(country(zone), {})


def is_holiday(day: date, *, zone: str, region: str | None) -> bool:
    """Whether nobody works on this day there, as far as we know. A `region` of another country says nothing."""
    where = region if region in regions(zone) else country(zone)
    return bool(where) and day in _of_year(where, day.year)


@lru_cache(maxsize=256)
def _of_year(where: str, year: int) -> frozenset[date]:
    """The holidays of a year in a country or region; none, until the process is started anew, where nobody answers."""
    asked = [sys.executable, "-m", __name__, where, str(year)]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=_ANSWERED_WITHIN)  # noqa: S603 (our own module)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("the holidays of %s in %d are not known: %s", where, year, error)
        return frozenset()
    return frozenset(map(date.fromisoformat, answer.stdout.split()))


def known_days(where: str, year: int) -> list[date]:
    """What the library says. Loads it, so only that other process calls this."""
    from holidays import country_holidays, list_supported_countries

    of_country, _, region = where.partition("-")
    if of_country not in list_supported_countries():
        return []
    return sorted(country_holidays(of_country, subdiv=region or None, years=year))


if __name__ == "__main__":
    print(*known_days(sys.argv[1], int(sys.argv[2])), sep="\n")  # noqa: T201 (the answer)
