"""What the figures hear of: wiring.py says of which facts."""

from sqlalchemy.orm import Session

from core import clock
from core.db import insert_into
from core.facts import Fact
from figures.measures import Measure
from figures.models import Tally


def on_sought_in_vain(session: Session, _fact: Fact) -> None:
    """Count a search that found nothing."""
    noted = insert_into(session, Tally).values(
        measure=Measure.SOUGHT_IN_VAIN, day=clock.today(), times=1
    )
    session.execute(
        noted.on_conflict_do_update(
            index_elements=["measure", "day"], set_={"times": Tally.times + 1}
        )
    )
