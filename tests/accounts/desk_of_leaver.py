"""What the leaver did at the expertise desk: ran a programme, answered, sat in a committee."""

from accounts.models import Member
from core import clock
from expertise.committees.models import Vote
from expertise.companies import actions as companies
from expertise.companies.models import CompanyRequest, ExpectedRepresentative
from expertise.files.models import NeedFile
from expertise.incidents.models import Incident
from expertise.needs.life import Act as NeedAct
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import By, Note, PositionStep
from expertise.recap.models import RecapStop
from tests.accounts.known_by import EMAIL, FIRST, LAST, WORD
from tests.expertise import desks, filing, moving, seated, surveying
from tests.world import World


def ran(world: World, member: Member) -> None:
    """A programme that they run, a need that they validated, and answer as an expert."""
    made = desks.programme(world, team=(member,))
    one = desks.need(world, made)
    moving.decide(world, member, one, NeedAct.VALIDATE)
    account = desks.company(world, member)
    desks.account_asked(world, made, email=EMAIL, first_name=FIRST, last_name=LAST, words=WORD)
    other = desks.account_asked(world, made, email="autre@essai.example")
    desk = desks.at_the_desk(world, member)
    with world.session() as session:
        by, asked = session.get_one(Member, member.id), session.get_one(CompanyRequest, other.id)
        session.refresh(asked, ["programme"])
        companies.decline(session, desk, asked, "Hors de notre territoire.", by=by)
        session.add(RecapStop(email=EMAIL, at=clock.now()))
        session.add(
            ExpectedRepresentative(
                company_id=account.id, email=EMAIL, first_name=FIRST, last_name=LAST,
                since=clock.now(),
            )
        )  # fmt: skip
    of = desks.institution(world, made)
    surveying.survey(
        world,
        one,
        answered_at=clock.now(),
        member_id=member.id,
        **surveying.ANSWERED | {"signed": WORD},
    )
    expert = desks.expert(world, of, member, about=WORD, proposed_by_id=member.id)
    answers = desks.position(world, one, expert)
    _sat(world, member)
    sent = filing.send_file(world, one)
    with world.session() as session:
        session.get_one(NeedFile, sent.id).member_id = member.id
        session.add(
            Note(
                need_id=one.id,
                institution_id=of.id,
                member_id=member.id,
                words="Je les connais.",
                at=clock.now(),
            )
        )
        session.add(
            PositionStep(
                position_id=answers.id,
                act=PositionAct.DECLINE,
                by=By.EXPERT,
                member_id=member.id,
                words="Hors de mon domaine.",
                at=clock.now(),
            )
        )
        session.add(
            Incident(
                member_id=member.id,
                happened="Un courriel est parti à la mauvaise adresse.",
                noticed_on=clock.today(),
                about="Une fiche.",
                at=clock.now(),
            )
        )


def _sat(world: World, member: Member) -> None:
    """They sit in a committee, vote, and sign its minutes."""
    made = seated.selecting(world, member, "avec-comite")
    seated.committee(world, made, quorum=1, chairs=(member,))
    on = seated.put(world, member, desks.need(world, made, siret=seated.SIRET))
    seated.vote(world, member, on, Vote.UNFAVOURABLE, "Trop loin.")
    seated.published(world, member)
