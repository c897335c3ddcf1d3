"""Cases of the demonstration that ended, last year and this one: what its figures are made of."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access import geography
from core import clock, working_days
from demo import DOMAIN
from demo.calendar import Month
from expertise.needs.life import Act, Ending
from expertise.needs.life import State as NeedState
from expertise.needs.models import By, Need, Step
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import Outcome, State
from expertise.positions.models import By as PositionBy
from expertise.positions.models import Position, PositionStep
from expertise.programmes import queries as programmes
from expertise.programmes.models import Institution, Programme, Subject
from expertise.surveys.models import Kind, Survey

PROGRAMME = "alize"
CASES = (
    ("commercial", "Trouver nos premiers clients dans l’industrie"),
    ("commercial", "Répondre à un appel d’offres public"),
    ("commercial", "Revoir nos prix avant la saison"),
    ("gestion-et-finances", "Suivre notre trésorerie semaine par semaine"),
    ("strategie", "Préparer la reprise par deux salariées"),
    ("achats-et-approvisionnement", "Choisir un deuxième fournisseur d’acier"),
    ("hqse", "Préparer une certification de qualité"),
    ("commercial", "Vendre en ligne à des professionnels"),
    ("ressources-humaines", "Accueillir dix intérimaires cet été"),
    ("gestion-et-finances", "Calculer le coût de revient de nos menus"),
)
COMPANIES = (
    *(
        "Menuiserie des Deux-Rives",
        "Brasserie du Marais",
        "Tôlerie Essai",
        "Cartonnages de l’Erdre",
    ),
    *("Pépinières du Lac", "Conserverie de la Jetée", "Atelier Textile Essai", "Mécanique du Pont"),
    *("Imprimerie du Quai", "Fromagerie des Landes", "Charpentes de l’Ouest", "Verger du Bourg"),
)
TOWNS = (("Nantes", "44000"), ("Saint-Nazaire", "44600"), ("Le Mans", "72000"))
ENDINGS = (*[Ending.HELPED] * 8, Ending.NOT_HELPED, Ending.NO_TAKER)
APART = 11
"""Days between two of them."""
MANY = 48
SEED = 425


def cases(session: Session, month: Month) -> None:
    """Three a month: most companies were helped."""
    programme = session.scalars(select(Programme).where(Programme.slug == PROGRAMME)).one()
    houses = session.scalars(programmes.institutions(programme)).all()
    offered = {one.slug: one for one in session.scalars(programmes.offered(programme))}
    random = Random(SEED)  # noqa: S311 - a believable mix, no secret
    last = session.scalar(select(func.max(Need.number)).where(Need.programme_id == programme.id))
    for place in range(MANY):
        slug, title = CASES[place % len(CASES)]
        need = _need(session, programme, offered[slug], title, place, month)
        need.number = (last or 0) + place + 1
        session.add(need)
        session.flush()
        _lived(session, need, houses[place % len(houses)], random)
    session.flush()


def _need(
    session: Session,
    programme: Programme,
    subject: Subject,
    title: str,
    place: int,
    month: Month,
) -> Need:
    town, postcode = TOWNS[place % len(TOWNS)]
    commune = geography.commune_called(session, town, postcode)
    if commune is None:
        raise ValueError(town)
    asked_at = month.ago(40 + APART * place)
    return Need(
        programme_id=programme.id,
        state=NeedState.CLOSED,
        ending=ENDINGS[place % len(ENDINGS)],
        title=title,
        description=f"{title} : nous voudrions le regard de quelqu’un du métier, quelques jours.",
        context="Entreprise du territoire, qui se développe.",
        off_list=False,
        subjects=[subject],
        commune_code=commune.code,
        postcode=postcode,
        town=town,
        company=COMPANIES[place % len(COMPANIES)],
        siret=siret(place % len(COMPANIES)),
        staff=8 + place,
        grows=True,
        first_name="Camille",
        last_name="Essai",
        phone="01 99 00 00 00",
        email=f"ancienne-{place}@{DOMAIN}",
        hidden_words="",
        language="fr",
        asked_at=asked_at,
        opened_at=working_days.after(asked_at, 2),
        way=subject.way or programme.way,
        closed_at=working_days.after(asked_at, 25),
    )


def siret(number: int) -> str:
    """One of nobody, whose sum is right."""
    start = f"9990004{number:02}0001"
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(start[::-1])]
    return f"{start}{-sum(one - 9 if one > 9 else one for one in doubled) % 10}"


def _lived(session: Session, need: Need, house: Institution, random: Random) -> None:
    """From the asking to what is left of it six months later."""
    validated = need.opened_at or need.asked_at
    closed = need.closed_at or validated
    reserved = working_days.after(validated, random.randint(1, 6))
    called = working_days.after(reserved, random.randint(2, 7))
    was_helped = need.ending is Ending.HELPED
    taken = need.ending is not Ending.NO_TAKER
    _step(session, need, Act.ASK, By.COMPANY, need.asked_at)
    _step(session, need, Act.VALIDATE, By.TEAM, validated)
    outcome = (Outcome.ADVICE if was_helped else Outcome.NOT_HELPED) if taken else None
    one = Position(
        need_id=need.id,
        institution_id=house.id,
        state=State.DONE if taken else State.DECLINED,
        outcome=outcome,
        sent_at=validated,
        told_at=validated,
        answered_at=reserved,
    )
    session.add(one)
    session.flush()
    acts = [(PositionAct.SEND, validated)]
    if taken:
        _step(session, need, Act.CALL, By.INSTITUTION, called)
        acts += [(PositionAct.RESERVE, reserved), (PositionAct.INTRODUCE, called)]
        acts += [(PositionAct.FINISH, closed)]
        _step(session, need, Act.HELP if was_helped else Act.NOT_HELP, By.HOUSE, closed)
    else:
        acts += [(PositionAct.DECLINE, reserved)]
        _step(session, need, Act.NO_TAKER, By.TEAM, closed, "Personne n’a pu répondre cette fois.")
    session.add_all(
        PositionStep(
            position_id=one.id,
            act=act,
            by=PositionBy.HOUSE if act is PositionAct.SEND else PositionBy.EXPERT,
            words="",
            at=at,
        )
        for act, at in acts
    )
    if was_helped:
        _asked_after(session, need, closed, random)


def _step(session: Session, need: Need, act: Act, by: By, at: datetime, words: str = "") -> None:
    session.add(Step(need_id=need.id, act=act, by=by, words=words, at=at))


def _asked_after(session: Session, need: Need, closed: datetime, random: Random) -> None:
    """What its company says at once, then six months later when that is past."""
    later = closed + timedelta(days=182)
    answers = [(Kind.CLOSING, closed + timedelta(days=3), {"satisfaction": random.randint(3, 5)})]
    if later < clock.now():
        jobs = {"jobs_created": random.randint(1, 5), "jobs_kept": random.randint(2, 9)}
        answers.append((Kind.SIX_MONTHS, later, jobs))
    for kind, at, said in answers:
        session.add(
            Survey(
                programme_id=need.programme_id,
                need_id=need.id,
                kind=kind,
                ending=Ending.HELPED,
                closed_at=closed,
                sent_at=at - timedelta(days=2),
                answered_at=at,
                **said,
            )
        )
