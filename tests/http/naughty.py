"""Words that upset a careless site, and whether they came back as HTML."""

import json

from werkzeug.test import TestResponse

from tests.services import ROOT, leave_out

NAUGHTY = [
    "",
    " ",
    "\u00a0",
    "0",
    "-1",
    "1e9",
    "NaN",
    "٣",
    "²",
    "9" * 5000,
    "99999999999999999999",
    "2147483648",
    "\x00",
    "a\x00b",
    "%00",
    "%s%d%(x)s{x}{0}{{7*7}}${7*7}#{7*7}",
    "\ufeff\u202e\u200b\ud7ff\U0010ffff",
    "\r\nSet-Cookie: a=b",
    "'; DROP TABLE member; --",
    '" onmouseover="alert(1)',
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "../../../../etc/passwd",
    "//evil.example/",
    "/\t/[",
    "/a\nb",
    "/a\r\nb",
    "😀" * 40,
    "é" * 300,
    "[]",
    "0001-01-01T00:00:00+14:00~1",
    "9999-12-31T23:59:59-14:00~1",
    "2026-01-01T00:00:00+00:00~9999999999",
    "2026-01-01~1",
    "\\",
    "%",
    "_",
    "*" * 200,
    "(" * 200,
]


def naughty_strings() -> list[str]:
    """Those of the shared data, or the test is left out."""
    file = ROOT.parent / "shared/data/xss/naughty_strings.json"
    if not file.exists():
        leave_out("the shared data are absent (naughty_strings.json)")
    return [one["payload"] for one in json.loads(file.read_text())]


def echoed(answer: TestResponse, words: str) -> str:
    """What was typed, if it came back as HTML rather than as words."""
    if answer.mimetype != "text/html" or ("<" not in words and '"' not in words):
        return ""
    page = answer.get_data(as_text=True)
    for trap in ("<script>alert", "<img src=x", '" onmouseover="', "</textarea><script"):
        if trap in words and trap in page:
            return trap
    return ""
