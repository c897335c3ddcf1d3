"""One's own account: profile, password, second factor."""

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, SelectField, StringField

import accounts.second_factor
import directory.actions
import directory.queries
from access import audiences
from accounts import actions, credentials, preferences
from blueprints._access import SAFE, before_second_factor, found, member, sign_in, sign_out, viewer
from blueprints._forms import (
    Form,
    at_most,
    boxes,
    line,
    one_line,
    options,
    required,
    show_refusal,
    words,
)
from blueprints._languages import LANGUAGES
from blueprints._limits import SIGN_IN_BY_ACCOUNT, limiter, who
from blueprints._refusals import explain
from blueprints._words import done_in_words, language_name
from blueprints.accounts.passwords import LONGEST_PASSWORD_TYPED, WEAKNESSES, new_password_field
from core.db import db
from core.refusals import Refused
from directory import practice, skills
from directory.models import Side

bp = Blueprint("account", __name__, url_prefix="/compte")

with_password = limiter.limit(SIGN_IN_BY_ACCOUNT, methods=["POST"], key_func=who)


# --- the profile -------------------------------------------------------------------------------


class ProfileForm(Form):
    """Who I am, what I do, where to reach me."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    job = line(
        _l("Job"),
        description=_l("As you would say it on the telephone: CIP, technical supervisor…"),
    )
    organisation = SelectField(
        _l("Employer"),
        coerce=lambda value: int(value) if value else None,
        validate_choice=False,  # the domain says which may be chosen
    )
    employer = line(_l("Another employer"), description=_l("If yours is not in the list."))
    offers = boxes(_l("I can help with"), coerce=int)
    seeks = boxes(_l("I am looking for help with"), coerce=int)
    languages = boxes(_l("I speak, besides French"))
    phone = line(_l("Telephone"), length=40)
    phone_shown = BooleanField(_l("Show my telephone number to members"))
    email_shown = BooleanField(_l("Show my e-mail address to members"))
    language = SelectField(
        _l("Language of the pages and of the mails"), choices=options(LANGUAGES.items())
    )


class NameForm(Form):
    """Who I am, for who belongs to no network: the directory is not theirs."""

    first_name = line(_l("First name"), needed=True)
    last_name = line(_l("Last name"), needed=True)
    language = SelectField(
        _l("Language of the pages and of the mails"), choices=options(LANGUAGES.items())
    )


def _name() -> Response | str | tuple[str, int]:
    someone = member()
    form = NameForm(obj=someone)
    if not form.validate_on_submit():
        page = render_template("account/name.html", form=form, me=someone)
        return page if request.method in SAFE else (page, 422)
    preferences.be_called(someone, words(form.first_name), words(form.last_name))
    preferences.speak(someone, words(form.language))
    db.session.commit()
    session["language"] = words(form.language)
    flash(_("Your profile is up to date."), "success")
    return redirect(url_for("account.profile"))


@bp.route("", methods=["GET", "POST"])
def profile() -> Response | str | tuple[str, int]:
    """My profile, as colleagues find it in the directory."""
    if current_user.is_outside:
        return _name()
    form = _profile_form()
    if not form.validate_on_submit():
        return _profile_page(form)
    try:
        directory.actions.change_profile(
            db.session(),
            viewer(),
            member(),
            first_name=words(form.first_name),
            last_name=words(form.last_name),
            job=words(form.job),
            employer=words(form.employer),
            organisation_id=form.organisation.data,
            phone=words(form.phone),
            phone_shown=form.phone_shown.data,
            email_shown=form.email_shown.data,
            offers=form.offers.data or (),
            seeks=form.seeks.data or (),
            languages=form.languages.data or (),
        )
    except Refused as refused:
        fields = {"phone-unknown": "phone", "unknown-organisation": "organisation"}
        fields |= {"too-many-skills": "offers", "unknown-skill": "offers"}
        fields |= {"unknown-language": "languages"}
        return _profile_page(form, show_refusal(form, refused, fields))
    preferences.speak(member(), words(form.language))
    db.session.commit()
    session["language"] = words(form.language)
    flash(_("Your profile is up to date."), "success")
    return redirect(url_for("account.profile"))


def _profile_form() -> ProfileForm:
    someone = member()
    listed_skills, known = skills.sheet(db.session(), someone.id)
    kept, _house = directory.queries.profile(db.session(), viewer(), someone.id)
    form = ProfileForm(
        first_name=someone.first_name,
        last_name=someone.last_name,
        job=kept.job,
        organisation=kept.organisation_id,
        employer=kept.employer,
        phone=kept.phone,
        phone_shown=kept.phone_shown,
        email_shown=kept.email_shown,
        language=someone.language,
        offers=known[Side.OFFERS],
        seeks=known[Side.SEEKS],
        languages=skills.languages_of(db.session(), someone.id),
    )
    offered_skills = [(one.id, one.name) for one in listed_skills]
    form.offers.choices = form.seeks.choices = options(offered_skills)
    form.languages.choices = options([(code, language_name(code)) for code in skills.LANGUAGES])
    listed = db.session.execute(directory.queries.organisations(viewer()))
    form.organisation.choices = options(
        [
            ("", _("Choose in the list")),
            *((row.id, f"{row.name} ({row.town})") for row in listed),
        ]
    )
    return form


def _profile_page(form: ProfileForm, others: list[str] | None = None) -> str | tuple[str, int]:
    page = render_template(
        "account/profile.html",
        form=form,
        others=others or [],
        proposals=[
            {"id": one.skill_id, "name": one.name, "done": done_in_words(one.done)}
            for one in practice.proposals(db.session(), viewer())
        ],
        me=member(),
        their_networks=db.session.scalars(audiences.networks_of(member().id)).all(),
        territories=db.session.scalars(audiences.territories_of(member().id)).all(),
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/competences/<int:skill_id>/confirmer")
def confirm_skill(skill_id: int) -> Response:
    """I can help with what I was proposed."""
    found(practice.offered(skill_id))
    skill = practice.confirm(db.session(), viewer(), by=member(), skill_id=skill_id)
    db.session.commit()
    flash(_("“%(name)s” is now on your page.", name=skill.name), "success")
    return redirect(url_for(".profile"))


@bp.post("/competences/<int:skill_id>/ecarter")
def dismiss_skill(skill_id: int) -> Response:
    """This skill is not for me: it is not proposed again."""
    found(practice.offered(skill_id))
    skill = practice.dismiss(db.session(), viewer(), skill_id=skill_id)
    db.session.commit()
    flash(_("“%(name)s” will no longer be proposed to you.", name=skill.name), "success")
    return redirect(url_for(".profile"))


# --- sign-in and security ----------------------------------------------------------------------


class PasswordForm(Form):
    """From one password to another."""

    current = PasswordField(_l("Current password"), [at_most(LONGEST_PASSWORD_TYPED)])
    password = new_password_field(_l("New password"))


class SureForm(Form):
    """The password once more, before something that weakens the account."""

    current = PasswordField(_l("Your password"), [required(), at_most(LONGEST_PASSWORD_TYPED)])


class CodeForm(Form):
    """The first code of the application."""

    code = StringField(
        _l("Code shown by the application"), [required(), at_most(40)], filters=[one_line]
    )


@bp.get("/securite")
def security() -> str:
    """Password, second factor, open sessions."""
    return _security_page()


def _security_page(password: PasswordForm | None = None, sure: SureForm | None = None) -> str:
    return render_template(
        "account/security.html",
        me=member(),
        password=password or PasswordForm(formdata=None),
        sure=sure or SureForm(formdata=None, prefix="sure"),
        sure_open=sure is not None,
    )


def _is_me(form: PasswordForm | SureForm) -> bool:
    """Whether the password typed is the member's own; a wrong one leaves its line in the trail."""
    someone = member()
    if someone.password_hash is None and isinstance(form, PasswordForm):
        return True  # came in by a link only: there is no password to ask for
    try:
        actions.check_password(db.session(), someone.email, words(form.current))
    except Refused:
        db.session.commit()
        form.current.errors = [_("This is not your current password.")]
        return False
    return True


