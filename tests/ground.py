"""What every story stands on: settings, and a database with territories, lists and a charter."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from access import geography
from access.models import Network
from accounts import administration
from agenda.models import EventKind
from core.db import Base, prepare
from core.settings import Settings
from directory.models import Activity, OrganisationKind, Skill, Theme
from news.models import ArticleKind
from resources.models import DocumentKind

NETWORKS = {
    "coorace": ("COORACE", "#8a1c3b", "#f2b705"),
    "fnars": ("FNARS", "#1f5c99", "#7fb3e0"),
    "reseau-44": ("Réseau 44", "#2f6b3a", "#c9d86a"),
}
THEMES = {"formation": "Formation", "logement": "Logement", "droit": "Droit"}
KINDS = {"outil": "Outil", "compte-rendu": "Compte-rendu", "autre": "Autre document"}
ORGANISATION_KINDS = {"aci": "ACI", "ei": "EI", "esat": "ESAT"}
ARTICLE_KINDS = {
    "portes-ouvertes": ("Portes ouvertes", {"dated": True}),
    "offre-d-emploi": ("Offre d’emploi", {"hires": True, "closes": True}),
    "appel-a-projets": ("Appel à projets", {"closes": True}),
    "vie-du-reseau": ("Vie du réseau", {}),
}
EVENT_KINDS = {"reunion": "Réunion", "formation": "Formation", "job-dating": "Job dating"}
SKILLS = {"pmsmp": "PMSMP et immersions", "logement": "Logement", "justice": "Suivi judiciaire"}
ACTIVITIES = {"espaces-verts": "Espaces verts", "restauration": "Restauration"}
OPENED = datetime(2025, 1, 6, 9, tzinfo=UTC)
"""When the charter was published, before every story."""


def fill(url: str) -> None:
    """Make the tables and what every story needs: territories, networks, themes, a charter."""
    engine = create_engine(url)
    prepare(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        geography.load(session, lambda done, total: None)
        for slug, (name, colour, accent) in NETWORKS.items():
            session.add(Network(slug=slug, name=name, full_name=name, colour=colour, accent=accent))
        for position, (slug, name) in enumerate(THEMES.items()):
            session.add(Theme(slug=slug, name=name, position=position))
        for position, (slug, name) in enumerate(KINDS.items()):
            session.add(DocumentKind(slug=slug, name=name, position=position))
        for position, (slug, name) in enumerate(EVENT_KINDS.items()):
            session.add(EventKind(slug=slug, name=name, position=position))
        for position, (slug, (name, needs)) in enumerate(ARTICLE_KINDS.items()):
            session.add(ArticleKind(slug=slug, name=name, position=position, **needs))
        for position, (slug, name) in enumerate(ORGANISATION_KINDS.items()):
            session.add(OrganisationKind(slug=slug, name=name, position=position))
        for position, (slug, name) in enumerate(ACTIVITIES.items()):
            session.add(Activity(slug=slug, name=name, position=position))
        for position, (slug, name) in enumerate(SKILLS.items()):
            session.add(Skill(slug=slug, name=name, position=position))
        charter = administration.publish_charter(
            session, by=None, body="# Charte\n\nRespecter.", changes=""
        )
        charter.published_at = OPENED  # whatever the clock of the first test that asks for it
        session.commit()
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    engine.dispose()


def settings(folder: Path, database_url: str) -> Settings:
    """Settings for a test: its own folder, no limits, mails at once."""
    return Settings(
        secret_key="a key for the tests, long enough",
        var=folder,
        database_url=database_url,
        storage_url=f"file:{folder}/files",
        mail_url=f"file:{folder}/mail",
        mail_circulars="circulaires+{token}@example.org",
        base_url="http://localhost",
        embedded_worker=False,
        limits=False,
        mail_delay_seconds=0,
    )


def copy_of(template: Path, folder: Path) -> str:
    """A fresh SQLite database like the template; gives its URL."""
    path = folder / "maillage.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"
