"""One house filled and served beside the floor, and what its pages cost."""

import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select

from blueprints._topics import cursor_of
from core.db import db
from core.settings import ROOT
from forum.models import Topic
from tests.bench.fill import NARROW, WIDE, Filled, fill
from tests.running import House, cookie, free_port, start, stop, wait
from tests.world import Browser, World

FLOOR = "floor"
ROUNDS, EACH = 9, 20
CLIENTS, SECONDS = 16, 3.0
THREADS = 8
"""What `maillage serve` takes when it is told nothing."""
REPLIERS = range(100, 140)
"""About half of them see the topic."""


@dataclass
class Page:
    """What is measured of a page."""

    name: str
    path: str
    member_id: int | None = WIDE
    form: bool = False
    p50: float = 0
    p95: float = 0
    processor: float = 0
    """Milliseconds of processor in the server, which a busy machine does not change much."""
    ratio: float = 0
    processor_ratio: float = 0
    rate_1: float = 0
    rate_16: float = 0
    queries: int = 0
    steps: int = 0
    """Thousands of instructions of SQLite's machine."""
    raw: int = 0
    compressed: int = 0
    plans: list[str] = field(default_factory=list, repr=False)


def pages(filled: Filled, cursor: str) -> list[Page]:
    """Those that the issue names, and their like for a member who sees little."""
    return [
        Page("home", "/"),
        Page("forum index", "/forum"),
        Page("topic list, first page", "/forum?theme=formation"),
        Page("topic list, deep page", f"/forum?avant={cursor}"),
        Page("forum index, sees 1 %", "/forum", NARROW),
        Page("home, sees 1 %", "/", NARROW),
        Page("topic of 20 posts", f"/forum/sujets/{filled.topic_id}"),
        Page("sign-in page", "/connexion", None),
        Page("posting a reply", f"/forum/sujets/{filled.topic_id + 20}/reponses", form=True),
    ]


@contextmanager
def served(house: House) -> Iterator[tuple[int, int, int]]:
    """`maillage serve` and the floor: the serving processes' ids, and the floor's port."""
    floor_port = free_port()
    floor_log = house.folder / "floor.log"
    command = (sys.executable, "-m", "tests.bench.floor")
    told = (house.database_url, str(floor_port), str(THREADS))
    maillage = house.serve()
    floor = start((*command, *told), house.environment, floor_log)
    try:
        house.wait(maillage)
        wait(floor_port, floor, floor_log, "/10")
        yield _child(maillage.pid), _child(floor.pid), floor_port
    finally:
        for process in (floor, maillage):
            stop(process)


def _child(pid: int) -> int:
    children = psutil.Process(pid).children()
    return int(children[0].pid)


def _ask_client(asked: dict[str, Any]) -> Any:
    command = [sys.executable, str(ROOT / "tests" / "bench" / "client.py")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)


