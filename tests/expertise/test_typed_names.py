"""The names that a company types as not to see its need: they bind, or the need waits."""

import pytest
from sqlalchemy import select

from accounts.models import Member
from core.refusals import Refused
from expertise.needs import links
from expertise.needs.life import Act, State
from expertise.needs.models import By, Hiding, Need, Step
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import State as PositionState
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme, Review
from tests.expertise import desks, moving, replying
from tests.expertise.seated import committee, put
from tests.expertise.test_editing import TYPED
from tests.world import World


def hidden_from(world: World, one: Need) -> list[str]:
    """The institutions that the rule hides a need from."""
    return world.all(
        select(Institution.name)
        .join(Hiding, Hiding.institution_id == Institution.id)
        .where(Hiding.need_id == one.id)
        .order_by(Institution.name)
    )


def steps(world: World, one: Need) -> list[tuple[By, Act, str]]:
    """What happened to a need."""
    found = world.all(select(Step).where(Step.need_id == one.id).order_by(Step.id))
    return [(step.by, step.act, step.words) for step in found]


TYPED_NAMES = [
    ("Société d’Été", ["Société d'Été"], True),
    ("SOCIETE D ETE, SAS", ["Société d'Été"], True),
    ("societe d'ete et la Banque Nord SA", ["Banque Nord", "Société d'Été"], True),
    ("Banque Nord ; la maison d’en face", ["Banque Nord"], False),
    ("la maison d’en face", [], False),
    ("Banque", [], False),
    ("Banque Nordique", [], False),
    ("Ailleurs", [], False),
    ("  ", [], True),
]


@pytest.mark.parametrize(("typed", "names", "settled"), TYPED_NAMES)
def test_a_name_of_the_programme_binds_at_once(
    world: World, typed: str, names: list[str], settled: bool
) -> None:
    made = desks.programme(world)
    for name in ("Société d'Été", "Banque Nord"):
        desks.institution(world, made, name)
    desks.institution(world, desks.programme(world, "autre"), "Ailleurs")
    one = desks.need(world, made, hidden_words=typed)
    assert hidden_from(world, one) == names
    assert desks.again(world, one).names_wait is not settled


def test_nothing_goes_out_while_a_name_is_unsettled(world: World) -> None:
    """Not even where nobody reads needs first."""
    made = desks.programme(world, review=Review.NONE)
    group = desks.institution(world, made)
    one = desks.need(world, made, hidden_words="la maison d’en face")
    assert desks.again(world, one).state is State.ASKED
    assert not world.all(select(Position))
    other = desks.need(world, made, hidden_words=group.name)
    assert desks.again(world, other).state is State.OPEN
    assert not world.all(select(Position))


