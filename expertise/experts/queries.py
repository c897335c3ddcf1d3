"""Reads of those who answer. They take a desk, or what was found with one."""

from datetime import datetime

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from access.models import Level, Territory
from accounts.models import Member
from expertise import rule
from expertise.desk import Desk
from expertise.experts.models import (
    Competence,
    DeskSeat,
    Expert,
    ExpertTerritory,
    InstitutionAddress,
)
from expertise.programmes.models import (
    Institution,
    Programme,
    ProgrammeInstitution,
    Subject,
    SubjectTheme,
)


def taking_part(desk: Desk, programme: Programme) -> Select[Institution]:
    """The institutions of a programme that one runs, by name, those that are suspended too."""
    return (
        select(Institution)
        .join(ProgrammeInstitution, ProgrammeInstitution.institution_id == Institution.id)
        .where(
            ProgrammeInstitution.programme_id == programme.id,
            ProgrammeInstitution.programme_id.in_(desk.teams),
        )
        .order_by(Institution.folded_name, Institution.id)
    )


def with_programme(desk: Desk, slug: str, institution_id: int) -> Select[Institution, Programme]:
    """An institution of a programme that one runs, and this programme."""
    return (
        select(Institution, Programme)
        .join(ProgrammeInstitution, ProgrammeInstitution.institution_id == Institution.id)
        .join(Programme, Programme.id == ProgrammeInstitution.programme_id)
        .where(
            Institution.id == institution_id,
            Programme.slug == slug,
            Programme.id.in_(desk.teams),
        )
    )


def managed(desk: Desk) -> Select[Institution]:
    """The institutions that somebody manages, by name."""
    return (
        select(Institution)
        .where(Institution.id.in_(desk.manages))
        .order_by(Institution.folded_name, Institution.id)
    )


def tended(desk: Desk, institution_id: int) -> Select[Institution]:
    """An institution whose experts one proposes, or adds."""
    return select(Institution).where(Institution.id == institution_id, rule.tended(desk))


def programmes_with(institution_id: int) -> Select[Programme]:
    """The programmes in which an institution takes part, by name."""
    return (
        select(Programme)
        .join(ProgrammeInstitution, ProgrammeInstitution.programme_id == Programme.id)
        .where(ProgrammeInstitution.institution_id == institution_id)
        .order_by(Programme.name, Programme.id)
    )


def programmes_of(expert: Expert) -> Select[Programme]:
    """The programmes for which an expert answers, by name."""
    about = (
        select(SubjectTheme.programme_id)
        .join(Subject, Subject.theme_id == SubjectTheme.id)
        .join(Competence, Competence.subject_id == Subject.id)
        .where(Competence.expert_id == expert.id)
    )
    return programmes_with(expert.institution_id).where(Programme.id.in_(about))


def offer(institution_id: int) -> Select[Programme, SubjectTheme | None]:
    """The programmes in which an institution takes part, each with its themes: what one may answer
    about there, in order. Each row once, by unique().
    """
    return (
        select(Programme, SubjectTheme)
        .join(ProgrammeInstitution, ProgrammeInstitution.programme_id == Programme.id)
        .outerjoin(SubjectTheme, SubjectTheme.programme_id == Programme.id)
        .where(ProgrammeInstitution.institution_id == institution_id)
        .options(joinedload(SubjectTheme.subjects.and_(~Subject.retired)))
        .order_by(Programme.name, Programme.id, SubjectTheme.position, SubjectTheme.id)
    )


def managers(institution: Institution) -> Select[DeskSeat]:
    """Those who manage it, by name, those whose invitation waits too."""
    return (
        select(DeskSeat)
        .where(DeskSeat.institution_id == institution.id, DeskSeat.expert_id.is_(None))
        .order_by(DeskSeat.last_name, DeskSeat.first_name, DeskSeat.id)
    )


def addresses(programme: Programme, institution: Institution) -> Select[str]:
    """Where the needs of a programme are sent, for an institution."""
    return (
        select(InstitutionAddress.email)
        .where(
            InstitutionAddress.programme_id == programme.id,
            InstitutionAddress.institution_id == institution.id,
        )
        .order_by(InstitutionAddress.email)
    )


