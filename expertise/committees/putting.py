"""A need is put before the committee that covers its commune."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from access.models import Commune, Overlap, Territory
from core import clock, text, working_days
from core.facts import record
from core.refusals import Refused
from expertise.committees import queries
from expertise.committees import seats as seats_of_committee
from expertise.committees.facts import CasePut
from expertise.committees.models import (
    LONGEST_REASON,
    Committee,
    CommitteeCase,
    CommitteeCommune,
    CommitteeSeat,
    CommitteeTerritory,
    Shut,
)
from expertise.committees.names import is_named
from expertise.committees.policy import needs_team
from expertise.desk import Desk
from expertise.needs import actions as needs
from expertise.needs import policy
from expertise.needs import queries as needs_read
from expertise.needs.life import Act
from expertise.needs.models import By, Need


def covering(session: Session, need: Need) -> Committee:
    """The committee of a need: that of its commune, else of the smallest territory that holds it.

    Raises Refused("no-committee"), which says where one is missing.
    """
    around = session.scalars(_around(need.commune_code)).all()
    smallest = {one.id: one.communes for one in around}
    found: list[tuple[int, int]] = []
    for committee_id, commune, territory_id in session.execute(_places(need.programme_id)):
        if commune == need.commune_code:
            found.append((1, committee_id))
        elif territory_id in smallest:
            found.append((smallest[territory_id], committee_id))
        elif commune is None and territory_id is None:
            found.append((sum(smallest.values()) + 1, committee_id))  # everywhere: the last
    if not found:
        places = [one.label for one in around]
        raise Refused("no-committee", town=need.town, places=", ".join(places))
    return session.scalars(
        select(Committee)
        .where(Committee.id == min(found)[1])
        .options(joinedload(Committee.programme))
    ).one()


def _places(programme_id: int) -> Select[int, str | None, int | None]:
    """The committees of a programme, each with a commune and a territory of theirs, if any."""
    return (
        select(Committee.id, CommitteeCommune.commune_code, CommitteeTerritory.territory_id)
        .outerjoin(CommitteeCommune, CommitteeCommune.committee_id == Committee.id)
        .outerjoin(CommitteeTerritory, CommitteeTerritory.committee_id == Committee.id)
        .where(Committee.programme_id == programme_id, ~Committee.retired)
    )


def _around(commune_code: str) -> Select[Territory]:
    """The territories that hold a commune, the smallest first."""
    return (
        select(Territory)
        .join(
            Commune,
            or_(
                Territory.id == Commune.zone_emploi_id,
                Territory.id.in_(
                    select(Overlap.territory_id)
                    .where(Overlap.other_id == Commune.departement_id, Overlap.contains)
                    .correlate(Commune)
                ),
            ),
        )
        .where(Commune.code == commune_code)
        .order_by(Territory.communes, Territory.id)
    )


def named(session: Session, need: Need, seats: Sequence[CommitteeSeat]) -> set[int]:
    """Those of these seats that the company named as not to see its need.

    An institution that it ticked may sit without being said to be one that answers needs.
    """
    ticked = [one.name for one in session.scalars(needs_read.hidden_from(need))]
    words = "\n".join((need.hidden_words, *ticked))
    return {one.id for one in seats if is_named(words, one)}


def submit(
    session: Session, desk: Desk, need: Need, *, shut_to: Collection[int] = (), words: str = ""
) -> CommitteeCase:
    """Put a need before the committee of its territory.

    `shut_to`: the seats to which it is not shown, besides those that the company named. `words`:
    for the company. Raises Refused: "not-of-the-team", "need-elsewhere", "subject-missing",
    "names-unsettled", "no-committee", "committee-too-small" when too few may vote, "body-too-long".
    """
    needs_team(desk, need.programme_id)
    if not policy.may_submit(need):
        raise Refused("need-elsewhere")
    if not need.subjects:
        raise Refused("subject-missing")
    if need.names_wait:
        raise Refused("names-unsettled")
    committee = covering(session, need)
    seats_of_committee.hold(session, committee.id)  # nobody is named to it meanwhile
    needs.hold(session, need)
    if not policy.may_submit(need):
        raise Refused("need-elsewhere")
    seats = session.scalars(queries.seats(committee)).all()
    present = clock.now()
    case = CommitteeCase(
        committee=committee,
        need=need,
        quorum=committee.quorum,
        put_at=present,
        told_at=present,
        due_at=working_days.after(present, committee.vote_days),
    )
    session.add(case)
    session.flush()
    shut = {one.id for one in seats if one.id in shut_to} | named(session, need, seats)
    session.add_all(Shut(case_id=case.id, seat_id=one) for one in sorted(shut))
    session.flush()
    may_vote = [one for one in queries.electors(session, case, present) if one.is_awaited]
    if len(may_vote) < committee.quorum:
        raise Refused("committee-too-small", name=committee.name, quorum=committee.quorum)
    needs.move(session, need, Act.SUBMIT, By.TEAM, words, member_id=desk.member_id)
    record(session, CasePut(case))
    return case


def say_reasons(
    session: Session, desk: Desk, case: CommitteeCase, *, if_selected: str, if_refused: str
) -> None:
    """What the company will read with the decision, while one votes: the chair, or the team.

    Raises Refused: "not-of-the-committee", "vote-closed", "tied-to-the-company", "body-too-long".
    """
    if not (desk.runs(case.committee.programme_id) or case.committee_id in desk.chairs):
        raise Refused("not-of-the-committee")
    session.refresh(case, ["closed_at"], with_for_update=True)
    if case.closed_at is not None:
        raise Refused("vote-closed")
    if not desk.runs(case.committee.programme_id) and _is_tied(session, desk, case):
        raise Refused("tied-to-the-company")
    case.if_selected, case.if_refused = _said(if_selected), _said(if_refused)


def _is_tied(session: Session, desk: Desk, case: CommitteeCase) -> bool:
    voters = queries.electors(session, case, clock.now())
    return any(one.is_tied for one in voters if one.seat.member_id == desk.member_id)


def _said(words: str) -> str:
    words = text.plain(words).strip()
    if len(words) > LONGEST_REASON:
        raise Refused("body-too-long", longest=LONGEST_REASON)
    return words
