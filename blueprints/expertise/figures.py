"""The figures of the desk: of a programme for its team, of an institution for its managers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from blueprints._access import found, key
from blueprints._figures import chart_rows
from blueprints._filters import Choice, active, address, menus
from blueprints._words import date_words
from blueprints.expertise import _figure_words as say
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from core.db import db
from core.masking import FEWEST
from expertise.figures import parts, queries, terms
from expertise.figures.measures import Measure
from expertise.figures.models import Side
from expertise.figures.parts import Division
from expertise.figures.queries import Counted, Figures
from expertise.figures.terms import Term
from expertise.programmes.models import Programme

NAMES = ("periode", "sujet", "territoire", "institution", "comparer")
SIDES = {
    "sujet": Side.SUBJECT,
    "territoire": Side.TERRITORY,
    "institution": Side.INSTITUTION,
}
SIDE_WORDS = {
    Side.SUBJECT: _l("Competence"),
    Side.TERRITORY: _l("Territory"),
    Side.INSTITUTION: _l("Institution"),
}
COMPARED = {
    Side.SUBJECT: (say.ASKED, say.SENT, say.HELPED, say.COMPANIES, say.CONTRACTED),
    Side.TERRITORY: (say.ASKED, say.SENT, say.HELPED, say.COMPANIES, say.CONTRACTED),
    Side.INSTITUTION: (say.SENT, say.ANSWERED, say.EXPIRED, say.HELPED, say.CONTRACTED),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    programme: Programme
    counted: Counted
    term: Term
    side: Side
    of_id: int
    names: Mapping[Side, dict[int, str]]
    """What it may be divided by in this year."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing narrows it."""
        return self.side is Side.ALL


def _term(counted: Counted) -> Term:
    return terms.read(request.args.get("periode", ""), counted.first_year, counted.to)


def asked_of(programme: Programme, counted: Counted) -> Asked:
    """One part at a time, of a whole year: a part of a part would tell of a few."""
    term = _term(counted)
    names = parts.choices(db.session(), programme, term.year)
    for name, side in SIDES.items():
        of_id = request.args.get(name, type=key)
        if of_id is not None:
            return Asked(programme, counted, term.whole, side, of_id, names)
    return Asked(programme, counted, term, Side.ALL, 0, names)


def _here(**changes: Any) -> str:
    """This page with these changes: what is chosen takes the place of what was."""
    others = dict.fromkeys(SIDES) if changes.keys() & SIDES.keys() else {}
    return address(NAMES, **(others | changes))


def period_menu(counted: Counted, term: Term) -> dict[str, Any]:
    """The years that are counted, and the quarters of the two last ones."""
    years = [Term(one) for one in range(counted.to.year, counted.first_year - 1, -1)]
    quarters = [
        quarter
        for year in years[:2]
        for quarter in reversed(year.quarters)
        if quarter.first <= counted.to
    ]
    names = [(str(one), say.term_words(one)) for one in (*years, *quarters)]
    choice = Choice("periode", say.term_words(term), str(term), names)
    return menus([choice], lambda **changes: address(NAMES, **changes))[0]


@bp.get("/equipe/<slug>/chiffres")
def figures(slug: str) -> str:
    """What a programme did: a few large numbers, all measures, its parts side by side."""
    listed = queries.programmes(db.session(), desk())
    programme, counted = counted_one(listed, slug)
    if counted is None:
        return render_template(
            "expertise/figures.html", programme=programme, found=None, **_around(programme)
        )
    asked = asked_of(programme, counted)
    read, named = read_of(asked)
    of_house = asked.side is Side.INSTITUTION
    picked = _choices(asked, named)
    return render_template(
        "expertise/figures.html",
        programme=programme,
        found=read,
        **_around(programme),
        **shown(read, counted, institution=of_house),
        **_whole(asked, read),
        who=named,
        menus=[
            *_programmes(listed, programme),
            period_menu(counted, asked.term),
            *menus(picked, _here),
        ],
        active=active(picked, _here),
        clear=_here(**dict.fromkeys(SIDES)),
        reports={
            ending: _beside(url_for(".figures_report", slug=slug, ending=ending))
            for ending in ("pdf", "xlsx", "csv")
        },
    )


def _named(asked: Asked) -> str:
    """What the part is called that is looked at; 404 when there is none."""
    if asked.side is Side.SUBJECT and not asked.of_id:
        return _("Not in the list")
    known = asked.names.get(asked.side, {}).get(asked.of_id)
    named = known or parts.name(db.session(), asked.programme, asked.side, asked.of_id)
    if named is None:
        abort(404)
    return named


def _around(programme: Programme) -> dict[str, Any]:
    """The way to the page: an administrator reads nothing else of the programme."""
    return {"is_team": desk().runs(programme.id)}


def _beside(path: str) -> str:
    said = address(NAMES, comparer=None).partition("?")[2]
    return f"{path}?{said}" if said else path


def counted_one(
    listed: Sequence[tuple[Programme, Counted | None]], slug: str
) -> tuple[Programme, Counted | None]:
    """The programme of an address among those whose figures are open; or 404."""
    one = next((pair for pair in listed if pair[0].slug == slug), None)
    if one is None:
        abort(404)
    return one


def _programmes(
    listed: Sequence[tuple[Programme, Counted | None]], programme: Programme
) -> list[dict[str, Any]]:
    """The other programmes whose figures are open."""
    if len(listed) < 2:
        return []
    links = [
        {
            "label": one.name,
            "href": url_for(".figures", slug=one.slug),
            "current": one.id == programme.id,
        }
        for one, _counted in listed
    ]
    return [{"label": _("Programme"), "options": links}]


