"""The code of a refusal, and what one may be refused about: an invitation, a request."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import administration
from accounts.models import AccessRequest, Invitation, Member
from core.refusals import Refused
from tests.world import World

NOBODY = 2**31 - 1


def refusal(world: World, action: Callable[[Session], Any]) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refused) as refused:
        world.act(action)
    return refused.value.code


def invite(world: World, by: Member | None, **more: Any) -> tuple[Invitation, str]:
    """Invite Nour to COORACE, unless told otherwise; the invitation and its token."""
    values = {
        "email": "nour@example.org",
        "first_name": "Nour",
        "last_name": "Velle",
        "networks": [world.network("coorace")],
        "territories": [],
        **more,
    }
    return world.act(lambda session: administration.invite(session, by=by, **values))


def ask(world: World) -> AccessRequest:
    """Ask for an account; the request that waits."""
    world.ask_access(email="Dora@example.org")
    asked = world.one(select(AccessRequest))
    assert asked is not None
    return asked
