"""A table of members: known by their e-mail address, invited when they have no account."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.models import MemberNetwork, MemberTerritory, Network
from access.viewers import Viewer
from accounts import actions, administration
from accounts.facts import MemberChanged
from accounts.models import Invitation, Member
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from directory import columns, organisations
from directory.actions import telephone
from directory.imports import cells as cell
from directory.imports.cells import Cells
from directory.imports.models import Fate
from directory.imports.places import territories
from directory.imports.understood import Compared, Options, Understood, differences
from directory.models import Organisation, Profile

NAMES = ("first_name", "last_name")


class Reader:
    """Understands, compares and writes the lines of a file."""

    columns = columns.MEMBER
    needed: tuple[str, ...] = ("email",)

    def __init__(self, session: Session, viewer: Viewer, options: Options) -> None:
        self.viewer, self.options = viewer, options
        networks = session.execute(select(Network.id, Network.name, Network.slug)).all()
        self.networks = {cell.key(name): one for one, name, _slug in networks}
        self.networks |= {cell.key(slug): one for one, _name, slug in networks}
        self.names = {one: name for one, name, _slug in networks}
        self.territories: dict[str, int] = {}

    def prepare(self, session: Session) -> None:
        """Learn the names of all territories."""
        self.territories = territories(session)

    def understand(self, cells: Mapping[str, str]) -> Understood:
        """What a line says."""
        line = Cells(cells)
        said: dict[str, Any] = {
            "email": line.take("email", addresses.mail),
            "first_name": line.take("first_name", cell.words()),
            "last_name": line.take("last_name", cell.words()),
            "phone": line.take("phone", telephone),
            "job": line.take("job", cell.words()),
            "employer": line.take("employer", cell.words()),
            "siret": line.take("siret", cell.siret),
            "town": line.take("town", cell.words()),
            "networks": line.take("networks", cell.among(self.networks, "network-unknown")),
            "territories": line.take(
                "territories", cell.among(self.territories, "territory-unknown")
            ),
        }
        said["networks"] = sorted({*(said["networks"] or ()), *self.options.networks})
        said["territories"] = sorted({*(said["territories"] or ()), *self.options.territories})
        if said["email"] is None and not any(field == "email" for field, *_ in line.problems):
            line.wrong("email", "email-missing")
        name = " ".join(filter(None, (said["first_name"], said["last_name"])))
        email = said["email"]
        return Understood(name or email or "", f"mail {email}", said, line.problems, email)

    def compare(self, session: Session, lines: Sequence[Understood]) -> list[Compared]:
        """What each line would change."""
        emails = [line.said["email"] for line in lines]
        known = _known(session, self.viewer, emails)
        invited = _invited(session, emails)
        houses = self._houses(session, [line.said for line in lines])
        places = _places(session, {member.id for member, *_ in known.values()})
        return [
            self._changed(known[email], houses.get(number), places, line.said)
            if (email := line.said["email"]) in known
            else self._stranger(line.said, already=email in invited)
            for number, line in enumerate(lines)
        ]

    def _stranger(self, said: Mapping[str, Any], *, already: bool) -> Compared:
        """Somebody who has no account."""
        if already:
            return Compared(Fate.SAME)
        if not self.options.invite:
            return Compared(Fate.LEFT)
        for name in NAMES:
            if not said[name]:
                return Compared(Fate.REFUSED, problem=(name, "name-empty", {}))
        if not said["networks"]:
            return Compared(Fate.REFUSED, problem=("networks", "no-network", {}))
        return Compared(Fate.NEW)

    def _changed(
        self,
        known: tuple[Member, Profile | None, Organisation | None],
        house: Organisation | None,
        places: tuple[dict[int, set[int]], dict[int, set[int]]],
        said: Mapping[str, Any],
    ) -> Compared:
        member, profile, works = known
        new = self._new(profile, house, said)
        before = {
            "first_name": member.first_name,
            "last_name": member.last_name,
            "job": profile.job if profile else "",
            "employer": works.name if works else (profile.employer if profile else ""),
            "phone": profile.phone if profile else None,
        }
        changes = differences(before, new)
        networks, territories = (one.get(member.id, set()) for one in places)
        if added := set(said["networks"]) - networks:
            changes.append(("networks", "", ", ".join(sorted(self.names[one] for one in added))))
        if set(said["territories"]) - territories:
            changes.append(("territories", "", "+"))
        return Compared(Fate.CHANGED if changes else Fate.SAME, changes)

    def _new(
        self, profile: Profile | None, house: Organisation | None, said: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What the line says of a member; a telephone that they gave themselves stays."""
        return {
            **{name: said[name] for name in (*NAMES, "job")},
            "employer": house.name if house else said["employer"],
            "phone": None if profile and profile.phone else said["phone"],
        }

    def _houses(
        self, session: Session, said: Sequence[Mapping[str, Any]]
    ) -> dict[int, Organisation]:
        """The organisation where each works: by its SIRET, if only one has it, or its name."""
        sirets = {one["siret"] for one in said} - {None}
        by_siret: dict[str, list[Organisation]] = {}
        for one in session.scalars(
            select(Organisation).where(
                Organisation.siret.in_(sirets), organisations.seen(self.viewer)
            )
        ):
            by_siret.setdefault(one.siret or "", []).append(one)
        found: dict[int, Organisation] = {}
        for number, line in enumerate(said):
            there = by_siret.get(line["siret"] or "", [])
            label = organisations.label(line["employer"] or "", line["town"] or "")
            house = (
                there[0]
                if len(there) == 1
                else organisations.meant(session, self.viewer, label)
                or organisations.meant(session, self.viewer, line["employer"] or "")
            )
            if house is not None:
                found[number] = house
        return found

    def write(self, session: Session, said: dict[str, Any]) -> None:
        """Bring the member up to date, or invite them."""
        by = session.get_one(Member, self.viewer.member_id)
        found = _known(session, self.viewer, [said["email"]]).get(said["email"])
        house = self._houses(session, [said]).get(0)
        if found is None:
            if not self.options.invite:
                raise Refused("not-invited")
            administration.invite(
                session,
                by=by,
                email=said["email"],
                first_name=said["first_name"],
                last_name=said["last_name"],
                networks=said["networks"],
                territories=said["territories"],
                job=said["job"] or "",
                employer=_employer(session, house, said),
            )
            return
        self._update(session, by, found[0], house, said)

    def _update(
        self,
        session: Session,
        by: Member,
        member: Member,
        house: Organisation | None,
        said: Mapping[str, Any],
    ) -> None:
        profile = session.get(Profile, member.id)
        new = self._new(profile, house, said)
        if profile is None:
            profile = Profile(member_id=member.id, job="", employer="")
            session.add(profile)
        member.first_name = new["first_name"] or member.first_name
        member.last_name = new["last_name"] or member.last_name
        profile.job, profile.phone = new["job"] or profile.job, new["phone"] or profile.phone
        if house is not None:
            profile.organisation_id, profile.employer = house.id, ""
        elif new["employer"]:
            profile.organisation_id, profile.employer = None, new["employer"]
        networks, territories = (one.get(member.id, set()) for one in _places(session, {member.id}))
        actions.settle(
            session,
            member.id,
            networks | set(said["networks"]),
            territories | set(said["territories"]),
        )
        record(session, MemberChanged(by, member.email, {"import": True}))


