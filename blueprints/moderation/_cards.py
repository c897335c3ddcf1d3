"""A message and its reports, as the pages of moderation show them."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup

from blueprints._decisions import REASONS
from blueprints._topics import author_of, file_lines
from forum.models import Attachment, Post, Report, State


def report_card(report: Report) -> dict[str, Any]:
    """The arguments of moderation/_reported.html."""
    return {
        "who": report.reporter.name,
        "why": REASONS[report.reason],
        "words": report.words,
        "when": report.created_at,
    }


def message_card(
    post: Post, work: dict[int, str], files: Sequence[Attachment] = ()
) -> dict[str, Any]:
    """The arguments of post.html's post_card: the words alone."""
    return {
        "anchor": f"message-{post.id}",
        "author": author_of(post.author, work.get(post.author_id, "")),
        "when": post.created_at,
        "body": Markup(post.html),  # noqa: S704 - cleaned when it was saved
        "files": file_lines(files),
        "edited": post.edited_at,
        "history": url_for(".history", post_id=post.id) if post.edited_at else None,
        "shown": None if post.state is State.VISIBLE else post.state.value,
        "reason": post.hidden_reason,
    }
