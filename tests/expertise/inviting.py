"""Invitations that are accepted by the link of their mail, and who then acts for a company."""

from sqlalchemy import select

from accounts.models import Member
from expertise.companies.models import Representative
from tests.world import PASSWORD, World


def join(world: World, email: str, first_name: str = "Inès", last_name: str = "Essai") -> Member:
    """Whoever was invited at this address opens their account, by the link of the only mail."""
    [mail] = [one for one in world.mails() if "/invitation/" in one.text]
    assert mail.to_address == email
    token = mail.text.split("/invitation/")[1].split()[0].rstrip(").")
    typed = {"first_name": first_name, "last_name": last_name, "password": PASSWORD}
    world.client().post(f"/invitation/{token}", data=typed)
    found = world.one(select(Member).where(Member.email == email))
    assert found is not None
    return found


def acting(world: World) -> set[str]:
    """The addresses of those who act for a company."""
    return set(world.all(select(Member.email).join(Representative)))
