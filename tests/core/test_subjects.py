"""The subject of a mail arrives as it was written, wherever its line is cut."""

from email import message_from_bytes, policy

from hypothesis import example, given
from hypothesis import strategies as st

from core import outbox
from core.outbox import Words
from core.settings import Settings

SETTINGS = Settings(secret_key="s" * 40)
WORDS = st.sampled_from(
    ["relevé", "de", "décisions", "nº", "comité", "«", "»", "Loire-Atlantique", "œuvre", "3", "à"]
)


@given(st.lists(WORDS, min_size=1, max_size=30).map(" ".join))
@example("Le relevé de décisions nº 1 du comité « Comité de pilotage de Loire » est publié")
def test_its_words_stay_apart(subject: str) -> None:
    mail = outbox.to_send("essai", Words(subject, "x", "x"), "a@essai.example", "", None)
    raw = bytes(outbox.message(mail, SETTINGS))
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject
    assert max(map(len, raw.partition(b"\n\n")[0].splitlines())) <= 78
