"""Dates as French people write them: « jeudi 12 mars 2026 à 14 h », « le 3 avril de 9h30 à 12h ».

Careful rather than clever: what looks back, a deadline, the date of a decree are left aside; what
does not agree with itself is said to be doubtful.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from core.text import folded

MOST = 40
"""Dates looked at in one text."""
LONGEST_TEXT = 30_000
LATELY = timedelta(days=90)
"""A day without its year that is that little past is past; beyond, it is that of next year."""
FURTHEST = timedelta(days=366 * 2)
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = {
    "janv": 1, "fev": 2, "mars": 3, "avr": 4, "mai": 5, "juin": 6, "juil": 7, "aout": 8,
    "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_W = rf"(?:(?P<%sw>{'|'.join(_DAYS)})\s+(?:le\s+)?)?"
_D = r"(?P<%sd>1er|0?[1-9]|[12][0-9]|3[01])(?![0-9])"
_M = (
    r"(?P<%sm>janv(?:ier|\.)?|fevr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?"
    r"|aout|sept(?:embre|\.)?|oct(?:obre|\.)?|nov(?:embre|\.)?|dec(?:embre|\.)?)(?![a-z])"
)
_Y = r"(?:\s+(?P<%sy>20[0-9]{2}))?(?![0-9]|\s+1[0-9]{3}\b)"


def _of(prefix: str, *pieces: str) -> str:
    return r"".join(one.replace("%s", prefix) for one in pieces)


_RANGE = (
    r"\b(?:du|de)\s+" + _of("a", _W, _D) + r"(?:\s+" + _of("a", _M, _Y) + r")?"
    r"\s+(?:au|a)\s+" + _of("b", _W, _D) + r"\s+" + _of("b", _M, _Y)
)
_PAIR = (
    r"\b(?:les\s+)?" + _of("c", _W, _D) + r"\s+et\s+" + _of("e", _W, _D) + r"\s+" + _of("e", _M, _Y)
)
_SINGLE = r"(?<![0-9])" + _of("f", _W, _D) + r"\s+" + _of("f", _M, _Y)
_NUMBERS = (
    r"(?<![0-9/.,-])(?P<gle>le\s+)?" + _of("g", _W) + r"(?P<gd>0?[1-9]|[12][0-9]|3[01])"
    r"(?P<gs>[/.-])(?P<gm>0?[1-9]|1[0-2])(?:(?P=gs)(?P<gy>20[0-9]{2}|[0-9]{2}))?(?![0-9/]|[.,-][0-9])"
)
_DATE = re.compile("|".join(f"(?:{one})" for one in (_RANGE, _PAIR, _SINGLE, _NUMBERS)))
_H = (
    r"(?P<%sh>[01]?[0-9]|2[0-4])\s?(?:h(?:eures?|rs?)?|:(?=[0-5][0-9]))(?![a-z])\s?"
    r"(?P<%sn>[0-5][0-9])?(?![0-9])"
)
_FROM_TO = re.compile(
    r"(?:\b(?:de|entre)\s+)?(?<![0-9])" + _of("a", _H) + r"\s*(?:a|-|–|—|/|et|jusqu[’']a)\s*"
    + _of("b", _H)
    + r"|\b(?:de|entre)\s+(?P<ch>[01]?[0-9]|2[0-3])\s+(?:a|et)\s+" + _of("d", _H)
)  # fmt: skip
_AT = re.compile(r"(?<![0-9])" + _of("a", _H))
_MOST_AFTER, _MOST_BEFORE = 90, 40
"""Characters in which an hour is looked for."""
_CLOSES = re.compile(
    r"(?:\bavant|jusqu[’' ]*(?:au|a)|au plus tard|d[’' ]ici|\blimite|\bcloture|\becheance"
    r"|date butoir|\breponses? (?:attendue?s?|souhaitee?s?)|\bdepot des (?:dossiers|candidatures))"
    r"[^.;!?\n0-9]{0,40}$"
)
_LOOKS_BACK = re.compile(
    r"(?:\b(?:decrets?|lois?|arretes?|circulaires?|instructions?|ordonnances?|deliberations?"
    r"|courriers?|mails?|messages?|publiee?s?|parue?s?|envoyee?s?|signee?s?|modifiee?s?"
    r"|mis(?:e|es)? a jour|adoptee?s?|depuis|nee?|compte[ -]rendu)"
    r"(?:\s+n[°o]?\s?[0-9][0-9 ./-]*)?\s+(?:du|le|de|en date du|au)?\s*"
    r"|\bdepuis(?: le)?\s+|\bversion (?:du|au)\s+|\b(?:envoye|sent)\s?:\s*)$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A date that is told."""

    first: date
    last: date | None
    """When it lasts several days."""
    starts: time | None
    ends: time | None
    words: str
    """The words in which it was read."""
    doubtful: bool = False
    """The weekday is not that of this day."""


@dataclass(frozen=True, slots=True)
class _Read:
    found: Found
    closes: bool


def dates(words: str, today: date) -> list[Found]:
    """When something takes place, in the order in which it is told, each day once."""
    found: dict[tuple[date, date | None], Found] = {}
    for one in _read(words, today):
        key = (one.found.first, one.found.last)
        known = found.get(key)
        if not one.closes and (known is None or (known.starts is None and one.found.starts)):
            found[key] = one.found
    return list(found.values())


def deadline(words: str, today: date) -> date | None:
    """Until when one may answer, when it is told."""
    return next(
        (one.found.last or one.found.first for one in _read(words, today) if one.closes), None
    )


