"""Who sees the addresses on hold and the mails that came in, and how an address is freed."""

from sqlalchemy import select

from access.viewers import Role
from accounts.models import Member
from core import outbox_keeping
from core.bounces import Bounce, Hold
from tests.house.people import WHO, acts, somebody, status, text
from tests.inbound.letters import answer_address, comes_in, letter
from tests.inbound.test_bounces import NOBODY, is_held
from tests.smtp import serving
from tests.world import World


def held(world: World, member: Member) -> Hold:
    """Two mails to this member came back."""
    with serving(world) as box:
        box.to_recipient = lambda _times: NOBODY
        for _ in range(2):
            world.reply(world.topic(member), world.member(), "Voilà.")
            world.work()
    hold = world.one(select(Hold).where(Hold.address == member.email))
    assert hold is not None
    return hold


@WHO
def test_only_administrators_free_the_address_of_another(
    world: World, role: Role, status_: int
) -> None:
    who, member = somebody(world, role), world.member()
    hold = held(world, member)
    for path in ("adresses", "recus"):
        assert status(world, who, f"/administration/courriels/{path}") == status_
    answer = world.client(who).post(f"/administration/courriels/adresses/{hold.id}/reprendre")
    assert answer.status_code == (302 if status_ == 200 else 403)
    assert is_held(world, member) is (status_ != 200)
    if status_ == 200:
        assert acts(world, who, "hold-lifted") == [(member.email, {})]


def test_a_member_is_told_and_says_that_the_address_works(world: World) -> None:
    member, other = world.member(), world.member()
    held(world, member)
    for path in ("/", "/forum"):
        assert (
            "/compte/notifications"
            in text(world, member, path).partition("<h1>")[0].partition('id="content"')[2]
        )
        assert 'class="notice"' not in text(world, other, path)
    assert member.email in text(world, member, "/compte/notifications")
    assert other.email not in text(world, other, "/compte/notifications")
    world.client(other).post("/compte/notifications/adresse")
    assert is_held(world, member), "one's own address alone"
    world.client(member).post("/compte/notifications/adresse")
    assert not is_held(world, member)
    assert 'class="notice"' not in text(world, member, "/")
    assert not any(bounce.hard for bounce in world.all(select(Bounce)))
    with serving(world) as box:
        world.reply(world.topic(member), other, "Encore.")
        world.work()
        assert len(box.received) == 1
        box.to_recipient = lambda _times: NOBODY
        world.reply(world.topic(member), other, "Encore.")
        world.work()
    assert not is_held(world, member), "what came back before counts no more"


def test_the_journal_shows_no_word_of_what_came_in(world: World) -> None:
    administrator, asker = world.administrator(), world.member("Alice")
    topic = world.topic(asker, "Madame Dupont et son logement", networks=["coorace"])
    comes_in(world, letter(answer_address(world, asker, topic), "Elle habite Rezé."))
    page = text(world, administrator, "/administration/courriels/recus")
    assert asker.name in page
    for words in ("Dupont", "Rezé", "PMSMP"):
        assert words not in page
    assert asker.name not in text(
        world, administrator, "/administration/courriels/recus?etat=rendus"
    )


def test_a_mail_that_came_back_says_so(world: World) -> None:
    administrator, member = world.administrator(), world.member()
    hold = held(world, member)
    mail = world.mails(member)[0]
    page = text(world, administrator, f"/administration/courriels/{mail.id}")
    assert NOBODY in page
    assert "/administration/courriels/adresses" in page
    assert hold.words == NOBODY


def test_who_leaves_leaves_no_address_here(world: World) -> None:
    member = world.member()
    held(world, member)
    names = {member.name: "Ancien membre"}
    world.act(
        lambda s: outbox_keeping.forget(s, address=member.email, names=names, with_words=False)
    )
    assert world.all(select(Hold)) == []
    assert world.all(select(Bounce)) == []
