"""All the contents together: who sees which, deleting, restoring, going for good."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from access.viewers import Role
from accounts.models import AuditEntry, Member
from agenda.models import Event
from core.db import Base
from core.jobs import enqueue
from files.models import StoredFile, Upload
from forum import moderation
from forum.models import Attachment, Post, Topic
from forum.models import State as TopicState
from house import contents, jobs
from house.contents import Filters, Kind, State
from house.erasing import GO_TOO, goes_too, referring
from house.models import Deletion
from resources import actions as library
from resources.models import Document, Version
from tests.house.people import WHO, acts, somebody, status, text
from tests.http.sample import attach, report
from tests.world import BOTH, World

PATH = "/administration/contenus"


@WHO
def test_only_administrators_see_the_contents_together(
    world: World, role: Role, status_: int
) -> None:
    who, author = somebody(world, role), world.member("Alice")
    topic = world.topic(author)
    one = f"{PATH}/sujets/{topic.id}"
    client = world.client(who)
    assert status(world, who, PATH) == status(world, who, one) == status_
    assert client.post("/administration/contenus/exporter.csv").status_code == status_
    expected = 422 if status_ == 200 else 403
    assert (
        client.post(f"/administration/contenus/sujets/{topic.id}/supprimer").status_code == expected
    )
    assert (
        client.post(f"/administration/contenus/sujets/{topic.id}/restaurer").status_code == expected
    )


@pytest.mark.parametrize(
    ("networks", "territories", "sees"),
    [
        (("coorace",), ("departement:44",), True),
        (("coorace",), ("region:52",), True),
        (("fnars",), ("departement:44",), False),
        (("coorace",), ("departement:72",), False),
        ((), ("departement:44",), False),
    ],
)
@BOTH
def test_an_administrator_sees_the_contents_that_the_rule_opens(
    world: World, networks: tuple[str, ...], territories: tuple[str, ...], sees: bool
) -> None:
    author = world.member("Odile")
    reach = {"networks": ["coorace"], "territories": ["departement:44"]}
    topic = world.topic(author, "Un sujet réservé", **reach)  # type: ignore[arg-type]
    document = world.document(author, "Un document réservé", **reach)  # type: ignore[arg-type]
    who = world.member("R", role=Role.ADMINISTRATOR, networks=networks, territories=territories)
    client = world.client(who)
    listed = client.get(PATH).get_data(as_text=True)
    left = client.post(f"{PATH}/exporter.csv").get_data(as_text=True)
    for one, where in ((topic, "sujets"), (document, "documents")):
        assert (one.title in listed) is sees
        assert (one.title in left) is sees
        page = f"{PATH}/{where}/{one.id}"
        assert client.get(page).status_code == (200 if sees else 404)
        done = client.post(f"{page}/supprimer", data={"reason": "Non."}).status_code
        assert done == (302 if sees else 404)


def found(world: World, member: Member, **filters: object) -> set[str]:
    """The titles that these filters keep."""
    return {
        one.title
        for one in world.act_as(
            member,
            lambda s, v: contents.find(s, v, Filters(**filters)),  # type: ignore[arg-type]
        )
    }


@BOTH
def test_contents_are_found_by_words_author_kind_network_and_state(world: World) -> None:
    administrator, author = world.administrator(), world.member("Zoé")
    topic = world.topic(author, "Le logement d’abord", networks=["coorace"])
    held = world.topic(author, "En attente")
    document = world.document(administrator, "Guide du logement")
    gone = world.document(author, "Retiré")
    world.act(
        lambda s: s.execute(update(Topic).where(Topic.id == held.id).values(state=TopicState.HELD))
    )
    world.act_as(
        author,
        lambda s, v: library.withdraw(
            s, s.get_one(Document, gone.id), by=s.get_one(Member, author.id), viewer=v
        ),
    )
    everything = {topic.title, held.title, document.title, gone.title}
    assert found(world, administrator) == everything
    assert found(world, administrator, words="LOGEMENT guide") == {document.title}
    assert found(world, administrator, words="zoe") == everything - {document.title}
    assert found(world, administrator, kind=Kind.DOCUMENT) == {document.title, gone.title}
    coorace = world.network("coorace")
    assert found(world, administrator, network_id=coorace) == {topic.title}
    assert found(world, administrator, state=State.HELD) == {held.title}
    assert found(world, administrator, state=State.HIDDEN) == {gone.title}
    assert found(world, administrator, state=State.ONLINE) == {topic.title, document.title}


@BOTH
def test_a_page_follows_the_other_without_a_hole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator, author = world.administrator(), world.member()
    titles = {f"Chose {number}" for number in range(6)}
    for number, title in enumerate(sorted(titles)):
        (world.document if number % 2 else world.topic)(author, title)
    monkeypatch.setattr(contents, "PER_PAGE", 2)
    seen: list[str] = []
    client, path = world.client(administrator), PATH
    for _page in range(4):
        page = client.get(path).get_data(as_text=True)
        seen += [title for title in sorted(titles) if title in page]
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert sorted(seen) == sorted(titles)


def deleted(world: World, by: Member, where: str, item_id: int) -> None:
    """Delete a content, as the page does."""
    answer = world.client(by).post(
        f"{PATH}/{where}/{item_id}/supprimer", data={"reason": "Doublon."}
    )
    assert answer.status_code == 302


@BOTH
def test_what_is_deleted_is_found_nowhere_and_can_be_restored(world: World) -> None:
    administrator, author = world.administrator(), world.member("Alice")
    reader = world.member("Bruno")
    topic, document = world.topic(author, "Le sujet"), world.document(author, "Le document")
    for where, one, page in (
        ("sujets", topic, f"/forum/sujets/{topic.id}"),
        ("documents", document, f"/ressources/{document.id}"),
    ):
        assert status(world, reader, page) == 200
        deleted(world, administrator, where, one.id)
        assert status(world, reader, page) == 404
        assert world.sought(reader, one.title) == ()
        assert found(world, administrator, state=State.DELETED) == {one.title}
        again = world.client(administrator).post(
            f"{PATH}/{where}/{one.id}/supprimer", data={"reason": "Encore."}
        )
        assert again.status_code == 422
        back = world.client(administrator).post(
            f"{PATH}/{where}/{one.id}/restaurer", data={"reason": "Erreur."}
        )
        assert back.status_code == 302
        assert status(world, reader, page) == 200
        assert found(world, administrator, state=State.DELETED) == set()
    said = {"reason": "Doublon.", "reach": topic.audience_id}
    kinds = [{"what": kind, **said} for kind in ("topic", "document")]
    assert acts(world, administrator, "content-deleted") == [
        ("Le sujet", kinds[0]),
        ("Le document", kinds[1]),
    ]
    assert len(acts(world, administrator, "content-restored")) == 2


def a_month_later(world: World, days: int = 31) -> None:
    """Time passes, and a night."""

    def wait(session: Session) -> None:
        for deletion in session.scalars(select(Deletion)):
            deletion.at -= timedelta(days=days)

    world.act(wait)
    world.act(lambda s: enqueue(s, jobs.ERASE))
    world.work()


@BOTH
def test_after_thirty_days_nothing_is_left_but_the_trail(world: World) -> None:
    administrator, author = world.administrator(), world.member("Alice")
    topic = world.topic(author, "Le sujet")
    answer = world.reply(topic, administrator)
    report(world, answer.id, author)
    attach(world, author, topic)
    document, older = world.document(author, "Le document"), world.document(author, "L’ancien")
    world.act_as(
        author,
        lambda s, v: library.replace(
            s, s.get_one(Document, older.id), s.get_one(Document, document.id), by=v
        ),
    )
    world.work()
    deleted(world, administrator, "sujets", topic.id)
    deleted(world, administrator, "documents", document.id)
    world.work()
    a_month_later(world, 29)
    assert world.one(select(Topic).where(Topic.id == topic.id)) is not None
    a_month_later(world, 2)
    assert world.all(select(Topic)) == []
    assert world.all(select(Post)) == []
    assert world.all(select(Attachment)) == []
    assert [one.title for one in world.all(select(Document))] == ["L’ancien"]
    assert len(world.all(select(Version))) == 1
    assert len(world.all(select(Upload))) == 1
    assert world.all(select(Deletion)) == []
    gone = world.all(select(AuditEntry.about).where(AuditEntry.act == "content-erased"))
    assert sorted(gone) == ["Le document", "Le sujet"]
    # What is stored under no name any more is for those who tend the files.
    assert world.one(select(func.count()).select_from(StoredFile)) == 2


@BOTH
def test_a_duplicate_goes_with_the_topic_that_took_its_messages(world: World) -> None:
    administrator, author = world.administrator(), world.member()
    kept, duplicate = world.topic(author, "Gardé"), world.topic(author, "Doublon")
    world.act_as(
        administrator,
        lambda s, v: moderation.merge(
            s,
            s.get_one(Topic, duplicate.id),
            s.get_one(Topic, kept.id),
            by=v,
            reason="Doublon.",
        ),
    )
    assert found(world, administrator) == {"Gardé"}
    deleted(world, administrator, "sujets", kept.id)
    a_month_later(world)
    assert world.all(select(Topic)) == []


@BOTH
def test_what_is_shown_again_elsewhere_is_no_longer_deleted(world: World) -> None:
    administrator, moderator = world.administrator(), world.moderator()
    author = world.member()
    topic, document = world.topic(author), world.document(author)
    deleted(world, administrator, "sujets", topic.id)
    deleted(world, administrator, "documents", document.id)
    question = world.one(select(Post).where(Post.topic_id == topic.id, Post.number == 0))
    assert question is not None
    client = world.client(moderator)
    client.post(f"/moderation/messages/{question.id}/retablir", data={"reason": "Utile."})
    client.post(f"/ressources/{document.id}/retire")
    assert world.all(select(Deletion)) == []
    a_month_later(world)
    assert world.one(select(Topic.id)) == topic.id
    assert world.one(select(Document.id)) == document.id


def test_an_author_cannot_give_back_what_an_administrator_deleted(world: World) -> None:
    administrator, author = world.administrator(), world.member()
    document = world.document(author)
    client, own = world.client(author), f"/ressources/{document.id}/retire"
    deleted(world, administrator, "documents", document.id)
    assert '<form method="post" action="' + own not in client.get(own).get_data(as_text=True)
    assert client.post(own).status_code == 403
    assert world.client(world.member("Lise")).get(f"/ressources/{document.id}").status_code == 404
    restored = f"{PATH}/documents/{document.id}/restaurer"
    world.client(administrator).post(restored, data={"reason": "Utile."})
    client.post(own)  # their own withdrawal stays theirs to undo
    assert client.get(f"/ressources/{document.id}").status_code == 200


def test_hostile_titles_are_words(world: World) -> None:
    administrator = world.administrator()
    world.document(world.member(), '=1+1 <script>alert("x")</script>')
    page = text(world, administrator, PATH)
    assert "<script>alert" not in page
    left = world.client(administrator).post(f"{PATH}/exporter.csv").get_data(as_text=True)
    assert "'=1+1" in left
    assert acts(world, administrator, "exported") == [("contents", {"lines": 1, "narrowed": ""})]
    for query in ("?q=%25", "?au=hier&de=sujets&apres=1", "?reseau=x&etat=x&sorte=x"):
        assert status(world, administrator, PATH + query) == 200


UNLINKED = {
    *{("article", "event_id"), ("date_poll", "event_id"), ("decision", "post_id")},
    ("document", "replaced_by_id"),
}
"""Rows that stay when what they name goes: by hand, so that each new table is thought of."""


def test_what_goes_with_a_content_is_decided_for_each_table(world: World) -> None:
    tables = (Topic.__table__, Post.__table__, Document.__table__, Event.__table__)
    empty = {
        (other.name, column.name)
        for table in tables
        for other, column in referring(table)  # type: ignore[arg-type]
        if column.nullable
    }
    assert empty == GO_TOO | UNLINKED
    assert all(
        goes_too(other, column) is ((other.name, column.name) not in UNLINKED)
        for table in tables
        for other, column in referring(table)  # type: ignore[arg-type]
    )
    assert "deletion" in Base.metadata.tables
