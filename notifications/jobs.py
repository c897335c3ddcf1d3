"""From facts to rows, from rows to mails, in the worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, exists, literal, or_, select, update
from sqlalchemy.orm import Session, joinedload

from access import rule
from accounts.models import Member
from accounts.queries import active, came_in
from core import clock, outbox, text
from core.db import insert_into
from core.jobs import Handler, enqueue
from core.settings import Settings
from forum.facts import Answered, Held, Moderated, Published, Reported
from forum.models import Act, Following, Post, Reading, Report, State, Topic
from notifications import queries, unsubscribe
from notifications.models import (
    DEFAULTS,
    HELD,
    REPORT_HIDDEN,
    REPORT_KEPT,
    REPORTED,
    Frequency,
    Kind,
    Notification,
    Preference,
)

PUBLISHED = "notifications.published"
TOLD = "notifications.told"
MAIL = "notifications.mail"
DAILY = "notifications.daily"
WEEKLY = "notifications.weekly"

PARIS = ZoneInfo("Europe/Paris")
MORNING = (7, 30)
"""When daily and weekly mails leave, in France."""

SETTLING = {Act.HIDE, Act.KEEP, Act.APPROVE}
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
    _tell_later(session, Kind.MODERATION, HELD, fact.post.id, fact.post.author_id, None)


def on_reported(session: Session, fact: Reported) -> None:
    """The moderators who see the topic are told of a report."""
    report = fact.report
    _tell_later(session, Kind.MODERATION, REPORTED, report.post_id, report.reporter_id, None)


def on_moderated(session: Session, fact: Moderated) -> None:
    """The author is told of what was decided and why; those who reported, that it was seen to."""
    assert fact.topic is not None  # noqa: S101 - the fact is recorded with it
    by_id = fact.actor.id if fact.actor else None
    post = fact.post or session.scalar(
        select(Post).where(Post.topic_id == fact.topic.id, Post.number == 0)
    )
    if post is None:
        return
    if fact.decision in SETTLING:
        _settle(session, post.id)
    told = Kind.MODERATION, fact.decision.value
    if fact.decision in TOLD_TO_AUTHORS and post.author_id != by_id:
        _tell_later(session, *told, post.id, by_id, [post.author_id], fact.reason)
    reporters = [reporter_id for reporter_id in fact.reporter_ids if reporter_id != by_id]
    end = REPORT_KEPT if fact.decision is Act.KEEP else REPORT_HIDDEN
    _tell_later(session, Kind.MODERATION, end, post.id, by_id, reporters, fact.reason)


def _settle(session: Session, post_id: int) -> None:
    """What waited for the moderators no longer does: their bells and mails forget it."""
    session.execute(
        update(Notification)
        .where(
            Notification.post_id == post_id,
            Notification.what.in_([HELD, REPORTED]),
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
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
    """Have members told; `to` None: the moderators who see the topic."""
    if to == []:
        return
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
            "at": clock.now().isoformat(),
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
            ~exists().where(
                Reading.member_id == Member.id,
                Reading.topic_id == post.topic_id,
                Reading.post_id >= post.id,
            ),
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
        if post is None or _is_settled(session, post, payload["what"]):
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
            at=datetime.fromisoformat(payload["at"]),
        )

    def _insert(
        self,
        session: Session,
        kind: Kind,
        post: Post,
        readers: Select[int],
        *,
        what: str = "",
        actor_id: int | None = None,
        reason: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """One row a member, in one statement. What happens again, later, is new again."""
        present = at or clock.now()
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
        statement = insert_into(session, Notification).from_select(
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
        told = statement.excluded
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["member_id", "kind", "post_id", "what"],
                set_={
                    "created_at": told.created_at,
                    "reason": told.reason,
                    "actor_id": told.actor_id,
                    "seen_at": None,
                    "mailed_at": told.mailed_at,
                },
                where=Notification.created_at < told.created_at,
            )
            if at
            else statement.on_conflict_do_nothing()
        )
        self._mail_soon(session, kind, post, what)

    def _mail_soon(self, session: Session, kind: Kind, post: Post, what: str) -> None:
        at_once = or_(
            Preference.frequency == Frequency.IMMEDIATELY,
            Preference.frequency.is_(None) & literal(DEFAULTS[kind] is Frequency.IMMEDIATELY),
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
            .order_by(Notification.member_id)  # always in one order: no two workers embrace
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
        if member is None or member.is_suspended(clock.now()) or not came_in(session, member.id):
            return
        viewer = rule.viewer(session, member.id, member.role)
        frequency = Frequency(payload["frequency"])
        waiting = session.scalars(queries.to_mail(viewer, frequency)).all()
        if not waiting:
            return
        if len(waiting) == queries.PER_MAIL:
            self._enqueue_mail(session, member.id, frequency, clock.now())
        topics = by_topic(waiting)
        stop = self._unsubscribe_address(member.id, {told.kind for told in waiting})
        outbox.post(
            session,
            "notifications",
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={
                "member": member,
                "topics": topics,
                "unsubscribe": stop,
            },
            headers=self._headers(stop, [topic.id for topic, _told in topics]),
        )
        session.execute(
            update(Notification)
            .where(Notification.id.in_([notification.id for notification in waiting]))
            .values(mailed_at=clock.now())
            .execution_options(synchronize_session=False)
        )

    def _unsubscribe_address(self, member_id: int, kinds: Iterable[Kind]) -> str:
        proof = unsubscribe.token(self.settings, member_id, kinds)
        return f"{self.settings.base_url}/desabonnement/{proof}"

    def _headers(self, stop: str, topic_ids: list[int]) -> dict[str, str]:
        headers = {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        if len(topic_ids) == 1:
            # Mail programs then show one conversation a topic.
            headers["References"] = f"<topic-{topic_ids[0]}@{self.settings.mail_domain}>"
        return headers


def _is_settled(session: Session, post: Post, what: str) -> bool:
    """Whether what was to wait for the moderators was dealt with before they were told."""
    if what == HELD:
        return post.state is not State.HELD
    if what == REPORTED:
        report = exists().where(Report.post_id == post.id, Report.closed_at.is_(None))
        return not session.scalar(select(report))
    return False


def by_topic(waiting: Iterable[Notification]) -> list[tuple[Topic, list[Notification]]]:
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
