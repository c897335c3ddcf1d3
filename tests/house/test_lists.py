"""The lists of administration: searched, narrowed, taken away, and who may."""

import csv
import io
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from access.viewers import Role
from accounts import administration, queries
from accounts.models import Member
from accounts.queries import MemberFilters
from core import clock
from search.actions import note_in_vain
from tests.house.people import WHO, acts, somebody, text
from tests.http.sample import invite
from tests.world import BOTH, World

EXPORTS = (
    "/administration/membres/exporter.csv",
    "/administration/invitations/exporter.csv",
    "/administration/demandes/exporter.csv",
    "/administration/journal/exporter.csv",
)
"""Personal data: asked for by POST."""
OPEN_EXPORTS = ("/administration/exporter/sigles.csv", "/administration/exporter/recherches.csv")


def lines(world: World, member: Member, path: str) -> list[dict[str, str]]:
    """What leaves by this address."""
    answer = world.client(member).post(path)
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


@WHO
def test_only_administrators_take_lists_away(world: World, role: Role, status_: int) -> None:
    client = world.client(somebody(world, role))
    for path in EXPORTS:
        assert client.post(path).status_code == status_, path
        assert client.get(path).status_code == 405
    for path in OPEN_EXPORTS:
        assert client.get(path).status_code == status_, path


@pytest.mark.parametrize("path", EXPORTS)
def test_taking_personal_data_away_leaves_a_line(world: World, path: str) -> None:
    administrator = world.administrator()
    what = {"membres": "members", "demandes": "requests", "journal": "trail"}
    name = path.split("/")[2]
    world.client(administrator).post(path + "?q=personne")
    ((about, details),) = acts(world, administrator, "exported")
    assert about == what.get(name, name)
    assert details == {"lines": 0, "narrowed": "q: personne"}
    page = text(world, administrator, "/administration/journal?acte=exported")
    assert "q: personne" in page


def visits(world: World) -> tuple[Member, dict[str, Member]]:
    """An administrator, and members who came long ago, lately, never."""
    administrator, present = world.administrator(), clock.now()
    people = {name: world.member(name) for name in ("Ancienne", "Récente", "Absente")}
    when: dict[str, datetime | None] = {
        "Ancienne": present - timedelta(days=400),
        "Récente": present - timedelta(days=2),
        "Absente": None,
    }
    for name, someone in people.items():
        world.act(
            lambda s, one=someone, at=when[name]: s.execute(  # type: ignore[misc]
                update(Member).where(Member.id == one.id).values(last_visit_at=at)
            )
        )
    world.act(
        lambda s: s.execute(
            update(Member).where(Member.id == administrator.id).values(last_visit_at=present)
        )
    )
    return administrator, people


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Ancienne", "Récente", "Absente"}),
        ("?visite=jamais", {"Absente"}),
        ("?visite=6-mois", {"Ancienne", "Absente"}),
        ("?visite=2-ans", {"Absente"}),
        ("?visite=bizarre", {"Ancienne", "Récente", "Absente"}),
        ("?q=ancienne", {"Ancienne"}),
        ("?etat=suspendus", set()),
    ],
)
@BOTH
def test_members_are_narrowed_by_their_last_visit(
    world: World, query: str, shown: set[str]
) -> None:
    administrator, people = visits(world)
    page = text(world, administrator, "/administration/membres" + query)
    assert {name for name, one in people.items() if one.email in page} == shown
    left = lines(world, administrator, "/administration/membres/exporter.csv" + query)
    assert {name for name, one in people.items() if one.email in str(left)} == shown


@BOTH
def test_the_longest_absent_come_first_page_after_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator, people = visits(world)
    monkeypatch.setattr(queries, "PER_PAGE", 1)
    client, path, found = world.client(administrator), "/administration/membres?tri=visite", []
    for _page in range(4):
        page = client.get(path).get_data(as_text=True)
        found += [name for name, one in people.items() if one.email in page]
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        assert urlsplit(path).path == "/administration/membres"
    assert found == ["Absente", "Ancienne", "Récente"]


