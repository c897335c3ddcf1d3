"""`make bench ARGS="tests/bench/test_search_bench.py --sizes 1000,10000"`: the search's speed."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from core import clock
from core.settings import ROOT
from tests.bench.search_speed import DATA
from tests.services import PostgreSQL, leave_out

KINDS = ("word", "two words", "question", "phrase", "as typed")
AIM_MS, UP_TO = 50.0, {"whoosh": 10_000, "tantivy": 100_000, "postgresql": 100_000}


@pytest.mark.bench
@pytest.mark.data
def test_the_search_beside_fts5(
    request: pytest.FixtureRequest, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    if not DATA.exists():
        leave_out(f"no texts to measure with in {DATA}")
    found = []
    for size in map(int, request.config.getoption("--sizes").split(",")):
        for engine in request.config.getoption("--engines").split(","):
            with postgresql.database() as url:
                found.append(measured(engine, size, url, tmp_path))
            print(row(found[-1]))
    kept = ROOT / ".cache" / "search-bench.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"at": str(clock.now()), "measured": found}))
    print(
        f"{clock.now():%Y-%m-%d}, {os.cpu_count()} processors, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GB, Python {platform.python_version()}"
    )
    slow = [
        (one["engine"], one["entries"], kind, one["times"][kind]["p95"])
        for one in found
        for kind in KINDS
        if one["entries"] <= UP_TO.get(one["engine"], 0) and one["times"][kind]["p95"] > 2 * AIM_MS
    ]
    assert not slow, slow  # twice the aim: the machine may be busy


def measured(engine: str, size: int, url: str, folder: Path) -> dict[str, Any]:
    """One engine on one size, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.search_speed", engine, str(size), url]
    done = subprocess.run([*command, str(folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def row(one: dict[str, Any]) -> str:
    """A line of the table."""
    times = " · ".join(
        f"{kind} {one['times'][kind]['p50']}/{one['times'][kind]['p95']}" for kind in KINDS
    )
    return (
        f"{one['engine']:<11} {one['entries']:>7,} {one['entries/s']:>6}/s {one['disk MB']:>6} MB "
        f"{one['memory MB']:>4} MB  {times}"
    )
