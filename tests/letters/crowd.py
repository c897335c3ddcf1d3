"""Many members and many contents, written in batches: what letters are measured and killed on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Session

from access import audiences, geography
from access.models import MemberNetwork, MemberTerritory, Network
from access.viewers import Role
from accounts.models import Acceptance, Charter, Member
from agenda.models import Event, EventKind, Occurrence
from cli.house import MIGRATIONS
from core import clock
from core.db import prepare
from core.text import folded
from directory.models import Theme
from forum.models import Post, Section, State, Topic
from news.models import Article, ArticleKind
from notifications.letter import jobs
from notifications.letter.rhythm import week_of
from notifications.models import Kind, Notification
from resources.models import Document, DocumentKind

PERIOD = timedelta(days=700)
BATCH = 5_000
PLACES = ("44", "49", "53", "72", "85", "35", "56", "22")
FIRST = 1_000
"""The number of the first of them: what a world holds comes before."""


@dataclass(frozen=True)
class Reach:
    """Who there is, and whom contents are for."""

    networks: list[int]
    places: list[int]
    audiences: list[int]


def fill(url: str, members: int, contents: int, told: int = 0) -> None:
    """So many members in 24 places and networks, and contents of each kind over two years.

    `told`: how many notifications wait for each member.
    """
    engine = create_engine(url)
    prepare(engine)
    with Session(engine) as session:
        reach = _reach(session)
        _people(session, reach, members)
        topics = _topics(session, reach, contents // 2, members)
        _documents(session, reach, contents // 4, members)
        _events(session, reach, contents // 4, members)
        waiting = (
            {
                "member_id": FIRST + number,
                "kind": Kind.NEW_TOPIC,
                "what": "",
                "post_id": topics[-1 - one],
                "created_at": clock.now(),
            }
            for number in range(members)
            for one in range(min(told, len(topics)))
        )
        _write(session, Notification, waiting)
        session.commit()
    if engine.dialect.name == "postgresql":
        _settle(url)
    engine.dispose()


def _settle(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in ("member", "topic", "post", "document", "event", "occurrence", "notification"):
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                    f"(SELECT max(id) FROM {table}))"
                )
            )
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def stamp(url: str) -> None:
    """The worker starts on a database that says which version it is of."""
    engine = create_engine(url)
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    engine.dispose()


def begin(session: Session) -> str:
    """The hour of the letters has come everywhere. The week."""
    moment = clock.now()
    week = week_of(moment.astimezone(clock.PARIS).date())
    for network_id in session.scalars(select(Network.id)):
        jobs.begin(session, network_id, week, moment)
    return week


def _write(session: Session, model: type[DeclarativeBase], rows: Iterable[Any]) -> None:
    table, iterator = model.__table__, iter(rows)
    assert isinstance(table, Table)
    while batch := list(islice(iterator, BATCH)):
        session.execute(insert(table), batch)


def _reach(session: Session) -> Reach:
    networks = list(session.scalars(select(Network.id).order_by(Network.id)))
    places = []
    for code in PLACES:
        found = geography.by_code(session, f"departement:{code}")
        assert found is not None, code
        places.append(found.id)
    named: list[tuple[list[int], list[int]]] = [([], []), *(([one], []) for one in networks)]
    named += [([], [place]) for place in places]
    named += [([one], [place]) for one in networks for place in places]
    made = [audiences.audience(session, *one) for one in named]
    return Reach(networks, places, made)


def _people(session: Session, reach: Reach, members: int) -> None:
    present, charter = clock.now(), session.scalars(select(func.max(Charter.id))).one()
    ids = range(FIRST, FIRST + members)
    _write(
        session,
        Member,
        (
            {
                "id": one, "email": f"membre{one}@example.org", "first_name": f"Prénom{one}",
                "last_name": f"Nom{one}", "name_key": folded(f"Nom{one} Prénom{one}"),
                "handle": f"prenom{one}.nom{one}", "role": Role.USER, "language": "fr",
                "epoch": 0, "totp_on": False, "totp_last_step": 0, "created_at": present,
            }
            for one in ids
        ),
    )  # fmt: skip
    networks, places = reach.networks, reach.places
    _write(
        session,
        MemberNetwork,
        ({"member_id": one, "network_id": networks[one % len(networks)]} for one in ids),
    )
    _write(
        session,
        MemberTerritory,
        (
            {"member_id": one, "territory_id": places[one // len(networks) % len(places)]}
            for one in ids
        ),
    )
    accepted = {"charter_id": charter, "accepted_at": present}
    _write(session, Acceptance, ({"member_id": one} | accepted for one in ids))


def _moments(number: int) -> Iterator[tuple[int, Any]]:
    present = clock.now()
    for one in range(number):
        yield FIRST + one, present - PERIOD * (1 - (one + 1) / (number + 1))


def _topics(session: Session, reach: Reach, number: int, members: int) -> list[int]:
    """Half of them questions, half of them news; the numbers of their posts."""
    random = Random(number)
    theme = session.scalars(select(Theme.id)).first()
    kind = session.scalars(select(ArticleKind.id)).first()
    topics, posts, articles = [], [], []
    for one, at in _moments(number):
        author, audience = FIRST + random.randrange(members), random.choice(reach.audiences)
        news = one % 2 == 0
        topics.append(
            {
                "id": one, "section": Section.NEWS if news else Section.FORUM,
                "title": f"Une question sur les immersions, la {one}e", "theme_id": theme,
                "author_id": author, "audience_id": audience, "state": State.VISIBLE,
                "pinned": False, "locked": False, "created_at": at, "excerpt": "Bonjour.",
                "answers": 0, "last_number": 0, "last_post_id": one, "last_author_id": author,
                "last_activity_at": at,
            }
        )  # fmt: skip
        posts.append(
            {
                "id": one, "topic_id": one, "number": 0, "author_id": author, "body": "Bonjour.",
                "html": "<p>Bonjour.</p>", "state": State.VISIBLE, "created_at": at, "files": 0,
            }
        )  # fmt: skip
        if news:
            articles.append(
                {
                    "topic_id": one, "kind_id": kind, "audience_id": audience, "published_at": at,
                    "place": "", "address": "", "town": "Nantes", "picture_words": "",
                }
            )  # fmt: skip
    for model, rows in ((Topic, topics), (Post, posts), (Article, articles)):
        _write(session, model, rows)
    return [one["id"] for one in posts if one["id"] % 2]


def _documents(session: Session, reach: Reach, number: int, members: int) -> None:
    random = Random(number)
    kind = session.scalars(select(DocumentKind.id)).first()
    _write(
        session,
        Document,
        (
            {
                "id": one, "title": f"Guide {one}", "title_key": f"guide {one}", "kind_id": kind,
                "description": "", "html": "", "link": "https://example.org/", "number": 0,
                "owner_id": FIRST + random.randrange(members), "deposited_at": at,
                "renewed_at": at, "downloads": 0, "audience_id": random.choice(reach.audiences),
            }
            for one, at in _moments(number)
        ),
    )  # fmt: skip


def _events(session: Session, reach: Reach, number: int, members: int) -> None:
    random = Random(number)
    kind = session.scalars(select(EventKind.id)).first()
    events, dates = [], []
    for one, at in _moments(number):
        starts = at + timedelta(days=30)
        events.append(
            {
                "id": one, "uid": f"{one}@example.org", "sequence": 0, "title": f"Réunion {one}",
                "kind_id": kind, "description": "", "html": "", "place": "", "address": "",
                "postcode": "", "town": "Nantes", "zone": "Europe/Paris", "all_day": False,
                "starts_at": starts, "ends_at": starts + timedelta(hours=2), "recurrence": "",
                "owner_id": FIRST + random.randrange(members), "created_at": at,
                "changed_at": at, "cancelled_why": "",
                "audience_id": random.choice(reach.audiences),
            }
        )  # fmt: skip
        dates.append(
            {
                "id": one, "event_id": one, "recurrence_at": starts, "starts_at": starts,
                "ends_at": starts + timedelta(hours=2), "first_day": starts.date(),
                "last_day": starts.date(), "changed": False, "words": "",
            }
        )  # fmt: skip
    _write(session, Event, events)
    _write(session, Occurrence, dates)
