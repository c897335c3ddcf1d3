"""What makes every mail about accounts, dates, rides, circulars, the forum and the letters."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts import actions as accounts
from accounts import administration, leaving
from accounts.models import AccessRequest, Member, Purpose
from agenda import changes
from agenda import queries as agenda
from agenda.attending import organising
from agenda.ics.invitations import invitation_mail
from agenda.models import Event
from agenda.polls import actions as polls
from circulars.actions import Kept
from circulars.models import Draft
from core import clock, outbox
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused
from forum import actions as forum
from forum import moderation, queries
from forum.models import Post, ReportReason, Topic
from house import mails as house_mails
from house.facts import Merged
from inbound import circulars
from inbound.actions import REFUSED
from notifications import actions as notifications
from notifications.letter import actions as letter_actions
from notifications.letter.cards import What
from notifications.letter.models import Edition
from notifications.models import Frequency, Kind
from notifications.public_letter.actions import SUBSCRIBE
from tests.agenda.attending import comes, first_date, opened
from tests.agenda.polling import answers, polled, settles
from tests.agenda.rides import (
    a_date,
    accepts,
    asks,
    looks,
    offers,
    proposes,
    rides_along,
    says_no,
    withdraws,
)
from tests.agenda.rides import changes as changes_ride
from tests.letters import partners
from tests.notifications.mailing import choose, letters_leave
from tests.world import World


def come_and_go(world: World) -> None:
    """Invited, asking for access, losing a password, suspended."""
    administrator, member = world.administrator(), world.member("Zoé", email="zoe@example.org")
    network, territory = world.network("fnars"), world.territory("departement:44")
    world.ask_access(
        employer="Les Ateliers & Cie", network="fnars", reason="Je viens d’arriver.\nMerci."
    )

    def act(session: Session) -> None:
        by = session.get_one(Member, administrator.id)
        administration.invite(
            session,
            by=by,
            email="neuf@example.org",
            first_name="Ninon",
            last_name="Neuf",
            networks=[network, world.network("coorace")],
            territories=[territory],
            word="Bienvenue <i>à toi</i>.\nÀ bientôt !",
        )
        for purpose in Purpose:
            accounts.ask_link(session, member.email, purpose)
        request = session.scalars(select(AccessRequest)).one()
        answer = "Votre structure n’adhère pas."
        administration.decline_request(session, request, by=by, answer=answer)

    def suspend(until: timedelta | None) -> None:
        world.act(
            lambda session: administration.suspend(
                session,
                session.get_one(Member, member.id),
                by=session.get_one(Member, administrator.id),
                reason="Propos déplacés.",
                until=clock.now() + until if until else None,
            )
        )

    world.act(act)
    tell_of_accounts(world, administrator, member)
    invite_to_a_date(world, member)
    look_for_a_date(world, administrator, member)
    ride_along(world, member)
    world.work()
    for until in (timedelta(days=10), None):
        suspend(until)


def tell_of_accounts(world: World, administrator: Member, member: Member) -> None:
    """An account is to close, two become one, mails are tried."""

    def act(session: Session, viewer: Viewer) -> None:
        by = session.get_one(Member, administrator.id)
        leaving.ask_to_close(session, session.get_one(Member, member.id), erases=True)
        kept = session.get_one(Member, member.id)
        record(session, Merged(by, kept.email, {}, kept, "autrefois@example.org"))
        given_back = {"member": kept, "refused": Refused("topic-closed"), "written": "Voici."}
        outbox.post(
            session,
            REFUSED,
            to_address=kept.email,
            to_name=kept.name,
            language=kept.language,
            values={**given_back, "about": "Re: PMSMP", "of_date": False},
        )
        house_mails.send_test(session, viewer, by=by, address="essai@example.org")
        forwarded(session, kept)

    world.act_as(administrator, act)


def look_for_a_date(world: World, administrator: Member, member: Member) -> None:
    """A poll that awaits an answer, then one whose date is chosen and takes registrations."""
    asked, settled = (
        polled(world, administrator, title) for title in ("Quand se voir ?", "C’est <choisi>")
    )
    world.act_as(administrator, lambda s, v: polls.remind(s, asked.id, by=v))
    answers(world, member, settled, "osn")
    world.work()
    event = settles(world, administrator, settled, 0)
    opened(world, administrator, event)


def invite_to_a_date(world: World, member: Member) -> None:
    """A mail that calendar programs understand."""
    event = world.event(member)

    def invite(session: Session, viewer: Viewer) -> None:
        invitation_mail(
            session,
            viewer,
            session.scalars(agenda.event(viewer, event.id)).one(),
            session.get_one(Member, member.id),
            settings=world.app.extensions["maillage.settings"],
            answers_to="reponses@example.org",
        )

    world.act_as(member, invite)
    date = first_date(world, opened(world, member, event))
    comes(world, member, date)
    world.act_as(
        member, lambda s, viewer: organising.write(s, date, "Venez avec\nvos CV.", by=viewer)
    )
    world.work()
    world.act_as(
        member,
        lambda s, viewer: changes.cancel(s, s.get_one(Event, event.id), "La salle.", by=viewer),
    )


def ride_along(world: World, driver: Member) -> None:
    """A place is asked for, given, refused, proposed, taken; the ride changes and is withdrawn."""
    olga, lise, anne = (world.member(name) for name in ("Olga", "Lise", "Anne"))
    date = a_date(world, driver, olga, lise, anne)
    ride = offers(world, driver, date, places=2, words="Devant la gare.")
    rides_along(world, driver, olga, date, ride)
    asked = asks(world, lise, date, ride, "Une valise,\net un <vélo>.")
    proposed = proposes(world, driver, date, looks(world, anne, date))
    world.work()
    accepts(world, anne, date, proposed)
    says_no(world, driver, date, asked)
    changes_ride(world, driver, date, ride, words="Devant la mairie.")
    world.work()
    withdraws(world, driver, date, ride)


def forwarded(session: Session, member: Member) -> None:
    """Circulars that became a draft, that had come before, that were given back."""
    refused = {"name": "video.exe", "code": "file-dangerous", "values": {"name": "video.exe"}}
    draft = Draft(title="Portes ouvertes des Jardins", doubtful=True, left_out=[refused])
    for kind, values in (
        (circulars.READY, {"kept": Kept(draft, again=False, waits=True)}),
        (circulars.READY, {"kept": Kept(draft, again=True, waits=True)}),
        (circulars.READY, {"kept": Kept(draft, again=True, waits=False)}),
        (circulars.REFUSED, {"refused": Refused("network-not-served")}),
    ):
        outbox.post(
            session,
            kind,
            to_address=member.email,
            to_name=member.name,
            language=member.language,
            values={"member": member, "about": "Portes ouvertes", **values},
        )


def talk(world: World) -> None:
    """Answered, mentioned, chosen; asked; reported, hidden, shown again."""
    asker, helper = world.member("Anne"), world.member("Bruno")
    fond, moderator = world.member("Carole"), world.moderator()
    wanted = dict.fromkeys(Kind, Frequency.IMMEDIATELY)
    for member_id in (asker.id, helper.id, fond.id, moderator.id):
        world.act(partial(notifications.choose, member_id=member_id, wanted=wanted))
    topics = [world.topic(asker, f"PMSMP en ETTI : qui signe ? ({number})") for number in range(3)]
    world.work()
    answer = world.reply(topics[0], helper, f"L’agence, @{fond.handle}.\n\n- *vite*\n- bien")
    world.work()
    for topic in topics:
        for _time in range(6):
            world.reply(topic, helper, "Et puis ceci, <b>plus long</b>. " * 30)
    world.work()

    def act(by: Member, action: Callable[[Session, Viewer, Post], object]) -> None:
        viewer = world.viewer(by)
        world.act(lambda s: action(s, viewer, s.scalars(queries.post(viewer, answer.id)).one()))
        world.work()

    act(asker, lambda s, v, p: forum.choose_answer(s, s.get_one(Topic, p.topic_id), p, by=v))
    act(fond, lambda s, v, p: forum.report(s, p, by=v, reason=ReportReason.WRONG, words="Faux."))
    act(moderator, lambda s, v, p: moderation.hide(s, p, by=v, reason="Une personne."))
    act(moderator, lambda s, v, p: moderation.restore(s, p, by=v, reason="Corrigé."))


def write_letters(world: World) -> None:
    """The letter of a week with all its parts."""
    editor, reader = world.moderator("Inès"), world.member("Rémi")
    author = world.member("Odile", networks=("fnars",))
    soon = clock.now().astimezone(clock.PARIS).replace(tzinfo=None) + timedelta(days=3)
    document = world.document(author, "Guide de la PMSMP")
    world.event(author, "Réunion <du> réseau", soon, town="Nantes")
    world.article(author, kind="appel-a-projets", deadline=clock.today() + timedelta(days=9))
    choose(world, reader, Kind.ANSWER, Frequency.WEEKLY)
    world.reply(world.topic(reader, "Qui signe ?"), author)

    def prepare(session: Session, viewer: Viewer) -> None:
        coorace = session.get_one(Network, world.network("coorace"))
        letter_actions.say(session, viewer, coorace, "Bonjour,\n\n- **lundi** : on range ;")
        letter_actions.put_forward(session, viewer, coorace, (What.DOCUMENT, document.id))

    world.act_as(editor, prepare)
    week = world.one(select(Edition.week))
    assert week is not None
    letters_leave(world, week)
    partners.open_letter(world, editor)
    coorace = world.network("coorace")
    world.act(
        lambda s: enqueue(
            s, SUBSCRIBE, {"network_id": coorace, "email": "p@example.org", "language": "fr"}
        )
    )
    partners.subscriber(world)
    partners.send(world, editor, partners.write(world, editor))
