"""Each week, one row of work for each address where something waits; each writes one mail."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import clock, outbox, working_days
from core.jobs import enqueue_all
from core.settings import Settings
from expertise.positions import links as positions
from expertise.recap import links
from expertise.recap.waiting import addresses, reader, waiting
from expertise.surveys import links as surveys

RECAP = "desk_week"
"""The kind of this mail."""
BEGIN, WRITE = "expertise.recap", "expertise.recap_one"
"""The kinds of this work."""
NINE = 9


class Recap:
    """The workers, which need to sign the links."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Any]:
        """The work that it does."""
        return {BEGIN: self.begin, WRITE: self.write}

    def begin(self, session: Session, _payload: dict[str, Any]) -> None:
        """Look for whom something may wait. Two statements, however many they are."""
        found = session.scalars(addresses(clock.now())).all()
        enqueue_all(session, WRITE, [{"address": one} for one in found])

    def write(self, session: Session, payload: dict[str, Any]) -> None:
        """One mail with all that waits at an address; none when nothing is left."""
        address = payload["address"]
        name, language, may = reader(session, address)
        if not may or links.has_stopped(session, address):
            return
        found = waiting(session, address, clock.now())
        if not found:
            return
        stop = f"{self.settings.base_url}/expertise/recapitulatif/{self._stop(address)}"
        outbox.post(
            session,
            RECAP,
            to_address=address,
            to_name=name,
            language=language,
            values={
                "waiting": found,
                "tokens": {
                    one.id: positions.token(self.settings, one, address)
                    for one in (*found.to_answer, *found.running_out, *found.to_conclude)
                },
                "survey_tokens": {
                    one.id: surveys.token(self.settings, one, address) for one in found.surveys
                },
                "unsubscribe": stop,
            },
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            confidential=True,
        )

    def _stop(self, address: str) -> str:
        return links.token(self.settings, address)


def next_week(present: datetime) -> datetime:
    """Monday at nine in France; the first working day of the week when Monday is a day off."""
    local = present.astimezone(clock.PARIS)
    monday = (local - timedelta(days=local.weekday())).replace(
        hour=NINE, minute=0, second=0, microsecond=0
    )
    while (day := _working(monday)) <= local:
        monday += timedelta(days=7)
    return day.astimezone(UTC)


def _working(day: datetime) -> datetime:
    while not working_days.is_working(day.date()):
        day += timedelta(days=1)
    return day


periodic = {BEGIN: next_week}
