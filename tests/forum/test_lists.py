"""The lists of topics: their order, their pages, their filters."""

import re
from html import unescape

from sqlalchemy import func, select, update

from forum.models import Topic
from tests.forum.topics import listed
from tests.world import BOTH, World


@BOTH
def test_the_topic_that_moved_last_comes_first(world: World) -> None:
    asker = world.member()
    one, _two = world.topic(asker, "Un"), world.topic(asker, "Deux")
    assert listed(world, asker) == ["Deux", "Un"]
    world.reply(one, world.member("Bruno"))
    assert listed(world, asker) == ["Un", "Deux"]
    assert listed(world, asker, show="unanswered") == ["Deux"]
    assert listed(world, asker, theme="formation") == ["Un", "Deux"]
    assert listed(world, asker, theme="droit") == []


@BOTH
def test_a_long_list_is_read_page_after_page_without_gap_or_repeat(world: World) -> None:
    member = world.member()
    titles = {world.topic(member, f"Sujet {number}").title for number in range(45)}
    world.act(lambda s: s.execute(update(Topic).values(
        last_activity_at=select(func.min(Topic.created_at)).scalar_subquery())))  # fmt: skip
    client, path, seen = world.client(member), "/forum", []
    while path:
        page = client.get(path).get_data(as_text=True)
        seen += re.findall(r">(Sujet \d+)</a>", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = unescape(older.group(1)) if older else ""
    assert len(seen) == 45
    assert set(seen) == titles


def test_the_territory_filter_shows_what_is_addressed_there(world: World) -> None:
    member = world.member(territories=("region:52",))
    world.topic(member, "Ici", territories=["departement:44"])
    world.topic(member, "Là", territories=["departement:72"])
    world.topic(member, "Partout")
    assert listed(world, member, territory_id=world.territory("departement:44")) == ["Ici"]
    assert set(listed(world, member, territory_id=world.territory("region:52"))) == {"Ici", "Là"}
