"""THE rule of the desk, stated once: who sees what.

It is closed unless a line here opens it. Networks open nothing here, and the desk opens nothing of
the networks.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import aliased

from expertise.agreements.life import State as AgreementState
from expertise.agreements.models import Agreement
from expertise.committees.models import Committee, CommitteeCase, CommitteeSeat, Shut
from expertise.companies.models import Company, CompanyRequest
from expertise.desk import Desk
from expertise.experts.models import Competence, DeskSeat, Expert
from expertise.files.models import NeedFile
from expertise.needs.models import Hiding, Need
from expertise.positions.life import State
from expertise.positions.models import Position
from expertise.programmes.models import (
    Institution,
    Programme,
    ProgrammeInstitution,
    Subject,
    SubjectTheme,
)
from expertise.quality.models import QualityAlert
from expertise.subscriptions.models import Subscription
from expertise.surveys.models import Survey


def seen(desk: Desk) -> ColumnElement[bool]:
    """The needs that somebody sees: those of their programmes, of their companies, received, or
    put before a committee in which they sit.
    """
    return or_(
        reviewed(desk),
        asked_by(desk),
        exists().where(Position.need_id == Need.id, received(desk)),
        exists().where(CommitteeCase.need_id == Need.id, put_before(desk)),
    )


def reviewed(desk: Desk) -> ColumnElement[bool]:
    """The needs whose team's sheet somebody reads: who it is hidden from, what was decided."""
    return Need.programme_id.in_(desk.teams)


def reviewed_of(desk: Desk, programme: Programme) -> ColumnElement[bool]:
    """The same, where the query around looks for needs of one programme only.

    It names no column: else SQLite reads all needs of the programme to find the few that are asked
    for by their number.
    """
    return true() if desk.runs(programme.id) else false()


def asked_by(desk: Desk) -> ColumnElement[bool]:
    """The needs that were asked from the account of a company for which somebody acts."""
    return Need.company_id.in_(desk.companies)


def acted_for(desk: Desk) -> ColumnElement[bool]:
    """The companies for which somebody acts."""
    return Company.id.in_(desk.companies)


def asked_of(desk: Desk) -> ColumnElement[bool]:
    """The requests for an account that somebody answers: those of their programmes."""
    return CompanyRequest.programme_id.in_(desk.teams)


def received(desk: Desk) -> ColumnElement[bool]:
    """The positions that somebody answers. Needs must be in the query around.

    Who did not accept the rules of conduct receives nothing. What the company hides from an
    institution is not there for its people, whatever the way; nor what the team took back.
    """
    if not desk.is_bound or not desk.answers:
        return false()
    # Who is not both names one column: an index then gives what they answer in its order.
    of_house, of_expert = Position.institution_id, Position.expert_id
    theirs = ((of_house, desk.manages), (of_expert, desk.experts))
    return and_(
        or_(*(column.in_(ids) for column, ids in theirs if ids)),
        Position.state != State.REMOVED,
        open_to(),
    )


def put_before(desk: Desk) -> ColumnElement[bool]:
    """The cases that a member of a committee reads, while they are voted on and afterwards.

    Who did not accept the rules of conduct reads none; nor what the company, or its team, hides
    from them.
    """
    if not desk.is_bound or not desk.committees:
        return false()
    return and_(
        CommitteeCase.committee_id.in_(desk.committees),
        ~exists().where(
            CommitteeSeat.committee_id == CommitteeCase.committee_id,
            CommitteeSeat.member_id == desk.member_id,
            CommitteeSeat.left_at.is_(None),
            shut_to_seat(),
        ),
    )


def shut_to_seat() -> ColumnElement[bool]:
    """Whether a case is hidden from a member of its committee. Both must be in the query around.

    It was shut to them by name; or the company hides its need from an institution that is theirs:
    that for which they sit, here or in another committee, or for which they answer.
    """
    other = aliased(CommitteeSeat)
    theirs = or_(
        Hiding.institution_id == CommitteeSeat.institution_id,
        exists()
        .where(
            DeskSeat.member_id == CommitteeSeat.member_id,
            DeskSeat.institution_id == Hiding.institution_id,
        )
        .correlate(CommitteeSeat, Hiding),
        exists()
        .where(
            other.member_id == CommitteeSeat.member_id,
            other.left_at.is_(None),
            other.institution_id == Hiding.institution_id,
        )
        .correlate(CommitteeSeat, Hiding),
    )
    return or_(
        exists()
        .where(Shut.case_id == CommitteeCase.id, Shut.seat_id == CommitteeSeat.id)
        .correlate(CommitteeCase, CommitteeSeat),
        exists()
        .where(Hiding.need_id == CommitteeCase.need_id, theirs)
        .correlate(CommitteeCase, CommitteeSeat),
    )


def minuted(desk: Desk) -> ColumnElement[bool]:
    """The committees whose minutes somebody reads: those where they sit, those of their programmes.

    Decisions about needs that are hidden from a reader are left out of them: `put_before`.
    """
    sits = Committee.id.in_(desk.committees) if desk.is_bound else false()
    return or_(sits, Committee.programme_id.in_(desk.teams))


