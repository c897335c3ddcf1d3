"""Tables that come in change, and tell, only what the one who sends them sees."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from access.models import MemberNetwork
from access.viewers import Role
from accounts.models import Invitation, Member
from directory.imports import actions
from directory.imports.models import Fate, Import, Subject
from directory.models import Organisation, Scheme
from tests.directory.test_imports import HEAD, OTHER, SIRET, confirm, fates, houses, problems
from tests.http.sample import send_table
from tests.world import BOTH, World


@BOTH
@pytest.mark.parametrize("subject", [Subject.ORGANISATIONS, Subject.SCHEMES])
def test_what_closes_before_the_yes_is_not_touched(world: World, subject: Subject) -> None:
    """The file is compared on one day and confirmed on another: the rule is that of the second."""
    house = world.organisation("Refuge", siret=SIRET, reference="r1")
    scheme = world.scheme("Refuge", reference="r1")
    administrator = world.member("Adèle", role=Role.ADMINISTRATOR, networks=["coorace"])
    table = f"Référence;Nom;Type;SIRET;Téléphone\nr1;Refuge;ACI;{SIRET};0240000000\n"
    if subject is Subject.SCHEMES:
        table = "Référence;Nom;Téléphone\nr1;Refuge;0240000000\n"
    one = send_table(world, administrator, table, subject)
    assert fates(world, one) == {2: Fate.CHANGED}
    for_others = world.audience(["fnars"], [])
    for table_ in (Organisation, Scheme):
        world.act(lambda s, table=table_: s.execute(update(table).values(audience_id=for_others)))  # type: ignore[misc]
    confirm(world, administrator, one)
    known = "organisation-known" if subject is Subject.ORGANISATIONS else "scheme-known"
    assert problems(world, one) == [(2, "", known)]
    assert world.all(select(Organisation.phone).where(Organisation.id == house.id)) == [None]
    assert world.all(select(Scheme.phone).where(Scheme.id == scheme.id)) == [None]


@BOTH
def test_a_reference_that_was_taken_out_of_sight_meanwhile_is_not_touched(world: World) -> None:
    administrator = world.member("Adèle", role=Role.ADMINISTRATOR, networks=["coorace"])
    one = send_table(world, administrator, "Référence;Nom;Type\nr1;Mienne;ACI\n")
    assert fates(world, one) == {2: Fate.NEW}
    world.organisation("Réservée", reference="r1", for_networks=["fnars"])
    confirm(world, administrator, one)
    assert set(houses(world)) == {"Réservée"}


@BOTH
def test_an_invitation_does_not_say_the_name_of_a_house_that_few_see(world: World) -> None:
    """What an invitation says of an employer is in the profile, which every member reads."""
    world.organisation("Le Refuge", siret=SIRET, for_networks=["fnars"])
    world.organisation("La Ressourcerie", siret=OTHER)
    administrator = world.administrator()
    table = "Courriel;Prénom;Nom;SIRET;Employeur\n" + "".join(
        f"{name}@example.org;{name};Essai;{siret};{employer}\n"
        for name, siret, employer in (
            ("ada", SIRET, ""),
            ("bea", "", "Le Refuge"),
            ("cleo", OTHER, ""),
            ("dora", "", "Ailleurs"),
        )
    )
    networks = [world.network("fnars")]
    one = send_table(world, administrator, table, Subject.MEMBERS, networks=networks, invite=True)
    confirm(world, administrator, one)
    said = world.all(select(Invitation).order_by(Invitation.email))
    assert [invitation.employer for invitation in said] == ["", "", "La Ressourcerie", "Ailleurs"]


@BOTH
def test_nobody_but_administrators_imports_and_each_sees_their_own(world: World) -> None:
    administrator, other = world.administrator(), world.administrator("Ada")
    one = send_table(world, administrator, HEAD + f"Une;ACI;{SIRET};;\n")
    address = f"/annuaire/imports/{one.id}"
    assert world.client(administrator).get(address).status_code == 200
    assert world.client(other).get(address).status_code == 404
    assert world.client(other).post(f"{address}/confirmer").status_code == 404
    for who in (world.member(), world.moderator()):
        client = world.client(who)
        for path in ("/annuaire/imports", address, "/annuaire/imports/nouveau/members"):
            assert client.get(path).status_code in {302, 403}, path
        assert client.get("/annuaire/imports/modele/members.csv").status_code in {302, 403}
        for path in ("confirmer", "abandonner"):
            assert client.post(f"{address}/{path}").status_code in {302, 403}
    world.work()
    assert houses(world) == {}


@BOTH
def test_who_is_administrator_no_more_writes_nothing(world: World) -> None:
    administrator = world.administrator()
    one = send_table(world, administrator, HEAD + f"Une;ACI;{SIRET};;\n")
    world.act_as(
        administrator,
        lambda s, v: actions.confirm(
            s, v, s.get_one(Import, one.id), by=s.get_one(Member, administrator.id)
        ),
    )

    def demote(session: Any) -> None:
        session.get_one(Member, administrator.id).role = "user"

    world.act(demote)
    world.work()
    assert houses(world) == {}


@BOTH
def test_an_organisation_that_one_does_not_see_is_not_touched(world: World) -> None:
    world.organisation("Réservée", siret=SIRET, for_networks=["fnars"])
    administrator = world.administrator()
    leave = delete(MemberNetwork).where(MemberNetwork.network_id == world.network("fnars"))
    world.act(lambda s: s.execute(leave))
    one = send_table(world, administrator, HEAD + f"Autre;ACI;{SIRET};;\n")
    assert problems(world, one) == [(2, "SIRET", "organisation-known")]
    page = world.client(administrator).get(f"/annuaire/imports/{one.id}").get_data(as_text=True)
    assert "Réservée" not in page


@BOTH
def test_what_was_closed_to_them_since_the_file_was_read_is_not_touched(world: World) -> None:
    house, scheme = world.organisation("Les Jardins", siret=SIRET), world.scheme("Permis")
    administrator = world.administrator()
    houses_table = send_table(world, administrator, HEAD + f"Autre nom;ACI;{SIRET};;\n")
    schemes_table = send_table(world, administrator, "Nom;Public\nPermis;Jeunes\n", Subject.SCHEMES)
    closed = world.audience(["fnars"], [])
    leave = delete(MemberNetwork).where(MemberNetwork.network_id == world.network("fnars"))
    world.act(lambda s: s.execute(leave))
    for one, table in ((house, Organisation), (scheme, Scheme)):
        close = update(table).where(table.id == one.id).values(audience_id=closed)
        world.act(lambda s, close=close: s.execute(close))  # type: ignore[misc]
    confirm(world, administrator, houses_table)
    confirm(world, administrator, schemes_table)
    assert problems(world, houses_table) == [(2, "", "organisation-known")]
    assert problems(world, schemes_table) == [(2, "", "scheme-known")]
    assert list(houses(world)) == ["Les Jardins"]
    assert [one.for_whom for one in world.all(select(Scheme))] == [""]
