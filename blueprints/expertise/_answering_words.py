"""Positions in words: where they stand for those who answer, and what they may do."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._refusals import explain
from blueprints._times import long_day
from core import clock, working_days
from core.clock import PARIS
from core.refusals import Refused
from expertise.experts.standing import Bar
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import policy
from expertise.positions.life import Act, Outcome, State
from expertise.positions.models import By, NoteKind, Position, PositionStep
from expertise.positions.policy import Around
from expertise.positions.queries import AT_IT
from expertise.programmes.models import Way

STATES = {
    State.WAITING: _l("To answer"),
    State.QUEUED: _l("On the waiting list"),
    State.RESERVED: _l("Reserved"),
    State.INTRODUCED: _l("The company expects your call"),
    State.ENGAGED: _l("The right person"),
    State.TAKEN: _l("Taken charge of"),
    State.DECLINED: _l("Turned down"),
    State.DONE: _l("Done"),
    State.REMOVED: _l("Taken back by the team"),
}
BADGES = {
    State.WAITING: "held",
    State.QUEUED: "held",
    State.RESERVED: "answered",
    State.INTRODUCED: "answered",
    State.ENGAGED: "answered",
    State.TAKEN: "answered",
}
"""State → kind of components/badges.html."""
READ_AGAIN = frozenset({State.WAITING, State.QUEUED, *AT_IT})
"""While its need is read again, a position that stands there waits for the team."""
BARS = {
    Bar.NO_ACCOUNT: ("invited", _l("No account yet")),
    Bar.RULES: ("held", _l("Has not accepted the rules yet")),
    Bar.SUSPENDED: ("suspended", _l("Account suspended")),
}
"""Why nobody answers there: a kind of components/badges.html, its words."""
OUTCOMES = {
    Outcome.ADVICE: _l("Advice was given"),
    Outcome.ONE_OFF: _l("A one-off help with a step"),
    Outcome.FUNDING: _l("A financial help"),
    Outcome.SUPPORT: _l("A support that lasts"),
    Outcome.NOT_HELPED: _l("No help could be offered"),
    Outcome.UNREACHABLE: _l("The company could not be reached"),
}
ACTS = {
    Act.RESERVE: _l("Reserve"),
    Act.QUEUE: _l("Join the waiting list"),
    Act.UNQUEUE: _l("Leave the waiting list"),
    Act.TAKE: _l("Take charge"),
    Act.EXTEND: _l("Ask for more time"),
    Act.DECLINE: _l("Decline"),
    Act.COME_BACK: _l("Answer after all"),
    Act.AGREE: _l("It is the right person"),
    Act.PART: _l("It is not the right person"),
}
"""What is done with one button and a few words."""
THANKS = {
    Act.RESERVE: _l("The need is yours: the others see it locked."),
    Act.QUEUE: _l("You are on the waiting list: a mail tells you when your turn comes."),
    Act.UNQUEUE: _l("You are no longer on the waiting list."),
    Act.TAKE: _l("You take charge: the company reads that you will call."),
    Act.EXTEND: _l("You have more time."),
    Act.DECLINE: _l("You declined. You find this need in your archive."),
    Act.COME_BACK: _l("You may answer this need again."),
    Act.AGREE: _l("It is noted. The company is asked the same."),
    Act.PART: _l("It is noted: the others are asked again."),
}
DONE: dict[Act, Any] = {
    Act.SEND: _l("Sent to you"),
    Act.REMIND: _l("Reminded"),
    Act.RESERVE: _l("Reserved"),
    Act.QUEUE: _l("Joined the waiting list"),
    Act.UNQUEUE: _l("Left the waiting list"),
    Act.PROMOTE: _l("Your turn came: reserved"),
    Act.EXTEND: _l("More time was asked for"),
    Act.EXPIRE: _l("The reservation ran out"),
    Act.DECLINE: _l("Turned down"),
    Act.COME_BACK: _l("Taken up again"),
    Act.INTRODUCE: _l("The company was told who calls"),
    Act.AGREE: _l("You confirm that it is the right person"),
    Act.ENGAGE: _l("Both agree: it is the right person"),
    Act.PART: _l("You say that it is not the right person"),
    Act.TAKE: _l("Taken charge of"),
    Act.FINISH: _l("Closed"),
    Act.REMOVE: _l("Taken back by the team"),
}
BY_COMPANY = {
    Act.AGREE: _l("The company confirms that it is the right person"),
    Act.PART: _l("The company says that it is not the right person"),
}
NOTES = {
    NoteKind.NOTE: _l("A word"),
    NoteKind.APPOINTMENT: _l("An appointment"),
    NoteKind.ANSWER: _l("The answer given to the company"),
}


def state_of(position: Position, *, locked: bool = False) -> dict[str, Any]:
    """The badge of a position: its kind, its words. `locked`: another holds the need."""
    if position.need.state is NeedState.CLOSED and position.state is not State.DONE:
        return {"kind": "other", "words": _("Closed")}
    if position.need.state is not NeedState.OPEN and position.state in READ_AGAIN:
        return {"kind": "held", "words": _("Being read again")}
    if locked and position.state is State.WAITING:
        return {"kind": "locked", "words": _("Reserved by another")}
    words: Any = STATES[position.state]
    if position.outcome:
        words = OUTCOMES[position.outcome]
    return {"kind": BADGES.get(position.state, "other"), "words": words}


def in_plain_words(position: Position, around: Around) -> str:
    """What is expected of those who answer, in a sentence."""
    programme = position.need.programme
    if position.need.state is not NeedState.OPEN:
        return _not_open(position.need)
    if position.state is State.WAITING and around.is_spent:
        return explain(Refused("reserved-too-often"))
    if position.state is State.WAITING and around.held:
        return _("Another institution holds this need. It may be free again soon.")
    if position.state is State.WAITING and position.need.way is Way.EXCLUSIVE:
        return _(
            "Do you think that you have an expert for it? Reserve it: you have %(days)s working "
            "days to find them, and the others see it locked.",
            days=programme.reservation_days,
        )
    if position.state is State.WAITING:
        return _("Take charge to call the company back, or decline and say why.")
    if position.state is State.RESERVED and position.due_at:
        day = long_day(position.due_at.astimezone(PARIS).date())
        return _("It is yours until %(day)s. Confirm your expert, or decline.", day=day)
    if position.state is State.INTRODUCED:
        return _("%(name)s calls the company. Then say whether it is the right person.",
                 name=position.named)  # fmt: skip
    if position.state is State.ENGAGED:
        return _("Both agree. Once the help is given, say what came of it.")
    if position.state is State.TAKEN:
        return _("Call the company back, then say what came of it.")
    return str(_PLAIN.get(position.state, ""))


def _not_open(need: Need) -> str:
    if need.state is NeedState.CLOSED:
        return _("This need is closed: there is nothing more to do.")
    if need.is_unread:
        return _("The company corrected its need: the team reads it again before you go on.")
    return _("The team reads this need again before you go on.")


_PLAIN = {
    State.QUEUED: _l("A mail tells you when your turn comes."),
    State.DECLINED: _l("You declined. You may answer after all while the need is open."),
    State.DONE: _l("Thank you: you said what came of it."),
}


def acts_of(position: Position, around: Around) -> list[tuple[str, Any, str | None]]:
    """What may be done with one button, in order: the act, its words, what is asked before."""
    return [
        (act.value, ACTS[act], _question(position, act))
        for act in policy.acts_of(position.need)
        if act in ACTS and policy.may(position, act, around)
    ]


def _question(position: Position, act: Act) -> str | None:
    """Asked where nothing has to be typed: who says why has thought about it."""
    programme = position.need.programme
    if act is Act.RESERVE:
        days = programme.reservation_days
        return _("The others see it locked for %(days)s working days. Reserve it?", days=days)
    if act is Act.TAKE:
        return _("The company reads that you will call it. Take charge?")
    if act is Act.DECLINE and position.need.way is Way.EXCLUSIVE:
        return _("You find it in your archive, and others may answer it. Decline?")
    return None


def until(position: Position) -> str:
    """Until when one may answer, or holds it; "" when nothing waits for them."""
    if position.need.state is not NeedState.OPEN:
        return ""
    if position.state is State.RESERVED and position.due_at:
        return _("Reserved until %(day)s", day=long_day(position.due_at.astimezone(PARIS).date()))
    if position.state is not State.WAITING:
        return ""
    since = position.told_at or position.sent_at
    due = working_days.after(since, position.need.programme.position_days)
    day = long_day(due.astimezone(PARIS).date())
    if due < clock.now():
        return _("An answer was due by %(day)s", day=day)
    return _("Answer by %(day)s", day=day)


def step_line(step: PositionStep, who: str = "") -> dict[str, Any]:
    """What happened, when, and what was said then: for _sheet.html."""
    done = BY_COMPANY.get(step.act) if step.by is By.COMPANY else None
    return {"done": done or DONE[step.act], "who": who, "when": step.at, "words": step.words}
