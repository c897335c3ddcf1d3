"""What makes every mail of the desk: needs, companies, those who answer, agreements, teams."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Member
from core import clock
from core.facts import record
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
from tests.expertise import billing, desks, moving, replying, seated, surveying
from tests.expertise.agreeing import PDF, Case
from tests.world import World


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


def ask_experts(world: World) -> None:
    """Every mail about a need."""
    team = world.member("Thomas")
    made, committee = (
        desks.programme(world, "essai", team=(team,)),
        desks.programme(world, "comite", team=(team,), review=Review.COMMITTEE),
    )
    for act in (Act.ASK_MORE, Act.ORIENT, Act.REFUSE, Act.VALIDATE):
        one = desks.need(world, made)
        moving.decide(world, team, one, act)
    moving.decide(world, team, one, Act.NO_TAKER)
    moving.follow(world, one, Act.CONTEST)
    moving.follow(world, one, Act.ADD)
    moving.follow(world, one, Act.WITHDRAW, "")
    moving.decide(world, team, one, Act.REOPEN, "")
    sit(world, team, committee)
    moving.edit(world, desks.need(world, made), title="Vendre en Autriche", email="a@essai.example")
    moving.edit(world, desks.need(world, made), phone="02 40 11 11 11")


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
    moving.follow(world, one, Act.ADD)
    replying.calls(world, one, agrees=False)
    replying.answer(world, other, theirs, Reply.INTRODUCE)
    replying.calls(world, one, agrees=True)
    moving.follow(world, one, Act.WITHDRAW, "")
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
