"""The weekly mail: what waits for somebody, at their address, as the rule opens it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.jobs import Job, enqueue
from core.outbox import Mail
from expertise.agreements import signing
from expertise.agreements.life import State as AgreementState
from expertise.agreements.models import By, Party
from expertise.desk import desk_of
from expertise.experts.models import ConductAcceptance, Expert
from expertise.needs.life import Act
from expertise.needs.models import Hiding, Need
from expertise.positions.life import Act as Reply
from expertise.positions.models import Note, NoteKind, Position
from expertise.programmes.models import Institution, Programme, Review, Way
from expertise.quality import baskets
from expertise.recap import jobs
from expertise.recap.waiting import Waiting, addresses, waiting
from tests.expertise import desks, moving, replying, surveying
from tests.expertise.agreed import agreement
from tests.expertise.agreeing import PDF, Case
from tests.expertise.surveying import begun, helped, later, managed
from tests.world import BOTH, World


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE, team=(team,))


def recaps(world: World, *, after: float = 0) -> list[Mail]:
    """The weekly mails, once the week begins."""
    with later(after):
        world.act(lambda s: enqueue(s, jobs.BEGIN))
        world.work()
    return [mail for mail in world.mails() if mail.kind == jobs.RECAP]


def written(world: World, address: str) -> Mail:
    """The mail to an address, before it leaves: its words go then."""
    recap = jobs.Recap(world.app.extensions["maillage.settings"])
    world.act(lambda s: recap.write(s, {"address": address}))
    return world.mails()[-1]


@pytest.mark.parametrize(
    ("present", "leaves"),
    [
        ("2026-11-23T07:59:00+00:00", "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T08:00:00+00:00", "2026-11-30T08:00:00+00:00"),
        ("2026-11-28T12:00:00+00:00", "2026-11-30T08:00:00+00:00"),
        # Easter Monday, then a week whose Monday is an ordinary day.
        ("2027-03-28T12:00:00+00:00", "2027-03-30T07:00:00+00:00"),
        ("2027-03-29T12:00:00+00:00", "2027-03-30T07:00:00+00:00"),
        ("2027-03-30T07:00:00+00:00", "2027-04-05T07:00:00+00:00"),
    ],
)
def test_it_leaves_on_monday_morning_or_the_next_working_day(present: str, leaves: str) -> None:
    assert jobs.next_week(datetime.fromisoformat(present)) == datetime.fromisoformat(leaves)


@BOTH
def test_it_says_what_waits_and_each_link_opens(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    desks.need(world, made, title="Vendre au Japon")
    kept = desks.need(world, made, title="Vendre en Chine")
    replying.answer(world, chief, replying.sent(world, kept, house), Reply.RESERVE)
    over = helped(world, made, chief, house)
    surveying.survey(world, over, replying.sent(world, over, house))
    with world.session() as session:
        session.execute(
            update(Position)
            .where(Position.need_id == kept.id)
            .values(due_at=clock.now() + timedelta(days=3))
        )
        session.add(
            Note(
                need_id=kept.id,
                institution_id=house.id,
                kind=NoteKind.APPOINTMENT,
                words="Visite de l’atelier",
                day=clock.today() + timedelta(days=2),
                at=clock.now(),
            )
        )
        session.execute(delete(Mail))
        session.execute(delete(Job))
    assert [mail.to_address for mail in recaps(world)] == [chief.email]
    mail = written(world, chief.email)
    assert mail.confidential
    for said in ("Vendre au Japon", "Vendre en Chine", "Visite de l’atelier"):
        assert said in mail.text
    assert "/expertise/enquete/" in mail.text
    visitor = world.client()
    links = [part[part.index("/expertise/") :] for part in mail.text.split() if "/r/" in part]
    assert len(links) == 2
    for link in links:
        assert visitor.get(link).status_code == 200


def test_nothing_is_sent_when_nothing_waits(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    assert len(recaps(world)) == 1
    replying.answer(world, chief, replying.sent(world, one, house), Reply.DECLINE)
    assert len(recaps(world)) == 1


Shut = Callable[[World, Member, Institution, Need], None]


def hide(world: World, _chief: Member, house: Institution, one: Need) -> None:
    """The company hides its need from the institution."""
    with world.session() as session:
        session.add(Hiding(need_id=one.id, institution_id=house.id))


def suspend(world: World, _chief: Member, house: Institution, _one: Need) -> None:
    """The institution is suspended."""
    with world.session() as session:
        session.get_one(Institution, house.id).suspended_at = clock.now()


def unbind(world: World, chief: Member, _house: Institution, _one: Need) -> None:
    """The rules of conduct are not accepted."""
    with world.session() as session:
        session.execute(delete(ConductAcceptance).where(ConductAcceptance.member_id == chief.id))


def lock_out(world: World, chief: Member, _house: Institution, _one: Need) -> None:
    """The account is suspended."""
    with world.session() as session:
        session.get_one(Member, chief.id).suspended_at = clock.now()


def close(world: World, _chief: Member, _house: Institution, one: Need) -> None:
    """The company withdraws."""
    moving.follow(world, one, Act.WITHDRAW)


@pytest.mark.parametrize("shut", [hide, suspend, unbind, lock_out, close])
def test_what_is_shut_is_not_told(world: World, made: Programme, shut: Shut) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    shut(world, chief, house, one)
    assert recaps(world) == []


def test_who_is_away_is_told_nothing_their_delegate_how_many(world: World) -> None:
    made = desks.programme(world, review=Review.NONE, way=Way.COOPERATIVE)
    house = desks.institution(world, made)
    away, there = world.member("Absente", networks=()), world.member("Présent", networks=())
    about = desks.subject(world, made)
    first = desks.expert(world, house, away, subjects=(about,))
    second = desks.expert(world, house, there)
    desks.need(world, made, title="Vendre au Japon")
    with world.session() as session:
        one = session.get_one(Expert, first.id)
        one.absent_from, one.delegate_id = clock.today(), second.id
    assert [mail.to_address for mail in recaps(world)] == [there.email]
    mail = written(world, there.email)
    assert first.name in mail.text
    # It is not theirs: they do not read what it is about.
    assert "Japon" not in mail.text


def test_one_click_stops_it_and_one_may_come_back(world: World, made: Programme) -> None:
    managed(world, made)
    desks.need(world, made)
    (mail,) = recaps(world)
    address = mail.headers["List-Unsubscribe"].strip("<>")
    path = address[address.index("/expertise/") :]
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = world.client()
    assert program.get(path).status_code == 200
    assert len(recaps(world)) == 2  # looking stops nothing
    program.post(path, data={"List-Unsubscribe": "One-Click"})
    program.post(path, data={"List-Unsubscribe": "One-Click"})
    assert len(recaps(world)) == 2
    program.post(path, data={"reprendre": "1"})
    assert len(recaps(world)) == 3
    assert program.get("/expertise/recapitulatif/perdu").status_code == 404


def test_the_work_begins_with_the_same_number_of_statements(world: World, made: Programme) -> None:
    recap = jobs.Recap(world.app.extensions["maillage.settings"])

    def begun() -> int:
        with world.counted() as statements:
            world.act(lambda s: recap.begin(s, {}))
        return len(statements)

    managed(world, made)
    desks.need(world, made)
    few = begun()
    for number in range(12):
        one, chief = desks.institution(world, made, f"Groupe {number}"), world.member(networks=())
        desks.manager(world, one, chief)
    desks.need(world, made)
    assert begun() == few
    assert len(world.act(lambda s: s.scalars(addresses(clock.now())).all())) == 13
    assert world.all(select(Job.kind).where(Job.kind == jobs.WRITE))


def test_a_kill_between_two_mails_sends_none_twice(world: World, made: Programme) -> None:
    for name in ("Groupe A", "Groupe B", "Groupe C"):
        house = desks.institution(world, made, name)
        desks.manager(world, house, world.member(networks=()))
    desks.need(world, made)
    world.work()
    done: list[object] = []

    def killed(session: Session, address: str, present: datetime) -> Waiting:
        done.append(address)
        if len(done) == 2:
            raise KeyboardInterrupt
        return waiting(session, address, present)

    world.act(lambda s: enqueue(s, jobs.BEGIN))
    with patch.object(jobs, "waiting", killed), pytest.raises(KeyboardInterrupt):
        world.work()
    with later(1):
        world.work()
    sent = [mail.to_address for mail in world.mails() if mail.kind == jobs.RECAP]
    assert len(sent) == len(set(sent)) == 3


# --- what was begun, and is not concluded ---------------------------------------------------

ENDLESS = 200


def cooperative(world: World, team: Member) -> tuple[Need, Member]:
    """A need of which an expert took charge."""
    made = desks.programme(world, review=Review.NONE, way=Way.COOPERATIVE, team=(team,))
    house, adviser = desks.institution(world, made), world.member("Ana", networks=())
    one = desks.expert(world, house, adviser, subjects=(desks.subject(world, made),))
    need = desks.need(world, made, title="Vendre au Japon")
    replying.answer(world, adviser, replying.sent(world, need, one), Reply.TAKE)
    return need, adviser


def exclusive(world: World, team: Member, *, engaged: bool) -> tuple[Need, Member]:
    """A need whose expert was introduced; or both sides said that it is the right person."""
    made = desks.programme(world, review=Review.NONE, team=(team,))
    return begun(world, made, engaged=engaged, title="Vendre au Japon")


@BOTH
@pytest.mark.parametrize("where", ["taken", "introduced", "engaged"])
def test_what_was_begun_is_recalled_until_it_is_concluded(
    world: World, engine: str, team: Member, where: str
) -> None:
    need, who = (
        cooperative(world, team)
        if where == "taken"
        else exclusive(world, team, engaged=where == "engaged")
    )
    assert recaps(world, after=4) == []
    assert [mail.to_address for mail in recaps(world, after=10)] == [who.email]
    with later(ENDLESS):
        mail = written(world, who.email)
    assert "Vendre au Japon" in mail.text
    assert "à conclure" in mail.text
    (link,) = [part for part in mail.text.split() if "/r/" in part]
    assert world.client().get(link[link.index("/expertise/") :]).status_code == 200
    # The team sees it too.
    with later(ENDLESS), world.session() as session:
        made = session.get_one(Programme, need.programme_id)
        desk = desk_of(session, team.id)
        assert baskets.counts(session, desk, made)[baskets.Watched.HELD] == 1
        assert [
            one.id for one in session.scalars(baskets.basket(desk, made, baskets.Watched.HELD))
        ] == [need.id]
    if where != "introduced":  # that one is watched as soon as one should have agreed
        with later(10), world.session() as session:
            assert baskets.counts(session, desk, made)[baskets.Watched.HELD] == 0
    moving.follow(world, need, Act.WITHDRAW)
    with later(ENDLESS), world.session() as session:
        assert baskets.counts(session, desk, made)[baskets.Watched.HELD] == 0
        assert not waiting(session, who.email, clock.now()).to_conclude


@BOTH
def test_days_that_are_still_to_come_need_no_recall(world: World, engine: str) -> None:
    case = Case(world)
    one = agreement(world, case.position, case.team, signed=True)

    def recalled(days: int) -> list[int]:
        with later(days), world.session() as session:
            found = waiting(session, case.chief.email, clock.now())
            watched = baskets.counts(session, desk_of(session, case.team.id), case.made)
            return [len(found.to_conclude), watched[baskets.Watched.HELD], len(found.to_sign)]

    assert one.state is AgreementState.SIGNED
    assert recalled(16) == [0, 0, 0]
    assert recalled(40) == [1, 1, 0]


@BOTH
def test_an_agreement_that_waits_for_the_institution_is_recalled(world: World, engine: str) -> None:
    case = Case(world)
    one = agreement(world, case.position, case.team)

    def to_sign() -> list[int]:
        with world.session() as session:
            found = waiting(session, case.chief.email, clock.now())
            assert case.chief.email in session.scalars(addresses(clock.now())).all()
            return [agreed.id for agreed in found.to_sign]

    assert to_sign() == [one.id]
    mail = written(world, case.chief.email)
    assert "Conventions qui attendent votre signature" in mail.text
    assert f"/expertise/conventions/{one.id}" in mail.text
    case.do(
        lambda session, found: signing.bring_scan(
            session,
            case.storage,
            found,
            Party.INSTITUTION,
            By.INSTITUTION,
            name="copie.pdf",
            content=PDF,
        )
    )
    with world.session() as session:
        assert not waiting(session, case.chief.email, clock.now()).to_sign
