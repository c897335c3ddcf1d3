"""Whom a need is sent to by hand: its team chooses, who was asked proposes a colleague."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.experts.models import Expert
from expertise.needs.life import Act as NeedAct
from expertise.needs.models import Hiding, Need
from expertise.positions import choosing
from expertise.positions.life import Act, State
from expertise.positions.models import By, Position, PositionStep
from expertise.programmes.models import Institution, Programme, ProgrammeInstitution, Way
from tests.expertise import desks, moving
from tests.world import BOTH, World


class Ground:
    """A programme whose need was sent to nobody yet: those who answer come after."""

    def __init__(self, world: World, way: Way = Way.COOPERATIVE) -> None:
        self.world = world
        self.thomas: Member = world.member("Thomas")
        self.made: Programme = desks.programme(world, team=(self.thomas,), way=way)
        self.need: Need = desks.need(world, self.made)
        moving.decide(world, self.thomas, self.need, NeedAct.VALIDATE)
        self.about = desks.subject(world, self.made)
        self.group: Institution = desks.institution(world, self.made)
        self.other: Institution = desks.institution(world, self.made, "Groupe Voisin")
        self.ana: Expert = desks.expert(
            world, self.group, world.member("Ana", networks=()), subjects=(self.about,)
        )
        self.bob: Expert = desks.expert(
            world, self.other, world.member("Bob", networks=()), subjects=(self.about,)
        )

    def colleague(self) -> Expert:
        """Somebody of the institution of Ana."""
        eve = self.world.member("Ève", networks=())
        return desks.expert(self.world, self.group, eve, name="Ève Essai", subjects=(self.about,))

    def send(self, whom: Expert | Institution, by: Member | None = None) -> Position:
        """The team, or somebody, sends it."""
        with self.world.session() as session:
            desk = desk_of(session, (by or self.thomas).id)
            found: Expert | Institution = (
                session.get_one(Expert, whom.id)
                if isinstance(whom, Expert)
                else session.get_one(Institution, whom.id)
            )
            return choosing.send_to(session, desk, self._need(session), found)

    def _need(self, session: Session) -> Need:
        need: Need = session.get_one(Need, self.need.id)
        session.refresh(need, ["programme"])
        return need

    def _position(self, session: Session, one: Position) -> Position:
        found: Position = session.get_one(Position, one.id)
        session.refresh(found, ["need"])
        self._need(session)
        return found

    def take_back(self, one: Position, words: str = "Un autre convient mieux.") -> None:
        """The team takes it back."""
        with self.world.session() as session:
            desk = desk_of(session, self.thomas.id)
            choosing.take_back(session, desk, self._position(session, one), words)

    def redirect(self, one: Position, whom: Expert) -> Position:
        """The team sends it to another instead."""
        with self.world.session() as session:
            desk = desk_of(session, self.thomas.id)
            found = session.get_one(Expert, whom.id)
            position = self._position(session, one)
            return choosing.redirect(session, desk, position, found, "Voyez plutôt Bob.")

    def propose(self, by: int, one: Position, colleague: Expert) -> Position:
        """Somebody proposes a colleague."""
        with self.world.session() as session:
            desk = desk_of(session, by)
            found = session.get_one(Expert, colleague.id)
            position = self._position(session, one)
            return choosing.propose_colleague(session, desk, position, found, "Elle sait.")

    def states(self) -> dict[int | None, State]:
        """Where the positions stand, by expert."""
        return {one.expert_id: one.state for one in self.world.all(select(Position))}

    def member_of(self, who: Expert) -> Member:
        """The account of an expert."""
        found = self.world.one(select(Member).where(Member.email == who.email))
        assert found is not None
        return found


@BOTH
def test_the_team_sends_takes_back_and_sends_again(world: World) -> None:
    ground = Ground(world)
    sent = ground.send(ground.ana)
    assert ground.states() == {ground.ana.id: State.WAITING}
    with pytest.raises(Refused, match="position-elsewhere"):
        ground.send(ground.ana)
    ana = world.client(ground.member_of(ground.ana))
    address = f"/expertise/positions/{sent.id}"
    assert ana.get(address).status_code == 200
    ground.take_back(sent)
    assert ground.states() == {ground.ana.id: State.REMOVED}
    assert ana.get(address).status_code == 404
    ground.send(ground.ana)
    assert ground.states() == {ground.ana.id: State.WAITING}
    steps = world.all(select(PositionStep).order_by(PositionStep.id))
    assert [(one.act, one.by, one.words) for one in steps] == [
        (Act.SEND, By.TEAM, ""),
        (Act.REMOVE, By.TEAM, "Un autre convient mieux."),
        (Act.SEND, By.TEAM, ""),
    ]
    assert {one.member_id for one in steps} == {ground.thomas.id}


def test_it_goes_to_another_in_one_gesture_or_nothing_changes(world: World) -> None:
    ground = Ground(world)
    sent = ground.send(ground.ana)
    ground.redirect(sent, ground.bob)
    assert ground.states() == {ground.ana.id: State.REMOVED, ground.bob.id: State.WAITING}
    again = ground.send(ground.ana)
    with pytest.raises(Refused, match="position-elsewhere"):
        ground.redirect(again, ground.bob)
    assert ground.states() == {ground.ana.id: State.WAITING, ground.bob.id: State.WAITING}
    with pytest.raises(Refused, match="expert-out-of-reach"):
        ground.redirect(again, ground.ana)


@pytest.mark.parametrize("why", ["hidden", "suspended", "apart", "left", "not approved"])
def test_nobody_adds_who_may_not_see_it(world: World, why: str) -> None:
    ground = Ground(world)
    sent = ground.send(ground.ana)
    with world.session() as session:
        if why == "hidden":
            session.add(Hiding(need_id=ground.need.id, institution_id=ground.other.id))
        elif why == "suspended":
            session.get_one(Institution, ground.other.id).suspended_at = clock.now()
        elif why == "apart":
            session.delete(session.get_one(ProgrammeInstitution, (ground.made.id, ground.other.id)))
        elif why == "left":
            session.get_one(Expert, ground.bob.id).left_at = clock.now()
        else:
            session.get_one(Expert, ground.bob.id).approved_at = None
    ana = ground.member_of(ground.ana)
    with pytest.raises(Refused, match="expert-out-of-reach"):
        ground.send(ground.bob)
    with pytest.raises(Refused, match="expert-out-of-reach"):
        ground.redirect(sent, ground.bob)
    with pytest.raises(Refused, match="expert-out-of-reach"):
        ground.propose(ana.id, sent, ground.bob)
    if why in {"hidden", "suspended", "apart"}:
        with pytest.raises(Refused, match="expert-out-of-reach"):
            ground.send(ground.other)
    page = f"/expertise/besoins/{ground.need.id}/experts"
    team = world.client(ground.thomas)
    assert ground.bob.name not in team.get(page).text
    assert ground.bob.name not in team.get(page + "?nom=Bob").text.replace('value="Bob"', "")
    assert team.post(f"{page}/envoyer", data={"expert": ground.bob.id}).status_code == 422
    proposing = world.client(ana)
    address = f"/expertise/positions/{sent.id}/proposer"
    assert ground.bob.name not in proposing.get(address + "?nom=Bob").text
    form = {"nom": "Bob", "expert": ground.bob.id, "words": "Lui."}
    assert proposing.post(address, data=form).status_code == 422
    assert set(ground.states()) == {ground.ana.id}


def test_only_the_team_chooses(world: World) -> None:
    ground = Ground(world)
    sent = ground.send(ground.ana)
    ana = ground.member_of(ground.ana)
    with pytest.raises(Refused, match="not-of-the-team"):
        ground.send(ground.bob, by=ana)
    with pytest.raises(Refused, match="not-asked"):
        ground.propose(ground.thomas.id, sent, ground.bob)
    client = world.client(ana)
    page = f"/expertise/besoins/{ground.need.id}/experts"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}/envoyer", data={"expert": ground.bob.id}).status_code == 404
    assert client.get(f"{page}/{sent.id}/retirer").status_code == 404
    bob = world.client(ground.member_of(ground.bob))
    assert bob.get(f"/expertise/positions/{sent.id}/proposer").status_code == 404


def test_a_need_that_is_closed_goes_to_nobody(world: World) -> None:
    ground = Ground(world)
    sent, eve = ground.send(ground.ana), ground.colleague()
    moving.decide(world, ground.thomas, ground.need, NeedAct.NO_TAKER)
    with pytest.raises(Refused, match="need-elsewhere"):
        ground.send(ground.bob)
    with pytest.raises(Refused, match="need-elsewhere"):
        ground.take_back(sent)
    with pytest.raises(Refused, match="need-elsewhere"):
        ground.propose(ground.member_of(ground.ana).id, sent, eve)


def test_who_waits_comes_next_when_it_is_taken_back(world: World) -> None:
    ground = Ground(world, Way.EXCLUSIVE)
    first, second = ground.send(ground.ana), ground.send(ground.bob)
    with world.session() as session:
        held, waits = (session.get_one(Position, one.id) for one in (first, second))
        held.answered_at = waits.answered_at = clock.now()
        held.state, held.due_at = State.RESERVED, clock.now()
        session.flush()
        waits.state, waits.queued_at = State.QUEUED, clock.now()
    ground.take_back(first)
    assert ground.states() == {ground.ana.id: State.REMOVED, ground.bob.id: State.RESERVED}


def test_a_colleague_is_proposed_and_what_was_taken_back_stays_so(world: World) -> None:
    ground = Ground(world)
    sent = ground.send(ground.ana)
    ana = ground.member_of(ground.ana)
    with pytest.raises(Refused, match="expert-out-of-reach"):
        ground.propose(ana.id, sent, ground.bob)  # of another institution
    eve = ground.colleague()
    proposed = ground.propose(ana.id, sent, eve)
    step = world.one(select(PositionStep).where(PositionStep.position_id == proposed.id))
    assert step is not None
    assert (step.by, step.member_id, step.words) == (By.EXPERT, ana.id, "Elle sait.")
    ground.take_back(proposed)
    with pytest.raises(Refused, match="position-elsewhere"):
        ground.propose(ana.id, sent, eve)


def test_the_pages_of_the_team(world: World) -> None:
    ground = Ground(world)
    team = world.client(ground.thomas)
    sheet = f"/expertise/besoins/{ground.need.id}"
    page = f"{sheet}/experts"
    assert page in team.get(sheet).text
    shown = team.get(page).text
    assert ground.ana.name in shown
    assert "Répond partout où le dispositif intervient" in shown
    assert "sur 100" in shown
    sent = team.post(
        f"/expertise/besoins/{ground.need.id}/experts/envoyer", data={"expert": ground.ana.id}
    )
    assert sent.status_code == 302
    asked = team.get(page).text.partition("Qui d’autre consulter")[0]
    assert "sur 100" in asked, "why those who were asked fit"
    position = world.one(select(Position))
    assert position is not None
    removal = f"/expertise/besoins/{ground.need.id}/experts/{position.id}/retirer"
    assert ground.bob.name in team.get(removal).text
    assert team.post(removal, data={"words": ""}).status_code == 422
    bad = team.post(removal, data={"words": "Bob.", "instead": "999"})
    assert bad.status_code == 422
    done = team.post(removal, data={"words": "Bob sait.", "instead": str(ground.bob.id)})
    assert done.status_code == 302
    assert ground.states() == {ground.ana.id: State.REMOVED, ground.bob.id: State.WAITING}
    again = team.post(f"{page}/envoyer", data={"position": position.id})
    assert again.status_code == 302
    assert ground.states()[ground.ana.id] is State.WAITING
    assert team.post(f"{page}/envoyer", data={"expert": 999}).status_code == 404
    found = team.get(page + "?nom=voisin").text
    assert "Personne de ce nom" in found  # Bob was asked already


def test_the_team_sees_who_fits_before_it_validates(world: World) -> None:
    ground = Ground(world)
    one = desks.need(world, ground.made)
    page = world.client(ground.thomas).get(f"/expertise/besoins/{one.id}/experts").text
    assert ground.ana.name in page
    assert "À la validation" in page
    assert "/experts/envoyer" not in page


def test_the_page_of_a_colleague(world: World) -> None:
    ground = Ground(world)
    sent = ground.send(ground.ana)
    client = world.client(ground.member_of(ground.ana))
    address = f"/expertise/positions/{sent.id}/proposer"
    assert address in client.get(f"/expertise/positions/{sent.id}").text
    eve = ground.colleague()
    assert eve.name in client.get(address).text
    assert ground.ana.name not in client.get(address).text.partition("<form")[2]
    assert ground.bob.name not in client.get(f"{address}?nom=voisin").text, "of another house"
    assert eve.name in client.get(f"{address}?nom=essai").text
    form = {"expert": str(ground.bob.id), "words": "Il sait."}
    assert client.post(f"/expertise/positions/{sent.id}/proposer", data=form).status_code == 422
    form = {"nom": "essai", "expert": str(eve.id), "words": "Elle sait."}
    posted = client.post(f"/expertise/positions/{sent.id}/proposer", data=form)
    assert posted.status_code == 302
    assert ground.states()[eve.id] is State.WAITING


def test_the_page_costs_the_same_for_two_as_for_many(world: World) -> None:
    ground = Ground(world)
    ground.send(ground.ana)
    team = world.client(ground.thomas)
    page = f"/expertise/besoins/{ground.need.id}/experts"
    counts = []
    for number in range(2):
        for place in range(8 * number):
            who = desks.expert(
                world, ground.group, subjects=(ground.about,), name=f"Expert {place}", about="Salon"
            )
            if place % 2:
                ground.send(who)
        with world.counted() as statements:
            assert team.get(page).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 11


@BOTH
def test_a_name_is_found_and_listed_whatever_its_accents(world: World) -> None:
    ground = Ground(world)
    for name, house in (("Élodie Cœur", ground.group), ("Zoé Noël", ground.other)):
        who = world.member(name.split()[0], networks=())
        one = desks.expert(world, house, who, subjects=(ground.about,))
        with world.session() as session:
            session.get_one(Expert, one.id).name = name

    def named(words: str) -> list[str]:
        return [one.name for one in world.all(choosing.choosable(ground.need, words))]

    assert named("elodie COEUR") == ["Élodie Cœur"]
    assert named("noel") == named("NOËL") == ["Zoé Noël"]
    everyone = named("")
    assert everyone.index("Élodie Cœur") < everyone.index("Zoé Noël"), "É is not after Z"
    with world.session() as session:
        session.get_one(Institution, ground.other.id).name = "Société Étoile"
    assert set(named("societe etoile")) == {"Zoé Noël", ground.bob.name}
    assert named("%") == []
