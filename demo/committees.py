"""The steering committee of the demonstration: a need that it votes on, one that it selected."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from access import geography
from access.viewers import Role
from accounts import credentials
from accounts.actions import new_member
from core import working_days
from demo import COMMITTEE, PASSWORD
from demo.calendar import Month
from directory.models import Profile
from expertise.committees.models import (
    Ballot,
    Committee,
    CommitteeCase,
    CommitteeSeat,
    Outcome,
    Vote,
)
from expertise.desk import CONDUCT
from expertise.experts.models import ConductAcceptance
from expertise.needs.life import Act, State
from expertise.needs.models import By, Need, Step
from expertise.programmes.models import Programme, Review

JOINED = 60
"""Days ago."""
QUORUM, DAYS = 2, 7
SEATS = (
    (COMMITTEE, "Hélène", "Guihard", "Chambre de l’Estuaire", True),
    ("marc.leroux@maillage.example", "Marc", "Leroux", "Métropole des Deux Rives", False),
    ("sophie.barbier@maillage.example", "Sophie", "Barbier", "Verrerie de l’Anse", False),
)
VOTES = (
    (Vote.FAVOURABLE, "Un projet solide, trois embauches à la clé."),
    (Vote.FAVOURABLE, ""),
    (Vote.UNFAVOURABLE, "Le calendrier me paraît court."),
)


def committees(session: Session, month: Month) -> None:
    """Who sits, and what they say."""
    programme = session.scalars(select(Programme).where(Programme.review == Review.COMMITTEE)).one()
    territory = geography.by_code(session, "departement:44")
    one = Committee(
        programme_id=programme.id,
        name="Comité de pilotage de Loire-Atlantique",
        quorum=QUORUM,
        vote_days=DAYS,
        territories=[territory] if territory else [],
    )
    session.add(one)
    session.flush()
    seats = [_seat(session, month, one, *said) for said in SEATS]
    for need in session.scalars(
        select(Need)
        .where(Need.programme_id == programme.id, Need.state.in_((State.SELECTION, State.OPEN)))
        .options(joinedload(Need.programme))
        .order_by(Need.id)
    ).all():
        if need.state is State.OPEN:
            _decided(session, one, need, seats)
        else:
            _voted_on(session, month, one, need, seats)
    session.flush()


def _seat(
    session: Session,
    month: Month,
    one: Committee,
    email: str,
    first: str,
    last: str,
    house: str,
    chairs: bool,
) -> CommitteeSeat:
    since = month.ago(JOINED)
    member = new_member(
        session,
        email=email,
        first_name=first,
        last_name=last,
        role=Role.USER,
        networks=(),
        territories=(),
        hashed=credentials.password_hash(PASSWORD),
        created_at=since,
    )
    session.add(Profile(member_id=member.id, job="", employer=house))
    session.add(ConductAcceptance(member_id=member.id, version=CONDUCT, accepted_at=since))
    seat = CommitteeSeat(
        committee_id=one.id,
        email=email,
        first_name=first,
        last_name=last,
        house=house,
        is_chair=chairs,
        member_id=member.id,
        since=since,
    )
    session.add(seat)
    session.flush()
    return seat


def _decided(session: Session, one: Committee, need: Need, seats: list[CommitteeSeat]) -> None:
    """All voted; the committee selected it."""
    put_at = need.asked_at + timedelta(hours=3)
    closed_at = put_at + timedelta(days=2)
    need.opened_at = closed_at
    reason = "Un projet utile à l’emploi du territoire."
    case = CommitteeCase(
        committee_id=one.id,
        need_id=need.id,
        quorum=QUORUM,
        put_at=put_at,
        told_at=put_at,
        due_at=working_days.after(put_at, DAYS),
        closed_at=closed_at,
        outcome=Outcome.SELECTED,
        favourable=2,
        unfavourable=1,
        if_selected=reason,
        reason=reason,
    )
    session.add(case)
    session.flush()
    session.add_all(
        Ballot(case_id=case.id, seat_id=seat.id, vote=vote, words=words, cast_at=closed_at)
        for seat, (vote, words) in zip(seats, VOTES, strict=True)
    )
    session.execute(
        update(Step)
        .where(Step.need_id == need.id, Step.act == Act.VALIDATE)
        .values(act=Act.SUBMIT, at=put_at)
    )
    session.add(
        Step(need_id=need.id, act=Act.VALIDATE, by=By.COMMITTEE, words=reason, at=closed_at)
    )


def _voted_on(
    session: Session, month: Month, one: Committee, need: Need, seats: list[CommitteeSeat]
) -> None:
    """One of them has voted; the chair has not."""
    put_at = month.ago(1)
    case = CommitteeCase(
        committee_id=one.id,
        need_id=need.id,
        quorum=QUORUM,
        put_at=put_at,
        told_at=put_at,
        due_at=working_days.after(put_at, DAYS),
    )
    session.add(case)
    session.flush()
    vote, words = VOTES[0]
    session.add(
        Ballot(
            case_id=case.id,
            seat_id=seats[1].id,
            vote=vote,
            words=words,
            cast_at=put_at + timedelta(hours=2),
        )
    )
    session.add(Step(need_id=need.id, act=Act.SUBMIT, by=By.TEAM, words="", at=put_at))
