"""« Mon profil » of an account of no network: a name and a language, no directory."""

from accounts.models import Member
from tests.world import World


def outsider(world: World) -> Member:
    """An account of no network."""
    return world.member("Ana", networks=(), territories=(), charter=False)


def test_their_profile_speaks_of_their_name_alone(world: World) -> None:
    ana = outsider(world)
    client = world.client(ana)
    page = client.get("/compte").text
    assert ana.email in page
    for word in ("collègues", "/annuaire", "Employeur", "Courriels et notifications"):
        assert word not in page, word
    form = {"first_name": "Anaïs", "last_name": "Lyste", "language": "fr"}
    assert client.post("/compte", data=form).location == "/compte"
    with world.session() as session:
        kept = session.get_one(Member, ana.id)
        assert (kept.first_name, kept.last_name) == ("Anaïs", "Lyste")
    assert client.post("/compte", data=form | {"last_name": ""}).status_code == 422


def test_no_page_of_their_account_leads_where_they_may_not_go(world: World) -> None:
    client = world.client(outsider(world))
    for path in ("/compte", "/compte/securite", "/compte/mes-donnees"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "/notifications/reglages" not in page.text
        assert 'href="/annuaire' not in page.text


def test_a_member_of_a_network_keeps_theirs(world: World) -> None:
    page = world.client(world.member()).get("/compte").text
    assert "Employeur" in page
    assert "Courriels et notifications" in page
