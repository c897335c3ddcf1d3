"""What administrators do alike with organisations and schemes: keep a form, withdraw, give back."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from access import audiences
from access.models import Restricted
from blueprints import _picker
from blueprints._access import SAFE, member, reads, viewer
from blueprints._forms import show_refusal
from blueprints._picker import Picker, Reached
from blueprints._refusals import explain
from blueprints.directory import bp
from blueprints.directory.forms import FIELDS, EntryForm
from core.db import db
from core.refusals import Refused
from directory.entries import Reach
from directory.models import Organisation, Scheme

Page = Response | str | tuple[str, int]
T = TypeVar("T", Organisation, Scheme)


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


def kept(form: EntryForm, keep: Callable[[], T]) -> tuple[T | None, list[str]]:
    """The entry as it is kept; or nothing, and the sentences that belong to no field."""
    if not form.validate_on_submit():
        return None, []
    try:
        entry = keep()
    except Refused as refused:
        return None, show_refusal(form, refused, FIELDS)
    db.session.commit()
    return entry, []


def form_page(
    template: str, form: EntryForm, others: list[str], back: str, entry: T | None = None
) -> Page:
    """The form; with what is wrong, when it was sent."""
    page = render_template(
        template, form=form, others=others, back=back, entry=entry, **who_sees(entry)
    )
    return page if request.method in SAFE else (page, 422)


def shown(entry: T, way: str, show: Callable[..., None], back: str) -> Response:
    """Withdraw an entry from every list ("retirer"), or give it back; then the list that has it."""
    back_again = way == "rendre"
    try:
        show(db.session(), viewer(), entry, back_again, by=member())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        sentence = (
            _("“%(name)s” can be found again.", name=entry.name)
            if back_again
            else _("“%(name)s” is withdrawn: nobody finds it any more.", name=entry.name)
        )
        flash(sentence, "success")
    return redirect(url_for(back, etat=None if back_again else "retirees"))


@bp.post("/portee")
@reads
def count() -> str:
    """How many members would see it."""
    return _picker.count_words(viewer(), _picker.chosen())
