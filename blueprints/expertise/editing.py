"""A company corrects its need: by its personal link, or from its account."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import SAFE, key, member, public, settings
from blueprints._forms import show_refusal
from blueprints._limits import FOLLOW, limiter
from blueprints._questions import name_of
from blueprints.expertise import bp
from blueprints.expertise.company_needs import its_need
from blueprints.expertise.following import followed
from blueprints.expertise.forms import FIELDS, OFF_LIST, EditForm, asked_of, edit_form
from blueprints.expertise.public_pages import dressed
from core.db import db
from core.refusals import Refused
from expertise.needs import editing, hiding, links, policy, queries
from expertise.needs.models import Need
from expertise.programmes import queries as programmes
from expertise.programmes.models import Subject

Page = Response | str | tuple[str, int]
SAME = (
    *("title", "context", "description", "starts_on", "ends_on"),
    *("first_name", "last_name", "phone", "email"),
)


@bp.route("/suivi/<token>/modifier", methods=["GET", "POST"])
@public
@limiter.limit(FOLLOW, methods=["POST"])
def edit_followed(token: str) -> Page:
    """Correct the need, by its personal link."""
    need = followed(token)

    def back() -> str:
        """Another address of the contact makes another link."""
        return url_for(".follow", token=links.token(settings(), need))

    return _correct(need, back, "expertise/edit_followed.html", dressed(need.programme))


@bp.route("/entreprises/<int:company_id>/besoins/<int:need_id>/modifier", methods=["GET", "POST"])
def edit_need(company_id: int, need_id: int) -> Page:
    """Correct the need, from the account of its company."""
    need = its_need(company_id, need_id)

    def back() -> str:
        return url_for(".company_need", company_id=company_id, need_id=need_id)

    around = {"company_id": company_id}
    return _correct(need, back, "expertise/edit_need.html", around, member().id)


def _correct(
    need: Need,
    back: Callable[[], str],
    template: str,
    around: dict[str, Any],
    member_id: int | None = None,
) -> Page:
    if not policy.may_edit(need):
        if request.method not in SAFE:
            flash(_("Your need has moved on meanwhile: it can no longer be corrected."), "warning")
        return redirect(back())
    subjects = _subjects(need)
    form = _form(need, subjects)
    hidden, seers = hiding.both_sides(db.session(), need)
    form.offer(seers, hidden)
    questions = [form[name_of(one)] for one in asked_of(subjects)]
    others: list[str] = []
    if form.validate_on_submit():
        try:
            changed = editing.edit(db.session(), need, form.said(subjects), member_id=member_id)
        except Refused as refused:
            fields = {code: name for code, name in FIELDS.items() if name in form}
            others = show_refusal(form, refused, fields)
        else:
            db.session.commit()
            if changed:
                flash(_("Your need is corrected: the team is told what changed."), "success")
            else:
                flash(_("Nothing was changed."), "info")
            return redirect(back())
    page = render_template(
        template,
        **around,
        form=form,
        others=others,
        questions=questions,
        back=back(),
        hidden_words=need.hidden_words,
    )
    return page if request.method in SAFE else (page, 422)


def _subjects(need: Need) -> list[Subject]:
    """What the need is about, or what was chosen for it now, with the questions of each."""
    ids = [one.id for one in need.subjects]
    if request.method not in SAFE:
        ids = []
        for typed in request.form.getlist("subjects"):
            try:
                ids.append(key(typed))
            except ValueError:
                abort(404)
    wanted = [number for number in ids if number != OFF_LIST]
    return list(db.session.scalars(programmes.subjects_of(need.programme, wanted)))


def _form(need: Need, subjects: list[Subject]) -> EditForm:
    known: dict[str, Any] = {name: getattr(need, name) for name in SAME}
    known |= {
        f"question_{one.question_id}": one.words
        for one in db.session.scalars(queries.answers(need))
    }
    offered = db.session.scalars(programmes.offered(need.programme)).all()
    return edit_form(need.programme, offered, subjects, known)
