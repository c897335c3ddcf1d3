"""How a need is answered: as its subjects say, settled when it is first validated."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from expertise.needs.models import Need, NeedSubject
from expertise.programmes.models import Subject, Way


def way_of(session: Session, need: Need) -> Way:
    """The way that was settled; before, that of its subjects, which is that of its programme where
    they say none. Where they differ, one institution at a time answers. At most one query.
    """
    if need.way is not None:
        return need.way
    said = select(Subject.way).join(NeedSubject, NeedSubject.subject_id == Subject.id)
    usual = need.programme.way
    found = {one or usual for one in session.scalars(said.where(NeedSubject.need_id == need.id))}
    return Way.EXCLUSIVE if Way.EXCLUSIVE in (found or {usual}) else Way.COOPERATIVE
