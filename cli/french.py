"""The command line in French: click's own words, and the settings that were not understood."""

import re

import click

from core.settings import Misconfigured

NBSP = "\u00a0"

WORDS = (
    (r"^Usage: ", f"Usage{NBSP}: "),
    (r"^Options:$", f"Options{NBSP}:"),
    (r"^(Commandes|Commands):$", rf"Commandes{NBSP}:"),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]…"),
    (r"Show this message and exit\.", "Affiche cette aide."),
    (r"\[required\]", "[obligatoire]"),
    (r"\s+\[\d+<=x<=\d+\]", ""),
    (r"^No such command '(.*?)'\.?", rf"«{NBSP}\1{NBSP}» n’est pas une commande de Maillage."),
    (r"^No such option:? '?(-[^'. ]*)'?\.?", r"L’option \1 n’existe pas."),
    (r"^Missing option '(-[^' ]*).*?'\.?.*", r"Il manque l’option \1."),
    (r"^Missing argument '(.*?)'\.?.*", r"Il manque \1."),
    (r"^Got unexpected extra arguments? \((.*)\)", rf"De trop{NBSP}: \1."),
    (r"^Option '(-[^' ]*).*?' requires an argument\.?", r"L’option \1 attend une valeur."),
    (r"^Invalid value for '(-[^' ]*).*?': ", rf"Option \1{NBSP}: "),
    (r"^Invalid value for '(.*?)': ", rf"\1{NBSP}: "),
    (r"^Invalid value: ", ""),
    (r"'(.*?)' is not a valid integer( range)?\.", rf"«{NBSP}\1{NBSP}» n’est pas un nombre."),
    (r"(-?\d+) is not in the range (-?\d+)<=x<=(-?\d+)\.", r"\1 n’est pas entre \2 et \3."),
    (r"(-?\d+) is not in the range x>=(-?\d+)\.", r"\1 est plus petit que \2."),
    (r"'(.*?)' is not one of (.*)\.", rf"«{NBSP}\1{NBSP}» n’est pas dans la liste{NBSP}: \2."),
    (r"File '(.*?)' does not exist\.", rf"le fichier «{NBSP}\1{NBSP}» n’existe pas."),
    (r"File '(.*?)' is a directory\.", rf"«{NBSP}\1{NBSP}» est un dossier."),
    (r" ?\(?Did you mean (.*?)\?\)?$", rf" Vouliez-vous dire \1{NBSP}?"),
)

SETTINGS = {
    "No secret key": (
        "Aucune clé secrète. Lancez d’abord « maillage init », qui en écrit une, "
        "ou donnez-la dans SECRET_KEY."
    ),
    "SECRET_KEY": "SECRET_KEY est trop courte : donnez-lui au moins 32 caractères.",
    "DATABASE_URL": (
        "DATABASE_URL : attendu sqlite:///chemin ou postgresql+psycopg://utilisateur@machine/base."
    ),
    "MAIL_URL": "MAIL_URL : attendu file:dossier, smtp://machine ou smtps://machine.",
    "SEARCH_URL: postgresql:": (
        "SEARCH_URL=postgresql: demande un DATABASE_URL de PostgreSQL ; "
        "avec SQLite, prenez whoosh: ou tantivy:."
    ),
    "SEARCH_URL": (
        "SEARCH_URL : attendu whoosh:dossier, tantivy:dossier ou postgresql: (sans chemin)."
    ),
    "STORAGE_URL": "STORAGE_URL : attendu file:dossier ou s3://nom.",
    "BASE_URL": "BASE_URL : attendu l’adresse publique, comme https://maillage.exemple.fr.",
    "TILES_URL": (
        "TILES_URL : attendu une machine puis {z}, {x} et {y}, "
        "comme https://tuiles.exemple.fr/{z}/{x}/{y}.png."
    ),
    "GEOCODER_URL": (
        "GEOCODER_URL : attendu l’adresse d’une recherche, "
        "comme https://data.geopf.fr/geocodage/search."
    ),
    "TRUSTED_PROXIES": "TRUSTED_PROXIES : attendu un nombre entier (0 s’il n’y en a pas).",
    "MAIL_DELAY_SECONDS": "MAIL_DELAY_SECONDS : attendu un nombre entier de secondes.",
    "DEVELOPMENT": "DEVELOPMENT : attendu yes ou no.",
    "EMBEDDED_WORKER": "EMBEDDED_WORKER : attendu yes ou no.",
    "RATE_LIMITS": "RATE_LIMITS : attendu yes ou no.",
}


def translated(text: str) -> str:
    """What click says, in French. Words that are ours already go through unchanged."""
    for english, french in WORDS:
        text = re.sub(english, french, text, flags=re.MULTILINE)
    return text


def misconfigured(error: Misconfigured) -> str:
    """Which setting is wrong, and what it should be."""
    said = str(error)
    return next((french for start, french in SETTINGS.items() if said.startswith(start)), said)


class FrenchCommand(click.Command):
    """A command whose help is French."""

    def get_help(self, ctx: click.Context) -> str:
        """The help, in French."""
        return translated(super().get_help(ctx))


class FrenchGroup(click.Group):
    """A group whose help is French."""

    command_class = FrenchCommand

    def get_help(self, ctx: click.Context) -> str:
        """The help, in French."""
        return translated(super().get_help(ctx))
