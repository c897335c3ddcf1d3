"""Reads of the desk's figures. They take a desk, but for what everybody may read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from core import clock
from expertise import rule
from expertise.agreements.models import Agreement, AgreementDay, DayState, Refund
from expertise.desk import Desk
from expertise.figures.masking import Total, few, unsaid
from expertise.figures.measures import SAID_BY_COMPANIES, Measure
from expertise.figures.models import DeskCount, DeskMonth, Side
from expertise.figures.terms import Term
from expertise.needs.models import Need
from expertise.positions.models import Position
from expertise.programmes.models import (
    Institution,
    Programme,
    ProgrammeInstitution,
)

NOTHING = Total()


def programmes(session: Session, desk: Desk) -> list[tuple[Programme, "Counted | None"]]:
    """The programmes whose figures somebody reads, by name, and what is counted. One query."""
    rows = session.execute(
        select(Programme, DeskCount.counted_to, _oldest(Programme.id))
        .outerjoin(DeskCount, DeskCount.programme_id == Programme.id)
        .where(rule.counted(desk))
        .order_by(Programme.name, Programme.id)
    )
    return [(row[0], _counted(row[1], row[2])) for row in rows]


def institution(desk: Desk, institution_id: int) -> Select[Institution]:
    """An institution whose own figures somebody reads."""
    return select(Institution).where(Institution.id == institution_id, rule.counted_for(desk))


def donor(desk: Desk, institution_id: int) -> Select[Institution]:
    """An institution for which somebody estimates the tax."""
    return select(Institution).where(Institution.id == institution_id, rule.estimated(desk))


def taken_part_in(institution: Institution) -> Select[Programme]:
    """The programmes of an institution that was found, by name."""
    return (
        select(Programme)
        .join(ProgrammeInstitution, ProgrammeInstitution.programme_id == Programme.id)
        .where(ProgrammeInstitution.institution_id == institution.id)
        .order_by(Programme.name, Programme.id)
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a programme: since which year, up to which day."""

    first_year: int
    to: date


def counted(session: Session, programme: Programme) -> Counted | None:
    """None until the first night. One query."""
    row = session.execute(
        select(DeskCount.counted_to, _oldest(DeskCount.programme_id)).where(
            DeskCount.programme_id == programme.id
        )
    ).one_or_none()
    return _counted(row[0], row[1]) if row else None


