"""What a programme decides of what the house does by itself, and where it works."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from access.models import Territory
from core import clock
from core.refusals import Refused
from expertise.agreements.models import Kind as AgreementKind
from expertise.agreements.models import Refund
from expertise.programmes.models import Programme, ProgrammeTerritory, Review
from expertise.surveys.models import Kind
from tests.expertise import desks
from tests.expertise.agreeing import Case, typed
from tests.expertise.surveying import asked, helped, later, managed, surveys
from tests.expertise.test_positions import an_hour
from tests.expertise.test_programmes import FORM
from tests.world import World


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        ("44 ; 2a", ["Corse-du-Sud", "Loire-Atlantique"]),
        ("Pays-de-la-Loire, 35", ["Ille-et-Vilaine", "Pays de la Loire"]),
        ("nantes (zone d’emploi), 44", ["Loire-Atlantique", "Nantes (zone d’emploi)"]),
        ("", []),
    ],
)
def test_a_programme_works_in_territories_of_each_level(
    world: World, places: str, kept: list[str]
) -> None:
    client = world.client(world.administrator())
    made = client.post("/administration/dispositifs/nouveau", data=FORM | {"places": places})
    assert made.status_code == 302
    within = select(ProgrammeTerritory.territory_id)
    there = world.all(select(Territory).where(Territory.id.in_(within)))
    assert sorted(one.label for one in there) == kept
    shown = client.get(made.location).text
    again = client.post(made.location, data=FORM | {"places": ", ".join(kept)})
    assert again.status_code == 302, "what the page shows is understood"
    assert all(one in shown or one.endswith(("Atlantique", "Vilaine", "Sud")) for one in kept)


@pytest.mark.parametrize("reminds", [True, False])
def test_who_has_not_answered_is_reminded_where_it_is_wished(
    world: World, reminds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desks.programme(world, review=Review.NONE, reminds=reminds)
    _house, chief = managed(world, made)
    desks.need(world, made)
    an_hour(world)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=9))
    an_hour(world)
    assert sum("attend toujours" in mail.text for mail in world.mails(chief)) == reminds


@pytest.mark.parametrize(
    ("choices", "kinds"),
    [
        ({}, {Kind.CLOSING, Kind.THREE_MONTHS, Kind.SIX_MONTHS}),
        ({"follows_up": False}, {Kind.CLOSING}),
        ({"surveys": False}, {Kind.THREE_MONTHS, Kind.SIX_MONTHS}),
        ({"surveys": False, "follows_up": False}, set()),
    ],
)
def test_surveys_leave_where_they_are_wished(
    world: World, choices: dict[str, Any], kinds: set[Kind]
) -> None:
    made = desks.programme(world, review=Review.NONE, **choices)
    house, chief = managed(world, made)
    helped(world, made, chief, house)
    with later(250):
        world.work()
    assert {one.kind for one in surveys(world)} == kinds
    assert bool(asked(world)) is bool(kinds)


def test_a_programme_without_loans_neither_offers_nor_takes_one(world: World) -> None:
    case = Case(world)
    world.act(lambda session: session.execute(update(Programme).values(lends=False)))
    client, there = world.client(case.chief), f"/expertise/positions/{case.position.id}/convention"
    assert 'value="loan"' not in client.get(there).text
    loan: dict[str, Any] = {"kind": AgreementKind.LOAN, "refund": Refund.FULL}
    assert client.post(there, data=typed(**loan)).status_code == 422
    with pytest.raises(Refused, match="agreement-no-loan"):
        case.prepare(**loan)
    assert client.post(there, data=typed()).status_code == 302


def test_a_loan_that_was_begun_may_still_be_corrected(world: World) -> None:
    case = Case(world)
    case.prepare(kind=AgreementKind.LOAN, refund=Refund.FULL)
    world.act(lambda session: session.execute(update(Programme).values(lends=False)))
    case.edit(kind=AgreementKind.LOAN, refund=Refund.FULL, hours="9 h à 17 h")
    assert case.now().hours == "9 h à 17 h"
