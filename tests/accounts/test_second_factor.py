"""The second factor: set up, asked for, never accepted twice, made compulsory."""

import re
from datetime import timedelta
from unittest.mock import patch

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Role
from accounts import second_factor
from accounts.models import HouseRules, Member, Purpose
from core import clock
from tests.accounts.refusals import refusal
from tests.world import BOTH, PASSWORD, World


def protected(world: World) -> tuple[Member, str, list[str]]:
    """A member whose second factor is on, its secret and the recovery codes."""
    member = world.member("Alice", password=PASSWORD)

    def turn_on(session: object) -> tuple[str, list[str]]:
        mine = session.get_one(Member, member.id)  # type: ignore[attr-defined]
        secret = second_factor.begin(mine)
        earlier = clock.now() - timedelta(minutes=5)
        with patch.object(clock, "now", return_value=earlier):
            code = pyotp.TOTP(secret).at(earlier)
            return secret, second_factor.confirm(session, mine, code)  # type: ignore[arg-type]

    return member, *world.act(turn_on)


def half_way(world: World, member: Member) -> FlaskClient:
    client = world.client()
    answer = client.post("/connexion", data={"email": member.email, "password": PASSWORD})
    assert answer.location == "/connexion/code"
    return client


def test_setting_it_up_takes_a_press_a_scan_and_a_code(world: World) -> None:
    member = world.member("Alice", password=PASSWORD)
    client = world.client(member)
    first = client.get("/compte/double-authentification").text
    assert "<code>" not in first
    client.post("/compte/double-authentification", data={"begin": "1"})
    page = client.get("/compte/double-authentification").text
    assert "<svg" in page
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert key
    totp = pyotp.TOTP(key.group(1).replace(" ", ""))
    wrong = client.post("/compte/double-authentification", data={"code": "000000"})
    assert wrong.status_code == 422
    codes = client.post("/compte/double-authentification", data={"code": totp.now()})
    assert len(re.findall(r"<li>[a-z2-9]{5}-[a-z2-9]{5}</li>", codes.text)) == 10


def test_reading_the_page_draws_no_secret(world: World) -> None:
    member = world.member("Alice")
    world.client(member).get("/compte/double-authentification")
    assert world.one(select(Member.totp_secret).where(Member.id == member.id)) is None


def test_the_password_alone_opens_nothing(world: World) -> None:
    member, _secret, _codes = protected(world)
    client = half_way(world, member)
    assert client.get("/compte").location.startswith("/connexion")


@BOTH
def test_a_code_opens_once(world: World) -> None:
    member, secret, _codes = protected(world)
    code = pyotp.TOTP(secret).now()
    first = half_way(world, member)
    for wrong in ("000000", "é", "²²²²²²"):
        assert first.post("/connexion/code", data={"code": wrong}).status_code == 422
    assert first.post("/connexion/code", data={"code": code}).location == "/"
    assert first.get("/compte").status_code == 200
    assert half_way(world, member).post("/connexion/code", data={"code": code}).status_code == 422


@BOTH
def test_a_recovery_code_opens_once(world: World) -> None:
    member, _secret, codes = protected(world)
    assert half_way(world, member).post("/connexion/code", data={"code": codes[0]}).location == "/"
    again = half_way(world, member).post("/connexion/code", data={"code": codes[0]})
    assert again.status_code == 422
    other = half_way(world, member).post("/connexion/code", data={"code": codes[1].upper()})
    assert other.location == "/"


def test_the_second_step_waits_ten_minutes(world: World) -> None:
    member, secret, _codes = protected(world)
    client = half_way(world, member)
    late = clock.now() + timedelta(minutes=11)
    with patch.object(clock, "now", return_value=late):
        answer = client.post("/connexion/code", data={"code": pyotp.TOTP(secret).at(late)})
    assert answer.location == "/connexion"


@pytest.mark.parametrize("meanwhile", ["epoch", "suspension"])
def test_the_second_step_falls_with_what_changed_meanwhile(world: World, meanwhile: str) -> None:
    administrator = world.administrator()
    member, secret, _codes = protected(world)
    client = half_way(world, member)
    path = {"epoch": "deconnecter", "suspension": "suspendre"}[meanwhile]
    world.client(administrator).post(
        f"/administration/membres/{member.id}/{path}", data={"reason": "Vérification"}
    )
    answer = client.post("/connexion/code", data={"code": pyotp.TOTP(secret).now()})
    assert answer.location == "/connexion"


def test_without_a_first_step_there_is_no_second(world: World) -> None:
    assert world.client().get("/connexion/code").location == "/connexion"
    assert world.client().post("/connexion/code", data={"code": "123456"}).location == "/connexion"


def test_a_link_asks_for_the_code_too(world: World) -> None:
    from tests.accounts.test_coming_in import link_for

    member, _secret, _codes = protected(world)
    token = link_for(world, member.email, Purpose.SIGN_IN)
    assert world.client().post(f"/connexion/lien/{token}").location == "/connexion/code"


def test_turning_it_off_or_renewing_the_codes_asks_for_the_password(world: World) -> None:
    member, _secret, codes = protected(world)
    client = world.client(member)
    for path in ("codes", "arret"):
        for typed in ("", "un autre mot de passe"):
            answer = client.post(
                f"/compte/double-authentification/{path}", data={"sure-current": typed}
            )
            assert answer.status_code == 422
    renewed = client.post("/compte/double-authentification/codes", data={"sure-current": PASSWORD})
    assert renewed.status_code == 200
    assert codes[0] not in renewed.text
    again = half_way(world, member).post("/connexion/code", data={"code": codes[0]})
    assert again.status_code == 422
    client.post("/compte/double-authentification/arret", data={"sure-current": PASSWORD})
    answer = world.client().post("/connexion", data={"email": member.email, "password": PASSWORD})
    assert answer.location == "/"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
def test_when_it_is_compulsory_staff_open_nothing_before(world: World, role: Role) -> None:
    staff, member = world.member("Agent", role=role), world.member("Alice")
    world.act(
        lambda session: session.add(
            HouseRules(id=1, second_factor_for_staff=True, newcomer_posts=0)
        )
    )
    client = world.client(staff)
    for path in ("/", "/compte", "/forum", "/administration"):
        assert client.get(path).location == "/compte/double-authentification"
    assert client.post("/administration/regles").location == "/compte/double-authentification"
    assert client.get("/compte/double-authentification").status_code == 200
    assert client.get("/charte").status_code == 200
    assert world.client(member).get("/compte").status_code == 200


def test_an_administrator_removes_it_after_a_lost_telephone(world: World) -> None:
    member, _secret, _codes = protected(world)
    client = world.client(world.administrator())
    client.post(f"/administration/membres/{member.id}/second-facteur")
    answer = world.client().post("/connexion", data={"email": member.email, "password": PASSWORD})
    assert answer.location == "/"


def test_the_second_factor_begins_before_it_is_confirmed_and_only_once(world: World) -> None:
    member = world.member("Alice")

    def confirm(session: Session) -> None:
        second_factor.confirm(session, session.get_one(Member, member.id), "123456")

    assert refusal(world, confirm) == "second-factor-not-begun"
    world.act(lambda s: second_factor.begin(s.get_one(Member, member.id)))
    assert refusal(world, confirm) == "wrong-code"

    def turn_on(session: Session) -> None:
        session.get_one(Member, member.id).totp_on = True

    world.act(turn_on)
    assert refusal(world, confirm) == "second-factor-on"
    again = refusal(world, lambda s: second_factor.begin(s.get_one(Member, member.id)))
    assert again == "second-factor-on"
