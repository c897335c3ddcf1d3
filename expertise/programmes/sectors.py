"""The sectors of companies: the 21 sections of the NAF rév. 2.

Source: INSEE, nomenclature d'activités française, révision 2, in force since 1 January 2008 (décret
nº 2007-1888 du 26 décembre 2007), https://www.insee.fr/fr/information/2120875. The titles are the
official ones, in French in every language.
"""

from core.refusals import Refused

SECTORS = {
    "A": "Agriculture, sylviculture et pêche",
    "B": "Industries extractives",
    "C": "Industrie manufacturière",
    "D": "Production et distribution d’électricité, de gaz, de vapeur et d’air conditionné",
    "E": "Production et distribution d’eau ; assainissement, gestion des déchets et dépollution",
    "F": "Construction",
    "G": "Commerce ; réparation d’automobiles et de motocycles",
    "H": "Transports et entreposage",
    "I": "Hébergement et restauration",
    "J": "Information et communication",
    "K": "Activités financières et d’assurance",
    "L": "Activités immobilières",
    "M": "Activités spécialisées, scientifiques et techniques",
    "N": "Activités de services administratifs et de soutien",
    "O": "Administration publique",
    "P": "Enseignement",
    "Q": "Santé humaine et action sociale",
    "R": "Arts, spectacles et activités récréatives",
    "S": "Autres activités de services",
    "T": "Activités des ménages en tant qu’employeurs ; activités indifférenciées des ménages en "
    "tant que producteurs de biens et services pour usage propre",
    "U": "Activités extra-territoriales",
}
"""Letter of a section → its title."""
IS_A_SECTION = "length({0}) = 1 AND {0} BETWEEN 'A' AND 'U'"
"""For the CHECK of a column."""


def sector_of(typed: str | None) -> str | None:
    """A section, or none. Raises Refused("sector-unknown")."""
    letter = (typed or "").strip()
    if letter and letter not in SECTORS:
        raise Refused("sector-unknown")
    return letter or None
