"""One engine on one number of entries, in a process of its own: what it costs, as JSON.

    python -m tests.bench.search_speed <engine> <entries> <database url> <folder>

`fts5` is SQLite's own full text on the same texts, asked for ten rows and nothing else: no counts,
no snippets, no accents in the words of the query.
"""

import gzip
import json
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psutil

from access.viewers import Role, Viewer
from core.indexing import Entry
from core.settings import ROOT, Settings
from search import benchmark, queries
from search.queries import Ask
from search.writing import Index

DATA = ROOT.parent / "shared" / "data" / "retrieval"
AUDIENCES = range(1, 61)
OPEN = range(1, 31)
THEMES = ("formation", "logement", "droit", "mobilite", "sante", "numerique")
CHARACTERS = 800
ASKED = 200
START = datetime(2024, 1, 1, tzinfo=UTC)
SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"[a-zàâçéèêëîïôûùüœ]{4,}", re.IGNORECASE)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def sentences() -> list[str]:
    """Those of the encyclopaedia and of the public service."""
    texts = [one["text"] for one in _lines(DATA / "piaf" / "docs.jsonl.gz")]
    texts += [one["text"] for one in _lines(DATA / "service_public_94_fiches.jsonl.gz")]
    return [one for text in texts for one in SENTENCE.split(text) if 30 < len(one) < 400]


def entries(number: int) -> list[Entry]:
    """Documents of about 800 characters, each for one of sixty audiences."""
    draw, known = Random(7), sentences()
    made = []
    for one in range(1, number + 1):
        body: list[str] = []
        while sum(map(len, body)) < CHARACTERS:
            body.append(draw.choice(known))
        title = " ".join(draw.choice(known).split()[:7])
        made.append(
            Entry(
                kind=benchmark.KIND,
                id=one,
                audience_id=draw.choice(AUDIENCES),
                title=title,
                body=" ".join(body),
                at=START + timedelta(minutes=one),
                theme=draw.choice(THEMES),
                author_id=draw.randrange(1, 500),
            )
        )
    return made


def asked(made: Sequence[Entry]) -> dict[str, list[str]]:
    """What is asked: words of the texts themselves, and real questions."""
    draw = Random(11)
    words = [WORD.findall(draw.choice(made).body) for _ in range(ASKED)]
    phrases: list[str] = []
    while len(phrases) < ASKED:
        some = draw.choice(made).body.split()
        at = draw.randrange(len(some) - 3)
        phrases.append(re.sub(r"[^\w’' ]", "", " ".join(some[at : at + 3])))
    questions = [one["text"] for one in _lines(DATA / "piaf" / "queries.jsonl.gz")]
    return {
        "word": [draw.choice(some) for some in words],
        "two words": [" ".join(draw.sample(some, 2)) for some in words],
        "question": draw.sample(questions, ASKED),
        "phrase": [f'"{phrase}"' for phrase in phrases],
        "as typed": [draw.choice(WORD.findall(one.title) or ["rien"])[:4] for one in
                     draw.sample(list(made), ASKED)],
    }  # fmt: skip


def _memory() -> float:
    """Megabytes held now: the highest so far would count those of whoever started us."""
    return float(psutil.Process().memory_info().rss) / 1e6


def _times(ask: Callable[[str, str], int], wanted: dict[str, list[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, typed in wanted.items():
        spent, results = [], 0
        for words in typed:
            started = time.perf_counter()
            results += ask(kind, words)
            spent.append((time.perf_counter() - started) * 1000)
        found[kind] = {
            "p50": round(statistics.median(spent), 1),
            "p95": round(benchmark.percentile(spent, 95), 1),
            "results": round(results / len(typed)),
        }
    return found


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def ours(name: str, number: int, database_url: str) -> dict[str, Any]:
    """One of our engines, asked as the pages do."""
    made = entries(number)
    settings = replace(Settings(secret_key="x" * 32), database_url=database_url)
    viewer = Viewer(1, Role.USER, tuple(OPEN))
    with benchmark.apart(settings, name) as (engine, session):
        index = Index(engine, [benchmark.source(made)])
        before, started = _memory(), time.perf_counter()
        benchmark.fill(session, index, AUDIENCES, lambda _done: None)
        seconds = time.perf_counter() - started
        if name == "postgresql":
            benchmark.tidied(session)
            disk = benchmark.table_bytes(session)
        else:
            disk = _size(engine.folder)  # type: ignore[attr-defined]

        def ask(kind: str, words: str) -> int:
            if kind == "as typed":
                return len(queries.suggest(session, index, viewer, words))
            return queries.search(session, index, viewer, Ask(words)).total

        wanted = asked(made)
        first = _times(ask, {"first question": wanted["question"][:20]})
        times = _times(ask, wanted)
    return _account(name, number, seconds, disk, before, {**first, **times})


def _account(
    name: str, number: int, seconds: float, disk: int, before: float, times: dict[str, Any]
) -> dict[str, Any]:
    return {
        "engine": name,
        "entries": number,
        "entries/s": round(number / seconds),
        "disk MB": round(disk / 1e6, 1),
        "memory MB": round(_memory() - before),
        "times": times,
    }


def fts5(number: int, folder: Path) -> dict[str, Any]:
    """SQLite's full text: ten rows by bm25, the audience in a table beside."""
    made = entries(number)
    before, started = _memory(), time.perf_counter()
    database = sqlite3.connect(folder / f"fts-{number}.db")
    database.execute(
        "CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize='unicode61 remove_diacritics 2')"
    )
    database.execute("CREATE TABLE d (id INTEGER PRIMARY KEY, audience INTEGER)")
    for one in made:
        database.execute("INSERT INTO f(rowid, title, body) VALUES (?,?,?)",
                         (one.id, one.title, one.body))  # fmt: skip
        database.execute("INSERT INTO d VALUES (?,?)", (one.id, one.audience_id))
    database.commit()
    seconds = time.perf_counter() - started
    audiences = ",".join(map(str, OPEN))
    statement = (
        "SELECT f.rowid FROM f JOIN d ON d.id = f.rowid WHERE f MATCH ? AND d.audience IN "
        f"({audiences}) ORDER BY bm25(f) LIMIT 10"
    )

    def ask(kind: str, words: str) -> int:
        plain = re.findall(r"\w+", words)
        if not plain:
            return 0
        together = {"phrase": '"' + " ".join(plain) + '"', "as typed": f'title:"{plain[0]}"*'}
        spoken = together.get(kind, " OR ".join(f'"{word}"' for word in plain))
        return len(database.execute(statement, (spoken,)).fetchall())

    times = _times(ask, asked(made))
    database.close()
    disk = (folder / f"fts-{number}.db").stat().st_size
    return _account("fts5", number, seconds, disk, before, times)


def main() -> None:
    """Measure, and print."""
    name, number, database_url, folder = sys.argv[1:]
    found = (
        fts5(int(number), Path(folder)) if name == "fts5" else ours(name, int(number), database_url)
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
