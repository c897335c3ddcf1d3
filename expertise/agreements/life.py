"""The life of an agreement: who may change it, when it is signed, when it is over. One table."""

from enum import StrEnum

from core.refusals import Refused


class State(StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"
    """The institution, or the team, prepares it."""
    PROPOSED = "proposed"
    """Both sides read the same file, and sign it."""
    CORRECTION = "correction"
    """A party asked for something else."""
    SIGNED = "signed"
    """By all: nothing of it changes any more, but the days."""
    VOID = "void"
    """The case went another way before it was signed."""


class Act(StrEnum):
    """What happens to an agreement."""

    PREPARE = "prepare"
    EDIT = "edit"
    """Changed once it was proposed, it is proposed again: what was signed counts no more."""
    PROPOSE = "propose"
    ASK_CORRECTION = "ask_correction"
    SIGN = "sign"
    """One more party signed."""
    BRING_SCAN = "bring_scan"
    REFUSE_SCAN = "refuse_scan"
    COMPLETE = "complete"
    """The last party signed."""
    VOID = "void"
    DAY_DONE = "day_done"
    DAY_CANCELLED = "day_cancelled"
    DAY_MOVED = "day_moved"
    DAY_ADDED = "day_added"
    DAY_AGAIN = "day_again"
    """What was said of a day was a mistake."""


S, A = State, Act
AFTER: dict[tuple[State, Act], State] = {
    (S.DRAFT, A.EDIT): S.DRAFT,
    (S.DRAFT, A.PROPOSE): S.PROPOSED,
    (S.DRAFT, A.VOID): S.VOID,
    (S.PROPOSED, A.EDIT): S.DRAFT,
    (S.PROPOSED, A.ASK_CORRECTION): S.CORRECTION,
    (S.PROPOSED, A.SIGN): S.PROPOSED,
    (S.PROPOSED, A.BRING_SCAN): S.PROPOSED,
    (S.PROPOSED, A.REFUSE_SCAN): S.PROPOSED,
    (S.PROPOSED, A.COMPLETE): S.SIGNED,
    (S.PROPOSED, A.VOID): S.VOID,
    (S.CORRECTION, A.EDIT): S.DRAFT,
    (S.CORRECTION, A.PROPOSE): S.PROPOSED,
    (S.CORRECTION, A.VOID): S.VOID,
    (S.VOID, A.PREPARE): S.DRAFT,
    (S.SIGNED, A.DAY_DONE): S.SIGNED,
    (S.SIGNED, A.DAY_CANCELLED): S.SIGNED,
    (S.SIGNED, A.DAY_MOVED): S.SIGNED,
    (S.SIGNED, A.DAY_ADDED): S.SIGNED,
    (S.SIGNED, A.DAY_AGAIN): S.SIGNED,
}
"""(where it stands, what happens) → where it stands then. What is not here cannot happen."""


def may(state: State, act: Act) -> bool:
    """Whether this can happen there."""
    return (state, act) in AFTER


def after(state: State, act: Act) -> State:
    """Where an agreement stands then. Raises Refused("agreement-elsewhere")."""
    if not may(state, act):
        raise Refused("agreement-elsewhere")
    return AFTER[state, act]
