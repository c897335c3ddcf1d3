"""Who may do what for a company."""

from sqlalchemy.orm import Session

from core.refusals import Refused
from expertise.companies.models import Company
from expertise.desk import Desk
from expertise.programmes.models import Asking, Programme
from expertise.subscriptions import policy as subscriptions


def acts_for(desk: Desk, company: Company) -> bool:
    """Whether somebody acts for it."""
    return company.id in desk.companies


def needs_representative(desk: Desk, company: Company) -> None:
    """Raise Refused("not-of-the-company") for anybody else."""
    if not acts_for(desk, company):
        raise Refused("not-of-the-company")


def may_ask(session: Session, programme: Programme, company: Company | None) -> Refused | None:
    """What keeps a company from asking a programme; None: nothing does.

    `company`: the account from which it asks, None without one. What a programme wants besides of
    those who subscribe is checked here and nowhere else: the buttons and the action both ask.
    """
    if programme.asking is Asking.SUBSCRIBED and company is None:
        return Refused("account-needed")
    answer = subscriptions.may_ask(session, programme, company.id if company else None)
    return None if answer.may else Refused(answer.why)
