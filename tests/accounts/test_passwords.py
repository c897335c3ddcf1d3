"""Passwords and links that the domain refuses."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from accounts import actions, administration, credentials
from accounts.models import Member, OneTimeLink, Purpose
from core import clock
from tests.accounts.refusals import refusal
from tests.world import PASSWORD, World


@pytest.mark.parametrize(
    ("email", "password"),
    [("alice@example.org", "faux"), ("alice@example.org", ""), ("nul@example.org", PASSWORD)],
)
def test_a_wrong_pair_is_refused(world: World, email: str, password: str) -> None:
    world.member("Alice", email="alice@example.org", password=PASSWORD)
    code = refusal(world, lambda session: actions.check_password(session, email, password))
    assert code == "wrong-credentials"


def test_an_account_without_a_password_opens_with_none(world: World) -> None:
    member = world.member("Alice")
    code = refusal(world, lambda session: actions.check_password(session, member.email, ""))
    assert code == "wrong-credentials"


def test_only_the_right_password_tells_of_a_suspension(world: World) -> None:
    by, member = world.administrator(), world.member("Alice", password=PASSWORD)

    def suspend(session: Session) -> None:
        mine = session.get_one(Member, member.id)
        administration.suspend(session, mine, by=by, reason="Propos", until=None)

    world.act(suspend)
    email = member.email
    assert refusal(world, lambda s: actions.check_password(s, email, PASSWORD)) == "suspended"
    assert refusal(world, lambda s: actions.check_password(s, email, "faux")) == "wrong-credentials"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_unknown_is_over(world: World, purpose: Purpose) -> None:
    assert refusal(world, lambda s: actions.open_link(s, "inconnu", purpose)) == "link-over"
    assert refusal(world, lambda s: actions.use_link(s, "inconnu", purpose)) == "link-over"


def test_a_new_password_ends_the_links_that_wait(world: World) -> None:
    member = world.member("Alice", password=PASSWORD)
    token, hashed = credentials.new_token()

    def link_then_change(session: Session) -> None:
        session.add(
            OneTimeLink(
                purpose=Purpose.SIGN_IN,
                member_id=member.id,
                token_hash=hashed,
                expires_at=clock.now() + timedelta(minutes=15),
            )
        )
        actions.set_password(session, session.get_one(Member, member.id), "un autre bien long")

    world.act(link_then_change)
    assert refusal(world, lambda s: actions.use_link(s, token, Purpose.SIGN_IN)) == "link-over"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("court", "password-too-short"),
        ("a" * 201, "password-too-long"),
        ("abababababababab", "password-too-simple"),
        ("Alice.Martin@example.org", "password-is-email"),
        ("alice.martin", "password-is-email"),
    ],
)
def test_a_weak_password_is_refused(world: World, password: str, code: str) -> None:
    member = world.member("Alice", email="alice.martin@example.org")

    def change(session: Session) -> None:
        actions.set_password(session, session.get_one(Member, member.id), password)

    assert refusal(world, change) == code
