"""Who gives back what was withdrawn: its owner what they took away, a moderator all of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from access.viewers import Viewer
from access.withdrawal import Withdrawable
from accounts.models import Member
from agenda import changes
from agenda.models import Event
from agenda.polls import actions as polls
from agenda.polls.models import Poll
from core.refusals import Refused
from resources import actions as library
from resources.models import Document
from rooms import actions as rooms
from rooms.models import Room
from tests.agenda.polling import polled
from tests.world import World

Act = Callable[..., None]
MADE: dict[str, tuple[Callable[[World, Member], Any], type[Any], Act, Act, str]] = {
    "a date": (
        lambda world, owner: world.event(owner, networks=["coorace"]),
        Event,
        changes.withdraw,
        changes.give_back,
        "/agenda/{}/retire",
    ),
    "a room": (
        lambda world, owner: world.room(owner, networks=["coorace"]),
        Room,
        rooms.withdraw,
        rooms.give_back,
        "/visio/{}/retire",
    ),
    "a document": (
        lambda world, owner: world.document(owner, networks=["coorace"]),
        Document,
        library.withdraw,
        library.give_back,
        "/ressources/{}/retire",
    ),
    "a poll": (
        lambda world, owner: polled(world, owner, networks=["coorace"]),
        Poll,
        lambda session, poll, **by: polls.withdraw(session, poll.id, **by),
        polls.give_back,
        "/agenda/sondages/{}/retire",
    ),
}


@pytest.mark.parametrize("what", MADE)
@pytest.mark.parametrize(
    ("who", "gives_back"),
    [("owner", {"owner", "moderator"}), ("moderator", {"moderator"})],
    ids=["owner withdrew", "moderator withdrew"],
)
def test_a_moderator_undoes_all_its_owner_only_their_own(
    world: World, what: str, who: str, gives_back: set[str]
) -> None:
    people = {
        "owner": world.member("Olga", networks=["coorace"]),
        "moderator": world.moderator(networks=["coorace"]),
        "colleague": world.member("Carole", networks=["coorace"]),
    }
    make, table, withdraw, give_back, address = MADE[what]
    made = make(world, people["owner"])

    def does(name: str, act: Act) -> None:
        def do(session: Session, viewer: Viewer) -> None:
            one = session.get_one(table, made.id)
            act(session, one, by=session.get_one(Member, viewer.member_id), viewer=viewer)

        world.act_as(people[name], do)

    does(who, withdraw)
    for name, someone in people.items():
        page = world.client(someone).get(address.format(made.id))
        assert page.status_code == (404 if name == "colleague" else 200), name
        assert (">Remettre en ligne</button>" in page.text) is (name in gives_back)
        if name in gives_back:
            does(name, give_back)
            does(who, withdraw)
        else:
            code = "not-yours" if name == "colleague" else "withdrawn-by-moderator"
            with pytest.raises(Refused, match=code):
                does(name, give_back)
    now: Withdrawable = world.act(lambda session: session.get_one(table, made.id))
    assert now.withdrawn_at is not None
