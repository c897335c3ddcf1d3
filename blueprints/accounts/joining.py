"""Becoming a member: accepting an invitation, asking for access."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response
from wtforms import (
    SelectField,
    TextAreaField,
)

from access import places
from accounts import actions
from accounts.models import Invitation, Member
from blueprints._access import SAFE, public
from blueprints._access import sign_in as open_session
from blueprints._forms import (
    Form,
    address,
    at_most,
    line,
    options,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints._languages import language
from blueprints._limits import (
    ASK_ACCESS,
    limiter,
)
from blueprints.accounts import bp
from blueprints.accounts.links import link_over
from blueprints.accounts.passwords import WEAKNESSES, new_password_field
from blueprints.accounts.sign_in import by_address
from core.db import db
from core.refusals import Refused


class InvitationForm(Form):
    """What the invited person makes sure of."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    password = new_password_field(_l("Choose a password"))


class AskAccessForm(Form):
    """Somebody who would like to come in."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    email = address(_l("Professional e-mail address"))
    employer = line(_l("Employer"), needed=True)
    job = line(_l("Job"), needed=True)
    network = SelectField(
        _l("Network"),
        coerce=lambda value: int(value) if value else None,
        description=_l("The one that your organisation belongs to, if you know it."),
    )
    reason = TextAreaField(
        _l("Why would you like to join?"), [required(), at_most(2000)], [several_lines]
    )


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
@by_address
def invitation(token: str) -> Response | str | tuple[str, int]:
    """Accept an invitation."""
    try:
        invited = actions.open_invitation(db.session(), token)
    except Refused as refused:
        return link_over(refused, url_for("accounts.ask_access"))
    form = InvitationForm(first_name=invited.first_name, last_name=invited.last_name)
    if not form.validate_on_submit():
        return _invitation_page(invited, form)
    try:
        member = actions.accept_invitation(
            db.session(),
            token,
            first_name=words(form.first_name),
            last_name=words(form.last_name),
            password=words(form.password),
            language=language(),
        )
    except Refused as refused:
        if refused.code not in WEAKNESSES:
            return link_over(refused, url_for("accounts.sign_in"))
        show_refusal(form, refused, WEAKNESSES)
        return _invitation_page(invited, form)
    actions.come_in(db.session(), member, "invitation")
    db.session.commit()
    open_session(member, remember=False)
    return redirect(url_for("charter.charter" if invited.network_ids else "expertise.index"))


def _invitation_page(invited: Invitation, form: InvitationForm) -> str | tuple[str, int]:
    networks, territories = places.names(db.session(), invited.network_ids, invited.territory_ids)
    host = db.session.get(Member, invited.invited_by_id) if invited.invited_by_id else None
    page = render_template(
        "accounts/invitation.html",
        form=form,
        invited=invited,
        host=host,
        networks=networks,
        territories=territories,
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/demander-un-acces", methods=["GET", "POST"])
@public
@limiter.limit(ASK_ACCESS, methods=["POST"], key_func=get_remote_address)
def ask_access() -> Response | str | tuple[str, int]:
    """Ask for an account."""
    form = AskAccessForm()
    listed = db.session.scalars(places.networks())
    form.network.choices = options(
        [("", _("I do not know")), *((network.id, network.name) for network in listed)]
    )
    if form.validate_on_submit():
        actions.ask_access(
            db.session(),
            email=words(form.email),
            first_name=words(form.first_name),
            last_name=words(form.last_name),
            employer=words(form.employer),
            job=words(form.job),
            network_id=form.network.data,
            reason=words(form.reason),
        )
        db.session.commit()
        return redirect(url_for("accounts.ask_access", recue=1))
    page = render_template("accounts/ask_access.html", form=form, sent="recue" in request.args)
    return page if request.method in SAFE else (page, 422)
