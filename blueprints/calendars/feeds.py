"""Secret addresses at which telephones read the agenda: make, rename, take back, and be read."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response
from wtforms import SelectField

from access import audiences
from access.models import territory_label
from accounts.credentials import token_hash
from agenda.ics import feeds, told, writing
from agenda.ics.models import FEED_NAME_LENGTH, CalendarFeed
from agenda.models import Event, EventKind
from blueprints._access import found, public, settings, viewer, write_session
from blueprints._forms import Form, line, options, show_refusal, words
from blueprints._languages import gettext
from blueprints._limits import limiter
from blueprints.calendars import bp
from blueprints.calendars.leaving import CALENDAR
from core.db import db
from core.refusals import Refused
from directory.lists import offered
from directory.models import Theme

Page = str | tuple[str, int] | Response
READ_BY_FEED = "60/hour"
READ_BY_ADDRESS = "600/hour"
SCOPES: dict[str, Any] = {
    "all": _l("All the dates I see"),
    "mine": _l("Those I come to"),
    "announced": _l("Those I announced"),
}
FIELDS = {"name-empty": "name", "name-too-long": "name"}


def _chosen(value: str | int | None) -> int | None:
    return int(value) if value else None


class FeedForm(Form):
    """A name, and what it keeps of the agenda."""

    name = line(_l("Name"), length=FEED_NAME_LENGTH, needed=True)
    scope = SelectField(_l("Dates"))
    network = SelectField(_l("Meant for the network"), coerce=_chosen)
    territory = SelectField(_l("Meant for the territory"), coerce=_chosen)
    kind = SelectField(_l("Kind"), coerce=_chosen)
    theme = SelectField(_l("Theme"), coerce=_chosen)

    def offer(self) -> None:
        """Fill the lists."""
        session, me = db.session(), viewer().member_id
        self.scope.choices = options(
            (name, SCOPES[name]) for name in feeds.SCOPES if name in SCOPES
        )
        every = ("", _("All"))
        networks = session.scalars(audiences.networks_of(me))
        self.network.choices = options([every, *((one.id, one.name) for one in networks)])
        within = session.scalars(audiences.territories_within(me))
        names = ((one.id, territory_label(one.level, one.name)) for one in within)
        self.territory.choices = options([every, *names])
        for field, kind in ((self.kind, EventKind), (self.theme, Theme)):
            listed = session.scalars(offered(kind))
            field.choices = options([every, *((one.id, one.name) for one in listed)])

    def wanted(self) -> feeds.Filter:
        """What was chosen."""
        return feeds.Filter(
            scope=self.scope.data,
            network_id=self.network.data,
            territory_id=self.territory.data,
            kind_id=self.kind.data,
            theme_id=self.theme.data,
        )


class RenameForm(Form):
    """Another name."""

    name = line(_l("Name"), length=FEED_NAME_LENGTH, needed=True)


# --- a member's addresses ------------------------------------------------------------------------


@bp.route("/flux", methods=["GET", "POST"])
def index() -> Page:
    """The calendars of a member; a new one when the form is sent."""
    form = FeedForm(name=_("Maillage")) if request.method == "GET" else FeedForm()
    form.offer()
    if not form.validate_on_submit():
        page = _page(form, [])
        return (page, 422) if form.is_submitted() else page
    try:
        feed, token = feeds.make(db.session(), viewer(), words(form.name), form.wanted())
    except Refused as refused:
        return _page(form, show_refusal(form, refused, FIELDS)), 422
    db.session.commit()
    return _address(feed.name, token)


def _page(form: FeedForm, others: list[str]) -> str:
    rows = db.session.scalars(feeds.mine(viewer())).all()
    return render_template(
        "calendars/feeds.html",
        feeds=[{"feed": one, "keeps": _keeps(one), "form": _rename(one)} for one in rows],
        form=form,
        others=others,
        full=len(rows) >= feeds.MOST,
    )


def _rename(feed: CalendarFeed) -> RenameForm:
    return RenameForm(formdata=None, prefix=f"f{feed.id}", name=feed.name)


def _keeps(feed: CalendarFeed) -> list[str]:
    """What it keeps of the agenda, in words."""
    territory = feed.territory
    said = [
        str(SCOPES.get(feed.scope, SCOPES["all"])),
        feed.network.name if feed.network else None,
        territory_label(territory.level, territory.name) if territory else None,
        feed.kind.name if feed.kind else None,
        feed.theme.name if feed.theme else None,
    ]
    return [one for one in said if one]


def _address(name: str, token: str) -> str:
    """The page that shows an address, this once."""
    path = url_for(".feed", token=token)
    base = urlsplit(settings().base_url)
    return render_template(
        "calendars/address.html",
        name=name,
        address=f"{base.scheme}://{base.netloc}{path}",
        webcal=f"webcal://{base.netloc}{path}",
    )


@bp.post("/flux/<int:feed_id>/nom")
def rename_feed(feed_id: int) -> Response:
    """Call it otherwise."""
    feed = found(feeds.one(viewer(), feed_id))
    form = RenameForm(prefix=f"f{feed.id}")
    if form.validate_on_submit():
        feeds.rename(feed, words(form.name))
        db.session.commit()
        flash(_("Its name is now “%(name)s”.", name=feed.name), "success")
    else:
        flash(_("Give it a name of %(most)s characters at most.", most=FEED_NAME_LENGTH), "warning")
    return redirect(url_for(".index"))


@bp.post("/flux/<int:feed_id>/nouvelle-adresse")
def renew_feed(feed_id: int) -> str:
    """Another address; the former one stops."""
    feed = found(feeds.one(viewer(), feed_id))
    token = feeds.renew(feed)
    db.session.commit()
    return _address(feed.name, token)


@bp.post("/flux/<int:feed_id>/retirer")
def revoke_feed(feed_id: int) -> Response:
    """Its address leads nowhere any more."""
    feed = found(feeds.one(viewer(), feed_id))
    feeds.revoke(db.session(), feed)
    db.session.commit()
    flash(
        _("“%(name)s” has stopped: its address leads nowhere any more.", name=feed.name), "success"
    )
    return redirect(url_for(".index"))


# --- what a program reads ------------------------------------------------------------------------


def _which() -> str:
    """The address that is read: its digest, so that the secret stands nowhere else."""
    return f"feed:{token_hash((request.view_args or {}).get('token', ''))}"


@bp.get("/flux/<token>.ics")
@limiter.limit(READ_BY_ADDRESS, key_func=get_remote_address)
@limiter.limit(READ_BY_FEED, key_func=_which)
@public
def feed(token: str) -> FlaskResponse:
    """The agenda of the member whose secret address this is, as the rule opens it to them now."""
    opened = feeds.opened(db.session(), token)
    if opened is None:
        abort(404)
    g.spoken = opened.member.language
    events = db.session.scalars(feeds.events(opened.viewer, opened.feed)).all()
    said = told.as_entries(
        db.session(),
        opened.viewer,
        events,
        page=_page_of,
        called_off=_called_off,
        some=feeds.shown_dates(db.session(), opened.viewer, opened.feed, events),
    )
    shown = feeds.digest(said, opened.feed.name)
    since = (
        opened.feed.shown_at if feeds.is_noted(opened.feed, shown) else _note(opened.feed, shown)
    )
    response = FlaskResponse(mimetype=CALENDAR)
    response.set_etag(shown)
    response.last_modified = since
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_data(writing.calendar(said, name=opened.feed.name))
    return response


def _page_of(event: Event) -> str:
    return f"{settings().base_url}{url_for('agenda.event', event_id=event.id)}"


def _called_off(title: str) -> str:
    return gettext("Cancelled: %(title)s", title=title)


def _note(feed: CalendarFeed, shown: str) -> Any:
    """Keep that a program came: the one trace that reading leaves, and no page reads this way."""
    session = write_session()
    session.rollback()
    session.read_only = False
    since = feeds.note_fetch(session, feed.id, shown)
    session.commit()
    session.read_only = True
    return since
