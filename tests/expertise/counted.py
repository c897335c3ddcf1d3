"""Cases of a programme that are written whole, as a story ends; and what is counted of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from core import clock
from expertise.agreements.life import State as AgreementState
from expertise.agreements.models import Agreement, AgreementDay, DayState
from expertise.agreements.models import Kind as AgreementKind
from expertise.experts.models import Expert
from expertise.figures import jobs, queries
from expertise.figures.measures import DELAYS, Measure
from expertise.figures.models import DeskCount, DeskMonth, Side
from expertise.figures.terms import Term
from expertise.needs.life import Act, Ending
from expertise.needs.life import State as NeedState
from expertise.needs.models import By, Need, NeedSubject, Step
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import Outcome, State
from expertise.positions.models import By as PositionBy
from expertise.positions.models import Position, PositionStep
from expertise.programmes.models import Institution, Programme, Subject, Way
from expertise.surveys.models import Kind, Survey
from files.models import StoredFile
from tests.expertise import desks
from tests.world import World

NUMBERS = count(1_000)
NANTES = "44109"
TYPED = """company company_address company_signatory company_title institution
institution_address institution_signatory institution_title employee employee_job mission place"""
"""What is written in an agreement."""


def at(day: date, hour: int = 9) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time(hour), UTC)


@dataclass
class Cases:
    """Writes cases of one programme."""

    world: World
    programme: Programme
    house: Institution | None = None

    def asked(self, on: date, *subjects: Subject, company: int | None = None, **more: Any) -> Need:
        """A need; by a company of its own unless it is said which."""
        number = next(NUMBERS)
        with self.world.session() as session:
            need = Need(
                programme_id=self.programme.id,
                number=number,
                **{
                    "state": NeedState.OPEN,
                    "title": f"Besoin {number}",
                    "context": "",
                    "description": "Un besoin.",
                    "off_list": not subjects,
                    "siret": f"{company or 10_000 + number:014}",
                    "company": "Fours Essai",
                    "postcode": "44000",
                    "town": "Nantes",
                    "commune_code": NANTES,
                    "first_name": "Inès",
                    "last_name": "Essai",
                    "phone": "02 40 00 00 00",
                    "email": "ines@essai.example",
                    "hidden_words": "",
                    "language": "fr",
                    "asked_at": at(on),
                    "opened_at": at(on),
                }
                | more,
            )
            need.way = Way.EXCLUSIVE if need.opened_at else None
            session.add(need)
            session.flush()
            session.add_all(NeedSubject(need_id=need.id, subject_id=one.id) for one in subjects)
        return need

    def step(self, need: Need, act: Act, on: date) -> None:
        """Something happened to a need."""
        with self.world.session() as session:
            session.add(Step(need_id=need.id, act=act, by=By.TEAM, words="", at=at(on)))

    def position(
        self,
        need: Need,
        *steps: tuple[PositionAct, date],
        by: Expert | None = None,
        house: Institution | None = None,
        **more: Any,
    ) -> Position:
        """A need was sent to an institution; what happened then."""
        institution = house or self.house
        assert institution is not None
        with self.world.session() as session:
            one = Position(
                need_id=need.id,
                institution_id=institution.id,
                expert_id=by.id if by else None,
                sent_at=at(steps[0][1]) if steps else at(need.asked_at.date()),
                **desks.answered(more),
            )
            session.add(one)
            session.flush()
            for act, on in steps:
                who = PositionBy.HOUSE if act in HOUSE else PositionBy.EXPERT
                session.add(PositionStep(position_id=one.id, act=act, by=who, words="", at=at(on)))
        return one

    def helped(
        self,
        on: date,
        *subjects: Subject,
        company: int | None = None,
        by: Expert | None = None,
        half_days: int = 0,
        jobs: tuple[int, int] | None = None,
        satisfaction: int | None = None,
    ) -> Need:
        """A need that ended well, all on one day."""
        need = self.asked(
            on,
            *subjects,
            company=company,
            state=NeedState.CLOSED,
            ending=Ending.HELPED,
            closed_at=at(on, 17),
        )
        self.step(need, Act.CALL, on)
        steps = [(act, on) for act in (PositionAct.SEND, PositionAct.TAKE, PositionAct.FINISH)]
        one = self.position(need, *steps, by=by, state=State.DONE, outcome=Outcome.ADVICE)
        if half_days:
            self.agreement(one, half_days, on)
        if satisfaction:
            self.survey(need, on, satisfaction=satisfaction)
        if jobs:
            self.survey(need, on, Kind.SIX_MONTHS, jobs_created=jobs[0], jobs_kept=jobs[1])
        return need

    def survey(self, need: Need, on: date, kind: Kind = Kind.CLOSING, **said: Any) -> None:
        """What its company answered."""
        with self.world.session() as session:
            session.add(
                Survey(
                    programme_id=self.programme.id,
                    need_id=need.id,
                    kind=kind,
                    ending=Ending.HELPED,
                    closed_at=need.closed_at,
                    sent_at=at(on),
                    answered_at=at(on, 12),
                    **said,
                )
            )

    def agreement(
        self, one: Position, half_days: int, on: date, done: tuple[date, ...] = ()
    ) -> None:
        """All signed; which days took place."""
        with self.world.session() as session:
            file = session.scalar(select(StoredFile))
            if file is None:
                file = StoredFile(sha256="0" * 64, size=1, mime="application/pdf", kept_at=at(on))
                session.add(file)
                session.flush()
            words = dict.fromkeys(TYPED.split(), "Essai")
            made = Agreement(
                position_id=one.id,
                programme_id=self.programme.id,
                kind=AgreementKind.CONTRIBUTION,
                state=AgreementState.SIGNED,
                version=1,
                company_siret="9" * 14,
                company_email="ines@essai.example",
                institution_email="remi@groupe.example",
                employee_email="ana@groupe.example",
                starts_on=on,
                ends_on=on,
                half_days=half_days,
                file_id=file.id,
                sha256=file.sha256,
                signed_file_id=file.id,
                created_at=at(on),
                signed_at=at(on),
                **words,
            )
            session.add(made)
            session.flush()
            session.add_all(
                AgreementDay(
                    agreement_id=made.id,
                    day=day,
                    half_days=2,
                    state=DayState.DONE,
                    settled_at=clock.now(),
                    uid=f"essai-{made.id}-{day}",
                )
                for day in done
            )

    def count(self) -> None:
        """The night passes."""
        self.world.act(jobs.count_all)

    def year(self, year: int, side: Side = Side.ALL, of_id: int = 0) -> dict[Measure, Any]:
        """What was counted of a year: measure → times, amount."""
        found: dict[Measure, Any] = {}
        for row in self.world.all(
            select(DeskMonth).where(
                DeskMonth.programme_id == self.programme.id,
                DeskMonth.side == side,
                DeskMonth.of_id == of_id,
            )
        ):
            if row.month.year == year:
                times, amount = found.get(row.measure, (0, 0))
                found[row.measure] = times + row.times, amount + row.amount
        return found

    def figures(self, term: Term) -> queries.Figures:
        """What is read of a term."""

        def read(session: Any) -> queries.Figures:
            counted = queries.counted(session, self.programme)
            assert counted is not None
            return queries.figures(session, self.programme, counted, term)

        return self.world.act(read)


HOUSE = frozenset({PositionAct.SEND, PositionAct.EXPIRE, PositionAct.REMIND})
"""What nobody does."""


def counted_rows(made: Programme, side: Side, of_id: int, months: range) -> list[DeskMonth]:
    """What a part of a programme did, in the last months: enough companies, or too few."""
    first = clock.today().replace(day=1)
    rows = []
    for ago in months:
        year, month = divmod(first.year * 12 + first.month - 1 - ago, 12)
        for place, measure in enumerate(Measure):
            times = 3 + (ago * 7 + place) % 11
            rows.append(
                DeskMonth(
                    programme_id=made.id,
                    side=side,
                    of_id=of_id,
                    month=date(year, month + 1, 1),
                    measure=measure,
                    times=times,
                    amount=min(times, 4) if measure is Measure.LOCAL else 4 * times,
                    companies=" ".join(str(of_id + number) for number in range(min(times, 5))),
                    spread={"1": times - 1, "3": 1} if measure in DELAYS else None,
                )
            )
    return rows


def lived(world: World, made: Programme, house: Institution, months: int = 22) -> None:
    """A programme whose figures are counted, by subject, territory and institution."""
    places = [world.territory(one) for one in ("region:52", "departement:44", "departement:49")]
    about = [desks.subject(world, made, slug).id for slug in ("marketing", "strategie")]
    with world.session() as session:
        for side, ids in (
            (Side.ALL, [0]),
            (Side.SUBJECT, [0, *about]),
            (Side.TERRITORY, places),
            (Side.INSTITUTION, [house.id]),
        ):
            for of_id in ids:
                session.add_all(counted_rows(made, side, of_id, range(months)))
        counted_to = clock.today() - timedelta(days=1)
        session.merge(DeskCount(programme_id=made.id, counted_to=counted_to))
