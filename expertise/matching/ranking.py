"""Ranking those who could answer a need: every expert of its subjects, in the database.

Scores are whole numbers there, so that both databases rank alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    true,
    values,
)
from sqlalchemy.orm import Session, aliased

from core import clock
from expertise.experts.models import Expert
from expertise.matching import reasons
from expertise.matching.load import received
from expertise.matching.models import ExpertPlace, ExpertStem
from expertise.matching.places import places_of
from expertise.matching.reasons import (
    NEARNESS,
    PAST,
    ROOM,
    SUBJECTS,
    WHOLE,
    WORDS,
    Nearness,
    Past,
    Reason,
    Room,
    StandsIn,
    SubjectsMet,
    WordsMet,
)
from expertise.matching.words import met_by, wanted
from expertise.needs.models import Hiding, Need, NeedSubject
from expertise.programmes.models import Institution, ProgrammeInstitution

MOST_SENT = 10
"""Institutions that a need is sent to by default."""
PERFECT = WHOLE * (WORDS + SUBJECTS + NEARNESS + ROOM + PAST)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could answer a need."""

    expert_id: int
    name: str
    institution_id: int
    institution: str
    score: float
    """From 0 to 1."""
    reasons: tuple[Reason, ...]


def candidates(
    session: Session,
    need: Need,
    *,
    most: int = 30,
    among: Collection[int] | None = None,
    besides: Collection[int] = (),
) -> list[Candidate]:
    """Those who could answer a need, the best first; those of the same score by their number.

    `among`: the experts to choose from; `besides`: those to leave out.
    """
    return _Ranking(session, need, among, besides).first(most)


def best_for(session: Session, need: Need) -> list[Candidate]:
    """The best of each institution, for the ten institutions that are best: sent by default.

    It looks at no position of this need: whoever sends it again skips those who have it.
    """
    return _Ranking(session, need, None, ()).first(MOST_SENT, one_each=True)


def open_institutions(need: Need) -> Select[int]:
    """The institutions that may be sent a need: they take part, and it is not hidden from them."""
    return (
        select(Institution.id)
        .join(ProgrammeInstitution, ProgrammeInstitution.institution_id == Institution.id)
        .where(
            ProgrammeInstitution.programme_id == need.programme_id,
            Institution.suspended_at.is_(None),
            Institution.id.not_in(select(Hiding.institution_id).where(Hiding.need_id == need.id)),
        )
    )


