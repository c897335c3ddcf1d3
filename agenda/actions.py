"""Writes of the agenda: announce an event and say otherwise what it is."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from agenda.dates import LONGEST_EVENT, write_dates
from agenda.facts import Announced
from agenda.models import Event, EventKind
from agenda.recurrence import moment
from core import addresses, clock, text
from core.facts import record
from core.refusals import Refused
from directory import lists
from directory.entries import Entry, one_line, stand
from directory.models import Organisation, Theme

LONGEST_TITLE = 150
LONGEST_DESCRIPTION = 10_000
FURTHEST = timedelta(days=366 * 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of an event, as it was typed; times are those of the clock of `zone`, naive."""

    title: str
    kind_id: int | None
    starts: datetime
    ends: datetime
    """Not included: a whole day ends at the next midnight."""
    all_day: bool = False
    zone: str = "Europe/Paris"
    recurrence: str = ""
    theme_id: int | None = None
    organisation_id: int | None = None
    words: str = ""
    place: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    commune_code: str = ""
    link: str = ""


def announce(
    session: Session,
    said: Said,
    *,
    owner: Viewer,
    networks: Collection[int],
    territories: Collection[int],
    submission: str | None = None,
    uid: str | None = None,
) -> Event:
    """Put an event in the agenda. The same form sent twice makes one.

    Raises Refused: "title-empty", "title-too-long", "body-too-long", "unknown-kind",
    "unknown-theme", "unknown-organisation", "ends-before-it-starts", "event-too-long",
    "event-too-far", "zone-unknown", "recurrence-unknown", "recurrence-too-fine", "link-unknown",
    "audience-not-yours", "no-network", and what entries.stand raises.
    """
    if sent := _already_sent(session, owner, submission):
        return sent
    reach = audiences.own_audience(session, owner.member_id, networks, territories)
    event = worded(session, said, owner=owner, audience_id=reach, submission=submission, uid=uid)
    session.add(event)
    write_dates(session, event)
    record(session, Announced(event))
    return event


def worded(
    session: Session,
    said: Said,
    *,
    owner: Viewer,
    audience_id: int,
    submission: str | None = None,
    uid: str | None = None,
) -> Event:
    """An event as it is said, in no session yet. Raises as announce, of what is said."""
    present = clock.now()
    event = Event(
        uid=uid or str(uuid.uuid4()),
        sequence=0,
        audience_id=audience_id,
        owner_id=owner.member_id,
        created_at=present,
        changed_at=present,
        cancelled_why="",
        submission=submission,
        address="",
        postcode="",
        town="",
    )
    describe(session, event, said)
    return event


def one_at_a_time(session: Session, owner: Viewer) -> None:
    """Have what this member sends at the same instant wait until the commit."""
    me = select(Member.id).where(Member.id == owner.member_id)
    session.execute(me.with_for_update(key_share=True))


def _already_sent(session: Session, owner: Viewer, submission: str | None) -> Event | None:
    one_at_a_time(session, owner)
    if submission is None:
        return None
    return session.scalar(
        select(Event).where(Event.owner_id == owner.member_id, Event.submission == submission)
    )


def describe(session: Session, event: Event, said: Said) -> None:
    """Set what an event is, and when; its dates are written apart. Raises as announce."""
    title = " ".join(text.plain(said.title).split())
    if not title:
        raise Refused("title-empty")
    if len(title) > LONGEST_TITLE:
        raise Refused("title-too-long", longest=LONGEST_TITLE)
    if len(said.words) > LONGEST_DESCRIPTION:
        raise Refused("body-too-long", longest=LONGEST_DESCRIPTION)
    _check_filing(session, event, said)
    _set_times(event, said)
    event.title = title
    event.kind_id, event.theme_id = said.kind_id or 0, said.theme_id
    event.organisation_id = said.organisation_id
    event.description = text.plain(said.words).strip()
    event.html = text.clean(event.description)
    event.place = one_line(said.place, "address-too-long")
    event.link = addresses.link(said.link.strip()) if said.link.strip() else None
    where = {name: getattr(said, name) for name in ("address", "postcode", "town", "commune_code")}
    stand(session, event, Entry(name=title, **where))


def _check_filing(session: Session, event: Event, said: Said) -> None:
    lists.chosen(session, EventKind, said.kind_id, event.kind_id)
    if said.theme_id is not None:
        lists.chosen(session, Theme, said.theme_id, event.theme_id)
    if said.organisation_id is not None and session.get(Organisation, said.organisation_id) is None:
        raise Refused("unknown-organisation")


def _set_times(event: Event, said: Said) -> None:
    try:
        ZoneInfo(said.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused("zone-unknown", zone=said.zone) from error
    if said.ends < said.starts or (said.all_day and said.ends == said.starts):
        raise Refused("ends-before-it-starts")
    if said.ends - said.starts > LONGEST_EVENT:
        raise Refused("event-too-long", days=LONGEST_EVENT.days)
    event.zone, event.all_day = said.zone, said.all_day
    event.starts_at, event.ends_at = moment(said.starts, said.zone), moment(said.ends, said.zone)
    if event.starts_at > clock.now() + FURTHEST:
        raise Refused("event-too-far")
    event.recurrence = said.recurrence.strip()
