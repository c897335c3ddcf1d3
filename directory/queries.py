"""Reads about people and organisations."""

from collections.abc import Collection

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from access.models import MemberNetwork
from access.viewers import Viewer
from accounts.models import Member
from directory.models import Organisation, OrganisationNetwork, Profile
from directory.organisations import seen, workplace


def profile(
    session: Session, viewer: Viewer, member_id: int
) -> tuple[Profile, Organisation | None]:
    """A member's profile (an empty one while nothing was written), and where they work.

    The organisation is left out when the viewer does not see it.
    """
    found = session.execute(
        select(Profile, Organisation)
        .outerjoin(Organisation, workplace(viewer))
        .where(Profile.member_id == member_id)
    ).one_or_none()
    if found is None:
        nothing = {"job": "", "employer": "", "phone": None}
        return Profile(member_id=member_id, phone_shown=True, email_shown=True, **nothing), None
    return found[0], found[1]


def colleague(viewer: Viewer, member_id: int) -> Select[Member]:
    """A member whom this viewer may see: oneself, or any member of a network, seen from one."""
    mine, theirs = aliased(MemberNetwork), aliased(MemberNetwork)
    return select(Member).where(
        Member.id == member_id,
        (Member.id == viewer.member_id)
        | (
            exists().where(mine.member_id == viewer.member_id)
            & exists().where(theirs.member_id == Member.id)
        ),
    )


def work_line(job: str | None, employer: str | None, organisation: str | None) -> str:
    """What someone does, in a line: "CIP, Les Ateliers du Bocage"."""
    return ", ".join(filter(None, (job, organisation or employer)))


def work_lines(session: Session, viewer: Viewer, member_ids: Collection[int]) -> dict[int, str]:
    """For each member, "job, employer" in words. One query."""
    found = session.execute(
        select(Profile.member_id, Profile.job, Profile.employer, Organisation.name)
        .outerjoin(Organisation, workplace(viewer))
        .where(Profile.member_id.in_(member_ids))
    )
    return {
        member_id: work_line(job, employer, organisation)
        for member_id, job, employer, organisation in found
    }


def organisations(viewer: Viewer) -> Select[int, str, str]:
    """Id, name and town of the organisations of the viewer's networks, by name."""
    mine = select(MemberNetwork.network_id).where(MemberNetwork.member_id == viewer.member_id)
    return (
        select(Organisation.id, Organisation.name, Organisation.town)
        .where(
            seen(viewer),
            exists().where(
                OrganisationNetwork.organisation_id == Organisation.id,
                OrganisationNetwork.network_id.in_(mine),
            ),
        )
        .order_by(Organisation.name_key, Organisation.id)
    )
