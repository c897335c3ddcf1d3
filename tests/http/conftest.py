"""A story told, and a house with one of each thing."""

import pytest

from tests.http.addresses import Sample
from tests.http.sample import sample
from tests.http.story import Story, tell
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    """For COORACE in Loire-Atlantique."""
    return tell(world, ("coorace",), ("departement:44",))


@pytest.fixture
def house(world: World) -> Sample:
    """One of each thing; a failure is answered 500, as on a real server."""
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    return sample(world)
