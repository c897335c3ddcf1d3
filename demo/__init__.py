"""A believable month of three networks, for a first look and for tests. People are invented."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
DOMAIN = "maillage.example"
PASSWORD = "maillage-demo"  # noqa: S105 - printed on the screen of whoever looks

ACCOUNTS = {
    f"membre@{DOMAIN}": "membre de COORACE, Loire-Atlantique",
    f"voisine@{DOMAIN}": "membre de FNARS, Sarthe",
    f"moderation@{DOMAIN}": "modération, les trois réseaux",
    f"administration@{DOMAIN}": "administration, les trois réseaux",
}
"""The accounts to try, and who they are."""
COMPANY = f"entreprise@{DOMAIN}"
COMMITTEE = f"comite@{DOMAIN}"
DESK_ACCOUNTS = {
    COMPANY: "entreprise, au bureau d’expertise seulement",
    f"gestion@{DOMAIN}": "gère une institution au bureau d’expertise, hors des réseaux",
    f"experte@{DOMAIN}": "experte d’un grand groupe, hors des réseaux",
    f"conseiller@{DOMAIN}": "conseiller d’un organisme public, hors des réseaux",
    COMMITTEE: "préside un comité de pilotage, hors des réseaux",
}
"""And those of the expertise desk, which belong to no network."""
