"""The services of a programme: read by everybody, tended by its team, used with a credit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.subscriptions import actions, credits, queries
from expertise.subscriptions.models import Credit, Service, ServiceKind
from tests.expertise import desks
from tests.expertise.billing import sells, subscribed
from tests.world import BOTH, World


def credit_for(world: World, name: str = "Analyse de risques") -> Credit:
    found = world.one(select(Credit).join(Credit.service).where(Service.name == name))
    assert found is not None
    return found


def use(world: World, by: Member, credit: Credit, words: str = "") -> None:
    with world.session() as session:
        desk = desk_of(session, by.id)
        team_or_company = session.scalars(
            select(Credit).where(Credit.id == credit.id).options(*queries.WHOLE_CREDIT)
        ).one()
        credits.use(session, desk, team_or_company, words, by=by)


def test_everybody_reads_the_services(world: World, team: Member) -> None:
    sells(world, team=(team,))
    page = world.client().get("/expertise/essai/services").text
    for name in ("Mise à disposition d’expert", "Analyse de risques", "Assureur Essai"):
        assert name in page
    assert 'href="https://exemple.org/engagement"' in page
    assert "prestataire.example" not in page
    assert "Inclus une fois" in page
    prices = world.client().get("/expertise/essai/tarifs").text.replace("\u00a0", " ")
    assert "350,00 €" in prices
    assert "420,00 €" in prices
    assert "De 50 à 99 personnes" in prices


@BOTH
def test_a_credit_is_used_once_and_the_provider_has_what_it_needs(
    world: World, team: Member, boss: Member
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    subscribed(world, boss, team, made, mine)
    credit, client = credit_for(world), world.client(boss)
    there = f"/expertise/credits/{credit.id}/utiliser"
    assert "Analyse de risques" in client.get(there).text
    words = "Plutôt le <b>mardi</b>."
    assert client.post(there, data={"complement": words}).status_code == 302
    to_provider, to_company, to_team = world.mails()[-3:]
    assert to_provider.to_address == "appels@prestataire.example"
    for said in ("Fours Essai", "999 000 102 00015", boss.email, "Plutôt le", "Nantes"):
        assert said in to_provider.text.replace("\u00a0", " "), said
    assert "<b>mardi" not in to_provider.html
    assert (to_company.to_address, to_team.to_address) == (boss.email, made.email)
    assert credit_for(world).complement == words
    again = client.post(there, data={"complement": ""})
    assert again.status_code == 422
    assert "Ce crédit est utilisé" in client.get(there).text
    assert len([mail for mail in world.mails() if mail.kind == "service_asked"]) == 1
    assert words in world.client(team).get("/expertise/equipe/essai/services").text.replace(
        "&lt;", "<"
    ).replace("&gt;", ">")
    assert credit_for(world, "Diagnostic du management des talents").used_at is None


@BOTH
def test_eight_who_use_it_at_once_use_it_once(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    subscribed(world, boss, team, made, desks.company(world, boss))
    credit = credit_for(world)

    def one(_number: int) -> bool:
        with world.app.app_context():
            try:
                use(world, boss, credit)
            except Refused as refused:
                return refused.code != "credit-used"
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 1
    assert len([mail for mail in world.mails() if mail.kind == "service_asked"]) == 1


def test_who_may_use_a_credit(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    subscribed(world, boss, team, made, desks.company(world, boss))
    other = world.member("Voisine", networks=[])
    desks.company(world, other, siret="99900010300013")
    credit = credit_for(world)
    for who in (team, other):
        with pytest.raises(Refused, match="not-of-the-company"):
            use(world, who, credit)
    there = f"/expertise/credits/{credit.id}/utiliser"
    assert world.client(other).post(there, data={}).status_code == 404
    assert world.client(team).post(there, data={}).status_code == 422
    assert "réservé" in world.client(team).get(there).text
    with pytest.raises(Refused, match="credit-of-needs"):
        use(world, boss, credit_for(world, "Mise à disposition d’expert"))
    assert credit_for(world).used_at is None


def test_a_credit_ends_with_its_year(
    world: World, team: Member, boss: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sells(world, team=(team,))
    order = subscribed(world, boss, team, made, desks.company(world, boss))
    later = clock.now() + timedelta(days=366)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        with pytest.raises(Refused, match="subscription-over"):
            use(world, boss, credit_for(world))
    with world.session() as session:
        desk = desk_of(session, team.id)
        actions.credit_note(session, desk, order.id, "Erreur.", by=team)
    with pytest.raises(Refused, match="subscription-over"):
        use(world, boss, credit_for(world))


def test_the_team_tends_its_services(world: World, team: Member, boss: Member) -> None:
    made = sells(world, team=(team,))
    client, there = world.client(team), "/expertise/equipe/essai/services"
    said = {"kind": "provided", "name": "Bilan", "description": "**Un bilan.**"}
    assert "Dites qui le rend" in client.post(f"{there}/nouveau", data=said).text
    said |= {"provider": "Cabinet", "provider_email": "bilan@cabinet.example"}
    assert client.post(f"{there}/nouveau", data=said).status_code == 302
    assert client.post(f"{there}/nouveau", data=said).status_code == 422  # its name is taken
    relayed = {"kind": "relayed", "name": "Passe"}
    assert "Écrivez le lien" in client.post(f"{there}/nouveau", data=relayed).text
    bad = client.post(f"{there}/nouveau", data=relayed | {"link": "javascript:alert(1)"})
    assert bad.status_code == 422
    second = client.post(f"{there}/nouveau", data={"kind": "expert", "name": "Un autre expert"})
    assert "déjà ce service" in second.text
    one = world.one(select(Service).where(Service.name == "Bilan"))
    assert one is not None
    public = world.client()
    assert "<strong>Un bilan.</strong>" in public.get("/expertise/essai/services").text
    changed = said | {"name": "Bilan complet"}
    assert client.post(f"{there}/{one.id}", data=changed).status_code == 302
    stays = client.post(f"{there}/{one.id}", data=changed | {"kind": "expert"})
    assert stays.status_code == 422
    offer = f"/expertise/equipe/essai/services/{one.id}/proposer"
    assert client.post(offer, data={"propose": "0"}).status_code == 302
    assert "Bilan complet" not in public.get("/expertise/essai/services").text
    assert "Bilan complet" in client.get(there).text
    # What is no longer offered is in no year that is paid afterwards.
    subscribed(world, boss, team, made, desks.company(world, boss))
    assert len(world.all(select(Credit))) == 3
    assert client.post(offer, data={"propose": "1"}).status_code == 302
    assert len(world.all(select(Credit))) == 3
    kinds = world.all(select(Service.kind).where(Service.programme_id == made.id))
    assert kinds.count(ServiceKind.EXPERT) == 1


def test_the_team_sets_prices_by_lines(world: World, team: Member) -> None:
    sells(world, team=(team,))
    client, there = world.client(team), "/expertise/equipe/essai/tarifs/nouveaux"
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    said = {"starts_on": tomorrow, "vat": "5,5", "prices": "0 1 000,50\n250 2000"}
    assert client.post(there, data=said).status_code == 302
    page = (
        client.get("/expertise/equipe/essai/tarifs")
        .text.replace("\u00a0", " ")
        .replace("\u202f", " ")
    )
    assert "1 000,50 €" in page
    assert "5,5 %" in page
    for wrong in ("abc", "0 x", "0 1,005", "50 500", "0 NaN", "0 1E400"):
        answer = client.post(there, data=said | {"prices": wrong})
        assert answer.status_code == 422, wrong
    for wrong in ("x", "101", "-1", "5,555"):
        assert client.post(there, data=said | {"vat": wrong}).status_code == 422, wrong
    assert world.client(world.member()).post(there, data=said).status_code == 404
