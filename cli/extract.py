"""`maillage extract`: what the library and the search read in a file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.french import FrenchCommand

REFUSED = 3


@click.command(cls=FrenchCommand)
@click.argument(
    "file", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.pass_context
def extract(context: click.Context, file: Path) -> None:
    """Lit le texte d’un fichier et le donne en JSON.

    Le fichier est lu par un processus enfermé : peu de mémoire, peu de temps, aucune écriture. Le
    code de sortie est 0 quand il y a du texte, 3 quand il n’y en a pas ; « refused » dit pourquoi.
    """
    from core.extraction import extract as read

    with file.open("rb") as opened:
        found = read(opened)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    context.exit(REFUSED if found.refused else 0)
