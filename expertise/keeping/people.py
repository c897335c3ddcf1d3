"""Experts who left, companies that nobody acts for: after three years, nobody's name is left."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import LAST_NAME
from core.db import Base
from expertise.committees.models import CommitteeSeat, Minutes
from expertise.companies.models import Company
from expertise.experts.models import Competence, DeskSeat, Expert
from expertise.keeping.columns import (
    COMPANY,
    OF_COMPANIES,
    OF_EXPERTS,
    OF_MINUTES,
    OF_SEATS,
    OF_SERVICES,
    Values,
)
from expertise.keeping.needs import AT_ONCE, DAYS
from expertise.matching import keeping as ranking
from expertise.needs.models import Need
from expertise.subscriptions.models import Credit, State, Subscription


def experts_due(present: datetime) -> Select[int]:
    """The experts who left so long ago, and of whom something is still said."""
    return (
        select(Expert.id)
        .where(
            Expert.left_at < present - timedelta(days=DAYS),
            or_(
                Expert.email != "",
                exists().where(DeskSeat.expert_id == Expert.id),
                exists().where(Competence.expert_id == Expert.id, Competence.words != ""),
            ),
        )
        .order_by(Expert.id)
    )


def forget_experts(session: Session, present: datetime) -> None:
    """What they did stays, under nobody's name."""
    ids = list(session.scalars(experts_due(present).limit(AT_ONCE)))
    ranking.forget(session, ids)
    _run(session, delete(DeskSeat).where(DeskSeat.expert_id.in_(ids)))
    of = {Expert: Expert.id.in_(ids), Competence: Competence.expert_id.in_(ids)}
    _write_over(session, OF_EXPERTS, of)


def companies_due(present: datetime) -> Select[int]:
    """The companies that nobody has acted for, with nothing left that is theirs.

    While a need of theirs is kept, or a year that they paid runs, their sheet is.
    """
    limit = present - timedelta(days=DAYS)
    return (
        select(Company.id)
        .where(
            Company.archived_at < limit,
            Company.name != COMPANY,
            ~exists().where(Need.company_id == Company.id),
            ~exists().where(
                Subscription.company_id == Company.id,
                or_(Subscription.state == State.WAITING, Subscription.ends_on >= limit.date()),
            ),
        )
        .order_by(Company.id)
    )


def forget_companies(session: Session, present: datetime) -> None:
    """Their invoices say what they say for ten years; their sheet says nothing more."""
    ids = list(session.scalars(companies_due(present).limit(AT_ONCE)))
    _write_over(session, OF_COMPANIES, {Company: Company.id.in_(ids)})


def seats_due(present: datetime) -> Select[int]:
    """Who has sat in no committee for so long."""
    return (
        select(CommitteeSeat.id)
        .where(
            CommitteeSeat.left_at < present - timedelta(days=DAYS),
            CommitteeSeat.last_name != LAST_NAME,
        )
        .order_by(CommitteeSeat.id)
    )


def forget_seats(session: Session, present: datetime) -> None:
    """What they voted stays, under nobody's name."""
    ids = list(session.scalars(seats_due(present).limit(AT_ONCE)))
    _write_over(session, OF_SEATS, {CommitteeSeat: CommitteeSeat.id.in_(ids)})


def minutes_due(present: datetime) -> Select[int]:
    """The minutes whose first decision is so old: no need that they name is kept longer."""
    return (
        select(Minutes.id)
        .where(
            Minutes.first_day < (present - timedelta(days=DAYS)).date(),
            or_(Minutes.words != "", cast(Minutes.content, String) != "[]"),
        )
        .order_by(Minutes.id)
    )


def empty_minutes(session: Session, present: datetime) -> None:
    """One by one: what is published is guarded. Their numbers and their days stay."""
    ids = select(Minutes.id).where(Minutes.id.in_(minutes_due(present).limit(AT_ONCE)))
    for one in session.scalars(select(Minutes).where(Minutes.id.in_(ids))).all():
        for column, value in OF_MINUTES[Minutes].items():
            if column is not Minutes.content or one.published_at is not None:
                setattr(one, column.key, value)
    session.flush()


def services_due(present: datetime) -> Select[int]:
    """The uses of a service whose words have served their time."""
    return (
        select(Credit.id)
        .where(Credit.used_at < present - timedelta(days=DAYS), Credit.complement != "")
        .order_by(Credit.id)
    )


def forget_words_of_services(session: Session, present: datetime) -> None:
    """That it was used stays; what the company said then goes."""
    ids = list(session.scalars(services_due(present).limit(AT_ONCE)))
    _write_over(session, OF_SERVICES, {Credit: Credit.id.in_(ids)})


def _write_over(
    session: Session, tables: Mapping[type[Base], Values], of: Mapping[type[Base], Any]
) -> None:
    for table, values in tables.items():
        _run(session, update(table).where(of[table]).values(dict(values)))
    session.expire_all()


def _run(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
