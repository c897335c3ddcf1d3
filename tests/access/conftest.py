"""The atlas: what examples of reaches name, in a database session."""

from collections.abc import Iterator

import pytest

from tests.access.atlas import PLACES, Atlas, network_id, reference_of, territory_id
from tests.ground import NETWORKS
from tests.world import World


@pytest.fixture
def atlas(world: World) -> Iterator[Atlas]:
    """The networks and places of the examples; all that is drawn is undone."""
    with world.session() as session:
        yield Atlas(
            session,
            {slug: network_id(session, slug) for slug in NETWORKS},
            {one: territory_id(session, reference_of(one)) for one in PLACES},
        )
        session.rollback()
