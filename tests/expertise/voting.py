"""Three people who vote on a need, and what the worker does meanwhile."""

from accounts.models import Member
from expertise.committees import jobs
from expertise.committees.models import CommitteeCase
from expertise.programmes.models import Programme
from tests.expertise.desks import need
from tests.expertise.seated import committee, put, selecting
from tests.world import World

THREE = ("Anne", "Bruno", "Chloé")


def people(world: World, *names: str) -> list[Member]:
    return [world.member(name, networks=()) for name in names or THREE]


def hour(world: World) -> None:
    """What the worker does each hour."""
    world.act(lambda session: jobs.work(session, {}))


def team_of(world: World) -> tuple[Member, Programme]:
    team = world.member("Thomas")
    return team, selecting(world, team)


def voted_on(world: World, *, quorum: int = 2) -> tuple[Member, list[Member], CommitteeCase]:
    """A need before three people; the first one chairs."""
    team, made = team_of(world)
    members = people(world)
    committee(world, made, *members[1:], chairs=(members[0],), quorum=quorum)
    return team, members, put(world, team, need(world, made))
