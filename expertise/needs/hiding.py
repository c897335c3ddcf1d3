"""Whom a company hides its need from: ticked, or typed in words that somebody must understand.

What it hides is read by expertise.rule, and nowhere else.
"""

import re
from collections.abc import Collection, Iterable

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from core.facts import record
from core.refusals import Refused
from core.text import folded
from directory.entries import one_line
from expertise.needs import queries
from expertise.needs.facts import NeedHidden
from expertise.needs.models import LONGEST_HIDDEN, Hiding, Need
from expertise.programmes.models import Institution, ProgrammeInstitution

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
FORMS = frozenset(
    {"sa", "sas", "sasu", "sarl", "eurl", "sca", "scs", "snc", "scop", "scic", "gie", "epic"}
)
"""Legal forms: with or without, it is the same name."""
SMALL = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ni", "ou"}
)
"""What may stand between names, and names nobody."""


def typed(session: Session, need: Need, words: str) -> set[int]:
    """Keep more names that a company typed; the institutions of its programme among them.

    What names none of them waits for the team. Raises Refused("body-too-long").
    """
    before, waited = need.hidden_words or "", bool(need.hidden_words) and need.names_wait
    words = one_line(words, "body-too-long", LONGEST_HIDDEN)
    found, understood = named(words, of_programme(session, need.programme.id) if words else ())
    if words and words not in before:
        together = ", ".join(filter(None, (before, words)))
        need.hidden_words = one_line(together, "body-too-long", LONGEST_HIDDEN)
        need.names_settled = understood and not waited
    else:
        need.hidden_words = before
    return found


def named(words: str, among: Iterable[Institution]) -> tuple[set[int], bool]:
    """Those whose name stands in these words; whether that is all that the words say."""
    left, found = f" {_plain(words)} ", set()
    longest_first = sorted(((_plain(one.name), one.id) for one in among), key=lambda x: -len(x[0]))
    for name, number in longest_first:
        if name and f" {name} " in left:
            found.add(number)
            left = left.replace(f" {name} ", " | ")
    return found, set(left.split()) <= SMALL | {"|"}


def _plain(words: str) -> str:
    """Without accents, case, signs nor legal forms."""
    letters = _NOT_LETTERS.sub(" ", folded(words.replace(".", "")))
    return " ".join(word for word in letters.split() if word not in FORMS)


def of_programme(session: Session, programme_id: int) -> list[Institution]:
    """The institutions of a programme, those that are suspended too: they may come back."""
    return list(
        session.scalars(
            select(Institution)
            .join(ProgrammeInstitution, ProgrammeInstitution.institution_id == Institution.id)
            .where(ProgrammeInstitution.programme_id == programme_id)
            .order_by(Institution.folded_name, Institution.id)
        )
    )


def both_sides(session: Session, need: Need) -> tuple[list[Institution], list[Institution]]:
    """Those from which a need is hidden, and the others of its programme, by name. One query."""
    mine = and_(Hiding.institution_id == Institution.id, Hiding.need_id == need.id)
    part = select(ProgrammeInstitution.institution_id).where(
        ProgrammeInstitution.programme_id == need.programme_id
    )
    hidden: list[Institution] = []
    others: list[Institution] = []
    for one, is_hidden in session.execute(
        select(Institution, Hiding.need_id.is_not(None))
        .outerjoin(Hiding, mine)
        .where(or_(Hiding.need_id.is_not(None), Institution.id.in_(part)))
        .order_by(Institution.folded_name, Institution.id)
    ):
        (hidden if is_hidden else others).append(one)
    return hidden, others


def add(session: Session, need: Need, institution_ids: Collection[int]) -> list[Institution]:
    """Hide a need from more institutions of its programme; those from which it was not, by name.

    What they had of it is taken back: NeedHidden. Raises Refused("unknown-institution").
    """
    known = {one.id: one for one in of_programme(session, need.programme_id)}
    already = {one.id for one in session.scalars(queries.hidden_from(need))}
    if set(institution_ids) - known.keys() - already:
        raise Refused("unknown-institution")
    added = [one for one in known.values() if one.id in institution_ids and one.id not in already]
    session.add_all(Hiding(need_id=need.id, institution_id=one.id) for one in added)
    if added:
        session.flush()
        record(session, NeedHidden(need, frozenset(one.id for one in added)))
    return added


def show(session: Session, need: Need, institution_ids: Collection[int]) -> None:
    """Its company no longer hides a need from these; its team may send it to them then."""
    session.execute(
        delete(Hiding).where(Hiding.need_id == need.id, Hiding.institution_id.in_(institution_ids))
    )
