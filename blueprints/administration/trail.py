"""The audit trail: who did what, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from accounts import audit
from accounts.models import AuditEntry
from blueprints._access import key, viewer
from blueprints._decisions import DECISIONS
from blueprints._filters import Choice, active, menus
from blueprints._sheets import ENDINGS
from blueprints.administration import bp
from blueprints.administration._leaving import MOST, files, href, leave, typed
from blueprints.administration._paging import cut
from blueprints.administration.members import ROLES
from core import clock
from core.db import db

ACTS = {
    "signed-in": _l("Sign-in"),
    "sign-in-failed": _l("Failed sign-in"),
    "signed-out-everywhere": _l("Sign-out everywhere"),
    "password-changed": _l("Password changed"),
    "second-factor-changed": _l("Two-step sign-in changed"),
    "invited": _l("Invitation"),
    "invitation-revoked": _l("Invitation taken back"),
    "joined": _l("New member"),
    "access-declined": _l("Request for access declined"),
    "member-changed": _l("Role or places changed"),
    "suspended": _l("Suspension"),
    "reinstated": _l("Suspension lifted"),
    "data-taken": _l("All of one’s own data taken"),
    "closing-asked": _l("Closing of an account asked"),
    "closing-cancelled": _l("Account kept after all"),
    "member-left": _l("Account closed"),
    "retention-asked": _l("Retention rule carried out"),
    "charter-published": _l("Charter published"),
    "charter-accepted": _l("Charter accepted"),
    "house-changed": _l("House changed"),
    "money-handled": _l("Payment, invoice or price"),
    "directory-changed": _l("Directory changed"),
    "moderated": _l("Moderation"),
    "document-withdrawn": _l("Document withdrawn or given back"),
    "event-withdrawn": _l("Date of the agenda withdrawn or given back"),
    "poll-withdrawn": _l("Poll of dates withdrawn or given back"),
    "room-withdrawn": _l("Video room withdrawn or given back"),
    "content-deleted": _l("Content deleted"),
    "content-restored": _l("Content restored"),
    "content-erased": _l("Content gone for good"),
    "exported": _l("List exported"),
    "mail-sent-again": _l("Mail sent again"),
    "mail-tested": _l("Test mail"),
    "hold-lifted": _l("Address written to again"),
    "representative-named": _l("Somebody acts for a company"),
    "representative-left": _l("Somebody acts for a company no more"),
    "accounts-merged": _l("Two accounts made one"),
    "work-tried-again": _l("Work tried again"),
}
LEFT = {
    "members": _l("Members"),
    "invitations": _l("Invitations"),
    "requests": _l("Requests for access"),
    "trail": _l("Audit trail"),
    "mails": _l("Mails"),
    "contents": _l("Contents"),
    "registrations": _l("Registrations for a date"),
}
"""What lists that left are called: what `exported` is about."""
SAID = {
    "password": _l("by password"),
    "link": _l("by a link sent by e-mail"),
    "invitation": _l("by an invitation"),
    "code": _l("wrong code"),
    "added": _l("added"),
    "placed": _l("put elsewhere on the map"),
    "changed": _l("changed"),
    "circular-address": _l("address for circulars renewed"),
    "renamed": _l("renamed"),
    "moved": _l("moved"),
    "retired": _l("retired"),
    "reopened": _l("reopened"),
    "removed": _l("removed"),
    "withdrawn": _l("withdrawn"),
    "given back": _l("given back"),
    "topic": _l("topic"),
    "article": _l("article"),
    "needs": _l("asks something else"),
    "programme": _l("programme"),
    "programme-team": _l("team"),
    "partner": _l("partner"),
    "key-made": _l("new key"),
    "key-revoked": _l("key revoked"),
    "institution": _l("institution"),
    "committee": _l("committee"),
    "committee-seat": _l("seat in a committee"),
    "institution-manager": _l("management of an institution"),
    "expert": _l("expert"),
    "suspended": _l("suspended"),
    "reinstated": _l("reinstated"),
    "logo shown": _l("logo shown"),
    "logo taken off": _l("logo taken off"),
    "opened": _l("opened"),
    "closed": _l("closed"),
    "sent": _l("sent"),
    "document": _l("document"),
    "event": _l("date"),
    "given-back": _l("given back"),
    "prices": _l("prices"),
    "seller": _l("seller"),
    "payment": _l("payment recorded"),
    "order-cancelled": _l("order cancelled"),
    "credit-note": _l("credit note"),
    **{role.value: name for role, name in ROLES.items()},
    **{act.value: words for act, words in DECISIONS.items()},
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the trail in words."""

    at: datetime
    who: str
    act: str
    about: str
    details: str


