"""Going to a date together, as people do it: with scripts and without."""

from playwright.sync_api import Page, expect

from tests.agenda.rides import a_date
from tests.browser.served import BOTH_WAYS, House, Visit, path, press, send


def sure(page: Page, *, scripts: bool) -> None:
    """Answer the question that is asked before what cannot be undone."""
    if scripts:
        page.locator("[data-confirm-dialog] [data-answer]").click()


@BOTH_WAYS
def test_a_ride_is_offered_asked_for_agreed_given_back_and_withdrawn(
    house: House, visit: Visit, scripts: bool
) -> None:
    world = house.world
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    driver, rider = visit(lise), visit(anne)
    board = f"/agenda/dates/{date}/covoiturage"

    driver.goto(f"/agenda/dates/{date}/participer")
    driver.get_by_role("link", name="proposer un trajet ou en chercher un").click()
    driver.locator(f"a[href='{board}/proposer']").click()
    send(driver, "pres")
    expect(driver.locator("[name=pres]")).to_have_attribute("aria-invalid", "true")
    driver.locator("[name=pres]").fill("Nullepart-sur-Rien")
    driver.locator("[name=hour]").fill("08:15")
    send(driver, "pres")
    expect(driver.locator("main")).to_contain_text("Cette commune n’existe pas")
    expect(driver.locator("[name=hour]")).to_have_value("08:15")  # nothing was lost
    driver.locator("[name=pres]").fill("44400")
    driver.locator("[name=places]").fill("1")
    send(driver, "pres")
    expect(driver.locator("main")).to_contain_text("Aller et retour, depuis Rezé (44)")
    assert path(driver) == board

    rider.goto(board)
    asking = rider.locator("form[action$='/demander']")
    asking.locator("summary").click()
    asking.locator("[name=words]").fill("Une petite valise")
    asking.locator("button").click()
    expect(rider.locator("main")).to_contain_text("Vous avez demandé une place")
    letter = house.letter(lise.email, 2)  # after the invitation to the date
    assert letter.subject == "Place demandée : Job dating"
    driver.goto(letter.link(board))
    expect(driver.locator("main")).to_contain_text("Une petite valise")
    press(driver, "/accepter")
    expect(driver.locator("main")).to_contain_text("A une place")

    driver.locator("a[href$='/modifier']").click()
    expect(driver.locator("[name=pres]")).to_have_value("Rezé (44)")
    driver.locator("[name=hour]").fill("07:45")
    send(driver, "pres")
    expect(driver.locator("main")).to_contain_text("départ à 7 h 45")

    rider.goto(board)
    expect(rider.locator("main")).to_contain_text("Vous avez une place")
    press(rider, "/rendre")
    sure(rider, scripts=scripts)
    expect(rider.locator("main form[action$='/demander']")).to_have_count(1)
    rider.locator(f"a[href='{board}/chercher']").first.click()
    rider.locator("[name=way][value=back]").check()
    rider.locator("[name=pres]").fill("Rezé")
    send(rider, "pres")
    expect(rider.locator("main")).to_contain_text("Vous cherchez une place")

    driver.goto(board)
    press(driver, "/proposer")
    expect(driver.locator("main")).to_contain_text("N’a pas encore répondu")
    rider.goto(board)
    press(rider, "/refuser")
    expect(rider.locator("main")).to_contain_text("C’est noté")
    driver.goto(board)
    press(driver, "/retirer")
    sure(driver, scripts=scripts)
    expect(driver.locator("main")).to_contain_text("C’est retiré")