def _opened(house: House, path: str, signed_in: str) -> tuple[str, str]:
    """The cookie of somebody who has opened this page, and the token of its forms."""
    with closing(HTTPConnection("127.0.0.1", house.port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Cookie": signed_in})
        answer = connection.getresponse()
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        kept = answer.getheader("Set-Cookie") or signed_in
    # Without a token, this is somebody who does not see the topic.
    return kept.partition(";")[0], token.group(1) if token else ""


def _target(house: House, page: Page, pid: int) -> dict[str, Any]:
    target: dict[str, Any] = {
        "name": page.name,
        "port": house.port,
        "pid": pid,
        "path": page.path,
        "cookies": [],
        "status": 200,
        "coding": "br",
    }
    if page.form:
        topic = page.path.removesuffix("/reponses")
        members = [cookie(house.secret_key, member_id) for member_id in REPLIERS]
        sessions = [one for one in (_opened(house, topic, who) for who in members) if one[1]]
        target["cookies"], target["csrf"] = map(list, zip(*sessions, strict=True))
        target["status"] = 302
    else:
        who = "" if page.member_id is None else cookie(house.secret_key, page.member_id)
        target["cookies"] = [_opened(house, page.path, who)[0]]
    return target


@dataclass
class Measured:
    """One size of forum."""

    posts: int
    filled: Filled
    pages: list[Page]
    floor: Page
    memory: int
    """Bytes held by the serving process at the end."""

    def as_json(self) -> dict[str, Any]:
        """What bench.json keeps."""
        shown = [{k: v for k, v in asdict(one).items() if k != "plans"} for one in self.pages]
        return {
            "posts": self.posts,
            "filled_in_seconds": self.filled.seconds,
            "seen": self.filled.seen,
            "memory": self.memory,
            "floor": {k: v for k, v in asdict(self.floor).items() if k != "plans"},
            "pages": shown,
        }


def measure(folder: Path, database_url: str, posts: int) -> Measured:
    """Fill, serve, ask."""
    house = House(folder, database_url)
    house.init()
    filled = fill(database_url, posts)
    world = World(_app(house))
    with world.app.app_context():
        asked = pages(filled, _middle(world, posts))
        db.engine.dispose()
    floor = Page(FLOOR, f"/{filled.topic_id}")
    with served(house) as (pid, floor_pid, floor_port):
        targets = [
            {"name": FLOOR, "port": floor_port, "pid": floor_pid, "path": floor.path,
             "cookies": [], "status": 200},
            *(_target(house, page, pid) for page in asked),
        ]  # fmt: skip
        seen = _ask_client({"targets": targets, "rounds": ROUNDS, "each": EACH})
        for page, target in zip([floor, *asked], targets, strict=True):
            _note(page, seen[page.name])
            crowd = {"target": target, "together": CLIENTS, "seconds": SECONDS}
            page.rate_16 = _ask_client(crowd)
        memory = psutil.Process(pid).memory_info().rss
    for page in asked:
        page.ratio = page.p50 / floor.p50
        page.processor_ratio = page.processor / floor.processor
    floor.ratio = floor.processor_ratio = 1
    inspect(house, asked)
    return Measured(posts, filled, asked, floor, memory)


def _note(page: Page, seen: dict[str, Any]) -> None:
    rounds = seen["times"]
    page.p50 = statistics.median(statistics.median(times) for times in rounds)
    page.p95 = statistics.median(statistics.quantiles(times, n=20)[-1] for times in rounds)
    page.processor = statistics.median(seen["processor"])
    page.rate_1 = 1000 / statistics.median(statistics.mean(times) for times in rounds)
    page.compressed = seen["bytes"]


def _app(house: House) -> Any:
    from app import create_app
    from core.settings import from_environment

    app = create_app(from_environment({**house.environment, "EMBEDDED_WORKER": "no"}))
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return app


def _middle(world: World, posts: int) -> str:
    """The cursor of the middle of the data."""
    with world.session() as session:
        topic = session.scalars(select(Topic).where(Topic.id == posts // 20)).one()
        return cursor_of(topic).replace("+", "%2B")


# --- the statements ------------------------------------------------------------------------------


def inspect(house: House, asked: list[Page]) -> None:
    """Open each page once more in this process: its statements, their number, their plans."""
    from tests.bench.plans import Watch

    app = _app(house)
    with app.app_context():
        watch = Watch(db.engine)
        for page in asked:
            client = app.test_client()
            if page.member_id is not None:
                with client.session_transaction() as cookies:
                    cookies["_user_id"], cookies["_fresh"] = f"{page.member_id}:0", True
            for _warm in range(2):
                with watch.page() as statements:
                    form = {"body": "Merci.", "submission": f"{page.path}-{_warm}"[-36:]}
                    answer = (
                        client.post(page.path, data=form) if page.form else client.get(page.path)
                    )
                assert answer.status_code == (302 if page.form else 200), page.name
                db.session.remove()
            page.queries, page.steps = len(statements.all), statements.steps
            page.raw = len(answer.get_data())
            page.plans = watch.plans(statements)
        db.engine.dispose()
