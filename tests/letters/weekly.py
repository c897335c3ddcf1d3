"""What the stories of the weekly letter do: they look at who got one, and take its steps apart."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from accounts.models import Member
from core import jobs
from core.outbox import Mail
from notifications.letter.jobs import WRITE
from notifications.letter.models import LetterRun
from tests.world import World


def letter(world: World, member: Member) -> Mail | None:
    """The letter that a member got, or None."""
    (*_before, last) = [None, *(one for one in world.mails(member) if one.kind == "letter")]
    return last


def holds(world: World, member: Member, title: str) -> bool:
    """Whether the letter that a member got speaks of it, in its text and in its HTML."""
    found = letter(world, member)
    inside = found is not None and title in found.text
    assert inside is (found is not None and title in found.html)
    return inside


def make(world: World, kind: str, author: Member, title: str, **reach: Any) -> Any:
    """A content of this kind; a date is of the coming week."""
    if kind == "event":
        reach["starts"] = datetime.now() + timedelta(days=4)  # noqa: DTZ005 - on its own clock
    return getattr(world, kind)(author, title, **reach)


def forget_runs() -> Any:
    return delete(LetterRun)


def only_written(world: World) -> None:
    """The letters are written, and none has left."""
    plan = world.app.extensions["maillage.plan"]
    with world.session() as session:
        while jobs.work_once(session, plan, "test:0", jobs.Job.kind == WRITE):
            pass
