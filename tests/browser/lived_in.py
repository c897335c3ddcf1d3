"""A house where a month was lived: one of each thing that a page may show."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access import rule
from access.models import Network
from access.viewers import Role, Viewer
from accounts import actions as accounts
from accounts import administration
from accounts.models import AccessRequest, Charter, Member, Purpose, Visit
from agenda import changes
from agenda import queries as agenda_queries
from agenda.ics import invitations
from agenda.models import Event, Occurrence
from blueprints.accounts.sign_in import SECOND_STEP
from circulars.models import Piece
from core import clock
from core.jobs import enqueue
from directory.models import Profile, Skill
from figures.jobs import COUNT
from files.models import StoredFile, Upload
from forum import actions as forum
from forum import moderation
from forum import queries as forum_queries
from forum.models import Post, ReportReason, Topic
from news import feeds
from news.models import ArticleKind, Contract
from notifications import unsubscribe
from notifications.letter import actions as letters
from notifications.letter.cards import What
from notifications.models import Kind, Notification
from notifications.public_letter.links import CONFIRM, STOP
from resources import actions as library
from resources import folders
from resources.models import Document, Folder, Opening
from rooms import actions as rooms
from rooms import meetings, ways
from rooms.meetings import Who
from rooms.models import Presence, Room
from search import acronyms
from search.actions import note_in_vain
from tests.browser.served import House
from tests.http.sample import (
    attach,
    forward,
    hold,
    picture,
    put_off,
    send_calendar,
    send_table,
    subscribe,
)
from tests.letters import partners
from tests.notifications.mailing import letters_leave
from tests.world import PASSWORD, World

NOBODY, INVITED, HALFWAY = "nobody", "invited", "halfway"
MEMBER, MODERATOR, ADMINISTRATOR = "member", "moderator", "administrator"


@dataclass
class Site:
    """A served house, its people, and the ids that addresses name."""

    house: House
    people: dict[str, Member]
    ids: dict[str, object]
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, browser: Browser, who: str) -> Page:
        """A blank page of this person's browser."""
        if who not in self.contexts:
            made = browser.new_context(
                base_url=self.house.url,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                viewport={"width": 1280, "height": 900},
                color_scheme="light",
                reduced_motion="reduce",
            )
            made.set_default_timeout(20_000)
            self._let_in(made, who)
            self.contexts[who] = made
        return self.contexts[who].new_page()

    def _let_in(self, context: BrowserContext, who: str) -> None:
        if who == HALFWAY:
            cookie = self._half_way()
            context.add_cookies([{"name": "maillage", "value": cookie, "url": self.house.url}])
        elif who != NOBODY:
            self.house.let_in(context, self.people[who])

    def _half_way(self) -> str:
        client, member = self.house.world.client(), self.people[HALFWAY]
        with client.session_transaction() as cookies:
            cookies[SECOND_STEP] = {
                "member": member.id,
                "epoch": member.epoch,
                "at": int(clock.now().timestamp()),
                "by": "password",
                "remember": False,
                "suite": "",
            }
        cookie = client.get_cookie("maillage")
        assert cookie is not None
        return cookie.value

    def html(self, who: str, path: str) -> str:
        """What the server answers, as it is sent."""
        world = self.house.world
        client = world.client(None if who in (NOBODY, HALFWAY) else self.people[who])
        if who == HALFWAY:
            client.set_cookie("maillage", self._half_way())
        return client.get(path.format(**self.ids)).get_data(as_text=True)


def meet(world: World) -> dict[str, Member]:
    """One person of each kind."""
    people = {
        MEMBER: world.member("Alice", networks=("coorace", "fnars"), password=PASSWORD),
        MODERATOR: world.moderator(),
        ADMINISTRATOR: world.administrator(),
        INVITED: world.member("Nadia", charter=False),
        HALFWAY: world.member("Hervé", email="herve@example.org"),
        "colleague": world.member("Bruno"),
        "suspended": world.member("Serge"),
    }
    ids = [people[HALFWAY].id]
    world.act(lambda s: s.execute(update(Member).where(Member.id.in_(ids)).values(totp_on=True)))
    return people


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


def count_days(world: World) -> None:
    """A week was lived by enough people for figures to be shown, and it is counted."""
    crowd = [world.member(f"Passant{number}") for number in range(6)]
    present = clock.now()

    def live(session: Session) -> None:
        session.execute(update(Member).values(created_at=present - timedelta(days=8)))
        for number, member in enumerate(crowd):
            days = {clock.today() - timedelta(days=ago) for ago in range(1, 8 - number)}
            session.add_all(Visit(member_id=member.id, day=day) for day in days)
        session.add_all(
            Opening(member_id=member.id, document_id=document_id, day=clock.today())
            for member in crowd
            for document_id in session.scalars(select(Document.id).limit(1))
        )
        enqueue(session, COUNT)

    world.act(live)


