"""How long data are kept: each rule in words, what it would touch now, and a button."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from accounts.facts import RetentionAsked
from blueprints._access import SAFE
from blueprints._access import member as me
from blueprints._register import period
from blueprints.administration import bp
from core import clock, facts
from core import retention as core_retention
from core.db import db
from core.retention import Keeping
from expertise.keeping.forecast import EXAMPLES, forecast
from expertise.keeping.needs import DAYS

# What a rule touches, and what becomes of it; %(period)s is how long it waits.
RULES = {
    "accounts-unused": (
        _l("Accounts that nobody uses: first letter"),
        _l(
            "After %(period)s without a visit, a mail says that the account will be closed in 30 "
            "days. A visit is enough to keep it. Administrators are not concerned."
        ),
    ),
    "accounts-reminded": (
        _l("Accounts that nobody uses: second letter"),
        _l("%(period)s before it closes, a last mail says so."),
    ),
    "accounts-closing": (
        _l("Accounts to be closed"),
        _l(
            "Accounts whose member asked for it %(period)s ago or more, and those that nobody "
            "used in spite of two mails. The name, the address and the profile are erased; "
            "messages and documents stay without the name, or are erased if the member chose so."
        ),
    ),
    "invitations": (
        _l("Old invitations"),
        _l(
            "Invitations that were accepted, taken back or over for more than %(period)s are "
            "erased."
        ),
    ),
    "access-requests": (
        _l("Old requests for access"),
        _l(
            "Requests that were answered more than %(period)s ago are erased. Those that wait stay."
        ),
    ),
    "needs-lapsing": (
        _l("Needs that nobody touches any more"),
        _l(
            "A need that is not closed, and to which nothing has happened for %(period)s: its team "
            "is told, once. Six weeks later, it is closed and anonymised if nothing happened."
        ),
    ),
    "needs": (
        _l("Needs of companies"),
        _l(
            "After %(period)s without anything new, a need becomes nobody's: the contact, the "
            "company, its SIRET, all that was written about it are erased, its links no longer "
            "open. Dates, subjects, commune, headcount band and outcome stay, for figures. "
            "Invoices are kept ten years, as the law wants."
        ),
    ),
    "experts": (
        _l("Experts who left"),
        _l(
            "The name, the address and the words of experts who left %(period)s ago are erased; "
            "what came of their needs stays."
        ),
    ),
    "companies": (
        _l("Companies that nobody acts for"),
        _l(
            "The sheet of a company that nobody has acted for in %(period)s is emptied, once none "
            "of its needs is kept. Its invoices stay."
        ),
    ),
    "committee-seats": (
        _l("Former members of committees"),
        _l(
            "The names of those who left a committee %(period)s ago are erased; what they voted "
            "stays."
        ),
    ),
    "committee-invitations": (
        _l("Old invitations to sit in a committee"),
        _l("Invitations that nobody answered within %(period)s are erased."),
    ),
    "committee-minutes": (
        _l("Minutes of committees"),
        _l(
            "Minutes whose first day is more than %(period)s old are emptied; their numbers and "
            "their dates stay."
        ),
    ),
    "words-of-services": (
        _l("Words to providers of services"),
        _l("What companies wrote when they used a service is erased after %(period)s."),
    ),
    "incidents": (
        _l("Incidents that were declared"),
        _l("They are erased after %(period)s."),
    ),
    "company-requests-unread": (
        _l("Requests for a company account that nobody answered"),
        _l("They are erased after %(period)s."),
    ),
    "company-requests": (
        _l("Old requests for a company account"),
        _l(
            "Requests that were answered more than %(period)s ago are erased. Those that wait stay."
        ),
    ),
    "expected-representatives": (
        _l("Old invitations to act for a company"),
        _l("Invitations that nobody answered within %(period)s are erased."),
    ),
    "one-time-links": (
        _l("Sign-in links"),
        _l("The traces of links sent by mail are erased %(period)s after they stopped working."),
    ),
    "circular-drafts": (
        _l("Drafts made of circulars"),
        _l("They are erased %(period)s after the mail came, published or not."),
    ),
    "calendar-imports": (
        _l("Calendar files that were sent"),
        _l("What was read in them is erased after %(period)s; the events themselves stay."),
    ),
    "poll-answers": (
        _l("Answers to polls of dates"),
        _l(
            "They are erased %(period)s after the poll is closed, or after its last slot; the date "
            "that came of it stays."
        ),
    ),
    "rides": (
        _l("Carpooling"),
        _l("Rides offered and looked for are erased %(period)s after the date."),
    ),
    "room-attendance": (
        _l("Who was in a video meeting"),
        _l("Who came to a meeting, and when, is erased after %(period)s; the notes stay."),
    ),
    "room-guests": (
        _l("Names of guests in video meetings"),
        _l("The names of people without an account are erased after %(period)s."),
    ),
    "audit-trail": (
        _l("Audit trail"),
        _l("Lines older than %(period)s are erased, as the charter says."),
    ),
    "notifications": (
        _l("Notifications"),
        _l("Notifications seen more than %(period)s ago are erased."),
    ),
    "letters": (
        _l("Weekly letters"),
        _l("The letters that members read again are erased after %(period)s."),
    ),
    "letter-runs": (
        _l("Sendings of the weekly letter"),
        _l("When the letters of each network left is erased after %(period)s."),
    ),
    "letter-editions": (
        _l("Words of the weekly letter"),
        _l("What editors wrote and put forward is erased after %(period)s."),
    ),
    "public-letter-asked": (
        _l("Subscriptions that nobody confirmed"),
        _l("Addresses that asked for a public letter and did not confirm go after %(period)s."),
    ),
    "public-letter-ended": (
        _l("Subscriptions that ended"),
        _l("Addresses that no longer want a public letter are erased after %(period)s."),
    ),
    "mails": (
        _l("Journal of mails"),
        _l("Mails that left, or could not, more than %(period)s ago are erased from the journal."),
    ),
    "received-mails": (
        _l("Mails received"),
        _l("What came in by mail more than %(period)s ago is erased from the journal."),
    ),
    "failed-jobs": (
        _l("Work that failed"),
        _l("What the worker gave up more than %(period)s ago is erased."),
    ),
    "visits": (
        _l("Days of presence"),
        _l(
            "Who was here on which day, from which figures are counted, is erased after "
            "%(period)s. The figures stay: they name nobody."
        ),
    ),
    "openings": (
        _l("Documents opened"),
        _l("Who opened which document on which day is erased after %(period)s."),
    ),
    "imports": (
        _l("Imported tables"),
        _l("The lines of tables that were imported more than %(period)s ago are erased."),
    ),
    "searches-in-vain": (
        _l("Searches in vain"),
        _l("Words that nobody looked for in %(period)s are erased."),
    ),
    "files-unsent": (
        _l("Files that were put nowhere"),
        _l(
            "Files sent more than %(period)s ago for a message or a document that was never "
            "published are forgotten."
        ),
    ),
    "files-unused": (
        _l("Files that nothing uses any more"),
        _l("The files of messages, documents and accounts that were erased leave the disk."),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as it is shown."""

    name: str
    title: Any
    words: str
    now: int
    """How much it would touch."""
    last_at: datetime | None
    last_touched: int
    detail: str | None = None
    """Where it says more of what it would do."""


