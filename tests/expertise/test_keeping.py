"""After three years: figures are left of a need, and nobody's name, words or number."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.db import Base
from core.jobs import Job
from core.refusals import Refused
from core.retention import RetentionRun, soon
from directory.questions import QuestionKind
from expertise.agreements.models import Agreement, AgreementDay
from expertise.committees.keeping import Changed
from expertise.committees.models import Ballot, CommitteeCase, CommitteeSeat, Minutes, Vote
from expertise.committees.models import Outcome as CaseOutcome
from expertise.companies.models import Company, CompanyRequest, ExpectedRepresentative
from expertise.experts.models import Competence, Expert
from expertise.files.models import NeedFile
from expertise.incidents.models import Incident
from expertise.keeping import forecast, needs, people
from expertise.keeping.columns import DELETED, STAYS
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import By, Need, NeedAnswer, Step
from expertise.personal import its_data_of
from expertise.positions.life import Outcome
from expertise.positions.life import State as At
from expertise.positions.models import Note, Position, PositionStep
from expertise.programmes.models import Programme, Review
from expertise.subscriptions.models import Credit
from expertise.surveys import queries as surveys
from expertise.surveys.models import Survey
from tests.expertise import agreed, billing, desks, filing, moving, replying, seated, surveying
from tests.expertise.marking import MARK, decided, fill, met, written
from tests.expertise.surveying import helped, later, managed
from tests.world import BOTH, World

YEARS = needs.DAYS + 2


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE, team=(team,))


def nights(world: World, *days: float) -> None:
    """Let every rule be carried out, so many days from now."""
    for day in days:
        with later(day):
            with world.session() as session:
                for name in world.app.extensions["maillage.keeping"].rules:
                    soon(session, name)
            world.work()


def test_what_becomes_of_each_text_is_decided() -> None:
    over, gone = decided(), {one.__tablename__ for one in DELETED}
    for table, column in written():
        name = f"{table.name}.{column.name}"
        said = column.name in over.get(table.name, ())
        kept = table.name in STAYS or name in STAYS
        assert [said, table.name in gone, kept].count(True) == 1, name
    names = {table.name for table, _column in written()}
    columns = {f"{table.name}.{column.name}" for table, column in written()}
    assert {*STAYS, *gone} <= names | columns


@BOTH
def test_nothing_that_was_written_is_left_of_a_need(
    world: World, made: Programme, team: Member
) -> None:
    about = desks.subject(world, made)
    asks = desks.question(world, about, "Quel marché ?", QuestionKind.TEXT)
    house, chief = managed(world, made)
    one = desks.need(world, made, answers={asks.id: "L’Allemagne"}, staff=57, sector="C")
    sent = replying.sent(world, one, house)
    with world.session() as session:
        session.add(Note(need_id=one.id, member_id=chief.id, words="Un mot", at=clock.now()))
    surveying.survey(world, one, satisfaction=2, answered_at=clock.now(), words="Bof.")
    case(world, made, team, one, sent)
    moving.decide(world, team, one, Act.NO_TAKER)
    left = desks.expert(world, house, subjects=(about,), left_at=clock.now())
    company = desks.company(world, chief, siret="99900010200023")
    billing.equip(world, made)
    year = billing.subscribed(world, chief, team, made, company)
    with world.session() as session:
        session.execute(
            update(Credit)
            .where(Credit.subscription_id == year.id)
            .values(used_at=clock.now(), complement="Rappelez le matin.")
        )
        session.get_one(Company, company.id).archived_at = clock.now()
        session.execute(text("DELETE FROM representative"))
        session.add(
            ExpectedRepresentative(
                company_id=company.id,
                email="tard@example.org",
                first_name="A",
                last_name="B",
                since=clock.now(),
            )
        )
    desks.account_asked(world, made)
    desks.incident(world, made, team)
    for day in (250, 300):
        with later(day):
            world.work()  # what was to leave has left
    filled = world.act(fill)
    for model in (Need, Step, NeedAnswer, Position, PositionStep, Note, Survey, Expert):
        assert model.__tablename__ in filled
    for also in (CommitteeCase, CommitteeSeat, Ballot, Agreement, AgreementDay, NeedFile):
        assert also.__tablename__ in filled
    for more in (Competence, Company, CompanyRequest, ExpectedRepresentative, Incident, Credit):
        assert more.__tablename__ in filled
    nights(world, YEARS, 2 * YEARS, 2 * YEARS + 1)
    assert world.act(met) == []
    now = desks.again(world, one)
    assert (now.state, now.ending, now.staff, now.sector, now.town) == (
        State.CLOSED,
        Ending.NO_TAKER,
        50,
        "C",
        "Nantes",
    )
    assert now.asked_at == one.asked_at
    assert now.anonymised_at is not None
    assert [this.id for this in world.all(select(Position))] == [sent.id]
    assert world.one(select(Expert.id).where(Expert.id == left.id, Expert.name == "Ancien membre"))


def case(world: World, made: Programme, team: Member, one: Need, sent: Position) -> None:
    """A file came with a need, a committee voted on it, an agreement followed."""
    filing.send_file(world, one)
    with world.session() as session:
        found = session.get_one(Position, sent.id)
        found.state, found.named, found.named_email = At.ENGAGED, "Ana", "ana@groupe.example"
        found.company_agrees = found.institution_agrees = True
        found.answered_at = clock.now()
    agreed.agreement(world, sent, team, signed=True)
    of = seated.committee(world, made, world.member("Claire"), chairs=(team,))
    with world.session() as session:
        seat = session.scalars(select(CommitteeSeat).order_by(CommitteeSeat.id).limit(1)).one()
        seat.left_at = clock.now()
        put = CommitteeCase(
            committee_id=of.id, need_id=one.id, quorum=1, put_at=clock.now(), due_at=clock.now(),
            told_at=clock.now(), outcome=CaseOutcome.SELECTED, closed_at=clock.now(),
        )  # fmt: skip
        session.add(put)
        session.flush()
        session.add(
            Ballot(
                case_id=put.id, seat_id=seat.id, vote=Vote.UNFAVOURABLE, words="Trop tôt.",
                cast_at=clock.now(),
            )
        )  # fmt: skip


@BOTH
def test_published_minutes_are_emptied_and_nothing_else_changes_them(
    world: World, team: Member
) -> None:
    made = desks.programme(world, review=Review.COMMITTEE, team=(team,))
    of = seated.committee(world, made, world.member("Claire"), quorum=1, chairs=(team,))
    put = seated.put(world, team, desks.need(world, made, title=MARK))
    seated.vote(world, team, put, Vote.FAVOURABLE)
    seated.end(world, put)
    published = seated.published(world, team, of)
    changes: list[dict[str, Any]] = [
        {"words": MARK},
        {"content": [{}]},
        {"content": [], "number": 9},
    ]
    table = Base.metadata.tables[Minutes.__tablename__]
    for change in changes:
        with pytest.raises((Changed, DBAPIError)):
            world.act(lambda s, to=change: s.execute(update(table).values(to)))  # type: ignore[misc]
    for days, left in ((YEARS - 60, True), (YEARS, False)):
        then = clock.now() + timedelta(days=days)
        world.act(lambda s, at=then: people.empty_minutes(s, at))  # type: ignore[misc]
        assert (MARK in str(world.one(select(Minutes.content)))) is left
    now = world.one(select(Minutes))
    assert now is not None
    assert (now.content, now.words, now.number) == ([], "", 1)
    assert now.published_at == published.published_at
    page = world.client(team).get(f"/expertise/comites/releves/{now.id}")
    assert "trois ans" in page.text


def test_a_seat_that_nobody_took_is_not_waited_for_for_ever(world: World, team: Member) -> None:
    made = desks.programme(world, review=Review.COMMITTEE, team=(team,))
    seated.committee(world, made, world.member("Claire"))
    with world.session() as session:
        invited = session.scalars(select(CommitteeSeat)).one()
        invited.member_id = None
    nights(world, 179)
    assert len(world.all(select(CommitteeSeat))) == 1
    nights(world, 181)
    assert world.all(select(CommitteeSeat)) == []


def test_a_need_that_still_lives_is_kept(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    one = helped(world, made, chief, house)
    with later(900):
        surveying.survey(world, one, satisfaction=5, answered_at=clock.now())
    nights(world, YEARS)
    assert desks.again(world, one).anonymised_at is None
    nights(world, 900 + YEARS)
    assert desks.again(world, one).anonymised_at is not None


def test_its_links_end_and_nobody_opens_it_again(
    world: World, made: Programme, team: Member
) -> None:
    one = desks.need(world, made)
    moving.decide(world, team, one, Act.NO_TAKER)
    link = next(
        part for mail in world.mails() for part in mail.text.split() if "/expertise/suivi/" in part
    )
    path = link[link.index("/expertise/") :]
    visitor = world.client()
    assert visitor.get(path).status_code == 200
    nights(world, YEARS)
    assert visitor.get(path).status_code == 404
    client = world.client(team)
    page = client.get(f"/expertise/besoins/{one.id}")
    assert page.status_code == 200
    assert "Besoin anonymisé" in page.text
    assert "Inès" not in page.text
    with pytest.raises(Refused, match="need-elsewhere"):
        moving.decide(world, team, one, Act.REOPEN)


def test_what_was_agreed_to_be_published_stays_without_a_name(
    world: World, made: Programme, team: Member
) -> None:
    one = desks.need(world, made)
    moving.decide(world, team, one, Act.NO_TAKER)
    each: tuple[dict[str, Any], ...] = (
        {"approved_at": clock.now()},
        {"closed_at": clock.now() - timedelta(days=1)},
    )
    for more in each:
        surveying.survey(
            world,
            one,
            answered_at=clock.now(),
            consented_at=clock.now(),
            testimonial="Trois clients de plus.",
            signed="Inès, à Nantes",
            **more,
        )
    nights(world, YEARS)
    shown = world.all(select(Survey).where(Survey.answered_at.is_not(None)).order_by(Survey.id))
    assert [(this.testimonial, this.signed) for this in shown] == [
        ("Trois clients de plus.", "Témoignage anonyme"),
        ("", ""),
    ]
    assert len(world.all(surveys.published(made))) == 1


def test_a_need_that_nobody_touches_is_told_then_closed(world: World, made: Programme) -> None:
    one = desks.need(world, made)
    before = len(world.mails())
    nights(world, needs.DAYS - needs.NOTICE - 1)
    assert len(notices(world)) == 0
    nights(world, needs.DAYS - needs.NOTICE + 1, needs.DAYS - needs.NOTICE + 2)
    (mail,) = notices(world)
    assert mail.to_address == made.email
    assert f"Numéro\u00a0: {one.number}" in mail.text
    nights(world, needs.DAYS - 1)
    assert desks.again(world, one).state is State.OPEN
    nights(world, needs.DAYS + 3)
    now = desks.again(world, one)
    assert (now.state, now.ending) == (State.CLOSED, Ending.NO_TAKER)
    assert now.anonymised_at is not None
    last = world.all(select(Step).where(Step.need_id == one.id).order_by(Step.id))[-1]
    assert (last.act, last.by) == (Act.NO_TAKER, By.HOUSE)
    # Nobody is written to, nor asked how it went.
    assert not [this for this in world.mails()[before:] if "survey" in this.kind]
    assert not world.all(select(Job).where(Job.kind == "expertise.survey"))


def test_whatever_is_done_keeps_it(world: World, made: Programme) -> None:
    one = desks.need(world, made)
    nights(world, needs.DAYS - 1)
    assert len(notices(world)) == 1
    with later(needs.DAYS - 1):
        moving.follow(world, one, Act.ADD)
    nights(world, needs.DAYS + needs.NOTICE)
    assert desks.again(world, one).state is State.OPEN


def notices(world: World) -> list[Any]:
    """The mails to the team about what nobody did."""
    return [mail for mail in world.mails() if mail.kind == "desk_notice"]


def many(world: World, made: Programme, team: Member, count: int) -> list[Need]:
    """Needs that were closed today."""
    found = [desks.need(world, made, title=f"Besoin {place}") for place in range(count)]
    for one in found:
        moving.decide(world, team, one, Act.NO_TAKER)
    return found


@BOTH
def test_many_go_in_batches_and_a_kill_loses_none(
    world: World, made: Programme, team: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "AT_ONCE", 3)
    rule = world.app.extensions["maillage.keeping"].rules["needs"]
    object.__setattr__(rule, "at_once", 3)
    many(world, made, team, 8)
    real, done = needs._close, []

    def killed(session: Session, ids: list[int], present: datetime) -> None:
        real(session, ids, present)
        done.append(len(ids))
        if len(done) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(needs, "_close", killed)
    with later(YEARS):
        world.act(lambda s: soon(s, "needs"))
        with pytest.raises(KeyboardInterrupt):
            world.work()
        assert anonymous(world) == 3
    monkeypatch.setattr(needs, "_close", real)
    with later(YEARS + 1):
        world.work()
    object.__setattr__(rule, "at_once", 200)
    assert anonymous(world) == 8
    run = world.one(select(RetentionRun).where(RetentionRun.rule == "needs"))
    assert run is not None
    assert run.touched == 8


def anonymous(world: World) -> int:
    """How many needs are nobody's."""
    return len(world.all(select(Need.id).where(Need.anonymised_at.is_not(None))))


