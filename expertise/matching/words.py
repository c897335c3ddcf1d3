"""The words of a need, and what they are worth among those who answer about its subjects."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import text
from expertise.experts.models import Competence
from expertise.matching.models import ExpertStem
from expertise.matching.reasons import IN_THE_TITLE
from expertise.needs.models import Need

Wanted = dict[str, int]
"""A stem → what meeting it is worth: at most 100, and twice that in the title."""
_COUNTS = text.terms(
    "deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante"
    " cinquante soixante cent mille plusieurs jour semaine mois an année"
)
"""How many, how long: they tell nothing of what somebody knows."""
MOST_WORDS = 24
MOST_ROWS = 10_000
"""Only the words worth most are looked for, and so many times in all that they were written."""


def wanted(session: Session, need: Need, subjects: Collection[int]) -> Wanted:
    """The stems of a need that some of its experts wrote too.

    A word is worth the share of the experts who did not write it: what they all say tells none
    of them apart. One query.
    """
    title = text.terms(need.title)
    said = title | text.terms(need.description) | text.terms(need.context)
    said = {stem for stem in said - _COUNTS if not stem.isdigit()}
    if not said:
        return {}
    everyone = select(func.count()).where(Competence.subject_id.in_(subjects)).scalar_subquery()
    rows = session.execute(
        select(ExpertStem.stem, func.count(), everyone)
        .where(ExpertStem.subject_id.in_(subjects), ExpertStem.stem.in_(said))
        .group_by(ExpertStem.stem)
    ).all()
    writers = {stem: number for stem, number, _all in rows}
    experts = rows[0][2] if rows else 0
    worth = {
        stem: (100 - 100 * number // (experts + 1)) * (IN_THE_TITLE if stem in title else 1)
        for stem, number in writers.items()
    }
    kept: Wanted = {}
    rows_left = MOST_ROWS
    for stem in sorted(worth, key=lambda stem: (-worth[stem], stem))[:MOST_WORDS]:
        if writers[stem] <= rows_left:
            rows_left -= writers[stem]
            kept[stem] = worth[stem]
    return kept
