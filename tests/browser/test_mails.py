"""Every mail, in both languages, as a mailbox shows it: laid out, and in plain text."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

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
from blueprints import _mail
from blueprints._languages import LANGUAGES
from circulars.actions import Kept
from circulars.models import Draft
from core import clock, outbox
from core.db import db
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused
from core.settings import ROOT
from expertise.agreements import days, preparing, signing
from expertise.agreements.life import Act as DayAct
from expertise.agreements.models import AgreementDay, By, Party
from expertise.committees import seats as committee_seats
from expertise.committees.jobs import remind
from expertise.committees.models import Committee, Vote
from expertise.companies import actions as companies
from expertise.companies.facts import CompanyLeft
from expertise.companies.models import Company, CompanyRequest
from expertise.desk import desk_of
from expertise.experts.facts import News, PeopleChanged
from expertise.experts.models import DeskSeat, Expert
from expertise.incidents import actions as incidents
from expertise.keeping.facts import NeedsLapsing
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions.jobs import Teller
from expertise.positions.life import Act as Reply
from expertise.programmes.models import Institution, Programme, Review, Sending
from expertise.quality.facts import QualityCrossed
from expertise.quality.models import Kind as QualityKind
from expertise.quality.rates import Rates
from expertise.recap.jobs import Recap
from expertise.subscriptions import credits
from expertise.subscriptions.models import Credit, Service, ServiceKind
from expertise.subscriptions.queries import WHOLE_CREDIT
from expertise.surveys.facts import Disappointed
from expertise.surveys.jobs import Asker
from expertise.surveys.models import Kind as SurveyKind
from expertise.surveys.models import Survey
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
from tests.expertise import billing, desks, replying, seated, surveying
from tests.expertise.agreeing import PDF, Case
from tests.ground import copy_of
from tests.letters import partners
from tests.notifications.mailing import choose, letters_leave
from tests.services import HtmlChecker
from tests.world import World, open_world

Mails = dict[str, outbox.Words]
NO_BUTTON = {
    *("access_declined", "accounts_merged", "agreement_code", "agreement_day"),
    *("suspended", "test"),
}
LEAKS = re.compile(r"\{\{|\{%|%\(|\bNone\b|\bundefined\b|<[A-Z]\w+ object")
LIGHT, DARK = "light", "dark"
LANDMARKS = ("landmark-one-main", "region")
"""A mailbox shows a mail within landmarks of its own."""


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Mails:
    """Each mail that a busy month makes, in each language: "template language number"."""
    folder = tmp_path_factory.mktemp("mails")
    world = open_world(
        folder,
        copy_of(sqlite_template, folder),
        mail_answers="reponses+{token}@example.org",
    )
    render, made = _mail.renderer(world.app), Mails()

    def in_each_language(template: str, language: str, values: Mapping[str, Any]) -> outbox.Words:
        number = 1 + sum(name.startswith(f"{template} {language} ") for name in made)
        for spoken in LANGUAGES:
            made[f"{template} {spoken} {number}"] = render(template, spoken, values)
        return made[f"{template} {language} {number}"]

    outbox.render_with(in_each_language)
    with world.app.app_context():
        fnars = world.network("fnars")
        world.act(lambda s: s.execute(update(Network).where(Network.id == fnars).values(logo="l")))
        come_and_go(world)
        talk(world)
        world.work()
        write_letters(world)
        ask_experts(world)
        answer_needs(world)
        open_accounts(world)
        tell_of_people(world)
        ask_after(world)
        agree(world)
        tell_teams(world)
        subscribe(world)
        db.session.remove()
        db.engine.dispose()
    return made


def subscribe(world: World) -> None:
    """Every mail about a subscription, and to the provider of a service."""
    team, boss = world.member("Paule"), world.member("Inès", networks=())
    made = desks.programme(world, "abonnes", team=(team,))
    mine = desks.company(world, boss, siret="99900010500018")
    billing.equip(world, made)
    billing.subscribed(world, boss, team, made, mine)
    with world.session() as session:
        wanted = (
            select(Credit)
            .join(Credit.service)
            .where(Service.kind == ServiceKind.PROVIDED)
            .order_by(Credit.id.desc())
            .limit(1)
            .options(*WHOLE_CREDIT)
        )
        credit = session.scalars(wanted).one()
        credits.use(session, desk_of(session, boss.id), credit, "En janvier.", by=boss)


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


def ask_experts(world: World) -> None:
    """Every mail about a need."""
    team = world.member("Thomas")
    made, committee = (
        desks.programme(world, "essai", team=(team,)),
        desks.programme(world, "comite", team=(team,), review=Review.COMMITTEE),
    )
    for act in (Act.ASK_MORE, Act.ORIENT, Act.REFUSE, Act.VALIDATE):
        one = desks.need(world, made)
        desks.decide(world, team, one, act)
    desks.decide(world, team, one, Act.NO_TAKER)
    desks.follow(world, one, Act.CONTEST)
    desks.follow(world, one, Act.ADD)
    desks.follow(world, one, Act.WITHDRAW, "")
    desks.decide(world, team, one, Act.REOPEN, "")
    sit(world, team, committee)
    desks.edit(world, desks.need(world, made), title="Vendre en Autriche", email="a@essai.example")
    desks.edit(world, desks.need(world, made), phone="02 40 11 11 11")


def sit(world: World, team: Member, made: Programme) -> None:
    """Every mail about a committee: selected, refused, no quorum, a tie, minutes."""
    chair, other = world.member("Hélène"), world.member("Marc")
    of = seated.committee(world, made, other, chairs=(chair,))
    newcomer = world.member("Zoé")
    desk = desks.at_the_desk(world, team)

    def name(session: Session) -> None:
        by, one = session.get_one(Member, team.id), session.get_one(Committee, of.id)
        session.refresh(one, ["programme"])
        committee_seats.name(
            session,
            desk,
            one,
            email=newcomer.email,
            first_name="Zoé",
            last_name="Neuve",
            house="Ville",
            by=by,
        )

    world.act(name)
    for said in ((Vote.FAVOURABLE,) * 2, (Vote.UNFAVOURABLE,) * 2, (Vote.ABSTENTION,) * 2, ()):
        on = seated.put(world, team, desks.need(world, made))
        for who, vote in zip((chair, other), said, strict=False):
            seated.vote(world, who, on, vote)
        if not said:
            world.act(lambda s, on=on: remind(s, on.due_at - timedelta(hours=1)))  # type: ignore[misc]
        seated.end(world, on)
        if not said:
            seated.end(world, on)
    seated.published(world, chair, of)


def open_accounts(world: World) -> None:
    """Every mail about the account of a company."""
    team, first, second = (world.member(name) for name in ("Tania", "Anne", "Bruno"))
    made = desks.programme(world, "comptes", team=(team,))
    refused, accepted = (
        desks.account_asked(world, made, email=one.email, words="Bonjour,\nmerci.")
        for one in (first, second)
    )

    def answer(session: Session) -> None:
        by, desk = session.get_one(Member, team.id), desk_of(session, team.id)
        asked = [session.get_one(CompanyRequest, one.id) for one in (refused, accepted)]
        for one in asked:
            session.refresh(one, ["programme"])
        companies.decline(session, desk, asked[0], "Hors de notre territoire.", by=by)
        companies.accept(session, desk, asked[1], "Bienvenue.", by=by)

    world.act(answer)

    def share(session: Session) -> None:
        by, desk = session.get_one(Member, second.id), desk_of(session, second.id)
        [account] = session.scalars(select(Company))
        whom = {"email": first.email, "first_name": "Anne", "last_name": "Essai"}
        companies.invite(session, desk, account, **whom, by=by)
        session.flush()
        invited = session.get_one(Member, first.id)
        companies.answer_invitation(session, account, member=invited, accepts=True)
        session.flush()
        companies.part(session, desk, account, first.id, by=by)

    world.act(share)


def answer_needs(world: World) -> None:
    """Every mail to those who answer."""
    team, chief = world.member("Paule"), world.member("Rémi", networks=())
    made = desks.programme(world, "reserve", team=(team,), review=Review.NONE)
    first, second = (desks.institution(world, made, f"Groupe {one}") for one in "AB")
    other = world.member("Sonia", networks=())
    desks.manager(world, first, chief)
    desks.manager(world, second, other)
    one = desks.need(world, made)
    mine, theirs = replying.sent(world, one, first), replying.sent(world, one, second)
    replying.answer(world, chief, mine, Reply.RESERVE)
    replying.answer(world, other, theirs, Reply.QUEUE)
    replying.answer(world, chief, mine, Reply.INTRODUCE)
    desks.follow(world, one, Act.ADD)
    replying.calls(world, one, agrees=False)
    replying.answer(world, other, theirs, Reply.INTRODUCE)
    replying.calls(world, one, agrees=True)
    desks.follow(world, one, Act.WITHDRAW, "")
    weekly = desks.programme(world, "hebdo", review=Review.NONE, sending=Sending.WEEKLY)
    desks.manager(world, desks.institution(world, weekly, "Groupe C"), chief)
    for title in ("Vendre en Allemagne", "Recruter"):
        desks.need(world, weekly, title=title)
    teller = Teller(world.app.extensions["maillage.settings"])
    world.act(lambda s: teller.send_week(s, {}))


def tell_of_people(world: World) -> None:
    """Every mail about those who answer."""
    made = desks.programme(world, "gens")
    of = desks.institution(world, made, "Groupe des gens")
    desks.manager(world, of, world.member("Gina"))
    one = desks.expert(world, of, world.member("Ana"), subjects=(desks.subject(world, made),))

    def tell(session: Session) -> None:
        about = session.get_one(Expert, one.id)
        there, programme = session.get_one(Institution, of.id), session.get_one(Programme, made.id)
        seats = session.scalars(
            select(DeskSeat).where(DeskSeat.institution_id == of.id).order_by(DeskSeat.id)
        ).all()
        held = {News.NAMED: seats[0], News.JOINED: seats[1]}
        for news in News:
            words = "Nous en avons déjà trois." if news is News.DECLINED else ""
            seat = held.get(news)
            record(session, PeopleChanged(news, there, (programme,), about, seat, words))

    world.act(tell)
    outsider = world.member("Éva")
    desks.expert(world, of, outsider)
    desk = desks.at_the_desk(world, outsider)
    world.act(
        lambda s: incidents.tell(
            s,
            desk,
            programmes=[made.id],
            happened="Une fiche égarée.",
            noticed_on=clock.today(),
            about="",
            by=s.get_one(Member, outsider.id),
        )
    )


def ask_after(world: World) -> None:
    """Every mail of a survey: to both sides, again, to the team of the unhappy."""
    chief = world.member("Rémi", networks=())
    made = desks.programme(world, "apres", team=(world.member("Paule"),), review=Review.NONE)
    house = desks.institution(world, made, "Groupe D")
    desks.manager(world, house, chief)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    for at in (None, sent):
        for kind in SurveyKind if at is None else (SurveyKind.CLOSING, SurveyKind.SIX_MONTHS):
            surveying.survey(world, one, at, kind=kind)
    asker = Asker(world.app.extensions["maillage.settings"])
    with_need = joinedload(Survey.need).joinedload(Need.programme)

    def write(session: Session) -> None:
        for survey in session.scalars(select(Survey).options(with_need)).all():
            session.refresh(survey, ["position"])
            if survey.position:
                session.refresh(survey.position, ["need"])
            asker.write(session, survey, again=survey.kind is SurveyKind.SIX_MONTHS)
            if survey.kind is SurveyKind.CLOSING:
                survey.words = "Personne n’a rappelé."
                record(session, Disappointed(survey))

    world.act(write)


def agree(world: World) -> None:
    """Every mail of an agreement: to sign, a correction, a copy, a code, signed, its days."""
    case = Case(world, slug="accords")
    case.prepare()
    case.propose()
    case.sign(Party.COMPANY)
    case.do(lambda s, one: preparing.ask_correction(s, one, By.COMPANY, "Trois jours,\npas deux."))
    case.propose()
    case.sign(Party.COMPANY)
    case.edit(place="Nantes")
    case.propose()
    storage, by = case.storage, By.INSTITUTION
    case.do(
        lambda s, one: signing.bring_scan(
            s, storage, one, Party.INSTITUTION, by, name="copie.pdf", content=PDF
        )
    )
    case.sign()
    for act in (DayAct.DAY_CANCELLED, DayAct.DAY_AGAIN):
        number = case.ledger()[0].id
        case.do(
            lambda s, one, number=number, act=act: days.settle(  # type: ignore[misc]
                s, desk_of(s, case.chief.id), one, s.get_one(AgreementDay, number), act
            )
        )


def tell_teams(world: World) -> None:
    """What the desk says of its own accord: to teams, to those who answer, to subscribers."""
    chief = world.member("Rosa", networks=())
    made = desks.programme(world, "veille", team=(world.member("Tom"),), review=Review.NONE)
    house = desks.institution(world, made, "Groupe V")
    desks.manager(world, house, chief)
    needs = [desks.need(world, made), desks.need(world, made)]
    account = desks.company(world, chief, siret="99900010300021")
    recap = Recap(world.app.extensions["maillage.settings"])

    def write(session: Session) -> None:
        programme = session.get_one(Programme, made.id)
        record(session, NeedsLapsing(programme, [session.get_one(Need, one.id) for one in needs]))
        institution = session.get_one(Institution, house.id)
        rates = Rates(answered=20, declined=8, ended=12, helped=2)
        for kind in QualityKind:
            record(session, QualityCrossed(programme, institution, kind, rates))
        record(session, CompanyLeft(session.get_one(Company, account.id), programme, (3, 7)))
        recap.write(session, {"address": chief.email})

    world.act(write)


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


def test_every_mail_is_here(mails: Mails) -> None:
    written = {path.name for path in (ROOT / "templates/mail").iterdir()}
    for language in LANGUAGES:
        assert {name.split()[0] for name in mails if f" {language} " in name} == written
        assert sum(name.startswith(f"notifications {language} ") for name in mails) > 10


def test_a_mail_is_well_made(mails: Mails, page: Page, axe: Callable[[Page], list[str]]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 390, "height": 844})
    wrong: dict[str, list[str]] = {}
    for name, mail in one_of_each(mails).items():
        page.set_content(mail.html)
        found = []
        for colours in (LIGHT, DARK):
            page.emulate_media(color_scheme="light" if colours == LIGHT else "dark")
            found += [
                f"{colours}: {violation}"
                for violation in axe(page)
                if not violation.startswith(LANDMARKS)
            ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than a telephone")
        if found:
            wrong[name] = found
    assert wrong == {}
    assert set(asked) <= {f"cid:{outbox.LOGO}"}, "a mail loads nothing but what it carries"


def one_of_each(mails: Mails) -> Mails:
    """Mails that differ by more than their words."""
    return {
        name: mail
        for name, mail in mails.items()
        if not name.startswith("notifications") or int(name.split()[-1]) % 3 == 0
    }


def test_the_html_of_mails_is_sound(mails: Mails, html_checker: HtmlChecker) -> None:
    said = html_checker({name: mail.html for name, mail in mails.items()})
    for_outlook = "“mso-hide”"
    errors = [one for one in said if one.kind == "error" and for_outlook not in one.message]
    assert not errors, "\n".join(map(str, errors))


def test_the_text_says_what_the_html_says(mails: Mails, page: Page) -> None:
    for name, mail in mails.items():
        template, language, _number = name.split()
        page.set_content(mail.html)
        assert page.locator("html").get_attribute("lang") == language
        assert not LEAKS.search(mail.subject + mail.text + page.locator("body").inner_text()), name
        buttons = page.locator(".action a")
        topics = page.locator("h2").count()
        several = topics > 1 and template == "notifications"
        assert buttons.count() == (0 if template in NO_BUTTON or several else 1), name
        links = page.locator("a").evaluate_all("links => links.map(link => link.href)")
        assert set(links) == set(re.findall(r"(?:https?://|mailto:)\S+", mail.text)), name
        text = words(mail.text)
        for line in page.locator("h1, h2, p:not(.why, .logo, .action), blockquote").all():
            missing = [word for word in words(line.inner_text()) if word not in text]
            assert not missing, f"{name}: {missing}"
        assert mail.subject == mail.subject.strip()
        assert 5 < len(mail.subject) < 150


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+", text.lower())
