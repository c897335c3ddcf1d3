"""A house where a month was lived: one of each thing that a page may show."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts import actions as accounts
from accounts import administration
from accounts.models import AccessRequest, Charter, Member, Purpose, Visit
from agenda.ics import invitations
from blueprints.accounts.sign_in import SECOND_STEP
from core import clock
from core.jobs import enqueue
from directory.models import Profile, Skill
from directory.questions import QuestionKind
from expertise.agreements.models import Kind as AgreementKind
from expertise.agreements.models import Party, Refund
from expertise.committees.models import Vote
from expertise.companies import actions as companies
from expertise.companies.models import CompanyRequest
from expertise.needs import links
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions import links as answers
from expertise.positions.life import Act as AnswerAct
from expertise.positions.models import Position
from expertise.programmes.models import Asking, Institution, Programme, Review, Way
from expertise.recap import links as recaps
from expertise.surveys.models import Kind as SurveyKind
from figures.jobs import COUNT
from notifications import unsubscribe
from notifications.letter import actions as letters
from notifications.letter.cards import What
from notifications.models import Kind
from notifications.public_letter.links import CONFIRM, STOP
from resources.models import Document, Opening
from tests.browser.served import House
from tests.expertise import agreed, billing, counted, desks, partnered, replying, seated, surveying
from tests.http.sample import (
    hold,
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
OUTSIDER = "outsider"
"""An account of no network."""


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
        OUTSIDER: world.member("Gina", networks=(), territories=(), charter=False),
        ADMINISTRATOR: world.administrator(),
        INVITED: world.member("Nadia", charter=False),
        HALFWAY: world.member("Hervé", email="herve@example.org"),
        "colleague": world.member("Bruno"),
        "suspended": world.member("Serge"),
    }
    ids = [people[HALFWAY].id]
    world.act(lambda s: s.execute(update(Member).where(Member.id.in_(ids)).values(totp_on=True)))
    return people


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


def ask_experts(world: World, people: dict[str, Member]) -> dict[str, object]:
    """Needs asked of a programme: one to review, one that waits for its company, one closed."""
    made = desks.programme(world, team=(people[MODERATOR],), several_subjects=True)
    single = desks.programme(
        world, "seul", team=(people[MODERATOR],), least_staff=5, asks_phase=True
    )
    about = desks.subject(world, single)
    desks.question(world, about, "Combien ?", QuestionKind.CHOICE, choices="Un\nPlusieurs")
    first = desks.subject(world, made)
    asked, waits, closed = (desks.need(world, made) for _one in range(3))
    desks.decide(world, people[MODERATOR], waits, Act.ASK_MORE, "Combien êtes-vous ?")
    desks.decide(world, people[MODERATOR], closed, Act.REFUSE, "Ce n’est pas notre objet.")
    desks.question(
        world, first, "Combien ?", QuestionKind.CHOICE, choices="Un\nPlusieurs", required=False
    )
    desks.programme(world, "abonnes", asking=Asking.SUBSCRIBED)
    account = desks.company(world, people[MEMBER], people["colleague"])
    own, done = (desks.asked_from(world, made, account) for _one in range(2))
    desks.decide(world, people[MODERATOR], own, Act.VALIDATE, "")
    desks.edit(world, own, title="Vendre en Autriche", phone="02 40 11 11 11")
    desks.follow(world, done, Act.WITHDRAW, "")
    waiting = desks.account_asked(world, made)
    answered = desks.account_asked(world, made, email="bruno@essai.example")
    desk = desks.at_the_desk(world, people[MODERATOR])
    with world.session() as session:
        by = session.get_one(Member, people[MODERATOR].id)
        asked_for = session.get_one(CompanyRequest, answered.id)
        session.refresh(asked_for, ["programme"])
        companies.decline(session, desk, asked_for, "Hors de notre territoire.", by=by)
    settings = world.app.extensions["maillage.settings"]
    team = people[MODERATOR]
    sites = "https://www.partenaire.example\nhttps://autre.example"
    site = partnered.partner(world, made, team, sites=sites)
    partnered.key_of(world, made, site, team)
    first_asked = partnered.need_through(world, made, site)
    desks.decide(world, team, first_asked, Act.REFUSE, "Ce n’est pas notre objet.")
    stopped = partnered.partner(world, made, team, name="Partenaire arrêté", sites="")
    partnered.stop(world, made, stopped, team)
    alone = partnered.partner(world, single, team, name="Seul")
    answerer = people[MODERATOR]
    house = desks.institution(world, made, "Groupe de la modération")
    desks.manager(world, house, answerer)
    open_need, held_need = (desks.need(world, made, subjects=[first.id]) for _one in range(2))
    for one in (open_need, held_need):
        desks.decide(world, answerer, one, Act.VALIDATE, "")
    sent, held = (replying.sent(world, one, house) for one in (open_need, held_need))
    replying.answer(world, answerer, held, AnswerAct.RESERVE)
    together = desks.programme(
        world, "ensemble", review=Review.NONE, way=Way.COOPERATIVE, team=(answerer,)
    )
    agency = desks.institution(world, together, "Agence de la modération")
    adviser = desks.expert(world, agency, answerer, subjects=(desks.subject(world, together),))
    taken = replying.sent(world, desks.need(world, together), adviser)
    replying.answer(world, answerer, taken, AnswerAct.TAKE)
    called = desks.need(world, made, subjects=[first.id])
    desks.decide(world, answerer, called, Act.VALIDATE, "")
    calling = replying.sent(world, called, house)
    replying.answer(world, answerer, calling, AnswerAct.RESERVE)
    replying.answer(world, answerer, calling, AnswerAct.INTRODUCE)
    for name, words in (("Ana Experte", "Vendre en Allemagne, les salons"), ("Léo Conseil", "")):
        desks.expert(
            world, house, subjects=(first,), name=name, about=words, territories=("departement:44",)
        )
    return {
        "open_need": open_need.id,
        "partner": site.id,
        "stopped_partner": stopped.id,
        "partner_slug": site.slug,
        "single_slug": alone.slug,
        **ask_after(world, answerer, closed, calling),
        **agree(world, made, answerer),
        "position": sent.id,
        "reserved": held.id,
        "taken": taken.id,
        "answer_link": answers.token(settings, sent, answerer.email),
        "answer_together": answers.token(settings, taken, answerer.email),
        "track_called": links.token(settings, called),
        "company": account.id,
        "own_need": own.id,
        "own_closed_need": done.id,
        "account_request": waiting.id,
        "answered_request": answered.id,
        "programme": made.id,
        "subject_theme": first.theme_id,
        "subject": first.id,
        "bare_subject": desks.subject(world, made, "strategie").id,
        "need": asked.id,
        "closed_need": closed.id,
        "track": links.token(settings, waits),
        "track_closed": links.token(settings, closed),
        **answer_companies(world, people, made),
        **sit(world, people, team),
        **billing.bought(world, made, people[MODERATOR], people[MEMBER], account),
    }


def sit(world: World, people: dict[str, Member], team: Member) -> dict[str, object]:
    """A committee, a need that it votes on, one that it decided, its minutes and a draft."""
    made = seated.selecting(world, team, "comite")
    outsider, other = people[OUTSIDER], world.member("Claire", networks=())
    one = seated.committee(world, made, other, chairs=(outsider,), communes=("44109",))
    seated.committee(world, made, name="Comité de Paris", territories=("departement:75",))
    decided, running, waits = (
        desks.need(world, made, siret=seated.SIRET, hidden_words="Maison Cachée")
        for _one in range(3)
    )
    far = desks.need(world, made, siret=seated.SIRET, postcode="69001", town="Lyon")
    done = seated.put(world, team, decided)
    for who, said in ((outsider, Vote.FAVOURABLE), (other, Vote.UNFAVOURABLE)):
        seated.vote(world, who, done, said)
    on = seated.put(world, team, running)
    seated.vote(world, other, on, Vote.FAVOURABLE)
    return {
        "committee": one.id,
        "case": on.id,
        "decided_case": done.id,
        "selected_need": running.id,
        "to_submit": waits.id,
        "uncovered": far.id,
        "minutes": seated.published(world, outsider, one).id,
        "draft_minutes": seated.drafted(world, outsider, one).id,
    }


def answer_companies(world: World, people: dict[str, Member], made: Programme) -> dict[str, object]:
    """An institution that somebody of no network manages, and for which they answer, twice."""
    of, about = desks.institution(world, made), (desks.subject(world, made),)
    outsider = people[OUTSIDER]
    desks.manager(world, of, outsider)
    absent: dict[str, Any] = {
        "absent_from": clock.today(),
        "about": "Vingt ans de vente en Allemagne.",
    }
    mine = desks.expert(
        world, of, outsider, subjects=about, territories=("departement:44",), quota=3, **absent
    )
    shared: dict[str, Any] = {
        "name": "Cellule export",
        "email": "export@groupe.example",
        "is_team": True,
    }
    together = desks.expert(world, of, outsider, subjects=about, **shared)
    waiting = desks.expert(world, of, subjects=about, name="Bao Relais", approved_at=None)
    desks.take_part(
        world,
        made,
        desks.institution(
            world, desks.programme(world, "trois", team=(people[MODERATOR],)), "Vide"
        ),
    )
    desks.incident(world, made, outsider)
    counted.lived(world, made, of)
    return {
        "institution": of.id,
        "mine": mine.id,
        "together": together.id,
        "waiting": waiting.id,
        "bare_institution": world.one(select(Institution.id).where(Institution.name == "Vide")),
    }


def agree(world: World, made: Programme, team: Member) -> dict[str, object]:
    """Agreements: one being prepared, one that waits for its signatures, one signed by all."""
    house = desks.institution(world, made, "Groupe des conventions")
    places = [
        agreed.engaged(world, agreed.open_need(world, made, title=f"Mission {number}"), house)
        for number in range(4)
    ]
    draft = agreed.agreement(world, places[0], team, proposed=False)
    loan: dict[str, Any] = {"kind": AgreementKind.LOAN, "refund": Refund.FULL}
    waits = agreed.agreement(world, places[1], team, scans=(Party.INSTITUTION,), **loan)
    done = agreed.agreement(world, places[2], team, signed=True)
    return {
        "agreement_draft": draft.id,
        "agreement": waits.id,
        "agreement_signed": done.id,
        "engaged": places[3].id,
        "sign_link": agreed.link(world, waits, Party.COMPANY),
        "signed_link": agreed.link(world, done, Party.COMPANY),
    }


def ask_after(world: World, answerer: Member, closed: Need, calling: Position) -> dict[str, object]:
    """Surveys: not answered, answered with a testimonial that is shown, three months on."""
    moment = clock.now()
    given = {"answered_at": moment, "consented_at": moment, **surveying.ANSWERED}
    waits = surveying.survey(world, closed)
    answered = surveying.survey(world, closed, approved_at=moment, **given)
    months = surveying.survey(world, closed, kind=SurveyKind.THREE_MONTHS)
    surveying.survey(
        world, closed, answered_at=moment, satisfaction=1, words="Personne n’a rappelé."
    )
    surveying.survey(world, closed, **given)
    house = surveying.survey(world, closed, calling)
    return {
        "survey": surveying.survey_link(world, waits, closed.email),
        "survey_answered": surveying.survey_link(world, answered, closed.email),
        "survey_months": surveying.survey_link(world, months, closed.email),
        "survey_institution": surveying.survey_link(world, house, answerer.email),
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
