"""The polls as a list, and the page of one, where it is answered."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts.visits import note_presence
from agenda.polls import answering, personal, policy, queries
from agenda.polls.models import Poll, Suits
from agenda.polls.queries import Line, Show
from blueprints._access import found, key, viewer
from blueprints._picker import reaches_in_words
from blueprints._refusals import explain
from blueprints._topics import address_of, author_of
from blueprints._visits import from_mail
from blueprints.agenda import _finding
from blueprints.polls import _reading, bp
from blueprints.polls.forms import length_words
from core import clock
from core.db import db
from core.refusals import Refused
from notifications.actions import see_poll

SHOWS = {"miens": Show.MINE, "clos": Show.CLOSED}
WORDS = "words"


# --- the list ------------------------------------------------------------------------------------


@bp.get("")
def index() -> str:
    """The polls that can be answered, those one proposed, those that are closed."""
    show = SHOWS.get(request.args.get("liste", ""), Show.OPEN)
    before = request.args.get("avant", type=key)
    lines = queries.listed(db.session(), viewer(), show, before)
    shown = lines[: queries.PER_PAGE]
    reaches = reaches_in_words({one.poll.audience_id for one in shown})
    older = url_for(".index", liste=_name(show), avant=shown[-1].poll.id if shown else None)
    return render_template(
        "polls/index.html",
        lines=[_line(one, reaches[one.poll.audience_id]) for one in shown],
        show=show.value,
        views=[
            {"label": words, "href": url_for(".index", liste=_name(one)), "current": one is show}
            for one, words in (
                (Show.OPEN, _("In progress")),
                (Show.MINE, _("Those I proposed")),
                (Show.CLOSED, _("Closed")),
            )
        ],
        tabs=_finding.tabs(clock.today()),
        older=older if len(lines) > len(shown) else None,
        newest=url_for(".index", liste=_name(show)) if before else None,
    )


def _name(show: Show) -> str | None:
    return {one: name for name, one in SHOWS.items()}.get(show)


def _line(one: Line, audience: str) -> dict[str, Any]:
    return {
        "title": one.poll.title,
        "href": address_of("polls.poll", one.poll.id),
        "slots": one.slots,
        "replies": one.replies,
        "who": one.poll.owner.name,
        "when": one.poll.created_at,
        "until": _reading.until_words(one.poll) if one.open else "",
        "audience": audience,
        "awaits": one.open and not one.answered and one.poll.owner_id != viewer().member_id,
        "answered": one.open and one.answered,
        "dated": one.poll.event is not None,
        "closed": not one.open,
    }


# --- one poll ------------------------------------------------------------------------------------


@bp.get("/<int:poll_id>")
def poll(poll_id: int) -> str | Response:
    """What is proposed, who can come when, one's own answer."""
    one = db.session.scalars(queries.poll(viewer(), poll_id)).one_or_none()
    if one is None:
        gone = found(queries.withdrawn(viewer(), poll_id))  # for those who may give it back
        return redirect(url_for(".withdrawn", poll_id=gone.id))
    return page(one)


