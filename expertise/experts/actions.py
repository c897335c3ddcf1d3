"""An expert is proposed, approved, corrected; people come to a team of experts, and leave."""

from collections.abc import Collection

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from accounts.facts import HouseChanged
from accounts.models import Member
from core import clock, text
from core.facts import record
from core.refusals import Refused
from expertise.desk import Desk
from expertise.experts import queries, seats, sheets
from expertise.experts.facts import News, PeopleChanged
from expertise.experts.models import DeskSeat, Expert
from expertise.experts.policy import Rights, needs_manager_or_team, rights
from expertise.experts.sheets import Sheet
from expertise.matching import refresh
from expertise.programmes.models import Institution, Programme, Subject, SubjectTheme

LONGEST_WORD = 2_000
MOST_PEOPLE = 50
"""In one team of experts."""


def propose(
    session: Session, desk: Desk, institution: Institution, said: Sheet, *, by: Member
) -> Expert:
    """A new expert. Who runs a programme lets them in at once; a manager asks its team to.

    Raises Refused: "not-of-the-team", "already-at-the-desk" when a person of this address answers
    for the institution already, and what sheets.write and seats.take raise.
    """
    programmes = session.scalars(queries.programmes_with(institution.id)).all()
    everywhere = {one.id for one in programmes}
    needs_manager_or_team(desk, institution, everywhere)
    seats.hold(session, institution.id)
    manages = institution.id in desk.manages
    expert = Expert(
        institution_id=institution.id,
        institution=institution,
        is_team=said.is_team,
        about="",
        proposed_by_id=by.id,
        proposed_at=clock.now(),
        subjects=[],
    )
    with session.no_autoflush:
        sheets.write(session, expert, said, everywhere if manages else desk.teams)
        _is_new(session, expert)
    session.add(expert)
    session.flush()
    if not expert.is_team:
        _sit(session, expert, said)
    refresh(session, expert.id)
    concerned = session.scalars(queries.programmes_of(expert)).all()
    if desk.teams & {one.id for one in concerned}:
        _let_in(session, expert, by=by)
        record(session, PeopleChanged(News.ADDED, institution, concerned, expert))
    else:
        record(session, PeopleChanged(News.PROPOSED, institution, concerned, expert))
    return expert


def _is_new(session: Session, expert: Expert) -> None:
    """A person answers for an institution once, whatever the programmes."""
    same = select(Expert.id).where(
        Expert.institution_id == expert.institution_id,
        Expert.email == expert.email,
        Expert.left_at.is_(None),
        ~Expert.is_team,
    )
    if not expert.is_team and set(session.scalars(same)) - {expert.id}:
        raise Refused("already-at-the-desk", email=expert.email)


def _sit(session: Session, expert: Expert, said: Sheet) -> DeskSeat:
    return seats.take(
        session,
        institution_id=expert.institution_id,
        expert_id=expert.id,
        email=expert.email,
        first_name=said.first_name,
        last_name=said.last_name,
    )


def _let_in(session: Session, expert: Expert, *, by: Member) -> None:
    expert.approved_at = clock.now()
    waiting = session.scalars(select(DeskSeat).where(DeskSeat.expert_id == expert.id)).all()
    for seat in waiting:
        seats.welcome(session, seat, expert.institution, by=by, job=expert.job)
    about = f"{expert.institution.name}, {expert.name}"
    record(session, HouseChanged(by, about, {"expert": "added"}))


def correct(session: Session, desk: Desk, expert: Expert, said: Sheet, *, by: Member) -> None:
    """Another sheet. The teams of the programmes that this adds to an approved one are told.

    A team corrects the subjects of its programmes alone. Raises as propose.
    """
    held = _held(session, desk, expert)
    if not held.may_correct:
        raise Refused("not-of-the-team")
    everywhere = {one.id for one in session.scalars(queries.programmes_with(expert.institution_id))}
    before = {one.id for one in session.scalars(queries.programmes_of(expert))}
    with session.no_autoflush:
        sheets.write(session, expert, said, everywhere if held.manages else held.runs)
        _is_new(session, expert)
    if not expert.is_team:
        _rename(session, expert, said, by=by)
    refresh(session, expert.id)
    after = session.scalars(queries.programmes_of(expert)).all()
    if added := [one for one in after if one.id not in before and one.id not in desk.teams]:
        news = News.WIDENED if expert.approved_at else News.PROPOSED
        record(session, PeopleChanged(news, expert.institution, added, expert))


def _rename(session: Session, expert: Expert, said: Sheet, *, by: Member) -> None:
    """A person's place follows their sheet, until it is theirs; a new address is invited again."""
    if not expert.seats:
        _sit(session, expert, said)
        return
    [seat] = expert.seats
    if seat.member_id is not None:
        return
    seat.first_name = " ".join(said.first_name.split())
    seat.last_name = " ".join(said.last_name.split())
    if seat.email != expert.email:
        seat.email = expert.email
        session.flush()
        if expert.approved_at:
            seats.welcome(session, seat, expert.institution, by=by, job=expert.job)