def test_the_team_says_who_is_meant_before_it_validates(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    meant, other = (desks.institution(world, made, name) for name in ("Groupe Visé", "Autre"))
    one = desks.need(world, made, hidden_words="nos concurrents du Nord")
    client, there = world.client(team), f"/expertise/besoins/{one.id}"
    page = client.get(there).text
    assert "nos concurrents du Nord" in page
    assert "Groupe Visé" in page
    refused = client.post(f"{there}/decision", data={"act": "validate", "words": ""})
    assert refused.status_code == 422
    assert "qui est visé" in refused.text
    assert desks.again(world, one).state is State.ASKED
    empty = client.post(f"{there}/confidentialite", data={})
    assert empty.status_code == 422
    assert "qui est visé" in empty.text
    said = client.post(f"{there}/confidentialite", data={"hidden_from": [meant.id]})
    assert said.status_code == 302
    assert steps(world, one)[-1] == (By.TEAM, Act.HIDE, "Groupe Visé")
    assert client.post(f"{there}/decision", data={"act": "validate"}).status_code == 302
    asked = world.all(select(Position.institution_id))
    assert asked == [other.id]
    token = links.token(world.app.extensions["maillage.settings"], one)
    assert "Groupe Visé" in world.client().get(f"/expertise/suivi/{token}").text


def test_nobody_of_the_programme_may_be_meant(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    desks.institution(world, made)
    one = desks.need(world, made, hidden_words="la maison d’en face")
    client, there = world.client(team), f"/expertise/besoins/{one.id}"
    both = {"hidden_from": [world.all(select(Institution.id))[0]], "nobody": "y"}
    assert client.post(f"{there}/confidentialite", data=both).status_code == 422
    assert client.post(f"{there}/confidentialite", data={"nobody": "y"}).status_code == 302
    assert steps(world, one)[-1] == (By.TEAM, Act.SETTLE, "")
    assert "aucune institution" in client.get(there).text
    assert client.post(f"{there}/decision", data={"act": "validate"}).status_code == 302
    again = client.post(f"{there}/confidentialite", data={"nobody": "y"})
    assert again.status_code == 422, "nothing is left to settle"


def test_others_settle_nothing_and_institutions_of_others_are_not_taken(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    elsewhere = desks.institution(world, desks.programme(world, "autre"), "Ailleurs")
    one = desks.need(world, made, hidden_words="la maison d’en face")
    there = f"/expertise/besoins/{one.id}/confidentialite"
    for stranger in (world.member("Autre"), world.administrator()):
        assert world.client(stranger).post(there, data={"nobody": "y"}).status_code == 404
    data = {"hidden_from": [elsewhere.id]}
    assert world.client(team).post(there, data=data).status_code == 422
    assert desks.again(world, one).names_wait


def test_a_need_whose_names_wait_is_put_before_no_committee(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), review=Review.COMMITTEE)
    committee(world, made, world.member("Anne"), quorum=1)
    one = desks.need(world, made, hidden_words="la maison d’en face")
    with pytest.raises(Refused, match="names-unsettled"):
        put(world, team, one)
    world.client(team).post(f"/expertise/besoins/{one.id}/confidentialite", data={"nobody": "y"})
    put(world, team, one)
    assert desks.again(world, one).state is State.SELECTION


def opened(world: World) -> tuple[Programme, list[Institution], Need]:
    """A need that went to two institutions: the first reserves it, the second waits."""
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    houses = [desks.institution(world, made, name) for name in ("Premier", "Second")]
    for house in houses:
        desks.manager(world, house, world.member(f"Chef{house.name}", networks=()))
    one = desks.need(world, made)
    moving.decide(world, team, one, Act.VALIDATE)
    for house, act in zip(houses, (PositionAct.RESERVE, PositionAct.QUEUE), strict=True):
        chief = world.all(select(Member).where(Member.first_name == f"Chef{house.name}"))[0]
        replying.answer(world, chief, replying.sent(world, one, house), act, "")
    return made, houses, one


def correct(world: World, one: Need, **typed: object) -> int:
    """The company corrects its need, by its link."""
    token = links.token(world.app.extensions["maillage.settings"], one)
    form = TYPED | {"subjects": [about.id for about in one.subjects]} | typed
    return world.client().post(f"/expertise/suivi/{token}/modifier", data=form).status_code


@pytest.mark.parametrize("typed", [{"hidden_words": "premier"}, {"hidden_from": "tick"}])
def test_the_company_hides_its_need_later_and_its_holder_loses_it(
    world: World, typed: dict[str, object]
) -> None:
    _made, houses, one = opened(world)
    if "hidden_from" in typed:
        typed = {"hidden_from": [houses[0].id]}
    before = len(world.mails())
    assert correct(world, one, **typed) == 302
    assert hidden_from(world, one) == ["Premier"]
    first, second = (replying.sent(world, one, house) for house in houses)
    assert first.state is PositionState.REMOVED
    assert second.state is PositionState.RESERVED, "who waits comes next"
    assert desks.again(world, one).state is State.OPEN
    told = world.mails()[before:]
    assert any("Premier" in mail.text for mail in told if mail.to_address == "essai@example.org")
    chief = world.one(select(Member).where(Member.first_name == "ChefPremier"))
    assert chief is not None
    assert not [mail for mail in told if mail.to_address == chief.email]
    other = world.one(select(Member).where(Member.first_name == "ChefSecond"))
    assert other is not None
    assert not [mail for mail in told if "Premier" in mail.text and mail.to_address == other.email]


def test_what_the_company_types_later_is_settled_by_the_team_first(world: World) -> None:
    _made, _houses, one = opened(world)
    assert correct(world, one, hidden_words="la maison d’en face") == 302
    now = desks.again(world, one)
    assert (now.state, now.names_wait) == (State.ASKED, True)
    assert not hidden_from(world, one)


def test_an_old_form_takes_nothing_away(world: World) -> None:
    """Whatever a form that was opened before says, what is hidden stays hidden."""
    made = desks.programme(world)
    group = desks.institution(world, made)
    one = desks.need(world, made, hidden_from=[group.id])
    assert correct(world, one, phone="02 40 11 11 11") == 302
    assert hidden_from(world, one) == [group.name]


def test_the_team_hides_what_is_out_and_its_holder_loses_it(world: World) -> None:
    _made, houses, one = opened(world)
    team = world.one(select(Member).where(Member.first_name == "Thomas"))
    assert team is not None
    there = f"/expertise/besoins/{one.id}/confidentialite"
    data = {"hidden_from": [houses[0].id]}
    assert world.client(team).post(there, data=data).status_code == 302
    first, second = (replying.sent(world, one, house) for house in houses)
    assert (first.state, second.state) == (PositionState.REMOVED, PositionState.RESERVED)


def test_the_company_alone_shows_it_again(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    group = desks.institution(world, made)
    one = desks.need(world, made, hidden_from=[group.id])
    moving.decide(world, team, one, Act.VALIDATE)
    assert not world.all(select(Position))
    assert correct(world, one, shown_to=[group.id]) == 302
    assert not hidden_from(world, one)
    assert steps(world, one)[-1][:2] == (By.COMPANY, Act.HIDE)
    assert not world.all(select(Position)), "its team sends it, if it wishes"
