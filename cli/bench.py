"""`maillage bench`: how good and how fast this installation's engines are."""

from __future__ import annotations

import json
import os
from pathlib import Path
from secrets import token_hex

import click

from cli.french import FrenchCommand, FrenchGroup
from cli.house import NotReady
from core.settings import from_environment

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ENGINES = click.Choice(["whoosh", "tantivy", "postgresql"])


@click.group(cls=FrenchGroup)
def bench() -> None:
    """Mesure ce que valent les moteurs de cette installation.

    Rien n’est écrit dans l’installation : les mesures ont leurs propres données, effacées à la fin.
    """


@bench.command(cls=FrenchCommand)
@click.option("--docs", metavar="FICHIER", type=FILE, required=True, help="id, title, text.")
@click.option("--queries", metavar="FICHIER", type=FILE, required=True, help="id, text.")
@click.option("--qrels", metavar="FICHIER", type=FILE, required=True, help="Les bonnes réponses.")
@click.option("--engine", "name", type=ENGINES, help="Le moteur ; sinon celui de SEARCH_URL.")
def search(docs: Path, queries: Path, qrels: Path, name: str | None) -> None:
    """Pose des questions dont on connaît la réponse, et compte les bonnes.

    Les documents et les questions sont des lignes JSON, les bonnes réponses un fichier qrels de
    TREC ; chacun peut être compressé (gzip). Le résultat est en JSON : R@1, R@10, R@20, MRR@10,
    et les millisecondes d’une première page, à la médiane (p50) et au 95e centile (p95).
    """
    from tqdm import tqdm

    from search import benchmark

    # Nothing is signed here: an installation that was not prepared can be measured.
    settings = from_environment({"SECRET_KEY": token_hex(32), **os.environ})
    chosen = name or settings.search_url.partition(":")[0]
    try:
        questions = benchmark.read(docs, queries, qrels)
    except (ValueError, KeyError, EOFError) as error:
        raise NotReady(f"Ces fichiers ne sont pas de la forme attendue : {error}") from error
    total = len(questions.entries) + len(questions.asked)
    with tqdm(total=total, desc="  Mesure", leave=False, disable=None) as bar:

        def progress(done: int) -> None:
            bar.update(done)

        found = benchmark.measure(settings, chosen, questions, progress)
    click.echo(json.dumps(found, ensure_ascii=False))
