"""Who could answer a need, and in which order."""

from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from core import clock
from expertise.experts.models import Competence, Expert, ExpertCommune
from expertise.matching import best_for, candidates, jobs, reasons, refresh
from expertise.matching.models import ExpertPlace, ExpertStem
from expertise.matching.ranking import Candidate
from expertise.matching.reasons import (
    Nearness,
    Past,
    Reach,
    Room,
    StandsIn,
    SubjectsMet,
    WordsMet,
)
from expertise.needs.models import Hiding, Need
from expertise.positions.life import Outcome, State
from expertise.programmes.models import Institution, Programme, ProgrammeInstitution
from tests.expertise import desks
from tests.world import BOTH, World

R = TypeVar("R", bound=reasons.Reason)
YESTERDAY = clock.today() - timedelta(days=1)
TOMORROW = clock.today() + timedelta(days=1)


class Ground:
    """A programme, an institution, a need of Nantes."""

    def __init__(self, world: World, **asked: Any) -> None:
        self.world = world
        self.made: Programme = desks.programme(world, several_subjects=True)
        self.group: Institution = desks.institution(world, self.made)
        self.marketing = desks.subject(world, self.made)
        self.strategy = desks.subject(world, self.made, "strategie")
        self.need: Need = desks.need(world, self.made, **{"staff": 20} | asked)

    def expert(self, *, of: Institution | None = None, words: str = "", **more: Any) -> Expert:
        """Somebody who answers about marketing, everywhere, until more is said."""
        made = desks.expert(self.world, of or self.group, **{"subjects": (self.marketing,)} | more)
        with self.world.session() as session:
            for one in session.scalars(select(Competence).where(Competence.expert_id == made.id)):
                one.words = words
            refresh(session, made.id)
        return made

    def received(self, who: Expert, number: int, *, days: int = 1, **more: Any) -> None:
        """They were sent so many other needs, so many days ago."""
        for _each in range(number):
            other = desks.need(self.world, self.made, staff=20)
            position = desks.position(self.world, other, who, **more)
            with self.world.session() as session:
                session.get_one(type(position), position.id).sent_at = clock.now() - timedelta(
                    days=days
                )
        self.world.act(lambda session: refresh(session, who.id))

    def ranked(self, **more: Any) -> list[Candidate]:
        """Those who could answer."""
        return self.world.act(
            lambda session: candidates(session, session.get_one(Need, self.need.id), **more)
        )

    def ids(self) -> list[int]:
        """Who they are, in order."""
        return [one.expert_id for one in self.ranked()]


def part(one: Candidate, kind: type[R]) -> R:
    """A reason of a candidate."""
    return next(reason for reason in one.reasons if isinstance(reason, kind))


FITS: dict[str, tuple[dict[str, Any], bool]] = {
    "everywhere": ({}, True),
    "their département": ({"territories": ("departement:44",)}, True),
    "their region": ({"territories": ("region:52",)}, True),
    "another département": ({"territories": ("departement:72",)}, False),
    "two, one of them": ({"territories": ("departement:72", "departement:44")}, True),
    "too small for them": ({"least_staff": 21}, False),
    "too large for them": ({"most_staff": 19}, False),
    "of their size": ({"least_staff": 20, "most_staff": 20}, True),
    "not approved": ({"approved_at": None}, False),
    "left": ({"left_at": clock.now()}, False),
    "away": ({"absent_from": YESTERDAY}, False),
    "away until today": ({"absent_from": YESTERDAY, "absent_until": clock.today()}, False),
    "back since": ({"absent_from": YESTERDAY, "absent_until": YESTERDAY}, True),
    "away soon": ({"absent_from": TOMORROW}, True),
    "about nothing": ({"subjects": ()}, False),
}


@BOTH
def test_who_may_be_sent_a_need(world: World) -> None:
    ground = Ground(world)
    for name, (sheet, fits) in FITS.items():
        who = ground.expert(name=name, email="", **sheet)
        assert (who.id in ground.ids()) is fits, name


@pytest.mark.parametrize("why", ["hidden", "suspended", "not taking part", "another subject"])
def test_who_is_shut_out_with_their_institution(world: World, why: str) -> None:
    ground = Ground(world)
    who = ground.expert(
        subjects=(ground.strategy,) if why == "another subject" else (ground.marketing,)
    )
    with world.session() as session:
        if why == "hidden":
            session.add(Hiding(need_id=ground.need.id, institution_id=ground.group.id))
        elif why == "suspended":
            session.get_one(Institution, ground.group.id).suspended_at = clock.now()
        elif why == "not taking part":
            session.delete(session.get_one(ProgrammeInstitution, (ground.made.id, ground.group.id)))
    assert who.id not in ground.ids()
    assert (
        ground.world.act(lambda session: best_for(session, session.get_one(Need, ground.need.id)))
        == []
    )


