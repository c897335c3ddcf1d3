"""A member who has done everything that one can do, under words that are met nowhere else."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session

import directory.actions
from access.viewers import Role, Viewer
from accounts import actions as accounts
from accounts import administration, credentials, leaving, second_factor
from accounts.models import FormerAddress, Invitation, Member, OneTimeLink, Purpose
from accounts.queries import charter
from agenda import changes
from agenda import queries as agenda
from agenda.attending import actions as attending
from agenda.attending import organising
from agenda.attending.reminders import Which, note
from agenda.models import Event, Occurrence
from agenda.papers import actions as papers
from agenda.rides import actions as rides
from agenda.rides import seats
from agenda.rides.models import Way
from core import clock, outbox
from core.jobs import Job
from directory.imports.models import Import, State, Subject
from directory.models import Skill, SkillDismissal
from directory.questions import QuestionKind
from expertise.committees.models import Vote
from expertise.companies import actions as companies
from expertise.companies.models import CompanyRequest, ExpectedRepresentative
from expertise.files.models import NeedFile
from expertise.incidents.models import Incident
from expertise.needs.life import Act as NeedAct
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import By, Note, PositionStep
from expertise.recap.models import RecapStop
from files import actions as files
from files.models import Upload
from files.policy import limits
from forum import actions as forum
from forum import moderation
from forum.models import Post, ReportReason, Topic
from house.models import Deletion
from inbound.models import Outcome, Received
from news import feeds
from notifications import actions as notifications
from notifications.models import Frequency, Kind
from resources import actions as resources
from resources import queries as library
from resources.models import Document
from resources.openings import note_openings
from rooms import meetings
from rooms.meetings import Who
from tests.agenda.polling import answers, polled
from tests.expertise import desks, filing, moving, seated, surveying
from tests.http.sample import forward, send_calendar, send_table, subscribe
from tests.letters import partners
from tests.notifications.mailing import letters_leave
from tests.world import PASSWORD, World

FIRST, LAST = "Zéphirine", "Quatrebarbes"
EMAIL = "zephirine.quatrebarbes@ornithorynque.example"
PHONE = "02 40 98 76 54"
HANDLE = "zephirine.quatrebarbes"
NAMES = (FIRST, LAST, EMAIL, HANDLE, "98 76 54", "quatrebarbes", "zephirine")
"""Who they are: gone in both cases."""
JOB = "dompteuse"
ABOUT_THEM = (*NAMES, JOB)
WORD = "xylophage"
"""A word of what they wrote and deposited: gone when they wish so."""
FILE = f"Le {WORD} dans le fichier".encode()


@dataclass
class Leaver:
    """The member, a colleague, and what they did together."""

    world: World
    member: Member
    colleague: Member
    administrator: Member
    answered: Topic
    """A question of theirs that the colleague answered."""
    alone: Topic
    """A question of theirs that nobody answered."""
    others: Topic
    """A question of the colleague, answered by them and by somebody else."""
    document: Document


def leaver(world: World) -> Leaver:
    """Fill a world with what a member can do; the worker has done its part."""
    administrator, colleague = world.administrator(), world.member("Berthe")
    member = _invited(world, administrator)
    _settled(world, member)
    answered = world.topic(member, f"Le {WORD} et la PMSMP", f"Que faire du {WORD} ?")
    reply = world.reply(answered, colleague, f"Bonjour @{HANDLE}, merci de votre question.")
    alone = world.topic(member, f"Encore le {WORD}", f"Rien sur le {WORD} ?")
    others = world.topic(colleague, "Une autre question", f"Je demande à @{HANDLE.title()}.")
    mine = _answered(world, others, member)
    world.reply(others, administrator, "Une réponse qui reste.")
    document = _library(world, member, colleague)
    _agenda(world, member, colleague)
    _polls(world, member, colleague)
    _video(world, member, colleague)
    _gestures(world, member, colleague, answered, reply, others, mine)
    world.upload(member, "brouillon.txt", f"{WORD} au brouillon".encode())
    _on_its_way(world, member)
    _imported(world, administrator, member)
    _took_part(world, member, colleague)
    _ran(world, member)
    world.work()
    letters_leave(world)
    partners.subscriber(world, EMAIL)
    _waiting(world, member, colleague)
    return Leaver(world, member, colleague, administrator, answered, alone, others, document)


def _invited(world: World, administrator: Member) -> Member:
    networks, territories = [world.network("coorace")], [world.territory("departement:44")]
    world.ask_access(email=EMAIL, first_name=FIRST, last_name=LAST, reason=f"Pour le {WORD}.")

    def join(session: Session) -> Member:
        _invitation, token = administration.invite(
            session,
            by=session.get_one(Member, administrator.id),
            email=EMAIL,
            first_name=FIRST,
            last_name=LAST,
            role=Role.MODERATOR,
            networks=networks,
            territories=territories,
            job=JOB,
            employer="Le Cirque",
        )
        session.commit()
        return accounts.accept_invitation(
            session,
            token,
            first_name=FIRST,
            last_name=LAST,
            password=PASSWORD,
            language="fr",
        )

    return world.act(join)


def _settled(world: World, member: Member) -> None:
    skills = world.all(select(Skill.id).limit(2))
    networks, territories = [world.network("coorace")], [world.territory("departement:44")]

    def settle(session: Session) -> None:
        mine = session.get_one(Member, member.id)
        in_force = charter(session)
        assert in_force is not None
        accounts.accept_charter(session, mine, in_force.id)
        second_factor.begin(mine)
        second_factor.renew_recovery_codes(session, mine)
        accounts.come_in(session, mine, "password")
        session.add(
            OneTimeLink(
                purpose=Purpose.SIGN_IN,
                member_id=mine.id,
                token_hash=credentials.new_token()[1],
                expires_at=clock.now() + timedelta(minutes=15),
            )
        )
        session.add(
            Deletion(
                kind="topic", item_id=99_999, at=clock.now(), by_id=mine.id, reason="Deux fois."
            )
        )
        session.add(
            FormerAddress(
                email=f"autrefois.{EMAIL}", member_id=mine.id, former_id=900, since=clock.now()
            )
        )
        session.add(
            Invitation(
                email="suivante@example.org", first_name="Suivante", last_name="Essai",
                role=Role.USER, network_ids=networks, territory_ids=territories, job="",
                employer="", word="", token_hash=credentials.new_token()[1], invited_by_id=mine.id,
                created_at=clock.now(), expires_at=clock.now() + timedelta(days=14),
            )
        )  # fmt: skip

    world.act(settle)

    def describe(session: Session, viewer: Viewer) -> None:
        directory.actions.change_profile(
            session,
            viewer,
            session.get_one(Member, member.id),
            first_name=FIRST,
            last_name=LAST,
            job=JOB,
            employer="Le Cirque",
            organisation_id=None,
            phone=PHONE,
            phone_shown=True,
            email_shown=True,
            offers=skills[:1],
            seeks=skills[1:],
            languages=["ar"],
        )
        another = session.scalars(select(Skill.id).order_by(Skill.id.desc())).first()
        session.add(SkillDismissal(member_id=member.id, skill_id=another, at=clock.now()))
        notifications.choose(session, member.id, {Kind.ANSWER: Frequency.DAILY})

    world.act_as(member, describe)


def _answered(world: World, topic: Topic, member: Member) -> Post:
    """An answer with a file, then said otherwise."""
    upload_id = world.upload(member, f"{WORD}.txt", FILE)

    def answer(session: Session, viewer: Viewer) -> Post:
        post = forum.reply(
            session,
            session.get_one(Topic, topic.id),
            author=viewer,
            body=f"Je réponds {WORD} d’abord.",
            uploads=[session.get_one(Upload, upload_id)],
        )
        session.flush()
        forum.edit(
            session,
            session.get_one(Topic, topic.id),
            post,
            author=viewer,
            body=f"Je réponds {WORD} ensuite.",
        )
        return post

    return world.act_as(member, answer)


def _agenda(world: World, member: Member, colleague: Member) -> None:
    """Dates of theirs, one of which has words of its own; a colleague's, which calls them."""
    series = world.event(
        member, f"Le {WORD} en réunion", words=f"On parle {WORD}.", recurrence="RRULE:FREQ=WEEKLY"
    )
    theirs = world.event(colleague, "Une autre date", words=f"Avec @{HANDLE}.")

    def say(session: Session, viewer: Viewer) -> None:
        first = session.scalars(agenda.dates_of(viewer, series.id).limit(1)).one()
        one = session.scalars(agenda.occurrence(viewer, first.id)).one()
        changes.cancel_date(session, one, f"Plus de {WORD}", by=viewer)
        with patch.object(clock, "now", return_value=one.starts_at):
            words = f"Le {WORD} a été vu, dit @{HANDLE}."
            papers.write_minutes(session, one, words, by=viewer)

    world.act_as(member, say)

    def answer(session: Session, viewer: Viewer) -> None:
        one = session.scalars(agenda.event(viewer, theirs.id)).one()
        changes.cancel(session, one, f"@{HANDLE} est absente", by=viewer)

    world.act_as(colleague, answer)


