"""The words of mails: a template's name and its values, in the reader's language."""

from collections.abc import Callable, Sequence
from typing import Any

from css_inline import CSSInliner
from flask import Flask, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from access.audiences import networks_of
from access.models import Network
from accounts.models import AccessRequest, Closing, Invitation, Member, WhyClosing
from agenda.ics.events import location
from agenda.models import Event, Occurrence
from blueprints import (
    _digest,
    _letters,
    _mails_of_dates,
    _mails_of_desk,
    _mails_of_rides,
)
from blueprints._mail_frame import Letter, Values
from blueprints._refusals import explain, left_out_words
from blueprints._times import in_words
from blueprints._visits import FROM_MAIL
from core import outbox
from core.settings import Settings


def renderer(app: Flask) -> outbox.Renderer:
    """Turn templates into mails, within a request or without any."""
    settings: Settings = app.extensions["maillage.settings"]
    inliner = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)

    def render(template: str, language: str, values: Values) -> outbox.Words:
        # A context of its own: the page that causes the mail keeps its language and its messages.
        with (
            app.app_context(),
            app.test_request_context(base_url=settings.base_url),
            force_locale(language),
        ):
            letter = _LETTERS[template](values)
            given = {**values, **letter.more}
            subject = _one_line(render_template(f"mail/{template}/subject.txt", **given))
            given["mail"] = _frame(letter, language, subject)
            text = render_template(f"mail/{template}/body.txt", **given)
            html = render_template(f"mail/{template}/body.html", **given)
        logo = letter.networks[0].logo if letter.networks else None
        return outbox.Words(subject, text.strip() + "\n", inliner.inline(html), logo)

    return render


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _frame(letter: Letter, language: str, subject: str) -> dict[str, Any]:
    """What layouts/mail.html and layouts/mail.txt ask for."""
    network = letter.networks[0] if letter.networks else None
    return {
        "language": language,
        "subject": subject,
        "preheader": letter.preheader,
        "network": network.name if network else None,
        "logo": f"cid:{outbox.LOGO}" if network and network.logo else None,
        "colour": network.colour if network else letter.colour,
        "action": letter.action,
        "why": letter.why,
        "settings": letter.settings,
        "unsubscribe": letter.unsubscribe,
    }


def _session_of(row: Member | Invitation | AccessRequest) -> Session:
    session = object_session(row)
    assert session is not None  # noqa: S101 - what is mailed about was read or added there
    return session


def _networks_of(member: Member) -> Sequence[Network]:
    return _session_of(member).scalars(networks_of(member.id)).all()


def _invitation(values: Values) -> Letter:
    invitation: Invitation = values["invitation"]
    networks = (
        _session_of(invitation)
        .scalars(
            select(Network).where(Network.id.in_(invitation.network_ids)).order_by(Network.name)
        )
        .all()
    )
    link = url_for("accounts.invitation", token=values["token"], _external=True)
    return Letter(
        preheader=_("A place where professionals of social inclusion help each other.")
        if networks
        else _("The needs of companies, and those who answer them."),
        why=_(
            "You receive this message because somebody wrote your address on an invitation. "
            "If you do not wish to join, ignore it: no account is made without you."
        ),
        action=_digest.Link(link, _("Join Maillage")),
        networks=networks,
        more={"networks": [network.name for network in networks]},
    )


def _sign_in_link(values: Values) -> Letter:
    link = url_for("accounts.open_link", token=values["token"], _external=True)
    return Letter(
        preheader=_("It works once, for 15 minutes."),
        why=_(
            "You receive this message because a sign-in link was asked for your address. "
            "If you did not ask for it, ignore this message: nobody comes in without this link."
        ),
        action=_digest.Link(link, _("Sign in")),
        networks=_networks_of(values["member"]),
    )


