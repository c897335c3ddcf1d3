"""The news with 100,000 articles: what each page asks of the database, and how long it takes."""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from access import audiences
from accounts.models import Member
from core import clock
from core.db import db
from directory.models import Theme
from forum.models import Post, Reading, Section, State, Topic
from news.likeness import Told, bands
from news.models import Article, ArticleBand, ArticleKind
from tests.bench.plans import SORT, Watch
from tests.world import BOTH, World

pytestmark = [pytest.mark.bench]

ARTICLES = 100_000
SLOWEST = 150
"""Milliseconds, of a page."""
PAGES = {
    "feed": "/actualites",
    "older": "/actualites?apres={old}",
    "unread": "/actualites?voir=non-lues",
    "valid": "/actualites?voir=valables",
    "kind": "/actualites?genre=offre-d-emploi",
    "rare kind": "/actualites?genre=portes-ouvertes",
    "rare kind, valid": "/actualites?genre=portes-ouvertes&voir=valables",
    "theme": "/actualites?theme=logement",
    "network": "/actualites?reseau={network}",
    "territory": "/actualites?territoire={territory}",
    "article": "/actualites/{last}",
    "home": "/",
}


def _rows(
    numbers: range, ids: dict[str, Any], author: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    random, present = Random(1), clock.now()
    for number in numbers:
        at = present - timedelta(minutes=5 * (numbers.stop - number))
        whom = random.choices(ids["audiences"], (30, 18, 1, 51))[0]
        day = at.date() + timedelta(days=20)
        rare = number % 2_000 == 0
        ends = at + timedelta(days=20) if number % 3 else None
        topic = {
            "id": number, "section": Section.NEWS, "title": f"Nouvelle {number}",
            "theme_id": random.choice(ids["themes"]), "author_id": author, "audience_id": whom,
            "state": State.VISIBLE, "pinned": number == numbers.stop - 5, "locked": False,
            "created_at": at, "excerpt": "Des mots.", "answers": 0, "last_number": 0,
            "last_post_id": number, "last_author_id": author, "last_activity_at": at,
        }  # fmt: skip
        post = {
            "id": number, "topic_id": number, "number": 0, "author_id": author,
            "body": f"Des mots {number}.", "html": "<p>Des mots.</p>", "state": State.VISIBLE,
            "created_at": at,
        }  # fmt: skip
        article = {
            "topic_id": number, "audience_id": whom, "published_at": at,
            "kind_id": ids["rare"] if rare else random.choice(ids["kinds"]),
            "starts_on": day if rare else None, "place": "Ici" if rare else "", "address": "",
            "town": "", "valid_until": ends, "picture_words": "",
            "story_id": number - number % 10 if number % 100 < 2 else None,
        }  # fmt: skip
        yield topic, post, article


def fill(world: World, number: int) -> dict[str, Any]:
    """Write so many articles; what addresses name."""
    author = world.member("Auteure")
    coorace, fnars = world.network("coorace"), world.network("fnars")
    loire, sarthe = world.territory("departement:44"), world.territory("departement:72")

    def write(session: Session) -> dict[str, Any]:
        kinds = dict(session.execute(select(ArticleKind.slug, ArticleKind.id)).all())
        rare = kinds.pop("portes-ouvertes")
        reaches = (((), ()), ((coorace,), ()), ((), (loire,)), ((fnars,), (sarthe,)))
        ids: dict[str, Any] = {
            "kinds": list(kinds.values()),
            "rare": rare,
            "themes": list(session.scalars(select(Theme.id))),
            "audiences": [audiences.audience(session, *reach) for reach in reaches],
        }
        rows = _rows(range(1, number + 1), ids, author.id)
        marks = bands(Told("Une nouvelle", "Des mots et d’autres mots."))
        while batch := list(islice(rows, 5_000)):
            for place, table in enumerate((Topic, Post, Article)):
                session.execute(insert(table), [one[place] for one in batch])
            session.execute(
                insert(ArticleBand),
                [
                    {"band": mark + row[2]["topic_id"] % 50, "topic_id": row[2]["topic_id"],
                     "published_at": row[2]["published_at"]}
                    for row in batch for mark in sorted(set(marks))
                ],
            )  # fmt: skip
        return ids

    ids = world.act(write)
    return ids | {"network": coorace, "territory": loire, "author": author}


def settle(number: int) -> None:
    """Let the database know what it holds, as it does by itself in the long run."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            for table in ("topic", "post"):
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), :n)"),
                    {"n": number},
                )
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def read_most(world: World, member: Member, number: int) -> None:
    """A member who has read all but the latest, one in ten left aside."""
    world.act(
        lambda s: s.execute(
            insert(Reading),
            [
                {"member_id": member.id, "topic_id": one, "post_id": one}
                for one in range(1, number - 30)
                if one % 10
            ],
        )
    )


@BOTH
def test_pages_of_news_are_flat(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    ids = fill(world, ARTICLES)
    wide = world.member("Large")
    narrow = world.member("Étroite", networks=("fnars",), territories=("departement:44",))
    read_most(world, wide, ARTICLES)
    settle(ARTICLES)
    old = world.one(select(Article).where(Article.topic_id == ARTICLES // 2))
    assert old is not None
    slow = {}
    for who, member in (("wide", wide), ("narrow", narrow)):
        client = world.client(member)
        last = world.act_as(
            member,
            lambda s, v: s.scalar(
                select(func.max(Article.topic_id)).where(Article.audience_id.in_(v.audiences))
            ),
        )
        for name, path in PAGES.items():
            address = path.format(
                old=f"{old.topic_id}~{old.published_at.isoformat()}".replace("+", "%2B"),
                last=last, **ids,
            )  # fmt: skip
            with (watch := Watch(db.engine)).page() as said:
                client.get(address)
            if name == "unread":
                plans = watch.plans(said)
                assert watch.full_scans(plans) == []
                pages = [one for one in plans if "FROM article" in one and "LIMIT" in one]
                assert [SORT.search(one) for one in pages] == [None]
            times = []
            for _again in range(5):
                with world.counted() as statements:
                    started = time.perf_counter()
                    assert client.get(address).status_code == 200, address
                    times.append((time.perf_counter() - started) * 1000)
            spent = statistics.median(times)
            with capsys.disabled():
                print(f"{db.engine.dialect.name} {who} {name}: {len(statements)} q, {spent:.0f} ms")
            assert len(statements) <= 10
            if spent > SLOWEST:
                slow[who, name] = spent
    started = time.perf_counter()
    world.article(ids["author"], "Une nouvelle de plus", "Des mots et d’autres mots encore.")
    spent = (time.perf_counter() - started) * 1000
    with capsys.disabled():
        print(f"{db.engine.dialect.name} publishing: {spent:.0f} ms")
    assert slow == {}
