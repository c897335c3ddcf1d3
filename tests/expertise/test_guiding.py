"""Guiding a company to a scheme that the programme relays (seeds/000 §3.5)."""

from typing import Any

import pytest
from sqlalchemy import select

from expertise.needs import links
from expertise.needs.life import Ending, State
from expertise.needs.models import Need
from expertise.programmes.models import Programme
from expertise.subscriptions.models import Service, ServiceKind
from tests.expertise import desks
from tests.world import World

LINK = "https://jeunes.example/offre"


def service(world: World, made: Programme, name: str = "Tremplin Essai", **more: Any) -> Service:
    """A scheme that a programme relays."""
    with world.session() as session:
        one = Service(
            programme_id=made.id,
            **{
                "kind": ServiceKind.RELAYED,
                "name": name,
                "description": "Un jeune pour un an.",
                "link": LINK,
                "position": 0,
            }
            | more,
        )
        session.add(one)
    return one


def test_the_company_reads_the_name_the_words_and_the_link(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    one, need = service(world, made), desks.need(world, made)
    client, there = world.client(team), f"/expertise/besoins/{need.id}"
    assert "Tremplin Essai" in client.get(there).text
    said = {"act": "orient", "words": "", "service": str(one.id)}
    assert client.post(f"{there}/decision", data=said).status_code == 302
    now = desks.again(world, need)
    assert (now.state, now.ending) == (State.CLOSED, Ending.ORIENTED)
    [mail] = [mail for mail in world.mails() if mail.to_address == need.email][1:]
    token = links.token(world.app.extensions["maillage.settings"], need)
    page = world.client().get(f"/expertise/suivi/{token}").text
    for text in (mail.text, page):
        for words in ("Tremplin Essai", "Un jeune pour un an.", LINK):
            assert words in text
    assert f'<a href="{LINK}"' in page


def test_words_are_needed_without_a_scheme(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    service(world, made)
    need = desks.need(world, made)
    there = f"/expertise/besoins/{need.id}/decision"
    answer = world.client(team).post(there, data={"act": "orient", "service": "0"})
    assert answer.status_code == 422
    assert desks.again(world, need).state is State.ASKED


@pytest.mark.parametrize("which", ["retired", "of another kind", "of another programme"])
def test_what_the_programme_does_not_relay_is_not_taken(world: World, which: str) -> None:
    team = world.member("Thomas")
    made, other = desks.programme(world, team=(team,)), desks.programme(world, "autre")
    of = other if which == "of another programme" else made
    kinds: dict[str, dict[str, Any]] = {
        "of another kind": {"kind": ServiceKind.EXPERT},
        "retired": {"retired": True},
    }
    one, need = service(world, of, **kinds.get(which, {})), desks.need(world, made)
    page = world.client(team).get(f"/expertise/besoins/{need.id}").text
    assert "Tremplin Essai" not in page
    said = {"act": "orient", "words": "Voyez.", "service": str(one.id)}
    answer = world.client(team).post(f"/expertise/besoins/{need.id}/decision", data=said)
    assert answer.status_code == 422
    assert "plus proposé" in answer.text
    assert world.all(select(Need.state)) == [State.ASKED]
