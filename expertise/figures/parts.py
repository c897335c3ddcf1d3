"""Reads of the parts of a programme: by subject, by territory, by institution, in a year."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, String, case, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from access.models import Level, Overlap, Territory
from expertise.figures.masking import Total, unsaid
from expertise.figures.measures import Measure
from expertise.figures.models import DeskMonth, Side
from expertise.figures.queries import NOTHING, Counted, Figures, in_terms
from expertise.figures.terms import Term
from expertise.programmes.models import (
    Institution,
    Programme,
    ProgrammeInstitution,
    Subject,
    SubjectTheme,
)

Parts = Mapping[int, Mapping[Measure, Total]]


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
    session: Session,
    programme: Programme,
    side: Side,
    year: int,
    names: Mapping[int, str],
    measures: Collection[Measure] = tuple(Measure),
) -> Division:
    """By one side. One query, two for territories.

    `names`: what its parts are called, as `choices` gives them; `measures`: those that are read.
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
            DeskMonth.measure.in_(measures),
        )
        .group_by(is_now, DeskMonth.of_id, DeskMonth.measure)
    ):
        total = Total()
        total.add(int(times), int(amount), companies, {})
        found[now].setdefault(of_id, {})[measure] = total
    wholes: Wholes = ()
    if side is Side.TERRITORY:
        wholes = _regions(session, found[0].keys() | found[1].keys())
    return Division(
        {**names, **({0: ""} if 0 in found[1] else {})},
        found[1],
        found[0],
        _hidden(found[1], wholes, measures),
        _hidden(found[0], wholes, measures),
    )


Wholes = Sequence[tuple[int | None, Collection[int]]]


def _hidden(
    parts: Parts, wholes: Wholes, measures: Collection[Measure]
) -> dict[Measure, frozenset[int]]:
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
        for measure in measures
    }


def _regions(session: Session, ids: Collection[int]) -> Wholes:
    """Régions add up to the whole, and so do départements; each région is the sum of its own."""
    wholes: dict[int | None, set[int]] = {}
    for region, departement in session.execute(
        select(Overlap.territory_id, Overlap.other_id)
        .join(Territory, Territory.id == Overlap.territory_id)
        .where(
            Territory.level == Level.REGION,
            Overlap.territory_id.in_(ids),
            Overlap.other_id.in_(ids),
            Overlap.territory_id != Overlap.other_id,
            Overlap.contains,
        )
    ):
        wholes.setdefault(region, set()).add(departement)
    regions = {one for one in wholes if one is not None}
    return [(None, regions), (None, set(ids) - regions), *wholes.items()]


def name(session: Session, programme: Programme, side: Side, of_id: int) -> str | None:
    """What a part is called where nothing happened in the year; None when it is none of his."""
    asked: dict[Side, Select[str]] = {
        Side.SUBJECT: select(Subject.name)
        .join(Subject.theme)
        .where(Subject.id == of_id, SubjectTheme.programme_id == programme.id),
        Side.TERRITORY: select(Territory.name).where(
            Territory.id == of_id, Territory.level != Level.ZONE_EMPLOI
        ),
        Side.INSTITUTION: select(Institution.name)
        .join(ProgrammeInstitution, ProgrammeInstitution.institution_id == Institution.id)
        .where(Institution.id == of_id, ProgrammeInstitution.programme_id == programme.id),
    }
    return session.scalar(asked[side])


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
    totals = in_terms(session, programme.id, side, of_id, [term, term.before])
    hidden = {
        term: frozenset(one for one in Measure if of_id in division.hidden[one]),
        term.before: frozenset(one for one in Measure if of_id in division.hidden_before[one]),
    }
    return Figures(term, totals, hidden, term.is_over(counted.to))
