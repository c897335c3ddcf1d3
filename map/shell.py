"""The map as folium draws it, under a policy that runs only our own files.

Folium writes pages that load half a dozen sites. Ours keeps what it does well, the map and its
layers in words that Leaflet understands, and drops the rest: libraries come from here, styles from
our own sheet, and no word of a member ever goes through its templates, which escape nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

MIDDLE_OF_FRANCE = [46.6, 2.4]
WHOLE_OF_FRANCE, CLOSEST, FARTHEST = 6, 18, 3
LIBRARIES = ("vendor/leaflet.js", "vendor/leaflet.markercluster.js")
STYLE = "vendor/leaflet.css"

Asset = Callable[[str], str]
"""The address of a file of static/."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where the picture under the markers comes from, when a setting says so."""

    url: str
    credit: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of a map, for a template that gives each its nonce."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    html: str
    script: str


@lru_cache(maxsize=8)
def drawn(asset: Asset, program: str, tiles: Tiles | None) -> Drawn:
    """A map that hands itself to one of our programs: static/js/<program>.js and its `start`.

    Folium takes half a second to import: only the first map waits for it.
    """
    from branca.element import CssLink, Figure, JavascriptLink, MacroElement
    from folium import Map, TileLayer
    from folium.template import Template

    class House(Map):
        """Leaflet from here, and nothing else."""

        default_js = [(name, asset(name)) for name in LIBRARIES]
        default_css = [(STYLE, asset(STYLE))]

    class Program(MacroElement):
        """Our own script takes the map over."""

        _template = Template(
            """{% macro script(this, kwargs) %}
            import { start } from {{ this.address|tojavascript }};
            start({{ this._parent.get_name() }});
            {% endmacro %}"""
        )

        def __init__(self, address: str) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.address = address

    # Half a step of zoom is good with lines; pictures would be blurred.
    step = 1 if tiles else 0.5
    options: dict[str, Any] = {"maxZoom": CLOSEST, "minZoom": FARTHEST, "zoomSnap": step}
    made = House(
        MIDDLE_OF_FRANCE, tiles=None, zoom_start=WHOLE_OF_FRANCE, zoom_control=False, **options
    )
    made._id = "maillage"
    if tiles:
        ground = TileLayer(
            tiles.url, attr=escape(tiles.credit), max_zoom=CLOSEST, referrer_policy="origin"
        )
        ground._id = "maillage"
        made.add_child(ground)
    made.add_child(Program(asset(f"js/{program}.js")))
    figure = made.get_root()
    assert isinstance(figure, Figure)  # noqa: S101 - what a map of folium stands in
    figure.render()
    header = figure.header._children.values()
    return Drawn(
        tuple(one.url for one in header if isinstance(one, CssLink)),
        tuple(one.url for one in header if isinstance(one, JavascriptLink)),
        figure.html.render(),
        figure.script.render(),
    )
