"""Networks, organisations and members of the demonstration."""

import csv
import json
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import colours, geography
from access.models import Commune, Network
from access.viewers import Role
from accounts import credentials, queries
from accounts.actions import new_member
from accounts.models import Acceptance, Member
from core.storage import Storage
from demo import DATA, PASSWORD, strengths
from demo.calendar import Month
from directory import tending
from directory.actions import telephone
from directory.models import OrganisationKind, Profile

NETWORKS = {
    "coorace": ("COORACE", "COORACE Pays de la Loire", "#0a6d62", "#a8690c"),
    "fnars": (
        "FNARS",
        "Fédération nationale des associations d’accueil et de réinsertion sociale",
        "#7a2c4d",
        "#b06a1e",
    ),
    "reseau-44": (
        "Réseau 44",
        "Réseau des chantiers d’insertion de Loire-Atlantique",
        "#b35219",
        "#2e4962",
    ),
}
"""Name, full name, colour, accent: those of the logos in data/logos."""

LAST_VISITS = {"membre": 2.3, "voisine": 1.7, "moderation": 0.9, "administration": 1.1}
"""Days since the accounts to try were last here: something waits for each."""


def networks(session: Session, storage: Storage) -> dict[str, int]:
    """The three networks, by slug; one that was already made keeps its looks."""
    ids = {}
    for slug, (name, full_name, colour, accent) in NETWORKS.items():
        network = session.scalar(select(Network).where(Network.slug == slug))
        if network is None:
            network = Network(
                slug=slug,
                name=name,
                full_name=full_name,
                colour=colours.checked(colour),
                accent=colours.checked(accent),
                logo=storage.put((DATA / "logos" / f"{slug}.png").read_bytes()),
            )
            session.add(network)
            session.flush()
        ids[slug] = network.id
    return ids


def organisations(session: Session, networks: dict[str, int]) -> dict[str, int]:
    """The organisations, by reference."""
    with (DATA / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    communes = set(
        session.scalars(
            select(Commune.code).where(Commune.code.in_({row["commune_code"] for row in rows}))
        )
    )
    kinds = {kind.name: kind.id for kind in session.scalars(select(OrganisationKind))}
    made = {
        row["id"]: tending.add(
            session,
            tending.Description(
                name=row["name"],
                kind_id=kinds[row["kind"]],
                siret=row["siret"],
                address=row["address"],
                postcode=row["postcode"],
                town=row["town"],
                commune_code=row["commune_code"] if row["commune_code"] in communes else "",
                point=(float(row["lat"]), float(row["lon"])) if row["lat"] else None,
                phone=row["phone"],
                website=row["website"],
                source=row["source"],
                reference=row["id"],
                networks=[networks[slug] for slug in filter(None, row["networks"].split(";"))],
            ),
        )
        for row in rows
    }
    return {reference: organisation.id for reference, organisation in made.items()}


def members(
    session: Session,
    month: Month,
    networks: dict[str, int],
    organisations: dict[str, int],
    random: Random,
) -> dict[str, Member]:
    """The members with their places and profiles, by address."""
    rows: list[dict[str, Any]] = json.loads((DATA / "members.json").read_text(encoding="utf-8"))
    hashed = credentials.password_hash(PASSWORD)
    charter = queries.charter(session)
    if charter is None:
        raise LookupError("the demonstration needs a charter")
    charter.published_at = month.ago(430)  # before the first of them came
    territories = places(session, rows)
    made = {}
    for row in rows:
        joined = month.ago(row["joined_days_ago"])
        member = new_member(
            session,
            email=row["email"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            role=Role(row["role"]),
            networks=[networks[slug] for slug in row["networks"]],
            territories=[territories[reference] for reference in row["territories"]],
            hashed=hashed,
            created_at=joined,
        )
        session.add(profile(row, member.id, organisations))
        if row["charter"]:
            session.add(Acceptance(member_id=member.id, charter_id=charter.id, accepted_at=joined))
            days = LAST_VISITS.get(member.email.split("@")[0], random.uniform(0.1, 9))
            member.last_visit_at = month.ago(days)
            member.previous_visit_at = month.ago(days + random.uniform(1, 4))
        made[member.email] = member
    session.flush()
    strengths.declare(session, made, rows)
    return made


def places(session: Session, rows: list[dict[str, Any]]) -> dict[str, int]:
    """The ids of the territories that rows name, by reference. Raises LookupError."""
    found = {}
    for reference in sorted({reference for row in rows for reference in row["territories"]}):
        territory = geography.by_code(session, reference)
        if territory is None:
            raise LookupError(f"the territory {reference} is not loaded")
        found[reference] = territory.id
    return found


def profile(row: dict[str, Any], member_id: int, organisations: dict[str, int]) -> Profile:
    """What a member says of their work."""
    return Profile(
        member_id=member_id,
        job=row["job"],
        employer=row["employer"] or "",
        organisation_id=organisations[row["organisation"]] if row["organisation"] else None,
        phone=telephone(row["phone"] or ""),
        phone_shown=row["phone_shown"],
        email_shown=row["email_shown"],
    )
