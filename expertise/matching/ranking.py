"""Ranking those who could answer a need: every expert of its subjects, in the database.

Scores are whole numbers there, so that both databases rank alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    inspect,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from core import clock
from expertise.experts import standing
from expertise.experts.models import Expert
from expertise.matching import load, reasons
from expertise.matching.models import ExpertPlace, ExpertStem
from expertise.matching.places import places_of
from expertise.matching.reasons import (
    NEARNESS,
    PAST,
    ROOM,
    SUBJECTS,
    WHOLE,
    WORDS,
    Past,
    Reason,
    Room,
    StandsIn,
    SubjectsMet,
    WordsMet,
)
from expertise.matching.words import wanted
from expertise.needs.models import Hiding, Need, NeedSubject
from expertise.programmes.models import Institution, ProgrammeInstitution

MOST_SENT = 10
"""Institutions that a need is sent to by default."""
FIRST_LOOK = 200
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


def best_for(session: Session, need: Need, *, most: int = MOST_SENT) -> list[Candidate]:
    """The best of each institution, for the institutions that are best: sent by default.

    It looks at no position of this need: whoever sends it again skips those who have it.
    """
    return _Ranking(session, need, None, ()).first(most, one_each=True)


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


def subjects_of(session: Session, need: Need) -> list[int]:
    """What it is about; no query when they were read with it."""
    if "subjects" not in inspect(need).unloaded:
        return [one.id for one in need.subjects]
    return list(
        session.scalars(
            select(NeedSubject.subject_id)
            .where(NeedSubject.need_id == need.id)
            .order_by(NeedSubject.subject_id)
        )
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """A row of the ranking with its whole score."""

    score: int
    row: Row[Any]
    room: Room


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
        self.subjects = subjects_of(session, need)
        self.several = len(self.subjects) > 1
        self.places = places_of(session, need.commune_code)
        self.wanted = wanted(session, need, self.subjects)

    def first(self, most: int, *, one_each: bool = False) -> list[Candidate]:
        """The first ones; `one_each`: of each institution.

        How busy they are is counted for those who come first without it, and for more of them
        until nobody further down could rise.
        """
        if not self.subjects or not most:
            return []
        statement, looked_at = self._statement(), FIRST_LOOK
        while True:
            rows = self.session.execute(self._known(statement.limit(looked_at))).all()
            ranked = self._ranked(rows)
            firsts: dict[int, Scored] = {}
            for one in ranked:
                firsts.setdefault(one.row.institution_id if one_each else one.row.expert_id, one)
            best = list(firsts.values())[:most]
            if len(rows) < looked_at or (
                len(best) == most and best[-1].score > rows[-1].score + ROOM * WHOLE
            ):
                return self._told(best)
            looked_at *= 4

    def _statement(self) -> Select[Any]:
        """Every expert who may be sent the need, with the parts of their score but how busy
        they are. The sheet of who is away says what their delegate would answer.
        """
        found, answering = self._found(), self._answering()
        sheet, who = answering.alias("sheet"), answering.alias("who")
        parts: dict[str, tuple[int, ColumnElement[int]]] = {
            "words": (WORDS, WHOLE * found.c.worth // (found.c.worth + reasons.ENOUGH_WORDS)),
            "subjects": (SUBJECTS, WHOLE * found.c.met // len(self.subjects)),
            "near": (NEARNESS, found.c.near),
            "past": (PAST, WHOLE * (who.c.helped + 1) // (who.c.ended + 2)),
        }
        score = sum((weight * part for weight, part in parts.values()), start=literal(0, Integer))
        receives = case((sheet.c.is_away, sheet.c.delegate_id), else_=sheet.c.id)
        return (
            select(
                who.c.id.label("expert_id"),
                who.c.institution_id,
                who.c.quota,
                who.c.helped,
                who.c.ended,
                found.c.met,
                sheet.c.id.label("sheet_id"),
                sheet.c.name.label("absent"),
                *(part.label(name) for name, (_weight, part) in parts.items()),
                score.label("score"),
            )
            .select_from(found)
            .join(sheet, sheet.c.id == found.c.expert_id)
            .join(who, who.c.id == receives)
            .where(
                sheet.c.helps_such,
                ~who.c.is_away,
                *((who.c.id.in_(self.among),) if self.among is not None else ()),
                *((who.c.id.not_in(self.besides),) if self.besides else ()),
            )
            .order_by(score.desc(), who.c.id, sheet.c.id)
        )

    def _answering(self) -> CTE:
        """Everybody who answers, in the name of an institution that may be sent this need.

        PostgreSQL, which expects a hundred times fewer of them, would look each up: it reads them
        once. SQLite looks them up faster than it writes them down.
        """
        return (
            select(
                Expert.id,
                Expert.institution_id,
                Expert.name,
                Expert.quota,
                Expert.helped,
                Expert.ended,
                Expert.delegate_id,
                _is_away().label("is_away"),
                self._helps_such().label("helps_such"),
            )
            .where(
                Expert.approved_at.is_not(None),
                Expert.left_at.is_(None),
                Expert.institution_id.in_(open_institutions(self.need)),
            )
            .cte("answering")
            .prefix_with("MATERIALIZED", dialect="postgresql")
            .prefix_with("NOT MATERIALIZED", dialect="sqlite")
        )

    def _found(self) -> Subquery:
        """The experts who answer there about its subjects: how near, about how many of them, and
        what the words that they share with the need are worth.

        Two lists put end to end and grouped once: no plan of a database makes that slow.
        """
        points = {one.name: one.nearness.points for one in self.places}
        there = select(
            ExpertPlace.expert_id,
            ExpertPlace.subject_id,
            case(points, value=ExpertPlace.place).label("near"),
            literal(0, Integer).label("worth"),
        ).where(ExpertPlace.subject_id.in_(self.subjects), ExpertPlace.place.in_(points))
        rows: CompoundSelect[Any] | Select[Any] = there
        if self.wanted:
            shared = select(
                ExpertStem.expert_id,
                null().label("subject_id"),
                literal(0, Integer).label("near"),
                case(self.wanted, value=ExpertStem.stem).label("worth"),
            ).where(ExpertStem.subject_id.in_(self.subjects), ExpertStem.stem.in_(self.wanted))
            if self.several:  # a word about two subjects is met once
                shared = shared.group_by(ExpertStem.expert_id, ExpertStem.stem)
            rows = there.union_all(shared)
        each = rows.subquery("each_found")
        met = func.count(each.c.subject_id.distinct()) if self.several else literal(1, Integer)
        return (
            select(
                each.c.expert_id,
                func.max(each.c.near).label("near"),
                met.label("met"),
                func.sum(each.c.worth).label("worth"),
            )
            .group_by(each.c.expert_id)
            .having(func.max(each.c.near) > 0)
            .subquery("found")
        )

    def _known(self, firsts: Select[Any]) -> Select[Any]:
        """Those who come first, with their names, how busy they are, and who is shut out.

        Who is suspended answers no more, nor does who stands in for them: looked at among the
        firsts only, as their load is.
        """
        first = firsts.subquery("first")
        shut = or_(standing.is_shut_out(first.c.expert_id), standing.is_shut_out(first.c.sheet_id))
        return (
            select(
                first,
                Expert.name,
                Institution.name.label("institution"),
                load.received_by(first.c.expert_id).label("received"),
                shut.label("is_shut"),
            )
            .join(Expert, Expert.id == first.c.expert_id)
            .join(Institution, Institution.id == first.c.institution_id)
            .order_by(first.c.score.desc(), first.c.expert_id, first.c.sheet_id)
        )

    def _ranked(self, rows: Sequence[Row[Any]]) -> list[Scored]:
        """The whole scores, in order; whoever has had their quota, or is suspended, is out."""
        scored = []
        for row in rows:
            if row.is_shut:
                continue
            if row.quota is None or row.received < row.quota:
                points = reasons.room_points(row.received, row.quota)
                room = Room(points, row.received, row.quota)
                scored.append(Scored(row.score + ROOM * points, row, room))
        return sorted(scored, key=lambda one: (-one.score, one.row.expert_id, one.row.sheet_id))

    def _helps_such(self) -> ColumnElement[bool]:
        """Whether they help companies of this size; a size that is not known shuts nobody out."""
        staff = self.need.staff
        if staff is None:
            return true()
        return and_(
            or_(Expert.least_staff.is_(None), Expert.least_staff <= staff),
            or_(Expert.most_staff.is_(None), Expert.most_staff >= staff),
        )

    def _told(self, best: Sequence[Scored]) -> list[Candidate]:
        """With their reasons: what their sheets say that brought them here. One query."""
        if not best:
            return []
        sheets = {one.row.sheet_id for one in best}
        said = self._said(sheets)
        told = []
        for one in best:
            row, (stems, places) = one.row, said[one.row.sheet_id]
            met = sorted(stems, key=lambda stem: (-self.wanted[stem], stem))
            parts: list[Reason] = [
                WordsMet(row.words, tuple(stems[stem] for stem in met)),
                SubjectsMet(row.subjects, row.met, len(self.subjects)),
                next(place.nearness for place in self.places if place.name in places),
                one.room,
                Past(row.past, row.helped, row.ended),
            ]
            if row.sheet_id != row.expert_id:
                parts.append(StandsIn(0, row.sheet_id, row.absent))
            score = one.score / PERFECT
            told.append(
                Candidate(
                    row.expert_id, row.name, row.institution_id, row.institution, score,
                    tuple(parts),
                )
            )  # fmt: skip
        return told

    def _said(self, sheets: Collection[int]) -> dict[int, tuple[dict[str, str], set[str]]]:
        """Of each sheet, the words that meet the need, by their stems; and its places."""
        found: dict[int, tuple[dict[str, str], set[str]]] = {one: ({}, set()) for one in sheets}
        rows = self.session.execute(
            select(
                ExpertPlace.expert_id, literal("").label("stem"), ExpertPlace.place.label("said")
            )
            .where(ExpertPlace.expert_id.in_(sheets), ExpertPlace.subject_id.in_(self.subjects))
            .union_all(
                select(ExpertStem.expert_id, ExpertStem.stem, ExpertStem.word).where(
                    ExpertStem.expert_id.in_(sheets),
                    ExpertStem.subject_id.in_(self.subjects),
                    ExpertStem.stem.in_(self.wanted),
                )
            )
        )
        for expert_id, stem, said in rows:
            words, places = found[expert_id]
            if not stem:
                places.add(said)
            else:
                words[stem] = min(said, words.get(stem, said))
        return found


def _is_away() -> ColumnElement[bool]:
    """Whether somebody is absent today; never NULL."""
    today = clock.today()
    return and_(
        Expert.absent_from.is_not(None),
        Expert.absent_from <= today,
        or_(Expert.absent_until.is_(None), Expert.absent_until >= today),
    )