def _polls(world: World, member: Member, colleague: Member) -> None:
    """Polls of dates: one of theirs, one of a colleague, each answered by both."""
    mine = polled(world, member, f"Quand parler du {WORD} ?", place=f"Salle {WORD}")
    theirs = polled(world, colleague, "Quand se voir ?", words=f"Avec @{HANDLE}.")
    for poll in (mine, theirs):
        answers(world, member, poll, "oso", f"Le {WORD} me va")
        answers(world, colleague, poll, "ooo", f"Comme @{HANDLE}")


def _video(world: World, member: Member, colleague: Member) -> None:
    """A room of theirs in which they noted; one of a colleague, where both did."""
    mine = world.room(member, f"Le salon du {WORD}", words=f"On y parle {WORD}.")
    theirs = world.room(colleague, f"Avec @{HANDLE}")

    def converse(session: Session) -> None:
        for room, who, words in (
            (mine, member, f"Décision : {WORD}"),
            (theirs, member, f"Je note {WORD}"),
            (theirs, colleague, f"Merci @{HANDLE}"),
        ):
            there = meetings.come(session, room, Who(who.id), hosts=False, most=6)
            meetings.note(session, there, words)
            meetings.leave(session, there)

    world.act(converse)


def _library(world: World, member: Member, colleague: Member) -> Document:
    document = world.document(
        member, f"Guide du {WORD} et du logement", FILE + b" depose", name=f"guide-{WORD}.txt"
    )
    kept = world.document(colleague, "Guide de la collègue", b"Autre chose.", name="autre.txt")

    def keep(session: Session, viewer: Viewer) -> None:
        newest = session.scalars(library.newest_versions(viewer, [kept.id])).all()
        resources.favour(session, viewer, kept.id, f"Pour le {WORD}")
        resources.note_downloads(session, viewer, newest)
        note_openings(session, viewer, [kept])

    world.act_as(member, keep)
    world.act_as(
        colleague,
        lambda session, viewer: resources.favour(session, viewer, document.id, "À lire"),
    )
    return document


