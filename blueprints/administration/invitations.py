"""Inviting people."""

from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField

from access.viewers import Role
from accounts import administration, entry, queries
from accounts.models import Invitation
from accounts.queries import InvitationState
from blueprints._access import SAFE, found, key, viewer
from blueprints._access import member as me
from blueprints._forms import (
    Form,
    address,
    at_most,
    line,
    options,
    several_lines,
    show_refusal,
    words,
)
from blueprints._sheets import ENDINGS
from blueprints.administration import bp
from blueprints.administration._leaving import MOST, files, href, leave, typed
from blueprints.administration._paging import cut
from blueprints.administration._places import choice, sent
from blueprints.administration.members import ROLES
from core import clock
from core.db import db
from core.refusals import Refused


class InviteForm(Form):
    """Whom to invite; networks and territories are read beside it."""

    email = address(_l("E-mail address"))
    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    job = line(_l("Job"))
    employer = line(_l("Employer"))
    role = SelectField(_l("Role"), choices=options(ROLES.items()))
    word = TextAreaField(
        _l("A word from you"),
        [at_most(1000)],
        [several_lines],
        description=_l("It is read in the invitation."),
    )


NAMES = ("q", "etat")
STATES = {
    "attente": (InvitationState.OPEN, _l("Waiting")),
    "acceptees": (InvitationState.ACCEPTED, _l("Accepted")),
    "perimees": (InvitationState.OVER, _l("Expired")),
    "reprises": (InvitationState.REVOKED, _l("Taken back")),
}


def _asked_for() -> Select[Invitation]:
    state = STATES.get(request.args.get("etat", ""))
    return queries.all_invitations(viewer(), clock.now(), typed(), state and state[0])


@bp.get("/invitations")
def invitations() -> str:
    """The invitations, newest first."""
    wanted = _asked_for().limit(queries.PER_PAGE + 1)
    if before := request.args.get("avant", type=key):
        wanted = wanted.where(Invitation.id < before)
    rows, last = cut(db.session.scalars(wanted).all(), queries.PER_PAGE)
    here, shown = href(NAMES), request.args.get("etat")
    return render_template(
        "administration/invitations.html",
        invitations=rows,
        present=clock.now(),
        words=typed(),
        kept={"etat": shown},
        views=[
            {"label": label, "href": here(etat=name), "current": name == shown}
            for name, label in [(None, _("All")), *((n, said) for n, (_s, said) in STATES.items())]
        ],
        narrowed=bool(typed() or shown),
        files=files(NAMES, ".export_invitations"),
        older=last and here(avant=last.id),
    )


@bp.post(f"/invitations/exporter.<{ENDINGS}:ending>")
def export_invitations(ending: str) -> FlaskResponse:
    """The same list, for a spreadsheet."""
    header = [
        _("Last name"), _("First name"), _("E-mail address"), _("Role"), _("Job"), _("Employer"),
        _("Sent"), _("State"), _("Accepted on"),
    ]  # fmt: skip
    rows = db.session.scalars(_asked_for().limit(MOST)).all()
    return leave("invitations", "invitations", ending, header, map(_cells, rows))


def _cells(one: Invitation) -> list[Any]:
    return [
        one.last_name,
        one.first_name,
        one.email,
        str(ROLES[one.role]),
        one.job,
        one.employer,
        one.created_at,
        str(STATES[_standing(one)][1]),
        one.accepted_at,
    ]


def _standing(one: Invitation) -> str:
    if one.accepted_at:
        return "acceptees"
    if one.revoked_at:
        return "reprises"
    return "attente" if one.is_open(clock.now()) else "perimees"


@bp.route("/invitations/nouvelle", methods=["GET", "POST"])
def invite() -> Response | str | tuple[str, int]:
    """Invite somebody."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _invite_page(form)
    try:
        administration.invite(
            db.session(),
            by=me(),
            email=words(form.email),
            first_name=words(form.first_name),
            last_name=words(form.last_name),
            role=Role(words(form.role)),
            networks=sent("networks"),
            territories=sent("territories"),
            job=words(form.job),
            employer=words(form.employer),
            word=words(form.word),
        )
    except Refused as refused:
        fields = dict.fromkeys(("already-member", "already-invited", "former-address"), "email")
        return _invite_page(form, show_refusal(form, refused, fields))
    db.session.commit()
    flash(_("The invitation leaves for %(email)s.", email=words(form.email)), "success")
    return redirect(url_for("administration.invitations"))


def _invite_page(form: InviteForm, others: list[str] | None = None) -> str | tuple[str, int]:
    page = render_template(
        "administration/invite.html", form=form, others=others or [], choice=choice(resent=True)
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/invitations/<int:invitation_id>/renvoyer")
def resend(invitation_id: int) -> Response:
    """Send it again, with a new link."""
    invitation = found(entry.invitation(viewer(), invitation_id))
    administration.resend(db.session(), invitation, by=me())
    db.session.commit()
    flash(
        _(
            "The invitation leaves again for %(email)s. The former link no longer works.",
            email=invitation.email,
        ),
        "success",
    )
    return redirect(url_for("administration.invitations"))


@bp.post("/invitations/<int:invitation_id>/annuler")
def revoke(invitation_id: int) -> Response:
    """Take it back."""
    invitation = found(entry.invitation(viewer(), invitation_id))
    administration.revoke(db.session(), invitation, by=me())
    db.session.commit()
    flash(_("The invitation of %(email)s is taken back.", email=invitation.email), "success")
    return redirect(url_for("administration.invitations"))
