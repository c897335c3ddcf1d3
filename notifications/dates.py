"""What those who take part in a date are told: by mail, one each, in the worker.

They said that they come: what changes it does not wait for a digest, and is always told. Reminders
are as each member chose. Who no longer sees the event is told nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from access import rule
from accounts.models import Member
from accounts.queries import active, by_email, came_in
from agenda.attending import policy, reminders
from agenda.attending.facts import Declined, PlaceFound, PlaceTaken, Registered, Written
from agenda.attending.models import Message, Registration, Standing
from agenda.attending.reminders import Which
from agenda.facts import Cancelled, OccurrenceRearranged, Rearranged
from agenda.ics import invitations
from agenda.models import Event, Occurrence
from agenda.papers.facts import MinutesWritten
from agenda.rides import queries as rides
from agenda.rides.queries import Trip
from core import clock, outbox
from core.jobs import Handler, enqueue, take_back
from core.outbox import Mail
from core.settings import Settings
from notifications import answering, unsubscribe
from notifications.models import Frequency, Kind, Preference

DATE = "date"
"""The kind of the mails that tell them."""
TELL_EVENT = "dates.tell_event"
TELL = "dates.tell"
TELL_ONE = "dates.tell_one"
REMIND = "dates.remind"
LOOK = "dates.look"
AT_ONCE = 50
"""Mails written in one transaction."""
EVERY_MINUTES = 15

CHANGED, CANCELLED, MESSAGE, MINUTES = "changed", "cancelled", "message", "minutes"
REGISTERED, FOUND, TAKEN, DECLINED = "registered", "found", "taken", "declined"
TAKES, LEAVES = {CHANGED, FOUND}, {CANCELLED, TAKEN, DECLINED}
"""What puts the date in the calendar of who comes, as it now is; and what takes it away."""


# --- what the facts leave to the worker ----------------------------------------------------------


def on_rearranged(session: Session, fact: Rearranged) -> None:
    """Those who come to its dates will be told of what changed."""
    if fact.matters:
        enqueue(session, TELL_EVENT, {"event_id": fact.event.id})


def on_cancelled(session: Session, fact: Cancelled) -> None:
    """Those who were to come will be told that they need not."""
    enqueue(session, TELL_EVENT, {"event_id": fact.event.id})


def on_date_rearranged(session: Session, fact: OccurrenceRearranged) -> None:
    """The same for one date."""
    if fact.matters:
        occurrence = fact.occurrence
        off = occurrence.cancelled_at is not None
        _tell(session, occurrence.id, CANCELLED if off else CHANGED)


def on_declined(session: Session, fact: Declined) -> None:
    """The calendar of who no longer comes forgets the date, unless it never heard of it."""
    if fact.still_noted and not take_back(session, _noting(fact.registration)):
        _tell_one(session, fact.registration, DECLINED)


def on_registered(session: Session, fact: Registered) -> None:
    """Who comes is invited: their calendar takes the date, and may answer for them."""
    if fact.registration.standing is Standing.COMING:
        _tell_one(session, fact.registration, REGISTERED, key=_noting(fact.registration))


def on_place_found(session: Session, fact: PlaceFound) -> None:
    """Who waited has a place."""
    _tell_one(session, fact.registration, FOUND, key=_noting(fact.registration))


def on_place_taken(session: Session, fact: PlaceTaken) -> None:
    """Who was taken off the list reads why."""
    _tell_one(session, fact.registration, TAKEN, fact.why)


def on_written(session: Session, fact: Written) -> None:
    """The organiser wrote to all those who come."""
    message = fact.message
    _tell(session, message.occurrence_id, MESSAGE, message_id=message.id)


def on_minutes(session: Session, fact: MinutesWritten) -> None:
    """Those who came will read what was said; once."""
    if fact.first:
        _tell(session, fact.minutes.occurrence_id, MINUTES)


def _noting(registration: Registration) -> str:
    """What puts the date in the calendar of who comes, as long as it waits to be done."""
    return f"{TELL_ONE}:{registration.id}"


def _tell_one(
    session: Session,
    registration: Registration,
    what: str,
    why: str = "",
    *,
    key: str | None = None,
) -> None:
    payload = {"registration_id": registration.id, "what": what, "why": why}
    enqueue(session, TELL_ONE, payload, key=key)


def _tell(session: Session, occurrence_id: int, what: str, **more: int) -> None:
    enqueue(session, TELL, {"occurrence_id": occurrence_id, "what": what, "after": 0} | more)


# --- the worker ----------------------------------------------------------------------------------


class DateTeller:
    """The handlers, which need a few settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {
            TELL_EVENT: self.tell_event,
            TELL: self.tell,
            TELL_ONE: self.tell_one,
            LOOK: self.look,
            REMIND: self.remind,
        }

    def tell_event(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell of each date to come of an event: it changed, or is off with the event."""
        event = session.get(Event, payload["event_id"])
        if event is None:
            return
        waited = (
            select(Occurrence.id)
            .where(
                Occurrence.event_id == event.id,
                Occurrence.ends_at > clock.now(),
                Occurrence.cancelled_at.is_(None),  # told already, as a date cancelled alone
                select(Registration.id)
                .where(
                    Registration.occurrence_id == Occurrence.id,
                    Registration.standing != Standing.DECLINED,
                )
                .exists(),
            )
            .order_by(Occurrence.id)
        )
        what = CHANGED if event.cancelled_at is None else CANCELLED
        for occurrence_id in session.scalars(waited).all():
            _tell(session, occurrence_id, what)

    def tell(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell those who come to a date, and who wait when it changes; some at a time."""
        occurrence = _date(session, payload["occurrence_id"])
        after = payload["what"] == MINUTES
        if occurrence is None or (occurrence.ends_at <= clock.now() and not after):
            return
        message = _message(session, payload)
        told = [Standing.COMING] if message or after else [Standing.COMING, Standing.WAITING]
        found = session.scalars(
            _told(occurrence)
            .where(Registration.standing.in_(told), Registration.id > payload["after"])
            .where(Registration.came.is_not(False) if after else true())
            .order_by(Registration.id)
            .limit(AT_ONCE)
        ).all()
        for registration in found:
            self._write(session, registration, occurrence, payload["what"], message=message)
        if len(found) == AT_ONCE:
            enqueue(session, TELL, payload | {"after": found[-1].id})

    def tell_one(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell one member of their own place."""
        registration = session.get(Registration, payload["registration_id"])
        if registration is None:
            return
        occurrence = _date(session, registration.occurrence_id)
        assert occurrence is not None  # noqa: S101 - a registration refers to it
        only = _told(occurrence).where(Registration.id == registration.id)
        for one in session.scalars(only).all():
            if payload["what"] == REGISTERED:
                self._invite(session, one, occurrence)
            elif payload["what"] == DECLINED and one.standing is not Standing.DECLINED:
                continue  # they come after all, and are invited again
            else:
                self._write(session, one, occurrence, payload["what"], why=payload["why"])

    def look(self, session: Session, _payload: dict[str, Any]) -> None:
        """Leave a row of work for each reminder that is to leave."""
        for occurrence, which in reminders.leaving(session):
            _remind_later(session, occurrence.id, which)

    def remind(self, session: Session, payload: dict[str, Any]) -> None:
        """Remind those who come; some at a time, each once, noted with their mail."""
        occurrence, which = _date(session, payload["occurrence_id"]), Which(payload["which"])
        if occurrence is None or policy.is_off(occurrence) or occurrence.event.withdrawn_at:
            return
        reminder = reminders.still_due(occurrence, which)
        if reminder is None:
            return
        concerned = reminders.to_remind(session, occurrence, reminder, most=AT_ONCE)
        unwanted = _declining(session, [one.member_id for one in concerned])
        trips = rides.trips(session, occurrence.id, [one.member_id for one in concerned])
        for registration in concerned:
            reminders.note(session, registration, which, occurrence.starts_at)
            if registration.member_id not in unwanted:
                shared = trips[registration.member_id]
                self._write(session, registration, occurrence, which.value, trips=shared)
        if len(concerned) == AT_ONCE:
            _remind_later(session, occurrence.id, which)

    def _invite(self, session: Session, registration: Registration, date: Occurrence) -> None:
        """Invite who registered, unless they do not come any more."""
        if registration.standing is not Standing.COMING or date.ends_at <= clock.now():
            return
        member = registration.member
        invitations.invitation_mail(
            session,
            rule.viewer(session, member.id, member.role),
            date.event,
            member,
            settings=self.settings,
            answers_to=self._answers_to(member, date.event),
            date=date,
        )

    def _calendar(
        self, session: Session, registration: Registration, date: Occurrence, what: str
    ) -> str | None:
        """What the calendar of who comes is told by a mail."""
        comes = registration.standing is Standing.COMING
        if not (what in LEAVES or (what in TAKES and comes)):
            return None
        member = registration.member
        return invitations.part(
            session,
            rule.viewer(session, member.id, member.role),
            date.event,
            member,
            answers_to=self._answers_to(member, date.event),
            dates=[date],
            cancels=what in LEAVES,
        )

    def _answers_to(self, member: Member, event: Event) -> str:
        """Where their calendar answers; where nobody reads answers, the link of the mail does."""
        found = answering.address_of_date(self.settings, member.id, event.id)
        return found or parseaddr(self.settings.mail_from)[1]

    def _write(
        self,
        session: Session,
        registration: Registration,
        occurrence: Occurrence,
        what: str,
        *,
        why: str = "",
        message: Message | None = None,
        trips: Sequence[Trip] = (),
    ) -> None:
        member = registration.member
        if not came_in(session, member.id):
            return
        reminds = what in set(Which)
        stop = self._stop(member.id) if reminds else None
        headers = {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        outbox.post(
            session,
            DATE,
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={
                "member": member,
                "registration": registration,
                "occurrence": occurrence,
                "what": what,
                "why": why,
                "message": message,
                "writer": session.get(Member, message.author_id) if message else None,
                "trips": trips,
                "unsubscribe": stop,
            },
            headers=headers if reminds else None,
            subject_audience_id=occurrence.event.audience_id,
            calendar=self._calendar(session, registration, occurrence, what),
        )

    def _stop(self, member_id: int) -> str:
        proof = unsubscribe.token(self.settings, member_id, [Kind.DATE])
        return f"{self.settings.base_url}/desabonnement/{proof}"


def _date(session: Session, occurrence_id: int) -> Occurrence | None:
    return session.scalars(
        select(Occurrence)
        .join(Occurrence.event)
        .options(
            contains_eager(Occurrence.event).options(
                joinedload(Event.kind), joinedload(Event.owner)
            )
        )
        .where(Occurrence.id == occurrence_id)
    ).one_or_none()


def _told(occurrence: Occurrence) -> Any:
    """Those on the list of a date who still see it."""
    return (
        select(Registration)
        .join(Registration.member)
        .options(contains_eager(Registration.member))
        .where(
            Registration.occurrence_id == occurrence.id,
            rule.reached(Member.id, occurrence.event.audience_id),
            active(clock.now()),
        )
    )


def _message(session: Session, payload: dict[str, Any]) -> Message | None:
    number = payload.get("message_id")
    return session.get(Message, number) if number else None


def _declining(session: Session, members: Sequence[int]) -> set[int]:
    """Those who want no reminder."""
    return set(
        session.scalars(
            select(Preference.member_id).where(
                Preference.member_id.in_(members),
                Preference.kind == Kind.DATE,
                Preference.frequency == Frequency.NEVER,
            )
        )
    )


def _remind_later(session: Session, occurrence_id: int, which: Which) -> None:
    payload = {"occurrence_id": occurrence_id, "which": which.value}
    enqueue(session, REMIND, payload, key=f"{REMIND}:{which.value}:{occurrence_id}")


def may_leave(session: Session, mail: Mail) -> bool:
    """Whether the reader of such a mail still sees what it is about."""
    member = by_email(session, mail.to_address)
    if member is None or member.is_suspended(clock.now()):
        return False
    viewer = rule.viewer(session, member.id, member.role)
    return mail.subject_audience_id in viewer.audiences


def next_quarter(present: datetime) -> datetime:
    """The next time that reminders are looked for."""
    local = present.astimezone(UTC).replace(second=0, microsecond=0)
    return local + timedelta(minutes=EVERY_MINUTES - local.minute % EVERY_MINUTES)


periodic = {LOOK: next_quarter}
