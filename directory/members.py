"""Reads of members as colleagues find them. Each takes a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    exists,
    false,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from access.geography import Around
from access.models import MemberNetwork, MemberTerritory, Overlap
from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import active
from directory import organisations, practice, skills
from directory.models import Organisation, OrganisationKind, Profile
from directory.paging import PER_PAGE, Cursor, words_of

Ts = TypeVarTuple("Ts")


def seen(viewer: Viewer, present: datetime) -> ColumnElement[bool]:
    """The members whom this viewer finds: those of a network who can come in, seen from one."""
    mine, theirs = aliased(MemberNetwork), aliased(MemberNetwork)
    met: ColumnElement[bool] = (
        exists().where(mine.member_id == viewer.member_id)
        & exists().where(theirs.member_id == Member.id)
        & active(present)
    )
    return met


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says."""

    words: str = ""
    kind: str = ""
    """Of the organisation where they work: a slug."""
    network_id: int | None = None
    territory_id: int | None = None
    around: Around | None = None
    """Of that organisation."""
    skill: str = ""
    """What they can help with: a slug."""
    language: str = ""


MemberRow = Row[*tuple[Any, ...]]
"""The member; their job, employer in words, phone, whether it and their e-mail are shown; the name,
town and SIRET of the organisation, the square of its distance in km when one asks around; of the
skill chosen, how many useful answers and documents."""


def _listed(
    session: Session, viewer: Viewer, filters: Filters, present: datetime
) -> Select[*tuple[Any, ...]]:
    around = filters.around
    squared = around.squared(Organisation.latitude, Organisation.longitude) if around else null()
    found = select(
        Member,
        Profile.job,
        Profile.employer,
        Profile.phone,
        func.coalesce(Profile.phone_shown, false()).label("phone_shown"),
        func.coalesce(Profile.email_shown, true()).label("email_shown"),
        Organisation.name.label("organisation"),
        Organisation.town,
        Organisation.siret,
        squared.label("squared"),
        _counted(viewer, filters, practice.TOPIC).label("answers"),
        _counted(viewer, filters, practice.DOCUMENT).label("documents"),
    )
    found = _with_work(found, viewer).where(seen(viewer, present), *_wanted(session, filters))
    if around:
        return found.order_by(squared, Member.id)
    return found.order_by(Member.name_key, Member.id)


def _counted(viewer: Viewer, filters: Filters, kind: str) -> ColumnElement[Any]:
    """What each did on the skill that is chosen; nothing while none is."""
    return practice.counting(viewer, filters.skill, kind) if filters.skill else null()


def _with_work(found: Select[*Ts], viewer: Viewer) -> Select[*Ts]:
    return found.outerjoin(Profile, Profile.member_id == Member.id).outerjoin(
        Organisation, organisations.workplace(viewer)
    )


def narrowed(
    session: Session, found: Select[*Ts], viewer: Viewer, filters: Filters, present: datetime
) -> Select[*Ts]:
    """What is selected of members and of where they work, kept to those whom the viewer finds."""
    return _with_work(found, viewer).where(seen(viewer, present), *_wanted(session, filters))


def _wanted(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    helping = skills.called(session, words_of(filters.words))
    wanted: list[ColumnElement[bool]] = [
        or_(
            Member.name_key.contains(word, autoescape=True),
            Profile.search_key.contains(word, autoescape=True),
            Organisation.search_key.contains(word, autoescape=True),
            skills.offering_one_of(skill_ids),
        )
        for word, skill_ids in helping.items()
    ]
    if filters.kind:
        wanted.append(
            exists().where(
                OrganisationKind.id == Organisation.kind_id, OrganisationKind.slug == filters.kind
            )
        )
    if filters.skill:
        wanted.append(skills.offering(filters.skill))
    if filters.language:
        wanted.append(skills.speaking(filters.language))
    if filters.network_id is not None:
        wanted.append(
            exists().where(
                MemberNetwork.member_id == Member.id,
                MemberNetwork.network_id == filters.network_id,
            )
        )
    if filters.territory_id is not None:
        wanted.append(
            exists().where(
                MemberTerritory.member_id == Member.id,
                Overlap.other_id == MemberTerritory.territory_id,
                Overlap.territory_id == filters.territory_id,
            )
        )
    if filters.around:
        wanted.append(filters.around.holds(Organisation.latitude, Organisation.longitude))
    return wanted


def members(
    session: Session,
    viewer: Viewer,
    present: datetime,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> Sequence[MemberRow]:
    """Members by name, or by distance when one asks around; one more than a page."""
    found = _listed(session, viewer, filters, present).limit(most)
    if after:
        found = found.where(after.before(Member.id, Member.name_key, filters.around))
    return session.execute(found).all()


def count(session: Session, viewer: Viewer, present: datetime, filters: Filters) -> int:
    """How many there are."""
    found = select(func.count()).select_from(Member)
    if filters.words or filters.kind or filters.around:  # else where they work is not looked at
        found = _with_work(found, viewer)
    wanted = _wanted(session, filters)
    return session.scalar(found.where(seen(viewer, present), *wanted)) or 0


def working_at(viewer: Viewer, present: datetime, organisation_id: int) -> Select[Member, str]:
    """The members who work at an organisation, with their jobs, by name."""
    return (
        select(Member, Profile.job)
        .join(Profile, Profile.member_id == Member.id)
        .where(Profile.organisation_id == organisation_id, seen(viewer, present))
        .order_by(Member.name_key, Member.id)
    )