@BOTH
def test_suspended_members_are_found(world: World) -> None:
    administrator, member, other = world.administrator(), world.member(), world.member()

    def suspend(session: object, viewer: object) -> None:
        administration.suspend(
            session,  # type: ignore[arg-type]
            session.get_one(Member, member.id),  # type: ignore[attr-defined]
            by=session.get_one(Member, administrator.id),  # type: ignore[attr-defined]
            reason="Non",
            until=None,
        )

    world.act_as(administrator, suspend)
    page = text(world, administrator, "/administration/membres?etat=suspendus")
    assert (member.email in page, other.email in page) == (True, False)
    later = MemberFilters(suspended_at=clock.now())
    viewer = world.viewer(administrator)
    assert [one.id for one in world.all(queries.all_members(viewer, later))] == [member.id]


def test_what_leaves_does_nothing_in_a_spreadsheet(world: World) -> None:
    administrator = world.administrator()
    world.member('=HYPERLINK("http://x")', email="hostile@example.org")
    (line,) = lines(world, administrator, "/administration/membres/exporter.csv?q=hostile")
    assert "'=HYPERLINK" in str(line)
    answer = world.client(administrator).post("/administration/membres/exporter.xlsx?q=hostile")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cell = next(c for row in sheet.iter_rows() for c in row if "HYPERLINK" in str(c.value))
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    page = text(world, administrator, "/administration/membres?q=hostile")
    assert '<a href="http://x' not in page


@BOTH
def test_invitations_are_found_by_name_and_state(world: World) -> None:
    administrator = world.administrator()
    invite(world, administrator, "une@example.org")
    invite(world, administrator, "deux@example.org")
    path = "/administration/invitations"
    assert "deux@" not in text(world, administrator, path + "?q=une")
    assert "une@" in text(world, administrator, path + "?etat=attente")
    for state in ("acceptees", "perimees", "reprises"):
        assert "une@" not in text(world, administrator, f"{path}?etat={state}")
    left = lines(world, administrator, path + "/exporter.csv?q=une")
    assert [row["Adresse électronique"] for row in left] == ["une@example.org"]


@BOTH
def test_requests_are_found_by_name(world: World) -> None:
    administrator = world.administrator()
    world.ask_access(email="dora@example.org", network="coorace")
    world.ask_access(email="elsa@example.org", last_name="Autre")
    path = "/administration/demandes"
    page = text(world, administrator, path + "?q=autre")
    assert ("Autre" in page, "Mande" in page) == (True, False)
    (row,) = lines(world, administrator, path + "/exporter.csv?q=dora@")
    assert "COORACE" in row.values()


@BOTH
def test_the_trail_is_searched_by_who_and_about_whom(world: World) -> None:
    administrator = world.administrator()
    invite(world, administrator, "une@example.org")
    invite(world, administrator, "deux@example.org")
    path = "/administration/journal"
    assert "deux@" not in text(world, administrator, path + "?q=une")
    assert "deux@" in text(world, administrator, f"{path}?q={administrator.last_name}")
    assert "deux@" in text(world, administrator, path + "?depuis=7-jours&acte=invited")
    assert "deux@" not in text(world, administrator, path + "?acte=suspended")
    assert len(lines(world, administrator, path + "/exporter.csv?acte=invited&q=une")) == 1


def test_what_was_sought_in_vain_is_found_again(world: World) -> None:
    administrator = world.administrator()
    world.act(lambda s: note_in_vain(s, "hippothérapie"))
    world.act(lambda s: note_in_vain(s, "=calcul"))
    path = "/administration/recherches"
    assert "calcul" not in text(world, administrator, path + "?q=hippothérapie")
    exported = text(world, administrator, "/administration/exporter/recherches.csv?q=calcul")
    assert "hippo" not in exported
    assert "calcul" in exported
    assert "Sigle" in text(world, administrator, "/administration/exporter/sigles.csv")
