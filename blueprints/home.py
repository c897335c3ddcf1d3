"""Home: what is new for me. And the few addresses that belong to no room."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask import Response as FlaskResponse
from flask_login import current_user
from werkzeug.wrappers import Response

from access.models import Network, Restricted
from accounts.actions import away_since, note_visit
from agenda.listing import DateRow, dates
from blueprints import _topics
from blueprints._access import local_address, member, public, viewer
from blueprints._articles import article_rows
from blueprints._documents import document_rows
from blueprints._languages import LANGUAGES
from blueprints._notices import notices
from blueprints._picker import reaches_in_words
from blueprints._shell import anything_unseen
from blueprints._times import long_day
from blueprints.agenda._finding import row_of
from core import clock
from core.db import db
from forum import listing
from forum.listing import Filters, TopicRow
from news.queries import Filters as NewsFilters
from news.queries import feed
from notifications.models import Kind, Notification
from notifications.queries import latest as latest_notifications
from resources.queries import DocumentRow, latest_documents
from resources.queries import Filters as DocumentFilters

bp = Blueprint("home", __name__)

FEW = 5
FEW_NEWS = 3
FEW_DATES, DATES_LOOKED_AT = 3, 15


@bp.get("/")
def home() -> str | Response:
    """First what awaits me, then what moved since I was here, and what was announced.

    Who belongs to no network has the expertise desk.
    """
    if current_user.is_outside:
        return redirect(url_for("expertise.index"))
    told = _told()
    unread = _few("unread")
    known = {row[0].id for row in unread}
    unanswered = [row for row in _few("unanswered", FEW * 2) if row[0].id not in known][:FEW]
    since = away_since(member())
    articles = feed(db.session(), viewer(), NewsFilters(valid=True), most=FEW_NEWS)
    documents = _new_documents(since)
    coming = _coming()
    anything = unread or unanswered or told or articles or documents or coming
    topics = [*unread, *unanswered, *([] if anything else _few(""))]
    shown: list[Restricted] = [row[0] for row in topics]
    shown += [row[0] for row in articles]
    shown += [row[0] for row in documents]
    shown += [row[0].event for row in coming]
    reaches = reaches_in_words({one.audience_id for one in shown})
    rows = iter(_topics.topic_rows(topics, reaches))
    return render_template(
        "home/home.html",
        since=since,
        asked=notices(one for one in told if one.kind is Kind.PROPOSED),
        notices=notices(one for one in told if one.kind is not Kind.PROPOSED)[:FEW],
        unread=list(islice(rows, len(unread))),
        unanswered=list(islice(rows, len(unanswered))),
        recent=list(rows),
        documents=document_rows(documents, since, reaches=reaches),
        articles=article_rows(articles, {}, reaches),
        dates=[_date(row, reaches) for row in coming],
    )


def _told() -> Sequence[Notification]:
    """What this member was told and has not seen; nothing is asked when the bell counts nothing."""
    return (
        latest_notifications(db.session(), viewer(), unseen_only=True) if anything_unseen() else ()
    )


def _coming() -> Sequence[DateRow]:
    """The next dates; of one that comes back, the next one alone."""
    rows = dates(db.session(), viewer(), most=DATES_LOOKED_AT)
    each = {row[0].event_id: row for row in reversed(rows)}
    return sorted(each.values(), key=lambda row: (row[0].starts_at, row[0].id))[:FEW_DATES]


def _date(row: DateRow, reaches: Mapping[int, str]) -> dict[str, Any]:
    """The arguments of agenda.html's date_row, its day said beside its hours."""
    shown = row_of(row, reaches[row[0].event.audience_id])
    day = long_day(shown["day"], year=shown["day"].year != clock.today().year)
    return shown | {"hours": f"{day}, {shown['hours']}"}


def _new_documents(since: datetime | None) -> Sequence[DocumentRow]:
    if since is None:
        return []
    filters = DocumentFilters(show="new", since=since)
    return latest_documents(db.session(), viewer(), filters, most=FEW)


def _few(show: str, most: int = FEW) -> Sequence[TopicRow]:
    return listing.latest_topics(db.session(), viewer(), Filters(show=show), most=most)


@bp.post("/visite")
def visit() -> tuple[str, int] | Response:
    """The home page was on screen: what comes later is new."""
    note_visit(db.session(), member())
    db.session.commit()
    return ("", 204) if request.headers.get("X-Fragment") else redirect(url_for("home.home"))


@bp.get("/langue/<code>")
@public
def speak(code: str) -> Response:
    """Speak another language from now on, in this browser."""
    if code not in LANGUAGES:
        abort(404)
    session["language"] = code
    return redirect(local_address(request.args.get("suite")) or url_for("home.home"))


@bp.get("/reseaux/<int:network_id>/logo")
@public
def logo(network_id: int) -> Response:
    """A network's logo: the sign-in page shows it too."""
    network = db.session.get(Network, network_id)
    if network is None or network.logo is None:
        abort(404)
    content = current_app.extensions["maillage.storage"].get(network.logo)
    response = FlaskResponse(content, mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """A private place: nothing here is for search engines."""
    return FlaskResponse("User-agent: *\nDisallow: /\n", mimetype="text/plain")
