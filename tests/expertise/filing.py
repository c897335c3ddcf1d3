"""Files that are sent with a need, or with a word of its thread."""

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from expertise.files import actions as files
from expertise.files import policy as file_policy
from expertise.files.models import NeedFile
from expertise.needs import links
from expertise.needs.models import Need
from expertise.positions.models import Note
from files import actions as stored
from tests.expertise.desks import SIRET
from tests.world import World

PAPER = b"%PDF-1.7\nUn plan.\n"
"""A PDF, as far as its first bytes tell."""


def send_file(
    world: World, of: Need, name: str = "plan.pdf", content: bytes = PAPER, note: Note | None = None
) -> NeedFile:
    """A file that its company sends with a need, or somebody with a word of the thread."""
    settings = world.app.extensions["maillage.settings"]
    with world.session() as session:
        arrived = stored.take(
            session,
            world.app.extensions["maillage.storage"],
            name=name,
            file=io.BytesIO(content),
            limits=file_policy.limits(settings),
            kinds=file_policy.TAKEN,
        )
        if note is None:
            files.add(session, session.get_one(Need, of.id), [arrived])
        else:
            files.add_to_note(session, session.get_one(Note, note.id), [arrived])
        session.flush()
        return session.scalars(select(NeedFile).order_by(NeedFile.id.desc()).limit(1)).one()


ASK = "/expertise/essai/demander/besoin?sujet=marketing"


TYPED: dict[str, Any] = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps.",
    "siret": SIRET,
    "company": "Fours Essai",
    "postcode": "44000",
    "town": "Nantes",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 40 00 00 00",
    "email": "ines@essai.example",
}


def paper(name: str = "plan.pdf", content: bytes = PAPER) -> tuple[io.BytesIO, str]:
    """A file, as a browser sends it."""
    return io.BytesIO(content), name


def names(world: World) -> list[str]:
    return [one.name for one in world.all(select(NeedFile).order_by(NeedFile.id))]


def track(world: World, one: Need) -> str:
    return f"/expertise/suivi/{links.token(world.app.extensions['maillage.settings'], one)}"


def status(client: FlaskClient, address: str) -> int:
    return client.get(address).status_code
