"""The expertise desk with 100,000 needs and 10,000 experts: what each list asks, and how long."""

import statistics
import time
from typing import Any

import pytest

from core.db import db
from tests.bench.full_desk import filled
from tests.bench.plans import Watch, pace
from tests.world import BOTH, World

pytestmark = [pytest.mark.bench]

SLOWEST = 100
"""Milliseconds, of a page."""
TIMES = 7
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
        "agreements": "/expertise/equipe/essai/conventions",
        "requests": "/expertise/equipe/essai/acces",
        "requests, decided": "/expertise/equipe/essai/acces?traitees=1",
        "orders": "/expertise/equipe/essai/abonnements",
        "orders, active": "/expertise/equipe/essai/abonnements?etat=actifs",
        "orders, ended": "/expertise/equipe/essai/abonnements?etat=termines",
        "committees": "/expertise/equipe/essai/comites",
        "a committee": "/expertise/equipe/essai/comites/{committee}",
        "incidents": "/expertise/equipe/essai/incidents",
        "partners": "/expertise/equipe/essai/partenaires",
        "desk": "/expertise",
    },
    "committee": {
        "to vote": "/expertise/comites",
        "voted": "/expertise/comites?onglet=votes",
        "archive": "/expertise/comites?onglet=archives",
        "minutes": "/expertise/comites?onglet=releves",
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


@BOTH
def test_lists_of_the_desk_are_flat(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.perf_counter()
    there = filled(world)
    engine = db.engine.dialect.name
    with capsys.disabled():
        print(f"{engine}: filled in {time.perf_counter() - started:.0f} s; pace {pace():.0f} ms")
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
    with capsys.disabled():
        print(f"{engine}: pace {pace():.0f} ms")
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
