"""From facts to rows, from rows to mails, in the worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from access import rule
from accounts.models import Member
from accounts.queries import active
from core import clock, outbox, text
from core.jobs import Handler, enqueue
from core.settings import Settings
from forum.facts import Answered, Held, Moderated, Published, Reported
from forum.models import Act, Following, Post, Report, State
from notifications import queries, unsubscribe
from notifications.models import DEFAULTS, Frequency, Kind, Notification, Preference

PUBLISHED = "notifications.published"
TOLD = "notifications.told"
MAIL = "notifications.mail"
DAILY = "notifications.daily"
WEEKLY = "notifications.weekly"

PARIS = ZoneInfo("Europe/Paris")
MORNING = (7, 30)
"""When daily and weekly mails leave, in France."""

TOLD_TO_AUTHORS = {Act.HIDE, Act.RESTORE, Act.APPROVE, Act.MOVE, Act.LOCK, Act.MERGE}


# --- facts, before the commit: one row of work ---------------------------------------------


def on_published(session: Session, fact: Published) -> None:
    """Those concerned will be told of a new post."""
    enqueue(session, PUBLISHED, {"post_id": fact.post.id})


def on_answered(session: Session, fact: Answered) -> None:
    """The author of the chosen reply is told."""
    if fact.post.author_id != fact.by_id:
        _tell_later(session, Kind.USEFUL, "", fact.post.id, fact.by_id, [fact.post.author_id])


def on_held(session: Session, fact: Held) -> None:
    """The moderators who see the topic are told that a post waits."""
    _tell_later(session, Kind.MODERATION, "held", fact.post.id, fact.post.author_id, None)


def on_reported(session: Session, fact: Reported) -> None:
    """The moderators who see the topic are told of a report."""
    _tell_later(
        session, Kind.MODERATION, "reported", fact.report.post_id, fact.report.reporter_id, None
    )


def on_moderated(session: Session, fact: Moderated) -> None:
    """The author is told of what was decided and why; those who reported, that it was seen to."""
    assert fact.topic is not None  # noqa: S101 - the fact is recorded with it
    by_id = fact.actor.id if fact.actor else None
    post = fact.post or session.scalar(
        select(Post).where(Post.author_id == fact.topic.author_id, Post.topic_id.in_(
            [fact.topic.id, fact.topic.merged_into_id]
        )).order_by(Post.number).limit(1)
    )
    if post is None:
        return
    if fact.decision in TOLD_TO_AUTHORS and post.author_id != by_id:
        _tell_later(
            session,
            Kind.MODERATION,
            fact.decision.value,
            post.id,
            by_id,
            [post.author_id],
            fact.reason,
        )
    if fact.decision in {Act.HIDE, Act.KEEP}:
        reporters = session.scalars(
            select(Report.reporter_id).where(
                Report.post_id == post.id, Report.closed_by_id == by_id
            )
        ).all()
        _tell_later(
            session,
            Kind.MODERATION,
            "report-closed",
            post.id,
            by_id,
            [reporter for reporter in reporters if reporter != by_id],
            fact.reason,
        )


def _tell_later(
    session: Session,
    kind: Kind,
    what: str,
    post_id: int,
    actor_id: int | None,
    to: list[int] | None,
    reason: str = "",
) -> None:
    if to is None or to:
        enqueue(
            session,
            TOLD,
            {
                "kind": kind.value,
                "what": what,
                "post_id": post_id,
                "actor_id": actor_id,
                "to": to,
                "reason": reason,
            },
        )


# --- the worker: rows for members ------------------------------------------------------------


class Teller:
    """The handlers, which need a few settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {
            PUBLISHED: self.published,
            TOLD: self.told,
            MAIL: self.mail,
            DAILY: lambda session, _payload: self.gather(session, Frequency.DAILY),
            WEEKLY: lambda session, _payload: self.gather(session, Frequency.WEEKLY),
        }

    def published(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell those who are called, then those who follow, or everyone of a new topic."""
        post = session.scalar(
            select(Post).options(joinedload(Post.topic)).where(Post.id == payload["post_id"])
        )
        if post is None or post.state is not State.VISIBLE:
            return
        called = text.handles(post.body)
        readers = select(Member.id).where(
            rule.reached(Member.id, post.topic.audience_id),
            active(clock.now()),
            Member.id != post.author_id,
        )
        self._insert(session, Kind.MENTION, post, readers.where(Member.handle.in_(called)))
        others = readers.where(Member.handle.not_in(called))
        if post.number == 0:
            self._insert(session, Kind.NEW_TOPIC, post, others)
        else:
            followers = select(Following.member_id).where(
                Following.topic_id == post.topic_id, Following.active
            )
            self._insert(session, Kind.ANSWER, post, others.where(Member.id.in_(followers)))

    def told(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell the members named, or the moderators who see the topic."""
        post = session.scalar(
            select(Post).options(joinedload(Post.topic)).where(Post.id == payload["post_id"])
        )
        if post is None:
            return
        readers = select(Member.id).where(
            rule.reached(Member.id, post.topic.audience_id), active(clock.now())
        )
        if payload["to"] is None:
            readers = readers.where(
                Member.role.in_(["moderator", "administrator"]), Member.id != payload["actor_id"]
            )
        else:
            readers = readers.where(Member.id.in_(payload["to"]))
        self._insert(
            session,
            Kind(payload["kind"]),
            post,
            readers,
            what=payload["what"],
            actor_id=payload["actor_id"],
            reason=payload["reason"] or None,
        )

    def _insert(
        self,
        session: Session,
        kind: Kind,
        post: Post,
        readers: Select[tuple[int]],
        *,
        what: str = "",
        actor_id: int | None = None,
        reason: str | None = None,
    ) -> None:
        """One row a member, in one statement; told again, a row is new again."""
        present = clock.now()
        never = Frequency.NEVER.value
        frequency = case(
            (Preference.frequency.is_(None), literal(DEFAULTS[kind].value)),
            else_=Preference.frequency,
        )
        chosen = readers.outerjoin(
            Preference, (Preference.member_id == Member.id) & (Preference.kind == kind)
        ).add_columns(
            literal(kind, Notification.kind.type),
            literal(what),
            literal(post.id),
            literal(actor_id or post.author_id),
            literal(reason, Notification.reason.type),
            literal(present, Notification.created_at.type),
            case((frequency == never, literal(present, Notification.created_at.type))),
        )
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgresql else sqlite.insert)(Notification)
        statement = insert.from_select(
            [
                "member_id",
                "kind",
                "what",
                "post_id",
                "actor_id",
                "reason",
                "created_at",
                "mailed_at",
            ],
            chosen,
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["member_id", "kind", "post_id", "what"],
                set_={
                    "created_at": statement.excluded.created_at,
                    "reason": statement.excluded.reason,
                    "actor_id": statement.excluded.actor_id,
                    "seen_at": None,
                    "mailed_at": statement.excluded.mailed_at,
                },
            )
        )
        self._mail_soon(session, kind, post, what)

    def _mail_soon(self, session: Session, kind: Kind, post: Post, what: str) -> None:
        at_once = or_(
            Preference.frequency == Frequency.IMMEDIATELY,
            Preference.frequency.is_(None)
            & literal(DEFAULTS[kind] is Frequency.IMMEDIATELY),
        )
        members = session.scalars(
            select(Notification.member_id)
            .outerjoin(
                Preference,
                (Preference.member_id == Notification.member_id) & (Preference.kind == kind),
            )
            .where(
                Notification.post_id == post.id,
                Notification.kind == kind,
                Notification.what == what,
                Notification.mailed_at.is_(None),
                at_once,
            )
        ).all()
        # A few minutes gather the answers of one conversation into one mail.
        later = clock.now() + timedelta(seconds=self.settings.mail_delay_seconds)
        for member_id in members:
            self._enqueue_mail(session, member_id, Frequency.IMMEDIATELY, later)

    def _enqueue_mail(
        self, session: Session, member_id: int, frequency: Frequency, at: datetime
    ) -> None:
        enqueue(
            session,
            MAIL,
            {"member_id": member_id, "frequency": frequency.value},
            key=f"{MAIL}:{frequency.value}:{member_id}",
            run_at=at,
        )

    # --- rows to mails ---------------------------------------------------------------------

    def gather(self, session: Session, frequency: Frequency) -> None:
        """A mail for each member for whom something waits at this frequency."""
        for member_id in session.scalars(queries.who_waits(frequency)).all():
            self._enqueue_mail(session, member_id, frequency, clock.now())

    def mail(self, session: Session, payload: dict[str, Any]) -> None:
        """One mail with all that waits for a member, by topic; none when nothing is left."""
        member = session.get(Member, payload["member_id"])
        if member is None or member.is_suspended(clock.now()):
            return
        viewer = rule.viewer(session, member.id, member.role)
        frequency = Frequency(payload["frequency"])
        waiting = session.scalars(queries.to_mail(viewer, frequency)).all()
        if not waiting:
            return
        first = waiting[0]
        outbox.post(
            session,
            "notifications",
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={
                "member": member,
                "frequency": frequency,
                "topics": by_topic(waiting),
                "kinds": sorted({notification.kind.value for notification in waiting}),
                "unsubscribe": {
                    kind: self._unsubscribe_address(member.id, kind)
                    for kind in {notification.kind for notification in waiting}
                },
            },
            headers=self._headers(member.id, first),
        )
        session.execute(
            update(Notification)
            .where(Notification.id.in_([notification.id for notification in waiting]))
            .values(mailed_at=clock.now())
            .execution_options(synchronize_session=False)
        )

    def _unsubscribe_address(self, member_id: int, kind: Kind) -> str:
        proof = unsubscribe.token(self.settings, member_id, kind)
        return f"{self.settings.base_url}/desabonnement/{proof}"

    def _headers(self, member_id: int, first: Notification) -> dict[str, str]:
        return {
            "List-Unsubscribe": f"<{self._unsubscribe_address(member_id, first.kind)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # Mail programs then show one conversation a topic.
            "References": f"<topic-{first.post.topic_id}@{self.settings.mail_domain}>",
        }


def by_topic(waiting: Iterable[Notification]) -> list[tuple[Any, list[Notification]]]:
    """Notifications in reading order, gathered under their topic."""
    return [
        (topic, list(told)) for topic, told in groupby(waiting, key=lambda told: told.post.topic)
    ]


def next_morning(present: datetime) -> datetime:
    """The next time that daily mails leave."""
    return _at_next(present, lambda _day: True)


def next_monday(present: datetime) -> datetime:
    """The next time that weekly mails leave."""
    return _at_next(present, lambda day: day.weekday() == 0)


def _at_next(present: datetime, fits: Any) -> datetime:
    local = present.astimezone(PARIS)
    day = local.replace(hour=MORNING[0], minute=MORNING[1], second=0, microsecond=0)
    while day <= local or not fits(day):
        day = (day + timedelta(days=1)).replace(hour=MORNING[0], minute=MORNING[1])
    return day.astimezone(ZoneInfo("UTC"))
