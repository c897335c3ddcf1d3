"""What members can help with: declared by themselves alone, found by all who find them."""

import re

import pytest
from sqlalchemy import select

from accounts.models import Member
from directory.models import MemberLanguage, MemberSkill, Skill
from tests.directory.test_members import listed
from tests.world import BOTH, World

FORM = {"first_name": "Alice", "last_name": "Essai", "job": "CIP", "language": "fr"}


def declare(world: World, member: Member, **said: object) -> int:
    """Save the profile's form with this besides."""
    form = {**FORM, "first_name": member.first_name, **said}
    return world.client(member).post("/compte", data=form).status_code


def skill(world: World, slug: str) -> int:
    found = world.one(select(Skill.id).where(Skill.slug == slug))
    assert found is not None
    return found


def declared(world: World) -> int:
    """How much is declared in all."""
    return len(world.all(select(MemberSkill.skill_id))) + len(
        world.all(select(MemberLanguage.language))
    )


@BOTH
def test_a_member_is_found_by_what_they_can_help_with(world: World) -> None:
    me, alice = world.member("Moi"), world.member("Alice")
    pmsmp, housing = skill(world, "pmsmp"), skill(world, "logement")
    said = {"offers": [pmsmp], "seeks": [housing], "languages": ["ar", "fsl"]}
    assert declare(world, alice, **said) == 302
    assert listed(world, me, competence="pmsmp") == ["Alice"]
    assert listed(world, me, competence="logement") == [], "she looks for it"
    assert listed(world, me, q="immersion") == ["Alice"]
    assert listed(world, me, langue="ar") == ["Alice"]
    assert listed(world, me, langue="es") == []
    page = world.client(me).get(f"/annuaire/membres/{alice.id}").get_data(as_text=True)
    for words in ("PMSMP et immersions", "Logement", "arabe, langue des signes française"):
        assert words in page, words
    assert "Peut aider\u00a0: PMSMP" in world.client(me).get("/annuaire").get_data(as_text=True)
    form = world.client(alice).get("/compte").get_data(as_text=True)
    checked = re.findall(r'checked[^>]* name="(\w+)"[^>]* value="(\w+)"', form)
    assert set(checked) >= {("offers", str(pmsmp)), ("seeks", str(housing)), ("languages", "ar")}
    assert declare(world, alice) == 302
    assert declared(world) == 0


@pytest.mark.parametrize(
    "said", [{"offers": [999]}, {"seeks": [999]}, {"languages": ["xx"]}, {"offers": ["abc"]}]
)
def test_what_is_not_in_the_lists_is_refused(world: World, said: dict[str, object]) -> None:
    alice = world.member("Alice")
    assert declare(world, alice, **said) == 422
    assert declared(world) == 0


def test_a_skill_that_is_no_longer_offered_stays_where_it_was_said(world: World) -> None:
    alice, pmsmp, housing = world.member("Alice"), skill(world, "pmsmp"), skill(world, "logement")
    declare(world, alice, offers=[pmsmp, housing])
    with world.session() as session:
        session.get_one(Skill, pmsmp).retired = True
    assert declare(world, alice, offers=[housing]) == 302
    kept = world.all(select(MemberSkill.skill_id).order_by(MemberSkill.skill_id))
    assert kept == sorted([pmsmp, housing])
    assert declare(world, alice, offers=[pmsmp]) == 422, "it cannot be chosen anew"
