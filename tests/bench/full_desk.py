"""A desk of 100,000 needs and 10,000 experts, and what stands beside them."""

import time
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from access.models import Commune
from accounts.models import Member, RequestState
from core import clock
from core.db import db
from core.naming import named
from expertise.agreements.models import Agreement, Kind
from expertise.committees.models import CommitteeCase
from expertise.committees.models import Outcome as Verdict
from expertise.companies.models import Company, CompanyRequest
from expertise.experts.models import Competence, Expert
from expertise.figures import jobs
from expertise.incidents.models import Incident, IncidentProgramme
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import By, Need, NeedSubject, Step
from expertise.partners.models import Partner
from expertise.positions.life import Act as Does
from expertise.positions.life import Outcome
from expertise.positions.life import State as Stands
from expertise.positions.models import By as PositionBy
from expertise.positions.models import Position, PositionStep
from expertise.programmes.models import (
    Institution,
    InstitutionKind,
    Programme,
    ProgrammeInstitution,
    Way,
)
from expertise.subscriptions.models import PaidBy, Subscription
from expertise.subscriptions.models import State as Paid
from expertise.surveys.models import Kind as Asked
from expertise.surveys.models import Survey
from tests.bench.plans import settle
from tests.expertise import desks, seated
from tests.world import World

NEEDS, EXPERTS, INSTITUTIONS = 100_000, 10_000, 40
ASKED = 5
"""Experts, for each need."""
DONE = {
    Stands.WAITING: (),
    Stands.TAKEN: (Does.TAKE,),
    Stands.DECLINED: (Does.DECLINE,),
    Stands.DONE: (Does.TAKE, Does.FINISH),
}
"""Where a position stands → what was done to bring it there."""
COMPANIES, AGREEMENTS, ORDERS, CASES, INCIDENTS = 20_000, 20_000, 20_000, 20_000, 5_000
ENDINGS = (Ending.HELPED, Ending.HELPED, Ending.NOT_HELPED, Ending.REFUSED, Ending.NO_TAKER)


def people(session: Session, programme: Programme, subjects: list[int]) -> None:
    """Institutions, and their experts."""
    random, present = Random(1), clock.now()
    houses = range(1, INSTITUTIONS + 1)
    session.execute(
        insert(Institution),
        [{"id": n, **named(f"Groupe {n}"), "kind": InstitutionKind.GROUP} for n in houses],
    )
    session.execute(
        insert(ProgrammeInstitution),
        [
            {"programme_id": programme.id, "institution_id": n, "since": clock.today()}
            for n in houses
        ],
    )
    numbers = range(1, EXPERTS + 1)
    session.execute(
        insert(Expert),
        [
            {
                "id": n, "institution_id": n % INSTITUTIONS + 1, **named(f"Expert {n}"),
                "is_team": False, "job": "Export", "email": f"e{n}@example.org", "about": "Salons",
                "proposed_at": present, "approved_at": present,
            }
            for n in numbers
        ],
    )  # fmt: skip
    session.execute(
        insert(Competence),
        [
            {"expert_id": n, "subject_id": random.choice(subjects), "words": "export salon"}
            for n in numbers
        ],
    )


def state_of(number: int) -> tuple[State, Ending | None]:
    """One in a hundred waits for the team, three are under way; the rest is closed."""
    if number % 100 == 0:
        return State.ASKED, None
    if number % 400 == 1:
        return State.INCOMPLETE, None
    if number % 100 in {2, 3, 4}:
        return State.OPEN, None
    return State.CLOSED, ENDINGS[number % len(ENDINGS)]


