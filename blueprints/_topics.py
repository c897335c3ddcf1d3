"""Topics and posts as the pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from access.viewers import Viewer
from accounts.models import Member
from blueprints._access import key
from blueprints._picker import reaches_in_words
from blueprints._shell import initials
from blueprints._visits import FROM_MAIL
from blueprints._words import weight
from core.db import db
from forum import listing, policy, queries
from forum.listing import TopicRow
from forum.models import Attachment, Post, Section, State, Topic

NAMES_OF_THANKS = 3
PAGES = {Section.FORUM: "forum.topic", Section.NEWS: "news.article"}
"""Where a topic is read."""
ROOMS = {Section.FORUM: "forum.index", Section.NEWS: "news.index"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote, as the cards show them."""

    name: str
    initials: str
    job: str | None
    href: str | None


@lru_cache(maxsize=100)
def _around(root: str, endpoint: str) -> tuple[str, str]:
    (name,) = next(current_app.url_map.iter_rules(endpoint)).arguments
    numbers: dict[str, Any] = {name: 0}
    before, _zero, after = url_for(endpoint, **numbers).rpartition("0")
    return before, after


def address_of(endpoint: str, number: int) -> str:
    """The address of a page of one thing. A topic has some eighty: url_for is slow at that."""
    before, after = _around(request.script_root, endpoint)
    return f"{before}{number}{after}"


def author_of(someone: Member, work: str) -> Author:
    """The author's card."""
    return Author(
        name=someone.name,
        initials=initials(someone),
        job=work or None,
        href=address_of("directory.member", someone.id) if someone.left_at is None else None,
    )


def post_anchor(number: int) -> str:
    """The anchor of a post in its topic's page."""
    return f"reponse-{number}" if number else "question"


def topic_address(topic: Topic, **more: Any) -> str:
    """Where a topic is read: in the forum, or among the news."""
    return url_for(PAGES[topic.section], topic_id=topic.id, **more)


def topic_crumbs(topic: Topic) -> list[tuple[str, str]]:
    """The way back to a topic from the pages about it."""
    room = _("News") if topic.section is Section.NEWS else _("Forum")
    return [(room, url_for(ROOMS[topic.section])), (topic.title, topic_address(topic))]


def post_address(topic: Topic, number: int, *, in_mail: bool = False) -> str:
    """Where a post is read: the right page of its topic, at its anchor."""
    return message_address(topic.section, topic.id, number, in_mail=in_mail)


def message_address(section: Section, topic_id: int, number: int, *, in_mail: bool = False) -> str:
    """The same, of a topic that is only known by its number."""
    after = max(number - 1, 0) // queries.POSTS_PER_PAGE * queries.POSTS_PER_PAGE
    return url_for(
        PAGES[section],
        topic_id=topic_id,
        apres=after or None,
        _anchor=post_anchor(number),
        _external=in_mail,
        **(FROM_MAIL if in_mail else {}),
    )


def topic_rows(
    rows: Iterable[TopicRow], reaches: Mapping[int, str] | None = None
) -> list[dict[str, Any]]:
    """The arguments of lists.html's topic_row for each row of `latest_topics`.

    `reaches` are those of a page that shows other contents too.
    """
    rows = list(rows)
    if reaches is None:
        reaches = reaches_in_words({row[0].audience_id for row in rows})
    shown = []
    for topic, unread, theme, first_name, last_name, _slug in rows:
        shown.append(
            {
                "title": topic.title,
                "href": address_of("forum.topic", topic.id)
                + ("#nouveau" if unread and topic.answers else ""),
                "excerpt": topic.excerpt,
                "theme": theme,
                "audience": reaches[topic.audience_id],
                "who": f"{first_name} {last_name}",
                "when": topic.last_activity_at,
                "unread": bool(unread),
                "replies": topic.answers,
                "answered": topic.useful_id is not None,
                "states": states_of(topic),
            }
        )
    return shown


def states_of(topic: Topic) -> list[str]:
    """What is particular about a topic."""
    return [
        name
        for name, holds in (
            ("pinned", topic.pinned),
            ("locked", topic.locked),
            ("hidden", topic.state is State.HIDDEN),
            ("held", topic.state is State.HELD),
        )
        if holds
    ]


@dataclass(frozen=True, slots=True)
class Page:
    """What the cards of one page need to know beside their post."""

    viewer: Viewer
    topic: Topic
    thanks: dict[int, queries.Thanks]
    read_until: int
    files: Mapping[int, Sequence[Attachment]]
    """Attached to each post."""


def cards(
    page: Page, posts: Sequence[tuple[Post, str]], *, copies: bool = False
) -> list[dict[str, Any]]:
    """The arguments of post.html's post_card for each post with its author's work."""
    return [card(page, post, work, copy=copies) for post, work in posts]


