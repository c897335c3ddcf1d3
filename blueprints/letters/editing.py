"""What editors prepare: the day, their word, what is put forward; and how members will read it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField

from blueprints import _letters
from blueprints._access import found, key, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, line, options, several_lines, show_refusal, words
from blueprints._words import weekday_name
from blueprints.letters import bp
from core import clock
from core.db import db
from core.refusals import Refused
from core.text import plain
from notifications.letter import actions, queries
from notifications.letter.actions import LONGEST_WORD
from notifications.letter.cards import Card, Key, Pool, What, pool
from notifications.letter.composing import MOST
from notifications.letter.parts import Part
from notifications.letter.policy import edited_by
from notifications.letter.queries import Preparing
from notifications.letter.rhythm import Rhythm, monday_of

SUGGESTED = 5
WEEK = timedelta(days=7)
A_WEEK = "2026-W01"
"""Any: for the names of its days."""


class RhythmForm(Form):
    """When the letter leaves."""

    weekday = SelectField(_l("Day"), coerce=int)
    hour = SelectField(
        _l("Hour"),
        coerce=int,
        choices=options((hour, f"{hour}\u00a0h") for hour in range(24)),
        description=_l(
            "In France. A member of several networks gets one letter: that of the "
            "first one, by name."
        ),
    )


class WordForm(Form):
    """The editors' word."""

    body = TextAreaField(
        _l("A word from the network"),
        [at_most(LONGEST_WORD)],
        [several_lines],
        description=_l(
            "At the top of the letter, for all the members of the network. Empty: none."
        ),
    )


class PickForm(Form):
    """A content to put forward, by its address."""

    address = line(
        _l("Address of a page"),
        needed=True,
        length=500,
        description=_l(
            "A question, a document, a date or a piece of news, as your browser shows its address."
        ),
    )


@bp.get("/redaction")
def networks() -> Response | str:
    """The networks whose letter one edits; straight to it when there is one."""
    mine = db.session.scalars(edited_by(viewer())).all()
    if not mine:
        raise Refused("not-editor")
    if len(mine) == 1:
        return redirect(url_for(".editing", network_id=mine[0].id))
    return render_template("letters/networks.html", all_networks=mine)


def _preparing(network_id: int) -> Preparing:
    one = queries.preparing(db.session(), viewer(), network_id)
    if one is None:
        abort(404)
    return one


@bp.get("/redaction/<int:network_id>")
def editing(network_id: int) -> str:
    """The next letter of a network."""
    return _page(_preparing(network_id))


def _page(
    one: Preparing,
    *,
    rhythm_form: RhythmForm | None = None,
    word_form: WordForm | None = None,
    pick_form: PickForm | None = None,
) -> str:
    present, rhythm = clock.now(), one.rhythm
    come = pool(db.session(), viewer(), present - WEEK, present, also=one.picks)
    return render_template(
        "letters/editing.html",
        network=one.network,
        leaves_at=one.leaves_at,
        rhythm_form=_with_days(
            rhythm_form or RhythmForm(None, weekday=rhythm.weekday, hour=rhythm.hour)
        ),
        word_form=word_form or WordForm(None, body=one.edition.body if one.edition else ""),
        pick_form=pick_form or PickForm(None),
        picks=[_pick(key, come.added.get(key)) for key in one.picks],
        full=len(one.picks) >= MOST[Part.PICKS],
        suggested=[_pick(card.key, card) for card in _suggested(come, present - WEEK)],
    )


def _suggested(come: Pool, since: datetime) -> list[Card]:
    """A few of each kind, of what came this week and is not put forward."""
    found = []
    for what in (What.ARTICLE, What.DOCUMENT, What.EVENT, What.TOPIC):
        fresh = [card for card in come.cards[what] if card.at >= since]
        found += [card for card in fresh if card.key not in come.added][:SUGGESTED]
    return found


def _with_days(form: RhythmForm) -> RhythmForm:
    form.weekday.choices = options(
        [(day, weekday_name(monday_of(A_WEEK) + timedelta(days=day))) for day in range(7)]
    )
    return form


