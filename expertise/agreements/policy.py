"""Who may do what with an agreement. Seeing it is settled before: see expertise.rule."""

from expertise.agreements import life
from expertise.agreements.life import Act, State
from expertise.agreements.models import Agreement, By, Party
from expertise.desk import Desk
from expertise.needs.life import State as NeedState
from expertise.positions import policy as positions
from expertise.positions.life import State as PositionState
from expertise.positions.models import Position

CONFIRMS: dict[By, tuple[By, ...]] = {
    By.COMPANY: (By.INSTITUTION, By.TEAM),
    By.INSTITUTION: (By.TEAM,),
    By.EMPLOYEE: (By.TEAM,),
}
"""Who brought a scan → who says that it is good: never the same."""


def by_of(desk: Desk, position: Position) -> By | None:
    """For whom somebody acts here; None: for nobody."""
    if positions.answers_for(desk, position):
        return By.INSTITUTION
    if desk.runs(position.need.programme_id):
        return By.TEAM
    if position.need.company_id in desk.companies:
        return By.COMPANY
    return None


def prepares(desk: Desk, position: Position) -> bool:
    """Whether somebody writes the agreement: the institution, or the team."""
    return by_of(desk, position) in {By.INSTITUTION, By.TEAM}


def is_engaged(position: Position) -> bool:
    """Whether both sides said that this is the right person, and the need is still open."""
    return position.state is PositionState.ENGAGED and position.need.state is NeedState.OPEN


def may(agreement: Agreement, act: Act) -> bool:
    """Whether this can happen now. Until it is signed, only while its position is engaged."""
    position = agreement.position
    if agreement.state is State.SIGNED:
        return life.may(agreement.state, act) and position.state is not PositionState.REMOVED
    return life.may(agreement.state, act) and is_engaged(position)


def party_of(desk: Desk, position: Position) -> tuple[Party, ...]:
    """For which parties somebody may sign from their account: the code goes to the signatory."""
    by = by_of(desk, position)
    if by is By.COMPANY:
        return (Party.COMPANY,)
    if by is By.INSTITUTION:
        return (Party.INSTITUTION, Party.EMPLOYEE)
    return ()


def brings(by: By) -> tuple[Party, ...]:
    """Whose scan somebody may bring back."""
    return {
        By.COMPANY: (Party.COMPANY,),
        By.INSTITUTION: (Party.INSTITUTION, Party.EMPLOYEE),
        By.EMPLOYEE: (Party.EMPLOYEE,),
        By.TEAM: tuple(Party),
        By.HOUSE: (),
    }[by]


def confirms(by: By, brought_by: By | None) -> bool:
    """Whether somebody may say that a scan is good."""
    return brought_by is not None and by in CONFIRMS.get(brought_by, ())