def _oldest(programme_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ScalarSelect[date]:
    return (
        select(func.min(DeskMonth.month))
        .where(DeskMonth.programme_id == programme_id, DeskMonth.side == Side.ALL)
        .scalar_subquery()
    )


def _counted(to: date | None, oldest: date | None) -> Counted | None:
    if to is None:
        return None
    return Counted(oldest.year if oldest is not None else to.year, to)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a programme, or a part of it, did in a term and in the one before."""

    term: Term
    terms: Mapping[Term, Mapping[Measure, Total]]
    """This term, the one before, the quarters of this year."""
    hidden: Mapping[Term, frozenset[Measure]]
    """What is not said of each."""
    is_over: bool
    """Whether all days of the term are counted."""

    def total(self, measure: Measure, term: Term) -> Total | None:
        """How much there is; None when it is not said."""
        if measure in self.hidden[term]:
            return None
        return self.terms[term].get(measure, NOTHING)

    def quarters(self, measure: Measure) -> list[Total | None]:
        """The same for each quarter of the year; of a whole programme."""
        return [self.total(measure, one) for one in self.term.whole.quarters]


def figures(session: Session, programme: Programme, counted: Counted, term: Term) -> Figures:
    """Of a whole programme that was found. One query."""
    wanted = _beside(term)
    totals = in_terms(session, programme.id, Side.ALL, 0, wanted)
    hidden = {}
    for one in wanted:
        quarters = {other: totals[other] for other in one.quarters} if one.quarter else {}
        hidden[one] = _hidden_in_time(totals, quarters, one)
    return Figures(term, totals, hidden, term.is_over(counted.to))


def _beside(term: Term) -> list[Term]:
    """All terms that must be read: their quarters tell whether one of them may be said."""
    years = {term.year, term.before.year}
    return [
        term,
        term.before,
        *(
            one
            for year in sorted(years)
            for one in Term(year).quarters
            if one not in {term, term.before}
        ),
    ]


def _hidden_in_time(
    totals: Mapping[Term, Mapping[Measure, Total]],
    quarters: Mapping[Term, Mapping[Measure, Total]],
    term: Term,
) -> frozenset[Measure]:
    if not quarters:
        return frozenset(few(totals[term]))
    return frozenset(
        measure
        for measure in Measure
        if term in unsaid({one: found.get(measure, NOTHING) for one, found in quarters.items()})
    )


def own_figures(
    session: Session,
    programme: Programme,
    institution: Institution,
    counted: Counted,
    term: Term,
) -> Figures:
    """Of an institution, for those who manage it. One query.

    They know each need that they were sent: only what companies answered to surveys is kept from
    them, but for years that are over, from five companies on.
    """
    wanted = _beside(term)
    totals = in_terms(session, programme.id, Side.INSTITUTION, institution.id, wanted)
    hidden = {
        one: frozenset(
            measure
            for measure in SAID_BY_COMPANIES
            if one.quarter
            or not one.is_over(counted.to)
            or totals[one].get(measure, NOTHING).is_few
        )
        for one in wanted
    }
    return Figures(term, totals, hidden, term.is_over(counted.to))


def in_terms(
    session: Session, programme_id: int, side: Side, of_id: int, terms: Collection[Term]
) -> dict[Term, dict[Measure, Total]]:
    """What was counted of a part in some terms. One query."""
    found: dict[Term, dict[Measure, Total]] = {one: {} for one in terms}
    rows = session.execute(
        select(
            DeskMonth.month,
            DeskMonth.measure,
            DeskMonth.times,
            DeskMonth.amount,
            DeskMonth.companies,
            DeskMonth.spread,
        ).where(
            DeskMonth.programme_id == programme_id,
            DeskMonth.side == side,
            DeskMonth.month.between(min(t.first for t in terms), max(t.last for t in terms)),
            DeskMonth.of_id == of_id,
        )
    )
    for month, measure, times, amount, companies, spread in rows:
        for term, totals in found.items():
            if term.first <= month <= term.last:
                totals.setdefault(measure, Total()).add(times, amount, companies, spread or {})
    return found


def public(session: Session, programme: Programme) -> dict[Measure, Total]:
    """What everybody may read: since the beginning, from five companies on. One query.

    What companies answered, of the years that are over: from one night to the next, the answer of
    one company would be what changed.
    """
    this_year = clock.today().replace(month=1, day=1)
    found: dict[Measure, Total] = {}
    for measure, times, amount, companies in session.execute(
        select(
            DeskMonth.measure,
            func.sum(DeskMonth.times),
            func.sum(DeskMonth.amount),
            func.aggregate_strings(DeskMonth.companies, " "),
        )
        .where(
            DeskMonth.programme_id == programme.id,
            DeskMonth.side == Side.ALL,
            or_(DeskMonth.measure.not_in(SAID_BY_COMPANIES), DeskMonth.month < this_year),
        )
        .group_by(DeskMonth.measure)
    ):
        total = Total()
        total.add(int(times), int(amount), companies, {})
        if not total.is_few:
            found[measure] = total
    return found


def days_given(desk: Desk, institution: Institution, year: int) -> Select[str, int]:
    """Who gave how many half-days in a year, by name, for an institution that was found.

    Of the agreements that the reader may read. A loan that the company pays back whole is no gift.
    """
    return (
        select(Agreement.employee, func.sum(AgreementDay.half_days))
        .join(Agreement, Agreement.id == AgreementDay.agreement_id)
        .join(Position, Position.id == Agreement.position_id)
        .join(Need, Need.id == Position.need_id)
        .where(
            rule.agreed(desk),
            Position.institution_id == institution.id,
            Agreement.signed_at.is_not(None),
            Agreement.refund.is_distinct_from(Refund.FULL),
            AgreementDay.state == DayState.DONE,
            AgreementDay.day.between(Term(year).first, Term(year).last),
        )
        .group_by(Agreement.employee)
        .order_by(Agreement.employee)
    )
