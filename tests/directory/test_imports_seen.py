"""Tables that come in change, and tell, only what the one who sends them sees."""

import pytest
from sqlalchemy import select, update

from access.viewers import Role
from accounts.models import Invitation
from directory.imports.models import Fate, Subject
from directory.models import Organisation, Scheme
from tests.directory.test_imports import OTHER, SIRET, confirm, fates, houses, problems
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
