"""A question without an answer is proposed to three colleagues who can help, and to nobody else."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from accounts import administration
from accounts.models import Acceptance, Member
from core import clock
from core.clock import PARIS
from core.jobs import Job, enqueue
from directory.models import Profile
from forum import moderation
from forum.models import Post, Topic
from notifications import actions, asking
from notifications.jobs import ASK, ASK_AROUND
from notifications.models import Frequency, Kind, Notification
from tests.directory.test_skills import declare, skill
from tests.world import BOTH, World

MONDAY = datetime(2027, 3, 8, 10, tzinfo=PARIS)
Moved = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """It is Monday at ten; move the clock so far from there."""

    def move(far: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: MONDAY + far)

    move(timedelta(0))
    return move


def hours(number: int) -> timedelta:
    return timedelta(hours=number)


def helper(world: World, first_name: str, *, slug: str = "pmsmp", **more: Any) -> Member:
    """A member who can help with PMSMP."""
    made = world.member(first_name, **more)
    assert declare(world, made, offers=[skill(world, slug)]) == 302
    return made


def turn(world: World) -> None:
    """The worker's turn."""
    with world.session() as session:
        enqueue(session, ASK_AROUND)
    world.work()


def asked(world: World, topic: Topic | None = None) -> list[int]:
    """Who was asked, in order."""
    found = (
        select(Notification.member_id)
        .join(Post, Post.id == Notification.post_id)
        .where(Notification.kind == Kind.PROPOSED)
        .order_by(Notification.id)
    )
    return world.all(found if topic is None else found.where(Post.topic_id == topic.id))


def work_at(world: World, member: Member, town: str) -> None:
    house = world.organisation(f"Atelier {member.id}", town=town)
    with world.session() as session:
        session.get_one(Profile, member.id).organisation_id = house.id


@BOTH
def test_two_working_days_then_three_colleagues_each_once(world: World, later: Moved) -> None:
    author = world.member("Alice")
    helpers = [helper(world, f"Bruno{number}") for number in range(5)]
    topic = world.topic(author, "Qui signe la PMSMP ?")
    world.topic(author, "Une tout autre chose")
    world.work()
    for soon in (hours(1), hours(47)):
        later(soon)
        turn(world)
        assert asked(world) == []
    later(hours(48))
    turn(world)
    assert asked(world, topic) == [one.id for one in helpers[:3]]
    for again in (hours(49), hours(80), timedelta(days=12)):
        later(again)
        turn(world)
        assert len(asked(world)) == 3


def test_a_long_week_end_does_not_count(world: World, later: Moved) -> None:
    easter = datetime(2027, 3, 26, 16, tzinfo=PARIS) - MONDAY  # the Friday before
    later(easter)
    author, one = world.member("Alice"), helper(world, "Bruno")
    world.topic(author, "Une PMSMP ?")
    world.work()
    for day in range(1, 5):
        later(easter + timedelta(days=day))
        turn(world)
        assert asked(world) == [], day
    later(easter + timedelta(days=5))
    turn(world)
    assert asked(world) == [one.id]


def test_people_are_asked_in_working_hours() -> None:
    def next_hour(day: int, hour: int) -> str:
        present = datetime(2027, 3, day, hour, 20, tzinfo=PARIS)
        return f"{asking.next_hour(present).astimezone(PARIS):%d %H:%M}"

    assert next_hour(25, 9) == "25 10:00"
    assert next_hour(25, 17) == "26 08:00"
    assert next_hour(26, 20) == "30 08:00", "Easter Monday is the 29th"
    assert next_hour(27, 10) == "30 08:00"


WHO: dict[str, tuple[dict[str, Any], bool]] = {
    "who can help and sees it": ({}, True),
    "of another network": ({"networks": ("fnars",)}, False),
    "of another département": ({"territories": ("departement:72",)}, False),
    "of no network": ({"networks": ()}, False),
    "who has not accepted the charter": ({}, False),
    "who helps with something else": ({"slug": "justice"}, False),
}


