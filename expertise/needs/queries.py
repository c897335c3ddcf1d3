"""Reads of needs. They take a desk: who does not see a need does not know that it exists."""

from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from accounts.models import Member
from expertise import rule
from expertise.desk import Desk
from expertise.needs.life import State
from expertise.needs.models import Hiding, Need, NeedAnswer, NeedSubject, Step
from expertise.programmes.models import Institution, Subject, SubjectQuestion

T = TypeVar("T")


class Basket(StrEnum):
    """Where the team finds a need."""

    REVIEW = "review"
    """ "À traiter"."""
    WAITING = "waiting"
    """Waits for the company, or for the committee."""
    DESERTED = "deserted"
    """Nobody answers: its team was told."""
    OUT = "out"
    """ "En cours": told to those who answer."""
    ARCHIVE = "archive"


HOLDS: dict[Basket, tuple[State, ...]] = {
    Basket.REVIEW: (State.ASKED,),
    Basket.WAITING: (State.INCOMPLETE, State.SELECTION),
    Basket.DESERTED: (State.OPEN,),
    Basket.OUT: (State.OPEN,),
    Basket.ARCHIVE: (State.CLOSED,),
}


def need(desk: Desk, need_id: int) -> Select[Need]:
    """A need, with what its sheet shows: a row for each of its subjects."""
    return (
        with_subjects(select(Need))
        .where(Need.id == need_id, rule.seen(desk))
        .options(joinedload(Need.programme), joinedload(Need.commune))
        .options(contains_eager(Need.subjects))
    )


def with_subjects(found: Select[T]) -> Select[T]:
    """A row for each subject of the needs that a select reads: contains_eager(Need.subjects).

    The join that joinedload would write has SQLite read the subjects of every need.
    """
    return (
        found.outerjoin(NeedSubject, NeedSubject.need_id == Need.id)
        .outerjoin(Subject, Subject.id == NeedSubject.subject_id)
        .order_by(Subject.position)
    )


def to_decide(desk: Desk, need_id: int) -> Select[Need]:
    """The same for its team alone: its sheet says whom the need is hidden from."""
    return need(desk, need_id).where(rule.reviewed(desk))


def basket(
    desk: Desk, programme_id: int, which: Basket, before: Need | None = None
) -> Select[Need]:
    """The needs of a basket: the oldest first while they wait, the newest first in the archive.

    `before`: the last one that was shown; the page that follows it.
    """
    latest_first = which in {Basket.OUT, Basket.ARCHIVE}
    found = (
        select(Need)
        .where(rule.seen(desk), Need.programme_id == programme_id, Need.state.in_(HOLDS[which]))
        .options(selectinload(Need.subjects), joinedload(Need.commune))
    )
    if which in {Basket.DESERTED, Basket.OUT}:
        told = Need.alerted_at.is_not(None)
        found = found.where(told if which is Basket.DESERTED else ~told)
    if latest_first:
        if before is not None:
            found = found.where(Need.id < before.id)
        return found.order_by(Need.id.desc())
    if before is not None:
        found = found.where(Need.id > before.id)
    return found.order_by(Need.id)


def counts(session: Session, desk: Desk, programme_id: int) -> dict[Basket, int]:
    """How many needs each basket holds, the archive apart: it only grows."""
    waiting = [state for state in State if state is not State.CLOSED]
    told = case((Need.alerted_at.is_not(None), 1), else_=0)
    rows = session.execute(
        select(Need.state, told, func.count())
        .where(rule.seen(desk), Need.programme_id == programme_id, Need.state.in_(waiting))
        .group_by(Need.state, told)
    ).all()
    numbers = {(row[0], row[1]): row[2] for row in rows}
    kinds = {Basket.DESERTED: (1,), Basket.OUT: (0,)}
    return {
        one: sum(
            numbers.get((state, kind), 0) for state in states for kind in kinds.get(one, (0, 1))
        )
        for one, states in HOLDS.items()
    }


def to_review(session: Session, desk: Desk, programme_ids: Collection[int]) -> dict[int, int]:
    """Programme → how many needs its team must read."""
    rows = session.execute(
        select(Need.programme_id, func.count())
        .where(
            rule.seen(desk),
            Need.programme_id.in_(programme_ids),
            Need.state.in_(HOLDS[Basket.REVIEW]),
        )
        .group_by(Need.programme_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def steps(need: Need) -> Select[Step, Member | None]:
    """What happened to a need that was found, in order, and who of the team did it."""
    return (
        select(Step, Member)
        .outerjoin(Member, Member.id == Step.member_id)
        .where(Step.need_id == need.id)
        .order_by(Step.id)
    )


def answers(need: Need) -> Select[NeedAnswer]:
    """What the company answered to the questions of the subject."""
    return (
        select(NeedAnswer)
        .where(NeedAnswer.need_id == need.id)
        .options(joinedload(NeedAnswer.question))
        .order_by(NeedAnswer.question_id)
    )


def questions(need: Need) -> Select[SubjectQuestion]:
    """What is asked about its subjects now."""
    return (
        select(SubjectQuestion)
        .where(
            SubjectQuestion.subject_id.in_([one.id for one in need.subjects]),
            ~SubjectQuestion.retired,
        )
        .order_by(SubjectQuestion.subject_id, SubjectQuestion.position, SubjectQuestion.id)
    )


def hidden_from(need: Need) -> Select[Institution]:
    """The institutions that must not see it, by name: for its company and its team alone."""
    return (
        select(Institution)
        .join(Hiding, Hiding.institution_id == Institution.id)
        .where(Hiding.need_id == need.id)
        .order_by(Institution.folded_name, Institution.id)
    )
