"""The audit trail names a content to those administrators who see it, and to no other."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from access.viewers import Role, Viewer
from accounts.models import AuditEntry, Member
from core import clock
from directory import organisations, schemes, tending, tending_schemes
from house import contents
from house.contents import Kind
from house.jobs import ERASE
from map import actions as positions
from resources import actions as library
from resources.models import Document
from tests.world import BOTH, World

NAME, REASON = "Le refuge discret", "Une adresse qui doit rester inconnue."


def _content(world: World, by: Member, kind: Kind) -> int:
    if kind is Kind.TOPIC:
        return world.topic(by, NAME, networks=["coorace"]).id
    return world.document(by, NAME, networks=["coorace"]).id


def _delete(world: World, by: Member, kind: Kind) -> int:
    item_id = _content(world, by, kind)

    def delete(session: Session, viewer: Viewer) -> None:
        one = contents.content(session, viewer, kind, item_id)
        assert one
        me = session.get_one(Member, by.id)
        contents.delete(session, viewer, one, by=me, reason=REASON)

    world.act_as(by, delete)
    return item_id


def a_topic_is_hidden_and_deleted(world: World, by: Member) -> None:
    _delete(world, by, Kind.TOPIC)


def a_content_is_restored(world: World, by: Member) -> None:
    item_id = _delete(world, by, Kind.TOPIC)

    def restore(session: Session, viewer: Viewer) -> None:
        one = contents.content(session, viewer, Kind.TOPIC, item_id)
        assert one
        me = session.get_one(Member, by.id)
        contents.restore(session, viewer, one, by=me, reason=REASON)

    world.act_as(by, restore)


def a_content_is_erased(world: World, by: Member) -> None:
    _delete(world, by, Kind.DOCUMENT)
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=31)):
        world.act(
            lambda session: world.app.extensions["maillage.plan"].handlers[ERASE](session, {})
        )


def a_document_is_withdrawn(world: World, by: Member) -> None:
    item_id = _content(world, by, Kind.DOCUMENT)
    world.act_as(
        by,
        lambda s, viewer: library.withdraw(
            s, s.get_one(Document, item_id), by=s.get_one(Member, by.id), viewer=viewer
        ),
    )


def an_organisation_is_withdrawn(world: World, by: Member) -> None:
    one = world.organisation(NAME, for_networks=["coorace"])
    world.act_as(
        by,
        lambda s, viewer: tending.show(
            s,
            viewer,
            s.scalars(organisations.tended(viewer, one.id)).one(),
            shown=False,
            by=s.get_one(Member, by.id),
        ),
    )


def a_scheme_is_withdrawn(world: World, by: Member) -> None:
    one = world.scheme(NAME, for_networks=["coorace"])
    world.act_as(
        by,
        lambda s, viewer: tending_schemes.show(
            s,
            viewer,
            s.scalars(schemes.tended(viewer, one.id)).one(),
            shown=False,
            by=s.get_one(Member, by.id),
        ),
    )


def an_organisation_is_put_elsewhere(world: World, by: Member) -> None:
    one = world.organisation(NAME, for_networks=["coorace"])
    world.act_as(
        by,
        lambda s, viewer: positions.place_by_hand(
            s,
            viewer,
            s.scalars(organisations.tended(viewer, one.id)).one(),
            by=s.get_one(Member, by.id),
            latitude=47.2,
            longitude=-1.5,
        ),
    )


@BOTH
@pytest.mark.parametrize(
    "happens",
    [
        a_topic_is_hidden_and_deleted,
        a_content_is_restored,
        a_content_is_erased,
        a_document_is_withdrawn,
        an_organisation_is_withdrawn,
        a_scheme_is_withdrawn,
        an_organisation_is_put_elsewhere,
    ],
)
def test_a_line_names_a_content_to_those_who_see_it(
    world: World, happens: Callable[[World, Member], None]
) -> None:
    by = world.member("Rachel", role=Role.ADMINISTRATOR, networks=["coorace"])
    happens(world, by)
    for networks, sees in (["coorace"], True), (["fnars"], False), ([], False):
        who = world.member("Olga", role=Role.ADMINISTRATOR, networks=networks)
        client = world.client(who)
        page = client.get("/administration/journal")
        file = client.post("/administration/journal/exporter.csv")
        for answer in (page, file):
            said = answer.get_data(as_text=True)
            assert (NAME in said) is sees, (networks, answer)
            assert REASON not in said or sees, (networks, answer)
            assert "Rachel" in said or happens is a_content_is_erased, "who acted is told to all"
        found = client.get("/administration/journal?q=refuge").get_data(as_text=True)
        assert (NAME in found) is sees, networks
        lines = found.count("<tr") - 1
        assert (lines > 0) is sees, "not even how many there are"


def test_lines_written_before_the_audience_was_kept_stay_closed(world: World) -> None:
    by = world.administrator()
    an_organisation_is_withdrawn(world, by)
    world.act(lambda s: s.execute(update(AuditEntry).values(details={"organisation": "withdrawn"})))
    page = world.client(by).get("/administration/journal").get_data(as_text=True)
    assert NAME not in page
