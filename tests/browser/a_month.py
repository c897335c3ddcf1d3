"""A month that was lived in a house: one of each thing that a page may show."""

import re
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts import actions as accounts
from accounts import administration
from accounts.models import AccessRequest, Charter, Member, Purpose, Visit
from agenda.ics import invitations
from core import clock
from core.jobs import enqueue
from directory.models import Profile, Skill
from expertise.recap import links as recaps
from figures.jobs import COUNT
from notifications import unsubscribe
from notifications.letter import actions as letters
from notifications.letter.cards import What
from notifications.models import Kind
from notifications.public_letter.links import CONFIRM, STOP
from resources.models import Document, Opening
from tests.browser.asked_of_experts import ask_experts
from tests.browser.lived_in import ADMINISTRATOR, MEMBER, MODERATOR
from tests.browser.served import House
from tests.http.sample import hold, put_off, send_calendar, send_table, subscribe
from tests.letters import partners
from tests.notifications.mailing import letters_leave
from tests.world import World


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
        "recap": recaps.token(settings, "ana@groupe.example"),
        "unsubscribe": unsubscribe.token(settings, people[MEMBER].id, [Kind.ANSWER]),
        "request": world.one(select(AccessRequest.id)),
        "network": network,
        "week": write_letters(world, people),
        **write_to_partners(world, people),
        **ask_experts(world, people),
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
