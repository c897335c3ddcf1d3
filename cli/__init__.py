"""`maillage …`: what an administrator types. Its users are French: it speaks French."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from cli.french import FrenchGroup, misconfigured, translated
from cli.house import Failure
from core.settings import Misconfigured

COMMANDS = {
    "init": "Prépare l’installation : clé, base de données, territoires, charte, thèmes.",
    "demo": "Remplit une démonstration : trois réseaux, 62 membres, un mois de forum.",
    "serve": "Ouvre le site.",
    "worker": "Fait les tâches de fond dans un processus à part.",
    "receive": "Reçoit un courriel sur l’entrée standard : une réponse, ou un retour.",
    "network": "Ajoute un réseau.",
    "invite": "Invite une personne.",
    "check": "Vérifie que tout fonctionne.",
    "reindex": "Reconstruit l’index de la recherche.",
    "locate": "Demande la position des structures à un service d’adresses.",
    "figures": "Compte les chiffres d’utilisation.",
    "bench": "Mesure la recherche.",
    "extract": "Lit le texte d’un fichier.",
    "agenda": "Lit les dates d’un autre agenda.",
}
"""In the order in which they are met. Each is read from its module only when it is called."""

USAGE, INTERRUPTED = 2, 130


class Commands(FrenchGroup):
    """The list costs nothing: a module is imported when its command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the list above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - each module holds its own
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name and purpose of each."""
        with formatter.section("Commandes"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands)
def maillage() -> None:
    """Maillage : la plateforme d’échange des réseaux de l’insertion.

    Chaque commande explique ses options : « maillage COMMANDE --help ».
    """


def _end(sentence: str, status: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command. Ends with 0; 1 when it failed; 2 when it was asked or set up wrongly."""
    os.umask(0o077)  # what members write is nobody else's business on this machine
    try:
        status = maillage.main(arguments, prog_name="maillage", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        _end(error.format_message(), USAGE)
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "maillage"
        _end(f"{translated(error.format_message())}\nAide : {asked} --help", USAGE)
    except Misconfigured as error:
        _end(misconfigured(error), USAGE)
    except Failure as error:
        _end(str(error), error.status)
    except (click.Abort, KeyboardInterrupt):
        _end("Interrompu.", INTERRUPTED)
    except BrokenPipeError:
        # `maillage check | head`: nobody reads any more, and nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _end(f"{error.filename or 'Système'} : {error.strerror or error}", Failure.status)
    sys.exit(status if isinstance(status, int) else 0)
