"""The user manual: three parts of the guide, on a page and on paper, as the guide is now."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from core.text import Block, blocks
from expertise.manual import GUIDE, PAGES, Part, Section, cut, lay_out, sections, whom
from tests.world import World


def read(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize("part", Part)
def test_everybody_reads_the_manual_and_takes_it_away(world: World, part: Part) -> None:
    anybody = world.client()
    page = anybody.get(f"/expertise/mode-d-emploi?pour={part.value}")
    assert page.status_code == 200
    paper = anybody.get(f"/expertise/mode-d-emploi/{part.value}.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.headers["Content-Disposition"].startswith("attachment")
    words, titles = read(paper.data), [one.heading for one in sections(part)]
    assert titles
    assert len(titles) == len(set(titles))
    for title in titles:
        assert title.replace("\u00a0", " ") in words.replace("\n", " ").replace("\u00a0", " ")
        assert f">{title}</h2>" in page.text


def test_a_part_that_is_none_is_not_there(world: World) -> None:
    assert world.client().get("/expertise/mode-d-emploi?pour=x").status_code == 404
    assert world.client().get("/expertise/mode-d-emploi/x.pdf").status_code == 404


def test_every_section_of_the_guide_is_in_one_manual_but_those_who_run_the_house() -> None:
    written = [one for name in PAGES for one in cut((GUIDE / name).read_text(encoding="utf-8"))]
    given = [one for part in Part for one in sections(part)]
    left = [one.title for one in written if one not in given]
    assert sorted(left) == ["Pour l’administration", "Pour l’exploitation"]
    assert {(one.page, one.title) for one in given} == {
        (one.page, one.title) for one in written if one.title not in left
    }


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Pour une entreprise", (Part.COMPANY,)),
        ("Répondre à un besoin", (Part.INSTITUTION,)),
        ("Les journées de la mission", tuple(Part)),
        ("Après la clôture\u00a0: les enquêtes", (Part.TEAM,)),
        ("Pour l’administration", ()),
    ],
)
def test_a_title_says_whom_a_section_is_for(title: str, parts: tuple[Part, ...]) -> None:
    assert whom(title) == parts


def test_paper_holds_titles_lists_and_what_is_strong() -> None:
    words = (
        "Un **mot** -- et *deux* [ici](22-partenaires.md).\n\n1. Un\n2. Deux\n\n- Trois\n\n### Fin"
    )
    assert blocks(words) == [
        Block("words", "Un **mot** -- et deux ici."),
        Block("item", "Un", "1.", 1),
        Block("item", "Deux", "2.", 1),
        Block("item", "Trois", "•", 1),
        Block("title", "Fin", depth=3),
    ]
    shown = read(lay_out("Essai", date(2026, 1, 1), [Section("L’expertise", "Titre", words)]))
    assert "Un mot -- et deux ici." in shown
    assert "2. Deux" in shown.replace("2.Deux", "2. Deux")