def _choices(asked: Asked, named: str | None) -> list[Choice]:
    found_choices = []
    for name, side in SIDES.items():
        chosen = asked.of_id if side is asked.side else None
        options = list(asked.names.get(side, {}).items())
        if chosen is not None and chosen not in dict(options):
            options.append((chosen, named or ""))
        found_choices.append(Choice(name, str(SIDE_WORDS[side]), chosen, options))
    return found_choices


def divided(asked: Asked, side: Side) -> Division:
    """The programme by one of its sides, in the year that is asked for."""
    wanted = tuple(Measure) if side is asked.side else {line.measure for line in COMPARED[side]}
    names = asked.names.get(side, {})
    return parts.divided(db.session(), asked.programme, side, asked.term.year, names, wanted)


def read_of(asked: Asked) -> tuple[Figures, str | None]:
    """The figures, and what the part is called that they are of."""
    session = db.session()
    if asked.is_whole:
        return queries.figures(session, asked.programme, asked.counted, asked.term), None
    named, division = _named(asked), divided(asked, asked.side)
    read = parts.part(
        session,
        asked.programme,
        division,
        asked.side,
        asked.of_id,
        asked.counted,
        asked.term.year,
    )
    return read, named


def shown(read: Figures, counted: Counted, *, institution: bool) -> dict[str, Any]:
    """The large numbers, the table of all measures, the chart of the endings."""
    lines = say.lines_of(institution=institution)
    return {
        "term": say.term_words(read.term),
        "before": say.term_words(read.term.before),
        "counted_day": date_words(counted.to),
        "stats": [say.stat(one, read) for one in say.STATS if one in lines],
        "columns": [
            {"label": _("Measure")},
            {"label": say.term_words(read.term), "kind": "number"},
            {"label": say.term_words(read.term.before), "kind": "number"},
            {"label": _("Difference")},
        ],
        "rows": [_row(one, read) for one in lines],
        "endings": say.endings(read),
        "chart_rows": chart_rows,
        "fewest": FEWEST,
    }


def _row(line: say.Line, read: Figures) -> Sequence[Any]:
    now, before = say.values(line, read)
    label = Markup('{}<br><span class="meta">{}</span>').format(line.label, line.definition)
    return [label, say.in_words(line, now), say.in_words(line, before), say.apart(line, read)]


def _whole(asked: Asked, read: Figures) -> dict[str, Any]:
    """What is only said of a whole programme: its quarters, its parts side by side."""
    if not asked.is_whole:
        return {"quarters": None, "top": None, "compared": None}
    quarters = say.by_quarter(read)
    if asked.term.quarter:
        return {"quarters": quarters, "top": None, "compared": None}
    side = SIDES.get(request.args.get("comparer", ""), Side.SUBJECT)
    subjects = divided(asked, Side.SUBJECT)
    division = subjects if side is Side.SUBJECT else divided(asked, side)
    return {
        "quarters": quarters,
        "top": say.top(subjects),
        "compared": _compared(division, side),
    }


def _compared(division: Division, side: Side) -> dict[str, Any]:
    lines = COMPARED[side]
    name = next(word for word, one in SIDES.items() if one is side)
    return {
        "tabs": [
            {
                "label": SIDE_WORDS[one],
                "href": address(NAMES, comparer=word) + "#comparer",
                "current": one is side,
            }
            for word, one in SIDES.items()
        ],
        "columns": [
            {"label": SIDE_WORDS[side]},
            *({"label": str(one.label), "kind": "number"} for one in lines),
        ],
        "rows": [
            [
                Markup('<a href="{}">{}</a>').format(
                    _here(**{name: of_id, "comparer": None}), words or _("Not in the list")
                ),
                *(
                    say.in_words(one, say.value(one, division.total(one.measure, of_id)))
                    for one in lines
                ),
            ]
            for of_id, words in division.names.items()
            if of_id in division.parts
        ],
    }


@bp.get("/institutions/<int:institution_id>/chiffres")
def own_figures(institution_id: int) -> str:
    """What an institution did in a programme, for those who manage it."""
    one = found(queries.institution(desk(), institution_id))
    session = db.session()
    there = session.scalars(queries.taken_part_in(one)).all()
    programme = next(
        (that for that in there if that.slug == request.args.get("dispositif")),
        there[0] if there else None,
    )
    counted = queries.counted(session, programme) if programme else None
    if programme is None or counted is None:
        return render_template("expertise/own_figures.html", institution=one, found=None)
    term = _term(counted)
    read = queries.own_figures(session, programme, one, counted, term)
    here: dict[str, Any] = {"institution_id": one.id, "dispositif": programme.slug}
    links = [
        {
            "label": that.name,
            "href": url_for(".own_figures", institution_id=one.id, dispositif=that.slug),
            "current": that is programme,
        }
        for that in there
    ]
    return render_template(
        "expertise/own_figures.html",
        institution=one,
        found=read,
        programme=programme,
        **shown(read, counted, institution=True),
        menus=[
            *([{"label": _("Programme"), "options": links}] if len(links) > 1 else []),
            {
                "label": say.term_words(term),
                "options": [
                    option | {"href": url_for(".own_figures", **here, periode=value)}
                    for value, option in _own_periods(counted, term)
                ],
            },
        ],
        reports={
            ending: url_for(".own_report", **here, ending=ending, periode=str(term))
            for ending in ("xlsx", "csv")
        },
    )


def _own_periods(counted: Counted, term: Term) -> list[tuple[str, dict[str, Any]]]:
    drawn = period_menu(counted, term)["options"]
    return [(one["href"].rpartition("periode=")[2], one) for one in drawn]
