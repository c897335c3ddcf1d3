"""A page costs the same for 2 rows as for 200."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.dates import write_dates
from agenda.models import Event, EventKind
from core import clock
from core.bounces import Hold
from core.db import Base
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
from tests.http.sample import invite, put_off, sample
from tests.world import BOTH, World

# The most statements for each page that an administrator opens, where there is one of each thing.
COSTS = {
    "account.profile": 10,
    "account.second_factor": 3,
    "account.security": 3,
    "accounts.ask_access": 3,
    "accounts.ask_link": 2,
    "accounts.forgotten": 2,
    "accounts.invitation": 3,
    "accounts.new_password": 3,
    "accounts.open_link": 3,
    "accounts.second_step": 0,
    "accounts.sign_in": 1,
    "administration.acceptances": 2,
    "administration.charter_version": 4,
    "administration.charters": 4,
    "administration.content": 7,
    "administration.contents": 9,
    "administration.entries": 4,
    "administration.entry": 4,
    "administration.export_figures": 3,
    "administration.figures": 10,
    "administration.figures_report": 10,
    "administration.export_acronyms": 4,
    "administration.export_in_vain": 4,
    "administration.folder": 4,
    "administration.folders": 4,
    "administration.acronym": 4,
    "administration.acronyms": 4,
    "administration.holds": 4,
    "administration.house": 4,
    "administration.in_vain": 4,
    "administration.index": 5,
    "administration.invitations": 4,
    "administration.invite": 5,
    "administration.mail": 7,
    "administration.mails": 5,
    "administration.received": 5,
    "administration.member": 7,
    "administration.members": 7,
    "administration.merge_members": 8,
    "administration.network": 5,
    "administration.networks": 4,
    "administration.new_charter": 4,
    "administration.new_network": 3,
    "administration.request": 6,
    "administration.requests": 4,
    "administration.retention": 5,
    "administration.storage": 8,
    "administration.test_mail": 4,
    "administration.trail": 4,
    "administration.twins": 6,
    "administration.work": 7,
    "agenda.announce": 9,
    "agenda.cancel": 7,
    "agenda.date": 10,
    "agenda.edit": 8,
    "agenda.edit_date": 5,
    "agenda.edit_following": 8,
    "agenda.event": 10,
    "agenda.index": 9,
    "agenda.month": 9,
    "agenda.print_dates": 9,
    "agenda.withdrawn": 4,
    "agenda_attending.date": 10,
    "agenda_attending.documents": 10,
    "agenda_attending.message": 9,
    "agenda_attending.minutes": 8,
    "agenda_attending.mine": 5,
    "agenda_attending.people": 10,
    "agenda_attending.sign_in_sheet": 6,
    "agenda_attending.terms": 7,
    "calendars.answer": 2,
    "calendars.file": 4,
    "calendars.files": 10,
    "calendars.index": 8,
    "charter.charter": 5,
    "circulars.index": 8,
    "directory.communes": 1,
    "directory.member": 10,
    "directory.all_schemes": 8,
    "directory.edit_scheme": 10,
    "directory.names": 1,
    "directory.import_": 7,
    "directory.import_model": 1,
    "directory.imports": 4,
    "directory.new_import": 6,
    "directory.new_scheme": 9,
    "directory.print_schemes": 7,
    "directory.scheme": 6,
    "directory.print_members": 10,
    "directory.print_organisations": 9,
    "directory.members": 10,
    "directory.organisation": 8,
    "directory.organisations": 10,
    "directory.edit_organisation": 10,
    "directory.new_organisation": 9,
    "forum.ask": 7,
    "forum.edit": 4,
    "forum.index": 9,
    "forum.mentions": 1,
    "forum.newer": 6,
    "forum.report": 4,
    "forum.similar": 2,
    "forum.topic": 8,
    "health.health": 0,
    "home.home": 10,
    "home.robots": 0,
    "home.speak": 0,
    "map.all_schemes": 9,
    "map.index": 10,
    "map.date_markers": 2,
    "map.date_position": 5,
    "map.date_sheet": 3,
    "map.dates": 10,
    "map.scheme_markers": 3,
    "map.scheme_position": 6,
    "map.scheme_sheet": 3,
    "map.markers": 3,
    "map.position": 5,
    "map.sheet": 5,
    "map.zones": 9,
    "map.zones_file": 5,
    "letters.editing": 10,
    "letters.index": 5,
    "letters.letter": 10,
    "letters.networks": 4,
    "letters.new_public_letter": 5,
    "letters.partners": 8,
    "letters.preview": 10,
    "letters.public_letter": 8,
    "moderation.export_figures": 3,
    "moderation.figures": 5,
    "moderation.hide": 7,
    "moderation.history": 5,
    "moderation.keep": 7,
    "moderation.lock": 5,
    "moderation.merge": 8,
    "moderation.move": 5,
    "moderation.queue": 6,
    "moderation.register": 4,
    "moderation.restore": 7,
    "news.article": 10,
    "news.edit": 8,
    "news.index": 10,
    "news.publish": 6,
    "news.subscribe": 4,
    "notifications.index": 4,
    "notifications.settings": 5,
    "notifications.unsubscribe": 2,
    "own_data.files": 4,
    "own_data.page": 4,
    "own_data.register": 3,
    "public_letters.confirm": 4,
    "public_letters.letter": 5,
    "public_letters.network": 5,
    "public_letters.unsubscribe": 4,
    "resources.deposit": 10,
    "resources.deposit_link": 9,
    "resources.document": 10,
    "resources.edit": 7,
    "resources.favourites": 5,
    "resources.index": 8,
    "resources.renew": 4,
    "resources.replace": 4,
    "resources.newest_text": 2,
    "resources.text": 4,
    "resources.withdrawn": 3,
    "rooms.edit": 5,
    "rooms.index": 8,
    "rooms.invitation": 3,
    "rooms.meeting": 7,
    "rooms.open_room": 6,
    "rooms.room": 7,
    "rooms.withdrawn": 4,
    "search.results": 6,
    "search.titles": 1,
}
MOST = 10


@BOTH
def test_no_page_costs_more_than_is_written_here(world: World) -> None:
    house = sample(world)
    client = world.client(house.administrator)
    found = {}
    for endpoint, path in house.pages().items():
        with world.counted() as statements:
            answer = client.get(path)
        assert answer.status_code in {200, 302, 404, 410}, path
        found[endpoint] = len(statements)
    assert found.keys() == COSTS.keys()
    assert {name: cost for name, cost in found.items() if cost > COSTS[name]} == {}
    assert max(COSTS.values()) <= MOST


LISTS = (
    "/",
    "/forum",
    "/forum?voir=non-lus",
    "/forum?voir=suivis",
    "/forum?voir=les-miens",
    "/forum?voir=sans-reponse",
    "/forum?theme=formation",
    "/forum/sujets/1",
    "/forum/sujets/1?apres=1",
    "/forum/sujets/1/suite",
    "/actualites",
    "/actualites?voir=non-lues",
    "/actualites?genre=vie-du-reseau&voir=valables",
    "/recherche?q=chantier",
    "/forum/semblables?title=chantier",
    "/forum/mentions?q=membre",
    "/notifications",
    "/ressources",
    "/ressources?tri=titre",
    "/ressources/1",
    "/annuaire",
    "/annuaire?pres=nantes",
    "/annuaire/structures",
    "/agenda",
    "/agenda?voir=les-miennes",
    "/agenda?pres=nantes",
    "/agenda/mois/2027-03",
    "/agenda/1",
    "/visio",
    "/visio/1",
    "/visio/1/reunions/1",
    "/carte",
    "/carte?pres=nantes",
    "/carte?cadre=47,-2,48,-1",
    "/carte/reperes",
    "/carte/dates",
    "/carte/zones",
    "/moderation",
    "/moderation?voir=attente",
    "/moderation/registre",
    "/moderation/chiffres",
    "/moderation/messages/1/historique",
    "/administration/membres",
    "/administration/chiffres",
    "/administration/membres?tri=visite",
    "/administration/invitations",
    "/administration/journal",
    "/administration/demandes",
    "/administration/charte",
    "/administration/contenus",
    "/administration/courriels",
    "/administration/courriels/adresses",
    "/administration/courriels/recus",
    "/administration/doublons",
    "/administration/stockage",
    "/administration/travaux",
)


@BOTH
def test_a_list_costs_the_same_for_2_rows_as_for_200(world: World) -> None:
    administrator, author = world.administrator(), world.member("Auteure")
    crowd(world, administrator, author, 2)
    few = costs(world, administrator)
    crowd(world, administrator, author, 200)
    many = costs(world, administrator)
    assert few.keys() == many.keys() == set(LISTS)
    assert few == many
    assert max(many.values()) <= MOST


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


def costs(world: World, member: Member) -> dict[str, int]:
    """What each list costs, at its second visit."""
    client, found = world.client(member), {}
    for path in LISTS:
        assert client.get(path).status_code == 200, path
        with world.counted() as statements:
            client.get(path)
        found[path] = len(statements)
    return found


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

    world.act(lambda s: meet(s, audiences, administrator, author, range(have, wanted)))

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
