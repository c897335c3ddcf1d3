"""Dates that people of the served house come to, wait for, organise."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda.attending import actions as attending
from agenda.attending import organising
from agenda.attending.organising import SaidOfTerms
from agenda.models import Event, Occurrence
from agenda.papers.models import Minutes
from core import clock
from directory.questions import QuestionKind
from tests.agenda.attending import comes
from tests.agenda.rides import (
    BACK,
    BOTH_WAYS,
    NANTES,
    SAINT_NAZAIRE,
    THERE,
    asks,
    looks,
    offers,
    proposes,
    rides_along,
)
from tests.world import World

FIRST = datetime(2027, 4, 6, 14)  # noqa: DTZ001 - on the clock of its zone


def take_part(world: World, owner: Member, people: list[Member]) -> dict[str, object]:
    """A date with questions, one that is full, one that has begun, one without registration."""
    titles = ("Job dating du bassin de Nantes", "Atelier complet", "Déjà commencé", "À ouvrir")
    events = [world.event(owner, title, FIRST, town="Nantes", postcode="44000") for title in titles]
    dates = [
        world.all(select(Occurrence.id).where(Occurrence.event_id == one.id))[0] for one in events
    ]

    def open_them(session: Session, viewer: Viewer) -> None:
        terms = [
            SaidOfTerms(is_open=True, capacity=20, days_before=2),
            SaidOfTerms(is_open=True, capacity=1),
            SaidOfTerms(is_open=True),
        ]
        for event, said in zip(events, terms, strict=False):
            organising.set_terms(session, session.get_one(Event, event.id), said, by=viewer)
        one = session.get_one(Event, events[0].id)
        for kind, words, choices in (
            (QuestionKind.TEXT, "Quels métiers recrutez-vous ?", ""),
            (QuestionKind.CHOICE, "Vous mangez", "Avec viande\nSans viande"),
            (QuestionKind.YES_NO, "Venez-vous avec un stand ?", ""),
        ):
            organising.ask(
                session, one, kind=kind, words=words, choices=choices, required=False, by=viewer
            )

    world.act_as(owner, open_them)
    for member in people:
        for date in dates[:3]:
            world.act_as(
                member,
                lambda s, viewer, date=date: attending.register(  # type: ignore[misc]
                    s, date, member=viewer, answers={1: "Maçon, plaquiste"}
                ),
            )
    began = clock.now() - timedelta(hours=1)
    ends = began + timedelta(days=900)
    world.act(
        lambda s: s.execute(
            update(Occurrence)
            .where(Occurrence.id == dates[2])
            .values(starts_at=began, ends_at=ends)
        )
    )
    world.act(
        lambda s: s.add(
            Minutes(
                occurrence_id=dates[2],
                words="Douze personnes.",
                html="<p>Douze personnes.</p>",
                written_at=began,
                changed_at=began,
            )
        )
    )
    return {
        "ride": ride_along(world, owner, people, dates[0]),
        "attended": dates[0],
        "full": dates[1],
        "begun": dates[2],
        "attended_event": events[0].id,
        "unopened": events[3].id,
    }


def ride_along(world: World, owner: Member, people: list[Member], date: int) -> int:
    """Rides to a date: who asks, who has a place, who is proposed one, who looks for one."""
    riders = [world.member(name) for name in ("Inès", "Noé", "Zoé")]
    for one in riders:
        comes(world, one, date, q1="Maçon")
    words = "Devant la gare. Une valise chacun, et une halte à mi-chemin."
    ride = offers(world, owner, date, BOTH_WAYS, places=3, words=words)
    asks(world, riders[0], date, ride, "J’ai un vélo pliant")
    rides_along(world, owner, riders[1], date, ride)
    proposes(world, owner, date, looks(world, riders[2], date, BACK))
    offers(world, people[0], date, THERE, start=SAINT_NAZAIRE, places=2)
    looks(world, people[-1], date, BACK, start=NANTES, words="Après 17 h.")
    return ride.id
