"""The terms of a subscription: who orders a year accepts them, as they were that day."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core import clock
from expertise.programmes.models import ProgrammeWords, PublicPage
from expertise.subscriptions.models import Subscription
from tests.expertise import desks
from tests.expertise.billing import sells
from tests.world import World

WORDS = "Une année, sans reconduction tacite."
ORDER = {"paid_by": "transfer"}


@dataclass
class Selling:
    """A programme that sells a year on its terms, to a company."""

    world: World
    client: FlaskClient
    there: str

    def orders(self) -> list[Subscription]:
        return list(self.world.all(select(Subscription)))


@pytest.fixture
def selling(world: World) -> Selling:
    """One that sells, and a company that has ordered nothing yet."""
    made, boss = sells(world), world.member("Inès", networks=[])
    with world.session() as session:
        session.merge(
            ProgrammeWords(
                programme_id=made.id,
                page=PublicPage.TERMS,
                body=WORDS,
                html=f"<p>{WORDS}</p>",
                changed_at=clock.now(),
            )
        )
    mine = desks.company(world, boss)
    return Selling(world, world.client(boss), f"/expertise/entreprises/{mine.id}/abonnement")


def test_nothing_is_ordered_before_the_terms_are_accepted(selling: Selling) -> None:
    page = selling.client.get(selling.there).text
    assert "/expertise/essai/conditions" in page
    assert WORDS in selling.world.client().get("/expertise/essai/conditions").text
    refused = selling.client.post(f"{selling.there}/essai", data=ORDER)
    assert refused.status_code == 422
    assert "que vous acceptez les conditions" in refused.text
    assert selling.orders() == []


def test_they_are_kept_as_they_were(selling: Selling) -> None:
    posted = selling.client.post(f"{selling.there}/essai", data=ORDER | {"agrees": "y"})
    assert posted.status_code == 302
    selling.world.act(lambda s: s.execute(update(ProgrammeWords).values(body="Autre.", html="x")))
    assert [one.terms for one in selling.orders()] == [WORDS]
    assert WORDS in selling.client.get(posted.location).text


def test_a_programme_without_terms_asks_for_no_agreement(selling: Selling) -> None:
    selling.world.act(lambda s: s.execute(update(ProgrammeWords).values(body="", html="")))
    assert 'name="agrees"' not in selling.client.get(selling.there).text
    assert selling.client.post(f"{selling.there}/essai", data=ORDER).status_code == 302
    assert [one.terms for one in selling.orders()] == [""]
