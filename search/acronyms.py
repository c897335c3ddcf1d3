"""The trade's acronyms, both ways: ACI finds « chantier d’insertion », which finds ACI.

Done when the query is read, so that a change of the list needs no new index.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from search import analysis
from search.models import Acronym
from search.query import Group, Query
from search.query import Sequence as Terms

SEED = {
    "ACI": ("atelier et chantier d’insertion", "chantier d’insertion"),
    "AI": ("association intermédiaire",),
    "AIO": ("accueil, information, orientation",),
    "AFPR": ("action de formation préalable au recrutement",),
    "ARE": ("allocation d’aide au retour à l’emploi", "allocation de retour à l’emploi"),
    "ASE": ("aide sociale à l’enfance",),
    "ASI": ("appui spécifique individualisé",),
    "ASP": (
        "accompagnateur socioprofessionnel",
        "accompagnateur socio-professionnel",
        "accompagnatrice socioprofessionnelle",
        "accompagnement socioprofessionnel",
        "Agence de services et de paiement",
    ),
    "ASS": ("allocation de solidarité spécifique",),
    "BRSA": ("bénéficiaire du RSA", "bénéficiaire du revenu de solidarité active"),
    "CAF": ("caisse d’allocations familiales",),
    "CCAS": ("centre communal d’action sociale",),
    "CDDI": ("contrat à durée déterminée d’insertion", "contrat d’insertion"),
    "CDDU": ("contrat à durée déterminée d’usage",),
    "CEJ": ("contrat d’engagement jeune",),
    "CER": ("contrat d’engagements réciproques",),
    "CIE": ("contrat initiative emploi",),
    "CIP": ("conseiller en insertion professionnelle", "conseillère en insertion professionnelle"),
    "CLÉA": ("socle de connaissances et de compétences professionnelles",),
    "CNIL": ("Commission nationale de l’informatique et des libertés",),
    "CPF": ("compte personnel de formation",),
    "CQP": ("certificat de qualification professionnelle",),
    "CSE": ("comité social et économique",),
    "DDETS": ("direction départementale de l’emploi, du travail et des solidarités",),
    "DPO": ("délégué à la protection des données",),
    "DREETS": ("direction régionale de l’économie, de l’emploi, du travail et des solidarités",),
    "DUERP": ("document unique d’évaluation des risques professionnels", "document unique"),
    "EA": ("entreprise adaptée",),
    "EBE": ("entreprise à but d’emploi",),
    "EI": ("entreprise d’insertion",),
    "EITI": ("entreprise d’insertion par le travail indépendant",),
    "EPCI": ("établissement public de coopération intercommunale",),
    "ESAT": ("établissement et service d’aide par le travail",),
    "ESS": ("économie sociale et solidaire",),
    "ESUS": ("entreprise solidaire d’utilité sociale",),
    "ETI": ("encadrant technique d’insertion", "encadrant technique"),
    "ETTI": ("entreprise de travail temporaire d’insertion",),
    "FAP": ("familles professionnelles",),
    "FDI": ("fonds départemental d’insertion", "fonds de développement de l’inclusion"),
    "FLE": ("français langue étrangère",),
    "FSE": ("Fonds social européen",),
    "GEIQ": ("groupement d’employeurs pour l’insertion et la qualification",),
    "IAE": ("insertion par l’activité économique",),
    "MSA": ("mutualité sociale agricole",),
    "OETH": ("obligation d’emploi des travailleurs handicapés",),
    "OF": ("organisme de formation",),
    "OPCO": ("opérateur de compétences",),
    "PDI": ("programme départemental d’insertion",),
    "PEC": ("parcours emploi compétences",),
    "PIC": ("plan d’investissement dans les compétences",),
    "PLIE": (
        "plan local pluriannuel pour l’insertion et l’emploi",
        "plan local pour l’insertion et l’emploi",
    ),
    "PMSMP": (
        "période de mise en situation en milieu professionnel",
        "mise en situation en milieu professionnel",
        "immersion professionnelle",
    ),
    "POE": ("préparation opérationnelle à l’emploi",),
    "POEI": ("préparation opérationnelle à l’emploi individuelle",),
    "QPV": ("quartier prioritaire de la politique de la ville", "quartier prioritaire"),
    "QVCT": ("qualité de vie et des conditions de travail", "qualité de vie au travail"),
    "RGPD": (
        "règlement général sur la protection des données",
        "règlement européen sur la protection des données",
    ),
    "RQTH": ("reconnaissance de la qualité de travailleur handicapé",),
    "RSA": ("revenu de solidarité active",),
    "SIAE": ("structure d’insertion par l’activité économique", "structure d’insertion"),
    "SPE": ("service public de l’emploi",),
    "SPIE": ("service public de l’insertion et de l’emploi",),
    "SPIP": ("service pénitentiaire d’insertion et de probation",),
    "TZCLD": ("territoire zéro chômeur de longue durée",),
    "VAE": ("validation des acquis de l’expérience",),
    "ZRR": ("zone de revitalisation rurale",),
}  # fmt: skip
"""Acronym: its meaning, then what else people write. An installation's own list starts so."""
MOST_WORDINGS = 10


def seed(session: Session) -> int:
    """Write the first list where there is none yet; how many were added."""
    if session.scalar(select(Acronym.acronym).limit(1)) is not None:
        return 0
    session.add_all(
        Acronym(acronym=acronym, meaning=meaning, wordings="\n".join(more))
        for acronym, (meaning, *more) in SEED.items()
    )
    return len(SEED)


def acronyms() -> Select[Acronym]:
    """The whole list in order: a glossary, which holds nothing of anybody's."""
    return select(Acronym).order_by(Acronym.acronym)


def expansions(session: Session) -> list[tuple[Terms, Terms]]:
    """Each acronym's term, and each of its wordings in terms."""
    rows = session.execute(select(Acronym.acronym, Acronym.meaning, Acronym.wordings)).all()
    return [pair for row in rows for pair in _in_terms(*row)]


@lru_cache(4 * len(SEED))
def _in_terms(acronym: str, meaning: str, wordings: str) -> list[tuple[Terms, Terms]]:
    term = (analysis.stem(acronym),)
    lines = [meaning, *wordings.splitlines()][:MOST_WORDINGS]
    return [(term, terms) for line in lines if (terms := tuple(analysis.terms(line)))]


def expanded(query: Query, known: Sequence[tuple[Terms, Terms]]) -> Query:
    """The query with the other wordings of its acronyms, and the acronyms of its words."""
    groups = list(query.groups)
    plain = [group.wordings[0] for group in groups]
    for acronym, wording in known:
        for place, one in enumerate(plain):
            if one == acronym:
                groups[place] = _also(groups[place], wording)
        for place in _runs(plain, wording):
            for step in range(place, place + _span(plain, place, wording)):
                groups[step] = _also(groups[step], acronym)
    return Query(tuple(groups), query.excluded, query.keywords)


def _also(group: Group, wording: Terms) -> Group:
    if wording in group.wordings:
        return group
    return Group((*group.wordings, wording), group.required)


def _runs(plain: Sequence[Terms], wording: Terms) -> list[int]:
    """Where the words of this wording stand in a row, as words or as one phrase."""
    if len(wording) == 1:
        return []
    whole = [place for place, one in enumerate(plain) if one == wording]
    size = len(wording)
    apart = [
        place
        for place in range(len(plain) - size + 1)
        if plain[place : place + size] == [(term,) for term in wording]
    ]
    return whole + apart


def _span(plain: Sequence[Terms], place: int, wording: Terms) -> int:
    return 1 if plain[place] == wording else len(wording)
