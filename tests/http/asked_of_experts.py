"""One of each thing of the desk: a need, its committee, its agreement, those who answer."""

from sqlalchemy import func, select

from accounts.models import Member
from core import clock
from expertise.agreements.models import AgreementDay, Party, Signature
from expertise.committees.models import Vote
from expertise.experts.models import DeskSeat
from expertise.needs import links
from expertise.needs.models import Need
from expertise.positions import links as answer_links
from expertise.programmes.models import Institution, Programme, Review
from expertise.programmes.models import Subject as SubjectOfNeeds
from expertise.recap import links as recaps
from tests.expertise import agreed, billing, counted, desks, filing, partnered, seated, surveying
from tests.world import World


def ask_expert(world: World, team: Member) -> dict[str, object]:
    """A need that a company asked of a programme."""
    made = desks.programme(world, team=(team,))
    about = desks.subject(world, made)
    one = desks.need(world, made)
    house = desks.institution(world, made)
    desks.manager(world, house, team)
    sent = desks.position(world, one, house)
    settings = world.app.extensions["maillage.settings"]
    account = desks.company(world, team)
    world.act(lambda s: setattr(s.get_one(Need, one.id), "company_id", account.id))
    counted.lived(world, made, house)
    one_partner = partnered.partner(world, made, team)
    survey = surveying.survey(
        world,
        one,
        answered_at=clock.now(),
        consented_at=clock.now(),
        **surveying.ANSWERED,
    )
    return {
        **agree(world, made, team),
        "company_id": account.id,
        "company_request_id": desks.account_asked(world, made).id,
        "survey_id": survey.id,
        "recap_token": recaps.token(settings, one.email),
        "survey_token": surveying.survey_link(world, survey, one.email),
        "position_id": sent.id,
        "answer_token": answer_links.token(settings, sent, team.email),
        "programme_id": made.id,
        "theme_id": about.theme_id,
        "subject_id": about.id,
        "question_id_of_subject": desks.question(world, about, "Combien ?").id,
        **answer_companies(world, house, about, team),
        "need_id": one.id,
        "need_file_id": filing.send_file(world, one).id,
        "need_token": links.token(settings, one),
        "partner_id": one_partner.id,
        "partner": one_partner.slug,
        "page": "services",
        "act": "ajouter",
        **billing.bought(world, made, team, team, account),
        **sit(world, made, team),
    }


def agree(world: World, made: Programme, team: Member) -> dict[str, object]:
    """An agreement that waits for its signatures, and a case that waits for its agreement."""
    house = desks.institution(world, made, "Groupe Accord")
    at, then = (
        agreed.engaged(world, agreed.open_need(world, made, title=f"Accord {number}"), house)
        for number in (1, 2)
    )
    one = agreed.agreement(world, at, team, scans=(Party.COMPANY,))
    return {
        "agreement_id": one.id,
        "agreement_token": agreed.link(world, one, Party.COMPANY),
        "day_id": desks.the(world, select(func.min(AgreementDay.id))),
        "signature_id": desks.the(world, select(func.min(Signature.id))),
        "engaged_id": then.id,
    }


def sit(world: World, made: Programme, team: Member) -> dict[str, object]:
    """A committee, a need that it votes on, one that it decided, its minutes."""
    one = seated.committee(world, made, world.member("Claire"), quorum=1, chairs=(team,))
    with world.session() as session:
        session.get_one(Programme, made.id).review = Review.COMMITTEE
    about = [desks.subject(world, made, "strategie").id]
    decided, running = (
        desks.need(world, made, siret=seated.SIRET, subjects=about) for _one in range(2)
    )
    done = seated.put(world, team, decided)
    seated.vote(world, team, done, Vote.FAVOURABLE)
    seated.end(world, done)
    on = seated.put(world, team, running)
    seated.vote(world, team, on, Vote.FAVOURABLE)
    seated.published(world, team, one)
    with world.session() as session:
        session.get_one(Programme, made.id).review = Review.TEAM
    return {"committee_id": one.id, "case_id": on.id, "minutes_id": seated.drafted(world, team).id}


def answer_companies(
    world: World, of: Institution, about: SubjectOfNeeds, member: Member
) -> dict[str, object]:
    """An institution, and the team of experts with which a member answers for it."""
    one = desks.expert(world, of, member, subjects=(about,), is_team=True)
    return {
        "institution_id": of.id,
        "expert_id": one.id,
        "seat_id": world.one(select(DeskSeat.id).where(DeskSeat.expert_id == one.id)),
    }
