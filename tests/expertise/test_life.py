"""The life of a need: no path loses it, and each is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.refusals import Refused
from expertise.committees.models import Vote
from expertise.needs import life, policy
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import By, Need, Step
from expertise.programmes.models import Programme, Review
from tests.expertise.desks import (
    again,
    need,
    programme,
    subject,
)
from tests.expertise.moving import decide, follow
from tests.expertise.seated import committee, put, vote
from tests.world import World

TEAM = [(By.TEAM, act) for act in policy.BY_THE_TEAM]
COMPANY = [(By.COMPANY, act) for act in policy.BY_THE_COMPANY]


def test_every_state_can_be_left_and_reached() -> None:
    assert {state for state, _act in life.AFTER} == set(State)
    assert {State.ASKED} | set(life.AFTER.values()) == set(State)


def test_what_closes_says_how() -> None:
    closing = {act for (_state, act), then in life.AFTER.items() if then is State.CLOSED}
    assert closing == set(life.ENDS)


@given(
    review=st.sampled_from([Review.TEAM, Review.COMMITTEE]),
    acts=st.lists(st.sampled_from([*TEAM, *COMPANY]), max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_no_path_loses_a_need(review: Review, acts: list[tuple[By, Act]]) -> None:
    """From anywhere, somebody can still do something, and a closed need can come back."""
    one = Need(state=State.ASKED, ending=None, programme=Programme(review=review))
    for by, act in acts:
        may = policy.team_may(one, act) if by is By.TEAM else policy.company_may(one, act)
        if not may:
            continue
        one.state = life.after(one.state, act)
        one.ending = life.ENDS.get(act) if one.state is State.CLOSED else None
        assert (one.state is State.CLOSED) == (one.ending is not None)
        left = [act for _by, act in TEAM if policy.team_may(one, act)]
        assert left, one.state
        if one.state is State.CLOSED:
            assert left == [Act.REOPEN]


@pytest.mark.parametrize(
    ("act", "state", "ending"),
    [
        (Act.VALIDATE, State.OPEN, None),
        (Act.ASK_MORE, State.INCOMPLETE, None),
        (Act.ORIENT, State.CLOSED, Ending.ORIENTED),
        (Act.REFUSE, State.CLOSED, Ending.REFUSED),
    ],
)
def test_the_team_decides_and_the_company_reads_it(
    world: World, act: Act, state: State, ending: Ending | None
) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    decide(world, team, one, act, "Les mots de l’équipe.")
    now = again(world, one)
    assert (now.state, now.ending) == (state, ending)
    mail = world.mails()[-1]
    assert mail.to_address == one.email
    assert "Les mots de l’équipe." in mail.text
    step = world.all(select(Step).order_by(Step.id))[-1]
    assert (step.act, step.by, step.member_id) == (act, By.TEAM, team.id)


def test_nobody_else_decides(world: World) -> None:
    runs_another = world.member("Thomas")
    one = need(world, programme(world))
    programme(world, "autre", team=(runs_another,))
    for who in (runs_another, world.member(), world.moderator(), world.administrator()):
        with pytest.raises(Refused, match="not-of-the-team"):
            decide(world, who, one, Act.VALIDATE)
    assert again(world, one).state is State.ASKED


@pytest.mark.parametrize("act", [Act.ASK_MORE, Act.ORIENT, Act.REFUSE])
def test_what_disappoints_is_said_with_its_reason(world: World, act: Act) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    with pytest.raises(Refused, match="words-missing"):
        decide(world, team, one, act, "  ")
    assert again(world, one).state is State.ASKED


def test_the_committee_selects_where_there_is_one(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,), review=Review.COMMITTEE)
    anne, bruno = world.member("Anne"), world.member("Bruno")
    committee(world, made, anne, bruno)
    one = need(world, made)
    with pytest.raises(Refused, match="outside-without-reason"):
        decide(world, team, one, Act.VALIDATE, "")
    with pytest.raises(Refused, match="need-elsewhere"):
        decide(world, team, one, Act.SUBMIT)
    before = put(world, team, one)
    assert again(world, one).state is State.SELECTION
    for who in (anne, bruno):
        vote(world, who, before, Vote.FAVOURABLE)
    assert again(world, one).state is State.OPEN


def test_what_is_about_no_subject_is_not_told_of(world: World) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)), subjects=[])
    with pytest.raises(Refused, match="subject-missing"):
        decide(world, team, one, Act.VALIDATE)


def test_the_team_says_what_it_is_about_until_it_is_validated(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    one, about = need(world, made, subjects=[]), subject(world, made)
    client, there = world.client(team), f"/expertise/besoins/{one.id}/sujets"
    assert "Choisissez le sujet" in client.post(there, data={}).text
    assert client.post(there, data={"subjects": [about.id]}).status_code == 302
    assert [step.words for step in world.all(select(Step))] == ["", "Marketing"]
    decide(world, team, one, Act.VALIDATE)
    both = {"subjects": [about.id]}
    assert "a avancé" in client.post(there, data=both).text
    stranger = world.client(world.member())
    assert stranger.post(f"/expertise/besoins/{one.id}/sujets", data=both).status_code == 404


def test_the_company_answers_the_team_and_its_need_is_read_again(world: World) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    decide(world, team, one, Act.ASK_MORE)
    follow(world, one, Act.ADD, "Nous sommes douze.")
    assert again(world, one).state is State.ASKED
    mail = world.mails()[-1]
    assert mail.to_address == "essai@example.org"
    assert "Nous sommes douze." in mail.text


def test_a_closing_is_contested_but_not_ones_own_withdrawal(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    refused, left = need(world, made), need(world, made)
    decide(world, team, refused, Act.REFUSE)
    follow(world, refused, Act.CONTEST)
    assert (again(world, refused).state, again(world, refused).ending) == (State.ASKED, None)
    follow(world, left, Act.WITHDRAW, "")
    assert again(world, left).ending is Ending.WITHDRAWN
    with pytest.raises(Refused, match="need-elsewhere"):
        follow(world, left, Act.CONTEST)
    decide(world, team, left, Act.REOPEN, "")
    assert again(world, left).state is State.ASKED


def test_a_decision_taken_on_an_old_page_is_refused(world: World) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    follow(world, one, Act.WITHDRAW, "")
    with pytest.raises(Refused, match="need-elsewhere"):
        decide(world, team, one, Act.VALIDATE)
