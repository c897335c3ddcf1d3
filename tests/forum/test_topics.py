"""Asking, answering, following, reading, thanking, finding."""

import json
import re
import threading
import uuid
from collections.abc import Callable
from html import unescape
from typing import TypeVar

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from access.viewers import Role, Viewer
from accounts.facts import Joined
from accounts.models import HouseRules, Member
from core.refusals import Refused
from forum import actions, moderation, moderation_queries, queries
from forum.jobs import start_reading
from forum.models import (
    Following,
    Post,
    Reading,
    ReportReason,
    Revision,
    State,
    Thank,
    Theme,
    Topic,
)
from forum.queries import Filters
from tests.world import BOTH, World

T = TypeVar("T")


def fresh(world: World, topic: Topic) -> Topic:
    found = world.one(select(Topic).where(Topic.id == topic.id))
    assert found is not None
    return found


def posts_of(world: World, topic: Topic) -> list[Post]:
    return world.all(select(Post).where(Post.topic_id == topic.id).order_by(Post.number))


def the_post(session: Session, post_id: int) -> Post:
    loaded = select(Post).options(joinedload(Post.topic)).where(Post.id == post_id)
    return session.scalars(loaded).one()


def listed(world: World, member: Member, **filters: object) -> list[str]:
    """The titles that a list shows a member."""
    viewer = world.viewer(member)
    with world.session() as session:
        chosen = Filters(**filters)  # type: ignore[arg-type]
        return [row[0].title for row in queries.latest_topics(session, viewer, chosen)]


def unread(world: World, member: Member) -> list[str]:
    return listed(world, member, show="unread")


def hide(world: World, moderator: Member, post_id: int) -> None:
    world.act_as(
        moderator,
        lambda s, viewer: moderation.hide(s, the_post(s, post_id), by=viewer, reason="Non."),
    )


def edit(
    world: World,
    member: Member,
    topic: Topic,
    number: int,
    body: str,
    title: str | None = None,
    theme: int | None = None,
) -> None:
    def act(session: Session, viewer: Viewer) -> None:
        found = select(Post).options(joinedload(Post.topic))
        post = session.scalars(found.where(Post.topic_id == topic.id, Post.number == number)).one()
        actions.edit(
            session, post.topic, post, author=viewer, body=body, title=title, theme_id=theme
        )

    world.act_as(member, act)


def at_once(world: World, number: int, act: Callable[[int], T]) -> list[T]:
    """What each of so many threads gives, all begun at the same instant."""
    start = threading.Barrier(number)
    given: list[T] = []
    errors: list[BaseException] = []

    def run(which: int) -> None:
        try:
            with world.app.app_context():
                start.wait()
                given.append(act(which))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return given


# --- asking and answering ----------------------------------------------------------------------


@BOTH
def test_a_question_opens_a_topic_and_answers_follow_in_order(world: World) -> None:
    asker, helper = world.member("Anne"), world.member("Bruno")
    topic = world.topic(asker, "  Qui signe\n la PMSMP ?  ", "**Bonjour**, qui signe ?")
    world.reply(topic, helper, "L’agence.")
    world.reply(topic, asker, "Merci.")
    topic = fresh(world, topic)
    assert topic.title == "Qui signe la PMSMP ?"
    assert topic.excerpt == "Bonjour, qui signe ?"
    assert (topic.answers, topic.last_number, topic.last_author_id) == (2, 2, asker.id)
    posts = posts_of(world, topic)
    assert [(post.number, post.author_id) for post in posts] == [
        (0, asker.id),
        (1, helper.id),
        (2, asker.id),
    ]
    assert topic.last_post_id == posts[-1].id
    assert posts[0].html == "<p><strong>Bonjour</strong>, qui signe ?</p>\n"


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


