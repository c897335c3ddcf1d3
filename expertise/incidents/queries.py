"""Reads of incidents: for the team that was told, and nobody else."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from expertise.desk import Desk
from expertise.experts.models import DeskSeat
from expertise.incidents.models import Incident, IncidentProgramme
from expertise.programmes.models import Programme, ProgrammeInstitution


def concerned(desk: Desk) -> Select[Programme]:
    """The programmes in which somebody may have had an incident: theirs, by name."""
    answered = (
        select(ProgrammeInstitution.programme_id)
        .join(DeskSeat, DeskSeat.institution_id == ProgrammeInstitution.institution_id)
        .where(
            or_(
                DeskSeat.institution_id.in_(desk.manages),
                DeskSeat.expert_id.in_(desk.experts),
            )
        )
    )
    return (
        select(Programme)
        .where(or_(Programme.id.in_(desk.teams), Programme.id.in_(answered)))
        .order_by(Programme.name, Programme.id)
    )


def told(desk: Desk, programme: Programme, before: int | None = None) -> Select[Incident]:
    """The incidents that the team of a programme was told of, the latest first.

    `before`: the number of the last one that was shown.
    """
    found = (
        select(Incident)
        .join(IncidentProgramme, IncidentProgramme.incident_id == Incident.id)
        .where(
            IncidentProgramme.programme_id == programme.id,
            IncidentProgramme.programme_id.in_(desk.teams),
        )
        .options(joinedload(Incident.member))
        .order_by(Incident.id.desc())
    )
    return found if before is None else found.where(Incident.id < before)
