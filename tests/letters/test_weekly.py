"""The weekly letter: one a member, of what is open to them and unread; nothing new, no letter."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.viewers import Viewer
from agenda.models import Event
from core import clock
from directory.models import MemberSkill, Side, Skill, SkillContent
from forum.actions import mark_read
from forum.models import Topic
from news.models import Article
from notifications.actions import see_event, see_topic
from notifications.letter.models import Letter
from notifications.models import Frequency, Kind, Notification
from resources.models import Document
from resources.openings import note_openings
from tests.letters.weekly import forget_runs, holds, letter, make
from tests.notifications.mailing import choose, letters_leave
from tests.world import BOTH, World

CONTENTS = ("topic", "article", "document", "event")


@BOTH
@pytest.mark.parametrize("kind", CONTENTS)
def test_a_letter_holds_what_the_rule_opens(world: World, kind: str) -> None:
    author = world.member("Odile", networks=("coorace", "fnars"), territories=("region:52",))
    reach = {"networks": ["coorace"], "territories": ["departement:44"]}
    make(world, kind, author, "Une chose réservée", **reach)
    other = {"body": "Un marché aura lieu samedi devant la mairie."} if kind == "article" else {}
    make(world, kind, author, "Une chose pour tous", **other)
    who = {
        "same": world.member("Amina"),
        "region": world.member("Rose", territories=("region:52",)),
        "elsewhere": world.member("Yann", territories=("departement:72",)),
        "other": world.member("Fanny", networks=("fnars",)),
        "both": world.member("Bo", networks=("coorace", "fnars")),
        "outside": world.member("Zoé", networks=()),
        "moderator": world.moderator("Mo", networks=("fnars",)),
        "administrator": world.member("Ad", networks=("fnars",)),
    }
    letters_leave(world)
    sees = {"same": True, "region": True, "both": True}
    for name, member in who.items():
        assert holds(world, member, "Une chose réservée") is sees.get(name, False), name
        assert holds(world, member, "Une chose pour tous") is (name != "outside"), name


@BOTH
def test_what_was_read_or_written_by_oneself_is_not_told(world: World) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    made = {kind: make(world, kind, author, f"Lu : {kind}") for kind in CONTENTS}
    mine = {kind: make(world, kind, reader, f"De moi : {kind}") for kind in CONTENTS}
    unread = world.topic(author, "Pas encore lu")
    world.work()

    def read(session: Session, viewer: Viewer) -> None:
        for topic_id in (made["topic"].id, made["article"].topic_id):
            topic = session.get_one(Topic, topic_id)
            mark_read(session, viewer, topic, topic.last_post_id or 0)
        note_openings(session, viewer, [session.get_one(Document, made["document"].id)])
        see_event(session, viewer, made["event"].id)

    world.act_as(reader, read)
    letters_leave(world)
    assert holds(world, reader, unread.title)
    for kind in CONTENTS:
        assert not holds(world, reader, f"Lu : {kind}"), kind
        assert not holds(world, reader, f"De moi : {kind}"), kind
        assert holds(world, author, f"De moi : {kind}"), kind
    assert mine


def test_nothing_new_no_letter(world: World) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    old = world.article(author, "Toujours valable", kind="appel-a-projets", deadline=soon(20))
    long_ago = clock.now() - timedelta(days=20)
    world.act(
        lambda s: s.execute(
            update(Article).where(Article.topic_id == old.topic_id).values(published_at=long_ago)
        )
    )
    world.act(lambda s: s.execute(update(Notification).values(seen_at=None)))
    letters_leave(world)
    assert letter(world, reader) is None
    world.topic(author, "Du nouveau")
    world.act(lambda s: s.execute(forget_runs()))
    letters_leave(world)
    found = letter(world, reader)
    assert found is not None
    assert found.text.index("Du nouveau") < found.text.index("Toujours valable")


def soon(days: int) -> Any:
    return clock.today() + timedelta(days=days)


@BOTH
def test_a_member_of_several_networks_gets_one_letter_a_week(world: World) -> None:
    author = world.member("Odile", networks=("coorace", "fnars"))
    reader = world.member("Bo", networks=("coorace", "fnars"))
    world.topic(author, "Du nouveau")
    letters_leave(world)
    world.topic(author, "Encore")
    world.act(lambda s: s.execute(forget_runs()))
    letters_leave(world)
    assert [one.kind for one in world.mails(reader)] == ["letter"]
    (kept,) = world.all(select(Letter).where(Letter.member_id == reader.id))
    assert kept.network_id == world.network("coorace"), "the first by name"


def test_what_i_can_answer_comes_first(world: World) -> None:
    author, helper = world.member("Odile"), world.member("Bruno")
    mine = world.topic(author, "Le logement des saisonniers")
    world.topic(author, "Une autre question, plus récente")

    def speak(session: Session) -> None:
        skill = session.scalars(select(Skill).limit(1)).one()
        session.add(MemberSkill(member_id=helper.id, side=Side.OFFERS, skill_id=skill.id))
        session.add(
            SkillContent(
                kind="topic",
                content_id=mine.id,
                skill_id=skill.id,
                audience_id=mine.audience_id,
                member_id=None,
            )
        )

    world.work()
    world.act(speak)
    letters_leave(world)
    for member, first in ((helper, True), (world.member("Un autre"), None)):
        found = letter(world, member)
        if first is None:
            assert found is None
            continue
        assert found is not None
        assert found.text.index(mine.title) < found.text.index("Une autre question")
        assert "Vous pouvez aider" in found.text or "You can help" in found.text


def test_answers_to_my_topics_come_before_all(world: World) -> None:
    asker, helper = world.member("Odile"), world.member("Bruno")
    choose(world, asker, Kind.ANSWER, Frequency.WEEKLY)
    topic = world.topic(asker, "Qui signe ?")
    world.reply(topic, helper)
    world.reply(topic, helper, "Encore un mot.")
    world.topic(helper, "Autre chose")
    letters_leave(world)
    found = letter(world, asker)
    assert found is not None
    assert found.text.index("Qui signe ?") < found.text.index("Autre chose")
    assert [one.kind for one in world.mails(asker)] == ["letter"], "one mail, not two"
    assert all(told.mailed_at for told in world.told(asker))


@pytest.mark.parametrize(
    ("kind", "pace", "told"),
    [
        (Kind.NEW_TOPIC, Frequency.WEEKLY, True),
        (Kind.NEW_TOPIC, Frequency.NEVER, False),
        (Kind.NEW_TOPIC, Frequency.DAILY, False),
        (Kind.LETTER, Frequency.NEVER, False),
    ],
)
def test_the_letter_follows_what_the_member_chose(
    world: World, kind: Kind, pace: Frequency, told: bool
) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    choose(world, reader, kind, pace)
    world.topic(author, "Du nouveau")
    letters_leave(world)
    assert (letter(world, reader) is not None) is told


def test_one_click_stops_the_letter(world: World) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    world.topic(author, "Du nouveau")
    letters_leave(world)
    found = letter(world, reader)
    assert found is not None
    assert found.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = found.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert world.client().post(address).status_code == 200
    world.topic(author, "Encore du nouveau")
    world.act(lambda s: s.execute(forget_runs()))
    world.act(lambda s: s.execute(update(Letter).values(week="2020-W01")))
    letters_leave(world)
    assert letter(world, reader) is not None
    assert letter(world, reader).id == found.id  # type: ignore[union-attr]


def test_a_letter_is_short_and_says_what_remains(world: World) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    for number in range(12):
        world.topic(author, f"Question {number}")
    letters_leave(world)
    found = letter(world, reader)
    assert found is not None
    assert found.text.count("Question ") == 5
    assert "7" in found.text
    assert "/forum?voir=non-lus" in found.text
    assert len(found.html) < 30_000


@pytest.mark.parametrize("kind", ["topic", "document", "event"])
def test_what_another_replaced_or_is_called_off_is_not_told(world: World, kind: str) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    gone, stays = (make(world, kind, author, title) for title in ("L’ancien", "Le nouveau"))
    gone_for: dict[str, tuple[Any, dict[str, Any]]] = {
        "topic": (Topic, {"merged_into_id": stays.id}),
        "document": (Document, {"replaced_by_id": stays.id}),
        "event": (Event, {"cancelled_at": clock.now()}),
    }
    model, values = gone_for[kind]
    world.act(lambda s: s.execute(update(model).where(model.id == gone.id).values(**values)))
    letters_leave(world)
    assert holds(world, reader, "Le nouveau")
    assert not holds(world, reader, "L’ancien")


def test_news_that_are_over_are_not_told(world: World) -> None:
    author, reader = world.member("Odile"), world.member("Rémi")
    over = world.article(author, "Une offre pourvue")
    world.article(author, "Une offre ouverte", body="Un marché aura lieu samedi à la mairie.")
    past = {"valid_until": clock.now() - timedelta(hours=1)}
    which = Article.topic_id == over.topic_id
    world.act(lambda s: s.execute(update(Article).where(which).values(**past)))
    letters_leave(world)
    assert holds(world, reader, "Une offre ouverte")
    assert not holds(world, reader, "Une offre pourvue")


def test_see_topic_is_what_reading_does(world: World) -> None:
    """What awaits a member no longer does once they have read it."""
    asker, helper = world.member("Odile"), world.member("Bruno")
    topic = world.topic(asker, "Qui signe ?")
    answer = world.reply(topic, helper)
    world.work()
    world.act_as(asker, lambda s, viewer: see_topic(s, viewer, topic.id, answer.id))
    letters_leave(world)
    assert letter(world, asker) is None