def employ(world: World, people: dict[str, Member]) -> int:
    """An organisation of which all is known, where two members work; one of which little is."""
    one = world.organisation(
        "Les Jardins solidaires de l’Erdre et de la Sèvre",
        networks=["coorace", "fnars"],
        activities=["espaces-verts", "restauration"],
        siret="73282932000074",
        address="3 rue du Port",
        postcode="44000",
        town="Nantes",
        phone="02 40 00 00 00",
        email="contact@jardins.example",
        website="https://jardins.example",
        opening_hours="Du lundi au jeudi, 9 h – 17 h",
        places=24,
        description="Maraîchage et entretien d’espaces verts.",
        source="Fichier de la fédération, 2026",
    )
    world.organisation("Table ronde", "ei", networks=[])
    with world.session() as session:
        for who in (MEMBER, "colleague"):
            profile = session.get_one(Profile, people[who].id)
            profile.organisation_id, profile.phone = one.id, "02 40 00 00 01"
    return one.id


def hold_a_first_message(world: World, people: dict[str, Member]) -> None:
    """A newcomer's message that waits for a moderator."""
    administrator = people[ADMINISTRATOR]
    viewer = world.viewer(administrator)

    def hold(number: int) -> None:
        world.act(
            lambda session: administration.change_house(
                session,
                viewer,
                by=session.get_one(Member, administrator.id),
                second_factor_for_staff=False,
                newcomer_posts=number,
            )
        )

    hold(1)
    world.topic(world.member("Noé", email="noe@example.org"), "Ma première question")
    hold(0)


def write_letters(world: World, people: dict[str, Member]) -> str:
    """A word and a content for the next letter; this week's letters have left."""
    document = world.one(select(Document.id).where(Document.title == "Le code du travail"))
    assert document is not None

    def prepare(session: Session, viewer: Viewer) -> None:
        network = session.get_one(Network, world.network("coorace"))
        letters.say(session, viewer, network, "Bonjour,\n\nvoici **la semaine**.")
        letters.put_forward(session, viewer, network, (What.DOCUMENT, document))

    world.act_as(people[MODERATOR], prepare)
    return letters_leave(world)


def write_to_partners(world: World, people: dict[str, Member]) -> dict[str, object]:
    """A public letter that was sent, one that is being written, somebody who subscribes."""
    editor, subscriber = people[MODERATOR], partners.subscriber(world)
    partners.open_letter(world, editor)
    sent, draft = (partners.write(world, editor, title) for title in ("Octobre", "Novembre"))
    partners.send(world, editor, sent)
    return {
        "public": sent,
        "public_draft": draft,
        "confirm": partners.token(world, CONFIRM, subscriber),
        "stop": partners.token(world, STOP, subscriber),
    }


def administer(house: House, people: dict[str, Member]) -> dict[str, object]:
    """An invitation, a request, links on their way, a suspension, a second charter."""
    world = house.world
    network, territory = world.network("coorace"), world.territory("departement:44")
    world.ask_access(network="coorace")

    def act(session: Session) -> str:
        by = session.get_one(Member, people[ADMINISTRATOR].id)
        _invitation, token = administration.invite(
            session,
            by=by,
            email="nour@example.org",
            first_name="Nour",
            last_name="Velle",
            networks=[network],
            territories=[territory],
            word="Bienvenue !",
        )
        administration.suspend(
            session,
            session.get_one(Member, people["suspended"].id),
            by=by,
            reason="Propos déplacés.",
            until=clock.now() + timedelta(days=10),
        )
        for purpose in Purpose:
            accounts.ask_link(session, people["colleague"].email, purpose)
        return token

    token = world.act(act)
    world.work()
    texts = [letter.text for letter in house.letters(people["colleague"].email)]

    def sent(path: str) -> str:
        return next(found[1] for text in texts if (found := re.search(path + r"([\w-]+)", text)))

    settings = world.app.extensions["maillage.settings"]
    return {
        "invitation": token,
        "link": sent("/connexion/lien/"),
        "password": sent("/mot-de-passe/"),
        "answer_token": invitations.token(
            settings, people[MEMBER].id, world.event(people["colleague"], "Réunion de rentrée")
        ),
        "unsubscribe": unsubscribe.token(settings, people[MEMBER].id, [Kind.ANSWER]),
        "request": world.one(select(AccessRequest.id)),
        "network": network,
        "week": write_letters(world, people),
        **write_to_partners(world, people),
        "territory": territory,
        "theme": world.theme("droit"),
        "import": send_table(
            world,
            people[ADMINISTRATOR],
            "Nom;Type;SIRET;Mystère\nLes Vergers;ACI;;a\n=1+1;ACI;;\nTrois;ZZZ;123;\n",
        ).id,
        "calendar": send_calendar(world, people[MEMBER]),
        "feed": subscribe(world, people[MEMBER]),
        "unreadable": send_table(world, people[ADMINISTRATOR], "Couleur\nbleu\n").id,
        "scheme": world.scheme(
            for_whom="Salariés en parcours",
            run_by="Mission locale",
            conditions="Habiter le département.",
            territories=["departement:44"],
            phone="02 40 00 00 02",
            email="permis@example.org",
            starts_on=date(2026, 1, 1),
        ).id,
        "skill": world.one(select(Skill.id).where(Skill.slug == "pmsmp")),
        "organisation": employ(world, people),
        "charter": world.one(select(Charter.id)),
        "mail": world.mails()[0].id,
        "hold": world.act(hold),
        "job": world.act(put_off),
    }
