"""Ranking 10,000 experts who all answer about the subject of a need."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from access.models import Commune
from accounts.models import Member
from core import clock
from core.db import db
from core.naming import named
from expertise.experts.models import (
    Competence,
    DeskSeat,
    Expert,
    ExpertCommune,
    ExpertTerritory,
)
from expertise.matching import best_for, candidates, keeping
from expertise.needs.models import Need
from expertise.positions.life import Outcome, State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, InstitutionKind, ProgrammeInstitution
from tests.bench.plans import Watch, pace, settle
from tests.expertise import desks
from tests.world import BOTH, World

pytestmark = [pytest.mark.bench]

EXPERTS = 10_000
INSTITUTIONS = 200
NEEDS = 6_000
"""Sent in thirty days, to five experts each."""
TIMES = 60
FIRST_MEMBER = 100_000
WORDS = """
export allemagne salon distributeur vente prospection commerce international négociation tarif
douane logistique transport emballage certification norme qualité production atelier maintenance
énergie recrutement formation paie contrat droit litige assurance trésorerie banque investissement
subvention stratégie diagnostic marketing communication site publicité identité presse réseau
numérique données sécurité logiciel automatisation innovation brevet recherche prototype design
""".split()  # noqa: SIM905 - reads better than a tower of words


def fill(
    session: Session, programme_id: int, subjects: list[int], places: list[int | None]
) -> None:
    """Experts around Nantes: each with a few words, one place or several, or none."""
    random, present = Random(1), clock.now()
    session.execute(
        insert(Institution),
        [
            {"id": n, **named(f"Groupe {n}"), "kind": InstitutionKind.GROUP}
            for n in range(1, INSTITUTIONS + 1)
        ],
    )
    session.execute(
        insert(ProgrammeInstitution),
        [
            {"programme_id": programme_id, "institution_id": n, "since": clock.today()}
            for n in range(1, INSTITUTIONS + 1)
        ],
    )
    experts, competences, territories, communes = [], [], [], []
    for n in range(1, EXPERTS + 1):
        away = n % 20 == 0
        experts.append(
            {
                "id": n, "institution_id": n % INSTITUTIONS + 1, **named(f"Expert {n}"),
                "is_team": False, "job": "", "email": f"e{n}@example.org",
                "about": " ".join(random.choices(WORDS, k=12)),
                "least_staff": 5 if n % 3 else None, "most_staff": 250 if n % 4 else None,
                "quota": random.choice((None, 5, 10, 20)), "proposed_at": present,
                "approved_at": present, "absent_from": clock.today() if away else None,
                "delegate_id": None,
            }
        )  # fmt: skip
        competences += [
            {"expert_id": n, "subject_id": one, "words": " ".join(random.choices(WORDS, k=6))}
            for one in (subjects if n % 2 else subjects[:1])
        ]
        if n % 10 == 1:
            communes.append({"expert_id": n, "commune_code": "44109"})
        elif n % 10 > 2:
            territories += [
                {"expert_id": n, "territory_id": one}
                for one in random.sample(places, random.choice((1, 1, 2)))
            ]
    session.execute(insert(Expert), experts)
    _seat(session, experts)
    for n in range(20, EXPERTS + 1, 40):
        session.get_one(Expert, n).delegate_id = n - 1
    session.execute(insert(Competence), competences)
    session.execute(insert(ExpertTerritory), territories)
    session.execute(insert(ExpertCommune), communes)


def _seat(session: Session, experts: list[dict[str, Any]]) -> None:
    """Each has an account; one in a hundred is suspended."""
    first, present = FIRST_MEMBER, clock.now()
    session.execute(
        insert(Member),
        [
            {
                "id": first + one["id"], "email": one["email"], "first_name": "Expert",
                "last_name": str(one["id"]), "name_key": one["name"], "handle": f"e.{one['id']}",
                "created_at": present, "suspended_at": present if one["id"] % 100 == 7 else None,
            }
            for one in experts
        ],
    )  # fmt: skip
    session.execute(
        insert(DeskSeat),
        [
            {
                "institution_id": one["institution_id"], "expert_id": one["id"],
                "email": one["email"], "first_name": "Expert", "last_name": str(one["id"]),
                "member_id": first + one["id"], "since": present,
            }
            for one in experts
        ],
    )  # fmt: skip


def send(session: Session, pattern: Need) -> None:
    """What they were sent in thirty days, and what came of some of it."""
    random, present = Random(2), clock.now()
    columns: dict[str, Any] = {
        one.name: getattr(pattern, one.name)
        for one in Need.__table__.columns
        if one.name not in {"id", "number", "submission"}
    }
    numbers = range(1_000, 1_000 + NEEDS)
    session.execute(
        insert(Need), [columns | {"id": n, "number": n, "submission": None} for n in numbers]
    )
    sent = []
    for n in numbers:
        for one in random.sample(range(1, EXPERTS + 1), 5):
            done = random.random() < 0.3
            sent.append(
                {
                    "need_id": n, "institution_id": one % INSTITUTIONS + 1, "expert_id": one,
                    "state": State.DONE if done else State.WAITING,
                    "sent_at": present - timedelta(days=random.uniform(0, 60)),
                    "answered_at": present if done else None,
                    "outcome": random.choice(list(Outcome)) if done else None,
                }
            )  # fmt: skip
    session.execute(insert(Position), sent)


def world_of(world: World) -> Need:
    """The need of a company of Nantes, and those who could answer it."""
    made = desks.programme(world)
    subjects = [desks.subject(world, made, one).id for one in ("marketing", "strategie")]
    one = desks.need(
        world,
        made,
        title="Vendre nos fours en Allemagne",
        description="Deux salons au printemps, aucun distributeur ; il nous faut une stratégie "
        "d’export, des normes et une certification, et savoir négocier des tarifs.",
        context="Un atelier de production de vingt personnes, une communication à reprendre.",
        staff=20,
        subjects=subjects[:1],
    )
    places = [
        world.territory("departement:44"),
        world.territory("region:52"),
        world.act(
            lambda session: session.scalar(
                select(Commune.zone_emploi_id).where(Commune.code == "44109")
            )
        ),
    ]
    with world.session() as session:
        fill(session, made.id, subjects, places)
        send(session, one)
        started = time.perf_counter()
        keeping.rebuild(session)
        print(f"rebuilt in {time.perf_counter() - started:.1f} s")
    settle(db.engine)
    return one


@BOTH
def test_ten_thousand_experts(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    one = world_of(world)
    with world.session() as session:
        need = session.get_one(Need, one.id)
        asked: tuple[tuple[str, Callable[[Session, Need], object]], ...] = (
            ("first 30", candidates),
            ("best of each", best_for),
        )
        for name, ask in asked:
            with (watch := Watch(db.engine)).page() as said:
                found = ask(session, need)
            times = []
            for _again in range(TIMES):
                started = time.perf_counter()
                assert ask(session, need) == found
                times.append((time.perf_counter() - started) * 1000)
            each = []
            for statement, values in said.all:
                started = time.perf_counter()
                session.connection().exec_driver_sql(statement, values).all()
                each.append(f"{(time.perf_counter() - started) * 1000:.1f}")
            with capsys.disabled():
                print(
                    f"{db.engine.dialect.name} {name}: {len(said.all)} q,"
                    f" median {statistics.median(times):.0f} ms, max {max(times):.0f} ms;"
                    f" each {' '.join(each)}; pace {pace():.0f} ms"
                )
            assert len(said.all) <= 10
            assert found
    with capsys.disabled():
        print("\n\n".join(plan for plan in watch.plans(said) if "each_found" in plan))
