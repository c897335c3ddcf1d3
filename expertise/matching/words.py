"""The words of a need, and what they are worth among those who answer about its subjects."""

from collections import defaultdict
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
MOST_WORDS = 40
"""Those worth most; the others say little."""


def wanted(session: Session, need: Need, subjects: Collection[int]) -> Wanted:
    """The stems of a need that some of its experts wrote too.

    A word is worth the share of the experts who did not write it: what they all say tells none
    of them apart. Two queries.
    """
    title = text.terms(need.title)
    said = title | text.terms(need.description) | text.terms(need.context)
    if not said:
        return {}
    rows = session.execute(
        select(ExpertStem.stem, func.count())
        .where(ExpertStem.subject_id.in_(subjects), ExpertStem.stem.in_(said))
        .group_by(ExpertStem.stem)
    )
    writers: dict[str, int] = dict(rows.all())
    everyone = session.scalar(
        select(func.count()).select_from(Competence).where(Competence.subject_id.in_(subjects))
    )
    worth = {
        stem: (100 - 100 * number // ((everyone or 0) + 1)) * (IN_THE_TITLE if stem in title else 1)
        for stem, number in writers.items()
    }
    best = sorted(worth, key=lambda stem: (-worth[stem], stem))[:MOST_WORDS]
    return {stem: worth[stem] for stem in best}


def met_by(
    session: Session, expert_ids: Collection[int], subjects: Collection[int], wanted: Wanted
) -> dict[int, tuple[str, ...]]:
    """The words of these experts that meet those of the need, as they wrote them."""
    if not wanted:
        return {}
    rows = session.execute(
        select(ExpertStem.expert_id, ExpertStem.stem, ExpertStem.word).where(
            ExpertStem.expert_id.in_(expert_ids),
            ExpertStem.subject_id.in_(subjects),
            ExpertStem.stem.in_(wanted),
        )
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for expert_id, stem, word in rows:
        found[expert_id][stem] = min(word, found[expert_id].get(stem, word))
    return {
        one: tuple(words[stem] for stem in sorted(words, key=lambda stem: (-wanted[stem], stem)))
        for one, words in found.items()
    }
