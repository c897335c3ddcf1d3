"""Where an organisation stands, corrected by hand by an administrator."""

import pytest
from sqlalchemy import select

from access.viewers import Role
from accounts.models import AuditEntry
from directory import tending
from directory.models import Organisation, Placed
from tests.world import World

NANTES, LAVAL = "44109", "53130"


@pytest.mark.parametrize(
    ("role", "status"), [(Role.USER, 403), (Role.MODERATOR, 403), (Role.ADMINISTRATOR, 302)]
)
def test_administrators_alone_move_a_pin(world: World, role: Role, status: int) -> None:
    one = world.organisation("Les Jardins", commune_code=NANTES)
    client = world.client(world.member("Rita", role=role))
    path = f"/carte/structures/{one.id}/position"
    assert client.get(path).status_code == (200 if status == 302 else 403)
    answer = client.post(path, data={"latitude": "47,25", "longitude": "-1.5"})
    assert answer.status_code == status
    moved = world.one(select(Organisation).where(Organisation.id == one.id))
    assert moved is not None
    assert (moved.placed is Placed.HAND) is (status == 302)
    kept = world.all(select(AuditEntry).where(AuditEntry.act == "directory-changed"))
    assert [entry.about for entry in kept] == (["Les Jardins"] if status == 302 else [])
    if status == 302:
        assert (moved.latitude, moved.longitude) == (47.25, -1.5)
        assert "replacée sur la carte" in client.get("/administration/journal").get_data(
            as_text=True
        )


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("", "1"), ("nord", "1"), ("91", "1"), ("nan", "1"), ("47", "181"), ("47", "inf"), ("47", "")],
)
def test_a_point_that_is_on_no_map_is_refused(world: World, latitude: str, longitude: str) -> None:
    one = world.organisation("Les Jardins", commune_code=NANTES)
    client = world.client(world.administrator())
    answer = client.post(
        f"/carte/structures/{one.id}/position",
        data={"latitude": latitude, "longitude": longitude},
    )
    assert answer.status_code == 422
    assert world.all(select(Organisation.placed)) == [Placed.COMMUNE]


def test_what_an_administrator_may_not_see_they_do_not_move(world: World) -> None:
    closed = world.organisation("Réservée", for_networks=["fnars"], commune_code=NANTES)
    outside = world.member("Odile", role=Role.ADMINISTRATOR, networks=["coorace"])
    path = f"/carte/structures/{closed.id}/position"
    assert world.client(outside).get(path).status_code == 404
    sent = {"latitude": "1", "longitude": "1"}
    assert world.client(outside).post(path, data=sent).status_code == 404


def test_a_pin_placed_by_hand_outlives_imports_as_long_as_the_address_is_the_same(
    world: World,
) -> None:
    one = world.organisation("Les Jardins", commune_code=NANTES)
    world.client(world.administrator()).post(
        f"/carte/structures/{one.id}/position", data={"latitude": "47.25", "longitude": "-1.5"}
    )

    def again(**said: object) -> Organisation:
        with world.session() as session:
            known = session.get_one(Organisation, one.id)
            described = tending.Description(name="Les Jardins", kind_id=one.kind_id, **said)  # type: ignore[arg-type]
            tending.describe(session, known, described)
        found = world.one(select(Organisation).where(Organisation.id == one.id))
        assert found is not None
        return found

    for said in (
        {"commune_code": NANTES},
        {"commune_code": NANTES, "point": (47.0, -1.0)},
    ):
        kept = again(**said)
        assert (kept.placed, kept.latitude) == (Placed.HAND, 47.25), said
    assert again(commune_code=LAVAL).placed is Placed.COMMUNE, "it has moved house"
