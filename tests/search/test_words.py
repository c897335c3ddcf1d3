"""The French chain, what is typed, acronyms, and what was sought in vain: no engine needed."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Member
from core.refusals import Refused
from search import acronyms, actions, analysis, queries, query, snippets, spelling
from search.models import Acronym
from tests.world import World


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lycées", "lycee"),
        ("LYCÉE", "lycées"),
        ("employées", "employé"),
        ("chantiers", "chantier"),
        ("travaux", "travail"),
        ("œuvre", "oeuvres"),
        ("l’insertion", "insertion"),
        ("jusqu’alors insertion", "insertion"),
        ("Aujourd’hui", "aujourd'hui"),
    ],
)
def test_two_ways_to_write_a_word_are_one_term(one: str, other: str) -> None:
    assert analysis.terms(one) == analysis.terms(other)
    assert analysis.terms(one)


def test_a_text_in_capitals_keeps_its_stop_words_silent() -> None:
    assert analysis.terms("JE N’AI PAS LA CLÉ") == analysis.terms("je n’ai pas la clé")
    assert "ai" in analysis.terms("Une AI recrute dans le pays de Retz")


def test_pages_do_not_run_into_each_other() -> None:
    assert analysis.paged_terms("un chantier\finsertion") == [
        *analysis.terms("chantier"), analysis.BREAK, *analysis.terms("insertion")
    ]  # fmt: skip


def test_threads_do_not_mix_their_words() -> None:
    expected = {f"{word}{number}s": analysis.stem(f"{word}{number}") for number in range(200)
                for word in ("formation", "atelier")}  # fmt: skip
    wrong: list[str] = []

    def read() -> None:
        for word in expected:
            analysis._known.pop(word, None)
            if analysis.stem(word) != analysis.stem(word):
                wrong.append(word)

    before = {word: analysis.stem(word) for word in expected}
    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {word: analysis.stem(word) for word in expected} == before


def test_words_phrases_and_exclusions_are_told_apart() -> None:
    read = query.parse('formation "bilan de compétences" -menuiserie -"travail en hauteur"')
    assert [group.required for group in read.groups] == [True, False]
    assert read.groups[0].wordings == ((*analysis.terms("bilan compétences"),),)
    assert read.excluded == (
        tuple(analysis.terms("menuiserie")),
        tuple(analysis.terms("travail hauteur")),
    )


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    read = query.parse("socio-professionnel")
    assert read.excluded == ()
    assert len(read.groups) == 2


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_anything_can_be_typed(typed: str) -> None:
    read = query.parse(typed)
    assert len(read.groups) <= 2 * query.MOST_WORDS
    assert all(term for group in read.groups for one in group.wordings for term in one)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=600), st.text(max_size=40))
def test_a_marked_text_is_the_same_text(text: str, typed: str) -> None:
    assert "".join(part.text for part in snippets.marked(text, query.parse(typed))) == text


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("insertion", "insertion", 0),
        ("inserton", "insertion", 1),
        ("insretion", "insertion", 1),
        ("acompagnemnet", "accompagnement", 2),
        ("chat", "chien", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert spelling.distance(one, other, 2) == slips


# --- with a database -----------------------------------------------------------------------------


@pytest.fixture
def adele(world: World) -> Member:
    """An administrator, in a house with its first acronyms."""
    world.act(acronyms.seed)
    return world.administrator()


def test_the_first_acronyms_are_written_once(world: World, adele: Member) -> None:
    written = world.all(acronyms.acronyms())
    trade = "CIP ASP SIAE ACI EI AI ETTI PMSMP CDDI IAE QPV RSA PLIE OPCO"
    assert set(trade.split()) <= {one.acronym for one in written}
    assert world.act(acronyms.seed) == 0


def test_an_administrator_adds_changes_and_removes_an_acronym(world: World, adele: Member) -> None:
    viewer = world.viewer(adele)

    def write(meaning: str) -> None:
        world.act(
            lambda session: actions.set_acronym(
                session, viewer, by=session.merge(adele), acronym=" tzc ", meaning=meaning,
                wordings="zéro chômeur\n\n  territoire zéro  chômeur ",
            )
        )  # fmt: skip

    write("territoire zéro chômeur")
    write("territoires zéro chômeur")
    kept = world.act(lambda session: session.get_one(Acronym, "TZC"))
    assert kept.meaning == "territoires zéro chômeur"
    assert kept.wordings == "zéro chômeur\nterritoire zéro chômeur"
    with world.session() as session:
        known = acronyms.expansions(session)
    read = acronyms.expanded(query.parse("tzc"), known)
    assert tuple(analysis.terms("zéro chômeur")) in read.groups[0].wordings
    read = acronyms.expanded(query.parse("zéro chômeur"), known)
    assert all(("tzc",) in group.wordings for group in read.groups)
    world.act(
        lambda session: actions.remove_acronym(
            session, viewer, by=session.merge(adele), acronym="tzc"
        )
    )
    assert world.act(lambda session: session.get(Acronym, "TZC")) is None


@pytest.mark.parametrize(
    ("acronym", "meaning", "code"),
    [
        ("A", "un mot", "acronym-unknown-form"),
        ("A B", "deux mots", "acronym-unknown-form"),
        ("AB", " de la ", "meaning-empty"),
        ("AB", "mot " * 60, "wording-too-long"),
    ],
)
def test_an_acronym_that_makes_no_sense_is_refused(
    world: World, adele: Member, acronym: str, meaning: str, code: str
) -> None:
    with pytest.raises(Refused) as refused, world.session() as session:
        actions.set_acronym(
            session, world.viewer(adele), by=session.merge(adele), acronym=acronym, meaning=meaning
        )
    assert refused.value.code == code


def test_only_administrators_touch_the_list(world: World) -> None:
    alice = world.moderator()
    viewer = world.viewer(alice)
    with world.session() as session:
        member = session.merge(alice)
        with pytest.raises(Refused, match="not-administrator"):
            actions.set_acronym(session, viewer, by=member, acronym="AB", meaning="un mot")
        with pytest.raises(Refused, match="not-administrator"):
            actions.remove_acronym(session, viewer, by=member, acronym="ACI")
        with pytest.raises(Refused, match="not-administrator"):
            queries.sought_in_vain(viewer)


def test_what_was_sought_in_vain_is_counted_without_a_name(world: World, adele: Member) -> None:
    for words in ("Garage  solidaire", "garage SOLIDAIRE", "  ", "???", "Épicerie"):
        world.act(lambda session, words=words: actions.note_in_vain(session, words))  # type: ignore[misc]
    kept = world.all(queries.sought_in_vain(world.viewer(adele)))
    assert [(one.words, one.times) for one in kept] == [("garage solidaire", 2), ("epicerie", 1)]
    world.act(
        lambda session: actions.forget_in_vain(
            session, world.viewer(adele), words="garage solidaire"
        )
    )
    assert [one.words for one in world.all(queries.sought_in_vain(world.viewer(adele)))] == [
        "epicerie"
    ]
