"""Files that are sent with a need, or with a word of its thread."""

import io

from sqlalchemy import select

from expertise.files import actions as files
from expertise.files import policy as file_policy
from expertise.files.models import NeedFile
from expertise.needs.models import Need
from expertise.positions.models import Note
from files import actions as stored
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
