"""What members do shows what they can help with: proposed to them, shown once they say so."""

import re

import pytest
from sqlalchemy import select

from accounts.models import Member
from core.jobs import enqueue
from directory.models import MemberSkill, Skill, SkillContent, SkillDismissal
from directory.subjects import LOOK
from forum import actions as forum
from forum.models import Post, Topic
from tests.directory.test_skills import declare, skill
from tests.world import BOTH, World


def answer(world: World, topic: Topic, author: Member, *, useful: bool = True) -> Post:
    """An answer, which the author of the topic finds useful or no longer does."""
    post = world.reply(topic, author)
    choose(world, topic, post if useful else None)
    return post


def choose(world: World, topic: Topic, post: Post | None) -> None:
    author = world.one(select(Member).where(Member.id == topic.author_id))
    assert author is not None
    world.act_as(
        author,
        lambda s, viewer: forum.choose_answer(
            s,
            s.get_one(Topic, topic.id),
            post and s.get_one(Post, post.id),
            by=viewer,
        ),
    )
    world.work()


def proposed(world: World, member: Member) -> dict[str, str]:
    """Skill → what is said of it, on their own page."""
    page = world.client(member).get("/compte").get_data(as_text=True)
    found = re.findall(
        r'<h3 class="row-title">([^<]+)</h3>\s*<p class="row-meta"><span>([^<]*)</span>', page
    )
    return dict(found)


@BOTH
def test_a_useful_answer_proposes_its_skill_to_its_author_alone(world: World) -> None:
    asker, helper, other = world.member("Alice"), world.member("Bruno"), world.member("Chloé")
    topic = world.topic(asker, "Qui signe la PMSMP en ETTI ?")
    post = answer(world, topic, helper, useful=False)
    assert proposed(world, helper) == {}
    choose(world, topic, post)
    assert proposed(world, helper) == {"PMSMP et immersions": "1 réponse utile"}
    assert proposed(world, other) == proposed(world, asker) == {}
    page = world.client(other).get(f"/annuaire/membres/{helper.id}").get_data(as_text=True)
    assert "réponse utile" not in page
    assert world.client(other).get("/annuaire?competence=pmsmp").text.count("réponse utile") == 0
    choose(world, topic, None)
    assert proposed(world, helper) == {}


@BOTH
def test_confirmed_it_is_shown_with_what_was_done(world: World) -> None:
    me, asker, helper = world.member("Moi"), world.member("Alice"), world.member("Bruno")
    pmsmp = skill(world, "pmsmp")
    for title in ("Une immersion d’une semaine ?", "La convention de PMSMP"):
        answer(world, world.topic(asker, title), helper)
    world.document(helper, "Le guide des immersions")
    world.work()
    assert proposed(world, helper) == {
        "PMSMP et immersions": "2 réponses utiles, 1 document déposé"
    }
    for _twice in range(2):
        client = world.client(helper)
        assert client.post(f"/compte/competences/{pmsmp}/confirmer").status_code == 302
    assert world.all(select(MemberSkill.member_id)) == [helper.id]
    assert proposed(world, helper) == {}
    listed = world.client(me).get("/annuaire?competence=pmsmp").get_data(as_text=True)
    assert "2 réponses utiles, 1 document déposé" in listed
    assert "réponses utiles" not in world.client(me).get("/annuaire").get_data(as_text=True)
    page = world.client(me).get(f"/annuaire/membres/{helper.id}").get_data(as_text=True)
    assert "(2 réponses utiles, 1 document déposé)" in page
    assert [hit.kind for hit in world.sought(me, "bruno immersions")][:1] == ["member"]


@BOTH
def test_what_a_reader_may_not_see_is_not_counted(world: World) -> None:
    asker, helper = world.member("Alice"), world.member("Bruno")
    stranger = world.member("Élie", networks=("fnars",))
    declare(world, helper, offers=[skill(world, "pmsmp")])
    answer(world, world.topic(asker, "La PMSMP, pour tous"), helper)
    answer(world, world.topic(asker, "La PMSMP, entre nous", networks=["coorace"]), helper)
    for who, count in ((asker, "2 réponses utiles"), (stranger, "1 réponse utile")):
        for path in (f"/annuaire/membres/{helper.id}", "/annuaire?competence=pmsmp"):
            assert count in world.client(who).get(path).get_data(as_text=True), (who, path)


