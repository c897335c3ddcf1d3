"""Signing in, by password, by link, by invitation: what opens, and what stays shut."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from argon2.exceptions import VerificationError
from flask.testing import FlaskClient
from sqlalchemy import select

from access.viewers import Role
from accounts import actions, administration, credentials, jobs
from accounts.models import AuditEntry, Invitation, Member, OneTimeLink, Purpose
from core import clock
from tests.world import BOTH, PASSWORD, World

LATER = "un autre mot de passe"


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> int:
    answer = client.post("/connexion", data={"email": email, "password": password, **more})
    return answer.status_code


def link_for(world: World, email: str, purpose: Purpose) -> str:
    """The token of a link, as the mail carries it."""
    world.act(lambda session: actions.ask_link(session, email, purpose))
    with patch.object(jobs, "_write") as written:
        world.work()
    token: str = written.call_args.args[3]["token"]
    return token


# --- by password -------------------------------------------------------------------------------


def test_the_right_password_opens_the_home(world: World) -> None:
    world.member("Alice", email="alice@example.org", password=PASSWORD)
    client = world.client()
    assert sign_in(client, " ALICE@example.org ") == 302
    assert client.get("/").status_code == 200


def test_one_comes_back_where_one_wanted_to_go(world: World) -> None:
    member = world.member("Alice", email="alice@example.org", password=PASSWORD)
    client = world.client()
    sent = client.get(f"/annuaire/membres/{member.id}").location
    page = client.get(sent).get_data(as_text=True)
    suite = re.search(r'name="suite"[^>]*value="([^"]*)"', page)
    assert suite
    answer = client.post(
        "/connexion",
        data={"email": "alice@example.org", "password": PASSWORD, "suite": suite.group(1)},
    )
    assert answer.location == f"/annuaire/membres/{member.id}"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "evil"],
)
def test_one_is_never_sent_to_another_site(world: World, elsewhere: str) -> None:
    world.member("Alice", email="alice@example.org", password=PASSWORD)
    answer = world.client().post(
        "/connexion",
        data={"email": "alice@example.org", "password": PASSWORD, "suite": elsewhere},
    )
    assert answer.location == "/"


def test_a_cookie_lasts_30_days_only_when_asked(world: World) -> None:
    world.member("Alice", email="alice@example.org", password=PASSWORD)
    for box, lasts in (({}, False), ({"remember": "y"}, True)):
        answer = world.client().post(
            "/connexion", data={"email": "alice@example.org", "password": PASSWORD, **box}
        )
        assert ("Expires=" in answer.headers["Set-Cookie"]) is lasts


@BOTH
def test_an_unknown_address_and_a_wrong_password_are_told_and_cost_the_same(world: World) -> None:
    world.member("Alice", email="alice@example.org", password=PASSWORD)
    answers, costs, hashes = [], [], []
    for email in ("alice@example.org", "personne@example.org"):
        with (
            world.counted() as statements,
            patch.object(
                credentials, "password_matches", wraps=credentials.password_matches
            ) as verified,
            patch.object(credentials._hasher.__class__, "verify", autospec=True) as hashed,
        ):
            hashed.side_effect = VerificationError
            answer = world.client().post("/connexion", data={"email": email, "password": LATER})
        page = answer.get_data(as_text=True).replace(email, "…")
        answers.append((answer.status_code, re.sub(r'(nonce|content|value)="[^"]{16,}"', "", page)))
        costs.append(len(statements))
        hashes.append((verified.call_count, hashed.call_count))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert costs[0] == costs[1]
    assert hashes == [(1, 1), (1, 1)]


def test_a_failed_sign_in_leaves_its_line(world: World) -> None:
    member = world.member("Alice", email="alice@example.org", password=PASSWORD)
    sign_in(world.client(), "alice@example.org", LATER)
    sign_in(world.client(), "personne@example.org", LATER)
    lines = world.all(select(AuditEntry).where(AuditEntry.act == "sign-in-failed"))
    assert [(line.actor_id, line.about) for line in lines] == [
        (member.id, "alice@example.org"),
        (None, "personne@example.org"),
    ]


def test_what_was_typed_is_kept_but_not_the_password(world: World) -> None:
    answer = world.client().post(
        "/connexion", data={"email": "alice@example.org", "password": LATER, "suite": "/charte"}
    )
    page = answer.get_data(as_text=True)
    assert 'value="alice@example.org"' in page
    assert 'value="/charte"' in page
    assert LATER not in page


def test_signing_out_closes_the_session(world: World) -> None:
    client = world.client(world.member("Alice"))
    assert client.post("/deconnexion").status_code == 302
    assert client.get("/").location.startswith("/connexion")


# --- what ends a session -----------------------------------------------------------------------


def test_a_suspension_closes_an_open_session_at_once(world: World) -> None:
    administrator, member = world.administrator(), world.member("Alice", password=PASSWORD)
    client = world.client(member)
    assert client.get("/compte").status_code == 200
    answer = world.client(administrator).post(
        f"/administration/membres/{member.id}/suspendre", data={"reason": "Propos déplacés"}
    )
    assert answer.status_code == 302
    assert client.get("/compte").location.startswith("/connexion")
    refused = world.client().post("/connexion", data={"email": member.email, "password": PASSWORD})
    assert refused.status_code == 422
    assert "Propos déplacés" in refused.get_data(as_text=True)
    world.client(administrator).post(f"/administration/membres/{member.id}/retablir")
    assert sign_in(world.client(), member.email) == 302


def test_signing_out_everywhere_ends_this_session_too(world: World) -> None:
    member = world.member("Alice")
    here, there = world.client(member), world.client(member)
    assert here.post("/compte/deconnexion-partout").status_code == 302
    assert here.get("/").location.startswith("/connexion")
    assert there.get("/").location.startswith("/connexion")


def test_a_new_password_ends_the_other_sessions_only(world: World) -> None:
    member = world.member("Alice", password=PASSWORD)
    here, there = world.client(member), world.client(member)
    answer = here.post("/compte/mot-de-passe", data={"current": PASSWORD, "password": LATER})
    assert answer.status_code == 302
    assert here.get("/compte").status_code == 200
    assert there.get("/compte").status_code == 302
    assert sign_in(world.client(), member.email, LATER) == 302


def test_changing_the_password_asks_for_the_present_one(world: World) -> None:
    client = world.client(world.member("Alice", password=PASSWORD))
    for typed in ("", LATER):
        answer = client.post("/compte/mot-de-passe", data={"current": typed, "password": LATER})
        assert answer.status_code == 422


# --- by link -----------------------------------------------------------------------------------


@BOTH
def test_opening_a_link_changes_nothing_pressing_its_button_signs_in_once(world: World) -> None:
    world.member("Alice", email="alice@example.org")
    token = link_for(world, "alice@example.org", Purpose.SIGN_IN)
    client = world.client()
    for _scanner in range(3):
        assert world.client().get(f"/connexion/lien/{token}").status_code == 200
    assert world.one(select(OneTimeLink.used_at)) is None
    assert client.post(f"/connexion/lien/{token}").location == "/"
    assert client.get("/").status_code == 200
    assert world.client().post(f"/connexion/lien/{token}").status_code == 410
    assert world.client().get(f"/connexion/lien/{token}").status_code == 410


def test_a_link_is_too_old_after_15_minutes(world: World) -> None:
    world.member("Alice", email="alice@example.org")
    token = link_for(world, "alice@example.org", Purpose.SIGN_IN)
    with patch.object(clock, "now", return_value=clock.now() + timedelta(minutes=16)):
        assert world.client().post(f"/connexion/lien/{token}").status_code == 410


def test_a_link_of_one_kind_does_not_open_the_other_door(world: World) -> None:
    world.member("Alice", email="alice@example.org")
    token = link_for(world, "alice@example.org", Purpose.SIGN_IN)
    assert world.client().get(f"/mot-de-passe/{token}").status_code == 410


@pytest.mark.parametrize("path", ["/connexion/lien", "/mot-de-passe-oublie"])
def test_asking_for_a_link_answers_the_same_for_every_address(world: World, path: str) -> None:
    world.member("Alice", email="alice@example.org")
    answers, costs = [], []
    for email in ("alice@example.org", "personne@example.org"):
        with world.counted() as statements:
            answer = world.client().post(path, data={"email": email})
        answers.append((answer.status_code, answer.location))
        costs.append(len(statements))
    assert answers[0] == answers[1] == (302, f"{path}?parti=1")
    assert costs[0] == costs[1]
    world.work()
    assert [mail.to_address for mail in world.mails()] == ["alice@example.org"]


def test_a_weak_password_does_not_burn_the_link(world: World) -> None:
    world.member("Alice", email="alice@example.org", password=PASSWORD)
    token = link_for(world, "alice@example.org", Purpose.PASSWORD)
    client = world.client()
    for weak in ("", "court", "aaaaaaaaaaaaa", "alice@example.org"):
        answer = client.post(f"/mot-de-passe/{token}", data={"password": weak})
        assert answer.status_code == 422
    assert client.post(f"/mot-de-passe/{token}", data={"password": LATER}).status_code == 302
    assert client.get("/").status_code == 200
    assert client.post(f"/mot-de-passe/{token}", data={"password": LATER}).status_code == 410
    assert sign_in(world.client(), "alice@example.org", LATER) == 302


# --- becoming a member -------------------------------------------------------------------------


def invited(world: World, **more: Role) -> str:
    administrator = world.administrator()
    networks, territories = [world.network("fnars")], [world.territory("departement:72")]
    _invitation, token = world.act(
        lambda session: administration.invite(
            session,
            by=administrator,
            email="nour@example.org",
            first_name="Nour",
            last_name="Velle",
            networks=networks,
            territories=territories,
            job="CIP",
            employer="Les Ateliers",
            word="À bientôt parmi nous.",
            **more,
        )
    )
    return token


JOINING = {"first_name": "Nour", "last_name": "Velle", "password": PASSWORD}


@BOTH
def test_from_the_invitation_through_the_charter_to_the_house(world: World) -> None:
    token, client = invited(world), world.client()
    page = client.get(f"/invitation/{token}").get_data(as_text=True)
    for words in ("Adèle", "FNARS", "Sarthe", "nour@example.org", "À bientôt parmi nous."):
        assert words in page
    joined = client.post(f"/invitation/{token}", data={**JOINING, "last_name": "Velle-Martin"})
    assert joined.location == "/charte"
    assert client.get("/compte").location.startswith("/charte")
    charter = re.search(r'name="charter"[^>]*value="(\d+)"', client.get("/charte").text)
    assert charter
    accepted = client.post("/charte", data={"accept": "y", "charter": charter.group(1)})
    assert accepted.location == "/"
    assert client.get("/").status_code == 200
    member = world.one(select(Member).where(Member.email == "nour@example.org"))
    assert member is not None
    assert member.name == "Nour Velle-Martin"
    assert world.client().get(f"/invitation/{token}").status_code == 410
    assert world.client().post(f"/invitation/{token}", data=JOINING).status_code == 410


def test_a_weak_password_does_not_burn_the_invitation(world: World) -> None:
    token, client = invited(world), world.client()
    answer = client.post(f"/invitation/{token}", data={**JOINING, "password": "court"})
    assert answer.status_code == 422
    assert 'value="Nour"' in answer.text
    assert client.post(f"/invitation/{token}", data=JOINING).status_code == 302


def test_an_invitation_taken_back_or_too_old_opens_nothing(world: World) -> None:
    token = invited(world)
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=15)):
        assert world.client().post(f"/invitation/{token}", data=JOINING).status_code == 410
    administrator = world.administrator()
    invitation_id = world.one(select(Invitation.id))
    client = world.client(administrator)
    client.post(f"/administration/invitations/{invitation_id}/annuler")
    assert world.client().post(f"/invitation/{token}", data=JOINING).status_code == 410


def test_sending_an_invitation_again_kills_the_former_link(world: World) -> None:
    token = invited(world)
    client = world.client(world.administrator())
    client.post(f"/administration/invitations/{world.one(select(Invitation.id))}/renvoyer")
    assert world.client().get(f"/invitation/{token}").status_code == 410


@BOTH
def test_a_request_for_access_becomes_an_invitation(world: World) -> None:
    network = world.network("coorace")
    asked = {
        "first_name": "Dora",
        "last_name": "Mande",
        "email": "dora@example.org",
        "employer": "Les Ateliers",
        "job": "CIP",
        "network": str(network),
        "reason": "Pour échanger.",
    }
    assert (
        world.client().post("/demander-un-acces", data={**asked, "email": "dora"}).status_code
        == 422
    )
    assert world.client().post("/demander-un-acces", data=asked).location.endswith("?recue=1")
    client = world.client(world.administrator())
    page = client.get("/administration/demandes").text
    path = re.search(r"/administration/demandes/\d+", page)
    assert path
    refused = client.post(f"{path.group()}/accepter", data={"accept-answer": "Bienvenue"})
    assert refused.status_code == 422
    assert "Bienvenue" in refused.text
    accepted = client.post(
        f"{path.group()}/accepter", data={"networks": [network], "accept-answer": "Bienvenue"}
    )
    assert accepted.status_code == 302
    invitation = world.one(select(Invitation))
    assert invitation is not None
    assert (invitation.email, invitation.word) == ("dora@example.org", "Bienvenue")
    assert client.post(f"{path.group()}/refuser", data={"decline-answer": "Non"}).status_code == 422


def test_a_declined_request_needs_a_message(world: World) -> None:
    world.ask_access()
    client = world.client(world.administrator())
    path = re.search(r"/administration/demandes/\d+", client.get("/administration/demandes").text)
    assert path
    assert client.post(f"{path.group()}/refuser", data={"decline-answer": " "}).status_code == 422
    sent = client.post(f"{path.group()}/refuser", data={"decline-answer": "Hors de nos réseaux."})
    assert sent.status_code == 302
    assert any(mail.to_address == "dora@example.org" for mail in world.mails())
