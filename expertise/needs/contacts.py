"""Who is called about the needs of a company, once somebody acts for it no more."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Member
from core import clock
from core.facts import record
from expertise.companies.facts import RepresentativeLeft
from expertise.companies.models import Company, Representative
from expertise.needs import changes, life
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act
from expertise.needs.models import By, Need, Step


def on_left(session: Session, fact: RepresentativeLeft) -> None:
    """Their needs pass to a colleague: their links open nothing any more.

    When nobody is left, they stay the contact: the needs go on by mail.
    """
    company, gone = fact.company, fact.member
    assert company is not None  # noqa: S101 - the fact is recorded with it
    assert gone is not None  # noqa: S101 - as is this
    heir = _heir(session, company, gone, fact.actor)
    if heir is None:
        return
    theirs = session.scalars(
        select(Need)
        .where(Need.company_id == company.id, Need.email == gone.email)
        .options(joinedload(Need.programme))
        .order_by(Need.id)
        .with_for_update(of=Need)
    ).all()
    for need in theirs:
        _pass_on(session, need, heir, company)


def _heir(session: Session, company: Company, gone: Member, actor: Member | None) -> Member | None:
    """Who took them off, or else whoever acts for the company first."""
    others = session.scalars(
        select(Member)
        .join(Representative, Representative.member_id == Member.id)
        .where(Representative.company_id == company.id, Member.id != gone.id)
        .order_by(Member.id)
    ).all()
    return next((one for one in others if one is actor), next(iter(others), None))


def _pass_on(session: Session, need: Need, heir: Member, company: Company) -> None:
    before = _contact(need)
    need.first_name, need.last_name, need.email = heir.first_name, heir.last_name, heir.email
    need.phone = company.phone or need.phone
    need.link_epoch += 1
    if not life.may(need.state, Act.EDIT):
        return
    found = changes.between(before, _contact(need))
    step = Step(need_id=need.id, act=Act.EDIT, by=By.COMPANY, words="", at=clock.now())
    step.changes = [list(one) for one in found]
    session.add(step)
    record(session, NeedMoved(need, Act.EDIT, By.COMPANY, "", tuple(found)))


def _contact(need: Need) -> dict[str, str]:
    return {"contact": need.contact, "phone": need.phone, "email": need.email}
