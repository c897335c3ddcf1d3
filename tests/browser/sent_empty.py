"""Forms of the house that are sent without a word."""

from tests.browser.lived_in import ADMINISTRATOR, INVITED, MEMBER, MODERATOR, NOBODY

SENT_EMPTY = [
    (NOBODY, "/connexion", "email"),
    (NOBODY, "/demander-un-acces", "email"),
    (NOBODY, "/invitation/{invitation}", "password"),
    (INVITED, "/charte", "accept"),
    (MEMBER, "/forum/nouveau", "title"),
    (MEMBER, "/forum/sujets/{topic}", "body"),
    (MEMBER, "/forum/messages/{answer}/signaler", "reason"),
    (MEMBER, "/agenda/fichiers", "file"),
    (MEMBER, "/actualites/publier?genre=portes-ouvertes", "title"),
    (MEMBER, "/ressources/deposer/lien", "link"),
    (MEMBER, "/agenda/nouveau", "title"),
    (MEMBER, "/visio/nouveau", "title"),
    (NOBODY, "/visio/invite/{guest_link}", "name"),
    (MEMBER, "/compte/securite", "password"),
    (MODERATOR, "/moderation/messages/{answer}/masquer", "reason"),
    (ADMINISTRATOR, "/administration/invitations/nouvelle", "email"),
    (ADMINISTRATOR, "/annuaire/structures/nouvelle", "name"),
    (ADMINISTRATOR, "/annuaire/dispositifs/nouveau", "name"),
    (ADMINISTRATOR, "/annuaire/imports/nouveau/members", "file"),
    (ADMINISTRATOR, "/administration/charte/nouvelle", "changes"),
]
"""Forms shown again with what is wrong: who, where, one of their fields."""