def test_a_commune_that_they_named_is_nearest(world: World) -> None:
    ground = Ground(world)
    everywhere = ground.expert(name="Partout")
    region = ground.expert(name="Région", territories=("region:52",))
    town = ground.expert(name="Commune")
    elsewhere = ground.expert(name="Ailleurs")
    with world.session() as session:
        session.add(ExpertCommune(expert_id=town.id, commune_code="44109"))
        session.add(ExpertCommune(expert_id=elsewhere.id, commune_code="72181"))
        for one in (town, elsewhere):
            refresh(session, one.id)
    found = ground.ranked()
    assert [one.expert_id for one in found] == [town.id, region.id, everywhere.id]
    near = [part(one, Nearness) for one in found]
    assert [one.reach for one in near] == [Reach.COMMUNE, Reach.TERRITORY, Reach.EVERYWHERE]
    assert near[0].kilometres == 0
    assert near[1].kilometres is not None
    assert 30 < near[1].kilometres < 120
    assert near[2].kilometres is None


@BOTH
def test_words_that_meet_come_first_and_are_named(world: World) -> None:
    ground = Ground(world, title="Vendre en Allemagne", description="Trouver un distributeur.")
    silent = ground.expert(name="Muette")
    one_word = ground.expert(name="Un mot", words="Les distributeurs")
    close = ground.expert(name="Proche", words="Ventes en Allemagne, distribution")
    found = ground.ranked()
    assert [one.expert_id for one in found] == [close.id, one_word.id, silent.id]
    assert "Allemagne" in part(found[0], WordsMet).words
    assert part(found[1], WordsMet).words == ("distributeurs",)
    assert part(found[2], WordsMet).words == ()
    assert part(found[2], WordsMet).points == 0


def test_numbers_and_durations_tell_nothing_of_what_one_knows(world: World) -> None:
    asked = "Recruter deux soudeurs en trois mois, pour 2027."
    ground = Ground(world, title="Deux soudeurs", description=asked)
    ground.expert(words="Deux jours de conseil en 2027, sous trois mois")
    [found] = ground.ranked()
    assert part(found, WordsMet).words == ()
    ground.expert(words="Recrutement de soudeurs")
    assert set(part(ground.ranked()[0], WordsMet).words) == {"Recrutement", "soudeurs"}


def test_a_sheet_that_changes_is_read_again(world: World) -> None:
    ground = Ground(world, title="Vendre en Allemagne")
    who = ground.expert(words="Allemagne")
    assert part(ground.ranked()[0], WordsMet).words == ("Allemagne",)
    with world.session() as session:
        session.get_one(Competence, (who.id, ground.marketing.id)).words = "Espagne"
        refresh(session, who.id)
    assert part(ground.ranked()[0], WordsMet).words == ()
    with world.session() as session:
        session.get_one(Expert, who.id).left_at = clock.now()
        refresh(session, who.id)
    assert world.all(select(ExpertStem)) == []
    assert world.all(select(ExpertPlace)) == []


def test_each_night_mends_what_was_missed(world: World) -> None:
    ground = Ground(world, title="Vendre en Allemagne")
    ground.expert(words="Allemagne")
    with world.session() as session:
        for table in (ExpertStem, ExpertPlace):
            session.execute(delete(table))
    assert ground.ranked() == []
    with world.session() as session:
        jobs.rebuild(session, {})
    assert part(ground.ranked()[0], WordsMet).words == ("Allemagne",)


def test_several_subjects_are_better_than_one(world: World) -> None:
    ground = Ground(world)
    with world.session() as session:
        need = session.get_one(Need, ground.need.id)
        session.refresh(need, ["subjects"])
        need.subjects = [*need.subjects, ground.strategy]
    one = ground.expert(name="Une", words="Allemagne")
    both = ground.expert(
        name="Deux", words="Allemagne", subjects=(ground.marketing, ground.strategy)
    )
    found = ground.ranked()
    assert [who.expert_id for who in found] == [both.id, one.id]
    assert (part(found[0], SubjectsMet).met, part(found[1], SubjectsMet).met) == (2, 1)
    # A word about two subjects is met once.
    assert part(found[0], WordsMet).points == part(found[1], WordsMet).points


def test_the_quota_shuts_out_and_the_load_ranks(world: World) -> None:
    ground = Ground(world)
    full, busy, old = (ground.expert(name=name, quota=2) for name in ("Plein", "Prise", "Ancien"))
    removed = ground.expert(name="Retirée", quota=2)
    ground.received(full, 2)
    ground.received(busy, 1)
    ground.received(old, 2, days=31)
    ground.received(removed, 2, state=State.REMOVED)
    found = ground.ranked()
    assert [one.expert_id for one in found] == [old.id, removed.id, busy.id]
    assert [part(one, Room).received for one in found] == [0, 0, 1]


