"""Coming in: sign-in, second step, links sent by mail, invitations, requests for access."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)

from access import places
from accounts import actions, credentials
from accounts.models import EMAIL_LENGTH, Invitation, Member, Purpose
from blueprints._access import SAFE, local_address, public, sign_out
from blueprints._access import sign_in as open_session
from blueprints._forms import (
    Form,
    address,
    at_most,
    line,
    one_line,
    options,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints._languages import language
from blueprints._limits import (
    ASK_ACCESS,
    LINK_BY_ACCOUNT,
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    account_named,
    limiter,
)
from blueprints._words import explain
from core import clock
from core.db import db
from core.refusals import Refused

bp = Blueprint("accounts", __name__)

SECOND_STEP_LASTS = timedelta(minutes=10)
SECOND_STEP = "second_step"
LONGEST_PASSWORD_TYPED = 1000
WEAKNESSES = dict.fromkeys(
    ("password-too-short", "password-too-long", "password-too-simple", "password-is-email"),
    "password",
)

by_address = limiter.limit(SIGN_IN_BY_ADDRESS, methods=["POST"], key_func=get_remote_address)
by_account = limiter.limit(SIGN_IN_BY_ACCOUNT, methods=["POST"], key_func=account_named)


class SignInForm(Form):
    """Its names are stable: outside clients send `email` and `password`."""

    email = EmailField(_l("E-mail address"), [required(), at_most(EMAIL_LENGTH)], [one_line])
    password = PasswordField(_l("Password"), [required(), at_most(LONGEST_PASSWORD_TYPED)])
    remember = BooleanField(_l("Stay signed in for 30 days on this device"))
    suite = HiddenField()


class CodeForm(Form):
    """The second step."""

    code = StringField(_l("Code"), [required(), at_most(40)], [one_line])


class LinkForm(Form):
    """Whom to send a link."""

    email = EmailField(_l("E-mail address"), [required(), at_most(EMAIL_LENGTH)], [one_line])


class OpenLinkForm(Form):
    """One button: only a person presses it."""

    remember = BooleanField(_l("Stay signed in for 30 days on this device"))


def new_password_field(label: Any) -> PasswordField:
    """A password to choose."""
    return PasswordField(
        label,
        [required(), at_most(LONGEST_PASSWORD_TYPED)],
        description=_l(
            "At least %(shortest)s characters. A few words put together do well.",
            shortest=credentials.SHORTEST_PASSWORD,
        ),
    )


class NewPasswordForm(Form):
    """A password to choose, after a link."""

    password = new_password_field(_l("New password"))


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


def _home(suite: str | None = None) -> Response:
    return redirect(local_address(suite) or url_for("home.home"))


def _let_in(member: Member, *, by: str, remember: bool, suite: str | None = None) -> Response:
    """Open the session, or ask for the second factor first when the member has one."""
    if member.totp_on:
        db.session.commit()
        spoken = session.get("language")
        session.clear()
        if spoken:
            session["language"] = spoken
        session[SECOND_STEP] = {
            "member": member.id,
            "epoch": member.epoch,
            "at": int(clock.now().timestamp()),
            "by": by,
            "remember": remember,
            "suite": suite or "",
        }
        return redirect(url_for("accounts.second_step"))
    actions.come_in(db.session(), member, by)
    db.session.commit()
    open_session(member, remember=remember)
    return _home(suite)


# --- sign-in -----------------------------------------------------------------------------------


@bp.route("/connexion", methods=["GET", "POST"])
@public
@by_address
@by_account
def sign_in() -> Response | str | tuple[str, int]:
    """By address and password."""
    if request.method in SAFE and current_user.is_authenticated:
        return _home(request.args.get("suite"))
    form = SignInForm(suite=request.args.get("suite"))
    if not form.validate_on_submit():
        return _sign_in_page(form)
    try:
        member = actions.check_password(db.session(), words(form.email), words(form.password))
    except Refused as refused:
        if refused.code == "wrong-credentials":
            db.session.commit()  # the audit trail keeps the attempt
        return _sign_in_page(form, [explain(refused)])
    return _let_in(member, by="password", remember=form.remember.data, suite=words(form.suite))


def _sign_in_page(form: SignInForm, others: list[str] | None = None) -> str | tuple[str, int]:
    page = render_template("accounts/sign_in.html", form=form, others=others or [])
    return page if request.method in SAFE else (page, 422)


def _second_step_of() -> str:
    pending = session.get(SECOND_STEP) or {}
    return f"second-step:{pending.get('member')}"


@bp.route("/connexion/code", methods=["GET", "POST"])
@public
@by_address
@limiter.limit(SIGN_IN_BY_ACCOUNT, methods=["POST"], key_func=_second_step_of)
def second_step() -> Response | str | tuple[str, int]:
    """The code of the application, or a recovery code."""
    pending: dict[str, Any] = session.get(SECOND_STEP, {})
    member = _half_way(pending)
    if member is None:
        session.pop(SECOND_STEP, None)
        flash(_("This sign-in took too long. Please start again."), "warning")
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        page = render_template("accounts/second_step.html", form=form)
        return page if request.method in SAFE else (page, 422)
    try:
        actions.check_second_factor(db.session(), member, words(form.code))
    except Refused as refused:
        db.session.commit()  # the audit trail keeps the attempt
        form.code.errors = [explain(refused)]
        return render_template("accounts/second_step.html", form=form), 422
    actions.come_in(db.session(), member, pending["by"])
    db.session.commit()
    open_session(member, remember=pending["remember"])
    return _home(pending["suite"])


def _half_way(pending: dict[str, Any]) -> Member | None:
    """Whose password was right a moment ago, when nothing has changed since."""
    if not pending:
        return None
    if clock.now().timestamp() - pending["at"] > SECOND_STEP_LASTS.total_seconds():
        return None
    member = db.session.get(Member, pending["member"])
    if member is None or member.epoch != pending["epoch"] or not member.totp_on:
        return None
    return None if member.is_suspended(clock.now()) else member


@bp.post("/deconnexion")
@public
def leave() -> Response:
    """Close this session."""
    sign_out()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


# --- links sent by mail ------------------------------------------------------------------------


@bp.route("/connexion/lien", methods=["GET", "POST"])
@public
@by_address
@limiter.limit(LINK_BY_ACCOUNT, methods=["POST"], key_func=account_named)
def ask_link() -> Response | str | tuple[str, int]:
    """Have a sign-in link sent."""
    return _ask(Purpose.SIGN_IN)


@bp.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@public
@by_address
@limiter.limit(LINK_BY_ACCOUNT, methods=["POST"], key_func=account_named)
def forgotten() -> Response | str | tuple[str, int]:
    """Have a link sent to choose a new password."""
    return _ask(Purpose.PASSWORD)


def _ask(purpose: Purpose) -> Response | str | tuple[str, int]:
    form = LinkForm()
    if form.validate_on_submit():
        actions.ask_link(db.session(), words(form.email), purpose)
        db.session.commit()
        return redirect(url_for(request.endpoint or "", parti=1))
    page = render_template(
        "accounts/ask_link.html",
        form=form,
        sent="parti" in request.args,
        signs_in=purpose is Purpose.SIGN_IN,
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/connexion/lien/<token>", methods=["GET", "POST"])
@public
@by_address
def open_link(token: str) -> Response | str | tuple[str, int]:
    """Mail scanners follow links: opening one shows a button, pressing it signs in."""
    form = OpenLinkForm()
    try:
        if not form.validate_on_submit():
            actions.open_link(db.session(), token, Purpose.SIGN_IN)
            return render_template("accounts/open_link.html", form=form)
        member = actions.use_link(db.session(), token, Purpose.SIGN_IN)
    except Refused as refused:
        return _link_over(refused, url_for("accounts.ask_link"))
    return _let_in(member, by="link", remember=form.remember.data)


@bp.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@public
@by_address
def new_password(token: str) -> Response | str | tuple[str, int]:
    """Choose a new password. A weak one does not spend the link: nothing is kept then."""
    form = NewPasswordForm()
    try:
        if not form.validate_on_submit():
            actions.open_link(db.session(), token, Purpose.PASSWORD)
            page = render_template("accounts/new_password.html", form=form)
            return page if request.method in SAFE else (page, 422)
        member = actions.use_link(db.session(), token, Purpose.PASSWORD)
        actions.set_password(db.session(), member, words(form.password))
    except Refused as refused:
        if refused.code in WEAKNESSES:
            show_refusal(form, refused, WEAKNESSES)
            return render_template("accounts/new_password.html", form=form), 422
        return _link_over(refused, url_for("accounts.forgotten"))
    answer = _let_in(member, by="link", remember=False)
    flash(_("Your password is changed."), "success")
    return answer


def _link_over(refused: Refused, again: str) -> tuple[str, int]:
    db.session.rollback()
    return render_template(
        "accounts/link_over.html", sentence=explain(refused), again=again, code=refused.code
    ), 410


# --- becoming a member -------------------------------------------------------------------------


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
@by_address
def invitation(token: str) -> Response | str | tuple[str, int]:
    """Accept an invitation."""
    try:
        invited = actions.open_invitation(db.session(), token)
    except Refused as refused:
        return _link_over(refused, url_for("accounts.ask_access"))
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
            return _link_over(refused, url_for("accounts.sign_in"))
        show_refusal(form, refused, WEAKNESSES)
        return _invitation_page(invited, form)
    actions.come_in(db.session(), member, "invitation")
    db.session.commit()
    open_session(member, remember=False)
    return redirect(url_for("charter.charter"))


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
