"""A case whose agreement is prepared, proposed, signed."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

import pypdf
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.outbox import Mail
from core.storage import Storage
from expertise.agreements import days, links, preparing, queries, signing
from expertise.agreements.models import Agreement, AgreementDay, Kind, Party, Signature
from expertise.agreements.preparing import Said
from expertise.desk import desk_of
from expertise.needs.life import Act as NeedAct
from expertise.needs.models import Need
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme, Review
from tests.expertise import desks, moving, replying
from tests.world import World

T = TypeVar("T")
NAMES = {
    Party.COMPANY: "Inès Essai",
    Party.INSTITUTION: "Rémi Chef",
    Party.EMPLOYEE: "Ana Experte",
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Case:
    """A need that an institution holds: both said that this is the right person."""

    def __init__(self, world: World, *, account: bool = False, slug: str = "essai") -> None:
        self.world = world
        self.team = world.member("Thomas")
        self.chief = world.member("Rémi", networks=())
        self.made: Programme = desks.programme(world, slug, review=Review.TEAM, team=(self.team,))
        self.house: Institution = desks.institution(world, self.made)
        desks.manager(world, self.house, self.chief)
        self.boss = world.member("Inès", networks=()) if account else None
        self.need: Need = (
            desks.asked_from(world, self.made, desks.company(world, self.boss))
            if self.boss
            else desks.need(world, self.made)
        )
        moving.decide(world, self.team, self.need, NeedAct.VALIDATE)
        self.position: Position = replying.sent(world, self.need, self.house)
        for act in (PositionAct.RESERVE, PositionAct.INTRODUCE):
            replying.answer(world, self.chief, self.position, act)
        replying.calls(world, self.need, agrees=True)
        replying.answer(world, self.chief, self.position, PositionAct.AGREE)
        world.work()

    @property
    def storage(self) -> Storage:
        found: Storage = self.world.app.extensions["maillage.storage"]
        return found

    def now(self) -> Agreement:
        """The agreement, as it is now."""
        return desks.the(
            self.world, queries.whole().where(Agreement.position_id == self.position.id)
        )

    def do(self, what: Callable[[Session, Agreement], T]) -> T:
        """Do something with it, and commit."""

        def act(session: Session) -> T:
            found = queries.whole().where(Agreement.position_id == self.position.id)
            return what(session, session.scalars(found).one())

        return self.world.act(act)

    def prepare(self, by: Member | None = None, **more: Any) -> Agreement:
        """Prepared, with two days."""
        who = by or self.chief

        def act(session: Session) -> None:
            desk = desk_of(session, who.id)
            position = session.scalars(queries.to_prepare(desk, self.position.id)).one()
            preparing.prepare(session, desk, position, said(**more))

        self.world.act(act)
        for after in (10, 17):
            self.plan(clock.today() + timedelta(days=after))
        return self.now()

    def plan(self, day: date, half_days: int = 2, by: Member | None = None) -> None:
        """One more day."""
        who = by or self.chief
        self.do(lambda s, one: days.plan(s, desk_of(s, who.id), one, day, half_days))

    def ledger(self) -> list[AgreementDay]:
        """Its days."""
        return list(self.world.all(queries.days(self.now())))

    def signatures(self) -> list[Signature]:
        """Who signed it as it is."""
        return list(self.world.all(queries.signatures(self.now())))

    def propose(self, by: Member | None = None) -> Agreement:
        """Proposed to be signed."""
        who = by or self.chief
        self.do(lambda s, one: preparing.propose(s, self.storage, desk_of(s, who.id), one))
        return self.now()

    def edit(self, **more: Any) -> None:
        """Changed."""
        self.do(lambda s, one: preparing.edit(s, desk_of(s, self.chief.id), one, said(**more)))

    def link(self, party: Party, *, by_mail: bool = True) -> str:
        """The page of a signatory."""
        settings = self.world.app.extensions["maillage.settings"]
        token = self.do(lambda _s, one: links.token(settings, one, party, by_mail=by_mail))
        return f"/expertise/convention/{token}"

    def code(self, party: Party, client: FlaskClient | None = None) -> str:
        """The code that was mailed."""
        settings = self.world.app.extensions["maillage.settings"]
        if client is None:
            self.do(lambda s, one: signing.send_code(s, settings, one, party))
        else:
            assert client.post(f"{self.link(party)}/code").status_code == 302
        return code_in(self.mails("agreement_code")[-1])

    def sign(self, *parties: Party) -> Agreement:
        """Signed online by these parties, by all of them when none is named."""
        settings = self.world.app.extensions["maillage.settings"]
        for party in parties or self.now().parties:
            code = self.code(party)

            def act(
                session: Session, one: Agreement, party: Party = party, code: str = code
            ) -> None:
                refused = signing.sign(
                    session,
                    settings,
                    self.storage,
                    one,
                    party,
                    name=NAMES[party],
                    code=code,
                    from_address="192.0.2.17",
                )
                assert refused is None

            self.do(act)
        return self.now()

    def mails(self, *kinds: str) -> list[Mail]:
        """The mails of agreements."""
        return [one for one in self.world.mails() if one.kind in kinds]


def said(**more: Any) -> Said:
    """What an agreement says."""
    words: dict[str, Any] = {
        "kind": Kind.CONTRIBUTION,
        "company": "Fours Essai",
        "company_siret": desks.SIRET,
        "company_address": "3 rue du Four, 44000 Nantes",
        "company_signatory": NAMES[Party.COMPANY],
        "company_title": "Gérante",
        "company_email": "ines@essai.example",
        "institution": "Groupe Essai",
        "institution_address": "1 place du Groupe, 75001 Paris",
        "institution_signatory": NAMES[Party.INSTITUTION],
        "institution_title": "Directeur des ressources humaines",
        "institution_email": "drh@groupe.example",
        "employee": NAMES[Party.EMPLOYEE],
        "employee_job": "Responsable export",
        "employee_email": "ana@groupe.example",
        "mission": "Préparer deux salons en Allemagne.",
        "place": "3 rue du Four, 44000 Nantes",
        "starts_on": clock.today(),
        "ends_on": clock.today() + timedelta(days=60),
        "half_days": 6,
    }
    return Said(**words | more)


def typed(**more: Any) -> dict[str, str]:
    """The same, as a form sends it."""
    one = said(**more)
    return {name: str(getattr(one, name) or "") for name in preparing.NAMES}


def code_in(mail: Mail) -> str:
    """The six digits of a mail."""
    found = re.search(r"\b\d{6}\b", mail.text)
    assert found is not None
    return found.group()


def every(world: World) -> list[Agreement]:
    """All agreements."""
    return list(world.all(select(Agreement)))


def proposed(world: World) -> Case:
    """An agreement that waits for its signatures."""
    found = Case(world)
    found.prepare()
    found.propose()
    return found


def read(content: bytes) -> str:
    """The words of a PDF."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
