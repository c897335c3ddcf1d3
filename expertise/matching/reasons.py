"""Why somebody could answer a need: the parts of their score, and what each weighs."""

from dataclasses import dataclass
from enum import Enum

WHOLE = 1_000
"""A part that could not be better."""
WORDS = 40
SUBJECTS = 10
NEARNESS = 20
ROOM = 15
PAST = 15
"""What the parts weigh, of a hundred."""

ENOUGH_WORDS = 150
"""Words met that make half of the part: one and a half that nobody else has."""
IN_THE_TITLE = 2
"""A word of the title counts so many times."""
HALF_WAY = 30
"""Kilometres that make half of the part."""
EVERYWHERE_KM = 120
"""Where whoever answers everywhere is counted to be."""
USUAL_QUOTA = 10
"""Needs a month of whoever set no quota, to tell how busy they are."""
LOAD_DAYS = 30


class Reach(Enum):
    """How the commune of a need lies where somebody answers."""

    COMMUNE = "commune"
    """They named it."""
    TERRITORY = "territory"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a score."""

    points: int
    """Of a thousand."""


@dataclass(frozen=True, slots=True)
class WordsMet(Reason):
    """What they say that they know meets the words of the need."""

    words: tuple[str, ...]
    """As they wrote them, those that say most first."""


@dataclass(frozen=True, slots=True)
class SubjectsMet(Reason):
    """They answer about so many of its subjects."""

    met: int
    asked: int


@dataclass(frozen=True, slots=True)
class Nearness(Reason):
    """From the commune of the need to the middle of the nearest of their places that hold it."""

    reach: Reach
    kilometres: int | None
    """0 in a commune that they named; None when it is not known."""
    territory_id: int | None = None


@dataclass(frozen=True, slots=True)
class Room(Reason):
    """What they were sent in thirty days."""

    received: int
    quota: int | None


@dataclass(frozen=True, slots=True)
class Past(Reason):
    """What came of the needs that they answered."""

    helped: int
    ended: int


@dataclass(frozen=True, slots=True)
class StandsIn(Reason):
    """They receive the needs of somebody who is away; it weighs nothing."""

    absent_id: int
    absent: str


def words_points(met: int) -> int:
    """How close: `met` is the sum of what the words met are worth, a hundred at most each."""
    return WHOLE * met // (met + ENOUGH_WORDS)


def near_points(kilometres: int) -> int:
    """How near."""
    return WHOLE * HALF_WAY // (HALF_WAY + kilometres)


def room_points(received: int, quota: int | None) -> int:
    """How free."""
    quota = quota or USUAL_QUOTA
    return WHOLE * (quota - min(received, quota)) // quota


def past_points(helped: int, ended: int) -> int:
    """How often it helped; whoever did nothing yet stands in the middle."""
    return WHOLE * (helped + 1) // (ended + 2)
