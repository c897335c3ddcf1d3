"""Every list of the house, brought to so many rows."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.dates import write_dates
from agenda.models import Event, EventKind
from agenda.polls.models import Choice, Poll, Reply, Slot, Suits
from core import clock
from core.bounces import Hold
from core.db import Base
from expertise.figures.models import DeskCount, Side
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import Ending
from expertise.needs.models import By, Need, Step
from expertise.programmes.models import Institution, Programme
from expertise.surveys.models import Kind as SurveyKind
from expertise.surveys.models import Survey
from files.models import StoredFile
from forum.models import (
    Act,
    Decision,
    Following,
    Post,
    Report,
    ReportReason,
    Revision,
    Section,
    State,
    Thank,
    Topic,
    TopicTerm,
)
from inbound.models import Outcome, Received
from news.models import Article, ArticleKind
from notifications.models import Kind, Notification
from resources.models import Document, Version
from rooms.models import Meeting, Note, Presence, Room
from tests.expertise import billing, counted, desks, surveying
from tests.http.sample import invite, put_off
from tests.world import World


def come_in(session: Session, member: Member, number: int) -> None:
    """An answer by mail, and an address on hold."""
    session.add(
        Received(
            digest=str(number),
            recipient="",
            received_at=clock.now(),
            size=1,
            outcome=Outcome.PUBLISHED,
            member_id=member.id,
        )
    )
    session.add(Hold(address=f"inconnue{number}@example.org", since=clock.now(), words="550"))


def meet(
    session: Session, audiences: list[int], administrator: Member, author: Member, numbers: range
) -> None:
    """Rooms, meetings in each and as many in the first, people and notes in each."""
    present = clock.now()
    for number in numbers:
        room = Room(
            title=f"Salon {number}", owner_id=(administrator if number % 3 else author).id,
            audience_id=audiences[number % 2], created_at=present,
        )  # fmt: skip
        session.add(room)
        session.flush()
        meeting = Meeting(room_id=1, started_at=present, ended_at=present)
        session.add_all([meeting, Meeting(room_id=room.id, started_at=present)])
        session.flush()
        for meeting_id in {1, meeting.id}:
            session.add_all(
                [
                    Presence(
                        meeting_id=meeting_id, member_id=author.id, state="inside",
                        came_at=present, entered_at=present, until_at=present,
                    ),
                    Note(meeting_id=meeting_id, member_id=author.id, body="Noté.", at=present),
                ]
            )  # fmt: skip


def ask_when(
    session: Session, audiences: list[int], administrator: Member, author: Member, numbers: range
) -> None:
    """Polls of dates, of two slots each; the first has an answer and a slot more for each."""
    present = clock.now()
    for number in numbers:
        poll = Poll(
            title=f"Sondage {number}", description="", html="", place="", zone="Europe/Paris",
            all_day=False, minutes=60, created_at=present, audience_id=audiences[number % 2],
            owner_id=(administrator if number % 3 else author).id,
        )  # fmt: skip
        session.add(poll)
        session.flush()
        first = present + timedelta(days=number + 1)
        slots = [
            Slot(poll_id=one, starts_at=first + later, ends_at=first + later + timedelta(hours=1))
            for one, later in (
                (poll.id, timedelta(0)),
                (poll.id, timedelta(hours=2)),
                (1, timedelta(hours=5)),
            )
        ]
        session.add_all(slots)
        replies = [Reply(poll_id=poll.id, member_id=author.id, words="", answered_at=present)]
        if number:
            somebody = session.scalars(select(Member.id).offset(number % 3).limit(1)).first()
            told = Reply.poll_id == 1, Reply.member_id == somebody
            if somebody and not session.scalar(select(Reply.id).where(*told)):
                replies.append(Reply(poll_id=1, member_id=somebody, words="", answered_at=present))
        session.add_all(replies)
        session.flush()
        session.add_all(
            Choice(reply_id=replies[0].id, slot_id=one.id, suits=Suits.YES) for one in slots[:2]
        )


def ask_experts(session: Session, first: Need, numbers: range) -> None:
    """Needs of the programme of the first, steps of this one."""
    kept = {
        column.name: getattr(first, column.name)
        for column in Need.__table__.columns
        if column.name not in {"id", "number", "submission"}
    }
    for number in numbers:
        session.add(Need(**kept, number=first.number + 1 + number))
        session.add(
            Step(
                need_id=first.id, act=NeedAct.ADD, by=By.COMPANY, words="Encore.", at=first.asked_at
            )
        )


def answer(world: World, made: Programme, numbers: range) -> None:
    """The experts of an institution, approved or waiting."""
    of = world.one(select(Institution).order_by(Institution.id).limit(1)) or desks.institution(
        world, made
    )
    about = (desks.subject(world, made),)
    for number in numbers:
        desks.expert(
            world,
            of,
            subjects=about,
            name=f"Ana {number}",
            email=f"ana{number}@groupe.example",
            approved_at=clock.now() if number % 2 else None,
        )


def count_cases(session: Session, made: Programme, numbers: range) -> None:
    """Figures of many territories, subjects and institutions."""
    session.merge(DeskCount(programme_id=made.id, counted_to=clock.today()))
    for number in numbers:
        for side in (Side.SUBJECT, Side.TERRITORY, Side.INSTITUTION):
            session.add_all(counted.counted_rows(made, side, number + 1, range(1)))


def ask_after(session: Session, of: Need, numbers: range) -> None:
    """Surveys that the company of a need answered, with testimonials that are shown."""
    for number in numbers:
        at = clock.now() + timedelta(minutes=number)
        session.add(
            Survey(
                programme_id=of.programme_id,
                need_id=of.id,
                kind=SurveyKind.CLOSING,
                ending=Ending.HELPED,
                closed_at=at,
                sent_at=at,
                answered_at=at,
                consented_at=at,
                approved_at=at,
                **surveying.ANSWERED,
            )
        )


def crowd(world: World, administrator: Member, author: Member, wanted: int) -> None:
    """Bring every list of the house to so many rows."""
    audiences = [world.audience([], []), world.audience(["coorace"], ["departement:44"])]
    theme, present = world.theme(), clock.now()
    have = len(world.all(select(Topic.id)))
    for number in range(have, wanted):
        world.act(put_off)
        world.act(lambda s, number=number: come_in(s, author, number))  # type: ignore[misc]
        if number % 20 == 0 or wanted < 10:
            world.member("Membre")
            invite(world, administrator, f"invitee{number}@example.org")
            world.ask_access(email=f"demande{number}@example.org", network="coorace")

    world.upload(author)
    file_id, kind_id = world.one(select(StoredFile.id)), world.kind()

    def shelve(session: Session) -> None:
        for number in range(have, wanted):
            at = present - timedelta(minutes=number)
            document = Document(
                title=f"Guide {number}", title_key=f"guide {number}", kind_id=kind_id,
                theme_id=theme, description="", html="", number=1, deposited_at=at, renewed_at=at,
                owner_id=(administrator if number % 3 else author).id,
                audience_id=audiences[number % 2],
            )  # fmt: skip
            session.add(document)
            session.flush()
            session.add(
                Version(
                    document_id=document.id, number=1, file_id=file_id, name="guide.txt", note="",
                    deposited_by_id=author.id, deposited_at=at,
                )
            )  # fmt: skip

    world.act(shelve)
    kind = world.one(select(EventKind.id).limit(1))

    def gather(session: Session) -> None:
        for number in range(have, wanted):
            at = datetime(2027, 3, 1 + number % 20, 9, tzinfo=UTC)
            event = Event(
                uid=f"{number}@example.org", sequence=0, title=f"Réunion {number}", kind_id=kind,
                theme_id=theme, description="", html="", starts_at=at, ends_at=at, created_at=at,
                changed_at=at, owner_id=(administrator if number % 3 else author).id,
                audience_id=audiences[number % 2],
            )  # fmt: skip
            session.add(event)
            write_dates(session, event)

    world.act(gather)

    need = world.one(select(Need).order_by(Need.id).limit(1)) or desks.need(
        world, desks.programme(world, team=(administrator,))
    )
    world.act(lambda s: ask_experts(s, need, range(have, wanted)))
    asked = world.one(select(Programme).where(Programme.id == need.programme_id))
    assert asked is not None
    answer(world, asked, range(have, wanted))
    world.act(lambda s: count_cases(s, asked, range(have, wanted)))
    world.act(lambda s: billing.sold(s, range(have, wanted)))
    world.act(lambda s: ask_after(s, need, range(have, wanted)))
    world.act(lambda s: meet(s, audiences, administrator, author, range(have, wanted)))
    world.act(lambda s: ask_when(s, audiences, administrator, author, range(have, wanted)))

    def write(session: Session) -> None:
        for number in range(have, wanted):
            at = present - timedelta(minutes=number)
            topic = Topic(
                title=f"Un chantier {number}",
                theme_id=theme,
                author_id=(administrator if number % 3 else author).id,
                audience_id=audiences[number % 2],
                state=State.VISIBLE,
                created_at=at,
                excerpt="Un extrait.",
                last_author_id=author.id,
                last_activity_at=at,
                pinned=number % 50 == 1,
            )
            session.add(topic)
            session.flush()
            post = written(topic, author, 0, State.HELD if number % 2 else State.VISIBLE)
            session.add(post)
            session.flush()
            topic.last_post_id = post.id
            first = session.get_one(Topic, 1)
            first.last_number += 1
            first.answers += 1
            reply = written(first, author, first.last_number, State.VISIBLE)
            session.add(reply)
            session.flush()
            announce(session, number, topic, author)
            session.add_all(traces(topic, post, reply, administrator, author))

    world.act(write)


def announce(session: Session, number: int, like: Topic, author: Member) -> None:
    """An article beside a topic; every third tells the news of the one before."""
    topic = Topic(
        section=Section.NEWS, title=f"Une annonce {number}", theme_id=like.theme_id,
        author_id=author.id, audience_id=like.audience_id, state=State.VISIBLE,
        created_at=like.created_at, excerpt="Un extrait.", last_author_id=author.id,
        last_activity_at=like.created_at,
    )  # fmt: skip
    session.add(topic)
    session.flush()
    post = written(topic, author, 0, State.VISIBLE)
    session.add(post)
    session.flush()
    topic.last_post_id = post.id
    kind = select(ArticleKind.id).where(ArticleKind.slug == "vie-du-reseau")
    session.add(
        Article(
            topic_id=topic.id, audience_id=like.audience_id, published_at=like.created_at,
            kind_id=session.scalars(kind).one(), story_id=number // 2 if number % 3 else None,
        )
    )  # fmt: skip


def written(topic: Topic, author: Member, number: int, state: State) -> Post:
    return Post(
        topic_id=topic.id,
        number=number,
        author_id=author.id,
        body="Un chantier.",
        html="<p>Un chantier.</p>",
        state=state,
        created_at=clock.now(),
    )


def traces(topic: Topic, post: Post, reply: Post, reader: Member, author: Member) -> list[Base]:
    """What makes a row of each other list."""
    present = clock.now()
    return [
        Following(member_id=reader.id, topic_id=topic.id),
        TopicTerm(term="chanti", topic_id=topic.id, in_title=True),
        Report(
            post_id=reply.id,
            reporter_id=reader.id,
            reason=ReportReason.WRONG,
            words="Faux.",
            created_at=present,
        ),
        Thank(post_id=reply.id, member_id=reader.id, at=present),
        Revision(post_id=1, body="Avant.", replaced_at=present, replaced_by_id=author.id),
        Decision(
            act=Act.LOCK,
            at=present,
            moderator_id=reader.id,
            topic_id=topic.id,
            post_id=post.id,
            reason="Essai",
        ),
        Notification(
            member_id=reader.id,
            kind=Kind.ANSWER,
            what="",
            post_id=reply.id,
            actor_id=author.id,
            created_at=present,
        ),
    ]
