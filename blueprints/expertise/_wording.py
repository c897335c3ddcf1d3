"""Needs in words: where they stand for those who ask, and for those who answer."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._corrections import changes_in_words
from blueprints._questions import in_words
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import By, Need, NeedAnswer, Step

STATES = {
    State.ASKED: _l("To be reviewed"),
    State.INCOMPLETE: _l("More was asked"),
    State.SELECTION: _l("Before the committee"),
    State.OPEN: _l("Validated"),
    State.CLOSED: _l("Closed"),
}
ENDINGS = {
    Ending.REFUSED: _l("Not taken up"),
    Ending.ORIENTED: _l("Guided to others"),
    Ending.WITHDRAWN: _l("Withdrawn by the company"),
    Ending.NO_TAKER: _l("Nobody could answer"),
    Ending.HELPED: _l("Helped"),
    Ending.NOT_HELPED: _l("No help could be offered"),
    Ending.UNREACHABLE: _l("The company could not be reached"),
}
BADGES = {
    State.ASKED: "held",
    State.INCOMPLETE: "held",
    State.SELECTION: "held",
    State.OPEN: "answered",
    State.CLOSED: "other",
}
"""State → kind of components/badges.html."""
PLAIN = {
    State.ASKED: _l("Your need is being read by the team of the programme."),
    State.INCOMPLETE: _l("The team needs a few more words from you. Write them below."),
    State.SELECTION: _l("The committee of your territory is looking at your need."),
    State.OPEN: _l("Your need is validated: those who can answer it are asked."),
    State.CLOSED: _l("Your need is closed."),
}
"""State → what it means for the company."""
PLAIN_STATES = {
    State.ASKED: _l("The team reads it."),
    State.INCOMPLETE: _l("The team waits for your answer."),
    State.SELECTION: _l("The committee of your territory looks at it."),
    State.OPEN: _l("The team looks for who can answer it."),
}
"""The same in a list."""
CLOSED = {
    Ending.REFUSED: _l("This programme cannot help with this need: read what happened below."),
    Ending.ORIENTED: _l("Others can help you better: the team says who below."),
    Ending.WITHDRAWN: _l("You withdrew this need. Thank you for having told us."),
    Ending.NO_TAKER: _l("Nobody could answer this need. The team writes to you below."),
    Ending.HELPED: _l("Those who called you say that they helped. Thank you for your trust."),
    Ending.NOT_HELPED: _l("Those who called you could not help with this need."),
    Ending.UNREACHABLE: _l("Those who called never reached you. Still in need? Say so below."),
}
DONE: dict[tuple[By, Act], Any] = {
    (By.COMPANY, Act.ASK): _l("The need was asked"),
    (By.COMPANY, Act.ADD): _l("The company adds"),
    (By.COMPANY, Act.EDIT): _l("The company corrects a detail"),
    (By.COMPANY, Act.REWRITE): _l("The company corrects its need"),
    (By.COMPANY, Act.HIDE): _l("The company says who must not see its need"),
    (By.COMPANY, Act.CONTEST): _l("The company does not agree with the closing"),
    (By.COMPANY, Act.WITHDRAW): _l("The company withdrew its need"),
    (By.TEAM, Act.ASK_MORE): _l("The team asks for more"),
    (By.TEAM, Act.ORIENT): _l("The team guides to others"),
    (By.TEAM, Act.REFUSE): _l("The team does not take it up"),
    (By.TEAM, Act.CLASSIFY): _l("The team says what it is about"),
    (By.TEAM, Act.HIDE): _l("The team says who must not see it"),
    (By.TEAM, Act.SETTLE): _l(
        "The team read the names that the company typed: no institution of the programme is meant"
    ),
    (By.TEAM, Act.SUBMIT): _l("Put before the committee"),
    (By.TEAM, Act.VALIDATE): _l("Validated"),
    (By.COMMITTEE, Act.VALIDATE): _l("The committee selected it"),
    (By.COMMITTEE, Act.REFUSE): _l("The committee did not select it"),
    (By.HOUSE, Act.HAND_BACK): _l("The committee could not decide: the team does"),
    (By.TEAM, Act.NO_TAKER): _l("Closed: nobody could answer"),
    (By.TEAM, Act.REOPEN): _l("Opened again"),
    (By.INSTITUTION, Act.CALL): _l("Somebody will call the company"),
    (By.INSTITUTION, Act.PART): _l("The person who was to call cannot answer: others are asked"),
    (By.COMPANY, Act.AGREE): _l("The company confirms that it is the right person"),
    (By.COMPANY, Act.PART): _l("The company says that it is not the right person"),
    (By.HOUSE, Act.HELP): _l("Closed: the company was helped"),
    (By.HOUSE, Act.NOT_HELP): _l("Closed: no help could be offered"),
    (By.HOUSE, Act.LOSE_TOUCH): _l("Closed: the company could not be reached"),
}
YOURS: dict[tuple[By, Act], Any] = {
    (By.COMPANY, Act.ASK): _l("You asked"),
    (By.COMPANY, Act.ADD): _l("You added"),
    (By.COMPANY, Act.EDIT): _l("You corrected a detail"),
    (By.COMPANY, Act.REWRITE): _l("You corrected your need"),
    (By.COMPANY, Act.HIDE): _l("You said who must not see your need"),
    (By.COMPANY, Act.CONTEST): _l("You did not agree with the closing"),
    (By.COMPANY, Act.WITHDRAW): _l("You withdrew your need"),
    (By.COMPANY, Act.AGREE): _l("You confirmed that it is the right person"),
    (By.COMPANY, Act.PART): _l("You said that it is not the right person"),
    (By.INSTITUTION, Act.CALL): _l("Somebody will call you"),
    (By.HOUSE, Act.HELP): _l("Closed: you were helped"),
    (By.HOUSE, Act.LOSE_TOUCH): _l("Closed: you could not be reached"),
    (By.TEAM, Act.SETTLE): _l(
        "The team read the names that you typed: no institution of the programme is meant"
    ),
}
"""The same for the company itself, where it is not said alike."""
OUTSIDE = {
    Act.VALIDATE: _l("Validated by the team, outside the committee"),
    Act.REFUSE: _l("Not taken up by the team, outside the committee"),
}
"""The same, decided where a committee selects."""


def state_of(need: Need) -> dict[str, Any]:
    """The badge of a need: its kind, its words."""
    words = ENDINGS[need.ending] if need.ending else STATES[need.state]
    return {"kind": BADGES[need.state], "words": words}


def in_plain_words(need: Need) -> str:
    """Where it stands, for its company."""
    closed = CLOSED.get(need.ending) if need.ending else None
    return str(closed or PLAIN[need.state])


def step_line(step: Step, who: str = "", *, yours: bool = False) -> dict[str, Any]:
    """What happened, when, and the words that both read. `yours`: the company itself reads it."""
    what = (step.by, step.act)
    told = YOURS.get(what, DONE[what]) if yours else DONE[what]
    return {
        "done": OUTSIDE[step.act] if step.outside else told,
        "who": who,
        "when": step.at,
        "words": step.words,
        "linked": step.by is By.TEAM,
        "changes": changes_in_words(step.changes or ()),
    }


def answer_line(answer: NeedAnswer) -> tuple[str, str]:
    """A question and what was answered."""
    return answer.question.words, in_words(answer.question, answer.words)


def subjects_of(need: Need) -> str:
    """ "Marketing, Stratégie"; what is in no list says so."""
    return ", ".join(one.name for one in need.subjects) or _("Not in the list")


def siret_in_words(number: str) -> str:
    """ "999 000 102 00015"."""
    return "\u00a0".join((number[:3], number[3:6], number[6:9], number[9:]))
