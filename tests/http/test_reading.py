"""Reading never writes."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, insert, select, text, update

from blueprints._access import reads
from core.db import Base, HouseSession, ReadOnly, db
from directory.models import Theme
from tests.http.sample import sample
from tests.world import BOTH, World

# --- the session refuses -----------------------------------------------------------------------


def add(session: HouseSession) -> None:
    session.add(Theme(slug="glisse", name="Glissé", position=9))
    session.commit()


def change(session: HouseSession) -> None:
    session.scalars(select(Theme)).first().name = "Changé"  # type: ignore[union-attr]
    session.flush()


def delete(session: HouseSession) -> None:
    session.delete(session.scalars(select(Theme)).first())
    session.flush()


def core_insert(session: HouseSession) -> None:
    session.execute(insert(Theme).values(slug="glisse", name="Glissé", position=9, retired=False))
    session.commit()


def core_update(session: HouseSession) -> None:
    session.execute(update(Theme).values(name="Changé"))
    session.commit()


def words(session: HouseSession) -> None:
    session.execute(text("DELETE FROM theme"))
    session.commit()


def autoflush(session: HouseSession) -> None:
    session.add(Theme(slug="glisse", name="Glissé", position=9))
    session.scalars(select(Theme)).all()


def below(session: HouseSession) -> None:
    session.connection().execute(text("DELETE FROM theme"))
    session.commit()


WRITES = (add, change, delete, core_insert, core_update, words, autoflush, below)


@BOTH
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_page_that_is_only_read_cannot_write(
    world: World, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On GET, on HEAD, and on a POST marked @reads."""
    client = world.client(world.member())
    themes = world.all(select(Theme.name).order_by(Theme.id))
    for write in WRITES:

        def view(write: Callable[[HouseSession], None] = write) -> str:
            session = db.session()
            assert isinstance(session, HouseSession)
            write(session)
            return "written"

        endpoint = "forum.preview" if method == "POST" else "forum.index"
        monkeypatch.setitem(world.app.view_functions, endpoint, reads(view))
        if method != "POST":
            monkeypatch.setitem(world.app.view_functions, endpoint, view)
        world.app.config["PROPAGATE_EXCEPTIONS"] = False
        answer = client.open("/forum/apercu" if method == "POST" else "/forum", method=method)
        assert answer.status_code == 500, write.__name__
        assert world.all(select(Theme.name).order_by(Theme.id)) == themes, write.__name__


@BOTH
def test_the_refusal_is_said_where_it_happens(world: World) -> None:
    for write in WRITES:
        with world.session() as session:
            assert isinstance(session, HouseSession)
            session.read_only = True
            with pytest.raises(ReadOnly):
                write(session)
            session.rollback()
            session.read_only = False


@BOTH
def test_the_same_session_reads_and_another_writes(world: World) -> None:
    with world.session() as session:
        assert isinstance(session, HouseSession)
        session.read_only = True
        assert session.scalars(select(Theme)).all()
    with world.session() as session:
        add(session)  # type: ignore[arg-type]
    assert world.one(select(Theme.id).where(Theme.slug == "glisse"))


# --- no page writes ----------------------------------------------------------------------------

WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|CREATE|ALTER|DROP)\b", re.IGNORECASE)


@BOTH
def test_no_page_writes(world: World) -> None:
    """Every GET of the site, by whom it is for: no statement that writes, no row that changes."""
    house = sample(world)
    pages, before = house.pages(), rows(world)
    sent: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for member in (house.administrator, house.member, None):
            client = world.client(member)
            for path in pages.values():
                for method in ("GET", "HEAD"):
                    client.open(path, method=method)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(sent) > 500
    assert [statement for statement in sent if WRITING.match(statement)] == []
    assert rows(world) == before


def rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    """All that the database holds, but the territories."""
    with world.session() as session:
        return {
            table.name: sorted(
                (tuple(map(repr, row)) for row in session.execute(select(table))), key=repr
            )
            for table in Base.metadata.sorted_tables
            if table.name not in {"commune", "territory", "territory_overlap"}
        }