@pytest.mark.parametrize("who", WHO)
@BOTH
def test_who_is_asked(world: World, later: Moved, who: str) -> None:
    said, expected = WHO[who]
    author, one = world.member("Alice"), helper(world, "Bruno", **said)
    if "charter" in who:
        with world.session() as session:
            session.execute(delete(Acceptance).where(Acceptance.member_id == one.id))
    world.topic(author, "Une PMSMP ?", networks=["coorace"], territories=["departement:44"])
    world.work()
    later(hours(48))
    turn(world)
    assert asked(world) == ([one.id] if expected else [])


def test_the_author_the_suspended_and_those_who_say_never_are_not_asked(
    world: World, later: Moved
) -> None:
    author, away, tired = (helper(world, name) for name in ("Alice", "Serge", "Tim"))
    administrator = world.administrator()
    world.act(
        lambda s: administration.suspend(
            s,
            s.get_one(Member, away.id),
            by=s.get_one(Member, administrator.id),
            reason="Essai",
            until=None,
        )
    )
    frequencies = {kind.value: "immediately" for kind in Kind} | {
        "proposed": "never",
        "poll_answer": "daily",
        "letter": "weekly",
    }
    assert world.client(tired).post("/compte/notifications", data=frequencies).status_code == 302
    world.topic(author, "Une PMSMP ?")
    world.work()
    later(hours(48))
    turn(world)
    assert asked(world) == []


def closed(how: str, world: World, topic: Topic, author: Member) -> None:
    """Something happens to a topic."""
    moderator = world.viewer(world.moderator())
    if how == "answered":
        world.reply(topic, world.member("Rapide"))
    elif how == "locked":
        world.act(
            lambda s: moderation.lock(
                s, s.get_one(Topic, topic.id), by=moderator, locked=True, reason="Essai"
            )
        )
    elif how == "merged":
        other = world.topic(author, "Une autre")
        world.act(
            lambda s: moderation.merge(
                s,
                s.get_one(Topic, topic.id),
                s.get_one(Topic, other.id),
                by=moderator,
                reason="Essai",
            )
        )
    else:

        def hide(session: Any) -> None:
            wanted = select(Post).where(Post.topic_id == topic.id, Post.number == 0)
            post = session.scalars(wanted).one()
            session.refresh(post, ["topic"])
            moderation.hide(session, post, by=moderator, reason="Essai")

        world.act(hide)


HOW = ["answered", "locked", "hidden", "merged"]


@pytest.mark.parametrize("how", HOW)
def test_what_no_longer_waits_is_not_proposed(world: World, later: Moved, how: str) -> None:
    author = world.member("Alice")
    helper(world, "Bruno")
    topic = world.topic(author, "Une PMSMP ?")
    world.work()
    closed(how, world, topic, author)
    later(hours(48))
    turn(world)
    assert asked(world) == []


@pytest.mark.parametrize("how", HOW)
def test_an_answer_between_the_look_and_the_asking(world: World, later: Moved, how: str) -> None:
    author = world.member("Alice")
    helper(world, "Bruno")
    topic = world.topic(author, "Une PMSMP ?")
    world.work()
    later(hours(48))
    with world.session() as session:
        assert asking.due(session, clock.now()) == [topic.id]
    closed(how, world, topic, author)
    with world.session() as session:
        enqueue(session, ASK, {"topic_id": topic.id})
    world.work()
    assert asked(world) == []


@pytest.mark.parametrize("how", HOW)
def test_once_answered_it_leaves_the_bell_and_the_mail(
    world: World, later: Moved, how: str
) -> None:
    author, one = world.member("Alice"), helper(world, "Bruno")
    topic = world.topic(author, "Une PMSMP ?")
    world.work()
    world.client(one).post("/notifications/lues")
    with world.session() as session:
        actions.choose(session, one.id, {Kind.PROPOSED: Frequency.DAILY})
    later(hours(48))
    turn(world)
    assert "Une question à laquelle vous pourriez répondre" in world.client(one).get("/").text
    closed(how, world, topic, author)
    world.work()
    assert "vous pourriez répondre" not in world.client(one).get("/").text
    with world.session() as session:
        enqueue(session, "notifications.daily")
    world.work()
    assert not any("Pouvez-vous" in mail.subject for mail in world.mails(one))


