"""What members find, the same on the three engines."""

from datetime import timedelta

import pytest

from accounts.models import Member
from core import clock
from search.engines import Facet, Sort
from tests.search.conftest import Searched


@pytest.fixture
def alice(searched: Searched) -> Member:
    """Who asks and who searches."""
    return searched.world.member("Alice")


def test_a_topic_is_found_by_its_title_and_by_its_messages(
    searched: Searched, alice: Member
) -> None:
    topic = searched.world.topic(alice, "Qui signe la convention ?", "Avec une mission locale.")
    searched.world.reply(topic, alice, "Le directeur territorial la contresigne.")
    for typed in ("convention", "mission locale", "directeur territorial"):
        results = searched.search(alice, typed)
        assert [(hit.kind, hit.id) for hit in results.hits] == [("topic", topic.id)], typed
        assert results.total == 1


FRENCH = (
    ("Les lycées professionnels", "lycee"),
    ("Un collège rural", "COLLÈGES"),
    ("Les employées de l’atelier", "employé"),
    ("Les travaux des bénévoles", "bénévole travail"),
    ("L’habitat des jeunes", "l'habitat"),
    ("Une main-d’œuvre locale", "main d'oeuvre"),
    ("Le conseil de prud’hommes", "prud'homme"),
    ("Des chevaux de trait", "cheval"),
    ("Aujourd’hui en réunion", "aujourd'hui réunions"),
)
"""What is written, and what is typed."""


def test_french_is_found_as_it_is_typed(searched: Searched, alice: Member) -> None:
    topics = [(searched.world.topic(alice, written), typed) for written, typed in FRENCH]
    for topic, typed in topics:
        assert [hit.id for hit in searched.search(alice, typed).hits] == [topic.id], typed


def test_acronyms_are_found_both_ways(searched: Searched, alice: Member) -> None:
    short = searched.world.topic(alice, "Ouvrir un ACI en milieu rural")
    long = searched.world.topic(alice, "Les chantiers d’insertion du département")
    searched.world.topic(alice, "Le chantier de la gare")
    searched.world.topic(alice, "Une autre insertion")
    for typed in ("ACI", "aci", "chantier d’insertion", '"chantier d’insertion"'):
        found = {hit.id for hit in searched.search(alice, typed).hits}
        assert {short.id, long.id} <= found, typed
    assert {hit.id for hit in searched.search(alice, "aci").hits} == {short.id, long.id}
    first = [hit.id for hit in searched.search(alice, "chantier d’insertion").hits][:2]
    assert set(first) == {short.id, long.id}


def test_ai_in_capitals_is_an_acronym_and_ai_a_verb(searched: Searched, alice: Member) -> None:
    acronym = searched.world.topic(alice, "Une AI cherche un encadrant")
    searched.world.topic(alice, "Je n’ai rien trouvé")
    assert [hit.id for hit in searched.search(alice, "AI").hits] == [acronym.id]


def test_a_phrase_is_found_in_its_order_only(searched: Searched, alice: Member) -> None:
    right = searched.world.topic(alice, "Le bilan de compétences")
    searched.world.topic(alice, "Les compétences, un bilan")
    searched.world.topic(alice, "Bilan", "Compétences")
    assert [hit.id for hit in searched.search(alice, '"bilan de compétences"').hits] == [right.id]
    assert searched.search(alice, "« compétences bilan de poste »").total == 0


def test_a_minus_takes_away(searched: Searched, alice: Member) -> None:
    kept = searched.world.topic(alice, "Formation en cuisine")
    searched.world.topic(alice, "Formation en menuiserie")
    searched.world.topic(alice, "Formation au travail en hauteur")
    typed = 'formation -menuiserie -"travail en hauteur"'
    results = searched.search(alice, typed)
    assert [hit.id for hit in results.hits] == [kept.id]
    assert results.total == 1