def approve(session: Session, desk: Desk, expert: Expert, *, by: Member) -> None:
    """Let in one who was proposed: they are invited, or told.

    Raises Refused: "not-of-the-team", "expert-elsewhere" when they no longer wait, and what
    seats.welcome raises.
    """
    if not _held(session, desk, expert).may_settle:
        raise Refused("not-of-the-team")
    if expert.approved_at is not None:
        raise Refused("expert-elsewhere")
    _let_in(session, expert, by=by)
    record(session, PeopleChanged(News.APPROVED, expert.institution, (), expert))


def decline(session: Session, desk: Desk, expert: Expert, words: str) -> None:
    """Do not let them in; those who manage the institution read why.

    Raises Refused: "not-of-the-team", "expert-elsewhere", "words-missing", "body-too-long".
    """
    if not _held(session, desk, expert).may_settle:
        raise Refused("not-of-the-team")
    words = text.plain(words).strip()
    if expert.approved_at is not None:
        raise Refused("expert-elsewhere")
    if not words:
        raise Refused("words-missing")
    if len(words) > LONGEST_WORD:
        raise Refused("body-too-long", longest=LONGEST_WORD)
    expert.left_at = clock.now()
    record(session, PeopleChanged(News.DECLINED, expert.institution, (), expert, words=words))


def take_leave(session: Session, desk: Desk, expert: Expert, *, by: Member) -> None:
    """They answer no more: at all, when the institution says it; else for the team's programmes.

    One who answers for no programme any more has left; what they did stays. Raises
    Refused: "not-of-the-team", "expert-elsewhere".
    """
    held = _held(session, desk, expert)
    if not held.may_correct:
        raise Refused("not-of-the-team")
    if not held.manages:
        theirs = set(session.scalars(_subjects_of(held.runs)))
        expert.subjects = [one for one in expert.subjects if one.subject_id not in theirs]
        session.flush()
        if session.scalar(queries.programmes_of(expert).limit(1)) is not None:
            return
    _leave(session, expert)
    about = f"{expert.institution.name}, {expert.name}"
    record(session, HouseChanged(by, about, {"expert": "removed"}))
    record(session, PeopleChanged(News.LEFT, expert.institution, (), expert))


def _subjects_of(programme_ids: Collection[int]) -> Select[int]:
    return (
        select(Subject.id).join(Subject.theme).where(SubjectTheme.programme_id.in_(programme_ids))
    )


def _leave(session: Session, expert: Expert) -> None:
    expert.left_at, expert.delegate_id = clock.now(), None
    session.execute(
        update(Expert)
        .where(Expert.delegate_id == expert.id)
        .values(delegate_id=None)
        .execution_options(synchronize_session=False)
    )
    refresh(session, expert.id)


def add_person(
    session: Session,
    desk: Desk,
    expert: Expert,
    *,
    email: str,
    first_name: str,
    last_name: str,
    by: Member,
) -> DeskSeat:
    """Somebody answers with a team of experts; they are invited once the team is approved.

    Raises Refused: "not-of-the-team", "not-a-team", "too-many-people", and what seats.take and
    seats.welcome raise.
    """
    if not _held(session, desk, expert).may_correct:
        raise Refused("not-of-the-team")
    if not expert.is_team:
        raise Refused("not-a-team")
    if len(expert.seats) >= MOST_PEOPLE:
        raise Refused("too-many-people", most=MOST_PEOPLE)
    seat = seats.take(
        session,
        institution_id=expert.institution_id,
        expert_id=expert.id,
        email=email,
        first_name=first_name,
        last_name=last_name,
    )
    if expert.approved_at is not None:
        seats.welcome(session, seat, expert.institution, by=by, job=expert.job)
        record(session, PeopleChanged(News.JOINED, expert.institution, (), expert, seat))
    return seat


def take_out(session: Session, desk: Desk, expert: Expert, seat_id: int) -> str:
    """Somebody answers no more with a team of experts; their name.

    Raises Refused: "not-of-the-team", "not-a-team", "nothing-to-do".
    """
    if not _held(session, desk, expert).may_correct:
        raise Refused("not-of-the-team")
    if not expert.is_team:
        raise Refused("not-a-team")
    seat = next((one for one in expert.seats if one.id == seat_id), None)
    if seat is None:
        raise Refused("nothing-to-do")
    session.delete(seat)
    return seat.name


def _held(session: Session, desk: Desk, expert: Expert) -> Rights:
    """What one is to an expert whose row is held, as it is now; nothing to one who left."""
    seats.hold(session, expert.institution_id)
    session.refresh(expert, ["approved_at", "left_at", "subjects", "seats"])
    if expert.left_at is not None:
        raise Refused("expert-elsewhere")
    programmes: list[Programme] = list(session.scalars(queries.programmes_of(expert)))
    return rights(desk, expert, [one.id for one in programmes])
