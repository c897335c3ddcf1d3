"""From what was heard to notifications, from notifications to mails, in the worker."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session, joinedload

import resources.queries
from access import rule
from accounts.models import Member
from accounts.queries import active, by_email, came_in
from agenda.ics import invitations
from agenda.models import Event, Occurrence
from agenda.polls.models import Poll
from core import bounces, clock, outbox, text
from core.jobs import Handler, enqueue
from core.outbox import Mail
from core.settings import Settings
from forum.models import Following, Post, Reading, Report, Section, State, Topic
from notifications import answering, asking, dates, queries, rides, rows, unsubscribe
from notifications.heard import ANNOUNCED, DEPOSITED, DOCUMENT_CHANGED, PUBLISHED, TOLD
from notifications.models import (
    HELD,
    REPORTED,
    TO_REVIEW,
    Frequency,
    Kind,
    Notification,
)
from notifications.rows import About
from resources.models import Document

NOTIFICATIONS = "notifications"
"""The kind of the mails that tell them."""
MAIL = "notifications.mail"
ASK_AROUND = "notifications.ask_around"
ASK = "notifications.ask"
DAILY = "notifications.daily"

MORNING = (7, 30)
"""When daily mails leave, in France; what comes once a week is in the letter."""


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
            DEPOSITED: self.deposited,
            ANNOUNCED: self.announced,
            DOCUMENT_CHANGED: self.document_changed,
            ASK_AROUND: self.ask_around,
            ASK: self.ask,
            DAILY: lambda session, _payload: self.gather(session, Frequency.DAILY),
        }

    def published(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell those who are called, then those who follow, or everyone of what is new."""
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
        self.tell(session, Kind.MENTION, post, readers.where(Member.handle.in_(called)))
        others = readers.where(Member.handle.not_in(called))
        if post.number == 0:
            news = post.topic.section is Section.NEWS
            self.tell(session, Kind.NEW_ARTICLE if news else Kind.NEW_TOPIC, post, others)
        else:
            followers = select(Following.member_id).where(
                Following.topic_id == post.topic_id, Following.active
            )
            self.tell(session, Kind.ANSWER, post, others.where(Member.id.in_(followers)))

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
        self.tell(
            session,
            Kind(payload["kind"]),
            post,
            readers,
            what=payload["what"],
            actor_id=payload["actor_id"],
            reason=payload["reason"] or None,
            at=datetime.fromisoformat(payload["at"]),
        )

    def tell(
        self, session: Session, kind: Kind, about: About, readers: Select[int], **more: Any
    ) -> None:
        """Tell these members of something, and have mailed at once what they want so."""
        rows.insert(session, kind, about, readers, **more)
        at_once = rows.waiting_at_once(session, kind, about, more.get("what", ""))
        # A few minutes gather the answers of one conversation into one mail.
        later = clock.now() + timedelta(seconds=self.settings.mail_delay_seconds)
        for member_id in at_once:
            _enqueue_mail(session, member_id, Frequency.IMMEDIATELY, later)

    def deposited(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell everyone who sees a new document."""
        document = session.get(Document, payload["document_id"])
        if document is None or document.withdrawn_at is not None:
            return
        others = self.readers(document).where(Member.id != document.owner_id)
        self.tell(session, Kind.NEW_DOCUMENT, document, others)

    def announced(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell everyone who sees a new event, when it has dates to come."""
        event = session.get(Event, payload["event_id"])
        if event is None or event.withdrawn_at is not None or event.cancelled_at is not None:
            return
        coming = exists().where(
            Occurrence.event_id == event.id, Occurrence.last_day >= clock.today()
        )
        if session.scalar(select(coming)):
            others = self.readers(event).where(Member.id != event.owner_id)
            self.tell(session, Kind.NEW_EVENT, event, others)

    def document_changed(self, session: Session, payload: dict[str, Any]) -> None:
        """Tell those who keep a document or have an older version; its owner, of its review."""
        document = session.get(Document, payload["document_id"])
        if document is None or document.withdrawn_at is not None:
            return
        if payload["what"] == TO_REVIEW:
            concerned = self.readers(document).where(Member.id == document.owner_id)
        else:
            has = resources.queries.holders(document.id, payload["number"])
            concerned = self.readers(document).where(
                Member.id.in_(has), Member.id != payload["actor_id"]
            )
        self.tell(
            session,
            Kind.DOCUMENT,
            document,
            concerned,
            what=payload["what"],
            actor_id=payload["actor_id"],
            reason=payload["note"] or None,
            at=datetime.fromisoformat(payload["at"]),
        )

    def ask_around(self, session: Session, _payload: dict[str, Any]) -> None:
        """Have each question that has waited long enough proposed to a few colleagues."""
        for topic_id in asking.due(session, clock.now()):
            enqueue(session, ASK, {"topic_id": topic_id}, key=f"{ASK}:{topic_id}")

    def ask(self, session: Session, payload: dict[str, Any]) -> None:
        """Propose a question, unless it was answered in the meantime."""
        question = asking.question(session, payload["topic_id"])
        if question is None:
            return
        for colleague in asking.willing(session, question, clock.now()):
            only = select(Member.id).where(Member.id == colleague.member_id)
            self.tell(session, Kind.PROPOSED, question, only, reason=colleague.skill)

    def readers(self, about: Document | Event | Poll) -> Select[int]:
        """Those who see it."""
        return select(Member.id).where(
            rule.reached(Member.id, about.audience_id), active(clock.now())
        )

    # --- rows to mails ---------------------------------------------------------------------

    def gather(self, session: Session, frequency: Frequency) -> None:
        """A mail for each member for whom something waits at this frequency."""
        for member_id in session.scalars(queries.who_waits(frequency)).all():
            _enqueue_mail(session, member_id, frequency, clock.now())

    def mail(self, session: Session, payload: dict[str, Any]) -> None:
        """One mail with all that waits for a member, by topic; none when nothing is left."""
        member = session.get(Member, payload["member_id"])
        if member is None or member.is_suspended(clock.now()) or not came_in(session, member.id):
            return
        if session.scalar(bounces.on_hold(member.email)):
            return  # what waits is on the page of notifications, and comes when the hold is lifted
        viewer = rule.viewer(session, member.id, member.role)
        frequency = Frequency(payload["frequency"])
        waiting = session.scalars(queries.to_mail(viewer, frequency)).all()
        if not waiting:
            return
        if len(waiting) == queries.PER_MAIL:
            _enqueue_mail(session, member.id, frequency, clock.now())
        subjects = by_subject(waiting)
        stop = self._unsubscribe_address(member.id, {told.kind for told in waiting})
        answer_to = self._answer_address(member.id, subjects)
        written = outbox.post(
            session,
            NOTIFICATIONS,
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={
                "member": member,
                "subjects": subjects,
                "unsubscribe": stop,
                "answerable": answer_to is not None,
            },
            headers=self._headers(stop, answer_to, subjects),
            subject_audience_id=_audience(subjects),
        )
        session.execute(
            update(Notification)
            .where(Notification.id.in_([notification.id for notification in waiting]))
            .values(mailed_at=written.created_at)  # by which may_leave finds what the mail tells
            .execution_options(synchronize_session=False)
        )

    def _unsubscribe_address(self, member_id: int, kinds: Iterable[Kind]) -> str:
        proof = unsubscribe.token(self.settings, member_id, kinds)
        return f"{self.settings.base_url}/desabonnement/{proof}"

    def _answer_address(self, member_id: int, subjects: list[list[Notification]]) -> str | None:
        """Where to answer a mail about one topic; not one about what moderators decide."""
        post = subjects[0][0].post
        decided = any(told.kind is Kind.MODERATION for told in subjects[0])
        if len(subjects) > 1 or post is None or decided or post.topic.locked:
            return None
        return answering.address(self.settings, member_id, post.topic_id)

    def _headers(
        self, stop: str, answer_to: str | None, subjects: list[list[Notification]]
    ) -> dict[str, str]:
        headers = {
            **({"Reply-To": answer_to} if answer_to else {}),
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        post = subjects[0][0].post
        if len(subjects) == 1 and post is not None:
            # Mail programs then show one conversation a topic.
            headers["References"] = f"<topic-{post.topic_id}@{self.settings.mail_domain}>"
        return headers


def _enqueue_mail(session: Session, member_id: int, frequency: Frequency, at: datetime) -> None:
    enqueue(
        session,
        MAIL,
        {"member_id": member_id, "frequency": frequency.value},
        key=f"{MAIL}:{frequency.value}:{member_id}",
        run_at=at,
    )


def may_leave(session: Session, mail: Mail) -> bool:
    """Whether a mail still tells only what its reader may see.

    It may have waited for two days, or have been given up and sent again by an administrator. One
    that says too much is not sent: what of its news is still open is told by another one.
    """
    if mail.kind in {dates.DATE, rides.RIDE, invitations.INVITATION}:
        return dates.may_leave(session, mail)
    if mail.kind != NOTIFICATIONS:
        return True
    member = by_email(session, mail.to_address)
    if member is None or member.is_suspended(clock.now()):
        return False
    viewer = rule.viewer(session, member.id, member.role)
    told = session.scalars(queries.told_by(member.id, mail.created_at)).all()
    stands = set(session.scalars(queries.still_open(viewer, [one.id for one in told])))
    reach = mail.subject_audience_id
    if len(stands) == len(told) and (reach is None or reach in viewer.audiences):
        return True
    chosen = queries.preferences(session, member.id)
    for one in told:
        one.mailed_at = None
    paces = {chosen[one.kind] for one in told if one.id in stands} - {Frequency.NEVER}
    for frequency in paces:
        _enqueue_mail(session, member.id, frequency, clock.now())
    return False


def _audience(subjects: list[list[Notification]]) -> int | None:
    """The reach of the topic or document that the subject of a mail names: when it is alone."""
    if len(subjects) > 1:
        return None
    told = subjects[0][0]
    about = _subject(told)
    return about.audience_id if about else None


def _subject(told: Notification) -> Topic | Document | Event | Poll | None:
    """The topic, the document, the event or the poll that it is about."""
    return told.post.topic if told.post else told.document or told.event or told.poll


def _is_settled(session: Session, post: Post, what: str) -> bool:
    """Whether what was to wait for the moderators was dealt with before they were told."""
    if what == HELD:
        return post.state is not State.HELD
    if what == REPORTED:
        report = exists().where(Report.post_id == post.id, Report.closed_at.is_(None))
        return not session.scalar(select(report))
    return False


def by_subject(waiting: Iterable[Notification]) -> list[list[Notification]]:
    """Notifications in reading order, gathered by topic or document."""
    return [list(told) for _subject, told in groupby(waiting, key=_subject)]


def next_morning(present: datetime) -> datetime:
    """The next time that daily mails leave."""
    local = present.astimezone(clock.PARIS)
    day = local.replace(hour=MORNING[0], minute=MORNING[1], second=0, microsecond=0)
    if day <= local:
        day = (day + timedelta(days=1)).replace(hour=MORNING[0], minute=MORNING[1])
    return day.astimezone(UTC)