def experts(
    desk: Desk,
    institution: Institution,
    *,
    programme: Programme | None = None,
    after: Expert | None = None,
) -> Select[Expert]:
    """Those of an institution: first who waits to be approved, then by name.

    `programme`: those who answer for it alone. `after`: the last one that was shown; the page that
    follows.
    """
    approved = Expert.approved_at.is_not(None)
    found = (
        select(Expert)
        .where(rule.known(desk), Expert.institution_id == institution.id)
        .options(selectinload(Expert.subjects).joinedload(Competence.subject))
        .order_by(approved, Expert.folded_name, Expert.id)
    )
    if programme is not None:
        found = found.where(rule.answers_for([programme.id]))
    if after is not None:
        follows = or_(
            Expert.folded_name > after.folded_name,
            and_(Expert.folded_name == after.folded_name, Expert.id > after.id),
        )
        found = found.where(
            and_(approved, follows) if after.approved_at else or_(approved, follows)
        )
    return found


def waiting(session: Session, desk: Desk, programme: Programme) -> dict[int, int]:
    """Institution → how many of its experts wait for the team of a programme."""
    rows = session.execute(
        select(Expert.institution_id, func.count())
        .where(
            rule.known(desk),
            rule.answers_for(desk.teams & {programme.id}),
            Expert.approved_at.is_(None),
        )
        .group_by(Expert.institution_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def known(desk: Desk, expert_id: int) -> Select[Expert]:
    """One of them."""
    return select(Expert).where(Expert.id == expert_id, rule.known(desk))


def expert(desk: Desk, expert_id: int, *, territories: bool = True) -> Select[Expert]:
    """One of them, with what their sheet shows; their territories apart when they are not asked."""
    found = known(desk, expert_id).options(
        joinedload(Expert.institution),
        joinedload(Expert.delegate),
        selectinload(Expert.subjects).joinedload(Competence.subject).joinedload(Subject.theme),
        selectinload(Expert.communes),
        selectinload(Expert.seats),
    )
    return found.options(selectinload(Expert.territories)) if territories else found


def territories_for(expert_id: int | None) -> Select[int, Level, str, str, bool]:
    """Every territory (id, level, code, name), and whether this expert answers there."""
    there = (
        select(ExpertTerritory.expert_id)
        .where(ExpertTerritory.expert_id == expert_id, ExpertTerritory.territory_id == Territory.id)
        .exists()
        if expert_id is not None
        else false()
    )
    return select(Territory.id, Territory.level, Territory.code, Territory.name, there).order_by(
        Territory.name, Territory.id
    )


def places(desk: Desk) -> Select[DeskSeat]:
    """What somebody manages, and as whom they answer; those where nothing opens to them apart."""
    return (
        select(DeskSeat)
        .where(
            DeskSeat.member_id == desk.member_id,
            or_(
                and_(
                    DeskSeat.expert_id.is_(None),
                    DeskSeat.institution_id.in_(desk.manages),
                ),
                DeskSeat.expert_id.in_(desk.experts),
            ),
        )
        .options(joinedload(DeskSeat.institution), joinedload(DeskSeat.expert))
        .order_by(DeskSeat.id)
    )


def own(desk: Desk) -> Select[Expert]:
    """The experts as whom somebody answers, by name."""
    return (
        select(Expert)
        .where(Expert.id.in_(desk.experts))
        .options(joinedload(Expert.institution))
        .order_by(Expert.folded_name, Expert.id)
    )


def delegates(expert: Expert) -> Select[Expert]:
    """Who may receive the needs of one who is away: the others of the same institution."""
    return (
        select(Expert)
        .where(
            Expert.institution_id == expert.institution_id,
            Expert.id != expert.id,
            Expert.approved_at.is_not(None),
            Expert.left_at.is_(None),
        )
        .order_by(Expert.folded_name, Expert.id)
    )


def with_accounts(seats: Select[DeskSeat], present: datetime) -> Select[Member]:
    """The members who hold these seats, to write to them."""
    holders = seats.with_only_columns(DeskSeat.member_id).order_by(None)
    return (
        select(Member)
        .where(
            Member.id.in_(holders),
            Member.left_at.is_(None),
            or_(Member.suspended_at.is_(None), Member.suspended_until <= present),
        )
        .order_by(Member.id)
    )
