"""The map under our policy: only our own files, and one more host when a setting names it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.models import Member
from app import create_app
from core.settings import Misconfigured, from_environment
from map.shell import Tiles, drawn
from tests.ground import settings
from tests.world import Browser, World

KEY = {"SECRET_KEY": "k" * 40}
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def asset(name: str) -> str:
    return f"/static/{name}?v=1"


def test_folium_loads_nothing_from_elsewhere() -> None:
    made = drawn(asset, "map", None)
    vendor = "/static/vendor/leaflet"
    assert made.scripts == (f"{vendor}.js?v=1", f"{vendor}.markercluster.js?v=1")
    assert made.styles == ("/static/vendor/leaflet.css?v=1",)
    assert "http" not in made.html + made.script
    assert "<script" not in made.html + made.script
    assert "style=" not in made.html
    assert '"maxZoom": 18' in made.script


def test_a_credit_is_written_not_run() -> None:
    made = drawn(asset, "map", Tiles(TILES, "© <img src=x onerror=alert(1)> </script>"))
    assert "<img" not in made.script
    assert "</script" not in made.script
    assert "tiles.example.org/{z}/{x}/{y}.png" in made.script


def images(world: World, member: Member, path: str) -> str:
    policy = world.client(member).get(path).headers["Content-Security-Policy"]
    found = re.search(r"img-src ([^;]+);", policy)
    assert found
    return found[1]


def test_the_tiles_of_a_setting_are_allowed_on_the_map_alone(
    world: World, tmp_path: Path, database_url: str
) -> None:
    reader = world.member()
    assert images(world, reader, "/carte") == "'self' data:"
    with_tiles = replace(settings(tmp_path, database_url), tiles_url=TILES, tiles_credit="© Nous")
    app = create_app(with_tiles)
    app.test_client_class = Browser
    other = World(app)
    with app.app_context():
        assert images(other, reader, "/carte") == "'self' data: https://tiles.example.org"
        assert images(other, reader, "/carte/zones") == "'self' data: https://tiles.example.org"
        assert images(other, reader, "/annuaire") == "'self' data:"
        page = other.client(reader).get("/carte").get_data(as_text=True)
    assert "tiles.example.org" in page
    assert "© Nous" in page or "\\u00a9 Nous" in page


@pytest.mark.parametrize(
    "url",
    [
        "tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/",
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png; script-src *",
        "https://tiles.example.org *.evil.example/{z}/{x}/{y}",
        "https://user:secret@tiles.example.org/{z}/{x}/{y}.png",
        "javascript:alert({z}{x}{y})",
    ],
)
def test_tiles_that_make_no_sense_are_refused_at_the_start(url: str) -> None:
    with pytest.raises(Misconfigured):
        from_environment(KEY | {"TILES_URL": url})


@pytest.mark.parametrize("url", ["ftp://x/search", "data.geopf.fr", "https://x/search?q=1"])
def test_a_geocoder_that_makes_no_sense_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(Misconfigured):
        from_environment(KEY | {"GEOCODER_URL": url})


def test_the_settings_of_the_map_are_read() -> None:
    read = from_environment(
        KEY
        | {
            "TILES_URL": "http://127.0.0.1:8080/styles/{z}/{x}/{y}{r}.png?key=1",
            "TILES_CREDIT": "© IGN",
            "GEOCODER_URL": "https://data.geopf.fr/geocodage/search",
        }
    )
    assert read.tiles_origin == "http://127.0.0.1:8080"
    assert read.tiles_credit == "© IGN"
    assert read.geocoder_url == "https://data.geopf.fr/geocodage/search"
    assert from_environment(KEY).tiles_origin is None