def test_the_dry_run_says_how_many_by_number_and_changes_nothing(
    world: World, made: Programme, team: Member
) -> None:
    many(world, made, team, 7)
    client = world.client(world.administrator())
    with later(YEARS):
        page = client.get("/administration/conservation/besoins").text
        assert "7 besoins" in page
        assert "1, 2, 3, 4, 5" in page
        for secret in ("Inès", "Besoin 0", "Fours Essai"):
            assert secret not in page
        (said,) = world.act(lambda s: forecast.forecast(s, clock.now()))
        assert (said.needs, said.steps, said.lapsed) == (7, 14, 0)
    assert anonymous(world) == 0
    assert world.client(team).get("/administration/conservation/besoins").status_code == 404


def test_what_an_adviser_did_is_no_longer_in_their_archive(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    helped(world, made, chief, house)
    assert world.act(lambda s: its_data_of(s, chief.id)).tables["position_step"]
    nights(world, YEARS)
    assert not world.act(lambda s: its_data_of(s, chief.id)).tables["position_step"]
    done = world.all(select(Position))
    assert [(one.state, one.outcome) for one in done] == [(At.DONE, Outcome.ADVICE)]


def test_what_the_database_refuses(world: World, made: Programme) -> None:
    one = desks.need(world, made)
    with pytest.raises(IntegrityError, match="anonymous_is_closed"), world.session() as session:
        session.get_one(Need, one.id).anonymised_at = clock.now()
