"""A question that nobody answered is proposed to a few colleagues who said that they can help.

Read by the worker alone, for the one who is asked: what they may not see is not proposed to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from access import rule
from access.geography import Around
from access.models import AudienceTerritory, MemberTerritory, Overlap
from accounts.models import Acceptance, Member
from accounts.queries import active
from core import working_days
from core.clock import PARIS
from directory.models import MemberSkill, Organisation, Profile, Side, Skill, SkillContent
from directory.practice import TOPIC
from forum.models import Post, Section, State, Topic
from notifications.models import Frequency, Kind, Notification, Preference

ASKED_AT_MOST = 3
"""Colleagues, for one question."""
WORKING_DAYS = 2
OLDEST = timedelta(days=30)
"""An older question is left to those who read the list of unanswered ones."""
REST = timedelta(days=7)
"""Nobody is asked twice within it."""
AT_ONCE = 200
"""Questions looked at in one turn, the oldest first."""
OPENS, CLOSES = 8, 18
"""Hours between which people are asked, in France, on working days."""
NEAR = (20, 50, 100)
"""Kilometres: within one of these, it is one's turn that counts rather than a few kilometres."""


def next_hour(present: datetime) -> datetime:
    """The next hour at which people are asked."""
    local = present.astimezone(PARIS).replace(minute=0, second=0, microsecond=0)
    local += timedelta(hours=1)
    while not (working_days.is_working(local.date()) and OPENS <= local.hour < CLOSES):
        local += timedelta(hours=1)
    return local.astimezone(present.tzinfo)


def _waits() -> list[ColumnElement[bool]]:
    """A question that readers see, that nobody answered, and that can be."""
    held = exists().where(Post.topic_id == Topic.id, Post.number > 0, Post.state == State.HELD)
    return [
        Topic.section == Section.FORUM,
        Topic.answers == 0,
        Topic.state == State.VISIBLE,
        Topic.useful_id.is_(None),
        ~Topic.locked,
        Topic.merged_into_id.is_(None),
        ~held,  # an answer that moderators are reading
    ]


def _asked(topic_id: SQLColumnExpression[int] | int) -> ScalarSelect[int]:
    """How many were asked about a topic."""
    return (
        select(func.count())
        .select_from(Notification)
        .join(Post, Post.id == Notification.post_id)
        .where(Post.topic_id == topic_id, Post.number == 0, Notification.kind == Kind.PROPOSED)
        .scalar_subquery()
    )


