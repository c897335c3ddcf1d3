"""What the directory holds about a member: given to them, and let go with them."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from accounts.models import Member
from core.portable import Held, rows_of
from core.retention import deleting
from directory.imports.models import Import, ImportLine
from directory.models import MemberLanguage, MemberSkill, Organisation, Profile, Skill


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
            "member_language": rows_of(
                session, MemberLanguage, MemberLanguage.member_id == member_id
            ),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """Nothing of it stays."""
    for model in (Profile, MemberSkill, MemberLanguage):
        session.execute(
            delete(model)
            .where(model.member_id == fact.member_id)
            .execution_options(synchronize_session=False)
        )
    for theirs in (
        delete(ImportLine).where(ImportLine.email == fact.about),
        delete(Import).where(Import.by_id == fact.member_id),
    ):
        session.execute(theirs.execution_options(synchronize_session=False))


RULES = (deleting("imports", 30, Import, lambda limit: Import.created_at < limit),)
