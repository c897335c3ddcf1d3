"""Cases with known ends give exactly these figures; those of seeds/001 among them."""

from datetime import date

import pytest
from sqlalchemy import select

from core import working_days
from expertise.figures.measures import Measure
from expertise.figures.models import DeskMonth, Side
from expertise.figures.parts import choices, divided
from expertise.figures.terms import Term
from expertise.needs.life import Act, Ending
from expertise.needs.life import State as NeedState
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import State
from expertise.programmes.models import Way
from expertise.surveys.models import Kind
from tests.expertise import desks
from tests.expertise.counted import Cases, at
from tests.world import BOTH, World

M = Measure
SUBJECTS = {
    "commercial": 31,
    "gestion-finances": 14,
    "strategie": 14,
    "achats-approvisionnement": 9,
    "hqse": 8,
    "numerique": 7,
    "juridique": 6,
    "logistique": 6,
    "communication": 5,
}
"""seeds/001 gives the first five, in percent; the others make up the rest."""


def cases(world: World) -> Cases:
    made = desks.programme(world)
    return Cases(world, made, desks.institution(world, made))


@BOTH
def test_the_table_of_the_seeds(world: World) -> None:
    """ "155 entreprises ont bénéficié en 2015 pour 425 jours contractualisés, création de 539
    emplois et maintien de 1 166", "3 jours en moyenne", "81 % au niveau local ou régional",
    "commercial 31 %, gestion-finances 14 %, stratégie 14 %, achats 9 %, HQSE 8 %"."""
    made = desks.programme(world, subjects=tuple(SUBJECTS), way=Way.COOPERATIVE)
    house = desks.institution(world, made)
    told = Cases(world, made, house)
    near = desks.expert(world, house, territories=("region:52",))
    far = desks.expert(world, house, name="Paul Lointain", email="paul@groupe.example")
    about = [
        desks.subject(world, made, slug) for slug, part in SUBJECTS.items() for _one in range(part)
    ]
    for number in range(155):
        told.helped(
            date(2015, 1 + number % 12, 5),
            by=near if number < 126 else far,
            half_days=6 if number < 115 else 4,
            jobs=(4 if number < 74 else 3, 8 if number < 81 else 7),
        )
    for subject in about:  # what is asked for, whatever became of it
        told.asked(date(2015, 6, 1), subject)
    told.count()
    found = told.year(2015)
    assert found[M.COMPANIES][0] == 155
    assert found[M.CONTRACTED] == (155, 2 * 425)
    assert found[M.JOBS_CREATED][1] == 539
    assert found[M.JOBS_KEPT][1] == 1166
    assert round(found[M.CONTRACTED][1] / 2 / found[M.CONTRACTED][0]) == 3
    assert round(100 * found[M.LOCAL][1] / found[M.LOCAL][0]) == 81
    names = world.act(lambda session: choices(session, made, 2015))[Side.SUBJECT]
    division = world.act(lambda session: divided(session, made, Side.SUBJECT, 2015, names))
    of_list = {one: part for one, part in division.parts.items() if one}
    whole = sum(part[M.NEEDS].times for part in of_list.values())
    shares = sorted(
        ((round(100 * p[M.NEEDS].times / whole), division.names[i]) for i, p in of_list.items()),
        key=lambda one: -one[0],
    )
    assert [one[0] for one in shares[:5]] == [31, 14, 14, 9, 8]
    assert shares[0][1] == "Commercial"
    assert {one[1] for one in shares[1:3]} == {"Gestion-finances", "Strategie"}


@BOTH
def test_each_step_counts_once_on_its_own_day(world: World) -> None:
    told = cases(world)
    other = desks.institution(world, told.programme, "Groupe Autre")
    marketing = desks.subject(world, told.programme)
    need = told.asked(date(2025, 3, 3), marketing)
    for on in (date(2025, 3, 5), date(2025, 4, 1)):  # validated again once it was rewritten
        told.step(need, Act.VALIDATE, on)
    told.step(need, Act.CALL, date(2025, 3, 20))
    told.position(
        need,
        (PositionAct.SEND, date(2025, 3, 5)),
        (PositionAct.RESERVE, date(2025, 3, 7)),
        (PositionAct.EXPIRE, date(2025, 3, 17)),
        (PositionAct.RESERVE, date(2025, 3, 18)),
        (PositionAct.INTRODUCE, date(2025, 3, 20)),
        state=State.INTRODUCED,
    )
    told.position(
        need,
        (PositionAct.SEND, date(2025, 3, 5)),
        (PositionAct.DECLINE, date(2025, 3, 6)),
        house=other,
        state=State.DECLINED,
    )
    told.asked(
        date(2025, 5, 2),
        state=NeedState.CLOSED,
        ending=Ending.WITHDRAWN,
        closed_at=at(date(2025, 6, 2)),
        opened_at=None,
    )
    told.count()
    told.count()  # counting again changes nothing
    found = told.year(2025)
    assert found == {
        M.NEEDS: (2, 0),
        M.VALIDATED: (1, 0),
        M.SENT: (1, 0),
        M.ANSWERED: (1, 1),
        M.CALLED: (1, 11),
        M.EXPIRED: (1, 0),
        M.WITHDRAWN: (1, 0),
    }
    mine, theirs = (told.year(2025, Side.INSTITUTION, one.id) for one in (told.house, other) if one)
    assert mine == {M.SENT: (1, 0), M.ANSWERED: (1, 2), M.CALLED: (1, 11), M.EXPIRED: (1, 0)}
    assert theirs == {M.SENT: (1, 0), M.ANSWERED: (1, 1)}
    assert told.year(2025, Side.SUBJECT, marketing.id)[M.NEEDS] == (1, 0)
    assert told.year(2025, Side.SUBJECT, 0)[M.NEEDS] == (1, 0)
    for place in ("region:52", "departement:44"):
        assert told.year(2025, Side.TERRITORY, world.territory(place))[M.NEEDS] == (2, 0)
    assert not told.year(2025, Side.TERRITORY, world.territory("departement:49"))


