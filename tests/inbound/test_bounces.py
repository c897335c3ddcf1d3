"""Mails that come back: what is kept of it, which addresses are left in peace, and how it ends."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from accounts import actions as accounts
from accounts.models import Member, Purpose
from core import bounces, outbox
from core.bounces import ON_HOLD, Bounce, Hold
from core.outbox import Mail
from inbound.models import Outcome
from tests.inbound.letters import BOUNCES, comes_in, report_of
from tests.smtp import Mailbox, serving
from tests.world import BOTH, World

SENDER = Member(first_name="Adèle", last_name="Essai")
NOBODY = "550 5.1.1 no such user"


@pytest.fixture
def mailbox(world: World) -> Iterator[Mailbox]:
    with serving(world, mail_bounces=BOUNCES) as box:
        yield box


def told(world: World, member: Member) -> Mail:
    """Something happens that is mailed to this member."""
    world.reply(world.topic(member), world.member(), "Voilà.")
    world.work()
    return world.mails(member)[-1]


def is_held(world: World, member: Member) -> bool:
    return bool(world.act(lambda s: s.scalar(bounces.on_hold(member.email))))


@pytest.mark.parametrize(
    ("said", "hard"),
    [
        (NOBODY, True),
        ("550-5.1.1 The email account that you tried to reach does not exist", True),
        ("5.1.10 550 recipient not found", True),
        ("550 5.2.1 mailbox disabled", True),
        ("550 Unknown user", True),
        ("551 user not local", True),
        ("550 5.2.2 mailbox full", False),
        ("552 5.3.4 message too big", False),
        ("550 5.7.1 blocked for spam", False),
        ("550 blocked using a blacklist", False),
        ("554 5.7.26 DMARC", False),
        ("554 rejected", False),
        ("451 4.1.1 later", False),
    ],
)
def test_only_what_says_that_nobody_is_there_is_hard(said: str, hard: bool) -> None:
    assert bounces.is_hard(said) is hard


@BOTH
def test_two_hard_refusals_put_an_address_on_hold(world: World, mailbox: Mailbox) -> None:
    member = world.member()
    mailbox.to_recipient = lambda _times: NOBODY
    told(world, member)
    assert not is_held(world, member), "one may be a mistake of a server"
    told(world, member)
    assert is_held(world, member)
    assert len(world.all(select(Bounce))) == 2


def test_soft_refusals_never_do(world: World, mailbox: Mailbox) -> None:
    member = world.member()
    mailbox.to_recipient = lambda _times: "552 5.2.2 mailbox full"
    for _ in range(4):
        told(world, member)
    assert not is_held(world, member)
    assert {bounce.hard for bounce in world.all(select(Bounce))} == {False}


@BOTH
@pytest.mark.parametrize("named", [True, False])
def test_a_report_names_its_mail_by_its_address_or_by_its_number(
    world: World, mailbox: Mailbox, named: bool
) -> None:
    member = world.member()
    for number in (1, 2):
        mail = told(world, member)
        assert mailbox.senders[-1].startswith("rebonds+")
        to = mailbox.senders[-1] if named else "maillage@example.org"
        report = report_of(mail, "5.1.1", NOBODY, to=to)
        for _twice in range(2):
            assert comes_in(world, report).outcome is Outcome.BOUNCE
        assert len(world.all(select(Bounce))) == number
    assert is_held(world, member)


@pytest.mark.parametrize(
    ("status", "action"), [("5.2.2", "failed"), ("4.4.7", "failed"), ("4.4.1", "delayed")]
)
def test_reports_of_what_passes_hold_nothing(
    world: World, mailbox: Mailbox, status: str, action: str
) -> None:
    member = world.member()
    for _ in range(3):
        mail = told(world, member)
        comes_in(world, report_of(mail, status, "busy", to=mailbox.senders[-1], action=action))
    assert not is_held(world, member)


def test_a_forged_report_holds_nobody(world: World, mailbox: Mailbox) -> None:
    member = world.member()
    for number in range(3):
        mail = told(world, member)
        mail.message_id = f"00000000-0000-0000-0000-00000000000{number}"
        to = f"rebonds+{'a' * 20}@example.org"
        comes_in(world, report_of(mail, "5.1.1", NOBODY, to=to))
    assert not is_held(world, member)
    assert world.all(select(Bounce)) == []


@BOTH
def test_to_an_address_on_hold_only_what_is_asked_for_is_sent(
    world: World, mailbox: Mailbox
) -> None:
    member = world.member()
    waiting = world.act(lambda s: _write(s, member.email))
    world.act(lambda s: s.add(_hold(member.email)))
    world.work()
    (mail,) = world.all(select(Mail).where(Mail.id == waiting.id))
    assert (mail.sent_at, mail.last_error) == (None, ON_HOLD)
    world.reply(world.topic(member), world.member(), "Voilà.")
    world.work()
    assert mailbox.received == []
    assert len(world.told(member)) == 1, "the bell tells it"
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.SIGN_IN))
    world.work()
    assert [str(one["Subject"]) for one in mailbox.received] == [world.mails(member)[-1].subject]


def _write(session: object, address: str) -> Mail:
    return outbox.post(
        session,  # type: ignore[arg-type]
        "test",
        to_address=address,
        to_name="",
        language="fr",
        values={"by": SENDER},
    )


def _hold(address: str) -> Hold:
    from core import clock

    return Hold(address=address, since=clock.now(), words=NOBODY)