def _pick(one: Key, card: Card | None) -> dict[str, Any]:
    """A content put forward; without its title for an editor who does not see it."""
    return {
        "what": one[0].value,
        "number": one[1],
        "title": card.title if card else None,
        "href": _letters.page_of(one) if card else None,
        "words": _letters.words(card) if card else "",
    }


@bp.post("/redaction/<int:network_id>/jour")
def set_rhythm(network_id: int) -> Response | tuple[str, int]:
    """The letter leaves on another day."""
    network = (one := _preparing(network_id)).network
    form = _with_days(RhythmForm())
    if not form.validate_on_submit():
        return _page(one, rhythm_form=form), 422
    rhythm = Rhythm(form.weekday.data, form.hour.data)
    actions.set_rhythm(db.session(), viewer(), network, by=me(), rhythm=rhythm)
    db.session.commit()
    flash(_("The letter leaves at this moment from now on."), "success")
    return redirect(url_for(".editing", network_id=network.id))


@bp.post("/redaction/<int:network_id>/mot")
def say(network_id: int) -> Response | tuple[str, int]:
    """The editors' word."""
    network = (one := _preparing(network_id)).network
    form = WordForm()
    if not form.validate_on_submit():
        return _page(one, word_form=form), 422
    actions.say(db.session(), viewer(), network, words(form.body))
    db.session.commit()
    flash(_("Your word will be at the top of the next letter."), "success")
    return redirect(url_for(".editing", network_id=network.id))


@bp.post("/redaction/<int:network_id>/a-la-une")
def put_forward(network_id: int) -> Response | tuple[str, int]:
    """Put a content forward: chosen in the list, or by its address."""
    network = (one := _preparing(network_id)).network
    form = PickForm(address=request.form.get("address") or _address_of(_typed_key()))
    if not form.validate_on_submit():
        return _page(one, pick_form=form), 422
    try:
        chosen = _typed_key() or key_at(words(form.address))
        actions.put_forward(db.session(), viewer(), network, chosen)
    except Refused as refused:
        show_refusal(form, refused, {"content-unseen": "address", "picks-full": "address"})
        return _page(_preparing(network_id), pick_form=form), 422
    db.session.commit()
    flash(_("It will be at the top of the next letter, for those who may see it."), "success")
    return redirect(url_for(".editing", network_id=network.id, _anchor="a-la-une"))


@bp.post("/redaction/<int:network_id>/retirer")
def take_back(network_id: int) -> Response:
    """No longer put it forward."""
    network = found(queries.network(viewer(), network_id))
    chosen = _typed_key()
    if chosen:
        actions.take_back(db.session(), viewer(), network, chosen)
        db.session.commit()
    return redirect(url_for(".editing", network_id=network.id, _anchor="a-la-une"))


def _typed_key() -> Key | None:
    """The content that a button names."""
    try:
        return What(request.form.get("what", "")), key(request.form.get("number", ""))
    except ValueError:
        return None


def _address_of(chosen: Key | None) -> str:
    return _letters.page_of(chosen) if chosen else ""


def key_at(address: str) -> Key:
    """The content that is read at an address. Raises Refused("content-unseen")."""
    try:
        path = urlsplit(plain(address).strip()).path
        endpoint, values = current_app.url_map.bind("").match(path.rstrip("/"), method="GET")
    except (ValueError, HTTPException, RequestRedirect) as error:
        raise Refused("content-unseen") from error
    for what, (page, name) in _letters.PAGES.items():
        if page == endpoint:
            return what, values[name]
    raise Refused("content-unseen")


@bp.get("/redaction/<int:network_id>/apercu")
def preview(network_id: int) -> str:
    """The next letter as a member of the network would read it."""
    one, session = _preparing(network_id), db.session()
    wanted = request.args.get("membre", type=key)
    typed = " ".join(plain(request.args.get("q", "")).split())[:100]
    someone, both = me(), viewer()
    if wanted and wanted != someone.id:
        known = queries.reader(session, viewer(), one.network, wanted)
        if known is None:
            abort(404)
        someone, both = known
    named = session.scalars(queries.readers(viewer(), one.network, typed)).all() if typed else []
    return render_template(
        "letters/preview.html",
        network=one.network,
        someone=someone,
        mine=someone.id == me().id,
        words=typed,
        found=named,
        letter=None if typed else _letters.letter(queries.preview(session, both, one)),
    )