def needs(session: Session, pattern: Need, company_id: int, subjects: list[int]) -> None:
    """Years of needs of 20,000 companies of everywhere, five experts asked for each."""
    random, present = Random(2), clock.now()
    communes = session.scalars(select(Commune.code).order_by(Commune.code)).all()
    partner = Partner(
        programme_id=pattern.programme_id, slug="site", name="Un site", origins="", since=present
    )
    session.add(partner)
    session.flush()
    columns: dict[str, Any] = {
        one.name: getattr(pattern, one.name)
        for one in Need.__table__.columns
        if one.name not in {"id", "number", "submission"}
    }

    def one(n: int) -> dict[str, Any]:
        state, ending = state_of(n)
        asked = present - timedelta(minutes=15 * (NEEDS - n) + 60)
        return columns | {
            "id": n, "number": n, "submission": None, "state": state, "ending": ending,
            "asked_at": asked, "opened_at": None if state is State.ASKED else asked,
            "way": None if state is State.ASKED else Way.COOPERATIVE,
            "closed_at": asked if ending else None,
            "company_id": company_id if n % 200 == 7 else None,
            "partner_id": partner.id if n % 10 == 0 else None,
            "siret": f"{n % 20_000:014}", "commune_code": random.choice(communes),
            "alerted_at": asked if state is State.OPEN and n % 3 == 0 else None,
        }  # fmt: skip

    def position(n: int, expert: int, rank: int) -> dict[str, Any]:
        _state, ending = state_of(n)
        sent = present - timedelta(minutes=15 * (NEEDS - n))
        if ending is not None:
            stands = random.choice((Stands.DONE, Stands.DECLINED))
        else:
            stands = Stands.TAKEN if rank == 0 and n % 5 == 2 else Stands.WAITING
        return {
            "id": n * ASKED + rank, "need_id": n,
            "institution_id": expert % INSTITUTIONS + 1, "expert_id": expert,
            "state": stands, "sent_at": sent, "told_at": sent,
            "answered_at": None if stands is Stands.WAITING else sent + timedelta(hours=9),
            "outcome": Outcome.ADVICE if stands is Stands.DONE else None,
        }  # fmt: skip

    def survey(n: int) -> dict[str, Any]:
        asked = present - timedelta(minutes=15 * (NEEDS - n))
        answered = n % 2 == 1
        return {
            "programme_id": pattern.programme_id, "need_id": n, "position_id": None,
            "kind": Asked.CLOSING, "ending": state_of(n)[1], "closed_at": asked, "sent_at": asked,
            "answered_at": asked + timedelta(minutes=10) if answered else None,
            "satisfaction": random.choice((1, 3, 4, 4, 5, 5)) if answered else None,
        }  # fmt: skip

    numbers = iter(range(2, NEEDS + 2))
    while batch := list(islice(numbers, 5_000)):
        session.execute(insert(Need), [one(n) for n in batch])
        session.execute(
            insert(NeedSubject),
            [{"need_id": n, "subject_id": random.choice(subjects)} for n in batch],
        )
        session.execute(
            insert(Step),
            [
                {"need_id": n, "act": act, "by": by, "words": "", "at": present}
                for n in batch
                for act, by in ((Act.ASK, By.COMPANY), (Act.VALIDATE, By.TEAM))
            ],
        )
        asked = [
            position(n, expert, rank)
            for n in batch
            if state_of(n)[0] in {State.OPEN, State.CLOSED}
            for rank, expert in enumerate(random.sample(range(1, EXPERTS + 1), ASKED))
        ]
        session.execute(insert(Position), asked)
        session.execute(
            insert(PositionStep),
            [
                {
                    "position_id": one["id"], "act": act, "by": PositionBy.EXPERT, "words": "",
                    "at": one["answered_at"],
                }
                for one in asked
                for act in DONE[one["state"]]
            ],
        )  # fmt: skip
        session.execute(insert(Survey), [survey(n) for n in batch if state_of(n)[1]])


