"""Links sent by mail: to sign in, to choose a new password."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    EmailField,
)

from accounts import actions
from accounts.models import EMAIL_LENGTH, Purpose
from blueprints._access import SAFE, public
from blueprints._forms import (
    Form,
    at_most,
    one_line,
    required,
    show_refusal,
    words,
)
from blueprints._limits import (
    LINK_BY_ACCOUNT,
    account_named,
    limiter,
)
from blueprints._refusals import explain
from blueprints.accounts import bp
from blueprints.accounts.passwords import WEAKNESSES, new_password_field
from blueprints.accounts.sign_in import by_address, let_in
from core.db import db
from core.refusals import Refused


class LinkForm(Form):
    """Whom to send a link."""

    email = EmailField(_l("E-mail address"), [required(), at_most(EMAIL_LENGTH)], [one_line])


class OpenLinkForm(Form):
    """One button: only a person presses it."""

    remember = BooleanField(_l("Stay signed in for 30 days on this device"))


class NewPasswordForm(Form):
    """A password to choose, after a link."""

    password = new_password_field(_l("New password"))


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
        return link_over(refused, url_for("accounts.ask_link"))
    return let_in(member, by="link", remember=form.remember.data)


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
        return link_over(refused, url_for("accounts.forgotten"))
    answer = let_in(member, by="link", remember=False)
    flash(_("Your password is changed."), "success")
    return answer


def link_over(refused: Refused, again: str) -> tuple[str, int]:
    """The page of a link that no longer opens; `again` is where one asks for another."""
    db.session.rollback()
    return render_template(
        "accounts/link_over.html", sentence=explain(refused), again=again, code=refused.code
    ), 410
