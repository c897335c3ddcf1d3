"""What the forms of organisations and of schemes share: who an entry is for."""

from typing import Any

from flask import request, url_for

from access import audiences
from access.models import Restricted
from blueprints import _picker
from blueprints._access import SAFE, reads, viewer
from blueprints._picker import Picker, Reached
from blueprints.directory import bp
from core.db import db
from core.refusals import Refused
from directory.entries import Reach


def reach() -> Reach:
    """The boxes as they were sent. Raises Refused("audience-undecided")."""
    if _picker.undecided():
        raise Refused("audience-undecided")
    chosen = _picker.chosen()
    return Reach(chosen.networks, chosen.territories)


def who_sees(entry: Restricted | None) -> dict[str, Any]:
    """The arguments of templates/directory/_who_sees.html."""
    kept = Reached(*audiences.named(db.session(), entry.audience_id)) if entry else Reached()
    ticked = kept if request.method in SAFE else _picker.chosen()
    picker = _picker.picker(viewer(), ticked, url_for(".count"))
    return {
        "picker": picker,
        "audience": _more_than_ticked(entry, kept, picker) if entry else None,
    }


def _more_than_ticked(entry: Restricted, kept: Reached, picker: Picker) -> str | None:
    """For whom it is, when the boxes, which are the viewer's own, cannot say all of it."""
    shown = {choice.id for choice in picker.networks}, {choice.id for choice in picker.territories}
    if kept.networks <= shown[0] and kept.territories <= shown[1]:
        return None
    return _picker.reaches_in_words([entry.audience_id])[entry.audience_id]


@bp.post("/portee")
@reads
def count() -> str:
    """How many members would see it."""
    return _picker.count_words(viewer(), _picker.chosen())
