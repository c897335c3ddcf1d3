"""Who reads: the same answer by the list, the page, the search, a count."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from notifications.models import Notification
from tests.http.story import LISTS, NANTES, SAINT_NAZAIRE, Someone, Story, shut, tell, tells
from tests.world import BOTH, World


@BOTH
def test_the_lists_hold_it_for_those_who_see_it_and_for_no_one_else(story: Story) -> None:
    story.world.work()
    place = story.world.territory("departement:44")
    for name, someone, client in story.clients():
        for path in LISTS:
            answer = client.get(path.format(place=place))
            if someone.stopped_at:
                shut(someone, answer, name)
                continue
            if not someone.networks:  # their first page is that of the expertise desk
                assert answer.status_code == (302 if path == "/" else 404), (name, path)
                assert not tells(answer), (name, path)
                continue
            assert answer.status_code == 200
            expected = someone.sees and "sans-reponse" not in path
            assert tells(answer) is expected, (name, path)


@BOTH
def test_its_page_exists_for_those_who_see_it_and_for_no_one_else(story: Story) -> None:
    pages = (
        f"/forum/sujets/{story.topic.id}",
        f"/forum/sujets/{story.topic.id}?apres=1",
        f"/forum/sujets/{story.topic.id}?citer={story.answer.id}",
        f"/forum/messages/{story.answer.id}/signaler",
    )
    for name, someone, client in story.clients():
        for path in pages:
            answer = client.get(path)
            if someone.sees:
                assert answer.status_code == 200, (name, path)
                assert tells(answer), (name, path)
            else:
                shut(someone, answer, name)


@BOTH
def test_what_does_not_exist_looks_like_what_is_not_for_me(story: Story) -> None:
    client = story.world.client(story.people["another network, same territory"])

    def page(path: str) -> str:
        said = client.get(path).get_data(as_text=True)
        return re.sub(r"sujets(/|%2F)\d+|nonce[^ >]*|csrf-token[^>]*|value=\"[^\"]*\"", "", said)

    assert page(f"/forum/sujets/{story.topic.id}") == page("/forum/sujets/424242")


@BOTH
def test_quoting_what_one_does_not_see_quotes_nothing(story: Story) -> None:
    world, outsider = story.world, story.people["another network, same territory"]
    own = world.topic(outsider, "Mon propre sujet", "Tout autre chose.")
    answer = world.client(outsider).get(f"/forum/sujets/{own.id}?citer={story.answer.id}")
    assert answer.status_code == 200
    assert not tells(answer)


@BOTH
@pytest.mark.parametrize(
    ("networks", "territories", "sees"),
    [
        # Everyone: all members of the networks, wherever they are.
        ((), (), lambda one: bool(one.networks)),
        # A network, everywhere.
        (("coorace",), (), lambda one: "coorace" in one.networks),
        # A place, in all networks.
        (
            (),
            ("departement:44",),
            lambda one: (
                bool(one.networks)
                and bool(
                    {"departement:44", "region:52", NANTES, SAINT_NAZAIRE} & {*one.territories}
                )
            ),
        ),
    ],
    ids=["everyone", "one network", "one place"],
)
def test_other_reaches(
    world: World,
    networks: tuple[str, ...],
    territories: tuple[str, ...],
    sees: Callable[[Someone], bool],
) -> None:
    story = tell(world, networks, territories)
    world.work()
    page = f"/forum/sujets/{story.topic.id}"
    for name, someone, client in story.clients():
        if someone.stopped_at:
            shut(someone, client.get(page), name)
            continue
        expected = sees(someone)
        assert client.get(page).status_code == (200 if expected else 404), name
        for path in ("/forum", "/recherche?q=chantier", "/notifications"):
            assert tells(client.get(path)) is expected, (name, path)
        assert bool(world.told(story.people[name])) is expected, name
    told = world.one(select(func.count(Notification.member_id.distinct())))
    assert told
