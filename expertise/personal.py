"""What the desk holds about a member: given to them, let go with them."""

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import FIRST_NAME, LAST_NAME
from accounts.facts import MemberLeft
from accounts.models import Member
from core import clock
from core.naming import named
from core.portable import Held, rows_of
from expertise.committees.models import Ballot, CommitteeSeat
from expertise.companies import leaving
from expertise.companies.models import (
    Company,
    CompanyRequest,
    ExpectedRepresentative,
    Representative,
)
from expertise.experts.models import ConductAcceptance, DeskSeat, Expert
from expertise.files.models import NeedFile
from expertise.incidents.models import Incident
from expertise.matching import keeping
from expertise.needs.models import Step
from expertise.positions.models import Note, PositionStep
from expertise.programmes.models import TeamMember
from expertise.recap.models import RecapStop
from expertise.surveys.models import Survey
from files.personal import pieces


def its_data_of(session: Session, member_id: int) -> Held:
    """What they are at the desk, what they decided and answered there."""
    email = session.get_one(Member, member_id).email
    return Held(
        {
            "programme_team": rows_of(session, TeamMember, TeamMember.member_id == member_id),
            "need_step": rows_of(session, Step, Step.member_id == member_id),
            "expert": rows_of(
                session, Expert, Expert.id.in_(_alone(member_id)), without=("folded_name",)
            ),
            "desk_seat": rows_of(session, DeskSeat, DeskSeat.member_id == member_id),
            "committee_seat": rows_of(session, CommitteeSeat, CommitteeSeat.member_id == member_id),
            "committee_ballot": rows_of(session, Ballot, Ballot.seat_id.in_(_seats(member_id))),
            "position_step": rows_of(session, PositionStep, PositionStep.member_id == member_id),
            "need_note": rows_of(session, Note, Note.member_id == member_id),
            "need_file": rows_of(session, NeedFile, NeedFile.member_id == member_id),
            "survey": rows_of(session, Survey, Survey.member_id == member_id),
            "representative": rows_of(
                session, Representative, Representative.member_id == member_id
            ),
            "company_request": rows_of(
                session,
                CompanyRequest,
                or_(CompanyRequest.email == email, CompanyRequest.decided_by_id == member_id),
            ),
            "expected_representative": rows_of(
                session, ExpectedRepresentative, ExpectedRepresentative.email == email
            ),
            "recap_stop": rows_of(session, RecapStop, RecapStop.email == email),
            "incident": rows_of(session, Incident, Incident.member_id == member_id),
            "conduct_acceptance": rows_of(
                session, ConductAcceptance, ConductAcceptance.member_id == member_id
            ),
        },
        pieces(session, files_of(member_id)),
    )


def files_of(member_id: int) -> Select[int, str]:
    """The files that they sent with a need of their company, or to others who answer."""
    return select(NeedFile.file_id, NeedFile.name).where(NeedFile.member_id == member_id)


def forget(session: Session, fact: MemberLeft) -> None:
    """They are nothing at the desk any more; what they decided and answered stays, unsigned.

    A person who answered alone leaves their name too; a team goes on. A testimonial that they
    signed is no longer shown.
    """
    alone = list(session.scalars(_alone(fact.member_id)))
    keeping.forget(session, alone)
    session.execute(
        update(Expert)
        .where(Expert.id.in_(alone))
        .values(
            **named(f"{FIRST_NAME} {LAST_NAME}"),
            email="",
            phone=None,
            job="",
            about="",
            left_at=func.coalesce(Expert.left_at, clock.now()),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Survey)
        .where(Survey.member_id == fact.member_id)
        .values(member_id=None, testimonial="", signed="", consented_at=None, approved_at=None)
        .execution_options(synchronize_session=False)
    )
    # Their seats stay, without a name: minutes that are published refer to them.
    session.execute(
        update(CommitteeSeat)
        .where(CommitteeSeat.member_id == fact.member_id)
        .values(
            first_name=FIRST_NAME,
            last_name=LAST_NAME,
            email="",
            house="",
            is_chair=False,
            member_id=None,
            left_at=func.coalesce(CommitteeSeat.left_at, clock.now()),
        )
        .execution_options(synchronize_session=False)
    )
    left = list(
        session.scalars(
            select(Company)
            .join(Representative, Representative.company_id == Company.id)
            .where(Representative.member_id == fact.member_id)
            .order_by(Company.id)
        )
    )
    for table in (TeamMember, DeskSeat, Representative, ConductAcceptance):
        session.execute(
            delete(table)
            .where(table.member_id == fact.member_id)
            .execution_options(synchronize_session=False)
        )
    for written in (CompanyRequest, ExpectedRepresentative, RecapStop):
        session.execute(
            delete(written)
            .where(written.email == fact.about)
            .execution_options(synchronize_session=False)
        )
    for company in left:
        leaving.archive_if_left(session, company)


def _seats(member_id: int) -> Select[int]:
    """Their seats in committees."""
    return select(CommitteeSeat.id).where(CommitteeSeat.member_id == member_id)


def _alone(member_id: int) -> Select[int]:
    """The experts who are this person, and nobody else."""
    return (
        select(Expert.id)
        .join(DeskSeat, DeskSeat.expert_id == Expert.id)
        .where(DeskSeat.member_id == member_id, ~Expert.is_team)
    )
