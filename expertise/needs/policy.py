"""Who may do what with a need. Seeing it is settled before: see expertise.rule."""

from expertise.desk import Desk
from expertise.needs import life
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.programmes.models import Review

BY_THE_TEAM = (
    Act.VALIDATE,
    Act.ASK_MORE,
    Act.ORIENT,
    Act.REFUSE,
    Act.NO_TAKER,
    Act.REOPEN,
)
BY_THE_COMPANY = (Act.ADD, Act.CONTEST, Act.WITHDRAW)


def may_review(desk: Desk, need: Need) -> bool:
    """Whether somebody decides for its programme."""
    return desk.runs(need.programme_id)


def team_may(need: Need, act: Act) -> bool:
    """Whether its team may do this now; `is_outside` says when a committee should."""
    if need.anonymised_at is not None:
        return False  # there is nothing left to read again
    return act in BY_THE_TEAM and life.may(need.state, act)


def may_submit(need: Need) -> bool:
    """Whether it may be put before a committee now: see expertise.committees."""
    return need.programme.review is Review.COMMITTEE and life.may(need.state, Act.SUBMIT)


def is_outside(need: Need, act: Act) -> bool:
    """Whether the team decides where a committee selects: it says why, and it is written down."""
    selected = need.programme.review is Review.COMMITTEE or need.state is life.State.SELECTION
    return selected and act in {Act.VALIDATE, Act.REFUSE}


def may_classify(need: Need) -> bool:
    """Whether one may still say what it is about: not once it was validated."""
    return life.may(need.state, Act.CLASSIFY)


def may_hide(need: Need) -> bool:
    """Whether its team may still say whom it is hidden from."""
    return life.may(need.state, Act.HIDE)


def may_edit(need: Need) -> bool:
    """Whether the company may correct it now: not while a committee reads it, nor once closed."""
    return life.may(need.state, Act.EDIT)


def company_may(need: Need, act: Act) -> bool:
    """Whether the company may do this now: one does not contest what one withdrew oneself."""
    if need.anonymised_at is not None:
        return False
    if act is Act.CONTEST and need.ending is life.Ending.WITHDRAWN:
        return False
    return act in BY_THE_COMPANY and life.may(need.state, act)
