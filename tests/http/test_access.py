"""Who sees what: the same answer by the list, the page, the search, the mail, the bell, a count.

The topic is for COORACE in Loire-Atlantique. What one may not see does not exist: 404, no title,
no snippet, no count.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload
from werkzeug.test import TestResponse

from access.models import MemberNetwork
from access.viewers import Role, Viewer
from accounts import administration
from accounts.models import Member
from forum import moderation
from forum.models import Following, Post, Reading, Report, Thank, Topic
from notifications.models import Frequency, Kind, Notification, Preference
from tests.http.sample import report
from tests.world import BOTH, World

NANTES, SAINT_NAZAIRE, ALENCON = "zone_emploi:5216", "zone_emploi:5219", "zone_emploi:0051"
TITLE = "Un chantier à Couëron cherche un encadrant"
QUESTION = "Notre encadrante part en formation pendant six semaines."
ANSWER = "Notre remplaçant habituel est disponible."


@dataclass(frozen=True)
class Someone:
    """A line of the table."""

    sees: bool
    networks: tuple[str, ...] = ("coorace",)
    territories: tuple[str, ...] = ("departement:44",)
    role: Role = Role.USER
    charter: bool = True
    suspended: bool = False
    stopped_at: str | None = None
    """Where the door sends them, when it is not theirs to ask."""


WHO = {
    "same network and territory": Someone(True),
    "same network, a zone inside": Someone(True, territories=(SAINT_NAZAIRE,)),
    "same network, a zone that straddles the border": Someone(True, territories=(NANTES,)),
    "same network, the whole région": Someone(True, territories=("region:52",)),
    "two networks, two territories": Someone(
        True, ("fnars", "coorace"), ("departement:72", "departement:44")
    ),
    "same network, another département": Someone(False, territories=("departement:72",)),
    "same network, a zone elsewhere": Someone(False, territories=(ALENCON,)),
    "same network, no territory": Someone(False, territories=()),
    "another network, same territory": Someone(False, ("fnars",)),
    "an account without network": Someone(False, ()),
    "a moderator of the network elsewhere": Someone(
        False, territories=("departement:72",), role=Role.MODERATOR
    ),
    "a moderator of another network": Someone(False, ("fnars",), role=Role.MODERATOR),
    "an administrator without the network": Someone(False, ("fnars",), role=Role.ADMINISTRATOR),
    "a moderator who is there": Someone(True, role=Role.MODERATOR),
    "suspended": Someone(False, suspended=True, stopped_at="/connexion"),
    "charter not accepted": Someone(False, charter=False, stopped_at="/charte"),
}


@dataclass
class Story:
    """A topic told, and everyone who tries to see it."""

    world: World
    author: Member
    topic: Topic
    answer: Post
    people: dict[str, Member]

    def clients(self) -> Iterator[tuple[str, Someone, FlaskClient]]:
        """Everyone with their browser."""
        for name, someone in WHO.items():
            yield name, someone, self.world.client(self.people[name])

    def readers(self) -> set[int]:
        """The ids of those who see it."""
        seeing = (self.people[name].id for name, someone in WHO.items() if someone.sees)
        return {self.author.id, *seeing}


def tell(world: World, networks: tuple[str, ...], territories: tuple[str, ...]) -> Story:
    """Everyone is there before the topic, follows it and has a part in it."""
    author = world.member("Auteure")
    people = {}
    for name, someone in WHO.items():
        people[name] = world.member(
            "Membre",
            networks=someone.networks,
            territories=someone.territories,
            role=someone.role,
            charter=someone.charter,
        )
        if someone.suspended:
            suspend(world, people[name])
    topic = world.topic(author, TITLE, QUESTION, networks=networks, territories=territories)
    ids = [member.id for member in people.values()]
    world.act(lambda s: s.add_all(Following(member_id=one, topic_id=topic.id) for one in ids))
    called = " ".join(f"@{member.handle}" for member in people.values())
    answer = world.reply(topic, author, f"{ANSWER} {called}")
    return Story(world, author, topic, answer, people)


def suspend(world: World, member: Member) -> None:
    administrator = world.administrator("Sévère")
    world.act(
        lambda s: administration.suspend(
            s,
            s.get_one(Member, member.id),
            by=s.get_one(Member, administrator.id),
            reason="Essai",
            until=None,
        )
    )
    world.act(lambda s: s.execute(delete(MemberNetwork).where(
        MemberNetwork.member_id == administrator.id)))  # fmt: skip


@pytest.fixture
def story(world: World) -> Story:
    return tell(world, ("coorace",), ("departement:44",))


def tells(answer: TestResponse) -> bool:
    """Whether anything of the topic is in a page."""
    page = answer.get_data(as_text=True)
    return any(words in page for words in (TITLE, "Couëron", "encadrante part", "remplaçant"))


def shut(someone: Someone, answer: TestResponse, name: str) -> None:
    """The topic does not exist for them."""
    assert not tells(answer), name
    if someone.stopped_at:
        assert answer.status_code == 302, name
        assert answer.location.startswith(someone.stopped_at), name
    else:
        assert answer.status_code == 404, name


# --- reading -----------------------------------------------------------------------------------

LISTS = (
    "/",
    "/forum",
    "/forum?theme=formation",
    "/forum?voir=sans-reponse",
    "/forum?voir=non-lus",
    "/forum?voir=suivis",
    "/forum?territoire={place}",
    "/recherche?q=chantier",
    "/recherche?q=encadrante+formation+semaines",
    "/forum/semblables?title=chantier+formation",
    "/notifications",
)


@BOTH
def test_the_lists_hold_it_for_those_who_see_it_and_for_no_one_else(story: Story) -> None:
    story.world.work()
    place = story.world.territory("departement:44")
    for name, someone, client in story.clients():
        for path in LISTS:
            answer = client.get(path.format(place=place))
            if someone.stopped_at:
                shut(someone, answer, name)
                continue
            assert answer.status_code == 200
            expected = someone.sees and "sans-reponse" not in path
            assert tells(answer) is expected, (name, path)


@BOTH
def test_its_page_exists_for_those_who_see_it_and_for_no_one_else(story: Story) -> None:
    pages = (
        f"/forum/sujets/{story.topic.id}",
        f"/forum/sujets/{story.topic.id}?apres=1",
        f"/forum/sujets/{story.topic.id}?citer={story.answer.id}",
        f"/forum/messages/{story.answer.id}/signaler",
    )
    for name, someone, client in story.clients():
        for path in pages:
            answer = client.get(path)
            if someone.sees:
                assert answer.status_code == 200, (name, path)
                assert tells(answer), (name, path)
            else:
                shut(someone, answer, name)


@BOTH
def test_what_does_not_exist_looks_like_what_is_not_for_me(story: Story) -> None:
    client = story.world.client(story.people["another network, same territory"])

    def page(path: str) -> str:
        said = client.get(path).get_data(as_text=True)
        return re.sub(r"sujets(/|%2F)\d+|nonce[^ >]*|csrf-token[^>]*|value=\"[^\"]*\"", "", said)

    assert page(f"/forum/sujets/{story.topic.id}") == page("/forum/sujets/424242")


@BOTH
def test_quoting_what_one_does_not_see_quotes_nothing(story: Story) -> None:
    world, outsider = story.world, story.people["another network, same territory"]
    own = world.topic(outsider, "Mon propre sujet", "Tout autre chose.")
    answer = world.client(outsider).get(f"/forum/sujets/{own.id}?citer={story.answer.id}")
    assert answer.status_code == 200
    assert not tells(answer)


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


# --- writing -----------------------------------------------------------------------------------

ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/forum/sujets/{topic}/reponses", {"body": "Moi aussi."}),
    ("/forum/sujets/{topic}/suivre", {"suivre": "oui"}),
    ("/forum/sujets/{topic}/lu/{post}", {}),
    ("/forum/messages/{post}/merci", {}),
    ("/forum/messages/{post}/signaler", {"reason": "wrong", "words": "Faux."}),
    ("/forum/messages/{post}/modifier", {"body": "À ma façon."}),
    ("/forum/messages/{post}/reponse-utile", {}),
)
MODERATION: tuple[tuple[str, dict[str, str]], ...] = (
    ("/moderation/messages/{post}/masquer", {"reason": "Non."}),
    ("/moderation/messages/{post}/retablir", {"reason": "Si."}),
    ("/moderation/messages/{post}/garder", {"reason": "Bien."}),
    ("/moderation/messages/{post}/approuver", {}),
    ("/moderation/sujets/{topic}/epingler", {}),
    ("/moderation/sujets/{topic}/desepingler", {}),
    ("/moderation/sujets/{topic}/fermer", {"reason": "Non."}),
    ("/moderation/sujets/{topic}/rouvrir", {}),
    ("/moderation/sujets/{topic}/deplacer", {"theme": "1", "reason": "Là."}),
    ("/moderation/sujets/{topic}/fusionner", {}),
)


def traces(session: Session) -> list[object]:
    """All that acting on the topic could have left."""
    return [
        *session.execute(select(Post.id, Post.body, Post.state, Post.edited_at).order_by(Post.id)),
        *session.execute(select(Topic.id, Topic.answers, Topic.useful_id, Topic.locked,
                                Topic.pinned, Topic.theme_id).order_by(Topic.id)),
        *session.execute(select(func.count()).select_from(Thank)),
        *session.execute(select(func.count()).select_from(Report)),
        *session.execute(select(func.count()).select_from(Reading)),
        *session.execute(select(Following.member_id, Following.active).order_by(
            Following.member_id)),
    ]  # fmt: skip


@BOTH
def test_nobody_acts_on_what_they_do_not_see(story: Story) -> None:
    before = story.world.act(traces)
    for name, someone, client in story.clients():
        if someone.sees:
            continue
        for path, data in (*ACTS, *MODERATION):
            address = path.format(topic=story.topic.id, post=story.answer.id)
            answer = client.post(address, data=data)
            if path.startswith("/moderation") and someone.role is Role.USER:
                assert answer.status_code in {302, 403}
                assert not tells(answer), (name, path)
            else:
                shut(someone, answer, f"{name}: {path}")
    assert story.world.act(traces) == before


@BOTH
def test_those_who_see_it_act_within_their_part(story: Story) -> None:
    """A reader who is not the author: 403 for what belongs to the author, the rest is theirs."""
    expected = {"modifier": 403, "reponse-utile": 403}
    for name in ("same network, a zone inside", "same network, the whole région"):
        client = story.world.client(story.people[name])
        for path, data in ACTS:
            address = path.format(topic=story.topic.id, post=story.answer.id)
            answer = client.post(address, data=data)
            assert answer.status_code == expected.get(path.rpartition("/")[2], 302), (name, path)


@BOTH
def test_a_visitor_learns_nothing(story: Story) -> None:
    client = story.world.client()
    for path in (*LISTS, f"/forum/sujets/{story.topic.id}"):
        answer = client.get(path.format(place=1))
        assert answer.status_code == 302
        assert answer.location.startswith("/connexion")
        assert not tells(answer)
    for path, data in (*ACTS, *MODERATION):
        address = path.format(topic=story.topic.id, post=story.answer.id)
        assert client.post(address, data=data).location == "/connexion"


# --- being told --------------------------------------------------------------------------------


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
            assert bool(re.search(r"Notifications[^<]*1", page)) is someone.sees, name


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
    assert not re.search(r"Notifications[^<]*\d", client.get("/").get_data(as_text=True))
    plan = world.app.extensions["maillage.plan"]
    world.act(lambda s: plan.handlers["notifications.daily"](s, {}))
    world.work()
    assert world.mails(member) == []


# --- moderation --------------------------------------------------------------------------------


@BOTH
def test_a_moderator_finds_in_the_queue_only_what_they_see(story: Story) -> None:
    world = story.world
    report(world, story.answer.id, story.people["same network, a zone inside"])
    world.work()
    for name, someone, client in story.clients():
        if someone.role is Role.USER:
            assert client.get("/moderation").status_code in {302, 403}
            continue
        for path in ("/moderation", "/moderation/registre"):
            answer = client.get(path)
            assert answer.status_code == 200
            expected = someone.sees and path == "/moderation"
            assert tells(answer) is expected, (name, path)
        home = client.get("/").get_data(as_text=True)
        counted = bool(
            re.search(r"href=\"/moderation\"(?:(?!</a>).)*class=\"count\"", home, re.DOTALL)
        )
        assert counted is someone.sees, name
        for act in ("masquer", "garder", "retablir", "historique"):
            answer = client.get(f"/moderation/messages/{story.answer.id}/{act}")
            assert answer.status_code == (200 if someone.sees else 404), (name, act)
            assert someone.sees or not tells(answer), (name, act)
        for act in ("fermer", "deplacer", "fusionner"):
            answer = client.get(f"/moderation/sujets/{story.topic.id}/{act}")
            assert answer.status_code == (200 if someone.sees else 404), (name, act)
            assert someone.sees or not tells(answer), (name, act)


@BOTH
def test_a_decision_is_in_the_register_of_those_who_see_its_topic(story: Story) -> None:
    world = story.world
    moderator = world.viewer(story.people["a moderator who is there"])
    decide(world, story.topic.id, lambda s, t, v: moderation.lock(
        s, t, by=v, locked=True, reason="Fini."), moderator)  # fmt: skip
    for name, someone, client in story.clients():
        if someone.role is not Role.USER:
            assert tells(client.get("/moderation/registre")) is someone.sees, name


def decide(
    world: World,
    topic_id: int,
    act: Callable[[Session, Topic, Viewer], None],
    viewer: Viewer,
) -> None:
    world.act(lambda s: act(s, s.get_one(Topic, topic_id), viewer))


@BOTH
def test_what_is_hidden_exists_for_its_author_and_the_moderators(story: Story) -> None:
    world = story.world
    moderator = world.viewer(story.people["a moderator who is there"])

    def hide(session: Session) -> None:
        seen = select(Post).options(joinedload(Post.topic))
        post = session.scalars(seen.where(Post.topic_id == story.topic.id, Post.number == 0)).one()
        moderation.hide(session, post, by=moderator, reason="Un nom y figure.")

    world.act(hide)
    world.work()
    page = f"/forum/sujets/{story.topic.id}"
    for name, someone, client in story.clients():
        exists = someone.sees and someone.role is not Role.USER
        answer = client.get(page)
        if exists:
            assert answer.status_code == 200, name
        else:
            shut(someone, answer, name)
            for path in ("/forum", "/recherche?q=chantier", "/notifications"):
                assert not tells(client.get(path)), (name, path)
    assert world.client(story.author).get(page).status_code == 200


@BOTH
def test_a_merged_topic_leads_to_the_other_for_those_who_see_it(story: Story) -> None:
    """The topic that is kept is narrower: a reader of the duplicate alone gets no further."""
    world = story.world
    wide = world.topic(story.author, "Le même en plus large", "Pareil.", networks=["coorace"])
    moderator = world.viewer(story.people["a moderator who is there"])
    kept_id = story.topic.id
    decide(world, wide.id, lambda s, t, v: moderation.merge(
        s, t, s.get_one(Topic, kept_id), by=v, reason="Doublon."), moderator)  # fmt: skip
    for name, someone, client in story.clients():
        answer = client.get(f"/forum/sujets/{wide.id}")
        if "coorace" in someone.networks and not someone.stopped_at:
            assert answer.status_code == 301, name
            assert not tells(answer), name
        followed = client.get(f"/forum/sujets/{wide.id}", follow_redirects=True)
        assert tells(followed) is someone.sees, name


# --- other reaches -----------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("networks", "territories", "sees"),
    [
        # Everyone: all members of the networks, wherever they are.
        ((), (), lambda one: bool(one.networks)),
        # A network, everywhere.
        (("coorace",), (), lambda one: "coorace" in one.networks),
        # A place, in all networks.
        (
            (),
            ("departement:44",),
            lambda one: (
                bool(one.networks)
                and bool(
                    {"departement:44", "region:52", NANTES, SAINT_NAZAIRE} & {*one.territories}
                )
            ),
        ),
    ],
    ids=["everyone", "one network", "one place"],
)
def test_other_reaches(
    world: World,
    networks: tuple[str, ...],
    territories: tuple[str, ...],
    sees: Callable[[Someone], bool],
) -> None:
    story = tell(world, networks, territories)
    world.work()
    page = f"/forum/sujets/{story.topic.id}"
    for name, someone, client in story.clients():
        if someone.stopped_at:
            shut(someone, client.get(page), name)
            continue
        expected = sees(someone)
        assert client.get(page).status_code == (200 if expected else 404), name
        for path in ("/forum", "/recherche?q=chantier", "/notifications"):
            assert tells(client.get(path)) is expected, (name, path)
        assert bool(world.told(story.people[name])) is expected, name
    told = world.one(select(func.count(Notification.member_id.distinct())))
    assert told
