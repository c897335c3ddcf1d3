"""What the columns of the directory's tables are called: by those that leave, and those that come.

Titles are in French whatever the language of the page: they are the format of a file, which must
come back as it left. After the title, the other names under which a column is known: those of the
open format data·inclusion (schema v1, gip-inclusion/data-inclusion-schema) and of common exports.
"""

from collections.abc import Mapping

Columns = Mapping[str, tuple[str, ...]]
"""Field → its title, then its other names; compared without accents, capitals or punctuation."""

_WHERE: dict[str, tuple[str, ...]] = {
    "address": ("Adresse", "rue", "voie", "adresse postale"),
    "postcode": ("Code postal", "cp"),
    "town": ("Commune", "ville", "localité"),
    "commune_code": ("Code INSEE", "code commune", "insee"),
    "latitude": ("Latitude", "lat"),
    "longitude": ("Longitude", "lon", "lng"),
}
_CONTACT: dict[str, tuple[str, ...]] = {
    "phone": ("Téléphone", "tél", "tel", "téléphone fixe", "numéro de téléphone"),
    "email": ("Courriel", "mail", "e-mail", "email", "adresse e-mail", "adresse électronique"),
    "website": ("Site web", "site", "site internet", "url"),
}

ORGANISATION: Columns = {
    "reference": ("Référence", "id"),
    "name": ("Nom", "raison sociale", "dénomination", "nom de la structure", "structure"),
    "kind": ("Type", "typologie", "type de structure", "catégorie"),
    "siret": ("SIRET", "numéro siret", "n siret"),
    **_WHERE,
    **_CONTACT,
    "opening_hours": ("Horaires", "horaires d’ouverture", "horaires d’accueil", "horaires accueil"),
    "places": ("Places", "capacité", "nombre de places", "places offertes"),
    "networks": ("Réseaux", "réseau", "réseaux porteurs"),
    "activities": ("Activités", "activité", "secteurs", "métiers"),
    "description": ("Description", "présentation", "présentation détail", "présentation résumé"),
    "source": ("Source",),
}

SCHEME: Columns = {
    "reference": ("Référence", "id"),
    "name": ("Nom", "nom du dispositif", "dispositif", "intitulé"),
    "run_by": ("Porté par", "structure porteuse", "porteur", "opérateur", "structure"),
    "structure": ("Référence de la structure", "structure id"),
    "theme": ("Thème", "thématique"),
    "for_whom": ("Public", "publics", "profils", "publics précisions", "pour qui"),
    "conditions": (
        "Conditions d’accès",
        "conditions accès",
        "conditions",
        "justificatifs",
        "modes de mobilisation",
    ),
    "description": ("Description", "présentation", "présentation détail", "présentation résumé"),
    "starts_on": ("Début", "date de début", "date création"),
    "ends_on": ("Fin", "date de fin", "date suspension"),
    "contact": ("Contact", "contact nom prénom", "personne à contacter"),
    **_WHERE,
    **_CONTACT,
    "territories": ("Territoires", "territoire", "zone éligibilité", "zone diffusion code"),
    "source": ("Source",),
}

MEMBER: Columns = {
    "last_name": ("Nom", "nom de famille"),
    "first_name": ("Prénom",),
    "email": _CONTACT["email"],
    "phone": _CONTACT["phone"],
    "job": ("Fonction", "poste", "métier", "emploi"),
    "employer": ("Employeur", "structure", "organisme", "structure employeuse"),
    "siret": ("SIRET de l’employeur", "siret", "siret de la structure"),
    "town": ("Commune", "ville"),
    "networks": ("Réseaux", "réseau"),
    "territories": ("Territoires", "territoire", "départements", "département"),
    "offers": ("Peut aider sur", "compétences"),
    "languages": ("Langues", "langue"),
}

ALSO_IGNORED = (
    *("adresse certifiée", "complément", "complément adresse", "date maj", "millésime", "rna"),
    *("forme juridique", "naf", "departement", "geo precision", "enseigne", "lien source"),
    *("score qualité", "accessibilité lieu", "antenne", "labels nationaux", "labels autres"),
    *("thématiques", "sigle"),
)
"""Columns that come with the official files and say nothing that is kept."""


def title(columns: Columns, field: str) -> str:
    """What a column is called when it leaves."""
    return columns[field][0]