def _read(words: str, today: date) -> Iterator[_Read]:
    number = 0
    for shown in _paragraphs(words[:LONGEST_TEXT]):
        said = _letter_by_letter(shown)
        matches = [one for one in _DATE.finditer(said) if _is_date(one)]
        taken = 0
        for place, match in enumerate(matches):
            number += 1
            if number > MOST:
                return
            before = said[: match.start()]
            if _LOOKS_BACK.search(before[-60:]):
                continue
            end = matches[place + 1].start() if place + 1 < len(matches) else len(said)
            hours = _hours(said[match.end() : min(end, match.end() + _MOST_AFTER)])
            if hours != (None, None):
                taken = end  # they are no longer those of the date that follows
            elif taken < match.start():
                since = matches[place - 1].end() if place else 0
                hours = _hours(before[max(since, len(before) - _MOST_BEFORE) :])
            closes = bool(_CLOSES.search(before[-80:]))
            for one in _days(match, today):
                context = _around(shown, match.start(), match.end())
                first, last, doubtful = one
                if (last or first) >= today and first - today < FURTHEST:
                    yield _Read(Found(first, last, *hours, context, doubtful), closes)


def _paragraphs(words: str) -> list[str]:
    """Lines that follow each other are one: programs cut them where they like."""
    words = words.replace("\xa0", " ").replace("\u202f", " ")
    words = re.sub(r"[*_]{1,3}|^\s*[#>|-]+\s", " ", words, flags=re.MULTILINE)
    return [" ".join(one.split()) for one in re.split(r"\n\s*\n", words) if one.strip()]


def _letter_by_letter(words: str) -> str:
    """In small letters without accents, each in its place."""
    said = "".join(folded(one)[:1] or " " for one in words)
    # As many letters: what is found there is shown where it stands.
    return re.sub(r"(?<![\w-])midi\b", "12h ", said)


def _hours(said: str) -> tuple[time | None, time | None]:
    between, at = _FROM_TO.search(said), _AT.search(said)
    if between and (at is None or between.start() <= at.start()):
        got = between.groupdict()
        if got["ch"]:
            starts, ends = _time(got["ch"], None), _time(got["dh"], got["dn"])
        else:
            starts, ends = _time(got["ah"], got["an"]), _time(got["bh"], got["bn"])
        return starts, ends if starts and ends and ends > starts else None
    return (_time(at["ah"], at["an"]), None) if at else (None, None)


def _time(hours: str, minutes: str | None) -> time | None:
    return time(int(hours), int(minutes or 0)) if int(hours) < 24 else None


def _around(shown: str, start: int, end: int) -> str:
    """The sentence, or what stands near."""
    first = max(shown.rfind(". ", 0, start) + 1, start - 80, 0)
    stop = shown.find(". ", end)
    last = min(stop if stop >= 0 else len(shown), end + 100)
    return (
        ("…" if first == start - 80 else "")
        + shown[first:last].strip()
        + ("…" if last < len(shown) and shown[last - 1] not in ".!" else "")
    )


def _is_date(match: re.Match[str]) -> bool:
    """Figures alone are one with their year, or after « le » or a weekday."""
    got = match.groupdict()
    return not got["gd"] or bool(got["gy"] or (got["gs"] == "/" and (got["gle"] or got["gw"])))


_Day = tuple[date, date | None, bool]


def _days(match: re.Match[str], today: date) -> Iterator[_Day]:
    """The days that a match tells: first, last, doubtful."""
    got = match.groupdict()
    if got["bd"]:
        yield from _between(got, today)
    elif got["ed"]:
        last = _day(got["ed"], got["em"], got["ey"], got["ew"], today)
        first = _day(got["cd"], got["em"], str(last[0].year), got["cw"], today) if last else None
        if last and first and last[0] - first[0] == timedelta(days=1):
            yield first[0], last[0], first[1] or last[1]
        else:
            yield from ((one[0], None, one[1]) for one in (first, last) if one)
    elif got["fd"]:
        if one := _day(got["fd"], got["fm"], got["fy"], got["fw"], today):
            yield one[0], None, one[1]
    elif one := _day(got["gd"], got["gm"], got["gy"], got["gw"], today):
        yield one[0], None, one[1]


def _between(got: dict[str, str], today: date) -> Iterator[_Day]:
    last = _day(got["bd"], got["bm"], got["by"], got["bw"], today)
    if last is None:
        return
    year = got["ay"] or str(last[0].year)
    month = got["am"] or got["bm"]
    first = _day(got["ad"], month, year, got["aw"], today)
    if first and first[0] > last[0] and not got["ay"]:  # du 30 décembre au 2 janvier
        first = _day(got["ad"], month, str(last[0].year - 1), got["aw"], today)
    if first and first[0] < last[0] and last[0] - first[0] < timedelta(days=60):
        yield first[0], last[0], first[1] or last[1]


def _day(
    day: str, month: str, year: str | None, weekday: str | None, today: date
) -> tuple[date, bool] | None:
    """A day, and whether its weekday is another one; without its year, the next such day."""
    number = int(month) if month.isdecimal() else _month(month)
    mine = 1 if day == "1er" else int(day)
    if year:
        full = int(year) + (2000 if len(year) == 2 else 0)
        one = _date(full, number, mine)
        return (one, _differs(one, weekday)) if one else None
    near = [one for more in (0, 1) if (one := _date(today.year + more, number, mine))]
    coming = [one for one in near if one >= today]
    if weekday:
        agreed = next((one for one in near if not _differs(one, weekday)), None)
        if agreed:
            return agreed, False
    if not coming or (near[0] < today and today - near[0] < LATELY):
        return None
    return coming[0], weekday is not None


def _month(name: str) -> int:
    return next(number for start, number in _MONTHS.items() if name.startswith(start))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _differs(one: date, weekday: str | None) -> bool:
    return weekday is not None and _DAYS[one.weekday()] != weekday