@BOTH
def test_what_is_put_aside_is_not_proposed_again(world: World) -> None:
    asker, helper, pmsmp = world.member("Alice"), world.member("Bruno"), skill(world, "pmsmp")
    answer(world, world.topic(asker, "Une PMSMP ?"), helper)
    client = world.client(helper)
    for _twice in range(2):
        assert client.post(f"/compte/competences/{pmsmp}/ecarter").status_code == 302
    answer(world, world.topic(asker, "Encore une PMSMP ?"), helper)
    assert proposed(world, helper) == {}
    assert world.all(select(SkillDismissal.member_id)) == [helper.id]
    assert world.all(select(MemberSkill.member_id)) == []


@pytest.mark.parametrize("act", ["confirmer", "ecarter"])
def test_what_the_list_does_not_offer_is_refused(world: World, act: str) -> None:
    alice, pmsmp = world.member("Alice"), skill(world, "pmsmp")
    with world.session() as session:
        session.get_one(Skill, pmsmp).retired = True
    for skill_id in (pmsmp, 999):
        assert world.client(alice).post(f"/compte/competences/{skill_id}/{act}").status_code >= 400
    assert world.all(select(MemberSkill.member_id)) == []


def test_an_answer_to_oneself_proposes_nothing(world: World) -> None:
    alice = world.member("Alice")
    answer(world, world.topic(alice, "Une PMSMP ?"), alice)
    assert proposed(world, alice) == {}


@BOTH
def test_administrators_say_which_words_tell_a_skill(world: World) -> None:
    asker, helper, pmsmp = world.member("Alice"), world.member("Bruno"), skill(world, "pmsmp")
    administrator = world.administrator()
    answer(world, world.topic(asker, "La mise en situation en milieu professionnel"), helper)
    answer(world, world.topic(asker, "Un milieu, une mise, un professionnel"), helper)
    assert proposed(world, helper) == {}
    client = world.client(administrator)
    here = f"/administration/competences/{pmsmp}"
    form = {"name": "PMSMP et immersions", "wordings": "PMSMP\nMise en situation en milieu pro"}
    assert client.post(here, data=form).status_code == 302
    world.work()
    assert proposed(world, helper) == {}, "milieu pro is not milieu professionnel"
    form["wordings"] = "mises en situations en milieu professionnel"
    assert client.post(here, data=form).status_code == 302
    world.work()
    assert proposed(world, helper) == {"PMSMP et immersions": "1 réponse utile"}
    assert client.post(here, data={**form, "wordings": "x" * 200}).status_code == 422
    assert world.client(asker).post(here, data=form).status_code == 403
    assert "en milieu professionnel" in client.get(here).get_data(as_text=True)


@BOTH
def test_a_house_that_was_there_before_is_read_once(world: World) -> None:
    asker, helper = world.member("Alice"), world.member("Bruno")
    answer(world, world.topic(asker, "Une PMSMP ?"), helper)
    with world.session() as session:
        session.execute(SkillContent.__table__.delete())  # type: ignore[attr-defined]
        enqueue(session, LOOK)
    world.work()
    assert proposed(world, helper) == {"PMSMP et immersions": "1 réponse utile"}


def test_a_skill_that_contents_speak_of_can_still_be_removed(world: World) -> None:
    asker, administrator, pmsmp = (
        world.member("Alice"),
        world.administrator(),
        skill(world, "pmsmp"),
    )
    world.topic(asker, "Une PMSMP ?")
    world.work()
    assert world.all(select(SkillContent.skill_id)) == [pmsmp]
    world.client(administrator).post(f"/administration/competences/{pmsmp}/supprimer")
    assert world.one(select(Skill).where(Skill.id == pmsmp)) is None
    assert world.all(select(SkillContent.skill_id)) == []
