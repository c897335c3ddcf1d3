"""What tests do to topics, and ask of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from access.viewers import Viewer
from accounts.models import Member
from forum import actions, listing, moderation
from forum.listing import Filters
from forum.models import Post, Topic
from tests.world import World


def fresh(world: World, topic: Topic) -> Topic:
    """The topic as it is now."""
    found = world.one(select(Topic).where(Topic.id == topic.id))
    assert found is not None
    return found


def posts_of(world: World, topic: Topic) -> list[Post]:
    """Its posts, in order."""
    return world.all(select(Post).where(Post.topic_id == topic.id).order_by(Post.number))


def the_post(session: Session, post_id: int) -> Post:
    """A post with its topic."""
    loaded = select(Post).options(joinedload(Post.topic)).where(Post.id == post_id)
    return session.scalars(loaded).one()


def listed(world: World, member: Member, **filters: object) -> list[str]:
    """The titles that a list shows a member."""
    viewer = world.viewer(member)
    with world.session() as session:
        chosen = Filters(**filters)  # type: ignore[arg-type]
        return [row[0].title for row in listing.latest_topics(session, viewer, chosen)]


def unread(world: World, member: Member) -> list[str]:
    """The titles that a member has not read."""
    return listed(world, member, show="unread")


def hide(world: World, moderator: Member, post_id: int) -> None:
    """Hide a post, for some reason."""
    world.act_as(
        moderator,
        lambda s, viewer: moderation.hide(s, the_post(s, post_id), by=viewer, reason="Non."),
    )


def edit(
    world: World,
    member: Member,
    topic: Topic,
    number: int,
    body: str,
    title: str | None = None,
    theme: int | None = None,
) -> None:
    """Change one's own words, by their number in the topic."""

    def act(session: Session, viewer: Viewer) -> None:
        found = select(Post).options(joinedload(Post.topic))
        post = session.scalars(found.where(Post.topic_id == topic.id, Post.number == number)).one()
        actions.edit(
            session, post.topic, post, author=viewer, body=body, title=title, theme_id=theme
        )

    world.act_as(member, act)
