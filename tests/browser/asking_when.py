"""Polls of dates of the served house: answered, not yet, become a date, withdrawn."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda.polls import actions
from tests.agenda.polling import answers, days, polled, settles
from tests.world import World

FIRST = datetime(2027, 5, 11, 9, 30)  # noqa: DTZ001 - on the clock of its zone


def ask_when(world: World, owner: Member, people: list[Member]) -> dict[str, object]:
    """A poll with answers at the hours of a date of its owner, and others."""
    slots = [*days(3, FIRST), *days(2, FIRST + timedelta(hours=5))]
    poll = polled(
        world, owner, "Réunion des CIP de Loire-Atlantique", slots, place="Maison des associations",
        words="Pour préparer le **forum de l’emploi**.", minutes=120,
    )  # fmt: skip
    world.event(owner, "Comité local", FIRST + timedelta(days=1))
    unanswered = polled(world, people[0], "Visite d’un chantier", all_day=True, slots=days(4))
    settled, gone = (polled(world, owner, title) for title in ("Déjà choisi", "Retiré"))
    answers(world, owner, poll, "oosno", "Plutôt le matin")
    for one, said in zip(people, ("osnoo", "noos"), strict=False):
        answers(world, one, poll, said)
        answers(world, one, settled, "oos")
    settles(world, owner, settled, 1)

    def withdraw(session: Session, viewer: Viewer) -> None:
        by = session.get_one(Member, owner.id)
        actions.withdraw(session, gone.id, by=by, viewer=viewer)

    world.act_as(owner, withdraw)
    return {
        "poll": poll.id,
        "unanswered_poll": unanswered.id,
        "settled_poll": settled.id,
        "gone_poll": gone.id,
    }