@pytest.mark.parametrize(
    ("title", "body", "theme", "code"),
    [
        (" \n\u202e ", "Texte", None, "title-empty"),
        ("t" * 151, "Texte", None, "title-too-long"),
        ("Titre", " \n ", None, "body-empty"),
        ("Titre", "t" * 20_001, None, "body-too-long"),
        ("Titre", "Texte", 999, "unknown-theme"),
    ],
)
def test_a_question_says_what_it_lacks(
    world: World, title: str, body: str, theme: int | None, code: str
) -> None:
    theme_id = theme or world.theme()
    with pytest.raises(Refused, match=code):
        world.act_as(
            world.member(),
            lambda s, viewer: actions.ask(
                s,
                author=viewer,
                theme_id=theme_id,
                title=title,
                body=body,
                networks=[],
                territories=[],
            ),
        )
    assert world.all(select(Topic)) == []


def test_a_retired_theme_takes_no_new_topic(world: World) -> None:
    member = world.member()
    old = world.topic(member, theme="droit")
    world.act(lambda s: s.execute(update(Theme).where(Theme.slug == "droit").values(retired=True)))
    with pytest.raises(Refused, match="unknown-theme"):
        world.topic(member, theme="droit")
    edit(world, member, old, 0, "Autres mots", "Autre titre", world.theme("droit"))
    assert fresh(world, old).title == "Autre titre"


@BOTH
def test_the_same_form_sent_twice_makes_one(world: World) -> None:
    member = world.member()
    form, theme = str(uuid.uuid4()), str(world.theme())
    client = world.client(member)
    question = {
        "title": "Un",
        "body": "Deux",
        "theme": theme,
        "submission": form,
        "reach": "everyone",
    }
    places = {client.post("/forum/nouveau", data=question).location for _time in range(2)}
    assert len(places) == 1
    topic = world.all(select(Topic))[0]
    answer = {"body": "Trois", "submission": str(uuid.uuid4())}
    reply = f"/forum/sujets/{topic.id}/reponses"
    assert len({client.post(reply, data=answer).location for _time in range(2)}) == 1
    assert [post.body for post in posts_of(world, topic)] == ["Deux", "Trois"]
    assert fresh(world, topic).answers == 1
    # Somebody else may well send the same number.
    assert world.client(world.member("Bruno")).post(reply, data=answer).status_code == 302
    assert len(posts_of(world, topic)) == 3


@BOTH
def test_the_same_form_sent_twice_at_the_same_instant_makes_one(world: World) -> None:
    member = world.member()
    viewer, theme = world.viewer(member), world.theme()
    topic = world.topic(member)

    def reply(_which: int) -> object:
        return world.act(
            lambda s: actions.reply(
                s, s.get_one(Topic, topic.id), author=viewer, body="Encore", submission="one"
            )
        ).id

    def ask(_which: int) -> object:
        return world.act(
            lambda s: actions.ask(
                s,
                author=viewer,
                theme_id=theme,
                title="Double",
                body="Double",
                networks=[],
                territories=[],
                submission="two",
            )
        ).id

    assert len(set(at_once(world, 4, reply))) == 1
    assert len(set(at_once(world, 4, ask))) == 1
    assert len(posts_of(world, topic)) == 2
    assert len(world.all(select(Topic))) == 2
    assert fresh(world, topic).answers == 1


@BOTH
def test_answers_of_the_same_instant_have_each_their_number(world: World) -> None:
    topic = world.topic(world.member())
    people = [world.viewer(world.member("Membre")) for _one in range(6)]

    def reply(which: int) -> list[int]:
        return [
            world.act(
                lambda s: actions.reply(
                    s, s.get_one(Topic, topic.id), author=people[which], body="Moi aussi."
                )
            ).number
            for _time in range(3)
        ]

    numbers = at_once(world, 6, reply)
    assert sorted(number for three in numbers for number in three) == list(range(1, 19))
    assert fresh(world, topic).answers == fresh(world, topic).last_number == 18
    assert fresh(world, topic).last_post_id == max(post.id for post in posts_of(world, topic))


@BOTH
def test_a_click_sent_twice_at_the_same_instant_upsets_nothing(world: World) -> None:
    topic = world.topic(world.member())
    reader = world.member("Bruno")
    viewer, (question,) = world.viewer(reader), posts_of(world, topic)

    def act(which: int) -> object:
        if which % 2:
            return world.act(lambda s: actions.follow(s, viewer, topic.id))
        return world.act(lambda s: actions.thank(s, the_post(s, question.id), by=viewer))

    at_once(world, 6, act)
    assert world.all(select(Following.active).where(Following.member_id == reader.id)) == [True]
    assert len(world.all(select(Thank))) <= 1


