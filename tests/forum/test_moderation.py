"""What moderators do, what the others learn of it."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import AuditEntry, HouseRules, Member
from core.refusals import Refused
from forum import actions, moderation, moderation_queries, queries
from forum.models import Act, Decision, Following, Post, Report, ReportReason, State, Topic
from notifications.models import Kind
from notifications.queries import unseen
from tests.world import BOTH, World

Decide = Callable[..., object]


def decide(world: World, by: Member, post: Post, act: Decide, **more: Any) -> None:
    def now(session: Session, viewer: Viewer) -> None:
        act(session, session.scalars(queries.post(viewer, post.id)).one(), by=viewer, **more)

    world.act_as(by, now)


def on_topic(world: World, by: Member, topic: Topic, act: Decide, **more: Any) -> None:
    def now(session: Session, viewer: Viewer) -> None:
        act(session, session.scalars(queries.topic(viewer, topic.id)).one(), by=viewer, **more)

    world.act_as(by, now)


def report(world: World, by: Member, post: Post) -> None:
    decide(world, by, post, actions.report, reason=ReportReason.PERSONAL, words="Un nom y est.")


def fresh(world: World, topic: Topic) -> Topic:
    found = world.one(select(Topic).where(Topic.id == topic.id))
    assert found is not None
    return found


def posts(world: World, topic: Topic) -> list[tuple[int, str, State]]:
    rows = world.all(select(Post).where(Post.topic_id == topic.id).order_by(Post.number))
    return [(post.number, post.body, post.state) for post in rows]


def listed(world: World, reader: Member, words: str = "") -> list[int]:
    viewer, sought = world.viewer(reader), queries.Filters(words=words)
    return world.act(lambda s: [row[0].id for row in queries.latest_topics(s, viewer, sought)])


def waiting(world: World, moderator: Member) -> int:
    return world.one(moderation_queries.waiting(world.viewer(moderator))) or 0


@BOTH
def test_a_reported_message_is_hidden_and_everybody_concerned_is_told(world: World) -> None:
    asker, author, reporter, other = (world.member() for _ in range(4))
    moderator = world.moderator()
    topic = world.topic(asker)
    kept = world.reply(topic, asker)
    post = world.reply(topic, author, "Madame Dupont.")
    for who in (reporter, other):
        report(world, who, post)
    world.work()
    assert waiting(world, moderator) == 1, "one message to look at"
    assert [told.what for told in world.told(moderator)] == ["", "reported"]
    assert world.one(unseen(world.viewer(moderator))) == 1
    decide(world, moderator, post, moderation.hide, reason="Un nom apparaît.")
    world.work()
    assert waiting(world, moderator) == 0
    assert world.one(unseen(world.viewer(moderator))) == 0, "the bell forgets what is settled"
    for who, what in ((author, "hide"), (reporter, "report-hide"), (other, "report-hide")):
        (told,) = [one for one in world.told(who) if one.kind is Kind.MODERATION]
        assert (told.what, told.reason) == (what, "Un nom apparaît.")
    after = fresh(world, topic)
    assert (after.answers, after.last_post_id) == (1, kept.id)
    (decision,) = world.all(moderation_queries.register(world.viewer(moderator)))
    assert (decision.act, decision.reason) == (Act.HIDE, "Un nom apparaît.")
    assert "moderated" in world.all(select(AuditEntry.act))


def test_hidden_words_exist_for_their_author_and_the_moderators_alone(world: World) -> None:
    asker, author, moderator = world.member(), world.member(), world.moderator()
    post = world.reply(world.topic(asker), author, "Madame Dupont, rue des Lilas.")
    decide(world, moderator, post, moderation.hide, reason="Un nom.")
    world.work()
    seen = {
        who.id: world.one(queries.post(world.viewer(who), post.id)) is not None
        for who in (asker, author, moderator)
    }
    assert seen == {asker.id: False, author.id: True, moderator.id: True}
    assert listed(world, asker, "Lilas") == []


def test_a_restored_message_is_counted_and_found_again(world: World) -> None:
    asker, author, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    post = world.reply(topic, author, "Le minibus partagé.")
    decide(world, moderator, post, moderation.hide, reason="Erreur ?")
    world.work()
    decide(world, moderator, post, moderation.restore, reason="Rien à redire.")
    world.work()
    after = fresh(world, topic)
    assert (after.answers, after.last_post_id) == (1, post.id)
    assert listed(world, asker, "minibus") == [topic.id]
    assert [one.what for one in world.told(author) if one.what] == ["hide", "restore"]


def test_hiding_the_useful_answer_leaves_the_question_open(world: World) -> None:
    asker, author, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    post = world.reply(topic, author)

    def choose(session: Session, viewer: Viewer) -> None:
        actions.choose_answer(
            session, session.get_one(Topic, topic.id), session.get_one(Post, post.id), by=viewer
        )

    world.act_as(asker, choose)
    decide(world, moderator, post, moderation.hide, reason="Un nom.")
    assert fresh(world, topic).useful_id is None


def test_hiding_the_question_takes_the_topic_away(world: World) -> None:
    asker, reader, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    (question,) = world.all(select(Post).where(Post.topic_id == topic.id))
    decide(world, moderator, question, moderation.hide, reason="Un nom.")
    seen = {
        who.id: world.one(queries.topic(world.viewer(who), topic.id)) is not None
        for who in (asker, reader, moderator)
    }
    assert seen == {asker.id: True, reader.id: False, moderator.id: True}


def test_a_report_may_end_with_the_message_kept(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    post = world.reply(world.topic(world.member()), author)
    report(world, reporter, post)
    decide(world, moderator, post, moderation.keep, reason="Rien qui identifie.")
    world.work()
    assert [told.reason for told in world.told(reporter) if told.what] == ["Rien qui identifie."]
    assert [told for told in world.told(author) if told.what] == []
    with pytest.raises(Refused, match="report-closed"):
        decide(world, moderator, post, moderation.keep, reason="Encore.")
    report(world, reporter, post)
    assert waiting(world, moderator) == 1, "it may be reported again"


def test_an_old_reporter_is_not_told_of_a_new_report(world: World) -> None:
    old, new, moderator = world.member(), world.member(), world.moderator()
    post = world.reply(world.topic(world.member()), world.member())
    report(world, old, post)
    decide(world, moderator, post, moderation.keep, reason="Première fois.")
    world.work()
    report(world, new, post)
    decide(world, moderator, post, moderation.hide, reason="Seconde fois.")
    world.work()
    assert [told.reason for told in world.told(old) if told.what] == ["Première fois."]
    assert [told.reason for told in world.told(new) if told.what] == ["Seconde fois."]


def newcomers_are_read_first(world: World, posts: int = 1) -> None:
    world.act(lambda s: s.merge(HouseRules(id=1, newcomer_posts=posts)))


def test_a_newcomers_post_waits_then_appears_and_is_told(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    world.work()
    newcomers_are_read_first(world)
    newcomer = world.member()
    post = world.reply(topic, newcomer, "Mon premier message.")
    world.work()
    assert post.state is State.HELD
    assert (fresh(world, topic).answers, waiting(world, moderator)) == (0, 1)
    assert world.told(asker) == []
    assert "held" in [told.what for told in world.told(moderator)]
    decide(world, moderator, post, moderation.approve)
    world.work()
    assert (fresh(world, topic).answers, waiting(world, moderator)) == (1, 0)
    assert [told.kind for told in world.told(asker)] == [Kind.ANSWER]
    assert "approve" in [told.what for told in world.told(newcomer)]
    with pytest.raises(Refused, match="not-held"):
        decide(world, moderator, post, moderation.approve)
    assert world.reply(topic, newcomer).state is State.VISIBLE


def test_a_topic_is_moved_locked_pinned_and_back(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    droit = world.theme("droit")
    on_topic(world, moderator, topic, moderation.move, theme_id=droit, reason="")
    on_topic(world, moderator, topic, moderation.lock, locked=True, reason="Tout est dit.")
    on_topic(world, moderator, topic, moderation.pin, pinned=True)
    after = fresh(world, topic)
    assert (after.theme_id, after.locked, after.pinned) == (droit, True, True)
    with pytest.raises(Refused, match="topic-closed"):
        world.reply(topic, asker)
    refusals: Iterable[tuple[Decide, dict[str, Any], str]] = (
        (moderation.move, {"theme_id": droit, "reason": ""}, "same-theme"),
        (moderation.lock, {"locked": True, "reason": "Encore."}, "nothing-to-do"),
        (moderation.pin, {"pinned": True}, "nothing-to-do"),
        (moderation.move, {"theme_id": 999, "reason": ""}, "unknown-theme"),
    )
    for act, values, code in refusals:
        with pytest.raises(Refused, match=code):
            on_topic(world, moderator, topic, act, **values)
    on_topic(world, moderator, topic, moderation.lock, locked=False, reason="")
    world.reply(topic, asker)
    world.work()
    assert [told.what for told in world.told(asker) if told.what] == ["move", "lock"]
    acts = [
        decision.act for decision in world.all(moderation_queries.register(world.viewer(moderator)))
    ]
    assert acts == [Act.UNLOCK, Act.PIN, Act.LOCK, Act.MOVE]


@BOTH
def test_a_duplicate_is_merged_at_the_end_of_the_topic_that_stays(world: World) -> None:
    first, second, follower = world.member(), world.member(), world.member()
    moderator = world.moderator()
    kept = world.topic(first, "Qui signe ?", "Question gardée.")
    world.reply(kept, second, "Réponse gardée.")
    duplicate = world.topic(second, "Signature ?", "Question en double.")
    world.reply(duplicate, first, "Réponse en double.")
    world.act_as(follower, lambda s, v: actions.follow(s, v, duplicate.id))
    merge(world, moderator, duplicate, kept)
    world.work()
    assert posts(world, kept) == [
        (0, "Question gardée.", State.VISIBLE),
        (1, "Réponse gardée.", State.VISIBLE),
        (2, "Question en double.", State.VISIBLE),
        (3, "Réponse en double.", State.VISIBLE),
    ]
    after, gone = fresh(world, kept), fresh(world, duplicate)
    assert (after.answers, after.last_number) == (3, 3)
    assert (gone.merged_into_id, gone.answers, gone.locked) == (kept.id, 0, True)
    follows = select(Following.member_id).where(Following.topic_id == kept.id, Following.active)
    assert set(world.all(follows)) == {first.id, second.id, follower.id}
    (told,) = [one for one in world.told(second) if one.what == "merge"]
    assert told.reason == "Même question."
    assert listed(world, first) == [kept.id]
    assert world.reply(kept, first).number == 4
    with pytest.raises(Refused, match="not-mergeable"):
        merge(world, moderator, duplicate, kept)


def merge(world: World, moderator: Member, duplicate: Topic, kept: Topic) -> None:
    def act(session: Session, viewer: Viewer) -> None:
        moderation.merge(
            session,
            session.scalars(queries.topic(viewer, duplicate.id)).one(),
            session.scalars(queries.topic(viewer, kept.id)).one(),
            by=viewer,
            reason="Même question.",
        )

    world.act_as(moderator, act)


Reach = dict[str, tuple[str, ...]]
EVERYONE: Reach = {}
ONE_NETWORK: Reach = {"networks": ("coorace",)}
ONE_PLACE: Reach = {"territories": ("departement:44",)}
BOTH_OF_THEM: Reach = {"networks": ("coorace",), "territories": ("departement:44",)}


@pytest.mark.parametrize(
    ("duplicate", "kept", "merged"),
    [
        (EVERYONE, EVERYONE, True),
        (EVERYONE, ONE_NETWORK, True),
        (ONE_NETWORK, EVERYONE, False),
        (ONE_NETWORK, BOTH_OF_THEM, True),
        (BOTH_OF_THEM, ONE_NETWORK, False),
        (ONE_PLACE, ONE_NETWORK, False),
        (ONE_PLACE, BOTH_OF_THEM, True),
    ],
)
def test_a_merge_shows_nobody_what_they_could_not_read(
    world: World, duplicate: Reach, kept: Reach, merged: bool
) -> None:
    author, moderator = world.member(), world.moderator()
    one = world.topic(
        author,
        networks=duplicate.get("networks", ()),
        territories=duplicate.get("territories", ()),
    )
    other = world.topic(
        author, networks=kept.get("networks", ()), territories=kept.get("territories", ())
    )
    if merged:
        merge(world, moderator, one, other)
        assert len(posts(world, other)) == 2
    else:
        with pytest.raises(Refused, match="audience-narrower"):
            merge(world, moderator, one, other)
        assert len(posts(world, other)) == 1


def test_only_moderators_decide(world: World) -> None:
    author, member = world.member(), world.member()
    post = world.reply(world.topic(author), author)
    with pytest.raises(Refused, match="not-moderator"):
        decide(world, member, post, moderation.hide, reason="Parce que.")
    with pytest.raises(Refused, match="not-moderator"):
        world.all(moderation_queries.reports(world.viewer(member)))


def test_a_reason_is_needed(world: World) -> None:
    moderator = world.moderator()
    post = world.reply(world.topic(world.member()), world.member())
    with pytest.raises(Refused, match="reason-needed"):
        decide(world, moderator, post, moderation.hide, reason=" \n")


# --- the pages ---------------------------------------------------------------------------------


def test_a_moderator_who_cannot_see_acts_on_nothing(world: World) -> None:
    author = world.member(networks=("fnars",), territories=("departement:72",))
    topic = world.topic(author, "Réservé au FNARS", networks=("fnars",))
    post = world.reply(topic, author)
    reporter = world.member(networks=("fnars",), territories=("departement:72",))
    report(world, reporter, post)
    outside = world.moderator("Odile", networks=("coorace",))
    browser = world.client(outside)
    for address in (
        f"/moderation/messages/{post.id}/masquer",
        f"/moderation/messages/{post.id}/retablir",
        f"/moderation/messages/{post.id}/garder",
        f"/moderation/messages/{post.id}/historique",
        f"/moderation/sujets/{topic.id}/deplacer",
        f"/moderation/sujets/{topic.id}/fermer",
        f"/moderation/sujets/{topic.id}/fusionner",
    ):
        assert browser.get(address).status_code == 404, address
    for address in (
        f"/moderation/messages/{post.id}/masquer",
        f"/moderation/messages/{post.id}/approuver",
        f"/moderation/sujets/{topic.id}/epingler",
        f"/moderation/sujets/{topic.id}/rouvrir",
    ):
        assert browser.post(address, data={"reason": "Non."}).status_code == 404, address
    assert "FNARS" not in browser.get("/moderation").text.replace("data-network", "")
    assert waiting(world, outside) == 0
    mine = world.topic(outside, "Le mien")
    named = browser.get(f"/moderation/sujets/{mine.id}/fusionner?garder={topic.id}")
    assert named.status_code == 302
    assert waiting(world, world.moderator("Irène")) == 1


def test_members_find_the_moderation_closed(world: World) -> None:
    answer = world.client(world.member()).get("/moderation")
    assert answer.status_code == 403
    assert world.client().get("/moderation").status_code == 302


def test_a_moderator_hides_a_reported_message_from_the_queue(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(world.member(), "Un logement <b>vite</b>")
    post = world.reply(topic, author, "Madame Dupont.")
    report(world, reporter, post)
    browser = world.client(moderator)
    queue = browser.get("/moderation").text
    assert "Un nom y est." in queue
    assert "Un logement &lt;b&gt;vite&lt;/b&gt;" in queue
    address = f"/moderation/messages/{post.id}/masquer?suite=/moderation"
    assert address in queue
    assert "Madame Dupont." in browser.get(address).text
    empty = browser.post(address, data={"reason": " "})
    assert empty.status_code == 422
    done = browser.post(address, data={"reason": "Un nom apparaît."})
    assert (done.status_code, done.location) == (302, "/moderation")
    again = browser.post(address, data={"reason": "Deux fois, dit-elle."})
    assert again.status_code == 422
    assert "Deux fois, dit-elle." in again.text
    assert "Un nom apparaît." in browser.get("/moderation/registre").text
    away = browser.post(
        f"/moderation/messages/{post.id}/retablir?suite=//ailleurs.example",
        data={"reason": "Finalement non."},
    )
    assert away.location == f"/forum/sujets/{topic.id}#reponse-1"


def test_a_first_message_is_approved_from_the_queue(world: World) -> None:
    moderator = world.moderator()
    newcomers_are_read_first(world)
    topic = world.topic(world.member(), "Bonjour à tous")
    (question,) = world.all(select(Post).where(Post.topic_id == topic.id))
    browser = world.client(moderator)
    address = f"/moderation/messages/{question.id}/approuver"
    assert address in browser.get("/moderation?voir=attente").text
    browser.post(address)
    assert fresh(world, topic).state is State.VISIBLE
    assert browser.post(address).status_code == 302, "somebody was quicker"


def test_the_history_shows_what_changed(world: World) -> None:
    author, moderator = world.member(), world.moderator()
    topic = world.topic(author, "Un titre", "Le mot <script> était là.")
    (question,) = world.all(select(Post).where(Post.topic_id == topic.id))

    def edit(session: Session, viewer: Viewer) -> None:
        actions.edit(
            session,
            session.get_one(Topic, topic.id),
            session.get_one(Post, question.id),
            author=viewer,
            body="Le mot <b> était ici.",
            title="Un autre titre",
        )

    world.act_as(author, edit)
    page = world.client(moderator).get(f"/moderation/messages/{question.id}/historique").text
    assert "&lt;<del>script</del><ins>b</ins>&gt;" in page
    assert "<del>là</del><ins>ici</ins>." in page
    assert "<ins>autre </ins>" in page
    assert (
        world.client(author).get(f"/moderation/messages/{question.id}/historique").status_code
        == 403
    )


def test_topics_are_merged_by_words_number_or_address(world: World) -> None:
    author, moderator = world.member(), world.moderator()
    kept = world.topic(author, "PMSMP en ETTI")
    duplicate = world.topic(author, "Signature d’une PMSMP")
    world.work()
    browser = world.client(moderator)
    address = f"/moderation/sujets/{duplicate.id}/fusionner"
    assert f"garder={kept.id}" in browser.get(address + "?q=pmsmp").text
    for typed in (f"{kept.id}", f"%23{kept.id}", f"http://localhost/forum/sujets/{kept.id}%23x"):
        assert browser.get(f"{address}?q={typed}").location == f"{address}?garder={kept.id}"
    confirm = f"{address}?garder={kept.id}"
    assert "PMSMP en ETTI" in browser.get(confirm).text
    assert browser.post(confirm, data={"reason": ""}).status_code == 422
    done = browser.post(confirm, data={"reason": "Même question."})
    assert done.location == f"/forum/sujets/{kept.id}"
    assert browser.get(f"/forum/sujets/{duplicate.id}").status_code == 301
    myself = browser.post(
        f"/moderation/sujets/{kept.id}/fusionner?garder={kept.id}", data={"reason": "Ah."}
    )
    assert myself.status_code == 422


def test_topics_are_closed_moved_and_pinned_from_their_pages(world: World) -> None:
    topic, moderator = world.topic(world.member()), world.moderator()
    browser = world.client(moderator)
    base = f"/moderation/sujets/{topic.id}"
    droit = world.theme("droit")
    assert browser.post(f"{base}/fermer", data={"reason": ""}).status_code == 422
    assert browser.post(f"{base}/fermer", data={"reason": "Tout est dit."}).status_code == 302
    assert browser.get(f"{base}/deplacer").status_code == 200
    same = browser.post(f"{base}/deplacer", data={"theme": world.theme(), "reason": ""})
    assert same.status_code == 422
    assert browser.post(f"{base}/deplacer", data={"theme": droit}).status_code == 302
    for act in ("epingler", "epingler"):
        assert browser.post(f"{base}/{act}").status_code == 302
    after = fresh(world, topic)
    assert (after.locked, after.theme_id, after.pinned) == (True, droit, True)
    for act in ("rouvrir", "desepingler"):
        browser.post(f"{base}/{act}")
    after = fresh(world, topic)
    assert (after.locked, after.pinned) == (False, False)


@pytest.mark.parametrize("reports", [2, 20])
def test_the_queue_costs_the_same_for_two_reports_as_for_twenty(world: World, reports: int) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(author)
    for _number in range(reports):
        report(world, reporter, world.reply(topic, author))
    browser = world.client(moderator)
    for address in ("/moderation", "/moderation/registre", "/moderation?voir=attente"):
        with world.counted() as statements:
            assert browser.get(address).status_code == 200
        assert len(statements) <= 10, statements
    assert len(world.all(select(Report))) == reports
    assert world.all(select(Decision)) == []
