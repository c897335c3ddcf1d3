"""What the stories of dates share: so many places, those who come, the days that pass."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from unittest.mock import patch

from sqlalchemy import select

from accounts.models import Member
from agenda.attending import actions, organising
from agenda.attending.models import Registration, Standing
from agenda.attending.organising import SaidOfTerms
from agenda.ics.invitations import INVITATION
from agenda.models import Event, Occurrence
from core import clock
from core.outbox import Mail
from tests.world import World

LONG_BEFORE = datetime(2027, 1, 4, 9, tzinfo=UTC)


def at(moment: datetime) -> AbstractContextManager[object]:
    """It is that instant."""
    return patch.object(clock, "now", return_value=moment)


def opened(world: World, owner: Member, event: Event, **said: object) -> Event:
    """One registers for its dates."""
    terms = SaidOfTerms(**{"is_open": True} | said)  # type: ignore[arg-type]
    world.act_as(
        owner,
        lambda s, viewer: organising.set_terms(s, s.get_one(Event, event.id), terms, by=viewer),
    )
    return event


def first_date(world: World, event: Event) -> int:
    """The number of its first date."""
    return world.all(
        select(Occurrence.id).where(Occurrence.event_id == event.id).order_by(Occurrence.starts_at)
    )[0]


def comes(world: World, member: Member, occurrence_id: int, **answers: str) -> Registration:
    """They register."""
    said = {int(name.removeprefix("q")): words for name, words in answers.items()}
    return world.act_as(
        member,
        lambda s, viewer: actions.register(s, occurrence_id, member=viewer, answers=said),
    )


def declines(world: World, member: Member, occurrence_id: int) -> None:
    """They do not come."""
    world.act(lambda s: actions.decline(s, occurrence_id, member_id=member.id))


def standing(world: World, member: Member, occurrence_id: int) -> Standing | None:
    """What they said of the date."""
    return world.one(
        select(Registration.standing).where(
            Registration.occurrence_id == occurrence_id, Registration.member_id == member.id
        )
    )


def told(world: World, member: Member) -> list[Mail]:
    """The mails that they received, but the invitations: those that calendars take."""
    return [mail for mail in world.mails(member) if mail.kind != INVITATION]


def subjects(world: World, member: Member) -> list[str]:
    """What these are called, once the worker has done its work."""
    world.work()
    return [mail.subject for mail in told(world, member)]
