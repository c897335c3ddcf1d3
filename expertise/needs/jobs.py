"""The mails about needs: each says where the need stands, and one link leads to it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core import outbox
from core.settings import Settings
from expertise.needs import links
from expertise.needs.changes import Change
from expertise.needs.facts import NeedAsked, NeedMoved
from expertise.needs.life import Act
from expertise.needs.models import By, Need

COMPANY, TEAM = "need", "need_team"
"""The kinds of these mails."""
TOLD = frozenset(
    {
        *(Act.ASK_MORE, Act.ORIENT, Act.REFUSE, Act.SUBMIT, Act.VALIDATE, Act.NO_TAKER),
        *(Act.REOPEN, Act.CALL, Act.PART, Act.HELP, Act.NOT_HELP, Act.LOSE_TOUCH),
    }
)
"""What its company is told of, when others did it."""
CALLS_THE_TEAM = frozenset({Act.ADD, Act.EDIT, Act.REWRITE, Act.HIDE, Act.CONTEST, Act.WITHDRAW})


class Teller:
    """The subscribers, which need to sign the links."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def on_asked(self, session: Session, fact: NeedAsked) -> None:
        """The company has a proof and a link; the team knows that a need waits."""
        tell_company(session, self.settings, fact.need, Act.ASK, "", files=fact.files)
        tell_team(session, fact.need, Act.ASK, "", files=fact.files)

    def on_moved(self, session: Session, fact: NeedMoved) -> None:
        """Each reads what the other did."""
        if fact.by is not By.COMPANY and fact.act in TOLD:
            tell_company(session, self.settings, fact.need, fact.act, fact.words, fact.by)
        if fact.by is By.COMPANY and fact.act in CALLS_THE_TEAM:
            tell_team(session, fact.need, fact.act, fact.words, fact.changes, fact.files)
        if fact.by is By.COMPANY and fact.act is Act.WITHDRAW:
            # Whoever else has the link may have done it.
            tell_company(session, self.settings, fact.need, fact.act, "")
        if fact.by is By.COMPANY and "email" in {name for name, _old, _new in fact.changes}:
            # The new address has the link too.
            tell_company(session, self.settings, fact.need, Act.EDIT, "")


def tell_company(
    session: Session,
    settings: Settings,
    need: Need,
    act: Act,
    words: str,
    by: By = By.COMPANY,
    files: Sequence[str] = (),
) -> None:
    """The words of this mail go once it has left: it carries a link that opens the need."""
    token = links.token(settings, need)
    outbox.post(
        session,
        COMPANY,
        to_address=need.email,
        to_name=need.contact,
        language=need.language,
        values={
            "need": need,
            "token": token,
            "act": act,
            "words": words,
            "by": by,
            "files": files,
        },
        confidential=True,
        asked=act is Act.ASK,
    )


def tell_team(
    session: Session,
    need: Need,
    act: Act,
    words: str,
    changes: Sequence[Change] = (),
    files: Sequence[str] = (),
) -> None:
    """The mail of a team goes to its shared address: its link asks to sign in."""
    outbox.post(
        session,
        TEAM,
        to_address=need.programme.email,
        to_name=need.programme.name,
        language="fr",
        values={"need": need, "act": act, "words": words, "changes": changes, "files": files},
    )
