"""Sign-in by address and password, the second step, and leaving."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
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
    StringField,
)

from accounts import actions, second_factor
from accounts.leaving import closing_of
from accounts.models import EMAIL_LENGTH, Member
from blueprints._access import SAFE, local_address, public, sign_out
from blueprints._access import sign_in as open_session
from blueprints._forms import (
    Form,
    at_most,
    one_line,
    required,
    words,
)
from blueprints._limits import (
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    account_named,
    limiter,
)
from blueprints._refusals import explain
from blueprints.accounts import bp
from blueprints.accounts.passwords import LONGEST_PASSWORD_TYPED
from core import clock
from core.db import db
from core.refusals import Refused

SECOND_STEP_LASTS = timedelta(minutes=10)
SECOND_STEP = "second_step"

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


def home(suite: str | None = None) -> Response:
    return redirect(local_address(suite) or url_for("home.home"))


def let_in(member: Member, *, by: str, remember: bool, suite: str | None = None) -> Response:
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
    return _opened(member, remember=remember, suite=suite)


def _opened(member: Member, *, remember: bool, suite: str | None) -> Response:
    """Where one goes once in; first to the choice of staying when the account is to close."""
    closing = closing_of(db.session(), member.id)
    db.session.commit()
    open_session(member, remember=remember)
    return redirect(url_for("own_data.page")) if closing else home(suite)


@bp.route("/connexion", methods=["GET", "POST"])
@public
@by_address
@by_account
def sign_in() -> Response | str | tuple[str, int]:
    """By address and password."""
    if request.method in SAFE and current_user.is_authenticated:
        return home(request.args.get("suite"))
    form = SignInForm(suite=request.args.get("suite"))
    if not form.validate_on_submit():
        return _sign_in_page(form)
    try:
        member = actions.check_password(db.session(), words(form.email), words(form.password))
    except Refused as refused:
        if refused.code == "wrong-credentials":
            db.session.commit()  # the audit trail keeps the attempt
        return _sign_in_page(form, [explain(refused)])
    return let_in(member, by="password", remember=form.remember.data, suite=words(form.suite))


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
        second_factor.check(db.session(), member, words(form.code))
    except Refused as refused:
        db.session.commit()  # the audit trail keeps the attempt
        form.code.errors = [explain(refused)]
        return render_template("accounts/second_step.html", form=form), 422
    actions.come_in(db.session(), member, pending["by"])
    return _opened(member, remember=pending["remember"], suite=pending["suite"])


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
