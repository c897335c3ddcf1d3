"""The expertise desk with 100,000 needs and 10,000 experts: what each list asks, and how long."""

import statistics
import time
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from access.models import Commune
from accounts.models import Member
from core import clock
from core.db import db
from expertise.experts.models import Competence, Expert
from expertise.figures import jobs
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
from expertise.surveys.models import Kind, Survey
from tests.bench.plans import Watch
from tests.expertise import desks
from tests.world import BOTH, World

pytestmark = [pytest.mark.bench]

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
SLOWEST = 100
"""Milliseconds, of a page."""
TIMES = 7
ENDINGS = (Ending.HELPED, Ending.HELPED, Ending.NOT_HELPED, Ending.REFUSED, Ending.NO_TAKER)
PAGES = {
    "team": {
        "to review": "/expertise/equipe/essai",
        "waiting": "/expertise/equipe/essai?panier=en-attente",
        "nobody answers": "/expertise/equipe/essai?panier=sans-reponse",
        "under way": "/expertise/equipe/essai?panier=en-cours",
        "archive": "/expertise/equipe/essai?panier=archives",
        "archive, deep": "/expertise/equipe/essai?panier=archives&apres={middle}",
        "held long": "/expertise/equipe/essai?panier=reserves-trop-longtemps",
        "at risk": "/expertise/equipe/essai?panier=a-risque",
        "unhappy": "/expertise/equipe/essai?panier=insatisfaits",
        "a need": "/expertise/besoins/{open}",
        "who may answer": "/expertise/besoins/{open}/experts",
        "institution": "/expertise/equipe/essai/institutions/1",
        "surveys": "/expertise/equipe/essai/enquetes",
        "figures": "/expertise/equipe/essai/chiffres",
        "figures by territory": "/expertise/equipe/essai/chiffres?comparer=territoire",
        "figures by institution": "/expertise/equipe/essai/chiffres?comparer=institution",
        "figures of a region": "/expertise/equipe/essai/chiffres?territoire={region}",
        "a partner": "/expertise/equipe/essai/partenaires/{partner}",
        "desk": "/expertise",
    },
    "manager": {
        "received": "/expertise/recus",
        "under way": "/expertise/recus?onglet=en-cours",
        "archive": "/expertise/recus?onglet=archives",
        "archive, deep": "/expertise/recus?onglet=archives&apres={position}",
        "institution": "/expertise/institutions/1",
        "figures": "/expertise/institutions/1/chiffres",
        "desk": "/expertise",
    },
    "expert": {
        "received": "/expertise/recus",
        "archive": "/expertise/recus?onglet=archives",
        "desk": "/expertise",
    },
    "company": {
        "its needs": "/expertise/entreprises/{company}",
        "its archive": "/expertise/entreprises/{company}?onglet=archives",
        "one": "/expertise/entreprises/{company}/besoins/{mine}",
    },
}


def people(session: Session, programme: Programme, subjects: list[int]) -> None:
    """Institutions, and their experts."""
    random, present = Random(1), clock.now()
    houses = range(1, INSTITUTIONS + 1)
    session.execute(
        insert(Institution),
        [{"id": n, "name": f"Groupe {n}", "kind": InstitutionKind.GROUP} for n in houses],
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
                "id": n, "institution_id": n % INSTITUTIONS + 1, "name": f"Expert {n}",
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
            "kind": Kind.CLOSING, "ending": state_of(n)[1], "closed_at": asked, "sent_at": asked,
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
    }
    account = desks.company(world, who["company"])
    with world.session() as session:
        people(session, made, subjects)
        needs(session, pattern, account.id, subjects)
    started = time.perf_counter()
    with world.session() as session:
        jobs.count_all(session)
    print(f"figures counted in {time.perf_counter() - started:.0f} s")
    with world.session() as session:
        group, expert = session.get_one(Institution, 1), session.get_one(Expert, 1)
    desks.manager(world, group, who["manager"])
    desks.answer_with(world, expert, who["expert"])
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    deep = world.one(
        select(Position).where(Position.institution_id == 1, Position.need_id > NEEDS // 2).limit(1)
    )
    assert deep is not None
    return who | {
        "addresses": {
            "middle": NEEDS // 2 + 5, "open": NEEDS - 98, "mine": NEEDS - 193,
            "position": deep.id, "company": account.id,
            "region": world.territory("region:52"),
            "partner": world.act(lambda session: session.scalar(select(Partner.id))),
        }
    }  # fmt: skip


@BOTH
def test_lists_of_the_desk_are_flat(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.perf_counter()
    there = filled(world)
    engine = db.engine.dialect.name
    with capsys.disabled():
        print(f"{engine}: filled in {time.perf_counter() - started:.0f} s")
    slow = {}
    for who, pages in PAGES.items():
        client = world.client(there[who])
        for name, path in pages.items():
            address = path.format(**there["addresses"])
            with (watch := Watch(db.engine)).page() as said:
                assert client.get(address).status_code == 200, address
            times, work = [], []
            for _again in range(TIMES):
                started, spent = time.perf_counter(), time.process_time()
                assert client.get(address).status_code == 200
                times.append((time.perf_counter() - started) * 1000)
                work.append((time.process_time() - spent) * 1000)
            taken = statistics.median(times)
            with capsys.disabled():
                print(
                    f"{engine} {who}, {name}: {len(said.all)} q, {taken:.0f} ms,"
                    f" {statistics.median(work):.0f} ms of processor"
                )
                if taken > SLOWEST:
                    slow[who, name] = taken
                    print("\n".join(slowest(watch, said)))
            assert len(said.all) <= 11
    assert slow == {}


def slowest(watch: Watch, said: Any) -> list[str]:
    """Each statement of a page that takes more than ten milliseconds, and how it is found."""
    found = []
    with watch.engine.connect() as connection:
        for statement, values in said.all:
            started = time.perf_counter()
            connection.exec_driver_sql(statement, values).all()
            spent = (time.perf_counter() - started) * 1000
            if spent > 10:
                found.append(f"{spent:.0f} ms: {statement}")
    plans = {plan.partition("\n")[0]: plan for plan in watch.plans(said)}
    return [
        f"{one}\n{plans.get(one.partition(': ')[2].partition(chr(10))[0], '')}" for one in found
    ]
