"""`make bench`: the hot pages beside a floor, on 1,000 and on 100,000 posts."""

import json
import os
import platform
import re
from pathlib import Path

import psutil
import pytest

from core import clock
from core.settings import ROOT
from tests.bench.measure import Measured, Page, measure
from tests.bench.plans import FULL_SCAN
from tests.services import PostgreSQL

SIZES = (1_000, 100_000)
MOST_QUERIES, MOST_TO_POST = 10, 13
"""For a page, and for a reply with all that it causes."""
HEADS = (
    ("page", 24), ("p50 ms", 7), ("p95", 7), ("×floor", 7), ("cpu ms", 7), ("×floor", 7),
    ("req/s 1", 8), ("req/s 16", 9), ("queries", 8), ("ksteps", 7), ("bytes", 8), ("br", 7),
    ("growth", 7),
)  # fmt: skip


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """One empty database a size: SQLite files, or the real PostgreSQL when asked for."""
    if not request.config.getoption("--postgresql"):
        return [f"sqlite:///{tmp_path}/{size}.db" for size in SIZES]
    service: PostgreSQL = request.getfixturevalue("postgresql")
    return [service.url(service.template(f"bench_{size}", lambda _url: None)) for size in SIZES]


@pytest.mark.bench
def test_the_hot_pages_beside_the_floor(tmp_path: Path, databases: list[str]) -> None:
    found = []
    for size, url in zip(SIZES, databases, strict=True):
        folder = tmp_path / str(size)
        folder.mkdir()
        found.append(measure(folder, url, size))
    print(report(found))
    kept = ROOT / ".cache" / "bench.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"at": str(clock.now()), "sizes": [m.as_json() for m in found]}))
    engine = "sqlite" if databases[0].startswith("sqlite") else "postgresql"
    for page in (page for one in found for page in one.pages):
        assert page.queries <= (MOST_TO_POST if page.form else MOST_QUERIES), page.name
    scans = [plan for page in found[-1].pages for plan in page.plans]
    assert not [plan for plan in scans if FULL_SCAN[engine].search(plan)]


def report(found: list[Measured]) -> str:
    """The tables, one a size, then how the pages grew."""
    lines = [
        "",
        f"{clock.now():%Y-%m-%d}, {os.cpu_count()} processors, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GB, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}",
    ]
    first = {page.name: page for page in [found[0].floor, *found[0].pages]}
    for one in found:
        seen = ", ".join(f"member {who} sees {part:.0%}" for who, part in one.filled.seen.items())
        lines += [
            "",
            f"{one.posts:,} posts, filled in {one.filled.seconds:.0f} s ({seen}); "
            f"the server holds {one.memory / 2**20:.0f} MB",
            "".join(
                f"{head:<{w}}" if not n else f"{head:>{w}}" for n, (head, w) in enumerate(HEADS)
            ),
            *(row(page, first[page.name]) for page in [one.floor, *one.pages]),
        ]
    return "\n".join(lines)


def row(page: Page, smaller: Page) -> str:
    """A page's line. The growth is that of the processor's time against the floor's."""
    values = (
        f"{page.p50:.2f}", f"{page.p95:.2f}", f"{page.ratio:.2f}", f"{page.processor:.2f}",
        f"{page.processor_ratio:.2f}", f"{page.rate_1:.0f}", f"{page.rate_16:.0f}",
        str(page.queries), str(page.steps), str(page.raw), str(page.compressed),
        f"{page.processor_ratio / smaller.processor_ratio:.2f}",
    )  # fmt: skip
    return f"{page.name:<24}" + "".join(
        f"{value:>{width}}" for value, (_head, width) in zip(values, HEADS[1:], strict=True)
    )


def test_a_scan_is_recognised() -> None:
    assert FULL_SCAN["sqlite"].search("SCAN topic")
    assert not FULL_SCAN["sqlite"].search("SCAN topic USING INDEX ix_topic_latest")
    assert not FULL_SCAN["sqlite"].search("SEARCH topic USING INDEX ix_topic_latest (…)")
    assert re.search(FULL_SCAN["postgresql"], "->  Seq Scan on post  (cost=…)")
