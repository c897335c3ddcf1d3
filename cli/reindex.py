"""`maillage reindex`: build the search's index again, beside the one in use."""

from __future__ import annotations

import click

from cli.french import FrenchCommand
from cli.house import Failure, opened, require_tables
from core.settings import from_environment

SLICE_SECONDS = 1.0


@click.command(cls=FrenchCommand)
def reindex() -> None:
    """Reconstruit l’index de la recherche.

    Le nouvel index est construit à côté de l’ancien, qui répond jusqu’à la fin ; puis il prend sa
    place. Le site peut rester ouvert. Une reconstruction interrompue reprend où elle en était.
    """
    from tqdm import tqdm

    from core.db import db
    from search.engines import Busy

    settings = from_environment()
    require_tables(settings)
    with opened(settings) as application:
        index = application.extensions["maillage.search"]
        session = db.session()
        total = index.to_read(session)
        try:
            index.begin(session)
            with tqdm(total=total, desc="  Index", leave=False, disable=None) as bar:
                while (done := index.build(session, SLICE_SECONDS)) is not None:
                    bar.update(done)
            count = index.engine.count(session)
        except Busy as error:
            raise Failure("Un autre processus écrit dans l’index : recommencez.") from error
    click.echo(f"Index reconstruit : {count} contenus ({index.engine.name}).")