def beside(session: Session, programme: Programme, committee_id: int) -> None:
    """Agreements, companies with their orders and their requests, cases, incidents: of each, some
    wait.
    """
    random, present, today = Random(3), clock.now(), clock.today()
    done = session.scalars(
        select(Position.id).where(Position.state == Stands.DONE).limit(AGREEMENTS)
    ).all()
    session.execute(
        insert(Agreement),
        [
            {
                "position_id": one, "programme_id": programme.id, "kind": Kind.CONTRIBUTION,
                "company": "Fours", "company_siret": "", "company_address": "",
                "company_signatory": "", "company_title": "", "company_email": "",
                "institution": "Groupe", "institution_address": "", "institution_signatory": "",
                "institution_title": "", "institution_email": "", "employee": "Ana",
                "employee_job": "", "employee_email": "", "mission": "Un avis.", "place": "Ici",
                "starts_on": today, "ends_on": today, "half_days": 2, "created_at": present,
            }
            for one in done
        ],
    )  # fmt: skip
    first = (session.scalar(select(func.max(Company.id))) or 0) + 1
    companies = range(first, first + COMPANIES)
    where: dict[str, Any] = {"postcode": "44000", "town": "Nantes", "commune_code": "44109"}
    session.execute(
        insert(Company),
        [
            where
            | {
                "id": n,
                "siret": f"8{n:013}",
                "name": f"Four {n}",
                "about": "",
                "created_at": present,
            }
            for n in companies
        ],
    )
    year = {"paid_on": today, "starts_on": today - timedelta(days=365)}
    session.execute(
        insert(Subscription),
        [
            {
                "programme_id": programme.id, "company_id": first + n, "paid_by": PaidBy.TRANSFER,
                "state": Paid.PAID if n % 10 else Paid.WAITING, "least_staff": 10,
                "net_cents": 50_000, "vat_points": 2_000, "vat_cents": 10_000,
                "ordered_at": present, "terms": "",
            }
            | (year if n % 10 else {"paid_on": None, "starts_on": None})
            | {"ends_on": today + timedelta(days=random.randint(-300, 300)) if n % 10 else None}
            for n in range(ORDERS)
        ],
    )  # fmt: skip
    session.execute(
        insert(CompanyRequest),
        [
            where
            | {
                "programme_id": programme.id, "siret": f"9{n:013}", "name": f"Four {n}",
                "first_name": "Inès", "last_name": "Essai", "email": f"ines{n}@essai.example",
                "phone": "", "words": "", "language": "fr", "asked_at": present,
                "state": RequestState.ACCEPTED if n % 10 else RequestState.WAITING,
                "decided_at": present if n % 10 else None,
            }
            for n in range(COMPANIES)
        ],
    )  # fmt: skip
    session.execute(
        insert(CommitteeCase),
        [
            {
                "committee_id": committee_id, "need_id": n, "quorum": 2, "put_at": present,
                "due_at": present + timedelta(days=5), "told_at": present,
                "outcome": Verdict.SELECTED if n % 100 else None,
                "closed_at": present if n % 100 else None,
            }
            for n in range(2, CASES + 2)
        ],
    )  # fmt: skip
    told = range(1, INCIDENTS + 1)
    session.execute(
        insert(Incident),
        [
            {
                "id": n,
                "happened": "Une fiche égarée.",
                "noticed_on": today,
                "about": "",
                "at": present,
            }
            for n in told
        ],
    )
    session.execute(
        insert(IncidentProgramme),
        [{"incident_id": n, "programme_id": programme.id} for n in told],
    )


def filled(world: World) -> dict[str, Any]:
    """The desk, and what addresses name."""
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), way=Way.COOPERATIVE)
    pattern = desks.need(world, made)
    subjects = [desks.subject(world, made, one).id for one in ("marketing", "strategie")]
    who: dict[str, Member] = {
        "team": team,
        "manager": world.member("Rémi", networks=()),
        "expert": world.member("Ana", networks=()),
        "company": world.member("Inès", networks=()),
        "committee": world.member("Anne", networks=()),
    }
    votes = seated.committee(world, made, who["committee"])
    account = desks.company(world, who["company"])
    with world.session() as session:
        people(session, made, subjects)
        needs(session, pattern, account.id, subjects)
        beside(session, made, votes.id)
    started = time.perf_counter()
    with world.session() as session:
        jobs.count_all(session)
    print(f"figures counted in {time.perf_counter() - started:.0f} s")
    with world.session() as session:
        group, expert = session.get_one(Institution, 1), session.get_one(Expert, 1)
    desks.manager(world, group, who["manager"])
    desks.answer_with(world, expert, who["expert"])
    settle(db.engine)
    deep = world.one(
        select(Position).where(Position.institution_id == 1, Position.need_id > NEEDS // 2).limit(1)
    )
    assert deep is not None
    return who | {
        "addresses": {
            "middle": NEEDS // 2 + 5, "open": NEEDS - 98, "mine": NEEDS - 193,
            "position": deep.id, "company": account.id,
            "region": world.territory("region:52"),
            "committee": votes.id,
            "partner": world.act(lambda session: session.scalar(select(Partner.id))),
        }
    }  # fmt: skip
