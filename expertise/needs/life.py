"""The life of a need: where it stands, and what may happen to it there. One table says it all."""

from enum import StrEnum

from core.refusals import Refused


class State(StrEnum):
    """Where a need stands."""

    ASKED = "asked"
    """ "À traiter": its programme has not read it yet."""
    INCOMPLETE = "incomplete"
    """The team asked for more."""
    SELECTION = "selection"
    """Before the committee of its territory."""
    OPEN = "open"
    """ "Validé": one looks for who can answer it."""
    CLOSED = "closed"


class Ending(StrEnum):
    """How a need was closed."""

    REFUSED = "refused"
    ORIENTED = "oriented"
    """Towards others, who do better."""
    WITHDRAWN = "withdrawn"
    NO_TAKER = "no_taker"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    UNREACHABLE = "unreachable"
    """Nobody answered those who called."""


class Act(StrEnum):
    """What happens to a need."""

    ASK = "ask"
    ASK_MORE = "ask_more"
    ADD = "add"
    """The company says more."""
    EDIT = "edit"
    """The company corrects a detail,"""
    REWRITE = "rewrite"
    """or what matters: what was validated is read again."""
    CLASSIFY = "classify"
    """Its team says what it is about."""
    HIDE = "hide"
    """It is hidden from more institutions,"""
    SETTLE = "settle"
    """or its team says that the names which its company typed are those of none."""
    ORIENT = "orient"
    REFUSE = "refuse"
    SUBMIT = "submit"
    """To the committee."""
    HAND_BACK = "hand_back"
    """The committee could not decide: the team does."""
    VALIDATE = "validate"
    WITHDRAW = "withdraw"
    NO_TAKER = "no_taker"
    CONTEST = "contest"
    """The company does not agree that it is closed."""
    REOPEN = "reopen"
    CALL = "call"
    """Somebody will call the company: it reads who."""
    AGREE = "agree"
    """The company says: this is the right person."""
    PART = "part"
    """One of both says: it is not; others are asked again."""
    HELP = "help"
    NOT_HELP = "not_help"
    LOSE_TOUCH = "lose_touch"
    """Who called never reached the company."""


S, A = State, Act
AFTER: dict[tuple[State, Act], State] = {
    (S.ASKED, A.ADD): S.ASKED,
    (S.ASKED, A.EDIT): S.ASKED,
    (S.ASKED, A.REWRITE): S.ASKED,
    (S.ASKED, A.CLASSIFY): S.ASKED,
    (S.ASKED, A.ASK_MORE): S.INCOMPLETE,
    (S.ASKED, A.ORIENT): S.CLOSED,
    (S.ASKED, A.REFUSE): S.CLOSED,
    (S.ASKED, A.SUBMIT): S.SELECTION,
    (S.ASKED, A.VALIDATE): S.OPEN,
    (S.ASKED, A.WITHDRAW): S.CLOSED,
    (S.INCOMPLETE, A.ADD): S.ASKED,
    (S.INCOMPLETE, A.EDIT): S.INCOMPLETE,
    (S.INCOMPLETE, A.REWRITE): S.ASKED,
    (S.INCOMPLETE, A.CLASSIFY): S.INCOMPLETE,
    (S.INCOMPLETE, A.ORIENT): S.CLOSED,
    (S.INCOMPLETE, A.REFUSE): S.CLOSED,
    (S.INCOMPLETE, A.WITHDRAW): S.CLOSED,
    (S.SELECTION, A.ADD): S.SELECTION,
    (S.SELECTION, A.HAND_BACK): S.ASKED,
    (S.SELECTION, A.REFUSE): S.CLOSED,
    (S.SELECTION, A.VALIDATE): S.OPEN,
    (S.SELECTION, A.WITHDRAW): S.CLOSED,
    (S.OPEN, A.ADD): S.OPEN,
    (S.OPEN, A.EDIT): S.OPEN,
    (S.OPEN, A.REWRITE): S.ASKED,
    (S.OPEN, A.WITHDRAW): S.CLOSED,
    (S.OPEN, A.NO_TAKER): S.CLOSED,
    (S.OPEN, A.CALL): S.OPEN,
    (S.OPEN, A.AGREE): S.OPEN,
    (S.OPEN, A.PART): S.OPEN,
    (S.OPEN, A.HELP): S.CLOSED,
    (S.OPEN, A.NOT_HELP): S.CLOSED,
    (S.OPEN, A.LOSE_TOUCH): S.CLOSED,
    **{(one, act): one for one in S if one is not S.CLOSED for act in (A.HIDE, A.SETTLE)},
    (S.CLOSED, A.CONTEST): S.ASKED,
    (S.CLOSED, A.REOPEN): S.ASKED,
}
"""(where it stands, what happens) → where it stands then. What is not here cannot happen."""

ENDS: dict[Act, Ending] = {
    A.ORIENT: Ending.ORIENTED,
    A.REFUSE: Ending.REFUSED,
    A.WITHDRAW: Ending.WITHDRAWN,
    A.NO_TAKER: Ending.NO_TAKER,
    A.HELP: Ending.HELPED,
    A.NOT_HELP: Ending.NOT_HELPED,
    A.LOSE_TOUCH: Ending.UNREACHABLE,
}
"""How a need is closed by what happens to it."""

LAPSED = Ending.NO_TAKER
"""How a need ends that nobody touched for years, wherever it stands: see expertise.keeping."""


def may(state: State, act: Act) -> bool:
    """Whether this can happen there."""
    return (state, act) in AFTER


def after(state: State, act: Act) -> State:
    """Where a need stands then. Raises Refused("need-elsewhere")."""
    if not may(state, act):
        raise Refused("need-elsewhere")
    return AFTER[state, act]
