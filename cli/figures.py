"""`maillage figures`: have the figures counted, or counted again."""

from __future__ import annotations

import click

from cli.french import FrenchCommand
from cli.house import opened, require_tables
from core.settings import from_environment


@click.command(cls=FrenchCommand)
@click.option(
    "--rebuild", is_flag=True, help="Recompte aussi le passé dont les visites sont encore connues."
)
def figures(rebuild: bool) -> None:
    """Compte les chiffres d’utilisation.

    Chaque nuit s’en charge déjà : cette commande sert après un import, ou après une mise à jour
    qui ajoute un chiffre. Le passé est recompté là où les membres se trouvent aujourd’hui. Le site
    peut rester ouvert ; une interruption ne perd rien.
    """
    from core.db import db
    from figures import jobs

    settings = from_environment()
    require_tables(settings)
    with opened(settings):
        session = db.session()
        first = jobs.rebuild_from(session) if rebuild else None
        done = jobs.count_all(session, first)
    click.echo(f"Chiffres comptés jusqu’au {done:%d/%m/%Y}." if done else "Rien à compter encore.")
