"""The command line speaks French, whatever is typed."""

import pytest

from cli import COMMANDS
from cli.french import misconfigured
from core.settings import Misconfigured, from_environment
from tests.installation import Installation

ENGLISH = (
    "Usage: ",
    "Options:",
    "Commands:",
    "Show this",
    "required",
    "default:",
    "Missing",
    "No ",
)


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS]])
def test_the_help_is_french(bare: Installation, command: list[str]) -> None:
    said = bare.run(*command, "--help")
    assert said.status == 0
    assert "Affiche cette aide." in said.out
    assert not [word for word in ENGLISH if word in said.out]


def test_without_a_command_the_list_is_shown(bare: Installation) -> None:
    said = bare.run()
    assert said.status == 2
    assert all(name in said.err for name in COMMANDS)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["partir"], "n’est pas une commande de Maillage"),
        (["init", "--vite"], "L’option --vite n’existe pas"),
        (["init", "ici"], "De trop"),
        (["serve", "--port", "cinq"], "n’est pas un nombre"),
        (["serve", "--port", "99999"], "n’est pas entre 0 et 65535"),
        (["serve", "--port"], "L’option --port attend une valeur"),
        (["invite"], "Il manque ADRESSE"),
        (["invite", "a@exemple.fr"], "Il manque l’option --first-name"),
    ],
)
def test_what_is_mistyped_is_explained(bare: Installation, typed: list[str], answer: str) -> None:
    said = bare.run(*typed)
    assert said.status == 2
    assert answer in said.err
    assert "Aide\u00a0: maillage" in said.err
    assert not [word for word in ENGLISH if word in said.err]


KEY = {"SECRET_KEY": "k" * 40}


@pytest.mark.parametrize(
    "environment",
    [
        {"SECRET_KEY_FILE": "/nowhere/key"},
        {"SECRET_KEY": "court"},
        {**KEY, "DATABASE_URL": "mysql://x"},
        {**KEY, "MAIL_URL": "pigeon:"},
        {**KEY, "STORAGE_URL": "ftp://x"},
        {**KEY, "SEARCH_URL": "google:"},
        {**KEY, "SEARCH_URL": "postgresql:"},
        {**KEY, "BASE_URL": "maillage"},
        {**KEY, "TRUSTED_PROXIES": "un"},
        {**KEY, "MAIL_DELAY_SECONDS": "peu"},
        {**KEY, "DEVELOPMENT": "oui"},
        {**KEY, "EMBEDDED_WORKER": "oui"},
        {**KEY, "RATE_LIMITS": "oui"},
    ],
)
def test_a_setting_that_is_wrong_is_named_in_french(environment: dict[str, str]) -> None:
    with pytest.raises(Misconfigured) as wrong:
        from_environment(environment)
    said = misconfigured(wrong.value)
    assert said != str(wrong.value)
    assert list(environment)[-1] in said or "clé secrète" in said


@pytest.mark.parametrize("command", ["demo", "serve", "worker", "check"])
def test_without_a_key_it_says_to_begin_with_init(bare: Installation, command: str) -> None:
    said = bare.run(command)
    assert said.status == 2
    assert "maillage init" in said.err.replace("\u00a0", " ")
    assert len(said.err.splitlines()) == 1
