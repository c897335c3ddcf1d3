"""`maillage locate`: ask where the addresses of organisations and schemes are."""

import click

from cli.french import FrenchCommand
from cli.house import Failure, opened, require_tables
from core.settings import from_environment


@click.command(cls=FrenchCommand)
def locate() -> None:
    """Demande la position de ce qui est placé au centre de sa commune.

    Les structures et les dispositifs.

    Le service est celui de GEOCODER_URL. Les questions attendent dans la base : le site ou
    « maillage worker » les pose, une à une. Ce qui a été placé à la main n’est jamais déplacé.
    """
    from core.db import db
    from map.jobs import ask_for_all

    settings = from_environment()
    require_tables(settings)
    if settings.geocoder_url is None:
        raise Failure("GEOCODER_URL n’est pas réglé : aucun service à interroger.")
    with opened(settings):
        session = db.session()
        count = ask_for_all(session)
        session.commit()
    click.echo(f"Positions à demander : {count}.")
