"""Asking in the page of a partner: no cookie, no other site, nothing lost of what was typed."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Member
from core import clock
from expertise.needs.models import Hiding, Need
from expertise.partners import proofs
from expertise.partners.models import Partner
from expertise.programmes.models import Programme
from tests.expertise.desks import SIRET, institution, programme, question, subject
from tests.expertise.filing import TYPED
from tests.expertise.partnered import SITE, partner, stop
from tests.world import World, open_world

HOME = "/expertise/p/chambre-essai"
FORM = f"{HOME}/besoin?sujet=marketing"


def proof(client: FlaskClient, address: str = FORM) -> str:
    """What the form carries."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(address).text)
    assert found
    return found.group(1)


def send(client: FlaskClient, address: str = FORM, headers: Any = None, **more: Any) -> Any:
    """Fill in the form of a page that was read, and send it."""
    data = {"csrf_token": proof(client, address)} | TYPED | more
    return client.post(address, data=data, headers=headers)


def test_a_company_asks_without_a_cookie(world: World, one: Partner, made: Programme) -> None:
    world.app.config["WTF_CSRF_ENABLED"] = True
    client = world.app.test_client(use_cookies=False)
    chosen = client.get(HOME)
    assert f"{HOME}/besoin?sujet=marketing" in chosen.text
    group = institution(world, made)
    sent = send(client, hidden_from=str(group.id))
    assert sent.location == "/expertise/p/chambre-essai/merci"
    [need] = world.all(select(Need))
    assert (need.partner_id, need.programme_id, need.number) == (one.id, made.id, 1)
    assert world.all(select(Hiding.institution_id)) == [group.id]
    thanks = client.get(sent.location)
    assert "Votre besoin est envoyé" in thanks.text
    to_company, to_team = world.mails()
    assert "/expertise/suivi/" in to_company.text
    assert to_team.to_address == "essai@example.org"
    for answer in (chosen, sent, thanks):
        assert "Set-Cookie" not in answer.headers
        assert "/expertise/suivi/" not in answer.text


def test_only_its_sites_frame_its_pages_and_no_other_page_is_framed(
    world: World, one: Partner, team: Member
) -> None:
    client = world.client()
    framed = [HOME, FORM, "/expertise/p/chambre-essai/merci"]
    for address in framed:
        answer = client.get(address)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith(f"frame-ancestors {SITE}"), address
        assert "X-Frame-Options" not in answer.headers
        assert "default-src 'none'" in policy
    refused = client.post(FORM, data=TYPED)
    assert refused.headers["Content-Security-Policy"].endswith(f"frame-ancestors {SITE}")
    there = ["/expertise/essai/demander", "/expertise/p/inconnu", "/connexion", "/expertise"]
    for address in [*there, "/expertise/api", "/api/expertise/v1/openapi.json"]:
        answer = client.get(address)
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_partner_without_a_site_is_framed_by_nobody(
    world: World, team: Member, made: Programme
) -> None:
    partner(world, made, team, sites="")
    answer = world.client().get(HOME)
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_stopped_partner_and_a_closed_programme_have_no_page(
    world: World, team: Member, made: Programme, one: Partner
) -> None:
    client = world.client()
    token = proof(client)
    stop(world, made, one, team)
    for address in (HOME, FORM, f"{HOME}/merci"):
        assert client.get(address).status_code == 404
    assert client.post(FORM, data=TYPED | {"csrf_token": token}).status_code == 404
    stop(world, made, one, team, asks=True)
    assert client.get(HOME).status_code == 200
    with world.session() as session:
        session.get_one(Programme, made.id).is_open = False
    assert client.get(HOME).status_code == 404
    assert not world.all(select(Need))


def test_a_subject_of_another_programme_is_not_offered(world: World, one: Partner) -> None:
    programme(world, "autre", subjects=("finance",))
    answer = world.client().get("/expertise/p/chambre-essai/besoin?sujet=finance")
    assert answer.location == "/expertise/p/chambre-essai?rien=1"


