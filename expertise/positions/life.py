"""The life of a position: what those who were asked may answer, and what follows. One table."""

from enum import StrEnum

from core.refusals import Refused


class State(StrEnum):
    """Where a position stands."""

    WAITING = "waiting"
    """Received, not answered."""
    QUEUED = "queued"
    """Would reserve, once whoever holds the need lets go of it."""
    RESERVED = "reserved"
    """Holds the need, looks for its expert."""
    INTRODUCED = "introduced"
    """The company was told who will call."""
    ENGAGED = "engaged"
    """Both said: this is the right person."""
    TAKEN = "taken"
    """Took charge: calls the company back."""
    DECLINED = "declined"
    DONE = "done"
    REMOVED = "removed"
    """The team took it back: it is not theirs any more."""


HELD = (State.RESERVED, State.INTRODUCED, State.ENGAGED)
"""While one stands there, no other can: the database sees to it."""


class Act(StrEnum):
    """What happens to a position."""

    SEND = "send"
    REMIND = "remind"
    RESERVE = "reserve"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    PROMOTE = "promote"
    """Its turn came in the waiting list."""
    EXTEND = "extend"
    EXPIRE = "expire"
    DECLINE = "decline"
    COME_BACK = "come_back"
    """They declined, and think better of it."""
    INTRODUCE = "introduce"
    """The expert is named, and will call."""
    AGREE = "agree"
    """One of both says: this is the right person."""
    ENGAGE = "engage"
    """The second says so too."""
    PART = "part"
    """One of both says: it is not. The consultation goes on."""
    TAKE = "take"
    FINISH = "finish"
    REMOVE = "remove"


class Outcome(StrEnum):
    """What came of it (seeds/003, 4.3 B: help is meant broadly)."""

    ADVICE = "advice"
    ONE_OFF = "one_off"
    """A one-off help with a step."""
    FUNDING = "funding"
    SUPPORT = "support"
    """A technical support that lasts."""
    NOT_HELPED = "not_helped"
    UNREACHABLE = "unreachable"


HELPED = frozenset({Outcome.ADVICE, Outcome.ONE_OFF, Outcome.FUNDING, Outcome.SUPPORT})

S, A = State, Act
AFTER: dict[tuple[State, Act], State] = {
    (S.WAITING, A.REMIND): S.WAITING,
    (S.WAITING, A.RESERVE): S.RESERVED,
    (S.WAITING, A.QUEUE): S.QUEUED,
    (S.WAITING, A.TAKE): S.TAKEN,
    (S.WAITING, A.DECLINE): S.DECLINED,
    (S.WAITING, A.REMOVE): S.REMOVED,
    (S.QUEUED, A.UNQUEUE): S.WAITING,
    (S.QUEUED, A.PROMOTE): S.RESERVED,
    (S.QUEUED, A.DECLINE): S.DECLINED,
    (S.QUEUED, A.REMOVE): S.REMOVED,
    (S.RESERVED, A.EXTEND): S.RESERVED,
    (S.RESERVED, A.EXPIRE): S.WAITING,
    (S.RESERVED, A.DECLINE): S.DECLINED,
    (S.RESERVED, A.INTRODUCE): S.INTRODUCED,
    (S.RESERVED, A.REMOVE): S.REMOVED,
    (S.INTRODUCED, A.AGREE): S.INTRODUCED,
    (S.INTRODUCED, A.ENGAGE): S.ENGAGED,
    (S.INTRODUCED, A.PART): S.DECLINED,
    (S.INTRODUCED, A.REMOVE): S.REMOVED,
    (S.ENGAGED, A.FINISH): S.DONE,
    (S.ENGAGED, A.REMOVE): S.REMOVED,
    (S.TAKEN, A.FINISH): S.DONE,
    (S.TAKEN, A.DECLINE): S.DECLINED,
    (S.TAKEN, A.REMOVE): S.REMOVED,
    (S.DECLINED, A.COME_BACK): S.WAITING,
    (S.DECLINED, A.SEND): S.WAITING,
    (S.DONE, A.SEND): S.WAITING,
    (S.REMOVED, A.SEND): S.WAITING,
}
"""(where it stands, what happens) → where it stands then. What is not here cannot happen."""


def may(state: State, act: Act) -> bool:
    """Whether this can happen there."""
    return (state, act) in AFTER


def after(state: State, act: Act) -> State:
    """Where a position stands then. Raises Refused("position-elsewhere")."""
    if not may(state, act):
        raise Refused("position-elsewhere")
    return AFTER[state, act]
