"""The mails about those who answer: to them, to who manages them, to the teams of programmes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, outbox
from expertise.experts import queries
from expertise.experts.facts import News, PeopleChanged
from expertise.experts.models import DeskSeat

PEOPLE, TEAM = "desk_people", "desk_team"
"""The kinds of these mails."""
TO_MANAGERS = frozenset({News.ADDED, News.APPROVED, News.DECLINED, News.SUSPENDED, News.REINSTATED})
TO_EXPERTS = frozenset({News.ADDED, News.APPROVED, News.LEFT})
TO_TEAMS = frozenset({News.PROPOSED, News.WIDENED, News.SUSPENDED, News.REINSTATED})


def on_people_changed(session: Session, fact: PeopleChanged) -> None:
    """Each is told once. Who has no account yet reads their invitation."""
    managers = _holders(session, fact, manage=True) if fact.news in TO_MANAGERS else []
    experts = _holders(session, fact, manage=False) if fact.news in TO_EXPERTS else []
    for someone in managers:
        _tell(session, fact, someone, manages=True)
    for someone in experts:
        if someone not in managers:
            _tell(session, fact, someone, manages=False)
    if fact.seat is not None and fact.seat.member_id is not None:
        one = session.get_one(Member, fact.seat.member_id)
        _tell(session, fact, one, manages=fact.seat.expert_id is None)
    if fact.news in TO_TEAMS:
        _tell_teams(session, fact)


def _holders(session: Session, fact: PeopleChanged, *, manage: bool) -> list[Member]:
    held = select(DeskSeat).where(DeskSeat.institution_id == fact.institution.id)
    if manage:
        held = held.where(DeskSeat.expert_id.is_(None))
    else:
        held = held.where(DeskSeat.expert_id == (fact.expert.id if fact.expert else None))
    return list(session.scalars(queries.with_accounts(held, clock.now())))


def _tell(session: Session, fact: PeopleChanged, someone: Member, *, manages: bool) -> None:
    outbox.post(
        session,
        PEOPLE,
        to_address=someone.email,
        to_name=someone.name,
        language=someone.language,
        values={"fact": fact, "manages": manages},
    )


def _tell_teams(session: Session, fact: PeopleChanged) -> None:
    for programme in fact.programmes:
        outbox.post(
            session,
            TEAM,
            to_address=programme.email,
            to_name=programme.name,
            language="fr",
            values={"fact": fact, "programme": programme},
        )
