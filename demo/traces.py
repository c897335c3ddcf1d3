"""What reading, reporting and asking left behind: unread marks, notifications, what waits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from access import rule
from accounts import credentials
from accounts.administration import INVITATION_LASTS
from accounts.models import AccessRequest, Invitation, Member, Visit
from core import text
from core.clock import day_of
from demo import DOMAIN
from demo.calendar import Month
from demo.conversations import Talk
from forum.models import Post, Reading, ReadingStart, Report, ReportReason
from notifications.models import Kind, Notification
from resources.models import Document, Opening

ATTENTION = 0.85
"""How likely a member is to open a topic that they could read at their last visit."""

Marks = dict[tuple[int, int], int]
"""(member, topic) → the last post read."""

REPORTS = (
    (
        "cdi-inclusion",
        0,
        "maud.guilbaud",
        ReportReason.PERSONAL,
        "L’âge est donné. Avec le métier et la structure, on peut deviner de qui il s’agit.",
        1.4,
    ),
    (
        "temps-partiel-annualise",
        1,
        "elodie.foucher",
        ReportReason.WRONG,
        "Afficher au mur un compteur avec les prénoms pose un problème de confidentialité. "
        "À préciser, pour que personne ne reprenne l’idée.",
        0.6,
    ),
)
"""Topic, number of the post, who, why, in which words, days ago."""


def readings(
    session: Session, talks: list[Talk], members: dict[str, Member], random: Random
) -> Marks:
    """Each member read most of what they could see, up to their last visit."""
    marks: Marks = {}
    for member in members.values():
        session.add(ReadingStart(member_id=member.id, post_id=0))
        open_to = set(rule.viewer(session, member.id, member.role).audiences)
        for talk in talks:
            if talk.topic.audience_id in open_to:
                mark = _mark(talk.posts, member, random)
                if mark:
                    marks[member.id, talk.topic.id] = mark
    session.execute(
        insert(Reading),
        [
            {"member_id": member_id, "topic_id": topic_id, "post_id": post_id}
            for (member_id, topic_id), post_id in marks.items()
        ],
    )
    return marks


def _mark(posts: list[Post], member: Member, random: Random) -> int:
    own = max((post.id for post in posts if post.author_id == member.id), default=0)
    if member.last_visit_at is None or random.random() > ATTENTION:
        return own
    there = (post.id for post in posts if post.created_at <= member.last_visit_at)
    return max(own, max(there, default=0))


def visits(talks: list[Talk], members: dict[str, Member]) -> None:
    """Whoever wrote was here at that time."""
    latest: dict[int, datetime] = {}
    for talk in talks:
        for post in talk.posts:
            at = post.created_at
            latest[post.author_id] = max(latest.get(post.author_id, at), at)
    for member in members.values():
        wrote = latest.get(member.id)
        if wrote and member.last_visit_at and wrote > member.last_visit_at:
            member.previous_visit_at, member.last_visit_at = member.last_visit_at, wrote


def presence(
    session: Session, talks: list[Talk], members: dict[str, Member], month: Month, random: Random
) -> None:
    """The days on which members were here, three months back, and the documents they opened."""
    days = {(post.author_id, day_of(post.created_at)) for talk in talks for post in talk.posts}
    library = session.execute(
        select(Document.id, Document.owner_id, Document.audience_id, Document.deposited_at)
    ).all()
    opened: set[tuple[int, int, date]] = set()
    for member in members.values():
        if member.last_visit_at is None:
            continue
        last, habit = day_of(member.last_visit_at), random.uniform(0.1, 0.7)
        first = max(day_of(member.created_at), last - timedelta(days=90))
        came = {last - timedelta(days=ago) for ago in range((last - first).days + 1)}
        mine = {day for day in sorted(came) if day.weekday() < 5 and random.random() < habit}
        days |= {(member.id, day) for day in mine | {last}}
        open_to = rule.viewer(session, member.id, member.role).audiences
        for document_id, owner_id, audience_id, deposited_at in library:
            later = sorted(day for day in mine if day >= day_of(deposited_at))
            if later and owner_id != member.id and audience_id in open_to and random.random() < 0.3:
                opened.add((member.id, document_id, random.choice(later)))
    before_today = day_of(month.end)
    session.execute(
        insert(Visit),
        [
            {"member_id": member_id, "day": day, "by_mail": random.random() < 0.3}
            for member_id, day in sorted(days)
            if day <= before_today
        ],
    )
    session.execute(
        insert(Opening),
        [
            {"member_id": member_id, "document_id": document_id, "day": day}
            for member_id, document_id, day in sorted(opened)
        ],
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """Writes the notifications that were sent at the time; no mail leaves for them now."""

    session: Session
    members: dict[int, Member]
    marks: Marks

    def tell(self, talk: Talk, post: Post, to: int, kind: Kind, *, what: str = "") -> None:
        """A member was told of a post; seen when they have read it since."""
        at = post.created_at + timedelta(minutes=2)
        read = self.marks.get((to, talk.topic.id), 0) >= post.id
        visited = self.members[to].last_visit_at
        self.session.add(
            Notification(
                member_id=to,
                kind=kind,
                what=what,
                post_id=post.id,
                actor_id=post.author_id,
                created_at=at,
                seen_at=max(at, visited) if read and visited else None,
                mailed_at=at,
            )
        )


def notifications(
    session: Session, talks: list[Talk], members: dict[str, Member], marks: Marks
) -> None:
    """Answers to those who follow, calls to those who are named, thanks to useful answers."""
    telling = Telling(session, {member.id: member for member in members.values()}, marks)
    handles = {member.handle: member.id for member in members.values()}
    open_to = {
        member.id: set(rule.viewer(session, member.id, member.role).audiences)
        for member in members.values()
    }
    for talk in talks:
        followers = {members[email].id for email in talk.said["followers"]}
        for post in talk.posts:
            called = {
                member_id
                for handle in text.handles(post.body)
                if (member_id := handles.get(handle))
                and talk.topic.audience_id in open_to[member_id]
            } - {post.author_id}
            for member_id in sorted(called):
                telling.tell(talk, post, member_id, Kind.MENTION)
            if post.number:
                for member_id in sorted(followers - called - {post.author_id}):
                    telling.tell(talk, post, member_id, Kind.ANSWER)
            if post.id == talk.topic.useful_id and post.author_id != talk.topic.author_id:
                telling.tell(talk, post, post.author_id, Kind.USEFUL)
            followers.add(post.author_id)
    session.flush()


def reports(session: Session, talks: list[Talk], members: dict[str, Member], month: Month) -> None:
    """Two messages wait for a moderator, who was told."""
    by_key = {talk.key: talk for talk in talks}
    for key, number, who, reason, words, days in REPORTS:
        talk = by_key[key]
        post, reporter = talk.posts[number], members[f"{who}@{DOMAIN}"]
        session.add(
            Report(
                post_id=post.id,
                reporter_id=reporter.id,
                reason=reason,
                words=words,
                created_at=month.ago(days),
            )
        )
        for member in members.values():
            viewer = rule.viewer(session, member.id, member.role)
            if viewer.moderates and talk.topic.audience_id in viewer.audiences:
                session.add(
                    Notification(
                        member_id=member.id,
                        kind=Kind.MODERATION,
                        what="reported",
                        post_id=post.id,
                        actor_id=reporter.id,
                        created_at=month.ago(days),
                        mailed_at=month.ago(days),
                    )
                )


def waiting(
    session: Session,
    month: Month,
    networks: dict[str, int],
    territories: dict[str, int],
    administrator: Member,
) -> None:
    """Somebody asks for an account, somebody else was invited."""
    session.add(
        AccessRequest(
            email=f"lucie.garnaud@{DOMAIN}",
            first_name="Lucie",
            last_name="Garnaud",
            employer="Atelier des Basses Vallées",
            job="Encadrante technique",
            network_id=networks["coorace"],
            reason="Une collègue de Baugé m’a parlé du forum. J’encadre une équipe en espaces "
            "verts et je cherche à échanger avec d’autres encadrants du Maine-et-Loire.",
            created_at=month.ago(1.3),
        )
    )
    invited_at = month.ago(2.6)
    session.add(
        Invitation(
            email=f"youenn.castel@{DOMAIN}",
            first_name="Youenn",
            last_name="Castel",
            network_ids=[networks["reseau-44"]],
            territory_ids=[territories["departement:44"]],
            job="Chargé d’accompagnement",
            employer="",
            word="Bienvenue parmi nous, Youenn. Toute l’équipe t’attend sur le forum.",
            token_hash=credentials.new_token()[1],
            invited_by_id=administrator.id,
            created_at=invited_at,
            expires_at=invited_at + INVITATION_LASTS,
        )
    )
