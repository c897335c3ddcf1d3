"""What the invented members can help with: as their jobs let expect."""

from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from directory import skills
from directory.models import Skill

BY_JOB = {
    "insertion": "diagnostic entretien pmsmp formation logement mobilite acces-aux-droits francais",
    "accompagnat": "diagnostic entretien logement sante budget acces-aux-droits justice handicap",
    "socio": "logement sante budget acces-aux-droits justice droit-des-etrangers garde-d-enfants",
    "encadrant": "encadrement formation vae-clea qualite",
    "formation": "formation vae-clea francais numerique",
    "emploi": "relations-entreprises recrutement pmsmp creation-d-activite",
    "entreprise": "relations-entreprises recrutement pmsmp",
    "direct": "gestion financements contrats recrutement droit-du-travail",
    "coordin": "contrats gestion qualite recrutement",
    "mission": "financements qualite formation contrats",
    "comptable": "gestion financements",
    "ressources": "recrutement droit-du-travail contrats formation",
}
"""A part of a job's name → the skills that such people have."""
SPOKEN = ("en", "en", "en", "ar", "es", "pt", "tr", "wo", "ru", "fsl")


def declare(session: Session, members: dict[str, Member], rows: list[dict[str, Any]]) -> None:
    """Three members in four have filled in their page."""
    ids = {one.slug: one.id for one in session.scalars(select(Skill))}
    for row in rows:
        draw = Random(row["email"])  # noqa: S311 - a believable mix, no secret
        if draw.random() > 0.75:
            continue
        likely = sorted(
            {
                slug
                for part, slugs in BY_JOB.items()
                if part in row["job"].lower()
                for slug in slugs.split()
                if slug in ids
            }
        )
        offers = draw.sample(likely, min(len(likely), draw.randint(1, 4)))
        others = sorted(ids.keys() - set(offers))
        seeks = draw.sample(others, min(len(others), draw.choice((0, 0, 1, 2))))
        skills.declare(
            session,
            members[row["email"]].id,
            offers=[ids[slug] for slug in offers],
            seeks=[ids[slug] for slug in seeks],
            languages={draw.choice(SPOKEN)} if draw.random() < 0.4 else (),
        )
