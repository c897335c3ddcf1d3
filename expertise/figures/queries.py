"""Reads of the desk's figures. They take a desk, but for what everybody may read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, String, case, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from access.models import Level, Overlap, Territory, territory_label
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
    Subject,
    SubjectTheme,
)

Parts = Mapping[int, Mapping[Measure, Total]]
NOTHING = Total()


def programme(desk: Desk, slug: str) -> Select[Programme]:
    """A programme whose figures somebody reads."""
    return select(Programme).where(Programme.slug == slug, rule.counted(desk))


def programmes(desk: Desk) -> Select[Programme]:
    """All of them, by name."""
    return select(Programme).where(rule.counted(desk)).order_by(Programme.name, Programme.id)


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
    oldest = (
        select(func.min(DeskMonth.month))
        .where(DeskMonth.programme_id == programme.id, DeskMonth.side == Side.ALL)
        .scalar_subquery()
    )
    row = session.execute(
        select(DeskCount.counted_to, oldest).where(DeskCount.programme_id == programme.id)
    ).one_or_none()
    if row is None:
        return None
    first: date | None = row[1]
    return Counted(first.year if first is not None else row[0].year, row[0])


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
    totals = _terms(session, programme.id, Side.ALL, 0, wanted)
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
    totals = _terms(session, programme.id, Side.INSTITUTION, institution.id, wanted)
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


def _terms(
    session: Session, programme_id: int, side: Side, of_id: int, terms: Collection[Term]
) -> dict[Term, dict[Measure, Total]]:
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


@dataclass(frozen=True, slots=True)
class Division:
    """A programme divided by its subjects, its territories or its institutions, in a year."""

    names: Mapping[int, str]
    """In order."""
    parts: Parts
    before: Parts
    """The same in the year before."""
    hidden: Mapping[Measure, frozenset[int]]
    hidden_before: Mapping[Measure, frozenset[int]]

    def total(self, measure: Measure, of_id: int) -> Total | None:
        """How much there is in a part; None when it is not said."""
        if of_id in self.hidden[measure]:
            return None
        return self.parts.get(of_id, {}).get(measure, NOTHING)


def divided(
    session: Session, programme: Programme, side: Side, year: int, chosen: int | None = None
) -> Division:
    """By one side. Two queries, three for territories.

    `chosen`: a part that is named even if nothing happened there.
    """
    is_now = case((DeskMonth.month >= Term(year).first, 1), else_=0)
    found: dict[int, dict[int, dict[Measure, Total]]] = {0: {}, 1: {}}
    for now, of_id, measure, times, amount, companies in session.execute(
        select(
            is_now,
            DeskMonth.of_id,
            DeskMonth.measure,
            func.sum(DeskMonth.times),
            func.sum(DeskMonth.amount),
            func.aggregate_strings(DeskMonth.companies, " "),
        )
        .where(
            DeskMonth.programme_id == programme.id,
            DeskMonth.side == side,
            DeskMonth.month.between(Term(year - 1).first, Term(year).last),
        )
        .group_by(is_now, DeskMonth.of_id, DeskMonth.measure)
    ):
        total = Total()
        total.add(int(times), int(amount), companies, {})
        found[now].setdefault(of_id, {})[measure] = total
    ids = found[0].keys() | found[1].keys() | ({chosen} if chosen is not None else set())
    names, wholes = _names(session, side, ids)
    return Division(
        names,
        found[1],
        found[0],
        _hidden(found[1], wholes),
        _hidden(found[0], wholes),
    )


Wholes = Sequence[tuple[int | None, Collection[int]]]


def _hidden(parts: Parts, wholes: Wholes) -> dict[Measure, frozenset[int]]:
    return {
        measure: frozenset(
            unsaid(
                {of_id: totals.get(measure, NOTHING) for of_id, totals in parts.items()},
                [
                    (whole if whole in parts else None, [one for one in inside if one in parts])
                    for whole, inside in wholes
                ],
            )
        )
        for measure in Measure
    }


def _names(session: Session, side: Side, ids: Collection[int]) -> tuple[dict[int, str], Wholes]:
    """What the parts are called, in order, and what they add up to."""
    if side is Side.TERRITORY:
        return _territories(session, ids)
    if side is Side.INSTITUTION:
        asked = select(Institution.id, Institution.name).where(Institution.id.in_(ids))
        rows = session.execute(asked.order_by(Institution.name)).all()
    else:
        subjects = select(Subject.id, Subject.name).join(Subject.theme).where(Subject.id.in_(ids))
        rows = session.execute(subjects.order_by(SubjectTheme.position, Subject.position)).all()
    names = {row[0]: row[1] for row in rows}
    return names | ({0: ""} if 0 in ids else {}), ()


def _territories(session: Session, ids: Collection[int]) -> tuple[dict[int, str], Wholes]:
    rows = session.execute(
        select(Territory.id, Territory.level, Territory.name)
        .where(Territory.id.in_(ids))
        .order_by(Territory.level.desc(), Territory.name)
    ).all()
    regions = {row[0] for row in rows if row[1] is Level.REGION}
    inside = session.execute(
        select(Overlap.territory_id, Overlap.other_id).where(
            Overlap.territory_id.in_(regions),
            Overlap.other_id.in_({row[0] for row in rows} - regions),
            Overlap.contains,
        )
    ).all()
    wholes: dict[int | None, set[int]] = {}
    for region, departement in inside:
        wholes.setdefault(region, set()).add(departement)
    every = [(None, regions), (None, {row[0] for row in rows} - regions), *wholes.items()]
    return {row[0]: territory_label(row[1], row[2]) for row in rows}, every


def part(
    session: Session,
    programme: Programme,
    division: Division,
    side: Side,
    of_id: int,
    counted: Counted,
    year: int,
) -> Figures:
    """Of one part of a programme in a year: what is said of it beside the others. One query."""
    term = Term(year)
    totals = _terms(session, programme.id, side, of_id, [term, term.before])
    hidden = {
        term: frozenset(one for one in Measure if of_id in division.hidden[one]),
        term.before: frozenset(one for one in Measure if of_id in division.hidden_before[one]),
    }
    return Figures(term, totals, hidden, term.is_over(counted.to))


def choices(session: Session, programme: Programme, year: int) -> dict[Side, dict[int, str]]:
    """What a programme may be divided by in a year, by name: no name tells a number. One query."""

    def there(side: Side) -> Select[int]:
        return select(DeskMonth.of_id).where(
            DeskMonth.programme_id == programme.id,
            DeskMonth.side == side,
            DeskMonth.month.between(Term(year).first, Term(year).last),
        )

    rows = session.execute(
        union_all(
            select(literal(Side.SUBJECT.value), Subject.id, Subject.name, literal("")).where(
                Subject.id.in_(there(Side.SUBJECT))
            ),
            select(
                literal(Side.TERRITORY.value),
                Territory.id,
                Territory.name,
                cast(Territory.level, String),
            ).where(Territory.id.in_(there(Side.TERRITORY))),
            select(
                literal(Side.INSTITUTION.value), Institution.id, Institution.name, literal("")
            ).where(Institution.id.in_(there(Side.INSTITUTION))),
        )
    ).all()
    found: dict[Side, dict[int, str]] = {}
    # Régions come before the départements.
    for side, of_id, name, _level in sorted(rows, key=lambda row: (row[3] != Level.REGION, row[2])):
        found.setdefault(Side(side), {})[of_id] = name
    return found


def public(session: Session, programme: Programme) -> dict[Measure, Total]:
    """What everybody may read: since the beginning, from five companies on. One query."""
    found: dict[Measure, Total] = {}
    for measure, times, amount, companies in session.execute(
        select(
            DeskMonth.measure,
            func.sum(DeskMonth.times),
            func.sum(DeskMonth.amount),
            func.aggregate_strings(DeskMonth.companies, " "),
        )
        .where(DeskMonth.programme_id == programme.id, DeskMonth.side == Side.ALL)
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
