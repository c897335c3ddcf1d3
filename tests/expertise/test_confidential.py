"""Whom a company hides its need from never meets it, whatever the way (seeds/000 §3.4): a table."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from accounts.models import Member
from core import clock
from expertise.experts.models import Expert
from expertise.needs.models import Need
from expertise.positions import links
from expertise.positions.life import State
from expertise.positions.models import NoteKind, Position
from expertise.programmes.models import Institution, Programme, Review, Way
from expertise.recap.jobs import Recap
from tests.expertise import desks, moving
from tests.world import World

SECRET = "Vérandas"
"""A word of the need, that stands nowhere else."""


@dataclass
class Ground:
    """A need that an institution must not see, sent out in each of both ways."""

    world: World
    made: Programme
    need: Need
    seen: Institution
    hidden: Institution
    chiefs: dict[str, Member]
    """Who manages the institution that sees it, and the one that does not."""
    experts: dict[str, Expert]

    def text(self, who: str, address: str) -> str:
        """What a page says, or a PDF; nothing when it is not there."""
        answer = self.world.client(self.chiefs[who]).get(address, follow_redirects=True)
        if answer.status_code == 404:
            return ""
        assert answer.status_code == 200, address
        if answer.mimetype == "application/pdf":
            pages = PdfReader(BytesIO(answer.data)).pages
            return "\n".join(page.extract_text() for page in pages)
        return answer.text

    def position(self, who: str = "seen") -> Position:
        """What was sent to an institution."""
        of = {"seen": self.seen, "hidden": self.hidden}[who]
        found = self.world.one(select(Position).where(Position.institution_id == of.id))
        assert found is not None
        return found


HOW = ("ticked", "typed", "settled", "added")
"""How a company hides its need: in the list, in words of its own, which its team reads, or later.
"""


def ground(world: World, way: Way, how: str = "ticked") -> Ground:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), way=way, review=Review.NONE)
    about = (desks.subject(world, made),)
    seen, hidden = (desks.institution(world, made, name) for name in ("Vu", "Caché"))
    chiefs, experts = {}, {}
    for who, of in (("seen", seen), ("hidden", hidden)):
        chiefs[who] = world.member(f"Chef{who}", networks=())
        desks.manager(world, of, chiefs[who])
        experts[who] = desks.expert(
            world, of, world.member(f"Expert{who}", networks=()), subjects=about
        )
    words: dict[str, Any] = {"title": SECRET, "description": f"Des {SECRET} à vendre."}
    hiding: dict[str, dict[str, Any]] = {
        "ticked": {"hidden_from": [hidden.id]},
        "typed": {"hidden_words": "la CACHE, S.A.S."},
        "settled": {"hidden_words": "ceux d’en face"},
        "added": {},
    }
    one = desks.need(world, made, **words, **hiding[how])
    if how == "settled":
        said = {"hidden_from": [hidden.id]}
        client = world.client(team)
        client.post(f"/expertise/besoins/{one.id}/confidentialite", data=said)
        client.post(f"/expertise/besoins/{one.id}/decision", data={"act": "validate"})
    if how == "added":
        moving.edit(world, one, hidden_words="Caché")
    sent = world.one(select(Position).where(Position.institution_id == hidden.id))
    assert (sent is not None) is (how == "added")
    with world.session() as session:  # as if a fault had sent it to them all the same
        whom = None if way is Way.EXCLUSIVE else experts["hidden"].id
        astray = sent or Position(need_id=one.id, institution_id=hidden.id, expert_id=whom)
        astray = session.merge(astray)
        astray.state, astray.sent_at = State.WAITING, clock.now()
    return Ground(world, made, one, seen, hidden, chiefs, experts)


def received(one: Ground, who: str) -> str:
    """The list of what was received."""
    return one.text(who, "/expertise/recus")


def under_way(one: Ground, who: str) -> str:
    """The other lists."""
    tabs = ("en-cours", "archives")
    return "".join(one.text(who, f"/expertise/recus?onglet={tab}") for tab in tabs)


def sheet(one: Ground, who: str) -> str:
    """The sheet, at the address that the others have too."""
    addresses = {f"/expertise/positions/{one.position(name).id}" for name in ("seen", who)}
    return "".join(one.text(who, address) for address in addresses)


def paper(one: Ground, who: str) -> str:
    """The sheet as a PDF."""
    return one.text(who, f"/expertise/positions/{one.position(who).id}/fiche.pdf")


def team_sheet(one: Ground, who: str) -> str:
    """The sheet of the team."""
    return one.text(who, f"/expertise/besoins/{one.need.id}")


def link(one: Ground, who: str) -> str:
    """The link of the mail."""
    settings = one.world.app.extensions["maillage.settings"]
    token = links.token(settings, one.position(who), one.chiefs[who].email)
    return one.text(who, f"/expertise/r/{token}")


def mails(one: Ground, who: str) -> str:
    """What is mailed to the people of the institution."""
    theirs = {one.chiefs[who].email, one.experts[who].email}
    return "".join(
        mail.subject + mail.text for mail in one.world.mails() if mail.to_address in theirs
    )


def week(one: Ground, who: str) -> str:
    """The mail of the week."""
    before = len(one.world.mails())
    recap = Recap(one.world.app.extensions["maillage.settings"])
    for address in (one.chiefs[who].email, one.experts[who].email):
        one.world.act(lambda s, to=address: recap.write(s, {"address": to}))  # type: ignore[misc]
    return "".join(mail.subject + mail.text for mail in one.world.mails()[before:])


def figures(one: Ground, who: str) -> str:
    """The figures of the institution, and their table."""
    of = {"seen": one.seen, "hidden": one.hidden}[who]
    one.world.work()
    return one.text(who, f"/expertise/institutions/{of.id}/chiffres")


def search(one: Ground, who: str) -> str:
    """The search of the house."""
    return one.text(who, f"/recherche?q={SECRET.lower()}").replace(f'value="{SECRET.lower()}"', "")


def own_data(one: Ground, who: str) -> str:
    """What one takes away of one's own data."""
    return one.text(who, "/compte/mes-donnees")


