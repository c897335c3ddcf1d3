"""The figures of each day are counted in the night that follows, and again for two nights more.

Counting a day replaces what was counted of it: done twice, or again after a kill, it comes to the
same. Days that were missed are counted as soon as the worker is back.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from accounts import visits
from accounts.models import Member
from core import clock
from core.db import reading
from core.jobs import Handler, enqueue
from core.masking import FEWEST
from figures import counting, openings
from figures.circles import HOUSE, Circle, Key, People, people
from figures.counting import Counts, Span
from figures.masking import shown_groups
from figures.measures import Measure
from figures.models import Group, GroupDay

COUNT = "figures.count"
AGAIN = timedelta(days=2)
"""A question of the last evening has 48 hours to be answered."""
SLICE = 7
"""Days counted in one transaction; others may write between two."""
NIGHT = (1, 30)
"""When it is done, in France."""
ROWS = 2_000
DAY = timedelta(days=1)


def next_night(present: datetime) -> datetime:
    """When the day that ends is counted."""
    return clock.next_at(present, *NIGHT)


def counted_to(session: Session) -> date | None:
    """The last day that is counted."""
    return session.scalar(
        select(func.max(GroupDay.day)).where(
            GroupDay.group_id == select(Group.id).where(Group.key == "").scalar_subquery()
        )
    )


def _first_day(session: Session) -> date | None:
    """The first day there is something to count of."""
    first = session.scalar(select(func.min(Member.created_at)))
    return clock.day_of(first) if first else None


def rebuild_from(session: Session, first: date | None = None) -> date | None:
    """The day from which counting again loses nothing: visits older than 25 months are gone."""
    known = _first_day(session)
    if known is None:
        return None
    if counted_to(session) is not None:
        known = max(known, visits.oldest_kept() + counting.MONTH + DAY)
    return max(known, first) if first else known


def _next_from(session: Session) -> date | None:
    """Where the nightly count begins: what was missed, and the days that may still change."""
    done = counted_to(session)
    if done is None:
        return _first_day(session)
    return min(done + DAY, clock.today() - DAY - AGAIN)


def count(session: Session, payload: dict[str, Any]) -> None:
    """Count a slice of days and come back for the next, until yesterday."""
    first = date.fromisoformat(payload["from"]) if "from" in payload else None
    following = _count_slice(session, first)
    if following is not None:
        enqueue(session, COUNT, {"from": following.isoformat()}, key=f"{COUNT}:{following}")


def count_all(session: Session, first: date | None = None) -> date | None:
    """The same at once, from a day or from where it stands. Commits; the last day counted."""
    following = _count_slice(session, first)
    session.commit()
    while following is not None:
        following = _count_slice(session, following)
        session.commit()
    return counted_to(session)


def _count_slice(session: Session, first: date | None) -> date | None:
    """Count some days; where the next slice begins, or None when yesterday is done."""
    yesterday = clock.today() - DAY
    with reading(session):
        first = first or _next_from(session)
        if first is None or first > yesterday:
            return None
        span = Span(first, min(first + (SLICE - 1) * DAY, yesterday))
        everyone = people(session)
        found = counting.counted(session, span, everyone)
        opened = openings.opened(session, span)
    _write(session, span, everyone, found, opened)
    return span.last + DAY if span.last < yesterday else None


def key_of(group: Key) -> str:
    """The one way to write a group."""
    return " ".join(
        f"{letter}{one}" for letter, one in zip("ntk", group, strict=True) if one is not None
    )


def _write(
    session: Session,
    span: Span,
    everyone: People,
    found: Counts,
    opened: openings.Opened,
) -> None:
    """Put what was counted in the place of what these days had."""
    ids = _groups(session, everyone)
    session.execute(
        delete(GroupDay)
        .where(
            GroupDay.group_id.in_(select(Group.id)),  # the key begins with it
            GroupDay.day >= span.first,
            GroupDay.day <= span.last,
        )
        .execution_options(synchronize_session=False)
    )
    rows = (row for day, circles in found.items() for row in _rows(day, circles, ids))
    _insert(session, rows)
    openings.write(session, span, opened)


def _insert(session: Session, rows: Iterator[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == ROWS:
            session.execute(insert(GroupDay), waiting)
            waiting = []
    if waiting:
        session.execute(insert(GroupDay), waiting)


def _rows(
    day: date, circles: Mapping[Circle, Counter[Measure]], ids: Mapping[Key, int]
) -> Iterator[dict[str, Any]]:
    """A row for the house, and for each group that had five members on that day."""
    groups: dict[Key, Counter[Measure]] = {HOUSE: Counter()}
    for circle, counts in circles.items():
        for group in circle.groups():
            groups.setdefault(group, Counter()).update(counts)
    for group, counts in groups.items():
        if group in ids and (group == HOUSE or counts[Measure.MEMBERS] >= FEWEST):
            yield {
                "group_id": ids[group],
                "day": day,
                **{measure.value: counts[measure] for measure in Measure},
            }


def _groups(session: Session, everyone: People) -> dict[Key, int]:
    """Bring the groups up to date; the id of each that has members."""
    members = Counter(everyone.circle_of.values())
    sizes: Counter[Key] = Counter({HOUSE: 0})
    for circle, number in members.items():
        for group in circle.groups():
            sizes[group] += number
    shown = shown_groups(members, everyone.land)
    known = {row.key: row for row in session.execute(select(Group.__table__))}
    keys = {key_of(group): group for group in sizes}
    new = [
        {
            "key": key,
            "network_id": group[0],
            "territory_id": group[1],
            "kind_id": group[2],
            "members": sizes[group],
            "shown": shown[group],
        }
        for key, group in keys.items()
        if key not in known
    ]
    if new:
        session.execute(insert(Group), new)
    for key, row in known.items():
        now = (sizes[keys[key]], shown[keys[key]]) if key in keys else (0, False)
        if now != (row.members, row.shown):
            session.execute(
                update(Group).where(Group.id == row.id).values(members=now[0], shown=now[1])
            )
    ids = session.execute(select(Group.key, Group.id))
    return {keys[key]: group_id for key, group_id in ids if key in keys}


handlers: dict[str, Handler] = {COUNT: count}
periodic: dict[str, Callable[[datetime], datetime]] = {COUNT: next_night}
