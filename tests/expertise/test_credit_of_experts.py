"""The credit of an expert: kept when a need is asked, used when it is validated, given back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from core.refusals import Refused
from expertise.companies.models import Company, Representative
from expertise.desk import desk_of
from expertise.needs import asking
from expertise.needs.actions import hold, move
from expertise.needs.life import Act
from expertise.needs.models import By, Need
from expertise.programmes.models import Asking, Programme, Review
from expertise.subscriptions import actions
from expertise.subscriptions.models import Credit, Service, ServiceKind, Subscription
from tests.expertise import desks
from tests.expertise.billing import may_ask, sells, subscribed
from tests.world import BOTH, World


def ask(world: World, made: Programme, mine: Company, **more: Any) -> Need:
    """A need that is asked from a company's account."""
    about = desks.subject(world, made).id
    with world.session() as session:
        acts = select(Representative.member_id).where(Representative.company_id == mine.id)
        return asking.ask(
            session,
            session.get_one(Programme, made.id),
            desks.said(subjects=[about], **more),
            language="fr",
            company=session.get_one(Company, mine.id),
            desk=desk_of(session, session.scalars(acts).first() or 0),
        )


def credit_of_experts(world: World) -> Credit:
    found = world.one(select(Credit).join(Credit.service).where(Service.kind == ServiceKind.EXPERT))
    assert found is not None
    return found


def happens(world: World, need: Need, act: Act, by: By = By.TEAM) -> None:
    with world.session() as session:
        one = session.get_one(Need, need.id)
        session.refresh(one, ["programme", "subjects"])
        hold(session, one)
        move(session, one, act, by, "Voici pourquoi.")


@BOTH
def test_the_credit_is_kept_when_asked_used_when_validated_given_back_when_refused(
    world: World, team: Member, boss: Member
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    with pytest.raises(Refused, match="subscription-needed"):
        ask(world, made, mine)
    subscribed(world, boss, team, made, mine)
    need = ask(world, made, mine)
    credit = credit_of_experts(world)
    assert (credit.need_id, credit.used_at) == (need.id, None)
    with pytest.raises(Refused, match="credit-held"):
        ask(world, made, mine)
    happens(world, need, Act.VALIDATE)
    assert credit_of_experts(world).used_at is not None
    with pytest.raises(Refused, match="credit-used"):
        ask(world, made, mine)
    happens(world, need, Act.NO_TAKER)
    credit = credit_of_experts(world)
    assert (credit.need_id, credit.used_at) == (None, None)
    assert ask(world, made, mine).id != need.id


@pytest.mark.parametrize(
    ("acts", "back"),
    [
        ([Act.REFUSE], True),
        ([Act.ORIENT], True),
        ([Act.WITHDRAW], True),
        ([Act.VALIDATE, Act.WITHDRAW], True),
        ([Act.VALIDATE, Act.NO_TAKER], True),
        ([Act.VALIDATE, Act.CALL, Act.WITHDRAW], False),
        ([Act.VALIDATE, Act.CALL, Act.HELP], False),
        ([Act.VALIDATE], False),
        ([Act.REFUSE, Act.CONTEST], False),
        ([Act.REFUSE, Act.REOPEN, Act.VALIDATE], False),
    ],
)
def test_when_the_credit_comes_back(
    world: World, team: Member, boss: Member, acts: list[Act], back: bool
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    subscribed(world, boss, team, made, mine)
    need = ask(world, made, mine)
    for act in acts:
        happens(world, need, act, By.COMPANY if act is Act.WITHDRAW else By.TEAM)
    credit = credit_of_experts(world)
    assert (credit.need_id is None) is back
    assert (credit.used_at is not None) is (Act.VALIDATE in acts and not back)
    assert may_ask(world, made, mine).may is back


def test_a_need_that_nobody_reviews_uses_the_credit_at_once(
    world: World, team: Member, boss: Member
) -> None:
    made = sells(world, team=(team,), review=Review.NONE)
    mine = desks.company(world, boss)
    subscribed(world, boss, team, made, mine)
    ask(world, made, mine)
    assert credit_of_experts(world).used_at is not None


def test_a_subscription_that_ended_opens_nothing(
    world: World, team: Member, boss: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    order = subscribed(world, boss, team, made, mine)
    later = clock.now() + timedelta(days=366)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert may_ask(world, made, mine).why == "subscription-needed"
        page = world.client(boss).get(f"/expertise/entreprises/{mine.id}/abonnement").text
        assert "Terminé" in page
    with world.session() as session:
        desk = desk_of(session, team.id)
        actions.credit_note(session, desk, order.id, "Payé deux fois.", by=team)
    assert may_ask(world, made, mine).why == "subscription-needed"


def test_the_page_says_why_an_action_is_closed(world: World, team: Member, boss: Member) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    client, there = world.client(boss), f"/expertise/entreprises/{mine.id}/abonnement"
    assert "S’abonner" in client.get(there).text
    posted = client.post(f"/expertise/entreprises/{mine.id}/abonnement/essai", data={})
    assert posted.status_code == 422
    posted = client.post(
        f"/expertise/entreprises/{mine.id}/abonnement/essai", data={"paid_by": "transfer"}
    )
    assert posted.status_code == 302
    assert "IBAN" in client.get(posted.location).text
    assert "attend déjà son règlement" in client.get(there).text
    order = world.one(select(Subscription))
    assert order is not None
    data = {"paid_on": clock.today().isoformat(), "reference": "VIR 12"}
    paid_page = world.client(team).post(
        f"/expertise/equipe/essai/abonnements/{order.id}/paiement", data=data
    )
    assert paid_page.status_code == 302
    page = client.get(there).text
    assert "Utiliser" in page
    need = ask(world, made, mine)
    assert "réservé" in client.get(there).text
    happens(world, need, Act.VALIDATE)
    assert "Ce crédit est utilisé" in client.get(there).text


def test_anyone_asks_where_nobody_subscribes(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,), asking=Asking.ANYONE)
    assert may_ask(world, made, None).may
    assert desks.need(world, made).id
