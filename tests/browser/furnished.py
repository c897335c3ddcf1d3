"""What a month leaves in a house: words, documents, dates, meetings, news."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import rule
from access.viewers import Role, Viewer
from accounts.models import Member
from agenda import changes
from agenda import queries as agenda_queries
from agenda.models import Event, Occurrence
from circulars.models import Piece
from core import clock
from files.models import StoredFile, Upload
from forum import actions as forum
from forum import moderation
from forum import queries as forum_queries
from forum.models import Post, ReportReason, Topic
from news import feeds
from news.models import ArticleKind, Contract
from notifications.models import Kind, Notification
from resources import actions as library
from resources import folders
from resources.models import Document, Folder
from rooms import actions as rooms
from rooms import meetings, ways
from rooms.meetings import Who
from rooms.models import Presence, Room
from search import acronyms
from search.actions import note_in_vain
from tests.browser.a_month import hold_a_first_message
from tests.browser.lived_in import ADMINISTRATOR, MEMBER, MODERATOR
from tests.http.sample import (
    attach,
    forward,
    picture,
)
from tests.world import World

BODY = """# Le contexte

Bonjour, **convention** à signer :

- le _conseiller_ ;
- l’[agence](https://www.exemple.fr/une/adresse/bien/longue/qui/ne/se/coupe/pas/facilement).

1. Qui signe ?
2. Quand ?

> Une citation.

`code`, et https://www.exemple.fr/une-autre-adresse-bien-longue-sans-aucun-espace-du-tout
"""


def talk(world: World, people: dict[str, Member]) -> dict[str, object]:
    """Questions, answers, thanks; reports and decisions."""
    member, colleague = people[MEMBER], people["colleague"]
    closed = world.topic(
        colleague, "Fermé : la convention est signée", territories=["departement:44"]
    )
    topic = world.topic(member, "PMSMP en ETTI : qui signe la convention ?", BODY)
    long_word = (
        "## Deux choses\n\nUne réponse avec unmotbeaucouptroplongpourtenirsuruntéléphone" * 2
    )
    answer, mine, hidden, useful = (
        world.reply(topic, author, body)
        for author, body in (
            (colleague, long_word),
            (member, f"Merci @{colleague.handle}."),
            (colleague, "Madame Dupont."),
            (people[MODERATOR], "L’agence."),
        )
    )
    question = world.one(select(Post).where(Post.topic_id == topic.id, Post.number == 0))
    assert question is not None
    for number in range(22):
        last = world.topic(colleague, f"Une question de plus, la {number}e")

    by_member, by_moderator = world.viewer(member), world.viewer(people[MODERATOR])

    def live(session: Session) -> None:
        def see(viewer: Viewer, one: Post) -> Post:
            return session.scalars(forum_queries.post(viewer, one.id)).one()

        mine_again = see(by_member, question)
        forum.edit(
            session,
            mine_again.topic,
            mine_again,
            author=by_member,
            body=BODY + "\nMerci.",
            title=topic.title,
            theme_id=topic.theme_id,
        )
        forum.thank(session, see(by_member, answer), by=by_member)
        forum.choose_answer(
            session, session.get_one(Topic, topic.id), see(by_member, useful), by=by_member
        )
        forum.report(
            session, see(by_member, answer), by=by_member, reason=ReportReason.WRONG, words="Faux."
        )
        moderation.hide(session, see(by_moderator, hidden), by=by_moderator, reason="Un nom.")
        shut = session.get_one(Topic, closed.id)
        moderation.lock(session, shut, by=by_moderator, locked=True, reason="Tout est dit.")
        moderation.pin(session, shut, by=by_moderator, pinned=True)
        session.add(
            Notification(
                member_id=member.id,
                kind=Kind.PROPOSED,
                what="",
                post_id=last.last_post_id,
                actor_id=colleague.id,
                reason="Logement",
                created_at=clock.now(),
            )
        )

    world.act(live)
    hold_a_first_message(world, people)
    return {
        "topic": topic.id,
        "closed": closed.id,
        "question": question.id,
        "answer": answer.id,
        "mine": mine.id,
        "hidden": hidden.id,
    }


def deposit(world: World, people: dict[str, Member]) -> dict[str, object]:
    """A document in two versions that somebody keeps, one out of date, a link, one withdrawn."""
    member, colleague = people[MEMBER], people["colleague"]
    guide = world.document(
        member, "Guide de la PMSMP, avec un titre plutôt long", networks=["fnars"]
    )
    newer = world.document(member, "Guide de la PMSMP, édition 2027", picture(), name="photo.png")
    link = world.document(colleague, "Le code du travail", link="https://www.legifrance.gouv.fr/")
    withdrawn = world.document(member, "Retiré")
    upload = world.upload(member, "guide-2.txt", b"Une autre version.")
    attach(world, member, world.topic(member, "Que dit cette photo ?"))

    def tend(session: Session, viewer: Viewer) -> None:
        one = session.get_one(Document, guide.id)
        session.refresh(sent := session.get_one(Upload, upload), ["file"])
        library.renew(session, one, sent, by=viewer, note="Les montants de 2027")
        library.replace(session, one, session.get_one(Document, newer.id), by=viewer)
        library.favour(session, viewer, guide.id, "À lire")
        library.favour(session, viewer, link.id)
        by = session.get_one(Member, member.id)
        gone = session.get_one(Document, withdrawn.id)
        library.withdraw(session, gone, by=by, viewer=viewer)
        viewer_of_house = rule.viewer(session, people[ADMINISTRATOR].id, Role.ADMINISTRATOR)
        administrator = session.get_one(Member, people[ADMINISTRATOR].id)
        wide = folders.add(session, viewer_of_house, by=administrator, name="Droit")
        session.flush()
        folders.add(session, viewer_of_house, by=administrator, name="Contrats", parent_id=wide.id)

    world.act_as(member, tend)
    world.act(acronyms.seed)
    world.act(lambda session: note_in_vain(session, "hippothérapie"))
    return {
        "document": guide.id,
        "newer": newer.id,
        "linked": link.id,
        "withdrawn": withdrawn.id,
        "folder": world.one(select(Folder.id).where(Folder.name == "Droit")),
    }


def meet_again(world: World, people: dict[str, Member]) -> dict[str, object]:
    """A meeting, a series one of whose dates was moved, many on one day, one cancelled."""
    member, colleague = people[MEMBER], people["colleague"]
    first = datetime(2027, 3, 2, 9, 30)  # noqa: DTZ001 - on the clock of its zone
    nantes: dict[str, Any] = {"address": "3 rue du Port", "postcode": "44000", "town": "Nantes"}
    event = world.event(
        member,
        "Réunion des CIP, avec un titre plutôt long qui ne tient pas dans sa case",
        first,
        networks=["coorace"],
        place="Maison des associations",
        link="https://visio.example/une-adresse-assez-longue",
        words=BODY,
        **nantes,
    )
    series = world.event(
        member,
        "Point",
        first,
        zone="Indian/Reunion",
        recurrence="RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=5\nEXDATE:20270406T093000",
    )
    world.event(colleague, "Salon", datetime(2027, 3, 2), datetime(2027, 3, 5), all_day=True)  # noqa: DTZ001
    for hour in range(4):
        world.event(colleague, f"Job dating {hour}", first.replace(hour=10 + hour))
    cancelled, gone = (world.event(member, title, first) for title in ("Annulée", "Retirée"))
    dates = world.all(
        select(Occurrence.id).where(Occurrence.event_id == series.id).order_by(Occurrence.starts_at)
    )

    def tend(session: Session, viewer: Viewer) -> None:
        at = session.scalars(agenda_queries.occurrence(viewer, dates[1])).one()
        said = changes.SaidOfDate(
            starts=first, ends=first, place="Ailleurs", words="Exceptionnellement."
        )
        changes.rearrange_date(session, at, said, by=viewer)
        off = session.get_one(Event, cancelled.id)
        changes.cancel(session, off, "Plus de salle.", by=viewer)
        by = session.get_one(Member, member.id)
        changes.withdraw(session, session.get_one(Event, gone.id), by=by, viewer=viewer)

    world.act_as(member, tend)
    return {
        "event": event.id,
        "series": series.id,
        "date": dates[1],
        "cancelled": cancelled.id,
        "gone_date": gone.id,
    }


def confer(world: World, people: dict[str, Member]) -> dict[str, object]:
    """A room where two met and noted, one where nobody did, that of a date, one withdrawn."""
    member, colleague = people[MEMBER], people["colleague"]
    room = world.room(member, "Salle des coordinateurs", words=BODY[:200], guests=True)
    empty = world.room(colleague, "Permanence", networks=["coorace"], waits=True)
    gone = world.room(member, "Retiré")

    def converse(session: Session) -> Presence:
        for one in (member, colleague):
            who = Who(member_id=one.id)
            there = meetings.come(session, room, who, hosts=False, most=6)
            meetings.note(session, there, f"Une note de {one.first_name}.")
        return there

    there = world.act(converse)
    world.act_as(
        member,
        lambda s, viewer: rooms.withdraw(
            s, s.get_one(Room, gone.id), by=s.get_one(Member, member.id), viewer=viewer
        ),
    )
    settings = world.app.extensions["maillage.settings"]
    return {
        "room": room.id,
        "empty_room": empty.id,
        "gone_room": gone.id,
        "meeting": there.meeting_id,
        "guest_link": ways.guest_token(settings, room.id, room.link),
    }


def announce(world: World, people: dict[str, Member]) -> dict[str, object]:
    """An open day with a picture that two tell, a job that is over, an address for a program."""
    member, colleague = people[MEMBER], people["colleague"]
    soon, past = clock.today() + timedelta(days=9), clock.today() - timedelta(days=3)
    world.upload(member, "image.webp", picture())
    drawn = world.one(select(StoredFile.id).order_by(StoredFile.id.desc()).limit(1))
    title, body = "Portes ouvertes aux Jardins de l’Erdre", "Visite des serres et marché."
    open_day = world.article(
        member, title, body, kind="portes-ouvertes", starts_on=soon, starts_at=time(14),
        place="Les Jardins", address="3 rue du Port", town="Nantes", picture_id=drawn,
        picture_words="Une serre", link="https://jardins.example/portes-ouvertes-de-decembre",
    )  # fmt: skip
    world.article(colleague, title, body, kind="portes-ouvertes", starts_on=soon, town="Nantes")
    job = world.article(
        colleague, "Encadrant technique maraîchage", "Un poste à temps plein.",
        kind="offre-d-emploi", contract=Contract.FIXED_TERM, deadline=past,
    )  # fmt: skip
    topic = world.one(select(Topic).where(Topic.id == job.topic_id))
    assert topic is not None
    comment = world.reply(topic, member, "Le poste est-il ouvert aux débutants ?")
    world.act_as(people[MODERATOR], feeds.open_feed)
    return {
        **draft(world, people),
        "open_day": open_day.topic_id,
        "offer": job.topic_id,
        "comment": comment.id,
        "article_kind": world.one(
            select(ArticleKind.id).where(ArticleKind.slug == "vie-du-reseau")
        ),
    }


def draft(world: World, people: dict[str, Member]) -> dict[str, object]:
    """A circular that waits among a moderator's drafts."""
    made = forward(world, people[MODERATOR], "Portes ouvertes des Jardins de l’Erdre")
    article, date, _document = world.all(
        select(Piece.id).where(Piece.draft_id == made.id).order_by(Piece.id)
    )
    return {"draft": made.id, "draft_article": article, "draft_date": date}
