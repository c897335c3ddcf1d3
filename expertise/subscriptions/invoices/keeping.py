"""Invoices stay as they are: refused here to our own code, and by the database to all others."""

from typing import Any

from sqlalchemy import DDL, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, ORMExecuteState, Session

from expertise.subscriptions.invoices.models import Invoice, InvoiceLine

KEPT = (Invoice, InvoiceLine)
ON_SQLITE = (
    "CREATE TRIGGER %(table)s_stays_%(act)s BEFORE %(act)s ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, 'an invoice is never changed'); END"
)
ON_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION invoices_stay() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'an invoice is never changed'; END $$",
    "CREATE TRIGGER %(table)s_stays BEFORE UPDATE OR DELETE ON %(table)s "
    "FOR EACH ROW EXECUTE FUNCTION invoices_stay()",
)


class Changed(Exception):
    """Something tried to change an invoice, or to delete it."""


def _refuse(_mapper: Mapper[Any], _connection: Connection, row: object) -> None:
    raise Changed(f"{type(row).__name__} is never changed")


@event.listens_for(Session, "do_orm_execute")
def _refuse_in_bulk(asked: ORMExecuteState) -> None:
    mapper = asked.bind_mapper if asked.is_update or asked.is_delete else None
    if mapper is not None and mapper.class_ in KEPT:
        raise Changed(f"{mapper.class_.__name__} is never changed")


def triggers(table: str, dialect: str) -> list[str]:
    """What makes a database refuse, as the migration says it too."""
    if dialect == "postgresql":
        return [one % {"table": table} for one in ON_POSTGRESQL]
    return [ON_SQLITE % {"table": table, "act": act} for act in ("update", "delete")]


for _kept in KEPT:
    event.listen(_kept, "before_update", _refuse)
    event.listen(_kept, "before_delete", _refuse)
    for _dialect in ("sqlite", "postgresql"):
        for _statement in triggers(_kept.__tablename__, _dialect):
            event.listen(
                _kept.__table__,
                "after_create",
                DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
            )