def page(one: Poll, problem: str = "", typed: dict[int, str] | None = None, word: str = "") -> str:
    """Its page; `typed`, `word`: an answer that was refused, and why."""
    session, tends = db.session(), policy.may_tend(viewer(), one)
    after = request.args.get("apres", type=key) or 0
    slots, tallies = queries.tallied(session, one.id)
    replies = queries.replies(session, viewer(), one.id, after)
    shown = replies[: queries.PEOPLE_PER_PAGE]
    mine = shown[0] if shown and shown[0].reply.member_id == viewer().member_id else None
    coming = [slot for slot in slots if slot.starts_at > clock.now()]
    may_answer = policy.why_not(one) is None and bool(coming)
    conflicts = queries.conflicts(session, viewer(), coming) if may_answer else {}
    lines = _reading.slot_lines(one, slots, tallies, mine, conflicts)
    for line in lines:
        line["mine"] = (typed or {}).get(line["id"], line["mine"])
    return render_template(
        "polls/poll.html",
        poll=one,
        slots=lines,
        grid=_reading.grid(slots, shown, viewer().member_id),
        older=url_for(".poll", poll_id=one.id, apres=shown[-1].reply.id)
        if len(replies) > len(shown)
        else None,
        newest=url_for(".poll", poll_id=one.id) if after else None,
        mine=mine,
        word=word or (mine.reply.words if mine else ""),
        problem=problem,
        may_answer=may_answer,
        length="" if one.all_day else length_words(one.minutes),
        clock=_reading.clock_words(one),
        until=_reading.until_words(one) if one.closed_at is None else "",
        description=Markup(one.html),  # noqa: S704 - cleaned when it was saved
        audience=reaches_in_words({one.audience_id})[one.audience_id],
        owner=author_of(one.owner, ""),
        suits=[(suits.value, words) for suits, words in _reading.SUITS.items()],
        silent=queries.silent(session, one) if tends and may_answer else None,
        tends=tends,
        reminded=_reminded_today(one),
        erased=personal.answers_are_gone(one),
        acts=_acts(one) if tends else [],
        seen=url_for(".seen", poll_id=one.id, **from_mail()),
    )


def _reminded_today(one: Poll) -> bool:
    at = one.reminded_at
    return at is not None and at.astimezone(clock.PARIS).date() == clock.today()


@bp.post("/<int:poll_id>/reponse")
def answer(poll_id: int) -> Response | tuple[str, int]:
    """Say which slots suit."""
    one = found(queries.poll(viewer(), poll_id))
    typed, word = _typed(), request.form.get(WORDS, "")
    suits = {slot_id: Suits(said) for slot_id, said in typed.items()}
    try:
        answering.answer(db.session(), one.id, suits, word, member=viewer())
        see_poll(db.session(), viewer(), one.id)
    except Refused as refused:
        db.session.rollback()
        one = found(queries.poll(viewer(), poll_id))
        return page(one, explain(refused), typed, word), 422
    db.session.commit()
    flash(_("Your answer is saved. You can change it until the poll is closed."), "success")
    return redirect(url_for(".poll", poll_id=poll_id))


def _typed() -> dict[int, str]:
    """Slot → what was ticked."""
    known = {one.value for one in Suits}
    return {
        key(name.removeprefix("slot-")): said
        for name, said in request.form.items()
        if name.startswith("slot-") and name[5:].isdecimal() and said in known
    }


@bp.post("/<int:poll_id>/vu")
def seen(poll_id: int) -> tuple[str, int] | Response:
    """The poll was on screen: what was told about it is seen."""
    one = found(queries.poll(viewer(), poll_id))
    see_poll(db.session(), viewer(), one.id)
    note_presence(db.session(), viewer().member_id, by_mail=bool(from_mail()))
    db.session.commit()
    if request.headers.get("X-Fragment"):
        return "", 204
    return redirect(url_for(".poll", poll_id=poll_id))


def _acts(one: Poll) -> list[dict[str, Any]]:
    """What who tends it may do, as components/menu.html wants it."""
    named: dict[str, Any] = {"poll_id": one.id}
    withdraw = {
        "label": _("Withdraw"),
        "icon": "delete",
        "danger": True,
        "action": url_for(".withdraw", **named),
        "confirm": _(
            "Withdraw “%(title)s”? Nobody finds it any more; you will be able to put it back.",
            title=one.title,
        ),
    }
    if one.closed_at is not None:
        back = {"label": _("Open it again"), "icon": "history"} | {
            "action": url_for(".reopen", **named)
        }
        return [withdraw] if one.event else [back, withdraw]
    return [
        {"label": _("Edit"), "icon": "edit", "href": url_for(".edit", **named)},
        {"label": _("Change the slots"), "icon": "agenda", "href": url_for(".slots", **named)},
        {
            "label": _("Close without a date"),
            "icon": "close",
            "action": url_for(".close", **named),
            "confirm": _("Close this poll without a date? Those who answered will be told."),
        },
        withdraw,
    ]
