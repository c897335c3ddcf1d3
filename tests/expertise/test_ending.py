"""A subscription that ends, and a company that nobody acts for any more."""

from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from accounts import leaving as accounts
from accounts.models import Member
from core import clock
from core.jobs import enqueue
from core.outbox import Mail
from core.retention import soon
from expertise.companies import actions as companies
from expertise.companies.models import Company, CompanyRequest, ExpectedRepresentative
from expertise.desk import desk_of
from expertise.programmes.models import Asking, Programme
from expertise.subscriptions import ending
from expertise.subscriptions.models import Subscription
from tests.expertise import billing, desks
from tests.expertise.surveying import later
from tests.world import BOTH, World


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def chief(world: World) -> Member:
    """Who acts for the company."""
    return world.member("Inès", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme that sells a year."""
    return billing.sells(world, team=(team,), asking=Asking.ANYONE)


@pytest.fixture
def account(world: World, chief: Member) -> Company:
    """The account of a company."""
    return desks.company(world, chief)


@pytest.fixture
def year(
    world: World, chief: Member, team: Member, made: Programme, account: Company
) -> Subscription:
    """A year that was paid."""
    return billing.subscribed(world, chief, team, made, account)


def told(world: World, one: Subscription, *left: int) -> list[Mail]:
    """The days go by, so many before the end; the mails that say so."""
    assert one.ends_on is not None
    for days in left:
        noon = datetime.combine(one.ends_on - timedelta(days=days), time(12), clock.PARIS)
        with patch.object(clock, "now", return_value=noon.astimezone(UTC)):
            world.act(lambda s: enqueue(s, ending.LOOK))
            world.work()
    return [mail for mail in world.mails() if "bientôt" in mail.subject]


@BOTH
def test_its_people_are_told_thirty_and_seven_days_before(
    world: World, year: Subscription, chief: Member
) -> None:
    assert told(world, year, 40, 31) == []
    (mail,) = told(world, year, 30, 29, 15)
    assert mail.to_address == chief.email
    assert "30" in mail.text
    assert f"/expertise/entreprises/{year.company_id}/abonnement" in mail.text
    assert len(told(world, year, 8)) == 1
    assert len(told(world, year, 7, 6, 1, 0)) == 2
    assert len(told(world, year, -1, -10)) == 2


def test_who_was_told_late_is_told_once(world: World, year: Subscription) -> None:
    assert len(told(world, year, 5, 4)) == 1


def test_who_renewed_is_told_nothing(
    world: World,
    year: Subscription,
    chief: Member,
    team: Member,
    made: Programme,
    account: Company,
) -> None:
    assert year.ends_on is not None
    with later((year.ends_on - clock.today()).days - 50):
        order = billing.ordered(world, chief, made, account)
    assert told(world, year, 30) == []
    with later((year.ends_on - clock.today()).days - 29):
        billing.paid(world, team, order)
    assert told(world, year, 7) == []
    last = world.act(lambda s: s.get_one(Subscription, order.id))
    assert len(told(world, last, 30)) == 1


def test_who_cannot_renew_is_told_nothing(
    world: World, year: Subscription, made: Programme
) -> None:
    world.act(lambda s: s.execute(update(Programme).values(is_open=False)))
    assert told(world, year, 30, 7) == []


# --- a company that nobody acts for ---------------------------------------------------------


def left(world: World) -> list[Mail]:
    """The mails to teams about companies that nobody acts for."""
    return [mail for mail in world.mails() if mail.kind == "desk_notice"]


def now(world: World, account: Company) -> Company:
    """The account, as it is now."""
    return world.act(lambda s: s.get_one(Company, account.id))


def close(world: World, someone: Member) -> None:
    """Somebody closes their own account, and the fortnight passes."""
    world.administrator()
    world.act(lambda s: accounts.ask_to_close(s, s.get_one(Member, someone.id), erases=False))
    with later(15):
        world.act(lambda s: soon(s, "accounts-closing"))
        world.work()
    assert world.act(lambda s: s.get_one(Member, someone.id)).left_at is not None


@BOTH
def test_the_last_one_closes_their_account(
    world: World, made: Programme, chief: Member, account: Company
) -> None:
    one = desks.asked_from(world, made, account)
    close(world, chief)
    assert now(world, account).archived_at is not None
    (mail,) = left(world)
    assert mail.to_address == made.email
    assert account.name in mail.subject
    assert f"{one.number}." in mail.text
    # The contact of the need keeps their link.
    assert desks.again(world, one).company_id == account.id


def test_while_somebody_is_left_nothing_is_archived(
    world: World, made: Programme, chief: Member, account: Company
) -> None:
    desks.asked_from(world, made, account)
    with world.session() as session:
        session.add(
            ExpectedRepresentative(
                company_id=account.id,
                email="tard@essai.example",
                first_name="T",
                last_name="A",
                since=clock.now(),
            )
        )
    close(world, chief)
    assert now(world, account).archived_at is None
    assert left(world) == []


def test_the_last_one_leaves_then_somebody_asks_again(
    world: World, made: Programme, chief: Member, team: Member, account: Company
) -> None:
    desks.asked_from(world, made, account)
    client = world.client(chief)
    client.post(
        f"/expertise/entreprises/{account.id}/collegues/{chief.id}/retirer",
        data={"dernier": "1"},
    )
    assert now(world, account).archived_at is not None
    assert len(left(world)) == 1
    asked = desks.account_asked(world, made, email=chief.email)
    with world.session() as session:
        by = session.get_one(Member, team.id)
        request = session.get_one(CompanyRequest, asked.id)
        session.refresh(request, ["programme"])
        companies.accept(session, desk_of(session, team.id), request, "", by=by)
    assert now(world, account).archived_at is None
    assert len(world.all(select(Company))) == 1
