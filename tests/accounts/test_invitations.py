"""Invitations and requests for access: to whom, how often, until when."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.orm import Session

from accounts import actions, administration
from accounts.models import AccessRequest, Invitation
from core import clock
from core.refusals import Refused
from tests.accounts.refusals import NOBODY, ask, invite, refusal
from tests.world import PASSWORD, World


def test_whom_one_cannot_invite(world: World) -> None:
    by, member = world.administrator(), world.member("Alice")
    invite(world, by)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"email": member.email.upper()}, "already-member"),
        ({"email": " Nour@example.org"}, "already-invited"),
        ({"email": "autre@example.org", "networks": []}, "no-network"),
        ({"email": "autre@example.org", "networks": [NOBODY]}, "unknown-network"),
        ({"email": "autre@example.org", "territories": [NOBODY]}, "unknown-territory"),
    ]
    for more, code in cases:
        with pytest.raises(Refused) as refused:
            invite(world, by, **more)
        assert refused.value.code == code


def test_one_may_invite_again_whose_invitation_is_over(world: World) -> None:
    by = world.administrator()
    invite(world, by)
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=15)):
        invite(world, by)


@pytest.mark.parametrize("ending", ["accepted_at", "revoked_at"])
def test_an_invitation_that_is_over_stays_over(world: World, ending: str) -> None:
    by = world.administrator()
    invitation, token = invite(world, by)

    def end(session: Session) -> None:
        setattr(session.get_one(Invitation, invitation.id), ending, clock.now())

    world.act(end)
    one = invitation.id
    for action in (
        lambda s: administration.resend(s, s.get_one(Invitation, one), by=by),
        lambda s: administration.revoke(s, s.get_one(Invitation, one), by=by),
        lambda s: actions.open_invitation(s, token),
    ):
        assert refusal(world, action) == "invitation-over"


def test_an_invitation_for_somebody_who_came_in_otherwise_is_over(world: World) -> None:
    _invitation, token = invite(world, world.administrator())
    world.member("Nour", email="nour@example.org")

    def accept(session: Session) -> None:
        actions.accept_invitation(
            session, token, first_name="N", last_name="V", password=PASSWORD, language="fr"
        )

    assert refusal(world, accept) == "invitation-over"


def test_a_second_request_replaces_the_one_that_waits(world: World) -> None:
    ask(world)
    assert ask(world).email == "dora@example.org"


def test_a_request_is_answered_once(world: World) -> None:
    by, request = world.administrator(), ask(world)
    network = world.network("coorace")

    def accept(session: Session) -> None:
        administration.accept_request(
            session,
            session.get_one(AccessRequest, request.id),
            by=by,
            networks=[network],
            territories=[],
            answer="",
        )

    def decline(session: Session, answer: str = "Hors de nos réseaux.") -> None:
        found = session.get_one(AccessRequest, request.id)
        administration.decline_request(session, found, by=by, answer=answer)

    assert refusal(world, lambda s: decline(s, "  ")) == "message-needed"
    world.act(accept)
    assert refusal(world, accept) == "request-decided"
    assert refusal(world, decline) == "request-decided"
