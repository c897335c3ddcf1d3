"""Who is told, by the bell and by mail: those who see it, as long as they do."""

import re

from sqlalchemy import update

from access.models import MemberNetwork
from notifications.models import Frequency, Kind, Preference
from tests.http.story import TITLE, WHO, Story, tells
from tests.world import BOTH


@BOTH
def test_bell_and_mails_go_to_those_who_see_it_and_to_no_one_else(story: Story) -> None:
    world = story.world
    ids = [member.id for member in story.people.values()]
    world.act(
        lambda s: s.add_all(
            Preference(member_id=one, kind=Kind.NEW_TOPIC, frequency=Frequency.IMMEDIATELY)
            for one in ids
        )
    )
    world.work()
    for name, someone in WHO.items():
        member = story.people[name]
        # It waits for whoever has not accepted the charter yet, and no word of it is mailed.
        assert bool(world.told(member)) is (someone.sees or not someone.charter), name
        written = " ".join(f"{mail.subject} {mail.text}" for mail in world.mails(member))
        assert (TITLE in written) is someone.sees, name
        if someone.stopped_at is None:
            page = world.client(member).get("/").get_data(as_text=True)
            assert bool(re.search(r"Notifications[^<{\"\\]*1", page)) is someone.sees, name


@BOTH
def test_what_one_no_longer_sees_leaves_the_bell_and_the_mails(story: Story) -> None:
    """The network goes between the telling and the mail: nothing leaves, nothing is counted."""
    world, member = story.world, story.people["same network and territory"]
    later = Frequency.DAILY
    world.act(
        lambda s: s.add_all(
            Preference(member_id=member.id, kind=kind, frequency=later)
            for kind in (Kind.ANSWER, Kind.MENTION, Kind.NEW_TOPIC)
        )
    )
    world.work()
    assert world.told(member)
    fnars = world.network("fnars")
    world.act(
        lambda s: s.execute(
            update(MemberNetwork)
            .where(MemberNetwork.member_id == member.id)
            .values(network_id=fnars)
        )
    )
    client = world.client(member)
    for path in ("/", "/notifications", "/forum?voir=suivis"):
        assert not tells(client.get(path)), path
    assert not re.search(r"Notifications[^<{\"\\]*\d", client.get("/").get_data(as_text=True))
    plan = world.app.extensions["maillage.plan"]
    world.act(lambda s: plan.handlers["notifications.daily"](s, {}))
    world.work()
    assert world.mails(member) == []
