"""A month of the desk: needs, their committee, their agreements, those who answer."""

from typing import Any

from sqlalchemy import select

from accounts.models import Member
from core import clock
from directory.questions import QuestionKind
from expertise.agreements.models import Kind as AgreementKind
from expertise.agreements.models import Party, Refund
from expertise.committees.models import Vote
from expertise.companies import actions as companies
from expertise.companies.models import CompanyRequest
from expertise.experts.models import ConductAcceptance
from expertise.needs import links
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions import links as answers
from expertise.positions.life import Act as AnswerAct
from expertise.positions.models import Position
from expertise.programmes.models import Asking, Institution, Programme, Review, Way
from expertise.surveys.models import Kind as SurveyKind
from tests.browser.lived_in import MEMBER, MODERATOR, OUTSIDER
from tests.expertise import (
    agreed,
    billing,
    counted,
    desks,
    moving,
    partnered,
    replying,
    seated,
    surveying,
)
from tests.world import World


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
    moving.decide(world, people[MODERATOR], waits, Act.ASK_MORE, "Combien êtes-vous ?")
    moving.decide(world, people[MODERATOR], closed, Act.REFUSE, "Ce n’est pas notre objet.")
    desks.question(
        world, first, "Combien ?", QuestionKind.CHOICE, choices="Un\nPlusieurs", required=False
    )
    desks.programme(world, "abonnes", asking=Asking.SUBSCRIBED)
    account = desks.company(world, people[MEMBER], people["colleague"])
    own, done = (desks.asked_from(world, made, account) for _one in range(2))
    moving.decide(world, people[MODERATOR], own, Act.VALIDATE, "")
    moving.edit(world, own, title="Vendre en Autriche", phone="02 40 11 11 11")
    moving.follow(world, done, Act.WITHDRAW, "")
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
    moving.decide(world, team, first_asked, Act.REFUSE, "Ce n’est pas notre objet.")
    stopped = partnered.partner(world, made, team, name="Partenaire arrêté", sites="")
    partnered.stop(world, made, stopped, team)
    alone = partnered.partner(world, single, team, name="Seul")
    answerer = people[MODERATOR]
    house = desks.institution(world, made, "Groupe de la modération")
    desks.manager(world, house, answerer)
    open_need, held_need = (desks.need(world, made, subjects=[first.id]) for _one in range(2))
    for one in (open_need, held_need):
        moving.decide(world, answerer, one, Act.VALIDATE, "")
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
    moving.decide(world, answerer, called, Act.VALIDATE, "")
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
        **ask_who_may_not_read(world),
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


def ask_who_may_not_read(world: World) -> dict[str, object]:
    """A need that waits for who has accepted no rules, and for who has no account."""
    made = desks.programme(world, "attente", review=Review.NONE, way=Way.COOPERATIVE)
    about, settings = desks.subject(world, made), world.app.extensions["maillage.settings"]
    someone = world.member("Sacha", networks=())
    house, other = (desks.institution(world, made, name) for name in ("Agence A", "Agence B"))
    named = desks.expert(world, house, someone, subjects=(about,))
    invited = desks.expert(world, other, subjects=(about,), email="lou@agence.example")
    desks.expect(world, invited)
    world.act(lambda s: s.delete(s.get_one(ConductAcceptance, someone.id)))
    one = desks.need(world, made)
    return {
        f"answer_{what}": answers.token(settings, replying.sent(world, one, who), who.email)
        for what, who in (("rules", named), ("account", invited))
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
    for named in (decided, running):
        moving.settle_names(world, team, named)
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
        "my_sheet": mine.id,
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