def _password_link(values: Values) -> Letter:
    link = url_for("accounts.new_password", token=values["token"], _external=True)
    return Letter(
        preheader=_("This link works once, for one hour."),
        why=_(
            "You receive this message because a new password was asked for your account. "
            "If you did not ask for it, ignore this message: your password does not change."
        ),
        action=_digest.Link(link, _("Choose a new password")),
        networks=_networks_of(values["member"]),
    )


def _access_asked(values: Values) -> Letter:
    request: AccessRequest = values["request"]
    link = url_for("administration.requests", _external=True)
    return Letter(
        preheader=f"{request.job}, {request.employer}",
        why=_("You receive this message because you are an administrator of Maillage."),
        action=_digest.Link(link, _("Read and answer the request")),
        networks=_networks_of(values["member"]),
        more={"network": _network_asked(request)},
    )


def _network_asked(request: AccessRequest) -> Network | None:
    if request.network_id is None:
        return None
    return _session_of(request).get(Network, request.network_id)


def _access_declined(values: Values) -> Letter:
    network = _network_asked(values["request"])
    return Letter(
        preheader=_("The answer to your request for access to Maillage."),
        why=_("You receive this message because you asked for access to Maillage."),
        networks=[network] if network else [],
    )


def _suspended(values: Values) -> Letter:
    return Letter(
        preheader=values["member"].suspension_reason or "",
        why=_("You receive this message because you have an account on Maillage."),
        networks=_networks_of(values["member"]),
    )


def _closing(values: Values) -> Letter:
    closing: Closing = values["closing"]
    asked = closing.why is WhyClosing.ASKED
    return Letter(
        preheader=_("You can still keep it."),
        why=_("You receive this message because you have an account on Maillage."),
        action=_digest.Link(url_for("own_data.page", _external=True), _("Keep my account")),
        networks=_networks_of(values["member"]),
        more={"asked": asked},
    )


def _accounts_merged(values: Values) -> Letter:
    return Letter(
        preheader=_("One address, one password, all that is yours."),
        why=_("You receive this message because you have an account on Maillage."),
        networks=_networks_of(values["member"]),
    )


def _test(_values: Values) -> Letter:
    return Letter(
        preheader=_("If you read this, mail arrives."),
        why=_("You receive this message because an administrator of Maillage tests its mails."),
    )


def _notifications(values: Values) -> Letter:
    digest = _digest.digest(values["subjects"])
    return Letter(
        preheader=digest.preheader,
        why=digest.why,
        action=digest.action,
        networks=_networks_of(values["member"]),
        settings=url_for("notifications.settings", _external=True),
        unsubscribe=values["unsubscribe"],
        more={"digest": digest},
    )


def _letter(values: Values) -> Letter:
    networks: Sequence[Network] = values["networks"]
    letter = _letters.letter(values["content"], in_mail=True)
    here = url_for("letters.letter", week=values["week"], _external=True, **FROM_MAIL)
    return Letter(
        preheader=letter.preheader,
        why=_(
            "You receive this letter once a week because you are a member of %(network)s.",
            network=networks[0].name,
        ),
        action=_digest.Link(here, _("Read this letter on Maillage")),
        networks=networks,
        settings=url_for("notifications.settings", _external=True),
        unsubscribe=values["unsubscribe"],
        more={"letter": letter},
    )


def _public_letter(values: Values) -> Letter:
    network, letter = values["network"], values["letter"]
    here = url_for("public_letters.letter", slug=network.slug, letter_id=letter.id, _external=True)
    return Letter(
        preheader=network.full_name,
        why=_(
            "You receive this letter because you asked for it and confirmed: the letter of "
            "%(network)s, for its partners.",
            network=network.name,
        ),
        action=_digest.Link(here, _("Read this letter on line")),
        networks=[network],
        unsubscribe=values["unsubscribe"],
    )


