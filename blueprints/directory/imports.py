"""Tables that come in: send one, see what each line would change, say yes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, SelectField

from access import places
from accounts.policy import needs_administrator
from blueprints._access import SAFE, found, key, member, viewer
from blueprints._downloads import storage
from blueprints._forms import Form, boxes, line, options, required, show_refusal, words
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._sheets import ENDINGS, send_sheet
from blueprints._uploads import let_files_in
from blueprints.administration._places import choice, sent
from blueprints.directory import bp
from blueprints.directory.forms import chosen
from core.db import db
from core.refusals import Refused
from core.sheets import Sheet
from directory import columns, organisations
from directory.imports import actions
from directory.imports.models import Fate, Import, ImportLine, State, Subject
from directory.imports.understood import Options

Page = Response | str | tuple[str, int]
SUBJECTS = {
    Subject.ORGANISATIONS: _l("Organisations"),
    Subject.SCHEMES: _l("Schemes"),
    Subject.MEMBERS: _l("Members"),
}
FATES = {
    Fate.NEW: _l("To be added"),
    Fate.CHANGED: _l("To be updated"),
    Fate.SAME: _l("No change"),
    Fate.LEFT: _l("To be left aside"),
    Fate.REFUSED: _l("With an error"),
}
TITLES = {
    Subject.ORGANISATIONS: columns.ORGANISATION,
    Subject.SCHEMES: columns.SCHEME,
    Subject.MEMBERS: columns.MEMBER,
}
NOT_READ = frozenset({"offers", "languages"})
"""Columns that leave and say nothing when they come back: members alone say what they can do."""
SUBJECT = "any(organisations,schemes,members)"


class ImportForm(Form):
    """A file, and what is said once for all its lines."""

    file = FileField(
        _l("File"),
        [required()],
        description=_l("CSV or XLSX, titles on the first line, 10 MB and 25,000 lines at most."),
    )
    networks = boxes(_l("Networks of every line"), coerce=int)
    kind = SelectField(_l("Kind, when the line says none"), coerce=chosen)
    source = line(_l("Source"), description=_l("“SIAE list, March 2026”, for instance."))
    invite = BooleanField(
        _l("Invite those who have no account"),
        description=_l("Each receives an invitation once you have confirmed."),
    )

    def offer(self) -> None:
        """Fill the lists."""
        known = organisations.choices(db.session(), None)
        self.kind.choices = options([("", _("None")), *((one[0], one[1]) for one in known.kinds)])
        networks = db.session.scalars(places.networks())
        self.networks.choices = options([(one.id, one.name) for one in networks])

    def said(self) -> Options:
        """What was chosen."""
        return Options(
            networks=sorted(self.networks.data or ()),
            territories=sorted(sent("territories")),
            kind_id=self.kind.data,
            source=words(self.source),
            invite=bool(self.invite.data),
        )


@bp.get("/imports")
def imports() -> str:
    """What was imported, and what can be."""
    rows = db.session.scalars(actions.mine(viewer())).all()
    return render_template("directory/imports.html", imports=rows, subjects=SUBJECTS)


@bp.route(f"/imports/nouveau/<{SUBJECT}:subject>", methods=["GET", "POST"])
@csrf.exempt  # checked by let_files_in
def new_import(subject: str) -> Page:
    """Send a file."""
    if request.method not in SAFE:
        let_files_in(actions.LARGEST_BYTES)
    needs_administrator(viewer())
    form = ImportForm()
    form.offer()
    others: list[str] = []
    if form.validate_on_submit():
        upload = form.file.data
        try:
            made = actions.send(
                db.session(),
                storage(),
                viewer(),
                by=member(),
                subject=Subject(subject),
                name=upload.filename,
                file=upload.stream,
                options=form.said(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, {"file-empty": "file", "table-too-heavy": "file"})
        else:
            db.session.commit()
            return redirect(url_for(".import_", import_id=made.id))
    page = render_template(
        "directory/new_import.html",
        form=form,
        others=others,
        subject=Subject(subject),
        title=SUBJECTS[Subject(subject)],
        titles=_titles(Subject(subject)),
        territories=choice(resent=True) if subject == Subject.MEMBERS else None,
    )
    return page if request.method in SAFE else (page, 422)


def _titles(subject: Subject) -> list[str]:
    """The columns that are understood."""
    known = TITLES[subject]
    return [columns.title(known, name) for name in known if name not in NOT_READ]


@bp.get(f"/imports/modele/<{SUBJECT}:subject>.<{ENDINGS}:ending>")
def import_model(subject: str, ending: str) -> Response:
    """An empty table with the titles that are understood."""
    needs_administrator(viewer())
    sheet = Sheet(str(SUBJECTS[Subject(subject)]), _titles(Subject(subject)), [])
    return send_sheet("modele", ending, sheet)


@bp.get("/imports/<int:import_id>")
def import_(import_id: int) -> Response:
    """What each line would change, or changed."""
    one = found(actions.one(viewer(), import_id))
    fate, after = request.args.get("sort", ""), request.args.get("apres", 0, type=key)
    wanted = Fate(fate) if fate in set(Fate) else None
    counts = actions.counts(db.session(), one.id)
    rows = db.session.scalars(actions.lines(one.id, wanted, after)).all()
    shown = rows[: actions.PER_PAGE]
    at_work = one.state in {State.READING, State.WRITING}
    page = render_template(
        "directory/import.html",
        import_=one,
        subject=SUBJECTS[one.subject],
        fates=FATES,
        counts=counts,
        many=counts[Fate.NEW] + counts[Fate.CHANGED],
        left=db.session.scalar(actions.left(one.id)) or 0,
        fate=wanted,
        lines=[_line(row) for row in shown],
        refusal=_refusal(one),
        older=url_for(".import_", import_id=one.id, sort=fate or None, apres=shown[-1].number)
        if len(rows) > len(shown)
        else None,
        at_work=at_work,
    )
    response = Response(page, mimetype="text/html")
    if at_work:
        response.headers["Refresh"] = "3"
    return response


def _line(row: ImportLine) -> dict[str, Any]:
    """A line in words."""
    return {
        "number": row.number,
        "name": row.name,
        "fate": row.fate,
        "problems": [
            _("%(column)s: %(words)s", column=column, words=explain(Refused(code, **values)))
            if column
            else explain(Refused(code, **values))
            for column, code, values in row.problems
        ],
        "changes": row.changes,
    }


def _refusal(one: Import) -> str | None:
    return explain(Refused(one.refused, **one.about)) if one.refused else None


@bp.post("/imports/<int:import_id>/confirmer")
def confirm_import(import_id: int) -> Response:
    """Write its lines."""
    one = found(actions.one(viewer(), import_id))
    return _act(one, lambda: actions.confirm(db.session(), viewer(), one, by=member()))


def _act(one: Import, action: Any) -> Response:
    try:
        action()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
    return redirect(url_for(".import_", import_id=one.id))


@bp.post("/imports/<int:import_id>/abandonner")
def give_up_import(import_id: int) -> Response:
    """Forget an import; what was written stays."""
    one = found(actions.one(viewer(), import_id))
    try:
        actions.give_up(db.session(), viewer(), one)
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
        return redirect(url_for(".import_", import_id=import_id))
    db.session.commit()
    flash(_("The import of “%(name)s” is forgotten.", name=one.name), "success")
    return redirect(url_for(".imports"))
