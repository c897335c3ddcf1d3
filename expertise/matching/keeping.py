"""Keeping the tables of the ranking up to date with the sheets of the experts."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core import text
from expertise.experts.models import Competence, Expert, ExpertCommune, ExpertTerritory
from expertise.matching.models import (
    EVERYWHERE,
    LONGEST_STEM,
    ExpertPlace,
    ExpertStem,
    place_of_commune,
    place_of_territory,
)
from expertise.positions.facts import PositionMoved
from expertise.positions.life import HELPED, Act, Outcome, State
from expertise.positions.models import Position

AT_ONCE = 500
COUNTS = frozenset({Act.FINISH, Act.SEND})
"""What changes what came of the needs of an expert: sent again, it came to nothing yet."""


def on_moved(session: Session, fact: PositionMoved) -> None:
    """What came of a need is counted for who answered it."""
    if fact.act in COUNTS and fact.position.expert_id is not None:
        count_outcomes(session, [fact.position.expert_id])


def refresh(session: Session, expert_id: int) -> None:
    """Read the sheet of an expert again, and what came of the needs that they answered.

    To be called when either changes. Does not commit.
    """
    refresh_all(session, [expert_id])


def rebuild(session: Session) -> int:
    """Read the sheets of all experts again; how many they are."""
    ids = list(session.scalars(select(Expert.id).order_by(Expert.id)))
    for start in range(0, len(ids), AT_ONCE):
        refresh_all(session, ids[start : start + AT_ONCE])
    return len(ids)


def forget(session: Session, expert_ids: Collection[int]) -> None:
    """Take experts, and their words, out of the ranking."""
    for table in (ExpertPlace, ExpertStem):
        session.execute(
            delete(table)
            .where(table.expert_id.in_(expert_ids))
            .execution_options(synchronize_session=False)
        )


def refresh_all(session: Session, expert_ids: Collection[int]) -> None:
    """Read the sheets of some experts again: a flat number of statements."""
    session.flush()
    forget(session, expert_ids)
    places, stems = _turned_over(session, expert_ids)
    if places:
        session.execute(insert(ExpertPlace), places)
    if stems:
        session.execute(insert(ExpertStem), stems)
    count_outcomes(session, expert_ids)


Rows = list[dict[str, object]]


def _turned_over(session: Session, expert_ids: Collection[int]) -> tuple[Rows, Rows]:
    where = _places(session, expert_ids)
    places: Rows = []
    stems: Rows = []
    # Whoever left is out, words included.
    sheets = session.execute(
        select(Competence.expert_id, Competence.subject_id, Competence.words, Expert.about)
        .join(Expert, Expert.id == Competence.expert_id)
        .where(Competence.expert_id.in_(expert_ids), Expert.left_at.is_(None))
        .order_by(Competence.expert_id, Competence.subject_id)
    )
    for expert_id, subject_id, words, about in sheets:
        key = {"subject_id": subject_id, "expert_id": expert_id}
        places += [key | {"place": one} for one in where.get(expert_id, (EVERYWHERE,))]
        stems += [
            key | {"stem": stem, "word": word[:LONGEST_STEM]}
            for stem, word in text.words_by_stem(f"{words}\n{about}").items()
        ]
    return places, stems


def _places(session: Session, expert_ids: Collection[int]) -> dict[int, list[str]]:
    """Where each answers; who is not there answers everywhere."""
    found: dict[int, list[str]] = defaultdict(list)
    for expert_id, territory_id in session.execute(
        select(ExpertTerritory.expert_id, ExpertTerritory.territory_id).where(
            ExpertTerritory.expert_id.in_(expert_ids)
        )
    ):
        found[expert_id].append(place_of_territory(territory_id))
    for expert_id, code in session.execute(
        select(ExpertCommune.expert_id, ExpertCommune.commune_code).where(
            ExpertCommune.expert_id.in_(expert_ids)
        )
    ):
        found[expert_id].append(place_of_commune(code))
    return found


def count_outcomes(session: Session, expert_ids: Collection[int]) -> None:
    """What came of their needs; a company that could not be reached says nothing of who tried."""
    came = (
        select(
            Position.expert_id,
            func.count().label("ended"),
            func.sum(case((Position.outcome.in_(HELPED), 1), else_=0)).label("helped"),
        )
        .where(
            Position.expert_id.in_(expert_ids),
            Position.state == State.DONE,
            Position.outcome != Outcome.UNREACHABLE,
        )
        .group_by(Position.expert_id)
        .subquery()
    )
    session.execute(
        update(Expert)
        .where(Expert.id.in_(expert_ids))
        .values(
            {
                column: func.coalesce(
                    select(counted).where(came.c.expert_id == Expert.id).scalar_subquery(), 0
                )
                for column, counted in (
                    (Expert.ended, came.c.ended),
                    (Expert.helped, came.c.helped),
                )
            }
        )
        .execution_options(synchronize_session=False)
    )