def _public_letter_confirm(values: Values) -> Letter:
    network: Network = values["network"]
    page = url_for("public_letters.network", slug=network.slug, _external=True)
    link = url_for("public_letters.confirm", token=values["token"], _external=True)
    already = values["already"]
    return Letter(
        preheader=network.full_name,
        why=_("You receive this message because this address was typed on our page."),
        action=_digest.Link(page, _("Read the letters"))
        if already
        else _digest.Link(link, _("Confirm")),
        networks=[network],
    )


def _event_invitation(values: Values) -> Letter:
    event: Event = values["event"]
    date: Occurrence | None = values["date"]
    when = in_words(date or event, event)
    link = url_for("calendars.answer", token=values["token"], _external=True)
    return Letter(
        preheader=when[0],
        why=_("You receive this message because you take part in this date on Maillage."),
        action=None if values["cancels"] else _digest.Link(link, _("Say whether I come")),
        networks=_networks_of(values["member"]),
        more={
            "title": (date.title if date else None) or event.title,
            "when": when,
            "place": (date.place if date else None) or location(event),
        },
    )


def _answer_refused(values: Values) -> Letter:
    of_date = values["of_date"]
    reason = explain(values["refused"])
    return Letter(
        preheader=reason,
        why=_("You receive this message because you answered a mail of Maillage."),
        action=_digest.Link(url_for("agenda.index", _external=True), _("Open the agenda"))
        if of_date
        else _digest.Link(url_for("forum.index", _external=True), _("Open the forum")),
        networks=_networks_of(values["member"]),
        more={
            "reason": reason,
            "sentence": _("Your answer to an invitation was not taken.")
            if of_date
            else _("Your answer by mail was not published."),
        },
    )


def _date(values: Values) -> Letter:
    said = _mails_of_dates.said(values)
    return Letter(
        preheader=said.sentence,
        why=said.why,
        action=_digest.Link(said.href, said.label),
        networks=_networks_of(values["member"]),
        settings=url_for("notifications.settings", _external=True),
        unsubscribe=values["unsubscribe"],
        more={"said": said},
    )


def _ride(values: Values) -> Letter:
    said = _mails_of_rides.said(values)
    return Letter(
        preheader=said.sentence,
        why=said.why,
        action=_digest.Link(said.href, said.label),
        networks=_networks_of(values["member"]),
        more={"said": said},
    )


def _draft_ready(values: Values) -> Letter:
    kept = values["kept"]
    waits: bool = kept.waits
    link = url_for("circulars.index", _external=True)
    return Letter(
        preheader=_("You alone see it. Nothing is published without you.")
        if waits
        else _("It was published already."),
        why=_("You receive this message because a circular came from your address."),
        action=_digest.Link(link, _("Read the draft") if waits else _("See my drafts")),
        networks=_networks_of(values["member"]),
        more={
            "title": kept.draft.title or _("Untitled"),
            "again": kept.again,
            "waits": waits,
            "doubtful": kept.draft.doubtful,
            "left_out": left_out_words(kept.draft.left_out),
        },
    )


def _circular_refused(values: Values) -> Letter:
    reason = explain(values["refused"])
    return Letter(
        preheader=reason,
        why=_("You receive this message because a circular came from your address."),
        action=_digest.Link(url_for("circulars.index", _external=True), _("See my drafts")),
        networks=_networks_of(values["member"]),
        more={"reason": reason},
    )


_LETTERS: dict[str, Callable[[Values], Letter]] = {
    "invitation": _invitation,
    "sign_in_link": _sign_in_link,
    "password_link": _password_link,
    "access_asked": _access_asked,
    "access_declined": _access_declined,
    "suspended": _suspended,
    "closing": _closing,
    "accounts_merged": _accounts_merged,
    "event_invitation": _event_invitation,
    "test": _test,
    "notifications": _notifications,
    "letter": _letter,
    "public_letter": _public_letter,
    "public_letter_confirm": _public_letter_confirm,
    "answer_refused": _answer_refused,
    "date": _date,
    "ride": _ride,
    "draft_ready": _draft_ready,
    **_mails_of_desk.LETTERS,
    "circular_refused": _circular_refused,
}
