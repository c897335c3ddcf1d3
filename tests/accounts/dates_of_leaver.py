"""What the leaver did of dates: those they gave and came to, polls, rides, meetings."""

from datetime import time
from typing import Any
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda import changes
from agenda import queries as agenda
from agenda.attending import actions as attending
from agenda.attending import organising
from agenda.attending.reminders import Which, note
from agenda.models import Event, Occurrence
from agenda.papers import actions as papers
from agenda.rides import actions as rides
from agenda.rides import seats
from agenda.rides.models import Way
from core import clock
from directory.questions import QuestionKind
from rooms import meetings
from rooms.meetings import Who
from tests.accounts.known_by import HANDLE, WORD
from tests.agenda.polling import answers, polled
from tests.world import World


def dated(world: World, member: Member, colleague: Member) -> None:
    """All that one does of dates."""
    _agenda(world, member, colleague)
    _polls(world, member, colleague)
    _video(world, member, colleague)
    _took_part(world, member, colleague)


def _agenda(world: World, member: Member, colleague: Member) -> None:
    """Dates of theirs, one of which has words of its own; a colleague's, which calls them."""
    series = world.event(
        member, f"Le {WORD} en réunion", words=f"On parle {WORD}.", recurrence="RRULE:FREQ=WEEKLY"
    )
    theirs = world.event(colleague, "Une autre date", words=f"Avec @{HANDLE}.")

    def say(session: Session, viewer: Viewer) -> None:
        first = session.scalars(agenda.dates_of(viewer, series.id).limit(1)).one()
        one = session.scalars(agenda.occurrence(viewer, first.id)).one()
        changes.cancel_date(session, one, f"Plus de {WORD}", by=viewer)
        with patch.object(clock, "now", return_value=one.starts_at):
            words = f"Le {WORD} a été vu, dit @{HANDLE}."
            papers.write_minutes(session, one, words, by=viewer)

    world.act_as(member, say)

    def answer(session: Session, viewer: Viewer) -> None:
        one = session.scalars(agenda.event(viewer, theirs.id)).one()
        changes.cancel(session, one, f"@{HANDLE} est absente", by=viewer)

    world.act_as(colleague, answer)


def _polls(world: World, member: Member, colleague: Member) -> None:
    """Polls of dates: one of theirs, one of a colleague, each answered by both."""
    mine = polled(world, member, f"Quand parler du {WORD} ?", place=f"Salle {WORD}")
    theirs = polled(world, colleague, "Quand se voir ?", words=f"Avec @{HANDLE}.")
    for poll in (mine, theirs):
        answers(world, member, poll, "oso", f"Le {WORD} me va")
        answers(world, colleague, poll, "ooo", f"Comme @{HANDLE}")


def _video(world: World, member: Member, colleague: Member) -> None:
    """A room of theirs in which they noted; one of a colleague, where both did."""
    mine = world.room(member, f"Le salon du {WORD}", words=f"On y parle {WORD}.")
    theirs = world.room(colleague, f"Avec @{HANDLE}")

    def converse(session: Session) -> None:
        for room, who, words in (
            (mine, member, f"Décision : {WORD}"),
            (theirs, member, f"Je note {WORD}"),
            (theirs, colleague, f"Merci @{HANDLE}"),
        ):
            there = meetings.come(session, room, Who(who.id), hosts=False, most=6)
            meetings.note(session, there, words)
            meetings.leave(session, there)

    world.act(converse)


def _took_part(world: World, member: Member, colleague: Member) -> None:
    """They come to a date, answered, were reminded; as a moderator they wrote to those who come."""
    event = world.event(colleague, "Une réunion", town="Nantes")
    (date,) = world.all(select(Occurrence.id).where(Occurrence.event_id == event.id))

    def open_it(session: Session, viewer: Viewer) -> None:
        one = session.get_one(Event, event.id)
        organising.set_terms(session, one, organising.SaidOfTerms(is_open=True), by=viewer)
        organising.ask(
            session, one, kind=QuestionKind.TEXT, words="Pourquoi ?", required=False, by=viewer
        )

    def come(session: Session, viewer: Viewer) -> None:
        said = {1: f"Pour le {WORD}."}
        mine = attending.register(session, date, member=viewer, answers=said)
        note(session, mine, Which.BEFORE, clock.now())
        session.flush()
        organising.write(session, date, f"Apportez le {WORD}.", by=viewer)

    def ride(session: Session, viewer: Viewer) -> None:
        """They drive there, and look for a place back in the car of the colleague."""
        said: dict[str, Any] = {"commune_code": "44143", "hour": time(8), "places": 2}
        back = rides.Said(way=Way.BACK, **said)
        there = rides.Said(way=Way.THERE, words=f"Sans {WORD}.", **said)
        theirs = rides.offer(session, date, back, by=by_colleague)
        rides.offer(session, date, there, by=viewer)
        seats.ask(session, date, theirs.id, f"Avec un {WORD}.", by=viewer)

    world.act_as(colleague, open_it)
    by_colleague = world.viewer(colleague)
    world.act_as(member, come)
    world.act_as(member, ride)
