"""`maillage init`: everything that a new or an updated installation needs. May be run again."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import click

from cli.french import FrenchCommand
from cli.house import Tables, opened, require, tables
from core.settings import ROOT, Settings, from_environment, secret_key_file

if TYPE_CHECKING:
    from directory.models import Listed

CHARTER = ROOT / "accounts" / "charter_proposal.md"
THEMES = {
    "acces-emploi": "Accès à l’emploi",
    "formation": "Formation",
    "logement": "Logement",
    "sante": "Santé",
    "mobilite": "Mobilité",
    "numerique": "Numérique",
    "droit": "Droit",
    "gestion": "Gestion de structure",
}
KINDS = {
    "compte-rendu": "Compte-rendu",
    "texte-reglementaire": "Texte réglementaire",
    "presentation": "Présentation",
    "fiche-projet": "Fiche projet",
    "outil": "Outil",
    "modele": "Modèle",
    "livret-d-accueil": "Livret d’accueil",
    "autre": "Autre document",
}
EVENT_KINDS = {
    "reunion": "Réunion de réseau",
    "journee-thematique": "Journée thématique",
    "formation": "Formation",
    "job-dating": "Job dating et forum de l’emploi",
    "portes-ouvertes": "Portes ouvertes",
    "vis-ma-vie": "Vis ma vie",
    "assemblee-generale": "Assemblée générale",
    "autre": "Autre date",
}
ARTICLE_KINDS = {
    "portes-ouvertes": "Portes ouvertes",
    "assemblee-generale": "Assemblée générale",
    "offre-d-emploi": "Offre d’emploi",
    "bourse-aux-travaux": "Bourse aux travaux",
    "appel-a-projets": "Appel à projets",
    "vie-du-reseau": "Vie du réseau",
    "formation": "Formation",
    "autre": "Autre actualité",
}
ARTICLE_NEEDS = {
    "portes-ouvertes": ("dated",),
    "assemblee-generale": ("dated",),
    "offre-d-emploi": ("hires", "closes"),
    "bourse-aux-travaux": ("closes",),
    "appel-a-projets": ("closes",),
    "formation": ("dated",),
}
"""What each asks of those who publish."""
ORGANISATION_KINDS = {
    "aci": "ACI",
    "ai": "AI",
    "ei": "EI",
    "etti": "ETTI",
    "geiq": "GEIQ",
    "esat": "ESAT",
    "ea": "Entreprise adaptée",
    "chrs": "CHRS",
    "regie-de-quartier": "Régie de quartier",
    "mission-locale": "Mission locale",
    "france-travail": "France Travail",
    "plie": "PLIE",
    "cap-emploi": "Cap emploi",
    "organisme-de-formation": "Organisme de formation",
    "collectivite": "Collectivité",
    "federation": "Fédération",
    "autre": "Autre structure",
}
ACTIVITIES = {
    "espaces-verts": "Espaces verts et naturels",
    "maraichage": "Maraîchage et agriculture",
    "batiment": "Bâtiment et second œuvre",
    "nettoyage": "Nettoyage et propreté",
    "restauration": "Restauration et traiteur",
    "recyclage": "Recyclage, ressourcerie, déchets",
    "textile": "Textile et blanchisserie",
    "logistique": "Logistique et transport",
    "industrie": "Conditionnement et industrie",
    "services-a-la-personne": "Services à la personne",
    "mobilite": "Mobilité et garage solidaire",
    "numerique": "Numérique et reconditionnement",
    "mise-a-disposition": "Mise à disposition de personnel",
}
SKILLS = {
    "recrutement": "Recruter et accueillir en insertion",
    "diagnostic": "Diagnostic socioprofessionnel",
    "entretien": "Conduite d’entretien",
    "pmsmp": "PMSMP et immersions",
    "contrats": "CDDI, agréments et conventions",
    "formation": "Financer et monter une formation",
    "vae-clea": "VAE et CléA",
    "relations-entreprises": "Relations avec les entreprises",
    "creation-d-activite": "Création d’activité",
    "droit-du-travail": "Droit du travail",
    "droit-des-etrangers": "Droit des étrangers",
    "acces-aux-droits": "Accès aux droits et prestations",
    "logement": "Logement et hébergement",
    "mobilite": "Mobilité et permis",
    "sante": "Santé et addictions",
    "handicap": "Handicap et RQTH",
    "justice": "Suivi judiciaire et aménagements de peine",
    "francais": "Français et illettrisme",
    "numerique": "Numérique et démarches en ligne",
    "budget": "Budget et surendettement",
    "garde-d-enfants": "Garde d’enfants",
    "encadrement": "Encadrement technique",
    "qualite": "Qualité et certification",
    "gestion": "Gestion et dialogue de gestion",
    "financements": "Financements et FSE",
}
SKILL_WORDS = {
    "recrutement": ("recruter", "recrutement", "offre d’emploi", "entretien d’embauche"),
    "diagnostic": ("diagnostic", "freins à l’emploi", "freins périphériques"),
    "entretien": ("conduite d’entretien", "écoute active", "entretien motivationnel"),
    "pmsmp": ("PMSMP", "immersion", "mise en situation en milieu professionnel"),
    "contrats": ("CDDI", "CDDU", "agrément", "renouvellement du contrat", "convention IAE"),
    "formation": ("OPCO", "CPF", "plan de formation", "POEI", "financer une formation"),
    "vae-clea": ("VAE", "certification CléA", "certificat CléA", "socle CléA"),
    "relations-entreprises": ("relation entreprise", "employeur partenaire", "clause sociale"),
    "creation-d-activite": ("création d’activité", "création d’entreprise", "auto-entrepreneur"),
    "droit-du-travail": ("droit du travail", "Code du travail", "convention collective"),
    "droit-des-etrangers": (
        "titre de séjour",
        "récépissé",
        "préfecture",
        "autorisation de travail",
    ),
    "acces-aux-droits": ("accès aux droits", "RSA", "CAF", "prime d’activité", "prestations"),
    "logement": ("logement", "hébergement", "loyer", "bailleur", "FSL"),
    "mobilite": ("mobilité", "permis de conduire", "covoiturage", "navette", "garage solidaire"),
    "sante": ("santé", "addiction", "alcool", "complémentaire santé", "visite médicale"),
    "handicap": ("handicap", "RQTH", "OETH", "poste adapté"),
    "justice": ("SPIP", "aménagement de peine", "suivi judiciaire", "bracelet"),
    "francais": ("FLE", "illettrisme", "français langue étrangère", "apprentissage du français"),
    "numerique": ("numérique", "illectronisme", "démarches en ligne", "identité numérique"),
    "budget": ("surendettement", "budget", "saisie sur salaire", "endettement"),
    "garde-d-enfants": ("garde d’enfants", "crèche", "mode de garde"),
    "encadrement": ("encadrant technique", "encadrement technique", "chantier école"),
    "qualite": ("Qualiopi", "certification qualité", "démarche qualité"),
    "gestion": ("dialogue de gestion", "trésorerie", "comptabilité", "aide au poste"),
    "financements": ("FSE", "FDI", "appel à projets", "subvention", "financement"),
}
"""What people write when they speak of each: topics and documents are recognised by it."""
NEXT = """
Et maintenant, au choix :
  maillage demo      pour regarder : trois réseaux, 62 membres inventés, un mois de forum ;
  maillage network   pour commencer : votre premier réseau, puis « maillage invite »
                     pour votre premier administrateur."""


def say(what: str, how: str) -> None:
    """One line of the account of what was done."""
    click.echo(f"  {what:<20} {how}")


def write_secret_key() -> None:
    """Write a key that only this user reads, unless there is one."""
    file = secret_key_file()
    if os.environ.get("SECRET_KEY"):
        say("Clé secrète", "donnée par SECRET_KEY")
    elif file.exists():
        say("Clé secrète", f"déjà dans {file}")
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as opened_file:
            opened_file.write(secrets.token_hex(32) + "\n")
        say("Clé secrète", f"écrite dans {file}")


def migrate(before: Tables) -> None:
    """Bring the tables up to date."""
    if before is Tables.READY:
        say("Base de données", "déjà à jour")
        return
    from flask import current_app
    from flask_migrate import upgrade

    from app import with_migrations

    with_migrations(current_app._get_current_object())  # type: ignore[attr-defined]
    upgrade()
    say("Base de données", "créée" if before is Tables.ABSENT else "mise à jour")


def load_territories() -> None:
    """Load the French territories, with a bar, when there are none."""
    from sqlalchemy import func, select
    from tqdm import tqdm

    from access import geography
    from access.models import Commune, Territory
    from core.db import db

    if geography.is_loaded(db.session()):
        say("Territoires", "déjà chargés")
        return
    with tqdm(desc="  Territoires", unit=" communes", leave=False, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        geography.load(db.session(), progress)
        db.session.commit()
    territories = db.session.scalar(select(func.count()).select_from(Territory))
    communes = db.session.scalar(select(func.count()).select_from(Commune))
    say("Territoires", f"{territories} chargés, avec {communes} communes")


def publish_charter() -> None:
    """Put the proposed charter in force when there is none."""
    from accounts import administration, queries
    from core.db import db

    if charter := queries.charter(db.session()):
        say("Charte", f"version {charter.number} en vigueur")
        return
    administration.publish_charter(db.session(), by=None, body=CHARTER.read_text(), changes="")
    db.session.commit()
    say("Charte", "version 1 publiée (modifiable dans l’administration)")


def create_lists() -> None:
    """Open the first themes, kinds of documents and of organisations when there are none."""
    from sqlalchemy import select

    from agenda.models import EventKind
    from core.db import db
    from directory.models import Activity, OrganisationKind, Skill, Theme
    from news.models import ArticleKind
    from resources.models import DocumentKind

    _fill("Thèmes", Theme, THEMES)
    _fill("Types de document", DocumentKind, KINDS)
    _fill("Types d’événement", EventKind, EVENT_KINDS)
    if _fill("Types d’actualité", ArticleKind, ARTICLE_KINDS):
        for kind in db.session.scalars(select(ArticleKind)):
            for need in ARTICLE_NEEDS.get(kind.slug, ()):
                setattr(kind, need, True)
    _fill("Types de structure", OrganisationKind, ORGANISATION_KINDS)
    _fill("Activités", Activity, ACTIVITIES)
    if _fill("Compétences", Skill, SKILLS):
        for skill in db.session.scalars(select(Skill)):
            skill.words = "\n".join(SKILL_WORDS[skill.slug])
    db.session.commit()


def _fill(title: str, listed: type[Listed], names: dict[str, str]) -> bool:
    """Whether they were made: there were none."""
    from sqlalchemy import func, select

    from core.db import db

    there = db.session.scalar(select(func.count()).select_from(listed))
    if there:
        say(title, f"{there} déjà là")
        return False
    for position, (slug, name) in enumerate(names.items(), start=1):
        made = listed()
        made.slug, made.name, made.position, made.retired = slug, name, position, False
        db.session.add(made)
    say(title, f"{len(names)} créés (modifiables dans l’administration)")
    return True


def write_acronyms() -> None:
    """Write the search's first acronyms when there are none."""
    from core.db import db
    from search import acronyms

    added = acronyms.seed(db.session())
    db.session.commit()
    say("Sigles", f"{added} écrits (modifiables dans l’administration)" if added else "déjà là")


