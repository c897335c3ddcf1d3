"""`maillage demo`: fill an empty installation for a first look."""

import click

from cli.french import FrenchCommand
from cli.house import Failure, opened, require_tables
from core.settings import from_environment
from core.storage import Storage


def show_accounts() -> None:
    """Say how to come in."""
    from demo import ACCOUNTS, DESK_ACCOUNTS, PASSWORD

    click.echo(f"Comptes de démonstration (mot de passe : {PASSWORD})")
    for email, who in (ACCOUNTS | DESK_ACCOUNTS).items():
        click.echo(f"  {email:<34} {who}")


def fill(storage: Storage) -> dict[str, int] | None:
    """Load the demonstration with a bar; what there is then, or None when it was there before."""
    from tqdm import tqdm

    from core.db import db
    from demo import load

    session = db.session()
    if load.is_loaded(session):
        return None
    with tqdm(desc="  Démonstration", total=load.STEPS, leave=False, disable=None) as bar:

        def progress(done: str) -> None:
            bar.set_postfix_str(done)
            bar.update()

        try:
            load.load(session, storage, progress)
        except load.RealMembers as error:
            raise Failure(
                "Cette installation a déjà des membres : la démonstration ne s’y mêle pas. "
                "Choisissez une autre base avec DATABASE_URL et un autre dossier avec MAILLAGE_VAR."
            ) from error
        except load.NotPrepared as error:
            raise Failure(
                "Il manque les territoires, les thèmes ou la charte. "
                "Lancez d’abord « maillage init »."
            ) from error
        session.commit()
    return load.counts(session)


@click.command(cls=FrenchCommand)
def demo() -> None:
    """Remplit une démonstration.

    Trois réseaux, 151 structures réelles des Pays de la Loire, 62 membres inventés et un mois de
    forum. Chaque page rappelle qu’il s’agit d’une démonstration. La commande peut être relancée ;
    elle refuse une installation qui a déjà ses propres membres.
    """
    from blueprints._shell import DEMO_FILE

    settings = from_environment()
    require_tables(settings)
    with opened(settings) as application:
        made = fill(application.extensions["maillage.storage"])
    settings.var.mkdir(parents=True, exist_ok=True)
    (settings.var / DEMO_FILE).touch()
    if made is None:
        click.echo("La démonstration est déjà là.")
    else:
        words = ", ".join(f"{number} {what}" for what, number in made.items())
        click.echo(f"Démonstration chargée : {words}.")
    show_accounts()
