"""`maillage agenda`: the dates of another calendar, read and put in the agenda."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.french import FrenchCommand, FrenchGroup
from cli.house import Failure

if TYPE_CHECKING:
    from agenda.ics.importing import Outcome
    from agenda.ics.values import Date, Entry, Problem, Read

REFUSED = 3

UNREADABLE = {
    "file-empty": "Ce fichier est vide.",
    "calendar-unknown": "Ce fichier n’est pas un agenda : il doit commencer par BEGIN:VCALENDAR.",
    "calendar-damaged": "Cet agenda est abîmé : il ne suit pas la norme (RFC 5545).",
    "calendar-too-large": "Cet agenda est trop lourd : 2 Mo et 20 000 éléments au plus.",
    "calendar-too-deep": "Cet agenda est fait d’éléments imbriqués sans fin : il n’est pas lu.",
    "calendar-too-many-events": "Cet agenda a trop d’événements : découpez-le en plusieurs.",
    "calendar-too-many-dates": "Cet agenda a trop de dates : découpez-le en plusieurs.",
    "too-large": "Cet agenda demande trop de mémoire.",
    "too-slow": "Cet agenda demande trop de temps.",
}
PROBLEMS = {
    "time-unknown": "{name} n’est pas une date : « {typed} ».",
    "starts-missing": "L’événement ne dit pas quand il commence.",
    "event-damaged": "L’événement ne suit pas la norme.",
    "recurrence-unknown-here": "La règle de répétition n’est pas comprise.",
    "recurrence-too-fine-here": "Il revient plus d’une fois par jour : ce n’est pas pris.",
    "zone-unknown-here": "Fuseau inconnu, « {zone} » : les heures sont lues comme à {used}.",
    "ends-before-it-starts-here": "La fin précède le début : seul le début est gardé.",
    "range-left-aside": "« Cette date et les suivantes » : seule cette date est changée.",
    "exrule-left-aside": "Une règle d’exception (EXRULE) est laissée de côté.",
    "dates-left-aside": "Des dates ({name}) ne sont pas comprises : elles sont laissées de côté.",
    "link-left-aside": "Une adresse n’est pas celle d’une page : « {link} ».",
    "title-cut": "Le titre est coupé à {longest} caractères.",
    "description-cut": "La description est coupée à {longest} caractères.",
    "place-cut": "Le lieu est coupé à {longest} caractères.",
}
LEFT = {
    "event-over": "Toutes ses dates sont passées.",
    "event-of-a-colleague": "Un collègue l’a déjà mis dans l’agenda.",
    "event-cancelled-there": "Il est annulé.",
    "event-too-long": "Il dure plus de {days} jours.",
    "event-too-far": "Il est à plus de cinq ans.",
    "audience-not-yours": "Ce réseau ou ce territoire n’est pas celui de la personne.",
    "no-network": "La personne n’appartient à aucun réseau.",
}


@click.group(cls=FrenchGroup)
def agenda() -> None:
    """Lit les dates d’un autre agenda."""


@agenda.command(name="import", cls=FrenchCommand)
@click.argument(
    "file", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Dit ce qui est lu, et n’écrit rien.")
@click.option("--as", "email", metavar="ADRESSE", help="Le membre au nom de qui annoncer.")
@click.option(
    "--network",
    "slugs",
    multiple=True,
    metavar="RÉSEAU",
    help="Pour qui : nom court d’un réseau du membre ; peut être répété (tous, par défaut).",
)
@click.option(
    "--territory",
    "references",
    multiple=True,
    metavar="TERRITOIRE",
    help="Pour qui : par exemple departement:44 ; peut être répété (tous, par défaut).",
)
@click.option("--kind", default="autre", metavar="TYPE", help="Nom court du type (autre).")
@click.option("--past", is_flag=True, help="Prend aussi les événements passés.")
@click.pass_context
def import_(
    context: click.Context,
    file: Path,
    dry_run: bool,
    email: str | None,
    slugs: tuple[str, ...],
    references: tuple[str, ...],
    kind: str,
    past: bool,
) -> None:
    """Met les événements d’un fichier .ics dans l’agenda.

    Donne en JSON ce qui est lu : les événements, leurs dates sur deux ans à partir de la plus
    ancienne, ce qui n’est pas compris. Le même fichier importé deux fois ne fait rien deux fois :
    un événement est reconnu à son UID. Le code de sortie est 0 quand tout est pris, 1 quand un
    événement est refusé, 3 quand le fichier n’est pas lisible.

    Exemple : maillage agenda import dates.ics --as claire@exemple.fr --network coorace
    """
    from agenda.ics.confined import read

    if not dry_run and not email:
        raise click.UsageError("Dites au nom de qui : --as ADRESSE (ou --dry-run pour voir).")
    with file.open("rb") as opened_file:
        found = read(opened_file)
    said = _in_words(found)
    if found.refused:
        said["error"] = UNREADABLE[found.refused]
    elif not dry_run:
        said["outcomes"] = _bring(found, email or "", slugs, references, kind, past=past)
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    if found.refused:
        click.echo(said["error"], err=True)
        context.exit(REFUSED)
    refused = any(one.refuses for one in found.problems)
    if refused or any(one["fate"] == "refused" for one in said.get("outcomes", ())):
        context.exit(Failure.status)


def _in_words(found: Read) -> dict[str, Any]:
    from agenda.ics import values

    stretch = values.window(found.entries)
    dates = values.within(found.entries)
    return {
        "name": found.name,
        "counts": {
            "calendars": found.calendars,
            "events": found.events,
            "occurrences": len(dates),
            "problems": len(found.problems),
        },
        "window": [one.date().isoformat() for one in stretch] if stretch else None,
        "events": [_entry(one) for one in found.entries],
        "occurrences": [_date(one) for one in dates],
        "problems": [_problem(one) for one in found.problems],
    }


def _entry(one: Entry) -> dict[str, Any]:
    from agenda.ics.values import entry_as_json

    return {name: value for name, value in entry_as_json(one).items() if name != "organizer_mail"}


def _date(one: Date) -> dict[str, Any]:
    return {
        "uid": one.entry.uid,
        "title": one.entry.title,
        "starts": one.starts.isoformat(),
        "ends": one.ends.isoformat(),
        "zone": one.entry.zone,
        "cancelled": one.entry.cancelled,
    }


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "event": one.number,
        "title": one.title,
        "code": one.code,
        "words": PROBLEMS[one.code].format(**one.values),
        "refused": one.refuses,
    }


def _bring(
    found: Read,
    email: str,
    slugs: tuple[str, ...],
    references: tuple[str, ...],
    kind: str,
    *,
    past: bool,
) -> list[dict[str, Any]]:
    """Write them; what became of each."""
    from sqlalchemy import select

    from access import rule
    from accounts import queries
    from agenda.ics.importing import Choice, bring
    from agenda.models import EventKind
    from cli import places
    from cli.house import opened, require_tables
    from core.db import db
    from core.refusals import Refused
    from core.settings import from_environment

    settings = from_environment()
    require_tables(settings)
    with opened(settings):
        session = db.session()
        member = queries.by_email(session, email)
        if member is None:
            raise Failure(f"{email} n’est pas membre.")
        kind_id = session.scalar(select(EventKind.id).where(EventKind.slug == kind))
        if kind_id is None:
            known = ", ".join(session.scalars(select(EventKind.slug).order_by(EventKind.slug)))
            raise Failure(f"Le type « {kind} » n’existe pas. Types : {known}.")
        choice = Choice(
            networks=tuple(places.networks(session, slugs)),
            territories=tuple(places.territories(session, references)),
            kind_id=kind_id,
            past=past,
        )
        owner = rule.viewer(session, member.id, member.role)
        try:
            outcomes = bring(session, found, choice, owner=owner)
        except Refused as refused:
            raise Failure(UNREADABLE[refused.code]) from refused
        session.commit()
    return [_outcome(one) for one in outcomes]


def _outcome(one: Outcome) -> dict[str, Any]:
    words = {**PROBLEMS, **LEFT}.get(one.code, one.code)
    return {
        "event": one.number,
        "title": one.title,
        "fate": one.fate.value,
        "why": words.format(**one.values) if one.code else "",
    }
