"""Networks and territories as they are named on the command line."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import geography
from access.models import Network
from cli.house import NotReady


def networks(session: Session, slugs: Iterable[str]) -> list[int]:
    """The ids of networks. Raises NotReady, naming those that exist, for one that does not."""
    rows = session.execute(select(Network.slug, Network.id).order_by(Network.slug))
    ids = {slug: network_id for slug, network_id in rows}  # noqa: C416 - a Result is no pair
    if not ids:
        raise NotReady("Il n’y a pas encore de réseau. Ajoutez-en un avec « maillage network ».")
    for slug in slugs:
        if slug not in ids:
            known = ", ".join(ids)
            raise NotReady(f"Le réseau « {slug} » n’existe pas. Réseaux : {known}.")
    return [ids[slug] for slug in slugs]


def territories(session: Session, references: Iterable[str]) -> list[int]:
    """The ids of territories written "departement:44". Raises NotReady."""
    ids = []
    for reference in references:
        territory = geography.by_code(session, reference)
        if territory is None:
            raise NotReady(
                f"Le territoire « {reference} » n’existe pas. Écrivez region:52, departement:44 "
                "ou zone_emploi:5206 (codes de l’INSEE)."
            )
        ids.append(territory.id)
    return ids