def file_read(desk: Desk) -> ColumnElement[bool]:
    """The files that somebody opens. Needs must be in the query around.

    What came with a need: its team and its company; those who answer, once it was reviewed. What
    came with a word of the thread: those who answer, and nobody else.
    """
    answers = exists().where(Position.need_id == Need.id, received(desk))
    of_the_company = NeedFile.note_id.is_(None)
    return or_(
        and_(of_the_company, or_(reviewed(desk), asked_by(desk))),
        and_(NeedFile.reviewed, answers),
    )


def asked_through(partner_id: int) -> ColumnElement[bool]:
    """The needs that a partner reads by its key: those that were asked through it."""
    return Need.partner_id == partner_id


def open_to() -> ColumnElement[bool]:
    """Whether the institution of a position may see its need. Needs must be in the query around.

    Correlated by name: around may be two queries away, which SQLAlchemy does not guess.
    """
    return and_(
        exists()
        .where(
            ProgrammeInstitution.programme_id == Need.programme_id,
            ProgrammeInstitution.institution_id == Position.institution_id,
            Institution.id == Position.institution_id,
            Institution.suspended_at.is_(None),
        )
        .correlate(Need, Position),
        ~exists()
        .where(Hiding.need_id == Need.id, Hiding.institution_id == Position.institution_id)
        .correlate(Need, Position),
    )


def tended(desk: Desk) -> ColumnElement[bool]:
    """The institutions whose people somebody names: theirs, and those of their programmes."""
    return or_(
        Institution.id.in_(desk.manages),
        exists().where(
            ProgrammeInstitution.institution_id == Institution.id,
            ProgrammeInstitution.programme_id.in_(desk.teams),
        ),
    )


def known(desk: Desk) -> ColumnElement[bool]:
    """The experts whose sheet somebody reads, those who left apart.

    Their own, those of the institutions that they manage, and those who answer, or ask to answer,
    about a subject of a programme that they run. Nobody else in the same institution.
    """
    return and_(
        Expert.left_at.is_(None),
        or_(
            Expert.id.in_(desk.experts),
            Expert.institution_id.in_(desk.manages),
            answers_for(desk.teams),
        ),
    )


def answers_for(programme_ids: Collection[int]) -> ColumnElement[bool]:
    """The experts about a subject of these programmes, in which their institution takes part."""
    return exists().where(
        Competence.expert_id == Expert.id,
        Subject.id == Competence.subject_id,
        SubjectTheme.id == Subject.theme_id,
        SubjectTheme.programme_id.in_(programme_ids),
        ProgrammeInstitution.programme_id == SubjectTheme.programme_id,
        ProgrammeInstitution.institution_id == Expert.institution_id,
    )


def billed(desk: Desk) -> ColumnElement[bool]:
    """The subscriptions that somebody sees, their credits and their invoices with them.

    Those of their companies, those of the programmes that they run.
    """
    return or_(
        Subscription.company_id.in_(desk.companies), Subscription.programme_id.in_(desk.teams)
    )


def rated(desk: Desk) -> ColumnElement[bool]:
    """The positions of which somebody reads how many were declined, helped.

    Those of their programmes, those of the institutions that they manage, whoever answered. Needs
    must be in the query around; nothing else of them is told.
    """
    return or_(Need.programme_id.in_(desk.teams), Position.institution_id.in_(desk.manages))


def warned(desk: Desk) -> ColumnElement[bool]:
    """The alerts about institutions that somebody reads: those of their programmes."""
    return QualityAlert.programme_id.in_(desk.teams)


def surveyed(desk: Desk) -> ColumnElement[bool]:
    """The surveys that somebody reads: those of their programmes, whoever answered.

    A company reads none of an institution, nor an institution of a company, nor of another.
    """
    return Survey.programme_id.in_(desk.teams)


def agreed(desk: Desk) -> ColumnElement[bool]:
    """The agreements that somebody reads. Positions and needs must be in the query around.

    The team of its programme, the company once it was proposed, the institution that holds the
    position: its managers and its expert, nobody else of the house.
    """
    return or_(
        Agreement.programme_id.in_(desk.teams),
        and_(Need.company_id.in_(desk.companies), Agreement.version > 0),
        agreed_for(desk),
    )


def agreed_for(desk: Desk) -> ColumnElement[bool]:
    """Those of the institution for which somebody answers.

    A position that the team took back takes what was not signed with it.
    """
    if not desk.is_bound or not desk.answers:
        return false()
    return and_(
        or_(
            Position.institution_id.in_(desk.manages),
            Position.expert_id.in_(desk.experts),
        ),
        or_(Position.state != State.REMOVED, Agreement.state == AgreementState.SIGNED),
        open_to(),
    )


def counted(desk: Desk) -> ColumnElement[bool]:
    """The programmes whose figures somebody reads: those that they run; administrators, all."""
    return true() if desk.administers else Programme.id.in_(desk.teams)


def counted_for(desk: Desk) -> ColumnElement[bool]:
    """The institutions whose own figures somebody reads: those that they manage, no other's.

    What a company hides from an institution is in none of its figures (expertise.figures.counting).
    """
    return Institution.id.in_(desk.manages) if desk.is_bound else false()


def estimated(desk: Desk) -> ColumnElement[bool]:
    """The institutions for which somebody estimates the tax: those whose days they may read."""
    return or_(
        counted_for(desk),
        exists().where(
            ProgrammeInstitution.institution_id == Institution.id,
            ProgrammeInstitution.programme_id.in_(desk.teams),
        ),
    )
