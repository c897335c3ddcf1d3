"""Lists that only grow are read from their end: the page costs the same after years."""

from sqlalchemy import Select

from core import clock
from core.db import db
from expertise.committees import queries as committees
from expertise.companies import queries as companies
from expertise.needs import queries as needs
from expertise.subscriptions import queries as subscriptions
from tests.bench.plans import SORT, Watch
from tests.expertise import desks, seated
from tests.world import World


def plan_of(world: World, found: Select) -> str:  # type: ignore[type-arg]
    """How SQLite finds a page of them."""
    watch = Watch(db.engine)
    with watch.page() as said:
        world.act(lambda session: session.execute(found.limit(26)).all())
    return watch.plans(said)[0].partition("\n LIMIT")[2]


def test_archives_are_not_sorted(world: World) -> None:
    someone = world.member("Thomas", networks=())
    made = seated.selecting(world, someone)
    seated.committee(world, made, chairs=(someone,))
    desk, day = desks.at_the_desk(world, someone), clock.today()
    ended = subscriptions.Basket.ENDED
    for found in (
        committees.cases(desk, committees.Tab.ARCHIVE),
        companies.requests(desk, made.id, decided=True),
        subscriptions.basket(desk, made.id, ended, day),
        needs.basket(desk, made.id, needs.Basket.ARCHIVE),
    ):
        plan = plan_of(world, found)
        assert "SEARCH" in plan, "the plan was read"
        assert not SORT.search(plan), plan
