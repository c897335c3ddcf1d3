"""What those who answer may do with a position. Seeing it is settled before: see expertise.rule."""

from dataclasses import dataclass

from expertise.desk import Desk
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import life
from expertise.positions.life import Act, State
from expertise.positions.models import Position
from expertise.programmes.models import Way

OF_WAY: dict[Way, tuple[Act, ...]] = {
    Way.EXCLUSIVE: (
        Act.RESERVE,
        Act.QUEUE,
        Act.UNQUEUE,
        Act.INTRODUCE,
        Act.EXTEND,
        Act.AGREE,
        Act.PART,
        Act.FINISH,
        Act.DECLINE,
        Act.COME_BACK,
    ),
    Way.COOPERATIVE: (Act.TAKE, Act.FINISH, Act.DECLINE, Act.COME_BACK),
}
"""What may be done where needs are reserved, and where several take charge, in order."""
AFTER_RUNNING_OUT = 1
"""How often who let a reservation run out may reserve the same need again, without an extension."""
READS_THE_CONTACT = frozenset({*life.HELD, State.DONE})


def answers_for(desk: Desk, position: Position) -> bool:
    """Whether somebody answers this one."""
    return desk.is_bound and (
        position.institution_id in desk.manages or position.expert_id in desk.experts
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What the others do with the need of a position, and what became of its reservations."""

    held: bool = False
    """Another institution holds it."""
    ran_out: int = 0
    """How many reservations of its institution ran out."""

    @property
    def is_spent(self) -> bool:
        """Whether they reserve it no more, nor wait for their turn: else nobody else ever could."""
        return self.ran_out > AFTER_RUNNING_OUT


def acts_of(need: Need) -> tuple[Act, ...]:
    """What may be done with a need by those who were asked, in order."""
    return OF_WAY[need.way] if need.way else ()


def may(position: Position, act: Act, around: Around) -> bool:
    """Whether this can be done now, by those who answer."""
    need = position.need
    if need.state is not NeedState.OPEN or act not in acts_of(need):
        return False
    if act in {Act.RESERVE, Act.QUEUE} and around.is_spent:
        return False
    if act is Act.RESERVE and around.held:
        return False
    if act is Act.QUEUE and not around.held:
        return False
    if act is Act.EXTEND and (position.extended or need.programme.extension_days == 0):
        return False
    if act is Act.AGREE and position.institution_agrees:
        return False
    return life.may(position.state, act)


def shows_contact(position: Position) -> bool:
    """Whether those who answer read whom to call.

    Where several take charge, all those who were asked do (seeds/003, 4.3 B); where a need is
    reserved, whoever holds it does (seeds/000 §4.4).
    """
    if position.need.way is Way.COOPERATIVE:
        return True
    return position.state in READS_THE_CONTACT
