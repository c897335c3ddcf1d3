"""Invitations that calendars understand (iTIP by mail, RFC 5546, 6047), and one-click answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import by_email, signed_in
from agenda import queries
from agenda.ics import told, writing
from agenda.ics.replies import Reply
from agenda.models import Event, FormerDate, Occurrence
from core import clock
from core.outbox import Mail, post
from core.refusals import Refused
from core.settings import Settings

INVITATION = "event_invitation"
"""The kind of the mail."""


def part(
    session: Session,
    viewer: Viewer,
    event: Event,
    guest: Member,
    *,
    answers_to: str,
    dates: Sequence[Occurrence] = (),
    cancels: bool = False,
) -> str:
    """What a calendar program reads in a mail to somebody who comes: METHOD REQUEST or CANCEL.

    `viewer`: the guest as the rule sees them. `answers_to`: the address that their calendar
    answers to, which is the organiser for it. `dates`: those that they come to; all of the event
    when there is none.
    """
    entries = told.as_entries(session, viewer, [event])
    if dates and event.recurrence:
        entries = [told.one_date(entries, event, one) for one in dates]
    # Of two mails with one SEQUENCE, the later DTSTAMP counts (RFC 5546, 2.1.5).
    said = [replace(one, organizer_mail=answers_to, stamp=clock.now()) for one in entries]
    if cancels:
        said = [replace(one, cancelled=True) for one in said]
    method = "CANCEL" if cancels else "REQUEST"
    guests = [writing.Guest(guest.name, guest.email)]
    return writing.calendar(said, method=method, guests=guests).decode()


def invitation_mail(
    session: Session,
    viewer: Viewer,
    event: Event,
    guest: Member,
    *,
    settings: Settings,
    answers_to: str,
    date: Occurrence | None = None,
    cancels: bool = False,
) -> Mail:
    """Invite somebody who comes to an event, or to one date of it; or tell them it is called off.

    Their calendar takes the date, moves it when a later mail has a higher SEQUENCE, and answers to
    `answers_to`; who has no calendar answers by the link.
    """
    return post(
        session,
        INVITATION,
        to_address=guest.email,
        to_name=guest.name,
        language=guest.language,
        values={
            "member": guest,
            "event": event,
            "date": date,
            "cancels": cancels,
            "token": token(settings, guest.id, event, date),
        },
        subject_audience_id=event.audience_id,
        calendar=part(
            session,
            viewer,
            event,
            guest,
            answers_to=answers_to,
            dates=[date] if date else (),
            cancels=cancels,
        ),
    )


# --- one click -----------------------------------------------------------------------------------


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="invitation")


def token(settings: Settings, member_id: int, event: Event, date: Occurrence | None = None) -> str:
    """The proof, in a mail, that its reader may answer for this member."""
    return str(_signer(settings).dumps([member_id, event.id, date.id if date else 0]))


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited to what."""

    member: Member
    viewer: Viewer
    event: Event
    occurrence: Occurrence | None


def invited(session: Session, settings: Settings, given: str) -> Invited:
    """Whose answer a link gives, to what; what the member no longer sees is not shown.

    Raises Refused("link-over").
    """
    try:
        member_id, event_id, date_id = (int(one) for one in _signer(settings).loads(given))
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("link-over") from error
    known = signed_in(session, member_id)
    if known is None or known.member.is_suspended(clock.now()) or not known.charter_accepted:
        raise Refused("link-over")
    if date_id:  # it may have gone over to another event, when a series was cut in two
        occurrence = session.scalar(queries.occurrence(known.viewer, date_id))
        event = occurrence.event if occurrence else None
    else:
        occurrence, event = None, session.scalar(queries.event(known.viewer, event_id))
    if event is None:
        raise Refused("link-over")
    return Invited(known.member, known.viewer, event, occurrence)


def answered(session: Session, reply: Reply, *, event_id: int | None = None) -> Invited:
    """Whose answer a calendar sent by mail, and to what.

    `event_id`: the only one that the address answers to, were its later dates those of another
    event since a series was cut in two. Raises Refused("reply-unknown") for somebody who is no
    member, or may not come in now, and for an event or a date that they do not see.
    """
    member = by_email(session, reply.attendee)
    known = signed_in(session, member.id) if member else None
    if known is None or known.member.is_suspended(clock.now()) or not known.charter_accepted:
        raise Refused("reply-unknown")
    named = session.scalar(select(Event.id).where(Event.uid == reply.uid))
    if named is None or event_id not in (None, named):
        raise Refused("reply-unknown")
    if reply.recurrence_at is None:
        event, date = session.scalar(queries.event(known.viewer, named)), None
    else:
        date = _date(session, known.viewer, named, reply.recurrence_at)
        event = date.event if date else None
    if event is None:
        raise Refused("reply-unknown")
    return Invited(known.member, known.viewer, event, date)


def _date(session: Session, viewer: Viewer, event_id: int, at: datetime) -> Occurrence | None:
    """The date that calendars know by this instant of a series, where it now is."""
    here = select(Occurrence.id).where(
        Occurrence.event_id == event_id, Occurrence.recurrence_at == at
    )
    gone = select(FormerDate.occurrence_id).where(
        FormerDate.event_id == event_id, FormerDate.recurrence_at == at
    )
    found = session.scalar(here) or session.scalar(gone)
    return session.scalar(queries.occurrence(viewer, found)) if found else None