def _keeping() -> Keeping:
    found: Keeping = current_app.extensions["maillage.keeping"]
    return found


@bp.route("/conservation", methods=["GET", "POST"])
def retention() -> Response | str:
    """Each rule, and what it would do now: nothing is changed by looking."""
    if request.method not in SAFE:
        return _carry_out()
    now = _keeping().would_touch(db.session(), clock.now())
    runs = core_retention.last_runs(db.session())
    lines = []
    for name, rule in _keeping().rules.items():
        title, words = RULES[name]
        run = runs.get(name)
        lines.append(
            Line(
                name,
                title,
                str(words).replace("%(period)s", period(rule.days)),
                now[name],
                run.at if run else None,
                run.touched if run else 0,
                url_for(".needs_that_go") if name == "needs" else None,
            )
        )
    return render_template("administration/retention.html", lines=lines)


@bp.get("/conservation/besoins")
def needs_that_go() -> str:
    """What the rule of needs would do now, by programme: numbers of needs, no name, no title."""
    return render_template(
        "administration/needs_that_go.html",
        programmes=forecast(db.session(), clock.now()),
        most=EXAMPLES,
        period=period(DAYS),
    )


def _carry_out() -> Response:
    """Have a rule carried out now, by the worker."""
    name = request.form.get("regle", "")
    if name not in _keeping().rules:
        abort(400)
    core_retention.soon(db.session(), name)
    facts.record(db.session(), RetentionAsked(me(), str(RULES[name][0])))
    db.session.commit()
    flash(_("It is being done. Reload this page in a minute to see the result."), "success")
    return redirect(url_for("administration.retention"))
