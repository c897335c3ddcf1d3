"""Networks, themes and rules of the house, as an administrator changes them."""

import io
import re
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import select

from access.models import MemberNetwork, MemberTerritory, Network
from accounts import administration
from accounts.models import AuditEntry, HouseRules, Invitation
from accounts.networks import LARGEST_LOGO_BYTES, picture
from core import clock
from core.refusals import Refused
from directory.models import Theme
from resources.models import DocumentKind, Folder
from tests.world import BOTH, World

DRESS = {"name": "Cap Emploi", "full_name": "", "colour": "#004a7f", "accent": "#7f0000"}


def drawn(kind: str, size: tuple[int, int] = (1300, 300)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "#8a1c3b").save(written, kind)
    return written.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it is a wall."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


# --- logos -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_again_as_a_small_png(kind: str) -> None:
    with Image.open(io.BytesIO(picture(drawn(kind)))) as image:
        assert image.format == "PNG"
        assert image.width == 320
        assert image.height <= 120


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"bonjour",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        drawn("PNG")[:200],
        drawn("GIF", (10, 10)),
        drawn("PNG", (5000, 4000)),
        bomb(),
        bomb(11_000),
        b"\x89PNG" + b"0" * LARGEST_LOGO_BYTES,
    ],
    ids=["empty", "words", "svg", "cut", "gif", "large", "bomb", "warned", "heavy"],
)
def test_what_is_no_safe_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        picture(content)
    assert refused.value.code == "picture-unknown"


# --- networks ----------------------------------------------------------------------------------


