"""A sheet that changes is read by the ranking at once."""

from sqlalchemy.orm import Session

from expertise.desk import desk_of
from expertise.experts import actions, own
from expertise.experts.models import Expert
from expertise.experts.sheets import Sheet
from expertise.matching import best_for, candidates
from expertise.matching.reasons import Reason
from expertise.needs.models import Need
from expertise.programmes.models import Institution, Way
from tests.expertise import desks
from tests.world import World


def test_who_is_let_in_is_ranked_and_who_leaves_no_longer_is(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), way=Way.COOPERATIVE)
    house, about = desks.institution(world, made), desks.subject(world, made)
    one = desks.need(world, made, title="Vendre en Allemagne")

    def ranked() -> list[str]:
        return world.act(lambda s: [each.name for each in best_for(s, s.get_one(Need, one.id))])

    with world.session() as session:
        said = Sheet(
            first_name="Ana",
            last_name="Lyste",
            email="ana@groupe.example",
            subjects={about.id: "les salons"},
        )
        expert = actions.propose(
            session,
            desk_of(session, team.id),
            session.get_one(Institution, house.id),
            said,
            by=session.merge(team),
        )
    assert ranked() == ["Ana Lyste"]
    with world.session() as session:
        known = session.get_one(Expert, expert.id)
        session.refresh(known, ["institution"])
        actions.take_leave(session, desk_of(session, team.id), known, by=session.merge(team))
    assert ranked() == []


def test_what_an_expert_says_of_themself_counts_at_once(world: World) -> None:
    someone = world.member("Ana", networks=())
    made = desks.programme(world, way=Way.COOPERATIVE)
    about = desks.subject(world, made)
    expert = desks.expert(world, desks.institution(world, made), someone, subjects=(about,))
    one = desks.need(world, made, title="Vendre en Allemagne")

    def reasons() -> tuple[Reason, ...]:
        def found(session: Session) -> tuple[Reason, ...]:
            (only,) = candidates(session, session.get_one(Need, one.id))
            return only.reasons

        return world.act(found)

    before = reasons()
    with world.session() as session:
        known = session.get_one(Expert, expert.id)
        session.refresh(known, ["subjects"])
        own.speak(
            session,
            desk_of(session, someone.id),
            known,
            about="Vingt ans de vente en Allemagne.",
            phone="",
            quota=None,
            words={},
        )
    assert reasons() != before
