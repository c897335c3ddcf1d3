"""A topic for COORACE in Loire-Atlantique, and everyone who tries to see it.

What one may not see does not exist: 404, no title, no snippet, no count.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from access.models import MemberNetwork
from access.viewers import Role
from accounts import administration
from accounts.models import Member
from forum.models import Following, Post, Topic
from tests.world import World

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
    """Suspend a member, by an administrator of no network."""
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
