"""Reads of companies. They take a desk: who does not act for one does not know of it."""

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.models import Member, RequestState
from expertise import rule
from expertise.companies.models import (
    Company,
    CompanyRequest,
    ExpectedRepresentative,
    Representative,
)
from expertise.desk import Desk
from expertise.needs import queries as needs
from expertise.needs.life import State
from expertise.needs.models import Need


def companies(desk: Desk) -> Select[Company]:
    """Those that somebody acts for, by name."""
    return select(Company).where(rule.acted_for(desk)).order_by(Company.name, Company.id)


def company(desk: Desk, company_id: int) -> Select[Company]:
    """One of them."""
    return companies(desk).where(Company.id == company_id)


def people(company: Company) -> Select[Member]:
    """Those who act for a company that was found, by name."""
    return (
        select(Member)
        .join(Representative, Representative.member_id == Member.id)
        .where(Representative.company_id == company.id)
        .order_by(Member.name_key, Member.id)
    )


def expected(company: Company) -> Select[ExpectedRepresentative]:
    """Those who were invited and have not accepted yet, by address."""
    return (
        select(ExpectedRepresentative)
        .where(ExpectedRepresentative.company_id == company.id)
        .order_by(ExpectedRepresentative.email)
    )


def inviting(member: Member) -> Select[Company]:
    """The companies that invite a member to act for them: their name is what they say."""
    return (
        select(Company)
        .join(ExpectedRepresentative, ExpectedRepresentative.company_id == Company.id)
        .where(ExpectedRepresentative.email == member.email)
        .order_by(Company.name, Company.id)
    )


def of(desk: Desk, member: Member) -> Select[Company, bool]:
    """The companies that somebody acts for, and those that invite them: whether they act, each."""
    acts = rule.acted_for(desk)
    invited = exists().where(
        ExpectedRepresentative.company_id == Company.id,
        ExpectedRepresentative.email == member.email,
    )
    return select(Company, acts).where(or_(acts, invited)).order_by(Company.name, Company.id)


def need(desk: Desk, company_id: int, need_id: int) -> Select[Need]:
    """A need that was asked from the account of a company, for those who act for it."""
    return needs.need(desk, need_id).where(Need.company_id == company_id, rule.asked_by(desk))


def asked_by(
    desk: Desk, company: Company, *, archived: bool, before: int | None = None
) -> Select[Need]:
    """The needs of a company, the newest first; `before`: the number of the last that was shown."""
    found = (
        select(Need)
        .where(
            rule.asked_by(desk),
            Need.company_id == company.id,
            (Need.state == State.CLOSED) if archived else (Need.state != State.CLOSED),
        )
        .options(joinedload(Need.programme), selectinload(Need.subjects))
        .order_by(Need.id.desc())
    )
    return found if before is None else found.where(Need.id < before)


def archived(session: Session, desk: Desk, company: Company) -> int:
    """How many of its needs are closed."""
    return (
        session.scalar(
            select(func.count(Need.id)).where(
                rule.asked_by(desk), Need.company_id == company.id, Need.state == State.CLOSED
            )
        )
        or 0
    )


def requests(
    desk: Desk, programme_id: int, *, decided: bool, before: int | None = None
) -> Select[CompanyRequest]:
    """Who asked for an account: the oldest first while they wait, the newest first then."""
    found = select(CompanyRequest).where(
        rule.asked_of(desk), CompanyRequest.programme_id == programme_id
    )
    if not decided:
        waiting = found.where(CompanyRequest.state == RequestState.WAITING)
        if before is not None:
            waiting = waiting.where(CompanyRequest.id > before)
        return waiting.order_by(CompanyRequest.id)
    answered = found.where(CompanyRequest.state != RequestState.WAITING)
    if before is not None:
        answered = answered.where(CompanyRequest.id < before)
    return answered.order_by(CompanyRequest.id.desc())


def request(desk: Desk, programme_id: int, request_id: int) -> Select[CompanyRequest]:
    """One of them."""
    return (
        select(CompanyRequest)
        .where(
            rule.asked_of(desk),
            CompanyRequest.programme_id == programme_id,
            CompanyRequest.id == request_id,
        )
        .options(joinedload(CompanyRequest.programme))
    )


def waiting(session: Session, desk: Desk, programme_id: int) -> int:
    """How many wait for an answer."""
    return (
        session.scalar(
            select(func.count(CompanyRequest.id)).where(
                rule.asked_of(desk),
                CompanyRequest.programme_id == programme_id,
                CompanyRequest.state == RequestState.WAITING,
            )
        )
        or 0
    )


def already(asked: CompanyRequest) -> Select[Company, Member | None]:
    """The account that the company has already, and who acts for it: for the team that answers."""
    return (
        select(Company, Member)
        .outerjoin(Representative, Representative.company_id == Company.id)
        .outerjoin(Member, Member.id == Representative.member_id)
        .where(Company.siret == asked.siret)
        .order_by(Member.name_key, Member.id)
    )