@bp.post("/mot-de-passe")
@with_password
def change_password() -> Response | tuple[str, int]:
    """Choose another password; the sessions open elsewhere end."""
    form = PasswordForm()
    if not form.validate_on_submit() or not _is_me(form):
        return _security_page(password=form), 422
    try:
        actions.set_password(db.session(), member(), words(form.password))
    except Refused as refused:
        show_refusal(form, refused, WEAKNESSES)
        return _security_page(password=form), 422
    db.session.commit()
    sign_in(member(), remember=session.permanent)
    flash(_("Your password is changed. Sessions open on other devices are closed."), "success")
    return redirect(url_for("account.security"))


@bp.post("/deconnexion-partout")
def everywhere() -> Response:
    """End every open session, this one too."""
    actions.sign_out_everywhere(db.session(), member(), by=member())
    db.session.commit()
    sign_out()
    flash(_("You are signed out on all your devices, this one included."), "success")
    return redirect(url_for("accounts.sign_in"))


# --- second factor -----------------------------------------------------------------------------


@bp.route("/double-authentification", methods=["GET", "POST"])
@before_second_factor
def second_factor() -> Response | str | tuple[str, int]:
    """Set it up: draw a secret, scan it, type the first code."""
    someone = member()
    if someone.totp_on and request.method in SAFE:
        return redirect(url_for("account.security"))
    form = CodeForm()
    if request.method in SAFE:
        return _second_factor_page(form)
    try:
        if "begin" in request.form:
            accounts.second_factor.begin(someone)
            db.session.commit()
            return redirect(url_for("account.second_factor"))
        if not form.validate_on_submit():
            return _second_factor_page(form), 422
        codes = accounts.second_factor.confirm(db.session(), someone, words(form.code))
    except Refused as refused:
        db.session.rollback()
        form.code.errors = [explain(refused)]
        return _second_factor_page(form), 422
    db.session.commit()
    return _codes_page(codes, first=True)


