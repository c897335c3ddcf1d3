"""The mails about the account of a company: to who asks for it, to its team, to its people."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, outbox
from expertise.companies.facts import (
    AccountAsked,
    AccountDeclined,
    RepresentativeAwaited,
    RepresentativeLeft,
    RepresentativeNamed,
)
from expertise.companies.models import Company, CompanyRequest, Representative

PERSON, TEAM = "company", "company_team"
"""The kinds of these mails."""
ASKED, DECLINED, AWAITED = "asked", "declined", "awaited"
NAMED, JOINED, LEFT = "named", "joined", "left"
"""What they say."""


def on_asked(session: Session, fact: AccountAsked) -> None:
    """Who asks has a proof; the team knows that somebody waits."""
    _answer(session, fact.request, ASKED)
    outbox.post(
        session,
        TEAM,
        to_address=fact.request.programme.email,
        to_name=fact.request.programme.name,
        language="fr",
        values={"request": fact.request},
    )


def on_declined(session: Session, fact: AccountDeclined) -> None:
    """Who asked reads why."""
    _answer(session, fact.request, DECLINED)


def _answer(session: Session, request: CompanyRequest, said: str) -> None:
    outbox.post(
        session,
        PERSON,
        to_address=request.email,
        to_name=request.person,
        language=request.language,
        values={
            "said": said,
            "company": request.name,
            "programme": request.programme,
            "words": request.answer if said == DECLINED else "",
        },
        asked=said == ASKED,
    )


def on_awaited(session: Session, fact: RepresentativeAwaited) -> None:
    """They accept from the page of the desk, or do not."""
    _tell(session, fact.member, fact.company, AWAITED, who=fact.by.name)


def on_named(session: Session, fact: RepresentativeNamed) -> None:
    """They know for whom they act from now on; those who do already know who came."""
    company, someone = fact.company, fact.member
    assert company is not None  # noqa: S101 - the fact is recorded with it
    assert someone is not None  # noqa: S101 - as is this
    if fact.actor is not someone:
        _tell(session, someone, company, NAMED, words=fact.words)
    for other in _people(session, company, but=(someone, fact.actor)):
        _tell(session, other, company, JOINED, who=someone.name)


def on_left(session: Session, fact: RepresentativeLeft) -> None:
    """Who was taken off by somebody else reads that they were."""
    if fact.company is not None and fact.member is not None and fact.actor is not fact.member:
        _tell(session, fact.member, fact.company, LEFT)


def _people(session: Session, company: Company, but: tuple[Member | None, ...]) -> list[Member]:
    found = session.scalars(
        select(Member)
        .join(Representative, Representative.member_id == Member.id)
        .where(Representative.company_id == company.id)
        .order_by(Member.id)
    )
    return [one for one in found if one not in but and not one.is_suspended(clock.now())]


def _tell(session: Session, to: Member, company: Company, said: str, **more: Any) -> None:
    outbox.post(
        session,
        PERSON,
        to_address=to.email,
        to_name=to.name,
        language=to.language,
        values={"said": said, "company": company.name, "company_id": company.id} | more,
    )
