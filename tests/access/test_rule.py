"""The rule in SQL says what ten lines of Python say, on every member and every audience."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from access import rule
from access.viewers import Role
from accounts import administration, queries
from accounts.models import Member
from tests.access.atlas import Atlas, Place, calm, reference, reference_of, whole
from tests.world import BOTH, World


@BOTH
def test_the_database_says_what_the_ten_lines_say(atlas: Atlas) -> None:
    """Each example draws a crowd and a shelf of audiences, and compares every pair."""
    seen = {True: 0, False: 0}

    @calm
    @given(
        st.lists(whole, min_size=4, max_size=12, unique=True),
        st.lists(whole, min_size=4, max_size=12, unique=True),
    )
    def holds(crowd: list[Place], shelf: list[Place]) -> None:
        session = atlas.session
        members = {atlas.member(place): place for place in crowd}
        reaches = {atlas.audience(place): place for place in shelf}
        for member_id, place in members.items():
            signed_in = queries.signed_in(session, member_id)
            assert signed_in is not None
            opened = set(session.scalars(rule.open_audiences(literal(member_id))))
            assert set(signed_in.viewer.audiences) == opened
            assert set(rule.viewer(session, member_id, Role.USER).audiences) == opened
            for audience_id, reach in reaches.items():
                expected = reference(place, reach)
                seen[expected] += 1
                assert (audience_id in opened) is expected, (place, reach)
        for audience_id, reach in reaches.items():
            expected_readers = {one for one, place in members.items() if reference(place, reach)}
            crowd_only = select(Member.id).where(Member.id.in_(members))
            readers = session.scalars(crowd_only.where(rule.reached(Member.id, audience_id)))
            assert set(readers) == expected_readers, reach
            would_read = session.scalars(
                crowd_only.where(rule.would_be_reached(Member.id, *atlas.named(reach)))
            )
            assert set(would_read) == expected_readers, reach

    holds()
    assert min(seen.values()) > 100, seen


TABLE: list[tuple[tuple[list[str], list[str]], tuple[list[str], list[str]], bool]] = [
    ((["coorace"], ["departement:44"]), (["coorace"], ["departement:44"]), True),
    ((["coorace"], ["nantes"]), (["coorace"], ["departement:44"]), True),
    ((["coorace"], ["region:52"]), (["coorace"], ["departement:44"]), True),
    ((["coorace"], ["departement:44"]), (["coorace"], ["nantes"]), True),
    ((["coorace"], ["departement:72"]), (["coorace"], ["departement:44"]), False),
    ((["fnars"], ["departement:44"]), (["coorace"], ["departement:44"]), False),
    ((["fnars"], ["departement:72"]), ([], []), True),
    ((["fnars"], ["departement:44"]), ([], ["departement:44"]), True),
    # A zone d'emploi that straddles: Alençon is read in Mayenne, Orne and Sarthe alike.
    ((["coorace"], ["zone_emploi:0051"]), (["coorace"], ["departement:61"]), True),
    ((["coorace"], ["zone_emploi:0051"]), (["coorace"], ["departement:72"]), True),
    ((["coorace"], ["departement:53"]), (["coorace"], ["zone_emploi:0051"]), True),
    ((["coorace"], ["departement:44"]), (["coorace"], ["zone_emploi:0051"]), False),
    # Two départements that share a zone d'emploi share no commune.
    ((["coorace"], ["departement:72"]), (["coorace"], ["departement:61"]), False),
    # Without a network, nothing, not even what is for everyone.
    (([], ["departement:44"]), ([], []), False),
    (([], []), ([], []), False),
    # Without a territory, only what names none.
    ((["coorace"], []), (["coorace"], []), True),
    ((["coorace"], []), (["coorace"], ["departement:44"]), False),
]


@BOTH
def test_who_sees_what(atlas: Atlas) -> None:
    for member, reach, seen in TABLE:
        someone = frozenset(member[0]), frozenset(member[1])
        audience_id = atlas.audience((frozenset(reach[0]), frozenset(reach[1])))
        signed_in = queries.signed_in(atlas.session, atlas.member(someone))
        assert signed_in is not None
        assert (audience_id in signed_in.viewer.audiences) is seen, (member, reach)
        assert reference(someone, (frozenset(reach[0]), frozenset(reach[1]))) is seen


@BOTH
def test_new_places_take_effect_at_the_next_request(world: World) -> None:
    author = world.member("Anne")
    reader = world.member("Rémi", networks=("fnars",), territories=("departement:72",))
    topic = world.topic(author, networks=["coorace"], territories=["departement:44"])
    client, page = world.client(reader), f"/forum/sujets/{topic.id}"
    assert client.get(page).status_code == 404
    administrator = world.administrator()

    def place(networks: list[str], territories: list[str]) -> None:
        ids = [world.network(slug) for slug in networks]
        places = [world.territory(code) for code in territories]
        world.act(
            lambda s: administration.place(
                s,
                s.get_one(Member, reader.id),
                by=s.get_one(Member, administrator.id),
                role=Role.USER,
                networks=ids,
                territories=places,
            )
        )

    place(["coorace"], ["departement:72"])
    assert client.get(page).status_code == 404
    place(["coorace", "fnars"], ["departement:72", reference_of("nantes")])
    assert client.get(page).status_code == 200
    place(["fnars"], ["departement:44"])
    assert client.get(page).status_code == 404