def _imported(world: World, administrator: Member, member: Member) -> None:
    """A table of members that names them; one that they sent themselves when they could."""
    table = f"Courriel;Nom;Prénom;Fonction\n{EMAIL};{LAST};Autrefois {FIRST};{JOB}\n"
    send_table(world, administrator, table, Subject.MEMBERS)

    subscribe(world, member)
    send_calendar(world, member)
    _news(world, member)

    def send(session: Session) -> None:
        session.add(
            Import(
                subject=Subject.ORGANISATIONS, state=State.DONE, by_id=member.id,
                name=f"{LAST}.csv", pieces="imports/none", options={}, about={},
                created_at=clock.now(),
            )
        )  # fmt: skip

    world.act(send)


def _news(world: World, member: Member) -> None:
    """An article, an address for a program that reads news, an answer by mail."""
    world.article(member, f"Une visite pour le {WORD}", f"Venez voir le {WORD}.", town="Nantes")
    world.act_as(member, feeds.open_feed)
    forward(world, member, f"Le {WORD} par courriel", f"{FIRST} raconte le {WORD}.")

    def answer(session: Session) -> None:
        session.add(
            Received(
                digest="0" * 64, recipient="reponses@example.org", received_at=clock.now(),
                size=1, from_address=EMAIL, outcome=Outcome.PUBLISHED, why="",
                member_id=member.id,
            )
        )  # fmt: skip

    world.act(answer)


