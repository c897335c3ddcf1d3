"""The HTML of mails as Markdown, and what is made to be heavy."""

import pytest

from inbound.laid_out import markdown
from inbound.reading import Unreadable


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Bonjour <b>à tous</b></p><p>Merci</p>", "Bonjour **à tous**\n\nMerci"),
        ("un<br>deux", "un\ndeux"),
        ("<h1><span>Titre</span></h1>Mots", "## Titre\n\nMots"),
        ("<ul><li><p>un</p></li><li>deux</li></ul>fin", "- un\n- deux\n\nfin"),
        ('<a href="https://x.fr/a">la <b>page</b></a>', "[la **page**](https://x.fr/a)"),
        ('<a href="https://x.fr/a/">x.fr/a</a>', "x.fr/a"),
        ('<a href="mailto:a@b.fr">a@b.fr</a>', "a@b.fr"),
        ('<a href="javascript:alert(1)">ici</a>', "ici"),
        ('<a href="https://x.fr"><div>ici</div></a>', "ici"),
        ("<b><p>un</p><p>deux</p></b>", "un\n\ndeux"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ('<div style="display:none">caché<div style="display:none">x</div></div>vu', "vu"),
        ("<script>x</script><style>y</style><!-- z -->vu", "vu"),
        ("<p>a&nbsp;:\n   b</p>", "a : b"),
        ("\ue000vu\x00", "vu"),
        ("", ""),
    ],
)
def test_what_is_shown_is_written(html: str, words: str) -> None:
    assert markdown(html) == words


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<li>", "<a href='https://x.fr'>", "<table><td>"])
def test_what_is_deep_is_read(tag: str) -> None:
    assert "vu" in markdown(tag * 10_000 + "vu")


def test_what_is_heavy_is_not() -> None:
    with pytest.raises(Unreadable):
        markdown("<i>" * 30_001)
