"""A member who has done everything that one can do, under words that are met nowhere else."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import directory.actions
from access.viewers import Role, Viewer
from accounts import actions as accounts
from accounts import administration, credentials, leaving, second_factor
from accounts.models import FormerAddress, Invitation, Member, OneTimeLink, Purpose
from accounts.queries import charter
from core import clock, outbox
from core.jobs import Job
from directory.imports.models import Import, State, Subject
from directory.models import Skill, SkillDismissal
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
from tests.accounts.dates_of_leaver import dated
from tests.accounts.desk_of_leaver import ran
from tests.accounts.known_by import EMAIL, FILE, FIRST, HANDLE, JOB, LAST, PHONE, WORD
from tests.http.sample import forward, send_calendar, send_table, subscribe
from tests.letters import partners
from tests.notifications.mailing import letters_leave
from tests.world import PASSWORD, World


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
    dated(world, member, colleague)
    _gestures(world, member, colleague, answered, reply, others, mine)
    world.upload(member, "brouillon.txt", f"{WORD} au brouillon".encode())
    _on_its_way(world, member)
    _imported(world, administrator, member)
    ran(world, member)
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
