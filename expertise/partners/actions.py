"""Tending partners, for the team of their programme; asking through one."""

import hashlib
import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import colours
from accounts.credentials import new_token
from accounts.facts import HouseChanged
from accounts.models import Member
from core import clock, text
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line
from expertise.desk import Desk
from expertise.needs import asking
from expertise.needs.asking import Said
from expertise.needs.models import Need
from expertise.partners.models import Partner
from expertise.programmes.models import Programme, SubjectQuestion
from expertise.programmes.tending import needs_team
from files.actions import Arrived

MOST_SITES = 10
PREFIX = "maillage_"
"""What keys begin with: who finds one somewhere knows what it opens."""
# Nothing that could add a directive to the header which these are written in.
_NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SITE = re.compile(
    rf"https://(?:{_NAME}\.)+{_NAME}(?::[0-9]{{1,5}})?"
    r"|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?"  # a site that is being made
)


def add(
    session: Session,
    desk: Desk,
    programme: Programme,
    *,
    name: str,
    sites: str,
    colour: str,
    by: Member,
) -> Partner:
    """A partner of a programme; `sites`: the addresses of its sites, one a line.

    Raises Refused: "not-of-the-team", "name-empty", "name-too-long", "site-unknown",
    "too-many-sites", "colour-unknown", "colour-too-light".
    """
    needs_team(desk, programme)
    partner = Partner(programme=programme, slug="", since=clock.now())
    with session.no_autoflush:
        _settle(partner, name, sites, colour)
        partner.slug = _free_slug(session, partner.name)
    session.add(partner)
    session.flush()
    _note(session, partner, programme, "added", by)
    return partner


def change(
    session: Session,
    desk: Desk,
    programme: Programme,
    partner: Partner,
    *,
    name: str,
    sites: str,
    colour: str,
    by: Member,
) -> None:
    """Another name, other sites; its address stays. Raises as add."""
    needs_team(desk, programme)
    _settle(partner, name, sites, colour)
    _note(session, partner, programme, "changed", by)


def let_ask(
    session: Session, desk: Desk, programme: Programme, partner: Partner, *, asks: bool, by: Member
) -> None:
    """Stop a partner, or let it ask again. Raises Refused("not-of-the-team")."""
    needs_team(desk, programme)
    if partner.is_active is asks:
        return
    partner.stopped_at = None if asks else clock.now()
    _note(session, partner, programme, "opened" if asks else "closed", by)


def new_key(
    session: Session, desk: Desk, programme: Programme, partner: Partner, *, by: Member
) -> str:
    """A key for its program: the former one opens nothing any more. It is kept nowhere.

    Raises Refused("not-of-the-team").
    """
    needs_team(desk, programme)
    key, partner.key_hash = new_token(PREFIX)
    partner.key_made_at = clock.now()
    _note(session, partner, programme, "key-made", by)
    return key


def revoke_key(
    session: Session, desk: Desk, programme: Programme, partner: Partner, *, by: Member
) -> None:
    """Its program asks no more. Raises Refused("not-of-the-team"), Refused("nothing-to-do")."""
    needs_team(desk, programme)
    if partner.key_hash is None:
        raise Refused("nothing-to-do")
    partner.key_hash = partner.key_made_at = None
    _note(session, partner, programme, "key-revoked", by)


def ask_through(
    session: Session,
    partner: Partner,
    said: Said,
    *,
    language: str,
    submission: str | None,
    sent: Sequence[Arrived] = (),
) -> Need:
    """A company asks through a partner. The same `submission` of the same partner is one need.

    Raises Refused("partner-stopped"), Refused("unknown-question"), and as asking.ask.
    """
    if not partner.is_active:
        raise Refused("partner-stopped")
    asked = session.scalars(
        select(SubjectQuestion.id).where(
            SubjectQuestion.subject_id.in_(said.subjects), ~SubjectQuestion.retired
        )
    )
    if set(said.answers) - set(asked):
        raise Refused("unknown-question")
    return asking.ask(
        session,
        partner.programme,
        said,
        language=language,
        submission=_its_own(partner, submission) if submission else None,
        partner_id=partner.id,
        sent=sent,
    )


def _its_own(partner: Partner, submission: str) -> str:
    """What one partner writes there never meets what another, or a form of the site, wrote."""
    return hashlib.sha256(f"{partner.id}\n{submission}".encode()).hexdigest()[:36]


def _settle(partner: Partner, name: str, sites: str, colour: str) -> None:
    partner.name = one_line(name, "name-too-long")
    if not partner.name:
        raise Refused("name-empty")
    partner.origins = "\n".join(_origins(sites))
    partner.colour = colours.checked(colour) if colour.strip() else None


def _origins(typed: str) -> list[str]:
    found = []
    for line in text.plain(typed).split():
        site = line.lower().rstrip("/")
        if not _SITE.fullmatch(site):
            raise Refused("site-unknown", site=line[:100])
        if site not in found:
            found.append(site)
    if len(found) > MOST_SITES:
        raise Refused("too-many-sites", most=MOST_SITES)
    return found


def _free_slug(session: Session, name: str) -> str:
    wanted = text.slug(name)[:50] or "partenaire"
    taken = set(session.scalars(select(Partner.slug).where(Partner.slug.startswith(wanted))))
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _note(session: Session, partner: Partner, programme: Programme, what: str, by: Member) -> None:
    record(session, HouseChanged(by, f"{programme.name}, {partner.name}", {"partner": what}))
