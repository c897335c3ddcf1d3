"""What is stored, whose it is, and what room is left."""

from datetime import date

from babel.dates import format_date
from flask import render_template

from blueprints._access import settings, viewer
from blueprints._languages import spoken
from blueprints.administration import bp
from core.db import db
from files.policy import limits
from house import storage as queries


@bp.get("/stockage")
def storage() -> str:
    """The database, the files, the index, the disk."""
    session, held = db.session(), queries.rooms(db.session(), viewer())
    found = queries.places(session, viewer(), settings())
    return render_template(
        "administration/storage.html",
        held=held,
        places=found,
        limits=limits(settings()),
        full=queries.nearly_full(held, found, settings()),
        members=session.execute(queries.by_member(viewer())).all(),
        by_network=session.execute(queries.by_network(viewer())).all(),
        months=[
            (_month(name), files, size) for name, files, size in queries.by_month(session, viewer())
        ],
    )


def _month(name: str) -> str:
    """ "mars 2026" for "2026-03"."""
    year, month = name.split("-")
    return format_date(date(int(year), int(month), 1), "MMMM yyyy", locale=spoken())
