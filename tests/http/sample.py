"""One of each thing in a world, so that each address leads somewhere."""

import io
from datetime import time, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from access.viewers import Viewer
from accounts import administration
from accounts.models import AccessRequest, Charter, Invitation, Member
from agenda.attending import actions as attending
from agenda.attending import organising
from agenda.attending.organising import SaidOfTerms
from agenda.ics import feeds, sending
from agenda.ics.importing import Choice
from agenda.ics.reading import read
from agenda.models import Event, EventKind, Occurrence
from agenda.rides import actions as rides
from agenda.rides import seats
from agenda.rides.models import Way
from circulars import actions as circulars
from circulars.actions import Circular
from circulars.models import Draft, Piece
from core import clock
from core.bounces import Hold
from core.jobs import Job
from directory.imports import actions as imports
from directory.imports.models import Import, Subject
from directory.imports.understood import Options
from directory.questions import QuestionKind
from files.models import Upload
from files.policy import limits
from forum import actions as forum
from forum.models import Attachment, Post, ReportReason, Topic
from resources import folders
from rooms import meetings, ways
from rooms.meetings import Who
from search.actions import set_acronym
from tests.agenda.polling import answers, polled, slots_of
from tests.http.addresses import Sample
from tests.http.asked_of_experts import ask_expert
from tests.letters import partners
from tests.notifications.mailing import letters_leave
from tests.world import World


def report(world: World, post_id: int, by: Member) -> None:
    """Bring a post to the moderators."""
    viewer = world.viewer(by)

    def act(session: Session) -> None:
        seen = select(Post).options(joinedload(Post.topic)).where(Post.id == post_id)
        post = session.scalars(seen).one()
        forum.report(session, post, by=viewer, reason=ReportReason.WRONG, words="Faux.")

    world.act(act)


def hold(session: Session) -> int:
    """Put an address on hold; its number."""
    held = Hold(address="inconnue@example.org", since=clock.now(), words="550 5.1.1 no such user")
    session.add(held)
    session.flush()
    return held.id


def invite(world: World, by: Member, email: str) -> None:
    """Invite a person to COORACE in Loire-Atlantique."""
    networks, territories = [world.network("coorace")], [world.territory("departement:44")]
    world.act(
        lambda session: administration.invite(
            session,
            by=by,
            email=email,
            first_name="Inès",
            last_name="Vitée",
            networks=networks,
            territories=territories,
        )
    )


def picture() -> bytes:
    """A small PNG."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "#8a1c3b").save(drawn, "PNG")
    return drawn.getvalue()


def attach(world: World, author: Member, topic: Topic, name: str = "photo.png") -> Attachment:
    """An answer with a picture attached to it."""
    upload_id = world.upload(author, name, picture())

    def answer(session: Session, viewer: Viewer) -> Attachment:
        upload = session.get_one(Upload, upload_id)
        post = forum.reply(
            session,
            session.get_one(Topic, topic.id),
            author=viewer,
            body="La photo.",
            uploads=[upload],
        )
        session.flush()
        return session.scalars(select(Attachment).where(Attachment.post_id == post.id)).one()

    return world.act_as(author, answer)


def send_table(
    world: World, by: Member, table: str, subject: Subject = Subject.ORGANISATIONS, **said: Any
) -> Import:
    """A table that an administrator sends, read by the worker."""
    kept = world.app.extensions["maillage.storage"]
    sent = world.act_as(
        by,
        lambda s, viewer: imports.send(
            s,
            kept,
            viewer,
            by=s.get_one(Member, by.id),
            subject=subject,
            name="table.csv",
            file=io.BytesIO(table.encode()),
            options=Options(**said),
        ),
    )
    world.work()
    return world.act(lambda s: s.get_one(Import, sent.id))


def subscribe(world: World, member: Member) -> int:
    """A calendar that a member's telephone reads."""
    made = world.act_as(member, lambda s, viewer: feeds.make(s, viewer, "Maillage", feeds.Filter()))
    return made[0].id


CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
UID:forum
SUMMARY:Forum de l'emploi
DTSTART;TZID=Europe/Paris:20270301T093000
RRULE:FREQ=MONTHLY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:sans-date
SUMMARY:Sans date
END:VEVENT
END:VCALENDAR
"""


def send_calendar(world: World, member: Member) -> int:
    """A calendar file that waits for a yes."""
    kind_id = world.one(select(EventKind.id).where(EventKind.slug == "reunion"))
    choice = Choice(kind_id=kind_id, networks=(world.network("coorace"),))
    sent = world.act_as(
        member,
        lambda s, viewer: sending.propose(
            s, read(CALENDAR), viewer=viewer, name="dates.ics", choice=choice
        ),
    )
    return sent.id


def forward(world: World, member: Member, title: str = "Portes ouvertes", body: str = "") -> Draft:
    """A circular that waits among a member's drafts: words, a date, a file, one refused."""
    settings, storage = (world.app.extensions[f"maillage.{one}"] for one in ("settings", "storage"))
    day = clock.today() + timedelta(days=20)
    circular = Circular(
        number=title,
        title=title,
        body=body or f"Rendez-vous le {day:%d/%m/%Y} de 9 h 30 à 12 h.\n\nLieu : Maison du port",
        note="Pour le site.",
        files=[("affiche.txt", title.encode()), ("affiche.exe", b"MZ")],
        doubtful=True,
    )
    network_id = world.network("coorace")
    return world.act_as(
        member,
        lambda s, viewer: circulars.keep(
            s, storage, limits(settings), circular, author=viewer, network_id=network_id
        ),
    ).draft


