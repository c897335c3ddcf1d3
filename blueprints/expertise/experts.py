"""The experts of an institution: who manages it proposes them, the team of a programme decides."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, member
from blueprints._forms import show_refusal, words
from blueprints._refusals import explain
from blueprints.administration._places import territories
from blueprints.directory._finding import label_of
from blueprints.expertise import bp
from blueprints.expertise._desk import carried_out, desk
from blueprints.expertise._people import (
    experts_of,
    seat_line,
    sizes_of,
    state_of,
)
from blueprints.expertise._quality_words import limits_in_words, quality
from blueprints.expertise.people_forms import (
    FIELDS,
    ExpertForm,
    PersonForm,
    WordForm,
    expert_form,
)
from blueprints.expertise.tending import INSTITUTIONS
from core.db import db
from core.refusals import Refused
from expertise.experts import actions, queries
from expertise.experts.models import Expert
from expertise.experts.policy import Rights, rights
from expertise.programmes.models import Institution, Programme, SubjectTheme
from expertise.quality import rates

Page = Response | str | tuple[str, int]


@bp.get("/institutions/<int:institution_id>")
def my_institution(institution_id: int) -> str:
    """« Mon institution », for who manages it."""
    session = db.session()
    one = found(queries.managed(desk()).where(Institution.id == institution_id))
    listed, more = experts_of(one)
    programmes = session.scalars(queries.programmes_with(one.id)).all()
    return render_template(
        "expertise/my_institution.html",
        institution=one,
        kind=INSTITUTIONS[one.kind],
        programmes=programmes,
        rates=quality(programmes, rates.of_institution(session, desk(), one.id)),
        limits=limits_in_words(),
        managers=[seat_line(seat) for seat in session.scalars(queries.managers(one))],
        **listed,
        more=url_for(".my_institution", institution_id=one.id, apres=more) if more else None,
        managed=desk().is_bound,
    )


def _home(institution: Institution, programmes: list[Programme]) -> str:
    """Where one sees the experts of an institution from."""
    if institution.id in desk().manages:
        return url_for(".my_institution", institution_id=institution.id)
    ours = next((one for one in programmes if desk().runs(one.id)), None)
    if ours is not None:
        return url_for(".institution", slug=ours.slug, institution_id=institution.id)
    return url_for(".my_sheets")


def _offer(institution: Institution) -> tuple[list[Programme], list[SubjectTheme]]:
    """The programmes of an institution, and the themes whose subjects one may put on a sheet."""
    manages = institution.id in desk().manages
    programmes: dict[int, Programme] = {}
    themes: list[SubjectTheme] = []
    for programme, theme in db.session.execute(queries.offer(institution.id)).unique():
        programmes[programme.id] = programme
        if theme is not None and (manages or desk().runs(programme.id)):
            themes.append(theme)
    return list(programmes.values()), themes


@bp.route("/institutions/<int:institution_id>/experts/nouveau", methods=["GET", "POST"])
def new_expert(institution_id: int) -> Page:
    """Propose an expert; the team of a programme adds one."""
    one = found(queries.tended(desk(), institution_id))
    is_team = request.args.get("genre") == "equipe"
    programmes, themes = _offer(one)
    form = expert_form(themes, is_team=is_team, known=None)
    others: list[str] = []
    if form.validate_on_submit():
        said = form.sheet(themes, is_team=is_team)
        try:
            made = actions.propose(db.session(), desk(), one, said, by=member())
        except Refused as refused:
            others = _why(form, refused)
            one = found(queries.tended(desk(), institution_id))
        else:
            db.session.commit()
            flash(
                _("%(name)s answers from now on.", name=made.name)
                if made.approved_at
                else _("%(name)s is proposed: the team of the programme decides.", name=made.name),
                "success",
            )
            return redirect(url_for(".expert", expert_id=made.id))
    return _form_page(one, programmes, themes, form, others, known=None)


def _why(form: ExpertForm, refused: Refused) -> list[str]:
    fields = {code: name for code, name in FIELDS.items() if name in form}
    return show_refusal(form, refused, fields)


def _form_page(
    institution: Institution,
    programmes: list[Programme],
    themes: list[SubjectTheme],
    form: ExpertForm,
    others: list[str],
    *,
    known: Expert | None,
) -> Page:
    page = render_template(
        "expertise/edit_expert.html",
        institution=institution,
        home=_home(institution, programmes),
        expert=known,
        themes=form.listed(themes),
        form=form,
        others=others,
        choice=territories(
            db.session.execute(queries.territories_for(known.id if known else None))
        ),
        decides=institution.id not in desk().manages,
    )
    return page if request.method in SAFE else (page, 422)


def _to_correct(expert_id: int) -> Expert:
    # The form lists the territories by itself; they are written over when it is sent.
    sent = request.method == "POST"
    return found(queries.expert(desk(), expert_id, territories=sent))


def _may(one: Expert, programmes: list[Programme]) -> Rights:
    about = {x.subject.theme.programme_id for x in one.subjects}
    return rights(desk(), one, about & {x.id for x in programmes})


def _found(expert_id: int) -> tuple[Expert, list[Programme], Rights]:
    """An expert, the programmes for which they answer, and what one may do."""
    one = found(queries.expert(desk(), expert_id))
    about = {x.subject.theme.programme_id for x in one.subjects}
    everywhere = db.session.scalars(queries.programmes_with(one.institution_id))
    programmes = [x for x in everywhere if x.id in about]
    return one, programmes, _may(one, programmes)


@bp.get("/experts/<int:expert_id>")
def expert(expert_id: int) -> str:
    """The sheet of an expert."""
    return _sheet(*_found(expert_id))


def _sheet(
    one: Expert,
    programmes: list[Programme],
    may: Rights,
    *,
    person_form: PersonForm | None = None,
    word_form: WordForm | None = None,
    others: list[str] | None = None,
) -> str:
    return render_template(
        "expertise/expert.html",
        expert=one,
        home=_home(one.institution, programmes),
        programmes=programmes,
        specialities=sorted((x.subject.name, x.words) for x in one.subjects),
        places=[x.label for x in one.territories] + [label_of(x) for x in one.communes],
        sizes=sizes_of(one),
        state=state_of(one),
        delegate=one.delegate.name if one.delegate else None,
        people=[seat_line(seat) for seat in one.seats],
        may=may,
        person_form=person_form or PersonForm(formdata=None),
        word_form=word_form or WordForm(formdata=None),
        others=others or [],
    )


@bp.route("/experts/<int:expert_id>/modifier", methods=["GET", "POST"])
def edit_expert(expert_id: int) -> Page:
    """Correct the sheet."""
    one = _to_correct(expert_id)
    programmes, themes = _offer(one.institution)
    if not _may(one, programmes).may_correct:
        return redirect(url_for(".own_sheet", expert_id=expert_id))
    form = expert_form(themes, is_team=one.is_team, known=one)
    others: list[str] = []
    if form.validate_on_submit():
        said = form.sheet(themes, is_team=one.is_team)
        try:
            actions.correct(db.session(), desk(), one, said, by=member())
        except Refused as refused:
            others = _why(form, refused)
            one = _to_correct(expert_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is corrected.", title=one.name), "success")
            return redirect(url_for(".expert", expert_id=expert_id))
    return _form_page(one.institution, programmes, themes, form, others, known=one)


@bp.post("/experts/<int:expert_id>/approuver")
def approve(expert_id: int) -> Response:
    """The team of a programme lets them in."""
    one, _programmes, _may = _found(expert_id)
    return carried_out(
        lambda: actions.approve(db.session(), desk(), one, by=member()),
        _("%(name)s answers from now on.", name=one.name),
        url_for(".expert", expert_id=expert_id),
    )


@bp.post("/experts/<int:expert_id>/decliner")
def decline(expert_id: int) -> Page:
    """The team of a programme does not let them in, and says why."""
    one, programmes, may = _found(expert_id)
    form = WordForm()
    others = [] if form.validate_on_submit() else [str(x) for x in form.words.errors]
    if not others:
        home, name = _home(one.institution, programmes), one.name
        try:
            actions.decline(db.session(), desk(), one, words(form.words))
        except Refused as refused:
            db.session.rollback()
            one, programmes, may = _found(expert_id)
            others = [explain(refused)]
        else:
            db.session.commit()
            flash(_("%(name)s is declined: who proposed them reads why.", name=name), "success")
            return redirect(home)
    return _sheet(one, programmes, may, word_form=form, others=others), 422


@bp.post("/experts/<int:expert_id>/retirer")
def leave(expert_id: int) -> Response:
    """They answer no more."""
    one, programmes, _may = _found(expert_id)
    return carried_out(
        lambda: actions.take_leave(db.session(), desk(), one, by=member()),
        _("%(name)s answers no more.", name=one.name),
        _home(one.institution, programmes),
    )


@bp.post("/experts/<int:expert_id>/personnes")
def add_person(expert_id: int) -> Page:
    """Somebody answers with a team of experts."""
    one, programmes, may = _found(expert_id)
    form, others = PersonForm(), []
    if form.validate_on_submit():
        try:
            seat = actions.add_person(
                db.session(),
                desk(),
                one,
                email=words(form.email),
                first_name=words(form.first_name),
                last_name=words(form.last_name),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, {c: n for c, n in FIELDS.items() if n in form})
            one, programmes, may = _found(expert_id)
        else:
            db.session.commit()
            flash(_("%(name)s is of the team.", name=seat.name), "success")
            return redirect(url_for(".expert", expert_id=expert_id))
    return _sheet(one, programmes, may, person_form=form, others=others), 422


@bp.post("/experts/<int:expert_id>/personnes/<int:seat_id>/retirer")
def take_out(expert_id: int, seat_id: int) -> Response:
    """Somebody answers no more with a team of experts."""
    one, _programmes, _may = _found(expert_id)
    return carried_out(
        lambda: actions.take_out(db.session(), desk(), one, seat_id),
        _("They no longer answer with this team."),
        url_for(".expert", expert_id=expert_id),
    )