def test_a_question_does_not_fail_for_want_of_one_word(searched: Searched, alice: Member) -> None:
    right = searched.world.topic(
        alice, "Rupture anticipée du CDDI", "Elle suit les règles du contrat à durée déterminée."
    )
    searched.world.topic(alice, "Le permis de conduire")
    typed = "Comment peut-on bien organiser une rupture anticipée de CDDI quand rien ne marche ?"
    assert searched.search(alice, typed).hits[0].id == right.id


def test_all_the_words_of_a_short_query_come_first(searched: Searched, alice: Member) -> None:
    for number in range(4):
        searched.world.topic(alice, f"Logement logement logement {number}", "Le logement.")
    both = searched.world.topic(alice, "Autre sujet", "Un logement pour un jeune apprenti.")
    results = searched.search(alice, "logement apprenti")
    assert results.hits[0].id == both.id
    assert results.total == 5
    assert not results.all_words


def test_a_title_that_answers_comes_before_a_passing_word(
    searched: Searched, alice: Member
) -> None:
    searched.world.topic(alice, "Vie de la structure", "Nous parlerons de mobilité, et du reste.")
    right = searched.world.topic(alice, "Quelles aides à la mobilité ?", "Je cherche.")
    assert searched.search(alice, "mobilité").hits[0].id == right.id


def test_the_words_sought_are_marked_where_they_meet(searched: Searched, alice: Member) -> None:
    filler = "Rien de particulier à signaler dans cette phrase. " * 12
    body = f"Une formation. {filler}Le financement des formations passe par l’OPCO. {filler}"
    searched.world.topic(alice, "Une demande", body)
    hit = searched.search(alice, "financement formation").hits[0]
    words = [part.text for part in hit.snippet if part.marked]
    assert words == ["financement", "formations"]
    assert len("".join(part.text for part in hit.snippet)) < 260
    assert hit.page is None


def test_a_snippet_says_which_message_it_comes_from(searched: Searched, alice: Member) -> None:
    topic = searched.world.topic(alice, "Les chèques mobilité", "Qui en donne ?")
    searched.world.reply(topic, alice, "Pas chez nous.")
    searched.world.reply(topic, alice, "La région finance le garage solidaire.")
    hit = searched.search(alice, "garage solidaire").hits[0]
    assert hit.page == 3  # message number 2


def test_html_of_a_message_is_not_in_the_snippet(searched: Searched, alice: Member) -> None:
    searched.world.topic(alice, "Un lien", "**Voir** [la fiche](https://example.org/a?b=1) `ici`")
    hit = searched.search(alice, "fiche").hits[0]
    assert "".join(part.text for part in hit.snippet) == "Voir la fiche ici"


def test_results_can_be_filtered_and_counted(searched: Searched, alice: Member) -> None:
    bob = searched.world.member("Bob")
    first = searched.world.topic(alice, "Formation un", theme="formation", networks=("coorace",))
    searched.world.topic(alice, "Formation deux", theme="logement")
    searched.world.topic(bob, "Formation trois", theme="logement")
    results = searched.search(alice, "formation")
    assert results.total == 3
    assert results.facets[Facet.THEME] == {"formation": 1, "logement": 2}
    assert results.facets[Facet.AUTHOR] == {alice.id: 2, bob.id: 1}
    assert results.facets[Facet.KIND] == {"topic": 3}
    assert results.facets[Facet.YEAR] == {clock.now().year: 3}
    coorace = searched.world.network("coorace")
    assert results.networks == {coorace: 1}
    narrowed = searched.search(alice, "formation", theme="logement")
    assert narrowed.total == 2
    assert narrowed.facets[Facet.THEME] == {"formation": 1, "logement": 2}
    assert narrowed.facets[Facet.AUTHOR] == {alice.id: 1, bob.id: 1}
    assert searched.search(alice, "formation", author_id=bob.id).total == 1
    assert searched.search(alice, "formation", kind="document").total == 0
    assert [hit.id for hit in searched.search(alice, "formation", network_id=coorace).hits] == [
        first.id
    ]
    tomorrow = clock.now() + timedelta(days=1)
    assert searched.search(alice, "formation", until=tomorrow).total == 3
    assert searched.search(alice, "formation", since=tomorrow).total == 0


