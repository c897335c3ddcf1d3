"""What the directory gives to the search: an entry for each member, organisation and scheme.

A member's entry is open to every member of a network, so it says of an employer only what everyone
may know: an organisation that is not for everyone is found by itself, by those who see it.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from babel import Locale
from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import Session

from access import audiences
from access.models import Audience, MemberNetwork, Network, Territory
from accounts.facts import Joined, MemberChanged, MemberLeft, NetworkChanged, Reinstated, Suspended
from accounts.models import Member
from accounts.queries import active
from core import clock
from core.indexing import Changed, Entry, Source
from core.jobs import enqueue
from directory import jobs
from directory.facts import Named, OrganisationDescribed, ProfileChanged, SchemeDescribed
from directory.models import (
    Activity,
    MemberLanguage,
    MemberSkill,
    Organisation,
    OrganisationActivity,
    OrganisationKind,
    OrganisationNetwork,
    Profile,
    Scheme,
    SchemeTerritory,
    Side,
    Skill,
    Theme,
)

MEMBER, ORGANISATION, SCHEME = "member", "organisation", "scheme"
EVERYONE = audiences.key_of((), ())
"""The audience of what is for all members of the networks."""
A_MEMBER, AN_ORGANISATION = 100, 60
"""Words that each counts for: three words of a person do not come before every text, and an
organisation comes before those who work there."""
SIGNED = {"fsl": "langue des signes française", "rom": "romani"}
"""The languages that Babel does not name in French."""


def _line(*words: str | None) -> str:
    return ", ".join(filter(None, words))


def _sentences(*words: str | None) -> str:
    return " · ".join(filter(None, words))


def _together(column: Any, *where: ColumnElement[bool]) -> ScalarSelect[str | None]:
    """The names in these rows, in one column of the row around: no query for each."""
    return select(func.aggregate_strings(column, ", ")).where(*where).scalar_subquery()


# --- organisations ---------------------------------------------------------------------------


def _organisations(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    activities = _together(
        Activity.name,
        Activity.id == OrganisationActivity.activity_id,
        OrganisationActivity.organisation_id == Organisation.id,
    )
    networks = _together(
        Network.name,
        Network.id == OrganisationNetwork.network_id,
        OrganisationNetwork.organisation_id == Organisation.id,
    )
    rows = session.execute(
        select(Organisation, OrganisationKind.name, activities, networks)
        .join(OrganisationKind, OrganisationKind.id == Organisation.kind_id)
        .where(Organisation.id.in_(ids), Organisation.withdrawn_at.is_(None))
    )
    for organisation, kind, does, belongs in rows:
        yield Entry(
            kind=ORGANISATION,
            id=organisation.id,
            audience_id=organisation.audience_id,
            title=organisation.name,
            summary=_line(kind, organisation.town),
            body=_sentences(organisation.description, does, belongs),
            at=organisation.changed_at,
            card=AN_ORGANISATION,
        )


# --- schemes ---------------------------------------------------------------------------------


def _schemes(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    """Who runs it is named when that organisation is for everyone."""
    open_to_all = and_(
        Organisation.id == Scheme.organisation_id,
        Organisation.audience_id == Audience.id,
        Organisation.withdrawn_at.is_(None),
    )
    offered_on = _together(
        Territory.name,
        Territory.id == SchemeTerritory.territory_id,
        SchemeTerritory.scheme_id == Scheme.id,
    )
    rows = session.execute(
        select(Scheme, Organisation.name, Theme.name, offered_on)
        .select_from(Scheme)
        .outerjoin(Audience, Audience.key == EVERYONE)
        .outerjoin(Organisation, open_to_all)
        .outerjoin(Theme, Theme.id == Scheme.theme_id)
        .where(Scheme.id.in_(ids), Scheme.withdrawn_at.is_(None))
    )
    for scheme, house, theme, places in rows:
        yield Entry(
            kind=SCHEME,
            id=scheme.id,
            audience_id=scheme.audience_id,
            title=scheme.name,
            summary=_line(house or scheme.run_by, scheme.town, scheme.for_whom),
            body=_sentences(scheme.description, scheme.conditions, theme, places),
            at=scheme.changed_at,
            card=AN_ORGANISATION,
        )


# --- members ---------------------------------------------------------------------------------


def _members(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    """Those of a network who can come in; nothing of how to reach them."""
    offers = _together(
        Skill.name,
        Skill.id == MemberSkill.skill_id,
        MemberSkill.member_id == Member.id,
        MemberSkill.side == Side.OFFERS,
    )
    speaks = _together(MemberLanguage.language, MemberLanguage.member_id == Member.id)
    open_to_all = and_(
        Organisation.id == Profile.organisation_id,
        Organisation.audience_id == Audience.id,
        Organisation.withdrawn_at.is_(None),
    )
    rows = session.execute(
        select(
            Member,
            Audience.id,
            Profile.job,
            Profile.employer,
            Organisation.name,
            Organisation.town,
            offers,
            speaks,
        )
        .select_from(Member)
        .join(Audience, Audience.key == EVERYONE)
        .outerjoin(Profile, Profile.member_id == Member.id)
        .outerjoin(Organisation, open_to_all)
        .where(
            Member.id.in_(ids),
            exists().where(MemberNetwork.member_id == Member.id),
            active(clock.now()),
        )
    )
    for member, audience_id, job, employer, organisation, town, can_help, spoken in rows:
        yield Entry(
            kind=MEMBER,
            id=member.id,
            audience_id=audience_id,
            title=member.name,
            summary=_line(job, organisation or employer, town),
            body=_sentences(can_help, _line(*_languages(spoken))),
            at=member.created_at,
            card=A_MEMBER,
        )


def _languages(spoken: str | None) -> Iterable[str]:
    named = Locale("fr").languages
    return [SIGNED.get(code) or named.get(code, code) for code in (spoken or "").split(", ")]


# --- all of them -----------------------------------------------------------------------------


def _source(kind: str, table: type[Member | Organisation | Scheme], read: Any) -> Source:
    def ids(session: Session, after_id: int, limit: int) -> list[int]:
        found = select(table.id).where(table.id > after_id).order_by(table.id).limit(limit)
        return list(session.scalars(found))

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(table)) or 0

    return Source(kind, read, ids, count)


organisations = _source(ORGANISATION, Organisation, _organisations)
schemes = _source(SCHEME, Scheme, _schemes)
members = _source(MEMBER, Member, _members)


class Telling:
    """Turns what happens to people and organisations into entries that are to be read again."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def member(
        self, session: Session, fact: Joined | MemberChanged | Reinstated | ProfileChanged
    ) -> None:
        """The member of this fact changed."""
        if fact.member is not None:
            audiences.audience(session, (), ())  # theirs: in a new house nothing else has made it
            self.changed(session, MEMBER, fact.member.id)

    def suspended(self, session: Session, fact: Suspended) -> None:
        """They are no longer found; they will be again on the day that was said."""
        if fact.member is None:
            return
        self.changed(session, MEMBER, fact.member.id)
        if fact.member.suspended_until is not None:
            payload = {"member_id": fact.member.id}
            enqueue(session, jobs.BACK, payload, run_at=fact.member.suspended_until)

    def left(self, session: Session, fact: MemberLeft) -> None:
        """They are found no more."""
        self.changed(session, MEMBER, fact.member_id)

    def organisation(self, session: Session, fact: OrganisationDescribed) -> None:
        """Its own entry, and what those of the members who work there say of it."""
        self.changed(session, ORGANISATION, fact.organisation.id)
        if not fact.new:
            jobs.read_again(session, jobs.EMPLOYER, fact.organisation.id)
            runs = select(Scheme.id).where(Scheme.organisation_id == fact.organisation.id)
            for scheme_id in session.scalars(runs):
                self.changed(session, SCHEME, scheme_id)

    def scheme(self, session: Session, fact: SchemeDescribed) -> None:
        """Its own entry."""
        self.changed(session, SCHEME, fact.scheme.id)

    def renamed(self, session: Session, fact: Named) -> None:
        """Those who say this word, where it is one that they say."""
        if fact.entry is not None and fact.entry.listed in jobs.SAYING:
            jobs.read_again(session, fact.entry.listed, fact.entry.id)

    def network(self, session: Session, fact: NetworkChanged) -> None:
        """The organisations of a network say its name."""
        if fact.network is not None:
            jobs.read_again(session, jobs.NETWORK, fact.network.id)
