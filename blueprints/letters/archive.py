"""The letters that a member was sent, read again through the rule."""

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from blueprints import _letters
from blueprints._access import found, viewer
from blueprints._words import date_words
from blueprints.letters import bp
from core.db import db
from notifications.letter import queries
from notifications.letter.parts import unpacked
from notifications.letter.policy import edited_by
from notifications.letter.rhythm import monday_of


@bp.get("")
def index() -> str:
    """One's letters, the last one first."""
    mine = db.session.scalars(queries.letters(viewer())).all()
    return render_template(
        "letters/index.html",
        letters=[
            {
                "title": week_words(one.week),
                "href": url_for(".letter", week=one.week),
                "when": one.created_at,
            }
            for one in mine
        ],
        edits=viewer().moderates and db.session.scalar(edited_by(viewer()).limit(1)) is not None,
    )


@bp.get("/<week>")
def letter(week: str) -> str:
    """One of them, as far as it is still open."""
    try:
        monday_of(week)
    except ValueError:
        abort(404)
    one = found(queries.letter(viewer(), week))
    content = unpacked(db.session(), viewer(), one.parts)
    return render_template(
        "letters/letter.html",
        title=week_words(week),
        sent_at=one.created_at,
        letter=_letters.letter(content),
    )


def week_words(week: str) -> str:
    """ "Semaine du 16 novembre 2026"."""
    return _("Week of %(day)s", day=date_words(monday_of(week)))
