"""Every page of the house: who opens it, where; and what answers a GET without being one."""

from tests.browser.lived_in import (
    ADMINISTRATOR,
    HALFWAY,
    INVITED,
    MEMBER,
    MODERATOR,
    NOBODY,
)

PAGES: dict[str, list[tuple[str, str]]] = {
    "account.profile": [(MEMBER, "/compte")],
    "account.second_factor": [(MEMBER, "/compte/double-authentification")],
    "account.security": [(MEMBER, "/compte/securite")],
    "accounts.ask_access": [
        (NOBODY, "/demander-un-acces"),
        (NOBODY, "/demander-un-acces?recue=1"),
    ],
    "accounts.ask_link": [(NOBODY, "/connexion/lien"), (NOBODY, "/connexion/lien?parti=1")],
    "accounts.forgotten": [
        (NOBODY, "/mot-de-passe-oublie"),
        (NOBODY, "/mot-de-passe-oublie?parti=1"),
    ],
    "accounts.invitation": [(NOBODY, "/invitation/{invitation}")],
    "accounts.new_password": [
        (NOBODY, "/mot-de-passe/{password}"),
        (NOBODY, "/mot-de-passe/perdu"),
    ],
    "accounts.open_link": [(NOBODY, "/connexion/lien/{link}")],
    "accounts.second_step": [(HALFWAY, "/connexion/code")],
    "accounts.sign_in": [(NOBODY, "/connexion"), (NOBODY, "/connexion?suite=%2Fforum")],
    "administration.acronym": [(ADMINISTRATOR, "/administration/sigles/ACI")],
    "administration.acronyms": [(ADMINISTRATOR, "/administration/sigles")],
    "administration.charter_version": [(ADMINISTRATOR, "/administration/charte/1")],
    "administration.charters": [(ADMINISTRATOR, "/administration/charte")],
    "administration.content": [
        (ADMINISTRATOR, "/administration/contenus/sujets/{topic}"),
        (ADMINISTRATOR, "/administration/contenus/documents/{document}"),
        (ADMINISTRATOR, "/administration/contenus/documents/{withdrawn}"),
    ],
    "administration.contents": [
        (ADMINISTRATOR, "/administration/contenus"),
        (ADMINISTRATOR, "/administration/contenus?sorte=documents&etat=masques"),
        (ADMINISTRATOR, "/administration/contenus?q=introuvable"),
    ],
    "administration.entries": [
        (ADMINISTRATOR, "/administration/themes"),
        (ADMINISTRATOR, "/administration/types-de-document"),
        (ADMINISTRATOR, "/administration/types-de-structure"),
        (ADMINISTRATOR, "/administration/activites"),
        (ADMINISTRATOR, "/administration/competences"),
    ],
    "administration.entry": [(ADMINISTRATOR, "/administration/themes/{theme}")],
    "administration.folder": [(ADMINISTRATOR, "/administration/dossiers/{folder}")],
    "administration.folders": [(ADMINISTRATOR, "/administration/dossiers")],
    "administration.house": [(ADMINISTRATOR, "/administration/regles")],
    "administration.in_vain": [
        (ADMINISTRATOR, "/administration/recherches"),
        (ADMINISTRATOR, "/administration/recherches?q=rien"),
    ],
    "administration.index": [(ADMINISTRATOR, "/administration")],
    "administration.invitations": [
        (ADMINISTRATOR, "/administration/invitations"),
        (ADMINISTRATOR, "/administration/invitations?etat=acceptees&q=personne"),
    ],
    "administration.invite": [(ADMINISTRATOR, "/administration/invitations/nouvelle")],
    "administration.mail": [(ADMINISTRATOR, "/administration/courriels/{mail}")],
    "administration.mails": [
        (ADMINISTRATOR, "/administration/courriels"),
        (ADMINISTRATOR, "/administration/courriels?etat=refuses&q=personne"),
    ],
    "administration.member": [
        (ADMINISTRATOR, "/administration/membres/{member}"),
        (ADMINISTRATOR, "/administration/membres/{suspended}"),
    ],
    "administration.members": [
        (ADMINISTRATOR, "/administration/membres"),
        (ADMINISTRATOR, "/administration/membres?q=personne"),
        (ADMINISTRATOR, "/administration/membres?tri=visite&visite=jamais"),
    ],
    "administration.merge_members": [
        (ADMINISTRATOR, "/administration/doublons/{member}/{colleague}"),
        (ADMINISTRATOR, "/administration/doublons/{member}/{administrator}"),
    ],
    "administration.network": [(ADMINISTRATOR, "/administration/reseaux/{network}")],
    "administration.networks": [(ADMINISTRATOR, "/administration/reseaux")],
    "administration.new_charter": [(ADMINISTRATOR, "/administration/charte/nouvelle")],
    "administration.new_network": [(ADMINISTRATOR, "/administration/reseaux/nouveau")],
    "administration.request": [(ADMINISTRATOR, "/administration/demandes/{request}")],
    "administration.requests": [
        (ADMINISTRATOR, "/administration/demandes"),
        (ADMINISTRATOR, "/administration/demandes?etat=refusees"),
        (ADMINISTRATOR, "/administration/demandes?q=personne"),
    ],
    "administration.storage": [(ADMINISTRATOR, "/administration/stockage")],
    "administration.test_mail": [(ADMINISTRATOR, "/administration/courriels/essai")],
    "administration.twins": [
        (ADMINISTRATOR, "/administration/doublons"),
        (ADMINISTRATOR, "/administration/doublons?garder=personne@example.org"),
    ],
    "administration.work": [(ADMINISTRATOR, "/administration/travaux")],
    "administration.trail": [(ADMINISTRATOR, "/administration/journal")],
    "charter.charter": [(INVITED, "/charte"), (MEMBER, "/charte")],
    "directory.members": [
        (MEMBER, "/annuaire"),
        (MEMBER, "/annuaire?q=personne&pres=nulle-part"),
    ],
    "directory.edit_organisation": [
        (ADMINISTRATOR, "/annuaire/structures/{organisation}/modifier"),
        (MEMBER, "/annuaire/structures/{organisation}/modifier"),
    ],
    "directory.print_members": [(MEMBER, "/annuaire/imprimer?q=personne")],
    "directory.print_organisations": [(MEMBER, "/annuaire/structures/imprimer?type=aci")],
    "directory.all_schemes": [
        (MEMBER, "/annuaire/dispositifs"),
        (MEMBER, "/annuaire/dispositifs?etat=termines"),
    ],
    "directory.scheme": [
        (MEMBER, "/annuaire/dispositifs/{scheme}"),
        (ADMINISTRATOR, "/annuaire/dispositifs/{scheme}"),
    ],
    "directory.edit_scheme": [(ADMINISTRATOR, "/annuaire/dispositifs/{scheme}/modifier")],
    "directory.new_scheme": [(ADMINISTRATOR, "/annuaire/dispositifs/nouveau")],
    "directory.print_schemes": [(MEMBER, "/annuaire/dispositifs/imprimer")],
    "directory.imports": [(ADMINISTRATOR, "/annuaire/imports")],
    "directory.import_": [
        (ADMINISTRATOR, "/annuaire/imports/{import}"),
        (ADMINISTRATOR, "/annuaire/imports/{unreadable}"),
    ],
    "directory.new_import": [
        (ADMINISTRATOR, "/annuaire/imports/nouveau/organisations"),
        (ADMINISTRATOR, "/annuaire/imports/nouveau/members"),
        (ADMINISTRATOR, "/annuaire/imports/nouveau/schemes"),
    ],
    "directory.new_organisation": [(ADMINISTRATOR, "/annuaire/structures/nouvelle")],
    "directory.organisation": [
        (MEMBER, "/annuaire/structures/{organisation}"),
        (ADMINISTRATOR, "/annuaire/structures/{organisation}"),
    ],
    "directory.organisations": [
        (MEMBER, "/annuaire/structures"),
        (ADMINISTRATOR, "/annuaire/structures?pres=Nantes&km=50&type=aci"),
        (ADMINISTRATOR, "/annuaire/structures?etat=retirees"),
    ],
    "directory.member": [
        (MEMBER, "/annuaire/membres/{member}"),
        (ADMINISTRATOR, "/annuaire/membres/{moderator}"),
    ],
    "forum.ask": [(MEMBER, "/forum/nouveau")],
    "forum.edit": [
        (MEMBER, "/forum/messages/{question}/modifier"),
        (MEMBER, "/forum/messages/{mine}/modifier"),
    ],
    "forum.index": [
        (MEMBER, "/forum"),
        (MODERATOR, "/forum?voir=non-lus&theme=droit&territoire={territory}"),
        (MEMBER, "/forum?voir=les-miens&theme=logement"),
    ],
    "forum.report": [(MEMBER, "/forum/messages/{answer}/signaler")],
    "forum.topic": [
        (MEMBER, "/forum/sujets/{topic}"),
        (MODERATOR, "/forum/sujets/{topic}?citer={answer}"),
        (MEMBER, "/forum/sujets/{closed}"),
        (MODERATOR, "/forum/sujets/{closed}"),
    ],
    "home.home": [(MEMBER, "/"), (ADMINISTRATOR, "/")],
    "moderation.hide": [(MODERATOR, "/moderation/messages/{answer}/masquer")],
    "moderation.history": [
        (MODERATOR, "/moderation/messages/{question}/historique"),
        (MODERATOR, "/moderation/messages/{answer}/historique"),
    ],
    "moderation.keep": [(MODERATOR, "/moderation/messages/{answer}/garder")],
    "moderation.lock": [(MODERATOR, "/moderation/sujets/{topic}/fermer")],
    "moderation.merge": [
        (MODERATOR, "/moderation/sujets/{topic}/fusionner"),
        (MODERATOR, "/moderation/sujets/{topic}/fusionner?q=convention"),
        (MODERATOR, "/moderation/sujets/{topic}/fusionner?garder={closed}"),
    ],
    "moderation.move": [(MODERATOR, "/moderation/sujets/{topic}/deplacer")],
    "moderation.queue": [
        (MODERATOR, "/moderation"),
        (MODERATOR, "/moderation?voir=attente"),
    ],
    "moderation.register": [(MODERATOR, "/moderation/registre")],
    "moderation.restore": [(MODERATOR, "/moderation/messages/{hidden}/retablir")],
    "notifications.index": [(MEMBER, "/notifications"), (ADMINISTRATOR, "/notifications")],
    "notifications.settings": [(MEMBER, "/compte/notifications")],
    "notifications.unsubscribe": [
        (NOBODY, "/desabonnement/{unsubscribe}"),
        (NOBODY, "/desabonnement/perdu"),
    ],
    "resources.deposit": [(MEMBER, "/ressources/deposer")],
    "resources.deposit_link": [(MEMBER, "/ressources/deposer/lien")],
    "resources.document": [
        (MEMBER, "/ressources/{document}"),
        (MODERATOR, "/ressources/{newer}"),
        (MEMBER, "/ressources/{linked}"),
    ],
    "resources.edit": [
        (MEMBER, "/ressources/{document}/modifier"),
        (MODERATOR, "/ressources/{linked}/modifier"),
    ],
    "resources.favourites": [(MEMBER, "/ressources/favoris"), (MODERATOR, "/ressources/favoris")],
    "resources.index": [
        (MEMBER, "/ressources"),
        (MODERATOR, "/ressources?type=outil&theme=formation&reseau={network}&tri=titre"),
        (MEMBER, "/ressources?annee=2019"),
        (MODERATOR, "/ressources?voir=les-miens"),
    ],
    "resources.renew": [(MEMBER, "/ressources/{document}/nouvelle-version")],
    "resources.replace": [
        (MEMBER, "/ressources/{document}/remplacer"),
        (MEMBER, "/ressources/{document}/remplacer?q=guide"),
        (MEMBER, "/ressources/{document}/remplacer?q=introuvable"),
    ],
    "resources.text": [(MEMBER, "/ressources/{document}/texte/1")],
    "resources.withdrawn": [(MEMBER, "/ressources/{withdrawn}/retire")],
    "search.results": [
        (MEMBER, "/recherche"),
        (MEMBER, "/recherche?q=convention"),
        (MODERATOR, "/recherche?q=guide&type=document&tri=date&periode=an"),
        (MEMBER, "/recherche?q=introuvable"),
    ],
}
ELSEWHERE = [(NOBODY, "/rien"), (MEMBER, "/forum/sujets/99999"), (MEMBER, "/administration")]
"""Pages of refusal."""

