"""The empty map of a page, and what its policy must allow."""

from flask import g

from blueprints._access import settings
from blueprints._files import asset
from map.shell import Drawn, Tiles, drawn


def shell(program: str) -> Drawn:
    """The map that this program of static/js fills; the tiles of the setting under it, if any."""
    house = settings()
    tiles = Tiles(house.tiles_url, house.tiles_credit) if house.tiles_url else None
    if house.tiles_origin:
        g.csp_images = house.tiles_origin
    return drawn(asset, program, tiles)
