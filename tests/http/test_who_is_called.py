"""Whom one may call and count: the readers, and only by those who may address them."""

import json
import re

from tests.http.story import WHO, Story
from tests.world import BOTH


@BOTH
def test_colleagues_can_be_called_only_by_those_who_see_the_audience(story: Story) -> None:
    for name, someone, client in story.clients():
        answer = client.get(f"/forum/mentions?q=aut&audience={story.topic.audience_id}")
        if someone.sees:
            found = json.loads(answer.get_data())
            assert [one["name"] for one in found] == [story.author.name], name
        else:
            assert "Auteure" not in answer.get_data(as_text=True), name
            assert answer.status_code == (302 if someone.stopped_at else 404), name


@BOTH
def test_only_readers_can_be_called(story: Story) -> None:
    found = json.loads(
        story.world.client(story.author)
        .get(f"/forum/mentions?q=mem&audience={story.topic.audience_id}")
        .get_data()
    )
    handles = {one["handle"] for one in found}
    readable = {
        story.people[name].handle
        for name, someone in WHO.items()
        if someone.sees or name == "charter not accepted"
    }
    assert handles == readable
    page = story.world.client(story.author).get(f"/forum/sujets/{story.topic.id}")
    html = page.get_data(as_text=True)
    for name, someone in WHO.items():
        linked = f'class="mention" href="/annuaire/membres/{story.people[name].id}"' in html
        assert linked is (someone.sees or name in {"charter not accepted", "suspended"}), name


@BOTH
def test_the_count_before_publishing_is_the_number_of_those_who_will_read(story: Story) -> None:
    """The author counts; whoever has not accepted the charter yet will read once they have."""
    world = story.world
    boxes = {
        "reach": "some",
        "networks": world.network("coorace"),
        "territories": world.territory("departement:44"),
    }
    said = world.client(story.author).post("/forum/nouveau/portee", data=boxes)
    number = int(re.findall(r"\d+", said.get_data(as_text=True))[0])
    assert number == len(story.readers()) + 1
    preview = world.client(story.author).post("/forum/apercu", data={"body": "x", **boxes})
    assert said.get_data(as_text=True) in preview.get_data(as_text=True)


@BOTH
def test_nobody_counts_or_calls_the_members_of_another_network(story: Story) -> None:
    """A reach that one may not address is refused, so that nobody learns who is there."""
    world = story.world
    client = world.client(story.people["another network, same territory"])
    theirs = {"reach": "some", "networks": world.network("coorace")}
    for path in ("/forum/nouveau/portee", "/forum/apercu"):
        answer = client.post(path, data={"body": "x", **theirs})
        assert not re.search(r"\b\d+\s+(membre|member)", answer.get_data(as_text=True)), path
    answer = client.get("/forum/mentions", query_string={"q": "aut", **theirs})
    assert "Auteure" not in answer.get_data(as_text=True)
