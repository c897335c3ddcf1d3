"""What the worker does for the map: ask where an address is, when a setting says whom."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from access.models import Commune
from core.jobs import Handler, Permanent, enqueue
from directory.facts import OrganisationDescribed, SchemeDescribed
from directory.models import Organisation, Placed, Scheme
from map.geocoding import Question, Unusable, locate

LOCATE = "map.locate"
Kind = type[Organisation] | type[Scheme]
KINDS: dict[str, Kind] = {"organisation": Organisation, "scheme": Scheme}
"""What stands somewhere, by the name of its table."""


def _roughly_placed(kind: Kind) -> ColumnElement[bool]:
    """Stands at its commune for want of better, and has an address to ask about."""
    return and_(
        kind.placed == Placed.COMMUNE,
        kind.address != "",
        kind.withdrawn_at.is_(None),
    )


def _ask(session: Session, name: str, entry_id: int) -> None:
    enqueue(session, LOCATE, {"kind": name, "id": entry_id}, key=f"{LOCATE}:{name}:{entry_id}")


class Locator:
    """Asks the service of a setting; without one, it asks nothing."""

    def __init__(self, url: str | None) -> None:
        self.url = url

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {LOCATE: self.locate}

    def organisation_described(self, session: Session, fact: OrganisationDescribed) -> None:
        """An organisation is new or has moved: ask where its address is, later."""
        self._described(session, fact.organisation)

    def scheme_described(self, session: Session, fact: SchemeDescribed) -> None:
        """Likewise of a scheme."""
        self._described(session, fact.scheme)

    def _described(self, session: Session, entry: Organisation | Scheme) -> None:
        if self.url and entry.placed is Placed.COMMUNE and entry.address:
            _ask(session, entry.__tablename__, entry.id)

    def locate(self, session: Session, payload: dict[str, Any]) -> None:
        """Ask where something stands; the database is free meanwhile."""
        if self.url is None:
            return
        kind, entry_id = KINDS[payload["kind"]], payload["id"]
        found = session.execute(
            select(kind.address, kind.postcode, kind.town, Commune.latitude, Commune.longitude)
            .join(Commune, Commune.code == kind.commune_code)
            .where(kind.id == entry_id, _roughly_placed(kind))
        ).one_or_none()
        session.rollback()
        if found is None or found.latitude is None or found.longitude is None:
            return
        middle = (found.latitude, found.longitude)
        question = Question(found.address, found.postcode, found.town, middle)
        try:
            point = locate(self.url, question)
        except Unusable as error:
            raise Permanent(str(error)) from error
        if point is None:
            return
        # Only where the question still stands: an address corrected or a pin moved since wins.
        session.execute(
            update(kind)
            .where(
                kind.id == entry_id,
                _roughly_placed(kind),
                kind.address == found.address,
                kind.postcode == found.postcode,
                kind.town == found.town,
            )
            .values(latitude=point[0], longitude=point[1], placed=Placed.ADDRESS)
            .execution_options(synchronize_session=False)
        )


def ask_for_all(session: Session) -> int:
    """Ask about everything that stands at its commune; how much that is."""
    asked = 0
    for name, kind in KINDS.items():
        for entry_id in session.scalars(select(kind.id).where(_roughly_placed(kind))).all():
            _ask(session, name, entry_id)
            asked += 1
    return asked
