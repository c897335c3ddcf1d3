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
AT_THE_DESK = {f"entreprise@{DOMAIN}": "entreprise, au bureau d’expertise seulement"}
"""Those that belong to no network."""
