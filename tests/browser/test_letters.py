"""Letters in a browser: an editor prepares one, members read it; partners subscribe and leave."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from access.viewers import Role
from accounts.models import Member
from notifications.letter.models import Edition
from notifications.models import Frequency, Kind
from notifications.queries import preferences
from tests.browser.served import BOTH_WAYS, House, Visit, send
from tests.letters import partners
from tests.notifications.mailing import letters_begin
from tests.world import World

EMAIL = "partenaire@example.org"


def refuses(page: Page, address: str) -> None:
    """The page does not exist for who asks."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404, address


@BOTH_WAYS
def test_an_editor_prepares_the_letter_and_a_member_reads_it_then_leaves(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    editor, reader = world.moderator("Mo", networks=("coorace",)), world.member("Amina")
    world.document(world.member("Odile"), "Le guide des PMSMP")
    page = visit(editor)

    page.goto("/lettres")
    page.get_by_role("link", name="Préparer la prochaine lettre").click()
    address = page.url
    page.locator("[name=body]").fill("Bonne **rentrée** à toutes et à tous.")
    send(page, "body")
    row = page.locator("li.row", has_text="Le guide des PMSMP")
    row.get_by_role("button", name="Mettre en avant").click()
    expect(row.get_by_role("button", name="Retirer de la lettre")).to_be_visible()
    page.get_by_role("link", name="Voir comme un membre").click()
    page.locator("main [name=q]").fill("Amina")
    page.locator("main [name=q]").press("Enter")
    page.locator("main").get_by_role("link", name=reader.name).click()
    expect(page.locator("h1")).to_contain_text(reader.name)
    expect(page.locator("main")).to_contain_text("Bonne rentrée à toutes et à tous.")
    expect(page.locator("main").get_by_role("link", name="Le guide des PMSMP")).to_be_visible()

    for stranger in not_editors(world):
        for closed in (address, f"{address}/apercu", f"{address}/apercu?membre={reader.id}"):
            refuses(visit(stranger), closed)

    letters_begin(world, str(world.one(select(Edition.week))))
    mail = house.letter(reader.email)
    assert "rentrée" in mail.text
    page = visit(reader)
    page.goto("/lettres")
    page.locator("main li.row a").click()
    expect(page.locator("main")).to_contain_text("Le mot de COORACE")
    page.get_by_role("link", name="Le guide des PMSMP").click()
    expect(page.locator("h1")).to_have_text("Le guide des PMSMP")
    anybody = visit()
    anybody.goto(mail.link("/desabonnement/"))
    anybody.locator("main button").click()
    expect(anybody.locator("main button")).to_have_count(0)
    kept = world.act(lambda s: preferences(s, reader.id))
    assert kept[Kind.LETTER] is Frequency.NEVER


def not_editors(world: World) -> list[Member]:
    """The editor of another network, a member, somebody of no network."""
    return [
        world.member("Fa", role=Role.MODERATOR, networks=("fnars",)),
        world.member("Bruno"),
        world.member("Zoé", networks=()),
    ]


@BOTH_WAYS
def test_a_partner_subscribes_receives_the_public_letter_and_leaves(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    editor = visit(world.moderator("Mo", networks=("coorace",)))
    editor.goto(f"/lettres/partenaires/{world.network('coorace')}")
    editor.locator("[name=is_open]").check()
    send(editor, "is_open")
    editor.get_by_role("link", name="Écrire une lettre").click()
    editor.locator("[name=title]").fill("La lettre de novembre")
    send(editor, "title")
    editor.locator("[name=name]").fill("Des portes ouvertes")
    editor.locator("[name=text]").fill("Venez le 3 décembre.")
    send(editor, "name")

    partner = visit()
    partner.goto("/lettre-publique/coorace")
    expect(partner.locator("main")).not_to_contain_text("novembre")
    partner.locator("[name=email]").fill(EMAIL)
    send(partner, "email")
    partner.goto(house.letter(EMAIL).link("/lettre-publique/confirmer/"))
    waiting = partners.known(world, EMAIL)
    assert waiting is not None
    assert waiting.confirmed_at is None
    partner.locator("main button").click()
    expect(partner.locator("h1")).to_have_text("C’est fait")

    editor.reload()
    editor.locator("main").get_by_role("button", name="L’envoyer à 1 personne").click()
    if scripts:
        editor.locator("[data-confirm-dialog] [data-answer]").click()
    expect(editor.locator("main [name=title]")).to_have_count(0)
    mail = house.letter(EMAIL, 2)
    assert mail.subject == "La lettre de novembre"
    assert "Venez le 3 décembre." in mail.text
    partner.goto("/lettre-publique/coorace")
    partner.get_by_role("link", name="La lettre de novembre").click()
    expect(partner.get_by_role("heading", name="Des portes ouvertes")).to_be_visible()
    partner.goto(mail.link("/lettre-publique/desabonnement/"))
    partner.locator("main button").click()
    expect(partner.locator("h1")).to_have_text("La lettre s’arrête là")
    ended = partners.known(world, EMAIL)
    assert ended is not None
    assert ended.ended_at is not None
