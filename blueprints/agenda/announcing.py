"""Putting a date in the agenda, and seeing before what it gives."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from access import audiences
from agenda import actions, recurrence, rhythm
from agenda.polls import actions as polls
from agenda.polls import queries as poll_queries
from agenda.polls.models import Poll, Slot
from agenda.polls.policy import may_tend
from blueprints import _drafts, _picker
from blueprints._access import SAFE, found, key, reads, viewer
from blueprints._articles import as_date
from blueprints._forms import show_refusal
from blueprints._picker import Reached
from blueprints._refusals import explain
from blueprints._times import long_day
from blueprints.agenda import bp
from blueprints.agenda._rhythms import in_words
from blueprints.agenda.forms import FIELDS, EventForm, WhenForm, proposed
from blueprints.polls.forms import as_date as slot_as_date
from circulars.models import Piece, Sort
from core.db import db
from core.refusals import Refused
from news import actions as news
from news import policy
from news import queries as articles
from news.models import Article

Page = Response | str | tuple[str, int]
SHOWN = 8
"""Dates that the preview tells one by one."""


@bp.route("/nouveau", methods=["GET", "POST"])
def announce() -> Page:
    """Announce a date, or several that come back; one of an article or a poll, when it is said."""
    article, piece, found_by = _article(), _drafts.asked(Sort.EVENT), _poll()
    if piece and piece.done_at:
        return _drafts.gone()
    rule = str(piece.said.get("recurrence", "")) if piece else ""
    form = EventForm(data=_begins_with(article, piece, rule) or _as_chosen(found_by))
    form.offer(rule=rule)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            if _picker.undecided():
                raise Refused("audience-undecided")
            reach = _picker.chosen()
            held = polls.held_by(db.session(), found_by[0].id, viewer()) if found_by else None
            made = actions.announce(
                db.session(),
                form.said(rule=rule),
                owner=viewer(),
                networks=reach.networks,
                territories=reach.territories,
                submission=form.submission.data or None,
            )
            _drafts.publish(piece)
            if held and found_by:
                polls.settle(db.session(), held, found_by[1].id, made, by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            if article:
                news.tie(db.session(), article, made.id)
            db.session.commit()
            flash(_("“%(title)s” is in the agenda.", title=made.title), "success")
            page = url_for(".event", event_id=made.id)
            return _drafts.after(piece.draft if piece else None, page)
    safe = request.method in SAFE
    source = found_by[0] if found_by else article
    reach = _reach_of(source, piece) if safe else _picker.chosen()
    page = render_template(
        "agenda/announce.html",
        form=form,
        others=others,
        picker=_picker.picker(viewer(), reach, url_for(".count")),
        dates=None if safe else _dates(form),
        piece=piece,
    )
    return page if safe else (page, 422)


def _article() -> Article | None:
    """The article that this date comes from, for who may make one of it."""
    topic_id = request.args.get("article", type=key)
    if topic_id is None:
        return None
    article = found(articles.article(viewer(), topic_id))
    if not policy.may_date(viewer(), article.topic):
        abort(404)
    return article


def _begins_with(
    article: Article | None, piece: Piece | None, rule: str
) -> dict[str, object] | None:
    """What the form says before anybody typed."""
    if piece is not None:
        return proposed(_drafts.as_date(piece.said), rule)
    return as_date(article) if article else None


def _poll() -> tuple[Poll, Slot] | None:
    """The poll that this date comes from and the slot that was chosen, for who tends the poll."""
    poll_id, slot_id = (request.args.get(name, type=key) for name in ("sondage", "creneau"))
    if poll_id is None or slot_id is None:
        return None
    poll = found(poll_queries.poll(viewer(), poll_id))
    if not may_tend(viewer(), poll):
        abort(404)
    return poll, found(poll_queries.slot(poll.id, slot_id))


def _as_chosen(found_by: tuple[Poll, Slot] | None) -> dict[str, object] | None:
    """What the form says before anybody typed, when a slot was chosen."""
    return slot_as_date(*found_by) if found_by else None


def _reach_of(source: Article | Poll | None, piece: Piece | None) -> Reached:
    """Those whom an article or a poll is for, or the network of a circular, until ticked."""
    if source is None:
        return _drafts.reach(piece.draft if piece else None)
    return Reached(*audiences.named(db.session(), source.audience_id))


@bp.post("/portee")
@reads
def count() -> str:
    """How many members would see it."""
    return _picker.count_words(viewer(), _picker.chosen())


@bp.post("/dates")
@reads
def preview_dates() -> str:
    """The dates that the form gives, before anything is announced."""
    form = WhenForm()
    form.offer_when()
    return render_template(
        "agenda/dates.html",
        fragment="HX-Request" in request.headers,
        dates=_dates(form),
    )


def _dates(form: WhenForm) -> dict[str, object]:
    """Arguments of templates/agenda/_dates.html."""
    if form.starts_on.data is None:
        return {"problem": _("Choose a day: the dates are shown here."), "words": "", "lines": []}
    try:
        starts, _ends = form.times(all_day=form.all_day.data)
        rule = form.recurrence(starts)
        found = recurrence.dates(starts, rule, starts + recurrence.AHEAD)
    except Refused as refused:
        return {"problem": explain(refused), "words": "", "lines": []}
    said = rhythm.read(rule, starts) if rule else None
    last = found[SHOWN:][-1:]
    return {
        "problem": "",
        "words": in_words(said, starts) if said else "",
        "lines": [long_day(one.date()) for one in found[:SHOWN]],
        "more": max(len(found) - SHOWN - 1, 0),
        "last": long_day(last[0].date()) if last else "",
        "number": len(found),
        "goes_on": said is not None and said.until is None and said.times is None,
    }
