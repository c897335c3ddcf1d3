"""The colours of a network are seen before they are kept."""

from sqlalchemy import select

from access.models import Network
from tests.world import World


def test_seeing_colours_keeps_nothing(world: World) -> None:
    client, network_id = world.client(world.administrator()), world.network("coorace")
    path = f"/administration/reseaux/{network_id}"
    typed = {"name": "Autre nom", "colour": "#112233", "accent": "#ffee00", "voir": "1"}
    answer = client.post(path, data=typed)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert '[data-dressed="colour"]{--network:#112233}' in page
    assert 'data-dress-bad="accent">' in page
    assert 'data-dress-good="colour">' in page
    assert "Autre nom" in page
    kept = world.one(select(Network).where(Network.id == network_id))
    assert kept is not None
    assert (kept.name, kept.colour) == ("COORACE", "#8a1c3b")
    new = client.post("/administration/reseaux/nouveau", data=typed)
    assert new.status_code == 200
    assert world.one(select(Network).where(Network.name == "Autre nom")) is None


def test_what_is_no_colour_never_reaches_the_style_sheet(world: World) -> None:
    client = world.client(world.administrator())
    path = f"/administration/reseaux/{world.network('coorace')}"
    typed = {"name": "X", "colour": "}x{y", "accent": "red", "voir": "1"}
    answer = client.post(path, data=typed).get_data(as_text=True)
    styles = answer.split("<style")[-1].split("</style>")[0]
    assert "}x{" not in styles
    assert "red" not in styles
