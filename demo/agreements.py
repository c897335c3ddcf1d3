"""Two agreements of the demonstration: one waits for its signatures, one is signed by all."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import clock, working_days
from core.storage import Storage
from demo import DOMAIN
from demo.calendar import Month
from expertise.agreements import paper
from expertise.agreements.life import Act, State
from expertise.agreements.models import (
    Agreement,
    AgreementDay,
    AgreementStep,
    By,
    DayState,
    Kind,
    Party,
    Refund,
    Signature,
    Way,
)
from expertise.needs.models import Need
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import State as PositionState
from expertise.positions.models import By as PositionBy
from expertise.positions.models import Position, PositionStep
from files import actions as files

WAITS = "Fixer nos prix pour les grandes surfaces"
SIGNED = "Organiser un stock qui a doublé"
ADVISER = {"named": "Claire Essai", "named_job": "Responsable de la logistique"}


def agreements(session: Session, storage: Storage, month: Month) -> None:
    """Their needs are held; both sides said that it was the right person."""
    _agreed(session, storage, WAITS, Kind.LOAN, month.ago(4), signs=False)
    _agreed(session, storage, SIGNED, Kind.CONTRIBUTION, month.ago(16), signs=True)


def _agreed(
    session: Session, storage: Storage, title: str, kind: Kind, at: datetime, *, signs: bool
) -> None:
    position = session.scalars(
        select(Position)
        .join(Position.need)
        .where(Need.title == title)
        .options(joinedload(Position.need).joinedload(Need.programme))
        .options(joinedload(Position.institution))
        .order_by(Position.id)
        .limit(1)
    ).one()
    _engaged(session, position, at - timedelta(days=2))
    one = Agreement(position=position, **_words(position, kind, at))
    session.add(one)
    session.flush()
    days = [_day(one, number, at) for number in range(2)]
    session.add_all(days)
    one.version, one.proposed_at = 1, at
    one.file = files.keep_made(session, storage, paper.pdf(one, days))
    one.sha256 = one.file.sha256
    one.state = State.PROPOSED
    session.add_all(
        AgreementStep(agreement_id=one.id, act=act, by=By.INSTITUTION, words="", at=at)
        for act in (Act.PREPARE, Act.PROPOSE)
    )
    signed = [_signature(one, party, at) for party in (one.parties if signs else one.parties[:1])]
    session.add_all(signed)
    session.add_all(
        AgreementStep(
            agreement_id=one.id, act=Act.SIGN, by=By(each.party.value), words=each.name, at=each.at
        )
        for each in signed
    )
    if signs:
        content = storage.get(one.sha256)
        one.signed_file = files.keep_made(session, storage, paper.signed(one, content, signed))
        one.signed_at, one.state = signed[-1].at, State.SIGNED
        session.add(
            AgreementStep(
                agreement_id=one.id, act=Act.COMPLETE, by=By.HOUSE, words="", at=signed[-1].at
            )
        )
        _done(session, one, days[0])
    session.flush()


def _engaged(session: Session, position: Position, at: datetime) -> None:
    position.state, position.answered_at, position.due_at = PositionState.ENGAGED, at, None
    position.company_agrees = position.institution_agrees = True
    for name, words in ADVISER.items():
        setattr(position, name, words)
    position.named_email = f"expert-{position.id}@{DOMAIN}"
    acts = (PositionAct.RESERVE, PositionAct.INTRODUCE, PositionAct.AGREE, PositionAct.ENGAGE)
    session.add_all(
        PositionStep(position_id=position.id, act=act, by=PositionBy.EXPERT, words="", at=at)
        for act in acts
    )


def _words(position: Position, kind: Kind, at: datetime) -> dict[str, object]:
    need, day = position.need, at.astimezone(clock.PARIS).date()
    place = f"{need.postcode} {need.town}"
    return {
        "programme_id": need.programme_id,
        "kind": kind,
        "state": State.DRAFT,
        "company": need.company,
        "company_siret": need.siret,
        "company_address": place,
        "company_signatory": need.contact,
        "company_title": "Direction",
        "company_email": need.email,
        "institution": position.institution.name,
        "institution_address": "44000 Nantes",
        "institution_signatory": "Hugo Essai",
        "institution_title": "Direction des ressources humaines",
        "institution_email": f"rh-{position.id}@{DOMAIN}",
        "employee": position.named,
        "employee_job": position.named_job,
        "employee_email": position.named_email,
        "mission": need.description,
        "place": place,
        "starts_on": day,
        "ends_on": day + timedelta(days=70),
        "half_days": 6,
        "refund": Refund.FULL if kind is Kind.LOAN else None,
        "link_epoch": 0,
        "created_at": at,
    }


def _day(one: Agreement, number: int, at: datetime) -> AgreementDay:
    return AgreementDay(
        agreement_id=one.id,
        day=_working(at.astimezone(clock.PARIS).date() + timedelta(days=6 + 15 * number)),
        half_days=2,
        state=DayState.PLANNED,
        uid=f"agreement-{uuid5(NAMESPACE_URL, f'{one.id}-{number}')}@maillage",
        sequence=0,
    )


def _working(day: date) -> date:
    while not working_days.is_working(day):
        day += timedelta(days=1)
    return day


def _signature(one: Agreement, which: Party, at: datetime) -> Signature:
    name, title, address = one.signatory(which)
    moment = at + timedelta(days=1, minutes=one.parties.index(which))
    return Signature(
        agreement_id=one.id,
        version=1,
        party=which,
        name=name,
        title=title,
        email=address,
        at=moment,
        sha256=one.sha256,
        way=Way.ONLINE,
        from_address="192.0.2.x",
        confirmed_at=moment,
        confirmed_by=By(which.value),
    )


def _done(session: Session, one: Agreement, day: AgreementDay) -> None:
    """The first day is over, and took place."""
    at = clock.now()
    if day.day >= clock.today():
        return
    day.state, day.settled_at = DayState.DONE, at
    session.add(
        AgreementStep(
            agreement_id=one.id,
            act=Act.DAY_DONE,
            by=By.INSTITUTION,
            words=f"{day.day:%d/%m/%Y}",
            at=at,
        )
    )
