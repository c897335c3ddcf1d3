"""The vote of a committee: how it ends, who is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock, working_days
from core.refusals import Refused
from expertise.committees import closing
from expertise.committees.models import Ballot, CommitteeCase, Outcome, Vote
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import Need, Step
from expertise.programmes.models import Programme, Review
from tests.agenda.attending import at
from tests.expertise.desks import (
    again,
    company,
    need,
)
from tests.expertise.moving import decide, follow
from tests.expertise.seated import case, committee, put, vote
from tests.expertise.voting import hour, people, team_of, voted_on
from tests.world import BOTH, World

FOR, AGAINST, NEITHER, ASIDE = Vote


def state(world: World, on: CommitteeCase) -> tuple[State, Ending | None]:
    one = world.act(lambda session: session.get_one(Need, on.need_id))
    return one.state, one.ending


def test_the_last_vote_ends_it_and_the_company_is_told(world: World) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[0], on, FOR)
    vote(world, members[1], on, AGAINST, "Budget trop flou.")
    assert state(world, on) == (State.SELECTION, None)
    vote(world, members[2], on, FOR)
    assert state(world, on) == (State.OPEN, None)
    now = case(world, on)
    counts = (now.favourable, now.unfavourable, now.abstained, now.aside)
    assert (now.outcome, counts) == (Outcome.SELECTED, (2, 1, 0, 0))
    mail = next(m for m in reversed(world.mails()) if m.to_address == "ines@essai.example")
    assert "a retenu votre besoin" in mail.text
    for secret in ("Anne", "Bruno", "Chloé", "Budget trop flou", "2 voix", "Favorables"):
        assert secret not in mail.text


def test_a_refusal_says_the_reason_of_the_chair(world: World) -> None:
    _team, members, on = voted_on(world)
    client = world.client(members[0])
    said = {"if_selected": "Bravo.", "if_refused": "Votre projet relève d’un autre dispositif."}
    there = f"/expertise/comites/besoins/{on.id}/motif"
    assert client.post(there, data=said).status_code == 302
    assert world.client(members[1]).post(there, data=said).status_code == 422
    for who in members:
        vote(world, who, on, AGAINST)
    assert state(world, on) == (State.CLOSED, Ending.REFUSED)
    mail = next(m for m in reversed(world.mails()) if m.to_address == "ines@essai.example")
    assert "relève d’un autre dispositif" in mail.text
    assert "Bravo" not in mail.text
    assert client.post(there, data=said).status_code == 422


def test_a_vote_may_be_changed_until_it_ends(world: World) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[0], on, AGAINST)
    vote(world, members[0], on, FOR, "")
    assert [one.vote for one in world.all(select(Ballot))] == [FOR]
    for who in members[1:]:
        vote(world, who, on, FOR)
    with pytest.raises(Refused, match="vote-closed"):
        vote(world, members[0], on, AGAINST)
    assert case(world, on).favourable == 3


def test_against_says_why(world: World) -> None:
    _team, members, on = voted_on(world)
    with pytest.raises(Refused, match="words-missing"):
        vote(world, members[0], on, AGAINST, "  ")


def test_who_acts_for_the_company_steps_aside_and_does_not_count(world: World) -> None:
    _team, members, on = voted_on(world)
    company(world, members[2], siret="99900010200999")  # another establishment
    with pytest.raises(Refused, match="tied-to-the-company"):
        vote(world, members[2], on, FOR)
    for who in members[:2]:
        vote(world, who, on, FOR)
    now = case(world, on)
    assert (now.outcome, now.favourable, now.aside) == (Outcome.SELECTED, 2, 1)
    assert [one.vote for one in world.all(select(Ballot).order_by(Ballot.seat_id))] == [
        *(FOR, FOR, ASIDE)
    ]


def test_who_voted_before_they_came_to_the_company_no_longer_counts(world: World) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[2], on, AGAINST)
    company(world, members[2])
    vote(world, members[0], on, FOR)
    vote(world, members[1], on, FOR)
    assert (case(world, on).unfavourable, case(world, on).aside) == (0, 1)


def test_at_its_date_the_worker_ends_it(world: World) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[0], on, FOR)
    vote(world, members[1], on, FOR)
    with at(on.due_at - timedelta(minutes=1)):
        hour(world)
    assert case(world, on).closed_at is None
    with at(on.due_at):
        with pytest.raises(Refused, match="vote-closed"):
            vote(world, members[2], on, AGAINST)
        hour(world)
    assert case(world, on).outcome is Outcome.SELECTED


def test_too_few_it_is_prolonged_once_then_the_team_decides(world: World) -> None:
    team, members, on = voted_on(world, quorum=3)
    vote(world, members[0], on, FOR)
    with at(on.due_at):
        hour(world)
    longer = case(world, on)
    assert longer.closed_at is None
    assert longer.due_at == working_days.after(on.due_at, 5)
    assert "prolongé" in world.mails(members[1])[-1].subject + world.mails(members[1])[-1].text
    with at(longer.due_at):
        hour(world)
        hour(world)
    assert case(world, on).outcome is Outcome.NO_QUORUM
    assert state(world, on) == (State.ASKED, None)
    [mail] = [m for m in world.mails() if m.kind == "committee_team"]
    assert "quorum" in mail.text
    found = world.act(lambda session: session.get_one(Need, on.need_id))
    decide(world, team, found, Act.VALIDATE, "Le territoire a besoin de ce projet.")
    assert state(world, on) == (State.OPEN, None)


def test_a_tie_without_the_chair_is_handed_to_the_team(world: World) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[0], on, NEITHER)
    vote(world, members[1], on, FOR)
    vote(world, members[2], on, AGAINST)
    assert case(world, on).outcome is Outcome.TIE
    assert state(world, on) == (State.ASKED, None)


def test_the_chair_settles_a_tie(world: World) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[0], on, AGAINST)
    vote(world, members[1], on, FOR)
    vote(world, members[2], on, NEITHER)
    assert case(world, on).outcome is Outcome.REFUSED


def test_a_need_that_is_withdrawn_is_voted_on_no_more(world: World) -> None:
    _team, members, on = voted_on(world)
    follow(world, world.act(lambda s: s.get_one(Need, on.need_id)), Act.WITHDRAW, "")
    assert case(world, on).outcome is Outcome.WITHDRAWN
    with pytest.raises(Refused, match="vote-closed"):
        vote(world, members[0], on, FOR)


def test_who_is_suspended_is_not_waited_for(world: World) -> None:
    _team, members, on = voted_on(world)
    with world.session() as session:
        session.get_one(Member, members[2].id).suspended_at = clock.now()
    vote(world, members[0], on, FOR)
    with pytest.raises(Refused, match="not-of-the-committee"):
        vote(world, members[2], on, AGAINST)
    vote(world, members[1], on, FOR)
    assert case(world, on).outcome is Outcome.SELECTED


@BOTH
def test_all_vote_and_the_worker_comes_at_the_same_instant_it_counts_once(
    world: World, engine: str
) -> None:
    _team, members, on = voted_on(world)
    late = on.due_at - timedelta(seconds=1)
    vote(world, members[0], on, FOR)

    def end(place: int) -> None:
        with world.app.app_context():
            try:
                if place < 2:
                    vote(world, members[place + 1], on, FOR)
                else:
                    world.act(lambda session: closing.look_at(session, on.id))
            except Refused as refused:
                assert refused.code == "vote-closed"  # noqa: PT017 - one of several threads

    with at(late), ThreadPoolExecutor(6) as pool:
        list(pool.map(end, range(6)))
    assert case(world, on).outcome is Outcome.SELECTED
    decided = [s for s in world.all(select(Step)) if s.act is Act.VALIDATE]
    assert len(decided) == 1
    told = [m for m in world.mails() if m.to_address == "ines@essai.example"]
    assert sum("a retenu votre besoin" in m.text for m in told) == 1


@BOTH
def test_two_workers_end_it_once(world: World, engine: str) -> None:
    _team, members, on = voted_on(world)
    vote(world, members[0], on, FOR)
    vote(world, members[1], on, FOR)

    def end(_place: int) -> None:
        with world.app.app_context():
            hour(world)

    with at(on.due_at + timedelta(hours=1)), ThreadPoolExecutor(4) as pool:
        list(pool.map(end, range(4)))
    assert case(world, on).outcome is Outcome.SELECTED
    assert sum(s.act is Act.VALIDATE for s in world.all(select(Step))) == 1


# --- mails -------------------------------------------------------------------------------------


def test_they_are_told_at_once_then_reminded_on_the_last_working_day(world: World) -> None:
    _team, members, on = voted_on(world)
    for who in members:
        [mail] = world.mails(who)
        assert f"/expertise/comites/besoins/{on.id}" in mail.text
        assert "Vendre en Allemagne" in mail.text
    vote(world, members[0], on, FOR)
    last_day = on.due_at
    while working_days.after(last_day, 1) >= on.due_at:
        last_day -= timedelta(hours=1)
    with at(last_day):
        hour(world)
    assert len(world.mails(members[1])) == 1, "not before"
    with at(last_day + timedelta(hours=1)):
        hour(world)
        hour(world)
    assert [len(world.mails(who)) for who in members] == [1, 2, 2]
    assert "se termine" in world.mails(members[1])[-1].text


def test_a_long_vote_is_recalled_each_week_at_most(world: World) -> None:
    team, made = team_of(world)
    members = people(world)
    committee(world, made, *members, vote_days=20)
    on = put(world, team, need(world, made))
    for day in range(1, 14):
        with at(on.put_at + timedelta(days=day)):
            hour(world)
    assert len(world.mails(members[0])) == 2, "the announcement, and one after a week"


def test_a_committee_in_a_programme_without_selection_keeps_what_it_has(world: World) -> None:
    """The programme chooses otherwise while one votes: the vote goes on, the team may decide."""
    team, members, on = voted_on(world)
    with world.session() as session:
        one = session.get_one(Need, on.need_id)
        session.get_one(Programme, one.programme_id).review = Review.TEAM
    decide(world, team, again(world, one), Act.VALIDATE, "Le dispositif a changé.")
    assert case(world, on).outcome is Outcome.OUTSIDE
    assert world.all(select(Step).order_by(Step.id))[-1].outside
    assert members