def due(session: Session, present: datetime) -> list[int]:
    """The topics that have waited for two working days, and about which few were asked."""
    spoken_of = exists().where(SkillContent.kind == TOPIC, SkillContent.content_id == Topic.id)
    rows = session.execute(
        select(Topic.id, Topic.created_at)
        .where(
            *_waits(),
            Topic.created_at >= present - OLDEST,
            Topic.created_at <= present - timedelta(days=WORKING_DAYS),
            spoken_of,
            _asked(Topic.id) < ASKED_AT_MOST,
        )
        .order_by(Topic.created_at, Topic.id)
        .limit(AT_ONCE)
    )
    return [
        topic_id
        for topic_id, created_at in rows
        if working_days.after(created_at, WORKING_DAYS) <= present
    ]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to ask, and the skill that makes one think of them."""

    member_id: int
    skill: str


def question(session: Session, topic_id: int) -> Post | None:
    """The question of a topic that still waits; its topic is held, so that three are three."""
    topic = session.scalar(
        select(Topic).where(Topic.id == topic_id, *_waits()).with_for_update(of=Topic)
    )
    if topic is None:
        return None
    return session.scalar(select(Post).where(Post.topic_id == topic.id, Post.number == 0))


def willing(session: Session, question: Post, present: datetime) -> Sequence[Colleague]:
    """Who may be asked now, so that three were in all: those of the place first, then the nearest.

    Among those who are about as near, the one who was asked the longest ago.
    """
    topic = session.get_one(Topic, question.topic_id)
    left = ASKED_AT_MOST - (session.scalar(select(_asked(topic.id))) or 0)
    if left <= 0:
        return []
    last = (
        select(func.max(Notification.created_at))
        .where(Notification.member_id == Member.id, Notification.kind == Kind.PROPOSED)
        .correlate(Member)
        .scalar_subquery()
    )
    skill = _skill(topic)
    squared = _squared(session, topic)
    found = session.execute(
        select(Member.id, skill.label("skill"))
        .outerjoin(Profile, Profile.member_id == Member.id)
        .outerjoin(Organisation, Organisation.id == Profile.organisation_id)
        .where(
            Member.id != topic.author_id,
            rule.reached(Member.id, topic.audience_id),
            active(present),
            exists().where(Acceptance.member_id == Member.id),
            skill.is_not(None),
            ~_knows(topic, question),
            ~_declines(),
            or_(last.is_(None), last <= present - REST),
        )
        .order_by(
            case((_of_the_place(session, topic), 0), else_=1),
            case(*((squared <= far**2, far) for far in NEAR), else_=NEAR[-1] + 1),
            last.is_not(None),
            last,
            squared.is_(None),
            squared,
            Member.id,
        )
        .limit(left)
        .with_for_update(of=Member, skip_locked=True)  # asked about something else right now
    )
    return [Colleague(member_id, name) for member_id, name in found]


def _skill(topic: Topic) -> ScalarSelect[str]:
    """The first skill that the topic speaks of and that each member offers."""
    return (
        select(Skill.name)
        .join(MemberSkill, MemberSkill.skill_id == Skill.id)
        .join(SkillContent, SkillContent.skill_id == Skill.id)
        .where(
            MemberSkill.member_id == Member.id,
            MemberSkill.side == Side.OFFERS,
            ~Skill.retired,
            SkillContent.kind == TOPIC,
            SkillContent.content_id == topic.id,
        )
        .order_by(Skill.position, Skill.id)
        .limit(1)
        .correlate(Member)
        .scalar_subquery()
    )


def _knows(topic: Topic, question: Post) -> ColumnElement[bool]:
    """They were asked about it, or wrote there."""
    asked, written = aliased(Notification), aliased(Post)
    return or_(
        exists().where(
            asked.member_id == Member.id,
            asked.kind == Kind.PROPOSED,
            asked.post_id == question.id,
        ),
        exists().where(written.topic_id == topic.id, written.author_id == Member.id),
    )


def _declines() -> ColumnElement[bool]:
    """They do not want to be asked."""
    return exists().where(
        Preference.member_id == Member.id,
        Preference.kind == Kind.PROPOSED,
        Preference.frequency == Frequency.NEVER,
    )


def _of_the_place(session: Session, topic: Topic) -> ColumnElement[bool]:
    """Whether each works where the topic is for; where its author works when it is for all."""
    named: Select[int] = select(AudienceTerritory.territory_id).where(
        AudienceTerritory.audience_id == topic.audience_id
    )
    theirs: Select[int] = select(MemberTerritory.territory_id).where(
        MemberTerritory.member_id == topic.author_id
    )
    places = session.scalars(named).all() or session.scalars(theirs).all()
    mine = aliased(MemberTerritory)
    return exists().where(
        mine.member_id == Member.id,
        Overlap.territory_id == mine.territory_id,
        Overlap.other_id.in_(places),
    )


def _squared(session: Session, topic: Topic) -> ColumnElement[Any]:
    """How far each works from the author, in square kilometres. It orders, and is shown to none."""
    point = session.execute(
        select(Organisation.latitude, Organisation.longitude)
        .join(Profile, Profile.organisation_id == Organisation.id)
        .where(Profile.member_id == topic.author_id, Organisation.latitude.is_not(None))
    ).one_or_none()
    latitude, longitude = point or (None, None)
    if latitude is None or longitude is None:
        return literal(None, Organisation.latitude.type)
    around = Around(latitude, longitude, NEAR[-1])
    return around.squared(Organisation.latitude, Organisation.longitude)