def test_results_by_date_are_the_newest_first(searched: Searched, alice: Member) -> None:
    topics = [searched.world.topic(alice, f"Réunion numéro {number}") for number in range(3)]
    with searched.world.session() as session:
        for days, topic in enumerate(topics):
            session.merge(topic).created_at = clock.now() - timedelta(days=days)
    searched.build()
    found = [hit.id for hit in searched.search(alice, "réunion", sort=Sort.DATE).hits]
    assert found == [topic.id for topic in topics]


def test_pages_follow_each_other_without_a_gap(searched: Searched, alice: Member) -> None:
    topics = {searched.world.topic(alice, f"Atelier {number}").id for number in range(23)}
    pages = [searched.search(alice, "atelier", page=page) for page in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [10, 10, 3, 0]
    assert {hit.id for page in pages for hit in page.hits} == topics
    assert {page.total for page in pages} == {23}
    assert pages[0].pages == 3


def test_a_misspelt_word_is_corrected(searched: Searched, alice: Member) -> None:
    searched.world.topic(alice, "L’accompagnement socioprofessionnel", "Un suivi régulier.")
    results = searched.search(alice, "acompagnemnet régulier")
    assert results.correction is None or results.total == 0
    results = searched.search(alice, "acompagnemnet")
    assert results.total == 0
    assert results.correction == "accompagnement"
    assert searched.search(alice, results.correction).total == 1


def test_a_word_half_typed_is_taken_for_the_one_it_begins(
    searched: Searched, alice: Member
) -> None:
    topic = searched.world.topic(alice, "Le logement des salariés", "Une résidence sociale.")
    results = searched.search(alice, "résidence logem")
    assert results.total == 1, "one word tells"
    assert searched.search(alice, "logem").correction == "logement"
    assert searched.search(alice, "l’logem").correction == "l’logement"
    assert [hit.id for hit in searched.search(alice, "logement").hits] == [topic.id]


def test_titles_are_proposed_as_one_types(searched: Searched, alice: Member) -> None:
    first = searched.world.topic(alice, "Insertion par l’activité économique")
    second = searched.world.topic(alice, "Le bilan d’insertion")
    searched.world.topic(alice, "Autre chose", "L’insertion n’est pas dans ce titre.")
    assert [one.id for one in searched.suggest(alice, "inser")] == [first.id, second.id]
    assert [one.id for one in searched.suggest(alice, "bilan ins")] == [second.id]
    assert [one.id for one in searched.suggest(alice, "ECONOM")] == [first.id]
    assert searched.suggest(alice, "i") == []
    assert searched.suggest(alice, "zzz") == []


HOSTILE = (
    "", " ", "de la le", '"', '""', '"non fermé', "-", "--", "- -", '-"', "-tout", "*", "m*",
    "[a TO z]", "title:x", "AND OR NOT", "\x00\x01\x1f", "a" * 5000, "mot " * 2000, "%_'\\", "¶",
    "«", "»", "’’’", "'" * 50, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "(((((", "~^:/", "\u202e\u200b", "-" * 400, '"a" ' * 200, "ﬁ ﬂ Ⅷ ½", "İ ß ſ", "1e999",
)  # fmt: skip


def test_nothing_typed_breaks_the_search(searched: Searched, alice: Member) -> None:
    searched.world.topic(alice, "Un sujet ordinaire")
    assert searched.search(alice, "sujet").total == 1
    for typed in HOSTILE:
        assert searched.search(alice, typed).total == 0, typed
        assert len(searched.suggest(alice, typed)) <= 1, typed


def test_stop_words_alone_are_looked_for_as_they_are(searched: Searched, alice: Member) -> None:
    searched.world.topic(alice, "Le mot juste")
    assert searched.search(alice, "de la").total == 0
    assert searched.search(alice, "de la").in_vain
