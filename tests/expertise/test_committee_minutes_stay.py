"""Published minutes are refused by the database itself."""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from expertise.committees.keeping import Changed
from expertise.committees.models import Minutes, Vote
from tests.expertise import seated
from tests.expertise.desks import need
from tests.expertise.seated import committee, put, selecting, vote
from tests.world import BOTH, World


def minutes_of(world: World) -> Minutes:
    team, chair = world.member("Thomas"), world.member("Anne")
    made = selecting(world, team)
    committee(world, made, chairs=(chair,), quorum=1)
    vote(world, chair, put(world, team, need(world, made)), Vote.FAVOURABLE)
    return seated.published(world, chair)


@BOTH
@pytest.mark.parametrize(
    "sql", ["UPDATE committee_minutes SET words = 'x'", "DELETE FROM committee_minutes"]
)
def test_the_database_refuses(world: World, engine: str, sql: str) -> None:
    minutes_of(world)
    with pytest.raises(DBAPIError, match="never changed"):
        world.act(lambda session: session.execute(text(sql)))


def test_our_code_refuses(world: World) -> None:
    one = minutes_of(world)
    with pytest.raises(Changed), world.session() as session:
        session.get_one(Minutes, one.id).words = "Autre chose."
    with pytest.raises(Changed), world.session() as session:
        session.delete(session.get_one(Minutes, one.id))
    for bulk in (update(Minutes).values(words="x"), delete(Minutes)):
        with pytest.raises(Changed), world.session() as session:
            session.execute(bulk)