class _Ranking:
    """What a need asks, then the statement that ranks."""

    def __init__(
        self,
        session: Session,
        need: Need,
        among: Collection[int] | None,
        besides: Collection[int],
    ) -> None:
        self.session, self.need = session, need
        self.among, self.besides = among, besides
        self.subjects = list(
            session.scalars(select(NeedSubject.subject_id).where(NeedSubject.need_id == need.id))
        )
        self.places = places_of(session, need.commune_code)
        self.wanted = wanted(session, need, self.subjects)

    def first(self, most: int, *, one_each: bool = False) -> list[Candidate]:
        """The first ones; `one_each`: of each institution."""
        if not self.subjects:
            return []
        return self._told(self.session.execute(self._statement(most, one_each)).all())

    def _statement(self, most: int, one_each: bool) -> Select[Any]:
        """Every expert who may be sent the need, scored; each once, or one of each institution."""
        reach, met, load = self._reach(), self._met(), received()
        scored = (
            self._scored(reach, met, load, instead=False)
            .union_all(self._scored(reach, met, load, instead=True))
            .subquery("scored")
        )
        whom = scored.c.institution_id if one_each else scored.c.expert_id
        order = scored.c.score.desc(), scored.c.expert_id, scored.c.sheet_id
        placed = select(
            scored, func.row_number().over(partition_by=whom, order_by=order).label("place")
        ).subquery("placed")
        return (
            select(placed)
            .where(placed.c.place == 1)
            .order_by(placed.c.score.desc(), placed.c.expert_id)
            .limit(most)
        )

    def _reach(self) -> CTE:
        """The experts who answer there about its subjects: how near, about how many."""
        here = (
            values(column("place", String), column("points", Integer), name="here")
            .data([(one.name, one.nearness.points) for one in self.places])
            .cte("here")
        )
        return (
            select(
                ExpertPlace.expert_id,
                func.max(here.c.points).label("near"),
                func.count(ExpertPlace.subject_id.distinct()).label("subjects")
                if len(self.subjects) > 1
                else literal(1, Integer).label("subjects"),
            )
            .join(here, here.c.place == ExpertPlace.place)
            .where(ExpertPlace.subject_id.in_(self.subjects))
            .group_by(ExpertPlace.expert_id)
            .cte("reach")
        )

    def _met(self) -> CTE:
        """What the words that experts share with the need are worth."""
        asked = (
            values(column("stem", String), column("worth", Integer), name="asked")
            .data(list(self.wanted.items()) or [("", 0)])
            .cte("asked")
        )
        shared = (
            select(ExpertStem.expert_id, ExpertStem.stem, asked.c.worth)
            .join(asked, asked.c.stem == ExpertStem.stem)
            .where(ExpertStem.subject_id.in_(self.subjects))
        )
        if len(self.subjects) > 1:
            shared = shared.distinct()  # a word about two subjects is met once
        each = shared.subquery("shared")
        return (
            select(each.c.expert_id, func.sum(each.c.worth).label("worth"))
            .group_by(each.c.expert_id)
            .cte("met")
        )

    def _scored(self, reach: CTE, met: CTE, load: CTE, *, instead: bool) -> Select[Any]:
        """Those who are there; or, `instead`, those who receive the needs of who is away.

        The sheet of the absent then says what they would answer; how busy their delegate is, and
        what came of theirs, is the delegate's own.
        """
        who = aliased(Expert, name="who")
        sheet = aliased(Expert, name="sheet") if instead else who
        worth = func.coalesce(met.c.worth, 0)
        number = func.coalesce(load.c.received, 0)
        quota = func.coalesce(who.quota, reasons.USUAL_QUOTA)
        left = case((number < quota, quota - number), else_=0)
        parts: dict[str, tuple[int, ColumnElement[int]]] = {
            "words": (WORDS, WHOLE * worth // (worth + reasons.ENOUGH_WORDS)),
            "subjects": (SUBJECTS, WHOLE * reach.c.subjects // len(self.subjects)),
            "near": (NEARNESS, reach.c.near),
            "room": (ROOM, WHOLE * left // quota),
            "past": (PAST, WHOLE * (who.helped + 1) // (who.ended + 2)),
        }
        score = sum((weight * part for weight, part in parts.values()), start=literal(0, Integer))
        rows = (
            select(
                who.id.label("expert_id"),
                who.institution_id,
                who.quota,
                who.helped,
                who.ended,
                number.label("received"),
                reach.c.subjects.label("met"),
                sheet.id.label("sheet_id"),
                *(part.label(name) for name, (_weight, part) in parts.items()),
                score.label("score"),
            )
            .select_from(reach)
            .join(sheet, sheet.id == reach.c.expert_id)
        )
        if instead:
            rows = rows.join(who, who.id == sheet.delegate_id).where(
                _is_away(sheet), self._is_open(sheet)
            )
        return (
            rows.outerjoin(met, met.c.expert_id == sheet.id)
            .outerjoin(load, load.c.expert_id == who.id)
            .where(
                ~_is_away(who),
                self._is_open(who),
                self._helps_such(sheet),
                or_(who.quota.is_(None), number < who.quota),
                *((who.id.in_(self.among),) if self.among is not None else ()),
                *((who.id.not_in(self.besides),) if self.besides else ()),
            )
        )

    def _is_open(self, who: type[Expert]) -> ColumnElement[bool]:
        """Whether they answer, in the name of an institution that may be sent this need."""
        return and_(
            who.approved_at.is_not(None),
            who.left_at.is_(None),
            who.institution_id.in_(open_institutions(self.need)),
        )

    def _helps_such(self, sheet: type[Expert]) -> ColumnElement[bool]:
        """Whether they help companies of this size; a size that is not known shuts nobody out."""
        staff = self.need.staff
        if staff is None:
            return true()
        return and_(
            or_(sheet.least_staff.is_(None), sheet.least_staff <= staff),
            or_(sheet.most_staff.is_(None), sheet.most_staff >= staff),
        )

    def _told(self, rows: Sequence[Row[Any]]) -> list[Candidate]:
        """The rows with their names and their reasons. Three queries."""
        sheets = {row.sheet_id for row in rows}
        names = self._names({row.expert_id for row in rows} | sheets)
        near = self._near(sheets)
        words = met_by(self.session, sheets, self.subjects, self.wanted)
        told = []
        for row in rows:
            parts: list[Reason] = [
                WordsMet(row.words, words.get(row.sheet_id, ())),
                SubjectsMet(row.subjects, row.met, len(self.subjects)),
                near[row.sheet_id],
                Room(row.room, row.received, row.quota),
                Past(row.past, row.helped, row.ended),
            ]
            if row.sheet_id != row.expert_id:
                parts.append(StandsIn(0, row.sheet_id, names[row.sheet_id][0]))
            name, institution = names[row.expert_id]
            told.append(
                Candidate(
                    row.expert_id, name, row.institution_id, institution, row.score / PERFECT,
                    tuple(parts),
                )
            )  # fmt: skip
        return told

    def _names(self, expert_ids: Collection[int]) -> dict[int, tuple[str, str]]:
        rows = self.session.execute(
            select(Expert.id, Expert.name, Institution.name)
            .join(Institution, Institution.id == Expert.institution_id)
            .where(Expert.id.in_(expert_ids))
        )
        return {expert_id: (name, institution) for expert_id, name, institution in rows}

    def _near(self, sheets: Collection[int]) -> dict[int, Nearness]:
        """The nearest place of each that holds the commune of the need."""
        rows = self.session.execute(
            select(ExpertPlace.expert_id, ExpertPlace.place).where(
                ExpertPlace.expert_id.in_(sheets), ExpertPlace.subject_id.in_(self.subjects)
            )
        )
        held = {(expert_id, place) for expert_id, place in rows}
        return {
            sheet: next(one.nearness for one in self.places if (sheet, one.name) in held)
            for sheet in sheets
        }


def _is_away(who: type[Expert]) -> ColumnElement[bool]:
    """Whether they are absent today; never NULL."""
    today = clock.today()
    return and_(
        who.absent_from.is_not(None),
        who.absent_from <= today,
        or_(who.absent_until.is_(None), who.absent_until >= today),
    )
