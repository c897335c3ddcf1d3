"""The members: finding one, role and places, suspension."""

from datetime import datetime, time
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Optional

import directory.queries
from access import places
from access.viewers import Role
from accounts import actions, administration, queries
from accounts.models import Member
from blueprints._access import SAFE, found, key, viewer
from blueprints._access import member as me
from blueprints._filters import Choice, active, address, menus
from blueprints._forms import (
    Form,
    at_most,
    one_line,
    options,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints.administration import bp
from blueprints.administration._paging import cut
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


@bp.get("/membres")
def members() -> str:
    """The members, by name."""
    sought, role = _asked("q")[:100], _asked("role")
    network_id = request.args.get("reseau", type=key)
    rows, last = cut(
        db.session.scalars(
            queries.members(
                viewer(),
                words=sought,
                role=role if role in set(Role) else "",
                network_id=network_id,
                after=_after(),
            )
        ).all(),
        queries.PER_PAGE,
    )
    chosen: dict[str, Any] = {"q": sought or None, "role": role or None, "reseau": network_id}
    older = last and url_for(
        "administration.members",
        **chosen,
        nom=last.name_key,
        apres=last.id,
    )
    return render_template(
        "administration/members.html",
        members=rows,
        places=queries.places(db.session(), [one.id for one in rows]),
        roles=ROLES,
        present=clock.now(),
        chosen=chosen,
        older=older,
        **_filters(chosen),
    )


def _filters(chosen: dict[str, Any]) -> dict[str, Any]:
    """By role and by network, as components/filters.html shows them."""
    networks = [(one.id, one.name) for one in db.session.scalars(places.networks())]
    roles = [(role.value, str(name)) for role, name in ROLES.items()]
    choices = [
        Choice("role", _("Role"), chosen["role"], roles),
        Choice("reseau", _("Network"), chosen["reseau"], networks),
    ]
    href = partial(address, chosen.keys())
    return {"menus": menus(choices, href), "active": active(choices, href)}


def _asked(name: str) -> str:
    return one_line(request.args.get(name)) or ""


def _after() -> tuple[str, int] | None:
    last = request.args.get("apres", type=key)
    return None if last is None else (_asked("nom")[:401], last)


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
    actions.drop_second_factor(db.session(), someone, by=me())
    db.session.commit()
    flash(
        _("Two-step sign-in is off for %(name)s, who can set it up again.", name=someone.name),
        "success",
    )
    return redirect(url_for("administration.member", member_id=member_id))
