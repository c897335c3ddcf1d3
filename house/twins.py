"""Two accounts of one person: finding them, seeing what would move, making them one.

What refers to a member is read from the tables themselves, so that a new table is never forgotten;
the account that goes is deleted at the end, which the database refuses while anything names it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from access.viewers import Role, Viewer
from accounts.administration import check_another_administrator
from accounts.models import FormerAddress, Member
from accounts.policy import needs_administrator
from core import clock
from core.facts import record
from core.refusals import Refused
from house.erasing import erase, referring
from house.facts import Merged

MOST_GROUPS = 50
MOST_ALIKE = 4
"""Of many namesakes, how many are compared: the others are found once these are dealt with."""

FORGOTTEN = frozenset({"closing", "one_time_link", "recovery_code"})
"""What opened the account that goes must not open the one that stays; nor what was to close it."""


# --- finding them --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts that are perhaps of one person."""

    kept: Member
    """The one that was used last."""
    gone: Member
    same_name: bool
    same_mailbox: bool


def likely(session: Session, viewer: Viewer) -> list[Pair]:
    """Accounts with one name, or with one mailbox at two places; by name."""
    needs_administrator(viewer)
    # Those who left have one name for all.
    here = Member.left_at.is_(None)
    by_name = set(_shared(session, Member.name_key, here))
    # "contact" is everybody; "jean.dupont" is somebody.
    says_who = or_(Member.email.like("%.%@%"), Member.email.like("%-%@%"))
    by_mailbox = set(_shared(session, _mailbox(session), and_(here, says_who)))
    ids = {one for pair in by_name | by_mailbox for one in pair}
    people = {one.id: one for one in session.scalars(select(Member).where(Member.id.in_(ids)))}
    pairs = [
        Pair(*_by_use(people[pair[0]], people[pair[1]]), pair in by_name, pair in by_mailbox)
        for pair in by_name | by_mailbox
    ]
    return sorted(pairs, key=lambda pair: (pair.kept.name_key, pair.kept.id, pair.gone.id))


def _mailbox(session: Session) -> ColumnElement[str]:
    """What stands before the @, without dots nor hyphens."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    at = func.instr(Member.email, "@") if on_sqlite else func.strpos(Member.email, "@")
    return func.replace(func.replace(func.substr(Member.email, 1, at - 1), ".", ""), "-", "")


def _shared(
    session: Session, key: ColumnElement[str] | Any, among: ColumnElement[bool]
) -> Iterator[tuple[int, int]]:
    """Pairs of members who have the same key, the lower number first."""
    keys = (select(key).where(among).group_by(key).having(func.count() > 1).order_by(key)).limit(
        MOST_GROUPS
    )
    alike: dict[str, list[int]] = {}
    rows = select(key, Member.id).where(among, key.in_(keys)).order_by(Member.id)
    for shared, member_id in session.execute(rows):
        alike.setdefault(shared, []).append(member_id)
    for ids in alike.values():
        yield from combinations(ids[:MOST_ALIKE], 2)


def _by_use(first: Member, second: Member) -> tuple[Member, Member]:
    """The one that was used last, then the other."""

    def used(one: Member) -> tuple[bool, float, int]:
        at = one.last_visit_at
        return (at is not None, at.timestamp() if at else 0.0, -one.id)

    return (first, second) if used(first) >= used(second) else (second, first)


# --- seeing what would move ----------------------------------------------------------------------


def _uniques(table: Table, column: Any) -> list[list[Any]]:
    """What else, with this column, may not be twice in the table: other columns of each rule."""
    rules = [table.primary_key, *table.constraints]
    found = [
        list(rule.columns)
        for rule in rules
        if rule is table.primary_key or isinstance(rule, UniqueConstraint)
    ]
    found += [list(index.columns) for index in table.indexes if index.unique]
    return [
        [other for other in columns if other is not column]
        for columns in found
        if any(one is column for one in columns)
    ]


def _twice(table: Table, column: Any, others: list[Any], gone_id: int, kept_id: int) -> Any:
    """The rows of the account that goes of which the one that stays has the like."""
    its = table.alias()
    like = exists().where(
        its.c[column.name] == kept_id, *(its.c[one.name] == one for one in others)
    )
    return and_(column == gone_id, like)


def moves(session: Session, viewer: Viewer, kept: Member, gone: Member) -> dict[str, int]:
    """How many rows would move, by table; those that the other has already are not counted."""
    needs_administrator(viewer)
    counts: dict[str, int] = {}
    parts = []
    for table, column in _references():
        if table.name in FORGOTTEN:
            continue
        doubles = [
            _twice(table, column, others, gone.id, kept.id) for others in _uniques(table, column)
        ]
        mine = [column == gone.id, *(~double for double in doubles)]
        count = select(func.count()).select_from(table).where(*mine).scalar_subquery()
        parts.append((table.name, count))
    row = session.execute(select(*(count for _name, count in parts))).one()
    for (name, _count), number in zip(parts, row, strict=True):
        counts[name] = counts.get(name, 0) + number
    return {name: number for name, number in counts.items() if number}


def _references() -> list[tuple[Table, Any]]:
    table = Member.__table__
    assert isinstance(table, Table)  # noqa: S101 - a member is a row
    return referring(table)


# --- making them one -----------------------------------------------------------------------------


def merge(session: Session, viewer: Viewer, kept: Member, gone: Member, *, by: Member) -> None:
    """Give all that names one account to the other, and close the first for good.

    What both have once stays as the kept one has it. The kept account keeps its role and its
    password, and has the networks and territories of both.

    Raises Refused("same-account"), Refused("not-your-own-account"), Refused("last-administrator").
    """
    needs_administrator(viewer)
    if kept.id == gone.id:
        raise Refused("same-account")
    if gone.id == by.id:
        raise Refused("not-your-own-account")
    if gone.role is Role.ADMINISTRATOR:
        check_another_administrator(session, gone)
    session.flush()
    for table, column in _references():
        if table.name in FORGOTTEN:
            session.execute(delete(table).where(column == gone.id))
        else:
            _move(session, table, column, gone.id, kept.id)
    address, gone_id, name = gone.email, gone.id, gone.name
    session.expunge(gone)
    session.execute(delete(Member).where(Member.id == gone_id))
    session.add(
        FormerAddress(email=address, member_id=kept.id, former_id=gone_id, since=clock.now())
    )
    record(session, Merged(by, kept.email, {"from": f"{name}, {address}"}, kept, address))


def _move(session: Session, table: Table, column: Any, gone_id: int, kept_id: int) -> None:
    for others in _uniques(table, column):
        twice = _twice(table, column, others, gone_id, kept_id)
        free = [one.name for one in others if one.nullable]
        if free and not belongs_to_member(column):
            session.execute(update(table).where(twice).values(dict.fromkeys(free)))
        elif referring_to(table):
            (key,) = table.primary_key.columns
            erase(session, table, session.scalars(select(key).where(twice)).all())
        else:
            session.execute(delete(table).where(twice))
    session.execute(update(table).where(column == gone_id).values({column.name: kept_id}))


def belongs_to_member(column: Any) -> bool:
    """Whether the row is nothing without the member: a preference, a mark; not a message."""
    return any(foreign.ondelete == "CASCADE" for foreign in column.foreign_keys)


def referring_to(table: Table) -> bool:
    """Whether other rows name those of this table."""
    return len(table.primary_key.columns) == 1 and bool(referring(table))
