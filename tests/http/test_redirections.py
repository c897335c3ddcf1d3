"""Where one is sent: to our own pages, never to another site."""

from urllib.parse import urlsplit

import pytest

from blueprints._access import local_address
from tests.world import PASSWORD, World

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "%2f%2fevil.example",
    "http://localhost@evil.example",
    "/\t/[",
    "//[",
    "",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_to_another_site(world: World, elsewhere: str) -> None:
    assert local_address(elsewhere) is None
    member = world.member(password=PASSWORD)
    client = world.client()
    data = {"email": member.email, "password": PASSWORD, "suite": elsewhere}
    answers = [
        world.client().post("/connexion", data=data),
        world.client().get("/langue/fr", query_string={"suite": elsewhere}),
        world.client(member).get("/connexion", query_string={"suite": elsewhere}),
        client.get("/connexion", query_string={"suite": elsewhere}),
    ]
    for answer in answers[:3]:
        assert answer.status_code == 302
        target = urlsplit(answer.location)
        assert (target.netloc, target.path) == ("", "/"), answer.location
    assert answers[3].status_code == 200


def test_one_comes_back_to_a_page_of_ours(world: World) -> None:
    for here in ("/forum?theme=droit&voir=suivis", "/forum/sujets/1#reponse-2", "/recherche?q=é"):
        assert local_address(here) == here