NAMES = ("q", "acte", "depuis")
PERIODS = {"7-jours": (7, _l("Last 7 days")), "30-jours": (30, _l("Last 30 days"))}


def _asked() -> dict[str, Any]:
    """What the address says, where it makes sense."""
    act, period = request.args.get("acte", ""), PERIODS.get(request.args.get("depuis", ""))
    return {
        "act": act if act in ACTS else None,
        "words": typed(),
        "since": clock.now() - timedelta(days=period[0]) if period else None,
    }


@bp.get("/journal")
def trail() -> str:
    """The latest acts first."""
    asked, here = _asked(), href(NAMES)
    before = request.args.get("avant", type=key)
    rows, last = cut(
        db.session.scalars(audit.trail(viewer(), **asked, before=before)).all(), audit.PER_PAGE
    )
    shown = request.args.get("depuis") if asked["since"] else None
    choices = [
        Choice(
            "acte", _("Kind of act"), asked["act"], [(a, str(said)) for a, said in ACTS.items()]
        ),
        Choice("depuis", _("Period"), shown, [(n, str(said)) for n, (_d, said) in PERIODS.items()]),
    ]
    return render_template(
        "administration/trail.html",
        lines=[_line(entry) for entry in rows],
        words=asked["words"],
        kept={name: request.args.get(name) for name in NAMES if name != "q"},
        menus=menus(choices, here),
        active=active(choices, here),
        files=files(NAMES, ".export_trail"),
        older=last and here(avant=last.id),
    )


@bp.post(f"/journal/exporter.<{ENDINGS}:ending>")
def export_trail(ending: str) -> Response:
    """The same lines, for a spreadsheet."""
    rows = db.session.scalars(audit.every(viewer(), **_asked()).limit(MOST)).all()
    header = [_("When"), _("Who"), _("Act"), _("About"), _("Details")]
    cells = ((line.at, line.who, line.act, line.about, line.details) for line in map(_line, rows))
    return leave("trail", "journal-des-actes", ending, header, cells)


def _line(entry: AuditEntry) -> Line:
    about = str(LEFT.get(entry.about, entry.about)) if entry.act == "exported" else entry.about
    details = entry.details
    if not audit.names(viewer(), entry):
        about = _("(about a content that you do not see)")
        details = {name: said for name, said in details.items() if name != "reason"}
    said = " · ".join(filter(None, map(_said, details.items())))
    return Line(entry.at, entry.actor_name, str(ACTS.get(entry.act, entry.act)), about, said)


def _said(detail: tuple[str, Any]) -> str:
    """One detail in words; what people cannot read (ids) is left out."""
    name, value = detail
    if name == "on":
        return _("on") if value else _("off")
    if name == "erases":
        return _("contents erased") if value else _("contents kept without the name")
    if name == "unused" and value:
        return _("nobody came for two years")
    if name == "lines":
        return ngettext("%(num)s line", "%(num)s lines", value)
    if name == "again" and value:
        return _("sent again")
    if name == "second_factor_for_staff":
        return _("two-step sign-in compulsory") if value else _("two-step sign-in optional")
    if name == "newcomer_posts":
        return _("first messages read beforehand: %(number)s", number=value)
    if name == "role" and isinstance(value, list):
        before, after = (str(SAID.get(one, one)) for one in value)
        return "" if before == after else f"{before} → {after}"
    if isinstance(value, str):
        return str(SAID.get(value, value))
    return ""
