"""Running the house is for administrators: members placed, suspended, named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import MemberNetwork, MemberTerritory
from access.viewers import Role
from accounts import actions, administration, second_factor
from accounts.models import AccessRequest, AuditEntry, Invitation, Member
from core import clock
from tests.accounts.refusals import ask, invite, refusal
from tests.world import PASSWORD, World


def test_only_administrators_run_the_house(world: World) -> None:
    member, other = world.member("Alice"), world.moderator()
    invitation, _token = invite(world, None)
    request, network = ask(world), world.network("coorace")
    viewer = world.viewer(other)
    acts: list[Callable[[Session], Any]] = [
        lambda s: administration.invite(
            s,
            by=other,
            email="x@y.fr",
            first_name="X",
            last_name="Y",
            networks=[network],
            territories=[],
        ),
        lambda s: administration.resend(s, s.get_one(Invitation, invitation.id), by=other),
        lambda s: administration.revoke(s, s.get_one(Invitation, invitation.id), by=other),
        lambda s: administration.accept_request(
            s,
            s.get_one(AccessRequest, request.id),
            by=other,
            networks=[network],
            territories=[],
            answer="",
        ),
        lambda s: administration.decline_request(
            s, s.get_one(AccessRequest, request.id), by=other, answer="Non"
        ),
        lambda s: administration.place(
            s,
            s.get_one(Member, member.id),
            by=other,
            role=Role.USER,
            networks=[network],
            territories=[],
        ),
        lambda s: administration.suspend(
            s, s.get_one(Member, member.id), by=other, reason="Non", until=None
        ),
        lambda s: administration.reinstate(s, s.get_one(Member, member.id), by=other),
        lambda s: actions.sign_out_everywhere(s, s.get_one(Member, member.id), by=other),
        lambda s: second_factor.drop(s, s.get_one(Member, member.id), by=other),
        lambda s: administration.publish_charter(s, by=other, body="x", changes=""),
        lambda s: administration.change_house(
            s, viewer, by=other, second_factor_for_staff=True, newcomer_posts=0
        ),
    ]
    for act in acts:
        assert refusal(world, act) == "not-administrator"


def test_there_is_always_an_administrator(world: World) -> None:
    only, network = world.administrator(), world.network("coorace")

    def lower(session: Session) -> None:
        administration.place(
            session,
            session.get_one(Member, only.id),
            by=only,
            role=Role.USER,
            networks=[network],
            territories=[],
        )

    assert refusal(world, lower) == "last-administrator"
    world.administrator("Berthe")
    world.act(lower)


def test_the_last_administrator_active_cannot_be_suspended(world: World) -> None:
    first, second = world.administrator(), world.administrator("Berthe")

    def suspend(session: Session, whom: Member, by: Member) -> None:
        mine = session.get_one(Member, whom.id)
        administration.suspend(session, mine, by=by, reason="Départ", until=None)

    world.act(lambda s: suspend(s, second, first))
    assert refusal(world, lambda s: suspend(s, first, second)) == "last-administrator"


def test_a_suspension_needs_a_reason_an_end_to_come_and_somebody_else(world: World) -> None:
    by, member = world.administrator(), world.member("Alice")
    yesterday = clock.now() - timedelta(days=1)
    cases: list[tuple[Member, str, Any, str]] = [
        (by, "Non", None, "not-yourself"),
        (member, " ", None, "reason-needed"),
        (member, "Non", yesterday, "end-in-the-past"),
    ]
    for whom, reason, until, code in cases:

        def suspend(session: Session, w: Member = whom, r: str = reason, u: Any = until) -> None:
            administration.suspend(session, session.get_one(Member, w.id), by=by, reason=r, until=u)

        assert refusal(world, suspend) == code


def test_a_suspension_ends_by_itself(world: World) -> None:
    by, member = world.administrator(), world.member("Alice", password=PASSWORD)
    until = clock.now() + timedelta(days=2)

    def suspend(session: Session) -> None:
        mine = session.get_one(Member, member.id)
        administration.suspend(session, mine, by=by, reason="Repos", until=until)

    world.act(suspend)
    with patch.object(clock, "now", return_value=until + timedelta(seconds=1)):
        world.act(lambda s: actions.check_password(s, member.email, PASSWORD))


def test_places_are_in_force_at_the_next_request(world: World) -> None:
    by, member = world.administrator(), world.member("Alice")
    fnars, sarthe = world.network("fnars"), world.territory("departement:72")

    def move(session: Session) -> None:
        administration.place(
            session,
            session.get_one(Member, member.id),
            by=by,
            role=Role.MODERATOR,
            networks=[fnars, fnars],
            territories=[sarthe],
        )

    world.act(move)
    networks = select(MemberNetwork.network_id).where(MemberNetwork.member_id == member.id)
    territories = select(MemberTerritory.territory_id).where(MemberTerritory.member_id == member.id)
    assert world.all(networks) == [fnars]
    assert world.all(territories) == [sarthe]
    line = world.one(select(AuditEntry).where(AuditEntry.act == "member-changed"))
    assert line is not None
    assert line.details["role"] == ["user", "moderator"]


@pytest.mark.parametrize(
    ("first_name", "last_name", "handle"),
    [
        ("Anne", "Martin", "anne.martin"),
        ("Élodie", "Le Goff", "elodie.le-goff"),
        ("Jean-Luc", "D’Arc", "jean-luc.d-arc"),
        ("李", "王", "membre"),
    ],
)
def test_a_handle_is_made_of_the_name(
    world: World, first_name: str, last_name: str, handle: str
) -> None:
    made = world.act(lambda s: actions.free_handle(s, first_name, last_name))
    assert made == handle
