"""Circulars by mail: who publishes for a network by mail, and whom the house does not answer."""

import pytest
from sqlalchemy import select

from access.viewers import Role
from accounts import administration
from accounts.models import AuditEntry, Member
from core.refusals import Refused
from inbound.models import Outcome
from tests.circulars.drafted import drafts, told
from tests.circulars.letters import circular, circular_address, comes_in, renew
from tests.world import BOTH, World


@BOTH
@pytest.mark.parametrize(
    ("role", "networks", "outcome", "why"),
    [
        (Role.MODERATOR, ("coorace",), Outcome.DRAFT, ""),
        (Role.ADMINISTRATOR, ("coorace", "fnars"), Outcome.DRAFT, ""),
        (Role.USER, ("coorace",), Outcome.REFUSED, "network-not-served"),
        (Role.MODERATOR, ("fnars",), Outcome.REFUSED, "network-not-served"),
        (Role.ADMINISTRATOR, ("fnars",), Outcome.REFUSED, "network-not-served"),
        (Role.MODERATOR, (), Outcome.REFUSED, "network-not-served"),
    ],
)
def test_only_those_who_moderate_a_network_publish_for_it_by_mail(
    world: World, role: Role, networks: tuple[str, ...], outcome: Outcome, why: str
) -> None:
    who = world.member("Adèle", role=role, networks=networks)
    received = comes_in(world, circular(circular_address(world, "coorace"), who))
    assert (received.outcome, received.why) == (outcome, why)
    assert len(drafts(world)) == (outcome is Outcome.DRAFT)
    assert told(world, who) == ["draft_ready" if outcome is Outcome.DRAFT else "circular_refused"]
    shown = world.client(who).get("/brouillons").get_data(as_text=True)
    assert (circular_address(world, "coorace") in shown) is (outcome is Outcome.DRAFT)


def test_a_stranger_is_not_answered(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    received = comes_in(world, circular(to, staff, From="Inconnu <inconnu@example.net>"))
    assert (received.outcome, received.why) == (Outcome.IGNORED, "sender-unknown")
    assert drafts(world) == []
    assert world.mails() == []


def test_one_who_is_suspended_or_has_no_charter_makes_no_draft(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    newcomer = world.member("Nadia", role=Role.MODERATOR, charter=False)
    assert comes_in(world, circular(to, newcomer, Number="<n@x>")).why == "charter-first"
    by = world.administrator()
    world.act(
        lambda s: administration.suspend(
            s, s.get_one(Member, staff.id), by=s.get_one(Member, by.id), reason="Non.", until=None
        )
    )
    assert comes_in(world, circular(to, staff)).why == "account-suspended"
    assert drafts(world) == []


def test_a_forged_address_is_nobody_s(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    token = to.partition("+")[2].partition("@")[0]
    for place in range(0, len(token), 5):
        other = "a" if token[place] != "a" else "b"
        forged = to.replace(token, token[:place] + other + token[place + 1 :])
        received = comes_in(world, circular(forged, staff, Number=f"<{place}@x>"))
        assert (received.outcome, received.why) == (Outcome.IGNORED, "address-forged")
    assert drafts(world) == []
    assert len(to.partition("@")[0]) <= 64


def test_forged_circulars_leave_a_member_their_answers_by_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.actions.MOST_AN_HOUR", 2)
    staff, to = world.moderator(), circular_address(world)
    token = to.partition("+")[2].partition("@")[0]
    for number in range(3):
        forged = to.replace(token, "a" * len(token))
        received = comes_in(world, circular(forged, staff, Number=f"<{number}@x>"))
        assert (received.why, received.member_id) == ("address-forged", None)
    assert comes_in(world, circular(to, staff, Number="<true@x>")).outcome is Outcome.DRAFT


@BOTH
def test_an_address_that_was_renewed_makes_no_draft_and_it_is_told(world: World) -> None:
    staff, before, administrator = world.moderator(), circular_address(world), world.administrator()
    others = circular_address(world, "fnars")
    renew(world, administrator)
    received = comes_in(world, circular(before, staff, Number="<1@x>"))
    assert (received.outcome, received.why) == (Outcome.REFUSED, "address-renewed")
    after = circular_address(world)
    assert after != before
    assert comes_in(world, circular(after.upper(), staff, Number="<2@x>")).outcome is Outcome.DRAFT
    assert circular_address(world, "fnars") == others
    assert "house-changed" in world.all(select(AuditEntry.act))


@pytest.mark.parametrize(
    ("role", "status"), [(Role.USER, 403), (Role.MODERATOR, 403), (Role.ADMINISTRATOR, 302)]
)
def test_only_an_administrator_renews_an_address(world: World, role: Role, status: int) -> None:
    who, before = world.member("Adèle", role=role), circular_address(world)
    network_id = world.network("coorace")
    path = f"/administration/reseaux/{network_id}/adresse-des-circulaires"
    assert world.client(who).post(path).status_code == status
    assert (circular_address(world) != before) is (status == 302)
    with pytest.raises(Refused) if status == 403 else pytest.MonkeyPatch.context():
        renew(world, who)


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, Outcome.IGNORED),
        ({"Subject": "Absence du bureau : circulaire"}, Outcome.IGNORED),
        ({"Return_Path": "<>"}, Outcome.IGNORED),
        ({"List_Id": "<lettre.coorace.example>", "Precedence": "bulk"}, Outcome.DRAFT),
    ],
)
def test_machines_make_no_draft_but_letters_do(
    world: World, headers: dict[str, str], outcome: Outcome
) -> None:
    staff = world.moderator()
    received = comes_in(world, circular(circular_address(world), staff, **headers))
    assert received.outcome is outcome


def test_what_we_write_starts_no_dance(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    mail = circular(to, staff, From="Maillage <maillage@example.org>")
    assert comes_in(world, mail).outcome is Outcome.IGNORED


def test_a_sender_who_may_be_borrowed_is_said_to_be(world: World) -> None:
    staff, to = world.moderator(), circular_address(world)
    verdict = "mx.example.org; dkim=none; spf=fail; dmarc=fail header.from=example.org"
    comes_in(world, circular(to, staff, Authentication_Results=verdict))
    (draft,) = drafts(world)
    assert draft.doubtful
    (mail,) = world.mails(staff)
    page = world.client(staff).get("/brouillons").get_data(as_text=True)
    assert "doute" in mail.text or "doubts" in mail.text
    assert "doute" in page or "doubts" in page
