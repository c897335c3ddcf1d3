"""The register says what is true of this house, as it is set up."""

from dataclasses import replace

import pytest

from blueprints._register import outside
from core.settings import Settings
from tests.world import World


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"tiles_url": "https://tuiles.example/{z}/{x}/{y}.png"}, "tuiles.example"),
        ({"geocoder_url": "https://adresses.example/search"}, "adresses.example"),
        ({"mail_url": "smtp://courrier.example"}, ""),
    ],
)
def test_what_leaves_for_another_machine_is_said(
    world: World, setting: dict[str, str], said: str
) -> None:
    settings: Settings = world.app.extensions["maillage.settings"]
    with world.app.test_request_context():
        assert list(outside(settings)) == []
        (sentence,) = outside(replace(settings, **setting))  # type: ignore[arg-type]
    assert said in sentence


def test_a_house_that_asks_nobody_says_so(world: World) -> None:
    page = world.client(world.member("Alice")).get("/compte/registre").text
    assert 'id="outside-title"' in page
    assert '<ul class="prose">' not in page


def test_who_closes_their_account_reads_that_names_typed_by_others_stay(world: World) -> None:
    page = world.client(world.member("Alice")).get("/compte/mes-donnees").text
    assert "without @" in page or "sans @" in page