def _gestures(
    world: World,
    member: Member,
    colleague: Member,
    answered: Topic,
    reply: Post,
    others: Topic,
    mine: Post,
) -> None:
    def with_topic(session: Session, post_id: int) -> Post:
        post = session.get_one(Post, post_id)
        post.topic = session.get_one(Topic, post.topic_id)
        return post

    def theirs(session: Session, viewer: Viewer) -> None:
        question = session.scalars(
            select(Post).where(Post.topic_id == others.id, Post.number == 0)
        ).one()
        forum.thank(session, with_topic(session, reply.id), by=viewer)
        forum.report(
            session,
            with_topic(session, question.id),
            by=viewer,
            reason=ReportReason.WRONG,
            words=f"À cause du {WORD}.",
        )
        moderation.pin(session, session.get_one(Topic, others.id), by=viewer, pinned=True)
        forum.mark_read(session, viewer, session.get_one(Topic, others.id), mine.id)

    def of_colleague(session: Session, viewer: Viewer) -> None:
        forum.thank(session, with_topic(session, mine.id), by=viewer)
        forum.choose_answer(
            session,
            session.get_one(Topic, others.id),
            session.get_one(Post, mine.id),
            by=viewer,
        )

    world.act_as(member, theirs)
    world.act_as(colleague, of_colleague)
    assert answered.id != others.id


def _took_part(world: World, member: Member, colleague: Member) -> None:
    """They come to a date, answered, were reminded; as a moderator they wrote to those who come."""
    event = world.event(colleague, "Une réunion", town="Nantes")
    (date,) = world.all(select(Occurrence.id).where(Occurrence.event_id == event.id))

    def open_it(session: Session, viewer: Viewer) -> None:
        one = session.get_one(Event, event.id)
        organising.set_terms(session, one, organising.SaidOfTerms(is_open=True), by=viewer)
        organising.ask(
            session, one, kind=QuestionKind.TEXT, words="Pourquoi ?", required=False, by=viewer
        )

    def come(session: Session, viewer: Viewer) -> None:
        said = {1: f"Pour le {WORD}."}
        mine = attending.register(session, date, member=viewer, answers=said)
        note(session, mine, Which.BEFORE, clock.now())
        session.flush()
        organising.write(session, date, f"Apportez le {WORD}.", by=viewer)

    def ride(session: Session, viewer: Viewer) -> None:
        """They drive there, and look for a place back in the car of the colleague."""
        said: dict[str, Any] = {"commune_code": "44143", "hour": time(8), "places": 2}
        back = rides.Said(way=Way.BACK, **said)
        there = rides.Said(way=Way.THERE, words=f"Sans {WORD}.", **said)
        theirs = rides.offer(session, date, back, by=by_colleague)
        rides.offer(session, date, there, by=viewer)
        seats.ask(session, date, theirs.id, f"Avec un {WORD}.", by=viewer)

    world.act_as(colleague, open_it)
    by_colleague = world.viewer(colleague)
    world.act_as(member, come)
    world.act_as(member, ride)