@BOTH
def test_nobody_is_asked_twice_in_a_week_and_turns_are_fair(world: World, later: Moved) -> None:
    author = world.member("Alice")
    helpers = [helper(world, f"Bruno{number}") for number in range(4)]
    ids = [one.id for one in helpers]
    first = world.topic(author, "Une PMSMP ?")
    world.work()
    later(hours(24))
    second = world.topic(author, "Une immersion ?")
    world.work()
    later(hours(48))
    turn(world)
    assert asked(world, first) == ids[:3]
    later(hours(72))
    turn(world)
    assert asked(world, second) == [ids[3]], "the others were asked yesterday"
    later(hours(48) + timedelta(days=7))
    turn(world)
    assert asked(world, second) == [ids[3], *ids[:2]], "three in all"
    third = world.topic(author, "Encore une PMSMP ?")
    world.work()
    later(timedelta(days=25))
    turn(world)
    assert asked(world, third) == [ids[2], ids[3], ids[0]], "the longest ago first"


@BOTH
def test_those_of_the_place_first_then_the_nearest(world: World, later: Moved) -> None:
    author = world.member("Alice")
    work_at(world, author, "Nantes")
    far = helper(world, "Far")
    elsewhere = helper(world, "Elsewhere", territories=("departement:72",))
    near = helper(world, "Near")
    same = helper(world, "Same")
    helper(world, "Nowhere")
    towns = {far: "Châteaubriant", elsewhere: "Nantes", near: "Clisson", same: "Nantes"}
    for one, town in towns.items():
        work_at(world, one, town)
    topic = world.topic(author, "Une PMSMP ?")
    world.work()
    later(hours(48))
    with world.session() as session:
        question = asking.question(session, topic.id)
        assert question is not None
        found = [one.member_id for one in asking.willing(session, question, clock.now())]
    assert found == [same.id, near.id, far.id]


@BOTH
def test_a_kill_half_way_and_a_second_turn_change_nothing(
    world: World, later: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = world.member("Alice")
    helpers = [helper(world, f"Bruno{number}") for number in range(4)]
    world.topic(author, "Une PMSMP ?")
    world.work()
    later(hours(48))
    real, told = asking.willing, []

    def dies(*given: Any) -> Any:
        found = real(*given)
        yield found[0]
        told.append(found[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "willing", dies)
    with pytest.raises(KeyboardInterrupt):
        turn(world)
    assert told
    assert asked(world) == [], "what was begun left no trace"
    monkeypatch.setattr(asking, "willing", real)
    with world.session() as session:
        for job in session.scalars(select(Job)):
            job.leased_until = job.leased_by = None
    for _twice in range(2):
        turn(world)
    assert asked(world) == [one.id for one in helpers[:3]]


@BOTH
def test_the_mail_says_why_and_leads_to_the_answer_field(world: World, later: Moved) -> None:
    author, one = world.member("Alice"), helper(world, "Bruno")
    topic = world.topic(author, "Qui signe la convention de PMSMP ?", "En ETTI.")
    world.work()
    later(hours(48))
    turn(world)
    mail = world.mails(one)[-1]
    said = mail.subject.replace("\u00a0", " ")
    assert said == "Pouvez-vous répondre ? Qui signe la convention de PMSMP ?"
    assert f"/forum/sujets/{topic.id}?par=mail#repondre" in mail.text
    assert "PMSMP et immersions" in mail.text
    assert "deux jours ouvrés" in mail.text
    assert "Motif" not in mail.text
    client = world.client(one)
    home = client.get("/").get_data(as_text=True)
    assert "Une question à laquelle vous pourriez répondre" in home
    assert f'href="/forum/sujets/{topic.id}#repondre"' in home
    page = client.get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert re.search(r'id="repondre"', page)