def test_what_is_known_is_filled_in_where_it_makes_sense(world: World, one: Partner) -> None:
    client = world.client()
    known = (
        f"siret={SIRET}&company=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&postcode=4400&town=Nantes"
        "&first_name=In%C3%A8s&phone=12&email=pas-une-adresse&title=Autre&hidden_words=x"
    )
    page = client.get(f"{FORM}&{known}").text
    assert f'value="{SIRET}"' in page
    assert 'value="Nantes"' in page
    assert "<script>alert" not in page
    for left_out in ('value="4400"', 'value="12"', "pas-une-adresse", 'value="Autre"', 'value="x"'):
        assert left_out not in page
    assert client.get(f"{FORM}&company={'a' * 201}").text.count("aaaa") == 0
    assert "town=Nantes" in client.get(f"{HOME}?town=Nantes").text
    straight = client.get(f"{HOME}?sujet=marketing&town=Nantes").location
    assert straight == f"{FORM}&town=Nantes"
    assert send(client, f"{FORM}&{known}").status_code == 302


def test_who_is_signed_in_is_not_looked_at(world: World, one: Partner, team: Member) -> None:
    page = world.client(team).get(FORM).text
    assert team.email not in page
    assert team.last_name not in page


@pytest.mark.parametrize("forgery", ["", "x", "another partner", "too old", "another purpose"])
def test_a_form_that_is_not_ours_is_refused_and_keeps_what_was_typed(
    world: World,
    team: Member,
    made: Programme,
    one: Partner,
    forgery: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, client = world.app.extensions["maillage.settings"], world.client()
    token = forgery
    if forgery == "another partner":
        token = proofs.give(settings, partner(world, made, team, name="Autre"))
    elif forgery == "too old":
        late = clock.now() - proofs.LASTS - timedelta(minutes=1)
        with monkeypatch.context() as then:
            then.setattr(clock, "now", lambda: late)
            token = proofs.give(settings, one)
    elif forgery == "another purpose":
        with monkeypatch.context() as then:
            then.setattr(proofs, "SALT", "need-track")
            token = proofs.give(settings, one)
    page = client.post(FORM, data=TYPED | {"csrf_token": token})
    assert page.status_code == 422
    assert "resté ouvert longtemps" in page.text
    assert "Deux salons au printemps." in page.text
    assert 'value="02 40 00 00 00"' in page.text
    assert not world.all(select(Need))
    fresh = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert fresh
    again = client.post(FORM, data=TYPED | {"csrf_token": fresh.group(1)})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://localhost", 302),
        (None, 302),
        (SITE, 422),
        ("https://ailleurs.example", 422),
        ("null", 422),
    ],
)
def test_our_own_page_sends_the_form_and_no_other(
    world: World, one: Partner, origin: str | None, code: int
) -> None:
    headers = {"Origin": origin} if origin else {}
    assert send(world.client(), headers=headers).status_code == code
    assert len(world.all(select(Need))) == (code == 302)


def test_one_form_is_one_need_however_often_it_is_sent(world: World, one: Partner) -> None:
    client = world.client()
    token = proof(client)
    for title in ("Le premier", "Le second"):
        data = TYPED | {"csrf_token": token, "title": title, "submission": title}
        assert client.post(FORM, data=data).status_code == 302
    assert world.all(select(Need.title)) == ["Le premier"]


def test_what_is_missing_is_said_and_questions_are_asked(
    world: World, made: Programme, one: Partner
) -> None:
    question(world, subject(world, made), "Combien de salons ?")
    client = world.client()
    assert "Combien de salons" in client.get(FORM).text
    page = send(client, siret="123")
    assert page.status_code == 422
    assert "Vendre en Allemagne" in page.text
    assert not world.all(select(Need))


def test_a_body_of_two_megabytes_is_refused(world: World, one: Partner) -> None:
    client = world.client()
    data = TYPED | {"csrf_token": proof(client), "description": "a" * (2 * 1024 * 1024)}
    assert client.post(FORM, data=data).status_code == 413
    assert not world.all(select(Need))


def test_too_many_needs_are_told_to_wait_in_the_frame(tmp_path: Path, database_url: str) -> None:
    world = open_world(tmp_path, database_url, limits=True)
    with world.app.app_context():
        team = world.member("Thomas")
        partner(world, programme(world, team=(team,)), team)
        client = world.client()
        codes = [send(client).status_code for _time in range(7)]
        late = send(client)
        assert codes == [302] * 6 + [429]
        assert "Attendez une heure" in late.text
        assert "Deux salons au printemps." in late.text
        assert late.headers["Content-Security-Policy"].endswith(f"frame-ancestors {SITE}")
        assert len(world.all(select(Need))) == 6
