"""How fast mails leave for each provider, as a setting says it."""

import re
from dataclasses import dataclass

OTHERS = "*"
"""In the setting: all the domains that it does not name, together."""
_SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86_400}
_RATE = re.compile(r"([^=]+)=\s*([1-9][0-9]{0,6})\s*/\s*(s|min|h|day)")
_DOMAIN = re.compile(r"\*|[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Rate:
    """One mail every so many seconds, for these domains taken together."""

    domains: frozenset[str]
    provider: str
    every: float


def parse(setting: str) -> tuple[Rate, ...]:
    """ "orange.fr wanadoo.fr=60/min, *=600/min". Raises ValueError with what is not understood."""
    rates = []
    for part in filter(None, (one.strip().lower() for one in setting.split(","))):
        read = _RATE.fullmatch(part)
        names = read.group(1).split() if read else []
        if read is None or not names or not all(_DOMAIN.fullmatch(one) for one in names):
            raise ValueError(part)
        every = _SECONDS[read.group(3)] / int(read.group(2))
        rates.append(Rate(frozenset(names), names[0][:60], every))
    return tuple(rates)


def rate_of(rates: tuple[Rate, ...], address: str) -> Rate | None:
    """The rate that holds for an address."""
    domain = address.rpartition("@")[2].lower()
    named = (rate for rate in rates if domain in rate.domains)
    others = (rate for rate in rates if OTHERS in rate.domains)
    return next(named, None) or next(others, None)
