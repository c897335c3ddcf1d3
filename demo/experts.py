"""Those who answer, in the demonstration: who manages an institution, its experts."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import geography
from access.viewers import Role
from accounts import credentials
from accounts.actions import new_member
from accounts.models import Member
from core import text
from demo import DATA, PASSWORD
from demo.calendar import Month
from directory.models import Profile
from expertise.desk import CONDUCT
from expertise.experts.models import (
    Competence,
    ConductAcceptance,
    DeskSeat,
    Expert,
    InstitutionAddress,
)
from expertise.experts.sheets import communes
from expertise.matching import refresh
from expertise.programmes.models import Institution, Programme, Subject, SubjectTheme

JOINED, PROPOSED = 60, 3
"""Days ago."""


def experts(session: Session, month: Month) -> None:
    """The people of the institutions. Some wait for their account, one for the team."""
    hashed = credentials.password_hash(PASSWORD)
    for row in json.loads((DATA / "experts.json").read_text(encoding="utf-8")):
        programme = session.scalars(
            select(Programme).where(Programme.slug == row["programme"])
        ).one()
        of = session.scalars(
            select(Institution).where(Institution.name == row["institution"])
        ).one()
        session.add_all(
            InstitutionAddress(programme_id=programme.id, institution_id=of.id, email=one)
            for one in row["addresses"]
        )
        for email, first, last, has_account in row["managers"]:
            seat = _seat(of, month, email, first, last)
            if has_account:
                seat.member_id = _account(session, month, hashed, seat, of.name, "Mécénat").id
            session.add(seat)
        for said in row["experts"]:
            _expert(session, month, hashed, programme, of, said)
    session.flush()


def _expert(
    session: Session,
    month: Month,
    hashed: str,
    programme: Programme,
    of: Institution,
    said: dict[str, Any],
) -> None:
    waits = said.get("waits", False)
    came = month.ago(PROPOSED if waits else JOINED)
    kept = ("job", "email", "phone", "about", "least_staff", "most_staff", "quota")
    one = Expert(
        institution_id=of.id,
        name=said.get("team") or f"{said['first_name']} {said['last_name']}",
        is_team="team" in said,
        proposed_at=came,
        approved_at=None if waits else came,
        territories=[
            found
            for reference in said["territories"]
            if (found := geography.by_code(session, reference))
        ],
        communes=communes(session, said.get("communes", ())),
        subjects=[
            Competence(subject_id=_subject(session, programme, name).id, words=words)
            for name, words in said["subjects"].items()
        ],
        **{name: said[name] for name in kept},
    )
    if "away" in said:
        one.absent_from, one.absent_until = month.ago(1).date(), month.ago(-said["away"]).date()
    session.add(one)
    session.flush()
    own = [] if one.is_team else [(one.email, said["first_name"], said["last_name"])]
    for email, first, last in said.get("people", own):
        seat = _seat(of, month, email, first, last)
        seat.expert_id = one.id
        if said.get("account"):
            seat.member_id = _account(session, month, hashed, seat, of.name, one.job).id
        session.add(seat)
    refresh(session, one.id)


def _subject(session: Session, programme: Programme, name: str) -> Subject:
    found = select(Subject).join(Subject.theme).where(SubjectTheme.programme_id == programme.id)
    return session.scalars(found.where(Subject.slug == text.slug(name))).one()


def _seat(of: Institution, month: Month, email: str, first: str, last: str) -> DeskSeat:
    return DeskSeat(
        institution_id=of.id,
        email=email,
        first_name=first,
        last_name=last,
        since=month.ago(JOINED),
    )


def _account(
    session: Session, month: Month, hashed: str, seat: DeskSeat, employer: str, job: str
) -> Member:
    """An account of no network, which accepted the rules of conduct."""
    member = new_member(
        session,
        email=seat.email,
        first_name=seat.first_name,
        last_name=seat.last_name,
        role=Role.USER,
        networks=(),
        territories=(),
        hashed=hashed,
        created_at=month.ago(JOINED),
    )
    session.add(Profile(member_id=member.id, job=job, employer=employer))
    session.add(
        ConductAcceptance(member_id=member.id, version=CONDUCT, accepted_at=month.ago(JOINED))
    )
    return member