def test_those_who_helped_come_first(world: World) -> None:
    ground = Ground(world)
    names = ("Jamais", "Nouvelle", "Souvent", "Injoignable")
    never, new, often, missed = (ground.expert(name=name) for name in names)
    done: dict[str, Any] = {"state": State.DONE, "days": 60}
    ground.received(never, 1, outcome=Outcome.NOT_HELPED, **done)
    ground.received(often, 2, outcome=Outcome.ADVICE, **done)
    ground.received(missed, 1, outcome=Outcome.UNREACHABLE, **done)
    found = ground.ranked()
    assert [one.expert_id for one in found] == [often.id, new.id, missed.id, never.id]
    told = [(past.helped, past.ended) for past in (part(one, Past) for one in found)]
    assert told == [(2, 2), (0, 0), (0, 0), (0, 1)]


@BOTH
def test_a_delegate_stands_in(world: World) -> None:
    ground = Ground(world, title="Vendre en Allemagne")
    delegate = ground.expert(name="Relais", subjects=())
    away = ground.expert(
        name="Absente", words="Allemagne", absent_from=YESTERDAY, delegate_id=delegate.id
    )
    ground.expert(name="Absent aussi", absent_from=YESTERDAY, delegate_id=delegate.id)
    found = ground.ranked()
    assert [one.expert_id for one in found] == [delegate.id]
    assert part(found[0], StandsIn) == StandsIn(0, away.id, "Absente")
    assert part(found[0], WordsMet).words == ("Allemagne",)
    with world.session() as session:
        session.get_one(Expert, delegate.id).absent_from = YESTERDAY
    assert ground.ranked() == []


def test_a_delegate_of_a_hidden_institution_is_not_sent_it(world: World) -> None:
    ground = Ground(world)
    other = desks.institution(world, ground.made, "Groupe Caché")
    delegate = ground.expert(of=other, subjects=())
    ground.expert(absent_from=YESTERDAY, delegate_id=delegate.id)
    assert ground.ids() == [delegate.id]
    with world.session() as session:
        session.add(Hiding(need_id=ground.need.id, institution_id=other.id))
    assert ground.ids() == []


def test_the_same_score_goes_by_number_and_pages_are_cut(world: World) -> None:
    ground = Ground(world)
    who = [ground.expert(name=f"Expert {n}").id for n in range(5)]
    assert ground.ids() == who
    assert [one.expert_id for one in ground.ranked(most=2)] == who[:2]
    assert [one.expert_id for one in ground.ranked(among=who[2:4])] == who[2:4]
    assert [one.expert_id for one in ground.ranked(besides=who[:4])] == who[4:]


def test_the_best_of_each_institution(world: World) -> None:
    ground = Ground(world, title="Vendre en Allemagne")
    for number in range(12):
        of = desks.institution(world, ground.made, f"Groupe {number:02}")
        ground.expert(of=of, name=f"Une {number}")
        ground.expert(of=of, name=f"Proche {number}", words="Allemagne" if number < 11 else "")
    with world.session() as session:
        found = best_for(session, session.get_one(Need, ground.need.id))
    assert [one.name for one in found] == [f"Proche {number}" for number in range(10)]
    assert len({one.institution_id for one in found}) == 10


def test_ranking_costs_the_same_for_two_as_for_many(world: World) -> None:
    ground = Ground(world)
    ground.expert(name="Une", words="Allemagne")
    with world.counted() as few:
        assert len(ground.ranked()) == 1
    for number in range(20):
        ground.expert(name=f"Expert {number}", words="Allemagne", territories=("region:52",))
    with world.counted() as many:
        assert len(ground.ranked()) == 21
    assert len(few) == len(many) <= 10


NUMBERS = st.integers(min_value=0, max_value=500)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_each_part_goes_one_way(low: int, more: int, other: int) -> None:
    high = low + more
    assert 0 <= reasons.words_points(low) <= reasons.words_points(high) <= reasons.WHOLE
    assert reasons.WHOLE >= reasons.near_points(low) >= reasons.near_points(high) >= 0
    quota = other + 1
    assert reasons.WHOLE >= reasons.room_points(low, quota) >= reasons.room_points(high, quota) >= 0
    assert reasons.past_points(low, high) <= reasons.past_points(high, high) <= reasons.WHOLE
    assert reasons.past_points(low, high) >= reasons.past_points(low, high + other)