def begin_index() -> None:
    """Make the index of an empty house at once; that of a full one is the worker's to build."""
    from flask import current_app

    from core.db import db

    index = current_app.extensions["maillage.search"]
    session = db.session()
    if not index.needs_building(session):
        say("Recherche", "index déjà là")
    elif index.to_read(session):
        say("Recherche", "index à construire : par les tâches de fond, ou maillage reindex")
    else:
        index.begin(session)
        index.build(session, seconds=0)
        say("Recherche", f"index créé ({index.engine.name})")


def prepare(settings: Settings) -> bool:
    """Do all that is missing; whether somebody has an account already."""
    from sqlalchemy import select

    from accounts.models import Member
    from core.db import db

    before = tables(settings)
    require(before, Tables.ABSENT, Tables.BEHIND)
    with opened(settings):
        migrate(before)
        load_territories()
        publish_charter()
        create_lists()
        write_acronyms()
        begin_index()
        return db.session.scalar(select(Member.id).limit(1)) is not None


@click.command(cls=FrenchCommand)
def init() -> None:
    """Prépare l’installation, ou la met à jour.

    Écrit une clé secrète si vous n’en donnez pas, crée ou met à jour la base de données, charge les
    territoires français, publie la charte proposée, ouvre les thèmes du forum et écrit les sigles
    que la recherche connaît. Ce qui existe déjà n’est jamais touché : la commande peut
    être relancée.
    """
    click.echo("Installation de Maillage")
    write_secret_key()
    if not prepare(from_environment()):
        click.echo(NEXT)
