"""A large forum, written in batches: the words of the demonstration, over and over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Session

from access import audiences, geography, rule
from access.models import MemberNetwork, MemberTerritory, Network, Territory
from access.viewers import Role
from accounts.models import Acceptance, Charter, Member
from core import clock
from core.db import prepare
from core.settings import ROOT
from core.text import clean, excerpt, terms
from directory.models import Profile, Theme
from forum.models import Following, Post, Reading, ReadingStart, State, Thank, Topic, TopicTerm
from notifications.models import Kind, Notification

MEMBERS = 2_000
NETWORKS = ("COORACE", "FAS", "Réseau 44")
PLACES = ("44", "49", "53", "72", "85", "35", "56", "976")
PERIOD = timedelta(days=700)
BATCH = 5_000
LONG_TOPIC_REPLIES = 19
WIDE, NARROW = 1, 2
"""The measured members: one sees about half of the contents, the other a hundredth."""


@dataclass
class Filled:
    """What the measures need to know of the forum."""

    topic_id: int
    """A topic of twenty posts that the measured member sees."""
    seconds: float
    seen: dict[int, float] = field(default_factory=dict)
    """For each measured member, the part of the topics that they see."""


@dataclass(frozen=True)
class Said:
    """A text of the demonstration, in all its forms."""

    body: str
    html: str
    excerpt: str
    terms: frozenset[str]

    @classmethod
    def of(cls, body: str) -> "Said":
        """Clean it once."""
        html = clean(body)
        return cls(body, html, excerpt(html)[:200], frozenset(terms(body)))


def _corpus() -> tuple[list[tuple[str, Said]], list[Said]]:
    found = json.loads((ROOT / "demo" / "data" / "topics.json").read_text())
    questions = [(topic["title"], Said.of(topic["body"])) for topic in found]
    return questions, [Said.of(post["body"]) for topic in found for post in topic["posts"]]


def fill(url: str, posts: int) -> Filled:
    """Write this many posts into an empty house that `maillage init` has prepared."""
    started = clock.now()
    engine = create_engine(url)
    prepare(engine)
    with Session(engine) as session:
        reach = _people(session)
        session.commit()
        filled = _forum(session.connection(), session, Random(posts), posts, reach)
        session.commit()
    _settle(engine)
    engine.dispose()
    filled.seconds = (clock.now() - started).total_seconds()
    return filled


def _settle(engine: Engine) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
            return
        for table in ("member", "topic", "post", "topic_term", "reading", "notification"):
            columns = (
                connection.execute(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table})
                if table not in {"topic_term", "reading"}
                else None
            )
            if columns is not None:
                connection.execute(
                    text(f"SELECT setval(:s, (SELECT max(id) FROM {table}))"),
                    {"s": columns.scalar()},
                )
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _write(connection: Connection, model: type[DeclarativeBase], rows: Iterator[Any]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(table), batch)


# --- people --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """The audiences, by who sees them."""

    wide: list[int]
    narrow: list[int]
    others: list[int]
    themes: list[int]


def _people(session: Session) -> Reach:
    random = Random(1)
    present = clock.now()
    networks = []
    for name in NETWORKS:
        slug = name.lower().replace(" ", "-").replace("é", "e")
        network = Network(slug=slug, name=name, full_name=name, colour="#8a1c3b", accent="#f2b705")
        session.add(network)
        session.flush()
        networks.append(network.id)
    places = [_place(session, f"departement:{code}").id for code in PLACES]
    connection = session.connection()
    _write(connection, Member, (_member(number, present) for number in range(1, MEMBERS + 1)))
    belongs, works = _belonging(random, networks, places)
    _write(connection, MemberNetwork, iter(belongs))
    _write(connection, MemberTerritory, iter(works))
    _write(
        connection,
        Profile,
        (
            {"member_id": number, "job": "Conseillère en insertion", "employer": "Les Ateliers",
             "phone_shown": True, "email_shown": True}
            for number in range(1, MEMBERS + 1)
        ),
    )  # fmt: skip
    charter_id = session.scalars(select(func.max(Charter.id))).one()
    members = range(1, MEMBERS + 1)
    accepted = {"charter_id": charter_id, "accepted_at": present}
    _write(connection, Acceptance, ({"member_id": number} | accepted for number in members))
    _write(connection, ReadingStart, ({"member_id": n, "post_id": 0} for n in members))
    return _audiences(session, networks, places)


def _place(session: Session, reference: str) -> Territory:
    found = geography.by_code(session, reference)
    assert found is not None, reference
    return found


def _member(number: int, present: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "email": f"membre{number}@example.org",
        "first_name": f"Prénom{number}",
        "last_name": f"Nom{number}",
        "handle": f"prenom{number}.nom{number}",
        "role": Role.USER,
        "language": "fr",
        "epoch": 0,
        "totp_on": False,
        "totp_last_step": 0,
        "created_at": present - PERIOD,
        "last_visit_at": present - timedelta(days=1),
    }


def _belonging(
    random: Random, networks: list[int], places: list[int]
) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    belongs, works = [], []
    for number in range(1, MEMBERS + 1):
        mine = {random.choice(networks[:2]), *random.choices(networks[:2], k=number % 7 == 0)}
        where = {random.choice(places[:-1]), *random.choices(places[:-1], k=number % 5 == 0)}
        if number == WIDE:
            mine, where = {networks[0]}, {places[0]}
        elif number == NARROW:
            mine, where = {networks[2]}, {places[-1]}
        belongs += [{"member_id": number, "network_id": one} for one in mine]
        works += [{"member_id": number, "territory_id": one} for one in where]
    return belongs, works


def _audiences(session: Session, networks: list[int], places: list[int]) -> Reach:
    """About sixty: each network and pair of networks, everywhere or in one or two places."""
    named: list[tuple[list[int], list[int]]] = [([], []), ([networks[2]], [places[-1]])]
    for chosen in ([networks[0]], [networks[1]], [], networks[:2]):
        named += [(chosen, [place]) for place in places[:-1]]
        named += [(chosen, list(pair)) for pair in pairwise(places[:-1])]
        named += [(chosen, [])]
    made = {audiences.audience(session, *reach) for reach in named}
    narrow = set(rule.viewer(session, NARROW, Role.USER).audiences)
    wide = set(rule.viewer(session, WIDE, Role.USER).audiences) - narrow
    return Reach(
        wide=sorted(wide),
        narrow=sorted(narrow),
        others=sorted(made - wide - narrow),
        themes=list(session.scalars(select(Theme.id).order_by(Theme.id))),
    )


# --- the forum -----------------------------------------------------------------------------------


def _forum(
    connection: Connection, session: Session, random: Random, posts: int, reach: Reach
) -> Filled:
    topics, written, stems = _threads(random, posts, reach)
    _write(connection, Topic, iter(topics))
    _write(connection, Post, iter(written))
    _write(connection, TopicTerm, iter(stems))
    wide = set(reach.wide) | set(reach.narrow)
    last = written[-1]["id"]
    read = [topic for topic in topics if random.random() < 0.8]
    _write(
        connection,
        Reading,
        (
            {"member_id": member_id, "topic_id": topic["id"], "post_id": topic["last_post_id"]}
            for member_id in (WIDE, NARROW)
            for topic in read
        ),
    )
    followed = {(topic["author_id"], topic["id"]) for topic in topics}
    followed |= {(post["author_id"], post["topic_id"]) for post in written}
    _write(
        connection,
        Following,
        ({"member_id": m, "topic_id": t, "active": True} for m, t in sorted(followed)),
    )
    _write(
        connection,
        Thank,
        (
            {"post_id": post["id"], "member_id": 1 + (post["id"] * 7 + n) % MEMBERS,
             "at": post["created_at"]}
            for post in written if post["id"] % 3 == 0 for n in range(2)
        ),
    )  # fmt: skip
    _write(connection, Notification, _told(topics, written, last))
    return Filled(
        topic_id=next(
            topic["id"]
            for topic in topics
            if topic["answers"] == LONG_TOPIC_REPLIES and topic["audience_id"] in reach.wide
        ),
        seconds=0,
        seen={
            WIDE: sum(topic["audience_id"] in wide for topic in topics) / len(topics),
            NARROW: sum(topic["audience_id"] in reach.narrow for topic in topics) / len(topics),
        },
    )


Rows = list[dict[str, Any]]


def _threads(random: Random, posts: int, reach: Reach) -> tuple[Rows, Rows, Rows]:
    questions, answers = _corpus()
    present, topics, written, stems = clock.now(), [], [], []
    numbers = iter(range(1, posts + 1))
    for topic_id in range(1, posts // 10 + 1):
        title, question = random.choice(questions)
        whom = random.choices((reach.wide, reach.narrow, reach.others), (49, 1, 50))[0]
        # The topics grow older one by one; the answers follow within days.
        opened = present - PERIOD * (1 - topic_id / (posts // 10 + 1))
        # Half as many as the answers of the demonstration's liveliest; ten posts on average.
        replies = LONG_TOPIC_REPLIES if topic_id % 20 == 10 else _how_many(random, topic_id)
        if topic_id % 20 == 10:
            whom = reach.wide
        said = [question, *random.choices(answers, k=replies)]
        rows = [
            {
                "id": next(numbers, None),
                "topic_id": topic_id,
                "number": number,
                "author_id": random.randint(3, MEMBERS),
                "body": one.body,
                "html": one.html,
                "state": State.VISIBLE,
                "created_at": opened + (present - opened) * min(number / 200, 1),
            }
            for number, one in enumerate(said)
        ]
        rows = [row for row in rows if row["id"] is not None]
        if not rows:
            break
        written += rows
        last = rows[-1]
        topics.append(
            {
                "id": topic_id,
                "title": title,
                "theme_id": random.choice(reach.themes),
                "author_id": rows[0]["author_id"],
                "audience_id": random.choice(whom),
                "state": State.VISIBLE,
                "pinned": topic_id == 1,
                "locked": False,
                "created_at": opened,
                "excerpt": question.excerpt,
                "answers": len(rows) - 1,
                "last_number": len(rows) - 1,
                "last_post_id": last["id"],
                "last_author_id": last["author_id"],
                "last_activity_at": last["created_at"],
                "useful_id": rows[1]["id"] if len(rows) > 2 and topic_id % 2 else None,
            }
        )
        in_title = terms(title)
        everywhere = in_title.union(*(one.terms for one in said))
        stems += [
            {"term": term, "topic_id": topic_id, "in_title": term in in_title}
            for term in everywhere
        ]
    return topics, written, stems


def _how_many(random: Random, topic_id: int) -> int:
    return 0 if topic_id % 12 == 0 else random.randint(1, 18)


def _told(topics: Rows, written: Rows, last: int) -> Iterator[dict[str, Any]]:
    """Three members were told of each answer; the measured ones keep a few unseen."""
    number = 0
    for post in written:
        if not post["number"]:
            continue
        for member_id in {WIDE if post["id"] % 40 == 0 else 3, 3 + post["id"] % (MEMBERS - 3), 4}:
            number += 1
            seen = post["id"] < last - 400 or member_id > 2
            yield {
                "id": number,
                "member_id": member_id,
                "kind": Kind.ANSWER,
                "what": "",
                "post_id": post["id"],
                "actor_id": post["author_id"],
                "created_at": post["created_at"],
                "seen_at": post["created_at"] if seen else None,
                "mailed_at": post["created_at"],
            }
