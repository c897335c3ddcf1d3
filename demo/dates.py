"""The invented dates of the demonstration: a month of the agenda of three networks."""

import json
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from accounts.models import Member
from agenda.actions import Said, describe
from agenda.dates import write_dates
from agenda.models import Event, EventKind
from agenda.rhythm import Every, Monthly, Rhythm, written
from core import clock
from demo import DATA, DOMAIN
from demo.calendar import Month
from demo.people import places
from directory.models import Theme

ANNOUNCED = 21.0
"""Days before today: when they were put in the agenda."""
_WORDS = ("title", "words", "place", "address", "postcode", "town", "link")


def agenda(
    session: Session, month: Month, networks: dict[str, int], members: dict[str, Member]
) -> None:
    """All of them; days are counted from today, and fall on the weekdays that are said."""
    rows: list[dict[str, Any]] = json.loads((DATA / "events.json").read_text(encoding="utf-8"))
    kinds = {one.slug: one.id for one in session.scalars(select(EventKind))}
    themes = {one.slug: one.id for one in session.scalars(select(Theme))}
    territories = places(session, rows)
    for number, row in enumerate(rows):
        announced = month.ago(ANNOUNCED - number)
        event = Event(
            uid=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{number}.{DOMAIN}")),
            audience_id=audiences.audience(
                session,
                [networks[slug] for slug in row["networks"]],
                [territories[code] for code in row["territories"]],
            ),
            owner_id=members[f"{row['owner']}@{DOMAIN}"].id,
            created_at=announced,
            changed_at=announced,
            cancelled_at=month.ago(2) if "cancelled" in row else None,
            cancelled_why=row.get("cancelled", ""),
            sequence=1 if "cancelled" in row else 0,
        )
        describe(session, event, _said(row, kinds, themes))
        session.add(event)
        write_dates(session, event)


def _said(row: dict[str, Any], kinds: dict[str, int], themes: dict[str, int]) -> Said:
    starts, ends = _times(row)
    return Said(
        **{name: row.get(name, "") for name in _WORDS},
        kind_id=kinds[row["kind"]],
        theme_id=themes.get(row["theme"]),
        starts=starts,
        ends=ends,
        all_day=row.get("all_day", False),
        recurrence=_rule(row["rhythm"], starts) if "rhythm" in row else "",
    )


def _times(row: dict[str, Any]) -> tuple[datetime, datetime]:
    first = _day(row)
    if row.get("all_day"):
        starts = datetime.combine(first, time.min)
        return starts, starts + timedelta(days=row["days"])
    starts = datetime.combine(first, time.fromisoformat(row["at"]))
    return starts, starts + timedelta(minutes=row["minutes"])


def _day(row: dict[str, Any]) -> date:
    """The first such weekday from so many days on; of its month when that is wanted."""
    day = clock.today() + timedelta(days=row["in_days"])
    if row.get("first_of_month"):
        day = day.replace(day=1)
    return day + timedelta(days=(row["weekday"] - day.weekday()) % 7)


def _rule(said: dict[str, Any], starts: datetime) -> str:
    monthly = Monthly(said.get("monthly", Monthly.BY_DAY))
    return written(Rhythm(every=Every(said["every"]), monthly=monthly), starts)
