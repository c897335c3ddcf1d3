"""Addresses are asked of a service that speaks as the national API does: here, a real server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from core import jobs
from core.jobs import Job
from directory import tending
from directory.models import Organisation, Placed, Scheme
from map import geocoding
from map.geocoding import Question, Unreachable, Unusable, locate
from map.jobs import LOCATE, Locator, ask_for_all
from tests.world import BOTH, World

PORT = (47.20623, -1.56411)
NANTES = Question("3 rue du Port", "44000", "Nantes", (47.2382, -1.5603))


def feature(**changed: Any) -> dict[str, Any]:
    """An answer as the service words it (GeoCodeJSON), with these properties changed."""
    point = changed.pop("point", (PORT[1], PORT[0]))
    said = {
        "label": "3 Rue du Port 44000 Nantes",
        "score": 0.93,
        "housenumber": "3",
        "id": "44109_1234_00003",
        "name": "3 Rue du Port",
        "postcode": "44000",
        "citycode": "44109",
        "city": "Nantes",
        "context": "44, Loire-Atlantique, Pays de la Loire",
        "type": "housenumber",
        "importance": 0.7,
    }
    one = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point},
        "properties": said | changed,
    }
    return {"type": "FeatureCollection", "features": [one], "query": "3 rue du Port Nantes"}


class Service:
    """The address API, on a port of this machine."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda to: send(to, feature())
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Answer as the test wants."""
                service.asked.append(parse_qs(urlsplit(self.path).query))
                service.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/geocodage/search"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def send(to: BaseHTTPRequestHandler, body: Any, status: int = 200, **headers: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    to.send_response(status)
    for name, value in headers.items():
        to.send_header(name, value)
    to.end_headers()
    to.wfile.write(content)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_an_address_is_found(service: Service) -> None:
    assert locate(service.url, NANTES) == PORT
    assert service.asked == [
        {
            "q": ["3 rue du Port Nantes"],
            "postcode": ["44000"],
            "limit": ["1"],
            "autocomplete": ["0"],
        }
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"type": "FeatureCollection", "features": []},
        feature(type="municipality"),
        feature(score=0.2),
        feature(point=(2.35, 48.85)),
        feature(point=(float("nan"), 47.2)),
    ],
    ids=["nothing", "the commune alone", "unlikely", "in Paris", "nowhere"],
)
def test_what_is_not_precise_or_not_there_moves_nothing(service: Service, answer: Any) -> None:
    service.answer = lambda to: send(to, answer)
    assert locate(service.url, NANTES) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Bonjour</html>",
        b"\xff\xfe",
        b"",
        b"[" * 50_000,
        b"[]",
        b'{"features": {}}',
        json.dumps(feature(point=("a", "b"))).encode(),
        b'{"features": [{"geometry": null, "properties": {}}]}',
        json.dumps(feature(point=(10**400, 1))).encode(),
        json.dumps(feature(type=["street"])).encode(),
        b'{"features": "' + b"x" * geocoding.LARGEST_ANSWER + b'"}',
    ],
    ids=[
        *("page", "bytes", "nothing", "deep", "list", "object"),
        *("words", "no-point", "far", "type", "huge"),
    ],
)
def test_what_is_no_answer_is_refused(service: Service, body: bytes) -> None:
    service.answer = lambda to: send(to, body)
    if body == b'{"features": {}}':
        assert locate(service.url, NANTES) is None
    else:
        with pytest.raises(Unusable):
            locate(service.url, NANTES)


def test_an_endless_answer_is_left_at_its_limit(service: Service) -> None:
    written: list[int] = []

    def endless(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.end_headers()
        try:
            while len(written) < 10_000:
                to.wfile.write(b" " * 16_384)
                written.append(1)
        except OSError:
            return

    service.answer = endless
    with pytest.raises(Unusable):
        locate(service.url, NANTES)
    assert len(written) < 10_000


def test_a_slow_answer_is_not_waited_for(service: Service) -> None:
    left = threading.Event()

    def drop_by_drop(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.end_headers()
        try:
            while not left.wait(0.02):
                to.wfile.write(b" ")
        except OSError:
            return

    service.answer = drop_by_drop
    started = time.monotonic()
    with pytest.raises(Unreachable):
        locate(service.url, NANTES, within=0.3)
    left.set()
    assert time.monotonic() - started < 10
    silent = threading.Event()

    def say_nothing(_to: BaseHTTPRequestHandler) -> None:
        silent.wait(5)

    service.answer = say_nothing
    with pytest.raises(Unreachable):
        locate(service.url, NANTES, within=0.2)
    silent.set()


@pytest.mark.parametrize(
    ("status", "kind"), [(429, Unreachable), (503, Unreachable), (400, Unusable), (302, Unusable)]
)
def test_refusals_are_told_from_pauses(
    service: Service, status: int, kind: type[Exception]
) -> None:
    service.answer = lambda to: send(to, b"", status, Location=service.url)
    with pytest.raises(kind):
        locate(service.url, NANTES)
    assert len(service.asked) == 1, "a redirection is not followed"


def test_what_does_not_speak_http_is_a_pause(service: Service) -> None:
    def greet(to: BaseHTTPRequestHandler) -> None:
        to.wfile.write(b"Bonjour !\r\n\r\n")

    service.answer = greet
    with pytest.raises(Unreachable):
        locate(service.url, NANTES)


def test_nobody_at_the_address_is_a_pause(service: Service) -> None:
    service.server.shutdown()
    service.server.server_close()
    with pytest.raises(Unreachable):
        locate(service.url, NANTES)


# --- what the worker does with it ----------------------------------------------------------------

HERE = {"address": "3 rue du Port", "postcode": "44000", "town": "Nantes"}


def placed(world: World, one: Organisation) -> tuple[Placed | None, float | None]:
    found = world.one(select(Organisation).where(Organisation.id == one.id))
    assert found is not None
    return found.placed, found.latitude


def work(world: World, locator: Locator) -> None:
    """Do the work that waits."""
    plan = jobs.Plan(handlers=locator.handlers, periodic={})
    with world.session() as session:
        while jobs.work_once(session, plan, "test:0"):
            pass


@BOTH
def test_an_address_replaces_the_middle_of_the_commune(world: World, service: Service) -> None:
    one = world.organisation("Les Jardins", **HERE)
    at_commune = placed(world, one)
    assert at_commune[0] is Placed.COMMUNE
    assert world.act(ask_for_all) == 1
    work(world, Locator(service.url))
    assert placed(world, one) == (Placed.ADDRESS, PORT[0])
    assert world.act(ask_for_all) == 0, "it is known now"
    assert len(service.asked) == 1


def test_a_scheme_is_asked_about_likewise(world: World, service: Service) -> None:
    scheme = world.scheme(name="Un coup de pouce", **HERE)
    assert scheme.placed is Placed.COMMUNE
    assert world.act(ask_for_all) == 1
    work(world, Locator(service.url))
    assert world.all(select(Scheme.placed)) == [Placed.ADDRESS]


def test_an_organisation_described_is_asked_about_once(world: World, service: Service) -> None:
    locator = Locator(service.url)
    from core import facts
    from directory.facts import OrganisationDescribed

    facts.wire({OrganisationDescribed: [locator.organisation_described]})
    one = world.organisation("Les Jardins", **HERE)
    world.organisation("Sans rue", postcode="44000", town="Nantes")
    world.organisation("Placée", point=(47.2, -1.5), **HERE)
    said: Any = HERE
    with world.session() as session:
        known = session.get_one(Organisation, one.id)
        tending.describe(
            session, known, tending.Description(name="Autre nom", kind_id=one.kind_id, **said)
        )
    assert world.all(select(Job.payload).where(Job.kind == LOCATE)) == [
        {"kind": "organisation", "id": one.id}
    ]


def test_without_the_setting_nothing_is_asked(world: World) -> None:
    world.organisation("Les Jardins", **HERE)
    assert world.all(select(Job.id).where(Job.kind == LOCATE)) == []
    world.act(ask_for_all)
    work(world, Locator(None))
    assert world.all(select(Job.id).where(Job.kind == LOCATE)) == []


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_pin_moved_by_hand_is_never_overwritten(
    world: World, service: Service, when: str
) -> None:
    one, administrator = world.organisation("Les Jardins", **HERE), world.administrator()
    world.act(ask_for_all)

    def move() -> None:
        answer = world.client(administrator).post(
            f"/carte/structures/{one.id}/position", data={"latitude": "47.3", "longitude": "-1.6"}
        )
        assert answer.status_code == 302

    def answer(to: BaseHTTPRequestHandler) -> None:
        with world.app.app_context():
            move()
        send(to, feature())

    if when == "before":
        move()
    else:
        service.answer = answer
    work(world, Locator(service.url))
    assert placed(world, one) == (Placed.HAND, 47.3)
    assert len(service.asked) == (0 if when == "before" else 1)


def test_a_pause_of_the_service_puts_the_question_off(world: World, service: Service) -> None:
    one = world.organisation("Les Jardins", **HERE)
    world.act(ask_for_all)
    service.answer = lambda to: send(to, b"", 429)
    work(world, Locator(service.url))
    [job] = world.all(select(Job).where(Job.kind == LOCATE))
    assert (job.attempts, job.failed_at) == (1, None)
    assert placed(world, one)[0] is Placed.COMMUNE


def test_nonsense_from_the_service_ends_the_question(world: World, service: Service) -> None:
    one = world.organisation("Les Jardins", **HERE)
    world.act(ask_for_all)
    service.answer = lambda to: send(to, b"<html>")
    work(world, Locator(service.url))
    [job] = world.all(select(Job).where(Job.kind == LOCATE))
    assert job.failed_at is not None
    assert placed(world, one)[0] is Placed.COMMUNE
