"""What members can help with, what they look for, the languages that they speak."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from accounts.models import Member
from core.refusals import Refused
from core.text import folded
from directory.models import MemberLanguage, MemberSkill, Side, Skill

LANGUAGES = tuple(
    """
    en es pt it de nl pl ro bg ru uk sq sr ka hy tr ar fa ps ku ur hi bn ta zh vi km ln sw wo ff bm
    snk so am ti rw mg ht rom fsl
    """.split()  # noqa: SIM905 - reads better than a tower of words
)
"""Those that people who are accompanied in France speak, besides French; fsl is the French sign
language."""
MOST = 30
"""Skills on each side."""

Skills = dict[Side, list[Skill]]


def skills_of(session: Session, member_ids: Collection[int]) -> dict[int, Skills]:
    """What these members offer and seek, in the order of the list. One query."""
    found: dict[int, Skills] = {one: {side: [] for side in Side} for one in member_ids}
    rows = session.execute(
        select(MemberSkill.member_id, MemberSkill.side, Skill)
        .join(Skill, Skill.id == MemberSkill.skill_id)
        .where(MemberSkill.member_id.in_(member_ids))
        .order_by(Skill.position, Skill.id)
    )
    for member_id, side, skill in rows:
        found[member_id][side].append(skill)
    return found


def sheet(session: Session, member_id: int) -> tuple[list[Skill], dict[Side, list[int]]]:
    """What the list offers, and the ids of what this member offers and seeks of it. One query."""
    offered: list[Skill] = []
    chosen: dict[Side, list[int]] = {side: [] for side in Side}
    rows = session.execute(
        select(Skill, MemberSkill.side)
        .outerjoin(
            MemberSkill,
            (MemberSkill.skill_id == Skill.id) & (MemberSkill.member_id == member_id),
        )
        .where(~Skill.retired)
        .order_by(Skill.position, Skill.id)
    )
    for skill, side in rows:
        if skill not in offered:
            offered.append(skill)
        if side is not None:
            chosen[side].append(skill.id)
    return offered, chosen


def spoken_by(session: Session, member_ids: Collection[int]) -> dict[int, list[str]]:
    """The codes of the languages that these members speak, in the order of LANGUAGES."""
    spoken: dict[int, set[str]] = {one: set() for one in member_ids}
    rows = session.execute(
        select(MemberLanguage.member_id, MemberLanguage.language).where(
            MemberLanguage.member_id.in_(member_ids)
        )
    )
    for member_id, language in rows:
        spoken[member_id].add(language)
    return {one: [code for code in LANGUAGES if code in codes] for one, codes in spoken.items()}


def languages_of(session: Session, member_id: int) -> list[str]:
    """Those of one member."""
    return spoken_by(session, [member_id])[member_id]


def offering(skill_slug: str) -> ColumnElement[bool]:
    """Whether each member can help with this."""
    return exists().where(
        MemberSkill.member_id == Member.id,
        MemberSkill.side == Side.OFFERS,
        MemberSkill.skill_id == Skill.id,
        Skill.slug == skill_slug,
    )


def speaking(language: str) -> ColumnElement[bool]:
    """Whether each member speaks this language."""
    return exists().where(
        MemberLanguage.member_id == Member.id, MemberLanguage.language == language
    )


def called(session: Session, words: Collection[str]) -> dict[str, list[int]]:
    """For each word, the skills whose name holds it, accents or not; they are few. One query."""
    every = session.execute(select(Skill.id, Skill.name)).all() if words else ()
    return {word: [one for one, name in every if word in folded(name)] for word in words}


def offering_one_of(skill_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether each member can help with one of these."""
    return exists().where(
        MemberSkill.member_id == Member.id,
        MemberSkill.side == Side.OFFERS,
        MemberSkill.skill_id.in_(skill_ids),
    )


def declare(
    session: Session,
    member_id: int,
    *,
    offers: Collection[int],
    seeks: Collection[int],
    languages: Collection[str],
) -> None:
    """A member says what they can help with, what they look for and what they speak.

    What the list no longer offers stays as it was. Raises Refused("unknown-skill"),
    Refused("too-many-skills") or Refused("unknown-language").
    """
    chosen = {Side.OFFERS: set(offers), Side.SEEKS: set(seeks)}
    if max(map(len, chosen.values())) > MOST:
        raise Refused("too-many-skills", most=MOST)
    if not set(languages) <= set(LANGUAGES):
        raise Refused("unknown-language")
    offered = set(session.scalars(select(Skill.id).where(~Skill.retired)))
    if not (chosen[Side.OFFERS] | chosen[Side.SEEKS]) <= offered:
        raise Refused("unknown-skill")
    session.execute(
        delete(MemberSkill).where(
            MemberSkill.member_id == member_id, MemberSkill.skill_id.in_(offered)
        )
    )
    session.execute(delete(MemberLanguage).where(MemberLanguage.member_id == member_id))
    session.add_all(
        MemberSkill(member_id=member_id, side=side, skill_id=skill_id)
        for side, skill_ids in chosen.items()
        for skill_id in skill_ids
    )
    session.add_all(MemberLanguage(member_id=member_id, language=one) for one in set(languages))
    session.flush()
