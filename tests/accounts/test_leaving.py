"""Closing one's account: asked, waited for, taken back, done; and accounts that nobody uses."""

from contextlib import AbstractContextManager
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from access.viewers import Role
from accounts import administration, leaving
from accounts.actions import note_visit
from accounts.models import AuditEntry, Closing, Member
from core import clock
from core.jobs import Job
from tests.accounts.refusals import refusal
from tests.world import BOTH, PASSWORD, World


def later(days: float) -> AbstractContextManager[object]:
    return patch.object(clock, "now", return_value=clock.now() + timedelta(days=days))


def nights(world: World, *days: float) -> None:
    """Let the worker carry out the rules, so many days from now."""
    keeping = world.app.extensions["maillage.keeping"]
    for day in days:
        with later(day):
            world.act(lambda session: keeping.tonight(session, {}))
            world.work()


def asks(world: World, member: Member, *, erases: bool = False) -> Closing:
    return world.act(lambda s: leaving.ask_to_close(s, s.get_one(Member, member.id), erases=erases))


def now_of(world: World, member: Member) -> Member:
    found = world.one(select(Member).where(Member.id == member.id))
    assert found is not None
    return found


# --- asked, and taken back -------------------------------------------------------------------


def test_the_account_closes_after_fourteen_days_and_a_mail_says_so(world: World) -> None:
    world.administrator()
    member = world.member("Alice", password=PASSWORD)
    client = world.client(member)
    sent = {"close-contents": "keep", "close-current": PASSWORD}
    assert client.post("/compte/mes-donnees/fermer", data=sent).status_code == 302
    (mail,) = world.mails(member)
    assert mail.kind == "closing"
    assert "/compte/mes-donnees" in mail.text
    nights(world, 13)
    assert now_of(world, member).left_at is None
    nights(world, 15)
    assert now_of(world, member).left_at is not None
    assert client.get("/forum").location.startswith("/connexion")


def test_a_wrong_password_closes_nothing_and_leaves_its_line(world: World) -> None:
    world.administrator()
    member = world.member("Alice", password=PASSWORD)
    sent = {"close-contents": "erase", "close-current": "pas le bon"}
    answer = world.client(member).post("/compte/mes-donnees/fermer", data=sent)
    assert answer.status_code == 422
    assert world.all(select(Closing)) == []
    assert "sign-in-failed" in world.all(select(AuditEntry.act))
    answer = world.client(member).post(
        "/compte/mes-donnees/telecharger", data={"take-current": "pas le bon"}
    )
    assert answer.status_code == 422


def test_signing_in_meanwhile_proposes_to_stay(world: World) -> None:
    world.administrator()
    member = world.member("Alice", password=PASSWORD)
    asks(world, member, erases=True)
    client = world.client()
    answer = client.post("/connexion", data={"email": member.email, "password": PASSWORD})
    assert answer.location == "/compte/mes-donnees"
    assert "/compte/mes-donnees/rester" in client.get("/compte/mes-donnees").text
    client.post("/compte/mes-donnees/rester")
    nights(world, 20)
    assert now_of(world, member).left_at is None
    acts = world.all(select(AuditEntry.act))
    assert "closing-cancelled" in acts


def test_asking_again_changes_the_choice_and_keeps_the_day(world: World) -> None:
    world.administrator()
    member = world.member("Alice")
    first = asks(world, member)
    with later(3):
        second = asks(world, member, erases=True)
    assert (second.due_at, second.erases) == (first.due_at, True)


def test_the_last_administrator_stays(world: World) -> None:
    alone = world.administrator()
    asked = refusal(
        world, lambda s: leaving.ask_to_close(s, s.get_one(Member, alone.id), erases=False)
    )
    assert asked == "last-administrator-stays"
    other = world.administrator("Basile")
    asks(world, alone)
    asks(world, other)
    nights(world, 15)
    assert [now_of(world, one).left_at is None for one in (alone, other)] == [False, True]
    assert world.all(select(Closing)) == []


