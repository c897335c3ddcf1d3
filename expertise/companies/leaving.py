"""A company whose last person leaves: its account is archived until somebody asks for it again."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from accounts.models import RequestState
from core import clock
from core.facts import record
from expertise.companies.facts import CompanyLeft
from expertise.companies.models import (
    Company,
    CompanyRequest,
    ExpectedRepresentative,
    Representative,
)
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.programmes.models import Programme
from expertise.subscriptions.models import State, Subscription


def archive_if_left(session: Session, company: Company) -> bool:
    """Whether nobody acts for it now, nor is expected to: its teams are told then.

    Its needs under way go on: the link in the mails of their contact opens them as before.
    """
    session.flush()
    acts = exists().where(Representative.company_id == company.id)
    expected = exists().where(ExpectedRepresentative.company_id == company.id)
    if company.archived_at is not None or session.scalar(select(or_(acts, expected))):
        return False
    company.archived_at = clock.now()
    for programme in session.scalars(_its_programmes(company)).all():
        numbers = session.scalars(
            select(Need.number)
            .where(
                Need.company_id == company.id,
                Need.programme_id == programme.id,
                Need.state != NeedState.CLOSED,
            )
            .order_by(Need.number)
        ).all()
        record(session, CompanyLeft(company, programme, tuple(numbers)))
    return True


def _its_programmes(company: Company) -> Select[Programme]:
    """Where it asked for something, has a year, or was let in."""
    return (
        select(Programme)
        .where(
            or_(
                exists().where(Need.programme_id == Programme.id, Need.company_id == company.id),
                exists().where(
                    Subscription.programme_id == Programme.id,
                    Subscription.company_id == company.id,
                    Subscription.state.in_((State.WAITING, State.PAID)),
                ),
                exists().where(
                    CompanyRequest.programme_id == Programme.id,
                    CompanyRequest.siret == company.siret,
                    CompanyRequest.state == RequestState.ACCEPTED,
                ),
            )
        )
        .order_by(Programme.id)
    )
