"""`maillage extract`: what is read in a file."""

import json

from tests.installation import Installation


def test_the_text_is_given_as_json(bare: Installation) -> None:
    (bare.folder / "a.txt").write_text("Été à Rezé")
    done = bare.run("extract", str(bare.folder / "a.txt"))
    assert done.status == 0
    assert json.loads(done.out) == {
        "mime": "text/plain",
        "text": "Été à Rezé",
        "pages": None,
        "refused": None,
        "cut": False,
        "characters": 10,
        "words": 3,
    }


def test_a_file_without_text_says_why(bare: Installation) -> None:
    (bare.folder / "vide").touch()
    done = bare.run("extract", str(bare.folder / "vide"))
    assert done.status == 3
    assert json.loads(done.out)["refused"] == "empty"


def test_a_file_that_is_not_there_is_an_error_of_use(bare: Installation) -> None:
    assert bare.run("extract", str(bare.folder / "nulle-part")).status == 2
