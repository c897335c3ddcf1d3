"""The pages: what one was told, and the mails one chooses."""

import pytest

from accounts.models import Member
from notifications import queries, unsubscribe
from notifications.models import DEFAULTS, Frequency, Kind
from tests.world import World


def chosen(world: World, member: Member) -> dict[Kind, Frequency]:
    return world.act(lambda session: queries.preferences(session, member.id))


def test_the_page_leads_to_the_answer_and_everything_can_be_marked_as_read(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker, "Qui <signe> ?")
    world.reply(topic, helper)
    world.work()
    browser = world.client(asker)
    page = browser.get("/notifications").text
    assert f'href="/forum/sujets/{topic.id}#reponse-1"' in page
    assert helper.name in page
    assert "Qui &lt;signe&gt; ?" in page
    assert "data-unread" in page
    assert browser.post("/notifications/lues").status_code == 302
    assert "data-unread" not in browser.get("/notifications").text


def test_nobody_marks_for_another(world: World) -> None:
    asker, helper = world.member(), world.member()
    world.reply(world.topic(asker), helper)
    world.work()
    world.client(helper).post("/notifications/lues")
    assert world.one(queries.unseen(world.viewer(asker))) == 1


def test_an_empty_page_says_what_will_come(world: World) -> None:
    page = world.client(world.member()).get("/notifications")
    assert page.status_code == 200
    assert "/forum" in page.text


def test_old_notifications_are_a_page_away(world: World) -> None:
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    for _number in range(queries.PER_PAGE + 2):
        world.reply(topic, helper)
    world.work()
    browser = world.client(asker)
    with world.counted() as statements:
        first = browser.get("/notifications")
    assert len(statements) <= 10
    told = world.told(asker)
    assert f"avant={told[2].id}" in first.text
    older = browser.get(f"/notifications?avant={told[2].id}").text
    assert older.count('#reponse-1"') == 1
    assert older.count('class="row"') == 1
    assert "2 réponses, la dernière de" in older
    assert browser.get("/notifications?avant=abc").status_code == 200


def test_no_mail_at_all_is_possible(world: World) -> None:
    member = world.member()
    browser = world.client(member)
    assert browser.get("/compte/notifications").status_code == 200
    nothing = {kind.value: Frequency.NEVER.value for kind in Kind}
    assert browser.post("/compte/notifications", data=nothing).status_code == 302
    assert set(chosen(world, member).values()) == {Frequency.NEVER}


@pytest.mark.parametrize("wrong", ["hourly", ""])
def test_a_frequency_that_does_not_exist_is_refused(world: World, wrong: str) -> None:
    member = world.member()
    typed = {kind.value: frequency.value for kind, frequency in DEFAULTS.items()}
    answer = world.client(member).post("/compte/notifications", data=typed | {"answer": wrong})
    assert answer.status_code == 422
    assert chosen(world, member) == DEFAULTS


def test_a_link_to_unsubscribe_says_what_it_stops(world: World) -> None:
    member = world.member()
    settings = world.app.extensions["maillage.settings"]
    token = unsubscribe.token(settings, member.id, [Kind.ANSWER, Kind.MENTION])
    visitor = world.client()
    assert visitor.get(f"/desabonnement/{token}").text.count("<li>") >= 2
    assert chosen(world, member) == DEFAULTS
    assert visitor.post(f"/desabonnement/{token}").status_code == 200
    assert chosen(world, member) == DEFAULTS | {
        Kind.ANSWER: Frequency.NEVER,
        Kind.MENTION: Frequency.NEVER,
    }


def test_a_link_of_nobody_stops_nothing(world: World) -> None:
    settings = world.app.extensions["maillage.settings"]
    visitor = world.client()
    for token in ("x", unsubscribe.token(settings, 999, [Kind.ANSWER])):
        assert visitor.get(f"/desabonnement/{token}").status_code == 404
        assert visitor.post(f"/desabonnement/{token}").status_code == 404


def test_several_answers_in_one_topic_are_told_in_one_line(world: World) -> None:
    asker = world.member("Alice")
    topic = world.topic(asker)
    first = world.reply(topic, world.member("Bob"))
    world.reply(topic, world.member("Chloé"))
    world.work()
    page = world.client(asker).get("/notifications").get_data(as_text=True)
    assert page.count("la dernière de Chloé") == 1
    assert f"/forum/sujets/{topic.id}#reponse-{first.number}" in page
    assert "Bob" not in page
