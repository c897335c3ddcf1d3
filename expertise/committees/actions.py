"""The team of a programme makes a committee, and says where it selects and how it votes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.facts import HouseChanged
from accounts.models import Member
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from expertise.committees.models import Committee
from expertise.committees.policy import needs_team
from expertise.desk import Desk
from expertise.experts.sheets import communes, territories
from expertise.programmes.models import Programme

MOST_SEATS = 60
MOST_DAYS = 60
"""Working days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was typed of a committee."""

    name: str
    quorum: int
    vote_days: int
    territories: Collection[int] = ()
    communes: Sequence[str] = ()
    """As they are written: see expertise.experts.sheets."""
    retired: bool = False


def create(
    session: Session, desk: Desk, programme: Programme, said: Said, *, by: Member
) -> Committee:
    """A committee; nobody sits in it yet.

    Raises Refused: "not-of-the-team", "name-empty", "name-taken", "name-too-long",
    "quorum-out-of-range", "vote-days-out-of-range", "unknown-territory", "too-many-territories",
    "unknown-commune", "too-many-communes".
    """
    needs_team(desk, programme.id)
    made = Committee(programme_id=programme.id, programme=programme, territories=[], communes=[])
    with session.no_autoflush:
        _say(session, made, said)
    session.add(made)
    session.flush()
    record(session, HouseChanged(by, f"{programme.name}, {made.name}", {"committee": "added"}))
    return made


def settle(session: Session, desk: Desk, one: Committee, said: Said, *, by: Member) -> None:
    """Decide otherwise; what is voted on keeps its quorum and its date. Raises as create."""
    needs_team(desk, one.programme_id)
    with session.no_autoflush:
        _say(session, one, said)
    session.flush()
    record(session, HouseChanged(by, f"{one.programme.name}, {one.name}", {"committee": "changed"}))


def _say(session: Session, one: Committee, said: Said) -> None:
    name = one_line(said.name, "name-too-long")
    if not name:
        raise Refused("name-empty")
    # Two of the same name at the same instant: the second one reads the first.
    session.execute(select(Programme.id).where(Programme.id == one.programme_id).with_for_update())
    same = session.scalar(
        select(Committee.id).where(
            Committee.programme_id == one.programme_id,
            func.lower(Committee.name) == name.lower(),
        )
    )
    if same not in {None, one.id}:
        raise Refused("name-taken")
    if not 1 <= said.quorum <= MOST_SEATS:
        raise Refused("quorum-out-of-range", most=MOST_SEATS)
    if not 1 <= said.vote_days <= MOST_DAYS:
        raise Refused("vote-days-out-of-range", most=MOST_DAYS)
    one.name, one.quorum, one.vote_days = name, said.quorum, said.vote_days
    one.retired = said.retired
    one.territories = territories(session, said.territories)
    one.communes = communes(session, said.communes)