def test_a_network_is_opened_with_its_logo(world: World) -> None:
    client = world.client(world.administrator())
    answer = client.post(
        "/administration/reseaux/nouveau",
        data={**DRESS, "logo": (io.BytesIO(drawn("JPEG")), "logo.jpg")},
    )
    assert answer.status_code == 302
    network = world.one(select(Network).where(Network.slug == "cap-emploi"))
    assert network is not None
    assert network.full_name == "Cap Emploi"
    assert network.logo
    stored = world.app.extensions["maillage.storage"].get(network.logo)
    assert stored.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "coorace"}, "name"),
        ({"colour": "rouge"}, "colour"),
        ({"colour": "#ffffa0"}, "colour"),
        ({"accent": "#ffffa0"}, "accent"),
        ({"logo": (io.BytesIO(b"bonjour"), "logo.png")}, "logo"),
    ],
)
def test_a_network_refused_says_which_field(
    world: World, typed: dict[str, object], field: str
) -> None:
    client = world.client(world.administrator())
    answer = client.post("/administration/reseaux/nouveau", data={**DRESS, **typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(world.all(select(Network))) == 3


def test_a_network_keeps_its_logo_and_its_address_when_its_name_changes(world: World) -> None:
    client, network = world.client(world.administrator()), world.network("coorace")
    path = f"/administration/reseaux/{network}"
    client.post(path, data={**DRESS, "logo": (io.BytesIO(drawn("PNG")), "logo.png")})
    client.post(path, data={**DRESS, "name": "Coorace Ouest"})
    kept = world.one(select(Network).where(Network.id == network))
    assert kept is not None
    assert (kept.slug, kept.name) == ("coorace", "Coorace Ouest")
    assert kept.logo


# --- themes ------------------------------------------------------------------------------------


def names(world: World) -> list[str]:
    return world.all(select(Theme.name).order_by(Theme.position))


@BOTH
def test_themes_are_added_renamed_and_ordered(world: World) -> None:
    client = world.client(world.administrator())
    assert client.post("/administration/themes", data={"name": "Mobilité"}).status_code == 302
    theme = world.theme("mobilite")
    assert client.post("/administration/themes", data={"name": " mobilité "}).status_code == 422
    assert client.post("/administration/themes", data={"name": " "}).status_code == 422
    client.post(f"/administration/themes/{theme}/monter")
    client.post(f"/administration/themes/{theme}", data={"name": "Se déplacer"})
    assert names(world) == ["Formation", "Logement", "Se déplacer", "Droit"]
    taken = client.post(f"/administration/themes/{theme}", data={"name": "DROIT"})
    assert taken.status_code == 422
    first = world.theme("formation")
    assert client.post(f"/administration/themes/{first}/monter").status_code == 403


def test_a_theme_that_is_used_is_retired_not_removed(world: World) -> None:
    world.topic(world.member("Alice"), theme="formation")
    client, used = world.client(world.administrator()), world.theme("formation")
    assert client.post(f"/administration/themes/{used}/supprimer").status_code == 403
    assert client.post(f"/administration/themes/{used}/retirer").status_code == 302
    assert world.one(select(Theme.retired).where(Theme.id == used)) is True
    assert client.post(f"/administration/themes/{used}/retirer").status_code == 403
    client.post(f"/administration/themes/{used}/rouvrir")
    assert world.one(select(Theme.retired).where(Theme.id == used)) is False
    unused = world.theme("droit")
    client.post(f"/administration/themes/{unused}/supprimer")
    assert names(world) == ["Formation", "Logement"]
    world.document(world.member("Alice"), theme="logement")
    filed = world.theme("logement")
    assert client.post(f"/administration/themes/{filed}/supprimer").status_code == 403


@BOTH
def test_kinds_of_documents_are_a_list_like_themes(world: World) -> None:
    client = world.client(world.administrator())
    assert (
        client.post("/administration/types-de-document", data={"name": "Charte"}).status_code == 302
    )
    made, used = world.kind("charte"), world.kind("outil")
    world.document(world.member("Alice"), kind="outil")
    client.post(f"/administration/types-de-document/{made}/monter")
    client.post(f"/administration/types-de-document/{made}", data={"name": "Règlement"})
    assert client.post(f"/administration/types-de-document/{used}/supprimer").status_code == 403
    client.post(f"/administration/types-de-document/{used}/retirer")
    kinds = world.all(select(DocumentKind.name).order_by(DocumentKind.position))
    assert kinds == ["Outil", "Compte-rendu", "Règlement", "Autre document"]
    client.get("/administration/types-de-document")  # which says what was done
    page = client.get("/ressources/deposer/lien").get_data(as_text=True)
    assert ">Règlement<" in page
    assert "Outil" not in page


# --- folders -----------------------------------------------------------------------------------


@BOTH
def test_folders_are_two_deep_and_removed_when_empty(world: World) -> None:
    client = world.client(world.administrator())

    def add(name: str, parent: int | str = "") -> int:
        form = {"name": name, "parent": parent}
        return client.post("/administration/dossiers", data=form).status_code

    assert add("Droit") == 302
    droit = world.one(select(Folder.id).where(Folder.name == "Droit"))
    assert add("droit") == add(" ") == 422
    assert add("Contrats", droit or 0) == 302
    inner = world.one(select(Folder.id).where(Folder.name == "Contrats"))
    assert add("Trop profond", inner or 0) == 422
    assert (
        client.post(f"/administration/dossiers/{inner}", data={"name": "CDDI"}).status_code == 302
    )
    assert client.post(f"/administration/dossiers/{droit}/supprimer").status_code == 403
    assert "Droit › CDDI" in client.get("/ressources/deposer").get_data(as_text=True)
    assert client.post(f"/administration/dossiers/{inner}/supprimer").status_code == 302
    assert client.post(f"/administration/dossiers/{droit}/supprimer").status_code == 302
    assert world.all(select(Folder.id)) == []


# --- rules, places, trail ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posts", "status"), [("0", 302), ("20", 302), ("21", 422), ("-1", 422), ("x", 422), ("", 422)]
)
def test_the_first_messages_held_are_a_small_number(world: World, posts: str, status: int) -> None:
    client = world.client(world.administrator())
    answer = client.post("/administration/regles", data={"newcomer_posts": posts})
    assert answer.status_code == status
    assert (world.one(select(HouseRules)) is not None) is (status == 302)


@BOTH
def test_a_member_is_given_a_place_and_the_boxes_say_so(world: World) -> None:
    member, client = world.member("Alice"), world.client(world.administrator())
    fnars, sarthe = world.network("fnars"), world.territory("departement:72")
    path = f"/administration/membres/{member.id}"
    done = client.post(path, data={"role": "user", "networks": fnars, "territories": sarthe})
    assert done.status_code == 302
    mine = select(MemberTerritory.territory_id).where(MemberTerritory.member_id == member.id)
    assert world.all(mine) == [sarthe]
    ticked = re.findall(r'name="(\w+)" value="(\d+)" checked', client.get(path).text)
    assert set(ticked) == {("networks", str(fnars)), ("territories", str(sarthe))}


def test_a_place_refused_keeps_what_was_ticked(world: World) -> None:
    member, client = world.member("Alice"), world.client(world.administrator())
    sarthe = world.territory("departement:72")
    path = f"/administration/membres/{member.id}"
    answer = client.post(path, data={"role": "moderator", "territories": sarthe})
    assert answer.status_code == 422
    ticked = re.findall(r'name="(\w+)" value="(\d+)" checked', answer.text)
    assert ticked == [("territories", str(sarthe))]
    belongs = select(MemberNetwork.network_id).where(MemberNetwork.member_id == member.id)
    assert world.all(belongs) == [world.network("coorace")]


@pytest.mark.parametrize("typed", ["abc", "-1", "9" * 30, "1.5", "²"])
@BOTH
def test_what_is_no_id_is_never_a_failure(world: World, typed: str) -> None:
    client = world.client(world.administrator())
    for path in ("/administration/invitations/nouvelle", "/administration/membres/1"):
        answer = client.post(path, data={"networks": typed, "territories": typed, "role": "user"})
        assert answer.status_code in {404, 422}
    for path in ("journal?avant=", "membres?apres=", "membres?reseau=", "invitations?avant="):
        assert client.get(f"/administration/{path}{typed}").status_code == 200


def test_inviting_somebody_twice_is_told_beside_the_address(world: World) -> None:
    client = world.client(world.administrator())
    person = {
        "email": "nour@example.org",
        "first_name": "Nour",
        "last_name": "Velle",
        "role": "user",
        "networks": world.network("coorace"),
    }
    assert client.post("/administration/invitations/nouvelle", data=person).status_code == 302
    again = client.post("/administration/invitations/nouvelle", data=person)
    assert again.status_code == 422
    assert 'id="email-error"' in again.text
    assert len(world.all(select(Invitation))) == 1
    world.work()
    assert [mail.to_address for mail in world.mails()] == ["nour@example.org"]


def test_the_trail_says_who_did_what(world: World) -> None:
    administrator = world.administrator()
    client = world.client(administrator)
    client.post("/administration/themes", data={"name": "Mobilité"})
    page = client.get("/administration/journal").text
    assert administrator.name in page
    assert "Mobilité" in page
    assert "Mobilité" not in client.get("/administration/journal?acte=invited").text


def test_the_trail_is_read_by_key(world: World) -> None:
    administrator = world.administrator()

    def fill(session: object) -> None:
        session.add_all(  # type: ignore[attr-defined]
            AuditEntry(
                at=clock.now(),
                actor_id=administrator.id,
                actor_name=administrator.name,
                act="signed-in",
                about=f"ligne-{number}.",
                details={},
            )
            for number in range(60)
        )

    world.act(fill)
    client = world.client(administrator)
    first = client.get("/administration/journal").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = client.get(older.group(1)).text
    assert "ligne-59." in first
    assert "ligne-0." in second
    assert "ligne-10." in first
    assert "ligne-9." in second


def test_the_house_rules_are_kept_and_noted(world: World) -> None:
    by = world.administrator()
    viewer = world.viewer(by)
    world.act(
        lambda s: administration.change_house(
            s, viewer, by=by, second_factor_for_staff=True, newcomer_posts=3
        )
    )
    rules = world.one(select(HouseRules))
    assert rules is not None
    assert (rules.second_factor_for_staff, rules.newcomer_posts) == (True, 3)
    line = world.one(select(AuditEntry).where(AuditEntry.act == "house-changed"))
    assert line is not None
    assert line.actor_name == by.name
