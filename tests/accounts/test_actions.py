"""How the domain says no: every refusal of the accounts, in the domain itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import MemberNetwork, MemberTerritory
from access.viewers import Role
from accounts import actions, administration, credentials
from accounts.models import (
    AccessRequest,
    AuditEntry,
    Charter,
    HouseRules,
    Invitation,
    Member,
    OneTimeLink,
    Purpose,
)
from core import clock
from core.refusals import Refused
from tests.world import PASSWORD, World

NOBODY = 2**31 - 1


def refusal(world: World, action: Callable[[Session], Any]) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refused) as refused:
        world.act(action)
    return refused.value.code


def invite(world: World, by: Member | None, **more: Any) -> tuple[Invitation, str]:
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
    world.ask_access(email="Dora@example.org")
    asked = world.one(select(AccessRequest))
    assert asked is not None
    return asked


# --- coming in ---------------------------------------------------------------------------------


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


# --- second factor -----------------------------------------------------------------------------


def test_the_second_factor_begins_before_it_is_confirmed_and_only_once(world: World) -> None:
    member = world.member("Alice")

    def confirm(session: Session) -> None:
        actions.confirm_second_factor(session, session.get_one(Member, member.id), "123456")

    assert refusal(world, confirm) == "second-factor-not-begun"
    world.act(lambda s: actions.begin_second_factor(s.get_one(Member, member.id)))
    assert refusal(world, confirm) == "wrong-code"

    def turn_on(session: Session) -> None:
        session.get_one(Member, member.id).totp_on = True

    world.act(turn_on)
    assert refusal(world, confirm) == "second-factor-on"
    again = refusal(world, lambda s: actions.begin_second_factor(s.get_one(Member, member.id)))
    assert again == "second-factor-on"


# --- invitations and requests ------------------------------------------------------------------


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


# --- members -----------------------------------------------------------------------------------


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
        lambda s: actions.drop_second_factor(s, s.get_one(Member, member.id), by=other),
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


# --- the charter and the house -----------------------------------------------------------------


def test_an_empty_charter_is_refused(world: World) -> None:
    def publish(session: Session) -> None:
        administration.publish_charter(session, by=None, body=" \n ", changes="")

    assert refusal(world, publish) == "charter-empty"


def test_only_the_charter_in_force_is_accepted(world: World) -> None:
    member, first = world.member("Alice", charter=False), world.one(select(Charter.id))
    assert first is not None
    world.act(lambda s: administration.publish_charter(s, by=None, body="Deux.", changes=""))

    def accept(session: Session) -> None:
        actions.accept_charter(session, session.get_one(Member, member.id), first)

    assert refusal(world, accept) == "charter-changed"


def test_the_house_rules_are_kept_and_noted(world: World) -> None:
    by = world.administrator()
    viewer = world.viewer(by)
    world.act(
        lambda s: administration.change_house(
            s, viewer, by=by, second_factor_for_staff=True, newcomer_posts=3
        )
    )
    rules = world.one(select(HouseRules))
    assert rules is not None
    assert (rules.second_factor_for_staff, rules.newcomer_posts) == (True, 3)
    line = world.one(select(AuditEntry).where(AuditEntry.act == "house-changed"))
    assert line is not None
    assert line.actor_name == by.name


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
