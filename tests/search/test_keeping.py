"""The index follows the house, whatever happens to the worker or to the index."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, jobs
from core.indexing import Key
from core.jobs import Job
from core.settings import ROOT
from core.worker import reclaim
from forum import moderation
from forum.models import Post, Topic
from forum.models import State as PostState
from search import engines, folder, queries
from search.engines import Analysed, State
from search.folder import FolderEngine
from search.jobs import BUILD, CHANGED, LOOK
from search.models import IndexState
from search.writing import Index
from tests.search.conftest import Searched

EMBEDDED = pytest.mark.parametrize("search_engine", ["whoosh", "tantivy"], indirect=True)


@pytest.fixture
def alice(searched: Searched) -> Member:
    """Who asks and who searches."""
    return searched.world.member("Alice")


def found(searched: Searched, who: Member, typed: str) -> list[int]:
    """The ids found."""
    return [hit.id for hit in searched.search(who, typed).hits]


def look(searched: Searched) -> None:
    """What the worker does each minute."""
    with searched.world.session() as session:
        jobs.enqueue(session, LOOK)
    searched.world.work()


def test_what_is_hidden_is_no_longer_found_and_what_is_given_back_is(
    searched: Searched, alice: Member
) -> None:
    moderator = searched.world.viewer(searched.world.moderator())
    topic = searched.world.topic(alice, "Un atelier de couture", "Avec des machines.")
    reply = searched.world.reply(topic, alice, "Nous avons une surjeteuse.")

    def post(number: int, session: object) -> Post:
        wanted = select(Post).where(Post.topic_id == topic.id, Post.number == number)
        made: Post = session.scalars(wanted).one()  # type: ignore[attr-defined]
        session.refresh(made, ["topic"])  # type: ignore[attr-defined]
        return made

    def act(decide: Callable[..., None], number: int) -> None:
        searched.world.act(
            lambda session: decide(session, post(number, session), by=moderator, reason="Essai")
        )

    assert found(searched, alice, "surjeteuse") == [topic.id]
    act(moderation.hide, reply.number)
    assert found(searched, alice, "surjeteuse") == []
    assert found(searched, alice, "couture") == [topic.id]
    act(moderation.hide, 0)
    assert found(searched, alice, "couture") == []
    act(moderation.restore, 0)
    act(moderation.restore, reply.number)
    assert found(searched, alice, "surjeteuse") == [topic.id]


def test_a_merged_topic_is_found_in_the_one_that_is_kept(searched: Searched, alice: Member) -> None:
    moderator = searched.world.viewer(searched.world.moderator())
    kept = searched.world.topic(alice, "Le sujet gardé", "Premier.")
    duplicate = searched.world.topic(alice, "Le doublon", "Une particularité.")
    assert found(searched, alice, "particularité") == [duplicate.id]
    searched.world.act(
        lambda session: moderation.merge(
            session,
            session.get_one(Topic, duplicate.id),
            session.get_one(Topic, kept.id),
            by=moderator,
            reason="Doublon",
        )
    )
    assert found(searched, alice, "particularité") == [kept.id]
    assert found(searched, alice, "doublon") == []


def test_a_moved_topic_is_filed_under_its_new_theme(searched: Searched, alice: Member) -> None:
    moderator = searched.world.viewer(searched.world.moderator())
    topic = searched.world.topic(alice, "Le permis de conduire", theme="formation")
    logement = searched.world.theme("logement")
    searched.world.act(
        lambda session: moderation.move(
            session, session.get_one(Topic, topic.id), by=moderator, theme_id=logement, reason=""
        )
    )
    assert searched.search(alice, "permis", theme="logement").total == 1
    assert searched.search(alice, "permis", theme="formation").total == 0


def test_many_changes_are_written_at_once(
    searched: Searched, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = [searched.world.topic(alice, f"Sujet {number}") for number in range(5)]
    for topic in topics:
        searched.world.reply(topic, alice)
    waiting = select(Job).where(Job.kind == CHANGED)
    assert len(searched.world.all(waiting)) == len(topics)  # one a topic, not one a message
    written: list[int] = []
    engine = searched.index.engine
    write = engine.write

    def noted(session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        written.append(len(entries))
        write(session, entries, gone)

    monkeypatch.setattr(engine, "write", noted)
    searched.world.work()
    assert written == [len(topics)]
    assert searched.world.all(waiting) == []


def test_a_topic_indexed_twice_is_there_once(searched: Searched, alice: Member) -> None:
    topic = searched.world.topic(alice, "Une seule fois")
    for _ in range(3):
        with searched.world.session() as session:
            searched.index.apply(session, [("topic", topic.id)])
    assert found(searched, alice, "seule") == [topic.id]
    with searched.world.session() as session:
        assert searched.index.engine.count(session) == 1


def test_one_entry_that_fails_does_not_hold_the_others(searched: Searched, alice: Member) -> None:
    good = searched.world.topic(alice, "Un bon sujet")
    bad = searched.world.topic(alice, "Un sujet impossible")
    source = searched.index.sources["topic"]

    def read(session: object, ids: list[int]) -> object:
        if bad.id in ids:
            raise ValueError("unreadable")
        return source.read(session, ids)  # type: ignore[arg-type]

    searched.index.sources = {"topic": replace(source, read=read)}  # type: ignore[arg-type]
    searched.world.work()
    searched.world.work()
    assert found(searched, alice, "sujet") == [good.id]
    left = searched.world.all(select(Job).where(Job.kind == CHANGED))
    assert [job.payload["id"] for job in left] == [bad.id]
    searched.index.sources = {"topic": source}
    with searched.world.session() as session:
        session.execute(update(Job).values(run_at=clock.now(), leased_until=None))
    assert set(found(searched, alice, "sujet")) == {good.id, bad.id}


def test_building_again_gives_the_same_index(searched: Searched, alice: Member) -> None:
    topics = {searched.world.topic(alice, f"Réemploi {number}").id for number in range(7)}
    assert set(found(searched, alice, "réemploi")) == topics
    with searched.world.session() as session:
        hidden = update(Topic).where(Topic.id == min(topics)).values(state=PostState.HIDDEN)
        session.execute(hidden)  # without a fact: nobody is told
    searched.build()
    assert set(found(searched, alice, "réemploi")) == topics - {min(topics)}
    with searched.world.session() as session:
        assert searched.index.engine.count(session) == len(topics) - 1 + 1  # Alice
        assert searched.index.engine.state(session) is State.GOOD


def test_what_changes_during_a_building_is_in_the_new_index(
    searched: Searched, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.writing.SLICE", 2)
    topics = [searched.world.topic(alice, f"Mobilité {number}") for number in range(6)]
    searched.world.work()
    with searched.world.session() as session:
        searched.index.begin(session)
        assert searched.index.build(session, 0.0) == 2
    searched.world.reply(topics[0], alice, "Un garage solidaire.")
    assert found(searched, alice, "garage") == [topics[0].id]  # in the index that still answers
    late = searched.world.topic(alice, "Mobilité encore")
    searched.world.work()
    searched.build()
    assert found(searched, alice, "garage") == [topics[0].id]
    assert late.id in found(searched, alice, "mobilité")
    assert searched.search(alice, "mobilité").total == 7


def test_an_index_of_another_version_still_answers_and_is_built_again(
    searched: Searched, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = searched.world.topic(alice, "Le tutorat")
    searched.world.work()
    monkeypatch.setattr(engines, "VERSION", engines.VERSION + 1)
    with searched.world.session() as session:
        assert searched.index.engine.state(session) is State.OLD
    assert found(searched, alice, "tutorat") == [topic.id]
    look(searched)
    with searched.world.session() as session:
        assert searched.index.engine.state(session) is State.GOOD
    assert found(searched, alice, "tutorat") == [topic.id]


def test_a_lost_index_says_so_and_comes_back(searched: Searched, alice: Member) -> None:
    topic = searched.world.topic(alice, "La clause sociale")
    assert found(searched, alice, "clause") == [topic.id]
    engine = searched.index.engine
    if isinstance(engine, FolderEngine):
        shutil.rmtree(engine.folder)
    else:
        with searched.world.session() as session:
            session.execute(delete(IndexState))
    results = searched.search(alice, "clause")
    assert not results.ready
    assert not results.in_vain
    assert searched.suggest(alice, "clause") == []
    look(searched)
    assert found(searched, alice, "clause") == [topic.id]


@EMBEDDED
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file of Whoosh
def test_a_damaged_index_is_built_again(searched: Searched, alice: Member) -> None:
    topic = searched.world.topic(alice, "La clause sociale")
    searched.world.work()
    engine = searched.index.engine
    assert isinstance(engine, FolderEngine)
    for file in engine._current().iterdir():
        if file.name != "version.json":
            file.write_bytes(b"nothing that an engine can read")
    settings = searched.world.app.extensions["maillage.settings"]
    restarted = Index(engines.engine(settings), searched.index.sources.values())
    with searched.world.session() as session:
        assert restarted.engine.state(session) is State.DAMAGED
        viewer = searched.world.viewer(alice)
        assert not queries.search(session, restarted, viewer, queries.Ask("clause")).ready
        assert restarted.needs_building(session)
        restarted.begin(session)
        assert restarted.build(session, 10.0) is None
        assert restarted.engine.count(session) == 2  # the topic, and Alice
    assert found(searched, alice, "clause") == [topic.id]


@EMBEDDED
def test_a_busy_index_is_tried_again_and_nothing_is_lost(
    searched: Searched, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "WAIT_SECONDS", 0.1)
    topic = searched.world.topic(alice, "Deux mains sur un stylo")
    engine = searched.index.engine
    assert isinstance(engine, FolderEngine)
    with (engine.folder / "writer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        searched.world.work()
        assert found(searched, alice, "stylo") == []
    with searched.world.session() as session:
        session.execute(update(Job).values(run_at=clock.now(), leased_until=None))
    assert found(searched, alice, "stylo") == [topic.id]


KILLED = """
import os, signal, sys
from pathlib import Path
from app import create_app
from core import jobs
from core.db import db
from core.settings import Settings
given = SETTINGS
var = Path(given.pop("var"))
app = create_app(Settings(**given, var=var, embedded_worker=False))
index = app.extensions["maillage.search"]
at = sys.argv[1]
def dies(name):
    real = getattr(index.engine, name)
    def once(*arguments):
        if at == "before " + name:
            os.kill(os.getpid(), signal.SIGKILL)
        real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(index.engine, name, once)
