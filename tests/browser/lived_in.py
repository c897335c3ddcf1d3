"""A house that is lived in: its people, and a browser for each of them."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update

from accounts.models import Member
from blueprints.accounts.sign_in import SECOND_STEP
from core import clock
from tests.browser.served import House
from tests.world import PASSWORD, World

NOBODY, INVITED, HALFWAY = "nobody", "invited", "halfway"
MEMBER, MODERATOR, ADMINISTRATOR = "member", "moderator", "administrator"
OUTSIDER = "outsider"
"""An account of no network."""


@dataclass
class Site:
    """A served house, its people, and the ids that addresses name."""

    house: House
    people: dict[str, Member]
    ids: dict[str, object]
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, browser: Browser, who: str) -> Page:
        """A blank page of this person's browser."""
        if who not in self.contexts:
            made = browser.new_context(
                base_url=self.house.url,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                viewport={"width": 1280, "height": 900},
                color_scheme="light",
                reduced_motion="reduce",
            )
            made.set_default_timeout(20_000)
            self._let_in(made, who)
            self.contexts[who] = made
        return self.contexts[who].new_page()

    def _let_in(self, context: BrowserContext, who: str) -> None:
        if who == HALFWAY:
            cookie = self._half_way()
            context.add_cookies([{"name": "maillage", "value": cookie, "url": self.house.url}])
        elif who != NOBODY:
            self.house.let_in(context, self.people[who])

    def _half_way(self) -> str:
        client, member = self.house.world.client(), self.people[HALFWAY]
        with client.session_transaction() as cookies:
            cookies[SECOND_STEP] = {
                "member": member.id,
                "epoch": member.epoch,
                "at": int(clock.now().timestamp()),
                "by": "password",
                "remember": False,
                "suite": "",
            }
        cookie = client.get_cookie("maillage")
        assert cookie is not None
        return cookie.value

    def html(self, who: str, path: str) -> str:
        """What the server answers, as it is sent."""
        world = self.house.world
        client = world.client(None if who in (NOBODY, HALFWAY) else self.people[who])
        if who == HALFWAY:
            client.set_cookie("maillage", self._half_way())
        return client.get(path.format(**self.ids)).get_data(as_text=True)


def meet(world: World) -> dict[str, Member]:
    """One person of each kind."""
    people = {
        MEMBER: world.member("Alice", networks=("coorace", "fnars"), password=PASSWORD),
        MODERATOR: world.moderator(),
        OUTSIDER: world.member("Gina", networks=(), territories=(), charter=False),
        ADMINISTRATOR: world.administrator(),
        INVITED: world.member("Nadia", charter=False),
        HALFWAY: world.member("Hervé", email="herve@example.org"),
        "colleague": world.member("Bruno"),
        "suspended": world.member("Serge"),
    }
    ids = [people[HALFWAY].id]
    world.act(lambda s: s.execute(update(Member).where(Member.id.in_(ids)).values(totp_on=True)))
    return people
