"""Closed by default: which doors are open, and to whom."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.viewers import Role
from accounts import administration
from accounts.models import Member
from tests.http.addresses import SAFE, Sample, rules
from tests.http.sample import sample
from tests.services import ROOT
from tests.world import World

# Written by hand: adding a line here is deciding that anybody on the Internet may open it.
PUBLIC = {
    "static",
    "accounts.sign_in",
    "accounts.second_step",
    "accounts.leave",
    "accounts.ask_link",
    "accounts.open_link",
    "accounts.forgotten",
    "accounts.new_password",
    "accounts.invitation",
    "accounts.ask_access",
    "news.feed",  # its secret address is the proof
    "notifications.unsubscribe",  # its signed link is the proof
    "public_letters.network",  # a letter for partners, who have no account
    "public_letters.letter",
    "public_letters.confirm",  # its signed link is the proof
    "public_letters.unsubscribe",  # its signed link is the proof
    "calendars.answer",  # its signed link is the proof
    "calendars.feed",  # its secret address is the proof
    "expertise.index",  # companies ask without an account
    "expertise.programme",
    "expertise.programme_page",
    "expertise.choose",
    "expertise.ask",
    "expertise.follow",  # its signed link is the proof
    "expertise.act_on",
    "expertise.followed_file",
    "expertise.manual",
    "expertise.institution_logo",
    "expertise.manual_paper",
    "expertise.take_file_back",
    "expertise.answer_by_mail",  # its signed link is the proof
    "expertise.recap",  # its signed link is the proof
    "expertise.answer_link",
    "expertise.invite_again",
    "expertise.sheet_by_mail",
    "expertise.file_by_mail",
    "expertise.edit_followed",
    "expertise.ask_account",  # whoever asks has none yet
    "expertise.account_asked",
    "expertise.embedded",  # in the pages of partners
    "expertise.embedded_ask",
    "expertise.embedded_thanks",
    "expertise_api.ask",  # its key is the proof
    "expertise_api.need",
    "expertise_api.programme",
    "expertise_api.openapi",  # what programs may send is no secret
    "expertise_api.page",
    "expertise.heard",  # the signature of the payment service is the proof
    "expertise.read_agreement",  # its signed link is the proof
    "expertise.agreement_paper",
    "expertise.correct_agreement",
    "expertise.send_code",
    "expertise.sign_agreement",
    "expertise.bring_own_copy",
    "expertise.survey",  # its signed link is the proof
    "expertise.take_back_testimonial",
    "rooms.invitation",  # its signed link is the proof
    "rooms.guest",  # as is the name that was given there
    "home.logo",  # the sign-in page shows it
    "home.speak",
    "home.robots",
    "health.health",
}
BEFORE_CHARTER = {"charter.charter"}
ONLY_READS = {
    "forum.preview",
    "forum.count",
    "news.count",
    "administration.preview_charter",
    "calendars.count",
    "directory.count",
    "agenda.count",
    "agenda.preview_dates",
    "resources.count",
    "rooms.count",
    "expertise.sponsorship",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def house(world: World) -> Sample:
    return sample(world)


def marked(app: Flask, mark: str) -> set[str]:
    return {name for name, view in app.view_functions.items() if getattr(view, mark, False)}


def test_only_these_doors_are_open(world: World) -> None:
    assert marked(world.app, "is_public") | {"static"} == PUBLIC
    assert marked(world.app, "is_before_charter") == BEFORE_CHARTER
    assert marked(world.app, "only_reads") == ONLY_READS
    assert marked(world.app, "is_before_second_factor") == {"account.second_factor"}


def asked(client: object, method: str, path: str) -> TestResponse:
    answer: TestResponse = client.open(path, method=method)  # type: ignore[attr-defined]
    return answer


def test_every_other_door_leads_a_visitor_to_the_sign_in(house: Sample) -> None:
    client, closed = house.world.client(), 0
    for rule in rules(house.world.app):
        if rule.endpoint in PUBLIC:
            continue
        for method in METHODS:
            answer = asked(client, method, house.path(rule))
            if method not in (rule.methods or set()):
                assert answer.status_code == 405, (method, rule)
            else:
                closed += 1
                assert answer.status_code == 302, (method, rule)
                assert re.match(r"/connexion(\?suite=|$)", answer.location), (method, rule)
                assert house.topic.title not in answer.get_data(as_text=True)
    assert closed > 80


def test_no_door_opens_before_the_charter_is_accepted(house: Sample) -> None:
    newcomer = house.world.member("Nora", role=Role.ADMINISTRATOR, charter=False)
    client = house.world.client(newcomer)
    for rule in rules(house.world.app):
        if rule.endpoint in PUBLIC | BEFORE_CHARTER:
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = asked(client, method, house.path(rule))
            assert answer.status_code == 302, (method, rule)
            assert re.match(r"/charte(\?suite=|$)", answer.location), (method, rule)
    assert client.get("/charte").status_code == 200


def test_a_suspended_member_is_a_visitor(house: Sample) -> None:
    world, member = house.world, house.member
    client = world.client(member)
    assert client.get("/forum").status_code == 200
    world.act(
        lambda s: administration.suspend(
            s,
            s.get_one(Member, member.id),
            by=s.get_one(Member, house.administrator.id),
            reason="Essai",
            until=None,
        )
    )
    for path in ("/", "/forum", f"/forum/sujets/{house.topic.id}"):
        assert client.get(path).location.startswith("/connexion")
    assert client.post(f"/forum/sujets/{house.topic.id}/reponses").location == "/connexion"
    # A session opened since (with the new epoch) opens nothing either.
    assert world.client(member).get("/forum").location.startswith("/connexion")


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        (Role.USER, ("administration", "moderation")),
        (Role.MODERATOR, ("administration",)),
        (Role.ADMINISTRATOR, ()),
    ],
)
def test_each_role_has_its_rooms(house: Sample, role: Role, closed: tuple[str, ...]) -> None:
    client = house.world.client(house.world.member("Rita", role=role))
    refused = 0
    for rule in rules(house.world.app):
        room = rule.endpoint.partition(".")[0]
        if room not in {"administration", "moderation"}:
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = asked(client, method, house.path(rule))
            if room in closed:
                refused += 1
                assert answer.status_code == 403, (method, rule)
                assert house.topic.title not in answer.get_data(as_text=True)
            else:
                assert answer.status_code in {200, 302, 400, 403, 422}, (method, rule)
                assert method != "GET" or answer.status_code == 200, (method, rule)
    assert refused >= 30 * len(closed) - 20


def test_an_address_that_is_none_says_nothing_of_the_house(house: Sample) -> None:
    for client in (house.world.client(), house.world.client(house.member)):
        for path in ("/nulle-part", "/forum/sujets/x", "/administration/membres/x", "/static/x"):
            assert client.get(path).status_code == 404


def test_the_sign_in_leads_back_to_the_page_that_was_asked(house: Sample) -> None:
    answer = house.world.client().get("/forum?theme=droit&voir=suivis")
    assert answer.location == "/connexion?suite=/forum?theme%3Ddroit%26voir%3Dsuivis"
    assert house.world.client().post("/forum/tout-lu").location == "/connexion"
    assert house.world.client().get("/").location == "/connexion"


# --- every door is tried somewhere -------------------------------------------------------------


def written(folder: Path) -> str:
    return "\n".join(
        file.read_text() for file in sorted(folder.rglob("*.py")) if file.name != "sample.py"
    )


def test_every_act_has_a_test_of_its_own(world: World) -> None:
    """The address of each route, and its last word, stand in a test beside those of this page."""
    tests = written(ROOT / "tests").replace(Path(__file__).read_text(), "")
    missing = []
    for rule in rules(world.app):
        if rule.endpoint == "static":
            continue
        parts = [re.escape(part) for part in re.split(r"<[^>]*>", rule.rule)]
        pattern = r"[^/\"'\s]+".join(parts).rstrip("/")
        if not re.search(rf"[\"']{pattern}(?=[\"'?#{{]|$)", tests, re.MULTILINE):
            missing.append(f"{sorted((rule.methods or set()) - SAFE)} {rule.rule}")
    assert missing == []
