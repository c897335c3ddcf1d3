"""A member: role and places, suspension."""

from datetime import datetime, time

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Optional

import directory.queries
from access.viewers import Role
from accounts import actions, administration, queries, second_factor
from accounts.models import Member
from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import (
    Form,
    at_most,
    options,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints.administration import bp
from blueprints.administration._places import choice, sent
from core import clock
from core.db import db
from core.refusals import Refused

ROLES = {
    Role.USER: _l("Member"),
    Role.MODERATOR: _l("Moderator"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


class RoleForm(Form):
    """What a member may do; networks and territories are read beside it."""

    role = SelectField(_l("Role"), choices=options(ROLES.items()))


class SuspendForm(Form):
    """Why, and until when."""

    reason = TextAreaField(
        _l("Reason"),
        [required(), at_most(500)],
        [several_lines],
        description=_l("The member reads it when signing in, and by e-mail."),
    )
    until = DateField(
        _l("Until the evening of"),
        [Optional()],
        description=_l("Leave it empty to suspend until you lift it."),
    )


@bp.route("/membres/<int:member_id>", methods=["GET", "POST"])
def member(member_id: int) -> Response | str | tuple[str, int]:
    """One member: role, networks, territories."""
    someone = found(queries.member(viewer(), member_id))
    form = RoleForm(role=someone.role.value)
    if not form.validate_on_submit():
        return _member_page(someone, form)
    try:
        administration.place(
            db.session(),
            someone,
            by=me(),
            role=Role(words(form.role)),
            networks=sent("networks"),
            territories=sent("territories"),
        )
    except Refused as refused:
        others = show_refusal(form, refused, {"last-administrator": "role"})
        return _member_page(someone, form, others=others)
    db.session.commit()
    flash(_("Saved. It is in force at the member’s next page."), "success")
    return redirect(url_for("administration.member", member_id=member_id))


def _member_page(
    someone: Member,
    form: RoleForm | None = None,
    suspension: SuspendForm | None = None,
    others: list[str] | None = None,
) -> str | tuple[str, int]:
    page = render_template(
        "administration/member.html",
        someone=someone,
        work=directory.queries.work_lines(db.session(), viewer(), [someone.id]).get(someone.id, ""),
        form=form or RoleForm(formdata=None, role=someone.role.value),
        suspension=suspension or SuspendForm(formdata=None),
        suspension_open=suspension is not None,
        others=others or [],
        choice=choice(someone.id, resent=form is not None),
        suspended=someone.is_suspended(clock.now()),
        myself=someone.id == me().id,
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/membres/<int:member_id>/suspendre")
def suspend(member_id: int) -> Response | str | tuple[str, int]:
    """Close an account, at once."""
    someone = found(queries.member(viewer(), member_id))
    form = SuspendForm()
    if not form.validate_on_submit():
        return _member_page(someone, suspension=form)
    last_day = form.until.data
    until = datetime.combine(last_day, time(23, 59, 59), clock.PARIS) if last_day else None
    try:
        administration.suspend(
            db.session(), someone, by=me(), reason=words(form.reason), until=until
        )
    except Refused as refused:
        fields = {"reason-needed": "reason", "end-in-the-past": "until"}
        others = show_refusal(form, refused, fields)
        return _member_page(someone, suspension=form, others=others)
    db.session.commit()
    flash(_("%(name)s is suspended and signed out everywhere.", name=someone.name), "success")
    return redirect(url_for("administration.member", member_id=member_id))


@bp.post("/membres/<int:member_id>/retablir")
def reinstate(member_id: int) -> Response:
    """Lift a suspension."""
    someone = found(queries.member(viewer(), member_id))
    administration.reinstate(db.session(), someone, by=me())
    db.session.commit()
    flash(_("%(name)s can sign in again.", name=someone.name), "success")
    return redirect(url_for("administration.member", member_id=member_id))


@bp.post("/membres/<int:member_id>/deconnecter")
def sign_out_everywhere(member_id: int) -> Response:
    """End a member's open sessions."""
    someone = found(queries.member(viewer(), member_id))
    actions.sign_out_everywhere(db.session(), someone, by=me())
    db.session.commit()
    flash(_("%(name)s is signed out everywhere.", name=someone.name), "success")
    return redirect(url_for("administration.member", member_id=member_id))


@bp.post("/membres/<int:member_id>/second-facteur")
def drop_second_factor(member_id: int) -> Response:
    """After a lost telephone."""
    someone = found(queries.member(viewer(), member_id))
    second_factor.drop(db.session(), someone, by=me())
    db.session.commit()
    flash(
        _("Two-step sign-in is off for %(name)s, who can set it up again.", name=someone.name),
        "success",
    )
    return redirect(url_for("administration.member", member_id=member_id))