def test_a_closed_account_is_closed_for_good(world: World) -> None:
    administrator, member = world.administrator(), world.member("Alice", password=PASSWORD)
    email = member.email
    asks(world, member)
    nights(world, 15)
    gone = now_of(world, member)
    assert (gone.name, gone.role, gone.password_hash) == ("Ancien membre", Role.USER, None)
    client = world.client()
    assert client.post(
        "/connexion", data={"email": email, "password": PASSWORD}
    ).status_code == 422  # fmt: skip
    lifted = refusal(
        world,
        lambda s: administration.reinstate(
            s, s.get_one(Member, member.id), by=s.get_one(Member, administrator.id)
        ),
    )
    assert lifted == "account-closed"
    page = world.client(administrator).get("/administration/membres").text
    assert "Ancien membre" not in page
    assert world.client(administrator).get(f"/annuaire/membres/{member.id}").status_code == 404
    assert "Ancien membre" not in world.client(administrator).get("/annuaire").text
    # The address is free: the person may be invited again.
    again = world.member("Alice", email=email)
    assert again.id != member.id


# --- nobody came -----------------------------------------------------------------------------


def unused(world: World, *names: str) -> list[Member]:
    """Members who have not come for two years and a day."""
    made = [world.member(name) for name in names]
    long_ago = clock.now() - timedelta(days=731)
    world.act(
        lambda s: s.execute(
            update(Member)
            .where(Member.id.in_([one.id for one in made]))
            .values(last_visit_at=long_ago)
        )
    )
    return made


@BOTH
def test_two_years_without_a_visit_two_mails_then_the_account_closes(world: World) -> None:
    administrator = world.administrator()
    (away, here) = *unused(world, "Absent"), world.member("Présente")
    world.act(
        lambda s: s.execute(
            update(Member)
            .where(Member.id == administrator.id)
            .values(created_at=clock.now() - timedelta(days=900))
        )
    )
    address = away.email
    nights(world, 0, 1)
    assert [mail.kind for mail in world.mails(away)] == ["closing"]
    nights(world, 24, 25)
    assert [mail.kind for mail in world.mails(away)] == ["closing", "closing"]
    nights(world, 31)
    assert now_of(world, away).left_at is not None
    assert now_of(world, here).left_at is None
    assert now_of(world, administrator).left_at is None
    assert all(mail.to_address != address for mail in world.mails())


def test_a_visit_keeps_it(world: World) -> None:
    (away,) = unused(world, "Absent")
    nights(world, 0)
    assert world.all(select(Closing.member_id)) == [away.id]
    world.act(lambda s: note_visit(s, s.get_one(Member, away.id)))
    assert world.all(select(Closing)) == []
    nights(world, 31)
    assert now_of(world, away).left_at is None


def test_a_visit_does_not_take_back_what_was_asked(world: World) -> None:
    world.administrator()
    (away,) = unused(world, "Absent")
    asks(world, away)
    world.act(lambda s: note_visit(s, s.get_one(Member, away.id)))
    assert len(world.all(select(Closing))) == 1


# --- the administrators' page ----------------------------------------------------------------


def test_looking_at_the_rules_says_how_much_and_changes_nothing(world: World) -> None:
    administrator = world.administrator()
    unused(world, "Un", "Deux")
    client = world.client(administrator)
    page = client.get("/administration/conservation").text
    assert "Maintenant\u00a0: 2" in page or "Now: 2" in page
    assert world.all(select(Closing)) == []
    client.post("/administration/conservation", data={"regle": "accounts-unused"})
    assert len(world.all(select(Job).where(Job.kind == "retention.carry_out"))) == 1
    world.work()
    assert len(world.all(select(Closing))) == 2
    assert "retention-asked" in world.all(select(AuditEntry.act))
    assert client.post("/administration/conservation", data={"regle": "x"}).status_code == 400


def test_each_rule_is_explained(world: World) -> None:
    from blueprints.administration.retention import RULES

    assert RULES.keys() == world.app.extensions["maillage.keeping"].rules.keys()


@pytest.mark.parametrize("who", ["member", "moderator"])
def test_the_rules_are_for_administrators_the_register_for_everyone(world: World, who: str) -> None:
    client = world.client(getattr(world, who)())
    assert client.get("/administration/conservation").status_code in {403, 404}
    assert client.post("/administration/conservation").status_code in {403, 404}
    assert client.get("/compte/registre").status_code == 200