def _second_factor_page(form: CodeForm) -> str:
    someone = member()
    begun = someone.totp_secret if not someone.totp_on else None
    return render_template(
        "account/second_factor.html",
        form=form,
        due=current_user.second_factor_due,
        secret=_grouped(begun) if begun else None,
        picture=_picture(credentials.totp_address(begun, someone.email)) if begun else None,
    )


def _grouped(secret: str) -> str:
    """By fours, as people copy it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _picture(address: str) -> Markup:
    """The address as a QR code; white around it, for a camera in the dark theme too."""
    code = segno.make(address, error="m")
    return Markup(code.svg_inline(border=3, light="#fff", dark="#000", omitsize=True))  # noqa: S704


def _codes_page(codes: list[str], *, first: bool) -> str:
    return render_template("account/recovery_codes.html", codes=codes, first=first)


@bp.post("/double-authentification/arret")
@with_password
def second_factor_off() -> Response | tuple[str, int]:
    """Do without the second factor again."""
    form = SureForm(prefix="sure")
    if not form.validate_on_submit() or not _is_me(form):
        return _security_page(sure=form), 422
    accounts.second_factor.drop(db.session(), member(), by=member())
    db.session.commit()
    flash(_("Two-step sign-in is off."), "success")
    return redirect(url_for("account.security"))


@bp.post("/double-authentification/codes")
@with_password
def recovery_codes() -> str | tuple[str, int]:
    """New recovery codes, shown once; the old ones no longer work."""
    form = SureForm(prefix="sure")
    if not form.validate_on_submit() or not _is_me(form):
        return _security_page(sure=form), 422
    codes = accounts.second_factor.renew_recovery_codes(db.session(), member())
    db.session.commit()
    return _codes_page(codes, first=False)
