"""The charter: nothing opens before it, a new version asks again, who accepted what is kept."""

import csv
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import actions, administration
from accounts.models import Acceptance, Charter, Member
from tests.accounts.refusals import refusal
from tests.world import BOTH, World


def publish(world: World, changes: str = "Un article de plus.") -> int:
    return world.act(
        lambda session: administration.publish_charter(
            session, by=None, body="# Charte 2", changes=changes
        )
    ).id


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/compte"),
        ("GET", "/forum"),
        ("GET", "/annuaire/membres/1"),
        ("GET", "/notifications"),
        ("POST", "/compte"),
        ("POST", "/compte/mot-de-passe"),
        ("POST", "/compte/deconnexion-partout"),
        ("POST", "/compte/double-authentification"),
    ],
)
def test_before_the_charter_every_page_leads_to_it(world: World, method: str, path: str) -> None:
    client = world.client(world.member("Alice", charter=False))
    answer = client.open(path, method=method)
    assert answer.status_code == 302
    assert answer.location.startswith("/charte")


def test_one_goes_on_where_one_wanted_to_go(world: World) -> None:
    client = world.client(world.member("Alice", charter=False))
    page = client.get(client.get("/compte").location).text
    suite = re.search(r'name="suite"[^>]*value="([^"]*)"', page)
    assert suite
    answer = client.post("/charte", data={"accept": "y", "suite": suite.group(1)})
    assert answer.location == "/compte"
    elsewhere = client.post("/charte", data={"accept": "y", "suite": "//evil.example"})
    assert elsewhere.location == "/"


def test_without_the_box_nothing_is_accepted(world: World) -> None:
    client = world.client(world.member("Alice", charter=False))
    assert client.post("/charte").status_code == 422
    assert client.get("/compte").location.startswith("/charte")


def test_a_new_version_asks_again_and_says_what_changed(world: World) -> None:
    client = world.client(world.member("Alice"))
    assert client.get("/compte").status_code == 200
    publish(world, "On dit « vous ».")
    assert client.get("/compte").location.startswith("/charte")
    page = client.get("/charte").text
    assert "On dit « vous »." in page
    assert "Charte 2" in page
    client.post("/charte", data={"accept": "y"})
    assert client.get("/compte").status_code == 200


@BOTH
def test_accepting_a_version_that_was_just_replaced_shows_the_new_one(world: World) -> None:
    member = world.member("Alice", charter=False)
    client, first = world.client(member), world.one(select(Charter.id))
    publish(world)
    answer = client.post("/charte", data={"accept": "y", "charter": str(first)})
    assert answer.status_code == 422
    assert "Charte 2" in answer.text
    assert world.one(select(Acceptance).where(Acceptance.member_id == member.id)) is None
    shown = re.search(r'name="charter"[^>]*value="(\d+)"', answer.text)
    assert shown
    assert int(shown.group(1)) != first


def test_who_accepted_which_version_is_exported_without_formulas(world: World) -> None:
    member = world.member("Alice")

    def rename(session: object) -> None:
        session.get_one(Member, member.id).last_name = "=1+1"  # type: ignore[attr-defined]

    world.act(rename)
    answer = world.client(world.administrator()).get("/administration/charte/acceptations.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    mine = next(row for row in rows if row[1] == member.email)
    assert mine[0] == "1"
    assert mine[3] == "'=1+1"


def test_an_administrator_publishes_after_ticking_the_box(world: World) -> None:
    client = world.client(world.administrator())
    words = {"body": "# Une charte\n\n<script>alert(1)</script>", "changes": "Tout."}
    assert client.post("/administration/charte/nouvelle", data=words).status_code == 422
    done = client.post("/administration/charte/nouvelle", data={**words, "sure": "y"})
    assert done.status_code == 302
    html = world.one(select(Charter.html).where(Charter.number == 2))
    assert html is not None
    assert "script" not in html


def test_the_preview_writes_nothing_and_runs_nothing(world: World) -> None:
    client = world.client(world.administrator())
    body = {"body": "**Bonjour** <img src=x onerror=alert(1)>"}
    fragment = client.post("/administration/charte/apercu", data=body, headers={"X-Fragment": "1"})
    assert "<strong>Bonjour</strong>" in fragment.text
    assert "onerror" not in fragment.text
    assert "<html" not in fragment.text
    assert "<html" in client.post("/administration/charte/apercu", data=body).text


def test_an_empty_charter_is_refused(world: World) -> None:
    def publish(session: Session) -> None:
        administration.publish_charter(session, by=None, body=" \n ", changes="")

    assert refusal(world, publish) == "charter-empty"


def test_only_the_charter_in_force_is_accepted(world: World) -> None:
    member, first = world.member("Alice", charter=False), world.one(select(Charter.id))
    assert first is not None
    world.act(lambda s: administration.publish_charter(s, by=None, body="Deux.", changes=""))

    def accept(session: Session) -> None:
        actions.accept_charter(session, session.get_one(Member, member.id), first)

    assert refusal(world, accept) == "charter-changed"