@BOTH
def test_a_part_that_is_read_by_the_year_is_one_row_of_it(world: World) -> None:
    told = cases(world)
    marketing = desks.subject(world, told.programme)
    for on in (date(2025, 3, 3), date(2025, 9, 1), date(2026, 2, 2)):
        need = told.asked(on, marketing)
        told.position(need, (PositionAct.SEND, on), state=State.WAITING)
    told.count()
    rows: dict[Side, list[date]] = {}
    for row in world.all(select(DeskMonth).order_by(DeskMonth.month)):
        if row.of_id != world.territory("region:52") and row.measure in {M.NEEDS, M.SENT}:
            rows.setdefault(row.side, []).append(row.month)
    january = [date(2025, 1, 1), date(2026, 1, 1)]
    months = [date(2025, 3, 1), date(2025, 9, 1), date(2026, 2, 1)]
    assert rows == {
        Side.ALL: sorted(2 * months),
        Side.SUBJECT: sorted(2 * january),
        Side.TERRITORY: sorted(2 * january),
        Side.INSTITUTION: months,
    }
    assert told.year(2025, Side.SUBJECT, marketing.id)[M.NEEDS] == (2, 0)


@BOTH
def test_a_company_counts_once_a_year(world: World) -> None:
    told = cases(world)
    for day in (date(2024, 2, 1), date(2024, 9, 1), date(2025, 1, 8)):
        told.helped(day, company=7)
    told.helped(date(2024, 9, 1), company=8)
    told.count()
    assert told.year(2024)[M.COMPANIES][0] == 2
    assert told.year(2025)[M.COMPANIES][0] == 1
    assert told.year(2024)[M.HELPED][0] == 3


def test_jobs_are_the_last_word_of_a_company(world: World) -> None:
    told = cases(world)
    need = told.helped(date(2025, 1, 6))
    told.survey(need, date(2025, 4, 6), Kind.THREE_MONTHS, jobs_created=1, jobs_kept=2)
    told.survey(need, date(2025, 7, 6), Kind.SIX_MONTHS, jobs_created=3)
    told.count()
    assert told.year(2025)[M.JOBS_CREATED] == (1, 3)
    assert told.year(2025)[M.JOBS_KEPT] == (1, 2)


def test_days_are_contracted_when_all_signed_and_done_when_they_were(world: World) -> None:
    told = cases(world)
    need = told.asked(date(2025, 1, 6))
    one = told.position(need, (PositionAct.SEND, date(2025, 1, 6)))
    told.agreement(one, 6, date(2025, 2, 3), done=(date(2025, 3, 4), date(2026, 1, 12)))
    told.count()
    assert told.house
    for side, of_id in ((Side.ALL, 0), (Side.INSTITUTION, told.house.id)):
        assert told.year(2025, side, of_id)[M.CONTRACTED] == (1, 6)
        assert told.year(2025, side, of_id)[M.DONE] == (1, 2)
        assert told.year(2026, side, of_id)[M.DONE] == (1, 2)


def test_what_is_older_than_two_years_stays_as_it_was_counted(world: World) -> None:
    told = cases(world)
    old, new = told.helped(date(2015, 5, 4)), told.helped(date(2026, 5, 4))
    told.count()
    with world.session() as session:
        for one in (old, new):
            session.delete(session.merge(one))
    told.count()
    assert told.year(2015)[M.HELPED] == (1, 0)
    assert M.HELPED not in told.year(2026)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 2), date(2026, 11, 2), 0),
        (date(2026, 11, 6), date(2026, 11, 9), 1),
        (date(2026, 11, 9), date(2026, 11, 13), 3),  # the eleventh is a holiday
        (date(2025, 12, 24), date(2026, 1, 2), 5),
        (date(2025, 1, 1), date(2026, 1, 1), 251),
        (date(2026, 5, 2), date(2026, 5, 3), 0),
        (date(2026, 5, 9), date(2026, 5, 2), 0),
    ],
)
def test_working_days_between_two_days(first: date, last: date, days: int) -> None:
    assert working_days.between(first, last) == days
    if first <= last:
        each = (
            first.fromordinal(day) for day in range(first.toordinal() + 1, last.toordinal() + 1)
        )
        assert days == sum(map(working_days.is_working, each))


def test_a_term_is_a_year_or_a_quarter() -> None:
    first = Term(2026, 1)
    assert (first.first, first.last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert first.before == Term(2025, 4)
    assert first.before.last == date(2025, 12, 31)
    assert Term(2026).before == Term(2025)
