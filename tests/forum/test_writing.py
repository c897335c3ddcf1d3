"""While one writes: calling a member, previewing, quoting."""

import json

from sqlalchemy import select

from accounts.models import Member
from forum.models import Post
from tests.forum.topics import posts_of
from tests.world import World


def test_a_member_who_is_called_is_linked_and_one_who_cannot_read_is_not(world: World) -> None:
    asker, colleague = world.member(), world.member("Bruno")
    stranger = world.member("Xavier", networks=("fnars",))
    body = f"@{colleague.handle} et @{stranger.handle} et @personne"
    topic = world.topic(asker, body=body, networks=["coorace"])
    html = posts_of(world, topic)[0].html
    assert f'href="/annuaire/membres/{colleague.id}">@{colleague.name}</a>' in html
    assert f"@{stranger.handle} et @personne" in html
    found = world.client(asker).get(f"/forum/mentions?q=bru&audience={topic.audience_id}")
    assert [one["handle"] for one in json.loads(found.get_data())] == [colleague.handle]


def test_a_preview_is_what_will_be_read_and_keeps_nothing(world: World) -> None:
    client = world.client(world.member())
    data = {"body": "**gras** <script></script>", "title": "<b>Titre</b>"}
    piece = client.post("/forum/apercu", data=data, headers={"X-Fragment": "1"})
    assert piece.get_data(as_text=True).strip() == "<p><strong>gras</strong> </p>"
    page = client.post("/forum/apercu", data=data).get_data(as_text=True)
    assert "<strong>gras</strong>" in page
    assert "&lt;b&gt;Titre&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert world.all(select(Post)) == []


def test_a_preview_names_only_who_will_read_it(world: World) -> None:
    asker, colleague = world.member(), world.member("Bruno")
    stranger = world.member(networks=("fnars",))
    topic = world.topic(asker, networks=["coorace"])
    data = {"body": f"@{colleague.handle} @{stranger.handle}", "audience": topic.audience_id}

    def previewed(by: Member) -> str:
        answer = world.client(by).post("/forum/apercu", data=data, headers={"X-Fragment": "1"})
        return answer.get_data(as_text=True)

    assert f">@{colleague.name}</a> @{stranger.handle}" in previewed(asker)
    assert colleague.name not in previewed(stranger)


def test_quoting_puts_the_words_in_the_answer_field(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, body="Une <b>ligne</b>\n\nune autre")
    (question,) = posts_of(world, topic)
    page = world.client(asker).get(f"/forum/sujets/{topic.id}?citer={question.id}")
    assert "&gt; Une &lt;b&gt;ligne&lt;/b&gt;\n&gt;\n&gt; une autre" in page.get_data(as_text=True)
