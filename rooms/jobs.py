"""Work done later: Janus is told who is no longer in a meeting, and which is over."""

from typing import Any

from sqlalchemy.orm import Session

from core.jobs import Handler, enqueue
from core.settings import Settings
from rooms import janus, ways
from rooms.facts import Excluded, MeetingEnded
from rooms.models import HERE, Presence
from rooms.ways import Place

EXCLUDE = "rooms.exclude"
END = "rooms.end"


class Carried:
    """Where a server carries the meetings, it hears of each end, and again until it does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {EXCLUDE: self.exclude, END: self.end}

    def excluded(self, session: Session, fact: Excluded) -> None:
        """Somebody is no longer there."""
        if ways.by_janus(self.settings):
            one = fact.presence
            place = {"meeting_id": one.meeting_id, "presence_id": one.id}
            enqueue(session, EXCLUDE, place, key=f"{EXCLUDE}:{one.id}")

    def ended(self, session: Session, fact: MeetingEnded) -> None:
        """Nobody is there any more."""
        if ways.by_janus(self.settings):
            meeting_id = fact.meeting_id
            enqueue(session, END, {"meeting_id": meeting_id}, key=f"{END}:{meeting_id}")

    def exclude(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell Janus, unless they are back at the same place."""
        presence = session.get(Presence, payload["presence_id"])
        if presence is None or presence.state not in HERE:
            janus.exclude(self.settings, Place(**payload))

    def end(self, _session: Session, payload: dict[str, Any]) -> None:
        """Tell Janus."""
        janus.end(self.settings, payload["meeting_id"])
