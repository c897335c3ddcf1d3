"""What the directory holds about a member: given to them, and let go with them."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from accounts.models import Member
from core.portable import Held, rows_of
from core.retention import deleting
from directory.imports.models import Import, ImportLine
from directory.models import (
    MemberLanguage,
    MemberSkill,
    Organisation,
    Profile,
    Skill,
    SkillContent,
    SkillDismissal,
)


def its_data_of(session: Session, member_id: int) -> Held:
    """Their profile, with names in the place of numbers."""
    email = session.scalar(select(Member.email).where(Member.id == member_id))
    profile = rows_of(session, Profile, Profile.member_id == member_id, without=("search_key",))
    for row in profile:
        row["organisation"] = session.scalar(
            select(Organisation.name).where(Organisation.id == row["organisation_id"])
        )
    skills = session.execute(
        select(MemberSkill.side, Skill.name)
        .join(Skill, Skill.id == MemberSkill.skill_id)
        .where(MemberSkill.member_id == member_id)
        .order_by(MemberSkill.side, Skill.name)
    )
    return Held(
        {
            "profile": profile,
            "member_skill": [{"side": side.value, "name": name} for side, name in skills],
            "directory_import": rows_of(
                session,
                Import,
                Import.by_id == member_id,
                without=("pieces", "options", "about", "refused"),
            ),
            "directory_import_line": rows_of(
                session,
                ImportLine,
                ImportLine.email == email,
                without=("problems", "said"),
            ),
            "skill_dismissal": [
                {"name": name, "at": at.isoformat()}
                for name, at in session.execute(
                    select(Skill.name, SkillDismissal.at)
                    .join(Skill, Skill.id == SkillDismissal.skill_id)
                    .where(SkillDismissal.member_id == member_id)
                    .order_by(Skill.name)
                )
            ],
            "member_language": rows_of(
                session, MemberLanguage, MemberLanguage.member_id == member_id
            ),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """Nothing of it stays."""
    for model in (Profile, MemberSkill, MemberLanguage, SkillDismissal):
        session.execute(
            delete(model)
            .where(model.member_id == fact.member_id)
            .execution_options(synchronize_session=False)
        )
    for theirs in (
        update(SkillContent).where(SkillContent.member_id == fact.member_id).values(member_id=None),
        delete(ImportLine).where(ImportLine.email == fact.about),
        delete(Import).where(Import.by_id == fact.member_id),
    ):
        session.execute(theirs.execution_options(synchronize_session=False))


RULES = (deleting("imports", 30, Import, lambda limit: Import.created_at < limit),)
