"""Who runs the programme of a story, its partner, and a company that buys from it."""

import pytest

from accounts.models import Member
from expertise.partners.models import Partner
from expertise.programmes.models import Programme
from tests.expertise import desks, partnered
from tests.world import World


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas")


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme that a team reviews."""
    return desks.programme(world, team=(team,))


@pytest.fixture
def one(world: World, team: Member, made: Programme) -> Partner:
    """A partner of the programme."""
    return partnered.partner(world, made, team)


@pytest.fixture
def key(world: World, team: Member, made: Programme, one: Partner) -> str:
    """The key with which its program calls."""
    return partnered.key_of(world, made, one, team)


@pytest.fixture
def boss(world: World) -> Member:
    """Who acts for a company."""
    return world.member("Inès", networks=[])
