"""`maillage network`: the first network of a new installation."""

import click

from access import colours
from cli.french import FrenchCommand
from cli.house import Failure, opened, require_tables
from core.refusals import Refused
from core.settings import from_environment

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def slug(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> str:
    """A short name that can stand in an address."""
    import re

    if not re.fullmatch(SLUG, typed) or len(typed) > 60:
        raise click.BadParameter(
            f"« {typed} » ne convient pas : des minuscules sans accent, des chiffres, des tirets."
        )
    return typed


def colour(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> str:
    """A colour that shows on white."""
    try:
        return colours.checked(typed)
    except Refused as refused:
        sentences = {
            "colour-unknown": f"« {typed} » n’est pas une couleur : écrivez par exemple #0a6d62.",
            "colour-too-light": (
                f"{typed} est trop claire pour être vue sur du blanc (contraste de "
                f"{refused.values.get('ratio')} pour 1 ; il faut 3 pour 1)."
            ),
        }
        raise click.BadParameter(sentences[refused.code]) from refused


@click.command(cls=FrenchCommand)
@click.argument("slug", metavar="NOM-COURT", callback=slug)
@click.argument("name", metavar="NOM")
@click.option("--full-name", metavar="NOM COMPLET", help="Nom complet (le nom, par défaut).")
@click.option("--colour", default="#1d3f72", callback=colour, help="Couleur (#1d3f72).")
@click.option("--accent", default="#8a4b08", callback=colour, help="Seconde couleur (#8a4b08).")
def network(slug: str, name: str, full_name: str | None, colour: str, accent: str) -> None:
    """Ajoute un réseau.

    Le nom court sert dans les commandes et les adresses. Le logo se dépose ensuite dans la page
    d’administration, où le reste se change aussi.

    Exemple : maillage network coorace COORACE --colour "#0a6d62"
    """
    from sqlalchemy import or_, select

    from access.models import Network
    from accounts.facts import HouseChanged
    from core.db import db
    from core.facts import record

    name = " ".join(name.split())
    if not name:
        raise click.BadParameter("donnez un nom.")
    settings = from_environment()
    require_tables(settings)
    with opened(settings):
        session = db.session()
        taken = session.scalar(
            select(Network).where(or_(Network.slug == slug, Network.name == name)).limit(1)
        )
        if taken is not None:
            raise Failure(f"Il existe déjà un réseau « {taken.name} » ({taken.slug}).")
        session.add(
            Network(slug=slug, name=name, full_name=full_name or name, colour=colour, accent=accent)
        )
        record(session, HouseChanged(None, name, {"network": "added"}))
        session.commit()
    click.echo(f"Réseau « {name} » ajouté ({slug}).")
