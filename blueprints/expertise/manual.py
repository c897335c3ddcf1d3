"""The user manual of the desk, to read and to take away: the guide, by whom it is for."""

from functools import cache

from flask import Response, abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from blueprints._access import may_come_in, public
from blueprints._downloads import attached
from blueprints.expertise import bp
from core import text
from expertise import manual as guide
from expertise.manual import Part

NAMES = {
    Part.COMPANY: _l("For companies"),
    Part.INSTITUTION: _l("For institutions and their experts"),
    Part.TEAM: _l("For the teams of programmes"),
}
TITLES = {
    Part.COMPANY: "Mode d’emploi pour les entreprises",
    Part.INSTITUTION: "Mode d’emploi pour les institutions et leurs experts",
    Part.TEAM: "Mode d’emploi pour les équipes des dispositifs",
}
"""Of the papers, which are in French as the guide is."""


def _part(word: str) -> Part:
    try:
        return Part(word)
    except ValueError:
        abort(404)


@bp.get("/mode-d-emploi")
@public
def manual() -> str:
    """How one asks, answers, runs a programme."""
    part = _part(request.args.get("pour", Part.COMPANY))
    return render_template(
        "expertise/manual.html",
        layout="layouts/base.html" if may_come_in() else "layouts/plain.html",
        tabs=[
            {"label": words, "href": url_for(".manual", pour=one.value), "current": one is part}
            for one, words in NAMES.items()
        ],
        sections=[
            (text.slug(one.heading), one.heading, Markup(_html(one.markdown)))  # noqa: S704 - cleaned
            for one in guide.sections(part)
        ],
        paper=url_for(".manual_paper", part=part.value),
    )


@cache
def _html(markdown: str) -> str:
    return text.clean(markdown)


@bp.get("/mode-d-emploi/<part>.pdf")
@public
def manual_paper(part: str) -> Response:
    """The same as a file."""
    which = _part(part)
    made = Response(guide.pdf(which, TITLES[which]), mimetype="application/pdf")
    return attached(made, f"mode-d-emploi-{which.value}.pdf")
