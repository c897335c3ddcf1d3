"""Correcting a need that was asked: what changed is said, and is read again when it matters."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import clock
from core.facts import record
from core.refusals import Refused
from directory.questions import read_answers
from expertise.needs import asking, changes, life, policy, queries
from expertise.needs.actions import hold
from expertise.needs.asking import Described
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act, State
from expertise.needs.models import By, Need, NeedAnswer, Step
from expertise.programmes.models import Review

MATTERS = frozenset({"title", "description", "subjects"})
"""What a team read when it validated: once changed, it reads again."""


def edit(session: Session, need: Need, said: Described, *, member_id: int | None = None) -> bool:
    """The company corrects its need: its link, or its account, was the proof. Whether it changed.

    Raises Refused: "need-elsewhere", what asking.describe, asking.schedule, asking.name_contact
    and asking.offered_subjects raise, and what read_answers raises.
    """
    hold(session, need)
    if not policy.may_edit(need):
        raise Refused("need-elsewhere")
    before, answered = _texts(need), _answers(session, need)
    _settle_subjects(session, need, said)
    asking.describe(need, said)
    asking.schedule(need, said)
    asking.name_contact(need, said)
    found = changes.between(before, _texts(need))
    told = _answer_again(session, need, said, answered)
    if not (found or told):
        return False
    if "email" in {name for name, _before, _after in found}:
        need.link_epoch += 1  # the link that the former address had opens nothing any more
    act = Act.REWRITE if _matters(need, found) else Act.EDIT
    need.state = life.after(need.state, act)
    present = clock.now()
    step = Step(need_id=need.id, act=act, by=By.COMPANY, member_id=member_id, words="", at=present)
    step.changes = [list(one) for one in [*found, *told]]
    session.add(step)
    record(session, NeedMoved(need, act, By.COMPANY, "", (*found, *told)))
    return True


def _matters(need: Need, found: list[changes.Change]) -> bool:
    """Where nobody reads needs first, nobody reads them again."""
    if need.programme.review is Review.NONE and need.state is State.OPEN:
        return False
    return any(name in MATTERS for name, _before, _after in found)


def _texts(need: Need) -> dict[str, str]:
    return {
        "title": need.title,
        "subjects": ", ".join(one.name for one in need.subjects),
        "description": need.description,
        "context": need.context,
        "starts_on": need.starts_on.isoformat() if need.starts_on else "",
        "ends_on": need.ends_on.isoformat() if need.ends_on else "",
        "contact": need.contact,
        "phone": need.phone,
        "email": need.email,
    }


def _settle_subjects(session: Session, need: Need, said: Described) -> None:
    """One that is offered no more stays with the need that was about it."""
    present = {one.id for one in need.subjects}
    if set(said.subjects) != present:
        need.subjects = asking.offered_subjects(session, need.programme, said.subjects)


def _answers(session: Session, need: Need) -> dict[int, NeedAnswer]:
    return {one.question_id: one for one in session.scalars(queries.answers(need))}


def _answer_again(
    session: Session, need: Need, said: Described, answered: dict[int, NeedAnswer]
) -> list[changes.Change]:
    """The answers to the questions of its subjects; those of a subject that left go with it."""
    asked = {one.id: one for one in session.scalars(queries.questions(need))}
    words = read_answers(list(asked.values()), said.answers)
    before = {number: one.words for number, one in answered.items()}
    kept = {number for number, one in answered.items() if one.question.retired}
    gone = before.keys() - words.keys() - kept
    if gone:
        session.execute(
            delete(NeedAnswer).where(
                NeedAnswer.need_id == need.id, NeedAnswer.question_id.in_(gone)
            )
        )
    for number, word in words.items():
        if before.get(number) != word:
            session.merge(NeedAnswer(need_id=need.id, question_id=number, words=word))
    named = {number: one.words for number, one in asked.items()}
    named |= {number: one.question.words for number, one in answered.items()}
    return [
        change
        for number in sorted(gone | words.keys())
        for change in changes.between(
            {named[number]: before.get(number, "")}, {named[number]: words.get(number, "")}
        )
    ]
