"""THE rule of the desk, stated once: who sees a need. It is closed unless a line here opens it.

Networks open nothing here, and the desk opens nothing of the networks.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_

from expertise.desk import Desk
from expertise.needs.models import Hiding, Need
from expertise.positions.life import State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, ProgrammeInstitution
from expertise.surveys.models import Survey


def seen(desk: Desk) -> ColumnElement[bool]:
    """The needs that somebody sees: those of their programmes, of their companies, received."""
    return or_(
        Need.programme_id.in_(desk.teams),
        Need.company_id.in_(desk.companies),
        exists().where(Position.need_id == Need.id, received(desk)),
    )


def received(desk: Desk) -> ColumnElement[bool]:
    """The positions that somebody answers. Needs must be in the query around.

    Who did not accept the rules of conduct receives nothing. What the company hides from an
    institution is not there for its people, whatever the way; nor what the team took back.
    """
    if not desk.is_bound or not desk.answers:
        return false()
    return and_(
        or_(
            Position.institution_id.in_(desk.manages),
            Position.expert_id.in_(desk.experts),
        ),
        Position.state != State.REMOVED,
        open_to(),
    )


def open_to() -> ColumnElement[bool]:
    """Whether the institution of a position may see its need. Needs must be in the query around."""
    return and_(
        exists().where(
            ProgrammeInstitution.programme_id == Need.programme_id,
            ProgrammeInstitution.institution_id == Position.institution_id,
            Institution.id == Position.institution_id,
            Institution.suspended_at.is_(None),
        ),
        ~exists().where(
            Hiding.need_id == Need.id, Hiding.institution_id == Position.institution_id
        ),
    )


def surveyed(desk: Desk) -> ColumnElement[bool]:
    """The surveys that somebody reads: those of their programmes, whoever answered.

    A company reads none of an institution, nor an institution of a company, nor of another.
    """
    return Survey.programme_id.in_(desk.teams)
