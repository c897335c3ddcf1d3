"""Who acts: nobody on what they do not see, the others within their part."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.viewers import Role
from forum.models import Following, Post, Reading, Report, Thank, Topic
from tests.http.story import LISTS, Story, shut, tells
from tests.world import BOTH

ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/forum/sujets/{topic}/reponses", {"body": "Moi aussi."}),
    ("/forum/sujets/{topic}/suivre", {"suivre": "oui"}),
    ("/forum/sujets/{topic}/lu/{post}", {}),
    ("/forum/messages/{post}/merci", {}),
    ("/forum/messages/{post}/signaler", {"reason": "wrong", "words": "Faux."}),
    ("/forum/messages/{post}/modifier", {"body": "À ma façon."}),
    ("/forum/messages/{post}/reponse-utile", {}),
)
MODERATION: tuple[tuple[str, dict[str, str]], ...] = (
    ("/moderation/messages/{post}/masquer", {"reason": "Non."}),
    ("/moderation/messages/{post}/retablir", {"reason": "Si."}),
    ("/moderation/messages/{post}/garder", {"reason": "Bien."}),
    ("/moderation/messages/{post}/approuver", {}),
    ("/moderation/sujets/{topic}/epingler", {}),
    ("/moderation/sujets/{topic}/desepingler", {}),
    ("/moderation/sujets/{topic}/fermer", {"reason": "Non."}),
    ("/moderation/sujets/{topic}/rouvrir", {}),
    ("/moderation/sujets/{topic}/deplacer", {"theme": "1", "reason": "Là."}),
    ("/moderation/sujets/{topic}/fusionner", {}),
)


def traces(session: Session) -> list[object]:
    """All that acting on the topic could have left."""
    return [
        *session.execute(select(Post.id, Post.body, Post.state, Post.edited_at).order_by(Post.id)),
        *session.execute(select(Topic.id, Topic.answers, Topic.useful_id, Topic.locked,
                                Topic.pinned, Topic.theme_id).order_by(Topic.id)),
        *session.execute(select(func.count()).select_from(Thank)),
        *session.execute(select(func.count()).select_from(Report)),
        *session.execute(select(func.count()).select_from(Reading)),
        *session.execute(select(Following.member_id, Following.active).order_by(
            Following.member_id)),
    ]  # fmt: skip


@BOTH
def test_nobody_acts_on_what_they_do_not_see(story: Story) -> None:
    before = story.world.act(traces)
    for name, someone, client in story.clients():
        if someone.sees:
            continue
        for path, data in (*ACTS, *MODERATION):
            address = path.format(topic=story.topic.id, post=story.answer.id)
            answer = client.post(address, data=data)
            if path.startswith("/moderation") and someone.role is Role.USER and someone.networks:
                assert answer.status_code in {302, 403}
                assert not tells(answer), (name, path)
            else:
                shut(someone, answer, f"{name}: {path}")
    assert story.world.act(traces) == before


@BOTH
def test_those_who_see_it_act_within_their_part(story: Story) -> None:
    """A reader who is not the author: 403 for what belongs to the author, the rest is theirs."""
    expected = {"modifier": 403, "reponse-utile": 403}
    for name in ("same network, a zone inside", "same network, the whole région"):
        client = story.world.client(story.people[name])
        for path, data in ACTS:
            address = path.format(topic=story.topic.id, post=story.answer.id)
            answer = client.post(address, data=data)
            assert answer.status_code == expected.get(path.rpartition("/")[2], 302), (name, path)


@BOTH
def test_a_visitor_learns_nothing(story: Story) -> None:
    client = story.world.client()
    for path in (*LISTS, f"/forum/sujets/{story.topic.id}"):
        answer = client.get(path.format(place=1))
        assert answer.status_code == 302
        assert answer.location.startswith("/connexion")
        assert not tells(answer)
    for path, data in (*ACTS, *MODERATION):
        address = path.format(topic=story.topic.id, post=story.answer.id)
        assert client.post(address, data=data).location == "/connexion"