def file_lines(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The files attached to a post, as its card shows them."""
    return [
        {
            "name": attachment.name,
            "href": url_for("forum.attached", attachment_id=attachment.id, name=attachment.name),
            "weight": weight(attachment.file.size),
        }
        for attachment in attachments
    ]


def card(page: Page, post: Post, work: str, *, copy: bool = False) -> dict[str, Any]:
    """The arguments of post.html's post_card."""
    viewer, topic = page.viewer, page.topic
    useful = topic.useful_id == post.id
    shown: dict[str, Any] = {
        "label": _label(topic, post),
        "anchor": f"copie-{post.number}" if copy else post_anchor(post.number),
        "author": author_of(post.author, work),
        "when": post.created_at,
        "body": Markup(post.html),  # noqa: S704 - cleaned when it was saved
        "files": file_lines(page.files.get(post.id, ())),
        "number": post.number or None,
        "edited": post.edited_at,
        "useful": useful,
        "copy": copy,
    }
    if copy:
        return shown
    return shown | {
        "new": bool(page.read_until)
        and post.id > page.read_until
        and post.author_id != viewer.member_id,
        "shown": None if post.state is State.VISIBLE else post.state.value,
        "reason": _reason(post),
        **_links(page, post, useful=useful),
    }


def _label(topic: Topic, post: Post) -> str | None:
    """What a card of the news is called; those of the forum know their names."""
    if topic.section is Section.FORUM:
        return None
    if post.number == 0:
        return _("Article by %(name)s", name=post.author.name)
    return _("Comment %(number)s by %(name)s", number=post.number, name=post.author.name)


def _reason(post: Post) -> str | None:
    if post.state is State.HIDDEN:
        return _("Reason: %(reason)s", reason=post.hidden_reason)
    if post.state is State.HELD:
        return _("A moderator reads the first messages of new members. It will appear soon.")
    return None


def _links(page: Page, post: Post, *, useful: bool) -> dict[str, Any]:
    viewer, topic = page.viewer, page.topic
    may_reply = policy.may_reply(viewer, topic) and post.state is State.VISIBLE
    may_choose = (
        post.number > 0 and post.state is State.VISIBLE and policy.may_choose_answer(viewer, topic)
    )
    return {
        "thanks": _thanks(page, post),
        "accept": {"action": address_of("forum.accept", post.id), "done": useful}
        if may_choose
        else None,
        "quote": f"{address_of(PAGES[topic.section], topic.id)}?citer={post.id}#repondre"
        if may_reply
        else None,
        "edit": _edit_address(topic, post) if policy.may_edit(viewer, topic, post) else None,
        "report": address_of("forum.report", post.id) if policy.may_report(viewer, post) else None,
        "history": url_for("moderation.history", post_id=post.id)
        if post.edited_at and viewer.moderates
        else None,
        "items": _moderation(post) if policy.may_moderate(viewer) else [],
    }


def _edit_address(topic: Topic, post: Post) -> str:
    if topic.section is Section.NEWS and post.number == 0:
        return address_of("news.edit", topic.id)
    return address_of("forum.edit", post.id)


def _thanks(page: Page, post: Post) -> dict[str, Any]:
    given = page.thanks[post.id]
    others = len(given.names) - NAMES_OF_THANKS
    names = ", ".join(given.names[:NAMES_OF_THANKS])
    if others > 0:
        names = ngettext(
            "%(names)s and %(num)s more", "%(names)s and %(num)s more", others, names=names
        )
    may_thank = policy.may_thank(page.viewer, post)
    return {
        "count": len(given.names),
        "names": names,
        "mine": given.mine,
        "action": address_of("forum.thank", post.id) if may_thank else None,
    }


def _moderation(post: Post) -> list[dict[str, Any]]:
    if post.state is State.HIDDEN:
        restore = url_for("moderation.restore", post_id=post.id)
        return [{"label": _("Show again"), "icon": "show", "href": restore}]
    hide = url_for("moderation.hide", post_id=post.id)
    items: list[dict[str, Any]] = [
        {"label": _("Hide"), "icon": "hide", "href": hide, "danger": True}
    ]
    if post.state is State.HELD:
        approve = url_for("moderation.approve", post_id=post.id)
        items.insert(0, {"label": _("Let it appear"), "icon": "check", "action": approve})
    return items


def topic_menu(viewer: Viewer, topic: Topic) -> list[dict[str, Any]]:
    """What a moderator can do with a topic."""
    if not policy.may_moderate(viewer):
        return []

    def to(act: str) -> str:
        return url_for(f"moderation.{act}", topic_id=topic.id)

    return [
        {"label": _("Let go from the top"), "icon": "pin", "action": to("unpin")}
        if topic.pinned
        else {"label": _("Keep on top"), "icon": "pin", "action": to("pin")},
        {"label": _("Open to replies again"), "icon": "lock", "action": to("unlock")}
        if topic.locked
        else {"label": _("Close to replies"), "icon": "lock", "href": to("lock")},
        {"label": _("Move to another theme"), "icon": "move", "href": to("move")},
        *(
            [{"label": _("Merge with another topic"), "icon": "merge", "href": to("merge")}]
            if topic.section is Section.FORUM
            else []
        ),
    ]


def cursor_of(topic: Topic) -> str:
    """Where the next page of a list starts, as its address says it."""
    return f"{topic.last_activity_at.isoformat()}~{topic.id}"


def read_cursor(typed: str | None) -> listing.Cursor | None:
    """The place that an address says; an address that says nothing sensible starts at the top."""
    moment, _tilde, topic_id = (typed or "").partition("~")
    try:
        at = datetime.fromisoformat(moment)
        # Some instants of the year 1 or 9999 do not exist in UTC.
        return listing.Cursor(at.astimezone(UTC), key(topic_id)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def latest(
    viewer: Viewer, filters: listing.Filters, cursor: str | None, above: Sequence[TopicRow] = ()
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of topics, and the cursor of the next one if there is one.

    Those that stand above the page come first, and are not repeated in it.
    """
    found = listing.latest_topics(db.session(), viewer, filters, read_cursor(cursor))
    page = found[: listing.TOPICS_PER_PAGE]
    more = len(found) > listing.TOPICS_PER_PAGE
    tops = {row[0].id for row in above}
    shown = topic_rows([*above, *(row for row in page if row[0].id not in tops)])
    return shown, cursor_of(page[-1][0]) if more else None


def init(app: Flask) -> None:
    """Let the templates about a topic lead back to it."""
    app.jinja_env.globals["topic_crumbs"] = topic_crumbs
