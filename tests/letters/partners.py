"""A public letter in a world: opened, written, subscribed to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from core.settings import Settings
from notifications.letter.cards import Key
from notifications.public_letter import actions, links, queries
from notifications.public_letter.actions import Said
from notifications.public_letter.models import Consent, PublicItem, PublicLetter, Subscriber
from tests.world import World


def open_letter(
    world: World, editor: Member, slug: str = "coorace", *, is_open: bool = True
) -> None:
    """Partners may subscribe to the letter of this network."""

    def act(session: Session, viewer: Viewer) -> None:
        network = session.get_one(Network, world.network(slug))
        by = session.get_one(Member, editor.id)
        actions.open_letter(session, viewer, network, by=by, is_open=is_open, words="")

    world.act_as(editor, act)


def write(
    world: World, editor: Member, title: str = "La lettre de novembre", *, of: Key | None = None
) -> int:
    """A letter that tells of one thing; its number."""

    def act(session: Session, viewer: Viewer) -> int:
        network = session.get_one(Network, world.network("coorace"))
        letter = actions.begin(session, viewer, network, title=title, body="**Bonjour** à tous.")
        said = Said("Des portes ouvertes", "Venez le 3 décembre.", "https://coorace.example/portes")
        actions.add_item(session, viewer, letter, said, of)
        return letter.id

    return world.act_as(editor, act)


def send(world: World, editor: Member, letter_id: int) -> None:
    """It leaves, once the worker has done its part."""

    def act(session: Session, viewer: Viewer) -> None:
        letter = session.scalars(queries.letter(viewer, letter_id)).one()
        actions.send(session, viewer, letter, by=session.get_one(Member, editor.id))

    world.act_as(editor, act)
    world.work()


def subscriber(
    world: World, email: str = "partenaire@example.org", *, confirmed: bool = True
) -> int:
    """An address that asked for the letter of COORACE; its number."""

    def act(session: Session) -> int:
        one = Subscriber(
            network_id=world.network("coorace"),
            email=email,
            asked_at=clock.now(),
            confirmed_at=clock.now() if confirmed else None,
            consent=Consent.MAIL if confirmed else None,
        )
        session.add(one)
        session.flush()
        return one.id

    return world.act(act)


def known(world: World, email: str) -> Subscriber | None:
    """What is kept of an address."""
    return world.one(select(Subscriber).where(Subscriber.email == email))


def token(world: World, act: str, subscriber_id: int) -> str:
    """The signed link of a mail."""
    settings: Settings = world.app.extensions["maillage.settings"]
    return links.token(settings, act, subscriber_id)


def item_of(world: World, letter_id: int) -> int:
    """What a letter tells of."""
    found = world.one(select(PublicItem.id).where(PublicItem.letter_id == letter_id))
    assert found is not None
    return found


def sent_at(world: World, letter_id: int) -> bool:
    """Whether a letter was sent."""
    return world.act(lambda s: s.get_one(PublicLetter, letter_id)).sent_at is not None
