"""What waits for the moderators, and the register of what they decided."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from blueprints._access import key, viewer
from blueprints._decisions import DECISIONS, ICONS
from blueprints._topics import post_address, topic_address
from blueprints.moderation import bp
from blueprints.moderation._cards import message_card, report_card
from core.db import db
from directory.queries import work_lines
from forum import moderation_queries
from forum.models import Post, Report, State
from forum.queries import attachments


@bp.get("")
def queue() -> str:
    """What waits: the reported messages, or the first messages of newcomers."""
    reports = db.session.scalars(moderation_queries.reports(viewer())).all()
    held = db.session.scalars(moderation_queries.held_posts(viewer())).all()
    show_held = request.args.get("voir") == "attente"
    by_post: dict[int, list[Report]] = {}
    for report in reports:
        by_post.setdefault(report.post_id, []).append(report)
    posts = list(held) if show_held else [reported[0].post for reported in by_post.values()]
    work = work_lines(db.session(), viewer(), [post.author_id for post in posts])
    files = attachments(db.session(), posts)
    return render_template(
        "moderation/queue.html",
        cards=[
            _card(message_card(post, work, files.get(post.id, ())), post, by_post.get(post.id, []))
            for post in posts
        ],
        show_held=show_held,
        tabs=tabs("held" if show_held else "reports", len(by_post), len(held)),
    )


def tabs(current: str, reports: int = 0, held: int = 0) -> list[dict[str, Any]]:
    """The pages of moderation, with what waits on them."""
    return [
        {
            "label": label,
            "href": href,
            "current": name == current,
            "count": waiting,
        }
        for name, label, href, waiting in (
            ("reports", _("Reports"), url_for(".queue"), reports),
            ("held", _("First messages"), url_for(".queue", voir="attente"), held),
            ("register", _("Register"), url_for(".register"), 0),
            ("figures", _("Figures"), url_for(".figures"), 0),
        )
    ]


def _card(shown: dict[str, Any], post: Post, reports: list[Report]) -> dict[str, Any]:
    here = request.full_path.rstrip("?")
    return {
        "title": post.topic.title,
        "href": post_address(post.topic, post.number),
        "post": shown,
        "reports": [report_card(report) for report in reports],
        "hide": url_for(".hide", post_id=post.id, suite=here)
        if post.state is not State.HIDDEN
        else None,
        "keep": url_for(".keep", post_id=post.id, suite=here),
        "approve": url_for(".approve", post_id=post.id, suite=here),
    }


@bp.get("/registre")
def register() -> str:
    """What the moderators decided, newest first."""
    before = request.args.get("avant", type=key)
    decisions = db.session.scalars(moderation_queries.register(viewer(), before)).all()
    shown = decisions[: moderation_queries.PER_PAGE]
    return render_template(
        "moderation/register.html",
        lines=[
            {
                "title": str(DECISIONS[decision.act]),
                "icon": ICONS[decision.act],
                "topic": decision.topic.title,
                "href": topic_address(decision.topic),
                "reason": decision.reason,
                "who": decision.moderator.name,
                "when": decision.at,
            }
            for decision in shown
        ],
        tabs=tabs("register"),
        older=url_for(".register", avant=shown[-1].id) if len(decisions) > len(shown) else None,
        newest=url_for(".register") if before else None,
    )