def test_a_closed_topic_takes_no_answer(world: World) -> None:
    topic, helper = world.topic(world.member()), world.member("Bruno")
    world.act(lambda s: s.execute(update(Topic).values(locked=True)))
    with pytest.raises(Refused, match="topic-closed"):
        world.reply(topic, helper)
    data = {"body": "Ce que j’ai écrit"}
    answer = world.client(helper).post(f"/forum/sujets/{topic.id}/reponses", data=data)
    assert answer.status_code == 422


# --- editing -----------------------------------------------------------------------------------


@BOTH
def test_an_edit_keeps_what_was_said_before(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Avant", "Les mots d’avant")
    edit(world, asker, topic, 0, "Les mots d’après", "Après", world.theme("droit"))
    topic = fresh(world, topic)
    assert (topic.title, topic.excerpt, topic.theme_id) == (
        "Après",
        "Les mots d’après",
        world.theme("droit"),
    )
    (question,) = posts_of(world, topic)
    assert question.edited_at is not None
    (revision,) = world.all(select(Revision))
    assert (revision.title, revision.body) == ("Avant", "Les mots d’avant")
    assert "modifié" in world.client(asker).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)


@BOTH
def test_an_edit_that_changes_nothing_leaves_no_mark(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Titre", "Mots")
    edit(world, asker, topic, 0, " Mots \r\n", "Titre")
    assert posts_of(world, topic)[0].edited_at is None
    assert world.all(select(Revision)) == []


def test_one_edits_only_ones_own_words_while_they_stand(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    reply = world.reply(topic, asker, "Ma précision")
    for other in (world.member("Bruno"), moderator):
        with pytest.raises(Refused, match="not-yours"):
            edit(world, other, topic, 1, "À ma façon")
    edit(world, asker, topic, 1, "Ma meilleure précision")
    hide(world, moderator, reply.id)
    with pytest.raises(Refused, match="not-yours"):
        edit(world, asker, topic, 1, "Encore")
    world.act(lambda s: s.execute(update(Topic).values(locked=True)))
    with pytest.raises(Refused, match="not-yours"):
        edit(world, asker, topic, 0, "Encore")


def test_only_moderators_read_what_was_said_before(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Avant", "Les mots d’avant")
    edit(world, asker, topic, 0, "Les mots d’après", "Après")
    with pytest.raises(Refused, match="not-moderator"):
        moderation_queries.revisions(world.viewer(asker), 1)
    page = world.client(asker).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert "d’avant" not in page
    assert "historique" not in page


# --- following ---------------------------------------------------------------------------------


def follows(world: World, member: Member) -> bool | None:
    return world.one(select(Following.active).where(Following.member_id == member.id))


@BOTH
def test_asking_and_answering_is_following(world: World) -> None:
    asker, helper, reader = world.member(), world.member("Bruno"), world.member("Chloé")
    topic = world.topic(asker)
    world.reply(topic, helper)
    assert (follows(world, asker), follows(world, helper), follows(world, reader)) == (
        True,
        True,
        None,
    )
    assert listed(world, helper, show="followed") == [topic.title]
    assert listed(world, reader, show="followed") == []


@BOTH
def test_a_topic_no_longer_followed_is_not_followed_again_by_answering(world: World) -> None:
    helper = world.member("Bruno")
    topic = world.topic(world.member())
    world.reply(topic, helper)
    client, path = world.client(helper), f"/forum/sujets/{topic.id}/suivre"
    assert client.post(path, data={"suivre": "non"}).status_code == 302
    assert follows(world, helper) is False
    world.reply(topic, helper, "Encore une chose.")
    assert follows(world, helper) is False
    assert listed(world, helper, show="followed") == []
    client.post(path, data={"suivre": "oui"})
    assert follows(world, helper) is True


# --- reading -----------------------------------------------------------------------------------


@BOTH
def test_what_others_write_is_unread_until_it_was_on_screen(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker)
    assert unread(world, asker) == []
    assert unread(world, helper) == [topic.title]
    client = world.client(helper)
    assert client.get(f"/forum/sujets/{topic.id}").status_code == 200
    assert unread(world, helper) == [topic.title]  # a GET does not write
    question = posts_of(world, topic)[0]
    seen = f"/forum/sujets/{topic.id}/lu/{question.id}"
    assert client.post(seen, headers={"X-Fragment": "1"}).status_code == 204
    assert unread(world, helper) == []
    world.reply(topic, helper)
    assert unread(world, helper) == []
    assert unread(world, asker) == [topic.title]


@BOTH
def test_reading_never_goes_backwards_nor_beyond_the_end(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic, other = world.topic(asker, "Un"), world.topic(asker, "Deux")
    last = world.reply(topic, asker)
    question, elsewhere = posts_of(world, topic)[0], posts_of(world, other)[0]

    def read(post_id: int) -> int | None:
        world.act_as(
            helper,
            lambda s, viewer: actions.mark_read(s, viewer, s.get_one(Topic, topic.id), post_id),
        )
        return world.one(select(Reading.post_id).where(Reading.member_id == helper.id))

    assert read(0) is None
    assert read(question.id) == question.id
    assert read(elsewhere.id) == question.id  # another topic's post, in between
    assert read(2**31 - 1) == last.id
    assert read(question.id) == last.id
    assert unread(world, helper) == ["Deux"]


@BOTH
def test_everything_can_be_marked_as_read(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker, "Un")
    world.topic(asker, "Deux")
    world.client(helper).post("/forum/tout-lu")
    assert unread(world, helper) == []
    world.reply(topic, asker)
    assert unread(world, helper) == ["Un"]


def test_a_new_member_starts_with_nothing_unread(world: World) -> None:
    world.topic(world.member())
    newcomer = world.member("Nora")
    assert len(unread(world, newcomer)) == 1
    world.act(lambda s: start_reading(s, Joined(newcomer, "", {}, newcomer)))
    assert unread(world, newcomer) == []


# --- thanking and choosing ---------------------------------------------------------------------


@BOTH
def test_a_thank_you_is_given_and_taken_back(world: World) -> None:
    topic = world.topic(world.member())
    reader = world.member("Chloé")
    (question,) = posts_of(world, topic)
    client, path = world.client(reader), f"/forum/messages/{question.id}/merci"
    assert client.post(path).location.endswith("#question")
    viewer = world.viewer(reader)
    given = world.act(lambda s: queries.thanks(s, viewer, [question.id]))[question.id]
    assert (given.names, given.mine) == ((reader.name,), True)
    client.post(path)
    given = world.act(lambda s: queries.thanks(s, viewer, [question.id]))[question.id]
    assert (given.names, given.mine) == ((), False)


@BOTH
def test_nobody_thanks_themselves_nor_hidden_words(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    reply = world.reply(topic, world.member("Bruno"))
    hide(world, moderator, reply.id)
    for member, post_id in ((asker, posts_of(world, topic)[0].id), (moderator, reply.id)):
        answer = world.client(member).post(f"/forum/messages/{post_id}/merci")
        assert answer.status_code == 403
    assert world.all(select(Thank)) == []


@BOTH
def test_the_asker_chooses_the_answer_and_may_change_their_mind(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker)
    one, two = world.reply(topic, helper, "Première"), world.reply(topic, helper, "Deuxième")
    client = world.client(asker)
    for post, useful in ((one, one.id), (two, two.id), (two, None), (one, one.id)):
        assert client.post(f"/forum/messages/{post.id}/reponse-utile").status_code == 302
        assert fresh(world, topic).useful_id == useful
    hide(world, world.moderator(), one.id)
    assert fresh(world, topic).useful_id is None


@BOTH
def test_the_chosen_answer_is_lifted_to_the_top(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker)
    for number in range(35):
        last = world.reply(topic, helper, f"Réponse {number}")
    world.client(asker).post(f"/forum/messages/{last.id}/reponse-utile")
    page = world.client(asker).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert page.index('id="copie-35"') < page.index('id="reponse-1"')
    assert 'id="reponse-35"' not in page  # it stands on the next page
    later = world.client(asker).get(f"/forum/sujets/{topic.id}?apres=30").get_data(as_text=True)
    assert 'id="reponse-35"' in later


@BOTH
@pytest.mark.parametrize(
    ("who", "code"),
    [("asker", 302), ("moderator", 302), ("helper", 403), ("administrator elsewhere", 404)],
)
def test_who_may_choose_the_answer(world: World, who: str, code: int) -> None:
    people = {
        "asker": world.member(),
        "helper": world.member("Bruno"),
        "moderator": world.moderator(),
        "administrator elsewhere": world.member(
            "Léo", networks=("fnars",), role=Role.ADMINISTRATOR
        ),
    }
    topic = world.topic(people["asker"], networks=["coorace"])
    reply = world.reply(topic, people["helper"])
    answer = world.client(people[who]).post(f"/forum/messages/{reply.id}/reponse-utile")
    assert answer.status_code == code
    assert fresh(world, topic).useful_id == (reply.id if code == 302 else None)


@BOTH
def test_what_cannot_be_an_answer(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic, other = world.topic(asker, "Un"), world.topic(asker, "Deux")
    hidden = world.reply(topic, asker, "Masquée")
    hide(world, moderator, hidden.id)
    elsewhere = world.reply(other, asker, "Ailleurs")
    question = posts_of(world, topic)[0]
    viewer = world.viewer(moderator)
    for post_id in (question.id, hidden.id, elsewhere.id):
        with world.session() as session:
            asked, post = session.get_one(Topic, topic.id), the_post(session, post_id)
            with pytest.raises(Refused, match="no-answer"):
                actions.choose_answer(session, asked, post, by=viewer)
    assert fresh(world, topic).useful_id is None


# --- newcomers ---------------------------------------------------------------------------------


def hold(world: World, posts: int) -> None:
    world.act(
        lambda s: s.merge(HouseRules(id=1, second_factor_for_staff=False, newcomer_posts=posts))
    )


def states(world: World, member: Member) -> list[State]:
    return world.all(select(Post.state).where(Post.author_id == member.id).order_by(Post.id))


def test_by_default_nobody_waits(world: World) -> None:
    newcomer = world.member("Nora")
    world.topic(newcomer)
    assert states(world, newcomer) == [State.VISIBLE]


@BOTH
def test_a_newcomers_first_posts_wait_for_a_moderator(world: World) -> None:
    hold(world, 2)
    newcomer, reader, moderator = world.member("Nora"), world.member(), world.moderator()
    topic = world.topic(newcomer, "Ma première question")
    assert fresh(world, topic).state is State.HELD
    assert listed(world, newcomer) == [topic.title]
    assert listed(world, moderator) == [topic.title]
    assert listed(world, reader) == []
    assert world.client(reader).get(f"/forum/sujets/{topic.id}").status_code == 404
    page = world.client(newcomer).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert "Un modérateur" in page

    def approve(number: int) -> None:
        post_id = world.all(select(Post.id).where(Post.author_id == newcomer.id).order_by(Post.id))[
            number
        ]
        world.act_as(moderator, lambda s, v: moderation.approve(s, the_post(s, post_id), by=v))

    approve(0)
    assert listed(world, reader) == [topic.title]
    world.reply(topic, newcomer, "Une précision")
    assert states(world, newcomer) == [State.VISIBLE, State.HELD]
    assert fresh(world, topic).answers == 0
    assert "précision" not in world.client(reader).get(
        f"/forum/sujets/{topic.id}"
    ).get_data(as_text=True)  # fmt: skip
    approve(1)
    assert fresh(world, topic).answers == 1
    world.reply(topic, newcomer, "Tout va bien")
    assert states(world, newcomer)[-1] is State.VISIBLE


@BOTH
def test_moderators_never_wait(world: World) -> None:
    hold(world, 5)
    moderator = world.moderator()
    world.topic(moderator)
    assert states(world, moderator) == [State.VISIBLE]


# --- reporting ---------------------------------------------------------------------------------


def test_reporting_needs_somebody_elses_words_and_a_reason(world: World) -> None:
    asker, reader = world.member(), world.member("Chloé")
    topic = world.topic(asker)
    question = posts_of(world, topic)[0].id

    def report(member: Member, reason: ReportReason, words: str = "") -> None:
        world.act_as(
            member,
            lambda s, v: actions.report(s, the_post(s, question), by=v, reason=reason, words=words),
        )

    with pytest.raises(Refused, match="not-reportable"):
        report(asker, ReportReason.WRONG)
    with pytest.raises(Refused, match="reason-needed"):
        report(reader, ReportReason.OTHER, "  ")
    report(reader, ReportReason.OTHER, "Un nom y figure.")
    with pytest.raises(Refused, match="already-reported"):
        report(reader, ReportReason.WRONG)
    again = {"reason": "wrong", "words": "Je le redis"}
    answer = world.client(reader).post(f"/forum/messages/{question}/signaler", data=again)
    assert answer.status_code == 422
    assert "déjà signalé" in answer.get_data(as_text=True)
    assert "Je le redis" in answer.get_data(as_text=True)


# --- finding -----------------------------------------------------------------------------------


def similar(world: World, member: Member, title: str) -> list[str]:
    viewer = world.viewer(member)
    return [one.title for one in world.act(lambda s: queries.similar_topics(s, viewer, title))]


@BOTH
def test_a_close_question_is_found_while_the_title_is_typed(world: World) -> None:
    asker = world.member()
    world.topic(asker, "PMSMP en ETTI : la convention")
    world.topic(asker, "Rythme des suivis en ETTI")
    world.topic(asker, "Une aide au permis pour les moins de 26 ans")
    world.work()
    found = similar(world, world.member("Bruno"), "qui signe une pmsmp dans une etti")
    assert found == ["PMSMP en ETTI : la convention", "Rythme des suivis en ETTI"]
    page = world.client(asker).get("/forum/semblables?title=qui+signe+une+pmsmp")
    assert "PMSMP en ETTI" in page.get_data(as_text=True)
    assert world.client(asker).get("/forum/semblables?title=").get_data(as_text=True).strip() == ""


@BOTH
def test_a_close_question_that_one_does_not_see_is_not_found(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topics = [world.topic(asker, f"PMSMP numéro {one}", networks=["coorace"]) for one in range(4)]
    world.work()
    stranger = world.member("Bruno", networks=("fnars",))
    assert similar(world, stranger, "pmsmp") == []
    assert len(similar(world, asker, "pmsmp")) == 4
    hide(world, moderator, posts_of(world, topics[0])[0].id)
    world.act_as(
        moderator,
        lambda s, v: moderation.merge(
            s, s.get_one(Topic, topics[1].id), s.get_one(Topic, topics[2].id), by=v, reason="Oui."
        ),
    )
    world.work()
    assert similar(world, asker, "pmsmp") == ["PMSMP numéro 3", "PMSMP numéro 2"]


@BOTH
@pytest.mark.parametrize(
    "words",
    [
        "mobilité",
        "mobilite",
        "MOBILITÉ",
        "conventions",
        "convention salariés",
        "salarie en insertion",
        "l’insertion",
        "qui signe la convention pour la mobilité ?",
        "voiture",
    ],
)
def test_words_are_found_with_or_without_accents_and_plurals(world: World, words: str) -> None:
    asker = world.member()
    topic = world.topic(
        asker, "Convention de mobilité", "Pour un salarié en insertion : qui signe ?"
    )
    world.reply(topic, asker, "Il s’agit d’une voiture.")
    world.topic(asker, "Tout autre chose", "Le logement.")
    world.work()
    assert listed(world, asker, words=words) == ["Convention de mobilité"]


@BOTH
def test_all_the_words_must_be_there_and_hidden_ones_are_not(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Convention de mobilité")
    reply = world.reply(topic, asker, "Une voiture.")
    world.work()
    assert listed(world, asker, words="convention logement") == []
    hide(world, world.moderator(), reply.id)
    world.work()
    assert listed(world, asker, words="voiture") == []
    edit(world, asker, topic, 0, "Du covoiturage", "Convention de transport")
    world.work()
    assert listed(world, asker, words="mobilité") == []
    assert listed(world, asker, words="transport covoiturage") == ["Convention de transport"]


# --- lists and calls ---------------------------------------------------------------------------


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