def put_off(session: Session) -> int:
    """Work that was given up."""
    job = Job(kind="files.read", payload={}, run_at=clock.now(), attempts=20, failed_at=clock.now())
    session.add(job)
    session.flush()
    return job.id


def attend(world: World, owner: Member, event: Event, date: int) -> dict[str, object]:
    """Registration for a date, a question, and somebody who comes."""
    terms = SaidOfTerms(is_open=True, capacity=20)

    def open_it(session: Session, viewer: Viewer) -> int:
        one = session.get_one(Event, event.id)
        organising.set_terms(session, one, terms, by=viewer)
        asked = {"kind": QuestionKind.TEXT, "words": "Que voulez-vous aborder ?"}
        made = organising.ask(session, one, required=False, by=viewer, **asked)  # type: ignore[arg-type]
        session.flush()
        return made.id

    question = world.act_as(owner, open_it)
    mine = world.act_as(
        owner,
        lambda s, viewer: attending.register(s, date, member=viewer, answers={question: "Tout."}),
    )
    return {"question_id": question, "registration_id": mine.id}


def gather(world: World, owner: Member) -> dict[str, object]:
    """A date that comes back, and one of its dates, to which one comes."""
    event = world.event(owner, recurrence="RRULE:FREQ=WEEKLY;COUNT=3", town="Nantes")
    first = select(Occurrence.id).where(Occurrence.event_id == event.id)
    dates = world.all(first.order_by(Occurrence.starts_at))
    named = {"event_id": event.id, "occurrence_id": dates[1], "month": "2027-03"}
    return named | attend(world, owner, event, dates[1])


def ask_when(world: World, owner: Member) -> dict[str, object]:
    """A poll of dates that its owner answered."""
    poll = polled(world, owner)
    answers(world, owner, poll, "oso")
    return {"poll_id": poll.id, "slot_id": slots_of(world, poll)[0].id}


def share(world: World, driver: Member, rider: Member, date: object) -> dict[str, object]:
    """A ride to a date, and somebody who asks for a place in it."""
    assert isinstance(date, int)
    said = rides.Said(way=Way.BOTH, commune_code="44143", hour=time(8), places=3)
    ride = world.act_as(driver, lambda s, viewer: rides.offer(s, date, said, by=viewer))
    seat = world.act_as(rider, lambda s, viewer: seats.ask(s, date, ride.id, "", by=viewer))
    return {"ride_id": ride.id, "seat_id": seat.id}


def public_letter(world: World, editor: Member) -> dict[str, object]:
    """A letter for partners that is being written, on a page that anybody opens."""
    partners.open_letter(world, editor)
    letter_id = partners.write(world, editor)
    return {
        "slug": "coorace",
        "letter_id": letter_id,
        "item_id": partners.item_of(world, letter_id),
    }


def meet(world: World, owner: Member) -> dict[str, object]:
    """A video room in which somebody is, and waits for somebody."""
    room = world.room(owner, guests=True)
    presence = world.act(
        lambda s: meetings.come(s, room, Who(member_id=owner.id), hosts=False, most=6)
    )
    settings = world.app.extensions["maillage.settings"]
    return {
        "room_id": room.id,
        "meeting_id": presence.meeting_id,
        "presence_id": presence.id,
        "guest_token": ways.guest_token(settings, room.id, room.link),
    }


def sample(world: World) -> Sample:
    """Fill a world with one of each thing."""
    administrator, member = world.administrator(), world.member("Alice")
    topic = world.topic(member, networks=["coorace"])
    answer = world.reply(topic, administrator, "Voici ma réponse.")
    report(world, answer.id, member)
    invite(world, administrator, "invitee@example.org")
    world.ask_access(network="coorace")
    document = world.document(member, networks=["coorace"])
    attach(world, member, topic)
    folder = world.act_as(
        administrator,
        lambda s, viewer: folders.add(
            s, viewer, by=s.get_one(Member, administrator.id), name="Droit"
        ),
    )
    world.work()
    world.act_as(
        administrator,
        lambda s, viewer: set_acronym(
            s,
            viewer,
            by=s.get_one(Member, administrator.id),
            acronym="ACI",
            meaning="atelier et chantier d’insertion",
        ),
    )
    gathered = gather(world, member)
    ids: dict[str, object] = {
        "article_id": world.article(administrator, kind="vie-du-reseau").topic_id,
        "organisation_id": world.organisation().id,
        "scheme_id": world.scheme().id,
        **gathered,
        **share(world, administrator, member, gathered["occurrence_id"]),
        **meet(world, member),
        **ask_when(world, member),
        "import_id": send_table(world, administrator, "Nom;Type\nLes Jardins;ACI\n").id,
        "document_id": document.id,
        "feed_id": subscribe(world, administrator),
        "file_id": send_calendar(world, administrator),
        "folder_id": folder.id,
        "upload_id": world.upload(member, "suite.txt"),
        "attachment_id": world.one(select(Attachment.id)),
        "entry_id": world.theme(),
        "topic_id": topic.id,
        "post_id": answer.id,
        "member_id": member.id,
        "network_id": world.network("coorace"),
        "invitation_id": world.one(select(Invitation.id)),
        "request_id": world.one(select(AccessRequest.id)),
        "number": world.one(select(Charter.number)),
        "mail_id": world.mails()[0].id,
        "hold_id": world.act(hold),
        "draft_id": forward(world, administrator).id,
        "piece_id": world.one(select(Piece.id).order_by(Piece.id).limit(1)),
        "item_id": topic.id,
        "kept_id": administrator.id,
        "gone_id": world.member("Alice").id,
        "job_id": world.act(put_off),
        "week": letters_leave(world),
        **public_letter(world, administrator),
        **ask_expert(world, administrator),
    }
    return Sample(world, administrator, member, topic, ids)