dies(at.split()[1])
with app.app_context():
    session = db.session()
    while jobs.work_once(session, app.extensions["maillage.plan"], jobs.worker_name()):
        pass
"""


@pytest.mark.parametrize("moment", ["before write", "after write", "before build", "after build"])
def test_a_worker_killed_half_way_loses_nothing(
    searched: Searched, alice: Member, moment: str
) -> None:
    topics = {searched.world.topic(alice, f"Épicerie {number}").id for number in range(4)}
    if moment.endswith("build"):
        searched.world.work()
        with searched.world.session() as session:
            jobs.enqueue(session, BUILD)
            searched.index.begin(session)
    settings = searched.world.app.extensions["maillage.settings"]
    given = {
        name: str(getattr(settings, name))
        for name in ("secret_key", "var", "database_url", "search_url", "storage_url", "mail_url")
    }
    script = KILLED.replace("SETTINGS", json.dumps(given))
    died = subprocess.run([sys.executable, "-c", script, moment], cwd=ROOT, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]
    with searched.world.session() as session:
        left = session.scalars(select(Job.leased_by).where(Job.leased_by.is_not(None))).all()
        assert left, "the work was leased when the worker died"
        reclaim(session, f"{os.uname().nodename}:{os.getpid()}")
    deadline = time.monotonic() + 20
    while set(found(searched, alice, "épicerie")) != topics and time.monotonic() < deadline:
        time.sleep(0.1)
    results = searched.search(alice, "épicerie")
    assert {hit.id for hit in results.hits} == topics
    assert results.total == len(topics)
    look(searched)
    with searched.world.session() as session:
        assert searched.index.engine.state(session) is State.GOOD
        people = moment.endswith("build")  # Alice is read with the rest
        assert searched.index.engine.count(session) == len(topics) + people
        assert session.scalars(select(Job.id).where(Job.kind.in_([CHANGED, BUILD]))).all() == []


def test_the_index_in_use_is_not_touched_while_another_is_built(
    searched: Searched, alice: Member
) -> None:
    topic = searched.world.topic(alice, "La cuisine centrale")
    searched.world.work()
    with searched.world.session() as session:
        searched.index.begin(session)
    assert found(searched, alice, "cuisine") == [topic.id]
    searched.build()
    assert found(searched, alice, "cuisine") == [topic.id]