def _employer(session: Session, house: Organisation | None, said: Mapping[str, Any]) -> str:
    """In words that every member may read: the name of a house that few see is not among them."""
    if house is None:
        return said["employer"] or ""
    return house.name if house.audience_id == audiences.audience(session, (), ()) else ""


Known = tuple[Member, Profile | None, Organisation | None]


def _known(session: Session, viewer: Viewer, emails: Sequence[str | None]) -> dict[str, Known]:
    rows = session.execute(
        select(Member, Profile, Organisation)
        .outerjoin(Profile, Profile.member_id == Member.id)
        .outerjoin(Organisation, organisations.workplace(viewer))
        .where(Member.email.in_({one for one in emails if one}))
    )
    return {member.email: (member, profile, works) for member, profile, works in rows}


def _invited(session: Session, emails: Sequence[str | None]) -> set[str]:
    """Those who have an invitation that they can still accept."""
    rows = session.scalars(
        select(Invitation).where(Invitation.email.in_({one for one in emails if one}))
    )
    return {one.email for one in rows if one.is_open(clock.now())}


def _places(
    session: Session, member_ids: set[int]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    networks: dict[int, set[int]] = {}
    territories: dict[int, set[int]] = {}
    for one, network_id in session.execute(
        select(MemberNetwork.member_id, MemberNetwork.network_id).where(
            MemberNetwork.member_id.in_(member_ids)
        )
    ):
        networks.setdefault(one, set()).add(network_id)
    for one, territory_id in session.execute(
        select(MemberTerritory.member_id, MemberTerritory.territory_id).where(
            MemberTerritory.member_id.in_(member_ids)
        )
    ):
        territories.setdefault(one, set()).add(territory_id)
    return networks, territories
