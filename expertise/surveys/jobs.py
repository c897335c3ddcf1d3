"""The mails of surveys: the day after a closing, three and six months on, once again."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import clock, outbox, working_days
from core.jobs import enqueue
from core.settings import Settings
from expertise.needs.facts import NeedMoved
from expertise.needs.life import State
from expertise.positions.whom import Recipient, recipients
from expertise.surveys import asking, links
from expertise.surveys.facts import Disappointed
from expertise.surveys.models import Kind, Survey

SURVEY, TEAM = "survey", "survey_team"
"""The kinds of these mails."""
ASK, REMIND = "expertise.survey", "expertise.survey_remind"
"""The kinds of this work."""


class Asker:
    """The subscribers and the workers, which need to sign the links."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def handlers(self) -> dict[str, Any]:
        """The work that it does."""
        return {ASK: self.ask, REMIND: self.remind}

    def on_need_moved(self, session: Session, fact: NeedMoved) -> None:
        """A need is closed: what will be asked of it waits for its day."""
        need = fact.need
        if need.state is not State.CLOSED or need.ending is None or need.closed_at is None:
            return
        closing = need.closed_at.isoformat()
        for kind, when in asking.planned(need.ending, need.closed_at).items():
            enqueue(
                session,
                ASK,
                {"need": need.id, "closed_at": closing, "kind": kind.value},
                key=f"{ASK}:{need.id}:{kind.value}:{closing}",
                run_at=when,
            )

    def ask(self, session: Session, payload: dict[str, Any]) -> None:
        """Ask each side, and think of reminding it."""
        closed_at = datetime.fromisoformat(payload["closed_at"])
        kind = Kind(payload["kind"])
        for survey in asking.open_surveys(session, payload["need"], closed_at, kind):
            if not self.write(session, survey, again=False):
                session.delete(survey)
                continue
            enqueue(
                session,
                REMIND,
                {"survey": survey.id},
                key=f"{REMIND}:{survey.id}",
                run_at=working_days.after(clock.now(), asking.REMIND_AFTER),
            )

    def remind(self, session: Session, payload: dict[str, Any]) -> None:
        """Once, those who said nothing; never a third mail."""
        survey = session.scalar(asking.waiting(payload["survey"]))
        if survey is not None:
            survey.reminded_at = clock.now()
            self.write(session, survey, again=True)

    def on_disappointed(self, session: Session, fact: Disappointed) -> None:
        """The team hears of it, at its shared address; one signs in to read the rest."""
        survey = fact.survey
        outbox.post(
            session,
            TEAM,
            to_address=survey.need.programme.email,
            to_name=survey.need.programme.name,
            language="fr",
            values={"need": survey.need, "survey": survey},
        )

    def write(self, session: Session, survey: Survey, *, again: bool) -> bool:
        """Whether there is somebody to ask: a mail to each of those who answer for a side.

        Its words go once it has left: its link answers for its reader.
        """
        asked = self._whom(session, survey)
        for address, name, language in asked:
            outbox.post(
                session,
                SURVEY,
                to_address=address,
                to_name=name,
                language=language,
                values={
                    "need": survey.need,
                    "survey": survey,
                    "again": again,
                    "token": links.token(self.settings, survey, address),
                },
                confidential=True,
            )
        return bool(asked)

    def _whom(self, session: Session, survey: Survey) -> list[Recipient]:
        """The contact of the company; those who answer for an institution, if the link opens."""
        need, position = survey.need, survey.position
        if position is None:
            return [Recipient(need.email, need.contact, need.language)]
        return [
            one
            for one in recipients(session, position)
            if session.scalar(
                links.still_asked(position.id, links.Opened(survey.id, position.link_epoch, one[0]))
            )
        ]