def _ran(world: World, member: Member) -> None:
    """A programme that they run, a need that they validated, and answer as an expert."""
    made = desks.programme(world, team=(member,))
    one = desks.need(world, made)
    moving.decide(world, member, one, NeedAct.VALIDATE)
    account = desks.company(world, member)
    desks.account_asked(world, made, email=EMAIL, first_name=FIRST, last_name=LAST, words=WORD)
    other = desks.account_asked(world, made, email="autre@essai.example")
    desk = desks.at_the_desk(world, member)
    with world.session() as session:
        by, asked = session.get_one(Member, member.id), session.get_one(CompanyRequest, other.id)
        session.refresh(asked, ["programme"])
        companies.decline(session, desk, asked, "Hors de notre territoire.", by=by)
        session.add(RecapStop(email=EMAIL, at=clock.now()))
        session.add(
            ExpectedRepresentative(
                company_id=account.id, email=EMAIL, first_name=FIRST, last_name=LAST,
                since=clock.now(),
            )
        )  # fmt: skip
    of = desks.institution(world, made)
    surveying.survey(
        world,
        one,
        answered_at=clock.now(),
        member_id=member.id,
        **surveying.ANSWERED | {"signed": WORD},
    )
    expert = desks.expert(world, of, member, about=WORD, proposed_by_id=member.id)
    answers = desks.position(world, one, expert)
    _sat(world, member)
    sent = filing.send_file(world, one)
    with world.session() as session:
        session.get_one(NeedFile, sent.id).member_id = member.id
        session.add(
            Note(
                need_id=one.id,
                institution_id=of.id,
                member_id=member.id,
                words="Je les connais.",
                at=clock.now(),
            )
        )
        session.add(
            PositionStep(
                position_id=answers.id,
                act=PositionAct.DECLINE,
                by=By.EXPERT,
                member_id=member.id,
                words="Hors de mon domaine.",
                at=clock.now(),
            )
        )
        session.add(
            Incident(
                member_id=member.id,
                happened="Un courriel est parti à la mauvaise adresse.",
                noticed_on=clock.today(),
                about="Une fiche.",
                at=clock.now(),
            )
        )


def _sat(world: World, member: Member) -> None:
    """They sit in a committee, vote, and sign its minutes."""
    made = seated.selecting(world, member, "avec-comite")
    seated.committee(world, made, quorum=1, chairs=(member,))
    on = seated.put(world, member, desks.need(world, made, siret=seated.SIRET))
    seated.vote(world, member, on, Vote.UNFAVOURABLE, "Trop loin.")
    seated.published(world, member)


def _on_its_way(world: World, member: Member) -> None:
    """Half of a file."""
    of_house, kept = (world.app.extensions[f"maillage.{one}"] for one in ("settings", "storage"))
    half = f"{WORD} à moitié".encode()

    def send(session: Session) -> None:
        upload = files.start(
            session, member_id=member.id, name=f"moitie-{WORD}.txt", size=100,
            limits=limits(of_house),
        )  # fmt: skip
        files.append(session, kept, upload, offset=0, piece=half)

    world.act(send)


def _waiting(world: World, member: Member, colleague: Member) -> None:
    """Mails that have not left: one to the member, one about them; and a link asked for."""

    def write(session: Session) -> None:
        accounts.ask_link(session, EMAIL, Purpose.SIGN_IN)
        for to, told in ((EMAIL, "vous"), (colleague.email, f"{FIRST} {LAST} et @{HANDLE}")):
            session.add(
                outbox.Mail(
                    kind="notifications", to_address=to, to_name="Vous", subject=f"De {told}",
                    text=f"{told} : {WORD}", html=f"<p>{told} : {WORD}</p>", headers={}, logo=None,
                    message_id=f"waiting-{to}", confidential=False, created_at=clock.now(),
                )
            )  # fmt: skip
            session.add(
                Job(kind="notifications.mail", payload={"member_id": 0, "to": to}, attempts=0,
                    run_at=clock.now() + timedelta(days=30))
            )  # fmt: skip

    world.act(write)


def closed(found: Leaver, *, erases: bool) -> None:
    """They ask for their account to be closed."""
    world, member = found.world, found.member
    world.act(
        lambda session: leaving.ask_to_close(
            session, session.get_one(Member, member.id), erases=erases
        )
    )
