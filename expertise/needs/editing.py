"""Correcting a need that was asked: what changed is said, and is read again when it matters."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import clock
from core.facts import record
from core.refusals import Refused
from directory.questions import read_answers
from expertise.needs import asking, changes, hiding, life, policy, queries
from expertise.needs.actions import hold
from expertise.needs.asking import Described
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act, State
from expertise.needs.models import By, Need, NeedAnswer, Step
from expertise.programmes.models import Review

MATTERS = frozenset({"title", "description", "subjects"})
"""What a team read when it validated: once changed, it reads again."""
HIDES = frozenset({"hidden_from", "hidden_words"})
"""Whom it is hidden from: those who answer are told nothing of it."""


def edit(session: Session, need: Need, said: Described, *, member_id: int | None = None) -> bool:
    """The company corrects its need: its link, or its account, was the proof. Whether it changed.

    It may hide it from more institutions, or no longer from some.

    Raises Refused: "need-elsewhere", "unknown-institution", what hiding.typed,
    asking.describe, asking.schedule, asking.name_contact, asking.offered_subjects and read_answers
    raise.
    """
    hold(session, need)
    if not policy.may_edit(need):
        raise Refused("need-elsewhere")
    before, answered = _texts(session, need), _answers(session, need)
    _settle_subjects(session, need, said)
    asking.describe(need, said)
    asking.schedule(need, said)
    asking.name_contact(need, said)
    hiding.show(session, need, said.shown_to)
    hiding.add(session, need, {*said.hidden_from, *hiding.typed(session, need, said.hidden_words)})
    found = changes.between(before, _texts(session, need))
    told = _answer_again(session, need, said, answered)
    if not (found or told):
        return False
    if "email" in {name for name, _before, _after in found}:
        need.link_epoch += 1  # the link that the former address had opens nothing any more
    act = _act(need, [name for name, _before, _after in [*found, *told]])
    need.state = life.after(need.state, act)
    present = clock.now()
    if act is Act.REWRITE and need.opened_at is not None:
        need.rewritten_at = present
    step = Step(need_id=need.id, act=act, by=By.COMPANY, member_id=member_id, words="", at=present)
    step.changes = [list(one) for one in [*found, *told]]
    session.add(step)
    record(session, NeedMoved(need, act, By.COMPANY, "", (*found, *told)))
    return True


def _act(need: Need, names: list[str]) -> Act:
    """Where nobody reads needs first, nobody reads them again: but names that nobody knows."""
    if "hidden_words" in names and need.names_wait:
        return Act.REWRITE
    if HIDES.issuperset(names):
        return Act.HIDE
    if need.programme.review is Review.NONE and need.state is State.OPEN:
        return Act.EDIT
    return Act.REWRITE if MATTERS.intersection(names) else Act.EDIT


def _texts(session: Session, need: Need) -> dict[str, str]:
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
        "hidden_from": ", ".join(one.name for one in session.scalars(queries.hidden_from(need))),
        "hidden_words": need.hidden_words,
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
