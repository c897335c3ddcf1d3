"""The mails of accounts: invitations, links, suspensions."""

from datetime import timedelta

from sqlalchemy.orm import Session

from access.viewers import Role
from accounts import actions as accounts
from accounts import administration
from accounts.models import Member, Purpose
from core import clock, outbox
from core.outbox import Mail
from tests.notifications.mailing import speaks_english
from tests.world import World


def test_account_mails(world: World) -> None:
    member, administrator = world.member("Zoé"), world.administrator()
    network, territory = world.network("fnars"), world.territory("departement:44")

    def invite(session: Session) -> str:
        _invitation, token = administration.invite(
            session,
            by=session.get_one(Member, administrator.id),
            email="neuf@example.org",
            first_name="Ninon",
            last_name="Neuf",
            networks=[network],
            territories=[territory],
            word="Bienvenue <i>à toi</i>",
            role=Role.USER,
        )
        return token

    token = world.act(invite)
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.SIGN_IN))
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.PASSWORD))
    world.act(lambda s: accounts.ask_link(s, "personne@example.org", Purpose.SIGN_IN))
    texts: dict[str, Mail] = {}
    plan = world.app.extensions["maillage.plan"]
    kept = plan.handlers[outbox.SEND]
    plan.handlers[outbox.SEND] = lambda session, payload: None
    world.work()
    plan.handlers[outbox.SEND] = kept
    for mail in world.mails():
        texts[mail.kind] = mail
        assert mail.confidential
        assert mail.text.strip()
        assert "{{" not in mail.html
    assert set(texts) == {"invitation", "sign_in_link", "password_link"}
    assert token in texts["invitation"].text
    assert token in texts["invitation"].html
    assert "Bienvenue &lt;i&gt;à toi&lt;/i&gt;" in texts["invitation"].html
    assert "FNARS" in texts["invitation"].text


def test_the_suspended_read_why_and_until_when(world: World) -> None:
    member, administrator = world.member(), world.administrator()
    speaks_english(world, member)
    until = clock.now() + timedelta(days=10)

    def suspend(session: Session) -> None:
        administration.suspend(
            session,
            session.get_one(Member, member.id),
            by=session.get_one(Member, administrator.id),
            until=until,
            reason="Propos déplacés.",
        )

    world.act(suspend)
    (mail,) = world.mails(member)
    assert "Propos déplacés." in mail.text
    assert str(until.year) in mail.text
