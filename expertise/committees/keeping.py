"""Published minutes stay: refused here to our own code, and by the database to all others.

They may be emptied, once, and keep their number: after three years nobody is named any more.
"""

from typing import Any

from sqlalchemy import DDL, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, ORMExecuteState, Session

from expertise.committees.models import Minutes

TABLE = Minutes.__tablename__
_EMPTIED = (
    "NEW.words = '' AND {content} = '[]' AND NEW.number = OLD.number "
    "AND NEW.published_at = OLD.published_at"
)
ON_SQLITE = [
    f"CREATE TRIGGER {TABLE}_stays_{act} BEFORE {act} ON {TABLE} "
    f"WHEN OLD.published_at IS NOT NULL{but} "
    "BEGIN SELECT RAISE(ABORT, 'published minutes are never changed'); END"
    for act, but in (
        ("update", f" AND NOT ({_EMPTIED.format(content='NEW.content')})"),
        ("delete", ""),
    )
]
ON_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION minutes_stay() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'published minutes are never changed'; END $$",
    *(
        f"CREATE TRIGGER {TABLE}_stays_{act} BEFORE {act} ON {TABLE} "
        f"FOR EACH ROW WHEN (OLD.published_at IS NOT NULL{but}) EXECUTE FUNCTION minutes_stay()"
        for act, but in (
            ("update", f" AND NOT ({_EMPTIED.format(content='NEW.content::text')})"),
            ("delete", ""),
        )
    ),
]


class Changed(Exception):
    """Something tried to change published minutes, or to delete them."""


def _refuse(_mapper: Mapper[Any], _connection: Connection, row: Minutes) -> None:
    before = inspect(row).attrs.published_at.history
    was = before.deleted[0] if before.deleted else (None if before.added else row.published_at)
    if was is not None and not (row.content == [] and row.words == ""):
        raise Changed("published minutes are never changed")


@event.listens_for(Session, "do_orm_execute")
def _refuse_in_bulk(asked: ORMExecuteState) -> None:
    mapper = asked.bind_mapper if asked.is_update or asked.is_delete else None
    if mapper is not None and mapper.class_ is Minutes:
        raise Changed("minutes are changed one by one")


def _refuse_to_delete(_mapper: Mapper[Any], _connection: Connection, row: Minutes) -> None:
    if row.published_at is not None:
        raise Changed("published minutes are never deleted")


event.listen(Minutes, "before_update", _refuse)
event.listen(Minutes, "before_delete", _refuse_to_delete)
for _dialect, _statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            Minutes.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
