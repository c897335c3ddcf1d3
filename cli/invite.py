"""`maillage invite`: the first administrator, and anybody else."""

import click
from email_validator import EmailNotValidError, validate_email

from access.viewers import Role
from cli.french import FrenchCommand
from cli.house import Failure, opened, require_tables
from core.refusals import Refused
from core.settings import from_environment

REFUSALS = {
    "already-member": "{email} est déjà membre.",
    "already-invited": (
        "{email} est déjà invité. Renvoyez l’invitation depuis la page d’administration, "
        "ou attendez qu’elle expire (14 jours)."
    ),
    "no-network": "Choisissez au moins un réseau.",
}


def address(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> str:
    """An e-mail address that could exist."""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(f"« {typed} » n’est pas une adresse électronique.") from error


@click.command(cls=FrenchCommand)
@click.argument("email", metavar="ADRESSE", callback=address)
@click.option("--first-name", required=True, metavar="PRÉNOM", help="Prénom.")
@click.option("--last-name", required=True, metavar="NOM", help="Nom.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.USER.value,
    help="Membre (user, par défaut), modération (moderator) ou administration (administrator).",
)
@click.option(
    "--network",
    "slugs",
    multiple=True,
    required=True,
    metavar="RÉSEAU",
    help="Nom court d’un réseau ; à répéter s’il y en a plusieurs.",
)
@click.option(
    "--territory",
    "references",
    multiple=True,
    metavar="TERRITOIRE",
    help="Par exemple departement:44, region:52 ou zone_emploi:5206 ; peut être répété.",
)
def invite(
    email: str,
    first_name: str,
    last_name: str,
    role: str,
    slugs: tuple[str, ...],
    references: tuple[str, ...],
) -> None:
    """Invite une personne.

    Un courriel part, et le lien est aussi affiché ici : il ouvre le compte, ne le donnez qu’à
    elle. Il est valable quatorze jours et ne sert qu’une fois.

    Exemple : maillage invite claire@exemple.fr --first-name Claire --last-name Morel --role
    administrator --network coorace --territory departement:44
    """
    from flask import url_for

    from accounts import administration
    from cli import places
    from core.db import db

    settings = from_environment()
    require_tables(settings)
    with opened(settings) as application:
        session = db.session()
        try:
            _, token = administration.invite(
                session,
                by=None,
                email=email,
                first_name=first_name,
                last_name=last_name,
                role=Role(role),
                networks=places.networks(session, slugs),
                territories=places.territories(session, references),
            )
            session.commit()
        except Refused as refused:
            raise Failure(REFUSALS[refused.code].format(**refused.values)) from refused
        with application.test_request_context(base_url=settings.base_url):
            link = url_for("accounts.invitation", token=token, _external=True)
    click.echo(f"L’invitation de {first_name} {last_name} part vers {email}. Le lien :")
    click.echo(link)
