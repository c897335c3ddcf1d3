"""What members did on a subject, as the viewer sees it; the skills that are proposed from it."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from core import clock
from core.db import insert_into
from core.facts import record
from core.refusals import Refused
from directory.facts import ProfileChanged
from directory.models import MemberSkill, Side, Skill, SkillContent, SkillDismissal

TOPIC, DOCUMENT = "topic", "document"
"""Kinds of contents that show somebody at work."""
MOST_PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Done:
    """How much the viewer can read of what somebody did on a subject."""

    answers: int = 0
    """Chosen as useful by those who asked."""
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A skill that a member may say that they have."""

    skill_id: int
    name: str
    done: Done


def done_by(session: Session, viewer: Viewer, member_id: int) -> dict[int, Done]:
    """Skill → what a member did on it, among the contents open to the viewer. One query."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for skill_id, kind, count in session.execute(
        select(SkillContent.skill_id, SkillContent.kind, func.count())
        .where(SkillContent.member_id == member_id, SkillContent.visible_to(viewer))
        .group_by(SkillContent.skill_id, SkillContent.kind)
    ):
        counted[skill_id][kind] = count
    return {skill_id: _done(kinds) for skill_id, kinds in counted.items()}


def _done(kinds: dict[str, int]) -> Done:
    return Done(kinds.get(TOPIC, 0), kinds.get(DOCUMENT, 0))


def counting(viewer: Viewer, skill_slug: str, kind: str) -> ScalarSelect[int]:
    """For each member of the query around, how many contents of a kind show them on a skill."""
    return (
        select(func.count())
        .select_from(SkillContent)
        .join(Skill, Skill.id == SkillContent.skill_id)
        .where(
            SkillContent.member_id == Member.id,
            SkillContent.kind == kind,
            Skill.slug == skill_slug,
            SkillContent.visible_to(viewer),
        )
        .correlate(Member)
        .scalar_subquery()
    )


def _open(viewer: Viewer) -> ColumnElement[bool]:
    """Neither said nor put aside by this member."""
    said = exists().where(
        MemberSkill.member_id == viewer.member_id,
        MemberSkill.side == Side.OFFERS,
        MemberSkill.skill_id == Skill.id,
    )
    dismissed = exists().where(
        SkillDismissal.member_id == viewer.member_id, SkillDismissal.skill_id == Skill.id
    )
    return ~said & ~dismissed & ~Skill.retired


def proposals(session: Session, viewer: Viewer) -> list[Proposal]:
    """What a member did and does not say that they can do, most often done first. One query."""
    names: dict[int, str] = {}
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for skill_id, name, kind, count in session.execute(
        select(Skill.id, Skill.name, SkillContent.kind, func.count())
        .join(SkillContent, SkillContent.skill_id == Skill.id)
        .where(
            SkillContent.member_id == viewer.member_id,
            SkillContent.visible_to(viewer),
            _open(viewer),
        )
        .group_by(Skill.id, Skill.name, Skill.position, SkillContent.kind)
        .order_by(Skill.position, Skill.id)
    ):
        names[skill_id], counted[skill_id][kind] = name, count
    often = sorted(names, key=lambda skill_id: -sum(counted[skill_id].values()))
    return [Proposal(one, names[one], _done(counted[one])) for one in often[:MOST_PROPOSED]]


def confirm(session: Session, viewer: Viewer, *, by: Member, skill_id: int) -> Skill:
    """A member says that they can help with what was proposed; twice is once.

    Raises Refused("unknown-skill") for what the list does not offer.
    """
    skill = _offered(session, skill_id)
    said = insert_into(session, MemberSkill).values(
        member_id=viewer.member_id, side=Side.OFFERS, skill_id=skill.id
    )
    session.execute(said.on_conflict_do_nothing())
    record(session, ProfileChanged(by))
    return skill


def dismiss(session: Session, viewer: Viewer, *, skill_id: int) -> Skill:
    """A member does not want this skill: it is not proposed to them again.

    Raises as confirm.
    """
    skill = _offered(session, skill_id)
    noted = insert_into(session, SkillDismissal).values(
        member_id=viewer.member_id, skill_id=skill.id, at=clock.now()
    )
    session.execute(noted.on_conflict_do_nothing())
    return skill


def offered(skill_id: int) -> Select[Skill]:
    """A skill that the list still offers."""
    return select(Skill).where(Skill.id == skill_id, ~Skill.retired)


def _offered(session: Session, skill_id: int) -> Skill:
    skill = session.scalar(offered(skill_id))
    if skill is None:
        raise Refused("unknown-skill")
    return skill
