"""What is told of polls of dates, as the notifications of all that is told: in the worker."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.attending.facts import Opened
from agenda.attending.models import Registration
from agenda.models import Event, Occurrence
from agenda.polls import policy
from agenda.polls.facts import Closed, Proposed, Reminded, Replied, SlotAdded
from agenda.polls.models import Choice, Poll, Reply, Slot, Suits
from core import clock
from core.jobs import Handler, enqueue
from notifications.jobs import Teller
from notifications.models import (
    NEW_POLL,
    POLL_CLOSED,
    POLL_DATED,
    POLL_OPENED,
    POLL_REMINDER,
    POLL_REPLIED,
    POLL_SLOTS,
    Kind,
    Notification,
)

TELL_POLL = "polls.tell"
ASKS = (NEW_POLL, POLL_SLOTS, POLL_REMINDER)
"""What is of no use once the poll is closed."""


# --- what the facts leave to the worker ----------------------------------------------------------


def on_proposed(session: Session, fact: Proposed) -> None:
    """Those who see it will be told that there is a poll."""
    _later(session, fact.poll, NEW_POLL, fact.poll.owner_id)


def on_replied(session: Session, fact: Replied) -> None:
    """Who proposed it will be told, once for all that comes until they look."""
    if fact.by_id != fact.poll.owner_id:
        _later(session, fact.poll, POLL_REPLIED, fact.by_id)


def on_slot_added(session: Session, fact: SlotAdded) -> None:
    """Those who answered will be told that there is more to answer."""
    _later(session, fact.poll, POLL_SLOTS, fact.by_id)


def on_reminded(session: Session, fact: Reminded) -> None:
    """Those who did not answer will be asked again."""
    _later(session, fact.poll, POLL_REMINDER, fact.by_id)


def on_closed(session: Session, fact: Closed) -> None:
    """Those who answered will be told what came of it; nobody is asked any more."""
    session.execute(
        update(Notification)
        .where(
            Notification.poll_id == fact.poll.id,
            Notification.what.in_(ASKS),
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    _later(session, fact.poll, POLL_CLOSED, fact.by_id)


def on_opened(session: Session, fact: Opened) -> None:
    """Those whom the chosen slot suits will be invited to register for the date."""
    poll = session.scalars(select(Poll).where(Poll.event_id == fact.event.id)).first()
    if poll is not None:
        _later(session, poll, POLL_OPENED, fact.event.owner_id)


def _later(session: Session, poll: Poll, what: str, by_id: int) -> None:
    payload = {"poll_id": poll.id, "what": what, "by_id": by_id, "at": clock.now().isoformat()}
    enqueue(session, TELL_POLL, payload)


# --- the worker ----------------------------------------------------------------------------------


class PollTeller:
    """The handler, which tells as the others do."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {TELL_POLL: self.tell}

    def tell(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell those concerned who still see the poll, or the date that it became."""
        poll = session.get(Poll, payload["poll_id"])
        if poll is None or poll.withdrawn_at is not None:
            return
        what, by_id = payload["what"], payload["by_id"]
        more = {"actor_id": by_id, "at": datetime.fromisoformat(payload["at"])}
        readers = self.teller.readers(poll).where(Member.id != by_id)
        answered = Member.id.in_(select(Reply.member_id).where(Reply.poll_id == poll.id))
        if what == POLL_CLOSED:
            self._tell_end(session, poll, readers.where(answered), more)
        elif what == POLL_OPENED:
            self._tell_opened(session, poll, by_id, more)
        elif what == POLL_REPLIED:
            owner = readers.where(Member.id == poll.owner_id)
            self.teller.tell(session, Kind.POLL_ANSWER, poll, owner, what=what, **more)
        elif policy.why_not(poll) is None and what == POLL_SLOTS:
            concerned = readers.where(answered)
            self.teller.tell(session, Kind.POLL, poll, concerned, what=what, **more)
        elif policy.why_not(poll) is None:
            kind = Kind.NEW_EVENT if what == NEW_POLL else Kind.POLL
            silent = readers.where(~answered, Member.id != poll.owner_id)
            self.teller.tell(session, kind, poll, silent, what=what, **more)

    def _tell_end(
        self, session: Session, poll: Poll, concerned: Select[int], more: dict[str, Any]
    ) -> None:
        """What came of it: the date, to those who see it; else, that it is closed."""
        if poll.closed_at is None:
            return
        event = _standing(session, poll)
        if event is not None:
            sees = Member.id.in_(self.teller.readers(event))
            told = concerned.where(sees)
            self.teller.tell(session, Kind.POLL, event, told, what=POLL_DATED, **more)
            concerned = concerned.where(~sees)
        self.teller.tell(session, Kind.POLL, poll, concerned, what=POLL_CLOSED, **more)

    def _tell_opened(self, session: Session, poll: Poll, by_id: int, more: dict[str, Any]) -> None:
        """To those who can come, and did not say yet whether they do: nobody is registered so."""
        event = _standing(session, poll)
        if event is None:
            return
        can_come = (
            select(Reply.member_id)
            .join(Choice, Choice.reply_id == Reply.id)
            .join(Slot, Slot.id == Choice.slot_id)
            .where(Slot.poll_id == poll.id, Slot.chosen, Choice.suits == Suits.YES)
        )
        said = (
            select(Registration.member_id)
            .join(Occurrence, Occurrence.id == Registration.occurrence_id)
            .where(Occurrence.event_id == event.id)
        )
        invited = self.teller.readers(event).where(
            Member.id.in_(can_come), Member.id.not_in(said), Member.id != by_id
        )
        self.teller.tell(session, Kind.POLL, event, invited, what=POLL_OPENED, **more)


def _standing(session: Session, poll: Poll) -> Event | None:
    """The date that it became, unless it is off."""
    event = session.get(Event, poll.event_id) if poll.event_id else None
    if event is None or event.withdrawn_at is not None or event.cancelled_at is not None:
        return None
    return event
