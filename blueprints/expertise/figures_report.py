"""The figures that leave: the funder's report as a paper, a workbook or a table."""

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._access import found
from blueprints._downloads import attached
from blueprints._figures import days_in_words, share
from blueprints._sheets import send_sheet
from blueprints._words import date_words
from blueprints.expertise import _figure_words as say
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise.figures import (
    COMPARED,
    SIDE_WORDS,
    Asked,
    asked_of,
    counted_one,
    divided,
    read_of,
)
from core import clock
from core.db import db
from core.sheets import Cell, Sheet
from expertise.figures import paper, queries, terms
from expertise.figures.measures import Measure
from expertise.figures.models import Side
from expertise.figures.paper import Report, Table
from expertise.figures.parts import Division
from expertise.figures.queries import Figures

BY_SIDE = {
    Side.SUBJECT: _l("By subject"),
    Side.TERRITORY: _l("By territory"),
    Side.INSTITUTION: _l("By institution"),
}


@bp.get("/equipe/<slug>/chiffres/bilan.<any(pdf,xlsx,csv):ending>")
def figures_report(slug: str, ending: str) -> Response:
    """What the page shows, for those who fund the programme."""
    programme, counted = counted_one(queries.programmes(db.session(), desk()), slug)
    if counted is None:
        abort(404)
    asked = asked_of(programme, counted)
    read, name = read_of(asked)
    lines = say.lines_of(institution=asked.side is Side.INSTITUTION)
    file = f"bilan-{programme.slug}-{read.term}".lower()
    if ending == "csv":
        return send_sheet(file, ending, measures_sheet(read, lines))
    whole_year = asked.is_whole and not read.term.quarter
    divisions = {side: divided(asked, side) for side in BY_SIDE} if whole_year else {}
    method = _method(asked, read)
    if ending == "xlsx":
        return send_sheet(
            file,
            ending,
            measures_sheet(read, lines),
            *(_sheet(side, one) for side, one in divisions.items()),
            Sheet(_("Method"), [_("Method")], [[words] for words in method]),
        )
    made = paper.pdf(
        Report(
            title=_("Report of activity"),
            programme=programme.name,
            term=say.term_words(read.term),
            lines=[
                _("Part: %(name)s", name=name) if name else "",
                _("Days: %(days)s.", days=_days(asked, read)),
                _("Made on %(day)s.", day=date_words(clock.today())),
            ],
            measures=_measures(read, lines),
            definitions=[(str(one.label), str(one.definition)) for one in lines],
            tables=[
                *([_top(divisions[Side.SUBJECT])] if divisions else []),
                *(_table(side, one) for side, one in divisions.items()),
            ],
            method=method,
            headings=(_("What each figure counts"), _("How it is counted")),
            day=clock.today(),
        )
    )
    response = Response(made, mimetype="application/pdf")
    return attached(response, f"{file}-{clock.today():%Y-%m-%d}.pdf")


@bp.get("/institutions/<int:institution_id>/chiffres/bilan.<any(xlsx,csv):ending>")
def own_report(institution_id: int, ending: str) -> Response:
    """The same for an institution, of what it did."""
    one = found(queries.institution(desk(), institution_id))
    slug = request.args.get("dispositif", "")
    there = db.session.scalars(queries.taken_part_in(one)).all()
    programme = next((that for that in there if that.slug == slug), None)
    counted = queries.counted(db.session(), programme) if programme else None
    if programme is None or counted is None:
        abort(404)
    term = terms.read(request.args.get("periode", ""), counted.first_year, counted.to)
    read = queries.own_figures(db.session(), programme, one, counted, term)
    sheet = measures_sheet(read, say.lines_of(institution=True))
    return send_sheet(f"chiffres-{programme.slug}-{read.term}".lower(), ending, sheet)


def _days(asked: Asked, read: Figures) -> str:
    return days_in_words(read.term.first, min(read.term.last, asked.counted.to))


def _method(asked: Asked, read: Figures) -> list[str]:
    return [
        _(
            "Counted by the platform itself from the cases, each night, up to %(day)s.",
            day=date_words(asked.counted.to),
        ),
        _("Each event counts on its own day: a need asked in a year may be helped in the next."),
        _(
            "What tells of fewer than five companies is not shown, nor what would let it be "
            "worked out from the other figures."
        ),
        _("Working days are those of France, without public holidays."),
        _(
            "A calendar year is counted again until the end of the next one; then it does not "
            "move any more."
        ),
        *(
            []
            if read.is_over
            else [_("The period is not over: its figures are those of its first days.")]
        ),
    ]


def measures_sheet(read: Figures, lines: tuple[say.Line, ...]) -> Sheet:
    """A line for each measure, with what it counts."""
    rows: list[list[Cell]] = []
    for line in lines:
        now, before = say.values(line, read)
        cells: list[Cell] = [say.in_cell(line, now), say.in_cell(line, before)]
        rows.append([str(line.label), *cells, str(line.definition)])
    header = [
        _("Figure"),
        say.term_words(read.term),
        say.term_words(read.term.before),
        _("What it counts"),
    ]
    return Sheet(_("Figures"), header, rows)


def _measures(read: Figures, lines: tuple[say.Line, ...]) -> Table:
    rows = []
    for line in lines:
        now, before = say.values(line, read)
        rows.append([str(line.label), say.in_words(line, now), say.in_words(line, before)])
    header = [_("Figure"), say.term_words(read.term), say.term_words(read.term.before)]
    return Table(_("Figures"), header, rows)


def _sheet(side: Side, division: Division) -> Sheet:
    lines = COMPARED[side]
    rows: list[list[Cell]] = [
        [
            words or _("Not in the list"),
            *(
                say.in_cell(one, say.value(one, division.total(one.measure, of_id)))
                for one in lines
            ),
        ]
        for of_id, words in division.names.items()
        if of_id in division.parts
    ]
    header = [str(SIDE_WORDS[side]), *(str(one.label) for one in lines)]
    return Sheet(str(BY_SIDE[side]), header, rows)


def _table(side: Side, division: Division) -> Table:
    lines = COMPARED[side]
    rows = [
        [
            words or _("Not in the list"),
            *(
                say.in_words(one, say.value(one, division.total(one.measure, of_id)))
                for one in lines
            ),
        ]
        for of_id, words in division.names.items()
        if of_id in division.parts
    ]
    header = [str(SIDE_WORDS[side]), *(str(one.label) for one in lines)]
    return Table(str(BY_SIDE[side]), header, rows)


def _top(division: Division) -> Table:
    rows = [
        [
            division.names[of_id],
            say.in_words(say.ASKED, say.value(say.ASKED, division.total(Measure.NEEDS, of_id))),
            share(part),
        ]
        for of_id, part in say.top_shares(division)
    ]
    return Table(
        _("The five competences asked for most"),
        [_("Competence"), _("Needs asked"), _("Share")],
        rows,
        "" if rows else _("None can be shown: fewer than five companies asked about each."),
    )
