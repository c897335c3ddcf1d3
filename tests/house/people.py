"""Who may run the house, page by page."""

import pytest
from sqlalchemy import select

from access.viewers import Role
from accounts.models import AuditEntry, Member
from tests.world import World

WHO = pytest.mark.parametrize(
    ("role", "status_"), [(Role.USER, 403), (Role.MODERATOR, 403), (Role.ADMINISTRATOR, 200)]
)
"""Each role, and what a page of administration answers to it."""


def somebody(world: World, role: Role) -> Member:
    """A member of this role, of every network."""
    return world.member("Rachel", role=role, networks=("coorace", "fnars"))


def status(world: World, member: Member, path: str) -> int:
    """What this page answers to a member."""
    return world.client(member).get(path).status_code


def text(world: World, member: Member, path: str) -> str:
    """What this page says to a member."""
    answer = world.client(member).get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def acts(world: World, member: Member, act: str) -> list[tuple[str, dict[str, object]]]:
    """The lines of the trail of this kind that a member left: about what, and the details."""
    lines = select(AuditEntry).where(AuditEntry.act == act, AuditEntry.actor_id == member.id)
    return [(line.about, line.details) for line in world.all(lines.order_by(AuditEntry.id))]