NO_PAGES = {
    "administration.acceptances": "CSV",
    "administration.export_acronyms": "CSV",
    "administration.export_in_vain": "CSV",
    "directory.communes": "a fragment of the directory",
    "directory.member_card": "a card",
    "directory.import_model": "an empty table",
    "directory.names": "a fragment of a form",
    "directory.organisation_card": "a card",
    "forum.attached": "a file",
    "forum.mentions": "JSON",
    "forum.similar": "a fragment of the page that asks",
    "health.health": "JSON",
    "home.logo": "a picture",
    "home.robots": "a text for machines",
    "home.speak": "leads back where one was",
    "resources.file": "a file",
    "resources.newest_text": "leads to the text of a version",
    "resources.picture": "a picture",
    "search.titles": "JSON",
    "static": "our files",
}
EXPECTED = {"/mot-de-passe/perdu": 410, "/desabonnement/perdu": 404, "/rien": 404} | {
    "/forum/sujets/99999": 404,
    "/administration": 200,
}

SENT_EMPTY = [
    (NOBODY, "/connexion", "email"),
    (NOBODY, "/demander-un-acces", "email"),
    (NOBODY, "/invitation/{invitation}", "password"),
    (INVITED, "/charte", "accept"),
    (MEMBER, "/forum/nouveau", "title"),
    (MEMBER, "/forum/sujets/{topic}", "body"),
    (MEMBER, "/forum/messages/{answer}/signaler", "reason"),
    (MEMBER, "/ressources/deposer/lien", "link"),
    (MEMBER, "/compte/securite", "password"),
    (MODERATOR, "/moderation/messages/{answer}/masquer", "reason"),
    (ADMINISTRATOR, "/administration/invitations/nouvelle", "email"),
    (ADMINISTRATOR, "/annuaire/structures/nouvelle", "name"),
    (ADMINISTRATOR, "/annuaire/dispositifs/nouveau", "name"),
    (ADMINISTRATOR, "/annuaire/imports/nouveau/members", "file"),
    (ADMINISTRATOR, "/administration/charte/nouvelle", "changes"),
]
"""Forms shown again with what is wrong: who, where, one of their fields."""

ALL = [(who, path) for doors in PAGES.values() for who, path in doors]
