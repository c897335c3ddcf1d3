"""`maillage receive`: a mail server hands over one mail, on the standard input."""

import sys

import click

from cli.french import FrenchCommand
from cli.house import Failure, opened, require_tables
from core.settings import from_environment

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes back."""


class NotNow(Failure):
    """The mail could not be kept."""

    status = TRY_LATER


@click.command(cls=FrenchCommand)
@click.option("--to", "recipient", default="", help="L’adresse à laquelle il a été remis.")
def receive(recipient: str) -> None:
    """Reçoit un courriel sur l’entrée standard.

    Une réponse d’un membre devient un message du forum ; un retour d’erreur est noté. Le courriel
    est gardé dans la base, puis traité par les tâches de fond. Le même courriel remis deux fois ne
    compte qu’une fois. Le code de sortie 75 demande au serveur de courrier de revenir plus tard.
    """
    from core.db import db
    from inbound import actions, reading

    try:
        settings = from_environment()
        require_tables(settings)
        raw = sys.stdin.buffer.read(reading.LARGEST + 1)
        with opened(settings):
            session = db.session()
            actions.receive(session, raw, recipient)
            session.commit()
    except (Failure, OSError) as error:
        raise NotNow(str(error)) from error