def institution(one: Ground, who: str) -> str:
    """The page of the institution."""
    of = {"seen": one.seen, "hidden": one.hidden}[who]
    return one.text(who, f"/expertise/institutions/{of.id}")


def first_page(one: Ground, who: str) -> str:
    """The first page of the desk, and that of the house."""
    return one.text(who, "/expertise") + one.text(who, "/")


TABLE: dict[Callable[[Ground, str], str], bool] = {
    received: True,
    under_way: False,
    sheet: True,
    paper: True,
    team_sheet: False,
    link: True,
    mails: True,
    week: True,
    figures: False,
    search: False,
    own_data: False,
    institution: False,
    first_page: False,
}
"""Where a need may be met → whether who sees it does, so that the table can fail."""


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    ("where", "met", "how"),
    [
        pytest.param(where, met, how, id=f"{where.__name__}-{how}")
        for where, met in TABLE.items()
        for how in HOW
        if (where, how) != (mails, "added")  # what left before was theirs to read
    ],
)
def test_what_is_hidden_is_met_nowhere(
    world: World, where: Callable[[Ground, str], str], met: bool, way: Way, how: str
) -> None:
    one = ground(world, way, how)
    assert (SECRET.lower() in where(one, "seen").lower()) is met
    assert SECRET.lower() not in where(one, "hidden").lower()


def shown(page: str) -> str:
    """The words of a page, without what changes each time."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


@pytest.mark.parametrize("way", Way)
def test_pages_count_nothing_of_what_is_hidden(world: World, way: Way) -> None:
    """As many words, as many numbers as if nobody had asked anything."""
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), way=way, review=Review.NONE)
    house, chief = desks.institution(world, made, "Caché"), world.member("Chef", networks=())
    desks.manager(world, house, chief)
    desks.expert(world, house, subjects=(desks.subject(world, made),))
    client = world.client(chief)
    addresses = ("/expertise", "/expertise/recus", f"/expertise/institutions/{house.id}")
    before = [shown(client.get(one).text) for one in addresses]
    desks.need(world, made, title=SECRET, hidden_from=[house.id])
    assert [shown(client.get(one).text) for one in addresses] == before
    desks.need(world, made, title="Pour tous")
    assert [shown(client.get(one).text) for one in addresses] != before


def test_what_others_say_in_the_thread_is_not_theirs(world: World) -> None:
    one = ground(world, Way.COOPERATIVE)
    said = {"note": f"Ces {SECRET} m’intéressent.", "kind": NoteKind.NOTE.value}
    client = world.client(one.chiefs["seen"])
    assert (
        client.post(f"/expertise/positions/{one.position().id}/fil", data=said).status_code == 302
    )
    assert f"Ces {SECRET}" in sheet(one, "seen")
    assert SECRET not in mails(one, "hidden")
