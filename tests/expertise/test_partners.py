"""The team tends the partners of its programme: their sites, their key, their statistics."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import AuditEntry, Member
from core import clock
from core.refusals import Refused
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.partners import actions, queries
from expertise.partners.models import Partner
from expertise.partners.queries import Step
from expertise.programmes.models import Programme
from tests.expertise.desks import (
    at_the_desk,
    need,
    programme,
)
from tests.expertise.moving import decide
from tests.expertise.partnered import SITE, key_of, need_through, partner
from tests.world import World

HOME = "/expertise/equipe/essai/partenaires"
FORM = {"name": "Chambre Essai", "sites": SITE, "colour": ""}


def kept(world: World) -> Partner:
    """The only partner there is."""
    found = world.one(select(Partner))
    assert found is not None
    return found


def kept_called(world: World, name: str) -> Partner:
    """A partner, as it is now."""
    found = world.one(select(Partner).where(Partner.name == name))
    assert found is not None
    return found


def holder(world: World, key: str) -> int | None:
    """The partner whose key this is."""
    found = world.one(queries.holder(key))
    return found.id if found else None


def test_the_team_adds_a_partner_and_corrects_it(
    world: World, team: Member, made: Programme
) -> None:
    client = world.client(team)
    assert "Aucun partenaire" in client.get(HOME).text
    answer = client.post("/expertise/equipe/essai/partenaires/nouveau", data=FORM)
    one = kept(world)
    assert answer.location == f"{HOME}/{one.id}"
    assert (one.slug, one.sites, one.colour) == ("chambre-essai", [SITE], None)
    page = client.get(f"{HOME}/{one.id}").text
    assert "/expertise/p/chambre-essai" in page
    assert "&lt;iframe" in page
    there = f"/expertise/equipe/essai/partenaires/{one.id}/modifier"
    sites = f"{SITE}/\nhttps://AUTRE.example:8443\n{SITE}\n"
    client.post(there, data={"name": "Autre nom", "sites": sites, "colour": "#1D4F91"})
    one = kept(world)
    assert (one.name, one.slug, one.colour) == ("Autre nom", "chambre-essai", "#1d4f91")
    assert one.sites == [SITE, "https://autre.example:8443"]
    acts = [entry.details for entry in world.all(select(AuditEntry)) if entry.details]
    assert {"partner": "added"} in acts
    assert {"partner": "changed"} in acts


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Remplissez ce champ"),
        ("sites", "http://www.partenaire.example", "n’est pas l’adresse d’un site"),
        ("sites", f"{SITE}/page", "n’est pas l’adresse d’un site"),
        ("sites", "https://*.example", "n’est pas l’adresse d’un site"),
        ("sites", "https://www.example;script-src", "n’est pas l’adresse d’un site"),
        ("sites", "https://moi@www.example", "n’est pas l’adresse d’un site"),
        ("sites", "'self'", "n’est pas l’adresse d’un site"),
        ("sites", "\n".join(f"https://{n}.example.org" for n in range(11)), "10 sites au plus"),
        ("colour", "#ffff00", "trop claire"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    world: World, team: Member, made: Programme, field: str, typed: str, said: str
) -> None:
    page = world.client(team).post(f"{HOME}/nouveau", data=FORM | {field: typed})
    assert page.status_code == 422
    assert said in page.text.replace("\u00a0", " ")
    assert not world.all(select(Partner))


def test_two_partners_of_one_name_have_two_addresses(
    world: World, team: Member, made: Programme
) -> None:
    names = [partner(world, made, team).slug for _number in range(2)]
    assert names == ["chambre-essai", "chambre-essai-2"]


def test_a_key_is_shown_once_renewed_and_revoked(
    world: World, team: Member, made: Programme
) -> None:
    one, client = partner(world, made, team), world.client(team)
    shown = client.post(f"/expertise/equipe/essai/partenaires/{one.id}/cle").text
    key = shown.partition('id="key"><li>')[2].partition("<")[0]
    assert key.startswith("maillage_")
    assert holder(world, key) == one.id
    stored = kept(world).key_hash
    assert stored
    assert key not in stored
    assert key not in client.get(f"{HOME}/{one.id}").text
    newer = key_of(world, made, one, team)
    assert holder(world, key) is None
    assert holder(world, newer) == one.id
    client.post(f"/expertise/equipe/essai/partenaires/{one.id}/cle/retirer")
    assert holder(world, newer) is None
    again = client.post(f"/expertise/equipe/essai/partenaires/{one.id}/cle/retirer")
    assert again.status_code == 403
    acts = [entry.details for entry in world.all(select(AuditEntry)) if entry.details]
    assert [{"partner": "key-made"} in acts, {"partner": "key-revoked"} in acts] == [True, True]
    assert not any(key in str(entry.details) for entry in world.all(select(AuditEntry)))


WHO = {"another team": 404, "member": 404, "moderator": 404, "administrator": 404}


@pytest.mark.parametrize(("who", "code"), WHO.items())
def test_only_the_team_tends_its_partners(
    world: World, team: Member, made: Programme, who: str, code: int
) -> None:
    people = {
        "another team": world.member("Autre"),
        "member": world.member("Membre"),
        "moderator": world.moderator(),
        "administrator": world.administrator(),
    }
    programme(world, "autre", team=(people["another team"],))
    one, client = partner(world, made, team), world.client(people[who])
    there = f"{HOME}/{one.id}"
    for address in (HOME, f"{HOME}/nouveau", there, f"{there}/modifier"):
        assert client.get(address).status_code == code
    for act in ("cle", "cle/retirer", "etat", "modifier"):
        assert client.post(f"{there}/{act}", data=FORM).status_code == code
    desk = at_the_desk(world, people[who])
    assert not world.all(queries.partners(desk, made))
    with pytest.raises(Refused, match="not-of-the-team"), world.session() as session:
        actions.new_key(
            session,
            desk,
            session.get_one(Programme, made.id),
            session.get_one(Partner, one.id),
            by=session.get_one(Member, team.id),
        )
    assert kept(world).key_hash is None


def test_a_team_does_not_reach_the_partner_of_another_programme(
    world: World, team: Member, made: Programme
) -> None:
    other = programme(world, "autre", team=(team,))
    one = partner(world, other, team)
    assert world.client(team).get(f"{HOME}/{one.id}").status_code == 404


def test_its_statistics_count_what_was_asked_through_it_alone(
    world: World, team: Member, made: Programme
) -> None:
    one = partner(world, made, team)
    other = partner(world, made, team, name="Autre")
    first, second = need_through(world, made, one), need_through(world, made, one)
    need(world, made)
    need_through(world, made, other)
    decide(world, team, first, Act.VALIDATE)
    decide(world, team, second, Act.REFUSE)
    old = need_through(world, made, one)
    with world.session() as session:
        asked_at = clock.now() - timedelta(days=40)
        session.execute(update(Need).where(Need.id == old.id).values(asked_at=asked_at))
    desk = at_the_desk(world, team)
    for step in Step:
        lines = world.act(lambda s, step=step: queries.lines(s, desk, one, step))  # type: ignore[misc]
        assert lines[-1].asked == 1
        assert (lines[0].asked, lines[0].validated, lines[0].closed) == (2, 1, 1)
        assert sum(each.asked for each in lines) == 3
    page = world.client(team).get(f"{HOME}/{one.id}?par=semaine").text
    assert "semaine du" in page
    assert "<dt>Refusé</dt><dd>1</dd>" in page
    with world.session() as session:
        asked_at = clock.now() - timedelta(days=400)
        session.execute(update(Need).where(Need.id == old.id).values(asked_at=asked_at))
    for step in Step:
        fresh = world.act(lambda s, step=step: queries.lines(s, desk, one, step))  # type: ignore[misc]
        assert [each.asked for each in fresh] == [2]
    with world.session() as session:
        session.get_one(Partner, one.id).since = clock.now() - timedelta(days=800)
    one = kept_called(world, "Chambre Essai")
    for step in Step:
        whole = world.act(lambda s, step=step: queries.lines(s, desk, one, step))  # type: ignore[misc]
        assert len(whole) == 12
    nobody = at_the_desk(world, world.member())
    assert not any(
        each.asked for each in world.act(lambda s: queries.lines(s, nobody, one, Step.MONTH))
    )
    assert "3 besoins" in world.client(team).get(HOME).text.replace("\u00a0", " ")


def test_a_stopped_partner_asks_nothing_and_asks_again(
    world: World, team: Member, made: Programme
) -> None:
    one, client = partner(world, made, team), world.client(team)
    need_through(world, made, one)
    there = f"/expertise/equipe/essai/partenaires/{one.id}/etat"
    client.post(there, data={"demande": "0"})
    with pytest.raises(Refused, match="partner-stopped"):
        need_through(world, made, one)
    assert "Arrêté" in client.get(HOME).text
    assert len(world.all(select(Need))) == 1
    client.post(there, data={"demande": "1"})
    assert need_through(world, made, one).number == 2


def test_the_same_word_of_two_partners_is_two_needs(
    world: World, team: Member, made: Programme
) -> None:
    one, other = partner(world, made, team), partner(world, made, team, name="Autre")
    mine = need_through(world, made, one, submission="1")
    assert need_through(world, made, one, submission="1").id == mine.id
    assert need_through(world, made, other, submission="1").id != mine.id
    assert need(world, made, submission="1").id != mine.id
