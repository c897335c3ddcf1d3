"""Where an event is, in the one line that calendars have for it."""

from agenda.models import Event


def location(event: Event) -> str:
    """ "Salle des fêtes, 3 rue du Port, 44000 Nantes"."""
    town = " ".join(filter(None, (event.postcode, event.town)))
    return ", ".join(filter(None, (event.place, event.address, town)))
