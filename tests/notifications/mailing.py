"""What tests do around mails: languages, frequencies, the round of a morning, words hidden."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from forum import moderation, queries
from forum.models import Post
from notifications import actions
from notifications.letter import jobs
from notifications.letter.rhythm import week_of
from notifications.models import Frequency, Kind
from tests.world import World


def speaks_english(world: World, *members: Member) -> None:
    """These members read English from now on."""
    ids = [member.id for member in members]
    world.act(lambda s: s.execute(update(Member).where(Member.id.in_(ids)).values(language="en")))


def choose(world: World, member: Member, kind: Kind, frequency: Frequency) -> None:
    """Choose how often mails of a kind leave."""
    world.act(lambda s: actions.choose(s, member.id, {kind: frequency}))


def gather(world: World, kind: str) -> None:
    """Let the round of a morning or of a monday pass, and the mails leave."""
    plan = world.app.extensions["maillage.plan"]
    world.act(lambda s: plan.handlers[kind](s, {}))
    world.work()


def letters_begin(world: World, week: str = "") -> str:
    """The hour of the letters has come in every network: a row of work for each. The week."""
    moment = clock.now()
    week = week or week_of(moment.astimezone(clock.PARIS).date())

    def begin(session: Session) -> None:
        for network_id in session.scalars(select(Network.id)):
            jobs.begin(session, network_id, week, moment)

    world.act(begin)
    return week


def letters_leave(world: World, week: str = "") -> str:
    """The letters of this week are written and leave. The week."""
    week = letters_begin(world, week)
    world.work()
    return week


def hide(world: World, moderator: Member, post: Post) -> None:
    """Hide a post that its moderator sees."""

    def act(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, post.id)).one()
        moderation.hide(session, found, by=viewer, reason="Une personne est reconnaissable.")

    world.act_as(moderator, act)
