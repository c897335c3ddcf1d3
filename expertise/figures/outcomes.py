"""What came of the needs of a programme: who helped, what companies say, which days were given."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from access.models import Commune, Overlap
from core.clock import day_of
from expertise.agreements.models import Agreement, AgreementDay, DayState
from expertise.experts.models import Expert, ExpertCommune, ExpertTerritory
from expertise.figures.measures import Measure, Seen
from expertise.needs.life import Ending
from expertise.needs.models import Hiding, Need
from expertise.positions.life import HELPED, State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, InstitutionKind
from expertise.surveys.models import Kind, Survey

FOLLOW_UPS = (Kind.THREE_MONTHS, Kind.SIX_MONTHS)


def near(session: Session, programme_id: int) -> Iterator[Seen]:
    """Of needs that were helped: whether whoever helped is near.

    Near: a local employer, or an expert who names where they answer and the company lies there.
    Far: an expert who answers everywhere. Who answered as a whole institution that is no local
    employer is not counted: nothing says where they are.
    """
    holders = select(Overlap.territory_id).where(
        Overlap.other_id == Commune.departement_id, Overlap.contains
    )
    named = exists().where(
        ExpertTerritory.expert_id == Expert.id,
        ExpertTerritory.territory_id.in_(holders.correlate(Commune))
        | (ExpertTerritory.territory_id == Commune.zone_emploi_id),
    ) | exists().where(
        ExpertCommune.expert_id == Expert.id, ExpertCommune.commune_code == Commune.code
    )
    rows = session.execute(
        select(Need.id, Need.closed_at, Institution.kind, Expert.id, named)
        .join(Position, Position.need_id == Need.id)
        .join(Institution, Institution.id == Position.institution_id)
        .join(Commune, Commune.code == Need.commune_code)
        .outerjoin(Expert, Expert.id == Position.expert_id)
        .where(
            Need.programme_id == programme_id,
            Need.ending == Ending.HELPED,
            and_(Position.state == State.DONE, Position.outcome.in_(HELPED)),
        )
    )
    near: dict[int, tuple[datetime, bool]] = {}
    for need_id, closed_at, kind, expert_id, is_near in rows:
        is_local = kind is InstitutionKind.LOCAL
        if closed_at is not None and (is_local or expert_id is not None):
            before = near.get(need_id, (closed_at, False))[1]
            near[need_id] = closed_at, before or is_local or bool(is_near)
    for need_id, (closed_at, is_near) in near.items():
        yield Seen(Measure.LOCAL, day_of(closed_at), need_id, amount=int(is_near))


def said(session: Session, programme_id: int) -> Iterator[Seen]:
    """What companies answered: after each closing; of the jobs, the last word of each closing."""
    helpers = _helpers(session, programme_id)
    jobs: dict[tuple[int, datetime, Measure], tuple[datetime, int]] = {}
    for survey in session.execute(
        select(
            Survey.need_id,
            Survey.kind,
            Survey.closed_at,
            Survey.answered_at,
            Survey.satisfaction,
            Survey.jobs_created,
            Survey.jobs_kept,
        )
        .where(
            Survey.programme_id == programme_id,
            Survey.position_id.is_(None),
            Survey.answered_at.is_not(None),
        )
        .order_by(Survey.answered_at, Survey.id)
    ):
        if survey.satisfaction is not None:
            day = day_of(survey.answered_at)
            whom = [None, *(helpers.get(survey.need_id, ()) if survey.kind is Kind.CLOSING else ())]
            for institution_id in whom:
                yield Seen(
                    Measure.SATISFACTION, day, survey.need_id, institution_id, survey.satisfaction
                )
        if survey.kind in FOLLOW_UPS:
            for measure, number in (
                (Measure.JOBS_CREATED, survey.jobs_created),
                (Measure.JOBS_KEPT, survey.jobs_kept),
            ):
                if number is not None:
                    key = (survey.need_id, survey.closed_at, measure)
                    jobs[key] = survey.answered_at, number
    for (need_id, _closed_at, measure), (at, number) in jobs.items():
        for institution_id in (None, *helpers.get(need_id, ())):
            yield Seen(measure, day_of(at), need_id, institution_id, number)


def _helpers(session: Session, programme_id: int) -> dict[int, tuple[int, ...]]:
    """Need → the institutions that ended something with its company, and may see it."""
    found: dict[int, set[int]] = {}
    for need_id, institution_id in session.execute(
        select(Position.need_id, Position.institution_id)
        .join(Need, Need.id == Position.need_id)
        .where(
            Need.programme_id == programme_id,
            Position.state == State.DONE,
            ~exists().where(
                Hiding.need_id == Position.need_id,
                Hiding.institution_id == Position.institution_id,
            ),
        )
    ):
        found.setdefault(need_id, set()).add(institution_id)
    return {need_id: tuple(sorted(ids)) for need_id, ids in found.items()}


def days(session: Session, programme_id: int) -> Iterator[Seen]:
    """The half-days of the agreements that all signed, and of the days that took place."""
    hidden = exists().where(
        Hiding.need_id == Position.need_id, Hiding.institution_id == Position.institution_id
    )
    of = (
        select(Position.need_id, Position.institution_id, hidden)
        .join(Position, Position.id == Agreement.position_id)
        .where(Agreement.programme_id == programme_id, Agreement.signed_at.is_not(None))
    )
    signed = of.add_columns(Agreement.signed_at, Agreement.half_days).select_from(Agreement)
    for need_id, institution_id, is_hidden, at, half_days in session.execute(signed):
        for whom in (None, *(() if is_hidden else (institution_id,))):
            yield Seen(Measure.CONTRACTED, day_of(at), need_id, whom, half_days)
    done = (
        of.add_columns(AgreementDay.day, AgreementDay.half_days)
        .select_from(Agreement)
        .join(AgreementDay, AgreementDay.agreement_id == Agreement.id)
        .where(AgreementDay.state == DayState.DONE)
    )
    for need_id, institution_id, is_hidden, day, half_days in session.execute(done):
        for whom in (None, *(() if is_hidden else (institution_id,))):
            yield Seen(Measure.DONE, day, need_id, whom, half_days)
